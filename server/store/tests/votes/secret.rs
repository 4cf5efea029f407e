//! What a secret vote keeps secret: with every table in hand after the count, nothing joins a ballot to a voter.

use gongzhi_domain::pact::{Choice, Kind, Secrecy};
use gongzhi_domain::{Error, Reason};
use gongzhi_store::testing::World;
use gongzhi_store::testing::votes::{Door, Hall};
use gongzhi_store::votes::{self, Identities};
use sqlx::{AssertSqlSafe, PgPool, Row as _};
use uuid::Uuid;

use super::{rows, voting_of};

const VOTERS: usize = 200;

/// What everybody chose, by the number of their unit; half yes, half no, by the system's randomness.
async fn voted(world: &World, hall: &Hall) -> Vec<Choice> {
    let mut order: Vec<(Uuid, usize)> = (0..VOTERS).map(|n| (Uuid::new_v4(), n)).collect();
    order.sort_unstable();
    let mut chosen = vec![Choice::Yes; VOTERS];
    for (_, n) in &order {
        chosen[*n] = if Uuid::new_v4().as_bytes()[0].is_multiple_of(2) { Choice::Yes } else { Choice::No };
        world.later(chrono::TimeDelta::seconds(7));
        hall.votes(world, *n, i32::try_from(*n + 1).unwrap(), chosen[*n]).await.unwrap();
    }
    chosen
}

/// The choices of the ballots in an order, as 1 and 0.
async fn ballots_by(pool: &PgPool, order: &str) -> Vec<bool> {
    let sql = format!("select choice = 'yes' from ballot order by {order}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap()
}

/// The numbers of the units of those who took part, in an order.
async fn voters_by(pool: &PgPool, order: &str) -> Vec<usize> {
    let sql = format!(
        "select u.position from participation p join voting_unit u on u.id = p.unit_id join audit_event e
           on e.stream = 'vote:' || p.vote_id || ':' || p.unit_id order by {order}"
    );
    let positions: Vec<i32> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
    positions.into_iter().map(|position| usize::try_from(position).unwrap() - 1).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_of_any_table_links_ballots_and_voters() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(VOTERS)).await;
    let chosen = voted(&world, &hall).await;
    assert!(hall.close(&world).await.unwrap());
    let pool = world.superuser().await;

    // Every ballot was written by one transaction, none by one that wrote who took part.
    let writers: Vec<String> =
        sqlx::query_scalar("select distinct xmin::text from ballot").fetch_all(&pool).await.unwrap();
    assert_eq!(writers.len(), 1);
    let shared: i64 = sqlx::query_scalar("select count(*) from participation where xmin::text = any($1)")
        .bind(&writers)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(shared, 0);
    // Ids are random, not made from a clock; no column but the choice differs.
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from ballot").fetch_all(&pool).await.unwrap();
    assert!(ids.iter().all(|id| id.get_version_num() == 4));
    let columns: Vec<String> = sqlx::query_scalar(
        "select column_name::text from information_schema.columns where table_name = 'ballot' order by 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(columns, ["choice", "id", "vote_id"], "no time, no area, no household");
    assert_eq!(rows(&world, "sealed_ballot").await, 0);
    let shown: i64 = sqlx::query_scalar("select count(*) from participation where choice is not null")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(shown, 0);

    // Lay every order of ballots beside every order of voters: none fits better than chance.
    let ballot_orders =
        ["ctid", "id", "id desc", "ctid desc", "md5(id::text)", "xmin::text, ctid", "choice, ctid", "choice, id"];
    let voter_orders = [
        "p.at",
        "p.ctid",
        "p.unit_id",
        "p.key",
        "p.receipt",
        "p.person_id",
        "u.position",
        "p.xmin::text::bigint",
        "u.ctid",
        "e.at",
        "e.hash",
        "e.ctid",
        "p.at desc",
        "u.position desc",
    ];
    let yes = chosen.iter().filter(|choice| **choice == Choice::Yes).count();
    let counted = ballots_by(&pool, "ctid").await;
    assert_eq!(counted.iter().filter(|yes| **yes).count(), yes, "all are there");
    let mut worst: f64 = 0.0;
    for by_voter in voter_orders {
        let voters = voters_by(&pool, by_voter).await;
        assert_eq!(voters.len(), VOTERS, "{by_voter}");
        for by_ballot in ballot_orders {
            // An order by the choice itself says nothing of voters: it is there to show what chance looks like.
            let ballots = ballots_by(&pool, by_ballot).await;
            let right = voters.iter().zip(&ballots).filter(|(n, yes)| (chosen[**n] == Choice::Yes) == **yes).count();
            let expected = chance(yes);
            let deviation = (right as f64 - expected).abs() / (VOTERS as f64 * 0.25).sqrt();
            assert!(deviation < 5.0, "{by_voter} × {by_ballot}: {right} of {VOTERS} fit, {expected:.0} by chance");
            worst = worst.max(deviation);
        }
    }
    println!(
        "the closest of {} orders is {worst:.1} standard deviations off",
        voter_orders.len() * ballot_orders.len()
    );
    nothing_is_left_on_the_disk(&pool).await;
}

/// How many fit when the ballots lie in any order that has nothing to do with the voters.
fn chance(yes: usize) -> f64 {
    let share = yes as f64 / VOTERS as f64;
    VOTERS as f64 * (share * share + (1.0 - share) * (1.0 - share))
}

/// Deleted rows lie in a table's file until a vacuum: the count throws the file away.
async fn nothing_is_left_on_the_disk(pool: &PgPool) {
    let size: i64 = sqlx::query_scalar("select pg_relation_size('sealed_ballot')").fetch_one(pool).await.unwrap();
    assert_eq!(size, 0);
}

#[tokio::test]
async fn the_count_of_one_pact_leaves_the_ballots_of_another_alone() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(3)).await;
    // Another pact of the same people, whose vote is running.
    let other = Hall::new(&world, Kind::ResidentConvention, Secrecy::Secret, &Door::ones(3)).await;
    other.announce(&world).await;
    other.open(&world).await;
    for n in 0..3 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
        let position: i32 = sqlx::query_scalar(
            "select u.position from voting_unit u join roll r on r.id = u.roll_id where r.pact_id = $1 and u.voter_id = $2 limit 1",
        )
        .bind(other.pact.uuid())
        .bind(other.people[n].uuid())
        .fetch_optional(world.db().pool())
        .await
        .unwrap()
        .unwrap_or_default();
        other.votes(&world, n, position, Choice::No).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    assert_eq!(rows(&world, "sealed_ballot").await, 3);
    assert!(other.close(&world).await.unwrap());
    nothing_is_left_on_the_disk(&world.superuser().await).await;
}

