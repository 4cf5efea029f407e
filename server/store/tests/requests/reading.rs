//! Who may read what: everyone the public copy, the writer their own words, nobody that there is more.

use chrono::TimeDelta;
use gongzhi_domain::content::{Ruling, Verdict};
use gongzhi_domain::request::Visibility;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::moderation;
use gongzhi_store::requests::{self, FileRequest, Who};
use gongzhi_store::testing::World;

use crate::story::{desk, holder, lamp, receipt};

const NOT_FOUND: Error = Error::NotFound { what: What::Request };

#[tokio::test]
async fn a_private_request_is_not_found_by_anyone_else() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await;
    let wang = world.resident("王", "13900001234").await;
    let number = world.files(&li.actor(), FileRequest { visibility: Visibility::Private, ..lamp(&world) }).await.number;
    for (actor, holder) in [
        (world.visitor(), None),
        (world.visitor(), Some(holder(&world, "a stranger"))),
        (wang.actor(), None),
        (desk(&world).await.clerk, None),
    ] {
        let page = requests::page(&world.db(), &actor, holder.as_ref(), number).await;
        assert_eq!(page.err(), Some(NOT_FOUND));
        assert_eq!(requests::receipt(&world.db(), &actor, holder.as_ref(), number).await.err(), Some(NOT_FOUND));
    }
    let unknown = "20200101-ABCD-0001".to_owned();
    let unknown = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        .iter()
        .chain(&[
            "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "M", "N", "P", "Q", "R", "S", "T", "U", "V", "W", "X",
            "Y", "Z", "I", "L", "O",
        ])
        .find_map(|check| format!("{unknown}-{check}").parse().ok())
        .unwrap();
    assert_eq!(
        requests::page(&world.db(), &world.visitor(), None, unknown).await.err(),
        Some(NOT_FOUND),
        "the same answer"
    );
    let queue = moderation::queue(&world.db(), &desk(&world).await.clerk, None, None).await.unwrap();
    assert!(queue.items.is_empty(), "nothing of it becomes public, so nobody looks at it");
}

#[tokio::test]
async fn number_and_code_open_a_request_to_this_browser() {
    let world = World::new().await;
    let form = FileRequest { who: Who::Anonymous, visibility: Visibility::Private, ..lamp(&world) };
    let filed = receipt(requests::file(&world.db(), &world.visitor(), form.clone()).await.unwrap());
    let code = filed.code.clone().unwrap();
    let (number, typed) = (filed.number.to_string().to_lowercase(), code.to_string());
    assert!(requests::page(&world.db(), &world.visitor(), Some(&form.holder), filed.number).await.unwrap().mine);

    let phone = holder(&world, "another phone");
    let wrong = if code.as_str().starts_with('A') { "CCCC CCCC" } else { "AAAA AAAA" };
    let refused = requests::ask(&world.db(), &world.visitor(), &phone, &number, wrong).await;
    assert_eq!(refused, Err(Error::field("code", Reason::NoSuchPair)));
    assert_eq!(requests::page(&world.db(), &world.visitor(), Some(&phone), filed.number).await.err(), Some(NOT_FOUND));
    requests::ask(&world.db(), &world.visitor(), &phone, &number, &typed).await.unwrap();
    let page = requests::page(&world.db(), &world.visitor(), Some(&phone), filed.number).await.unwrap();
    assert!(page.mine && page.text.unwrap().contains("路灯"));
    let again = requests::receipt(&world.db(), &world.visitor(), Some(&phone), filed.number).await.unwrap();
    assert_eq!(again.code, filed.code);
    assert_eq!(requests::mine(&world.db(), &world.visitor(), Some(&phone)).await.unwrap().len(), 1);
    world.later(TimeDelta::days(31));
    assert_eq!(requests::page(&world.db(), &world.visitor(), Some(&phone), filed.number).await.err(), Some(NOT_FOUND));
}

#[tokio::test]
async fn guessing_codes_is_stopped() {
    let world = World::new().await;
    let form = FileRequest { who: Who::Anonymous, ..lamp(&world) };
    let filed = receipt(requests::file(&world.db(), &world.visitor(), form).await.unwrap());
    let guesser = holder(&world, "guesser");
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(
            requests::ask(&world.db(), &world.visitor(), &guesser, &filed.number.to_string(), "AAAA CCCC")
                .await
                .unwrap_err(),
        );
    }
    assert!(matches!(answers.last(), Some(Error::TooMany { .. })), "{answers:?}");
}

#[tokio::test]
async fn everyone_reads_the_public_copy_and_a_snapped_place() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let form = FileRequest {
        text: "路灯坏了，请打 13987654321 找我。".into(),
        place: requests::PlaceGiven { words: "我家门口".into(), ..lamp(&world).place },
        ..lamp(&world)
    };
    let number = world.files(&li, form).await.number;
    let item = moderation::queue(&world.db(), &desk.clerk, None, None).await.unwrap().items.remove(0);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    moderation::rule(&world.db(), &desk.clerk, item.content, item.version, &publish).await.unwrap();
    let page = requests::page(&world.db(), &world.visitor(), None, number).await.unwrap();
    assert!(!page.mine && !page.can_rate && page.notices.is_empty());
    let text = page.text.unwrap();
    assert!(text.contains("139********") && !text.contains("87654321"), "{text}");
    assert_eq!(page.place.words, None);
    let shown = page.place.point.unwrap();
    assert!((shown.lat, shown.lon) != (38.805, 105.605));
    let own = requests::page(&world.db(), &li, None, number).await.unwrap();
    assert_eq!(own.place.words.as_deref(), Some("我家门口"));
    assert!(!own.notices.is_empty(), "the writer sees what was masked");
}
