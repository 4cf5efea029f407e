//! Pages by their HTML, in both languages: who sees what of a request, that a receipt is its holder's alone, and
//! that every error is a page with its status and a way on.

use axum::body::Body;
use axum::http::Method;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::Role;
use gongzhi_store::sessions::Kind;
use uuid::Uuid;

use crate::browser::Browser;
use crate::html::check;
use crate::town::{Town, number_in, photo};

const LANGS: [&str; 2] = ["zh-CN", "en"];

/// Files a request without an account, from this browser.
pub async fn files(browser: &mut Browser, text: &str, visibility: &str, photos: usize) -> RequestNumber {
    let key = Uuid::new_v4().to_string();
    let photo = photo();
    let mut fields: Vec<(&str, &[u8])> = vec![
        ("key", key.as_bytes()),
        ("back", b"/requests/new"),
        ("text", text.as_bytes()),
        ("area", b"BYH1A1"),
        ("category", b"lighting"),
        ("visibility", visibility.as_bytes()),
        ("anonymous", b"1"),
        ("step", b"send"),
    ];
    fields.extend(std::iter::repeat_n(("photos", photo.as_slice()), photos));
    let answer = browser.post_parts("/api/file-request", &fields).await.is(303);
    assert!(answer.location().ends_with("/receipt"), "{:?}", answer.location());
    number_in(answer.location())
}

pub async fn publishes(town: &Town, number: RequestNumber) {
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (content, version) = town.content(number, "request").await;
    let fields = [("content", content.as_str()), ("version", version.as_str()), ("verdict", "publish")];
    clerk.post("/api/moderate", &fields).await.is(303);
}

#[tokio::test]
async fn every_public_page_keeps_to_the_rules_in_both_languages() {
    let town = Town::new().await;
    let number = files(
        &mut town.browser(),
        "三号楼前 <b>路灯</b> & \"门\" 坏了 </textarea><script>alert(1)</script>",
        "public",
        1,
    )
    .await;
    publishes(&town, number).await;
    let one = format!("/requests/{number}");
    let paths = [
        "/",
        "/requests",
        "/requests?area=BYH1A1&category=lighting",
        "/requests/new",
        "/requests/new?area=BYH1A1",
        &one,
        "/ask",
        "/areas",
        "/areas/BYH1A1",
        "/areas?code=BYH1",
        "/offline",
        "/terms",
        "/privacy",
        "/accessibility",
        "/takedown",
        "/me/sign-in",
        "/me/sign-in?next=/me",
        "/desk/sign-in",
    ];
    for lang in LANGS {
        for path in paths {
            let answer = town.browser().chose(lang).get(path).await.is(200);
            check(&answer, lang, path);
            assert!(!answer.body.contains("<script>alert"), "{path}: not escaped");
            assert!(!answer.body.contains("<b>路灯"), "{path}: not escaped");
        }
        let list = town.browser().chose(lang).get("/requests").await.is(200);
        assert!(list.body.contains(&one), "the list leads to it");
    }
    assert_eq!(town.browser().get("/requests?category=nonsense").await.status, 200);
    assert_eq!(town.browser().get("/areas/NOWHERE").await.status, 404);
}

#[tokio::test]
async fn personal_and_desk_pages_keep_to_the_rules_too() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let number = files(&mut writer, "路灯坏了，请来看看", "public", 2).await;
    let (order, _) = town.order(number).await;
    let (resident, person) = town.resident().await;
    town.session(person, Kind::Resident).await;
    let (clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let order = format!("/desk/orders/{order}");
    let receipt = format!("/requests/{number}/receipt");
    for lang in LANGS {
        for (browser, paths) in [
            (&resident, vec!["/me", "/me/sessions", "/me/messages", "/me/sign-in", "/requests/new", "/"]),
            (&clerk, vec!["/desk", "/desk?view=all", "/desk/moderation", "/desk/style", &order, "/me"]),
            (&writer, vec![receipt.as_str()]),
        ] {
            for path in paths {
                let answer = browser.clone().chose(lang).get(path).await.is(200);
                check(&answer, lang, path);
                let kept = answer.said("cache-control");
                assert!(kept.contains("no-store") && !kept.contains("public"), "{path}: {kept}");
            }
        }
    }
}

