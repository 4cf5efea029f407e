//! The text that a pact's version publishes and a signature binds: its title, its clauses in order and the hashes of what is
//! attached, as one canonical document with one hash. The Chinese text binds; translations are not part of it.

use serde::{Deserialize, Serialize};

use crate::{Hash, canonical, sha256};

/// A text as it was shown to whoever signed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedText {
    /// SHA-256 of each attachment, 64 hexadecimal digits, in the order they are shown.
    pub attachments: Vec<String>,
    /// The clauses, first to last.
    pub clauses: Vec<SignedClause>,
    /// The title.
    pub title: String,
}

/// One clause of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedClause {
    /// The clause's own id, which stays when its words or its place change: a hyphenated UUID in small letters.
    pub id: String,
    /// Its words.
    pub text: String,
}

impl SignedText {
    /// The text as it is hashed: canonical JSON.
    #[must_use]
    pub fn canonical(&self) -> String {
        // Text and lists of text have a canonical form.
        canonical::write_any(self).unwrap_or_default()
    }

    /// The hash that a version publishes and a signature binds: SHA-256 of the canonical document.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(self.canonical().as_bytes())
    }

    /// The same as 64 hexadecimal digits, as it stands in statements under [`TEXT_SHA256`].
    #[must_use]
    pub fn hash_hex(&self) -> String {
        hex::encode(self.hash())
    }
}

/// The member under which a statement names the hash of the text it is about.
pub const TEXT_SHA256: &str = "text_sha256";
