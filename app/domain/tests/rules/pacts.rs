//! The rules of pacts.md: the laws' numbers, the stages, the text.

mod counting;
mod next;
mod opinions;
mod stages;
mod text;
mod windows;

use chrono::{DateTime, Utc};
use gongzhi_domain::pact::{Evidence, Facts, Kind, Outcome, RuleProfile, Stage};
use proptest::prelude::*;

/// A moment, written as in `2026-11-01 11:00`, on a clock in Beijing.
fn beijing(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +0800"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

/// A pact of which everything is there that any move could need, but no objection.
fn complete(kind: Kind, stage: Stage, since: DateTime<Utc>) -> Facts {
    Facts {
        evidence: Evidence::ALL.iter().copied().filter(|evidence| *evidence != Evidence::ShortNotice).collect(),
        draft_ready: true,
        draft_changed: true,
        opinions_adopted: 3,
        households: 618,
        delivered: 618,
        party_meeting_closed: true,
        representatives_meeting_closed: true,
        representatives_short: None,
        text_hash: true,
        roll_drawn: true,
        outcome: Some(Outcome::Passed),
        signers: 618,
        signed: 412,
        ..Facts::new(RuleProfile::built_in(kind), stage, since)
    }
}

prop_compose! {
    /// Any pact, possible or not, begun within the first hundred days after 2026-01-01.
    fn any_facts()(
        kind in prop::sample::select(Kind::ALL),
        stage in prop::sample::select(Stage::ALL),
        began in 0_i64..2_400,
        paused in prop::option::of(0_i64..200),
        paused_for in 0_i64..100,
        evidence in prop::sample::subsequence(Evidence::ALL.to_vec(), 0..=Evidence::ALL.len()),
        yes in prop::array::uniform7(any::<bool>()),
        open in prop::array::uniform6(0_u32..2),
        reached in (0_u32..3, 0_u32..3, 0_u32..3, 0_u32..3),
        outcome in prop::option::of(prop::sample::select(Outcome::ALL)),
        review in prop::option::of(0_i64..200),
    ) -> Facts {
        let since = beijing("2026-01-01 00:00") + chrono::Duration::hours(began);
        let [draft_ready, draft_changed, party, representatives, text_hash, roll_drawn, successor] = yes;
        let [opinions_adopted, opinions_open, amendments_open, papers_open, result_open, law_open] = open;
        Facts {
            paused_at: paused.filter(|_| stage.is_open()).map(|hours| since + chrono::Duration::hours(hours)),
            paused_for: chrono::Duration::hours(paused_for),
            evidence: evidence.into_iter().collect(),
            draft_ready,
            draft_changed,
            opinions_adopted,
            opinions_open,
            households: reached.0,
            delivered: reached.1,
            party_meeting_closed: party,
            representatives_meeting_closed: representatives,
            amendments_open,
            text_hash,
            roll_drawn,
            roll_objections_open: amendments_open,
            papers_open,
            outcome,
            result_objections_open: result_open,
            signers: reached.2,
            signed: reached.3,
            law_objections_open: law_open,
            review_on: review.map(|days| gongzhi_domain::pact::stage::day_of(since) + chrono::Duration::days(days)),
            successor_in_force: successor,
            ..Facts::new(RuleProfile::built_in(kind), stage, since)
        }
    }
}
