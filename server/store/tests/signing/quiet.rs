//! Nothing tells an outsider whether somebody has signed.

use gongzhi_domain::pact::Kind;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::signing::{self, Confirm, Reaffirm};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::to_sign;
use uuid::Uuid;

use crate::{actor, home, signing_of, signs};

#[tokio::test]
async fn a_stranger_is_answered_alike_whoever_signed() {
    let (world, pact) = signing_of(12).await;
    let db = world.db();
    let first = signs(&db, &pact, 0).await.unwrap().id();
    let stranger = world.resident("赵", "13712345678").await.actor();
    let text = pact.text(&db).await;
    let mut answers = Vec::new();
    for n in [0, 1] {
        let household = home(&pact, n).0;
        let confirm = Confirm { household, text: text.clone(), code: "123456".to_owned(), key: Uuid::new_v4() };
        answers.push((
            signing::send_code(&db, &stranger, &pact.number, household).await,
            signing::sign(&db, &stranger, &pact.number, &confirm).await.map(|_| ()),
        ));
        // A neighbour from another household of the same pact learns as little.
        let neighbour = actor(&pact, 2);
        let confirm = Confirm { key: Uuid::new_v4(), ..confirm };
        answers.push((
            signing::send_code(&db, &neighbour, &pact.number, household).await,
            signing::sign(&db, &neighbour, &pact.number, &confirm).await.map(|_| ()),
        ));
    }
    let refused = Error::field("household", Reason::NotAmongThem);
    for (sent, signed) in answers {
        assert_eq!((sent, signed), (Err(refused.clone()), Err(refused.clone())));
    }
    for id in [first, Uuid::new_v4().into()] {
        let gone = signing::withdraw(&db, &stranger, &pact.number, id).await;
        assert_eq!(gone, Err(Error::NotFound { what: What::Signature }));
        let again = Reaffirm { earlier: id, text: text.clone(), key: Uuid::new_v4() };
        let refused = signing::reaffirm(&db, &stranger, &pact.number, &again).await;
        assert_eq!(refused, Err(Error::NotFound { what: What::Signature }));
    }
    // Up to four nobody is told how many.
    let progress = signing::progress(&db, &pact.number).await.unwrap().unwrap();
    assert_eq!((progress.households, progress.signed, progress.percent()), (12, None, None));
    for n in 1..5 {
        signs(&db, &pact, n).await.unwrap();
    }
    let progress = signing::progress(&db, &pact.number).await.unwrap().unwrap();
    assert_eq!((progress.signed, progress.percent()), (Some(5), Some(42)));
    // From four left on nobody is told how many are left.
    for n in 5..8 {
        signs(&db, &pact, n).await.unwrap();
    }
    let four_left = signing::progress(&db, &pact.number).await.unwrap().unwrap();
    assert_eq!((four_left.signed, four_left.at_least, four_left.percent()), (Some(8), true, Some(66)));
    for n in 8..12 {
        signs(&db, &pact, n).await.unwrap();
    }
    assert_eq!(
        signing::progress(&db, &pact.number).await.unwrap().unwrap(),
        four_left,
        "all of them look like four less"
    );
}

#[tokio::test]
async fn the_same_person_is_nobody_known_in_another_pact() {
    let world = World::new().await;
    let db = world.db();
    let one = to_sign(&db, Kind::ResidentConvention, 1).await;
    let two = to_sign(&db, Kind::BuildingPledge, 1).await;
    assert_eq!(one.people[0].1, two.people[0].1);
    signs(&db, &one, 0).await.unwrap();
    world.later(chrono::TimeDelta::minutes(2));
    signs(&world.db(), &two, 0).await.unwrap();
    let names: Vec<Vec<u8>> = sqlx::query_scalar("select pseudonym from signature").fetch_all(db.pool()).await.unwrap();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1]);
}
