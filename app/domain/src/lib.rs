//! What the portal *is*, without a database, a network or a clock: the words of the field as types
//! and the rules as plain functions. The store asks this crate whether a move is legal, whether an
//! actor may make it and when something is due; pages and islands share its view types. Time,
//! randomness and ids always come in as arguments.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test"))]

#[macro_use]
mod code;

pub mod account;
pub mod area;
pub mod calendar;
pub mod clock;
pub mod content;
pub mod delivery;
pub mod error;
pub mod household;
pub mod ids;
pub mod keeping;
pub mod lang;
pub mod meeting;
pub mod number;
pub mod order;
pub mod pact;
pub mod permission;
pub mod person;
pub mod phone;
pub mod points;
pub mod request;
pub mod roll;
pub mod room;
pub mod text;
pub mod view;

pub use code::UnknownCode;
pub use error::{Error, FieldError, Reason, Result, What};
pub use lang::{Lang, Named};
