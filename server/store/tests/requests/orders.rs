//! An order's way from received to closed, and the moves that are refused on it.

use chrono::TimeDelta;
use gongzhi_domain::clock::{Clock, Health};
use gongzhi_domain::order::{Move, State, Version};
use gongzhi_domain::person::Role;
use gongzhi_domain::request::{Kind, Told};
use gongzhi_domain::view::EventName;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::audit;
use gongzhi_store::orders::{self, Accept, Dispatch, SendBack};
use gongzhi_store::requests::{self, FileRequest};
use gongzhi_store::testing::{Filing, World};

use crate::story::{Far, Reported, accepted, answer, bring, contact, desk, holder, lamp, rating};

#[tokio::test]
async fn a_resident_is_answered_and_rates() {
    let Reported { world, desk, li, number, order: id } = Reported::dark_lamp().await;
    let at = bring(&world, &desk, id, Far::Replied).await;
    let page = requests::page(&world.db(), &li, None, number).await.unwrap();
    assert!(page.can_rate && page.can_redo && page.version == at);
    let reply = page.reply.unwrap();
    assert!(reply.text.contains("已更换") && reply.unit.zh == "城市管理局");
    world.later(TimeDelta::hours(2));
    let moved = requests::rate(&world.db(), &li, None, number, at, &rating(Told::Yes, 5, "谢谢")).await.unwrap();
    assert_eq!(moved.state, State::Closed);
    let page = requests::page(&world.db(), &li, None, number).await.unwrap();
    assert_eq!(page.rating.unwrap().comment, "谢谢");
    let names: Vec<EventName> = page.timeline.iter().map(|line| line.what).collect();
    use EventName::{Accepted, Closed, Contacted, Dispatched, Filed, HandlingStarted, Replied};
    assert_eq!(names, [Filed, Accepted, Dispatched, HandlingStarted, Contacted, Replied, Closed]);
    assert!(audit::verify(&world.db()).await.unwrap().broken.is_none());
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where person_id = $1")
        .bind(li.person.unwrap().uuid())
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    assert_eq!(told, 5, "filed, accepted, dispatched, replied, closed");
}

#[tokio::test]
async fn not_solved_goes_back_with_half_the_time_and_a_superior_watching() {
    let Reported { world, desk, li, number, order: id } = Reported::dark_lamp().await;
    let at = bring(&world, &desk, id, Far::Replied).await;
    let wordless = requests::rate(&world.db(), &li, None, number, at, &rating(Told::No, 1, "")).await;
    assert_eq!(wordless, Err(Error::field("comment", Reason::Missing)));
    let moved = requests::rate(&world.db(), &li, None, number, at, &rating(Told::No, 1, "还是不亮")).await.unwrap();
    assert_eq!(moved.state, State::Handling);
    let page = orders::page(&world.db(), &desk.handler, id).await.unwrap();
    assert_eq!((page.card.flags.round, page.card.flags.supervise), (2, 1));
    let handling = page.clocks.iter().find(|view| view.clock == Clock::Handling).unwrap();
    assert_eq!(handling.limit_minutes, 7 * 8 * 60 / 2);
    assert_eq!(handling.due, page.card.due);
    // The second round needs its own contact, reply and approval.
    let wrong = orders::submit_reply(&world.db(), &desk.handler, id, moved.version, &answer()).await;
    assert!(matches!(wrong, Err(Error::IllegalMove { .. })), "{wrong:?}");
    let at =
        orders::log_contact(&world.db(), &desk.handler, id, moved.version, &contact(&world)).await.unwrap().version;
    let at = orders::submit_reply(&world.db(), &desk.handler, id, at, &answer()).await.unwrap().version;
    let at = orders::approve_reply(&world.db(), &desk.manager, id, at).await.unwrap().version;
    let closed =
        orders::follow_up_close(&world.db(), &desk.follow_up, id, at, &rating(Told::Yes, 4, "")).await.unwrap();
    assert_eq!(closed.state, State::Closed);
}

