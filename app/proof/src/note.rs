//! Signed notes and the keys that sign them (C2SP signed-note and tlog-cosignature, Ed25519): a text, an empty line, and one line
//! a signature. Signatures by keys nobody knows say nothing; whoever trusts a note names the keys it must be signed by.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer as _, VerifyingKey};

use crate::sha256;

/// What a key signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureType {
    /// The text of a note: how the log signs.
    Plain,
    /// The text with the moment of signing: how a second party cosigns (`cosignature/v1`).
    Cosignature,
}

impl SignatureType {
    const fn byte(self) -> u8 {
        match self {
            Self::Plain => 0x01,
            Self::Cosignature => 0x04,
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Plain),
            0x04 => Some(Self::Cosignature),
            _ => None,
        }
    }
}

/// Why a text is no note or no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A name is empty, or holds spaces, plus signs or control characters.
    #[error("a key's name may hold no spaces and no plus sign")]
    Name,
    /// Not `name+id+key`.
    #[error("a key is written name+8 digits+base64")]
    Key,
    /// The id in a key does not belong to its name and its bytes.
    #[error("the key's id does not fit: a letter of it was changed")]
    KeyId,
    /// Not a text, an empty line, and signatures.
    #[error("a note is a text, an empty line, and lines that begin with a long dash")]
    Note,
}

/// Signature lines of a note at most.
const LINES_MAX: usize = 64;

/// A public key with its name: what whoever checks must know beforehand. Written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    kind: SignatureType,
    key: VerifyingKey,
}

impl Key {
    /// The name by which signature lines call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs with.
    #[must_use]
    pub const fn kind(&self) -> SignatureType {
        self.kind
    }

    /// The number by which signature lines know it.
    #[must_use]
    pub fn id(&self) -> u32 {
        let mut bytes = format!("{}\n", self.name).into_bytes();
        bytes.push(self.kind.byte());
        bytes.extend_from_slice(self.key.as_bytes());
        let [a, b, c, d, ..] = sha256(&bytes);
        u32::from_be_bytes([a, b, c, d])
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        Ed25519::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(bytes))
    }
}

impl std::str::FromStr for Key {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, rest) = text.split_once('+').ok_or(Malformed::Key)?;
        let (id, base64) = rest.split_once('+').ok_or(Malformed::Key)?;
        let bytes = BASE64_STANDARD.decode(base64).map_err(|_| Malformed::Key)?;
        let (kind, bytes) = bytes.split_first().ok_or(Malformed::Key)?;
        let kind = SignatureType::of(*kind).ok_or(Malformed::Key)?;
        let bytes = bytes.try_into().map_err(|_| Malformed::Key)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| Malformed::Key)?;
        let key = Self { name: named(name)?, kind, key };
        if format!("{:08x}", key.id()) == id { Ok(key) } else { Err(Malformed::KeyId) }
    }
}

fn named(name: &str) -> Result<String, Malformed> {
    let wrong = |c: char| c.is_whitespace() || c == '+' || c.is_control();
    if name.is_empty() || name.chars().any(wrong) { Err(Malformed::Name) } else { Ok(name.to_owned()) }
}

/// A private key with its name. Written `PRIVATE+KEY+name+id+seed`, for a file that only its owner reads.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    public: Key,
}

