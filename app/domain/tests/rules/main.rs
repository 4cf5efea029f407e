//! The rules of the portal, tested from outside without a database.

#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

mod calendar;
mod clocks;
mod meetings;
mod numbers;
mod pacts;
mod permissions;
mod points;
mod requests;
mod states;
mod texts;
