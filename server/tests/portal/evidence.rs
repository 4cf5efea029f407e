//! The log of evidence as browsers meet it: its page, receipts under their secret addresses, the check without scripts, cosigning.

use gongzhi_domain::person::Role;
use gongzhi_proof::note::{SignatureType, SigningKey};
use gongzhi_store::log::{self, LeafKind, NewLeaf, Reason};
use gongzhi_store::testing::World;
use serde_json::json;

use crate::html::check;
use crate::town::Town;

/// Logs something and answers the secret part of its receipt's address.
pub async fn a_receipt(world: &World) -> String {
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let statement = json!({"says": "<b>test</b>", "pact": "BYH1A-2026-01"});
    let new = NewLeaf { kind: LeafKind::Signature, subject: "test:1", statement: &statement };
    let leaf = log::append(&db, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    log::checkpoint(&db, Reason::Stage).await.unwrap();
    log::address(&db, leaf).rsplit('/').next().unwrap().to_owned()
}

/// A key nobody has registered.
pub fn a_cosigner() -> SigningKey {
    SigningKey::new("street.example", SignatureType::Cosignature, &rand::random()).unwrap()
}

/// The newest head, cosigned by a key that was registered before.
pub async fn a_cosigned_head(world: &World) -> String {
    let db = world.db();
    let key = a_cosigner();
    world.cosigner(&key.public().to_string()).await;
    let mut note = log::shown(&db, &world.visitor(), None).await.unwrap().unwrap().note;
    note.signatures.push(key.sign(&note.text, 1_772_416_800));
    note.to_string()
}

#[tokio::test]
async fn the_pages_of_the_log_keep_to_the_rules_in_both_languages() {
    let town = Town::new().await;
    let empty = town.browser().get("/log").await.is(200);
    check(&empty, "zh-CN", "an empty log");
    let token = a_receipt(&town.world).await;
    let (_, officer) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    log::cosign(&town.world.db(), &officer, &a_cosigned_head(&town.world).await).await.unwrap();
    let (one, checked) = (format!("/log/receipts/{token}"), format!("/verify?receipt={token}"));
    for lang in ["zh-CN", "en"] {
        for path in ["/log", "/verify", &one, &checked] {
            let answer = town.browser().chose(lang).get(path).await.is(200);
            check(&answer, lang, path);
            assert!(!answer.body.contains("<b>test</b>"), "{path}: not escaped");
        }
        let (mut officer, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
        officer = officer.chose(lang);
        check(&officer.get("/desk/log").await.is(200), lang, "/desk/log");
    }
    let root =
        log::shown(&town.world.db(), &town.world.visitor(), None).await.unwrap().unwrap().checkpoint.short_root();
    let page = town.browser().get("/log").await.is(200);
    assert!(page.body.contains(&root), "the short root for the notice board");
    assert!(page.body.contains("street.example"), "who cosigned");
}

#[tokio::test]
async fn programs_get_the_head_the_keys_and_proofs_as_text() {
    let town = Town::new().await;
    let mut browser = town.browser();
    browser.get("/log/checkpoint").await.is(404);
    a_receipt(&town.world).await;
    let head = browser.get("/log/checkpoint").await.is(200);
    assert!(head.said("content-type").starts_with("text/plain"));
    let note: gongzhi_proof::Note = head.body.parse().unwrap();
    let keys = browser.get("/log/key").await.is(200).body;
    let key: gongzhi_proof::Key = keys.trim().parse().unwrap();
    assert!(note.signed_by(&key).is_some());
    assert_eq!(browser.get("/log/checkpoint?size=1").await.is(200).body, head.body);
    browser.get("/log/checkpoint?size=77").await.is(404);
    browser.get("/log/checkpoint?size=x").await.is(400);
    a_receipt(&town.world).await;
    let proof = browser.get("/log/consistency/1/2").await.is(200).body;
    assert_eq!(proof.lines().count(), 1);
    for wrong in
        ["/log/consistency/2/1", "/log/consistency/1/9", "/log/consistency/a/b", "/log/receipts/x/receipt.json"]
    {
        browser.get(wrong).await.is(404);
    }
    browser.get("/log/receipts/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.is(404);
}

#[tokio::test]
async fn a_receipt_is_downloaded_and_checked_without_scripts() {
    let town = Town::new().await;
    let token = a_receipt(&town.world).await;
    let mut browser = town.browser();
    let file = browser.get(&format!("/log/receipts/{token}/receipt.json")).await.is(200);
    assert!(file.said("content-disposition").starts_with("attachment"));
    assert_eq!(file.said("cache-control"), "private, no-store");
    let shown = |body: &str, verdict: &str| {
        let tags = crate::html::tags(body);
        let found = tags.iter().find(|tag| tag.get("data-verdict") == verdict).unwrap();
        !found.attributes.contains_key("hidden")
    };

    browser.get("/verify").await.is(200);
    let posted =
        browser.post_parts("/api/check-receipt", &[("file", file.body.as_bytes()), ("receipt", b"")]).await.is(303);
    assert_eq!(posted.location(), "/verify");
    let page = browser.get("/verify").await.is(200);
    check(&page, "zh-CN", "a whole receipt");
    assert!(shown(&page.body, "whole") && !shown(&page.body, "file"));

    // One changed letter, pasted with the line breaks of a form.
    let changed = file.body.replace("BYH1A-2026-01", "BYH1A-2026-02");
    let pasted = format!("\r\n{changed}\r\n");
    browser.post("/api/check-receipt", &[("receipt", &pasted)]).await.is(303);
    let page = browser.get("/verify").await.is(200);
    assert!(shown(&page.body, "signature") && !shown(&page.body, "whole"));
    assert!(page.body.contains("BYH1A-2026-02"), "what was pasted is still there");

    // Under a key of one's own that is another, and one that is none.
    let other = SigningKey::new("other.example", SignatureType::Plain, &[5; 32]).unwrap().public().to_string();
    for (key, verdict) in [(other.as_str(), "key"), ("hello", "own_key")] {
        browser.post("/api/check-receipt", &[("receipt", &file.body), ("key", key)]).await.is(303);
        assert!(shown(&browser.get("/verify").await.is(200).body, verdict), "{verdict}");
    }
    for (wrong, verdict) in [("hello", "file"), ("{}", "file"), ("[[[[", "file"), ("\u{0}", "file")] {
        browser.post("/api/check-receipt", &[("receipt", wrong)]).await.is(303);
        assert!(shown(&browser.get("/verify").await.is(200).body, verdict), "{wrong}");
    }
    browser.post("/api/check-receipt", &[("receipt", " ")]).await.is(303);
    assert!(browser.get("/verify").await.is(200).body.contains("field-error"), "nothing was given");
    let large = "x".repeat(300 * 1024);
    browser.post("/api/check-receipt", &[("receipt", &large)]).await.is(303);
    assert!(browser.get("/verify").await.is(200).body.contains("field-error"), "too large");
}

#[tokio::test]
async fn two_people_register_the_key_of_a_street_office_that_hands_a_cosigned_head_in() {
    let town = Town::new().await;
    a_receipt(&town.world).await;
    let (mut admin, _) = town.staff(Role::Administrator, "CENTRE", "152921").await;
    let (mut second, supervisor) = town.staff(Role::Supervisor, "CENTRE", "152921").await;
    let (mut officer, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    let key = a_cosigner();
    admin.get("/desk/log").await.is(200);
    admin.post("/api/register-cosigner", &[("key", "nonsense")]).await.is(303);
    let page = admin.get("/desk/log").await.is(200);
    check(&page, "zh-CN", "registering refused");
    assert!(page.body.contains("nonsense") && page.body.contains("field-error"), "what was typed is still there");
    let public = key.public().to_string();
    // A street's officer hands heads in and registers nobody.
    assert!(!officer.get("/desk/log").await.is(200).body.contains("register-cosigner"));
    officer.post("/api/register-cosigner", &[("key", &public)]).await.is(403);
    assert!(!admin.get("/desk/log").await.is(200).body.contains(&public), "nothing was asked by a street's officer");
    assert_eq!(admin.post("/api/register-cosigner", &[("key", &public)]).await.is(303).location(), "/desk/log");
    let ask = log::asked(&town.world.db(), &supervisor).await.unwrap()[0].id.to_string();
    let confirm = [("ask", ask.as_str()), ("decision", "confirm")];
    admin.post("/api/decide-cosigner", &confirm).await.is(303);
    let page = admin.get("/desk/log").await.is(200);
    check(&page, "zh-CN", "one's own asking");
    assert!(page.body.contains("error-summary"), "nobody confirms what they asked themselves");
    check(&second.get("/desk/log").await.is(200), "zh-CN", "what waits");
    second.post("/api/decide-cosigner", &confirm).await.is(303);
    assert!(!second.get("/desk/log").await.is(200).body.contains("error-summary"));

    a_receipt(&town.world).await;
    officer.post("/api/sign-head", &[]).await.is(303);
    let mut note: gongzhi_proof::Note = officer.get("/log/checkpoint").await.is(200).body.parse().unwrap();
    note.signatures.push(key.sign(&note.text, 1_772_416_800));
    let note = note.to_string();
    officer.post("/api/cosign-head", &[("note", &note.replace("street.example", "other.example"))]).await.is(303);
    assert!(officer.get("/desk/log").await.is(200).body.contains("field-error"));
    officer.post("/api/cosign-head", &[("note", &note)]).await.is(303);
    assert_eq!(town.browser().get("/log/checkpoint").await.is(200).body, note);

    second.post("/api/retire-cosigner", &[("cosigner", &public), ("reason", "换")]).await.is(303);
    let page = second.get("/desk/log").await.is(200);
    check(&page, "zh-CN", "retiring refused");
    assert!(page.body.contains("field-error"), "a reason has words");
    second.post("/api/retire-cosigner", &[("cosigner", &public), ("reason", "公钥已更换")]).await.is(303);
    let ask = log::asked(&town.world.db(), &supervisor).await.unwrap()[0].id.to_string();
    admin.post("/api/decide-cosigner", &[("ask", &ask), ("decision", "confirm")]).await.is(303);
    for lang in ["zh-CN", "en"] {
        check(&admin.clone().chose(lang).get("/desk/log").await.is(200), lang, "retired");
        let page = town.browser().chose(lang).get("/log").await.is(200);
        check(&page, lang, "a log with a retired cosigner");
        assert!(page.body.contains("不再会签") || page.body.contains("signs no more"));
        assert!(page.body.contains("street.example"), "it stays listed");
    }

    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    clerk.get("/desk/log").await.is(403);
    clerk.post("/api/cosign-head", &[("note", &note)]).await.is(403);
    town.browser().post("/api/sign-head", &[]).await.is(303);
}
