//! Roll, vote and result of a pact, for its people. The desk's side is in `desk::votes`.

mod part;
mod result;
mod roll;
mod vote;
pub(super) mod words;

pub use part::VotePart;
pub use result::VoteResult;
pub use roll::PactRoll;
pub(super) use roll::public;
pub use vote::PactVote;
