//! Pages of the book as pictures: whose code says what they are of, what is read from them, and what is found when one is lost
//! or changed.

use fast_qr::{ECL, QRBuilder};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Reason};
use gongzhi_store::photos::{self, Size, StagedFor};
use gongzhi_store::requests::Holder;
use gongzhi_store::signing::{self, Entered, NewScan, PaperLine, Reading, Scan};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::{ToSign, blank_page};
use gongzhi_store::{Db, log};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

use crate::{count, home, signing_of};

/// A page of the book as it is printed: the code in its corner, some lines below.
fn printed(pact: &str, text: &str) -> Vec<u8> {
    let code = format!("https://portal.example.org/desk/pacts/{pact}/signing?text={text}");
    let code = QRBuilder::new(code).ecl(ECL::M).build().unwrap();
    let mut page = image::RgbImage::from_pixel(1200, 1700, image::Rgb([246, 244, 240]));
    let side = 5;
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                for (dx, dy) in (0..side).flat_map(|dx| (0..side).map(move |dy| (dx, dy))) {
                    let at = |n: usize, from: usize, d: usize| u32::try_from(from + n * side + d).unwrap();
                    page.put_pixel(at(x, 850, dx), at(y, 60, dy), image::Rgb([30, 28, 26]));
                }
            }
        }
    }
    for line in 0..20 {
        for x in 80..1120 {
            page.put_pixel(x, 500 + line * 55, image::Rgb([120, 120, 120]));
        }
    }
    let mut jpeg = std::io::Cursor::new(Vec::new());
    page.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

fn holder(db: &Db) -> Holder {
    Holder::of(db, "the scanner")
}

/// Keeps a picture as page 1 of the book of the first household's building.
async fn keep(db: &Db, actor: &Actor, pact: &ToSign, picture: Vec<u8>, typed: &str) -> Result<Scan, Error> {
    let staged = photos::stage(db, actor, &holder(db), StagedFor::SigningPage(pact.pact), picture.into()).await?;
    let new = NewScan {
        household: home(pact, 0).0,
        page: 1,
        text: typed.to_owned(),
        photo: Some(staged),
        holder: Some(holder(db)),
    };
    signing::keep_scan(db, actor, &pact.number, &new).await
}

fn read_from(scan: &Scan, pact: &ToSign, db: &Db, text: &str) -> PaperLine {
    PaperLine {
        household: home(pact, 0).0,
        person: home(pact, 0).1,
        reading: Reading::Signed(db.today()),
        scan: Some(scan.id),
        text: text.to_owned(),
        reason: String::new(),
    }
}

async fn readers(world: &World) -> [Actor; 2] {
    [world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await, world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await]
}

#[tokio::test]
async fn the_code_on_a_page_tells_what_it_is_of() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let [one, _] = readers(&world).await;
    let text = pact.text(&db).await;
    // Another text and another pact are refused by the code, whatever is typed.
    let other = format!("{}{}", "0".repeat(8), &text[8..]);
    for page in [printed(&pact.number, &other), printed("BYH1A-2026-99999", &text)] {
        let refused = keep(&db, &one, &pact, page, &text[..12]).await;
        assert_eq!(refused, Err(Error::field("photos", Reason::OtherVersion)));
    }
    let scan = keep(&db, &one, &pact, printed(&pact.number, &text), "").await.unwrap();
    assert!(!scan.by_hand && scan.page == 1);
    // A wrong code that was typed besides is not passed over.
    let refused = keep(&db, &one, &pact, printed(&pact.number, &text), "00000000").await;
    assert_eq!(refused, Err(Error::field("text", Reason::OtherVersion)));
    // The same picture again is the same page.
    assert_eq!(keep(&db, &one, &pact, printed(&pact.number, &text), "").await.unwrap().id, scan.id);
    // What is read from such a page needs no check code.
    let line = read_from(&scan, &pact, &db, "");
    assert_eq!(signing::enter(&db, &one, &pact.number, &line).await, Ok(Entered::First));
}

#[tokio::test]
async fn a_page_whose_code_cannot_be_read_needs_the_check_code_from_everybody() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let [one, two] = readers(&world).await;
    let text = pact.text(&db).await;
    for (typed, reason) in
        [("", Reason::Missing), ("1234567", Reason::OtherVersion), ("00000000", Reason::OtherVersion)]
    {
        let refused = keep(&db, &one, &pact, blank_page(3), typed).await;
        assert_eq!(refused, Err(Error::field("text", reason)));
    }
    let scan = keep(&db, &one, &pact, blank_page(3), &text[..8]).await.unwrap();
    assert!(scan.by_hand);
    let refused = signing::enter(&db, &one, &pact.number, &read_from(&scan, &pact, &db, "")).await;
    assert_eq!(refused, Err(Error::field("text", Reason::Missing)));
    for reader in [&one, &two] {
        signing::enter(&db, reader, &pact.number, &read_from(&scan, &pact, &db, &text[..8])).await.unwrap();
    }
    assert_eq!(count(&db, &pact).await.signed, 1);
}

