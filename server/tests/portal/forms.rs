//! Forms without a script: what is wrong comes back beside what was typed, every message has its field, and an
//! island hears the same as JSON.

use gongzhi_domain::person::Role;
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::html::{Tag, check, value};
use crate::town::{Town, number_in};

/// The names of the fields an island is told are wrong.
fn wrong(answer: &Answer) -> Vec<String> {
    let told = answer.json();
    assert_eq!(told["status"], 422, "{told}");
    assert!(!told["summary"].as_str().unwrap_or_default().is_empty(), "{told}");
    let fields = told["fields"].as_array().cloned().unwrap_or_default();
    for field in &fields {
        assert!(!field["message"].as_str().unwrap_or_default().is_empty(), "{told}");
    }
    fields.iter().map(|field| field["field"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Every message of a page stands beside a control that says it is wrong.
#[track_caller]
pub fn marked(tags: &[Tag], fields: &[&str]) {
    for field in fields {
        let message = format!("f-{field}-error");
        assert!(tags.iter().any(|tag| tag.get("id") == message), "no message beside {field}");
        let described = tags.iter().any(|tag| tag.get("aria-describedby").split(' ').any(|id| id == message));
        assert!(described, "nothing is described by {message}");
    }
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary" && tag.get("role") == "alert"), "no summary");
}

#[tokio::test]
async fn the_filing_form_comes_back_with_everything_typed() {
    let town = Town::new().await;
    for lang in ["zh-CN", "en"] {
        let mut browser = town.browser().chose(lang);
        let page = browser.get("/requests/new").await.is(200);
        let key = value(&check(&page, lang, "new"), "key").to_owned();
        let fields: [(&str, &[u8]); 10] = [
            ("back", b"/requests/new"),
            ("key", key.as_bytes()),
            ("text", b"lamp </textarea><script>alert(1)</script>\r\n  second line & \"quotes\""),
            ("place_words", "3 号楼 \"东\" 门".as_bytes()),
            ("kind", b"complaint"),
            ("category", b"lighting"),
            ("visibility", b"private"),
            ("phone", b"12345"),
            ("code", b""),
            ("step", b"send"),
        ];
        let refused = browser.post_parts("/api/file-request", &fields).await.is(303);
        assert_eq!(refused.location(), "/requests/new");
        let page = browser.get("/requests/new").await.is(200);
        let tags = check(&page, lang, "refused");
        marked(&tags, &["phone", "code"]);
        assert_eq!(value(&tags, "key"), key, "the form is the same form");
        assert_eq!(value(&tags, "phone"), "12345");
        let typed = "lamp &lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n  second line &amp; \"quotes\"";
        let shown = page.body.replace("&quot;", "\"");
        assert!(shown.contains(typed), "the text\n{}", page.body);
        assert!(page.body.contains("3 号楼"), "the words of the place");
        let chosen = |value: &str| {
            let mut options = tags.iter().filter(|tag| tag.get("value") == value);
            options.any(|tag| tag.attributes.contains_key("checked") || tag.attributes.contains_key("selected"))
        };
        assert!(chosen("private") && chosen("complaint") && chosen("lighting"));
        // What was wrong is said once; what was typed stays.
        let again = browser.get("/requests/new").await.is(200);
        let tags = check(&again, lang, "again");
        assert!(!tags.iter().any(|tag| tag.get("id") == "error-summary"));
        assert_eq!(value(&tags, "phone"), "12345");
        // It is another browser's business.
        let strangers = check(&town.browser().chose(lang).get("/requests/new").await.is(200), lang, "a stranger's");
        assert_eq!(value(&strangers, "phone"), "");

        let island = town.browser().chose(lang).island().post_parts("/api/file-request", &fields).await.is(422);
        assert_eq!(wrong(&island), ["phone", "code"]);
    }
}

#[tokio::test]
async fn nothing_filled_in_names_every_field_there_is() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let page = browser.get("/requests/new").await.is(200);
    let key = value(&check(&page, "zh-CN", "new"), "key").to_owned();
    let fields: [(&str, &[u8]); 3] = [("back", b"/requests/new"), ("key", key.as_bytes()), ("step", b"send")];
    browser.post_parts("/api/file-request", &fields).await.is(303);
    let tags = check(&browser.get("/requests/new").await.is(200), "zh-CN", "refused");
    marked(&tags, &["text", "place", "phone", "code"]);
    let island = town.browser().island().post_parts("/api/file-request", &fields).await.is(422);
    assert_eq!(wrong(&island), ["text", "place", "phone", "code"]);

    // Filled in and sent twice, it is filed once.
    let fields: [(&str, &[u8]); 6] = [
        ("key", key.as_bytes()),
        ("text", "楼道的灯坏了".as_bytes()),
        ("area", b"BYH1A1"),
        ("category", b"lighting"),
        ("anonymous", b"1"),
        ("step", b"send"),
    ];
    let first = browser.post_parts("/api/file-request", &fields).await.is(303);
    let second = browser.post_parts("/api/file-request", &fields).await.is(303);
    assert_eq!(number_in(first.location()), number_in(second.location()));
    // The next form is empty again.
    let tags = check(&browser.get("/requests/new").await.is(200), "zh-CN", "next");
    assert_ne!(value(&tags, "key"), key);
    let other = town.browser().island().post_parts("/api/file-request", &fields).await;
    assert_eq!(other.status, 409, "another browser's key opens nothing: {}", other.body);
}

#[tokio::test]
async fn the_small_forms_come_back_too() {
    let town = Town::new().await;
    for (page, post, fields, named, typed) in [
        (
            "/ask",
            "/api/ask-by-code",
            vec![("number", "20260302-BYH1-0001"), ("code", "")],
            vec!["number", "code"],
            "number",
        ),
        ("/me/sign-in", "/api/send-code", vec![("phone", "1380013")], vec!["phone"], "phone"),
    ] {
        for lang in ["zh-CN", "en"] {
            let mut browser = town.browser().chose(lang);
            browser.get(page).await.is(200);
            let mut sent = fields.clone();
            sent.push(("back", page));
            let refused = browser.post(post, &sent).await.is(303);
            assert_eq!(refused.location(), page);
            let tags = check(&browser.get(page).await.is(200), lang, page);
            marked(&tags, &named);
            let was = fields.iter().find(|(name, _)| *name == typed).map(|(_, value)| *value);
            assert_eq!(Some(value(&tags, typed)), was, "{page}");
            let island = town.browser().island().post(post, &sent).await.is(422);
            assert_eq!(wrong(&island), named, "{page}");
        }
    }
    // At the staff door nothing says which part was wrong, and the password is typed anew.
    let mut browser = town.browser();
    browser.get("/desk/sign-in").await.is(200);
    let typed = [("name", "wang"), ("password", "a wrong password"), ("totp", "000000"), ("back", "/desk/sign-in")];
    browser.post("/api/staff-sign-in", &typed).await.is(303);
    let page = browser.get("/desk/sign-in").await.is(200);
    let tags = check(&page, "zh-CN", "/desk/sign-in");
    assert_eq!((value(&tags, "name"), value(&tags, "password"), value(&tags, "totp")), ("wang", "", ""));
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary"));
}

/// Brings a desk's form back with what is wrong, and asserts that every message stands beside its field.
async fn refused_at_the_desk(browser: &mut Browser, post: &str, order: &str, fields: &[(&str, &str)], named: &[&str]) {
    let page = format!("/desk/orders/{order}");
    let shown = browser.get(&page).await.is(200);
    let version = value(&check(&shown, "zh-CN", post), "version").to_owned();
    let mut sent = fields.to_vec();
    sent.extend([("order", order), ("version", &version), ("back", &page)]);
    let refused = browser.post(post, &sent).await.is(303);
    assert_eq!(refused.location(), page);
    let tags = check(&browser.get(&page).await.is(200), "zh-CN", post);
    marked(&tags, named);
    let island = browser.clone().island().post(post, &sent).await.is(422);
    assert_eq!(wrong(&island), named, "{post}");
}

#[tokio::test]
async fn the_desks_forms_say_what_is_wrong_beside_the_field() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let key = Uuid::new_v4().to_string();
    let filed = [
        ("key", key.as_str()),
        ("text", "楼道的灯坏了"),
        ("area", "BYH1A1"),
        ("category", "lighting"),
        ("anonymous", "1"),
        ("step", "send"),
    ];
    let filed: Vec<(&str, &[u8])> = filed.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let number = number_in(writer.post_parts("/api/file-request", &filed).await.is(303).location());
    let (order, _) = town.order(number).await;
    let id = order.to_string();
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (mut dispatcher, _) = town.staff(Role::Dispatcher, "CENTRE", "152921").await;
    let (mut handler, _) = town.staff(Role::Handler, "CITY", "152921").await;
    let (mut manager, _) = town.staff(Role::UnitManager, "CITY", "152921").await;
    let (mut officer, _) = town.staff(Role::FollowUpOfficer, "CENTRE", "152921").await;
    let city = town.world.unit("CITY").await.to_string();
    let centre = town.world.unit("CENTRE").await.to_string();

    refused_at_the_desk(
        &mut clerk,
        "/api/accept-order",
        &id,
        &[("category", "nonsense"), ("urgency", "normal")],
        &["category"],
    )
    .await;
    moves(&town, &mut clerk, "/api/accept-order", number, &[("category", "lighting"), ("urgency", "normal")]).await;
    refused_at_the_desk(&mut dispatcher, "/api/dispatch-order", &id, &[("lead", &city), ("basis", "")], &["basis"])
        .await;
    refused_at_the_desk(&mut dispatcher, "/api/dispatch-order", &id, &[("lead", &centre), ("basis", "3.2")], &["lead"])
        .await;
    refused_at_the_desk(
        &mut dispatcher,
        "/api/dispatch-order",
        &id,
        &[("lead", &city), ("co", &centre), ("basis", "3.2")],
        &["co"],
    )
    .await;
    moves(&town, &mut dispatcher, "/api/dispatch-order", number, &[("lead", &city), ("basis", "3.2")]).await;
    moves(&town, &mut handler, "/api/start-handling", number, &[]).await;
    refused_at_the_desk(&mut handler, "/api/log-contact", &id, &[("way", "phone")], &["outcome"]).await;
    moves(&town, &mut handler, "/api/log-contact", number, &[("way", "phone"), ("outcome", "reached")]).await;
    let note = "字".repeat(501);
    refused_at_the_desk(
        &mut handler,
        "/api/submit-reply",
        &id,
        &[("result", "nonsense"), ("reply", " "), ("internal", &note)],
        &["result", "reply", "internal"],
    )
    .await;
    moves(&town, &mut handler, "/api/submit-reply", number, &[("result", "solved"), ("reply", "灯已换好。")]).await;
    refused_at_the_desk(&mut manager, "/api/send-back-reply", &id, &[("remark", "")], &["remark"]).await;
    moves(&town, &mut manager, "/api/approve-reply", number, &[]).await;
    let unsaid = [("contacted", "yes"), ("solved", "no"), ("satisfied", "2"), ("note", "")];
    refused_at_the_desk(&mut officer, "/api/follow-up", &id, &unsaid, &["note"]).await;

    // The writer's own form.
    let page = format!("/requests/{number}");
    let shown = writer.get(&page).await.is(200);
    let version = value(&check(&shown, "zh-CN", "rate"), "version").to_owned();
    let number = number.to_string();
    let sent = [
        ("number", number.as_str()),
        ("version", &version),
        ("solved", "no"),
        ("comment", "还是不亮"),
        ("back", &page),
    ];
    writer.post("/api/rate-request", &sent).await.is(303);
    let again = writer.get(&page).await.is(200);
    marked(&check(&again, "zh-CN", "rate"), &["contacted", "satisfied"]);
    assert!(again.body.contains("还是不亮"));
    // Looked at too long ago: said, and nothing happens.
    let sent = [
        ("order", id.as_str()),
        ("version", "1"),
        ("contacted", "yes"),
        ("solved", "yes"),
        ("satisfied", "5"),
        ("back", "/desk"),
    ];
    let stale = officer.clone().island().post("/api/follow-up", &sent).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
}

/// Makes a move of an order as its page does, and asserts that it leads back there.
pub async fn moves(
    town: &Town,
    browser: &mut Browser,
    post: &str,
    number: gongzhi_domain::number::RequestNumber,
    fields: &[(&str, &str)],
) {
    let (order, version) = town.order(number).await;
    let order = order.to_string();
    let mut sent = fields.to_vec();
    sent.extend([("order", order.as_str()), ("version", version.as_str())]);
    let answer = browser.post(post, &sent).await.is(303);
    assert_eq!(answer.location(), format!("/desk/orders/{order}"), "{post}");
}
