//! Signing a pact: how far it has come, the text and the code, one's own signatures. The desk's side is in `desk::signing`.

mod part;
mod said;
mod sign;
mod signed;

pub use part::SignPart;
pub(super) use said::said;
pub use sign::SignPact;
pub(super) use sign::grouped;
pub use signed::MySignatures;
