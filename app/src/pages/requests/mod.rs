//! 诉求: the public list, filing, the receipt, one request and its rating.

mod cards;
mod list;
mod moderated;
mod new;
mod one;
mod place;
mod rate;
mod receipt;
pub(crate) mod said;

pub use cards::{Cards, Mine};
pub use list::RequestList;
pub use new::NewRequest;
pub use one::OneRequest;
pub use receipt::RequestReceipt;
