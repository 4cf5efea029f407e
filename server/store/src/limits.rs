//! How often something may be tried in a window of time, counted in PostgreSQL so that every replica counts
//! alike. Names of buckets hold an address or a number only as a keyed hash.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;

/// Counts one try of `what` by `whose` (an address, a cookie, nothing for everybody together) and refuses it
/// with [`Error::TooMany`] when more than `max` fall into the current window. Counted outside any transaction,
/// so that a refused try counts too.
pub async fn hit(db: &Db, what: &str, whose: &[u8], max: i32, window: TimeDelta) -> Result<(), Error> {
    let (seconds, start, now) = window_now(db, window);
    let hits = sqlx::query_scalar!(
        "insert into rate_window (bucket, started_at, hits) values ($1, $2, 1)
         on conflict (bucket, started_at) do update set hits = rate_window.hits + 1
         returning hits",
        bucket(db, what, whose, seconds),
        DateTime::from_timestamp(start, 0).unwrap_or(now),
    )
    .fetch_one(db.pool())
    .await
    .map_err(refuse)?;
    if hits > max {
        let left = (start + seconds - now.timestamp()).max(1);
        return Err(Error::TooMany { retry_after_s: u32::try_from(left).unwrap_or(u32::MAX) });
    }
    Ok(())
}

/// Forgets the tries of the current window: the one that counts succeeded.
pub async fn forget(db: &Db, what: &str, whose: &[u8], window: TimeDelta) -> Result<(), Error> {
    let (seconds, start, now) = window_now(db, window);
    sqlx::query!(
        "delete from rate_window where bucket = $1 and started_at = $2",
        bucket(db, what, whose, seconds),
        DateTime::from_timestamp(start, 0).unwrap_or(now),
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    Ok(())
}

/// The window's length and beginning in seconds, and the moment.
fn window_now(db: &Db, window: TimeDelta) -> (i64, i64, DateTime<Utc>) {
    let seconds = window.num_seconds().max(1);
    let now = db.now();
    (seconds, now.timestamp().div_euclid(seconds) * seconds, now)
}

/// Removes windows that ended more than a day ago; the hourly sweep. Returns how many rows went.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let day_ago = db.now() - TimeDelta::days(2);
    let gone = sqlx::query!("delete from rate_window where started_at < $1", day_ago).execute(db.pool()).await;
    Ok(gone.map_err(refuse)?.rows_affected())
}

fn bucket(db: &Db, what: &str, whose: &[u8], seconds: i64) -> String {
    let index = db.keys().index(Purpose::Client, whose);
    let whose: String = index.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("{what}/{seconds}/{whose}")
}
