//! Stories of requests: filed, looked at, handled, answered, rated; and what must not happen on the way.
#![expect(clippy::unwrap_used, reason = "tests")]

mod filing;
mod lists;
mod moderation;
mod orders;
mod photos;
mod races;
mod reading;
mod story;
