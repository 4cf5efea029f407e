//! Homes, deliveries, meetings and rooms, told as stories on a database of their own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod delivery;
mod homes;
mod meetings;
mod rooms;
mod scene;
