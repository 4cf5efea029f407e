//! Whether a pact may be moved now. The store fills [`Facts`], the table says what a move needs, and the answer is
//! [`Ready`] or a [`Refusal`] with the date from which it is possible or the names of what is missing.

use super::profile::RuleProfile;
use super::quorum::Outcome;
use super::table::{Need, Row, Seat, TABLE, To, Window};
use super::{Ending, Evidence, Move, Stage};
use crate::error::Error;
use crate::ids::PersonId;
use crate::meeting::Attendance;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeSet;

use super::Office;

/// What the rules have to know of a pact. [`Facts::new`] says of everything that it is not there.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The rules frozen for it.
    pub rules: RuleProfile,
    /// Where it is.
    pub stage: Stage,
    /// When this stage, or its restarted window, began.
    pub since: DateTime<Utc>,
    /// Since when a legal objection stops the clock.
    pub paused_at: Option<DateTime<Utc>>,
    /// How long the clock of this stage has stood still before.
    pub paused_for: Duration,
    /// What is recorded and counts for the present text and round. Objections to law and result stay in it when answered.
    pub evidence: BTreeSet<Evidence>,
    /// The draft has clauses and keeps the limits of `clause::problems`.
    pub draft_ready: bool,
    /// The draft differs from the published version.
    pub draft_changed: bool,
    /// Opinions of this round answered with adopted or partly.
    pub opinions_adopted: u32,
    /// Published opinions without an answer.
    pub opinions_open: u32,
    /// Households that have to be reached.
    pub households: u32,
    /// Households reached, by push, at the door or by post.
    pub delivered: u32,
    /// A party members' meeting of this round to which somebody came is closed with its minutes.
    pub party_meeting_closed: bool,
    /// A representatives' meeting of this round to which two thirds came is closed with its minutes.
    pub representatives_meeting_closed: bool,
    /// While there is none: the last representatives' meeting of this round that was over and to which too few came.
    pub representatives_short: Option<Attendance>,
    /// Amendments not yet decided.
    pub amendments_open: u32,
    /// The final text stands, and the reviews speak of its hash.
    pub text_hash: bool,
    /// The roll is drawn.
    pub roll_drawn: bool,
    /// Objections to the roll without an answer, rivals for one vote not settled.
    pub roll_objections_open: u32,
    /// Papers entered once only, or twice with a difference.
    pub papers_open: u32,
    /// How the vote ended, once it is counted.
    pub outcome: Option<Outcome>,
    /// Objections to the result without an answer.
    pub result_objections_open: u32,
    /// Who is asked to sign: households or owners.
    pub signers: u32,
    /// Who has signed and not withdrawn.
    pub signed: u32,
    /// Legal objections without an answer.
    pub law_objections_open: u32,
    /// The day by which it has to be reviewed, once in force.
    pub review_on: Option<NaiveDate>,
    /// A pact that takes its place is in force.
    pub successor_in_force: bool,
    /// With [`Move::End`]: the ending that is asked for.
    pub ending: Option<Ending>,
}

impl Facts {
    /// A pact of which nothing is recorded.
    #[must_use]
    pub const fn new(rules: RuleProfile, stage: Stage, since: DateTime<Utc>) -> Self {
        Self {
            rules,
            stage,
            since,
            paused_at: None,
            paused_for: Duration::zero(),
            evidence: BTreeSet::new(),
            draft_ready: false,
            draft_changed: false,
            opinions_adopted: 0,
            opinions_open: 0,
            households: 0,
            delivered: 0,
            party_meeting_closed: false,
            representatives_meeting_closed: false,
            representatives_short: None,
            amendments_open: 0,
            text_hash: false,
            roll_drawn: false,
            roll_objections_open: 0,
            papers_open: 0,
            outcome: None,
            result_objections_open: 0,
            signers: 0,
            signed: 0,
            law_objections_open: 0,
            review_on: None,
            successor_in_force: false,
            ending: None,
        }
    }

