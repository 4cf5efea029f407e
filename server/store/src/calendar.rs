//! The work-day calendar as the store keeps it: the years published so far are loaded by the migration, an
//! administrator may add and mend days. Counting work time is `gongzhi_domain::calendar`'s business. Also
//! where days begin and end for the people of the portal.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::calendar::{BadRow, DayKind, WorkCalendar};
use sqlx::{PgConnection, PgPool};

use crate::refusal::{parsed, refuse};

/// The holidays and make-up work days of 2023 to 2026, as published by the State Council.
const PUBLISHED: &str = include_str!("../data/cn-calendar-2023-2026.csv");

/// How far Beijing is east of Greenwich, in seconds; China has one zone and no summer time.
const EAST: i32 = 8 * 3600;

/// The calendar that comes with the program cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum BadCalendar {
    /// A line that cannot be read.
    #[error(transparent)]
    Row(#[from] BadRow),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The day it is in Beijing.
#[must_use]
pub fn local_day(at: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(EAST).map_or_else(|| at.date_naive(), |zone| at.with_timezone(&zone).date_naive())
}

/// What clocks show in Beijing.
#[must_use]
pub fn local_time(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    at.naive_utc() + TimeDelta::seconds(EAST.into())
}

/// The moment at which clocks in Beijing show this.
#[must_use]
pub fn moment_of(local: chrono::NaiveDateTime) -> DateTime<Utc> {
    // Only the first hours of the first year there is lie outside, and they become its first moment.
    local.checked_sub_signed(TimeDelta::seconds(EAST.into())).unwrap_or(chrono::NaiveDateTime::MIN).and_utc()
}

/// The moment at which a day ends in Beijing.
#[must_use]
pub fn end_of_local_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    midnight + TimeDelta::days(1) - TimeDelta::seconds(EAST.into())
}

/// Reads the calendar; [`crate::db::Db::calendar`] keeps it.
pub async fn load(pool: &PgPool) -> Result<WorkCalendar, Error> {
    let rows = sqlx::query!("select day, kind from calendar_day order by day").fetch_all(pool).await.map_err(refuse)?;
    let days = rows.into_iter().map(|row| Ok((row.day, parsed::<DayKind>(&row.kind)?)));
    Ok(WorkCalendar::from_rows(days.collect::<Result<Vec<_>, Error>>()?))
}

/// Loads the published years that are not there yet, inside the migration. A year that is there keeps what an
/// administrator made of it.
pub(crate) async fn load_published(connection: &mut PgConnection) -> Result<(), BadCalendar> {
    let rows = WorkCalendar::read_rows(PUBLISHED)?;
    let known: Vec<i16> = sqlx::query_scalar!("select year from calendar_year").fetch_all(&mut *connection).await?;
    let is_new = |day: NaiveDate| !known.iter().any(|year| i32::from(*year) == day.year());
    for row in rows.iter().filter(|row| is_new(row.date)) {
        sqlx::query!(
            "insert into calendar_year (year) values ($1) on conflict (year) do nothing",
            i16::try_from(row.date.year()).unwrap_or_default(),
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "insert into calendar_day (day, kind, occasion) values ($1, $2, $3)
             on conflict (day) do update set kind = excluded.kind, occasion = excluded.occasion",
            row.date,
            row.kind.code(),
            row.occasion,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        let before: DateTime<Utc> = "2026-11-22T15:59:59Z".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(local_day(before), day);
        assert_eq!(end_of_local_day(day), before + TimeDelta::seconds(1));
        assert_eq!(local_day(end_of_local_day(day)), day.succ_opt().unwrap());
    }

    #[test]
    fn the_published_calendar_is_readable() {
        assert!(WorkCalendar::read_rows(PUBLISHED).unwrap().len() > 100);
    }
}