/// The same test on a count that writes ballots one by one as they were cast, to show that it would be noticed.
#[tokio::test]
async fn ballots_written_as_they_are_cast_would_be_found_out() {
    let world = World::new().await;
    let pool = world.superuser().await;
    sqlx::raw_sql("create table register (unit int, chosen bool); create table careless (id uuid, yes bool)")
        .execute(&pool)
        .await
        .unwrap();
    for unit in 0..50 {
        let mut tx = pool.begin().await.unwrap();
        let yes = Uuid::new_v4().as_bytes()[0].is_multiple_of(2);
        sqlx::query("insert into register values ($1, $2)").bind(unit).bind(yes).execute(&mut *tx).await.unwrap();
        sqlx::query("insert into careless values ($1, $2)")
            .bind(Uuid::new_v4())
            .bind(yes)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let row = sqlx::query(
        "select count(*) as joined, count(*) filter (where r.chosen = c.yes) as found
         from register r join careless c on c.xmin::text = r.xmin::text",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    let (joined, found): (i64, i64) = (row.get("joined"), row.get("found"));
    assert_eq!((joined, found), (50, 50), "xmin joins each ballot to its voter");
}

#[tokio::test]
async fn a_secret_vote_needs_both_tellers_keys_to_begin_and_to_end() {
    let world = World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Open, &Door::ones(3)).await;
    sqlx::query("update pact set secrecy = 'secret'").execute(world.db().pool()).await.unwrap();
    hall.announce(&world).await;
    world.later(chrono::TimeDelta::days(16));
    hall.records(&world, "agenda", "notice").await;
    let refused = hall.assents(&world, &hall.committee, gongzhi_domain::pact::Move::OpenVote).await;
    assert_eq!(refused, Err(Error::field("tellers", Reason::TellersWithoutKeys)));
    let db = world.db();
    // Only a teller makes one, and only by typing back what they kept.
    assert!(votes::fresh(&db, &hall.chair, &hall.number).await.is_err());
    let key = votes::fresh(&db, &hall.tellers[0], &hall.number).await.unwrap();
    assert_eq!(rows(&world, "teller_key").await, 0, "nothing is stored of a key that was shown");
    let wrong = votes::keep(&db, &hall.tellers[0], &hall.number, &key.recipient, "").await;
    assert_eq!(wrong, Err(Error::field("secret", Reason::NotATellerKey)));
    let same = votes::keep(&db, &hall.tellers[0], &hall.number, &key.secret, &key.recipient).await;
    assert_eq!(same, Err(Error::field("reserve", Reason::Taken)));
    let reserve = votes::fresh(&db, &hall.tellers[0], &hall.number).await.unwrap();
    votes::keep(&db, &hall.tellers[0], &hall.number, &key.secret, &reserve.recipient).await.unwrap();
    let other = votes::fresh(&db, &hall.tellers[1], &hall.number).await.unwrap();
    let taken = votes::keep(&db, &hall.tellers[1], &hall.number, &key.secret, "").await;
    assert_eq!(taken, Err(Error::field("secret", Reason::Taken)), "two tellers have two keys");
    let crossed = votes::keep(&db, &hall.tellers[1], &hall.number, &other.secret, &reserve.recipient).await;
    assert_eq!(crossed, Err(Error::field("reserve", Reason::Taken)), "one reserve opens one layer");
    votes::keep(&db, &hall.tellers[1], &hall.number, &other.secret, "").await.unwrap();
    assert!(hall.assents(&world, &hall.committee, gongzhi_domain::pact::Move::OpenVote).await.unwrap());
    for n in 0..3 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    let secrets: Vec<Vec<u8>> =
        sqlx::query_scalar("select sealed from sealed_ballot").fetch_all(db.pool()).await.unwrap();
    assert!(secrets.iter().all(|sealed| sealed.len() == 2048));

    let at = hall.version(&world).await;
    let db = world.db();
    let close = |actor, keys: Option<Identities>| {
        let (db, number) = (db.clone(), hall.number.clone());
        async move { votes::close(&db, actor, &number, at, "已核对", keys.as_ref()).await }
    };
    assert!(matches!(close(&hall.committee, None).await, Err(Error::Forbidden { .. })), "the committee does not count");
    assert!(!close(&hall.chair, None).await.unwrap().performed);
    assert!(!close(&hall.tellers[1], None).await.unwrap().performed);
    let keys = |outer: &str, inner: &str| Some(Identities { outer: outer.to_owned(), inner: inner.to_owned() });
    let none = close(&hall.tellers[0], None).await.unwrap_err();
    assert_eq!(none.fields().len(), 2, "{none:?}");
    let swapped = close(&hall.tellers[0], keys(&other.secret, &key.secret)).await.unwrap_err();
    assert_eq!(swapped.fields().len(), 2, "{swapped:?}");
    assert_eq!(hall.stage(&world).await, "down3", "nothing was counted");
    assert_eq!(rows(&world, "sealed_ballot").await, 3);
    // The reserve of the first opens the outer layer.
    assert!(close(&hall.tellers[0], keys(&reserve.secret, &other.secret)).await.unwrap().performed);
    // No secret half is anywhere in the database.
    let pool = world.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(&pool)
        .await
        .unwrap();
    for table in tables {
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "select count(*) from {table} t where t::text ilike '%AGE-SECRET-KEY%'"
        )))
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(found, 0, "{table}");
    }
}

#[tokio::test]
async fn the_serving_role_cannot_write_the_register_or_the_ballots_anew() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(3)).await;
    hall.votes(&world, 0, 1, Choice::Yes).await.unwrap();
    let db = world.db();
    for sql in [
        "update participation set choice = 'no'",
        "delete from participation",
        "update ballot set choice = 'no'",
        "delete from tally",
        "truncate sealed_ballot",
        "update sealed_ballot set sealed = sealed",
        "update vote set secrecy = 'open'",
        "update voting_unit set body = 'statutory'",
        "update roll_entry set capacity = 'owner'",
        "update roll set basis = 'adults'",
        "delete from tick_cancel",
    ] {
        assert!(sqlx::query(sql).execute(db.pool()).await.is_err(), "{sql}");
    }
    let twice = "insert into participation select * from participation";
    assert!(sqlx::query(twice).execute(db.pool()).await.is_err());
}
