//! What must hold of points whatever is booked, and of the course of a report.

use chrono::{NaiveDate, TimeDelta};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::keeping::{self, Move, Mover, Outcome, State, TABLE};
use gongzhi_domain::meeting::{Attendance, HandCount, MeetingKind};
use gongzhi_domain::points::{
    AUDIT_SHARE, EntryKind, GoesTo, Holder, NewItem, Period, Source, audit_sample, expiring, is_balanced, passes,
    postings, reversed, unusual_pairs,
};
use proptest::prelude::*;
use uuid::Uuid;

fn holder() -> Holder {
    Holder::Person(PersonId::from_uuid(Uuid::from_u128(1)))
}

proptest! {
    #[test]
    fn a_tariff_passes_by_more_than_half_of_those_present_where_enough_came(
        kind in prop::sample::select(MeetingKind::ALL), entitled in 0_u32..60, came in 0_u32..60, present in 0_u32..60, yes in 0_u32..60,
    ) {
        let hands = HandCount { present, in_favour: yes, against: 0, abstained: 0 };
        let passed = passes(kind, Attendance { present: came, entitled }, hands);
        let half = f64::from(yes) > f64::from(present) / 2.0;
        let enough = kind != MeetingKind::Representatives || (entitled > 0 && f64::from(came) >= f64::from(entitled) * 2.0 / 3.0 - 1e-9);
        prop_assert_eq!(passed, half && enough && came > 0 && present <= came && kind != MeetingKind::PartyMembers);
    }

    #[test]
    fn every_entry_sums_to_nothing_and_so_does_its_reversal(points in 1_i64..100_000) {
        for kind in EntryKind::ALL.iter().filter(|kind| **kind != EntryKind::Reversal) {
            let lines = postings(*kind, holder(), points);
            prop_assert!(is_balanced(&lines), "{kind}");
            let back = reversed(&lines);
            prop_assert!(is_balanced(&back));
            for (there, again) in lines.iter().zip(&back) {
                prop_assert_eq!(there.amount + again.amount, 0);
            }
        }
    }

    #[test]
    fn a_twentieth_is_looked_at_and_the_order_does_not_matter(seed: u64, ids in prop::collection::vec(any::<u128>(), 0..200)) {
        let mut ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_u128).collect();
        ids.sort_unstable();
        ids.dedup();
        let sample = audit_sample(seed, &ids);
        prop_assert_eq!(sample.len(), ids.len().div_ceil(AUDIT_SHARE));
        ids.reverse();
        prop_assert_eq!(audit_sample(seed, &ids), sample);
    }

    #[test]
    fn what_goes_by_time_is_never_more_than_there_is(balance in 0_i64..10_000, since in -100_i64..10_000) {
        let gone = expiring(balance, since);
        prop_assert!((0..=balance).contains(&gone));
        prop_assert!(balance - gone >= since.clamp(0, balance));
    }
}

#[test]
fn another_seed_chooses_others() {
    let ids: Vec<Uuid> = (0..400).map(Uuid::from_u128).collect();
    assert_ne!(audit_sample(1, &ids), audit_sample(2, &ids));
}

#[test]
fn nothing_that_must_stay_free_is_a_source() {
    for never in ["voting", "signing", "opinion", "report"] {
        assert!(never.parse::<Source>().is_err(), "{never}");
    }
}

#[test]
fn periods_begin_on_mondays_firsts_and_new_year() {
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    assert_eq!(Period::Week.start(day(3, 5)), day(3, 2));
    assert_eq!(Period::Week.start(day(3, 2)), day(3, 2));
    assert_eq!(Period::Month.start(day(3, 31)), day(3, 1));
    assert_eq!(Period::Year.start(day(12, 31)), day(1, 1));
}

#[test]
fn an_item_says_everything_that_is_wrong_with_it() {
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    let item = NewItem {
        name: pair("", ""),
        source: Source::MutualHelp,
        goes_to: GoesTo::Person,
        points: 0,
        cap: -1,
        period: Period::Month,
        evidence: pair("签到", "Signed in"),
        checks: pair("志愿队长", "Team leader"),
    };
    let error = item.check().unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name_zh", "name_en", "points", "cap"]);
    let good = NewItem { name: pair("巡逻", "Patrol"), points: 5, cap: 20, ..item };
    assert_eq!(good.check(), Ok(()));
}

#[test]
fn pairs_that_credit_each_other_or_only_each_other_are_named() {
    let mut credits = vec![(1, 2), (2, 1)];
    credits.extend(std::iter::repeat_n((3, 4), 5));
    credits.extend((10..30).map(|credited| (5, credited)));
    credits.extend(std::iter::repeat_n((5, 4), 4));
    let named: Vec<(i32, i32)> = unusual_pairs(&credits).iter().map(|pair| (pair.vouched, pair.credited)).collect();
    assert_eq!(named, [(1, 2), (2, 1), (3, 4)]);
}

#[test]
fn a_report_runs_as_the_specification_says() {
    let days = |state| {
        let from = "2026-03-02T02:00:00Z".parse().unwrap();
        keeping::due(state, from).map(|due| (due - from).num_days())
    };
    assert_eq!(days(State::Received), Some(3));
    assert_eq!(days(State::Reply), Some(7));
    assert_eq!(days(State::Closed), None);
    assert!(keeping::row_for(Some(State::Received), Move::Find, Mover::Panel).is_none(), "an answer comes first");
    assert!(keeping::row_for(Some(State::AppealPanel), Move::Appeal, Mover::Reporter).is_none(), "one appeal");
    // Every state but the last is left, and all are reached.
    for state in State::ALL {
        assert_eq!(TABLE.iter().any(|row| row.from == Some(*state)), *state != State::Closed, "{state}");
        assert!(TABLE.iter().any(|row| row.to == *state), "{state}");
    }
    assert!(keeping::APPEAL > TimeDelta::zero());
}

#[test]
fn two_of_three_decide_and_where_all_differ_the_mildest() {
    use Outcome::{Closed, Mediation, Reminder};
    assert_eq!(keeping::outcome_of(&[Reminder, Closed]), None);
    assert_eq!(keeping::outcome_of(&[Mediation, Closed, Mediation]), Some(Mediation));
    assert_eq!(keeping::outcome_of(&[Mediation, Reminder, Closed]), Some(Closed));
}
