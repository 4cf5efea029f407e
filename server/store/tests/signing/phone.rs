//! On one's own phone: a code of its own, once, for the text that was shown; taken back; a later version.

use chrono::TimeDelta;
use gongzhi_domain::pact::Kind;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::sign_in;
use gongzhi_store::signing::{self, Confirm, Reaffirm, Signed};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::{phone, to_sign};
use uuid::Uuid;

use crate::{actor, code, count, home, leaves, signing_of, signs};

#[tokio::test]
async fn somebody_signs_and_it_counts_for_their_household() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let Signed::Now(id) = signs(&db, &pact, 0).await.unwrap() else { panic!("signed before") };
    let now = count(&db, &pact).await;
    assert_eq!((now.signed, now.households, now.signatures), (1, 3, 1));
    let mine = signing::mine(&db, &actor(&pact, 0), &pact.number).await.unwrap();
    assert_eq!(mine.households[0].signature, Some(id));
    assert!(mine.households[0].place.zh.ends_with("1单元101室"), "{}", mine.households[0].place.zh);
    assert_eq!(mine.signatures.len(), 1);
    assert_eq!(mine.signatures[0].text, pact.text(&db).await);
    assert_eq!(leaves(&db, "signature").await, 1);
    // The others' pages say nothing of it.
    let other = signing::mine(&db, &actor(&pact, 1), &pact.number).await.unwrap();
    assert!(other.signatures.is_empty() && other.households[0].signature.is_none());
}

#[tokio::test]
async fn the_same_form_sent_twice_signs_once() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let who = actor(&pact, 0);
    signing::send_code(&db, &who, &pact.number, home(&pact, 0).0).await.unwrap();
    let confirm = Confirm {
        household: home(&pact, 0).0,
        text: pact.text(&db).await,
        code: code(&db, &pact, 0).await,
        key: Uuid::new_v4(),
    };
    let (one, two) = tokio::join!(
        signing::sign(&db, &who, &pact.number, &confirm),
        signing::sign(&db, &who, &pact.number, &confirm)
    );
    assert_eq!(one.unwrap().id(), two.unwrap().id());
    let again = signing::sign(&db, &who, &pact.number, &confirm).await.unwrap();
    assert!(matches!(again, Signed::Before(_)));
    assert_eq!(count(&db, &pact).await.signatures, 1);
    assert_eq!(leaves(&db, "signature").await, 1);
}

#[tokio::test]
async fn a_code_serves_for_what_it_was_sent_for_only() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let who = actor(&pact, 0);
    let (household, text) = (home(&pact, 0).0, pact.text(&db).await);
    let with = |code: String| Confirm { household, text: text.clone(), code, key: Uuid::new_v4() };

    sign_in::send_code(&db, &who, &phone(0)).await.unwrap();
    let to_sign_in = sign_in::latest_code_for_demo(&db, &phone(0)).await.unwrap().unwrap();
    let refused = signing::sign(&db, &who, &pact.number, &with(to_sign_in.clone())).await;
    assert_eq!(refused, Err(Error::field("code", Reason::CodeExpired)));

    // Straight after signing in, without waiting a minute.
    signing::send_code(&db, &who, &pact.number, household).await.unwrap();
    let to_sign = code(&db, &pact, 0).await;
    let refused = signing::sign(&db, &who, &pact.number, &with(to_sign_in.clone())).await;
    if to_sign_in != to_sign {
        assert_eq!(refused, Err(Error::field("code", Reason::WrongCode { left: 4 })));
        let refused = sign_in::verify(&db, &who, &phone(0), &to_sign, "test").await;
        assert_eq!(refused.err(), Some(Error::field("code", Reason::WrongCode { left: 4 })));
    }
    // Another pact of the same person: its code is its own.
    let other = to_sign_other(&world).await;
    let wrong = Confirm { household: other.people[0].0, text: other.text(&db).await, ..with(to_sign.clone()) };
    let refused = signing::sign(&db, &who, &other.number, &wrong).await;
    assert_eq!(refused, Err(Error::field("code", Reason::CodeExpired)));
    // A second within the minute is refused, one that is too old as well.
    assert!(matches!(signing::send_code(&db, &who, &pact.number, household).await, Err(Error::TooMany { .. })));
    world.later(TimeDelta::minutes(6));
    let refused = signing::sign(&world.db(), &who, &pact.number, &with(to_sign)).await;
    assert_eq!(refused, Err(Error::field("code", Reason::CodeExpired)));
    assert_eq!(leaves(&db, "signature").await, 0);
}

