//! A text on its way to every door.

use chrono::TimeDelta;
use gongzhi_domain::delivery::Outcome;
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::testing::World;
use gongzhi_store::{delivery, outbox};

use crate::scene::{Scene, building};

async fn opened(scene: &Scene) -> (String, gongzhi_domain::ids::RoundId) {
    let (number, id) = scene.pact("down1").await;
    let round = delivery::send_out(&scene.world.db(), id, Stage::Down1).await.unwrap();
    (number, round)
}

async fn sent(world: &World) -> i64 {
    sqlx::query_scalar("select count(*) from outbox where kind = 'pact_text'")
        .fetch_one(world.db().pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn those_with_a_phone_are_told_and_the_others_are_visited() {
    let scene = Scene::new().await;
    scene.lives("李", "13800000001", 0).await;
    scene.lives("李妻", "13800000002", 0).await;
    let (number, round) = opened(&scene).await;
    assert_eq!(sent(&scene.world).await, 2, "one message a person");
    let db = scene.world.db();
    let mine = delivery::my_rounds(&db, &scene.worker).await.unwrap();
    assert_eq!(mine.len(), 1);
    assert_eq!((mine[0].progress.households, mine[0].progress.reached), (8, 0), "sent is not delivered");
    let failing = outbox::take_due(&db, 10).await.unwrap();
    outbox::failed(&db, failing[0].id, "no such number").await.unwrap();
    let waits = delivery::doors(&db, &scene.worker, round, scene.building).await.unwrap();
    assert!(waits.doors[0].standing.pushed && !waits.doors[0].arrived, "a number that does not exist brings nothing");
    outbox::delivered(&db, failing[1].id).await.unwrap();
    let doors = delivery::doors(&db, &scene.worker, round, scene.building).await.unwrap();
    assert_eq!(doors.doors.iter().filter(|door| door.arrived).count(), 1, "one of the household has it");
    let mine = delivery::my_rounds(&db, &scene.worker).await.unwrap();
    assert_eq!((mine[0].progress.reached, mine[0].progress.pushed), (1, 1));
    let tick = async |door: usize, saw, outcome| {
        delivery::tick(&db, &scene.worker, round, scene.doors[door], saw, outcome).await
    };
    tick(1, 0, Outcome::HandedOver).await.unwrap();
    tick(2, 0, Outcome::NobodyHome).await.unwrap();
    tick(3, 0, Outcome::Refused).await.unwrap();
    let undone = tick(3, 1, Outcome::Undone).await.unwrap();
    assert!(!undone.standing.reached());
    assert_eq!(tick(3, 2, Outcome::Undone).await.err(), Some(Error::field("outcome", Reason::NotOpenNow)));
    assert_eq!(tick(4, 0, Outcome::Sent).await.err(), Some(Error::field("outcome", Reason::NotAChoice)));
    let page = delivery::of_pact(&db, &scene.officer, &number).await.unwrap();
    let progress = page.page.unwrap().round.progress;
    assert_eq!((progress.households, progress.reached, progress.nobody_home, progress.missing()), (8, 2, 1, 6));
    assert_eq!(page.missing.len(), 6);
    assert!(page.missing.iter().any(|door| door.nobody_home && door.door == "1单元201"));
    let posted = delivery::post(&db, &scene.officer, round, &[scene.building]).await.unwrap();
    assert_eq!(posted, 6);
    assert_eq!(delivery::post(&db, &scene.officer, round, &[scene.building]).await.unwrap(), 0);
    let page = delivery::of_pact(&db, &scene.officer, &number).await.unwrap();
    assert_eq!(page.page.unwrap().round.progress.percent(), 100);
    scene.audit_holds().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_at_one_door_the_second_is_told() {
    let scene = Scene::new().await;
    let (_, round) = opened(&scene).await;
    for door in 0..4 {
        let other = scene.world.staff(Role::NeighbourHead, "CENTRE", "BYH1A1").await;
        let (db, worker, household) = (scene.world.db(), scene.worker.clone(), scene.doors[door]);
        let first =
            tokio::spawn(async move { delivery::tick(&db, &worker, round, household, 0, Outcome::HandedOver).await });
        let db = scene.world.db();
        let second =
            tokio::spawn(async move { delivery::tick(&db, &other, round, household, 0, Outcome::NobodyHome).await });
        let answers = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.contains(&Err(Error::Stale { now: Version(1) })), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_press_twice_is_one_event() {
    let scene = Scene::new().await;
    let (_, round) = opened(&scene).await;
    let mut pressed = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (db, worker, household) = (scene.world.db(), scene.worker.clone(), scene.doors[0]);
        pressed.spawn(
            async move { delivery::tick(&db, &worker, round, household, 0, Outcome::HandedOver).await.unwrap() },
        );
    }
    let ticked = pressed.join_all().await;
    assert_eq!(ticked.iter().filter(|ticked| !ticked.already).count(), 1);
    assert!(ticked.iter().all(|ticked| ticked.seq == 1));
}

#[tokio::test]
async fn a_worker_goes_to_the_doors_of_their_grid_while_the_round_runs() {
    let scene = Scene::new().await;
    let beside = building(&scene.world, &scene.clerk, "BYH1A2", "9号楼").await;
    let (number, round) = opened(&scene).await;
    let db = scene.world.db();
    let page = delivery::round(&db, &scene.worker, round).await.unwrap();
    assert_eq!(page.buildings.len(), 1, "the other building lies in another grid");
    assert!(matches!(delivery::doors(&db, &scene.worker, round, beside).await, Err(Error::Forbidden { .. })));
    let stranger = scene.world.staff(Role::GridWorker, "OFFICE2", "WNS1A1").await;
    assert!(delivery::my_rounds(&db, &stranger).await.unwrap().is_empty());
    assert!(delivery::round(&db, &stranger, round).await.is_err());
    assert!(delivery::post(&db, &scene.worker, round, &[scene.building]).await.is_err());
    scene.world.later(TimeDelta::days(20));
    sqlx::query("update pact set stage = 'up2' where number = $1")
        .bind(&number)
        .execute(scene.world.db().pool())
        .await
        .unwrap();
    let late = delivery::tick(&db, &scene.worker, round, scene.doors[0], 0, Outcome::HandedOver).await.err();
    assert_eq!(late, Some(Error::field("outcome", Reason::NotOpenNow)), "the round is over");
}