#[tokio::test]
async fn a_private_request_is_its_writers_alone() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let private = files(&mut writer, "邻居家的水管漏到我家了", "private", 1).await;
    let waiting = files(&mut writer, "院子里的路灯坏了三天", "public", 0).await;
    let (resident, _) = town.resident().await;
    let (clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    for (number, text) in [(private, "邻居家的水管"), (waiting, "院子里的路灯")] {
        let one = format!("/requests/{number}");
        let own = writer.get(&one).await.is(200);
        check(&own, "zh-CN", "own");
        assert!(own.body.contains(text));
        for (who, browser) in [("visitor", town.browser()), ("resident", resident.clone()), ("clerk", clerk.clone())] {
            for lang in LANGS {
                let answer = browser.clone().chose(lang).get(&one).await.is(404);
                check(&answer, lang, who);
                assert!(!answer.body.contains(text), "{who}");
                let receipt = browser.clone().chose(lang).get(&format!("{one}/receipt")).await.is(404);
                check(&receipt, lang, who);
            }
        }
        let list = town.browser().get("/requests").await.is(200);
        assert!(!list.body.contains(text) && !list.body.contains(&number.to_string()));
        let found = town.browser().get(&format!("/requests?words={}", crate::browser::encoded(text))).await.is(200);
        assert!(!found.body.contains(&number.to_string()), "a search finds what is published only");
    }
    // It is found by nobody who guesses, and the answer is the same as for a number there is not.
    let none = town.browser().get("/requests/20260302-BYH1-9999-X").await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn a_receipt_shows_number_and_code_to_its_holder() {
    let town = Town::new().await;
    for lang in LANGS {
        let mut writer = town.browser().chose(lang);
        let number = files(&mut writer, "楼道灯坏了，请来修", "public", 0).await;
        let receipt = writer.get(&format!("/requests/{number}/receipt")).await.is(200);
        check(&receipt, lang, "receipt");
        assert!(receipt.body.contains(&number.to_string()));
        // The code that stands there opens the request in another browser.
        let code = code_in(&receipt.body, &number.to_string());
        let mut elsewhere = town.browser().chose(lang);
        elsewhere.get("/ask").await.is(200);
        let asked = elsewhere.post("/api/ask-by-code", &[("number", &number.to_string()), ("code", &code)]).await;
        assert_eq!(asked.is(303).location(), format!("/requests/{number}"));
        let page = elsewhere.get(&format!("/requests/{number}")).await.is(200);
        assert!(page.body.contains("楼道灯坏了"));
    }
}

/// The query code on a receipt: eight characters in an element of their own that is not the number.
fn code_in(html: &str, number: &str) -> String {
    let mut shown = html.split(['<', '>']).map(str::trim).filter(|text| !text.contains(number));
    let code = |text: &&str| {
        let bare: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{a0}')).collect();
        bare.len() == 8 && bare.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    shown.find(code).unwrap_or_else(|| panic!("no code on {html}")).to_owned()
}

#[tokio::test]
async fn every_error_is_a_page_with_its_status_and_a_way_on() {
    let town = Town::new().await;
    let (resident, _) = town.resident().await;
    for lang in LANGS {
        for (path, browser, status) in [
            ("/nowhere", town.browser(), 404),
            ("/requests/nonsense", town.browser(), 404),
            ("/requests/20260302-BYH1-9999-X/receipt", town.browser(), 404),
            ("/files/00000000-0000-0000-0000-000000000000/320.jpg", town.browser(), 404),
            ("/files/nonsense/640.jpg", town.browser(), 404),
            ("/desk", resident.clone(), 403),
            ("/desk/moderation", resident.clone(), 403),
            ("/desk/orders/nonsense", resident.clone(), 403),
        ] {
            let answer = browser.chose(lang).get(path).await.is(status);
            let tags = check(&answer, lang, path);
            assert!(tags.iter().any(|tag| tag.name == "a" && tag.get("href") == "/"), "{path}: no way home");
            assert!(answer.body.contains(&status.to_string()), "{path}: says its status");
        }
        let mut browser = town.browser().chose(lang);
        let picture = browser.send(Method::POST, "/api/photos", Some("image/jpeg"), Body::from("no picture")).await;
        check(&picture.is(422), lang, "a photo that is none");
        let form = vec![b'x'; 70 * 1024];
        let urlencoded = Some("application/x-www-form-urlencoded");
        let long = browser.send(Method::POST, "/api/ask-by-code", urlencoded, form.into()).await.is(413);
        let tags = check(&long, lang, "a body too long");
        assert!(tags.iter().any(|tag| tag.get("href") == "/"), "a way home");
    }
}

#[tokio::test]
async fn a_fault_of_ours_is_said_with_an_id_and_without_details() {
    let town = Town::new().await;
    let pool = town.world.superuser().await;
    sqlx::query("alter table category rename to category_gone").execute(&pool).await.unwrap();
    for lang in LANGS {
        let answer = town.browser().chose(lang).get("/requests/new").await.is(500);
        let tags = check(&answer, lang, "500");
        assert!(tags.iter().any(|tag| tag.get("href") == "/"), "a way home");
        assert!(!answer.body.contains("category") && !answer.body.contains("relation"), "details: {}", answer.body);
        let key = Uuid::new_v4().to_string();
        let fields: [(&str, &[u8]); 4] =
            [("key", key.as_bytes()), ("text", "路灯坏了三天".as_bytes()), ("area", b"BYH1A1"), ("anonymous", b"1")];
        let form = town.browser().chose(lang).post_parts("/api/file-request", &fields).await.is(500);
        check(&form, lang, "500 of a form");
        let told = town.browser().chose(lang).island().post_parts("/api/file-request", &fields).await.is(500);
        assert!(!told.body.contains("relation"), "{}", told.body);
        assert!(!told.json()["summary"].as_str().unwrap_or_default().is_empty(), "{}", told.body);
    }
}

#[tokio::test]
async fn the_chosen_language_wins_over_the_browsers() {
    let town = Town::new().await;
    for (browser, lang) in [
        (town.browser(), "zh-CN"),
        (town.browser().speaks("en-GB,en;q=0.9"), "en"),
        (town.browser().speaks("fr,de;q=0.8"), "zh-CN"),
        (town.browser().speaks("zh-TW,en;q=0.5"), "zh-CN"),
        (town.browser().speaks("en").chose("zh-CN"), "zh-CN"),
        (town.browser().speaks("zh-CN").chose("en"), "en"),
        (town.browser().speaks("en").chose("klingon"), "en"),
    ] {
        let answer = browser.clone().get("/").await.is(200);
        check(&answer, lang, lang);
        let nowhere = browser.clone().get("/nowhere").await.is(404);
        check(&nowhere, lang, "nowhere");
        assert!(nowhere.said("vary").contains("accept-language"), "{:?}", nowhere.headers);
    }
    let mut browser = town.browser().speaks("zh-CN");
    browser.post("/api/set-preferences", &[("lang", "en"), ("elder", "1"), ("back", "/ask")]).await.is(303);
    let answer = browser.get("/ask").await.is(200);
    check(&answer, "en", "chosen");
    assert!(answer.body.contains("class=\"elder\""));
    browser.post("/api/set-preferences", &[("elder", "0"), ("back", "//evil.example")]).await.is(303);
    assert!(!browser.get("/").await.body.contains("class=\"elder\""));
}
