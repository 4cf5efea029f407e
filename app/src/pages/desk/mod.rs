//! The desk: where staff accept, dispatch, handle, answer and moderate. Laptop first, works on a phone.

mod frame;
mod inbox;
mod many;
mod moderation;
mod moves;
mod order;
mod sign_in;

pub use inbox::InboxPage;
pub use moderation::ModerationPage;
pub use order::OrderDeskPage;
pub use sign_in::StaffSignIn;
