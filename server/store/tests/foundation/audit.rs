//! Whatever is changed in the log behind the program's back is found, and named.

use chrono::TimeDelta;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::audit::{self, Broken, Entry, Report, Wrong};
use gongzhi_store::testing::World;
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};

/// Three rows in each of three streams.
async fn nine_rows(world: &World) {
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    for seq in 1..=3 {
        for stream in ["request:1", "request:2", "setting:map"] {
            let db = world.db();
            let mut tx = db.begin().await.unwrap();
            let entry = Entry {
                stream,
                action: "setting.change",
                subject: "setting:map",
                before: Some(json!({ "zoom": seq - 1, "names": ["z", "a"], "half": 0.5, "b": null })),
                after: Some(json!({ "b": true, "a": { "y": 1, "x": "数" } })),
                reason: Some("更清楚"),
                acting_for: clerk.person,
            };
            audit::append(&db, &mut tx, &clerk, Role::Clerk, entry).await.unwrap();
            tx.commit().await.unwrap();
        }
        world.later(TimeDelta::microseconds(1_234_567));
    }
}

async fn damage(pool: &PgPool, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

async fn broken(world: &World) -> Option<(String, i64, Wrong)> {
    let report = audit::verify(&world.db()).await.unwrap();
    report.broken.map(|Broken { stream, seq, wrong }| (stream, seq, wrong))
}

#[tokio::test]
async fn an_untouched_log_is_whole() {
    let world = World::new().await;
    nine_rows(&world).await;
    let report = audit::verify(&world.db()).await.unwrap();
    assert_eq!(report, Report { streams: 3, events: 9, anchors: 0, broken: None });
}

#[tokio::test]
async fn every_field_that_is_changed_is_found() {
    let world = World::new().await;
    nine_rows(&world).await;
    let pool = world.superuser().await;
    let changes = [
        "at = at + interval '1 microsecond'",
        "person_id = gen_random_uuid()",
        "person_id = null",
        "acting_for = null",
        "role = 'handler'",
        "action = 'setting.chang'",
        "subject = 'e' || subject",
        r#"before = '{"zoom": 7}'"#,
        "before = null",
        r#"after = jsonb_set(after, '{a,x}', '"数 "')"#,
        "reason = null",
        "reason = ''",
        "client = ''",
        "hash = decode(repeat('00', 32), 'hex')",
    ];
    for change in changes {
        damage(&pool, "create table kept as select * from audit_event where stream = 'request:2' and seq = 2").await;
        damage(&pool, &format!("update audit_event set {change} where stream = 'request:2' and seq = 2")).await;
        assert_eq!(broken(&world).await, Some(("request:2".into(), 2, Wrong::Contents)), "{change}");
        damage(&pool, "delete from audit_event where stream = 'request:2' and seq = 2").await;
        damage(&pool, "insert into audit_event select * from kept").await;
        damage(&pool, "drop table kept").await;
        assert_eq!(broken(&world).await, None, "put back after {change}");
    }
}

#[tokio::test]
async fn rows_that_are_removed_exchanged_or_moved_are_found() {
    let world = World::new().await;
    nine_rows(&world).await;
    let pool = world.superuser().await;
    let cases = [
        ("delete from audit_event where stream = 'request:2' and seq = 2", ("request:2", 3, Wrong::Gap)),
        ("delete from audit_event where stream = 'request:2' and seq = 1", ("request:2", 2, Wrong::Gap)),
        ("delete from audit_event where stream = 'request:2' and seq = 3", ("request:2", 2, Wrong::Cut)),
        ("delete from audit_event where stream = 'request:2'", ("request:2", 3, Wrong::Cut)),
        (
            "update audit_event set prev_hash = hash where stream = 'request:2' and seq = 3",
            ("request:2", 3, Wrong::Link),
        ),
        ("update audit_event set seq = 4 where stream = 'request:2' and seq = 3", ("request:2", 4, Wrong::Gap)),
        ("update audit_event set stream = 'request:3' where stream = 'request:2'", ("request:3", 1, Wrong::Contents)),
        (
            "update audit_head set hash = decode(repeat('11', 32), 'hex') where stream = 'request:1'",
            ("request:1", 3, Wrong::Head),
        ),
        ("delete from audit_head where stream = 'setting:map'", ("setting:map", 3, Wrong::Head)),
    ];
    damage(&pool, "create table events as select * from audit_event").await;
    damage(&pool, "create table heads as select * from audit_head").await;
    for (change, (stream, seq, wrong)) in cases {
        damage(&pool, change).await;
        assert_eq!(broken(&world).await, Some((stream.into(), seq, wrong)), "{change}");
        damage(&pool, "delete from audit_event; insert into audit_event select * from events").await;
        damage(&pool, "delete from audit_head; insert into audit_head select * from heads").await;
    }
}

#[tokio::test]
async fn a_stream_that_vanished_with_its_head_is_missed_by_the_anchor() {
    let world = World::new().await;
    nine_rows(&world).await;
    let first_day = world.db().today();
    assert!(audit::anchor(&world.db(), first_day).await.is_err(), "the day is not over");
    world.later(TimeDelta::days(1));
    nine_rows(&world).await;
    audit::anchor(&world.db(), first_day).await.unwrap();
    audit::anchor(&world.db(), first_day).await.unwrap();
    world.later(TimeDelta::days(2));
    audit::anchor(&world.db(), first_day + TimeDelta::days(2)).await.unwrap();
    let report = audit::verify(&world.db()).await.unwrap();
    assert_eq!((report.anchors, report.events, report.broken), (2, 18, None));

    let pool = world.superuser().await;
    damage(
        &pool,
        "delete from audit_event where stream = 'request:1'; delete from audit_head where stream = 'request:1'",
    )
    .await;
    let day = first_day.format("%Y%m%d").to_string().parse().unwrap();
    assert_eq!(broken(&world).await, Some(("anchor".into(), day, Wrong::Anchor)));
}

#[tokio::test]
async fn writers_to_one_stream_take_turns_and_lose_nothing() {
    let world = World::new().await;
    let writers = (0..8).map(|writer| {
        let db = world.db();
        tokio::spawn(async move {
            for _ in 0..5 {
                let mut tx = db.begin().await.unwrap();
                let action = format!("writer.{writer}");
                let entry = Entry { stream: "one", action: &action, subject: "x", ..Default::default() };
                audit::append(&db, &mut tx, &Actor::system(), Role::System, entry).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let report = audit::verify(&world.db()).await.unwrap();
    assert_eq!((report.streams, report.events, report.broken), (1, 40, None));
}

#[tokio::test]
async fn an_entry_of_a_transaction_that_failed_leaves_no_trace() {
    let world = World::new().await;
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let entry = Entry { stream: "one", action: "a", subject: "x", ..Default::default() };
    audit::append(&db, &mut tx, &Actor::system(), Role::System, entry).await.unwrap();
    drop(tx);
    assert_eq!(audit::verify(&db).await.unwrap().events, 0);
}

#[tokio::test]
async fn the_serving_role_can_only_add() {
    let world = World::new().await;
    nine_rows(&world).await;
    let db = world.db();
    for table in ["audit_event", "audit_anchor", "order_event", "clock_entry"] {
        for statement in [format!("delete from {table}"), format!("truncate {table}")] {
            let error = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(db.pool()).await.unwrap_err();
            assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("42501"), "{statement}");
        }
    }
    for update in [
        "audit_event set reason = ''",
        "audit_anchor set streams = 0",
        "order_event set seq = 1",
        "clock_entry set seq = 1",
    ] {
        let error = sqlx::raw_sql(AssertSqlSafe(format!("update {update}"))).execute(db.pool()).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("42501"), "{update}");
    }
}

#[tokio::test]
async fn addresses_are_not_readable_in_it() {
    let world = World::new().await;
    nine_rows(&world).await;
    let clients: Vec<String> =
        sqlx::query_scalar("select distinct client from audit_event").fetch_all(world.db().pool()).await.unwrap();
    assert_eq!(clients.len(), 1, "equal addresses look alike");
    assert!(!clients.concat().contains("192.0.2"), "{clients:?}");
}
