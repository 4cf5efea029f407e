//! What the proofs promise: canonical JSON against a yardstick, trees against RFC 6962, notes against published ones, and a receipt
//! of which no byte can be changed.
#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

mod canonical;
mod notes;
mod receipts;
mod trees;
