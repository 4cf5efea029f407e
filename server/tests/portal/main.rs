//! The portal as browsers meet it, in one program: who is let in where, what pages and refusals look like,
//! what forms keep, what nobody finds, and a whole server from start to stop.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arrived;
mod browser;
mod closing;
#[path = "../common/mod.rs"]
mod common;
mod evidence;
mod forms;
mod headers;
mod homes;
mod html;
mod keeping;
mod pact_scenes;
mod pacts;
mod pages;
mod passkeys;
mod planted;
mod points;
mod replies;
mod returned;
mod rules;
mod scenes;
mod signing;
mod ticked;
mod town;
mod upgrade;
mod votes;
mod walk;
mod whole;