async fn to_sign_other(world: &World) -> gongzhi_store::testing::signing::ToSign {
    to_sign(&world.db(), Kind::BuildingPledge, 1).await
}

#[tokio::test]
async fn only_the_present_text_is_signed_and_only_while_it_is_open() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let who = actor(&pact, 0);
    let household = home(&pact, 0).0;
    signing::send_code(&db, &who, &pact.number, household).await.unwrap();
    let seen = pact.text(&db).await;
    let good = Confirm { household, text: seen.clone(), code: code(&db, &pact, 0).await, key: Uuid::new_v4() };
    let stale = Confirm { text: seen.replace(&seen[..2], "zz"), ..good.clone() };
    let refused = signing::sign(&db, &who, &pact.number, &stale).await;
    assert_eq!(refused, Err(Error::field("text", Reason::OtherVersion)));
    let theirs = Confirm { household: home(&pact, 1).0, ..good.clone() };
    let refused = signing::sign(&db, &who, &pact.number, &theirs).await;
    assert_eq!(refused, Err(Error::field("household", Reason::NotAmongThem)));

    for stage in ["result", "publish", "in_force"] {
        pact.stands_in(&db, stage).await;
        let refused = signing::sign(&db, &who, &pact.number, &good).await;
        assert_eq!(refused, Err(Error::field("form", Reason::NotOpenNow)), "{stage}");
    }
    pact.stands_in(&db, "sign").await;
    sqlx::query("update pact set paused_at = $2 where id = $1")
        .bind(pact.pact.uuid())
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
    let refused = signing::sign(&db, &who, &pact.number, &good).await;
    assert_eq!(refused, Err(Error::field("form", Reason::NotOpenNow)), "the clock stands still");
    sqlx::query("update pact set paused_at = null").execute(db.pool()).await.unwrap();
    signing::sign(&db, &who, &pact.number, &good).await.unwrap();
    world.later(TimeDelta::days(31));
    let late = signing::send_code(&world.db(), &actor(&pact, 1), &pact.number, home(&pact, 1).0).await;
    assert_eq!(late, Err(Error::field("form", Reason::NotOpenNow)), "after thirty days");
}

#[tokio::test]
async fn a_signature_taken_back_before_force_leaves_the_count_and_may_be_put_again() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let id = signs(&db, &pact, 0).await.unwrap().id();
    // Nobody else can take it back.
    let refused = signing::withdraw(&db, &actor(&pact, 1), &pact.number, id).await;
    assert_eq!(refused, Err(Error::NotFound { what: What::Signature }));
    let who = actor(&pact, 0);
    let (one, two) =
        tokio::join!(signing::withdraw(&db, &who, &pact.number, id), signing::withdraw(&db, &who, &pact.number, id));
    one.unwrap();
    two.unwrap();
    assert_eq!(count(&db, &pact).await.signed, 0);
    assert_eq!(leaves(&db, "withdrawal").await, 1);
    world.later(TimeDelta::minutes(2));
    let again = signs(&world.db(), &pact, 0).await.unwrap();
    assert!(matches!(again, Signed::Now(new) if new != id));
    assert_eq!(count(&db, &pact).await.signed, 1);
}

#[tokio::test]
async fn a_signature_taken_back_in_force_stays_counted_and_ends_from_then_on() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let id = signs(&db, &pact, 0).await.unwrap().id();
    pact.stands_in(&db, "in_force").await;
    signing::withdraw(&db, &actor(&pact, 0), &pact.number, id).await.unwrap();
    assert_eq!(count(&db, &pact).await.signed, 1, "it was in force with this signature");
    let mine = signing::mine(&db, &actor(&pact, 0), &pact.number).await.unwrap();
    assert_eq!(mine.signatures[0].withdrawn, Some((db.now(), false)));
    assert!(mine.households[0].signature.is_none());
    pact.stands_in(&db, "ended").await;
    let other = signing::withdraw(&db, &actor(&pact, 0), &pact.number, id).await;
    assert_eq!(other, Ok(()), "twice is once");
}

