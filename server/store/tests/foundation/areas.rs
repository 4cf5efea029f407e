//! Which area a point lies in, and what areas are called.

use std::sync::Arc;

use chrono::TimeDelta;
use gongzhi_domain::area::Point;
use gongzhi_domain::person::Role;
use gongzhi_store::testing::World;
use gongzhi_store::units;

fn at(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

#[tokio::test]
async fn the_smallest_area_that_holds_a_point_wins() {
    let world = World::new().await;
    let areas = world.db().areas().await.unwrap();
    let code = |lat, lon| areas.locate(at(lat, lon)).map(|area| area.code.as_str());
    assert_eq!(code(38.805, 105.605), Some("BYH1A1"));
    assert_eq!(code(38.805, 105.615), Some("BYH1A2"));
    assert_eq!(code(38.8001, 105.6599), Some("WNS1A2"));
    assert_eq!(code(38.84, 105.63), Some("152921"), "in no grid: the nearest area that holds it");
    assert_eq!(code(39.5, 105.63), None);
    assert!(code(38.805, 105.61).is_some(), "a point on the line between two grids lies in one of them");
}

#[tokio::test]
async fn names_codes_and_choices() {
    let world = World::new().await;
    let areas = world.db().areas().await.unwrap();
    let grid = world.area("BYH1B2").await;
    let names: Vec<String> = areas.chain(grid).into_iter().map(|name| name.zh).collect();
    assert_eq!(names, ["试验旗", "巴镇", "西城社区", "西城二格"]);
    assert_eq!(areas.street_code(grid), "BYH1");
    assert_eq!(areas.street_code(world.area("WNS1").await), "WNS1");
    assert_eq!(areas.street_code(world.area("152921").await), "2921");
    let choices = areas.choices();
    let codes: Vec<_> = choices.iter().map(|choice| (choice.code.as_str(), choice.depth, choice.leaf)).collect();
    assert_eq!(codes.len(), 11);
    assert_eq!(
        &codes[..4],
        [("BYH1", 1, false), ("BYH1A", 2, false), ("BYH1A1", 3, true), ("BYH1A2", 3, true)],
        "every area is followed by what lies in it"
    );
    assert_eq!(
        areas.levels().iter().map(|level| level.name.en.as_str()).collect::<Vec<_>>(),
        ["Banner", "Town", "Community", "Grid"]
    );
    assert_eq!(areas.children(areas.root().unwrap().id).count(), 2);
}

#[tokio::test]
async fn an_area_that_ended_takes_no_new_place_but_keeps_its_name() {
    let world = World::new().await;
    let db = world.db();
    assert!(db.areas().await.unwrap().locate(at(38.805, 105.605)).is_some());
    let pool = world.superuser().await;
    sqlx::query("update area set active_from = '2020-01-01', active_to = '2021-01-01' where code = 'BYH1A1'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(db.areas().await.unwrap().locate(at(38.805, 105.605)).unwrap().code, "BYH1A1", "kept in memory");
    db.forget_cached();
    let areas = db.areas().await.unwrap();
    assert_eq!(areas.locate(at(38.805, 105.605)).unwrap().code, "BYH1A");
    assert_eq!(areas.by_code("BYH1A1").unwrap().name.zh, "东关一格");
    assert!(!areas.choices().iter().any(|choice| choice.code == "BYH1A1"));
}

#[tokio::test]
async fn an_area_ends_with_its_day_although_nobody_changes_anything_then() {
    let world = World::new().await;
    let pool = world.superuser().await;
    sqlx::query("update area set active_from = '2020-01-01', active_to = $1 where code = 'BYH1A1'")
        .bind(world.db().today() + TimeDelta::days(2))
        .execute(&pool)
        .await
        .unwrap();
    let (before, areas) = (world.db(), world.db().areas().await.unwrap());
    assert_eq!(areas.locate(at(38.805, 105.605)).unwrap().code, "BYH1A1");
    world.later(TimeDelta::days(1));
    assert!(Arc::ptr_eq(&areas, &world.db().areas().await.unwrap()), "no area ends on the next day");
    world.later(TimeDelta::days(1));
    let after = world.db().areas().await.unwrap();
    assert_eq!(after.locate(at(38.805, 105.605)).unwrap().code, "BYH1A");
    world.later(TimeDelta::days(700));
    assert!(Arc::ptr_eq(&after, &world.db().areas().await.unwrap()), "no other area ends");
    assert_eq!(before.areas().await.unwrap().locate(at(38.805, 105.605)).unwrap().code, "BYH1A1", "as it stood then");
}

#[tokio::test]
async fn a_map_shows_areas_and_finds_the_way_back() {
    let world = World::new().await;
    let areas = world.db().areas().await.unwrap();
    let map = areas.map(areas.root().unwrap().id, Some(4)).unwrap();
    assert_eq!(map.shapes.len(), 6);
    let first = &map.shapes[0];
    assert_eq!((first.code.as_str(), first.d.as_str()), ("BYH1A1", "M0 214L167 214L167 0L0 0Z"));
    let here = at(38.8033, 105.6444);
    let (x, y) = map.place(here);
    assert!((0.0..=1000.0).contains(&x) && (0.0..=map.height).contains(&y));
    assert!(map.point(x, y).unwrap().distance_m(here) < 0.1);
    assert_eq!(areas.map(areas.root().unwrap().id, None).unwrap().shapes.len(), 2);
    assert!(areas.map(world.area("BYH1A1").await, None).is_none(), "nothing lies in a grid");
}

#[tokio::test]
async fn units_that_take_work() {
    let world = World::new().await;
    let db = world.db();
    let units = units::taking_work(&db).await.unwrap();
    assert_eq!(units.len(), 4);
    assert!(units.iter().all(|unit| unit.accepts_dispatch && unit.code != "CENTRE"));
    let centre = units::by_id(&db, world.unit("CENTRE").await).await.unwrap();
    assert_eq!(centre.name.zh, "社会治理服务中心");
    let nobody = gongzhi_domain::ids::UnitId::from_uuid(db.new_id());
    assert!(units::by_id(&db, nobody).await.is_err());
}

#[tokio::test]
async fn who_looks_after_a_grid() {
    let world = World::new().await;
    world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    world.staff(Role::GridHead, "OFFICE1", "BYH1A1").await;
    world.staff(Role::GridHead, "OFFICE1", "BYH1A2").await;
    world.staff(Role::Handler, "OFFICE1", "BYH1A1").await;
    let keepers = units::looking_after(&world.db(), world.area("BYH1A1").await).await.unwrap();
    let roles: Vec<_> = keepers.iter().map(|keeper| (keeper.role, keeper.unit.en.as_str())).collect();
    assert_eq!(roles, [(Role::GridHead, "Ba Town Office"), (Role::GridWorker, "Ba Town Office")]);
}
