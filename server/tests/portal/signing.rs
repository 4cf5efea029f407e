//! Signing a pact as people meet it: the whole way without a script, what is refused and kept, hostile input, and the desk.

use gongzhi_domain::pact::Kind;
use gongzhi_domain::person::Role;
use gongzhi_store::sessions::Kind as Door;
use gongzhi_store::sign_in::{CodeFor, latest_code_for_demo_of};
use gongzhi_store::testing::signing::{ToSign, phone, to_sign};

use crate::browser::Browser;
use crate::forms::marked;
use crate::html::{Tag, check, value};
use crate::town::{Town, photo};

/// A town with a pact in signing for so many households.
async fn town_with(households: usize) -> (Town, ToSign) {
    let town = Town::new().await;
    let pact = to_sign(&town.world.db(), Kind::ResidentConvention, households).await;
    (town, pact)
}

/// The browser of the n-th resident.
async fn resident(town: &Town, pact: &ToSign, n: usize) -> Browser {
    town.browser().signed_in(&town.session(pact.people[n].1, Door::Resident).await)
}

async fn code(town: &Town, pact: &ToSign, n: usize) -> String {
    let what = CodeFor::Signature { pact: pact.pact, number: &pact.number };
    latest_code_for_demo_of(&town.world.db(), &phone(n), what).await.unwrap().expect("a code")
}

/// The hidden fields of the form that posts there.
fn hidden(tags: &[Tag], action: &str) -> Vec<(String, String)> {
    let form =
        tags.iter().position(|tag| tag.get("action") == action).unwrap_or_else(|| panic!("no form for {action}"));
    let rest = tags.iter().skip(form + 1).take_while(|tag| tag.name != "form");
    rest.filter(|tag| tag.get("type") == "hidden")
        .map(|tag| (tag.get("name").to_owned(), tag.get("value").to_owned()))
        .collect()
}

fn with<'a>(hidden: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

/// Signs by the forms alone.
async fn signs(town: &Town, pact: &ToSign, browser: &mut Browser, n: usize) {
    let page = browser.get(&format!("/pacts/{}/sign", pact.number)).await.is(200);
    let send = hidden(&check(&page, "zh-CN", "sign"), "/api/send-signing-code");
    let sent = browser.post("/api/send-signing-code", &with(&send, &[])).await.is(303);
    let page = browser.get(sent.location()).await.is(200);
    let form = hidden(&check(&page, "zh-CN", "code"), "/api/sign-pact");
    let code = code(town, pact, n).await;
    let done = browser.post("/api/sign-pact", &with(&form, &[("code", &code), ("agreed", "1")])).await.is(303);
    assert_eq!(done.location(), format!("/pacts/{}/signed?done=1", pact.number));
}

#[tokio::test]
async fn somebody_signs_and_takes_it_back_without_a_script() {
    let (town, pact) = town_with(6).await;
    let mut browser = resident(&town, &pact, 0).await;
    let sign = format!("/pacts/{}/sign", pact.number);
    let page = browser.get(&sign).await.is(200);
    check(&page, "zh-CN", "sign");
    for words in ["遛犬牵绳", "粪便随手清理", "签名是什么意思", "1单元101室", "139****0000"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for step in pact.text(&town.world.db()).await.as_bytes().chunks(8) {
        assert!(page.body.contains(std::str::from_utf8(step).unwrap()));
    }
    signs(&town, &pact, &mut browser, 0).await;
    let mine = browser.get(&format!("/pacts/{}/signed?done=1", pact.number)).await.is(200);
    let tags = check(&mine, "zh-CN", "signed");
    assert!(mine.body.contains("签好了"), "{}", mine.body);
    let receipt =
        tags.iter().find(|tag| tag.get("href").starts_with("/log/receipts/")).expect("the receipt").get("href");
    assert!(!receipt.contains(&pact.people[0].1.to_string()));
    // In English too.
    let english = browser.clone().chose("en").get(&format!("/pacts/{}/signed", pact.number)).await.is(200);
    check(&english, "en", "signed");
    assert!(english.body.contains("Only you can see this page"));

    let form = hidden(&tags, "/api/withdraw-signature");
    let refused = browser.post("/api/withdraw-signature", &with(&form, &[])).await.is(303);
    let page = browser.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "not sure");
    let id = &form.iter().find(|(name, _)| name == "signature").unwrap().1;
    marked(&tags, &[&format!("sure-{id}")]);
    let done = browser.post("/api/withdraw-signature", &with(&form, &[("sure", "1")])).await.is(303);
    let page = browser.get(done.location()).await.is(200);
    check(&page, "zh-CN", "withdrawn");
    assert!(page.body.contains("已撤回") && page.body.contains("不计入户数"), "{}", page.body);
}

