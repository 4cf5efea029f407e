//! Stories of keeping a pact: a report's course, who sees what, who may decide; good neighbours and their consent.
#![expect(clippy::unwrap_used, reason = "tests")]

mod neighbours;
mod panel;
mod photos;
mod report;
mod story;
