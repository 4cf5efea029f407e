//! What the proofs promise: canonical JSON against a yardstick, trees against RFC 6962, notes against published ones, and a receipt
//! of which no byte can be changed.

mod canonical;
mod notes;
mod receipts;
mod trees;
