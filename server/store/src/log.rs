//! The log of evidence (pacts.md, Evidence that lasts): moves, texts, rolls, counts, signatures and points become leaves of an
//! append-only Merkle tree whose signed heads prove that nothing was rewritten. A leaf is appended in the transaction of its
//! change without a lock; [`sequence`] gives it its place; a [`checkpoint`] signs the head; [`receipt`] hands out the proof.
//! Formats and hashing are `gongzhi-proof`'s; what each room states stands in [`subjects`].

mod checkpoint;
mod cosign;
mod cosigners;
mod keys;
mod nodes;
mod page;
mod receipts;
mod report;
mod sequence;
mod subjects;
mod verify;

use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::LeafId;
use gongzhi_proof::{Hash, Leaf, canonical};
use serde_json::Value;
use sqlx::PgConnection;

pub use checkpoint::{Head, Reason, begin, checkpoint, consistency, keep_up, sign_now};
pub use cosign::cosign;
pub use cosigners::{Asked, asked, chooses, decide, register, retire};
pub use gongzhi_proof::LeafKind;
pub use keys::public as public_keys;
pub use page::{Cosigner, Overview, overview, shown};
pub use receipts::{address, leaf_of, receipt};
pub use report::{Broken, Place, Report};
pub use sequence::sequence;
pub use verify::verify;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// What is to be proven.
#[derive(Debug, Clone, Copy)]
pub struct NewLeaf<'a> {
    /// What it is about.
    pub kind: LeafKind,
    /// Which one: `pact:`, `signature:`, `entry:` … and its id.
    pub subject: &'a str,
    /// What is stated; whole numbers only.
    pub statement: &'a Value,
}

/// Appends a leaf in the transaction of the change it proves. Takes no lock that another writer could wait for: the leaf gets its
/// place in the log when [`sequence`] runs. A statement with a fraction in it is a fault of the program.
pub async fn append(db: &Db, tx: &mut PgConnection, leaf: NewLeaf<'_>) -> Result<LeafId, Error> {
    let at = db.now().trunc_subsecs(0);
    let salt = rand::random::<Hash>();
    let hashed = Leaf::of(leaf.kind, leaf.subject, &moment(at), leaf.statement, &salt).map_err(fault)?;
    let commitment =
        gongzhi_proof::hash_from_hex(&hashed.commitment).ok_or_else(|| fault("a commitment is no hash"))?;
    let stated = Stated { salt, leaf: hashed.hash(), statement: leaf.statement.clone() };
    let sealed = db.keys().seal(Purpose::Statement, &stated.bytes()?)?;
    let id = db.new_id();
    sqlx::query!(
        "with leaf as (
             insert into log_leaf (id, kind, subject, commitment, at) values ($1, $2, $3, $4, $5)
         ), statement as (
             insert into log_statement (leaf_id, sealed) values ($1, $6)
         )
         insert into log_waiting (leaf_id) values ($1)",
        id,
        leaf.kind.code(),
        leaf.subject,
        commitment.as_slice(),
        at,
        sealed,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(LeafId::from_uuid(id))
}

/// Deletes what leaves about one person state, with their salts: the log stays whole, kind, subject and moment stay provable, and
/// what was stated can no longer be found out, not even by trying. Statements about nobody in particular stay. Returns how many
/// went.
pub async fn forget(tx: &mut PgConnection, leaves: &[LeafId]) -> Result<u64, Error> {
    let ids: Vec<_> = leaves.iter().map(|leaf| leaf.uuid()).collect();
    let gone = sqlx::query!(
        "delete from log_statement s using log_leaf l
         where l.id = s.leaf_id and s.leaf_id = any($1) and l.kind in ('signature', 'withdrawal', 'points_entry')",
        &ids,
    );
    Ok(gone.execute(tx).await.map_err(refuse)?.rows_affected())
}

/// A statement with its salt, as it is sealed: 32 bytes of salt, the hash of its leaf, then canonical JSON.
struct Stated {
    salt: Hash,
    leaf: Hash,
    statement: Value,
}

impl Stated {
    fn bytes(&self) -> Result<Vec<u8>, Error> {
        let statement = canonical::write(&self.statement).map_err(fault)?;
        Ok([self.salt.as_slice(), self.leaf.as_slice(), statement.as_bytes()].concat())
    }

    /// `None` for what was not sealed by this program, or changed since.
    fn open(db: &Db, sealed: &[u8]) -> Option<Self> {
        let bytes = db.keys().open(Purpose::Statement, sealed).ok()?;
        let (salt, rest) = bytes.split_first_chunk::<32>()?;
        let (leaf, statement) = rest.split_first_chunk::<32>()?;
        Some(Self { salt: *salt, leaf: *leaf, statement: serde_json::from_slice(statement).ok()? })
    }
}

/// A leaf as it is hashed, from its row.
fn leaf(kind: &str, subject: String, commitment: &[u8], at: DateTime<Utc>) -> Option<Leaf> {
    Some(Leaf { at: moment(at), commitment: hex::encode(commitment), kind: kind.parse().ok()?, subject })
}

/// A moment as leaves say it: seconds of UTC. A fraction that has no business there would show.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
