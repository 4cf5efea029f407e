//! The log of evidence on a real database: places without gaps, receipts that verify, heads that are cosigned, and damage that is
//! found and named.
#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

mod cosigning;
mod damage;
mod growing;
mod heads;
mod rows;
mod story;
