//! Ballots on paper: read by two, settled by a third, and one register with the phone.

use gongzhi_domain::pact::{Choice, Kind, Secrecy};
use gongzhi_domain::roll::Body;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::testing::votes::Door;
use gongzhi_store::votes::{self, Box};
use sha2::Digest as _;

use super::{rows, voting_of};

#[tokio::test]
async fn two_read_each_paper_and_a_difference_stops_the_count() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Open, &Door::ones(5)).await;
    let (db, vote) = (world.db(), hall.vote(&world, Body::Statutory).await);
    let read = |who: usize, position: i32, choice: &'static str, reason: &'static str| {
        votes::enter_ballot(&db, &hall.clerks[who], &hall.number, vote, position, choice, reason)
    };
    read(0, 1, "yes", "").await.unwrap();
    assert_eq!(rows(&world, "participation").await, 0, "one reading is none");
    assert_eq!(read(0, 1, "yes", "").await, Err(Error::field("unit", Reason::NeedsAnotherPerson)));
    read(1, 1, "yes", "").await.unwrap();
    assert_eq!(rows(&world, "participation").await, 1);
    assert_eq!(read(2, 1, "no", "").await, Err(Error::field("unit", Reason::Taken)));
    for (position, choice) in [(2, Choice::Yes), (3, Choice::Yes)] {
        hall.votes(&world, usize::try_from(position).unwrap() - 1, position, choice).await.unwrap();
    }
    // A phone was faster: its household takes part once.
    assert_eq!(read(0, 2, "no", "").await, Err(Error::field("unit", Reason::Taken)));
    read(0, 4, "yes", "").await.unwrap();
    read(1, 4, "no", "").await.unwrap();
    let desk = votes::desk(&db, &hall.chair, &hall.number).await.unwrap();
    assert_eq!(desk.papers.len(), 1);
    assert!(desk.papers[0].differs);
    let refused = hall.close(&world).await;
    assert!(matches!(refused, Err(Error::StillMissing { .. })), "{refused:?}");
    assert_eq!(read(1, 4, "yes", "再看一次").await, Err(Error::field("unit", Reason::NeedsAnotherPerson)));
    assert_eq!(read(2, 4, "yes", "").await, Err(Error::field("reason", Reason::Missing)));
    assert_eq!(read(2, 4, "maybe", "打勾在赞成栏").await, Err(Error::field("choice", Reason::NotAChoice)));
    read(2, 4, "yes", "打勾在赞成栏，第二人看错行").await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&db, &world.visitor(), &hall.number).await.unwrap();
    let heads = result.counted[0].numbers.heads.unwrap();
    assert_eq!((heads.total, heads.present, heads.yes), (5, 4, 4));
}

#[tokio::test]
async fn the_box_of_a_secret_vote_is_counted_twice_and_fits_the_ticks() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(9)).await;
    let (db, vote) = (world.db(), hall.vote(&world, Body::Statutory).await);
    for position in [1, 2, 3] {
        votes::tick(&db, &hall.clerks[0], &hall.number, vote, position).await.unwrap();
    }
    let again = votes::tick(&db, &hall.clerks[1], &hall.number, vote, 1).await;
    assert_eq!(again, Err(Error::field("unit", Reason::Taken)));
    let phone = hall.votes(&world, 0, 1, Choice::Yes).await;
    assert!(matches!(phone, Err(Error::Duplicate { .. })), "whoever voted on paper does not vote by phone");
    for n in 3..6 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    assert!(matches!(hall.close(&world).await, Err(Error::StillMissing { .. })), "nobody has counted the box");
    let count = |who: usize, yes, no, reason: &'static str| {
        let found = Box { yes, no, abstain: 0, invalid: 1 };
        votes::enter_box(&db, &hall.clerks[who], &hall.number, vote, found, reason)
    };
    let many = count(0, 3, 0, "").await;
    assert_eq!(many, Err(Error::field("yes", Reason::OutOfRange { min: 0, max: 3 })), "no more than were ticked");
    count(0, 2, 0, "").await.unwrap();
    assert_eq!(count(0, 2, 0, "").await, Err(Error::field("yes", Reason::NeedsAnotherPerson)));
    let late = votes::tick(&db, &hall.clerks[0], &hall.number, vote, 8).await;
    assert_eq!(late, Err(Error::field("unit", Reason::Closed)), "the box is open");
    count(1, 1, 1, "").await.unwrap();
    assert!(matches!(hall.close(&world).await, Err(Error::StillMissing { .. })));
    assert_eq!(count(2, 2, 0, "").await, Err(Error::field("reason", Reason::Missing)));
    count(2, 2, 0, "三人一起重数，第二人看错一张").await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&db, &world.visitor(), &hall.number).await.unwrap();
    let numbers = &result.counted[0].numbers;
    let heads = numbers.heads.unwrap();
    assert_eq!((heads.present, heads.yes, heads.rest()), (6, 5, 1));
    assert_eq!(
        (numbers.not_yes, numbers.ways),
        (None, None),
        "one spoilt paper and three papers are too few to be told"
    );
    assert_eq!(rows(&world, "ballot").await, 6, "paper lies among the others");
    assert_eq!((rows(&world, "paper_batch_entry").await, rows(&world, "paper_box").await), (0, 1));
    let open = votes::enter_ballot(&db, &hall.clerks[0], &hall.number, vote, 8, "yes", "").await;
    assert!(open.is_err(), "a secret vote has no ballot with a household on it");
}

