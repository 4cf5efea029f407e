//! From a token to an actor: how long sessions live, and that they can be ended by their owner only.

use chrono::TimeDelta;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Lang, What};
use gongzhi_store::sessions::{self, Kind, SignedIn};
use gongzhi_store::testing::World;

async fn start(world: &World, actor: &Actor, kind: Kind) -> SignedIn {
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let started = sessions::start(&db, &mut tx, actor.person.unwrap(), kind, "192.0.2.3", "WeChat\u{7}").await.unwrap();
    tx.commit().await.unwrap();
    started
}

async fn who(world: &World, session: &SignedIn) -> Actor {
    sessions::actor(&world.db(), Some(&session.token), sessions::asking("192.0.2.4", Lang::En, "r1")).await.unwrap()
}

#[tokio::test]
async fn a_resident_stays_signed_in_for_thirty_days() {
    let world = World::new().await;
    let resident = world.resident("李", "13800001234").await;
    let session = start(&world, &resident.actor(), Kind::Resident).await;
    let actor = who(&world, &session).await;
    assert_eq!(
        (actor.person, actor.name.as_str(), actor.session),
        (Some(resident.person), "李", Some(session.session))
    );
    assert_eq!((actor.client.as_str(), actor.lang, actor.request_id.as_str()), ("192.0.2.4", Lang::En, "r1"));
    world.later(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert!(who(&world, &session).await.is_signed_in());
    world.later(TimeDelta::seconds(1));
    assert!(!who(&world, &session).await.is_signed_in());
    world.later(TimeDelta::days(31));
    assert_eq!(sessions::sweep(&world.db()).await.unwrap(), 1);
}

#[tokio::test]
async fn staff_are_signed_out_after_half_an_hour_without_a_page_and_after_twelve_hours() {
    let world = World::new().await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let session = start(&world, &clerk, Kind::Staff).await;
    for _ in 0..23 {
        world.later(TimeDelta::minutes(30));
        let actor = who(&world, &session).await;
        assert_eq!(actor.memberships, clerk.memberships);
    }
    world.later(TimeDelta::minutes(30));
    assert!(!who(&world, &session).await.is_signed_in(), "twelve hours");
    let session = start(&world, &clerk, Kind::Staff).await;
    world.later(TimeDelta::minutes(30) + TimeDelta::seconds(1));
    assert!(!who(&world, &session).await.is_signed_in(), "idle");
}

#[tokio::test]
async fn staff_who_sign_in_by_phone_act_as_residents() {
    let world = World::new().await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let session = start(&world, &clerk, Kind::Resident).await;
    let actor = who(&world, &session).await;
    assert_eq!((actor.person, actor.memberships.len(), actor.roles()), (clerk.person, 0, vec![Role::Resident]));
}

#[tokio::test]
async fn who_left_a_role_or_the_service_has_it_no_longer() {
    let world = World::new().await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let session = start(&world, &clerk, Kind::Staff).await;
    let pool = world.superuser().await;
    sqlx::query("update membership set since = '2026-01-01', until = '2026-03-02'").execute(&pool).await.unwrap();
    assert!(who(&world, &session).await.memberships.is_empty());
    sqlx::query("update staff_account set active = false").execute(&pool).await.unwrap();
    assert!(!who(&world, &session).await.is_signed_in());
}

#[tokio::test]
async fn an_unknown_or_absurd_token_is_a_visitor() {
    let world = World::new().await;
    let absurd = "x".repeat(10_000);
    for token in [None, Some(""), Some("unknown"), Some(absurd.as_str()), Some("'; drop table session")] {
        let actor = sessions::actor(&world.db(), token, world.visitor()).await.unwrap();
        assert!(!actor.is_signed_in());
    }
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_only() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let wang = world.resident("王", "13900001234").await.actor();
    let (phone, tablet) = (start(&world, &li, Kind::Resident).await, start(&world, &li, Kind::Resident).await);
    let other = start(&world, &wang, Kind::Resident).await;
    let li = who(&world, &phone).await;
    let mine = sessions::list_mine(&world.db(), &li).await.unwrap();
    assert_eq!(mine.len(), 2);
    assert_eq!(
        mine.iter().filter(|session| session.this).map(|session| session.id).collect::<Vec<_>>(),
        [phone.session]
    );
    assert_eq!(mine[0].agent, "WeChat", "control characters are gone");
    let not_mine = sessions::end_one(&world.db(), &li, other.session).await;
    assert_eq!(not_mine, Err(Error::NotFound { what: What::Session }));
    assert!(who(&world, &other).await.is_signed_in());
    sessions::end_one(&world.db(), &li, tablet.session).await.unwrap();
    assert!(!who(&world, &tablet).await.is_signed_in());
    sessions::end(&world.db(), &li).await.unwrap();
    assert!(!who(&world, &phone).await.is_signed_in());
    assert_eq!(sessions::end_one(&world.db(), &world.visitor(), other.session).await, Err(Error::NotSignedIn));
}

#[tokio::test]
async fn a_session_is_touched_at_most_once_a_minute() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let session = start(&world, &li, Kind::Resident).await;
    let began = world.now();
    let seen = async || {
        let at: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("select last_seen_at from session").fetch_one(world.db().pool()).await.unwrap();
        at - began
    };
    world.later(TimeDelta::seconds(59));
    who(&world, &session).await;
    assert_eq!(seen().await, TimeDelta::zero());
    world.later(TimeDelta::seconds(2));
    who(&world, &session).await;
    assert_eq!(seen().await, TimeDelta::seconds(61));
}

#[tokio::test]
async fn the_token_is_not_stored() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let session = start(&world, &li, Kind::Resident).await;
    let row: String = sqlx::query_scalar("select s::text from session s").fetch_one(world.db().pool()).await.unwrap();
    assert!(session.token.len() >= 43 && !row.contains(&session.token));
    assert!(!format!("{session:?}").contains(&session.token));
}
