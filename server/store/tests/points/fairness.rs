//! Looking again: the month's sample and the pairs worth a question.

use chrono::TimeDelta;
use gongzhi_domain::person::Role;
use gongzhi_domain::points::AuditVerdict;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::points;
use gongzhi_store::testing::World;

use crate::story::{credits, desk, neighbour};

#[tokio::test]
async fn a_twentieth_of_the_month_is_drawn_once_and_looked_at_by_somebody_else() {
    let world = World::new().await;
    let desk = desk(&world).await;
    for n in 0..25 {
        let (_, _, phone) = neighbour(&world, n).await;
        credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    }
    assert_eq!(points::draw_sample(&world.db()).await, Ok(0), "the month is not over");
    world.later(TimeDelta::days(31));
    assert_eq!(points::draw_sample(&world.db()).await, Ok(2), "5 % of 25, rounded up");
    assert_eq!(points::draw_sample(&world.db()).await, Ok(0));
    let db = world.db();
    let sample = points::audit_sample(&db, &desk.supervisor).await.unwrap();
    assert_eq!(sample.len(), 2);
    assert!(sample[0].phone.as_deref().unwrap().contains("****"));
    let entry = sample[0].entry;
    let silent = points::verdict(&db, &desk.supervisor, entry, AuditVerdict::Wrong, "").await;
    assert_eq!(silent, Err(Error::field("note", Reason::Missing)));
    points::verdict(&db, &desk.supervisor, entry, AuditVerdict::Wrong, "签到表上没有这个人").await.unwrap();
    let sample = points::audit_sample(&db, &desk.supervisor).await.unwrap();
    assert!(sample.iter().any(|card| card.entry == entry && card.verdict == Some(AuditVerdict::Wrong)));
    let refused = points::audit_sample(&db, &desk.coordinator).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
    let auditor = world.staff(Role::Auditor, "CENTRE", "152921").await;
    assert_eq!(points::audit_sample(&db, &auditor).await.unwrap().len(), 2);
    assert!(
        points::verdict(&db, &auditor, entry, AuditVerdict::Right, "").await.is_err(),
        "an auditor changes nothing"
    );
}

#[tokio::test]
async fn who_vouches_for_one_and_the_same_is_named_for_a_question() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (_, _, friend) = neighbour(&world, 1).await;
    for day in 0..5 {
        credits(&world, &desk, &friend, desk.patrol).await.map(|_| ()).unwrap_or_default();
        if day == 3 {
            world.later(TimeDelta::days(31));
        }
    }
    for n in 10..14 {
        let (_, _, phone) = neighbour(&world, n).await;
        credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    }
    let pairs = points::unusual_pairs(&world.db(), &desk.supervisor).await.unwrap();
    assert_eq!(pairs.len(), 2, "maker and checker: {pairs:?}");
    assert!(pairs.iter().all(|pair| pair.dealings.times == 5 && pair.dealings.of == 9));
    assert!(pairs.iter().all(|pair| pair.credited.contains("****")));
}
