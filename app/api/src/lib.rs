//! The doors between browser and store: one `#[server]` function a use case. In the browser each is a stub
//! that sends its arguments; on the server it parses them, asks who is there ([`Here`]) and calls the store.
//!
//! Every function also answers a plain HTML form (ARCHITECTURE.md, Rendering): it then redirects to the result, or
//! back to the page, which finds what was typed and what was wrong in the flash.

#![allow(clippy::too_many_arguments, reason = "the fields of a form are the arguments of its function")]

pub mod answer;

#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod here;
#[cfg(feature = "ssr")]
mod sent;

pub mod account;
pub mod closing;
pub mod delivery;
pub mod households;
pub mod keeping;
pub mod log;
pub mod meetings;
pub mod moderation;
pub mod orders;
pub mod pacts;
pub mod passkeys;
pub mod points;
pub mod preferences;
pub mod requests;
pub mod roll;
pub mod rooms;
pub mod rules;
pub mod signing;
pub mod tariff;
pub mod votes;
pub mod workshop;

pub use answer::{Done, FieldMessage, Refusal};
#[cfg(feature = "ssr")]
pub use here::Here;
