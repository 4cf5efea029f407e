//! Points: the ledger, the tariff, credits that two people make, rewards and their counter, and what keeps it fair (pacts.md,
//! Keeping and points). Every booking is an entry whose postings sum to nothing; balances of people and households are
//! copies that [`rebuild`] compares and repairs. Points are never taken from anybody but by their own hand, by time or by a
//! reversal.

mod counter;
mod fairness;
mod ledger;
mod mine;
mod propose;
mod rebuild;
mod rewards;
mod stock;
mod tariff;
mod tell;
mod tick;
mod waiting;

pub use counter::{AtCounter, hand_out, look};
pub use fairness::{AuditCard, PairCard, audit_sample, draw_sample, unusual_pairs, verdict};
pub use mine::{HouseholdPoints, Line, Mine, mine};
pub use propose::{Propose, check, propose, propose_reversal};
pub use rebuild::{Repaired, Totals, rebuild, totals};
pub use rewards::{Reservation, ReservationState, Reserve, Reserved, new_code, release, reservation, reserve};
pub use stock::{NewReward, Reward, add_reward, catalogue, change_reward, counters, managed};
pub use tariff::{
    Item, Tariff, add_item, before_a_vote, draft, drafts, in_force, manageable_areas, put_in_force, remove_item,
};
pub(crate) use tick::let_all_expire;
pub use tick::{Ticked, tick};
pub use waiting::{Credited, Waiting, credited, waiting};

pub(crate) use tell::send;
