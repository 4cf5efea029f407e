//! Voting by phone: each unit once, whatever comes at the same time.

use std::sync::Arc;

use gongzhi_domain::Error;
use gongzhi_domain::ids::KeyId;
use gongzhi_domain::pact::{Choice, Kind, Secrecy};
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::NotEligible;
use gongzhi_store::testing::votes::{Door, Hall};
use gongzhi_store::votes;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{rows, voting_of};

/// A hundred households vote at once, each twice by phone and once on paper.
async fn crowd(secrecy: Secrecy) {
    const HOUSEHOLDS: usize = 100;
    let (world, hall) = voting_of(Kind::ResidentConvention, secrecy, &Door::ones(HOUSEHOLDS)).await;
    let vote = hall.vote(&world, Body::Statutory).await;
    let hall = Arc::new(hall);
    let mut all = JoinSet::new();
    for n in 0..HOUSEHOLDS {
        let unit = hall.unit(&world, Body::Statutory, i32::try_from(n + 1).unwrap()).await;
        for choice in [Choice::Yes, Choice::No] {
            let (db, hall) = (world.db(), Arc::clone(&hall));
            all.spawn(async move {
                let key = KeyId::from_uuid(Uuid::new_v4());
                votes::cast(&db, &hall.actor(n), &hall.number, vote, unit, choice, key).await.map(|_| ())
            });
        }
        let (db, hall) = (world.db(), Arc::clone(&hall));
        all.spawn(async move {
            let position = i32::try_from(n + 1).unwrap();
            match secrecy {
                Secrecy::Secret => votes::tick(&db, &hall.clerks[0], &hall.number, vote, position).await,
                Secrecy::Open => {
                    votes::enter_ballot(&db, &hall.clerks[0], &hall.number, vote, position, "yes", "").await?;
                    votes::enter_ballot(&db, &hall.clerks[1], &hall.number, vote, position, "yes", "").await
                }
            }
        });
    }
    let answers = all.join_all().await;
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(taken, HOUSEHOLDS, "{:?}", answers.iter().filter_map(|answer| answer.as_ref().err()).next());
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(matches!(refused, Error::Duplicate { .. } | Error::Invalid { .. }), "{refused:?}");
    }
    assert_eq!(rows(&world, "participation").await, i64::try_from(HOUSEHOLDS).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_households_vote_at_once_in_the_open_and_each_counts_once() {
    crowd(Secrecy::Open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_households_vote_at_once_in_secret_and_each_counts_once() {
    crowd(Secrecy::Secret).await;
}

#[tokio::test]
async fn the_same_form_sent_twice_votes_once_and_another_one_is_told() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Open, &Door::ones(3)).await;
    let vote = hall.vote(&world, Body::Statutory).await;
    let unit = hall.unit(&world, Body::Statutory, 1).await;
    let key = KeyId::from_uuid(Uuid::new_v4());
    let cast = |choice, key| {
        let (db, actor, number) = (world.db(), hall.actor(0), hall.number.clone());
        async move { votes::cast(&db, &actor, &number, vote, unit, choice, key).await }
    };
    let first = cast(Choice::Yes, key).await.unwrap();
    assert_eq!(cast(Choice::Yes, key).await.unwrap(), first);
    assert_eq!(cast(Choice::No, key).await.unwrap(), first, "the form's first sending counts");
    let other = cast(Choice::No, KeyId::from_uuid(Uuid::new_v4())).await;
    assert!(matches!(other, Err(Error::Duplicate { .. })));
    // A form made for one household does not vote for another.
    let unit = hall.unit(&world, Body::Statutory, 2).await;
    let theirs = votes::cast(&world.db(), &hall.actor(1), &hall.number, vote, unit, Choice::No, key).await;
    assert!(matches!(theirs, Err(Error::Duplicate { .. })), "{theirs:?}");
    let page = votes::page(&world.db(), &hall.actor(0), &hall.number).await.unwrap();
    assert_eq!(page.ballots[0].cast.as_ref().map(|cast| &cast.receipt), Some(&first.receipt));
}

#[tokio::test]
async fn whoever_may_not_is_told_why() {
    let doors = [Door(vec![0], 0), Door(vec![1, 2], 0), Door(vec![3, 4], 0)];
    let world = gongzhi_store::testing::World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Secret, &doors).await;
    hall.announce(&world).await;
    hall.agree(&world, 2, &[1, 2], 1).await;
    let not = |actor| {
        let (db, number) = (world.db(), hall.number.clone());
        async move { votes::page(&db, &actor, &number).await.unwrap().not }
    };
    assert_eq!(not(world.visitor()).await, [NotEligible::SignedOut]);
    assert_eq!(not(hall.actor(0)).await, [NotEligible::Closed], "it is not open yet");
    hall.open(&world).await;
    assert!(not(hall.actor(0)).await.is_empty());
    assert_eq!(not(hall.actor(2)).await, [NotEligible::Another]);
    assert_eq!(not(hall.actor(3)).await, [NotEligible::Nobody]);
    let stranger = world.resident("外", "13700000001").await.actor();
    assert_eq!(not(stranger.clone()).await, [NotEligible::NotOnRoll]);
    let vote = hall.vote(&world, Body::Statutory).await;
    let key = || KeyId::from_uuid(Uuid::new_v4());
    for (actor, position) in [(hall.actor(2), 2), (hall.actor(3), 3), (stranger, 1), (hall.actor(0), 2)] {
        let unit = hall.unit(&world, Body::Statutory, position).await;
        let refused = votes::cast(&world.db(), &actor, &hall.number, vote, unit, Choice::Yes, key()).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    let unit = hall.unit(&world, Body::Statutory, 1).await;
    let visitor = votes::cast(&world.db(), &world.visitor(), &hall.number, vote, unit, Choice::Yes, key()).await;
    assert_eq!(visitor.unwrap_err(), Error::NotSignedIn);
    // A legal objection stops the vote too.
    sqlx::query("update pact set paused_at = $1").bind(world.now()).execute(world.db().pool()).await.unwrap();
    assert!(hall.votes(&world, 0, 1, Choice::Yes).await.is_err());
}

#[tokio::test]
async fn what_is_counted_takes_no_more_votes() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(3)).await;
    hall.votes(&world, 0, 1, Choice::Yes).await.unwrap();
    hall.votes(&world, 1, 2, Choice::Yes).await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    assert_eq!(hall.stage(&world).await, "result");
    let late = hall.votes(&world, 2, 3, Choice::No).await;
    assert!(matches!(late, Err(Error::Invalid { .. })), "{late:?}");
    assert_eq!(rows(&world, "sealed_ballot").await, 0);
}
