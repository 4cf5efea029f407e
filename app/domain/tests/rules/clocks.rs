//! Limits computed from the ledger.

use chrono::{DateTime, Duration, TimeZone, Utc};
use gongzhi_domain::calendar::{Minutes, WorkCalendar};
use gongzhi_domain::clock::{Clock, ClockEvent, Entry, Health, Hours, Policy, due, read, used};
use gongzhi_domain::view::ClockView;
use proptest::prelude::*;

use crate::calendar::loaded;

/// Monday 2 March 2026, 9:00 on the wall.
fn monday() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap()
}

fn after(hours: i64) -> DateTime<Utc> {
    monday() + Duration::hours(hours)
}

fn row(clock: Clock, event: ClockEvent, hours: i64) -> Entry {
    Entry::new(clock, event, after(hours), 1)
}

fn handling(event: ClockEvent, hours: i64) -> Entry {
    row(Clock::Handling, event, hours)
}

fn due_of(ledger: &[Entry], policy: &Policy) -> Option<DateTime<Utc>> {
    due(Clock::Handling, ledger, policy, &loaded()).unwrap()
}

fn health_of(ledger: &[Entry], policy: &Policy, hours: i64) -> Health {
    read(Clock::Handling, ledger, policy, &loaded(), after(hours)).health
}

#[test]
fn the_limits_of_the_specification() {
    assert_eq!(Policy::EMERGENCY.dispatch, Minutes::hours(1));
    assert_eq!(Policy::EMERGENCY.reply, Minutes::hours(2));
    assert_eq!(Policy::EMERGENCY.accept, Minutes::hours(1), "never longer than the dispatch");
    assert_eq!(Policy::UTILITY.dispatch, Minutes::hours(2));
    assert_eq!(Policy::UTILITY.reply, Minutes::hours(24));
    assert_eq!(Policy::ORDINARY.accept, Minutes::hours(2));
    assert_eq!(Policy::ORDINARY.contact, Minutes::hours(8), "24 h of work days are one work day");
    assert_eq!((Policy::ORDINARY.hours, Policy::EMERGENCY.hours), (Hours::Work, Hours::AllDay));
    let total = Policy::ORDINARY.limit(Clock::Total).minutes;
    assert_eq!(total, Minutes::hours(2 + 8 + 56));
}

#[test]
fn seven_work_days_pass_over_a_weekend() {
    let started = [handling(ClockEvent::Start, 0)];
    assert_eq!(due_of(&started, &Policy::ORDINARY), Some(after(8 * 24 + 9)), "Tuesday week at 18:00");
    assert_eq!(due_of(&started, &Policy::UTILITY), Some(after(24)));
}

#[test]
fn a_pause_moves_what_is_due_by_its_length() {
    let ledger = [handling(ClockEvent::Start, 0), handling(ClockEvent::Pause, 5), handling(ClockEvent::Resume, 30)];
    assert_eq!(due_of(&ledger, &Policy::UTILITY), Some(after(24 + 25)));
    assert_eq!(due_of(&ledger[..2], &Policy::UTILITY), None, "nothing is due while it stands still");
    assert_eq!(health_of(&ledger[..2], &Policy::UTILITY, 29), Health::Paused);
    let used = used(Clock::Handling, &ledger, &Policy::UTILITY, &loaded(), after(31)).unwrap();
    assert_eq!(used, Minutes::hours(6));
}

#[test]
fn a_late_order_cannot_hide_in_a_pause() {
    let ledger = [handling(ClockEvent::Start, 0), handling(ClockEvent::Pause, 30)];
    assert_eq!(due_of(&ledger, &Policy::UTILITY), Some(after(24)));
    assert_eq!(health_of(&ledger, &Policy::UTILITY, 31), Health::Overdue);
}

#[test]
fn how_a_clock_looks() {
    let started = [handling(ClockEvent::Start, 0)];
    let at = |hours| health_of(&started, &Policy::UTILITY, hours);
    assert_eq!(at(16), Health::Running);
    assert_eq!(at(17), Health::Warning, "70 % of 24 h are 16.8 h");
    assert_eq!(at(24), Health::Overdue);
    assert_eq!(at(24 * 7), Health::Overdue, "five work days have not passed");
    assert_eq!(at(24 * 8 + 1), Health::Red);
    assert_eq!(health_of(&[], &Policy::UTILITY, 1), Health::Idle);
    let stopped = |hours| [handling(ClockEvent::Start, 0), handling(ClockEvent::Stop, hours)];
    assert_eq!(health_of(&stopped(24), &Policy::UTILITY, 99), Health::Kept);
    assert_eq!(health_of(&stopped(25), &Policy::UTILITY, 99), Health::Missed);
}

