//! How a moment, a stretch of time and a length of time are said: near days by
//! name ("明天 14:00–18:00（周一）"), far ones by date. The present is an argument,
//! never read here. Times are those of Beijing; see ARCHITECTURE.md, On the phone.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Timelike, Utc, Weekday};
use gongzhi_domain::lang::Lang;

use crate::td_string;

/// China keeps one zone and no summer time, so an offset is enough.
const BEIJING: FixedOffset = FixedOffset::east_opt(8 * 3600).unwrap();

/// The same instant on a clock in Beijing.
#[must_use]
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&BEIJING)
}

/// A moment as people say it: "今天 8:12", "tomorrow 18:00 (Mon)", "周三 18:00", "3 Feb 9:05".
#[must_use]
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    let at = local(at);
    on_day(at.date_naive(), &clock_time(at), local(now).date_naive(), lang)
}

/// A stretch as people say it: "明天 14:00–18:00（周一）". One that ends on
/// another day names both days.
#[must_use]
pub fn span(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    let (start, end) = (local(from), local(to));
    let midnight = end.hour() == 0 && end.minute() == 0 && start.date_naive() + Days::new(1) == end.date_naive();
    if start.date_naive() == end.date_naive() || midnight {
        let until = if midnight { "24:00".to_owned() } else { clock_time(end) };
        let time = format!("{}–{until}", clock_time(start));
        return on_day(start.date_naive(), &time, local(now).date_naive(), lang);
    }
    format!("{} – {}", moment(from, now, lang), moment(to, now, lang))
}

/// Only the day: "今天", "tomorrow", "2025年3月8日".
#[must_use]
pub fn day(at: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    let (date, today) = (local(at).date_naive(), local(now).date_naive());
    match (date - today).num_days() {
        0 => td_string!(lang, when.today).to_owned(),
        1 => td_string!(lang, when.tomorrow).to_owned(),
        -1 => td_string!(lang, when.yesterday).to_owned(),
        _ => date_words(date, today, lang),
    }
}

/// The exact moment behind a relative one: "2026年11月22日（周日）08:12，北京时间".
#[must_use]
pub fn exact(at: DateTime<Utc>, lang: Lang) -> String {
    let at = local(at);
    let date = full_date(at.date_naive(), lang);
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    td_string!(lang, when.exact, date = date, weekday = weekday(at.weekday(), lang), time = time)
}

/// The moment for machines, as `<time datetime>` wants it, with the zone.
#[must_use]
pub fn machine(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A length of time in its two largest units: "1 小时 35 分", "2 d 3 h". Negative lengths are said as zero.
#[must_use]
pub fn length(minutes: i64, lang: Lang) -> String {
    let minutes = minutes.max(0);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => td_string!(lang, when.minutes, minutes = m),
        (0, h, 0) => td_string!(lang, when.hours, hours = h),
        (0, h, m) => td_string!(lang, when.hours_minutes, hours = h, minutes = m),
        (d, 0, _) => td_string!(lang, when.days, days = d),
        (d, h, _) => td_string!(lang, when.days_hours, days = d, hours = h),
    }
}

fn on_day(date: NaiveDate, time: &str, today: NaiveDate, lang: Lang) -> String {
    let week = weekday(date.weekday(), lang);
    match (date - today).num_days() {
        0 => td_string!(lang, when.on_day, day = td_string!(lang, when.today), time = time),
        -1 => td_string!(lang, when.on_day, day = td_string!(lang, when.yesterday), time = time),
        1 => {
            let day = td_string!(lang, when.tomorrow);
            td_string!(lang, when.on_day_weekday, day = day, time = time, weekday = week)
        }
        2..=6 => td_string!(lang, when.on_day, day = week, time = time),
        days => {
            let day = date_words(date, today, lang);
            if days > 0 {
                td_string!(lang, when.on_day_weekday, day = day, time = time, weekday = week)
            } else {
                td_string!(lang, when.on_day, day = day, time = time)
            }
        }
    }
}

fn date_words(date: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    if date.year() == today.year() {
        td_string!(lang, when.date, month = month(date.month(), lang), day = date.day())
    } else {
        full_date(date, lang)
    }
}

