//! A community with a tariff in force, two people who credit, somebody who watches, and a shop.

use chrono::NaiveDate;
use gongzhi_domain::Error;
use gongzhi_domain::ids::{PersonId, PointsEntryId, PointsProposalId, RewardId, TariffItemId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{Account, GoesTo, NewItem, Period, Source};
use gongzhi_store::points::{self, NewReward, Propose};
use gongzhi_store::testing::{World, tariffs};
use uuid::Uuid;

/// The community's people at the desk.
pub struct Desk {
    /// Proposes.
    pub coordinator: Actor,
    /// Checks.
    pub officer: Actor,
    /// Another who may do both.
    pub second: Actor,
    /// Watches.
    pub supervisor: Actor,
    /// Hands out.
    pub counter: Actor,
    /// 5 points, at most 20 a month, for the person.
    pub patrol: TariffItemId,
    /// 10 points, at most 30 a month, for the household.
    pub yard: TariffItemId,
}

pub fn item(name: &str, goes_to: GoesTo, points: i32, cap: i32) -> NewItem {
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    NewItem {
        name: pair(name, name),
        source: Source::Volunteering,
        goes_to,
        points,
        cap,
        period: Period::Month,
        evidence: pair("签到表", "Sign-in sheet"),
        checks: pair("志愿服务站", "Volunteer station"),
    }
}

pub async fn desk(world: &World) -> Desk {
    let coordinator = world.staff(Role::VolunteerCoordinator, "CENTRE", "BYH1A").await;
    let officer = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let second = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let supervisor = world.staff(Role::Supervisor, "CENTRE", "152921").await;
    let counter = world.staff(Role::Handler, "PROP", "BYH1A").await;
    let db = world.db();
    let tariff = points::draft(&db, &officer, "BYH1A").await.unwrap();
    for new in [item("治安巡逻", GoesTo::Person, 5, 20), item("门前整洁", GoesTo::Household, 10, 30)] {
        points::add_item(&db, &officer, tariff, &new).await.unwrap();
    }
    tariffs::passes(world, &second, "BYH1A", tariff).await.unwrap();
    let items = &points::in_force(&db).await.unwrap()[0].items;
    let (patrol, yard) = (items[0].id, items[1].id);
    Desk { coordinator, officer, second, supervisor, counter, patrol, yard }
}

pub fn phone(n: u32) -> String {
    format!("1390000{n:04}")
}

pub fn doing(world: &World, phone: &str, item: TariffItemId) -> Propose {
    Propose {
        key: Uuid::new_v4(),
        phone: phone.to_owned(),
        item,
        day: world.db().today(),
        note: "晚上七点到九点在小区巡逻，有签到".into(),
    }
}

/// Credits somebody, by the coordinator and the officer.
pub async fn credits(world: &World, desk: &Desk, phone: &str, item: TariffItemId) -> Result<PointsEntryId, Error> {
    let proposal = proposes(world, desk, phone, item).await;
    Ok(points::check(&world.db(), &desk.officer, proposal, true, "").await?.unwrap())
}

pub async fn proposes(world: &World, desk: &Desk, phone: &str, item: TariffItemId) -> PointsProposalId {
    points::propose(&world.db(), &desk.coordinator, &doing(world, phone, item)).await.unwrap()
}

/// Points without their story: booked as a credit would be, for tests that are about spending them.
pub async fn gives(world: &World, desk: &Desk, person: PersonId, points: i64) {
    gives_by(world, desk, desk.patrol, person, points).await;
}

/// The same by another item.
pub async fn gives_by(world: &World, desk: &Desk, item: TariffItemId, person: PersonId, points: i64) {
    let pool = world.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    let (entry, account) = (Uuid::new_v4(), Uuid::new_v4());
    sqlx::query("insert into points_account (id, kind, person_id) values ($1, 'person', $2) on conflict do nothing")
        .bind(account)
        .bind(person.uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into points_entry (id, key, kind, item_id, source_event, person_id, maker, checker, at, day)
         values ($1, $2, 'credit', $3, 'test', $4, $5, $6, $7, $8)",
    )
    .bind(entry)
    .bind(entry.to_string())
    .bind(item.uuid())
    .bind(person.uuid())
    .bind(desk.coordinator.person.unwrap().uuid())
    .bind(desk.officer.person.unwrap().uuid())
    .bind(world.now())
    .bind(world.db().today())
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into points_posting (entry_id, account_id, amount)
         select $1, id, case kind when 'issued' then -$2 else $2 end from points_account where kind = 'issued' or person_id = $3",
    )
    .bind(entry)
    .bind(points)
    .bind(person.uuid())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    pool.close().await;
}

