//! A work order 工单: its states, its moves, and the functions that say whether a move is legal. The
//! rules themselves are the table in `order/table.rs`, which reads like requests.md, States.

mod after;
mod automatic;
mod moves;
mod table;
mod words;

pub use automatic::{
    CLOSE_AFTER_DAYS, INFO_WORK_DAYS, REOPEN_DAYS, RETURN_HOURS, START_AFTER_HOURS, SUSPEND_DAYS_MAX, Times, automatic,
    in_time,
};
pub use moves::{actions, movers, possible_for};
pub use table::TABLE;
pub use words::{ContactOutcome, ContactWay, Hears, Mover, Need, Outcome, Urgency, Waiting};

use crate::clock::{Clock, ClockEvent};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

coded! {
    /// Where an order is.
    pub enum State {
        /// Filed; nobody has looked.
        Received = "received",
        /// A clerk took it up; waits to be dispatched.
        Accepted = "accepted",
        /// A unit has it; nobody there started.
        Dispatched = "dispatched",
        /// In hand.
        Handling = "handling",
        /// Waits for the resident's answer.
        NeedInfo = "need_info",
        /// 挂账: not solvable now, with a plan and a review date.
        Suspended = "suspended",
        /// A reply waits for the manager.
        ReplyReview = "reply_review",
        /// Answered; waits for the resident's word.
        Replied = "replied",
        /// Done.
        Closed = "closed",
        /// Not accepted, with a reason.
        Rejected = "rejected",
        /// Goes on in another order.
        Merged = "merged",
        /// Taken back.
        Cancelled = "cancelled",
    }
}

impl State {
    /// The states an order in work can be in: everything before an end.
    pub const OPEN: &'static [Self] = &[
        Self::Received,
        Self::Accepted,
        Self::Dispatched,
        Self::Handling,
        Self::NeedInfo,
        Self::Suspended,
        Self::ReplyReview,
        Self::Replied,
    ];

    /// Whether work goes on.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Which of the four round characters 收转办回 is the present one. `None` when the order left the
    /// way: rejected, merged (see the master) or cancelled.
    #[must_use]
    pub const fn stage(self, before: Option<Self>) -> Option<Stage> {
        match self {
            Self::Received => Some(Stage::Received),
            Self::Accepted | Self::Dispatched => Some(Stage::PassedOn),
            Self::Handling | Self::Suspended | Self::ReplyReview => Some(Stage::InHand),
            Self::NeedInfo => match before {
                Some(Self::Received) => Some(Stage::Received),
                _ => Some(Stage::InHand),
            },
            Self::Replied | Self::Closed => Some(Stage::Answered),
            Self::Rejected | Self::Merged | Self::Cancelled => None,
        }
    }
}

coded! {
    /// 收 · 转 · 办 · 回: where a request is, at a glance.
    pub enum Stage {
        /// 收
        Received = "received",
        /// 转
        PassedOn = "passed_on",
        /// 办
        InHand = "in_hand",
        /// 回
        Answered = "answered",
    }
}