#[tokio::test]
async fn each_role_moves_only_what_is_theirs() {
    let Reported { world, desk, li, order: id, .. } = Reported::dark_lamp().await;
    let db = world.db();
    let elsewhere = world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    for actor in [&li, &elsewhere, &desk.handler, &desk.dispatcher] {
        let refused = orders::accept(&db, actor, id, Version(1), &accepted()).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    assert_eq!(orders::accept(&db, &world.visitor(), id, Version(1), &accepted()).await, Err(Error::NotSignedIn));
    let at = bring(&world, &desk, id, Far::Review).await;
    let other_unit = world.staff(Role::UnitManager, "OFFICE1", "BYH1").await;
    let co_unit = world.staff(Role::UnitManager, "PROP", "BYH1A").await;
    for manager in [&other_unit, &co_unit] {
        let refused = orders::approve_reply(&world.db(), manager, id, at).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "the reply is the lead unit's: {refused:?}");
    }
    assert!(orders::page(&world.db(), &co_unit, id).await.is_ok(), "a co-unit reads the order");
    assert!(orders::page(&world.db(), &other_unit, id).await.is_err());
    assert!(orders::page(&world.db(), &li, id).await.is_err());
}

#[tokio::test]
async fn illegal_and_stale_moves_say_what_could_be_done() {
    let Reported { world, desk, order: id, .. } = Reported::dark_lamp().await;
    let early = Dispatch { lead: world.unit("CITY").await, co_units: Vec::new(), basis: "目录".into() };
    let Err(Error::IllegalMove { state, mv, possible }) =
        orders::dispatch(&world.db(), &desk.dispatcher, id, Version(1), &early).await
    else {
        panic!("received orders are not dispatched")
    };
    assert_eq!((state, mv), (State::Received, Move::Dispatch));
    assert!(possible.contains(&Move::Accept));
    let at = bring(&world, &desk, id, Far::Accepted).await;
    assert_eq!(at, Version(2));
    let same = orders::accept(&world.db(), &desk.clerk, id, Version(1), &accepted()).await.unwrap();
    assert!(same.already);
    let other = Accept { category: "power".into(), ..accepted() };
    assert_eq!(orders::accept(&world.db(), &desk.clerk, id, Version(1), &other).await, Err(Error::Stale { now: at }));
    let nowhere = Dispatch { lead: world.unit("CENTRE").await, ..early };
    let refused = orders::dispatch(&world.db(), &desk.dispatcher, id, at, &nowhere).await;
    assert_eq!(refused, Err(Error::field("lead", Reason::NotAChoice)), "the centre takes no orders");
}

#[tokio::test]
async fn a_reply_is_mended_and_never_approved_by_its_writer() {
    let Reported { world, desk, li, number, order: id } = Reported::dark_lamp().await;
    let at = bring(&world, &desk, id, Far::Review).await;
    let at = orders::send_back(&world.db(), &desk.manager, id, at, &SendBack { remark: "写清楚换了几盏".into() })
        .await
        .unwrap()
        .version;
    assert!(requests::page(&world.db(), &li, None, number).await.unwrap().reply.is_none());
    let page = orders::page(&world.db(), &desk.handler, id).await.unwrap();
    assert!(page.internal_notes.iter().any(|line| line.note.as_deref() == Some("写清楚换了几盏")));
    let better =
        orders::SubmitReply { public: "三盏路灯已更换，有事请打 13987654321。".into(), ..answer() };
    let at = orders::submit_reply(&world.db(), &desk.handler, id, at, &better).await.unwrap().version;
    // One person who both handles and manages.
    let db = world.db();
    let mut both = desk.handler.clone();
    both.memberships.extend(desk.manager.memberships.clone());
    let own = orders::approve_reply(&db, &both, id, at).await;
    assert_eq!(own, Err(Error::field("approver", Reason::NeedsAnotherPerson)));
    orders::approve_reply(&db, &desk.manager, id, at).await.unwrap();
    let reply = requests::page(&world.db(), &li, None, number).await.unwrap().reply.unwrap();
    assert!(reply.text.starts_with("三盏") && reply.text.contains("139********"), "{}", reply.text);
}

