//! Whatever is changed in the tables of the log behind the program's back is found, and named. Every column of every row is
//! changed in turn.

use chrono::TimeDelta;
use gongzhi_domain::person::Role;
use gongzhi_proof::note::{SignatureType, SigningKey};
use gongzhi_store::log::{self, LeafKind, Reason};
use gongzhi_store::testing::World;
use sqlx::{AssertSqlSafe, PgPool};

use crate::story::{named, said, say};

/// A log of seven entries and one waiting leaf, with four heads, one of them cosigned.
async fn a_log(world: &World) {
    let officer = world.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    let street = SigningKey::new("street.example", SignatureType::Cosignature, &[7; 32]).unwrap();
    log::begin(&world.db(), Some("gongzhi.example")).await.unwrap();
    world.cosigner(&street.public().to_string()).await;
    let gone = SigningKey::new("committee.example", SignatureType::Cosignature, &[8; 32]).unwrap().public().to_string();
    world.cosigner(&gone).await;
    let [one, other] = [Role::Administrator, Role::Supervisor].map(|role| world.staff(role, "CENTRE", "152921"));
    let (one, other) = (one.await, other.await);
    let ask = log::retire(&world.db(), &one, &gone, "委员会已换届").await.unwrap();
    log::decide(&world.db(), &other, ask, true).await.unwrap();
    for n in 0..7 {
        let db = world.db();
        if n % 2 == 0 {
            said(&db, n).await;
        } else {
            let mut tx = db.begin().await.unwrap();
            say(&db, &mut tx, LeafKind::VoteCount, n).await;
            tx.commit().await.unwrap();
        }
        world.later(TimeDelta::seconds(90));
        if n % 3 == 0 {
            let mut head = log::checkpoint(&world.db(), Reason::Stage).await.unwrap();
            if n == 3 {
                head.note.signatures.push(street.sign(&head.note.text, 1_772_416_800));
                log::cosign(&world.db(), &officer, &head.note.to_string()).await.unwrap();
            }
        }
    }
    said(&world.db(), 7).await;
}

async fn sql(pool: &PgPool, text: String) -> Result<u64, sqlx::Error> {
    Ok(sqlx::raw_sql(AssertSqlSafe(format!("set session_replication_role = replica; {text}")))
        .execute(pool)
        .await?
        .rows_affected())
}

/// Changes of one byte, for a column of a type.
fn changes(column: &str, kind: &str) -> Vec<String> {
    match kind {
        "bytea" => [0, 1, 2, 5]
            .iter()
            .map(|nth| {
                let at = format!("length({column}) * {nth} / 6");
                format!("set_byte({column}, {at}, get_byte({column}, {at}) # {})", 1 << nth)
            })
            .collect(),
        "text" => [1, 3, 4]
            .iter()
            .map(|nth| {
                let at = format!("greatest(1, length({column}) * {nth} / 4)");
                format!("overlay({column} placing chr(ascii(substr({column}, {at}, 1)) # 1) from {at} for 1)")
            })
            .collect(),
        "bigint" => vec![format!("{column} + 1"), format!("{column} # 16")],
        "timestamp with time zone" => {
            vec![format!("{column} + interval '1 second'"), format!("{column} + interval '1 microsecond'")]
        }
        "uuid" => vec![format!(
            "overlay({column}::text placing case right({column}::text, 1) when '0' then '1' else '0' end from 36)::uuid"
        )],
        other => panic!("a column of a type this test does not change: {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_every_row_that_is_changed_is_found_and_named() {
    let world = World::new().await;
    a_log(&world).await;
    let pool = world.superuser().await;
    assert_eq!(named(&world).await, [""; 0]);
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns
         where table_schema = 'public' and table_name like 'log\\_%' order by 1, 2",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let (mut done, mut refused) = (0, 0);
    for (table, column, kind) in &columns {
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("select ctid::text from {table} order by {table}::text")))
                .fetch_all(&pool)
                .await
                .unwrap();
        for (row, change) in
            rows.iter().enumerate().flat_map(|(row, _)| changes(column, kind).into_iter().map(move |c| (row, c)))
        {
            // Not every row of every table: first, middle, last.
            if row != 0 && row != rows.len() / 2 && row != rows.len() - 1 {
                continue;
            }
            let what = format!("{table}.{column} of row {row} := {change}");
            sql(&pool, format!("create table kept as select * from {table}")).await.unwrap();
            let update = format!(
                "update {table} set {column} = {change}
                 where ctid = (select ctid from {table} order by {table}::text offset {row} limit 1)"
            );
            if sql(&pool, update).await.is_err() {
                // A check or a unique key of the table refuses the value, whoever tries.
                refused += 1;
            } else {
                let found = named(&world).await;
                assert!(!found.is_empty(), "unnoticed: {what}");
                done += 1;
            }
            sql(&pool, format!("delete from {table}; insert into {table} select * from kept; drop table kept"))
                .await
                .unwrap();
        }
        assert_eq!(named(&world).await, [""; 0], "put back after {table}.{column}");
    }
    assert!(done > 100 && refused < done, "{done} changes, {refused} refused");
}