#[tokio::test]
async fn a_wrong_or_old_code_comes_back_to_the_form_and_says_so() {
    let (town, pact) = town_with(1).await;
    let mut browser = resident(&town, &pact, 0).await;
    let sign = format!("/pacts/{}/sign", pact.number);
    let page = browser.get(&sign).await.is(200);
    let send = hidden(&check(&page, "zh-CN", "sign"), "/api/send-signing-code");
    let sent = browser.post("/api/send-signing-code", &with(&send, &[])).await.is(303);
    let to = sent.location().to_owned();
    let form = hidden(&check(&browser.get(&to).await.is(200), "zh-CN", "code"), "/api/sign-pact");
    let right = code(&town, &pact, 0).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let refused = browser.post("/api/sign-pact", &with(&form, &[("code", wrong), ("agreed", "1")])).await.is(303);
    assert_eq!(refused.location(), to);
    let page = browser.get(&to).await.is(200);
    let tags = check(&page, "zh-CN", "wrong code");
    marked(&tags, &["code"]);
    let box_ = tags.iter().find(|tag| tag.get("name") == "agreed").expect("the box");
    assert!(box_.attributes.contains_key("checked"), "what was ticked stays ticked");
    assert_eq!(value(&tags, "code"), "", "a code is never shown again");
    // Without the tick.
    let refused = browser.post("/api/sign-pact", &with(&form, &[("code", &right)])).await.is(303);
    marked(&check(&browser.get(refused.location()).await.is(200), "zh-CN", "not agreed"), &["agreed"]);
    // Another within the minute is too soon, and the page says when.
    let soon = browser.post("/api/send-signing-code", &with(&send, &[])).await.is(303);
    let page = browser.get(soon.location()).await.is(200);
    assert!(check(&page, "zh-CN", "too soon").iter().any(|tag| tag.get("id") == "error-summary"));
    // Six minutes later it is too old.
    town.world.later(chrono::TimeDelta::minutes(6));
    let later = crate::town::router(&town.world, |_| {});
    let mut browser = browser.at(&later);
    let refused = browser.post("/api/sign-pact", &with(&form, &[("code", &right), ("agreed", "1")])).await.is(303);
    marked(&check(&browser.get(refused.location()).await.is(200), "zh-CN", "old code"), &["code"]);
    assert!(browser.get(&format!("/pacts/{}/signed", pact.number)).await.is(200).body.contains("没有签过"));
}

#[tokio::test]
async fn hostile_input_is_refused_and_never_a_fault() {
    let (town, pact) = town_with(2).await;
    let mut browser = resident(&town, &pact, 0).await.island();
    let mine = pact.people[0].0.to_string();
    let theirs = pact.people[1].0.to_string();
    let text = pact.text(&town.world.db()).await;
    let key = uuid::Uuid::new_v4().to_string();
    let long = "签".repeat(20_000);
    let good = [
        ("pact", pact.number.as_str()),
        ("household", &mine),
        ("text", &text),
        ("code", "123456"),
        ("agreed", "1"),
        ("key", &key),
    ];
    for (field, hostile) in [
        ("pact", ""),
        ("pact", "../../etc/passwd"),
        ("pact", "NOPE-2026-01"),
        ("pact", "\u{0}"),
        ("pact", &long),
        ("household", ""),
        ("household", "'; drop table signature; --"),
        ("household", &theirs),
        ("text", "<script>"),
        ("text", &long),
        ("code", "\u{0}"),
        ("code", "１２３４５６７８９０"),
        ("key", "1"),
    ] {
        let fields: Vec<(&str, &str)> =
            good.iter().map(|(name, value)| (*name, if *name == field { hostile } else { *value })).collect();
        for verb in ["/api/sign-pact", "/api/send-signing-code"] {
            let answer = browser.post(verb, &fields).await;
            assert!(
                (400..500).contains(&answer.status) || answer.status == 200,
                "{verb} {field}={hostile:.20?}: {}",
                answer.status
            );
        }
    }
    for verb in [
        "/api/sign-pact",
        "/api/reaffirm-signature",
        "/api/withdraw-signature",
        "/api/assist-signing",
        "/api/witness-signing",
        "/api/witness-by-code",
        "/api/keep-signing-page",
        "/api/enter-paper-signature",
        "/api/choose-signers",
        "/api/find-signer",
    ] {
        let answer = browser.post(verb, &[]).await;
        assert!((400..500).contains(&answer.status), "{verb}: {}", answer.status);
        let answer = town.browser().island().post(verb, &good).await;
        assert!((400..500).contains(&answer.status), "{verb} by a visitor: {}", answer.status);
    }
    // The pages themselves.
    let mut browser = resident(&town, &pact, 0).await;
    for path in ["/pacts/%3Cscript%3E/sign", "/pacts/NOPE-2026-01/signed"] {
        browser.get(path).await.is(404);
    }
    let odd = format!("/pacts/{}/sign?sent=%3Cscript%3Ealert(1)%3C/script%3E", pact.number);
    assert!(!browser.get(&odd).await.is(200).body.contains("<script>alert"));
}

