//! 议事: the pacts, one pact on its way up and down, one clause with what is said of it, the versions of a text.

mod card;
mod clause;
mod differs;
mod list;
mod next;
mod one;
mod opinion;
mod rules;
mod text;
mod zigzag;

pub(crate) use card::{line as card_line, number_word};
pub(crate) use next::{Happened, day_before};
pub(crate) use opinion::counts as counts_in_words;
pub(crate) use rules::Rules;

pub use clause::ClauseShown;
pub use list::PactList;
pub use one::OnePact;
pub use text::TextVersions;
