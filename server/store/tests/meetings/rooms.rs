//! A topic from its proposal to its result.

use chrono::TimeDelta;
use gongzhi_domain::content::{Ruling, Verdict};
use gongzhi_domain::ids::RoomId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::Version;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::room::RoomState;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::moderation;
use gongzhi_store::rooms::{self, Move, NewTopic};
use uuid::Uuid;

use crate::scene::Scene;

fn topic() -> NewTopic {
    NewTopic {
        area: "BYH1A".into(),
        title: "电动车\n充电棚".into(),
        text: "楼下没有地方充电，大家拉线上楼。联系我 13812345678。".into(),
    }
}

fn id() -> RoomId {
    RoomId::from_uuid(Uuid::now_v7())
}

async fn publish_all(scene: &Scene) {
    let db = scene.world.db();
    let queue = moderation::queue(&db, &scene.clerk, None, None).await.unwrap();
    for item in queue.items {
        let ruling = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
        moderation::rule(&db, &scene.clerk, item.content, item.version, &ruling).await.unwrap();
    }
}

async fn state(scene: &Scene, actor: &Actor, room: RoomId) -> RoomState {
    rooms::room(&scene.world.db(), actor, room).await.unwrap().card.state
}

#[tokio::test]
async fn a_topic_is_looked_at_talked_about_decided_and_carried_out() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let (li, wang) = (scene.lives("李", "13800000001", 0).await, scene.lives("王", "13800000002", 1).await);
    let room = id();
    assert_eq!(rooms::propose(&db, &li, room, &topic()).await.unwrap(), room);
    assert_eq!(rooms::propose(&db, &li, room, &topic()).await.unwrap(), room, "sent twice, proposed once");
    assert!(matches!(rooms::propose(&db, &wang, room, &topic()).await, Err(Error::Duplicate { .. })));
    assert!(matches!(rooms::room(&db, &wang, room).await, Err(Error::NotFound { .. })), "nobody has looked at it");
    assert!(rooms::room(&db, &li, room).await.unwrap().mine);
    let open = Move::Open { title: Named::new("建充电棚", "A charging shed") };
    let unseen = rooms::go_on(&db, &scene.officer, room, Version(1), &open).await.err();
    assert_eq!(unseen, Some(Error::field("title", Reason::NotOpenNow)));
    publish_all(&scene).await;
    let page = rooms::room(&db, &wang, room).await.unwrap();
    assert_eq!(page.proposed_title, "电动车 充电棚");
    assert!(page.topic.contains("138********"), "{}", page.topic);
    let early = rooms::say(&db, &wang, room, Uuid::now_v7(), "支持").await.err();
    assert_eq!(early, Some(Error::field("text", Reason::NotOpenNow)));
    rooms::go_on(&db, &scene.officer, room, Version(1), &open).await.unwrap();
    assert!(matches!(rooms::go_on(&db, &scene.officer, room, Version(1), &open).await, Err(Error::Stale { .. })));

    let key = Uuid::now_v7();
    rooms::say(&db, &wang, room, key, "建在车库旁边。").await.unwrap();
    rooms::say(&db, &wang, room, key, "建在车库旁边。").await.unwrap();
    assert_eq!(rooms::room(&db, &wang, room).await.unwrap().posts.len(), 1);
    assert!(rooms::room(&db, &li, room).await.unwrap().posts.is_empty(), "others see it once it was looked at");
    publish_all(&scene).await;
    assert_eq!(rooms::room(&db, &scene.world.visitor(), room).await.unwrap().posts.len(), 1);

    let decide = |due_on| Move::Decide {
        decision: "在车库旁建棚".into(),
        grounds: "大家都赞成".into(),
        carried_by: "安居物业".into(),
        due_on,
    };
    let wrong = rooms::go_on(&db, &scene.officer, room, Version(2), &decide(None)).await.err();
    assert_eq!(wrong, Some(Error::field("due_on", Reason::NotADate)));
    let yesterday = Some(db.today() - TimeDelta::days(1));
    let wrong = rooms::go_on(&db, &scene.officer, room, Version(2), &decide(yesterday)).await.err();
    assert_eq!(wrong, Some(Error::field("due_on", Reason::InThePast)));
    let in_may = Some(db.today() + TimeDelta::days(60));
    rooms::go_on(&db, &scene.officer, room, Version(2), &decide(in_may)).await.unwrap();
    let late = rooms::say(&db, &li, room, Uuid::now_v7(), "再想想").await.err();
    assert_eq!(late, Some(Error::field("text", Reason::NotOpenNow)));
    let close = Move::Close { result: "五月一日建成，十个充电位。".into() };
    rooms::go_on(&db, &scene.officer, room, Version(3), &close).await.unwrap();
    let page = rooms::room(&db, &scene.world.visitor(), room).await.unwrap();
    assert_eq!(page.card.state, RoomState::Closed);
    assert_eq!(page.decision.unwrap().result, "五月一日建成，十个充电位。");
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where kind = 'room' and person_id = $1")
        .bind(wang.person.unwrap().uuid())
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(told, 2, "who took part is told of decision and result");
    scene.audit_holds().await;
}

