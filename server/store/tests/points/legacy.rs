//! Tariffs that were put in force before votes on them were counted keep the words of their decision, and every row of the schema
//! before finds its place in the new one.

use std::str::FromStr as _;

use gongzhi_store::migrate::MIGRATIONS;
use gongzhi_store::testing::World;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

/// The migration that counts votes.
const COUNTED: i64 = 20;

/// A database with the schema before it and, in it, what `legacy.sql` says.
async fn before(admin: &mut PgConnection, cluster: &PgConnectOptions, name: &str) -> PgConnection {
    let run = |sql: String| sqlx::raw_sql(AssertSqlSafe(sql));
    run(format!("create database {name} template template0 encoding 'UTF8'")).execute(&mut *admin).await.unwrap();
    let mut old = cluster.clone().database(name).connect().await.unwrap();
    for migration in MIGRATIONS.iter().filter(|migration| migration.version < COUNTED) {
        old.execute(migration.sql.clone()).await.unwrap();
    }
    old.execute(include_str!("legacy.sql")).await.unwrap();
    old
}

#[tokio::test]
async fn the_words_of_earlier_decisions_stay_and_new_ones_need_a_vote() {
    // Only for where the cluster is.
    let world = World::new().await;
    let cluster = PgConnectOptions::from_str(&std::env::var("GONGZHI_TEST_DATABASE_URL").unwrap()).unwrap();
    let mut admin = cluster.connect().await.unwrap();
    let name = format!("gongzhi_test_{}", Uuid::new_v4().simple());
    let mut old = before(&mut admin, &cluster, &name).await;
    for migration in MIGRATIONS.iter().filter(|migration| migration.version >= COUNTED) {
        old.execute(migration.sql.clone()).await.unwrap();
    }
    let kept: (String, Option<Uuid>) =
        sqlx::query_as("select decision, meeting_id from tariff where effective_on is not null")
            .fetch_one(&mut old)
            .await
            .unwrap();
    assert_eq!(kept, ("居民会议 2026 年第 2 号决议".to_owned(), None));
    let counts: (i64, i64) =
        sqlx::query_as("select (select count(*) from reward_reservation), (select count(*) from attachment)")
            .fetch_one(&mut old)
            .await
            .unwrap();
    assert_eq!(counts, (1, 1));
    let in_words = "update tariff set decision = '决议', effective_on = '2026-05-01', passed_at = now(), passed_by = (select id from person
        where id <> drafted_by limit 1) where effective_on is null";
    let refused = old.execute(in_words).await.unwrap_err();
    let constraint = refused.as_database_error().and_then(|error| error.constraint()).map(ToOwned::to_owned);
    assert_eq!(constraint.as_deref(), Some("tariff_passes_by_its_own_vote"));
    old.close().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(&mut admin).await.unwrap();
    drop(world);
}
