//! Good neighbours: named, endorsed, picked, and shown only while they agree.

use gongzhi_domain::content::{Ruling, Verdict};
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::keeping::{self, NewNomination};
use gongzhi_store::moderation;
use gongzhi_store::testing::World;
use uuid::Uuid;

use crate::story::neighbour;

fn praise(phone: &str) -> NewNomination {
    NewNomination {
        key: Uuid::new_v4(),
        phone: phone.to_owned(),
        area: "BYH1A1".into(),
        reason: "每天帮楼上的老人买菜，刮风下雨也不落下".into(),
    }
}

#[tokio::test]
async fn nobody_is_shown_before_they_agree_and_they_can_end_it() {
    let world = World::new().await;
    let db = world.db();
    let (li, wang, zhao) = (neighbour(&world, 1).await, neighbour(&world, 2).await, neighbour(&world, 3).await);
    let (officer, clerk) =
        (world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await, world.staff(Role::Clerk, "CENTRE", "152921").await);
    let own = keeping::nominate(&db, &li.actor, &praise(&li.phone)).await;
    assert_eq!(own, Err(Error::field("phone", Reason::NeedsAnotherPerson)));
    let new = praise(&wang.phone);
    let id = keeping::nominate(&db, &li.actor, &new).await.unwrap();
    assert_eq!(keeping::nominate(&db, &li.actor, &new).await, Ok(id));
    let again = keeping::nominate(&db, &zhao.actor, &praise(&wang.phone)).await;
    assert_eq!(again, Err(Error::Duplicate { what: What::Nomination }));
    let told = gongzhi_store::outbox::mine(&db, &wang.actor, 3).await.unwrap();
    assert!(told[0].body.contains("好邻居"), "{told:?}");
    // Others read it only once somebody has looked.
    assert!(keeping::nominations(&db, &zhao.actor).await.unwrap().is_empty());
    assert!(keeping::endorse(&db, &zhao.actor, id).await.is_err());
    let item = moderation::queue(&db, &clerk, None, None).await.unwrap().items.remove(0);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    moderation::rule(&db, &clerk, item.content, item.version, &publish).await.unwrap();
    keeping::endorse(&db, &zhao.actor, id).await.unwrap();
    keeping::endorse(&db, &zhao.actor, id).await.unwrap();
    for own in [&li.actor, &wang.actor] {
        assert_eq!(keeping::endorse(&db, own, id).await, Err(Error::field("nomination", Reason::NeedsAnotherPerson)));
    }
    let count: i64 = sqlx::query_scalar("select count(*) from endorsement").fetch_one(db.pool()).await.unwrap();
    assert_eq!(count, 1, "once a person");
    let early = keeping::answer_nomination(&db, &wang.actor, id, Some("王阿姨")).await;
    assert_eq!(early, Err(Error::NotFound { what: What::Nomination }), "the committee picks first");
    assert!(matches!(keeping::pick(&db, &li.actor, id).await, Err(Error::Forbidden { .. })));
    keeping::pick(&db, &officer, id).await.unwrap();
    assert!(keeping::published(&db).await.unwrap().is_empty());
    let stranger = keeping::answer_nomination(&db, &li.actor, id, Some("王阿姨")).await;
    assert_eq!(stranger, Err(Error::NotFound { what: What::Nomination }));
    keeping::answer_nomination(&db, &wang.actor, id, Some("王阿姨")).await.unwrap();
    let shown = keeping::published(&db).await.unwrap();
    assert_eq!((shown.len(), shown[0].name.as_str()), (1, "王阿姨"));
    keeping::answer_nomination(&db, &wang.actor, id, None).await.unwrap();
    assert!(keeping::published(&db).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_database_refuses_an_endorsement_of_oneself_and_showing_without_consent() {
    let world = World::new().await;
    let db = world.db();
    let (li, wang) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let id = keeping::nominate(&db, &li.actor, &praise(&wang.phone)).await.unwrap();
    let pool = world.superuser().await;
    for (sql, rule) in [
        (
            "insert into endorsement select id, nominee_id, now() from nomination where id = $1",
            "endorsement_is_not_of_oneself",
        ),
        ("update nomination set state = 'published' where id = $1", "nomination_is_public_by_consent"),
        ("update nomination set nominee_id = nominated_by where id = $1", "nomination_is_of_another"),
    ] {
        let refused = sqlx::query(sql).bind(id.uuid()).execute(&pool).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some(rule));
    }
}

#[tokio::test]
async fn neither_side_of_a_nomination_moderates_it_and_the_nominator_hears() {
    let world = World::new().await;
    let db = world.db();
    let (li, wang) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    keeping::nominate(&db, &li.actor, &praise(&wang.phone)).await.unwrap();
    let item = moderation::queue(&db, &clerk, None, None).await.unwrap().items.remove(0);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    // The same desk, were one of the two to sit there.
    for side in [&li, &wang] {
        let own = gongzhi_domain::person::Actor { person: Some(side.person), ..clerk.clone() };
        assert!(moderation::queue(&db, &own, None, None).await.unwrap().items.is_empty());
        let refused = moderation::rule(&db, &own, item.content, item.version, &publish).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    moderation::rule(&db, &clerk, item.content, item.version, &publish).await.unwrap();
    let told = gongzhi_store::outbox::mine(&db, &li.actor, 3).await.unwrap();
    assert!(told[0].body.contains("审核通过"), "{told:?}");
}

#[tokio::test]
async fn nobody_nominates_a_whole_street_in_a_day() {
    let world = World::new().await;
    let db = world.db();
    let li = neighbour(&world, 1).await;
    for n in 10..15 {
        keeping::nominate(&db, &li.actor, &praise(&crate::story::phone(n))).await.unwrap();
    }
    let refused = keeping::nominate(&db, &li.actor, &praise(&crate::story::phone(15))).await;
    assert!(matches!(refused, Err(Error::TooMany { .. })), "{refused:?}");
}
