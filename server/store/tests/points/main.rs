//! Stories of points: credited by two, kept by caps, given back for rewards, balanced whatever happens.
#![expect(clippy::unwrap_used, reason = "tests")]

mod crashes;
mod fairness;
mod histories;
mod ledger;
mod legacy;
mod rewards;
mod story;
mod votes;
