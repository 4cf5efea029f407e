//! The anchor of a day: a digest of the last row of every stream that was written to, so that a stream cannot be
//! exchanged or removed as a whole. It is made once, and made again from the rows when the log is walked.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use gongzhi_domain::Error;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::chain::GENESIS;
use super::verify::{Broken, Wrong};
use crate::calendar::{end_of_local_day, local_day};
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Anchors a day that is over: a digest of the last row of every stream that was written to since the anchor
/// before. Does nothing when the day has its anchor. Run it an hour after midnight or later, so that
/// transactions begun before midnight have ended; a day that is not over for an hour is refused.
pub async fn anchor(db: &Db, day: NaiveDate) -> Result<(), Error> {
    if local_day(db.now() - TimeDelta::hours(1)) <= day {
        return Err(fault(format_args!("{day} cannot be anchored before it is over for an hour")));
    }
    let mut tx = db.begin().await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtext('audit_anchor'))").execute(&mut *tx).await.map_err(refuse)?;
    let before = sqlx::query!("select day, hash from audit_anchor order by day desc limit 1")
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?;
    if before.as_ref().is_some_and(|before| before.day >= day) {
        return Ok(());
    }
    let since = before.as_ref().map(|before| end_of_local_day(before.day));
    let rows = sqlx::query!(
        "select distinct on (stream) stream, seq, hash from audit_event
         where ($1::timestamptz is null or at >= $1) and at < $2
         order by stream, seq desc",
        since,
        end_of_local_day(day),
    );
    let mut digest = DayDigest::default();
    for row in rows.fetch_all(&mut *tx).await.map_err(refuse)? {
        digest.add(&row.stream, row.seq, &row.hash);
    }
    let (streams, hash) = digest.finish(day, &before.map_or_else(|| GENESIS.to_vec(), |before| before.hash));
    sqlx::query!(
        "insert into audit_anchor (day, streams, hash, anchored_at) values ($1, $2, $3, $4)",
        day,
        streams,
        hash,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)
}

/// What the streams that were written to on a day looked like at its end.
#[derive(Default)]
struct DayDigest {
    sha: Sha256,
    streams: i64,
}

impl DayDigest {
    fn add(&mut self, stream: &str, seq: i64, hash: &[u8]) {
        self.sha.update((stream.len() as u64).to_be_bytes());
        self.sha.update(stream.as_bytes());
        self.sha.update(seq.to_be_bytes());
        self.sha.update(hash);
        self.streams += 1;
    }

    /// The anchor's hash: it carries the one before, so that no day can be taken out.
    fn finish(self, day: NaiveDate, before: &[u8]) -> (i64, Vec<u8>) {
        let mut sha = Sha256::new();
        sha.update(b"gongzhi anchor 1");
        sha.update(before);
        sha.update(day.to_string().as_bytes());
        sha.update(self.streams.to_be_bytes());
        sha.update(self.sha.finalize());
        (self.streams, sha.finalize().to_vec())
    }
}

/// The last row of one stream in each anchored day, by the place of the day's anchor.
pub(super) type LastRows = HashMap<usize, (i64, Vec<u8>)>;

/// The anchors in the order of their days, with a digest for each that grows as the streams are walked.
pub(super) struct Anchors {
    days: Vec<Anchor>,
}

struct Anchor {
    day: NaiveDate,
    streams: i64,
    hash: Vec<u8>,
    digest: DayDigest,
}

impl Anchors {
    pub async fn load(tx: &mut PgConnection) -> Result<Self, Error> {
        let rows = sqlx::query!("select day, streams, hash from audit_anchor order by day");
        let rows = rows.fetch_all(tx).await.map_err(refuse)?;
        let anchor = |(day, streams, hash)| Anchor { day, streams, hash, digest: DayDigest::default() };
        Ok(Self { days: rows.into_iter().map(|row| anchor((row.day, row.streams, row.hash))).collect() })
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.days.len() as u64
    }

    /// The anchor that covers a moment; `None` for what is not anchored yet.
    pub fn covering(&self, at: DateTime<Utc>) -> Option<usize> {
        let day = local_day(at);
        let covering = self.days.partition_point(|anchor| anchor.day < day);
        (covering < self.days.len()).then_some(covering)
    }

    /// Takes in a stream that was walked to its end.
    pub fn take_in(&mut self, stream: &str, last_rows: LastRows) {
        for (covering, (seq, hash)) in last_rows {
            if let Some(anchor) = self.days.get_mut(covering) {
                anchor.digest.add(stream, seq, &hash);
            }
        }
    }

    /// Compares what was walked with what was anchored.
    pub fn compare(&mut self) -> Result<(), Broken> {
        let mut before = GENESIS.to_vec();
        for anchor in self.days.drain(..) {
            let found = anchor.digest.finish(anchor.day, &before);
            if found != (anchor.streams, anchor.hash.clone()) {
                let seq = anchor.day.format("%Y%m%d").to_string().parse().unwrap_or_default();
                return Err(Broken { stream: "anchor".to_owned(), seq, wrong: Wrong::Anchor });
            }
            before = anchor.hash;
        }
        Ok(())
    }
}
