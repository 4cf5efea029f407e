//! The audit log: who did what to what, in streams of which every row carries the hash of the one before
//! (people-and-places.md, Audit). Writing, daily anchoring and walking the chain live here. Personal data
//! never stands in it, only references; addresses are kept as keyed hashes.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::person::{Actor, Role};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use crate::calendar::local_day;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

const GENESIS: [u8; 32] = [0; 32];

/// What is recorded of one action.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// The stream: one per request, person, order, setting, so that writers do not queue behind each other
    /// (`request:20261122-BY01-0001-K`).
    pub stream: &'a str,
    /// What was done (`contact.reveal`).
    pub action: &'a str,
    /// To what (`person:0192…`).
    pub subject: &'a str,
    /// How it was before, as references and codes.
    pub before: Option<Value>,
    /// How it is after.
    pub after: Option<Value>,
    /// Why, in the actor's words, where a reason is asked for.
    pub reason: Option<&'a str>,
    /// For whom it was done.
    pub acting_for: Option<PersonId>,
}

/// Appends one entry in the transaction of the change it records. Waits while another transaction writes to
/// the same stream.
pub async fn append(db: &Db, tx: &mut PgConnection, actor: &Actor, role: Role, entry: Entry<'_>) -> Result<(), Error> {
    let first = sqlx::query!(
        "insert into audit_head (stream, seq, hash) values ($1, 0, $2) on conflict (stream) do nothing",
        entry.stream,
        GENESIS.as_slice(),
    );
    first.execute(&mut *tx).await.map_err(refuse)?;
    let head = sqlx::query!("select seq, hash from audit_head where stream = $1 for update", entry.stream)
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    let row = Row {
        stream: entry.stream.to_owned(),
        seq: head.seq + 1,
        at: db.now(),
        person: actor.person.map(PersonId::uuid),
        acting_for: entry.acting_for.map(PersonId::uuid),
        role: role.code().to_owned(),
        action: entry.action.to_owned(),
        subject: entry.subject.to_owned(),
        before: entry.before.map(storable),
        after: entry.after.map(storable),
        reason: entry.reason.map(str::to_owned),
        client: client_of(db, actor),
        prev_hash: head.hash,
    };
    let hash = row.hash();
    sqlx::query!(
        "insert into audit_event (stream, seq, at, person_id, acting_for, role, action, subject, before, after,
                                  reason, client, prev_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.stream,
        row.seq,
        row.at,
        row.person,
        row.acting_for,
        row.role,
        row.action,
        row.subject,
        row.before,
        row.after,
        row.reason,
        row.client,
        row.prev_hash,
        hash.as_slice(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("update audit_head set seq = $2, hash = $3 where stream = $1", row.stream, row.seq, hash.as_slice())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// A keyed hash of the client's address, short enough to compare by eye.
fn client_of(db: &Db, actor: &Actor) -> String {
    if actor.client.is_empty() {
        return String::new();
    }
    let index = db.keys().index(Purpose::Client, actor.client.as_bytes());
    index.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// One row as it is hashed.
struct Row {
    stream: String,
    seq: i64,
    at: DateTime<Utc>,
    person: Option<uuid::Uuid>,
    acting_for: Option<uuid::Uuid>,
    role: String,
    action: String,
    subject: String,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<String>,
    client: String,
    prev_hash: Vec<u8>,
}

impl Row {
    /// SHA-256 over every field, each with its length before it so that no two rows share their bytes. The
    /// moment counts in microseconds, as PostgreSQL keeps it.
    fn hash(&self) -> [u8; 32] {
        let mut sha = Sha256::new();
        let mut field = |bytes: Option<&[u8]>| match bytes {
            None => sha.update([0]),
            Some(bytes) => {
                sha.update([1]);
                sha.update((bytes.len() as u64).to_be_bytes());
                sha.update(bytes);
            }
        };
        field(Some(b"gongzhi audit 1"));
        field(Some(&self.prev_hash));
        field(Some(self.stream.as_bytes()));
        field(Some(&self.seq.to_be_bytes()));
        field(Some(&self.at.timestamp_micros().to_be_bytes()));
        field(self.person.as_ref().map(|id| id.as_bytes().as_slice()));
        field(self.acting_for.as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(self.role.as_bytes()));
        field(Some(self.action.as_bytes()));
        field(Some(self.subject.as_bytes()));
        field(self.before.as_ref().map(canonical).as_deref());
        field(self.after.as_ref().map(canonical).as_deref());
        field(self.reason.as_ref().map(String::as_bytes));
        field(Some(self.client.as_bytes()));
        sha.finalize().into()
    }
}

/// JSON as PostgreSQL gives it back whatever way it keeps it: fractions as text, since `jsonb` may write
/// them differently.
fn storable(value: Value) -> Value {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.into_iter().map(storable).collect()),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, storable(value))).collect(),
        other => other,
    }
}