#[test]
fn an_extension_is_kept_to_the_minute_and_survives_a_pause() {
    let until = after(60) + Duration::minutes(59);
    let extend = Entry { until: Some(until), ..handling(ClockEvent::Extend, 10) };
    let ledger = [handling(ClockEvent::Start, 0), extend];
    assert_eq!(due_of(&ledger, &Policy::UTILITY), Some(until));
    let paused = [ledger[0], extend, handling(ClockEvent::Pause, 20), handling(ClockEvent::Resume, 25)];
    assert_eq!(due_of(&paused, &Policy::UTILITY), Some(until + Duration::hours(5)));
}

#[test]
fn a_redo_has_half_the_time() {
    let ledger =
        [handling(ClockEvent::Start, 0), handling(ClockEvent::Stop, 20), handling(ClockEvent::StartHalved, 40)];
    assert_eq!(due_of(&ledger, &Policy::UTILITY), Some(after(40 + 12)));
    let used = used(Clock::Handling, &ledger, &Policy::UTILITY, &loaded(), after(41)).unwrap();
    assert_eq!(used, Minutes::hours(1), "a new round counts anew");
}

#[test]
fn after_a_return_the_new_unit_is_capped_by_the_total() {
    let policy = Policy::UTILITY; // accept 2 h, dispatch 2 h, reply 24 h: total 28 h
    let ledger = [
        row(Clock::Total, ClockEvent::Start, 0),
        row(Clock::Dispatch, ClockEvent::Start, 1),
        handling(ClockEvent::Start, 2),
        handling(ClockEvent::Stop, 20),
        row(Clock::Dispatch, ClockEvent::Start, 20),
        handling(ClockEvent::Start, 21),
    ];
    assert_eq!(due_of(&ledger, &policy), Some(after(28)), "not 45");
    assert_eq!(due_of(&ledger[..3], &policy), Some(after(26)), "no cap the first time");
}

#[test]
fn recategorising_recomputes_from_receipt_and_keeps_pauses() {
    let ledger = [handling(ClockEvent::Start, 0), handling(ClockEvent::Pause, 1), handling(ClockEvent::Resume, 3)];
    assert_eq!(due_of(&ledger, &Policy::UTILITY), Some(after(26)));
    assert_eq!(due_of(&ledger, &Policy::EMERGENCY), Some(after(4)));
}

#[test]
fn an_unknown_year_is_said_to_be_unknown() {
    let december = Utc.with_ymd_and_hms(2026, 12, 30, 1, 0, 0).unwrap();
    let ledger = [Entry::new(Clock::Handling, ClockEvent::Start, december, 1)];
    let reading = read(Clock::Handling, &ledger, &Policy::ORDINARY, &loaded(), december);
    assert_eq!((reading.due, reading.health), (None, Health::Unknown));
    let all_day = read(Clock::Handling, &ledger, &Policy::UTILITY, &loaded(), december);
    assert_eq!(all_day.health, Health::Running, "24 × 7 needs no calendar");
}

#[test]
fn a_bar_is_never_fuller_than_full() {
    let reading = read(Clock::Handling, &[handling(ClockEvent::Start, 0)], &Policy::UTILITY, &loaded(), after(12));
    assert_eq!(ClockView::from(reading).percent(), 50);
    let late = read(Clock::Handling, &[handling(ClockEvent::Start, 0)], &Policy::UTILITY, &loaded(), after(99));
    assert_eq!(ClockView::from(late).percent(), 100);
}

proptest! {
    /// However a clock was paused, at its due time exactly its limit is used.
    #[test]
    fn at_the_due_time_the_limit_is_used(gaps in prop::collection::vec((1..3_000_i64, 1..3_000_i64), 0..6), work: bool) {
        let calendar: WorkCalendar = loaded();
        let policy = if work { Policy::COMPLEX } else { Policy::UTILITY };
        let mut at = monday();
        let mut ledger = vec![Entry::new(Clock::Handling, ClockEvent::Start, at, 1)];
        for (run, pause) in gaps {
            at += Duration::minutes(run);
            ledger.push(Entry::new(Clock::Handling, ClockEvent::Pause, at, 1));
            at += Duration::minutes(pause);
            ledger.push(Entry::new(Clock::Handling, ClockEvent::Resume, at, 1));
        }
        let due = due(Clock::Handling, &ledger, &policy, &calendar).unwrap().unwrap();
        // Cut the ledger there, so that what came after does not count.
        let before: Vec<Entry> = ledger.iter().copied().filter(|entry| entry.at <= due).collect();
        let used = used(Clock::Handling, &before, &policy, &calendar, due).unwrap();
        prop_assert_eq!(used, policy.reply);

        let mut shuffled = ledger.clone();
        shuffled.reverse();
        let again = gongzhi_domain::clock::due(Clock::Handling, &shuffled, &policy, &calendar).unwrap();
        prop_assert_eq!(again, Some(due), "the order of rows does not matter");
    }
}
