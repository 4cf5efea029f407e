//! Closing one's account by forms, without a script: said plainly, confirmed by a code, undone by signing in.

use gongzhi_domain::person::Role;
use gongzhi_store::closing;

use crate::html::check;
use crate::town::Town;

#[tokio::test]
async fn an_account_is_closed_by_forms_after_saying_what_goes_and_what_stays() {
    let town = Town::new().await;
    let phone = town.phone();
    let person = town.world.resident("欧阳", &phone).await;
    let token = town.session(person.person, gongzhi_store::sessions::Kind::Resident).await;
    let mut browser = town.browser().signed_in(&token);
    assert!(browser.get("/me").await.is(200).body.contains("/me/close"));
    for (lang, words) in [("en", ["What goes", "What stays"]), ("zh-CN", ["会删除的", "会留下的"])] {
        browser = browser.chose(lang);
        let page = browser.get("/me/close").await.is(200);
        check(&page, lang, "/me/close");
        assert!(words.iter().all(|word| page.body.contains(word)), "{lang}");
        check(&browser.get("/me/closing").await.is(200), lang, "/me/closing");
    }
    assert_eq!(browser.post("/api/send-closing-code", &[]).await.is(303).location(), "/me/close?sent=1");
    let page = browser.get("/me/close?sent=1").await.is(200);
    check(&page, "zh-CN", "the code");
    let code = closing::latest_code_for_demo(&town.world.db(), &person.actor()).await.unwrap().unwrap();
    browser.post("/api/close-account", &[("code", &code)]).await.is(303);
    let page = browser.get("/me/close?sent=1").await.is(200);
    check(&page, "zh-CN", "without the tick");
    assert!(page.body.contains("field-error"));
    browser.post("/api/close-account", &[("code", "000000"), ("understood", "1")]).await.is(303);
    let page = browser.get("/me/close?sent=1").await.is(200);
    check(&page, "zh-CN", "a wrong code");
    assert!(page.body.contains("field-error"));
    let fields = [("code", code.as_str()), ("understood", "1")];
    assert_eq!(browser.post("/api/close-account", &fields).await.is(303).location(), "/me/closing");
    let closed = town.browser().signed_in(&token).get("/me/close").await;
    assert!(closed.location().contains("/me/sign-in"), "signed out everywhere");

    // Whoever works here is told what stands in the way.
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    for lang in ["zh-CN", "en"] {
        clerk = clerk.chose(lang);
        let page = clerk.get("/me/close").await.is(200);
        check(&page, lang, "a clerk's /me/close");
        assert!(page.body.contains("请先交接工作") || page.body.contains("hand your work over first"));
        clerk.post("/api/send-closing-code", &[]).await.is(303);
        check(&clerk.get("/me/close").await.is(200), lang, "and when they try");
    }
}