#[tokio::test]
async fn an_outsider_sees_the_same_page_whoever_signed() {
    let (town, pact) = town_with(6).await;
    let (mut stranger, _) = town.resident().await;
    let mut neighbour = resident(&town, &pact, 5).await;
    let paths = ["sign", "signed"].map(|page| format!("/pacts/{}/{page}", pact.number));
    let mut before = Vec::new();
    for path in &paths {
        before.push(without_nonce(&stranger.get(path).await.is(200).body));
    }
    assert!(before[0].contains("不由您签"));
    let seen = neighbour.get(&paths[1]).await.is(200).body.len();
    let mut first = resident(&town, &pact, 0).await;
    signs(&town, &pact, &mut first, 0).await;
    for (path, before) in paths.iter().zip(&before) {
        assert_eq!(&without_nonce(&stranger.get(path).await.is(200).body), before);
    }
    assert_eq!(neighbour.get(&paths[1]).await.is(200).body.len(), seen);
    // A visitor is sent to sign in, whatever the number.
    for number in [pact.number.as_str(), "NOPE-2026-01"] {
        let to = town.browser().get(&format!("/pacts/{number}/sign")).await;
        assert!(to.location().starts_with("/me/sign-in?next="), "{}", to.status);
    }
}

/// A page without what is random in each: nonces and form keys.
fn without_nonce(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("nonce=\"") {
        out.push_str(before);
        rest = after.split_once('"').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[tokio::test]
async fn a_later_version_is_signed_with_one_tap_after_the_difference() {
    let (town, pact) = town_with(1).await;
    let mut browser = resident(&town, &pact, 0).await;
    signs(&town, &pact, &mut browser, 0).await;
    pact.publish(&town.world.db(), 2, ["遛犬牵绳，绳长不超过2米。", "粪便随手清理。"]).await;
    let page = browser.get(&format!("/pacts/{}/sign", pact.number)).await.is(200);
    let tags = check(&page, "zh-CN", "changed");
    assert!(tags.iter().any(|tag| tag.name == "ins") && tags.iter().any(|tag| tag.name == "del"), "{}", page.body);
    let form = hidden(&tags, "/api/reaffirm-signature");
    let done = browser.post("/api/reaffirm-signature", &with(&form, &[])).await.is(303);
    let page = browser.get(done.location()).await.is(200);
    check(&page, "zh-CN", "signed again");
    assert!(page.body.contains("第 2 稿") && page.body.contains("第 1 稿"));
}

#[tokio::test]
async fn the_desk_visits_helps_enters_and_prints() {
    let (town, pact) = town_with(3).await;
    let (mut worker, _) = town.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let (mut officer, actor) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let desk = format!("/desk/pacts/{}/signing", pact.number);
    let page = worker.get(&desk).await.is(200);
    check(&page, "zh-CN", "desk");
    let page = worker.get(&format!("{desk}?building={}", pact.building)).await.is(200);
    check(&page, "zh-CN", "to visit");
    assert!(page.body.contains("1单元101室") && page.body.contains("1单元103室"));

    // Found by number; the number does not stand in the address.
    let found = worker.post("/api/find-signer", &[("pact", &pact.number), ("phone", "13900000001")]).await.is(303);
    let home = format!("{desk}?household={}", pact.people[1].0);
    assert_eq!(found.location(), home);
    let wrong = worker.post("/api/find-signer", &[("pact", &pact.number), ("phone", "13911111111")]).await.is(303);
    let tags = check(&worker.get(wrong.location()).await.is(200), "zh-CN", "nobody");
    marked(&tags, &["phone"]);
    assert_eq!(value(&tags, "phone"), "13911111111");

    let page = worker.get(&home).await.is(200);
    let tags = check(&page, "zh-CN", "household");
    assert!(page.body.contains("住＊") && !page.body.contains("住户1"), "{}", page.body);
    let form = hidden(&tags, "/api/assist-signing");
    let person = pact.people[1].1.to_string();
    let witness = actor.person.unwrap().to_string();
    let some = [("person", person.as_str()), ("witness_phone", "12345")];
    let refused = worker.post("/api/assist-signing", &with(&form, &some)).await.is(303);
    let tags = check(&worker.get(refused.location()).await.is(200), "zh-CN", "no witness");
    marked(&tags, &["witness_phone"]);
    assert_eq!(value(&tags, "witness_phone"), "12345");
    let all = [("person", person.as_str()), ("witness", &witness), ("read_back", "1")];
    let done = worker.post("/api/assist-signing", &with(&form, &all)).await.is(303);
    assert!(done.location().ends_with("done=asked"), "{}", done.location());
    let page = worker.get(done.location()).await.is(200);
    check(&page, "zh-CN", "asked");
    assert!(page.body.contains("在等见证人"), "{}", page.body);
    // The witness hears of it on the pact's page, and the signature counts when they have said so.
    let sign = format!("/pacts/{}/sign", pact.number);
    let tags = check(&officer.get(&sign).await.is(200), "zh-CN", "witness");
    let form = hidden(&tags, "/api/witness-signing");
    let silent = officer.post("/api/witness-signing", &with(&form, &[])).await.is(303);
    let tags = check(&officer.get(silent.location()).await.is(200), "zh-CN", "no answer");
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary"));
    let said = officer.post("/api/witness-signing", &with(&form, &[("was_so", "yes")])).await.is(303);
    assert!(officer.get(said.location()).await.is(200).body.contains("这个签名从现在起算数"));
    let page = worker.get(&home).await.is(200);
    assert!(page.body.contains("已签") && !page.body.contains("在等见证人"), "{}", page.body);

    // The book: one reads a signature, the other nothing, and a third settles it.
    let book = officer.get(&format!("/desk/pacts/{}/book?building={}", pact.number, pact.building)).await.is(200);
    let tags = check(&book, "zh-CN", "book");
    assert!(book.body.contains("住户2") && tags.iter().any(|tag| tag.name == "svg" && tag.get("class") == "qr"));
    worker.get(&format!("/desk/pacts/{}/book", pact.number)).await.is(403);
    let (household, person) = (pact.people[2].0.to_string(), pact.people[2].1.to_string());
    let text = pact.text(&town.world.db()).await;
    // Without its scan nothing is read: the page is kept first, once as a file that is no picture.
    let tags = check(&worker.get(&format!("{desk}?household={household}")).await.is(200), "zh-CN", "no scan");
    assert!(!tags.iter().any(|tag| tag.get("action") == "/api/enter-paper-signature"));
    let form = hidden(&tags, "/api/keep-signing-page");
    let parts = |picture: &'static [u8]| {
        let form = form.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        form.chain([("page", b"7".as_slice()), ("photos", picture), ("text", &text.as_bytes()[..12])])
            .collect::<Vec<_>>()
    };
    let refused = worker.post_parts("/api/keep-signing-page", &parts(b"%PDF-1.7")).await.is(303);
    let tags = check(&worker.get(refused.location()).await.is(200), "zh-CN", "no picture");
    marked(&tags, &["photos-scan"]);
    assert_eq!(value(&tags, "page"), "7", "what was typed stays");
    let picture: &'static [u8] = photo().leak();
    let kept = worker.post_parts("/api/keep-signing-page", &parts(picture)).await.is(303);
    let scan =
        kept.location().split_once("&scan=").expect("the scan").1.split('&').next().unwrap_or_default().to_owned();
    let src = format!("/files/{scan}/1600.jpg");
    for reader in [&mut worker, &mut officer] {
        let page = reader.get(&format!("{desk}?household={household}")).await.is(200);
        let tags = check(&page, "zh-CN", "beside the scan");
        assert!(tags.iter().any(|tag| tag.name == "img" && tag.get("src") == src && tag.get("alt").contains('7')));
        assert!(page.body.contains("二维码读不出"), "{}", page.body);
        reader.get(&src).await.is(200);
    }
    let (mut stranger, _) = town.resident().await;
    stranger.get(&src).await.is(404);
    town.browser().get(&src).await.is(404);
    let day = town.world.db().today().to_string();
    let line = |reading: &'static str| {
        [
            ("pact", pact.number.as_str()),
            ("household", household.as_str()),
            ("person", person.as_str()),
            ("reading", reading),
            ("signed_on", day.as_str()),
            ("scan", scan.as_str()),
            ("text", &text[..12]),
        ]
    };
    let bad: Vec<(&str, &str)> = line("signed")
        .into_iter()
        .map(|(name, value)| (name, if name == "text" { "ffffffff" } else { value }))
        .collect();
    let refused = worker
        .post(
            "/api/enter-paper-signature",
            &[&bad[..], &[("back", &format!("{desk}?household={household}&scan={scan}"))]].concat(),
        )
        .await
        .is(303);
    let tags = check(&worker.get(refused.location()).await.is(200), "zh-CN", "another version");
    marked(&tags, &["text-paper"]);
    assert_eq!(value(&tags, "signed_on"), day, "what was typed stays");
    let first = worker.post("/api/enter-paper-signature", &line("signed")).await.is(303);
    assert!(first.location().ends_with("done=first"), "{}", first.location());
    let second = officer.post("/api/enter-paper-signature", &line("blank")).await.is(303);
    assert!(second.location().ends_with("done=differs"), "{}", second.location());
    let page = officer.get(&desk).await.is(200);
    check(&page, "zh-CN", "difference");
    assert!(page.body.contains("两遍不一样的") && page.body.contains("要由别人决定"));
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let settled = [&line("signed")[..], &[("reason", "原件第7页有签名")]].concat();
    let third = clerk.post("/api/enter-paper-signature", &settled).await.is(303);
    assert!(third.location().ends_with("done=signed"), "{}", third.location());
    let register = clerk.get(&format!("/desk/pacts/{}/book", pact.number)).await.is(200);
    check(&register, "zh-CN", "register");
    assert!(register.body.contains("住户1") && register.body.contains("住户2") && register.body.contains("一字节不差"));
}

