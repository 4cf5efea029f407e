//! Stories of the roll and the vote: who may, that each counts once, what stops a count, and that nobody finds out who voted how.
#![expect(clippy::unwrap_used, reason = "tests")]

mod paper;
mod result;
mod rolls;
mod secret;
mod voting;

use gongzhi_domain::pact::{Kind, Secrecy};
use gongzhi_store::testing::World;
use gongzhi_store::testing::votes::{Door, Hall};

/// A world with a pact of so many one-adult households whose vote is open.
async fn voting_of(kind: Kind, secrecy: Secrecy, doors: &[Door]) -> (World, Hall) {
    let world = World::new().await;
    let hall = Hall::new(&world, kind, secrecy, doors).await;
    hall.announce(&world).await;
    hall.open(&world).await;
    (world, hall)
}

/// How many rows a table has.
async fn rows(world: &World, table: &'static str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(world.db().pool())
        .await
        .unwrap()
}