    /// Whether everybody asked has signed.
    #[must_use]
    pub const fn all_signed(&self) -> bool {
        self.signers > 0 && self.signed >= self.signers
    }

    /// When a window of this stage is over: the end of its last day in the time of Beijing, the day it began not
    /// counted (Civil Code 201), later by as long as the clock stood still. While it stands still, as if it went on now.
    #[must_use]
    pub fn window_ends(&self, days: u16, now: DateTime<Utc>) -> DateTime<Utc> {
        let stood = self.paused_for + self.paused_at.map_or_else(Duration::zero, |at| (now - at).max(Duration::zero()));
        begin_of(day_of(self.since) + Duration::days(i64::from(days) + 1)) + stood
    }

    /// The first day from which a photo of the posted text counts: for the first day the day it was posted, for the
    /// fifteenth (by the rules perhaps another) the last of so many days, the first one counted. `None` for what is no photo.
    #[must_use]
    pub fn photo_counts_from(&self, evidence: Evidence) -> Option<NaiveDate> {
        let posted = day_of(self.since);
        let last = i64::from(self.rules.windows.publish.days.max(1)) - 1;
        match evidence {
            Evidence::PostingDay1 => Some(posted),
            Evidence::PostingDay15 => Some(day_of(self.since + self.paused_for) + Duration::days(last)),
            _ => None,
        }
    }

    /// From when a row's window allows it; `None` when it sets no beginning or it cannot be known yet.
    #[must_use]
    pub fn possible_from(&self, row: &Row, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ends = |days: u16| Some(self.window_ends(days, now));
        let windows = &self.rules.windows;
        match row.window {
            Window::Open | Window::AtMost(_) => None,
            Window::AtLeast(span) => ends(windows.days(span)),
            Window::NoticeOrShort if self.evidence.contains(&Evidence::ShortNotice) => {
                ends(windows.roll_objections.days)
            }
            Window::NoticeOrShort => ends(windows.notice.days.max(windows.roll_objections.days)),
            Window::SignedOrOver if self.all_signed() => None,
            Window::SignedOrOver => ends(windows.sign.days),
            Window::ReviewDay => self.review_on.map(|day| begin_of(day + Duration::days(1))),
        }
    }

    /// By when a row is expected, where its window sets an end.
    #[must_use]
    pub fn expected_by(&self, row: &Row, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match row.window {
            Window::AtMost(span) => Some(self.window_ends(self.rules.windows.days(span), now)),
            Window::SignedOrOver => Some(self.window_ends(self.rules.windows.sign.days, now)),
            _ => None,
        }
    }

    /// What a row needs and does not have, in the order of the table.
    #[must_use]
    pub fn missing(&self, row: &Row) -> Vec<Need> {
        row.needs.iter().copied().filter(|need| !need.is_met(self)).collect()
    }

    /// The rows that lead on from here, whatever they still need.
    pub fn rows(&self) -> impl Iterator<Item = &'static Row> + '_ {
        TABLE.iter().filter(|row| row.fits(self))
    }

    /// The moves people can make from here, whatever they still need; each once.
    #[must_use]
    pub fn possible(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for row in self.rows().filter(|row| !row.seats.is_empty()) {
            if !moves.contains(&row.mv) {
                moves.push(row.mv);
            }
        }
        moves
    }
}

/// A move that may be made now.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// Its row.
    pub row: &'static Row,
    /// Where it leads.
    pub to: Stage,
    /// Its window ended before: it is made all the same, and shown as late.
    pub late: bool,
}

/// Why a move may not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not from this stage, not with this result, or not while the clock stands still.
    #[error("{mv} is not possible in stage {stage}")]
    NotHere {
        /// The stage it is in.
        stage: Stage,
        /// The move that was tried.
        mv: Move,
        /// What is possible instead.
        possible: Vec<Move>,
    },
    /// The window still runs.
    #[error("possible from {from}")]
    TooEarly {
        /// From when it is possible, if the clock does not stand still until then.
        from: DateTime<Utc>,
    },
    /// Something has to be there first.
    #[error("still missing: {}", needs.iter().map(|need| need.code()).collect::<Vec<_>>().join(", "))]
    Missing {
        /// What, in the order of the table.
        needs: Vec<Need>,
    },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotHere { stage, mv, possible } => Self::PactMove { stage, mv, possible },
            Refusal::TooEarly { from } => Self::TooEarly { from },
            Refusal::Missing { needs } => Self::StillMissing { needs },
        }
    }
}

