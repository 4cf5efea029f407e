//! Stories of the roll and the vote: who may, that each counts once, what stops a count, and that nobody finds out who voted how.
#![expect(clippy::unwrap_used, reason = "tests")]

mod amended;
mod as_drawn;
mod paper;
mod result;
mod rolls;
mod secret;
mod voting;

use std::collections::{BTreeMap, BTreeSet};

use gongzhi_domain::Error;
use gongzhi_domain::ids::BuildingId;
use gongzhi_domain::pact::{Kind, Secrecy};
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::RollFacts;
use gongzhi_store::roll::{self, Answer, At, Changed};
use gongzhi_store::testing::World;
use gongzhi_store::testing::votes::{Door, Hall};
use gongzhi_store::{Purpose, log};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

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

/// Answers an objection that somebody made with a change of the roll, or turns it down when that cannot be.
async fn corrects(world: &World, hall: &Hall, change: Changed) -> Result<(), Error> {
    let db = world.db();
    let objection = db.new_id();
    sqlx::query(
        "insert into roll_objection (id, roll_id, person_id, words_sealed, at, answer_by)
         select $1, id, $2, $3, $4, $4 from roll where pact_id = $5 order by no desc limit 1",
    )
    .bind(objection)
    .bind(hall.people[0].uuid())
    .bind(db.keys().seal_text(Purpose::Internal, "名册有错").unwrap())
    .bind(db.now())
    .bind(hall.pact.uuid())
    .execute(db.pool())
    .await
    .unwrap();
    let answer = Answer { change: Some(change), reason: "已按登记核实更正".to_owned() };
    let done = roll::answer(&db, &hall.committee, &hall.number, objection, &answer).await;
    if done.is_err() {
        let answer = Answer { change: None, ..answer };
        roll::answer(&db, &hall.committee, &hall.number, objection, &answer).await.unwrap();
    }
    done
}

/// A door of the halls' building that was left off: behind it people by number, with a floor area.
async fn builds(world: &World, hall: &Hall, position: i32, Door(behind, area): Door, capacity: &str) -> At {
    let db = world.db();
    let (household, door) = (db.new_id(), format!("1单元{}室", position + 101));
    let building: Uuid = sqlx::query_scalar(
        "insert into household (id, building_id, area_path, position, door_sealed, area_cm2)
         select $1, b.id, b.area_path, $2, $3, nullif($4, 0) from building b
         where b.id = (select building_id from household order by id limit 1) returning building_id",
    )
    .bind(household)
    .bind(position)
    .bind(db.keys().seal_text(Purpose::Home, &door).unwrap())
    .bind(area)
    .fetch_one(db.pool())
    .await
    .unwrap();
    for n in behind {
        sqlx::query(
            "insert into residence (id, person_id, household_id, capacity, verified, since)
             values ($1, $2, $3, $4, 'imported_roll', '2020-01-01')",
        )
        .bind(db.new_id())
        .bind(hall.people[n].uuid())
        .bind(household)
        .bind(capacity)
        .execute(db.pool())
        .await
        .unwrap();
    }
    At { building: BuildingId::from_uuid(building), door }
}

/// What is public of the roll, after everything that says how many votes there are was held beside each other: the page, the
/// printed list under its hash, the rows and the log.
async fn whole(world: &World, hall: &Hall) -> RollFacts {
    let facts = roll::page(&world.db(), &world.visitor(), &hall.number).await.unwrap().roll.unwrap();
    let printed = roll::print(&world.db(), &hall.committee, &hall.number).await.unwrap();
    let sha256: String =
        Sha256::digest(printed.canonical.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((sha256.as_str(), printed.sha256.as_str()), (facts.sha256.as_str(), facts.sha256.as_str()));
    let (mut units, mut flats) = (BTreeSet::new(), BTreeMap::new());
    for (body, unit, door, .., area) in &printed.lines {
        units.insert((*body, *unit));
        if *body == Body::Statutory {
            flats.insert((*unit, door.clone()), *area);
        }
    }
    let listed = |body| u32::try_from(units.iter().filter(|(of, _)| *of == body).count()).unwrap();
    for (body, votes) in &facts.units {
        assert_eq!(listed(*body), *votes, "{body} on the list and on the page");
    }
    assert_eq!(facts.units.iter().map(|(_, votes)| *votes).sum::<u32>(), u32::try_from(units.len()).unwrap());
    if let Some(area) = facts.area_cm2 {
        assert_eq!(flats.values().sum::<i64>(), area);
    }
    log::sequence(&world.db()).await.unwrap();
    let report = log::verify(&world.db()).await.unwrap();
    assert_eq!(report.broken, vec![]);
    facts
}
