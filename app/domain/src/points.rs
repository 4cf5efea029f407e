//! Points 积分: what they are given for, how they are booked, what keeps them fair (pacts.md, Keeping and points). They thank
//! for help; they are never given for voting, signing, an opinion or reporting a neighbour, and never become a fine, a rank
//! or a limit. The book itself lies in the store.

mod fairness;
mod ledger;
mod tariff;

pub use fairness::{
    AUDIT_SHARE, AuditVerdict, COLLUSION_DAYS, Dealings, UNUSUAL_SHARE, UNUSUAL_TIMES, audit_sample, expiring,
    unusual_pairs,
};
pub use ledger::{Account, EntryKind, HOLD_DAYS, Holder, Posting, is_balanced, postings, reversed};
pub use tariff::{GoesTo, NewItem, Period, Source, TariffField, passes};

/// Most characters of the note to a proposed credit: what was done and how one knows.
pub const EVIDENCE_MAX: u32 = 500;
/// How many days back a credit may be proposed for.
pub const BACKDATED_MAX_DAYS: i64 = 60;
