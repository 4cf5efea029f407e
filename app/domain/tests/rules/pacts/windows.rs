//! Windows count days that the clock runs, and a day ends in Beijing.

use super::{beijing, complete};
use chrono::{DateTime, Duration, Utc};
use gongzhi_domain::pact::stage::{begin_of, day_of};
use gongzhi_domain::pact::{Evidence, Kind, Move, Refusal, Stage, check, check_clock};
use proptest::prelude::*;

fn earliest(facts: &gongzhi_domain::pact::Facts, mv: Move) -> Option<DateTime<Utc>> {
    match check(facts, mv, facts.since) {
        Err(Refusal::TooEarly { from }) => Some(from),
        _ => None,
    }
}

#[test]
fn days_are_full_days_in_beijing() {
    // Begun a minute before midnight or a minute after makes a day; what hour it is makes none.
    for (began, from) in [
        ("2026-11-01 00:00", "2026-11-17 00:00"),
        ("2026-11-01 11:00", "2026-11-17 00:00"),
        ("2026-11-01 23:59", "2026-11-17 00:00"),
        ("2026-11-02 00:00", "2026-11-18 00:00"),
        ("2026-12-20 07:00", "2027-01-05 00:00"),
        ("2028-02-20 07:00", "2028-03-07 00:00"),
    ] {
        let facts = complete(Kind::ResidentConvention, Stage::Down1, beijing(began));
        assert_eq!(earliest(&facts, Move::CloseConsult), Some(beijing(from)), "begun {began}");
    }
}

#[test]
fn each_stage_has_the_window_of_the_chapter() {
    let began = beijing("2026-03-01 09:00");
    for (kind, stage, mv, days) in [
        (Kind::VillageRules, Stage::Down1, Move::CloseConsult, 15),
        (Kind::VillageRules, Stage::Notice, Move::OpenVote, 10),
        (Kind::ResidentConvention, Stage::Notice, Move::OpenVote, 10),
        (Kind::OwnersCovenant, Stage::Notice, Move::OpenVote, 15),
        (Kind::ResidentConvention, Stage::Result, Move::ConfirmResult, 5),
        (Kind::ResidentConvention, Stage::Sign, Move::CloseSigning, 30),
        (Kind::ResidentConvention, Stage::Publish, Move::IntoForce, 15),
    ] {
        let facts = complete(kind, stage, began);
        assert_eq!(earliest(&facts, mv), Some(begin_of(day_of(began) + Duration::days(days + 1))), "{kind} {mv}");
    }
}

#[test]
fn a_photo_is_of_its_day() {
    let mut facts = complete(Kind::ResidentConvention, Stage::Publish, beijing("2026-03-01 23:00"));
    let day = |text| day_of(beijing(text));
    assert_eq!(facts.photo_counts_from(Evidence::PostingDay1), Some(day("2026-03-01 00:00")));
    assert_eq!(facts.photo_counts_from(Evidence::PostingDay15), Some(day("2026-03-15 00:00")));
    facts.paused_for = Duration::hours(3);
    assert_eq!(facts.photo_counts_from(Evidence::PostingDay15), Some(day("2026-03-16 00:00")));
    assert_eq!(facts.photo_counts_from(Evidence::FilingReceipt), None);
}

#[test]
fn a_shorter_notice_has_a_reason_and_keeps_the_days_to_object() {
    let began = beijing("2026-03-01 09:00");
    let mut facts = complete(Kind::OwnersCovenant, Stage::Notice, began);
    assert_eq!(earliest(&facts, Move::OpenVote), Some(beijing("2026-03-17 00:00")));
    facts.evidence.insert(Evidence::ShortNotice);
    assert_eq!(earliest(&facts, Move::OpenVote), Some(beijing("2026-03-07 00:00")));
    facts.roll_objections_open = 1;
    let after = beijing("2026-03-08 00:00");
    assert!(matches!(check(&facts, Move::OpenVote, after), Err(Refusal::Missing { .. })));
}

