//! Rewards: five for two hundred who want one, a code that works once, and points that come back.

use std::sync::Arc;

use chrono::TimeDelta;
use gongzhi_domain::ids::{PersonId, RewardId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{Account, GoesTo};
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::points::{self, ReservationState, Reserve};
use gongzhi_store::testing::World;
use gongzhi_store::testing::tariffs;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::story::{balanced, desk, gives, gives_by, has, household, item, neighbour, reward, reward_in};

fn wish(reward: gongzhi_domain::ids::RewardId) -> Reserve {
    Reserve { key: Uuid::new_v4(), reward, from: Account::Person }
}

async fn stock(world: &World) -> i32 {
    sqlx::query_scalar("select stock from reward").fetch_one(world.db().pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_want_five_and_five_get_one() {
    let world = World::new().await;
    let desk = Arc::new(desk(&world).await);
    let reward = reward(&world, &desk, 30, 5).await;
    let mut people = Vec::new();
    for n in 0..200 {
        let (actor, person, _) = neighbour(&world, n).await;
        people.push((actor, person));
    }
    // Everybody has 30; given in one go.
    for chunk in people.chunks(50) {
        for (_, person) in chunk {
            gives(&world, &desk, *person, 30).await;
        }
    }
    let mut wishes = JoinSet::new();
    for (actor, _) in &people {
        let (db, actor) = (world.db(), actor.clone());
        wishes.spawn(async move { (actor.person.unwrap(), points::reserve(&db, &actor, wish(reward)).await) });
    }
    let answers: Vec<(PersonId, _)> = wishes.join_all().await;
    let lucky: Vec<PersonId> = answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(person, _)| *person).collect();
    assert_eq!(lucky.len(), 5);
    for (person, answer) in &answers {
        if let Err(error) = answer {
            assert_eq!(*error, Error::field("reward", Reason::SoldOut), "{person}");
        }
    }
    assert_eq!(stock(&world).await, 0);
    for (actor, person) in &people {
        assert_eq!(has(&world, actor).await, if lucky.contains(person) { 0 } else { 30 });
    }
    balanced(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_form_sent_many_times_reserves_once() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let reward = reward(&world, &desk, 10, 1).await;
    let (li, person, _) = neighbour(&world, 1).await;
    gives(&world, &desk, person, 100).await;
    let wish = wish(reward);
    let mut sent = JoinSet::new();
    for _ in 0..20 {
        let (db, li) = (world.db(), li.clone());
        sent.spawn(async move { points::reserve(&db, &li, wish).await.unwrap() });
    }
    let answers = sent.join_all().await;
    assert!(answers.iter().all(|answer| answer.id == answers[0].id));
    assert_eq!(answers.iter().filter(|answer| answer.code.is_some()).count(), 1, "the code is shown once");
    assert_eq!((has(&world, &li).await, stock(&world).await), (90, 0));
    let (other, _, _) = neighbour(&world, 2).await;
    assert_eq!(points::reserve(&world.db(), &other, wish).await, Err(Error::Duplicate { what: What::Reward }));
    balanced(&world).await;
}

#[tokio::test]
async fn a_code_hands_out_once_at_its_own_counter() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    let reward = reward(&world, &desk, 10, 3).await;
    let (li, person, _) = neighbour(&world, 1).await;
    gives(&world, &desk, person, 15).await;
    let reserved = points::reserve(&db, &li, wish(reward)).await.unwrap();
    let code = reserved.code.unwrap().to_string();
    let nothing = Err(Error::field("code", Reason::NothingToFetch));
    assert_eq!(points::look(&db, &desk.counter, "33333333").await, nothing);
    assert_eq!(points::look(&db, &desk.counter, "nonsense!").await, nothing);
    let elsewhere = world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    assert_eq!(points::look(&db, &elsewhere, &code).await, nothing, "another counter learns nothing");
    assert!(matches!(points::look(&db, &li, &code).await, Err(Error::Forbidden { .. })));
    // A new code takes the place of the old one.
    let fresh = points::new_code(&db, &li, reserved.id).await.unwrap().to_string();
    assert_eq!(points::look(&db, &desk.counter, &code).await, nothing);
    let shown = points::look(&db, &desk.counter, &fresh.to_lowercase()).await.unwrap();
    assert_eq!((shown.name.zh.as_str(), shown.cost), ("洗衣液", 10));
    points::hand_out(&db, &desk.counter, &fresh).await.unwrap();
    assert_eq!(points::hand_out(&db, &desk.counter, &fresh).await, nothing, "it works once");
    assert_eq!(points::reservation(&db, &li, reserved.id).await.unwrap().state, ReservationState::Fulfilled);
    assert_eq!(points::release(&db, &li, reserved.id).await, Err(Error::NotFound { what: What::Reward }));
    assert_eq!((has(&world, &li).await, stock(&world).await), (5, 2));
    let poor = points::reserve(&db, &li, wish(reward)).await;
    assert_eq!(poor, Err(Error::field("from", Reason::NotEnoughPoints)));
    assert_eq!(stock(&world).await, 2, "what could not be paid stays in stock");
    balanced(&world).await;
}

#[tokio::test]
async fn what_is_not_fetched_goes_back_by_hand_or_by_the_clock() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let reward = reward(&world, &desk, 10, 2).await;
    let (li, person, _) = neighbour(&world, 1).await;
    let (wang, _, _) = neighbour(&world, 2).await;
    gives(&world, &desk, person, 20).await;
    let first = points::reserve(&world.db(), &li, wish(reward)).await.unwrap();
    let second = points::reserve(&world.db(), &li, wish(reward)).await.unwrap();
    let stranger = points::release(&world.db(), &wang, first.id).await;
    assert_eq!(stranger, Err(Error::NotFound { what: What::Reward }));
    assert!(points::reservation(&world.db(), &wang, first.id).await.is_err());
    points::release(&world.db(), &li, first.id).await.unwrap();
    points::release(&world.db(), &li, first.id).await.unwrap();
    assert_eq!((has(&world, &li).await, stock(&world).await), (10, 1));
    assert_eq!(points::tick(&world.db()).await.unwrap().released, 0);
    world.later(TimeDelta::days(15));
    assert_eq!(points::tick(&world.db()).await.unwrap().released, 1);
    assert_eq!(points::tick(&world.db()).await.unwrap().released, 0);
    let state = points::reservation(&world.db(), &li, second.id).await.unwrap().state;
    assert_eq!(state, ReservationState::Released);
    assert_eq!((has(&world, &li).await, stock(&world).await), (20, 2));
    balanced(&world).await;
}

#[tokio::test]
async fn a_household_spends_together() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let reward = reward(&world, &desk, 10, 2).await;
    let (li, li_id, phone) = neighbour(&world, 1).await;
    let (wang, wang_id, _) = neighbour(&world, 2).await;
    household(&world, &[li_id, wang_id]).await;
    crate::story::credits(&world, &desk, &phone, desk.yard).await.unwrap();
    let ours = Reserve { from: Account::Household, ..wish(reward) };
    let reserved = points::reserve(&world.db(), &wang, ours).await.unwrap();
    let again = points::reserve(&world.db(), &li, Reserve { key: Uuid::new_v4(), ..ours }).await;
    assert_eq!(again, Err(Error::field("from", Reason::NotEnoughPoints)));
    points::release(&world.db(), &wang, reserved.id).await.unwrap();
    assert_eq!(points::mine(&world.db(), &li).await.unwrap().household.unwrap().balance, 10);
    balanced(&world).await;
}