#[tokio::test]
async fn a_topic_that_is_not_opened_says_why_and_moves_go_in_order() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.world.resident("李", "13800000001").await.actor();
    let room = rooms::propose(&db, &li, id(), &topic()).await.unwrap();
    let close = Move::Close { result: "办好了".into() };
    let refused = rooms::go_on(&db, &scene.officer, room, Version(1), &close).await.err();
    assert_eq!(refused, Some(Error::field("move", Reason::NotOpenNow)));
    let wordless = Move::Decline { reason: " ".into() };
    let refused = rooms::go_on(&db, &scene.officer, room, Version(1), &wordless).await.err();
    assert_eq!(refused, Some(Error::field("reason", Reason::Missing)));
    let elsewhere = scene.world.staff(Role::PactOfficer, "OFFICE2", "WNS1").await;
    let decline = Move::Decline { reason: "已列入改造计划。".into() };
    assert!(matches!(rooms::go_on(&db, &elsewhere, room, Version(1), &decline).await, Err(Error::Forbidden { .. })));
    rooms::go_on(&db, &scene.officer, room, Version(1), &decline).await.unwrap();
    assert_eq!(state(&scene, &li, room).await, RoomState::Declined);
    assert_eq!(rooms::room(&db, &li, room).await.unwrap().reason, "已列入改造计划。");
    assert!(rooms::list(&db, &li, None, None).await.unwrap().0.is_empty());
}

#[tokio::test]
async fn what_is_typed_wrong_is_named_and_flooding_is_limited() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.world.resident("李", "13800000001").await.actor();
    let wrong = rooms::propose(&db, &li, id(), &NewTopic::default()).await.err().unwrap();
    let fields: Vec<&str> = wrong.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["area", "title", "text"]);
    assert_eq!(rooms::propose(&db, &scene.world.visitor(), id(), &topic()).await.err(), Some(Error::NotSignedIn));
    for _ in 0..5 {
        rooms::propose(&db, &li, id(), &topic()).await.unwrap();
    }
    assert!(matches!(rooms::propose(&db, &li, id(), &topic()).await, Err(Error::TooMany { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_moves_at_once_one_is_made() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.world.resident("李", "13800000001").await.actor();
    let room = rooms::propose(&db, &li, id(), &topic()).await.unwrap();
    publish_all(&scene).await;
    let spawn = |mv: Move| {
        let (db, officer) = (scene.world.db(), scene.officer.clone());
        tokio::spawn(async move { rooms::go_on(&db, &officer, room, Version(1), &mv).await })
    };
    let first = spawn(Move::Open { title: Named::new("充电棚", "") });
    let second = spawn(Move::Decline { reason: "不开".into() });
    let answers = [first.await.unwrap(), second.await.unwrap()];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.contains(&Err(Error::Stale { now: Version(2) })), "{answers:?}");
}

#[tokio::test]
async fn the_newest_of_a_long_talk_are_shown_and_older_ones_lie_behind_a_link() {
    let scene = Scene::new().await;
    let db = scene.world.db();
    let li = scene.lives("李", "13800000001", 0).await;
    let room = id();
    rooms::propose(&db, &li, room, &topic()).await.unwrap();
    publish_all(&scene).await;
    let open = Move::Open { title: Named::new("建充电棚", "A charging shed") };
    rooms::go_on(&db, &scene.officer, room, Version(1), &open).await.unwrap();
    rooms::say(&db, &li, room, Uuid::now_v7(), "第一句").await.unwrap();
    publish_all(&scene).await;
    // A hundred and fifty more as the first, each a second later.
    let copies = "with copy as (insert into content select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
             'public_text', 'n' || n))).* from content c join room_post o on o.content_id = c.id, generate_series(1, 150) n
             where o.room_id = $1 returning id, public_text)
         insert into room_post (id, room_id, content_id, person_id, at)
         select gen_random_uuid(), $1, copy.id, $2, $3::timestamptz + substr(public_text, 2)::int * interval '1 second' from copy";
    let pool = scene.world.superuser().await;
    let copied = sqlx::query(copies)
        .bind(room.uuid())
        .bind(li.person.unwrap().uuid())
        .bind(db.now())
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(copied.rows_affected(), 150);
    let page = rooms::room(&db, &li, room).await.unwrap();
    assert_eq!((page.card.posts, page.posts.len()), (151, 100));
    assert_eq!(
        (page.posts[0].text.as_str(), page.posts[99].text.as_str()),
        ("n51", "n150"),
        "the newest, oldest first"
    );
    let older = rooms::room_before(&db, &li, room, page.older.as_deref()).await.unwrap();
    assert_eq!((older.posts.len(), older.posts[50].text.as_str(), older.older), (51, "n50", None));
    assert_eq!(older.posts[0].text, "第一句");
}
