//! Stories of points: credited by two, kept by caps, given back for rewards, balanced whatever happens.
#![expect(clippy::unwrap_used, reason = "tests")]

mod fairness;
mod histories;
mod ledger;
mod rewards;
mod story;
