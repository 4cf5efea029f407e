//! Stories of pacts: written, moved by several people, said something about, answered; and what must not happen on the way.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod moves;
mod opinions;
mod rules;
mod story;
mod texts;
