//! What pages show of the vote and its result.

use crate::ids::{PersonId, VoteId};
use crate::lang::Named;
use crate::pact::ballot::SHOWN_FROM;
use crate::pact::quorum::{Count, Line};
use crate::pact::{Basis, Channel, Office, Outcome, Reckoning, Secrecy, Stage};
use crate::roll::Body;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The page on which somebody votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VotePage {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// Its stage.
    pub stage: Stage,
    /// Open or secret.
    pub secrecy: Secrecy,
    /// Whether the vote is open now.
    pub open: bool,
    /// SHA-256 of the text that is voted on, in hex.
    pub text_sha256: Option<String>,
    /// What the reader can vote for or has voted for.
    pub ballots: Vec<MyBallot>,
    /// Why they cannot, where they cannot; one line a unit.
    pub not: Vec<NotEligible>,
    /// Whether the reader is signed in.
    pub signed_in: bool,
}

/// One vote the reader has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBallot {
    /// In which vote.
    pub vote: VoteId,
    /// For which unit.
    pub unit: Uuid,
    /// In which body.
    pub body: Body,
    /// The doors it stands for.
    pub doors: Vec<String>,
    /// Whether it is cast for others by a written proxy.
    pub proxy: bool,
    /// When it was counted, by which way, and the receipt; `None` while it is to be cast.
    pub cast: Option<Cast>,
}

/// That a unit took part; never how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// When.
    pub at: DateTime<Utc>,
    /// By which way.
    pub channel: Channel,
    /// The code that stands in the register.
    pub receipt: String,
}

/// Why a reader cannot vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotEligible {
    /// They are not signed in.
    SignedOut,
    /// There is no vote yet, or it is over.
    Closed,
    /// They are not on the roll.
    NotOnRoll,
    /// Another of the household votes for it.
    Another,
    /// Several were named and nobody settled it yet.
    Rivals,
    /// Nobody is named yet.
    Nobody,
    /// Somebody holds a written proxy.
    Proxy,
}

/// The vote at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteDesk {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// Its stage.
    pub stage: Stage,
    /// The version that an assent names.
    pub version: i32,
    /// Open or secret.
    pub secrecy: Secrecy,
    /// What the reader is in this pact: a code of `Office`.
    pub office: Option<Office>,
    /// The tellers: name, recipient, whether there is a reserve.
    pub tellers: Vec<(PersonId, String, Option<String>, bool)>,
    /// The votes of the newest roll.
    pub votes: Vec<Turnout>,
    /// Paper ballots of open votes that do not agree or wait for the second reader: vote, unit number, doors, how many read it.
    pub papers: Vec<Paper>,
    /// Whether the reader's assent to closing would be the last: theirs brings the keys and counts.
    pub last: bool,
    /// Who has assented to closing, by office.
    pub assents: Vec<(Office, String)>,
    /// Whether the votes are open.
    pub open: bool,
}

/// How many took part; no choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// Which vote.
    pub vote: VoteId,
    /// Whose.
    pub body: Body,
    /// Votes there are.
    pub units: u32,
    /// Taken part by phone.
    pub phone: u32,
    /// On paper.
    pub paper: u32,
    /// The readings of the box (secret votes): who, and whether all agree.
    pub box_read: Vec<String>,
    /// Whether the readings of the box stop the count.
    pub box_differs: bool,
}

/// A paper ballot that is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// In which vote.
    pub vote: VoteId,
    /// Whose.
    pub body: Body,
    /// The number of the unit.
    pub position: i32,
    /// Its doors.
    pub doors: Vec<String>,
    /// How many have read it.
    pub readings: u32,
    /// Whether two readings differ.
    pub differs: bool,
}

/// The result of a pact's vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPage {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// Its stage.
    pub stage: Stage,
    /// Open or secret.
    pub secrecy: Secrecy,
    /// What was counted; the statutory body first, empty before a count.
    pub counted: Vec<Counted>,
    /// Until when somebody may object to the result.
    pub object_until: Option<DateTime<Utc>>,
    /// Whether the reader may object now.
    pub may_object: bool,
    /// Whether the reader may answer objections.
    pub may_answer: bool,
    /// Objections with their answers.
    pub objections: Vec<ResultObjection>,
}

/// An objection to a result; public, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultObjection {
    /// Which it is.
    pub id: Uuid,
    /// What it says, private numbers masked; `None` while nobody has looked at it, or when it was hidden.
    pub words: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// The answer.
    pub answer: Option<String>,
}

