//! A receipt: one JSON document with everything that proves a statement to be in the log, and the check of it. It is written
//! canonically, so that there is exactly one file for what it says and no byte of it can be changed unnoticed. The check names the
//! part that is wrong.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::leaf::{Leaf, LeafKind};
use crate::note::{Key, Note, SignatureType};
use crate::text::{SignedText, TEXT_SHA256};
use crate::{Checkpoint, Hash, canonical, hash_from_hex, tree};

/// The format this program writes and reads.
pub const FORMAT: &str = "gongzhi-receipt/v1";

/// A receipt as its file says it; nothing in it is believed before [`Receipt::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The signed head of the log that the proof leads to, with its cosignatures.
    pub checkpoint: String,
    /// The keys of those who cosigned, so that their lines can be checked. Whether to trust them is the reader's business.
    pub cosigners: Vec<String>,
    /// [`FORMAT`].
    pub format: String,
    /// The leaf's hash.
    pub hash: String,
    /// The leaf's place in the log, from 0.
    pub index: u64,
    /// The log's own key.
    pub key: String,
    /// The leaf.
    pub leaf: Leaf,
    /// The hashes that lead from the leaf to the root (RFC 6962, 2.1.1).
    pub proof: Vec<String>,
    /// 32 random bytes that keep the commitment from being guessed.
    pub salt: String,
    /// What was stated.
    pub statement: Value,
    /// The text the statement is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<SignedText>,
}

/// The parts of a receipt in the order of its file, to say where reading stopped.
const MEMBERS: [&str; 11] =
    ["checkpoint", "cosigners", "format", "hash", "index", "key", "leaf", "proof", "salt", "statement", "text"];

/// What is wrong with a receipt: the part, in the order in which parts are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no receipt, or a damaged one that cannot be read; where reading stopped.
    #[error("this is no receipt as the portal writes it{}", .member.map(|member| format!(": it cannot be read at \"{member}\"")).unwrap_or_default())]
    File {
        /// The part of the file that could not be read.
        member: Option<&'static str>,
    },
    /// The receipt is signed by a log whose key the reader does not trust, or the key is damaged.
    #[error("key: the log's key \"{name}\" is not one you trust, or a letter of it was changed")]
    Key {
        /// The name the receipt gives it.
        name: String,
    },
    /// The head of the log is not what the log signed.
    #[error("checkpoint: the head of the log is not what the log's key signed")]
    Checkpoint,
    /// A cosignature does not hold.
    #[error("cosignature: the line of \"{name}\" does not hold")]
    Cosignature {
        /// The name in the line.
        name: String,
    },
    /// The leaf is not the one in the log.
    #[error("leaf: its kind, subject, moment, commitment or hash was changed")]
    Leaf,
    /// The way from the leaf to the root is broken.
    #[error("proof: the leaf is not at that place of the log")]
    Proof,
    /// The statement is not the one that was logged.
    #[error("{}: the statement or its salt is not what was logged", named(*kind))]
    Statement {
        /// What the statement is.
        kind: LeafKind,
    },
    /// The text is not the one the statement names.
    #[error("text: it is not the text that the statement names")]
    Text,
}

impl Fault {
    /// One word for the part: `file`, `key`, `checkpoint`, `cosignature`, `leaf`, `proof`, `text`, or what the statement is
    /// (`signature`, `tally`, …).
    #[must_use]
    pub const fn part(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Key { .. } => "key",
            Self::Checkpoint => "checkpoint",
            Self::Cosignature { .. } => "cosignature",
            Self::Leaf => "leaf",
            Self::Proof => "proof",
            Self::Statement { kind } => part(*kind),
            Self::Text => "text",
        }
    }

    /// Every word that [`Fault::part`] can say.
    pub const PARTS: &'static [&'static str] = &[
        "file",
        "key",
        "checkpoint",
        "cosignature",
        "leaf",
        "proof",
        "text",
        "move",
        "text_statement",
        "roll",
        "tally",
        "signature",
        "withdrawal",
        "points_entry",
    ];
}

const fn part(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::VoteCount => "tally",
        LeafKind::Text => "text_statement",
        other => other.code(),
    }
}

