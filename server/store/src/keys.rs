//! Encryption at rest: the installation's master keys, the sub-keys derived from them, sealing, and the
//! blind indexes by which sealed values are found again (people-and-places.md, Privacy). Nothing here
//! touches the database; where the keys are kept is the program's configuration.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit as _, Payload},
};
use gongzhi_domain::Error;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::refusal::fault;

/// What a value is sealed or indexed for. A value sealed for one purpose does not open for another, and
/// equal values have different indexes under different purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A resident's phone number.
    Phone,
    /// A private person's name.
    PersonName,
    /// What a resident wrote, before moderation.
    Content,
    /// Notes of the desk that residents do not read.
    Internal,
    /// A place in the resident's own words.
    Place,
    /// The file of a photo.
    Photo,
    /// What was typed into a refused form.
    Flash,
    /// The text of a message in the outbox, and to whom it goes.
    Message,
    /// The secret of a second factor.
    Totp,
    /// The query code of a request.
    QueryCode,
    /// A one-time sign-in code.
    SignInCode,
    /// A client's network address.
    Client,
    /// The nameless cookie of a form.
    FormCookie,
    /// That a unit took part in a vote, as receipts name it.
    Participation,
    /// What a leaf of the log states, with its salt.
    Statement,
    /// The address of a receipt.
    Receipt,
    /// The key that signs the heads of the log.
    LogKey,
    /// A door, an address in somebody's own words, how a home was verified.
    Home,
    /// The code of the moment at a meeting.
    Attendance,
    /// The code by which a reserved reward is handed out.
    PickupCode,
    /// Who reported that a clause was not kept, and where they live.
    Reporter,
    /// The secret seed of a month's audit sample.
    AuditSample,
    /// A signer of one pact, as statements and receipts name them.
    Signer,
}

impl Purpose {
    /// The word that goes into key derivation and associated data: never change one.
    const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::PersonName => "person-name",
            Self::Content => "content",
            Self::Internal => "internal",
            Self::Place => "place",
            Self::Photo => "photo",
            Self::Flash => "flash",
            Self::Message => "message",
            Self::Totp => "totp",
            Self::QueryCode => "query-code",
            Self::SignInCode => "sign-in-code",
            Self::Client => "client",
            Self::FormCookie => "form-cookie",
            Self::Participation => "participation",
            Self::Statement => "statement",
            Self::Receipt => "receipt",
            Self::LogKey => "log-key",
            Self::Home => "home",
            Self::Attendance => "attendance",
            Self::PickupCode => "pickup-code",
            Self::Reporter => "reporter",
            Self::AuditSample => "audit-sample",
            Self::Signer => "signer",
        }
    }
}

/// Why a text is no key ring.
#[derive(Debug, thiserror::Error)]
pub enum BadKeys {
    /// There is no key in it.
    #[error("no key given")]
    Empty,
    /// A line is not `number:base64`.
    #[error("key {0}: expected NUMBER:BASE64 with a number from 1 to 255")]
    Shape(usize),
    /// The base64 does not hold 32 bytes.
    #[error("key {0}: expected 32 bytes in base64")]
    Length(usize),
    /// Two keys share a number.
    #[error("key number {0} is given twice")]
    Twice(u8),
}

/// The master keys of an installation. The highest number seals; every number opens; blind indexes hang on
/// the lowest, which therefore stays for as long as the data does.
pub struct Keys {
    /// Sorted by number, never empty.
    ring: Vec<(u8, Hkdf<Sha256>)>,
}

const NONCE: usize = 24;
const SALT: &[u8] = b"gongzhi 1";

