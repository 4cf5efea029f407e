//! The two answers of a browser, to "make a passkey" and to "confirm with it", looked at as Web Authentication says (Level 3,
//! 7.1 and 7.2), as far as this portal asks: no attestation, the person verified by finger, face or PIN, and this very site.
//! Nothing here knows of rows or people.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::key::PublicKey;
use super::site::Site;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
/// Bytes of a field: far more than any device sends.
const LONGEST: usize = 8 * 1024;

/// What a device answers to a challenge: the parts in base64url, as scripts send them.
#[derive(Debug, Clone, Default)]
pub struct Assertion {
    /// Which passkey.
    pub credential_id: String,
    /// What the browser says it was asked, and where.
    pub client_data: String,
    /// What the device says of itself.
    pub authenticator_data: String,
    /// Its signature of both.
    pub signature: String,
}

/// What a new passkey brings: the parts in base64url, as scripts send them.
#[derive(Debug, Clone, Default)]
pub struct Attested {
    /// What the browser says it was asked, and where.
    pub client_data: String,
    /// What the device says of itself, with the new key.
    pub authenticator_data: String,
}

/// A passkey as it was made.
pub(super) struct Made {
    pub challenge: Vec<u8>,
    pub credential_id: Vec<u8>,
    pub public_key: Vec<u8>,
    pub counter: u32,
}

/// An answer whose place and purpose are right; its signature is still to be looked at.
pub(super) struct Answered {
    pub challenge: Vec<u8>,
    pub credential_id: Vec<u8>,
    pub client_data: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub signature: Vec<u8>,
    pub counter: u32,
}

impl Answered {
    /// Whether this key signed it.
    pub(super) fn is_by(&self, key: &[u8]) -> bool {
        is_signed(key, &self.client_data, &self.authenticator_data, &self.signature)
    }
}

/// Whether a key signed these two parts.
pub(super) fn is_signed(key: &[u8], client_data: &[u8], authenticator_data: &[u8], signature: &[u8]) -> bool {
    let Some((key, _)) = PublicKey::read(key) else { return false };
    let message = [authenticator_data, Sha256::digest(client_data).as_slice()].concat();
    key.verifies(&message, signature)
}

/// Looks at a new passkey; `None` when anything about it is not as it was asked for.
pub(super) fn made(site: &Site, attested: &Attested) -> Option<Made> {
    let challenge = asked(site, "webauthn.create", &decode(&attested.client_data)?)?;
    let data = decode(&attested.authenticator_data)?;
    let (counter, flags, rest) = device(site, &data)?;
    if flags & ATTESTED == 0 {
        return None;
    }
    // Which model it is (16 bytes) is not asked; then the length of the id, the id, the key.
    let (length, rest) = rest.get(16..)?.split_at_checked(2)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    let (credential_id, rest) = rest.split_at_checked(length).filter(|_| (1..=1023).contains(&length))?;
    let (_, length) = PublicKey::read(rest)?;
    let public_key = rest.get(..length)?.to_vec();
    Some(Made { challenge, credential_id: credential_id.to_vec(), public_key, counter })
}

/// Looks at an answer; `None` when it is of another place or for something else.
pub(super) fn answered(site: &Site, assertion: &Assertion) -> Option<Answered> {
    let client_data = decode(&assertion.client_data)?;
    let challenge = asked(site, "webauthn.get", &client_data)?;
    let authenticator_data = decode(&assertion.authenticator_data)?;
    let (counter, ..) = device(site, &authenticator_data)?;
    Some(Answered {
        challenge,
        credential_id: decode(&assertion.credential_id)?,
        client_data,
        authenticator_data,
        signature: decode(&assertion.signature)?,
        counter,
    })
}

/// What the browser says of its side.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// The challenge in what the browser says; `None` when it was asked for something else, elsewhere or inside another page.
fn asked(site: &Site, kind: &str, client_data: &[u8]) -> Option<Vec<u8>> {
    let said: ClientData = serde_json::from_slice(client_data).ok()?;
    let fits = said.kind == kind && said.origin == site.origin && !said.cross_origin;
    if fits { decode(&said.challenge) } else { None }
}

/// The challenge that a browser's part names, wherever it was asked.
pub(super) fn challenge_in(client_data: &[u8]) -> Option<Vec<u8>> {
    let said: ClientData = serde_json::from_slice(client_data).ok()?;
    decode(&said.challenge)
}

/// Counter, flags and the rest of what a device says; `None` when it is of another site or the person was not verified.
fn device<'a>(site: &Site, data: &'a [u8]) -> Option<(u32, u8, &'a [u8])> {
    let (place, rest) = data.split_at_checked(32)?;
    let (flags, rest) = rest.split_first()?;
    let (counter, rest) = rest.split_first_chunk::<4>()?;
    let both = PRESENT | VERIFIED;
    let fits = place == Sha256::digest(site.rp_id.as_bytes()).as_slice() && flags & both == both;
    fits.then(|| (u32::from_be_bytes(*counter), *flags, rest))
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=');
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
