//! The ledger: every booking is an entry of postings that sum to nothing, so that no point appears or vanishes. A mistake is
//! mended by a reversal, never by a change.

use crate::ids::{HouseholdId, PersonId};

/// For how many days a reserved reward waits for its holder.
pub const HOLD_DAYS: i64 = 14;

coded! {
    /// The accounts there are. Only those of people and households hold a cached balance.
    pub enum Account {
        /// What one person has.
        Person = "person",
        /// What a household has together.
        Household = "household",
        /// Where points come from; it goes below zero by what was given.
        Issued = "issued",
        /// Set aside for rewards that wait for their holders.
        Reserved = "reserved",
        /// Given back for rewards.
        Redeemed = "redeemed",
        /// Gone by time.
        Expired = "expired",
    }
}

coded! {
    /// What an entry books.
    pub enum EntryKind {
        /// Points are given, by the tariff.
        Credit = "credit",
        /// Points are set aside for a reward.
        Reserve = "reserve",
        /// They come back: the reward was not fetched.
        Release = "release",
        /// The reward was handed out.
        Redeem = "redeem",
        /// They were not used in time.
        Expire = "expire",
        /// An entry is taken back.
        Reversal = "reversal",
    }
}

/// Whose points they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// One person's.
    Person(PersonId),
    /// A household's.
    Household(HouseholdId),
}

impl Holder {
    /// The kind of the holder's account.
    #[must_use]
    pub const fn account(self) -> Account {
        match self {
            Self::Person(_) => Account::Person,
            Self::Household(_) => Account::Household,
        }
    }
}

/// One line of an entry: so many points to (or, negative, from) an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// The kind of account; a person's or household's is the entry's holder's.
    pub account: Account,
    /// Points.
    pub amount: i64,
}

/// The postings of an entry of so many points; none for a reversal, which follows the entry it takes back.
#[must_use]
pub fn postings(kind: EntryKind, holder: Holder, points: i64) -> Vec<Posting> {
    let own = holder.account();
    let (from, to) = match kind {
        EntryKind::Credit => (Account::Issued, own),
        EntryKind::Reserve => (own, Account::Reserved),
        EntryKind::Release => (Account::Reserved, own),
        EntryKind::Redeem => (Account::Reserved, Account::Redeemed),
        EntryKind::Expire => (own, Account::Expired),
        EntryKind::Reversal => return Vec::new(),
    };
    vec![Posting { account: from, amount: -points }, Posting { account: to, amount: points }]
}

/// The postings that take these back.
#[must_use]
pub fn reversed(postings: &[Posting]) -> Vec<Posting> {
    postings.iter().map(|posting| Posting { amount: -posting.amount, ..*posting }).collect()
}

/// Whether postings sum to nothing and move something.
#[must_use]
pub fn is_balanced(postings: &[Posting]) -> bool {
    postings.len() >= 2 && postings.iter().map(|posting| posting.amount).sum::<i64>() == 0
}
