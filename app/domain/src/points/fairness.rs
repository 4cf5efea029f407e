//! What keeps points fair beside the caps: the monthly look at a twentieth of the credits, the list of pairs that credit each
//! other unusually often, and points that go after their time. The list of pairs is a reason to ask, never a finding.

use std::collections::BTreeMap;

use uuid::Uuid;

/// One credit in so many is looked at again: 5 % (pacts.md).
pub const AUDIT_SHARE: usize = 20;
/// Over how many days dealings are counted.
pub const COLLUSION_DAYS: i64 = 90;
/// From how many times on a pair is looked at at all.
pub const UNUSUAL_TIMES: u32 = 5;
/// ... and when it makes at least one in so many of all credits the first has vouched for.
pub const UNUSUAL_SHARE: u32 = 3;

coded! {
    /// What somebody found who looked at a credit again.
    pub enum AuditVerdict {
        /// It was as written.
        Right = "right",
        /// It was not: it is to be reversed.
        Wrong = "wrong",
        /// It cannot be told.
        Unclear = "unclear",
    }
}

/// The entries of a month that are looked at again: one in [`AUDIT_SHARE`], rounded up, chosen by the month's secret seed.
/// The same seed chooses the same entries whatever their order.
#[must_use]
pub fn audit_sample(seed: u64, entries: &[Uuid]) -> Vec<Uuid> {
    let mut ranked: Vec<(u64, Uuid)> = entries.iter().map(|id| (rank(seed, *id), *id)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    let wanted = ranked.len().div_ceil(AUDIT_SHARE);
    ranked.into_iter().take(wanted).map(|(_, id)| id).collect()
}

/// splitmix64 over the seed and both halves of the id.
fn rank(seed: u64, id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    mixed(mixed(seed ^ high) ^ low)
}

const fn mixed(from: u64) -> u64 {
    let mut z = from.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// How often somebody vouched (as maker or checker) for somebody's credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dealings<P> {
    /// Who vouched.
    pub vouched: P,
    /// Who was credited.
    pub credited: P,
    /// How often.
    pub times: u32,
    /// How often the other way round.
    pub back: u32,
    /// All credits the first vouched for in the time.
    pub of: u32,
}

/// The pairs worth a question: two who credit each other, or one who vouches [`UNUSUAL_TIMES`] times or more for the same
/// person and for few others. In the order given by the keys; nobody is ranked.
#[must_use]
pub fn unusual_pairs<P: Copy + Ord>(credits: &[(P, P)]) -> Vec<Dealings<P>> {
    let mut times: BTreeMap<(P, P), u32> = BTreeMap::new();
    let mut all: BTreeMap<P, u32> = BTreeMap::new();
    for (vouched, credited) in credits {
        *times.entry((*vouched, *credited)).or_default() += 1;
        *all.entry(*vouched).or_default() += 1;
    }
    let dealings = times.iter().map(|((vouched, credited), count)| Dealings {
        vouched: *vouched,
        credited: *credited,
        times: *count,
        back: times.get(&(*credited, *vouched)).copied().unwrap_or_default(),
        of: all.get(vouched).copied().unwrap_or_default(),
    });
    dealings.filter(|d| d.back > 0 || (d.times >= UNUSUAL_TIMES && d.times * UNUSUAL_SHARE >= d.of)).collect()
}

/// How many points go: those of the balance that were earned before the time began. What was spent was spent of the oldest.
#[must_use]
pub const fn expiring(balance: i64, earned_since: i64) -> i64 {
    let old = balance - if earned_since > 0 { earned_since } else { 0 };
    if old > 0 { old } else { 0 }
}
