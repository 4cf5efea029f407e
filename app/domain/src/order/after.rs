//! What a move does to the flags beside the state and to the clock ledger, so that every use case
//! writes the same.

use super::{Flags, Move, Mover, State, Transition, Waiting};
use crate::clock::Entry;
use chrono::{DateTime, Utc};

impl Transition {
    /// The state and the flags after this move. The level of a supervision is the caller's to set.
    /// `None` only when the order should go back to where it was and nobody knows where that is.
    #[must_use]
    pub fn apply(&self, from: State, flags: &Flags) -> Option<(State, Flags)> {
        let to = self.lands(from, flags)?;
        let mut after = flags.clone();
        match self.mv {
            Move::ProposeRejection => after.waiting = Some(Waiting::Rejection),
            Move::AskReturn => {
                after.waiting = Some(Waiting::Return);
                after.lead_asked_return = true;
            }
            Move::AskExtension => after.waiting = Some(Waiting::Extension),
            Move::AskSuspension => after.waiting = Some(Waiting::Suspension),
            Move::ProposeConclusion => after.waiting = Some(Waiting::Conclusion),
            Move::GrantExtension => {
                after.waiting = None;
                after.extended = true;
            }
            Move::GrantReturn => {
                after.waiting = None;
                after.returns = flags.returns.saturating_add(1);
                after.has_lead = false;
                after.contacted = false;
            }
            Move::ConfirmRejection
            | Move::RefuseRejection
            | Move::RefuseReturn
            | Move::RefuseExtension
            | Move::GrantSuspension
            | Move::RefuseSuspension
            | Move::Conclude
            | Move::RefuseConclusion
            | Move::Cancel => after.waiting = None,
            Move::AskInfo => after.before = Some(from),
            Move::GiveInfo => after.before = None,
            Move::Merge => after.before_merge = Some(from),
            Move::Unmerge => after.before_merge = None,
            Move::Dispatch => {
                after.has_lead = true;
                after.lead_asked_return = false;
                after.contacted = false;
            }
            Move::Whistle => after.has_co_units = true,
            Move::LogContact => after.contacted = true,
            Move::Redo => {
                new_round(&mut after);
                after.supervise = after.supervise.max(1);
            }
            Move::Reopen => {
                new_round(&mut after);
                after.resident_reopened |= self.by.contains(&Mover::Resident);
            }
            _ => {}
        }
        Some((to, after))
    }

    /// The ledger rows this move writes; the new due time of an extension is the caller's to fill in.
    #[must_use]
    pub fn ledger(&self, at: DateTime<Utc>, policy_version: i32) -> Vec<Entry> {
        self.clocks.iter().map(|(clock, event)| Entry::new(*clock, *event, at, policy_version)).collect()
    }
}

/// Handling begins again (#18, #19): what was allowed once is allowed once more.
fn new_round(flags: &mut Flags) {
    flags.round = flags.round.saturating_add(1);
    flags.contacted = false;
    flags.extended = false;
    flags.overdue = false;
    flags.lead_asked_return = false;
}
