//! The table of constraint names covers the schema, and turns what PostgreSQL says into what people are told.

use std::collections::BTreeSet;

use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::refusal::{self, TABLE, Trouble};
use gongzhi_store::testing::World;
use gongzhi_store::{refuse, staff};

#[tokio::test]
async fn every_named_constraint_has_its_row_and_no_row_is_left_over() {
    let world = World::new().await;
    // Names PostgreSQL makes up itself end in _pkey and _fkey; plain indexes are no rules.
    let named: Vec<String> = sqlx::query_scalar(
        "select conname::text from pg_constraint
         where connamespace = 'public'::regnamespace and conrelid <> '_sqlx_migrations'::regclass
           and contype in ('c', 'u', 'x')
         union
         select relname::text from pg_index join pg_class on pg_class.oid = indexrelid
         where indisunique and not indisprimary and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(world.db().pool())
    .await
    .unwrap();
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let known: BTreeSet<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(known.len(), TABLE.len(), "no name twice");
    let without_row: Vec<_> = named.difference(&known).collect();
    let left_over: Vec<_> = known.difference(&named).collect();
    assert!(without_row.is_empty(), "constraints without a row: {without_row:?}");
    assert!(left_over.is_empty(), "rows without a constraint: {left_over:?}");
    assert!(known.len() > 50);
    let made_up = named.iter().filter(|name| name.ends_with("_check") || name.ends_with("_key")).collect::<Vec<_>>();
    assert!(made_up.is_empty(), "constraints that are not named after their rule: {made_up:?}");
}

async fn refusal_of(world: &World, sql: &'static str) -> Error {
    refuse(sqlx::raw_sql(sql).execute(world.db().pool()).await.unwrap_err())
}

#[tokio::test]
async fn what_postgresql_says_becomes_what_people_are_told() {
    let world = World::new().await;
    let taken = "insert into area_level values (9, 1, '', '')";
    assert_eq!(refusal_of(&world, taken).await, Error::field("rank", Reason::Taken));
    let again = "update area set code = 'BYH1', path = '152921.BYH1' where code = 'WNS1'";
    assert_eq!(refusal_of(&world, again).await, Error::Duplicate { what: What::Area });
    let no_kind = "update unit set kind = 'circus'";
    assert_eq!(refusal_of(&world, no_kind).await, Error::field("kind", Reason::NotAChoice));
    let our_fault = "insert into audit_head values ('x', 1, 'short') returning nothing";
    assert!(matches!(refusal_of(&world, our_fault).await, Error::Internal { .. }));
    let forbidden = "delete from audit_event";
    assert!(matches!(refusal_of(&world, forbidden).await, Error::Internal { id } if id.len() == 8));
}

#[tokio::test]
async fn a_sign_in_name_is_taken_once() {
    let world = World::new().await;
    world.staff(Role::Clerk, "CENTRE", "152921").await;
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let again = staff::NewStaff {
        sign_in_name: "CLERK-0".into(),
        name: Default::default(),
        password_hash: String::new(),
        totp_secret: [1; 20],
    };
    let error = staff::create(&db, &mut tx, &again).await.unwrap_err();
    assert_eq!(error, Error::field("sign_in_name", Reason::Taken));
}

/// Two transactions that lock two rows in opposite order: PostgreSQL ends one, which runs again.
#[tokio::test]
async fn a_deadlock_is_tried_again() {
    let world = World::new().await;
    let attempts = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let both = |first: &'static str, second: &'static str| {
        let (db, attempts) = (world.db(), std::sync::Arc::clone(&attempts));
        tokio::spawn(async move {
            refusal::retrying(|| async {
                attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let mut tx = db.begin().await?;
                for code in [first, second] {
                    sqlx::query("update unit set duty_phone = '1' where code = $1")
                        .bind(code)
                        .execute(&mut *tx)
                        .await?;
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
                tx.commit().await?;
                Ok::<_, Trouble>(())
            })
            .await
        })
    };
    let (one, other) = (both("CITY", "PROP"), both("PROP", "CITY"));
    one.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    assert_eq!(attempts.load(std::sync::atomic::Ordering::Relaxed), 3, "one of the two was ended and ran again");
}
