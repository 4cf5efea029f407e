//! What a person typed into a form that was refused, kept for a quarter of an hour so that the page comes
//! back with it. Rows are found by the hash of the form's nameless cookie and the form's name; what they hold
//! is sealed (ARCHITECTURE.md, Small decisions).

use chrono::TimeDelta;
use gongzhi_domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// How long what was typed is kept.
const KEPT: TimeDelta = TimeDelta::minutes(15);

/// What one form may keep: the text of every field, with room to spare.
const BYTES_MAX: usize = 256 * 1024;

/// Keeps what was typed, in place of what this form kept before.
pub async fn keep<T: Serialize + Sync>(db: &Db, cookie: &str, form: &str, typed: &T) -> Result<(), Error> {
    let json = serde_json::to_vec(typed).map_err(fault)?;
    if json.len() > BYTES_MAX {
        return Err(Error::TooLarge { max: BYTES_MAX as u64 });
    }
    sqlx::query!(
        "insert into flash (key, sealed, expires_at) values ($1, $2, $3)
         on conflict (key) do update set sealed = excluded.sealed, expires_at = excluded.expires_at",
        key(db, cookie, form),
        db.keys().seal(Purpose::Flash, &json)?,
        db.now() + KEPT,
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    Ok(())
}

/// Reads what was kept and leaves it, so that a page that is loaded twice shows it twice. `None` as for [`take`].
pub async fn read<T: DeserializeOwned>(db: &Db, cookie: &str, form: &str) -> Result<Option<T>, Error> {
    let sealed = sqlx::query_scalar!(
        "select sealed from flash where key = $1 and expires_at > $2",
        key(db, cookie, form),
        db.now(),
    )
    .fetch_optional(db.pool())
    .await
    .map_err(refuse)?;
    opened(db, sealed)
}

/// Takes what was kept: it is shown once. `None` when there is nothing, or it is too old, or an older
/// version of the program wrote it in another shape.
pub async fn take<T: DeserializeOwned>(db: &Db, cookie: &str, form: &str) -> Result<Option<T>, Error> {
    let row = sqlx::query!("delete from flash where key = $1 returning sealed, expires_at", key(db, cookie, form))
        .fetch_optional(db.pool())
        .await
        .map_err(refuse)?;
    opened(db, row.filter(|row| row.expires_at > db.now()).map(|row| row.sealed))
}

fn opened<T: DeserializeOwned>(db: &Db, sealed: Option<Vec<u8>>) -> Result<Option<T>, Error> {
    let Some(sealed) = sealed else { return Ok(None) };
    let json = db.keys().open(Purpose::Flash, &sealed)?;
    Ok(serde_json::from_slice(&json).ok())
}

/// Forgets what was kept, once the form was accepted.
pub async fn forget(db: &Db, cookie: &str, form: &str) -> Result<(), Error> {
    sqlx::query!("delete from flash where key = $1", key(db, cookie, form)).execute(db.pool()).await.map_err(refuse)?;
    Ok(())
}

/// Removes what is too old; the hourly sweep. Returns how many rows went.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let gone = sqlx::query!("delete from flash where expires_at <= $1", db.now()).execute(db.pool()).await;
    Ok(gone.map_err(refuse)?.rows_affected())
}

fn key(db: &Db, cookie: &str, form: &str) -> Vec<u8> {
    db.keys().index(Purpose::FormCookie, format!("{cookie}\0{form}").as_bytes())
}
