//! Deliberation rooms 有事好商量 (pacts.md, Text and opinions): a topic that ends in a decision instead of a pact. Where a room stands
//! and what can be done next.

/// The longest title of a topic or room, in characters.
pub const TITLE_MAX: u32 = 40;
/// The longest topic or post, in characters.
pub const TEXT_MAX: u32 = 1_000;
/// The longest decision, grounds or result, in characters.
pub const DECISION_MAX: u32 = 2_000;
/// The longest name of who carries a decision out, in characters.
pub const CARRIED_BY_MAX: u32 = 60;
/// How far ahead a decision may be due, in days.
pub const DUE_DAYS_MAX: u16 = 730;

coded! {
    /// Where a room stands.
    pub enum RoomState {
        /// A resident proposed a topic.
        Proposed = "proposed",
        /// It was not opened, for a reason.
        Declined = "declined",
        /// It is talked about.
        Open = "open",
        /// It is decided and being carried out.
        Decided = "decided",
        /// The result is reported.
        Closed = "closed",
    }
}

coded! {
    /// What staff do with a room.
    pub enum RoomMove {
        /// Open it.
        Open = "open",
        /// Not open it, with a reason.
        Decline = "decline",
        /// Decide, with grounds, who carries it out, by when.
        Decide = "decide",
        /// Report the result.
        Close = "close",
    }
}

impl RoomMove {
    /// The state it leads to from another; `None` where it is not possible.
    #[must_use]
    pub const fn leads(self, from: RoomState) -> Option<RoomState> {
        match (self, from) {
            (Self::Open, RoomState::Proposed) => Some(RoomState::Open),
            (Self::Decline, RoomState::Proposed) => Some(RoomState::Declined),
            (Self::Decide, RoomState::Open) => Some(RoomState::Decided),
            (Self::Close, RoomState::Decided) => Some(RoomState::Closed),
            _ => None,
        }
    }
}

impl RoomState {
    /// Whether residents may say something in it.
    #[must_use]
    pub const fn talks(self) -> bool {
        matches!(self, Self::Open)
    }
}
