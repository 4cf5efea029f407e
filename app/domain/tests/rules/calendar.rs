//! Work days and work hours.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use gongzhi_domain::calendar::{DayKind, Minutes, UnknownYear, WorkCalendar, day_in};
use gongzhi_domain::error::Reason;
use proptest::prelude::*;

const ROWS: &str = "date,kind,occasion
2025-01-01,holiday,New Year's Day
2025-10-01,holiday,National Day
2026-01-01,holiday,New Year's Day
2026-01-02,holiday,New Year's Day
2026-01-04,make_up_work_day,New Year's Day
2026-02-14,make_up_work_day,Spring Festival
2026-02-16,holiday,Spring Festival
2026-02-17,holiday,Spring Festival
2026-02-18,holiday,Spring Festival
2026-02-19,holiday,Spring Festival
2026-02-20,holiday,Spring Festival
2026-02-23,holiday,Spring Festival
2026-02-28,make_up_work_day,Spring Festival
";

/// A calendar that knows 2025 and 2026.
pub fn loaded() -> WorkCalendar {
    WorkCalendar::from_rows(WorkCalendar::read_rows(ROWS).unwrap().into_iter().map(|row| (row.date, row.kind)))
}

/// A time as the clock on the wall shows it.
fn local(month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap() - Duration::hours(8)
}

#[test]
fn holidays_weekends_and_days_made_up() {
    let calendar = loaded();
    let works = |month, day| calendar.is_work_day(NaiveDate::from_ymd_opt(2026, month, day).unwrap()).unwrap();
    assert!(!works(2, 16), "a Monday of the Spring Festival");
    assert!(works(2, 14), "a Saturday made up for");
    assert!(!works(2, 15), "a Sunday");
    assert!(works(2, 24));
}

#[test]
fn a_day_before_the_festival_becomes_a_day_after_it() {
    let calendar = loaded();
    // Saturday 14 February is a work day; the next one is Tuesday 24.
    let due = calendar.add_work_minutes(local(2, 14, 17, 0), Minutes::hours(2)).unwrap();
    assert_eq!(due, local(2, 24, 10, 0));
    assert_eq!(calendar.work_time_between(local(2, 14, 17, 0), due).unwrap(), Duration::hours(2));
}

#[test]
fn nights_and_noon_do_not_count() {
    let calendar = loaded();
    assert_eq!(calendar.add_work_minutes(local(3, 2, 11, 30), Minutes(60)).unwrap(), local(3, 2, 13, 30));
    assert_eq!(calendar.add_work_minutes(local(3, 2, 22, 0), Minutes(60)).unwrap(), local(3, 3, 10, 0));
    assert_eq!(calendar.add_work_minutes(local(3, 2, 9, 0), Minutes(180)).unwrap(), local(3, 2, 12, 0));
    assert_eq!(calendar.add_work_days(local(3, 6, 10, 0), 1).unwrap(), local(3, 9, 10, 0), "over a weekend");
    assert_eq!(calendar.minutes_a_day(), Minutes::hours(8));
}

#[test]
fn a_year_that_is_not_loaded_is_unknown_not_guessed() {
    let calendar = loaded();
    let late = local(12, 31, 17, 30);
    assert_eq!(calendar.add_work_minutes(late, Minutes(20)).map(|_| ()), Ok(()));
    assert_eq!(calendar.add_work_minutes(late, Minutes(60)), Err(UnknownYear { year: 2027 }));
    assert_eq!(calendar.work_time_between(late, late + Duration::days(2)), Err(UnknownYear { year: 2027 }));
    assert!(!calendar.knows(2027));
}

#[test]
fn rows_are_read_strictly() {
    assert_eq!(WorkCalendar::read_rows(ROWS).unwrap().len(), 13);
    for (wrong, line) in [("h\n2026-02-30,holiday,x", 2), ("h\n2026-01-01,holiday,x\n2026-01-02,feast,x", 3)] {
        assert_eq!(WorkCalendar::read_rows(wrong).unwrap_err().line, line);
    }
    assert_eq!("make_up_work_day".parse(), Ok(DayKind::MakeUpWorkDay));
}

#[test]
fn spans_must_be_in_order() {
    let at = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    assert!(loaded().with_spans(vec![]).is_none());
    assert!(loaded().with_spans(vec![(at(9), at(9))]).is_none());
    assert!(loaded().with_spans(vec![(at(13), at(18)), (at(9), at(12))]).is_none());
    let short = loaded().with_spans(vec![(at(10), at(12))]).unwrap();
    assert_eq!(short.minutes_a_day(), Minutes(120));
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (0..500_i64 * 24 * 60)
        .prop_map(|minutes| Utc.with_ymd_and_hms(2025, 1, 1, 0, 0, 0).unwrap() + Duration::minutes(minutes))
}

proptest! {
    #[test]
    fn adding_is_monotone_and_additive(from in moment(), later in 0..5_000_i64, a in 0..9_000_u32, b in 0..9_000_u32) {
        let calendar = loaded();
        let add = |at, minutes| calendar.add_work_minutes(at, Minutes(minutes)).unwrap();
        prop_assert_eq!(add(add(from, a), b), add(from, a + b), "in two steps as in one");
        prop_assert!(add(from, a) <= add(from, a + b), "more work is never due earlier");
        prop_assert!(add(from, a) <= add(from + Duration::minutes(later), a), "a later start is never due earlier");
        prop_assert_eq!(calendar.work_time_between(from, add(from, a)).unwrap(), Duration::minutes(a.into()));
    }

    #[test]
    fn time_between_adds_up(from in moment(), first in 0..50_000_i64, second in 0..50_000_i64) {
        let calendar = loaded();
        let (middle, end) = (from + Duration::minutes(first), from + Duration::minutes(first + second));
        let between = |a, b| calendar.work_time_between(a, b).unwrap();
        prop_assert_eq!(between(from, middle) + between(middle, end), between(from, end));
        prop_assert!(between(from, end) <= end - from);
        prop_assert_eq!(between(end, from), if first + second == 0 { between(from, from) } else { Duration::zero() });
    }
}

#[test]
fn a_day_that_is_typed_lies_in_a_year_people_live_in() {
    for typed in ["2000-01-01", " 2026-11-22 ", "2100-12-31"] {
        assert!(day_in(typed).is_ok(), "{typed}");
    }
    let wrong =
        ["-262143-01-01", "+262142-12-31", "1999-12-31", "2101-01-01", "0000-01-01", "20261122", "2026-02-30", "明天"];
    for typed in wrong {
        assert_eq!(day_in(typed), Err(Reason::NotADate), "{typed}");
    }
    assert_eq!(day_in(" "), Err(Reason::Missing));
}