/// The count of one body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Whose.
    pub body: Body,
    /// When.
    pub at: DateTime<Utc>,
    /// Every number with the law's formula.
    pub numbers: Numbers,
    /// Hash of the roll, in hex.
    pub roll_sha256: String,
    /// Hash of the register of those who took part, in hex.
    pub register_sha256: String,
    /// The log leaf, where one was written.
    pub leaf: Option<Uuid>,
}

/// What took part and said yes of one measure: heads, or floor area in square centimetres. What did not say yes is the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// All that could take part.
    pub total: u64,
    /// What took part.
    pub present: u64,
    /// What said yes.
    pub yes: u64,
}

impl Sums {
    const fn of(count: &Count) -> Self {
        Self { total: count.total, present: count.present, yes: count.yes }
    }

    /// No, abstentions, spoilt papers and papers that were not given back, in one number.
    #[must_use]
    pub const fn rest(&self) -> u64 {
        self.present.saturating_sub(self.yes)
    }
}

/// What did not say yes, part by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotYes {
    /// Said no.
    pub no: u64,
    /// Abstained.
    pub abstain: u64,
    /// Paper ballots that say nothing clear; they count as present.
    pub invalid: u64,
    /// Papers that were ticked off and not found in the box; they count as present.
    pub not_returned: u64,
}

/// How people took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// By phone.
    pub phone: u64,
    /// On paper.
    pub paper: u64,
}

/// What a count stores, states in the log and shows: nothing that is too small to be shown (pacts.md, "Sub-tallies under 5 are
/// hidden").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// What was counted.
    pub basis: Basis,
    /// How it ended.
    pub outcome: Outcome,
    /// The law's formula with every number in it; empty where so few took part in a secret vote that it would tell who said what.
    pub lines: Vec<Line>,
    /// By heads; `None` for the same reason.
    pub heads: Option<Sums>,
    /// By floor area, where it counts.
    pub area_cm2: Option<Sums>,
    /// What did not say yes, part by part; `None` where a part is fewer than five.
    pub not_yes: Option<NotYes>,
    /// By phone and on paper; `None` where one is fewer than five.
    pub ways: Option<Ways>,
}

impl Numbers {
    /// What may be told of a count. Of a secret vote in which fewer than five took part only the outcome; parts under five stand
    /// in the one number that is left when the yes are taken from those who took part.
    #[must_use]
    pub fn of(reckoning: &Reckoning, secrecy: Secrecy, not_yes: NotYes, ways: Ways) -> Self {
        let tally = &reckoning.tally;
        let told = secrecy == Secrecy::Open || tally.heads.present == 0 || tally.heads.present >= SHOWN_FROM;
        let fits = |parts: &[u64]| told && parts.iter().all(|part| *part == 0 || *part >= SHOWN_FROM);
        let parts = [not_yes.no, not_yes.abstain, not_yes.invalid, not_yes.not_returned];
        Self {
            basis: reckoning.basis,
            outcome: reckoning.outcome,
            lines: if told { reckoning.lines.clone() } else { Vec::new() },
            heads: told.then(|| Sums::of(&tally.heads)),
            area_cm2: tally.area_cm2.as_ref().filter(|_| told).map(Sums::of),
            not_yes: fits(&parts).then_some(not_yes),
            ways: fits(&[ways.phone, ways.paper]).then_some(ways),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pact::{Tally, profile::RuleProfile, reckon};

    fn told(secrecy: Secrecy, count: Count) -> Numbers {
        let rules = RuleProfile::built_in(crate::pact::Kind::ResidentConvention);
        let reckoning = reckon(&rules.countings[0], &Tally { heads: count, area_cm2: None }).unwrap();
        let not_yes = NotYes { no: count.no, abstain: count.abstain, invalid: 0, not_returned: 0 };
        Numbers::of(&reckoning, secrecy, not_yes, Ways { phone: count.present, paper: 0 })
    }

    #[test]
    fn what_is_too_small_is_not_told_anywhere() {
        let few = told(Secrecy::Secret, Count { total: 5, present: 3, yes: 2, no: 1, abstain: 0 });
        assert_eq!(few.outcome, Outcome::Passed);
        let told_of = serde_json::to_value(&few).unwrap();
        for hidden in ["heads", "not_yes", "ways"] {
            assert!(told_of[hidden].is_null(), "{told_of}");
        }
        assert_eq!(told_of["lines"], serde_json::json!([]));
        let many = told(Secrecy::Secret, Count { total: 20, present: 12, yes: 8, no: 1, abstain: 3 });
        assert_eq!((many.heads.map(|heads| heads.rest()), many.not_yes), (Some(4), None));
        let open = told(Secrecy::Open, Count { total: 5, present: 3, yes: 2, no: 1, abstain: 0 });
        assert_eq!((open.heads.map(|heads| heads.rest()), open.not_yes, open.ways), (Some(1), None, None));
    }
}
