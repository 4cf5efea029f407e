//! Passkeys as people meet them: a page of one's own, and an offer on the page that signs, where they work and nowhere else. That
//! a device's answer is looked at is a story of the store.

use gongzhi_domain::pact::Kind;
use gongzhi_store::sessions::Kind as Door;
use gongzhi_store::testing::signing::to_sign;

use crate::forms::marked;
use crate::html::{check, value};
use crate::town::{Town, router};

#[tokio::test]
async fn a_passkey_is_offered_where_it_works_and_only_to_who_has_one() {
    let town = Town::new().await;
    let db = town.world.db();
    let pact = to_sign(&db, Kind::ResidentConvention, 1).await;
    let named = router(&town.world, |config| config.public_url = Some("https://portal.test".into()));
    let numbered = router(&town.world, |config| config.public_url = Some("https://10.0.0.8".into()));
    let person = pact.people[0].1;
    let browser = town.browser().signed_in(&town.session(person, Door::Resident).await);
    let (sign, mine) = (format!("/pacts/{}/sign", pact.number), "/me/passkeys");

    // A visitor is led to sign in.
    assert!(town.browser().get(mine).await.location().starts_with("/me/sign-in"));
    let page = browser.clone().at(&numbered).get(mine).await.is(200);
    let tags = check(&page, "zh-CN", "where they do not work");
    assert!(page.body.contains("这里不能用通行密钥"));
    assert!(!tags.iter().any(|tag| tag.get("action") == "/api/send-passkey-code"));

    let mut here = browser.clone().at(&named);
    let page = here.get(mine).await.is(200);
    check(&page, "zh-CN", "none yet");
    let sent = here.post("/api/send-passkey-code", &[]).await.is(303);
    let page = here.get(sent.location()).await.is(200);
    let tags = check(&page, "zh-CN", "the code was sent");
    let script = tags.iter().find(|tag| tag.get("src") == "/passkey.js").expect("the script");
    assert!(!script.get("nonce").is_empty());
    let part = tags.iter().find(|tag| tag.get("data-passkey") == "make").expect("the form");
    assert!(part.attributes.contains_key("hidden"), "shown by the script alone");
    check(&here.clone().chose("en").get(sent.location()).await.is(200), "en", "the code was sent");
    // What is no answer of a device comes back and says so; the name stays.
    let fields = [("code", "123456"), ("name", "我的手机"), ("client_data", "e30"), ("back", sent.location())];
    let refused = here.post("/api/add-passkey", &fields).await.is(303);
    let page = here.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "no answer");
    assert!(page.body.contains("通行密钥没有通过"));
    assert_eq!(value(&tags, "name"), "我的手机");
    marked(&tags, &[]);

    // On the page that signs: nothing to press until there is one.
    let page = here.get(&sign).await.is(200);
    let tags = check(&page, "zh-CN", "no passkey");
    assert!(tags.iter().any(|tag| tag.get("href") == mine));
    assert!(!tags.iter().any(|tag| tag.get("action") == "/api/sign-with-passkey"));
    sqlx::query(
        "insert into passkey (id, person_id, credential_id, public_key, name, created_at)
         values (gen_random_uuid(), $1, 'credential', 'key', '旧手机', now())",
    )
    .bind(person.uuid())
    .execute(db.pool())
    .await
    .unwrap();
    let page = here.get(&sign).await.is(200);
    let tags = check(&page, "zh-CN", "a passkey");
    assert!(tags.iter().any(|tag| tag.get("action") == "/api/sign-with-passkey"));
    assert!(tags.iter().any(|tag| tag.get("action") == "/api/send-signing-code"), "the code stays");
    let elsewhere = browser.clone().at(&numbered).get(&sign).await.is(200);
    assert!(!elsewhere.body.contains("/api/sign-with-passkey"));

    // What the script asks for, and what it is refused.
    let household = pact.people[0].0;
    let asked = format!("/api/passkey-options?pact={}&household={household}", pact.number);
    let options = here.clone().island().post(&asked, &[]).await.is(200).json();
    assert_eq!(options["rpId"], "portal.test");
    assert_eq!(options["credentials"].as_array().map(Vec::len), Some(1));
    let creating = here.clone().island().post("/api/passkey-options", &[]).await.is(200).json();
    assert!(creating["user"]["name"].as_str().is_some_and(|name| name.contains("****")));
    let elsewhere = format!("/api/passkey-options?pact={}&household={}", pact.number, uuid::Uuid::new_v4());
    assert_eq!(here.clone().island().post(&elsewhere, &[]).await.status, 422);
    assert_eq!(town.browser().at(&named).island().post(&asked, &[]).await.status, 401);

    // Removed.
    let page = here.get(mine).await.is(200);
    let tags = check(&page, "zh-CN", "mine");
    let id = value(&tags, "passkey").to_owned();
    let gone = here.post("/api/remove-passkey", &[("passkey", &id)]).await.is(303);
    assert!(here.get(gone.location()).await.is(200).body.contains("还没有通行密钥"));
}
