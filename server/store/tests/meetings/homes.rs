//! Who lives where: confirmed by another, kept sealed, taken over whole or not at all.

use chrono::TimeDelta;
use gongzhi_domain::household::{Capacity, Verified};
use gongzhi_domain::ids::ResidenceId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::households::{self, Confirm, NewBuilding};
use uuid::Uuid;

use crate::scene::{Scene, building, confirm};

#[tokio::test]
async fn a_home_is_confirmed_by_somebody_else_once_and_ends() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.world.resident("李四", "13800001234").await.actor();
    let asked = confirm(scene.doors[0], "13800001234");
    let unread = Confirm { read_back: false, ..asked.clone() };
    assert_eq!(
        households::confirm(&db, &scene.clerk, &unread).await.err(),
        Some(Error::field("read_back", Reason::Missing))
    );
    let vouched = Confirm { verified: Verified::NeighbourAndClerk, note: " ".into(), ..asked.clone() };
    let refused = households::confirm(&db, &scene.clerk, &vouched).await.err();
    assert_eq!(refused, Some(Error::field("note", Reason::Missing)), "who vouched is needed");
    let id = households::confirm(&db, &scene.clerk, &asked).await.unwrap();
    let again = households::confirm(&db, &scene.clerk, &asked).await.err();
    assert_eq!(again, Some(Error::field("household", Reason::Taken)));

    let mut conn = db.pool().acquire().await.unwrap();
    let homes = households::of(&mut conn, li.person.unwrap(), db.today()).await.unwrap();
    assert_eq!(homes.len(), 1);
    assert_eq!((homes[0].capacity, homes[0].household), (Capacity::Resident, scene.doors[0]));
    let mine = households::mine(&db, &li).await.unwrap();
    assert_eq!(mine.homes[0].door, "1单元101");
    assert_eq!(mine.homes[0].building, Named::new("幸福小区3号楼", "Happiness Court, 3号楼"));

    scene.world.later(TimeDelta::days(3));
    let db = scene.world.db();
    households::end(&db, &scene.clerk, id).await.unwrap();
    assert!(households::of(&mut conn, li.person.unwrap(), db.today()).await.unwrap().is_empty());
    assert!(matches!(households::end(&db, &scene.clerk, id).await, Err(Error::NotFound { .. })));
    assert!(households::confirm(&db, &scene.clerk, &asked).await.is_ok(), "they may come back");
    scene.audit_holds().await;
}

#[tokio::test]
async fn nobody_confirms_their_own_home_or_outside_their_area() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let (person, phone) = (scene.world.resident("赵", "13900000001").await.person, "13900000001");
    let mut clerk = scene.clerk.clone();
    clerk.person = Some(person);
    let own = households::confirm(&db, &clerk, &confirm(scene.doors[0], phone)).await.err();
    assert_eq!(own, Some(Error::field("phone", Reason::NeedsAnotherPerson)));
    let elsewhere = scene.world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    let refused = households::confirm(&db, &elsewhere, &confirm(scene.doors[0], phone)).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
    assert!(matches!(households::building(&db, &elsewhere, scene.building).await, Err(Error::Forbidden { .. })));
    assert!(households::buildings(&db, &elsewhere, None).await.unwrap().is_empty());
    let worker = households::buildings(&db, &scene.worker, None).await;
    assert!(matches!(worker, Err(Error::Forbidden { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_confirmations_at_once_one_stands() {
    let scene = Scene::new().await;
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (db, clerk, asked) = (scene.world.db(), scene.clerk.clone(), confirm(scene.doors[1], "13800005555"));
        sent.spawn(async move { households::confirm(&db, &clerk, &asked).await });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let taken = Error::field("household", Reason::Taken);
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|error| *error == taken), "{answers:?}");
}

#[tokio::test]
async fn doors_and_names_lie_sealed() {
    let scene = Scene::new().await;
    scene.lives("李四", "13800001234", 0).await;
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("select door_sealed from household").fetch_all(scene.world.db().pool()).await.unwrap();
    assert_eq!(rows.len(), 8);
    for (sealed,) in rows {
        assert!(!String::from_utf8_lossy(&sealed).contains("单元"), "a door in the clear");
    }
    let page = households::building(&scene.world.db(), &scene.clerk, scene.building).await.unwrap();
    let dweller = &page.households[0].people[0];
    assert_eq!((dweller.name.as_str(), dweller.phone.as_deref()), ("李＊", Some("138****1234")));
    let logged: i64 = sqlx::query_scalar(
        "select count(*) from audit_event where after::text like '%13800001234%' or after::text like '%李四%'",
    )
    .fetch_one(scene.world.db().pool())
    .await
    .unwrap();
    assert_eq!(logged, 0, "no personal data in the log");
}

#[tokio::test]
async fn a_building_stands_once_with_doors() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let new = NewBuilding {
        area: "BYH1A1".into(),
        compound: Named::new("幸福小区", ""),
        name: Named::new("3号楼", ""),
        doors: vec!["101".into()],
    };
    assert_eq!(
        households::add_building(&db, &scene.clerk, &new).await.err(),
        Some(Error::field("building", Reason::Taken))
    );
    let nowhere = NewBuilding { area: "NONE".into(), ..new.clone() };
    assert_eq!(
        households::add_building(&db, &scene.clerk, &nowhere).await.err(),
        Some(Error::field("area", Reason::NotAChoice))
    );
    building(&scene.world, &scene.clerk, "BYH1A2", "3号楼").await;
}

#[tokio::test]
async fn a_list_is_looked_at_then_taken_over_whole_and_twice_changes_nothing() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let list = "网格,小区,楼栋,门牌,面积,电话,姓名,身份\n\
                BYH1A1,幸福小区,5号楼,101,86.5,13700000001,王五,业主\n\
                BYH1A1,幸福小区,5号楼,102,,13700000002,赵六,租户\n\
                BYH1A1,幸福小区,5号楼,201,,,,\n";
    let looked = households::import(&db, &scene.clerk, list, true).await.unwrap();
    assert!(looked.problems.is_empty() && !looked.done, "{:?}", looked.problems);
    assert_eq!((looked.imported.buildings, looked.imported.households, looked.imported.residences), (1, 3, 2));
    let before = households::buildings(&db, &scene.clerk, None).await.unwrap().len();
    let taken = households::import(&db, &scene.clerk, list, false).await.unwrap();
    assert!(taken.done);
    assert_eq!(taken.imported, looked.imported);
    assert_eq!(households::buildings(&db, &scene.clerk, None).await.unwrap().len(), before + 1);
    let again = households::import(&db, &scene.clerk, list, false).await.unwrap();
    assert_eq!((again.imported.unchanged, again.imported.households, again.imported.residences), (3, 0, 0));

    let wrong = "grid,compound,building,door,phone,capacity\n\
                 WNS1A1,,村东,1,,\n\
                 BYH1A1,,平房,,138,chief\n\
                 BYH1A1,,平房,2,,\n";
    let report = households::import(&db, &scene.clerk, wrong, false).await.unwrap();
    let named: Vec<(u32, &str)> = report.problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(
        named,
        [(2, "grid"), (3, "door"), (3, "phone"), (3, "capacity")],
        "outside, missing, no number, no capacity"
    );
    assert!(!report.done);
    assert_eq!(households::buildings(&db, &scene.clerk, None).await.unwrap().len(), before + 1, "all or nothing");
    scene.audit_holds().await;
}

