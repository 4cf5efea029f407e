//! Receipts: everything that proves one leaf, and the secret address under which its owner finds it.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use gongzhi_domain::ids::LeafId;
use gongzhi_domain::{Error, What};
use gongzhi_proof::note::Key;
use gongzhi_proof::receipt::Parts;
use gongzhi_proof::{Receipt, tree};
use uuid::Uuid;

use super::checkpoint::{Reason, checkpoint, head};
use super::{Stated, keys, leaf, nodes, sequence, subjects};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// Bytes of the keyed hash in an address: 96 bits that nobody guesses.
const PROOF: usize = 12;

/// The address of a leaf's receipt. Whoever has it may read the receipt; it names nobody and can be made by the portal only.
#[must_use]
pub fn address(db: &Db, leaf: LeafId) -> String {
    let id = leaf.uuid();
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend(db.keys().index(Purpose::Receipt, id.as_bytes()).iter().take(PROOF));
    format!("/log/receipts/{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The leaf whose receipt has this address; `token` is its last part.
pub fn leaf_of(db: &Db, token: &str) -> Result<LeafId, Error> {
    let missing = || Error::NotFound { what: What::Page };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| missing())?;
    let (id, _) = bytes.split_first_chunk::<16>().ok_or_else(missing)?;
    let leaf = LeafId::from_uuid(Uuid::from_bytes(*id));
    // The whole address is compared, so that no part of it can be tried alone.
    if address(db, leaf).ends_with(&format!("/{token}")) { Ok(leaf) } else { Err(missing()) }
}

/// The receipt of a leaf. A leaf without a place gets one, and a head is signed when none covers it; the newest head with a
/// cosignature is taken where there is one. Not found when there is no such leaf, or what it states was deleted.
pub async fn receipt(db: &Db, id: LeafId) -> Result<Receipt, Error> {
    let missing = || Error::NotFound { what: What::Page };
    let index = match place_of(db, id).await? {
        Some(index) => index,
        None => {
            sequence::sequence(db).await?;
            place_of(db, id).await?.ok_or_else(missing)?
        }
    };
    let head = match covering(db, index).await? {
        Some(seq) => head(db, seq).await?,
        None => checkpoint(db, Reason::Asked).await?,
    };
    let mut connection = db.pool().acquire().await.map_err(refuse)?;
    let row = sqlx::query!(
        "select l.kind, l.subject, l.commitment, l.at, s.sealed from log_leaf l join log_statement s on s.leaf_id = l.id
         where l.id = $1",
        id.uuid(),
    );
    let row = row.fetch_optional(&mut *connection).await.map_err(refuse)?.ok_or_else(missing)?;
    let stated =
        Stated::open(db, &row.sealed).ok_or_else(|| fault(format_args!("the statement of leaf {id} does not open")))?;
    let leaf = leaf(&row.kind, row.subject, &row.commitment, row.at).ok_or_else(|| fault("a leaf of no known kind"))?;
    let size = head.checkpoint.size;
    let stored = nodes::read(&mut connection, &tree::inclusion_nodes(index, size)).await?;
    let proof = tree::inclusion(index, size, &stored).ok_or_else(|| fault("a node of the log is missing"))?;
    let text = subjects::text_of(&mut connection, leaf.kind, &stated.statement).await?;
    drop(connection);
    let own = keys::public(db).await?;
    let key =
        own.iter().find(|key| head.note.signed_by(key).is_some()).ok_or_else(|| fault("a head signed by no key"))?;
    // A receipt holds the line of one of the log's keys and those of cosigners: each line in it can be checked.
    let mut note = head.note.clone();
    note.signatures.retain(|line| line.is_by(key) || !own.iter().any(|other| line.is_by(other)));
    let cosigners = cosigners(db, head.seq).await?;
    let signed =
        note.signatures.iter().filter_map(|line| cosigners.iter().find(|cosigner| line.is_by(cosigner)).cloned());
    let parts = Parts {
        cosigners: signed.collect(),
        key: key.clone(),
        note,
        leaf,
        index,
        proof,
        statement: stated.statement,
        salt: stated.salt,
        text,
    };
    Ok(Receipt::from(parts))
}

async fn place_of(db: &Db, leaf: LeafId) -> Result<Option<u64>, Error> {
    let place = sqlx::query_scalar!("select index from log_entry where leaf_id = $1", leaf.uuid());
    Ok(place.fetch_optional(db.pool()).await.map_err(refuse)?.map(nodes::index))
}

/// The head a receipt is made under: the newest that was cosigned, else the first that covers the leaf.
async fn covering(db: &Db, index: u64) -> Result<Option<i64>, Error> {
    let place = nodes::place(index);
    let cosigned = sqlx::query_scalar!(
        r#"select max(c.seq) as seq from log_checkpoint c join log_cosignature s on s.checkpoint_seq = c.seq where c.size > $1"#,
        place,
    );
    if let Some(seq) = cosigned.fetch_one(db.pool()).await.map_err(refuse)? {
        return Ok(Some(seq));
    }
    let first = sqlx::query_scalar!("select seq from log_checkpoint where size > $1 order by size, seq limit 1", place);
    first.fetch_optional(db.pool()).await.map_err(refuse)
}

async fn cosigners(db: &Db, seq: i64) -> Result<Vec<Key>, Error> {
    let rows = sqlx::query_scalar!("select verifier from log_cosignature where checkpoint_seq = $1", seq);
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.iter().map(|verifier| verifier.parse().map_err(fault)).collect()
}
