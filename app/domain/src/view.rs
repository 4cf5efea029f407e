//! What pages and islands are given to show: plain data, already masked, already limited to what the
//! reader may see. The store fills it, nobody else decides about it.

pub mod desk;
pub mod pacts;
pub mod public;
pub mod roll;
pub mod votes;

pub use desk::{
    Calls, ClockView, Inbox, InboxView, ModerationItem, ModerationPhoto, ModerationQueue, MoveView, OrderCard,
    OrderPage, OrderRequest, UnitChoice,
};
pub use public::{
    AreaName, CategoryChoice, ContentNotice, EventName, Filed, Photo, Place, Receipt, ReplyView, RequestCard,
    RequestList, RequestPage, TimelineEntry,
};
pub use roll::{
    Amended, DeskObjection, DeskUnit, Mate, MyObjection, MyUnit, PrintedRoll, RollDesk, RollFacts, RollPage,
};
pub use votes::{
    Cast, Counted, MyBallot, NotEligible, NotYes, Numbers, Paper, ResultObjection, ResultPage, Sums, Turnout, VoteDesk,
    VotePage, Ways,
};
