//! Settings of the installation that its administrator changes while it runs: one JSON value a key. What is
//! needed before the database answers is configuration and lives in the program.

use gongzhi_domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Reads a setting; `None` when it was never set or holds another shape.
pub async fn get<T: DeserializeOwned>(db: &Db, key: &str) -> Result<Option<T>, Error> {
    let value = sqlx::query_scalar!("select value from setting where key = $1", key);
    let value = value.fetch_optional(db.pool()).await.map_err(refuse)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// Writes a setting in the transaction of the change; the caller records it in the audit log.
pub async fn put<T: Serialize + Sync>(tx: &mut PgConnection, key: &str, value: &T) -> Result<(), Error> {
    let value = serde_json::to_value(value).map_err(fault)?;
    sqlx::query!(
        "insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
        key,
        value,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}
