//! The head of the log at a moment, as a signed note says it (C2SP tlog-checkpoint): whose log, how many leaves, which root.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::Hash;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log it is.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Further lines, each `word value`; this portal writes `time` (seconds since 1970) and `reason`.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// The value of an extension line.
    #[must_use]
    pub fn extension(&self, word: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
    }

    /// When it was made, in seconds since 1970, by the log's own clock.
    #[must_use]
    pub fn at(&self) -> Option<i64> {
        self.extension("time")?.parse().ok()
    }

    /// The beginning of the root in groups of four digits, for a notice board: 96 bits, few enough to compare by eye and too many
    /// to be hit on purpose.
    #[must_use]
    pub fn short_root(&self) -> String {
        short(&self.root)
    }
}

/// The beginning of a hash for people to compare.
#[must_use]
pub fn short(hash: &Hash) -> String {
    let digits = hex::encode_upper(hash);
    let groups: Vec<&str> = (0..24).step_by(4).filter_map(|from| digits.get(from..from + 4)).collect();
    groups.join(" ")
}

impl std::fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, BASE64_STANDARD.encode(self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A text that is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a checkpoint names a log, a number of leaves and a root, a line each")]
pub struct NoCheckpoint;

impl std::str::FromStr for Checkpoint {
    type Err = NoCheckpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut lines = text.strip_suffix('\n').ok_or(NoCheckpoint)?.split('\n').map(str::to_owned);
        let origin = lines.next().filter(|origin| !origin.is_empty()).ok_or(NoCheckpoint)?;
        let number = lines.next().ok_or(NoCheckpoint)?;
        let size: u64 = number.parse().map_err(|_| NoCheckpoint)?;
        let root = BASE64_STANDARD.decode(lines.next().ok_or(NoCheckpoint)?).map_err(|_| NoCheckpoint)?;
        let root = root.try_into().map_err(|_| NoCheckpoint)?;
        let extensions: Vec<String> = lines.collect();
        if size.to_string() != number || extensions.iter().any(String::is_empty) {
            return Err(NoCheckpoint);
        }
        Ok(Self { origin, size, root, extensions })
    }
}