#[tokio::test]
async fn a_stock_that_was_reserved_from_meanwhile_is_not_written_over() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let reward = reward(&world, &desk, 10, 5).await;
    for n in 0..3 {
        let (actor, person, _) = neighbour(&world, n).await;
        gives(&world, &desk, person, 10).await;
        points::reserve(&world.db(), &actor, wish(reward)).await.unwrap();
    }
    // The form was opened with five left: only the cost was changed, so the stock is left alone.
    let db = world.db();
    points::change_reward(&db, &desk.coordinator, reward, 12, (5, 5), true).await.unwrap();
    assert_eq!(stock(&world).await, 2);
    // Another number was entered by what was seen then: refused.
    let refused = points::change_reward(&db, &desk.coordinator, reward, 12, (5, 6), true).await;
    assert!(matches!(refused, Err(Error::Stale { .. })), "{refused:?}");
    assert_eq!(stock(&world).await, 2);
    points::change_reward(&db, &desk.coordinator, reward, 12, (2, 6), true).await.unwrap();
    assert_eq!(stock(&world).await, 6);
}

#[tokio::test]
async fn who_owns_a_home_and_lets_it_spends_nothing_of_those_who_live_there() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let reward = reward(&world, &desk, 10, 2).await;
    let (_, tenant, phone) = neighbour(&world, 1).await;
    let (landlord, owner, _) = neighbour(&world, 2).await;
    let home = household(&world, &[tenant]).await;
    sqlx::query(
        "insert into residence (id, person_id, household_id, capacity, verified, since)
         values ($1, $2, $3, 'owner', 'imported_roll', '2026-01-01')",
    )
    .bind(Uuid::new_v4())
    .bind(owner.uuid())
    .bind(home)
    .execute(world.db().pool())
    .await
    .unwrap();
    crate::story::credits(&world, &desk, &phone, desk.yard).await.unwrap();
    let theirs = Reserve { from: Account::Household, ..wish(reward) };
    let refused = points::reserve(&world.db(), &landlord, theirs).await;
    assert_eq!(refused, Err(Error::field("from", Reason::PlaceNeeded)));
    assert!(points::mine(&world.db(), &landlord).await.unwrap().household.is_none());
}

