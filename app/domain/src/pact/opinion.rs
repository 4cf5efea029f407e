//! What people say of a clause: when words are needed, how stances are counted, and which opinions say much the same, so that
//! whoever answers reads them side by side (pacts.md, Text and opinions).

use super::Stance;
use crate::error::{FieldError, Reason};
use crate::ids::OpinionId;
use crate::request::written;
use crate::text::bigrams;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The longest opinion in characters.
pub const WORDS_MAX: u32 = 1_000;

/// Whether the words suit the stance: to agree needs none, to change or object does.
///
/// # Errors
/// The field `words`: missing, longer than [`WORDS_MAX`], unreadable.
pub fn check_words(stance: Stance, words: &str) -> Result<(), FieldError> {
    let words = words.trim();
    if words.is_empty() {
        return match stance {
            Stance::Agree => Ok(()),
            Stance::Change | Stance::Object => Err(FieldError::new("words", Reason::Missing)),
        };
    }
    written(words, 1, WORDS_MAX).map_err(|reason| FieldError::new("words", reason))
}

/// How many took each stance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stances {
    /// 同意
    pub agree: u32,
    /// 建议修改
    pub change: u32,
    /// 反对
    pub object: u32,
}

impl Stances {
    /// All together.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.agree + self.change + self.object
    }
}

impl FromIterator<Stance> for Stances {
    fn from_iter<I: IntoIterator<Item = Stance>>(stances: I) -> Self {
        let mut counts = Self::default();
        for stance in stances {
            match stance {
                Stance::Agree => counts.agree += 1,
                Stance::Change => counts.change += 1,
                Stance::Object => counts.object += 1,
            }
        }
        counts
    }
}

/// Two texts are similar when at least half of their pairs of characters are common: Dice's coefficient, `2 × common` to the sum
/// of both, reaches [`SIMILAR_OF`]`/`[`SIMILAR_TIMES`]. Below a half, short opinions on one clause fall together merely because
/// they name the same thing.
pub const SIMILAR_TIMES: usize = 2;
/// See [`SIMILAR_TIMES`].
pub const SIMILAR_OF: usize = 1;

/// Whether two texts say much the same. A text without letters is similar to none.
#[must_use]
pub fn similar(one: &str, other: &str) -> bool {
    let (one, other) = (bigrams(one), bigrams(other));
    let common = one.iter().filter(|pair| other.contains(pair)).count();
    reaches(common, one.len(), other.len())
}

const fn reaches(common: usize, one: usize, other: usize) -> bool {
    common > 0 && SIMILAR_TIMES * 2 * common >= SIMILAR_OF * (one + other)
}

/// Opinions in groups of similar ones, a chain of similar texts being one group. The largest group first, then by its oldest
/// opinion; inside by id, which is by time. The order of the input does not matter.
#[must_use]
pub fn groups(opinions: &[(OpinionId, &str)]) -> Vec<Vec<OpinionId>> {
    let mut sorted: Vec<(OpinionId, Vec<String>)> = opinions.iter().map(|(id, text)| (*id, bigrams(text))).collect();
    sorted.sort_by_key(|(id, _)| *id);
    sorted.dedup_by_key(|(id, _)| *id);

    let mut chains = Chains((0..sorted.len()).collect());
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, pairs)) in sorted.iter().enumerate() {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in pairs {
            let before = holders.entry(pair).or_default();
            before.iter().for_each(|other| *common.entry(*other).or_default() += 1);
            before.push(at);
        }
        for (other, common) in common {
            let other_pairs = sorted.get(other).map_or(0, |(_, pairs)| pairs.len());
            if reaches(common, pairs.len(), other_pairs) {
                chains.join(at, other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<OpinionId>> = BTreeMap::new();
    for (at, (id, _)) in sorted.iter().enumerate() {
        groups.entry(chains.first(at)).or_default().push(*id);
    }
    let mut groups: Vec<Vec<OpinionId>> = groups.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    groups
}

/// Which chain each opinion belongs to, named by the first of the chain.
struct Chains(Vec<usize>);

impl Chains {
    fn first(&self, mut at: usize) -> usize {
        while let Some(before) = self.0.get(at).copied().filter(|before| *before != at) {
            at = before;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        if let Some(first) = self.0.get_mut(one.max(other)) {
            *first = one.min(other);
        }
    }
}
