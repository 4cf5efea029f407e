//! What a walk over the log reports: how much there was, and what does not hold, each with its place.

use std::fmt;

/// What the walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of the log.
    pub entries: u64,
    /// Leaves that wait for their place.
    pub waiting: u64,
    /// Statements about persons that were deleted; their leaves stand.
    pub deleted: u64,
    /// Signed heads.
    pub checkpoints: u64,
    /// Cosignatures under them.
    pub cosignatures: u64,
    /// Rows of other rooms that were compared with what was logged of them.
    pub compared: u64,
    /// What does not hold, at most a hundred; empty when all is whole.
    pub broken: Vec<Broken>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub place: Place,
    /// What is wrong there, in words.
    pub wrong: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.wrong)
    }
}

/// A place that can be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An entry of the log, by its index.
    Entry(u64),
    /// A leaf: its index if it has one, and its subject.
    Leaf(Option<u64>, String),
    /// What a leaf states.
    Statement(String),
    /// A stored node: the entry that holds it and its level.
    Node(u64, u8),
    /// A head, by its number.
    Checkpoint(i64),
    /// A cosignature under a head.
    Cosignature(i64, String),
    /// A key of the log or of a cosigner.
    Key(String),
    /// A row of a room: `text pact:…`, `signature:…`, `tally:…`.
    Row(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(index) => write!(f, "entry {index} of the log"),
            Self::Leaf(Some(index), subject) => write!(f, "leaf {index} ({subject})"),
            Self::Leaf(None, subject) => write!(f, "waiting leaf ({subject})"),
            Self::Statement(subject) => write!(f, "statement of {subject}"),
            Self::Node(index, level) => write!(f, "node of level {level} in entry {index}"),
            Self::Checkpoint(seq) => write!(f, "checkpoint {seq}"),
            Self::Cosignature(seq, name) => write!(f, "cosignature of {name} under checkpoint {seq}"),
            Self::Key(key) => write!(f, "key {key}"),
            Self::Row(what) => f.write_str(what),
        }
    }
}
