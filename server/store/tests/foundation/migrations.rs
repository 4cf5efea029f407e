//! A migrated database is complete, and migrating it again changes nothing.

use chrono::NaiveDate;
use gongzhi_store::migrate;
use gongzhi_store::testing::World;

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let world = World::new().await;
    let db = world.db();
    assert_eq!(migrate::pending(&db).await.unwrap(), 0);
    let pool = world.superuser().await;
    sqlx::query("delete from calendar_day where day = '2026-01-01'").execute(&pool).await.unwrap();
    migrate::run(&world.options()).await.unwrap();
    let mended: i64 = sqlx::query_scalar("select count(*) from calendar_day where day = '2026-01-01'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(mended, 0, "what an administrator changed in a loaded year stays");
    sqlx::query("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(migrate::pending(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn the_calendar_knows_holidays_and_make_up_days() {
    let world = World::new().await;
    let calendar = world.db().calendar().await.unwrap();
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    assert_eq!(calendar.is_work_day(day(2023, 1, 28)), Ok(true), "a Saturday that is made up");
    assert_eq!(calendar.is_work_day(day(2023, 1, 23)), Ok(false), "a Monday of the Spring Festival");
    assert_eq!(calendar.is_work_day(day(2026, 3, 2)), Ok(true));
    assert!(calendar.is_work_day(day(2031, 3, 3)).is_err(), "a year that is not loaded is unknown");
}
