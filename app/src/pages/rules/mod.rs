//! The rules of pacts for everybody to read: which versions there are and where they hold, and one of them with every number and
//! where it comes from.

mod list;
mod one;
mod words;

pub use list::RulesList;
pub(crate) use list::entries;
pub use one::OneVersion;
pub(crate) use words::{Difference, address, number_word, origin, said, title};