#[tokio::test]
async fn only_pictures_are_kept_by_those_who_enter_the_book_there() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let [one, _] = readers(&world).await;
    let text = pact.text(&db).await;
    let refused = keep(&db, &one, &pact, b"%PDF-1.7".to_vec(), &text[..8]).await;
    assert_eq!(refused, Err(Error::field("photos", Reason::NotAnImage)));
    let without = NewScan { household: home(&pact, 0).0, page: 0, text: String::new(), photo: None, holder: None };
    let refused = signing::keep_scan(&db, &one, &pact.number, &without).await.unwrap_err();
    let fields: Vec<_> = refused.fields().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["page", "photos"]);
    // A picture that was staged for another form, or by another browser.
    let filed = photos::stage(&db, &one, &holder(&db), StagedFor::Filing, blank_page(9).into()).await.unwrap();
    let staged = StagedFor::SigningPage(pact.pact);
    let others = photos::stage(&db, &one, &Holder::of(&db, "another"), staged, blank_page(9).into()).await.unwrap();
    for photo in [filed, others] {
        let new = NewScan {
            page: 1,
            text: text[..8].to_owned(),
            photo: Some(photo),
            holder: Some(holder(&db)),
            ..without.clone()
        };
        let refused = signing::keep_scan(&db, &one, &pact.number, &new).await;
        assert_eq!(refused, Err(Error::field("photos", Reason::NotAChoice)));
    }
    let elsewhere = world.staff(Role::GridWorker, "OFFICE2", "WNS1A1").await;
    assert!(matches!(keep(&db, &elsewhere, &pact, blank_page(1), &text[..8]).await, Err(Error::Forbidden { .. })));

    // Who may look at it.
    let scan = keep(&db, &one, &pact, blank_page(1), &text[..8]).await.unwrap();
    let look = |actor: Actor| {
        let db = db.clone();
        async move { photos::read(&db, &actor, None, scan.id.into(), Size::Full).await }
    };
    let photo = look(one).await.unwrap();
    assert!(!photo.public);
    for stranger in [Actor::visitor(), crate::actor(&pact, 0), elsewhere] {
        assert!(matches!(look(stranger).await, Err(Error::NotFound { .. })));
    }
}

#[tokio::test]
async fn a_scan_that_was_changed_or_lost_is_named() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let readers = readers(&world).await;
    let text = pact.text(&db).await;
    let scan = keep(&db, &readers[0], &pact, printed(&pact.number, &text), "").await.unwrap();
    let line = read_from(&scan, &pact, &db, "");
    for reader in &readers {
        signing::enter(&db, reader, &pact.number, &line).await.unwrap();
    }
    let signature: uuid::Uuid = sqlx::query_scalar("select id from signature").fetch_one(db.pool()).await.unwrap();
    let sha256: Vec<u8> = sqlx::query_scalar("select sha256 from signature_scan").fetch_one(db.pool()).await.unwrap();
    let named: serde_json::Value =
        sqlx::query_scalar("select evidence -> 'scans' from signature").fetch_one(db.pool()).await.unwrap();
    assert_eq!(named, serde_json::json!([hex::encode(&sha256)]));
    let shown = photos::read(&db, &readers[1], None, scan.id.into(), Size::Full).await.unwrap();
    assert_eq!(Sha256::digest(&shown.jpeg).as_slice(), sha256, "the hash is of what is shown");

    let parts = || async {
        let broken = signing::recheck(&db, &pact.number).await.unwrap();
        broken.into_iter().map(|broken| broken.part).collect::<Vec<_>>()
    };
    let logged = || async {
        let broken = log::verify(&db).await.unwrap().broken;
        let of_signatures = broken.into_iter().map(|broken| format!("{}: {}", broken.place, broken.wrong));
        of_signatures.filter(|line| line.starts_with(&format!("signature {signature}"))).collect::<Vec<_>>()
    };
    assert!(parts().await.is_empty() && logged().await.is_empty());
    // The sweep keeps what a page names, also when everything else of it is long gone.
    world.later(chrono::TimeDelta::days(3));
    photos::sweep(&world.db()).await.unwrap();
    assert!(parts().await.is_empty());

    let path = Path::from(format!("photos/{}/1600.jpg", hex::encode(&sha256)));
    let kept = db.photos().get(&path).await.unwrap().bytes().await.unwrap();
    let other = db.keys().seal(gongzhi_store::Purpose::Content, b"another picture").unwrap();
    db.photos().put(&path, PutPayload::from(other)).await.unwrap();
    assert_eq!(parts().await, ["scan"]);
    assert!(logged().await[0].ends_with("the scan of its page was changed"), "{:?}", logged().await);
    db.photos().delete(&path).await.unwrap();
    assert_eq!(parts().await, ["scan"]);
    assert!(logged().await[0].contains("is gone"), "{:?}", logged().await);
    db.photos().put(&path, PutPayload::from(kept)).await.unwrap();
    assert!(parts().await.is_empty() && logged().await.is_empty());

    // A row that points to another page is found too.
    let another = keep(&db, &readers[0], &pact, blank_page(40), &text[..8]).await.unwrap();
    sqlx::query("update paper_signature_entry set scan_id = $1")
        .bind(another.id)
        .execute(&world.superuser().await)
        .await
        .unwrap();
    assert_eq!(parts().await, ["scan"]);
}

#[tokio::test]
async fn the_database_refuses_a_reading_without_a_scan() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let [one, _] = readers(&world).await;
    let refused = sqlx::query(
        "insert into paper_signature_entry (id, pact_id, text_no, household_id, person_id, turn, reading, page, entered_by, entered_at)
         values (gen_random_uuid(), $1, 1, $2, $3, 1, 'blank', 1, $4, now())",
    )
    .bind(pact.pact.uuid())
    .bind(home(&pact, 0).0.uuid())
    .bind(home(&pact, 0).1.uuid())
    .bind(one.person.unwrap().uuid())
    .execute(db.pool())
    .await
    .unwrap_err();
    let constraint = refused.as_database_error().and_then(|error| error.constraint());
    assert_eq!(constraint, Some("paper_entry_has_its_scan"));
}
