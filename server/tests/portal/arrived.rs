//! Forms in parts that do not arrive as their page sends them: a text far too long, a body that breaks off. What arrived
//! comes back into the form, with what is wrong.

use gongzhi_domain::person::Role;

use crate::browser::Browser;
use crate::forms::marked;
use crate::html::{check, value};
use crate::replies::comes_in_hand;
use crate::town::{Town, photo};

/// A text longer than any form reads.
fn endless() -> String {
    "后来又去看过，".repeat(5_000)
}

#[tokio::test]
async fn a_note_far_too_long_costs_the_handler_nothing_else() {
    let town = Town::new().await;
    let (mut handler, _) = town.staff(Role::Handler, "CITY", "152921").await;
    let (number, path) = comes_in_hand(&town, &mut handler, "三号楼前路灯坏了").await;
    let (order, version) = town.order(number).await;
    let order = order.to_string();
    for note in [endless(), " ".repeat(40 * 1024)] {
        let sent: [(&str, &[u8]); 7] = [
            ("back", path.as_bytes()),
            ("version", version.as_bytes()),
            ("order", order.as_bytes()),
            ("result", b"solved"),
            ("internal", note.as_bytes()),
            ("reply", "路灯已更换。".as_bytes()),
            ("photos", &photo()),
        ];
        assert_eq!(handler.post_parts("/api/submit-reply", &sent).await.is(303).location(), path);
        let page = handler.get(&path).await.is(200);
        let tags = check(&page, "zh-CN", "a long note");
        marked(&tags, &["internal"]);
        assert_eq!(page.body.matches("最多 500 字，请删短").count(), 2, "said once on top and once beside the field");
        assert!(page.body.contains("路灯已更换。"), "{}", page.body);
        let photos = tags.iter().filter(|tag| tag.get("name") == "staged" && tag.attributes.contains_key("checked"));
        assert_eq!(photos.count(), 1, "the photo behind it arrived");
        if !note.starts_with(' ') {
            assert!(page.body.matches("后来又去看过，").count() > 1_000, "its beginning stays");
            assert!(!page.body.contains(char::REPLACEMENT_CHARACTER), "the cut goes through no character");
        }
    }
    assert_eq!(town.order(number).await.1, version);
}

#[tokio::test]
async fn a_request_far_too_long_comes_back_with_the_rest_of_the_form() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let key = value(&check(&browser.get("/requests/new").await.is(200), "zh-CN", "new"), "key").to_owned();
    let endless = endless();
    let fields: [(&str, &[u8]); 6] = [
        ("back", b"/requests/new"),
        ("key", key.as_bytes()),
        ("text", endless.as_bytes()),
        ("place_words", "三号楼东门".as_bytes()),
        ("anonymous", b"1"),
        ("step", b"send"),
    ];
    assert_eq!(browser.post_parts("/api/file-request", &fields).await.is(303).location(), "/requests/new");
    let page = browser.get("/requests/new").await.is(200);
    let tags = check(&page, "zh-CN", "a long text");
    marked(&tags, &["text"]);
    assert_eq!(page.body.matches("最多 2000 字，请删短").count(), 2, "said once on top and once beside the field");
    assert!(page.body.contains("后来又去看过，") && page.body.contains("三号楼东门"));
    assert_eq!(value(&tags, "key"), key);
}

#[tokio::test]
async fn a_form_that_breaks_off_comes_back_with_what_arrived() {
    let town = Town::new().await;
    let (mut handler, _) = town.staff(Role::Handler, "CITY", "152921").await;
    let (number, path) = comes_in_hand(&town, &mut handler, "三号楼前路灯坏了").await;
    let (order, version) = town.order(number).await;
    let order = order.to_string();
    let fields: [(&str, &[u8]); 6] = [
        ("back", path.as_bytes()),
        ("version", version.as_bytes()),
        ("order", order.as_bytes()),
        ("result", b"solved"),
        ("reply", "路灯已更换，晚上再去看一次。".as_bytes()),
        ("internal", "物业已经谈过了。".as_bytes()),
    ];
    broke_off(&mut handler, "/api/submit-reply", &fields, &path, "路灯已更换，晚上再去看一次。").await;
    assert_eq!(town.order(number).await.1, version, "half a reply is none");

    let mut writer = town.browser();
    let key = value(&check(&writer.get("/requests/new").await.is(200), "zh-CN", "new"), "key").to_owned();
    let fields: [(&str, &[u8]); 4] = [
        ("back", b"/requests/new"),
        ("key", key.as_bytes()),
        ("place_words", "三号楼东门".as_bytes()),
        ("text", "楼道的灯坏了，一直没人修。".as_bytes()),
    ];
    broke_off(&mut writer, "/api/file-request", &fields, "/requests/new", "三号楼东门").await;
}

/// Sends a form that breaks off in the last character of its last field.
async fn broke_off(browser: &mut Browser, post: &str, fields: &[(&str, &[u8])], page: &str, kept: &str) {
    let missing = "。".len() - 1;
    assert_eq!(browser.post_broken(post, fields, missing).await.is(303).location(), page);
    let shown = browser.get(page).await.is(200);
    let tags = check(&shown, "zh-CN", post);
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary") && shown.body.contains("内容没有收全"));
    assert!(shown.body.contains(kept) && !shown.body.contains(char::REPLACEMENT_CHARACTER), "{}", shown.body);
    let island = browser.clone().island().post_broken(post, fields, missing).await.is(422);
    assert_eq!(island.json()["fields"][0]["field"], "form");
}
