//! What becomes a leaf of the log, and how a statement is bound to it without being in it.
//!
//! ```text
//! commitment = SHA-256("gongzhi commitment/v1\n" || salt (32 bytes) || canonical JSON of the statement)
//! leaf       = canonical JSON of {"at", "commitment", "kind", "subject"}
//! leaf hash  = SHA-256(0x00 || leaf)                                              (RFC 6962)
//! ```
//!
//! Statement and salt are kept beside the log and can be deleted: without the salt nobody can find out by trying what was
//! stated, while kind, subject and moment stay provable.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, NotCanonical};
use crate::{Hash, hash_from_hex};

const COMMITMENT: &[u8] = b"gongzhi commitment/v1\n";

macro_rules! kinds {
    ($($(#[$meta:meta])* $Kind:ident = $code:literal, $personal:literal;)+) => {
        /// What a leaf is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum LeafKind { $($(#[$meta])* #[serde(rename = $code)] $Kind),+ }

        impl LeafKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$Kind),+];

            /// The word for it in the database, in leaves and receipts: never change one.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$Kind => $code),+ }
            }

            /// Whether its statements are about one person, and may be deleted when that person's data is.
            #[must_use]
            pub const fn is_personal(self) -> bool {
                match self { $(Self::$Kind => $personal),+ }
            }
        }
    };
}

kinds! {
    /// A pact moved from one stage to the next.
    Move = "move", false;
    /// A version of a text was published.
    Text = "text", false;
    /// A roll was frozen.
    Roll = "roll", false;
    /// The votes were counted.
    VoteCount = "vote_count", false;
    /// Somebody signed.
    Signature = "signature", true;
    /// Somebody withdrew a signature.
    Withdrawal = "withdrawal", true;
    /// Points were entered.
    PointsEntry = "points_entry", true;
}

impl std::fmt::Display for LeafKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for LeafKind {
    type Err = UnknownKind;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code).ok_or_else(|| UnknownKind(code.to_owned()))
    }
}

/// A word that is no kind of leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of leaf")]
pub struct UnknownKind(String);

/// A leaf of the log as it is hashed; everything in it may be read by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// When it was appended: `2026-11-22T17:30:00Z`, seconds of UTC.
    pub at: String,
    /// The salted commitment to the statement, 64 hexadecimal digits.
    pub commitment: String,
    /// What it is about.
    pub kind: LeafKind,
    /// Which one: `signature:` and its id.
    pub subject: String,
}

impl Leaf {
    /// The leaf of a statement.
    ///
    /// # Errors
    /// When the statement holds a fraction or a number too large to be kept exactly.
    pub fn of(kind: LeafKind, subject: &str, at: &str, statement: &Value, salt: &Hash) -> Result<Self, NotCanonical> {
        let commitment = hex::encode(commitment(statement, salt)?);
        Ok(Self { at: at.to_owned(), commitment, kind, subject: subject.to_owned() })
    }

    /// The bytes that are hashed: canonical JSON.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        // Four members of text have a canonical form.
        canonical::write_any(self).unwrap_or_default().into_bytes()
    }

    /// The hash by which the tree knows it (RFC 6962, 2.1).
    #[must_use]
    pub fn hash(&self) -> Hash {
        crate::tree::leaf_hash(&self.bytes())
    }

    /// Whether it binds this statement, given its salt.
    #[must_use]
    pub fn binds(&self, statement: &Value, salt: &Hash) -> bool {
        let said = hash_from_hex(&self.commitment);
        said.is_some() && commitment(statement, salt).ok() == said
    }
}

/// The salted commitment to a statement.
///
/// # Errors
/// When the statement holds a fraction or a number too large to be kept exactly.
pub fn commitment(statement: &Value, salt: &Hash) -> Result<Hash, NotCanonical> {
    let mut sha = Sha256::new();
    sha.update(COMMITMENT);
    sha.update(salt);
    sha.update(canonical::write(statement)?.as_bytes());
    Ok(sha.finalize().into())
}