#[tokio::test]
async fn a_later_version_inherits_nothing_and_is_signed_with_one_tap_after_seeing_the_difference() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let first = signs(&db, &pact, 0).await.unwrap().id();
    let taken_back = signs(&db, &pact, 1).await.unwrap().id();
    signing::withdraw(&db, &actor(&pact, 1), &pact.number, taken_back).await.unwrap();
    pact.publish(&db, 2, ["遛犬牵绳，绳长不超过1.5米；电梯里抱起。", "粪便随手清理。"]).await;
    assert_eq!(count(&db, &pact).await.signed, 0, "a new version inherits no signature");

    let mine = signing::mine(&db, &actor(&pact, 0), &pact.number).await.unwrap();
    let earlier = mine.households[0].earlier.clone().expect("the signature under the first version");
    assert_eq!((earlier.id, earlier.text_no), (first, 1));
    assert_eq!(earlier.changed.len(), 1);
    assert!(earlier.changed[0].1.contains("电梯"));
    let whose = signing::mine(&db, &actor(&pact, 1), &pact.number).await.unwrap();
    assert!(whose.households[0].earlier.is_none(), "a signature taken back is not affirmed again");

    let again = Reaffirm { earlier: first, text: mine.text.clone(), key: Uuid::new_v4() };
    let stale = Reaffirm { text: "0".repeat(64), ..again.clone() };
    let refused = signing::reaffirm(&db, &actor(&pact, 0), &pact.number, &stale).await;
    assert_eq!(refused, Err(Error::field("text", Reason::OtherVersion)));
    let refused = signing::reaffirm(&db, &actor(&pact, 2), &pact.number, &again).await;
    assert_eq!(refused, Err(Error::NotFound { what: What::Signature }));
    let made = signing::reaffirm(&db, &actor(&pact, 0), &pact.number, &again).await.unwrap();
    let twice = signing::reaffirm(&db, &actor(&pact, 0), &pact.number, &again).await.unwrap();
    assert_eq!((made.id(), twice), (twice.id(), Signed::Before(made.id())));
    assert_eq!(count(&db, &pact).await.signed, 1);
    let gone = Reaffirm { earlier: taken_back, ..again };
    let refused = signing::reaffirm(&db, &actor(&pact, 1), &pact.number, &gone).await;
    assert_eq!(refused, Err(Error::NotFound { what: What::Signature }));
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
}

#[tokio::test]
async fn owners_sign_their_covenant_and_tenants_do_not() {
    let world = World::new().await;
    let db = world.db();
    let pact = to_sign(&db, Kind::OwnersCovenant, 2).await;
    sqlx::query("update residence set capacity = 'tenant' where person_id = $1")
        .bind(home(&pact, 1).1.uuid())
        .execute(db.pool())
        .await
        .unwrap();
    signs(&db, &pact, 0).await.unwrap();
    assert_eq!(signs(&db, &pact, 1).await, Err(Error::field("household", Reason::NotAmongThem)));
}

#[tokio::test]
async fn signing_closes_at_the_end_of_the_thirtieth_day() {
    let (world, pact) = signing_of(3).await;
    // It began at ten o'clock: thirty times a day later the thirtieth day is not over, the day it began not counted.
    world.later(chrono::TimeDelta::days(30) + chrono::TimeDelta::hours(13));
    let db = world.db();
    signs(&db, &pact, 0).await.unwrap();
    // At once in small letters: the number of a pact is read as people write it.
    let lower = pact.number.to_lowercase();
    assert!(signing::progress(&db, &lower).await.unwrap().unwrap().is_open);
    world.later(chrono::TimeDelta::hours(1));
    let db = world.db();
    assert_eq!(signs(&db, &pact, 1).await, Err(Error::field("form", Reason::NotOpenNow)));
    assert!(!signing::progress(&db, &pact.number).await.unwrap().unwrap().is_open);
}
