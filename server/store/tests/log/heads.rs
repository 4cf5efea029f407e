//! Signed heads: what they say, that each is the beginning of the next, and keys that are exchanged.

use std::sync::Arc;

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_proof::tree;
use gongzhi_store::log::{self, Reason};
use gongzhi_store::testing::World;
use gongzhi_store::{Db, Keys};

use crate::story::{named, proven, said};

#[tokio::test]
async fn a_head_says_what_when_and_why_and_holds() {
    let world = World::new().await;
    let db = world.db();
    log::begin(&db, Some("gongzhi.example")).await.unwrap();
    log::begin(&db, Some("other.example")).await.unwrap();
    said(&db, 1).await;
    let head = log::checkpoint(&db, Reason::Stage).await.unwrap();
    assert_eq!((head.seq, head.reason.as_str(), head.checkpoint.size), (2, "stage", 1));
    assert_eq!(head.checkpoint.origin, "gongzhi.example/log");
    assert_eq!(head.checkpoint.at(), Some(world.now().timestamp()));
    assert_eq!(head.checkpoint.extension("reason"), Some("stage"));
    let keys = log::public_keys(&db).await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].name(), "gongzhi.example/log");
    assert!(head.note.signed_by(&keys[0]).is_some());
    // Nothing new: an asked one is the same again, a daily one says that nothing is new.
    assert_eq!(log::checkpoint(&db, Reason::Asked).await.unwrap().seq, 2);
    world.later(TimeDelta::days(1));
    assert_eq!(log::checkpoint(&world.db(), Reason::Daily).await.unwrap().seq, 3);
    assert!(named(&world).await.is_empty());
}

#[tokio::test]
async fn a_move_brings_a_head_within_the_minute_and_nothing_else_does() {
    let world = World::new().await;
    let db = world.db();
    said(&db, 1).await;
    assert_eq!(log::keep_up(&db).await.unwrap(), 1);
    assert!(log::shown(&db, &world.visitor(), None).await.unwrap().is_none());
    let mut tx = db.begin().await.unwrap();
    crate::story::say(&db, &mut tx, log::LeafKind::Move, 2).await;
    tx.commit().await.unwrap();
    assert_eq!(log::keep_up(&db).await.unwrap(), 1);
    let head = log::shown(&db, &world.visitor(), None).await.unwrap().unwrap();
    assert_eq!((head.reason.as_str(), head.checkpoint.size), ("stage", 2));
    assert_eq!(log::keep_up(&db).await.unwrap(), 0);
    assert_eq!(log::shown(&db, &world.visitor(), None).await.unwrap().unwrap().seq, head.seq);
}

#[tokio::test]
async fn each_head_is_the_beginning_of_the_next_and_anybody_can_check() {
    let world = World::new().await;
    let db = world.db();
    let mut heads = vec![log::checkpoint(&db, Reason::Daily).await.unwrap().checkpoint];
    for n in 0..9 {
        for _ in 0..=n % 4 {
            said(&db, n).await;
        }
        heads.push(log::checkpoint(&db, Reason::Daily).await.unwrap().checkpoint);
    }
    for old in &heads {
        for new in heads.iter().filter(|new| new.size >= old.size) {
            let proof = log::consistency(&db, old.size, new.size).await.unwrap();
            assert!(
                tree::is_consistent((old.size, &old.root), (new.size, &new.root), &proof),
                "{} {}",
                old.size,
                new.size
            );
        }
    }
    assert!(matches!(log::consistency(&db, 0, 1_000).await, Err(Error::NotFound { .. })));
    assert!(matches!(log::consistency(&db, 5, 3).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn a_new_key_is_introduced_by_the_one_before() {
    const OLD: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    let world = World::new().await;
    let db = world.db();
    let leaf = said(&db, 1).await;
    let kept = log::receipt(&db, leaf).await.unwrap();
    world.later(TimeDelta::days(1));

    let keys = Arc::new(Keys::parse(&format!("{OLD}\n{NEW}")).unwrap());
    let db = world.db();
    let rotated = Db::over(db.pool().clone(), db.read().clone(), keys, Arc::clone(db.photos())).at(world.now());
    said(&rotated, 2).await;
    let head = log::checkpoint(&rotated, Reason::Daily).await.unwrap();
    let known = log::public_keys(&rotated).await.unwrap();
    assert_eq!(known.len(), 2);
    assert_eq!(known[0].name(), known[1].name(), "it is the same log");
    assert!(
        known.iter().all(|key| head.note.signed_by(key).is_some()),
        "old and new sign the head that changes the key"
    );
    said(&rotated, 3).await;
    let next = log::checkpoint(&rotated, Reason::Daily).await.unwrap();
    assert_eq!(next.note.signatures.len(), 1);
    assert!(next.note.signed_by(&known[1]).is_some());

    // What was handed out before holds, and so does what is handed out now.
    kept.verify(&known).unwrap();
    assert_eq!(kept.verify(&known[1..]).unwrap_err().part(), "key");
    proven(&world, leaf).await;
    let report = log::verify(&rotated).await.unwrap();
    assert_eq!(report.broken, vec![]);
}
