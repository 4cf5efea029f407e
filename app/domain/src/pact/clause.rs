//! The text of a pact: an ordered list of clauses whose ids stay when words or place change (pacts.md, Text and
//! opinions). What changed between two versions is told by clause, and inside a clause by grapheme.

mod compare;

pub use compare::{Change, ClauseDiff, Went, apply, diff, went};

use crate::error::{FieldError, Reason};
use crate::ids::ClauseId;
use crate::request::written;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The most clauses of a pact: what people still read.
pub const CLAUSES_MAX: usize = 60;
/// The longest clause in characters.
pub const CLAUSE_MAX: u32 = 1_000;

/// One clause of a version or of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Clause {
    /// Which it is, in every version.
    pub id: ClauseId,
    /// The Chinese text, which binds.
    pub text: String,
}

/// A clause's words as they are stored and hashed: NFC, every end of line as `\n`, no space around it. The same words typed on
/// two machines have one form, and so one hash.
#[must_use]
pub fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().nfc().collect()
}

/// What keeps a text from being published: no clause or more than [`CLAUSES_MAX`] (field `clauses`), a clause without words,
/// longer than [`CLAUSE_MAX`] or unreadable (`text-0` for the first), an id that stands twice. Empty when it can be.
#[must_use]
pub fn problems(clauses: &[Clause]) -> Vec<FieldError> {
    let mut problems = Vec::new();
    if clauses.is_empty() {
        problems.push(FieldError::new("clauses", Reason::Missing));
    }
    if clauses.len() > CLAUSES_MAX {
        problems.push(FieldError::new("clauses", Reason::OutOfRange { min: 1, max: CLAUSES_MAX as i64 }));
    }
    let mut seen = std::collections::HashSet::new();
    for (at, clause) in clauses.iter().enumerate() {
        if let Err(reason) = written(clause.text.trim(), 1, CLAUSE_MAX) {
            problems.push(FieldError::new(format!("text-{at}"), reason));
        }
        if !seen.insert(clause.id) {
            problems.push(FieldError::new(format!("text-{at}"), Reason::Taken));
        }
    }
    problems
}
