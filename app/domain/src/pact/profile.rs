//! A rule profile: the numbers of the law for one kind of pact, each with its article, as data. A pact freezes
//! the version it began under; a local rule is a new version, never a change (pacts.md, Kinds and rules).

mod laws;
mod local;

use super::quorum::Threshold;
use super::{Capacity, Kind, Secrecy};
use crate::error::{FieldError, Reason};
use crate::lang::Named;
use serde::{Deserialize, Serialize};

pub use local::{Number, Origin};

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The law.
    pub law: Named,
    /// Its article with paragraph or number, as in `31` or `278 (6)–(8)`; empty for our own rule and
    /// where the law as a whole is meant.
    pub article: String,
}

coded! {
    /// What one voting unit is.
    pub enum Basis {
        /// One vote a household, by its representative.
        Households = "households",
        /// One vote for each adult.
        Adults = "adults",
        /// The representatives' meeting, one vote for each representative.
        Representatives = "representatives",
        /// All owners, by heads and by floor area.
        Owners = "owners",
        /// The same for the matters of Civil Code 278 (6)–(8).
        OwnersSpecial = "owners_special",
        /// Those whom a pledge would bind.
        Signers = "signers",
    }
}

impl Basis {
    /// Whether floor area is counted beside heads.
    #[must_use]
    pub const fn has_area(self) -> bool {
        matches!(self, Self::Owners | Self::OwnersSpecial)
    }
}

/// A share with the article that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// The share.
    pub share: Threshold,
    /// Its article.
    pub source: Source,
}

/// One lawful way to count the vote.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counting {
    /// What is counted.
    pub basis: Basis,
    /// What share of all has to take part; `None` when there is no such rule.
    pub quorum: Option<Share>,
    /// What share of those taking part has to say yes.
    pub pass: Share,
    /// As what people vote.
    pub capacity: Capacity,
    /// Needs the authorisation of the meeting that decides (the representatives' meeting).
    pub authorised: bool,
}

/// A number of days with its article.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Days {
    /// How many.
    pub days: u16,
    /// Its article; ours where the law is silent.
    pub source: Source,
}

/// The windows of the stages. A day counts from the day after the stage began (Civil Code 201), in the time of Beijing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Windows {
    /// Consultation, at least.
    pub consult: Days,
    /// Analysis, at most.
    pub analyse: Days,
    /// Notice before the vote, at least.
    pub notice: Days,
    /// To object to the roll.
    pub roll_objections: Days,
    /// To answer such an objection.
    pub roll_answers: Days,
    /// To object to the result.
    pub result_objections: Days,
    /// Signing, at most.
    pub sign: Days,
    /// Posted in public, at least.
    pub publish: Days,
    /// Years after which it has to be reviewed, at most.
    pub review_years: u8,
    /// Where a local rule says so; ours otherwise. Left out of the hashed profile where it is ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_source: Option<Source>,
}

/// Whether and how somebody may vote for another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proxies {
    /// Whether there are proxies.
    pub allowed: bool,
    /// A written authorisation is needed.
    pub written: bool,
    /// How many voting units one person may act for.
    pub most: u8,
    /// Where a local rule says so; ours otherwise. Left out of the hashed profile where it is ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Where a pact is filed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filing {
    /// The office.
    pub office: Named,
    /// Its article.
    pub source: Source,
}

/// The rules of one kind of pact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleProfile {
    /// The kind it is for.
    pub kind: Kind,
    /// Its version, from 1.
    pub version: u16,
    /// Its name.
    pub name: Named,
    /// Who decides.
    pub decides: Named,
    /// The article that says so.
    pub decides_source: Source,
    /// The lawful ways to count, the usual one first; never empty.
    pub countings: Vec<Counting>,
    /// Open or secret unless the pact says otherwise.
    pub secrecy: Secrecy,
    /// What else a pact may say; empty where nothing else is lawful.
    #[serde(default)]
    pub secrecies: Vec<Secrecy>,
    /// The windows.
    pub windows: Windows,
    /// Proxies.
    pub proxies: Proxies,
    /// Where it is filed; `None` where it is not.
    pub filing: Option<Filing>,
    /// What whoever uses it has to know.
    pub note: Named,
}

/// The longest window in days.
pub const DAYS_MAX: u16 = 366;
/// The latest review in years (pacts.md, Stages).
pub const REVIEW_YEARS_MAX: u8 = 3;
/// The most voting units one proxy may act for (pacts.md, Roll and vote).
pub const PROXIES_MAX: u8 = 3;

impl RuleProfile {
    /// The built-in profile of a kind, version 1.
    #[must_use]
    pub fn built_in(kind: Kind) -> Self {
        laws::built_in(kind)
    }

    /// The usual way to count.
    #[must_use]
    pub fn usual(&self) -> Option<&Counting> {
        self.countings.first()
    }

    /// The way to count on a basis, if the profile has it.
    #[must_use]
    pub fn counting(&self, basis: Basis) -> Option<&Counting> {
        self.countings.iter().find(|counting| counting.basis == basis)
    }

    /// Whether a pact may have its vote held so.
    #[must_use]
    pub fn allows(&self, secrecy: Secrecy) -> bool {
        self.secrecy == secrecy || self.secrecies.contains(&secrecy)
    }

    /// Whether the representatives' meeting may decide when it is authorised.
    #[must_use]
    pub fn representatives_allowed(&self) -> bool {
        self.counting(Basis::Representatives).is_some()
    }

    /// A local rule: these rules as the version after another.
    ///
    /// # Errors
    /// What [`RuleProfile::problems`] finds, and `kind` when it is for another kind.
    pub fn next_version(mut self, of: &Self) -> Result<Self, Vec<FieldError>> {
        self.version = of.version.saturating_add(1);
        let mut problems = self.problems();
        if self.kind != of.kind {
            problems.push(FieldError::new("kind", Reason::NotAChoice));
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// What makes it unusable, by field; empty when it can be used.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut problems = Vec::new();
        let mut range = |field: &str, value: i64, min: i64, max: i64| {
            if !(min..=max).contains(&value) {
                problems.push(FieldError::new(field, Reason::OutOfRange { min, max }));
            }
        };
        let w = &self.windows;
        for (field, days) in [
            ("consult", &w.consult),
            ("analyse", &w.analyse),
            ("notice", &w.notice),
            ("roll_objections", &w.roll_objections),
            ("roll_answers", &w.roll_answers),
            ("result_objections", &w.result_objections),
            ("sign", &w.sign),
            ("publish", &w.publish),
        ] {
            range(field, days.days.into(), 1, DAYS_MAX.into());
        }
        range("notice", w.notice.days.into(), w.roll_objections.days.into(), DAYS_MAX.into());
        range("review_years", w.review_years.into(), 1, REVIEW_YEARS_MAX.into());
        range("proxies", self.proxies.most.into(), u8::from(self.proxies.allowed).into(), PROXIES_MAX.into());
        for share in self.countings.iter().flat_map(|c| c.quorum.iter().chain([&c.pass])) {
            let (times, of) = (share.share.times.into(), share.share.of.into());
            range("share", times, 1, 1_000);
            range("share", of, 1, times);
        }
        if self.countings.is_empty() {
            problems.push(FieldError::new("countings", Reason::Missing));
        }
        if self.proxies.allowed && !self.proxies.written {
            problems.push(FieldError::new("proxies", Reason::NotAChoice));
        }
        problems
    }
}