coded! {
    /// What can be done to an order. A row of the States table can need several: one asks, one decides.
    pub enum Move {
        /// #1
        File = "file",
        /// #2
        Accept = "accept",
        /// #2a
        AnswerAtOnce = "answer_at_once",
        /// #3, first person
        ProposeRejection = "propose_rejection",
        /// #3, second person
        ConfirmRejection = "confirm_rejection",
        /// #3, the second person says no
        RefuseRejection = "refuse_rejection",
        /// #4
        AskInfo = "ask_info",
        /// #4a
        GiveInfo = "give_info",
        /// #5
        Dispatch = "dispatch",
        /// #6
        StartHandling = "start_handling",
        /// #7
        AskReturn = "ask_return",
        /// #8
        GrantReturn = "grant_return",
        /// #8
        RefuseReturn = "refuse_return",
        /// #9 吹哨
        Whistle = "whistle",
        /// #9 报到
        LogArrival = "log_arrival",
        /// #9, a co-unit's part of the answer
        SubmitSubReply = "submit_sub_reply",
        /// #9, the street rates a co-unit
        RateCoUnit = "rate_co_unit",
        /// #10
        LogContact = "log_contact",
        /// #11
        AskExtension = "ask_extension",
        /// #11
        GrantExtension = "grant_extension",
        /// #11
        RefuseExtension = "refuse_extension",
        /// #12
        AskSuspension = "ask_suspension",
        /// #12 挂账
        GrantSuspension = "grant_suspension",
        /// #12
        RefuseSuspension = "refuse_suspension",
        /// #13
        Resume = "resume",
        /// #14
        SubmitReply = "submit_reply",
        /// #15
        SendBack = "send_back",
        /// #16
        ApproveReply = "approve_reply",
        /// #17
        Close = "close",
        /// #18
        Redo = "redo",
        /// #19
        Reopen = "reopen",
        /// #20
        Merge = "merge",
        /// #21
        Unmerge = "unmerge",
        /// #22
        Cancel = "cancel",
        /// #22, the order is kept for safety without its resident
        KeepForSafety = "keep_for_safety",
        /// #23 督办
        Supervise = "supervise",
        /// #24, first signer
        ProposeConclusion = "propose_conclusion",
        /// #24, second signer 依规办结
        Conclude = "conclude",
        /// #24, the second signer says no
        RefuseConclusion = "refuse_conclusion",
    }
}

/// The number of an order's latest change; a move names the one it saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i32);

impl Version {
    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

/// The highest level of supervision.
pub const SUPERVISE_MAX: u8 = 3;

/// What stands beside the state (requests.md, States: "Flags beside the state").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// Needs attention before others.
    pub urgent: bool,
    /// 督办 level, 0 to [`SUPERVISE_MAX`].
    pub supervise: u8,
    /// A limit has passed.
    pub overdue: bool,
    /// What waits for a second person; one thing at a time.
    pub waiting: Option<Waiting>,
    /// The state before `need_info`, to go back to.
    pub before: Option<State>,
    /// The state before `merged`, to go back to.
    pub before_merge: Option<State>,
    /// A lead unit has it. Not so before the dispatch, after a return, and when it was answered at once.
    pub has_lead: bool,
    /// How often it was returned.
    pub returns: u8,
    /// The present lead unit has asked to return it already.
    pub lead_asked_return: bool,
    /// An extension was granted already.
    pub extended: bool,
    /// The resident has reopened it already.
    pub resident_reopened: bool,
    /// A co-unit works on it.
    pub has_co_units: bool,
    /// The resident was contacted in this round.
    pub contacted: bool,
    /// All its requests are questions.
    pub question: bool,
    /// The master it was merged into has replied.
    pub master_replied: bool,
    /// How often handling has begun; 1 for the first time.
    pub round: u8,
}

impl Default for Flags {
    fn default() -> Self {
        Self {
            urgent: false,
            supervise: 0,
            overdue: false,
            waiting: None,
            before: None,
            before_merge: None,
            has_lead: false,
            returns: 0,
            lead_asked_return: false,
            extended: false,
            resident_reopened: false,
            has_co_units: false,
            contacted: false,
            question: false,
            master_replied: false,
            round: 1,
        }
    }
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this state.
    State(State),
    /// Nowhere: only flags or the ledger change.
    Same,
    /// Back to where it was before `need_info` or `merged`.
    Before,
}

/// A condition on the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing waits for a second person.
    NothingWaits,
    /// This waits for a second person.
    Waits(Waiting),
    /// The lead unit has not asked to return it yet (#7: once a unit).
    NotAskedToReturn,
    /// It was returned fewer than two times (#8: D decides).
    ReturnedBelowTwice,
    /// It was returned two times (#8: S decides, binding).
    ReturnedTwice,
    /// No extension was granted yet (#11: once).
    NotExtended,
    /// The resident has not reopened it yet (#19: once).
    NotReopenedByResident,
    /// A co-unit works on it (#9).
    HasCoUnits,
    /// The resident was contacted (#14: contact record).
    Contacted,
    /// It is a question (#2a).
    IsQuestion,
    /// The master has not replied yet (#21).
    MasterNotReplied,
    /// A lead unit has it.
    HasLead,
    /// No unit has it: it was answered at once (#2a).
    NoLead,
}

