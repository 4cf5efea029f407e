//! Messages are written once with what they tell of, and delivered by one of many.

use chrono::TimeDelta;
use gongzhi_domain::phone::Phone;
use gongzhi_store::outbox::{self, Message, TRIES_MAX, Way};
use gongzhi_store::testing::World;

async fn tell(world: &World, key: &str, way: Way<'_>) {
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let message = Message { key, kind: "replied", way, person: None, body: "您的诉求已答复" };
    outbox::put(&db, &mut tx, message).await.unwrap();
    tx.commit().await.unwrap();
}

fn phone() -> Phone {
    Phone::parse("13800001234").unwrap()
}

#[tokio::test]
async fn a_key_tells_once() {
    let world = World::new().await;
    tell(&world, "a", Way::Sms(&phone())).await;
    tell(&world, "a", Way::Sms(&phone())).await;
    tell(&world, "b", Way::Portal).await;
    assert_eq!(outbox::waiting(&world.db()).await.unwrap().0, 1, "the portal's needs no delivery");
    let due = outbox::take_due(&world.db(), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].key.as_str(), due[0].to.full(), due[0].body.as_str(), due[0].tries),
        ("a", "13800001234", "您的诉求已答复", 1)
    );
}

#[tokio::test]
async fn many_who_take_share_the_messages() {
    let world = World::new().await;
    for message in 0..40 {
        tell(&world, &format!("m{message}"), Way::Sms(&phone())).await;
    }
    let takers = (0..6).map(|_| {
        let db = world.db();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            loop {
                let due = outbox::take_due(&db, 3).await.unwrap();
                if due.is_empty() {
                    return taken;
                }
                for message in due {
                    outbox::delivered(&db, message.id).await.unwrap();
                    taken.push(message.key);
                }
            }
        })
    });
    let mut all = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        all.extend(taker.await.unwrap());
    }
    all.sort();
    let sent = all.len();
    all.dedup();
    assert_eq!((sent, all.len()), (40, 40), "each once");
    world.later(TimeDelta::days(1));
    assert!(outbox::take_due(&world.db(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_does_not_report_loses_the_message_to_another() {
    let world = World::new().await;
    tell(&world, "a", Way::Sms(&phone())).await;
    assert_eq!(outbox::take_due(&world.db(), 10).await.unwrap().len(), 1);
    assert!(outbox::take_due(&world.db(), 10).await.unwrap().is_empty());
    world.later(TimeDelta::minutes(3));
    assert_eq!(outbox::take_due(&world.db(), 10).await.unwrap()[0].tries, 2);
}

#[tokio::test]
async fn failures_wait_longer_each_time_and_end() {
    let world = World::new().await;
    tell(&world, "a", Way::Sms(&phone())).await;
    for tries in 1..=TRIES_MAX {
        let due = outbox::take_due(&world.db(), 10).await.unwrap();
        assert_eq!(due[0].tries, tries);
        outbox::failed(&world.db(), due[0].id, "gateway: 503").await.unwrap();
        assert!(outbox::take_due(&world.db(), 10).await.unwrap().is_empty(), "not at once");
        world.later(TimeDelta::hours(1));
    }
    assert!(outbox::take_due(&world.db(), 10).await.unwrap().is_empty(), "given up");
    assert_eq!(outbox::waiting(&world.db()).await.unwrap().0, 0);
}

#[tokio::test]
async fn what_is_kept_is_sealed() {
    let world = World::new().await;
    tell(&world, "a", Way::Sms(&phone())).await;
    let rows: Vec<String> = sqlx::query_scalar(
        "select encode(to_sealed, 'escape') || encode(body_sealed, 'escape') || o::text from outbox o",
    )
    .fetch_all(world.db().pool())
    .await
    .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains("13800001234") && !rows[0].contains("0000") && !rows[0].contains("答复"));
}

#[tokio::test]
async fn a_commit_wakes_who_listens() {
    let world = World::new().await;
    let mut listener = sqlx::postgres::PgListener::connect_with(world.db().pool()).await.unwrap();
    listener.listen(outbox::CHANNEL).await.unwrap();
    tell(&world, "portal", Way::Portal).await;
    tell(&world, "sms", Way::Sms(&phone())).await;
    let woken = tokio::time::timeout(std::time::Duration::from_secs(5), listener.recv()).await.unwrap().unwrap();
    assert_eq!(woken.channel(), outbox::CHANNEL);
    let again = tokio::time::timeout(std::time::Duration::from_millis(200), listener.recv()).await;
    assert!(again.is_err(), "once: nothing is delivered for the portal");
}

#[tokio::test]
async fn one_reads_what_one_was_told_and_nothing_else() {
    let world = World::new().await;
    let (li, wang) = (world.resident("李", "13800001234").await, world.resident("王", "13900001234").await);
    for (key, to) in [("1", li.person), ("2", wang.person), ("3", li.person)] {
        let db = world.db();
        let mut tx = db.begin().await.unwrap();
        let message = Message { key, kind: "replied", way: Way::Portal, person: Some(to), body: key };
        outbox::put(&db, &mut tx, message).await.unwrap();
        tx.commit().await.unwrap();
        world.later(TimeDelta::minutes(1));
    }
    let mine = outbox::mine(&world.db(), &li.actor(), 10).await.unwrap();
    assert_eq!(mine.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["3", "1"]);
    assert!(outbox::mine(&world.db(), &world.visitor(), 10).await.is_err());
}
