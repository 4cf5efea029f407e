//! Heads of the log: made daily, at each stage of a pact and when a receipt needs one; and the proof that one is the beginning of
//! another.

use chrono::{DateTime, SubsecRound as _, Utc};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, What};
use gongzhi_proof::note::{Note, NoteSignature};
use gongzhi_proof::{Checkpoint, Hash, tree};
use sqlx::PgConnection;

use super::{keys, nodes, sequence};
use crate::audit;
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Why a head was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The log began.
    First,
    /// A day ended.
    Daily,
    /// A pact moved to its next stage.
    Stage,
    /// Somebody needed one: a receipt, a cosigner, the command line.
    Asked,
}

impl Reason {
    /// The word for it in the database and in the note.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Daily => "daily",
            Self::Stage => "stage",
            Self::Asked => "asked",
        }
    }
}

/// A signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Counts the heads from 1.
    pub seq: i64,
    /// Why it was signed: `first`, `daily`, `stage`, `asked`.
    pub reason: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note with the log's signatures and every cosignature.
    pub note: Note,
}

/// Signs an empty log when there is no head yet, under a name that then stays: the portal's own host. Does nothing afterwards.
pub async fn begin(db: &Db, host: Option<&str>) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    sequence::lock(&mut tx).await?;
    if last(&mut tx).await?.is_none() {
        let name = host.map(|host| format!("{host}/log"));
        sign(db, &mut tx, Reason::First, name.as_deref()).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// Gives every waiting leaf its place and signs the head. Where nothing was added since the last head, an asked one is that one
/// again.
pub async fn checkpoint(db: &Db, reason: Reason) -> Result<Head, Error> {
    sequence::sequence(db).await?;
    let mut tx = db.begin().await?;
    sequence::lock(&mut tx).await?;
    let seq = match last(&mut tx).await? {
        Some((seq, size)) if reason == Reason::Asked && size == nodes::size(&mut tx).await? => seq,
        _ => sign(db, &mut tx, reason, None).await?,
    };
    tx.commit().await.map_err(refuse)?;
    head(db, seq).await
}

/// Gives waiting leaves their places, and signs the head when a pact has moved since the last one: what the job of every minute does.
/// Returns how many leaves got their place.
pub async fn keep_up(db: &Db) -> Result<u64, Error> {
    let placed = sequence::sequence(db).await?;
    let moved = sqlx::query_scalar!(
        r#"select exists (select from log_entry e join log_leaf l on l.id = e.leaf_id
                          where e.index >= (select coalesce(max(size), 0) from log_checkpoint) and l.kind = 'move') as "moved!""#
    );
    if moved.fetch_one(db.pool()).await.map_err(refuse)? {
        checkpoint(db, Reason::Stage).await?;
    }
    Ok(placed)
}

/// Signs the head because a cosigning party asks at its desk.
pub async fn sign_now(db: &Db, actor: &Actor) -> Result<Head, Error> {
    let role = actor.may(Action::CosignLog, &Target::none())?;
    let head = checkpoint(db, Reason::Asked).await?;
    let mut tx = db.begin().await?;
    let subject = format!("log:{}", head.seq);
    let entry = audit::Entry { stream: "log", action: "log.sign", subject: &subject, ..audit::Entry::default() };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(head)
}

/// Number and size of the last head.
async fn last(tx: &mut PgConnection) -> Result<Option<(i64, u64)>, Error> {
    let row = sqlx::query!("select seq, size from log_checkpoint order by seq desc limit 1");
    Ok(row.fetch_optional(tx).await.map_err(refuse)?.map(|row| (row.seq, nodes::index(row.size))))
}

/// Signs the tree as it stands, under the lock.
async fn sign(db: &Db, tx: &mut PgConnection, reason: Reason, name: Option<&str>) -> Result<i64, Error> {
    let signers = keys::signers(db, tx, name).await?;
    let edge = nodes::edge(tx).await?;
    let made_at = db.now().trunc_subsecs(0);
    let extensions = vec![format!("time {}", made_at.timestamp()), format!("reason {}", reason.code())];
    let head = Checkpoint { origin: signers.origin, size: edge.size(), root: edge.root(), extensions };
    let text = head.to_string();
    let signatures = signers.keys.iter().map(|key| key.sign(&text, 0)).collect();
    if signers.is_new
        && let Some(newest) = signers.keys.first()
    {
        keys::introduce(tx, newest.public(), made_at).await?;
    }
    let seq = sqlx::query_scalar!(
        r#"insert into log_checkpoint (seq, size, root, note, reason, made_at)
           values ((select coalesce(max(seq), 0) + 1 from log_checkpoint), $1, $2, $3, $4, $5)
           returning seq"#,
        nodes::place(head.size),
        head.root.as_slice(),
        Note { text, signatures }.to_string(),
        reason.code(),
        made_at,
    );
    seq.fetch_one(tx).await.map_err(refuse)
}

/// A head with everything signed under it.
pub(super) async fn head(db: &Db, seq: i64) -> Result<Head, Error> {
    let row = sqlx::query!(
        r#"select seq, note, reason, made_at,
                  array(select line from log_cosignature where checkpoint_seq = seq order by line) as "lines!"
           from log_checkpoint where seq = $1"#,
        seq,
    );
    let row = row.fetch_optional(db.pool()).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Page })?;
    let mut note: Note = row.note.parse().map_err(fault)?;
    let lines = row.lines.iter().map(|line| line.parse::<NoteSignature>());
    note.signatures.extend(lines.collect::<Result<Vec<_>, _>>().map_err(fault)?);
    let checkpoint = note.text.parse().map_err(fault)?;
    Ok(Head { seq: row.seq, reason: row.reason, made_at: row.made_at, checkpoint, note })
}

/// Proves that the log of `old` entries is the beginning of the log of `new`: RFC 6962, 2.1.2. Public, so that whoever kept an
/// old head can ask. Not found when the log has no such sizes.
pub async fn consistency(db: &Db, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
    let mut connection = db.read().acquire().await.map_err(refuse)?;
    let missing = || Error::NotFound { what: What::Page };
    if new > nodes::size(&mut connection).await? {
        return Err(missing());
    }
    let stored = nodes::read(&mut connection, &tree::consistency_nodes(old, new)).await?;
    tree::consistency(old, new, &stored).ok_or_else(missing)
}
