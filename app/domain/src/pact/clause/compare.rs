//! The difference of two versions.

use super::Clause;
use crate::ids::ClauseId;
use crate::text::{Span, diff_graphemes};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What happened to a clause's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "with", rename_all = "snake_case")]
pub enum Change {
    /// The words are the same.
    Same(String),
    /// The words changed: what stayed, went and came, in the order of reading.
    Changed(Vec<Span>),
    /// A new clause with these words.
    Added(String),
    /// A clause that is no longer there, with the words it had.
    Removed(String),
}

/// One clause of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseDiff {
    /// Which clause.
    pub id: ClauseId,
    /// Its number in the old version, from 1.
    pub old_no: Option<u32>,
    /// Its number in the new version, from 1.
    pub new_no: Option<u32>,
    /// It was carried to another place. A clause whose number changed because others came or went has not moved.
    pub moved: bool,
    /// What happened to its words.
    pub change: Change,
}

impl ClauseDiff {
    /// Whether anything happened to it.
    #[must_use]
    pub const fn is_touched(&self) -> bool {
        self.moved || !matches!(self.change, Change::Same(_))
    }
}

/// What became of each clause, in the order of the new version; a removed one stands after the clause it followed. As few
/// clauses as possible are said to have moved: the longest run that kept its order stays. An id that stands twice counts
/// where it stands first.
#[must_use]
pub fn diff(old: &[Clause], new: &[Clause]) -> Vec<ClauseDiff> {
    let (old, new) = (once(old), once(new));
    let old_at: HashMap<ClauseId, usize> = old.iter().enumerate().map(|(at, clause)| (clause.id, at)).collect();
    let new_ids: HashSet<ClauseId> = new.iter().map(|clause| clause.id).collect();
    let stays = kept_in_order(&new.iter().filter_map(|clause| old_at.get(&clause.id).copied()).collect::<Vec<_>>());

    let mut list: Vec<ClauseDiff> = new
        .iter()
        .enumerate()
        .map(|(at, clause)| {
            let before = old_at.get(&clause.id).copied();
            ClauseDiff {
                id: clause.id,
                old_no: before.map(number),
                new_no: Some(number(at)),
                moved: before.is_some_and(|before| !stays.contains(&before)),
                change: before
                    .and_then(|before| old.get(before))
                    .map_or_else(|| Change::Added(clause.text.clone()), |before| words(&before.text, &clause.text)),
            }
        })
        .collect();
    for (at, clause) in old.iter().enumerate().filter(|(_, clause)| !new_ids.contains(&clause.id)) {
        let before = at.checked_sub(1).and_then(|before| old.get(before)).map(|clause| clause.id);
        let place = before.and_then(|id| list.iter().position(|line| line.id == id)).map_or(0, |place| place + 1);
        let change = Change::Removed(clause.text.clone());
        list.insert(place, ClauseDiff { id: clause.id, old_no: Some(number(at)), new_no: None, moved: false, change });
    }
    list
}

/// The new version made from the old one and the difference; `None` when the difference is not of this old version.
#[must_use]
pub fn apply(old: &[Clause], difference: &[ClauseDiff]) -> Option<Vec<Clause>> {
    let old = once(old);
    let told: HashSet<ClauseId> = difference.iter().filter(|line| line.old_no.is_some()).map(|line| line.id).collect();
    if told != old.iter().map(|clause| clause.id).collect() {
        return None;
    }
    let mut new = Vec::new();
    for line in difference {
        let before = line.old_no.map(|no| old.get((no as usize).checked_sub(1)?).filter(|clause| clause.id == line.id));
        let before = match before {
            Some(found) => Some(found?.text.as_str()),
            None => None,
        };
        let side = |spans: &[Span], new: bool| -> String {
            let kept = spans.iter().filter(|span| match span {
                Span::Same(_) => true,
                Span::Gone(_) => !new,
                Span::New(_) => new,
            });
            kept.map(Span::text).collect()
        };
        let (was, is) = match &line.change {
            Change::Same(text) => (Some(text.clone()), Some(text.clone())),
            Change::Changed(spans) => (Some(side(spans, false)), Some(side(spans, true))),
            Change::Added(text) => (None, Some(text.clone())),
            Change::Removed(text) => (Some(text.clone()), None),
        };
        if was.as_deref() != before {
            return None;
        }
        new.extend(is.map(|text| (line.new_no, Clause { id: line.id, text })));
    }
    new.sort_by_key(|(no, _)| *no);
    Some(new.into_iter().map(|(_, clause)| clause).collect())
}

/// Where a clause went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "went", content = "no", rename_all = "snake_case")]
pub enum Went {
    /// It has this number now, with the same words.
    Same(u32),
    /// It has this number now, with other words.
    Changed(u32),
    /// It is no longer there.
    Gone,
}

/// Where a clause of the old version stands in the new one; `None` when the old one does not have it.
#[must_use]
pub fn went(old: &[Clause], new: &[Clause], id: ClauseId) -> Option<Went> {
    let before = old.iter().find(|clause| clause.id == id)?;
    let now = once(new).into_iter().enumerate().find(|(_, clause)| clause.id == id);
    Some(now.map_or(Went::Gone, |(at, clause)| {
        if clause.text == before.text { Went::Same(number(at)) } else { Went::Changed(number(at)) }
    }))
}

fn words(old: &str, new: &str) -> Change {
    if old == new { Change::Same(new.to_owned()) } else { Change::Changed(diff_graphemes(old, new)) }
}

fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

fn once(clauses: &[Clause]) -> Vec<&Clause> {
    let mut seen = HashSet::new();
    clauses.iter().filter(|clause| seen.insert(clause.id)).collect()
}

/// The values of a longest increasing subsequence; the values are all different.
fn kept_in_order(values: &[usize]) -> HashSet<usize> {
    // At each place: how long the longest run is that ends here, and where it came from.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let before = values.iter().zip(&runs).take(at).enumerate().filter(|(_, (earlier, _))| *earlier < value);
        let best = before.max_by_key(|(place, (_, (length, _)))| (*length, std::cmp::Reverse(*place)));
        runs.push(best.map_or((1, None), |(place, (_, (length, _)))| (length + 1, Some(place))));
    }
    let last = runs.iter().enumerate().max_by_key(|(at, (length, _))| (*length, std::cmp::Reverse(*at)));
    let mut at = last.map(|(at, _)| at);
    let mut kept = HashSet::new();
    while let Some(place) = at {
        kept.extend(values.get(place).copied());
        at = runs.get(place).and_then(|(_, before)| *before);
    }
    kept
}
