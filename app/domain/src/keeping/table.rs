//! The course of a report as data: from where, by whom, until when (pacts.md: triage 3 d → right of reply 7 d → panel of three
//! → reminder, mediation or closed → appeal). What has no row is refused.

use chrono::{DateTime, TimeDelta, Utc};

use super::State::{AppealPanel, Closed, Decided, Panel, Received, Reply};
use super::{APPEAL, Move, Mover, Outcome, PANEL, REPLY, State, TRIAGE};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// From which state; `None` for the first.
    pub from: Option<State>,
    /// What is done.
    pub mv: Move,
    /// Who does it.
    pub by: Mover,
    /// Into which state.
    pub to: State,
    /// Who is told.
    pub told: &'static [Mover],
}

/// Every row.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    Transition { from: None,              mv: Move::Report,     by: Mover::Reporter,  to: Received,    told: &[] },
    Transition { from: Some(Received),    mv: Move::TurnAway,   by: Mover::Officer,   to: Closed,      told: &[Mover::Reporter] },
    Transition { from: Some(Received),    mv: Move::TakeUp,     by: Mover::Officer,   to: Reply,       told: &[Mover::Reporter, Mover::Concerned] },
    Transition { from: Some(Reply),       mv: Move::Answer,     by: Mover::Concerned, to: Panel,       told: &[Mover::Reporter] },
    Transition { from: Some(Reply),       mv: Move::AnswerOver, by: Mover::Clock,     to: Panel,       told: &[Mover::Concerned] },
    Transition { from: Some(Panel),       mv: Move::Find,       by: Mover::Panel,     to: Decided,     told: &[Mover::Reporter, Mover::Concerned] },
    Transition { from: Some(Decided),     mv: Move::Appeal,     by: Mover::Reporter,  to: AppealPanel, told: &[Mover::Concerned] },
    Transition { from: Some(Decided),     mv: Move::Appeal,     by: Mover::Concerned, to: AppealPanel, told: &[Mover::Reporter] },
    Transition { from: Some(Decided),     mv: Move::AppealOver, by: Mover::Clock,     to: Closed,      told: &[] },
    Transition { from: Some(AppealPanel), mv: Move::FindAgain,  by: Mover::Panel,     to: Closed,      told: &[Mover::Reporter, Mover::Concerned] },
];

/// The row of a move by somebody from a state; `None` when it is not possible.
#[must_use]
pub fn row_for(from: Option<State>, mv: Move, by: Mover) -> Option<&'static Transition> {
    TABLE.iter().find(|row| row.from == from && row.mv == mv && row.by == by)
}

/// Until when a report that is in a state since then should have left it; `None` once it is over.
#[must_use]
pub fn due(state: State, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let within: TimeDelta = match state {
        Received => TRIAGE,
        Reply => REPLY,
        Panel | AppealPanel => PANEL,
        Decided => APPEAL,
        Closed => return None,
    };
    since.checked_add_signed(within)
}

/// What three findings come to: what two of them say, else the mildest. `None` until all three are there.
#[must_use]
pub fn outcome_of(findings: &[Outcome]) -> Option<Outcome> {
    if findings.len() < super::SEATS {
        return None;
    }
    let twice = findings.iter().find(|one| findings.iter().filter(|other| other == one).count() >= 2);
    twice.or_else(|| findings.iter().min()).copied()
}
