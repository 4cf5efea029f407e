//! Work days and work hours. Which days are holidays and which weekends are made up for comes from
//! rows the store holds; a year without rows is unknown, never guessed (ARCHITECTURE.md, Small
//! decisions). Due dates pass over nights, weekends and holidays and count make-up work days.

use crate::error::Reason;
use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveTime, Offset, Utc, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

coded! {
    /// What a listed day is.
    pub enum DayKind {
        /// Nobody works although the weekday says so.
        Holiday = "holiday",
        /// Work although it is a weekend 调休.
        MakeUpWorkDay = "make_up_work_day",
    }
}

/// A time that needs a year whose calendar is not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the calendar of {year} is not loaded")]
pub struct UnknownYear {
    /// The year.
    pub year: i32,
}

impl From<UnknownYear> for crate::Error {
    fn from(unknown: UnknownYear) -> Self {
        Self::UnknownYear { year: unknown.year }
    }
}

/// A row of the published calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Why, as in "Spring Festival".
    pub occasion: String,
}

/// A line of a calendar file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: not `date,kind,occasion`")]
pub struct BadRow {
    /// Its number, the heading being line 1.
    pub line: usize,
}

/// A span of work time on a work day, from and to.
pub type WorkSpan = (NaiveTime, NaiveTime);

/// Whole minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

impl Minutes {
    /// Whole hours.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self(hours.saturating_mul(60))
    }

    /// As a span of time.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::minutes(self.0.into())
    }

    /// The whole minutes in a span; 0 for a negative one.
    #[must_use]
    pub fn of(span: Duration) -> Self {
        Self(u32::try_from(span.num_minutes().max(0)).unwrap_or(u32::MAX))
    }
}

/// When people work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    days: BTreeMap<NaiveDate, DayKind>,
    years: BTreeSet<i32>,
    spans: Vec<WorkSpan>,
    zone: FixedOffset,
}

/// The years a day that somebody types may lie in: nothing the portal keeps is older or lies further ahead, and arithmetic with such
/// days cannot leave the calendar.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// A day as a date field sends it, `2026-11-22`.
///
/// # Errors
/// [`Reason::Missing`] for nothing; [`Reason::NotADate`] for what is no day, or lies in none of the [`YEARS`].
pub fn day_in(typed: &str) -> Result<NaiveDate, Reason> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Reason::Missing);
    }
    let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").map_err(|_| Reason::NotADate)?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(Reason::NotADate) }
}

const BEIJING_SECONDS: i32 = 8 * 3600;

impl WorkCalendar {
    /// A calendar of rows; every year that has a row is known. Work hours are 9:00–12:00 and
    /// 13:00–18:00 (eight hours), the zone is +08:00.
    #[must_use]
    pub fn from_rows(rows: impl IntoIterator<Item = (NaiveDate, DayKind)>) -> Self {
        let days: BTreeMap<_, _> = rows.into_iter().collect();
        let years = days.keys().map(Datelike::year).collect();
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let zone = FixedOffset::east_opt(BEIJING_SECONDS).unwrap_or_else(|| Utc.fix());
        Self { days, years, spans: vec![(at(9), at(12)), (at(13), at(18))], zone }
    }

