//! How a pact is kept 公约维护: the course of a report that a clause was broken (pacts.md, Keeping and points). A kind
//! reminder, which leaves no record, comes before any report; whoever reports stays hidden, whoever is meant answers first,
//! three neighbours without relatives decide, and there is one appeal. No fines, no lists of people.

mod table;

pub use table::{TABLE, Transition, due, outcome_of, row_for};

use chrono::TimeDelta;

/// Most characters of a report, a reply, an appeal.
pub const WORDS_MAX: u32 = 1000;
/// Most characters of a place in words.
pub const PLACE_MAX: u32 = 100;
/// Most photos of a report.
pub const PHOTOS_MAX: u32 = 3;
/// Members of a panel.
pub const SEATS: usize = 3;
/// How many days back a report may reach.
pub const HAPPENED_MAX_DAYS: i64 = 60;
/// Counts below this are not shown (people-and-places.md, Privacy).
pub const SHOWN_FROM: i64 = 5;

/// How long triage may take.
pub const TRIAGE: TimeDelta = TimeDelta::days(3);
/// How long whoever is meant has to answer.
pub const REPLY: TimeDelta = TimeDelta::days(7);
/// How long a panel may take.
pub const PANEL: TimeDelta = TimeDelta::days(15);
/// How long a finding can be appealed.
pub const APPEAL: TimeDelta = TimeDelta::days(10);

coded! {
    /// Where a report stands.
    pub enum State {
        /// Sent; the committee looks at it.
        Received = "received",
        /// Whoever is meant may answer.
        Reply = "reply",
        /// Three neighbours decide.
        Panel = "panel",
        /// They have; either side may appeal.
        Decided = "decided",
        /// Three others decide.
        AppealPanel = "appeal_panel",
        /// Over.
        Closed = "closed",
    }
}

coded! {
    /// What is done with a report.
    pub enum Move {
        /// It is sent.
        Report = "report",
        /// It is not about a clause, or words helped already.
        TurnAway = "turn_away",
        /// It is taken up, and whoever is meant is written to.
        TakeUp = "take_up",
        /// Whoever is meant answers.
        Answer = "answer",
        /// The time to answer is over.
        AnswerOver = "answer_over",
        /// The panel decides: two of three, or the mildest where all differ.
        Find = "find",
        /// One side asks another panel.
        Appeal = "appeal",
        /// The time to appeal is over.
        AppealOver = "appeal_over",
        /// The second panel decides.
        FindAgain = "find_again",
    }
}

coded! {
    /// Who makes a move.
    pub enum Mover {
        /// Who reported.
        Reporter = "reporter",
        /// Who is meant.
        Concerned = "concerned",
        /// The committee's officer.
        Officer = "officer",
        /// The panel of three.
        Panel = "panel",
        /// The clock.
        Clock = "clock",
    }
}

coded! {
    /// What comes of it, the mildest first.
    pub enum Outcome {
        /// Nothing to do.
        Closed = "closed",
        /// A kind word 提醒.
        Reminder = "reminder",
        /// Both sides sit down 调解.
        Mediation = "mediation",
    }
}

coded! {
    /// A side of a report.
    pub enum Side {
        /// Who reported.
        Reporter = "reporter",
        /// Who is meant.
        Concerned = "concerned",
    }
}
