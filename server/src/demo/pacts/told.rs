//! The pacts of the demo town as they are told: one file a pact in `told/`, with its clauses as they began and as they
//! became, what neighbours said, how it was answered, what the meetings wrote down. How far it has come stands in the file;
//! when each thing happened is counted back from today.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Stage;
use serde::Deserialize;

const FILES: [&str; 12] = [
    include_str!("told/neighbours.toml"),
    include_str!("told/lane.toml"),
    include_str!("told/rubbish.toml"),
    include_str!("told/scooters.toml"),
    include_str!("told/quiet.toml"),
    include_str!("told/stairway.toml"),
    include_str!("told/parking.toml"),
    include_str!("told/feasts.toml"),
    include_str!("told/dogs.toml"),
    include_str!("told/pasture.toml"),
    include_str!("told/court.toml"),
    include_str!("told/canals.toml"),
];

/// A pact and its story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// By which the code calls it.
    pub key: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of its area.
    pub area: String,
    /// Code of the secrecy of its vote.
    pub secrecy: String,
    /// Code of the stage it has come to.
    pub stage: String,
    /// How many days it has stood there.
    pub days: i64,
    /// Code of the way it ended.
    #[serde(default)]
    pub ending: Option<String>,
    /// What was said when it ended.
    #[serde(default)]
    pub ended_note: Option<Named>,
    /// Its title.
    pub title: Named,
    /// What it is for.
    pub purpose: Named,
    /// What the party study and the committee noted before the first draft.
    pub topics: Named,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
    /// What neighbours said about the first version.
    #[serde(default)]
    pub opinions: Vec<Opinion>,
    /// The meetings about the second.
    #[serde(default)]
    pub meetings: Vec<Meeting>,
    /// What was said against the roll.
    #[serde(default)]
    pub objections: Vec<Objection>,
    /// What was said against the result.
    #[serde(default)]
    pub result_objection: Option<String>,
}

/// A clause as it is, and as it was in the first version where that was different.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// As the first version had it.
    #[serde(default)]
    was_zh: Option<String>,
    #[serde(default)]
    was_en: Option<String>,
    /// As it became; nothing where it was taken out.
    #[serde(default)]
    zh: Option<String>,
    #[serde(default)]
    en: Option<String>,
}

/// What a neighbour said about a clause, and what the drafting group answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// The clause's place in the file, from 1.
    pub clause: usize,
    /// Code of the stance.
    pub stance: String,
    /// The words; none where a tap was enough.
    pub text: String,
    /// Code of the answer; none while it waits.
    #[serde(default)]
    pub answer: Option<String>,
    /// Its reason.
    #[serde(default)]
    pub reason: String,
}

/// A meeting about the second version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Code of the kind of meeting.
    pub kind: String,
    /// What was written down.
    pub minutes: Named,
    /// How many were entitled to come.
    pub expected: i32,
    /// How many came.
    pub came: usize,
    /// The changes that were voted there.
    #[serde(default)]
    pub amendments: Vec<Amendment>,
}

/// Another wording that was moved at a meeting and voted on the spot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// The clause's place in the file, from 1.
    pub clause: usize,
    /// The new wording.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The wording before it, where the file has the new one.
    #[serde(default)]
    before_zh: Option<String>,
    /// Why.
    pub reason: String,
    /// Hands for it.
    pub yes: i32,
    /// Hands against it.
    pub no: i32,
    /// Hands neither for nor against.
    pub abstain: i32,
}

/// What was said against the roll.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// In the neighbour's words.
    pub text: String,
    /// What the committee answered; nothing while it waits.
    #[serde(default)]
    pub reason: Option<String>,
    /// Whether the roll is corrected for it: they are a party member whom it left off.
    #[serde(default)]
    pub party_member: bool,
}

impl Clause {
    /// The words of the first version.
    pub fn first(&self) -> (&str, &str) {
        let zh = self.was_zh.as_deref().or(self.zh.as_deref());
        (zh.unwrap_or_default(), self.was_en.as_deref().or(self.en.as_deref()).unwrap_or_default())
    }
}

impl Told {
    /// The stage it has come to.
    pub fn stage(&self) -> Option<Stage> {
        self.stage.parse().ok()
    }

    /// The words of a clause in the second version, by its place in the file; nothing where it was taken out.
    pub fn second(&self, at: usize) -> Option<(&str, &str)> {
        let clause = self.clauses.get(at)?;
        let before = self
            .meetings
            .iter()
            .flat_map(|meeting| &meeting.amendments)
            .find(|amendment| amendment.clause == at + 1)
            .and_then(|amendment| amendment.before_zh.as_deref());
        Some((before.or(clause.zh.as_deref())?, clause.en.as_deref().unwrap_or_default()))
    }