const fn named(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::Move => "move",
        LeafKind::Text => "published text",
        LeafKind::Roll => "roll",
        LeafKind::VoteCount => "tally",
        LeafKind::Signature => "signature",
        LeafKind::Withdrawal => "withdrawal",
        LeafKind::PointsEntry => "points entry",
    }
}

/// What a receipt proves, once nothing was found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The leaf in the log.
    pub leaf: Leaf,
    /// Its place, from 0.
    pub index: u64,
    /// The statement it binds.
    pub statement: Value,
    /// Whether the receipt holds the text that the statement names.
    pub has_text: bool,
    /// The head of the log it is proven under.
    pub checkpoint: Checkpoint,
    /// The log's key.
    pub key: Key,
    /// Who else signed that head.
    pub cosigned: Vec<Cosigned>,
}

/// A second party's signature under the head of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Its key.
    pub key: Key,
    /// When it signed, in seconds since 1970, by its own clock.
    pub at: u64,
    /// Whether the reader trusts this key beforehand; else the receipt alone vouches for it.
    pub trusted: bool,
}

impl Receipt {
    /// Reads a receipt's file. Spaces and line breaks around it are no part of it.
    ///
    /// # Errors
    /// [`Fault::File`] when it is not the one way to write a receipt.
    pub fn parse(file: &str) -> Result<Self, Fault> {
        let file = file.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let receipt: Self = serde_json::from_str(file)
            .map_err(|error| Fault::File { member: member_at(file, error.line(), error.column()) })?;
        if receipt.format != FORMAT {
            return Err(Fault::File { member: Some("format") });
        }
        let again = receipt.to_json();
        if again.as_deref() != Some(file) {
            let at = again.unwrap_or_default().bytes().zip(file.bytes()).position(|(a, b)| a != b);
            return Err(Fault::File { member: member_at(file, 1, at.unwrap_or(0) + 1) });
        }
        Ok(receipt)
    }

    /// The receipt's file. `None` for a statement that has no canonical form, which no log holds.
    #[must_use]
    pub fn to_json(&self) -> Option<String> {
        canonical::write_any(self).ok()
    }

    /// The log's key as the receipt names it: not to be trusted because it stands there.
    ///
    /// # Errors
    /// [`Fault::Key`].
    pub fn named_key(&self) -> Result<Key, Fault> {
        self.key.parse().map_err(|_| Fault::Key { name: self.key.split('+').next().unwrap_or_default().to_owned() })
    }

    /// Checks everything: that a trusted key signed the head of the log, that each cosignature holds, that the leaf is at its place
    /// under that head, that it binds the statement, and that the text is the one the statement names.
    ///
    /// # Errors
    /// The first part that is wrong, in that order.
    pub fn verify(&self, trusted: &[Key]) -> Result<Checked, Fault> {
        let key = self.named_key()?;
        if key.kind() != SignatureType::Plain || !trusted.contains(&key) {
            return Err(Fault::Key { name: key.name().to_owned() });
        }
        let (checkpoint, cosigned) = self.head(&key, trusted)?;
        self.is_at_its_place(&checkpoint)?;
        let kind = self.leaf.kind;
        let salt = hash_from_hex(&self.salt).ok_or(Fault::Statement { kind })?;
        if !self.leaf.binds(&self.statement, &salt) {
            return Err(Fault::Statement { kind });
        }
        if let Some(text) = &self.text
            && self.statement.get(TEXT_SHA256).and_then(Value::as_str) != Some(&text.hash_hex())
        {
            return Err(Fault::Text);
        }
        Ok(Checked {
            leaf: self.leaf.clone(),
            index: self.index,
            statement: self.statement.clone(),
            has_text: self.text.is_some(),
            checkpoint,
            key,
            cosigned,
        })
    }

    /// Whether a text shown elsewhere is the one the statement names.
    #[must_use]
    pub fn is_about(&self, text: &SignedText) -> bool {
        self.statement.get(TEXT_SHA256).and_then(Value::as_str) == Some(&text.hash_hex())
    }