fn full_date(date: NaiveDate, lang: Lang) -> String {
    td_string!(lang, when.date_year, year = date.year(), month = month(date.month(), lang), day = date.day())
}

fn clock_time(at: DateTime<FixedOffset>) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

fn weekday(day: Weekday, lang: Lang) -> &'static str {
    match day {
        Weekday::Mon => td_string!(lang, when.weekday_0),
        Weekday::Tue => td_string!(lang, when.weekday_1),
        Weekday::Wed => td_string!(lang, when.weekday_2),
        Weekday::Thu => td_string!(lang, when.weekday_3),
        Weekday::Fri => td_string!(lang, when.weekday_4),
        Weekday::Sat => td_string!(lang, when.weekday_5),
        Weekday::Sun => td_string!(lang, when.weekday_6),
    }
}

fn month(month: u32, lang: Lang) -> &'static str {
    match month {
        1 => td_string!(lang, when.month_1),
        2 => td_string!(lang, when.month_2),
        3 => td_string!(lang, when.month_3),
        4 => td_string!(lang, when.month_4),
        5 => td_string!(lang, when.month_5),
        6 => td_string!(lang, when.month_6),
        7 => td_string!(lang, when.month_7),
        8 => td_string!(lang, when.month_8),
        9 => td_string!(lang, when.month_9),
        10 => td_string!(lang, when.month_10),
        11 => td_string!(lang, when.month_11),
        _ => td_string!(lang, when.month_12),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    /// Sunday, 22 November 2026, 10:40 in Beijing.
    fn now() -> DateTime<Utc> {
        beijing(22, 10, 40)
    }

    fn beijing(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        BEIJING.with_ymd_and_hms(2026, 11, day, hour, minute, 0).single().expect("a real time").to_utc()
    }

    #[test]
    fn near_days_have_names() {
        assert_eq!(moment(beijing(22, 8, 12), now(), Lang::Zh), "今天 8:12");
        assert_eq!(moment(beijing(21, 23, 59), now(), Lang::En), "yesterday 23:59");
        assert_eq!(moment(beijing(25, 18, 0), now(), Lang::Zh), "周三 18:00");
        assert_eq!(moment(beijing(3, 9, 5), now(), Lang::En), "3 Nov 9:05");
    }

    #[test]
    fn the_day_turns_at_midnight_in_beijing_not_in_greenwich() {
        let just_after_midnight = beijing(22, 0, 5);
        assert_eq!(just_after_midnight.date_naive().day(), 21);
        assert_eq!(moment(just_after_midnight, now(), Lang::Zh), "今天 0:05");
    }

    #[test]
    fn a_stretch_names_its_day_once() {
        let said = |lang| span(beijing(23, 14, 0), beijing(23, 18, 0), now(), lang);
        assert_eq!(said(Lang::Zh), "明天 14:00–18:00（周一）");
        assert_eq!(said(Lang::En), "tomorrow 14:00–18:00 (Mon)");
        assert_eq!(span(beijing(22, 20, 0), beijing(23, 0, 0), now(), Lang::Zh), "今天 20:00–24:00");
        assert_eq!(span(beijing(22, 22, 0), beijing(23, 6, 0), now(), Lang::Zh), "今天 22:00 – 明天 6:00（周一）");
    }

    #[test]
    fn another_year_is_said() {
        let old = BEIJING.with_ymd_and_hms(2025, 3, 8, 9, 0, 0).single().expect("a real time").to_utc();
        assert_eq!(moment(old, now(), Lang::Zh), "2025年3月8日 9:00");
        assert_eq!(exact(old, Lang::En), "8 Mar 2025 (Sat) 09:00, Beijing time");
        assert_eq!(machine(old), "2025-03-08T09:00:00+08:00");
    }

    #[test]
    fn lengths_keep_two_units() {
        assert_eq!(length(95, Lang::Zh), "1 小时 35 分");
        assert_eq!(length(2 * 1440 + 180, Lang::En), "2 d 3 h");
        assert_eq!(length(-5, Lang::En), "0 min");
    }
}
