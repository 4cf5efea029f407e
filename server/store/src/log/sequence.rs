//! Gives every waiting leaf its place: without gaps, each once, however many ask for it at the same time.

use gongzhi_domain::Error;
use sqlx::PgConnection;

use super::{leaf, nodes};
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Leaves that get their place in one transaction.
const BATCH: i64 = 1000;

/// Gives a place to every leaf that was committed before. One at a time, under an advisory lock that nobody who appends takes.
/// Returns how many got theirs here.
pub async fn sequence(db: &Db) -> Result<u64, Error> {
    let mut placed = 0;
    loop {
        let mut tx = db.begin().await?;
        lock(&mut tx).await?;
        let now = place(&mut tx).await?;
        tx.commit().await.map_err(refuse)?;
        placed += now;
        if now < BATCH.unsigned_abs() {
            return Ok(placed);
        }
    }
}

/// Whoever gives places or signs heads holds this until the end of its transaction.
pub(super) async fn lock(tx: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('log'))").execute(tx).await.map_err(refuse)?;
    Ok(())
}

/// One batch, under the lock.
async fn place(tx: &mut PgConnection) -> Result<u64, Error> {
    let waiting = sqlx::query!(
        "select l.id, l.kind, l.subject, l.commitment, l.at from log_waiting w join log_leaf l on l.id = w.leaf_id
         order by w.leaf_id limit $1",
        BATCH,
    );
    let waiting = waiting.fetch_all(&mut *tx).await.map_err(refuse)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut edge = nodes::edge(tx).await?;
    let (mut ids, mut places, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for row in waiting {
        let leaf = leaf(&row.kind, row.subject, &row.commitment, row.at);
        let leaf = leaf.ok_or_else(|| fault(format_args!("leaf {} has no known kind", row.id)))?;
        ids.push(row.id);
        places.push(nodes::place(edge.size()));
        hashes.push(edge.push(leaf.hash()).concat());
    }
    sqlx::query!(
        "insert into log_entry (index, leaf_id, nodes) select * from unnest($1::bigint[], $2::uuid[], $3::bytea[])",
        &places,
        &ids,
        &hashes,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("delete from log_waiting where leaf_id = any($1)", &ids).execute(tx).await.map_err(refuse)?;
    Ok(ids.len() as u64)
}