    /// Whether it has been in a stage, or is.
    pub fn has_reached(&self, stage: Stage) -> bool {
        let place = |stage: Stage| ROUND.iter().position(|(there, _)| *there == stage);
        self.stage().is_some_and(|now| place(now) >= place(stage))
    }

    /// When it came to a stage, counted back from now.
    pub fn came_to(&self, stage: Stage, now: DateTime<Utc>) -> DateTime<Utc> {
        let stayed: i64 = ROUND
            .iter()
            .skip_while(|(there, _)| *there != stage)
            .take_while(|(there, _)| Some(*there) != self.stage())
            .map(|(there, days)| if *there == Stage::Notice && self.kind == "owners_covenant" { 17 } else { *days })
            .sum();
        now - TimeDelta::days(self.days + stayed)
    }
}

/// How many days a pact of the demo town stays in each stage.
const ROUND: [(Stage, i64); 12] = [
    (Stage::Up1, 9),
    (Stage::Down1, 18),
    (Stage::Up2, 10),
    (Stage::Down2, 9),
    (Stage::Up3, 6),
    (Stage::Notice, 12),
    (Stage::Down3, 2),
    (Stage::Result, 7),
    (Stage::Sign, 32),
    (Stage::Publish, 18),
    (Stage::InForce, 30),
    (Stage::Ended, 0),
];

/// Every pact, in the order in which they are played.
///
/// # Errors
/// When a file is not as [`Told`] describes; a test reads them all.
pub fn all() -> Result<Vec<Told>, toml::de::Error> {
    FILES.iter().map(|file| toml::from_str(file)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use gongzhi_domain::pact::{Answer, Kind, Stance};

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-18T07:30:00Z".parse().expect("a moment")
    }

    #[test]
    fn there_is_one_pact_in_each_stage_and_every_kind() {
        let pacts = all().expect("the files are read");
        let stages: BTreeSet<Stage> = pacts.iter().map(|told| told.stage().expect(&told.key)).collect();
        assert_eq!((pacts.len(), stages.len()), (12, 12));
        let kinds: BTreeSet<Kind> = pacts.iter().map(|told| told.kind.parse().expect(&told.key)).collect();
        assert_eq!(kinds.len(), 4);
    }

    #[test]
    fn clauses_are_five_to_nine_in_both_languages() {
        for told in all().expect("the files are read") {
            let standing = (0..told.clauses.len()).filter_map(|at| told.second(at)).count();
            assert!((4..=9).contains(&standing), "{}: {standing}", told.key);
            for (at, clause) in told.clauses.iter().enumerate() {
                assert!(!clause.first().0.is_empty() && !clause.first().1.is_empty(), "{} {}", told.key, at + 1);
                assert!(told.second(at).is_none_or(|(zh, en)| !zh.is_empty() && !en.is_empty()), "{}", told.key);
            }
            for opinion in &told.opinions {
                assert!((1..=told.clauses.len()).contains(&opinion.clause), "{}: {}", told.key, opinion.text);
                let stance: Stance = opinion.stance.parse().expect(&opinion.text);
                assert!(stance == Stance::Agree || !opinion.text.is_empty(), "{}", told.key);
                if let Some(answer) = &opinion.answer {
                    answer.parse::<Answer>().expect(answer);
                    assert!(!opinion.reason.is_empty(), "{}: {}", told.key, opinion.text);
                }
            }
        }
    }

    #[test]
    fn who_was_there_voted() {
        for meeting in all().expect("the files are read").iter().flat_map(|told| &told.meetings) {
            assert!(meeting.came as i32 <= meeting.expected, "{}", meeting.kind);
            for amendment in &meeting.amendments {
                assert_eq!(amendment.yes + amendment.no + amendment.abstain, meeting.came as i32, "{}", meeting.kind);
            }
        }
    }

    #[test]
    fn time_runs_forward_and_begins_after_the_town() {
        for told in all().expect("the files are read") {
            let moments: Vec<_> = ROUND
                .iter()
                .filter(|(stage, _)| told.has_reached(*stage))
                .map(|(stage, _)| told.came_to(*stage, now()))
                .collect();
            assert!(moments.is_sorted() && moments.last().is_some_and(|last| *last < now()), "{}", told.key);
            assert!(moments.first().is_some_and(|first| *first > now() - TimeDelta::days(390)), "{}", told.key);
        }
    }
}
