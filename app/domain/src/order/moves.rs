//! What joins the table of moves with the table of permissions: which action a move is, and which of
//! the moves that are legal now an actor may make.

use super::{Flags, Move, Mover, State, TABLE, Transition, possible};
use crate::permission::{Action, Target};
use crate::person::{Actor, Role};

impl Move {
    /// The action of the staff member or of the clock who makes this move; for a move that only a
    /// resident makes, theirs.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::File => Action::FileForOther,
            Self::Accept => Action::AcceptRequest,
            Self::AnswerAtOnce => Action::AnswerAtOnce,
            Self::ProposeRejection => Action::ProposeRejection,
            Self::ConfirmRejection | Self::RefuseRejection => Action::DecideRejection,
            Self::AskInfo => Action::AskInfo,
            Self::GiveInfo => Action::RecordInfo,
            Self::Dispatch => Action::DispatchOrder,
            Self::StartHandling => Action::StartHandling,
            Self::AskReturn => Action::AskReturn,
            Self::GrantReturn | Self::RefuseReturn => Action::DecideReturn,
            Self::Whistle => Action::Whistle,
            Self::LogArrival => Action::LogArrival,
            Self::SubmitSubReply => Action::SubmitSubReply,
            Self::RateCoUnit => Action::RateCoUnit,
            Self::LogContact => Action::LogContact,
            Self::AskExtension => Action::AskExtension,
            Self::GrantExtension | Self::RefuseExtension => Action::GrantExtension,
            Self::AskSuspension => Action::AskSuspension,
            Self::GrantSuspension | Self::RefuseSuspension => Action::GrantSuspension,
            Self::Resume => Action::ResumeOrder,
            Self::SubmitReply => Action::SubmitReply,
            Self::SendBack => Action::SendBackReply,
            Self::ApproveReply => Action::ApproveReply,
            Self::Close | Self::Redo => Action::FollowUp,
            Self::Reopen => Action::ReopenOrder,
            Self::Merge | Self::Unmerge => Action::MergeOrders,
            Self::Cancel => Action::CancelRequest,
            Self::KeepForSafety => Action::KeepForSafety,
            Self::Supervise => Action::Supervise,
            Self::ProposeConclusion => Action::ProposeConclusion,
            Self::Conclude | Self::RefuseConclusion => Action::DecideConclusion,
        }
    }

    /// The action of the resident who makes this move; `None` when no resident does.
    #[must_use]
    pub const fn resident_action(self) -> Option<Action> {
        match self {
            Self::File => Some(Action::FileRequest),
            Self::GiveInfo => Some(Action::GiveInfo),
            Self::Close => Some(Action::RateRequest),
            Self::Redo => Some(Action::RedoRequest),
            Self::Reopen => Some(Action::ReopenRequest),
            Self::Cancel => Some(Action::CancelRequest),
            _ => None,
        }
    }

    /// The action of one mover.
    #[must_use]
    pub const fn action_by(self, mover: Mover) -> Action {
        match (mover, self.resident_action()) {
            (Mover::Resident, Some(action)) => action,
            _ => self.action(),
        }
    }
}

impl Mover {
    /// The roles a letter of the States table stands for.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Resident => &[Role::Visitor, Role::Resident],
            Self::Clerk => &[Role::Clerk],
            Self::Dispatcher => &[Role::Dispatcher],
            Self::Handler => &[Role::Handler],
            Self::Manager => &[Role::UnitManager],
            Self::FollowUp => &[Role::FollowUpOfficer],
            Self::Supervisor => &[Role::Supervisor],
            Self::GridWorker => &[Role::GridHead, Role::Adviser, Role::GridWorker, Role::NeighbourHead],
            Self::Clock | Self::Api | Self::Rule => &[Role::System],
        }
    }

    /// The letters a role stands for; empty when it moves no orders.
    #[must_use]
    pub fn of(role: Role) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|mover| mover.roles().contains(&role)).collect()
    }
}

/// Who makes a move, in any of its rows: for the message that says who could.
#[must_use]
pub fn movers(mv: Move) -> Vec<Mover> {
    let mut found = Vec::new();
    for by in TABLE.iter().filter(|row| row.mv == mv).flat_map(|row| row.by) {
        if !found.contains(by) {
            found.push(*by);
        }
    }
    found
}

/// Every action that makes this move for somebody.
#[must_use]
pub fn actions(mv: Move) -> Vec<Action> {
    let mut found = Vec::new();
    for mover in movers(mv) {
        let action = mv.action_by(mover);
        if !found.contains(&action) {
            found.push(action);
        }
    }
    found
}

/// The rows this actor may use on this order now: the buttons of its page. One row a move.
#[must_use]
pub fn possible_for(actor: &Actor, target: &Target, state: State, flags: &Flags) -> Vec<&'static Transition> {
    let mut rows: Vec<&'static Transition> = Vec::new();
    for row in possible(state, flags, Mover::ALL) {
        let may = row
            .by
            .iter()
            .any(|by| actor.roles_for(row.mv.action_by(*by), target).any(|role| by.roles().contains(&role)));
        if may && !rows.iter().any(|listed| listed.mv == row.mv) {
            rows.push(row);
        }
    }
    rows
}