/// What somebody is shown, in its order, and whether they can take it.
async fn reach(world: &World, actor: &Actor) -> Vec<(RewardId, Option<bool>)> {
    let all = points::catalogue(&world.db(), actor).await.unwrap();
    all.into_iter().map(|reward| (reward.id, reward.within_reach)).collect()
}

#[tokio::test]
async fn a_reward_is_for_those_who_live_in_its_area_or_whose_points_were_earned_there() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    let (manager, second) = (
        world.staff(Role::PactOfficer, "CENTRE", "152921").await,
        world.staff(Role::PactOfficer, "CENTRE", "152921").await,
    );
    let far = points::draft(&db, &manager, "WNS1A").await.unwrap();
    points::add_item(&db, &manager, far, &item("扫雪", GoesTo::Person, 5, 20)).await.unwrap();
    tariffs::passes(&world, &second, "WNS1A", far).await.unwrap();
    let far = points::in_force(&db).await.unwrap().into_iter().find(|tariff| tariff.id == far).unwrap().items[0].id;
    let here = reward_in(&world, &manager, "BYH1A", 10, 5).await;
    let town = reward_in(&world, &manager, "BYH1", 20, 5).await;
    let other = reward_in(&world, &manager, "WNS1", 5, 5).await;

    // Li's points were credited in the community: good there and in the town above it.
    let (li, li_id, _) = neighbour(&world, 1).await;
    gives(&world, &desk, li_id, 100).await;
    assert_eq!(
        reach(&world, &li).await,
        [(here, Some(true)), (town, Some(true)), (other, Some(false))],
        "first what one can take"
    );
    assert_eq!(reach(&world, &world.visitor()).await, [(other, None), (here, None), (town, None)]);
    for near in [here, town] {
        points::reserve(&db, &li, wish(near)).await.unwrap();
    }
    let (zh, en): (String, String) =
        sqlx::query_as("select name_zh, name_en from area where code = 'WNS1'").fetch_one(db.pool()).await.unwrap();
    let refused = points::reserve(&db, &li, wish(other)).await;
    assert_eq!(refused, Err(Error::field("reward", Reason::ForResidentsOf { area: Named::new(zh, en) })));

    // Wang's were credited elsewhere. Who lives here takes what is here, and what is there too.
    let (wang, wang_id, _) = neighbour(&world, 2).await;
    gives_by(&world, &desk, far, wang_id, 100).await;
    assert!(points::reserve(&db, &wang, wish(here)).await.is_err());
    household(&world, &[wang_id]).await;
    assert_eq!(reach(&world, &wang).await.iter().filter(|(_, reach)| *reach == Some(true)).count(), 3);
    for any in [here, town, other] {
        points::reserve(&db, &wang, wish(any)).await.unwrap();
    }
    // What was reserved is kept when somebody moves away; a new one is not.
    sqlx::query("update residence set until = '2026-03-02' where person_id = $1")
        .bind(wang_id.uuid())
        .execute(db.pool())
        .await
        .unwrap();
    assert!(points::reserve(&db, &wang, wish(here)).await.is_err());
    assert_eq!(points::mine(&db, &wang).await.unwrap().reservations.len(), 3);

    // Who has nothing from here cannot be helped by a program either.
    let pool = world.superuser().await;
    let raw = sqlx::query(
        "insert into reward_reservation (id, key, reward_id, person_id, account_id, cost, state, reserved_at, hold_until)
         select gen_random_uuid(), gen_random_uuid(), $1, $2, id, 5, 'held', $3, $3 from points_account where person_id = $2",
    )
    .bind(other.uuid())
    .bind(li_id.uuid())
    .bind(world.now())
    .execute(&pool)
    .await
    .unwrap_err();
    assert_eq!(raw.as_database_error().unwrap().constraint(), Some("reservation_is_for_the_people_of_the_area"));
    balanced(&world).await;
}