    /// Reads `date,kind,occasion` lines with a heading. Days listed twice keep their last row.
    ///
    /// # Errors
    /// [`BadRow`] with the first line that cannot be read.
    pub fn read_rows(csv: &str) -> Result<Vec<DayRow>, BadRow> {
        csv.lines()
            .enumerate()
            .skip(1)
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| read_row(line).ok_or(BadRow { line: at + 1 }))
            .collect()
    }

    /// The same calendar with other work hours. Spans that overlap, end before they begin or are out
    /// of order are refused with `None`, as is having none.
    #[must_use]
    pub fn with_spans(mut self, spans: Vec<WorkSpan>) -> Option<Self> {
        let ordered = spans.iter().all(|(from, to)| from < to)
            && spans.iter().zip(spans.iter().skip(1)).all(|((_, end), (next, _))| end <= next);
        if spans.is_empty() || !ordered {
            return None;
        }
        self.spans = spans;
        Some(self)
    }

    /// The zone in which days begin and end.
    #[must_use]
    pub const fn zone(&self) -> FixedOffset {
        self.zone
    }

    /// The day it is there.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Whether the year's rows are loaded.
    #[must_use]
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Minutes of work in one work day.
    #[must_use]
    pub fn minutes_a_day(&self) -> Minutes {
        Minutes::of(self.spans.iter().fold(Duration::zero(), |sum, (from, to)| sum + (*to - *from)))
    }

    /// Whether people work on that day.
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn is_work_day(&self, date: NaiveDate) -> Result<bool, UnknownYear> {
        if !self.knows(date.year()) {
            return Err(UnknownYear { year: date.year() });
        }
        Ok(match self.days.get(&date) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::MakeUpWorkDay) => true,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        })
    }

    /// The moment at which that much work time has passed. Zero minutes end where they begin; time
    /// that ends with a span ends at its end, not at the beginning of the next.
    ///
    /// # Errors
    /// [`UnknownYear`] when the way there leads through a year that is not loaded.
    pub fn add_work_minutes(&self, from: DateTime<Utc>, minutes: Minutes) -> Result<DateTime<Utc>, UnknownYear> {
        self.add_work_time(from, minutes.duration())
    }

    /// The same with a span of any fineness; a negative one counts as zero.
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn add_work_time(&self, from: DateTime<Utc>, span: Duration) -> Result<DateTime<Utc>, UnknownYear> {
        let mut left = span;
        if left <= Duration::zero() {
            return Ok(from);
        }
        let mut day = self.day_of(from);
        loop {
            if self.is_work_day(day)? {
                for (opens, closes) in self.spans_of(day) {
                    let begins = opens.max(from);
                    let room = closes - begins;
                    if room <= Duration::zero() {
                        continue;
                    }
                    if left <= room {
                        return Ok(begins + left);
                    }
                    left -= room;
                }
            }
            day = day.succ_opt().ok_or(UnknownYear { year: day.year() })?;
        }
    }

    /// The moment so many work days later, at the same hour of work: one work day is
    /// [`minutes_a_day`](Self::minutes_a_day).
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn add_work_days(&self, from: DateTime<Utc>, days: u32) -> Result<DateTime<Utc>, UnknownYear> {
        self.add_work_minutes(from, Minutes(self.minutes_a_day().0.saturating_mul(days)))
    }

    /// The work time between two moments; zero when the second is not after the first.
    ///
    /// # Errors
    /// [`UnknownYear`] when a year between them is not loaded.
    pub fn work_time_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Duration, UnknownYear> {
        let mut sum = Duration::zero();
        if to <= from {
            return Ok(sum);
        }
        let (mut day, last) = (self.day_of(from), self.day_of(to));
        while day <= last {
            if self.is_work_day(day)? {
                for (opens, closes) in self.spans_of(day) {
                    sum += (closes.min(to) - opens.max(from)).max(Duration::zero());
                }
            }
            day = day.succ_opt().ok_or(UnknownYear { year: day.year() })?;
        }
        Ok(sum)
    }

    fn spans_of(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
        let moment = move |time| (day.and_time(time) - self.zone).and_utc();
        self.spans.iter().map(move |(from, to)| (moment(*from), moment(*to)))
    }
}

fn read_row(line: &str) -> Option<DayRow> {
    let mut cells = line.splitn(3, ',').map(str::trim);
    let date = NaiveDate::parse_from_str(cells.next()?, "%Y-%m-%d").ok()?;
    let kind = cells.next()?.parse().ok()?;
    Some(DayRow { date, kind, occasion: cells.next().unwrap_or_default().to_owned() })
}