impl SigningKey {
    /// The key of a seed: 32 bytes that nobody can guess.
    ///
    /// # Errors
    /// [`Malformed::Name`].
    pub fn new(name: &str, kind: SignatureType, seed: &[u8; 32]) -> Result<Self, Malformed> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = Key { name: named(name)?, kind, key: key.verifying_key() };
        Ok(Self { key, public })
    }

    /// Its public half.
    #[must_use]
    pub const fn public(&self) -> &Key {
        &self.public
    }

    /// The private key as it is kept in a file.
    #[must_use]
    pub fn secret(&self) -> String {
        let mut bytes = vec![self.public.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("PRIVATE+KEY+{}+{:08x}+{}", self.public.name, self.public.id(), BASE64_STANDARD.encode(bytes))
    }

    /// Reads what [`SigningKey::secret`] wrote.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(Malformed::Key)?;
        let [name, id, base64] = rest.splitn(3, '+').collect::<Vec<_>>()[..] else { return Err(Malformed::Key) };
        let bytes = BASE64_STANDARD.decode(base64).map_err(|_| Malformed::Key)?;
        let (kind, seed) = bytes.split_first().ok_or(Malformed::Key)?;
        let kind = SignatureType::of(*kind).ok_or(Malformed::Key)?;
        let key = Self::new(name, kind, seed.try_into().map_err(|_| Malformed::Key)?)?;
        if format!("{:08x}", key.public.id()) == id { Ok(key) } else { Err(Malformed::KeyId) }
    }

    /// Signs the text of a note. A cosigning key says at which moment, in seconds since 1970; for a plain one the moment is nothing.
    #[must_use]
    pub fn sign(&self, text: &str, at: u64) -> NoteSignature {
        let bytes = match self.public.kind {
            SignatureType::Plain => self.key.sign(text.as_bytes()).to_bytes().to_vec(),
            SignatureType::Cosignature => {
                let signature = self.key.sign(cosigned(at, text).as_bytes()).to_bytes();
                [at.to_be_bytes().as_slice(), signature.as_slice()].concat()
            }
        };
        NoteSignature { name: self.public.name.clone(), id: self.public.id(), bytes }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

/// What a cosigner signs: the note's text below the moment.
fn cosigned(at: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The number of the key.
    pub id: u32,
    /// The signature; a cosignature begins with its moment.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// Whether it says that it is by this key.
    #[must_use]
    pub fn is_by(&self, key: &Key) -> bool {
        self.name == key.name && self.id == key.id()
    }

    /// Whether this key made it under this text. For a cosignature the moment of signing, in seconds since 1970; else 0.
    #[must_use]
    pub fn holds(&self, key: &Key, text: &str) -> Option<u64> {
        if !self.is_by(key) {
            return None;
        }
        match key.kind {
            SignatureType::Plain => key.has_signed(text.as_bytes(), &self.bytes).then_some(0),
            SignatureType::Cosignature => {
                let (at, signature) = self.bytes.split_first_chunk::<8>()?;
                let at = u64::from_be_bytes(*at);
                key.has_signed(cosigned(at, text).as_bytes(), signature).then_some(at)
            }
        }
    }
}

impl std::fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = [self.id.to_be_bytes().as_slice(), self.bytes.as_slice()].concat();
        write!(f, "\u{2014} {} {}", self.name, BASE64_STANDARD.encode(bytes))
    }
}

impl std::str::FromStr for NoteSignature {
    type Err = Malformed;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let (name, base64) =
            line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(Malformed::Note)?;
        let bytes = BASE64_STANDARD.decode(base64).map_err(|_| Malformed::Note)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(Malformed::Note)?;
        Ok(Self { name: named(name)?, id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }
}

/// A text with the signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed; it ends with a line break.
    pub text: String,
    /// The signatures, in their order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// The line of this key, if it is there and holds; a cosignature's moment, else 0.
    #[must_use]
    pub fn signed_by(&self, key: &Key) -> Option<u64> {
        self.signatures.iter().find_map(|line| line.holds(key, &self.text))
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl std::str::FromStr for Note {
    type Err = Malformed;

    fn from_str(note: &str) -> Result<Self, Self::Err> {
        let (text, lines) = note.rsplit_once("\n\n").ok_or(Malformed::Note)?;
        let text = format!("{text}\n");
        let signatures = lines.strip_suffix('\n').ok_or(Malformed::Note)?.split('\n').map(str::parse);
        let signatures = signatures.take(LINES_MAX + 1).collect::<Result<Vec<_>, _>>()?;
        let is_plain = text.chars().all(|c| c == '\n' || !c.is_ascii_control());
        if is_plain && signatures.len() <= LINES_MAX { Ok(Self { text, signatures }) } else { Err(Malformed::Note) }
    }
}