#[tokio::test]
async fn a_pledge_is_for_the_buildings_its_officer_chose() {
    let town = Town::new().await;
    let db = town.world.db();
    let pact = to_sign(&db, Kind::BuildingPledge, 2).await;
    let other = to_sign(&db, Kind::ResidentConvention, 3).await;
    pact.stands_in(&db, "up1").await;
    let (mut officer, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let desk = format!("/desk/pacts/{}/signing", pact.number);
    let page = officer.get(&desk).await.is(200);
    check(&page, "zh-CN", "pledge");
    assert!(page.body.contains("这份约定管哪些楼"));
    let building = pact.building.to_string();
    officer.post("/api/choose-signers", &[("pact", &pact.number), ("buildings[]", &building)]).await.is(303);
    let mut conn = db.pool().acquire().await.unwrap();
    assert_eq!(gongzhi_store::signing::count(&mut conn, pact.pact).await.unwrap().households, 2);
    assert!(gongzhi_store::signing::count(&mut conn, other.pact).await.unwrap().households >= 5);
    pact.stands_in(&db, "sign").await;
    let late = officer.post("/api/choose-signers", &[("pact", &pact.number), ("back", &desk)]).await.is(303);
    let page = officer.get(late.location()).await.is(200);
    assert!(!page.body.contains("一栋也不选") || page.body.contains("error-summary"), "{}", page.body);
}