impl When {
    /// Whether the condition holds.
    #[must_use]
    pub fn holds(self, flags: &Flags) -> bool {
        match self {
            Self::NothingWaits => flags.waiting.is_none(),
            Self::Waits(what) => flags.waiting == Some(what),
            Self::NotAskedToReturn => !flags.lead_asked_return,
            Self::ReturnedBelowTwice => flags.returns < 2,
            Self::ReturnedTwice => flags.returns >= 2,
            Self::NotExtended => !flags.extended,
            Self::NotReopenedByResident => !flags.resident_reopened,
            Self::HasCoUnits => flags.has_co_units,
            Self::Contacted => flags.contacted,
            Self::IsQuestion => flags.question,
            Self::MasterNotReplied => !flags.master_replied,
            Self::HasLead => flags.has_lead,
            Self::NoLead => !flags.has_lead,
        }
    }
}

/// A time span in which a move is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// 24 hours after the dispatch (#7).
    DayOfDispatch,
    /// Before the handling limit (#11).
    BeforeDue,
    /// 15 days after closing (#19, the resident).
    FifteenDaysOfClosing,
}

/// One row of the States table, or a part of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Transition {
    /// The row's number in requests.md, States.
    pub no: &'static str,
    /// The states it starts from; empty for filing, which makes the order.
    pub from: &'static [State],
    /// The move.
    pub mv: Move,
    /// Where it leads.
    pub to: To,
    /// Who makes it.
    pub by: &'static [Mover],
    /// What must hold.
    pub when: &'static [When],
    /// How long it is possible.
    pub within: Option<Within>,
    /// What it must bring.
    pub needs: &'static [Need],
    /// What it writes into the clock ledger.
    pub clocks: &'static [(Clock, ClockEvent)],
    /// Who is told.
    pub told: &'static [Hears],
}

impl Transition {
    /// The state after the move. `None` only when an order should go back to where it was and nobody
    /// knows where that is.
    #[must_use]
    pub fn lands(&self, from: State, flags: &Flags) -> Option<State> {
        match self.to {
            To::State(state) => Some(state),
            To::Same => Some(from),
            To::Before if from == State::Merged => flags.before_merge,
            To::Before => flags.before,
        }
    }

    fn fits(&self, state: State, flags: &Flags) -> bool {
        self.from.contains(&state)
            && self.when.iter().all(|when| when.holds(flags))
            && self.lands(state, flags).is_some()
    }
}

/// The row that makes a move legal in a state. Where a move has two rows that differ in who makes it
/// (#8, #17–19), the first that fits is returned; [`legal_for`] picks by mover.
///
/// # Errors
/// [`Error::IllegalMove`] with every move people could make instead.
pub fn legal(state: State, flags: &Flags, mv: Move) -> Result<&'static Transition> {
    TABLE.iter().find(|row| row.mv == mv && row.fits(state, flags)).ok_or_else(|| illegal(state, flags, mv))
}

/// The row that makes a move legal for one of these movers.
///
/// # Errors
/// [`Error::IllegalMove`] with every move people could make instead.
pub fn legal_for(state: State, flags: &Flags, mv: Move, movers: &[Mover]) -> Result<&'static Transition> {
    TABLE
        .iter()
        .find(|row| row.mv == mv && row.fits(state, flags) && row.by.iter().any(|by| movers.contains(by)))
        .ok_or_else(|| illegal(state, flags, mv))
}

/// The rows these movers could use now; all people's rows for an empty slice.
#[must_use]
pub fn possible(state: State, flags: &Flags, movers: &[Mover]) -> Vec<&'static Transition> {
    let machines = [Mover::Clock, Mover::Rule, Mover::Api];
    TABLE
        .iter()
        .filter(|row| row.fits(state, flags))
        .filter(|row| {
            if movers.is_empty() {
                row.by.iter().any(|by| !machines.contains(by))
            } else {
                row.by.iter().any(|by| movers.contains(by))
            }
        })
        .collect()
}

fn illegal(state: State, flags: &Flags, mv: Move) -> Error {
    let mut instead = Vec::new();
    for row in possible(state, flags, &[]) {
        if !instead.contains(&row.mv) {
            instead.push(row.mv);
        }
    }
    Error::IllegalMove { state, mv, possible: instead }
}
