//! The vote's small rules: as what one votes, when one may act for another, when two readings of a paper are one ballot, how
//! ballots become a tally, and which numbers are too small to show (pacts.md, Roll and vote).

use super::profile::{Basis, Counting, RuleProfile};
use super::quorum::{Count, Tally};
use super::{Capacity, Choice};
use crate::ids::PersonId;

/// Whether somebody listed in that capacity votes when it is counted this way.
#[must_use]
pub fn may_vote(counting: &Counting, capacity: Capacity) -> bool {
    counting.capacity == capacity
}

coded! {
    /// Why somebody may not vote for another.
    pub enum NoProxy {
        /// The rules know no proxies.
        NotAllowed = "not_allowed",
        /// There is no written authorisation.
        NotWritten = "not_written",
        /// They act for as many as one may already.
        TooMany = "too_many",
        /// One does not act for oneself.
        Oneself = "oneself",
    }
}

/// Whether `proxy` may vote for `voter`, when they act for `already` other voting units of this vote.
///
/// # Errors
/// The first [`NoProxy`] that applies.
pub fn proxy(rules: &RuleProfile, proxy: PersonId, voter: PersonId, already: u8, written: bool) -> Result<(), NoProxy> {
    let refused = [
        (!rules.proxies.allowed, NoProxy::NotAllowed),
        (proxy == voter, NoProxy::Oneself),
        (rules.proxies.written && !written, NoProxy::NotWritten),
        (already >= rules.proxies.most, NoProxy::TooMany),
    ];
    refused.iter().find(|(applies, _)| *applies).map_or(Ok(()), |(_, why)| Err(*why))
}

/// What the readings of one paper come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// One person has read it, or nobody: it waits for another.
    Waits,
    /// Two people read the same.
    Is(Choice),
    /// They read different things: the count stops until it is settled.
    Differs,
}

/// The readings of one paper, each with who read it. The same person twice is one reading, the later one.
#[must_use]
pub fn paper(readings: &[(PersonId, Choice)]) -> Paper {
    let latest: std::collections::BTreeMap<PersonId, Choice> = readings.iter().copied().collect();
    let mut choices = latest.values();
    match (choices.next(), choices.next()) {
        (Some(first), Some(_)) if latest.values().all(|choice| choice == first) => Paper::Is(*first),
        (Some(_), Some(_)) => Paper::Differs,
        _ => Paper::Waits,
    }
}

/// A ballot as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ballot {
    /// What it says; `None` for somebody who came and gave no valid ballot, who is present all the same.
    pub choice: Option<Choice>,
    /// Floor area of the voting unit in square centimetres.
    pub area_cm2: u64,
}

/// The tally of a vote: `total` voting units with `total_area_cm2` together on the roll, and the ballots.
#[must_use]
pub fn tally(basis: Basis, total: u64, total_area_cm2: u64, ballots: impl IntoIterator<Item = Ballot>) -> Tally {
    let mut heads = Count { total, ..Count::default() };
    let mut area = Count { total: total_area_cm2, ..Count::default() };
    for ballot in ballots {
        for (count, weight) in [(&mut heads, 1), (&mut area, ballot.area_cm2)] {
            let side = match ballot.choice {
                Some(Choice::Yes) => Some(&mut count.yes),
                Some(Choice::No) => Some(&mut count.no),
                Some(Choice::Abstain) => Some(&mut count.abstain),
                None => None,
            };
            if let Some(side) = side {
                *side = side.saturating_add(weight);
            }
            count.present = count.present.saturating_add(weight);
        }
    }
    Tally { heads, area_cm2: basis.has_area().then_some(area) }
}

/// Numbers of a part (a building, a body) are shown from this many ballots on.
pub const SHOWN_FROM: u64 = 5;

/// The counts of the parts of a vote as they may be shown: a part with fewer than [`SHOWN_FROM`] ballots is hidden, and when it
/// alone would be, the smallest other one too, because the whole is known and the rest could be taken from it. A part in which
/// nobody took part is shown.
#[must_use]
pub fn shown(parts: &[Count]) -> Vec<Option<Count>> {
    let small = |count: &Count| count.present > 0 && count.present < SHOWN_FROM;
    let mut shown: Vec<Option<Count>> = parts.iter().map(|count| (!small(count)).then_some(*count)).collect();
    if shown.iter().filter(|part| part.is_none()).count() == 1 {
        let with_votes = shown.iter_mut().filter(|part| part.is_some_and(|count| count.present > 0));
        if let Some(smallest) = with_votes.min_by_key(|part| part.map(|count| count.present)) {
            *smallest = None;
        }
    }
    shown
}
