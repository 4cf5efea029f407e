//! Many items of the moderation queue published at once, and taken back within ten seconds.

use axum::Router;
use chrono::TimeDelta;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::Role;

use crate::browser::{Answer, Browser};
use crate::html::{Tag, check};
use crate::pages::files;
use crate::town::{Town, router};

const QUEUE: &str = "/desk/moderation";

/// The boxes of the queue's page.
async fn boxes(browser: &mut Browser) -> Vec<String> {
    let tags = check(&browser.get(QUEUE).await.is(200), "zh-CN", QUEUE);
    let belongs = |tag: &&Tag| tag.get("type") == "checkbox" && tag.get("form") == "publish-many";
    assert!(tags.iter().any(|tag| tag.get("id") == "publish-many") || !tags.iter().any(|tag| belongs(&tag)));
    tags.iter().filter(belongs).map(|tag| tag.get("value").to_owned()).collect()
}

/// Ticks the boxes and presses the button.
async fn publish(browser: &mut Browser, boxes: &[String]) -> Answer {
    let mut fields: Vec<(&str, &str)> = boxes.iter().map(|item| ("items[]", item.as_str())).collect();
    fields.push(("back", QUEUE));
    browser.post("/api/publish-many", &fields).await
}

/// Presses "undo" on a page.
async fn undo(browser: &mut Browser, items: &str) -> Answer {
    browser.post("/api/undo-publish", &[("items", items), ("back", QUEUE)]).await.is(303)
}

/// The town's portal so many seconds later.
fn later(town: &Town, seconds: i64) -> Router {
    town.world.later(TimeDelta::seconds(seconds));
    router(&town.world, |_| {})
}

/// What the page's button would take back.
fn can_be_undone(tags: &[Tag]) -> Option<String> {
    let at = tags.iter().position(|tag| tag.get("action") == "/api/undo-publish")?;
    tags[at..].iter().find(|tag| tag.get("name") == "items").map(|tag| tag.get("value").to_owned())
}

async fn public(town: &Town, numbers: &[RequestNumber]) -> Vec<bool> {
    let mut seen = Vec::new();
    for number in numbers {
        seen.push(town.browser().get(&format!("/requests/{number}")).await.status == 200);
    }
    seen
}

async fn three(town: &Town) -> [RequestNumber; 3] {
    let mut writer = town.browser();
    [
        files(&mut writer, "路灯坏了三天", "public", 0).await,
        files(&mut writer, "井盖松了", "public", 0).await,
        files(&mut writer, "长椅断了", "public", 0).await,
    ]
}

