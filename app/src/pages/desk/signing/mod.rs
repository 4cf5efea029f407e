//! Signing at the desk: visits, helping somebody sign, the book on paper, the register.

mod book;
mod overview;
mod paper;
mod visit;

pub use book::SigningBook;
pub use overview::SigningDesk;