/// Whether the move may be made now. Who assents is another question, see [`assents_missing`]. [`Move::End`] asks
/// for the ending in [`Facts::ending`].
///
/// # Errors
/// [`Refusal`]: first whether it is possible from here, then the date, then what is missing.
pub fn check(facts: &Facts, mv: Move, now: DateTime<Utc>) -> Result<Ready, Refusal> {
    let row = facts.rows().find(|row| row.mv == mv && row.ending == facts.ending.filter(|_| mv == Move::End));
    let row = row.ok_or_else(|| Refusal::NotHere { stage: facts.stage, mv, possible: facts.possible() })?;
    if let Some(from) = facts.possible_from(row, now).filter(|from| now < *from) {
        return Err(Refusal::TooEarly { from });
    }
    let needs = facts.missing(row);
    if !needs.is_empty() {
        return Err(Refusal::Missing { needs });
    }
    let late = facts.expected_by(row, now).is_some_and(|by| now >= by);
    Ok(Ready { row, to: row.to.stage(facts.stage), late })
}

/// What a move that is due makes without anybody: the end of the signing, the expiry (pacts.md, Stages).
///
/// # Errors
/// As [`check`]; [`Refusal::NotHere`] for a move that people have to make.
pub fn check_clock(facts: &Facts, mv: Move, now: DateTime<Utc>) -> Result<Ready, Refusal> {
    let ready = check(facts, mv, now)?;
    if ready.row.clock {
        Ok(ready)
    } else {
        Err(Refusal::NotHere { stage: facts.stage, mv, possible: facts.possible() })
    }
}

/// The offices whose assent a move still needs, and of how many people; empty when it can be performed. One
/// person counts once.
#[must_use]
pub fn assents_missing(mv: Move, given: &[(PersonId, Office)]) -> Vec<Wanted> {
    let mut people = BTreeSet::new();
    let counted: Vec<Office> = given.iter().filter(|(who, _)| people.insert(*who)).map(|(_, office)| *office).collect();
    seats(mv)
        .iter()
        .filter_map(|seat| {
            let has = counted.iter().filter(|office| seat.any_of.contains(office)).count();
            let people = usize::from(seat.people).saturating_sub(has);
            (people > 0)
                .then(|| Wanted { any_of: seat.any_of.to_vec(), people: u8::try_from(people).unwrap_or(u8::MAX) })
        })
        .collect()
}

/// Assents that are still wanted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Wanted {
    /// Any of these offices.
    pub any_of: Vec<Office>,
    /// From so many different people.
    pub people: u8,
}

/// Who has to assent to a move; the same for all its rows that people make.
#[must_use]
pub fn seats(mv: Move) -> &'static [Seat] {
    TABLE.iter().find(|row| row.mv == mv && !row.seats.is_empty()).map_or(&[], |row| row.seats)
}

/// Whether an office takes part in a move.
#[must_use]
pub fn may_assent(mv: Move, office: Office) -> bool {
    seats(mv).iter().any(|seat| seat.any_of.contains(&office))
}

impl To {
    /// The stage it leads to.
    #[must_use]
    pub const fn stage(self, now: Stage) -> Stage {
        match self {
            Self::Stage(stage) => stage,
            Self::Same => now,
        }
    }
}

const BEIJING: Duration = Duration::hours(8);

/// The day a moment lies in, in the time of Beijing.
#[must_use]
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    (at + BEIJING).date_naive()
}

/// The moment a day begins, in the time of Beijing.
#[must_use]
pub fn begin_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - BEIJING
}
