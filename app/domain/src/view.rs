//! What pages and islands are given to show: plain data, already masked, already limited to what the
//! reader may see. The store fills it, nobody else decides about it.

pub mod desk;
pub mod pacts;
pub mod public;
pub mod votes;

pub use desk::{
    Calls, ClockView, Inbox, InboxView, ModerationItem, ModerationPhoto, ModerationQueue, MoveView, OrderCard,
    OrderPage, OrderRequest, UnitChoice,
};
pub use public::{
    AreaName, CategoryChoice, ContentNotice, EventName, Filed, Photo, Place, Receipt, ReplyView, RequestCard,
    RequestList, RequestPage, TimelineEntry,
};
pub use votes::{
    Amended, Cast, Counted, DeskObjection, DeskUnit, Mate, MyBallot, MyObjection, MyUnit, NotEligible, NotYes, Numbers,
    Paper, PrintedRoll, ResultObjection, ResultPage, RollDesk, RollFacts, RollPage, Sums, Turnout, VoteDesk, VotePage,
    Ways,
};