#[test]
fn signing_ends_when_everybody_has_signed_or_by_itself() {
    let began = beijing("2026-03-01 09:00");
    let mut facts = complete(Kind::ResidentConvention, Stage::Sign, began);
    let over = beijing("2026-04-01 00:00");
    assert_eq!(
        check_clock(&facts, Move::CloseSigning, over - Duration::seconds(1)).unwrap_err(),
        Refusal::TooEarly { from: over }
    );
    assert!(check_clock(&facts, Move::CloseSigning, over).is_ok());
    facts.signed = facts.signers;
    assert!(!check(&facts, Move::CloseSigning, began).unwrap().late);
    facts.signers = 0;
    facts.signed = 0;
    assert!(check(&facts, Move::CloseSigning, began).is_err(), "nobody asked is not everybody signed");
}

#[test]
fn an_analysis_may_be_late_and_is_shown_so() {
    let began = beijing("2026-03-01 09:00");
    let facts = complete(Kind::ResidentConvention, Stage::Up2, began);
    let last = beijing("2026-04-01 00:00");
    assert!(!check(&facts, Move::SubmitAnalysis, last - Duration::seconds(1)).unwrap().late);
    assert!(check(&facts, Move::SubmitAnalysis, last).unwrap().late);
}

#[test]
fn while_the_clock_stands_still_it_is_resumed_or_corrected() {
    let began = beijing("2026-03-01 09:00");
    let later = began + Duration::days(400);
    let mut facts = complete(Kind::ResidentConvention, Stage::Publish, began);
    assert!(check(&facts, Move::IntoForce, later).is_ok());
    facts.law_objections_open = 1;
    assert!(check(&facts, Move::Pause, later).is_ok());
    facts.paused_at = Some(began + Duration::days(2));
    let refused = check(&facts, Move::IntoForce, later).unwrap_err();
    let possible = vec![Move::OrderCorrection, Move::Resume];
    assert_eq!(refused, Refusal::NotHere { stage: Stage::Publish, mv: Move::IntoForce, possible });
    assert!(matches!(check(&facts, Move::Pause, later), Err(Refusal::NotHere { .. })), "it stands still already");
    assert!(matches!(check(&facts, Move::Resume, later), Err(Refusal::Missing { .. })), "the objection is open");
    facts.law_objections_open = 0;
    assert_eq!(check(&facts, Move::Resume, later).unwrap().to, Stage::Publish);
    assert_eq!(check(&facts, Move::OrderCorrection, later).unwrap().to, Stage::Up2);
    facts.paused_at = None;
    assert!(check(&facts, Move::Resume, later).is_err());
    assert!(matches!(check(&facts, Move::Pause, later), Err(Refusal::Missing { .. })), "a pause has its objection");
}

proptest! {
    /// Hour by hour: what a window has run is what the clock ran.
    #[test]
    fn a_window_counts_the_hours_the_clock_runs(
        began in 0_i64..100,
        pauses in prop::collection::vec((1_i64..100, 1_i64..60), 0..5),
        asked in 0_i64..900,
    ) {
        let epoch = beijing("2026-01-01 00:00");
        let since = epoch + Duration::hours(began);
        // Pauses one after the other: so long running, then so long standing still.
        let mut at = 0;
        let mut still: Vec<(i64, i64)> = Vec::new();
        for (run, stop) in pauses {
            still.push((at + run, at + run + stop));
            at += run + stop;
        }
        let now = at.max(asked);
        let ran = (0..now).filter(|hour| !still.iter().any(|(from, to)| (from..to).contains(&hour))).count();
        // The window: the rest of its first day, then fifteen days.
        let needs = (24 - began % 24) + 15 * 24;

        let mut facts = complete(Kind::ResidentConvention, Stage::Down1, since);
        facts.paused_for = Duration::hours(still.iter().map(|(from, to)| to - from).sum());
        let now = since + Duration::hours(now);
        let possible = check(&facts, Move::CloseConsult, now).is_ok();
        prop_assert_eq!(possible, ran as i64 >= needs, "ran {} of {}", ran, needs);

        // Standing still now, the end moves on with the hours.
        facts.paused_at = Some(now);
        let end = facts.window_ends(15, now);
        prop_assert_eq!(facts.window_ends(15, now + Duration::hours(7)), end + Duration::hours(7));
    }

    #[test]
    fn a_day_begins_where_it_says(minutes in -1_000_000_i64..1_000_000) {
        let at = beijing("2026-01-01 00:00") + Duration::minutes(minutes);
        let day = day_of(at);
        prop_assert!(begin_of(day) <= at && at < begin_of(day + Duration::days(1)));
        prop_assert_eq!(day_of(begin_of(day)), day);
    }
}
