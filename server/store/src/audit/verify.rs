//! The walk over the whole log, which finds what was changed, removed or exchanged behind the program's back.

use gongzhi_domain::Error;

use super::anchor::{Anchors, LastRows};
use super::chain::{GENESIS, Row};
use crate::db::{Db, Transaction};
use crate::refusal::refuse;

/// What a walk over the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Streams walked.
    pub streams: u64,
    /// Rows walked.
    pub events: u64,
    /// Daily anchors compared.
    pub anchors: u64,
    /// The first broken link, `None` when all is whole.
    pub broken: Option<Broken>,
}

/// A link of the chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The stream, or `anchor` for a daily anchor.
    pub stream: String,
    /// The row in the stream; for an anchor the day as `YYYYMMDD`.
    pub seq: i64,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What can be wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The row's hash does not fit what it says: something in it was changed.
    #[error("its contents do not fit its hash")]
    Contents,
    /// The row does not carry the hash of the one before: the one before was changed or exchanged.
    #[error("it does not follow the row before it")]
    Link,
    /// Rows before this one are missing.
    #[error("rows before it are missing")]
    Gap,
    /// The stream ends before its head says: rows were removed at the end.
    #[error("rows after it are missing")]
    Cut,
    /// The stream has no head, or its head has another hash.
    #[error("the stream's head does not fit")]
    Head,
    /// The heads of that day are not those that were anchored: a stream was exchanged or removed as a whole.
    #[error("the streams of that day are not those that were anchored")]
    Anchor,
}

/// Walks every stream from its first row, compares hashes, links, heads and daily anchors, and names the
/// first broken link. Reads in batches of 1,000 rows; memory does not grow with the log.
pub async fn verify(db: &Db) -> Result<Report, Error> {
    let mut walk = Walk::begin(db).await?;
    match walk.everything().await {
        Ok(()) => Ok(walk.report),
        Err(Stopped::Broken(broken)) => Ok(Report { broken: Some(broken), ..walk.report }),
        Err(Stopped::Refused(error)) => Err(error),
    }
}

/// Why a walk did not come to its end.
enum Stopped {
    Broken(Broken),
    Refused(Error),
}

impl From<Broken> for Stopped {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Self::Refused(refuse(error))
    }
}

/// A walk on its way.
struct Walk {
    tx: Transaction,
    anchors: Anchors,
    report: Report,
    last: Option<Last>,
}

/// The last row seen of the stream being walked, and the last of each anchored day.
struct Last {
    stream: String,
    seq: i64,
    hash: Vec<u8>,
    days: LastRows,
}

impl Walk {
    async fn begin(db: &Db) -> Result<Self, Error> {
        // One snapshot, so that rows written during the walk do not look like damage.
        let mut tx = db.begin().await?;
        sqlx::query!("set transaction isolation level repeatable read, read only")
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
        let anchors = Anchors::load(&mut tx).await?;
        Ok(Self { tx, anchors, report: Report { streams: 0, events: 0, anchors: 0, broken: None }, last: None })
    }

    async fn everything(&mut self) -> Result<(), Stopped> {
        let (mut stream, mut seq) = (String::new(), 0_i64);
        loop {
            let rows = sqlx::query_as!(
                Row,
                r#"select stream, seq, at, person_id, acting_for, role, action, subject, before, after, reason, client,
                          prev_hash, hash
                   from audit_event
                   where (stream, seq) > ($1, $2)
                   order by stream, seq
                   limit 1000"#,
                stream,
                seq,
            )
            .fetch_all(&mut *self.tx)
            .await?;
            let Some(end) = rows.last() else { break };
            (stream, seq) = (end.stream.clone(), end.seq);
            for row in rows {
                self.row(row).await?;
            }
        }
        self.end_of_stream().await?;
        self.heads_have_rows().await?;
        self.report.anchors = self.anchors.count();
        Ok(self.anchors.compare()?)
    }

    async fn row(&mut self, row: Row) -> Result<(), Stopped> {
        self.report.events += 1;
        if self.last.as_ref().is_some_and(|last| last.stream != row.stream) {
            self.end_of_stream().await?;
        }
        let before_first =
            || Last { stream: row.stream.clone(), seq: 0, hash: GENESIS.to_vec(), days: LastRows::default() };
        let last = self.last.get_or_insert_with(before_first);
        let wrong = if row.seq != last.seq + 1 {
            Some(Wrong::Gap)
        } else if row.prev_hash != last.hash {
            Some(Wrong::Link)
        } else if row.hash != row.digest() {
            Some(Wrong::Contents)
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(Broken { stream: row.stream, seq: row.seq, wrong }.into());
        }
        (last.seq, last.hash) = (row.seq, row.hash);
        if let Some(day) = self.anchors.covering(row.at) {
            last.days.insert(day, (last.seq, last.hash.clone()));
        }
        Ok(())
    }

    /// Compares the end of the stream with its head.
    async fn end_of_stream(&mut self) -> Result<(), Stopped> {
        let Some(last) = self.last.take() else { return Ok(()) };
        self.report.streams += 1;
        let head = sqlx::query!("select seq, hash from audit_head where stream = $1", last.stream)
            .fetch_optional(&mut *self.tx)
            .await?;
        let wrong = match head {
            Some(head) if head.seq > last.seq => Wrong::Cut,
            Some(head) if head.seq == last.seq && head.hash == last.hash => {
                self.anchors.take_in(&last.stream, last.days);
                return Ok(());
            }
            _ => Wrong::Head,
        };
        Err(Broken { stream: last.stream, seq: last.seq, wrong }.into())
    }

    /// A head without its row: the whole stream, or its end, was removed.
    async fn heads_have_rows(&mut self) -> Result<(), Stopped> {
        let orphan = sqlx::query!(
            "select stream, seq from audit_head h
             where seq > 0 and not exists (select from audit_event e where e.stream = h.stream and e.seq = h.seq)
             order by stream limit 1"
        );
        match orphan.fetch_optional(&mut *self.tx).await? {
            Some(head) => Err(Broken { stream: head.stream, seq: head.seq, wrong: Wrong::Cut }.into()),
            None => Ok(()),
        }
    }
}