impl Keys {
    /// Reads a key ring: one `number:base64` a line (or separated by commas), 32 bytes each; a single bare
    /// base64 is number 1.
    pub fn parse(text: &str) -> Result<Self, BadKeys> {
        let mut ring = Vec::new();
        let entries = text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for (at, entry) in entries.enumerate() {
            let (number, base64) = entry.split_once(':').unwrap_or(("1", entry));
            let number: u8 = number.trim().parse().map_err(|_| BadKeys::Shape(at + 1))?;
            if number == 0 {
                return Err(BadKeys::Shape(at + 1));
            }
            let bytes = BASE64_STANDARD.decode(base64.trim()).map_err(|_| BadKeys::Length(at + 1))?;
            if bytes.len() != 32 {
                return Err(BadKeys::Length(at + 1));
            }
            if ring.iter().any(|(other, _)| *other == number) {
                return Err(BadKeys::Twice(number));
            }
            ring.push((number, Hkdf::new(Some(SALT), &bytes)));
        }
        ring.sort_by_key(|(number, _)| *number);
        if ring.is_empty() { Err(BadKeys::Empty) } else { Ok(Self { ring }) }
    }

    /// A fresh key ring of one key, in the form [`Keys::parse`] reads: what the program writes on first start.
    #[must_use]
    pub fn generate() -> String {
        format!("1:{}\n", BASE64_STANDARD.encode(rand::random::<[u8; 32]>()))
    }

    /// Seals a value with the newest key: number, nonce, ciphertext. Sealing the same value twice gives
    /// different bytes.
    pub fn seal(&self, purpose: Purpose, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let Some((number, master)) = self.ring.last() else { return Err(fault("no sealing key")) };
        let nonce = rand::random::<[u8; NONCE]>();
        let sealed = cipher(master, purpose)
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: purpose.word().as_bytes() })
            .map_err(|_| fault("sealing failed"))?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(*number);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose. A value that was changed, or whose key is no
    /// longer in the ring, is an internal error: residents cannot cause it.
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (number, rest) = sealed.split_first().ok_or_else(|| fault("sealed value is empty"))?;
        let (nonce, ciphertext) =
            rest.split_first_chunk::<NONCE>().ok_or_else(|| fault("sealed value is too short"))?;
        let (_, master) = self
            .ring
            .iter()
            .find(|(known, _)| known == number)
            .ok_or_else(|| fault(format_args!("key {number} is not in the ring")))?;
        cipher(master, purpose)
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: purpose.word().as_bytes() })
            .map_err(|_| fault(format_args!("a sealed {} does not open", purpose.word())))
    }

    /// [`Keys::seal`] for text.
    pub fn seal_text(&self, purpose: Purpose, text: &str) -> Result<Vec<u8>, Error> {
        self.seal(purpose, text.as_bytes())
    }

    /// [`Keys::open`] for text.
    pub fn open_text(&self, purpose: Purpose, sealed: &[u8]) -> Result<String, Error> {
        String::from_utf8(self.open(purpose, sealed)?).map_err(|_| fault("a sealed text is not UTF-8"))
    }

    /// Whether a sealed value was sealed with the newest key; a job seals the others again after a rotation.
    #[must_use]
    pub fn is_newest(&self, sealed: &[u8]) -> bool {
        self.ring.last().map(|(number, _)| number) == sealed.first()
    }

    /// The blind index of a value: equal values have equal indexes, and without the key nothing is learned.
    #[must_use]
    pub fn index(&self, purpose: Purpose, value: &[u8]) -> Vec<u8> {
        self.mac(purpose, value).finalize().into_bytes().to_vec()
    }

    /// Whether `index` is the blind index of `value`, compared in constant time.
    #[must_use]
    pub fn matches(&self, purpose: Purpose, value: &[u8], index: &[u8]) -> bool {
        self.mac(purpose, value).verify_slice(index).is_ok()
    }

    /// The seeds of signing keys, oldest first: one for every master key, so that a new master key brings a new signing key
    /// and the one before can still hand over to it.
    pub(crate) fn seeds(&self, purpose: Purpose) -> impl DoubleEndedIterator<Item = [u8; 32]> {
        self.ring.iter().map(move |(_, master)| {
            let mut seed = [0; 32];
            expand(master, "sign", purpose, &mut seed);
            seed
        })
    }

    /// What is stored of a 256-bit token: it has enough entropy of its own to need no key.
    #[must_use]
    pub fn hash_token(token: &str) -> Vec<u8> {
        Sha256::digest(token.as_bytes()).to_vec()
    }

    fn mac(&self, purpose: Purpose, value: &[u8]) -> Hmac<Sha256> {
        let mut key = [0; 32];
        if let Some((_, oldest)) = self.ring.first() {
            expand(oldest, "index", purpose, &mut key);
        }
        // An HMAC key may have any length: `new` takes one padded with zeros to the block, which is the same.
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block);
        mac.update(value);
        mac
    }
}

