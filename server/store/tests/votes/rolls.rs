//! The roll: what stands on it, who votes for a household, what an objection changes.

use chrono::TimeDelta;
use gongzhi_domain::pact::{Basis, Choice, Kind, Move, Secrecy};
use gongzhi_domain::person::Role;
use gongzhi_domain::roll::{Body, VoterHow};
use gongzhi_domain::{Error, Reason};
use gongzhi_store::roll::{self, Answer, Changed, Proxy};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::phone;
use gongzhi_store::testing::votes::{Door, Hall};
use sha2::{Digest as _, Sha256};

async fn announced(kind: Kind, doors: &[Door]) -> (World, Hall) {
    let world = World::new().await;
    let hall = Hall::new(&world, kind, Secrecy::Open, doors).await;
    hall.announce(&world).await;
    (world, hall)
}

#[tokio::test]
async fn every_door_is_a_vote_and_only_hash_and_totals_are_public() {
    let (world, hall) =
        announced(Kind::ResidentConvention, &[Door(vec![0, 1], 0), Door(vec![2], 0), Door(vec![], 0)]).await;
    let page = roll::page(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    let facts = page.roll.unwrap();
    assert_eq!(facts.units, [(Body::Statutory, 3)], "a door behind which nobody is known counts in the total");
    assert_eq!((facts.basis, facts.area_cm2), (Basis::Households, None));
    assert!(page.mine.is_empty());
    // The printed list is what the hash is of, and it names people.
    let printed = roll::print(&world.db(), &hall.committee, &hall.number).await.unwrap();
    let hash: String = Sha256::digest(printed.canonical.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((hash.as_str(), printed.sha256.as_str()), (facts.sha256.as_str(), facts.sha256.as_str()));
    assert!(printed.canonical.contains("住户2") && printed.canonical.contains("1单元103室"));
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_event where action = 'roll.print'")
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    assert_eq!(audited, 1);
    // It is printed by officers of the pact's area alone.
    let elsewhere = world.staff(Role::PactOfficer, "OFFICE2", "WNS1").await;
    for other in [&world.visitor(), &hall.actor(0), &elsewhere] {
        assert!(roll::print(&world.db(), other, &hall.number).await.is_err());
        assert!(roll::desk(&world.db(), other, &hall.number).await.is_err());
    }
}

#[tokio::test]
async fn rivals_are_settled_and_never_first_come() {
    let (world, hall) = announced(Kind::ResidentConvention, &[Door(vec![0, 1, 2], 0), Door(vec![3], 0)]).await;
    let db = world.db();
    let unit = hall.unit(&world, Body::Statutory, 1).await;
    let mine = |n: usize| {
        let (db, actor, number) = (world.db(), hall.actor(n), hall.number.clone());
        async move { roll::page(&db, &actor, &number).await.unwrap().mine.remove(0) }
    };
    assert_eq!(mine(3).await.voter.unwrap().2, VoterHow::Alone);
    roll::name_voter(&db, &hall.actor(0), &hall.number, unit, hall.people[0]).await.unwrap();
    assert!(mine(0).await.voter.is_none(), "the others have not said anything");
    roll::name_voter(&db, &hall.actor(1), &hall.number, unit, hall.people[1]).await.unwrap();
    assert!(mine(2).await.rivals);
    // The vote does not open over it.
    world.later(TimeDelta::days(16));
    hall.records(&world, "agenda", "notice").await;
    let refused = hall.assents(&world, &hall.committee, Move::OpenVote).await.unwrap_err();
    assert!(matches!(refused, Error::StillMissing { .. }), "{refused:?}");
    // A stranger is no choice, neither for them nor for the officer; the officer says why.
    let stranger = hall.people[3];
    let none = roll::name_voter(&db, &hall.actor(0), &hall.number, unit, stranger).await;
    assert_eq!(none, Err(Error::field("voter", Reason::NotAChoice)));
    let outsider = roll::name_voter(&db, &hall.actor(3), &hall.number, unit, stranger).await;
    assert!(matches!(outsider, Err(Error::Forbidden { .. })));
    let why = roll::settle(&db, &hall.committee, &hall.number, unit, hall.people[1], " ").await;
    assert_eq!(why, Err(Error::field("note", Reason::Missing)));
    roll::settle(&db, &hall.committee, &hall.number, unit, hall.people[1], "户主为住户1，已电话核对").await.unwrap();
    let settled = mine(0).await;
    assert_eq!(settled.voter.map(|(who, _, how)| (who, how)), Some((hall.people[1], VoterHow::Settled)));
    let late = roll::name_voter(&db, &hall.actor(0), &hall.number, unit, hall.people[0]).await;
    assert_eq!(late, Err(Error::field("voter", Reason::Closed)), "what was settled stands");
    assert!(hall.assents(&world, &hall.committee, Move::OpenVote).await.unwrap());
}

#[tokio::test]
async fn one_name_nobody_contradicted_votes_when_the_vote_opens() {
    let (world, hall) = announced(Kind::ResidentConvention, &[Door(vec![0, 1], 0), Door(vec![2, 3], 0)]).await;
    hall.agree(&world, 1, &[0], 0).await;
    hall.open(&world).await;
    let first = roll::page(&world.db(), &hall.actor(1), &hall.number).await.unwrap().mine.remove(0);
    assert_eq!(first.voter.map(|(who, _, how)| (who, how)), Some((hall.people[0], VoterHow::Agreed)));
    let second = roll::page(&world.db(), &hall.actor(2), &hall.number).await.unwrap().mine.remove(0);
    assert!(second.voter.is_none() && second.may_name, "they can still agree");
    hall.agree(&world, 2, &[2, 3], 3).await;
    let second = roll::page(&world.db(), &hall.actor(2), &hall.number).await.unwrap().mine.remove(0);
    assert_eq!(second.voter.map(|(who, ..)| who), Some(hall.people[3]));
}

#[tokio::test]
async fn an_upheld_objection_changes_the_roll_and_its_hash() {
    let (world, hall) =
        announced(Kind::ResidentConvention, &[Door(vec![0], 0), Door(vec![1], 0), Door(vec![], 0)]).await;
    let db = world.db();
    let before = roll::page(&db, &hall.actor(0), &hall.number).await.unwrap().roll.unwrap();
    roll::object(&db, &hall.actor(0), &hall.number, "住户1三年前已搬走").await.unwrap();
    roll::object(&db, &hall.actor(1), &hall.number, "103室住的是我父亲").await.unwrap();
    let empty = roll::object(&db, &hall.actor(1), &hall.number, "").await;
    assert_eq!(empty, Err(Error::field("words", Reason::Missing)));
    let desk = roll::desk(&db, &hall.committee, &hall.number).await.unwrap();
    assert_eq!(desk.objections.len(), 2);
    assert_eq!(desk.objections[0].words, "住户1三年前已搬走");
    let answer = |change, reason: &str| Answer { change, reason: reason.to_owned() };
    let (first, second) = (desk.objections[0].id, desk.objections[1].id);
    let strike = Changed::Strike { unit: 2, flat: None, phone: phone(1).full().to_owned() };
    let none = roll::answer(&db, &hall.committee, &hall.number, first, &answer(Some(strike.clone()), "")).await;
    assert_eq!(none, Err(Error::field("reason", Reason::Missing)));
    let wrong = Changed::Strike { unit: 1, flat: None, phone: phone(1).full().to_owned() };
    let wrong = roll::answer(&db, &hall.committee, &hall.number, first, &answer(Some(wrong), "已核实搬离")).await;
    assert_eq!(wrong, Err(Error::field("phone", Reason::NotOnTheRoll)));
    roll::answer(&db, &hall.committee, &hall.number, first, &answer(Some(strike), "已核实搬离")).await.unwrap();
    roll::answer(&db, &hall.committee, &hall.number, second, &answer(None, "登记表上无此人，请先到窗口登记"))
        .await
        .unwrap();
    let again = roll::answer(&db, &hall.committee, &hall.number, second, &answer(None, "再答一次")).await;
    assert!(matches!(again, Err(Error::Duplicate { .. })));
    let after = roll::page(&db, &hall.actor(0), &hall.number).await.unwrap();
    let facts = after.roll.unwrap();
    assert_ne!(facts.sha256, before.sha256);
    assert_eq!(facts.amendments.len(), 1);
    assert_eq!(facts.amendments[0].sha256, facts.sha256);
    assert_eq!(facts.units, before.units, "the door stays, whoever lives there");
    assert_eq!(after.said[0].answer, Some((true, "已核实搬离".to_owned())));
    let printed = roll::print(&db, &hall.committee, &hall.number).await.unwrap();
    assert!(!printed.canonical.contains("住户1"));
    // The one struck off votes no more.
    assert!(roll::page(&db, &hall.actor(1), &hall.number).await.unwrap().mine.is_empty());
    // After five days nobody objects.
    world.later(TimeDelta::days(6));
    let late = roll::object(&world.db(), &hall.actor(0), &hall.number, "又发现一处错误").await;
    assert_eq!(late, Err(Error::field("words", Reason::Closed)));
}

#[tokio::test]
async fn an_unanswered_objection_keeps_the_vote_closed() {
    let (world, hall) = announced(Kind::ResidentConvention, &Door::ones(3)).await;
    roll::object(&world.db(), &hall.actor(0), &hall.number, "名册漏了一户").await.unwrap();
    world.later(TimeDelta::days(16));
    hall.records(&world, "agenda", "notice").await;
    let refused = hall.assents(&world, &hall.committee, Move::OpenVote).await;
    assert!(matches!(refused, Err(Error::StillMissing { .. })), "{refused:?}");
}

#[tokio::test]
async fn owners_are_heads_with_their_flats_and_a_flat_without_area_stops_the_roll() {
    let world = World::new().await;
    let doors = [Door(vec![0], 800_000), Door(vec![0], 900_000), Door(vec![0, 1], 1_000_000), Door(vec![2], 0)];
    let hall = Hall::new(&world, Kind::OwnersCovenant, Secrecy::Open, &doors).await;
    hall.assents(&world, &hall.branch, Move::Freeze).await.unwrap();
    let refused = hall.assents(&world, &hall.committee, Move::Freeze).await;
    assert_eq!(refused, Err(Error::field("floor_area", Reason::Missing)));
    assert_eq!(roll::desk(&world.db(), &hall.committee, &hall.number).await.unwrap().without_area, 1);
    sqlx::query("update household set area_cm2 = 700000 where area_cm2 is null")
        .execute(world.db().pool())
        .await
        .unwrap();
    assert!(hall.assents(&world, &hall.committee, Move::Freeze).await.unwrap());
    let facts = roll::page(&world.db(), &world.visitor(), &hall.number).await.unwrap().roll.unwrap();
    assert_eq!(facts.units, [(Body::Statutory, 3)], "one buyer of two flats is one head");
    assert_eq!(facts.area_cm2, Some(3_400_000));
    // An area that was wrong is corrected by an upheld objection.
    let db = world.db();
    roll::object(&db, &hall.actor(2), &hall.number, "我家是75平方米").await.unwrap();
    let objection = roll::desk(&db, &hall.committee, &hall.number).await.unwrap().objections[0].id;
    let change = Changed::Area { unit: 3, flat: Some(1), area_cm2: 750_000 };
    let answer = Answer { change: Some(change), reason: "按不动产登记更正".to_owned() };
    roll::answer(&db, &hall.committee, &hall.number, objection, &answer).await.unwrap();
    let facts = roll::page(&db, &world.visitor(), &hall.number).await.unwrap().roll.unwrap();
    assert_eq!(facts.area_cm2, Some(3_450_000));
}

#[tokio::test]
async fn a_proxy_is_written_and_three_is_the_most() {
    let world = World::new().await;
    let hall = Hall::new(&world, Kind::OwnersCovenant, Secrecy::Open, &Door::ones(6)).await;
    // The law's profile knows no proxies unless a local rule does.
    let local = "update rule_profile set body = jsonb_set(body, '{proxies}', '{\"allowed\": true, \"written\": true, \"most\": 3}')";
    sqlx::query(local).execute(&world.superuser().await).await.unwrap();
    hall.announce(&world).await;
    let db = world.db();
    let proxy = |unit: i32, paper: &str| Proxy { unit, phone: phone(5).full().to_owned(), paper: paper.to_owned() };
    let none = roll::give_proxy(&db, &hall.committee, &hall.number, &proxy(1, "")).await;
    assert_eq!(none, Err(Error::field("paper", Reason::Missing)));
    for unit in 1..=3 {
        roll::give_proxy(&db, &hall.committee, &hall.number, &proxy(unit, "委托书第1页，存居委会")).await.unwrap();
    }
    let fourth = roll::give_proxy(&db, &hall.committee, &hall.number, &proxy(4, "委托书第4页")).await;
    assert_eq!(fourth, Err(Error::field("phone", Reason::OutOfRange { min: 0, max: 3 })));
    let another = Proxy { phone: phone(4).full().to_owned(), ..proxy(1, "委托书第5页") };
    let twice = roll::give_proxy(&db, &hall.committee, &hall.number, &another).await;
    assert_eq!(twice, Err(Error::field("unit", Reason::Taken)));
    hall.open(&world).await;
    assert!(matches!(hall.votes(&world, 0, 1, Choice::Yes).await, Err(Error::Forbidden { .. })), "the holder votes");
    hall.votes(&world, 5, 1, Choice::Yes).await.unwrap();
    hall.votes(&world, 5, 6, Choice::No).await.unwrap();
    assert!(hall.votes(&world, 5, 4, Choice::Yes).await.is_err());
    roll::take_back_proxy(&world.db(), &hall.committee, &hall.number, 2).await.unwrap();
    hall.votes(&world, 1, 2, Choice::Yes).await.unwrap();
    let late = roll::take_back_proxy(&world.db(), &hall.committee, &hall.number, 1).await;
    assert_eq!(late, Err(Error::field("unit", Reason::NotAChoice)), "it took part");
}

#[tokio::test]
async fn members_of_bodies_are_named_before_the_roll() {
    let world = World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Open, &Door::ones(4)).await;
    let db = world.db();
    let name = |n: usize, body| {
        let (db, hall) = (&db, &hall);
        async move { roll::name_member(db, &hall.committee, &hall.number, body, phone(n).full(), true).await }
    };
    name(0, Body::PartyMembers).await.unwrap();
    name(1, Body::Representatives).await.unwrap();
    name(0, Body::Representatives).await.unwrap();
    let none = roll::name_member(&db, &hall.committee, &hall.number, Body::Representatives, "13912345678", true).await;
    assert_eq!(none, Err(Error::field("phone", Reason::NobodySignedIn)));
    hall.announce(&world).await;
    let facts = roll::page(&world.db(), &world.visitor(), &hall.number).await.unwrap().roll.unwrap();
    assert_eq!(facts.units, [(Body::Statutory, 4), (Body::Representatives, 2), (Body::PartyMembers, 1)]);
    let late =
        roll::name_member(&db, &hall.committee, &hall.number, Body::Representatives, phone(2).full(), true).await;
    assert_eq!(late, Err(Error::field("phone", Reason::Closed)));
}