#[tokio::test]
async fn one_paper_in_the_box_leaves_nothing_that_joins_it_to_its_household() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(9)).await;
    let (db, vote) = (world.db(), hall.vote(&world, Body::Statutory).await);
    votes::tick(&db, &hall.clerks[0], &hall.number, vote, 1).await.unwrap();
    for n in 1..7 {
        hall.votes(&world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    for clerk in &hall.clerks[..2] {
        let found = Box { yes: 0, no: 1, abstain: 0, invalid: 0 };
        votes::enter_box(&db, clerk, &hall.number, vote, found, "").await.unwrap();
    }
    assert!(hall.close(&world).await.unwrap());
    assert_eq!(rows(&world, "paper_batch_entry").await, 0);
    let pool = world.superuser().await;
    let size: i64 = sqlx::query_scalar("select pg_relation_size('paper_batch_entry')").fetch_one(&pool).await.unwrap();
    assert_eq!(size, 0, "nor on the disk");
    let told: String =
        sqlx::query_scalar("select string_agg(a::text, '') from audit_event a where action like 'vote.%'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!(!told.contains("\"no\""), "{told}");
    // The hash that stays cannot be tried out with what the database holds.
    let kept: Vec<u8> = sqlx::query_scalar("select sha256 from paper_box").fetch_one(&pool).await.unwrap();
    let guess = [vote.uuid().as_bytes().as_slice(), b"yes 0 no 1 abstain 0 invalid 0"].concat();
    assert_ne!(kept, sha2::Sha256::digest(&guess).to_vec());
    let [one, two] = hall.keys.as_ref().unwrap();
    let salted = [format!("{}\n{}\n", one.secret, two.secret).as_bytes(), &guess].concat();
    assert_eq!(kept, sha2::Sha256::digest(salted).to_vec(), "both tellers together can hold the protocol beside it");
}

#[tokio::test]
async fn a_wrong_tick_is_taken_back_by_two_and_a_paper_carried_home_stops_nothing() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Secret, &Door::ones(9)).await;
    let (db, vote) = (world.db(), hall.vote(&world, Body::Statutory).await);
    for position in 1..=7 {
        votes::tick(&db, &hall.clerks[0], &hall.number, vote, position).await.unwrap();
    }
    let wrong = |who: usize, position, reason: &'static str| {
        votes::untick(&db, &hall.clerks[who], &hall.number, vote, position, reason)
    };
    assert_eq!(wrong(0, 7, "").await, Err(Error::field("reason", Reason::Missing)));
    assert_eq!(wrong(0, 8, "看错了门牌号").await, Err(Error::field("unit", Reason::NotAChoice)));
    wrong(0, 7, "看错了门牌号").await.unwrap();
    assert!(hall.votes(&world, 6, 7, Choice::Yes).await.is_err(), "one alone takes nothing back");
    assert_eq!(wrong(0, 7, "看错了门牌号").await, Err(Error::field("unit", Reason::NeedsAnotherPerson)));
    wrong(1, 7, "核对过，没有投票").await.unwrap();
    hall.votes(&world, 6, 7, Choice::Yes).await.unwrap();
    // Six papers were given out and five are in the box.
    for clerk in &hall.clerks[..2] {
        let found = Box { yes: 5, no: 0, abstain: 0, invalid: 0 };
        votes::enter_box(&db, clerk, &hall.number, vote, found, "").await.unwrap();
    }
    assert_eq!(wrong(1, 1, "箱子已经打开了").await, Err(Error::field("unit", Reason::Closed)));
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&db, &world.visitor(), &hall.number).await.unwrap();
    let heads = result.counted[0].numbers.heads.unwrap();
    assert_eq!((heads.present, heads.yes), (7, 6), "present without a ballot");
    assert_eq!(rows(&world, "ballot").await, 6);
}

#[tokio::test]
async fn a_secret_vote_by_floor_area_has_no_paper_box() {
    let (world, hall) = voting_of(Kind::OwnersCovenant, Secrecy::Secret, &Door::ones(3)).await;
    let vote = hall.vote(&world, Body::Statutory).await;
    let refused = votes::tick(&world.db(), &hall.clerks[0], &hall.number, vote, 1).await;
    assert_eq!(refused, Err(Error::field("unit", Reason::NoPaperBox)));
}

#[tokio::test]
async fn nobody_enters_their_own_and_only_officers_enter() {
    let (world, hall) = voting_of(Kind::ResidentConvention, Secrecy::Open, &Door::ones(3)).await;
    let (db, vote) = (world.db(), hall.vote(&world, Body::Statutory).await);
    let resident = votes::enter_ballot(&db, &hall.actor(0), &hall.number, vote, 1, "yes", "").await;
    assert!(matches!(resident, Err(Error::Forbidden { .. })));
    let mut own = hall.clerks[0].clone();
    own.person = Some(hall.people[0]);
    let own = votes::enter_ballot(&db, &own, &hall.number, vote, 1, "yes", "").await;
    assert_eq!(own, Err(Error::field("unit", Reason::NeedsAnotherPerson)));
    let nowhere = votes::enter_ballot(&db, &hall.clerks[0], &hall.number, vote, 99, "yes", "").await;
    assert_eq!(nowhere, Err(Error::field("unit", Reason::NotAChoice)));
}
