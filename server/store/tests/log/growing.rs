//! Leaves come from everywhere at once.

use std::collections::BTreeSet;

use gongzhi_domain::{Error, What};
use gongzhi_store::log::{self, LeafKind, Reason};
use gongzhi_store::testing::World;
use sqlx::postgres::PgPoolOptions;

use crate::story::{log_receipt, named, proven, said, say};

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_at_once_have_one_place_each_without_gaps_and_every_receipt_verifies() {
    let world = World::new().await;
    let sequencing = |rounds: u32| {
        let db = world.db();
        tokio::spawn(async move {
            for _ in 0..rounds {
                log::sequence(&db).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    let writers: Vec<_> = (0..200)
        .map(|n| {
            let db = world.db();
            tokio::spawn(async move { said(&db, n).await })
        })
        .collect();
    let (one, other) = (sequencing(20), sequencing(20));
    let mut leaves = Vec::new();
    for writer in writers {
        leaves.push(writer.await.unwrap());
    }
    one.await.unwrap();
    other.await.unwrap();
    log::sequence(&world.db()).await.unwrap();

    let mut places = BTreeSet::new();
    let keys = || async { log::public_keys(&world.db()).await.unwrap() };
    for leaf in &leaves {
        let checked = proven(&world, *leaf).await;
        assert!(places.insert(checked.index), "each place once");
    }
    assert_eq!(places, (0..200).collect());
    assert_eq!(keys().await.len(), 1);
    let report = log::verify(&world.db()).await.unwrap();
    assert_eq!((report.entries, report.waiting, report.broken), (200, 0, vec![]));
}

#[tokio::test]
async fn an_append_waits_for_nobody_and_a_rollback_leaves_nothing() {
    let world = World::new().await;
    let db = world.db();
    // One transaction holds its leaf open while others append, get their places and a head.
    let mut open = db.begin().await.unwrap();
    let late = say(&db, &mut open, LeafKind::Move, 1).await;
    let early = said(&db, 2).await;
    let head = log::checkpoint(&db, Reason::Asked).await.unwrap();
    assert_eq!(head.checkpoint.size, 1);
    assert_eq!(proven(&world, early).await.index, 0);
    open.commit().await.unwrap();
    assert_eq!(proven(&world, late).await.index, 1);

    let mut given_up = db.begin().await.unwrap();
    let never = say(&db, &mut given_up, LeafKind::Move, 3).await;
    given_up.rollback().await.unwrap();
    assert_eq!(log::receipt(&db, never).await.unwrap_err(), Error::NotFound { what: What::Page });
    assert_eq!(log::sequence(&db).await.unwrap(), 0);
    assert!(named(&world).await.is_empty());
}

#[tokio::test]
async fn more_than_a_batch_gets_its_places_and_proofs_stay_short() {
    let world = World::new().await;
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let mut leaves = Vec::new();
    for n in 0..2_100 {
        leaves.push(say(&db, &mut tx, LeafKind::PointsEntry, n).await);
    }
    tx.commit().await.unwrap();
    assert_eq!(log::sequence(&db).await.unwrap(), 2_100);
    for n in [0, 1_023, 1_024, 2_099] {
        let receipt = log::receipt(&db, leaves[n]).await.unwrap();
        assert!(receipt.proof.len() <= 12, "{} hashes", receipt.proof.len());
        log_receipt(&receipt.to_json().unwrap()).verify(&log::public_keys(&db).await.unwrap()).unwrap();
    }
    let report = log::verify(&db).await.unwrap();
    assert_eq!((report.entries, report.broken), (2_100, vec![]));
}

#[tokio::test]
async fn a_persons_statement_is_forgotten_and_the_log_stays_whole() {
    let world = World::new().await;
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let mine = say(&db, &mut tx, LeafKind::Signature, 1).await;
    let everybodys = say(&db, &mut tx, LeafKind::VoteCount, 2).await;
    tx.commit().await.unwrap();
    let kept = log::receipt(&db, mine).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    assert_eq!(log::forget(&mut tx, &[mine, everybodys]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(log::receipt(&db, mine).await.unwrap_err(), Error::NotFound { what: What::Page });
    proven(&world, everybodys).await;
    // What its owner kept still proves itself.
    kept.verify(&log::public_keys(&db).await.unwrap()).unwrap();
    let report = log::verify(&db).await.unwrap();
    assert_eq!((report.deleted, report.broken), (1, vec![]));
}

#[tokio::test]
async fn the_address_of_a_receipt_cannot_be_made_by_anybody_else() {
    let world = World::new().await;
    let db = world.db();
    let (leaf, other) = (said(&db, 1).await, said(&db, 2).await);
    let address = log::address(&db, leaf);
    let token = address.strip_prefix("/log/receipts/").unwrap();
    assert_eq!(log::leaf_of(&db, token).unwrap(), leaf);
    assert_ne!(log::address(&db, other), address);
    let guess = token.replace(token.chars().last().unwrap(), "-");
    for wrong in [guess.as_str(), "", "x", &token[..21], &format!("{token}A"), "%00", "汉字"] {
        assert!(log::leaf_of(&db, wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn the_serving_role_can_change_nothing() {
    let world = World::new().await;
    let db = world.db();
    said(&db, 1).await;
    log::checkpoint(&db, Reason::Daily).await.unwrap();
    for refused in [
        "update log_leaf set subject = 'test:9'",
        "delete from log_leaf",
        "update log_entry set index = 9",
        "delete from log_entry",
        "update log_checkpoint set size = 9",
        "delete from log_checkpoint",
        "update log_key set since = now()",
        "delete from log_cosigner",
        "update log_cosignature set line = ''",
        "update log_statement set sealed = ''",
        "truncate log_statement",
    ] {
        let error = sqlx::raw_sql(refused).execute(db.pool()).await.unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{refused}: {error}");
    }
    // A statement about nobody in particular stays, even for whoever may delete.
    let mut tx = db.begin().await.unwrap();
    say(&db, &mut tx, LeafKind::Roll, 2).await;
    let error = sqlx::raw_sql("delete from log_statement").execute(&mut *tx).await.unwrap_err().to_string();
    assert!(error.contains("stays"), "{error}");
    // The pool of the superuser is for damage; here it only shows that the database answers.
    drop(tx);
    PgPoolOptions::new().connect_with(world.options()).await.unwrap().close().await;
}
