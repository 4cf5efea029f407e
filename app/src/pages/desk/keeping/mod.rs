//! Reports at the desk: triage in three days, calling a panel. Who reported is not shown here either.

mod list;
mod one;

pub use list::KeepingDesk;
pub use one::KeepingMatter;