#[tokio::test]
async fn what_is_removed_or_exchanged_is_named() {
    let world = World::new().await;
    a_log(&world).await;
    let pool = world.superuser().await;
    let damages = [
        ("delete from log_entry where index = 3", "entry 3 of the log: it is missing"),
        (
            "delete from log_entry where index = 6",
            "waiting leaf (test:6): it has no place in the log and waits for none",
        ),
        (
            "delete from log_statement where leaf_id = (select leaf_id from log_entry where index = 1)",
            "statement of test:1: it is gone",
        ),
        ("delete from log_checkpoint where seq = 2", "checkpoint 3: the ones before it are missing"),
        ("delete from log_key", "checkpoint 1: the log's signature does not hold"),
        ("delete from log_waiting", "waiting leaf (test:7): it has no place"),
        (
            "update log_entry e set leaf_id = o.leaf_id from log_entry o where e.index in (2, 4) and o.index = 6 - e.index",
            "leaf 2 (test:4): it is not the leaf that stands in the log",
        ),
        (
            "update log_statement s set sealed = o.sealed from log_statement o
             where s.leaf_id = (select leaf_id from log_entry where index = 0)
               and o.leaf_id = (select leaf_id from log_entry where index = 2)",
            "statement of test:0: it is not what the leaf binds",
        ),
        (
            "update log_checkpoint set note = (select note from log_checkpoint where seq = 2), size = 1 where seq = 3",
            "checkpoint 3: size or root are not those that were signed",
        ),
    ];
    for (damage, expected) in damages {
        for table in ["log_entry", "log_statement", "log_checkpoint", "log_key", "log_waiting"] {
            sql(&pool, format!("create table kept_{table} as select * from {table}")).await.unwrap();
        }
        // Two rows change places: the unique key is looked at afterwards.
        let swap = "alter table log_entry drop constraint log_entry_leaf_stands_once cascade";
        sql(&pool, swap.to_owned()).await.unwrap();
        sql(&pool, damage.to_owned()).await.unwrap();
        let found = named(&world).await;
        assert!(found.iter().any(|wrong| wrong.starts_with(expected)), "{damage}: {found:?}");
        for table in ["log_entry", "log_statement", "log_checkpoint", "log_key", "log_waiting"] {
            sql(
                &pool,
                format!("delete from {table}; insert into {table} select * from kept_{table}; drop table kept_{table}"),
            )
            .await
            .unwrap();
        }
        sql(&pool, "alter table log_entry add constraint log_entry_leaf_stands_once unique (leaf_id)".into())
            .await
            .unwrap();
        assert_eq!(named(&world).await, [""; 0], "put back after {damage}");
    }
}

#[tokio::test]
async fn one_damage_is_named_once() {
    let world = World::new().await;
    a_log(&world).await;
    let pool = world.superuser().await;
    for (damage, back, expected) in [
        (
            "update log_leaf set subject = 'test:99' where subject = 'test:2'",
            "update log_leaf set subject = 'test:2' where subject = 'test:99'",
            "leaf 2 (test:99): it is not the leaf that stands in the log",
        ),
        (
            "update log_entry set nodes = set_byte(nodes, 40, get_byte(nodes, 40) # 1) where index = 3",
            "update log_entry set nodes = set_byte(nodes, 40, get_byte(nodes, 40) # 1) where index = 3",
            "node of level 1 in entry 3: it is not the hash of what lies below it",
        ),
        (
            "update log_entry set nodes = set_byte(nodes, 4, get_byte(nodes, 4) # 1) where index = 2",
            "update log_entry set nodes = set_byte(nodes, 4, get_byte(nodes, 4) # 1) where index = 2",
            "node of level 0 in entry 2: it is not the hash of what lies below it",
        ),
    ] {
        sql(&pool, damage.to_owned()).await.unwrap();
        assert_eq!(named(&world).await, [expected]);
        sql(&pool, back.to_owned()).await.unwrap();
    }
}
