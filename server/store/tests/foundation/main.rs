//! What everything else of the store stands on: the audit chain, refusals, sign-in, sessions, the outbox,
//! flash, areas, what is kept in memory. Every test has a town on a database of its own.
#![expect(clippy::unwrap_used, reason = "tests")]

mod areas;
mod audit;
mod cached;
mod flash_and_limits;
mod migrations;
mod outbox;
mod refusal;
mod residents;
mod sessions;
mod staff;
