//! What comes next on a pact's way: the calendar on its page and at the desk (pacts.md, Stages).

use super::stage::{Facts, Wanted, begin_of, day_of, seats};
use super::table::{Need, Row};
use super::{Move, Stage};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// One line of the calendar: a move that leads on from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The move.
    pub mv: Move,
    /// Where it leads.
    pub to: Stage,
    /// From when it is possible; `None` for at once, or when what it waits for has no date.
    pub from: Option<DateTime<Utc>>,
    /// By when it is expected; `None` when the rules set no end.
    pub by: Option<DateTime<Utc>>,
    /// It was expected before now.
    pub late: bool,
    /// Who has to assent; empty when it happens by itself.
    pub who: Vec<Wanted>,
    /// It happens by itself when it is due.
    pub by_itself: bool,
    /// What is still missing, in the order of the table.
    pub missing: Vec<Need>,
    /// The usual way on, or one for what went wrong.
    pub usual: bool,
}

impl Next {
    /// Whether only the assents are missing.
    #[must_use]
    pub fn is_ready(&self, now: DateTime<Utc>) -> bool {
        self.missing.is_empty() && self.from.is_none_or(|from| from <= now)
    }
}

/// The moves that lead on from here, the usual ones first. While the clock stands still the dates are those it would
/// have if it went on now. An ordered correction or a pause stays out until its paper is there: nobody awaits them.
#[must_use]
pub fn what_next(facts: &Facts, now: DateTime<Utc>) -> Vec<Next> {
    let mut next: Vec<Next> = facts
        .rows()
        .filter(|row| row.usual || (facts.missing(row).is_empty() && !row.seats.is_empty()))
        .map(|row| of_row(facts, row, now))
        .collect();
    next.sort_by_key(|line| !line.usual);
    next
}

fn of_row(facts: &Facts, row: &Row, now: DateTime<Utc>) -> Next {
    let by = facts.expected_by(row, now);
    let who = if row.seats.is_empty() { &[] } else { seats(row.mv) };
    Next {
        mv: row.mv,
        to: row.to.stage(facts.stage),
        from: facts.possible_from(row, now).filter(|from| *from > now),
        by,
        late: by.is_some_and(|by| now >= by),
        who: who.iter().map(|seat| Wanted { any_of: seat.any_of.to_vec(), people: seat.people }).collect(),
        by_itself: row.clock,
        missing: facts.missing(row),
        usual: row.usual,
    }
}

/// A stage to come and the earliest day it can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// The stage.
    pub stage: Stage,
    /// When it can begin if everybody does their part at once.
    pub earliest: DateTime<Utc>,
}

/// The stages still to come on the straight way to being in force, each with its earliest beginning. Empty once it is
/// in force, and for a result that leads back.
#[must_use]
pub fn ahead(facts: &Facts, now: DateTime<Utc>) -> Vec<Ahead> {
    use super::quorum::Outcome;
    let mut list = Vec::new();
    if facts.stage == Stage::Result && facts.outcome.is_some_and(|outcome| outcome != Outcome::Passed) {
        return list;
    }
    let windows = &facts.rules.windows;
    let mut at = now;
    for (position, stage) in Stage::ALL.iter().enumerate() {
        if *stage < facts.stage || !stage.is_open() {
            continue;
        }
        let days = match stage {
            Stage::Down1 => Some(windows.consult.days),
            Stage::Notice => Some(windows.notice.days.max(windows.roll_objections.days)),
            Stage::Result => Some(windows.result_objections.days),
            Stage::Publish => Some(windows.publish.days),
            _ => None,
        };
        let over = days.map(|days| {
            if *stage == facts.stage {
                present_over(facts, days, now)
            } else {
                begin_of(day_of(at) + Duration::days(i64::from(days) + 1))
            }
        });
        at = over.map_or(at, |over| over.max(at));
        if let Some(next) = Stage::ALL.get(position + 1) {
            list.push(Ahead { stage: *next, earliest: at });
        }
    }
    list
}

/// When the present stage's window is over, a shorter notice regarded.
fn present_over(facts: &Facts, days: u16, now: DateTime<Utc>) -> DateTime<Utc> {
    let short = facts.rows().filter(|row| row.usual).filter_map(|row| facts.possible_from(row, now)).min();
    short.unwrap_or_else(|| facts.window_ends(days, now))
}
