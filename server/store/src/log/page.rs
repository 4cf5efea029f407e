//! What everybody may see of the log: its head, its keys, who cosigned, the heads before.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_proof::Key;

use super::checkpoint::{Head, head};
use super::keys;
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Heads that the page lists.
const LISTED: i64 = 20;

/// The log at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The newest head; `None` before the first.
    pub newest: Option<Head>,
    /// The newest head that a second party signed, when that is another.
    pub cosigned: Option<Head>,
    /// The log's keys, oldest first; the last one signs.
    pub keys: Vec<Key>,
    /// Who may cosign, and who did once.
    pub cosigners: Vec<Cosigner>,
    /// Heads of days and stages, newest first.
    pub before: Vec<Head>,
}

/// A second party.
#[derive(Debug, Clone)]
pub struct Cosigner {
    /// Its public key; the key's name is the party's.
    pub key: Key,
    /// Since when it is registered.
    pub since: DateTime<Utc>,
    /// When it signed last, in seconds since 1970 by its own clock.
    pub last: Option<u64>,
    /// Since when it signs no more; what it signed before still holds.
    pub retired: Option<DateTime<Utc>>,
}

/// The public page of the log.
pub async fn overview(db: &Db, actor: &Actor) -> Result<Overview, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let listed = sqlx::query_scalar!(
        "(select seq from log_checkpoint order by seq desc limit 1)
         union (select max(checkpoint_seq) from log_cosignature having max(checkpoint_seq) is not null)
         union (select seq from log_checkpoint where reason <> 'asked' order by seq desc limit $1)",
        LISTED,
    );
    let mut heads = Vec::new();
    for seq in listed.fetch_all(db.pool()).await.map_err(refuse)?.into_iter().flatten() {
        heads.push(head(db, seq).await?);
    }
    heads.sort_by_key(|head| std::cmp::Reverse(head.seq));
    let cosigners = cosigners(db, &heads).await?;
    let newest = heads.first().cloned();
    let is_cosigned = |head: &&Head| cosigners.iter().any(|cosigner| head.note.signed_by(&cosigner.key).is_some());
    let cosigned = heads.iter().find(is_cosigned).filter(|head| newest.as_ref() != Some(*head)).cloned();
    let before = heads.into_iter().filter(|head| head.reason != "asked").collect();
    Ok(Overview { newest, cosigned, keys: keys::public(db).await?, cosigners, before })
}

async fn cosigners(db: &Db, heads: &[Head]) -> Result<Vec<Cosigner>, Error> {
    let rows = sqlx::query!(
        r#"select c.verifier, c.registered_at, e.retired_at as "retired_at?"
           from log_cosigner c left join log_cosigner_end e on e.verifier = c.verifier order by c.registered_at, c.verifier"#,
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let cosigner = |verifier: &str, since, retired| {
        let key: Key = verifier.parse().map_err(fault)?;
        let last = heads.iter().find_map(|head| head.note.signed_by(&key));
        Ok(Cosigner { key, since, last, retired })
    };
    rows.iter().map(|row| cosigner(&row.verifier, row.registered_at, row.retired_at)).collect()
}

/// One head with its signatures: the newest, or the newest of a size. `None` when there is none.
pub async fn shown(db: &Db, actor: &Actor, size: Option<u64>) -> Result<Option<Head>, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let size = size.map(|size| i64::try_from(size).unwrap_or(i64::MAX));
    let seq = sqlx::query_scalar!(
        "select seq from log_checkpoint where $1::bigint is null or size = $1 order by seq desc limit 1",
        size,
    );
    match seq.fetch_optional(db.pool()).await.map_err(refuse)? {
        Some(seq) => head(db, seq).await.map(Some),
        None => Ok(None),
    }
}
