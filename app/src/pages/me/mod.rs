//! 我的: one's own requests, messages, devices; signing in by phone code.

mod close;
mod household;
mod messages;
mod mine;
mod passkeys;
mod sessions;
mod sign_in;

pub use close::{CloseAccount, ClosingAsked};
pub use household::MyHousehold;
pub use messages::Messages;
pub use mine::Me;
pub use passkeys::{PasskeyScript, Passkeys};
pub use sessions::Sessions;
pub use sign_in::SignIn;
