//! Everybody at once: each counted once, none lost, and the log holds as many leaves.

use gongzhi_store::log;
use gongzhi_store::signing::{self, Confirm};
use uuid::Uuid;

use crate::{actor, code, count, home, leaves, signing_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_households_sign_at_once_and_twice_each() {
    const ALL: usize = 100;
    let (world, pact) = signing_of(ALL).await;
    let db = world.db();
    let text = pact.text(&db).await;
    let mut forms = Vec::with_capacity(ALL);
    for n in 0..ALL {
        signing::send_code(&db, &actor(&pact, n), &pact.number, home(&pact, n).0).await.unwrap();
        let code = code(&db, &pact, n).await;
        forms.push(Confirm { household: home(&pact, n).0, text: text.clone(), code, key: Uuid::new_v4() });
    }
    let mut sending = tokio::task::JoinSet::new();
    for (n, form) in forms.into_iter().enumerate() {
        for _ in 0..2 {
            let (db, who, number, form) = (db.clone(), actor(&pact, n), pact.number.clone(), form.clone());
            sending.spawn(async move { (n, signing::sign(&db, &who, &number, &form).await) });
        }
    }
    let mut signed = vec![Vec::new(); ALL];
    while let Some(done) = sending.join_next().await {
        let (n, outcome) = done.unwrap();
        signed[n].push(outcome.unwrap().id());
    }
    for ids in signed {
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1], "the second form found the signature of the first");
    }
    let now = count(&db, &pact).await;
    assert_eq!((now.signed, now.households, now.signatures), (100, 100, 100));
    assert_eq!(leaves(&db, "signature").await, 100);
    let unmatched: i64 = sqlx::query_scalar(
        "select count(*) from signature s full join (select * from log_leaf where kind = 'signature') l on l.id = s.leaf_id
         where s.id is null or l.id is null or l.subject <> 'signature:' || s.id",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(unmatched, 0, "each signature has its leaf, and each leaf its signature");
    log::sequence(&db).await.unwrap();
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_and_taking_back_at_once_ends_in_one_of_the_two() {
    let (world, pact) = signing_of(12).await;
    let db = world.db();
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(crate::signs(&db, &pact, n).await.unwrap().id());
    }
    world.later(chrono::TimeDelta::minutes(2));
    let db = world.db();
    let text = pact.text(&db).await;
    let mut going = tokio::task::JoinSet::new();
    for (n, id) in ids.into_iter().enumerate() {
        signing::send_code(&db, &actor(&pact, n), &pact.number, home(&pact, n).0).await.unwrap();
        let code = code(&db, &pact, n).await;
        let form = Confirm { household: home(&pact, n).0, text: text.clone(), code, key: Uuid::new_v4() };
        let (db2, who, number) = (db.clone(), actor(&pact, n), pact.number.clone());
        let (db, who2, number2) = (db.clone(), who.clone(), number.clone());
        going.spawn(async move { signing::withdraw(&db, &who, &number, id).await });
        going.spawn(async move { signing::sign(&db2, &who2, &number2, &form).await.map(|_| ()) });
    }
    while let Some(done) = going.join_next().await {
        done.unwrap().unwrap();
    }
    let standing: i64 = sqlx::query_scalar(
        "select count(*) from (select person_id from signature_counted group by person_id having count(*) > 1) twice",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(standing, 0, "nobody stands twice");
    let made: i64 = sqlx::query_scalar("select count(*) from signature").fetch_one(db.pool()).await.unwrap();
    assert_eq!(leaves(&db, "signature").await, made);
    assert_eq!(leaves(&db, "withdrawal").await, 12);
}