#[tokio::test]
async fn somebody_asks_and_the_window_answers() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.world.resident("李", "13800001234").await.actor();
    let wrong = households::ask(&db, &li, "", " ").await.err().unwrap();
    assert_eq!(wrong.fields().len(), 2);
    households::ask(&db, &li, "BYH1A", "幸福小区 3 号楼 101").await.unwrap();
    households::ask(&db, &li, "BYH1A1", "幸福小区 3 号楼 102").await.unwrap();
    let asks = households::asks(&db, &scene.clerk).await.unwrap();
    assert_eq!(asks.len(), 1, "said again it replaces");
    assert_eq!(asks[0].words, "幸福小区 3 号楼 102");
    assert!(households::mine(&db, &li).await.unwrap().asked.is_some());
    let elsewhere = scene.world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    assert!(households::asks(&db, &elsewhere).await.unwrap().is_empty());
    assert!(households::answer_ask(&db, &elsewhere, asks[0].person).await.is_err());
    households::confirm(&db, &scene.clerk, &confirm(scene.doors[1], "13800001234")).await.unwrap();
    assert!(households::asks(&db, &scene.clerk).await.unwrap().is_empty(), "answered by the confirmation");
}

#[tokio::test]
async fn a_name_is_changed_at_the_window_of_ones_homes_only_and_the_log_says_so() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let named = async |name: &str, door: usize, phone: &str| {
        let asked = Confirm { name: name.into(), ..confirm(scene.doors[door], phone) };
        households::confirm(&db, &scene.clerk, &asked).await
    };
    let away = "13900000007";
    scene.world.resident("钱多", away).await;
    let elsewhere = scene.world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    let grid: String =
        sqlx::query_scalar("select code from area where path like '152921.WNS1.%' order by path desc limit 1")
            .fetch_one(db.pool())
            .await
            .unwrap();
    let far = building(&scene.world, &elsewhere, &grid, "1号楼").await;
    let page = households::building(&db, &elsewhere, far).await.unwrap();
    households::confirm(&db, &elsewhere, &confirm(page.households[0].id, away)).await.unwrap();
    let renamed = named("别的名字", 0, away).await.err();
    assert_eq!(renamed, Some(Error::field("name", Reason::NeedsAnotherPerson)), "their home lies elsewhere");
    assert!(named("钱多", 0, away).await.is_ok(), "the name they have changes nothing");

    let near = "13900000008";
    scene.world.resident("孙", near).await;
    assert!(named("孙明", 1, near).await.is_ok(), "as the document says");
    let logged: Vec<(Option<serde_json::Value>, serde_json::Value)> =
        sqlx::query_as("select before, after from audit_event where action = 'person.name'")
            .fetch_all(db.pool())
            .await
            .unwrap();
    assert_eq!(logged.len(), 1);
    let (before, after) = &logged[0];
    assert!(before.is_some() && before.as_ref() != Some(after), "that it changed, not from what to what");
    assert!(!format!("{before:?}{after}").contains('孙'));
    scene.audit_holds().await;
}

#[tokio::test]
async fn a_home_of_a_door_that_is_none_any_more_can_be_ended() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    scene.lives("李", "13800000001", 0).await;
    sqlx::query("update household set active = false where id = $1")
        .bind(scene.doors[0].uuid())
        .execute(db.pool())
        .await
        .unwrap();
    let home: Uuid = sqlx::query_scalar("select id from residence").fetch_one(db.pool()).await.unwrap();
    households::end(&db, &scene.clerk, ResidenceId::from_uuid(home)).await.unwrap();
    let again = households::confirm(&db, &scene.clerk, &confirm(scene.doors[0], "13800000001")).await.err();
    assert!(matches!(again, Some(Error::NotFound { .. })), "nobody moves in there");
}
