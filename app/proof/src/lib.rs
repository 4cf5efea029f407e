//! Evidence that lasts (pacts.md, Evidence that lasts): what is said once can be proven for ever. A statement is written as
//! canonical JSON ([`canonical`]), bound by a salted commitment into a leaf ([`leaf`]), the leaf into an append-only Merkle tree
//! ([`tree`]), the tree's head into a signed note ([`checkpoint`], [`note`]) that a second party signs too. A [`Receipt`] carries
//! all of it, and is checked by the same code in a browser, on a command line and on the server.
//!
//! No input or output, no clock, no randomness: salts, keys and moments are arguments.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test"))]

pub mod canonical;
pub mod checkpoint;
pub mod leaf;
pub mod note;
pub mod receipt;
pub mod text;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use leaf::{Leaf, LeafKind};
pub use note::{Key, Note, SigningKey};
pub use receipt::{Checked, Fault, Receipt};
pub use text::SignedText;

/// A SHA-256.
pub type Hash = [u8; 32];

/// The SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    <sha2::Sha256 as sha2::Digest>::digest(bytes).into()
}

/// Reads a hash from 64 small hexadecimal digits.
#[must_use]
pub fn hash_from_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    hex::decode_to_slice(text, &mut hash).ok()?;
    (hex::encode(hash) == text).then_some(hash)
}
