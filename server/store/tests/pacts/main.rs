//! Stories of pacts: written, moved by several people, said something about, answered; and what must not happen on the way.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod moves;
mod opinions;
mod story;
mod texts;