    /// The head of the log, signed by its key. Every further line must hold too: a receipt has no line that says nothing.
    fn head(&self, key: &Key, trusted: &[Key]) -> Result<(Checkpoint, Vec<Cosigned>), Fault> {
        let note: Note = self.checkpoint.parse().map_err(|_| Fault::Checkpoint)?;
        if note.to_string() != self.checkpoint || note.signed_by(key).is_none() {
            return Err(Fault::Checkpoint);
        }
        let checkpoint: Checkpoint = note.text.parse().map_err(|_| Fault::Checkpoint)?;
        let cosigners = self.cosigners.iter().map(|text| {
            text.parse::<Key>()
                .map_err(|_| Fault::Cosignature { name: text.split('+').next().unwrap_or_default().to_owned() })
        });
        let mut cosigners = cosigners.collect::<Result<Vec<_>, _>>()?;
        let mut cosigned = Vec::new();
        let mut own = false;
        for line in &note.signatures {
            if !own && line.is_by(key) {
                own = true;
                continue;
            }
            let broken = || Fault::Cosignature { name: line.name.clone() };
            let by = cosigners.iter().position(|cosigner| line.is_by(cosigner)).ok_or_else(broken)?;
            let by = cosigners.remove(by);
            let at = line.holds(&by, &note.text).ok_or_else(broken)?;
            cosigned.push(Cosigned { trusted: trusted.contains(&by), key: by, at });
        }
        match cosigners.first() {
            Some(silent) => Err(Fault::Cosignature { name: silent.name().to_owned() }),
            None => Ok((checkpoint, cosigned)),
        }
    }

    /// The leaf stands twice in a receipt, as itself and as its hash, so that it can be told which of leaf and proof is wrong.
    fn is_at_its_place(&self, checkpoint: &Checkpoint) -> Result<(), Fault> {
        let proof =
            self.proof.iter().map(|hash| hash_from_hex(hash)).collect::<Option<Vec<_>>>().ok_or(Fault::Proof)?;
        let leads =
            |leaf: &Leaf| tree::is_included(&leaf.bytes(), self.index, &proof, checkpoint.size, &checkpoint.root);
        let fits = hash_from_hex(&self.hash) == Some(self.leaf.hash());
        match (fits, leads(&self.leaf)) {
            (true, true) => Ok(()),
            (true, false) => Err(Fault::Proof),
            (false, _) => Err(Fault::Leaf),
        }
    }
}

/// The part of the file in which a place lies.
fn member_at(file: &str, line: usize, column: usize) -> Option<&'static str> {
    let end = if line > 1 { file.len() } else { column.min(file.len()) };
    let before = file.as_bytes().get(..end)?;
    let found = |member: &&str| {
        let name = format!("\"{member}\":");
        before.windows(name.len()).rposition(|window| window == name.as_bytes())
    };
    MEMBERS.into_iter().filter_map(|member| found(&member).map(|at| (at, member))).max().map(|(_, member)| member)
}

/// Everything a receipt is put together from.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The head of the log with all its signatures.
    pub note: Note,
    /// The log's key.
    pub key: Key,
    /// The keys of the cosignatures in the note.
    pub cosigners: Vec<Key>,
    /// The leaf.
    pub leaf: Leaf,
    /// Its place.
    pub index: u64,
    /// The way to the root.
    pub proof: Vec<Hash>,
    /// What was stated.
    pub statement: Value,
    /// The salt of the commitment.
    pub salt: Hash,
    /// The text it is about.
    pub text: Option<SignedText>,
}

impl From<Parts> for Receipt {
    fn from(parts: Parts) -> Self {
        Self {
            checkpoint: parts.note.to_string(),
            cosigners: parts.cosigners.iter().map(ToString::to_string).collect(),
            format: FORMAT.to_owned(),
            hash: hex::encode(parts.leaf.hash()),
            index: parts.index,
            key: parts.key.to_string(),
            leaf: parts.leaf,
            proof: parts.proof.iter().map(hex::encode).collect(),
            salt: hex::encode(parts.salt),
            statement: parts.statement,
            text: parts.text,
        }
    }
}
