//! The result at the law's boundaries, through the whole path; objections to it.

use chrono::TimeDelta;
use gongzhi_domain::pact::{Choice, Kind, Move, Outcome, Secrecy};
use gongzhi_domain::person::Actor;
use gongzhi_domain::roll::Body;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::requests::Holder;
use gongzhi_store::testing::votes::Door;
use gongzhi_store::testing::votes::Hall;
use gongzhi_store::{roll, votes};

use super::voting_of;

/// So many households, so many of them vote, so many of those yes: how it ends.
async fn ends(kind: Kind, households: usize, present: usize, yes: usize) -> Outcome {
    let (world, hall) = voting_of(kind, Secrecy::Open, &Door::ones(households)).await;
    for n in 0..present {
        let choice = if n < yes { Choice::Yes } else { Choice::Abstain };
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), choice).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    let counted = &result.counted[0];
    assert_eq!(counted.body, Body::Statutory);
    assert!(!counted.numbers.lines.is_empty());
    counted.numbers.outcome
}

#[tokio::test]
async fn more_than_half_of_the_households_and_of_those_present() {
    let kind = Kind::ResidentConvention;
    assert_eq!(ends(kind, 4, 2, 2).await, Outcome::NoQuorum, "half is not more than half");
    assert_eq!(ends(kind, 4, 3, 2).await, Outcome::Passed);
    assert_eq!(ends(kind, 6, 4, 2).await, Outcome::Rejected, "an abstention is no yes");
}

#[tokio::test]
async fn two_thirds_of_the_owners_by_heads_and_area() {
    let kind = Kind::OwnersCovenant;
    assert_eq!(ends(kind, 3, 1, 1).await, Outcome::NoQuorum);
    assert_eq!(ends(kind, 3, 2, 2).await, Outcome::Passed, "two thirds are enough to take part");
    assert_eq!(ends(kind, 6, 4, 2).await, Outcome::Rejected);
}

#[tokio::test]
async fn heads_alone_do_not_carry_the_owners_vote() {
    let mut doors = vec![Door(vec![0], 5_000_000)];
    doors.extend((1..6).map(|n| Door(vec![n], 200_000)));
    let (world, hall) = voting_of(Kind::OwnersCovenant, Secrecy::Secret, &doors).await;
    for n in 0..6 {
        let choice = if n == 0 { Choice::No } else { Choice::Yes };
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), choice).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    let numbers = &result.counted[0].numbers;
    assert_eq!(numbers.outcome, Outcome::Rejected);
    let area = numbers.area_cm2.unwrap();
    assert_eq!((area.yes, area.present), (1_000_000, 6_000_000));
}

#[tokio::test]
async fn no_quorum_is_announced_again_with_a_new_roll() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(4)).await;
    hall.votes(&world, 0, 1, Choice::Yes).await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    world.later(TimeDelta::days(6));
    assert!(hall.assents(&world, &hall.supervision, Move::NoQuorum).await.unwrap());
    let page = roll::page(&world.db(), &hall.actor(0), &hall.number).await.unwrap();
    assert_eq!(page.roll.unwrap().no, 2);
    hall.open(&world).await;
    for n in 0..3 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    assert_eq!(result.counted[0].numbers.outcome, Outcome::Passed);
}

#[tokio::test]
async fn the_other_bodies_are_tallied_by_themselves() {
    let world = gongzhi_store::testing::World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Open, &Door::ones(3)).await;
    let phone = |n| gongzhi_store::testing::signing::phone(n).full().to_owned();
    for n in 0..3 {
        roll::name_member(&world.db(), &hall.committee, &hall.number, Body::PartyMembers, &phone(n), true)
            .await
            .unwrap();
    }
    hall.announce(&world).await;
    hall.open(&world).await;
    let vote = hall.vote(&world, Body::PartyMembers).await;
    let page = votes::page(&world.db(), &hall.actor(0), &hall.number).await.unwrap();
    assert_eq!(page.ballots.len(), 2, "once for the household, once as a party member");
    let party = page.ballots.iter().find(|ballot| ballot.vote == vote).unwrap();
    let key = gongzhi_domain::ids::KeyId::from_uuid(uuid::Uuid::new_v4());
    votes::cast(&world.db(), &hall.actor(0), &hall.number, vote, party.unit, Choice::No, key).await.unwrap();
    for n in 0..2 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    assert_eq!(result.counted.len(), 2);
    assert_eq!(result.counted[0].numbers.outcome, Outcome::Passed, "the party's no decides nothing");
    assert_eq!(result.counted[1].numbers.heads.unwrap().rest(), 1);
}