/// The bytes of a JSON value that do not depend on the order of its members.
fn canonical(value: &Value) -> Vec<u8> {
    fn write(value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by_key(|(name, _)| name.as_bytes());
                out.push(b'{');
                for (name, value) in sorted {
                    out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
                    out.push(b':');
                    write(value, out);
                    out.push(b',');
                }
                out.push(b'}');
            }
            Value::Array(items) => {
                out.push(b'[');
                for item in items {
                    write(item, out);
                    out.push(b',');
                }
                out.push(b']');
            }
            plain => out.extend_from_slice(plain.to_string().as_bytes()),
        }
    }
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

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
    // One snapshot, so that rows written during the walk do not look like damage.
    let mut tx = db.begin().await?;
    sqlx::query!("set transaction isolation level repeatable read, read only")
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let mut anchors = Anchors::load(&mut tx).await?;
    let mut report = Report { streams: 0, events: 0, anchors: 0, broken: None };
    let mut last: Option<Last> = None;
    let (mut after_stream, mut after_seq) = (String::new(), 0_i64);
    loop {
        let rows = sqlx::query!(
            r#"select stream, seq, at, person_id, acting_for, role, action, subject, before, after, reason, client,
                      prev_hash, hash
               from audit_event
               where (stream, seq) > ($1, $2)
               order by stream, seq
               limit 1000"#,
            after_stream,
            after_seq,
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(refuse)?;
        let Some(end) = rows.last() else { break };
        (after_stream, after_seq) = (end.stream.clone(), end.seq);
        for row in rows {
            report.events += 1;
            let same = last.as_ref().is_some_and(|last| last.stream == row.stream);
            if !same && let Some(ended) = last.take() {
                report.streams += 1;
                if let Some(broken) = ended.compare_with_head(&mut tx).await? {
                    return Ok(Report { broken: Some(broken), ..report });
                }
                anchors.end_of_stream(ended);
            }
            let (seq_before, hash_before) =
                last.as_ref().map_or((0, GENESIS.to_vec()), |last| (last.seq, last.hash.clone()));
            let (stream, seq, at, hash) = (row.stream.clone(), row.seq, row.at, row.hash);
            let linked = row.prev_hash == hash_before;
            let contents = Row {
                stream: row.stream,
                seq,
                at,
                person: row.person_id,
                acting_for: row.acting_for,
                role: row.role,
                action: row.action,
                subject: row.subject,
                before: row.before,
                after: row.after,
                reason: row.reason,
                client: row.client,
                prev_hash: row.prev_hash,
            };
            let wrong = if seq != seq_before + 1 {
                Some(Wrong::Gap)
            } else if !linked {
                Some(Wrong::Link)
            } else if contents.hash().as_slice() != hash {
                Some(Wrong::Contents)
            } else {
                None
            };
            if let Some(wrong) = wrong {
                return Ok(Report { broken: Some(Broken { stream, seq, wrong }), ..report });
            }
            let days = last.take().map(|last| last.days).unwrap_or_default();
            let mut now_last = Last { stream, seq, hash, days };
            anchors.note(&mut now_last, at);
            last = Some(now_last);
        }
    }
    if let Some(ended) = last {
        report.streams += 1;
        if let Some(broken) = ended.compare_with_head(&mut tx).await? {
            return Ok(Report { broken: Some(broken), ..report });
        }
        anchors.end_of_stream(ended);
    }
    let orphan = sqlx::query!(
        "select stream, seq from audit_head h
         where seq > 0 and not exists (select from audit_event e where e.stream = h.stream and e.seq = h.seq)
         order by stream limit 1"
    );
    if let Some(head) = orphan.fetch_optional(&mut *tx).await.map_err(refuse)? {
        let broken = Broken { stream: head.stream, seq: head.seq, wrong: Wrong::Cut };
        return Ok(Report { broken: Some(broken), ..report });
    }
    report.anchors = anchors.days.len() as u64;
    report.broken = anchors.first_broken();
    Ok(report)
}