/// A reward of the property firm's counter.
pub async fn reward(world: &World, desk: &Desk, cost: i32, stock: i32) -> RewardId {
    reward_in(world, &desk.coordinator, "BYH1A", cost, stock).await
}

/// A reward for the people of an area.
pub async fn reward_in(world: &World, manager: &Actor, area: &str, cost: i32, stock: i32) -> RewardId {
    let new = NewReward {
        area: area.into(),
        unit: "PROP".into(),
        name: ("洗衣液".into(), "Washing liquid".into()),
        place: ("物业前台，每天 9 点到 18 点".into(), "Property desk, 9 to 18 daily".into()),
        cost,
        stock,
    };
    points::add_reward(&world.db(), manager, &new).await.unwrap()
}

/// A household with these people in it.
pub async fn household(world: &World, people: &[PersonId]) -> Uuid {
    let pool = world.superuser().await;
    let (building, household) = (Uuid::new_v4(), Uuid::new_v4());
    sqlx::query("insert into building (id, area_id, area_path, name_zh, name_en) values ($1, $2, '152921.BYH1.BYH1A.BYH1A1', $3, '')")
        .bind(building)
        .bind(world.area("BYH1A1").await.uuid())
        .bind(building.to_string())
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("insert into household (id, building_id, area_path, position, door_sealed) values ($1, $2, '152921.BYH1.BYH1A.BYH1A1', 1, '')")
        .bind(household)
        .bind(building)
        .execute(&pool)
        .await
        .unwrap();
    for person in people {
        sqlx::query("insert into residence (id, person_id, household_id, capacity, verified, since) values ($1, $2, $3, 'resident', 'imported_roll', '2026-01-01')")
            .bind(Uuid::new_v4())
            .bind(person.uuid())
            .bind(household)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    household
}

/// What somebody has.
pub async fn has(world: &World, actor: &Actor) -> i64 {
    points::mine(&world.db(), actor).await.unwrap().balance
}

/// The book sums to nothing, no balance differs from its postings, what is reserved is what is held, and every stock and
/// balance is at least nothing.
pub async fn balanced(world: &World) {
    let db = world.db();
    let totals = points::totals(&db).await.unwrap();
    assert_eq!(totals.iter().map(|(_, sum)| sum).sum::<i64>(), 0, "{totals:?}");
    let of = |kind| totals.iter().find(|(account, _)| *account == kind).map_or(0, |(_, sum)| *sum);
    let held: i64 = sqlx::query_scalar("select coalesce(sum(cost), 0) from reward_reservation where state = 'held'")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(of(Account::Reserved), held, "what is reserved is what waits");
    assert_eq!(points::rebuild(&db).await.unwrap(), [], "balances follow their postings");
    let torn: i64 = sqlx::query_scalar(
        "select count(*) from (select entry_id from points_posting group by entry_id having sum(amount) <> 0 or count(*) < 2) as torn",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(torn, 0, "every entry sums to nothing");
    assert!(gongzhi_store::audit::verify(&db).await.unwrap().broken.is_none());
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Somebody who lives here, by number.
pub async fn neighbour(world: &World, n: u32) -> (Actor, PersonId, String) {
    let phone = phone(n);
    let resident = world.resident("邻居", &phone).await;
    (resident.actor(), resident.person, phone)
}
