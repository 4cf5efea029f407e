//! Messages to people. A message is written in the transaction of what it tells of, and delivered afterwards
//! by whoever runs the jobs: at least once, with a key by which the receiver sees it once. The rows are the
//! record; a NOTIFY on the channel `gongzhi_outbox` and any job queue are only the wake-up.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// The channel that is notified when a message waits to be delivered.
pub const CHANNEL: &str = "gongzhi_outbox";

/// A message is tried this often before it is given up.
pub const TRIES_MAX: i32 = 8;

/// How long whoever took a message has before another may take it.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How a message reaches its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'a> {
    /// A text message to this number, through the gateway.
    Sms(&'a Phone),
    /// Shown in the portal when they sign in; nothing to deliver.
    Portal,
}

/// A message to be written.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Names what it tells of, so that telling twice writes one message (`replied:0192…:1:0193…`).
    pub key: &'a str,
    /// What kind of message it is (`sign_in_code`, `replied`).
    pub kind: &'a str,
    /// How it goes.
    pub way: Way<'a>,
    /// To whom; `None` for a number nobody has signed in with yet.
    pub person: Option<PersonId>,
    /// The text, in the person's language.
    pub body: &'a str,
}

/// Writes a message in the transaction of what it tells of. A message whose key was used is not written
/// again.
pub async fn put(db: &Db, tx: &mut PgConnection, message: Message<'_>) -> Result<(), Error> {
    let now = db.now();
    let body = db.keys().seal_text(Purpose::Message, message.body)?;
    let (way, to, delivered_at) = match message.way {
        Way::Sms(phone) => ("sms", Some(db.keys().seal_text(Purpose::Message, phone.full())?), None),
        Way::Portal => ("portal", None, Some(now)),
    };
    let written = sqlx::query!(
        "insert into outbox (id, key, kind, way, person_id, to_sealed, body_sealed, created_at, try_after, delivered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
         on conflict on constraint outbox_key_is_used_once do nothing",
        db.new_id(),
        message.key,
        message.kind,
        way,
        message.person.map(PersonId::uuid),
        to,
        body,
        now,
        delivered_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    // Commits that notify take turns in PostgreSQL: only what is to be delivered wakes anybody.
    if written.rows_affected() == 1 && delivered_at.is_none() {
        sqlx::query!("select pg_notify($1, '')", CHANNEL).execute(&mut *tx).await.map_err(refuse)?;
    }
    Ok(())
}

/// Writes many messages at once, as [`put`] writes one.
pub async fn put_many(db: &Db, tx: &mut PgConnection, messages: &[Message<'_>]) -> Result<(), Error> {
    let now = db.now();
    let mut wakes = false;
    for some in messages.chunks(500) {
        let (mut ids, mut keys, mut kinds, mut ways) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut people, mut numbers, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        for message in some {
            ids.push(db.new_id());
            keys.push(message.key.to_owned());
            kinds.push(message.kind.to_owned());
            people.push(message.person.map(PersonId::uuid));
            bodies.push(db.keys().seal_text(Purpose::Message, message.body)?);
            let (way, to) = match message.way {
                Way::Sms(phone) => ("sms", Some(db.keys().seal_text(Purpose::Message, phone.full())?)),
                Way::Portal => ("portal", None),
            };
            ways.push(way.to_owned());
            numbers.push(to);
        }
        let written = sqlx::query_scalar!(
            r#"insert into outbox (id, key, kind, way, person_id, to_sealed, body_sealed, created_at, try_after, delivered_at)
               select m.id, m.key, m.kind, m.way, m.person, m.number, m.body, $8::timestamptz, $8, case when m.way = 'portal' then $8::timestamptz end
               from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::bytea[], $7::bytea[])
                   as m (id, key, kind, way, person, number, body)
               on conflict on constraint outbox_key_is_used_once do nothing
               returning way"#,
            &ids,
            &keys,
            &kinds,
            &ways,
            &people as &[Option<uuid::Uuid>],
            &numbers as &[Option<Vec<u8>>],
            &bodies,
            now,
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(refuse)?;
        wakes |= written.iter().any(|way| way == "sms");
    }
    if wakes {
        sqlx::query!("select pg_notify($1, '')", CHANNEL).execute(&mut *tx).await.map_err(refuse)?;
    }
    Ok(())
}

/// A message taken for delivery.
#[derive(Debug)]
pub struct Due {
    /// Which it is, for [`delivered`] and [`failed`].
    pub id: Uuid,
    /// What the receiver tells repetitions by.
    pub key: String,
    /// What kind of message it is.
    pub kind: String,
    /// To which number.
    pub to: Phone,
    /// The text.
    pub body: String,
    /// The how-many-th try this is, from 1.
    pub tries: i32,
}

/// Takes up to `limit` messages that are due, oldest first. Several processes may take at once: each message
/// goes to one of them, and to another only when the first has not reported for two minutes.
pub async fn take_due(db: &Db, limit: i64) -> Result<Vec<Due>, Error> {
    let now = db.now();
    let rows = sqlx::query!(
        r#"update outbox set tries = tries + 1, try_after = $2
           where id in (
               select id from outbox
               where delivered_at is null and given_up_at is null and try_after <= $1
               order by try_after
               limit $3
               for update skip locked
           )
           returning id, key, kind, to_sealed, body_sealed, tries, created_at"#,
        now,
        now + LEASE,
        limit,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let mut due = Vec::with_capacity(rows.len());
    for row in rows {
        let opened =
            row.to_sealed.as_deref().ok_or_else(|| fault("a message without a number is due")).and_then(|to| {
                let to = db.keys().open_text(Purpose::Message, to)?;
                let to = Phone::parse(&to).map_err(|reason| fault(format_args!("a message's number: {reason}")))?;
                Ok((to, db.keys().open_text(Purpose::Message, &row.body_sealed)?))
            });
        match opened {
            Ok((to, body)) => {
                let message = Due { id: row.id, key: row.key, kind: row.kind, to, body, tries: row.tries };
                due.push((row.created_at, message));
            }
            // One message that does not open must not hold up the others.
            Err(error) => failed(db, row.id, &error.to_string()).await?,
        }
    }
    due.sort_by_key(|(created_at, _)| *created_at);
    Ok(due.into_iter().map(|(_, message)| message).collect())
}

/// Notes that a message was handed to the gateway.
pub async fn delivered(db: &Db, id: Uuid) -> Result<(), Error> {
    sqlx::query!("update outbox set delivered_at = $2, last_error = null where id = $1", id, db.now())
        .execute(db.pool())
        .await
        .map_err(refuse)?;
    Ok(())
}

/// Notes that a try failed: the next one waits twice as long (from 30 s up to 1 h), and after
/// [`TRIES_MAX`] tries the message is given up. The error must not hold the number or the text.
pub async fn failed(db: &Db, id: Uuid, error: &str) -> Result<(), Error> {
    let now = db.now();
    let error: String = error.chars().take(500).collect();
    let row =
        sqlx::query!("select tries from outbox where id = $1", id).fetch_optional(db.pool()).await.map_err(refuse)?;
    let Some(row) = row else { return Ok(()) };
    let gives_up: Option<DateTime<Utc>> = (row.tries >= TRIES_MAX).then_some(now);
    sqlx::query!(
        "update outbox set try_after = $2, given_up_at = $3, last_error = $4 where id = $1 and delivered_at is null",
        id,
        now + pause_after(row.tries),
        gives_up,
        error,
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    if gives_up.is_some() {
        tracing::warn!(message.id = %id, %error, "a message was given up");
    }
    Ok(())
}

fn pause_after(tries: i32) -> TimeDelta {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or_default().min(7);
    TimeDelta::seconds((30_i64 << doublings).min(3600))
}

/// A message as its person sees it in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// What kind of message it is.
    pub kind: String,
    /// The text as it was sent.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// What the actor was told, the newest first. Codes are not among it: they have no person.
pub async fn mine(db: &Db, actor: &Actor, limit: i64) -> Result<Vec<Mine>, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let rows = sqlx::query!(
        "select kind, body_sealed, created_at from outbox where person_id = $1 order by created_at desc, id desc limit $2",
        person.uuid(),
        limit,
    );
    let open = |kind, body_sealed: Vec<u8>, created_at| {
        Ok(Mine { kind, body: db.keys().open_text(Purpose::Message, &body_sealed)?, created_at })
    };
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.into_iter().map(|row| open(row.kind, row.body_sealed, row.created_at)).collect()
}

/// How many messages wait, and since when the oldest: for the metrics.
pub async fn waiting(db: &Db) -> Result<(i64, Option<DateTime<Utc>>), Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(created_at) as oldest from outbox
           where delivered_at is null and given_up_at is null"#
    )
    .fetch_one(db.pool())
    .await
    .map_err(refuse)?;
    Ok((row.count, row.oldest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<_> = (1..=9).map(|tries| pause_after(tries).num_seconds()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }
}
