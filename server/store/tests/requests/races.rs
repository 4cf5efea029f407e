//! Many at once: one number a form, no number twice and none left out, one of two moves wins.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongzhi_domain::Error;
use gongzhi_domain::content::{HideReason, Ruling, Verdict};
use gongzhi_domain::ids::ContentId;
use gongzhi_domain::order::Version;
use gongzhi_domain::view::Filed;
use gongzhi_store::orders::{self, SendBack};
use gongzhi_store::requests::{self, FileRequest};
use gongzhi_store::{moderation, testing::World};
use tokio::task::JoinSet;

use crate::story::{Far, Reported, bring, desk, holder, lamp, receipt};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_filings_with_one_key_are_one_request() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let (db, form) = (world.db(), lamp(&world));
    let mut filings = JoinSet::new();
    for _ in 0..50 {
        let (db, li, form) = (db.clone(), li.clone(), form.clone());
        filings.spawn(async move { requests::file(&db, &li, form).await.unwrap() });
    }
    let filed = filings.join_all().await;
    assert_eq!(filed.iter().filter(|filed| matches!(filed, Filed::Now(_))).count(), 1);
    let numbers: BTreeSet<_> = filed.into_iter().map(|filed| receipt(filed).number).collect();
    assert_eq!(numbers.len(), 1);
    let stored: i64 = sqlx::query_scalar("select count(*) from request").fetch_one(db.pool()).await.unwrap();
    assert_eq!(stored, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_once_are_numbered_without_gaps() {
    let world = World::new().await;
    let db = world.db();
    let mut filings = JoinSet::new();
    for at in 0..64 {
        let holder = holder(&world, &format!("browser {at}"));
        let wrong = at % 8 == 0;
        let text = if wrong { String::new() } else { format!("第 {at} 盏路灯不亮") };
        let form = FileRequest { holder, text, who: requests::Who::Anonymous, ..lamp(&world) };
        let (db, visitor) = (db.clone(), world.visitor());
        filings.spawn(async move {
            requests::file(&db, &visitor, form).await.map(|filed| receipt(filed).number.sequence())
        });
    }
    let answers = filings.join_all().await;
    let given: BTreeSet<u32> = answers.iter().filter_map(|answer| answer.as_ref().ok().copied()).collect();
    assert_eq!(given, (1..=56).collect(), "the eight that were refused left no hole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_different_moves_one_wins_and_the_other_is_told() {
    let world = World::new().await;
    let desk = Arc::new(desk(&world).await);
    let li = world.resident("李", "13800001234").await.actor();
    for _ in 0..5 {
        let id = world.files(&li, lamp(&world)).await.order;
        let at = bring(&world, &desk, id, Far::Review).await;
        let (db, d) = (world.db(), Arc::clone(&desk));
        let approving = tokio::spawn(async move { orders::approve_reply(&db, &d.manager, id, at).await });
        let (db, d) = (world.db(), Arc::clone(&desk));
        let back = SendBack { remark: "请补照片".into() };
        let returning = tokio::spawn(async move { orders::send_back(&db, &d.manager, id, at, &back).await });
        let (approved, returned) = (approving.await.unwrap(), returning.await.unwrap());
        assert_ne!(approved.is_ok(), returned.is_ok(), "{approved:?} {returned:?}");
        let refused = approved.err().or(returned.err()).unwrap();
        assert_eq!(refused, Error::Stale { now: at.next() });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_move_sent_twice_is_made_once() {
    let Reported { world, desk, order: id, .. } = Reported::dark_lamp().await;
    let desk = Arc::new(desk);
    let at = bring(&world, &desk, id, Far::Review).await;
    let mut sent = JoinSet::new();
    for _ in 0..10 {
        let (db, desk) = (world.db(), Arc::clone(&desk));
        sent.spawn(async move { orders::approve_reply(&db, &desk.manager, id, at).await.unwrap() });
    }
    let moved = sent.join_all().await;
    assert_eq!(moved.iter().filter(|moved| !moved.already).count(), 1);
    assert!(moved.iter().all(|moved| moved.version == at.next()));
    let events: i64 = sqlx::query_scalar("select count(*) from order_event where move = 'approve_reply'")
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    assert_eq!(events, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_moderators_on_one_item_do_not_collide() {
    let world = World::new().await;
    let (one, other) = (desk(&world).await.clerk, desk(&world).await.clerk);
    let li = world.resident("李", "13800001234").await.actor();
    world.files(&li, lamp(&world)).await;
    let item = moderation::queue(&world.db(), &one, None, None).await.unwrap().items.remove(0);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    let hide = Ruling { verdict: Verdict::Hide, reason: Some(HideReason::Insult), ..publish.clone() };
    let spawn = |actor: gongzhi_domain::person::Actor, ruling: Ruling, id: ContentId, at: Version| {
        let db = world.db();
        tokio::spawn(async move { moderation::rule(&db, &actor, id, at, &ruling).await })
    };
    let first = spawn(one, publish, item.content, item.version);
    let second = spawn(other, hide, item.content, item.version);
    let answers = [first.await.unwrap(), second.await.unwrap()];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.contains(&Err(Error::Stale { now: item.version.next() })), "{answers:?}");
}