fn cipher(master: &Hkdf<Sha256>, purpose: Purpose) -> XChaCha20Poly1305 {
    let mut key = [0; 32];
    expand(master, "seal", purpose, &mut key);
    XChaCha20Poly1305::new(&key.into())
}

/// HKDF expands to at most 255 hashes; one hash is asked for, so it cannot fail.
fn expand(master: &Hkdf<Sha256>, what: &str, purpose: Purpose, key: &mut [u8; 32]) {
    let info = [what.as_bytes(), b" ", purpose.word().as_bytes()];
    let expanded = master.expand_multi_info(&info, key);
    debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's limit");
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.ring.iter().map(|(number, _)| number)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "7:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

    #[test]
    fn sealing_round_trips_and_is_never_the_same_twice() {
        let keys = Keys::parse(OLD).unwrap();
        let (a, b) = (
            keys.seal_text(Purpose::Place, "人民路12号").unwrap(),
            keys.seal_text(Purpose::Place, "人民路12号").unwrap(),
        );
        assert_ne!(a, b);
        assert_eq!(keys.open_text(Purpose::Place, &a).unwrap(), "人民路12号");
    }

    #[test]
    fn another_purpose_or_a_changed_byte_does_not_open() {
        let keys = Keys::parse(OLD).unwrap();
        let mut sealed = keys.seal_text(Purpose::Place, "人民路12号").unwrap();
        assert!(keys.open(Purpose::Phone, &sealed).is_err());
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(keys.open(Purpose::Place, &sealed).is_err());
        assert!(keys.open(Purpose::Place, &[]).is_err());
        assert!(keys.open(Purpose::Place, &[1, 2, 3]).is_err());
    }

    #[test]
    fn after_a_rotation_the_old_opens_the_new_seals_and_the_index_stays() {
        let old = Keys::parse(OLD).unwrap();
        let sealed = old.seal_text(Purpose::Phone, "13800001234").unwrap();
        let both = Keys::parse(&format!("{NEW}\n{OLD}\n")).unwrap();
        assert_eq!(both.open_text(Purpose::Phone, &sealed).unwrap(), "13800001234");
        assert!(!both.is_newest(&sealed));
        let again = both.seal_text(Purpose::Phone, "13800001234").unwrap();
        assert!(both.is_newest(&again));
        assert_eq!(again.first(), Some(&7));
        assert!(old.open(Purpose::Phone, &again).is_err());
        assert_eq!(old.index(Purpose::Phone, b"1"), both.index(Purpose::Phone, b"1"));
    }

    #[test]
    fn indexes_differ_by_purpose_and_value() {
        let keys = Keys::parse(OLD).unwrap();
        let index = keys.index(Purpose::Phone, b"13800001234");
        assert_eq!(index.len(), 32);
        assert_ne!(index, keys.index(Purpose::Client, b"13800001234"));
        assert_ne!(index, keys.index(Purpose::Phone, b"13800001235"));
        assert!(keys.matches(Purpose::Phone, b"13800001234", &index));
        assert!(!keys.matches(Purpose::Phone, b"13800001235", &index));
    }

    #[test]
    fn bad_rings_are_named() {
        assert!(matches!(Keys::parse(" \n"), Err(BadKeys::Empty)));
        assert!(matches!(Keys::parse("1:c2hvcnQ="), Err(BadKeys::Length(1))));
        assert!(matches!(Keys::parse("x:c2hvcnQ="), Err(BadKeys::Shape(1))));
        assert!(matches!(Keys::parse(&format!("{OLD},{OLD}")), Err(BadKeys::Twice(1))));
        assert!(Keys::parse(&Keys::generate()).is_ok());
    }
}
