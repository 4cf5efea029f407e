//! The calendar of what comes next, and the nine points of the path.

use super::{any_facts, beijing, complete};
use chrono::Duration;
use gongzhi_domain::pact::{Kind, Move, Need, Office, Outcome, Passed, Point, Stage, ahead, check, what_next, zigzag};
use proptest::prelude::*;

#[test]
fn the_calendar_says_when_who_and_what_is_missing() {
    let began = beijing("2026-11-01 11:00");
    let mut facts = complete(Kind::ResidentConvention, Stage::Down1, began);
    facts.delivered = 600;
    facts.draft_changed = false;
    let next = what_next(&facts, began + Duration::days(3));
    assert_eq!(next.len(), 1, "{next:?}");
    assert_eq!((next[0].mv, next[0].to), (Move::CloseConsult, Stage::Up2));
    assert_eq!(next[0].from, Some(beijing("2026-11-17 00:00")));
    assert_eq!(next[0].who[0].any_of, [Office::Committee]);
    assert_eq!(next[0].missing, [Need::Delivery]);
    assert!(!next[0].is_ready(beijing("2026-12-01 00:00")));

    facts.draft_changed = true;
    let moves: Vec<Move> = what_next(&facts, began).iter().map(|line| line.mv).collect();
    assert_eq!(moves, [Move::CloseConsult, Move::RestartConsult], "a new version lies ready, so it may go out");

    let signing = what_next(&complete(Kind::ResidentConvention, Stage::Sign, began), began);
    assert!(signing[0].by_itself && signing[0].by == Some(beijing("2026-12-02 00:00")));

    facts.paused_at = Some(began + Duration::days(3));
    let moves: Vec<Move> = what_next(&facts, began + Duration::days(4)).iter().map(|line| line.mv).collect();
    assert_eq!(moves, [Move::Resume]);
}

#[test]
fn a_pact_in_force_waits_for_its_review_and_an_ended_one_for_nothing() {
    let began = beijing("2026-11-01 11:00");
    let mut facts = complete(Kind::ResidentConvention, Stage::InForce, began);
    facts.evidence.clear();
    facts.review_on = Some(gongzhi_domain::pact::stage::day_of(beijing("2029-11-01 00:00")));
    let next = what_next(&facts, began);
    assert_eq!((next[0].mv, next[0].by_itself, next[0].who.len()), (Move::End, true, 0));
    assert!(ahead(&facts, began).is_empty());
    let ended = complete(Kind::ResidentConvention, Stage::Ended, began);
    assert!(what_next(&ended, began).is_empty() && ahead(&ended, began).is_empty());
}

#[test]
fn the_way_ahead_has_its_earliest_days() {
    let began = beijing("2026-11-01 11:00");
    let facts = complete(Kind::ResidentConvention, Stage::Up3, began);
    let days: Vec<(Stage, String)> = ahead(&facts, beijing("2026-11-03 08:00"))
        .into_iter()
        .map(|line| (line.stage, (line.earliest + Duration::hours(8)).format("%m-%d %H:%M").to_string()))
        .collect();
    let expected = [
        (Stage::Notice, "11-03 08:00"),
        (Stage::Down3, "11-14 00:00"),
        (Stage::Result, "11-14 00:00"),
        (Stage::Sign, "11-20 00:00"),
        (Stage::Publish, "11-20 00:00"),
        (Stage::InForce, "12-06 00:00"),
    ];
    assert_eq!(days, expected.map(|(stage, day)| (stage, day.to_owned())));

    let mut lost = complete(Kind::ResidentConvention, Stage::Result, began);
    lost.outcome = Some(Outcome::Rejected);
    assert!(ahead(&lost, began).is_empty(), "a lost vote leads back");
}

#[test]
fn nine_points_and_one_of_them_is_now() {
    let now = |stage| zigzag(stage).into_iter().find(|step| step.passed == Passed::Now).map(|step| step.point);
    assert_eq!(now(Stage::Up1), Some(Point::Up1));
    assert_eq!(now(Stage::Notice), Some(Point::Down3));
    assert_eq!(now(Stage::Result), Some(Point::Down3));
    assert_eq!(now(Stage::Publish), Some(Point::Sign));
    assert_eq!(now(Stage::InForce), Some(Point::InForce));
    assert_eq!(now(Stage::Ended), None);
    for stage in Stage::ALL {
        let steps = zigzag(*stage);
        let order: Vec<Passed> = steps.iter().map(|step| step.passed).collect();
        assert!(order.is_sorted(), "{stage}: {order:?}");
        assert_eq!(steps.iter().map(|step| step.point).collect::<Vec<_>>(), Point::ALL);
        let heights: Vec<bool> = steps.iter().map(|step| step.point.is_up()).collect();
        assert!(heights.windows(2).all(|pair| pair[0] != pair[1]), "up and down in turn");
    }
}

proptest! {
    /// The calendar promises neither more nor less than the rules keep.
    #[test]
    fn what_is_ready_can_be_done(facts in any_facts(), hours in 0_i64..3_000) {
        let now = beijing("2026-01-01 00:00") + Duration::hours(hours);
        let next = what_next(&facts, now);
        for line in &next {
            if line.mv != Move::End {
                prop_assert_eq!(line.is_ready(now), check(&facts, line.mv, now).is_ok(), "{:?}", line);
            }
            prop_assert!(line.by_itself || !line.who.is_empty());
        }
        for mv in Move::ALL.iter().filter(|mv| **mv != Move::End && check(&facts, **mv, now).is_ok()) {
            prop_assert!(next.iter().any(|line| line.mv == *mv && line.is_ready(now)), "{} is possible and not told", mv);
        }
        let days = ahead(&facts, now);
        prop_assert!(days.windows(2).all(|pair| pair[0].earliest <= pair[1].earliest && pair[0].stage < pair[1].stage));
        prop_assert!(days.iter().all(|day| day.earliest >= now && day.stage > facts.stage));
    }
}