#[tokio::test]
async fn the_clock_starts_and_closes_by_itself() {
    let Reported { world, desk, li, order: waiting, .. } = Reported::dark_lamp().await;
    let answered = world.files(&li, lamp(&world)).await;
    bring(&world, &desk, answered.order, Far::Replied).await;
    bring(&world, &desk, waiting, Far::Dispatched).await;
    assert_eq!(orders::tick(&world.db()).await.unwrap(), orders::Ticked::default());
    world.later(TimeDelta::hours(25));
    assert_eq!(orders::tick(&world.db()).await.unwrap(), orders::Ticked { started: 1, closed: 0 });
    world.later(TimeDelta::days(7));
    assert_eq!(orders::tick(&world.db()).await.unwrap(), orders::Ticked { started: 0, closed: 1 });
    assert_eq!(orders::tick(&world.db()).await.unwrap(), orders::Ticked::default(), "twice changes nothing");
    let page = requests::page(&world.db(), &li, None, answered.number).await.unwrap();
    assert_eq!(page.card.state, State::Closed);
    assert!(!page.can_rate);
}

#[tokio::test]
async fn the_order_page_shows_what_this_reader_may_do() {
    let Reported { world, desk, order: id, .. } = Reported::dark_lamp().await;
    let moves = async |actor| -> Vec<Move> {
        orders::page(&world.db(), actor, id).await.unwrap().moves.into_iter().map(|view| view.mv).collect()
    };
    assert!(moves(&desk.clerk).await.contains(&Move::Accept));
    assert!(!moves(&desk.dispatcher).await.contains(&Move::Dispatch));
    bring(&world, &desk, id, Far::Accepted).await;
    let page = orders::page(&world.db(), &desk.dispatcher, id).await.unwrap();
    assert!(page.moves.iter().any(|view| view.mv == Move::Dispatch));
    assert_eq!(page.units.len(), 4, "those that take orders");
    let request = &page.requests[0];
    assert_eq!(request.contact_phone.as_deref(), Some("138****1234"));
    assert_eq!(request.contact_name, "李＊");
    let dispatch = page.clocks.iter().find(|view| view.clock == Clock::Dispatch).unwrap();
    assert_eq!(dispatch.state, Health::Running);
    assert!(page.card.due.is_some());
}

#[tokio::test]
async fn a_contact_is_shown_only_with_a_reason_and_a_trace() {
    let Reported { world, desk, li, order: id, .. } = Reported::dark_lamp().await;
    let request = orders::page(&world.db(), &desk.clerk, id).await.unwrap().requests[0].id;
    let wordless = requests::reveal_contact(&world.db(), &desk.clerk, request, " ").await;
    assert_eq!(wordless.err(), Some(Error::field("reason", Reason::Missing)));
    assert!(requests::reveal_contact(&world.db(), &desk.handler, request, "联系").await.is_err(), "not their order");
    let contact = requests::reveal_contact(&world.db(), &desk.clerk, request, "电话核实地点").await.unwrap();
    assert_eq!((contact.name.as_str(), contact.phone.unwrap().full()), ("李四", "13800001234"));
    let traces: i64 =
        sqlx::query_scalar("select count(*) from audit_event where action = 'contact.reveal' and stream = $1")
            .bind(format!("person:{}", li.person.unwrap()))
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!(traces, 1);
}

#[tokio::test]
async fn a_tip_off_never_reaches_the_accused_unit() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let accused = world.unit("CITY").await;
    let tip = FileRequest { kind: Kind::TipOff, accused_unit: Some(accused), ..lamp(&world) };
    let Filing { number, order: id } = world.files(&li, tip).await;
    let of_accused = world.staff(Role::Clerk, "CITY", "152921").await;
    assert!(orders::page(&world.db(), &of_accused, id).await.is_err());
    assert!(orders::of_number(&world.db(), &of_accused, number).await.is_err());
    let at = bring(&world, &desk, id, Far::Accepted).await;
    let page = orders::page(&world.db(), &desk.dispatcher, id).await.unwrap();
    assert!(page.units.iter().all(|unit| unit.id != accused));
    assert_eq!(page.requests[0].contact_phone, None, "its writer is shown to the fewest");
    let to_accused = Dispatch { lead: accused, co_units: Vec::new(), basis: "目录".into() };
    let refused = orders::dispatch(&world.db(), &desk.dispatcher, id, at, &to_accused).await;
    assert_eq!(refused, Err(Error::field("lead", Reason::NotAChoice)));
    let shown = requests::page(&world.db(), &world.visitor(), Some(&holder(&world, "a stranger")), number).await;
    assert!(matches!(shown, Err(Error::NotFound { .. })));
}
