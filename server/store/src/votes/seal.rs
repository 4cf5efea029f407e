//! How a choice is sealed: in two layers of age (X25519), the inner to the second teller, the outer to the first, so that neither
//! opens it alone. Every sealed ballot is 2,048 bytes long, whatever it says.

use std::io::{Read as _, Write as _};

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use gongzhi_domain::Error;
use gongzhi_domain::ids::VoteId;
use gongzhi_domain::pact::Choice;

use crate::refusal::fault;

/// The length of a choice before it is sealed: its code, the vote, filled up with noise.
const PLAIN: usize = 64;
/// The length of the inner layer, filled up.
const INNER: usize = 900;
/// The length of a sealed ballot (`sealed_ballot_is_padded`).
const SEALED: usize = 2048;
/// age adds a part of random length to its header; one that does not fit is sealed again.
const TRIES: usize = 8;

/// The secret halves of both tellers' keys, for as long as the count takes. They are stored nowhere and shown by no log.
#[derive(Clone)]
pub struct Identities {
    /// The first teller's, or their reserve's.
    pub outer: String,
    /// The second teller's, or their reserve's.
    pub inner: String,
}

impl std::fmt::Debug for Identities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identities")
    }
}

/// A key that was just made; the secret half is shown once.
#[derive(Clone)]
pub struct NewKey {
    /// `AGE-SECRET-KEY-1…`
    pub secret: String,
    /// `age1…`
    pub recipient: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}

impl NewKey {
    /// A fresh key from the system's randomness.
    pub(super) fn make() -> Self {
        let identity = Identity::generate();
        let secret = identity.to_string().expose_secret().to_owned();
        Self { secret, recipient: identity.to_public().to_string() }
    }
}

/// The identity in what somebody typed or scanned: the line of an age key file, spaces and small letters forgiven.
pub(super) fn identity_in(typed: &str) -> Option<Identity> {
    typed.lines().find_map(|line| {
        let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        line.to_uppercase().parse().ok()
    })
}

/// The public half of an identity.
pub(super) fn recipient_of(identity: &Identity) -> String {
    identity.to_public().to_string()
}

/// A recipient in what somebody typed.
pub(super) fn recipient_in(typed: &str) -> Option<Recipient> {
    typed.trim().parse().ok()
}

/// Seals a choice to both tellers, each with their reserve.
pub(super) fn seal(vote: VoteId, choice: Choice, outer: &[String], inner: &[String]) -> Result<Vec<u8>, Error> {
    let mut plain = [0; PLAIN];
    plain[0] = code(choice);
    plain[1..17].copy_from_slice(vote.uuid().as_bytes());
    plain[17..49].copy_from_slice(&rand::random::<[u8; 32]>());
    for _ in 0..TRIES {
        let Some(first) = filled(&layer(inner, &plain)?, INNER) else { continue };
        if let Some(sealed) = filled(&layer(outer, &first)?, SEALED) {
            return Ok(sealed);
        }
    }
    Err(fault("a ballot does not fit its seal"))
}

/// Opens a sealed ballot of a vote.
pub(super) fn unseal(vote: VoteId, sealed: &[u8], outer: &Identity, inner: &Identity) -> Result<Choice, Error> {
    let first = opened(emptied(sealed)?, outer)?;
    let plain = opened(emptied(&first)?, inner)?;
    let (said, rest) = plain.split_first().ok_or_else(|| fault("an empty ballot"))?;
    if plain.len() != PLAIN || rest.get(..16) != Some(vote.uuid().as_bytes().as_slice()) {
        return Err(fault("a ballot of another vote"));
    }
    match said {
        1 => Ok(Choice::Yes),
        2 => Ok(Choice::No),
        3 => Ok(Choice::Abstain),
        _ => Err(fault("a ballot that says nothing")),
    }
}

const fn code(choice: Choice) -> u8 {
    match choice {
        Choice::Yes => 1,
        Choice::No => 2,
        Choice::Abstain => 3,
    }
}

fn layer(recipients: &[String], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let recipients: Vec<Recipient> =
        recipients.iter().map(|key| key.parse()).collect::<Result<_, _>>().map_err(|error: &str| fault(error))?;
    let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let mut writer =
        age::Encryptor::with_recipients(recipients).map_err(fault)?.wrap_output(&mut sealed).map_err(fault)?;
    writer.write_all(plain).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(sealed)
}

fn opened(sealed: &[u8], identity: &Identity) -> Result<Vec<u8>, Error> {
    let decryptor = age::Decryptor::new(sealed).map_err(fault)?;
    let mut plain = Vec::new();
    decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(fault)?
        .read_to_end(&mut plain)
        .map_err(fault)?;
    Ok(plain)
}

/// Two bytes of length, the content, noise up to `length`; `None` when it does not fit.
fn filled(content: &[u8], length: usize) -> Option<Vec<u8>> {
    let said = u16::try_from(content.len()).ok().filter(|_| content.len() + 2 <= length)?;
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(&said.to_be_bytes());
    out.extend_from_slice(content);
    out.resize_with(length, rand::random);
    Some(out)
}

fn emptied(filled: &[u8]) -> Result<&[u8], Error> {
    let (said, rest) = filled.split_first_chunk::<2>().ok_or_else(|| fault("a ballot without a length"))?;
    rest.get(..usize::from(u16::from_be_bytes(*said))).ok_or_else(|| fault("a ballot shorter than it says"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn both_tellers_open_it_and_neither_alone_and_all_are_equally_long() {
        let (one, two, reserve) = (Identity::generate(), Identity::generate(), Identity::generate());
        let outer = [recipient_of(&one)];
        let inner = [recipient_of(&two), recipient_of(&reserve)];
        let vote = VoteId::from_uuid(Uuid::from_u128(7));
        for choice in Choice::ALL.iter().copied().cycle().take(30) {
            let sealed = seal(vote, choice, &outer, &inner).unwrap();
            assert_eq!(sealed.len(), SEALED);
            assert_eq!(unseal(vote, &sealed, &one, &two), Ok(choice));
            assert_eq!(unseal(vote, &sealed, &one, &reserve), Ok(choice), "the reserve opens it too");
            assert!(unseal(vote, &sealed, &two, &one).is_err());
            assert!(unseal(vote, &sealed, &one, &one).is_err());
            assert!(unseal(VoteId::from_uuid(Uuid::from_u128(8)), &sealed, &one, &two).is_err());
        }
    }

    #[test]
    fn a_key_is_read_as_people_type_it() {
        let key = NewKey::make();
        let spaced = format!("# my key\n  {} {}\n", &key.secret[..30].to_lowercase(), &key.secret[30..]);
        assert_eq!(identity_in(&spaced).map(|identity| recipient_of(&identity)), Some(key.recipient.clone()));
        assert!(identity_in(&key.recipient).is_none());
        assert!(!format!("{key:?}").contains(&key.secret));
    }
}
