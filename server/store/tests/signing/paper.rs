//! On paper: two people read each line apart from each other; where they differ it is stopped until a third settles it.

use chrono::{Days, NaiveDate};
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::Db;
use gongzhi_store::signing::{self, Entered, PaperLine, Reading};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::ToSign;

use crate::{count, home, leaves, signing_of, signs};

async fn line(world: &World, pact: &ToSign, n: usize, reading: Reading) -> PaperLine {
    let db = &world.db();
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    PaperLine {
        household: home(pact, n).0,
        person: home(pact, n).1,
        reading,
        scan: Some(pact.scan(db, &clerk, 1).await),
        text: pact.text(db).await[..12].to_owned(),
        reason: String::new(),
    }
}

fn today(db: &Db) -> Reading {
    Reading::Signed(db.today())
}

#[tokio::test]
async fn two_who_read_the_same_make_a_signature() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let one = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let two = world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let signed = line(&world, &pact, 0, today(&db)).await;
    assert_eq!(signing::enter(&db, &one, &pact.number, &signed).await, Ok(Entered::First));
    assert_eq!(count(&db, &pact).await.signed, 0, "one reading counts for nothing");
    let refused = signing::enter(&db, &one, &pact.number, &signed).await;
    assert_eq!(refused, Err(Error::field("form", Reason::NeedsAnotherPerson)));
    let entered = signing::enter(&db, &two, &pact.number, &signed).await.unwrap();
    assert!(matches!(entered, Entered::Signed(_)));
    assert_eq!((count(&db, &pact).await.signed, leaves(&db, "signature").await), (1, 1));
    let blank = line(&world, &pact, 1, Reading::Blank).await;
    signing::enter(&db, &one, &pact.number, &blank).await.unwrap();
    assert_eq!(signing::enter(&db, &two, &pact.number, &blank).await, Ok(Entered::Blank));
    // Whoever has signed on the phone too counts once.
    signs(&db, &pact, 2).await.unwrap();
    let both = line(&world, &pact, 2, today(&db)).await;
    signing::enter(&db, &one, &pact.number, &both).await.unwrap();
    assert!(matches!(signing::enter(&db, &two, &pact.number, &both).await, Ok(Entered::Signed(_))));
    let now = count(&db, &pact).await;
    assert_eq!((now.signed, now.signatures, leaves(&db, "signature").await), (2, 2, 2));
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_who_differ_stop_the_line_until_a_third_says_why() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let one = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let two = world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let three = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let (yes, no) = (line(&world, &pact, 0, today(&db)).await, line(&world, &pact, 0, Reading::Blank).await);
    signing::enter(&db, &one, &pact.number, &yes).await.unwrap();
    assert_eq!(signing::enter(&db, &two, &pact.number, &no).await, Ok(Entered::Differs));
    assert_eq!(count(&db, &pact).await.signed, 0);
    let stopped = signing::differences(&db, &one, &pact.number).await.unwrap();
    assert_eq!(stopped.len(), 1);
    assert!(stopped[0].is_mine && stopped[0].door.ends_with("101室"));
    assert_eq!(stopped[0].readings, [(today(&db), 1), (Reading::Blank, 1)]);
    assert!(!signing::differences(&db, &three, &pact.number).await.unwrap()[0].is_mine);

    let refused = signing::enter(&db, &two, &pact.number, &yes).await.unwrap_err();
    assert!(refused.fields().iter().any(|wrong| wrong.reason == Reason::NeedsAnotherPerson));
    let refused = signing::enter(&db, &three, &pact.number, &yes).await;
    assert_eq!(refused, Err(Error::field("reason", Reason::Missing)));
    let settled = PaperLine { reason: "原件第1页，签名在门牌下方。".to_owned(), ..yes };
    assert!(matches!(signing::enter(&db, &three, &pact.number, &settled).await, Ok(Entered::Signed(_))));
    assert!(signing::differences(&db, &one, &pact.number).await.unwrap().is_empty());
    assert_eq!(count(&db, &pact).await.signed, 1);
    let four = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let refused = signing::enter(&db, &four, &pact.number, &settled).await;
    assert_eq!(refused, Err(Error::field("form", Reason::Taken)));
}

#[tokio::test]
async fn another_day_is_a_difference_and_a_page_of_another_version_is_none_of_this() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let one = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let two = world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let good = line(&world, &pact, 0, today(&db)).await;
    for (wrong, field, reason) in [
        (PaperLine { text: "00000000".to_owned(), ..good.clone() }, "text", Reason::OtherVersion),
        (PaperLine { text: good.text[..7].to_owned(), ..good.clone() }, "text", Reason::OtherVersion),
        (PaperLine { text: String::new(), ..good.clone() }, "text", Reason::Missing),
        (PaperLine { scan: None, ..good.clone() }, "scan", Reason::Missing),
        (PaperLine { scan: Some(uuid::Uuid::new_v4()), ..good.clone() }, "scan", Reason::NotAChoice),
        (
            PaperLine { reading: Reading::Signed(db.today() + Days::new(1)), ..good.clone() },
            "signed_on",
            Reason::NotADate,
        ),
        (
            PaperLine { reading: Reading::Signed(NaiveDate::from_ymd_opt(2019, 1, 1).unwrap()), ..good.clone() },
            "signed_on",
            Reason::NotOpenNow,
        ),
    ] {
        let refused = signing::enter(&db, &one, &pact.number, &wrong).await;
        assert_eq!(refused, Err(Error::field(field, reason)));
    }
    world.later(chrono::TimeDelta::days(3));
    let db = world.db();
    signing::enter(&db, &one, &pact.number, &good).await.unwrap();
    let other = PaperLine { reading: today(&db), ..good };
    assert_eq!(signing::enter(&db, &two, &pact.number, &other).await, Ok(Entered::Differs));
}

#[tokio::test]
async fn a_line_that_was_blank_or_taken_back_is_read_again() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let one = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let two = world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let (blank, signed) = (line(&world, &pact, 0, Reading::Blank).await, line(&world, &pact, 0, today(&db)).await);
    // Away at the first round of the book; a week later they sign, and the same two read it.
    for reading in [&blank, &signed] {
        assert_eq!(signing::enter(&db, &one, &pact.number, reading).await, Ok(Entered::First));
        let again = signing::enter(&db, &one, &pact.number, reading).await;
        assert_eq!(again, Err(Error::field("form", Reason::NeedsAnotherPerson)));
        signing::enter(&db, &two, &pact.number, reading).await.unwrap();
    }
    assert_eq!(count(&db, &pact).await.signed, 1);
    let three = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let refused = signing::enter(&db, &three, &pact.number, &signed).await;
    assert_eq!(refused, Err(Error::field("form", Reason::Taken)));
    // Taken back and signed on paper once more.
    let mine = signing::mine(&db, &crate::actor(&pact, 0), &pact.number).await.unwrap();
    signing::withdraw(&db, &crate::actor(&pact, 0), &pact.number, mine.signatures[0].id).await.unwrap();
    assert_eq!(count(&db, &pact).await.signed, 0);
    assert_eq!(signing::enter(&db, &two, &pact.number, &signed).await, Ok(Entered::First));
    assert!(matches!(signing::enter(&db, &one, &pact.number, &signed).await, Ok(Entered::Signed(_))));
    assert_eq!(count(&db, &pact).await.signed, 1);
}
