//! A few words to tell stories about the log.

use gongzhi_domain::ids::LeafId;
use gongzhi_proof::Checked;
use gongzhi_store::log::{self, LeafKind, NewLeaf};
use gongzhi_store::testing::World;
use gongzhi_store::{Db, Transaction};
use serde_json::json;

/// Appends and commits a leaf about nothing that has rows.
pub async fn said(db: &Db, n: u64) -> LeafId {
    let mut tx = db.begin().await.unwrap();
    let leaf = say(db, &mut tx, LeafKind::Signature, n).await;
    tx.commit().await.unwrap();
    leaf
}

/// Appends a leaf in a transaction.
pub async fn say(db: &Db, tx: &mut Transaction, kind: LeafKind, n: u64) -> LeafId {
    let (subject, statement) = (format!("test:{n}"), json!({"n": n, "words": "楼道里不堆放杂物"}));
    log::append(db, tx, NewLeaf { kind, subject: &subject, statement: &statement }).await.unwrap()
}

/// The receipt of a leaf, checked from its file with the log's keys.
pub async fn proven(world: &World, leaf: LeafId) -> Checked {
    let db = world.db();
    let file = log::receipt(&db, leaf).await.unwrap().to_json().unwrap();
    let keys = log::public_keys(&db).await.unwrap();
    log_receipt(&file).verify(&keys).unwrap()
}

pub fn log_receipt(file: &str) -> gongzhi_proof::Receipt {
    gongzhi_proof::Receipt::parse(file).unwrap()
}

/// What a walk over the log names, in words.
pub async fn named(world: &World) -> Vec<String> {
    log::verify(&world.db()).await.unwrap().broken.iter().map(ToString::to_string).collect()
}