#[tokio::test]
async fn objections_to_the_result_are_public_and_stop_it_until_they_are_answered() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Open, &Door::ones(3)).await;
    for n in 0..3 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    let early = votes::object(&world.db(), &hall.actor(0), &hall.number, "还没开始数就有结果").await;
    assert_eq!(early, Err(Error::field("words", Reason::Closed)));
    assert!(hall.close(&world).await.unwrap());
    let stranger = world.resident("外", "13700000001").await.actor();
    assert!(votes::object(&world.db(), &stranger, &hall.number, "我不同意这个结果").await.is_err());
    votes::object(&world.db(), &hall.actor(0), &hall.number, "计票时我的电话13800001234没有人接").await.unwrap();
    let seen = async |actor: Actor| {
        let page = votes::result(&world.db(), &actor, &hall.number).await.unwrap();
        page.objections[0].words.clone()
    };
    assert_eq!(seen(world.visitor()).await, None, "nobody has looked at it yet");
    assert!(seen(hall.supervision.clone()).await.unwrap().contains("没有人接"));
    assert!(seen(hall.actor(0)).await.is_some(), "its writer sees it");
    let notes: Vec<String> = sqlx::query_scalar("select note from pact_evidence where kind = 'result_objection'")
        .fetch_all(world.db().pool())
        .await
        .unwrap();
    assert!(notes.iter().all(|note| !note.contains("没有人接")), "what can be hidden stands in no row that stays");
    let decided = async |state: &'static str| {
        let sql =
            "update content set state = $1, hide_reason = case when $1 = 'hidden' then 'insult' end, decided_at = now()
                   where kind = 'result_objection'";
        sqlx::query(sql).bind(state).execute(&world.superuser().await).await.unwrap();
    };
    decided("published").await;
    let words = seen(world.visitor()).await.unwrap();
    assert!(words.contains("没有人接") && !words.contains("13800001234"), "{words}");
    decided("hidden").await;
    assert_eq!(seen(world.visitor()).await, None);
    world.later(TimeDelta::days(6));
    let refused = hall.assents(&world, &hall.supervision, Move::ConfirmResult).await;
    assert!(matches!(refused, Err(Error::StillMissing { .. })), "{refused:?}");
    let late = votes::object(&world.db(), &hall.actor(1), &hall.number, "我也有意见要说").await;
    assert_eq!(late, Err(Error::field("words", Reason::Closed)));
}

#[tokio::test]
async fn a_receipt_stands_in_the_register_and_says_nothing_else() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(3)).await;
    let cast = hall.votes(&world, 0, 1, Choice::No).await.unwrap();
    let other = hall.votes(&world, 1, 2, Choice::Yes).await.unwrap();
    assert_ne!(cast.receipt, other.receipt);
    assert!(hall.close(&world).await.unwrap());
    let db = world.db();
    let browser = Holder::of(&db, "one browser");
    let found = |code: String| {
        let (db, visitor, number, browser) = (db.clone(), world.visitor(), hall.number.clone(), browser.clone());
        async move { votes::stands(&db, &visitor, &browser, &number, &code).await }
    };
    assert_eq!(found(cast.receipt.to_lowercase()).await, Ok(true));
    assert_eq!(found(other.receipt.replace('-', " ")).await, Ok(true), "however it is typed");
    assert_eq!(found("0000-0000-0000-0000".to_owned()).await, Ok(false));
    assert_eq!(found(" ".to_owned()).await, Err(Error::field("receipt", Reason::Missing)));
    // Codes are not tried out: not from one browser, and what was asked is written nowhere.
    for _ in 3..20 {
        found("0000-0000-0000-0000".to_owned()).await.unwrap();
    }
    assert!(matches!(found(cast.receipt.clone()).await, Err(Error::TooMany { .. })));
    let logged: i64 = sqlx::query_scalar("select count(*) from log_leaf where kind in ('roll', 'vote_count')")
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    assert_eq!(logged, 2);
}

#[tokio::test]
async fn what_the_page_hides_stands_in_no_receipt_either() {
    let world = gongzhi_store::testing::World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Secret, &Door::ones(9)).await;
    let phone = |n| gongzhi_store::testing::signing::phone(n).full().to_owned();
    for n in 0..3 {
        roll::name_member(&world.db(), &hall.committee, &hall.number, Body::PartyMembers, &phone(n), true)
            .await
            .unwrap();
    }
    hall.announce(&world).await;
    hall.open(&world).await;
    let vote = hall.vote(&world, Body::PartyMembers).await;
    for n in 0..3 {
        let page = votes::page(&world.db(), &hall.actor(n), &hall.number).await.unwrap();
        let unit = page.ballots.iter().find(|ballot| ballot.vote == vote).unwrap().unit;
        let key = gongzhi_domain::ids::KeyId::from_uuid(uuid::Uuid::new_v4());
        votes::cast(&world.db(), &hall.actor(n), &hall.number, vote, unit, Choice::Yes, key).await.unwrap();
    }
    for n in 0..8 {
        let choice = [Choice::Yes, Choice::No, Choice::Abstain][usize::from(n == 6) + 2 * usize::from(n == 7)];
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), choice).await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    let told: Vec<serde_json::Value> = sqlx::query_scalar(
        "select t.numbers from tally t join vote v on v.id = t.vote_id order by v.body = 'statutory' desc",
    )
    .fetch_all(world.db().pool())
    .await
    .unwrap();
    assert_eq!(told[0]["heads"], serde_json::json!({"total": 9, "present": 8, "yes": 6}));
    assert!(told[0]["not_yes"].is_null(), "one no and one abstention are two together");
    assert_eq!(told[1]["outcome"], "passed");
    for hidden in ["heads", "area_cm2", "not_yes", "ways"] {
        assert!(told[1][hidden].is_null(), "three party members: {}", told[1]);
    }
}
