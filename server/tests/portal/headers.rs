//! What every answer carries, whatever it is; that a nonce is used once; that nothing changes by looking; and how
//! much may be sent.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;
use gongzhi_server::http::routes::{Kind, TABLE};

use crate::browser::Answer;
use crate::town::{Town, photo, router};

fn carries_the_rest(which: &str, answer: &Answer) {
    let policy = answer.said("content-security-policy");
    for rule in [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "script-src ",
    ] {
        assert!(policy.contains(rule), "{which}: {rule} in {policy:?}");
    }
    assert!(!policy.contains("unsafe-inline"), "{which}: {policy}");
    assert_eq!(answer.said("x-content-type-options"), "nosniff", "{which}");
    assert_eq!(answer.said("x-frame-options"), "DENY", "{which}");
    assert_eq!(answer.said("referrer-policy"), "same-origin", "{which}");
    assert_eq!(answer.said("cross-origin-opener-policy"), "same-origin", "{which}");
    assert!(answer.said("permissions-policy").contains("geolocation=(self)"), "{which}");
    assert!(!answer.said("cache-control").is_empty(), "{which}");
    assert!(!answer.said("x-request-id").is_empty(), "{which}");
    assert!(!answer.headers.contains_key("x-gongzhi-refused"), "{which}: an inner header leaves");
    assert!(!answer.headers.contains_key("server"), "{which}");
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_security_headers() {
    let town = Town::new().await;
    let (mut resident, _) = town.resident().await;
    let mut browser = town.browser();
    let mut island = town.browser().island();
    let mut answers = vec![
        ("page", browser.get("/").await.is(200)),
        ("missing page", browser.get("/nowhere").await.is(404)),
        ("missing file", browser.get("/pkg/none.js").await.is(404)),
        ("missing request", browser.get("/requests/20260302-BYH1-9999-X").await.is(404)),
        ("led to sign in", browser.get("/me").await),
        ("forbidden", resident.get("/desk").await.is(403)),
        ("refused form", browser.post("/api/ask-by-code", &[("back", "/ask")]).await.is(303)),
        ("refused call", island.post("/api/ask-by-code", &[]).await.is(422)),
        ("done", island.post("/api/set-preferences", &[("lang", "en")]).await.is(200)),
        ("alive", browser.get("/healthz").await.is(200)),
        ("ready", browser.get("/readyz").await.is(200)),
        ("numbers", browser.get("/metrics").await.is(200)),
        ("method", browser.get("/api/sign-in").await.is(405)),
    ];
    let long = vec![b'x'; 70 * 1024];
    answers.push(("too long", browser.send(Method::POST, "/api/sign-in", None, long.into()).await.is(413)));
    let staged = island.send(Method::POST, "/api/photos", Some("image/jpeg"), photo().into()).await.is(201);
    let id = staged.json()["id"].as_str().unwrap_or_default().to_owned();
    let own = island.get(&format!("/files/{id}/320.jpg")).await.is(200);
    assert_eq!(own.said("content-type"), "image/jpeg");
    assert!(own.said("cache-control").contains("no-store"), "staged: {:?}", own.headers);
    assert_eq!(browser.get(&format!("/files/{id}/320.jpg")).await.status, 404, "another browser's photo");
    answers.push(("staged", staged));
    answers.push(("photo", own));
    for (which, answer) in &answers {
        carries_the_rest(which, answer);
    }
    let https = router(&town.world, |config| config.public_url = Some("https://gongzhi.example".into()));
    let answer = crate::browser::Browser::new(&https).get("/").await.is(200);
    assert!(answer.said("strict-transport-security").starts_with("max-age="), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_nonce_is_fresh_for_every_page() {
    let town = Town::new().await;
    let mut nonces = BTreeSet::new();
    for path in ["/", "/", "/requests", "/requests", "/requests/new", "/nowhere/at/all"] {
        let answer = town.browser().get(path).await;
        let policy = answer.said("content-security-policy").to_owned();
        match policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()) {
            Some(nonce) => {
                assert!(nonce.len() >= 16, "{nonce}");
                assert!(nonces.insert(nonce.to_owned()), "{path}: {nonce} again");
            }
            None => assert!(policy.contains("script-src 'none'"), "{path}: {policy}"),
        }
    }
    assert_eq!(nonces.len(), 5);
}

#[tokio::test]
async fn nothing_changes_by_looking() {
    let town = Town::new().await;
    for row in TABLE.iter().filter(|row| row.path.starts_with("/api/")) {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
            let mut browser = town.browser();
            let answer = browser.send(method.clone(), &format!("{}?lang=en", row.path), None, Body::empty()).await;
            assert_eq!(answer.status, 405, "{method} {}", row.path);
            assert!(!answer.headers.contains_key("set-cookie"), "{method} {}", row.path);
        }
    }
    for row in TABLE.iter().filter(|row| row.kind == Kind::Page) {
        let path = row.path.replace("{number}", "x").replace("{code}", "x").replace("{id}", "x");
        let answer = town.browser().send(Method::POST, &path, None, Body::empty()).await;
        // Behind a door the door speaks first.
        let refused = answer.status == 405 || answer.location().contains("/sign-in?next=");
        assert!(refused, "POST {path}: {}", answer.status);
        let head = town.browser().send(Method::HEAD, &path, None, Body::empty()).await;
        let get = town.browser().get(&path).await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "HEAD {path}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_the_senders_mistake() {
    let town = Town::new().await;
    for (path, kind, body) in [
        ("/api/locate", "application/json", "{\"lat\": "),
        ("/api/locate", "application/x-www-form-urlencoded", "lat=38.8"),
        ("/api/sign-in", "application/x-www-form-urlencoded", "phone=1&phone=2"),
    ] {
        let answer = town.browser().island().send(Method::POST, path, Some(kind), body.into()).await;
        assert!((400..500).contains(&answer.status), "{path} {body}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn a_body_is_read_as_far_as_its_route_allows() {
    let town = Town::new().await;
    let form = Some("application/x-www-form-urlencoded");
    for row in TABLE.iter().filter(|row| row.path.starts_with("/api/") && row.body <= 64 * 1024) {
        let said = vec![b'x'; 66 * 1024];
        let answer = town.browser().island().send(Method::POST, row.path, form, said.clone().into()).await;
        assert_eq!(answer.status, 413, "{}", row.path);
        let mut hiding = town.browser().island().without_length();
        let answer = hiding.send(Method::POST, row.path, form, said.into()).await;
        assert_eq!(answer.status, 413, "{}, hidden: {}", row.path, answer.body);
    }
    let large = vec![0xff; 12 * 1024 * 1024 + 17 * 1024];
    let answer = town.browser().island().send(Method::POST, "/api/photos", Some("image/jpeg"), large.into()).await;
    assert_eq!(answer.status, 413);
}
