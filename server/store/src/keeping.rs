//! How a pact is kept (pacts.md, Keeping and points): reports that a clause was broken, from triage over the right of reply to
//! a panel of three and one appeal; good neighbours. Whoever reports is known by a keyed hash and a sealed name only, in
//! the rows, the audit log and the messages alike. Everybody else sees totals per clause and year, from five on.

mod course;
mod neighbours;
mod page;
mod panel;
mod photos;
mod report;
mod tick;
mod totals;
mod triage;

pub(crate) use course::index_of as reporter_index;
pub use neighbours::{
    Neighbour, NewNomination, Nomination, Nominations, OwnNomination, answer as answer_nomination, endorse, nominate,
    nominations, own_nominations, pick, published,
};
pub use page::{Card, DeskCard, DeskPage, Event, Mine, Part, Seat, desk, desk_one, mine, one};
pub use panel::{call, find, step_down};
pub(crate) use photos::may_see as may_see_photo;
pub use report::{Report, answer, appeal, report};
pub use tick::tick;
pub use totals::{Clause, KeptPact, Total, kept_pact, totals};
pub use triage::{Triage, triage};
