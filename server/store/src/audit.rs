//! The audit log: who did what to what, in streams of which every row carries the hash of the one before
//! (people-and-places.md, Audit). Writing stands here, the link itself in `chain`, the daily anchors and the walk
//! over everything beside it. Personal data never stands in the log, only references; addresses are kept as keyed
//! hashes.

mod anchor;
mod chain;
mod verify;

pub use anchor::anchor;
pub use verify::{Broken, Report, Wrong, verify};

use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::person::{Actor, Role};
use serde_json::Value;
use sqlx::PgConnection;

use self::chain::{GENESIS, Row, storable};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;

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
        person_id: actor.person.map(PersonId::uuid),
        acting_for: entry.acting_for.map(PersonId::uuid),
        role: role.code().to_owned(),
        action: entry.action.to_owned(),
        subject: entry.subject.to_owned(),
        before: entry.before.map(storable),
        after: entry.after.map(storable),
        reason: entry.reason.map(str::to_owned),
        client: client_of(db, actor),
        prev_hash: head.hash,
        hash: Vec::new(),
    }
    .sealed();
    sqlx::query!(
        "insert into audit_event (stream, seq, at, person_id, acting_for, role, action, subject, before, after,
                                  reason, client, prev_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.stream,
        row.seq,
        row.at,
        row.person_id,
        row.acting_for,
        row.role,
        row.action,
        row.subject,
        row.before,
        row.after,
        row.reason,
        row.client,
        row.prev_hash,
        row.hash,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("update audit_head set seq = $2, hash = $3 where stream = $1", row.stream, row.seq, row.hash)
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