/// The last row seen of the stream being walked, and the last row of it in each anchored day.
struct Last {
    stream: String,
    seq: i64,
    hash: Vec<u8>,
    days: HashMap<usize, (i64, Vec<u8>)>,
}

impl Last {
    async fn compare_with_head(&self, tx: &mut PgConnection) -> Result<Option<Broken>, Error> {
        let head = sqlx::query!("select seq, hash from audit_head where stream = $1", self.stream)
            .fetch_optional(tx)
            .await
            .map_err(refuse)?;
        let wrong = match head {
            Some(head) if head.seq > self.seq => Wrong::Cut,
            Some(head) if head.seq == self.seq && head.hash == self.hash => return Ok(None),
            _ => Wrong::Head,
        };
        Ok(Some(Broken { stream: self.stream.clone(), seq: self.seq, wrong }))
    }
}

/// The anchors in the order of their days, with a digest for each that grows as the streams are walked.
struct Anchors {
    days: Vec<Anchor>,
}

struct Anchor {
    day: NaiveDate,
    streams: i64,
    hash: Vec<u8>,
    digest: DayDigest,
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

impl Anchors {
    async fn load(tx: &mut PgConnection) -> Result<Self, Error> {
        let rows = sqlx::query!("select day, streams, hash from audit_anchor order by day");
        let rows = rows.fetch_all(tx).await.map_err(refuse)?;
        let anchor = |(day, streams, hash)| Anchor { day, streams, hash, digest: DayDigest::default() };
        Ok(Self { days: rows.into_iter().map(|row| anchor((row.day, row.streams, row.hash))).collect() })
    }

    fn note(&self, last: &mut Last, at: DateTime<Utc>) {
        let day = local_day(at);
        let covering = self.days.partition_point(|anchor| anchor.day < day);
        if covering < self.days.len() {
            last.days.insert(covering, (last.seq, last.hash.clone()));
        }
    }

    fn end_of_stream(&mut self, ended: Last) {
        for (covering, (seq, hash)) in ended.days {
            if let Some(anchor) = self.days.get_mut(covering) {
                anchor.digest.add(&ended.stream, seq, &hash);
            }
        }
    }

    fn first_broken(self) -> Option<Broken> {
        let mut before = GENESIS.to_vec();
        for anchor in self.days {
            let found = anchor.digest.finish(anchor.day, &before);
            if found != (anchor.streams, anchor.hash.clone()) {
                let seq = anchor.day.format("%Y%m%d").to_string().parse().unwrap_or_default();
                return Some(Broken { stream: "anchor".to_owned(), seq, wrong: Wrong::Anchor });
            }
            before = anchor.hash;
        }
        None
    }
}

/// Anchors a day that is over: a digest of the last row of every stream that was written to since the anchor
/// before. Does nothing when the day has its anchor. Run it an hour after midnight or later, so that
/// transactions begun before midnight have ended; a day that is not over for an hour is refused.
pub async fn anchor(db: &Db, day: NaiveDate) -> Result<(), Error> {
    if local_day(db.now() - chrono::TimeDelta::hours(1)) <= day {
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
    let since = before.as_ref().map(|before| crate::calendar::end_of_local_day(before.day));
    let rows = sqlx::query!(
        "select distinct on (stream) stream, seq, hash from audit_event
         where ($1::timestamptz is null or at >= $1) and at < $2
         order by stream, seq desc",
        since,
        crate::calendar::end_of_local_day(day),
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