#[tokio::test]
async fn what_is_ticked_is_published_but_for_what_somebody_else_decided() {
    let town = Town::new().await;
    let numbers = three(&town).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (mut other, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let ticked = boxes(&mut clerk).await;
    assert_eq!(ticked.len(), 3);
    let (content, version) = town.content(numbers[1], "request").await;
    let hidden = [("content", content.as_str()), ("version", &version), ("verdict", "hide"), ("reason", "privacy")];
    other.post("/api/moderate", &hidden).await.is(303);

    assert_eq!(publish(&mut clerk, &ticked).await.is(303).location(), QUEUE);
    assert_eq!(public(&town, &numbers).await, [true, false, true]);
    for (lang, words) in [("zh-CN", ["已公开 2 件", "已隐藏"]), ("en", ["Published: 2", "井盖松了 · hidden"])]
    {
        let page = clerk.clone().chose(lang).get(QUEUE).await.is(200);
        check(&page, lang, QUEUE);
        for words in words.into_iter().chain([numbers[1].to_string().as_str()]) {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains(&numbers[0].to_string()), "only what was left out is named");
    }
    // Pressed twice, it says and does the same.
    publish(&mut clerk, &ticked).await.is(303);
    let page = clerk.get(QUEUE).await.is(200);
    assert!(page.body.contains("已公开 2 件") && page.body.contains(&numbers[1].to_string()), "{}", page.body);
    assert_eq!(can_be_undone(&check(&page, "zh-CN", QUEUE)).expect("the way back").split(' ').count(), 2);

    // The same boxes in another's hands, and in the same hands when it is too late: all three are left out.
    publish(&mut other, &ticked).await.is(303);
    let page = other.get(QUEUE).await.is(200);
    assert!(page.body.contains("已公开 0 件") && can_be_undone(&check(&page, "zh-CN", QUEUE)).is_none());
    let mut clerk = clerk.at(&later(&town, 11));
    publish(&mut clerk, &ticked).await.is(303);
    let page = clerk.get(QUEUE).await.is(200);
    assert!(page.body.contains("已公开 0 件") && can_be_undone(&check(&page, "zh-CN", QUEUE)).is_none());
}

#[tokio::test]
async fn what_was_done_is_said_to_whoever_did_it_and_names_only_what_they_may_see() {
    let town = Town::new().await;
    let numbers = three(&town).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (mut other, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let ticked = boxes(&mut clerk).await;
    let (content, version) = town.content(numbers[1], "request").await;
    let hidden = [("content", content.as_str()), ("version", &version), ("verdict", "hide"), ("reason", "privacy")];
    other.post("/api/moderate", &hidden).await.is(303);
    publish(&mut clerk, &ticked).await.is(303);

    // Somebody else at the same screen.
    let mut relief = other.with_form(clerk.form_cookie());
    let page = relief.get(QUEUE).await.is(200);
    assert!(!page.body.contains("已公开") && can_be_undone(&check(&page, "zh-CN", QUEUE)).is_none(), "{}", page.body);

    // What was left out turns out to be about the clerk's own unit: it is counted, no more, and the queue is there.
    sqlx::query("update request set accused_unit_id = $2 where number = $1")
        .bind(numbers[1].to_string())
        .bind(town.world.unit("CENTRE").await.uuid())
        .execute(&town.world.superuser().await)
        .await
        .unwrap();
    let page = clerk.get(QUEUE).await.is(200);
    assert!(page.body.contains("已公开 2 件") && !page.body.contains(&numbers[1].to_string()), "{}", page.body);
    assert!(can_be_undone(&check(&page, "zh-CN", QUEUE)).is_some());
}

#[tokio::test]
async fn for_ten_seconds_it_can_be_undone_by_whoever_did_it() {
    let town = Town::new().await;
    let numbers = three(&town).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (mut other, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let ticked = boxes(&mut clerk).await;
    publish(&mut clerk, &ticked).await.is(303);
    let mut clerk = clerk.at(&later(&town, 9));
    let tags = check(&clerk.get(QUEUE).await.is(200), "zh-CN", QUEUE);
    let items = can_be_undone(&tags).expect("the way back");
    assert_eq!(undo(&mut clerk, &items).await.location(), QUEUE);
    assert_eq!(public(&town, &numbers).await, [false; 3]);
    let page = clerk.get(QUEUE).await.is(200);
    assert!(page.body.contains("已撤销 3 件"), "{}", page.body);
    assert_eq!(boxes(&mut clerk).await.len(), 3, "they wait again");

    // One of them is hidden by somebody else meanwhile: the others come back, and it is said.
    let again = boxes(&mut clerk).await;
    publish(&mut clerk, &again).await.is(303);
    let (content, version) = town.content(numbers[2], "request").await;
    let hidden = [("content", content.as_str()), ("version", &version), ("verdict", "hide"), ("reason", "privacy")];
    other.post("/api/moderate", &hidden).await.is(303);
    undo(&mut clerk, &items).await;
    let page = clerk.get(QUEUE).await.is(200);
    assert!(page.body.contains("已撤销 2 件") && page.body.contains("1 件没有撤销"), "{}", page.body);

    // By nobody else, and not when the ten seconds are over.
    let again = boxes(&mut clerk).await;
    assert_eq!(again.len(), 2);
    publish(&mut clerk, &again).await.is(303);
    other.get(QUEUE).await.is(200);
    undo(&mut other, &items).await;
    assert!(other.get(QUEUE).await.is(200).body.contains("只能在 10 秒内撤销"));
    let mut clerk = clerk.at(&later(&town, 11));
    assert!(can_be_undone(&check(&clerk.get(QUEUE).await.is(200), "zh-CN", QUEUE)).is_none(), "the way back is gone");
    undo(&mut clerk, &items).await;
    let page = clerk.get(QUEUE).await.is(200);
    let tags = check(&page, "zh-CN", "too late");
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary") && page.body.contains("只能在 10 秒内撤销"));
    assert_eq!(public(&town, &numbers).await, [true, true, false]);
}

#[tokio::test]
async fn nothing_ticked_and_nonsense_are_refused_in_words() {
    let town = Town::new().await;
    three(&town).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let ticked = boxes(&mut clerk).await;
    publish(&mut clerk, &[]).await.is(303);
    let page = clerk.get(QUEUE).await.is(200);
    check(&page, "zh-CN", "nothing ticked");
    assert!(page.body.contains("还没有勾选"), "{}", page.body);
    let mut island = clerk.clone().island();
    let [first, ..] = ticked.as_slice() else { panic!("no boxes") };
    let nonsense = ["nonsense", "a.b", &first.replace('.', ""), &format!("{first}.1"), ""];
    for item in nonsense {
        assert_eq!(
            publish(&mut island, &[item.to_owned()]).await.is(422).json()["fields"][0]["field"],
            "items",
            "{item}"
        );
    }
    let many: Vec<String> = (0..101).map(|version| format!("{}.{version}", first.split('.').next().unwrap())).collect();
    publish(&mut island, &many).await.is(422);
    let one = first.split('.').next().unwrap_or_default();
    let many = [one; 101].join(" ");
    island.post("/api/undo-publish", &[("items", &many)]).await.is(422);
    for (path, fields) in [("/api/undo-publish", ("items", "x y")), ("/api/undo-publish", ("items", " "))] {
        island.post(path, &[fields]).await.is(422);
    }
    let alone = island.post("/api/publish-many", &[("items", first)]).await;
    assert!(alone.status < 500, "{}", alone.body);
}
