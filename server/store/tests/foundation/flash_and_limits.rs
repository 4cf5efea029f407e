//! What was typed comes back once, to the browser that typed it; what is tried too often is refused.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_store::testing::World;
use gongzhi_store::{flash, limits};

type Typed = BTreeMap<String, String>;

fn typed(text: &str) -> Typed {
    Typed::from([("text".to_owned(), text.to_owned())])
}

#[tokio::test]
async fn typed_values_come_back_once() {
    let world = World::new().await;
    let db = world.db();
    flash::keep(&db, "cookie", "file", &typed("井盖丢了")).await.unwrap();
    flash::keep(&db, "cookie", "file", &typed("井盖丢了 </textarea>")).await.unwrap();
    flash::keep(&db, "cookie", "rate", &typed("好")).await.unwrap();
    assert_eq!(flash::take::<Typed>(&db, "other", "file").await.unwrap(), None);
    for _ in 0..2 {
        assert_eq!(flash::read::<Typed>(&db, "cookie", "file").await.unwrap(), Some(typed("井盖丢了 </textarea>")));
    }
    assert_eq!(flash::read::<Typed>(&db, "other", "file").await.unwrap(), None);
    assert_eq!(flash::take::<Typed>(&db, "cookie", "file").await.unwrap(), Some(typed("井盖丢了 </textarea>")));
    assert_eq!(flash::take::<Typed>(&db, "cookie", "file").await.unwrap(), None);
    flash::forget(&db, "cookie", "rate").await.unwrap();
    assert_eq!(flash::take::<Typed>(&db, "cookie", "rate").await.unwrap(), None);
}

#[tokio::test]
async fn typed_values_are_sealed_and_last_a_quarter_of_an_hour() {
    let world = World::new().await;
    flash::keep(&world.db(), "cookie", "file", &typed("13800001234")).await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar("select encode(sealed, 'escape') || encode(key, 'escape') from flash")
        .fetch_all(world.db().pool())
        .await
        .unwrap();
    assert!(!rows.concat().contains("13800001234") && !rows.concat().contains("cookie"));
    world.later(TimeDelta::minutes(14));
    assert_eq!(flash::sweep(&world.db()).await.unwrap(), 0);
    world.later(TimeDelta::minutes(1));
    assert_eq!(flash::read::<Typed>(&world.db(), "cookie", "file").await.unwrap(), None);
    assert_eq!(flash::take::<Typed>(&world.db(), "cookie", "file").await.unwrap(), None);
    flash::keep(&world.db(), "cookie", "file", &typed("x")).await.unwrap();
    world.later(TimeDelta::minutes(15));
    assert_eq!(flash::sweep(&world.db()).await.unwrap(), 1);
    let huge = typed(&"长".repeat(100_000));
    assert!(matches!(flash::keep(&world.db(), "cookie", "file", &huge).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn a_window_counts_everybody_for_themselves() {
    let world = World::new().await;
    let hour = TimeDelta::hours(1);
    for _ in 0..3 {
        limits::hit(&world.db(), "ask", b"192.0.2.1", 3, hour).await.unwrap();
    }
    let refused = limits::hit(&world.db(), "ask", b"192.0.2.1", 3, hour).await.unwrap_err();
    assert_eq!(refused, Error::TooMany { retry_after_s: 3600 });
    limits::hit(&world.db(), "ask", b"192.0.2.2", 3, hour).await.unwrap();
    limits::hit(&world.db(), "other", b"192.0.2.1", 3, hour).await.unwrap();
    world.later(hour);
    limits::hit(&world.db(), "ask", b"192.0.2.1", 3, hour).await.unwrap();
    let buckets: Vec<String> =
        sqlx::query_scalar("select bucket from rate_window").fetch_all(world.db().pool()).await.unwrap();
    assert!(!buckets.concat().contains("192.0.2"), "{buckets:?}");
    world.later(TimeDelta::days(3));
    assert_eq!(limits::sweep(&world.db()).await.unwrap(), 4);
}

#[tokio::test]
async fn tries_at_once_are_all_counted() {
    let world = World::new().await;
    let tries = (0..20).map(|_| {
        let db = world.db();
        tokio::spawn(async move { limits::hit(&db, "flood", b"", 7, TimeDelta::minutes(1)).await.is_ok() })
    });
    let mut let_through = 0;
    for one in tries.collect::<Vec<_>>() {
        let_through += u32::from(one.await.unwrap());
    }
    assert_eq!(let_through, 7);
}
