//! 公约维护: totals for everybody, a kind reminder that leaves no trace, a report and its course; good neighbours.

mod mine;
mod neighbours;
mod one;
mod public;
mod report;
pub(super) mod words;

pub use mine::MyKeeping;
pub use neighbours::Neighbours;
pub use one::OneMatter;
pub use public::{KeepingPage, KindReminder};
pub use report::ReportBreach;
