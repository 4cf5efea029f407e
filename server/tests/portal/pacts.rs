//! Pacts on pages: what everybody sees, saying agree, change or object without a script, and the workshop's forms, which lose
//! nothing that was typed.

use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::person::Role;
use gongzhi_store::sessions::Kind as Door;

use crate::browser::Browser;
use crate::forms::marked;
use crate::html::{check, tags, value};
use crate::pact_scenes::{PactScene, pact};
use crate::town::Town;

const HOSTILE: &str = "两米 </textarea><script>alert(1)</script> \"引号\" & <b>";

/// A pact in the first town at a stage, and the browser of an officer with this office of it.
async fn officer(town: &Town, stage: Stage, office: Office) -> (Browser, PactScene) {
    let (browser, actor) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let scene = pact(town, stage, true, actor.person.map(|person| (person, office))).await;
    (browser, scene)
}

#[tokio::test]
async fn everybody_reads_the_list_a_pact_its_clauses_and_its_text() {
    let town = Town::new().await;
    let mut visitor = town.browser();
    let empty = visitor.get("/pacts").await.is(200);
    check(&empty, "zh-CN", "no pacts");
    assert!(empty.body.contains("这里还没有公约"));
    let scene = pact(&town, Stage::Down1, true, None).await;
    let (number, clause) = (&scene.number, scene.clause);
    for lang in ["zh-CN", "en"] {
        let mut visitor = town.browser().chose(lang);
        for path in [
            "/pacts".to_owned(),
            "/pacts?area=BYH1A".into(),
            "/pacts?area=nonsense".into(),
            format!("/pacts/{number}"),
            format!("/pacts/{}", number.to_lowercase()),
            format!("/pacts/{number}/clauses/{clause}"),
            format!("/pacts/{number}/text"),
            format!("/pacts/{number}/text?from=1&to=1"),
            format!("/pacts/{number}/text?from=x&to="),
        ] {
            let page = visitor.get(&path).await.is(200);
            check(&page, lang, &path);
            assert!(!page.body.contains("两米"), "{path}: words nobody has looked at yet");
        }
    }
    let page = visitor.get(&format!("/pacts/{number}")).await.is(200);
    for said in ["一下：征求意见", "正在进行", "遛犬牵绳。", "1 人建议修改", "说说我的意见", "还剩 15 天"]
    {
        assert!(page.body.contains(said), "{said}");
    }
    assert!(page.body.contains("aria-current=\"step\""), "the path is told in words too");
    let clause_page = visitor.get(&format!("/pacts/{number}/clauses/{clause}")).await.is(200);
    assert!(clause_page.body.contains("/me/sign-in?next=") && !clause_page.body.contains("/api/give-opinion"));
    for nowhere in ["BYH1A-2026-99", "x", "%00", "%27%3B--", "..%2F..", &"9".repeat(300)] {
        visitor.get(&format!("/pacts/{nowhere}")).await.is(404);
        visitor.get(&format!("/pacts/{nowhere}/text")).await.is(404);
    }
    visitor.get(&format!("/pacts/{number}/clauses/{}", scene.pact)).await.is(404);
    visitor.get(&format!("/pacts/{number}/clauses/x")).await.is(404);
    visitor.get(&format!("/pacts/{number}/text?from=1&to=9")).await.is(404);
    visitor.get("/pacts?from=nonsense").await.is(404);
}

#[tokio::test]
async fn an_opinion_is_one_press_and_comes_back_when_words_are_missing() {
    let town = Town::new().await;
    let scene = pact(&town, Stage::Down1, true, None).await;
    let here = format!("/pacts/{}/clauses/{}", scene.number, scene.clause);
    let (mut browser, _) = town.resident().await;
    let page = browser.get(&here).await.is(200);
    let form = check(&page, "zh-CN", "clause");
    assert_eq!(form.iter().filter(|tag| tag.name == "button" && tag.get("name") == "stance").count(), 3);
    let clause = scene.clause.to_string();
    let send = |stance: &'static str, words: &'static str| {
        let (back, number, clause) = (format!("{here}#say"), scene.number.clone(), clause.clone());
        [
            ("back", back),
            ("number", number),
            ("text_no", "1".to_owned()),
            ("clause", clause),
            ("stance", stance.to_owned()),
            ("words", words.to_owned()),
        ]
    };
    let post = async |browser: &mut Browser, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/api/give-opinion", &fields).await
    };
    let agreed = post(&mut browser, &send("agree", "")).await.is(303);
    assert_eq!(agreed.location(), format!("{here}#mine"));
    let page = browser.get(&here).await.is(200);
    assert!(check(&page, "zh-CN", "agreed").iter().any(|tag| tag.get("aria-pressed") == "true"));

    let wordless = post(&mut browser, &send("object", "  ")).await.is(303);
    assert_eq!(wordless.location(), format!("{here}#say"));
    let page = browser.get(&here).await.is(200);
    marked(&check(&page, "zh-CN", "wordless"), &["words"]);

    post(&mut browser, &send("object", HOSTILE)).await.is(303);
    let page = browser.get(&here).await.is(200);
    let shown = check(&page, "zh-CN", "said");
    assert!(page.body.contains("文字正在审核") && !page.body.contains("<script>alert"));
    assert_eq!(shown.iter().filter(|tag| tag.get("id") == "mine").count(), 1);
    let others = town.browser().get(&here).await.is(200);
    assert!(!others.body.contains("引号"), "nobody else reads it before somebody looked");
    for (field, hostile) in [("stance", "love"), ("text_no", "x"), ("text_no", "99"), ("clause", "x"), ("number", "%")]
    {
        let mut fields = send("agree", "").to_vec();
        fields.iter_mut().filter(|(name, _)| *name == field).for_each(|(_, value)| *value = hostile.to_owned());
        let answer = post(&mut browser, &fields).await;
        assert!(answer.status < 500, "{field}={hostile}: {}", answer.status);
    }
    let visitor = post(&mut town.browser(), &send("agree", "")).await.is(303);
    assert!(visitor.location().starts_with("/me/sign-in?next="), "{}", visitor.location());
}

#[tokio::test]
async fn a_helper_s_form_keeps_what_was_typed() {
    let town = Town::new().await;
    let scene = pact(&town, Stage::Down1, true, None).await;
    let here = format!("/pacts/{}/clauses/{}", scene.number, scene.clause);
    let (mut browser, _) = town.staff(Role::GridWorker, "OFFICE1", "BYH1A").await;
    let page = browser.get(&here).await.is(200);
    assert!(page.body.contains("替居民登记意见"));
    check(&page, "zh-CN", "helper");
    let clause = scene.clause.to_string();
    let fields = [
        ("back", here.as_str()),
        ("number", &scene.number),
        ("text_no", "1"),
        ("clause", &clause),
        ("stance", "change"),
        ("words", HOSTILE),
        ("phone", "123"),
        ("channel", "assisted"),
    ];
    browser.post("/api/enter-opinion", &fields).await.is(303);
    let page = browser.get(&here).await.is(200);
    marked(&check(&page, "zh-CN", "refused"), &["phone-help"]);
    assert!(page.body.contains("引号") && page.body.contains("value=\"123\""), "{}", page.body);
}

#[tokio::test]
async fn a_pact_is_begun_by_a_form_that_keeps_everything() {
    let town = Town::new().await;
    let (mut browser, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    for lang in ["zh-CN", "en"] {
        browser = browser.chose(lang);
        for path in ["/desk/pacts", "/desk/pacts/new"] {
            check(&browser.get(path).await.is(200), lang, path);
        }
    }
    let unit = town.world.unit("OFFICE1").await.to_string();
    let fields = [
        ("back", "/desk/pacts/new"),
        ("kind", "resident_convention"),
        ("area", "BYH1A"),
        ("unit", &unit),
        ("title", "约"),
        ("purpose", HOSTILE),
    ];
    browser = browser.chose("zh-CN");
    browser.post("/api/open-pact", &fields).await.is(303);
    let page = browser.get("/desk/pacts/new").await.is(200);
    let form = check(&page, "zh-CN", "refused");
    marked(&form, &["title"]);
    assert_eq!(value(&form, "title"), "约");
    assert!(page.body.contains("引号") && !page.body.contains("<script>alert"));
    let mut good = fields;
    good[4].1 = "楼道公约";
    let opened = browser.post("/api/open-pact", &good).await.is(303);
    assert_eq!(opened.location(), "/desk/pacts/BYH1A-2026-01");
    let page = browser.get(opened.location()).await.is(200);
    check(&page, "zh-CN", "workshop");
    for said in ["党组织研究的纪要", "议题", "写好的草稿", "还没有人", "使用前请向街道（乡镇）核对"]
    {
        assert!(page.body.contains(said), "{said}");
    }
}

#[tokio::test]
async fn the_draft_s_buttons_lose_nothing() {
    let town = Town::new().await;
    let (mut browser, scene) = officer(&town, Stage::Up1, Office::Drafter).await;
    let draft = format!("/desk/pacts/{}/draft", scene.number);
    let page = browser.get(&draft).await.is(200);
    let form = check(&page, "zh-CN", "draft");
    assert_eq!(value(&form, "count"), "1");
    let id = value(&form, "id-0").to_owned();
    let version = value(&form, "version").to_owned();
    let parts = |press: &'static str, texts: &[(&'static str, &'static str)]| -> Vec<(String, Vec<u8>)> {
        let mut parts = vec![
            ("number".to_owned(), scene.number.clone().into_bytes()),
            ("version".to_owned(), version.clone().into_bytes()),
            ("count".to_owned(), texts.len().to_string().into_bytes()),
        ];
        for (at, (id, text)) in texts.iter().enumerate() {
            parts.push((format!("id-{at}"), id.as_bytes().to_vec()));
            parts.push((format!("text-{at}"), text.as_bytes().to_vec()));
        }
        parts.push(("press".to_owned(), press.as_bytes().to_vec()));
        parts
    };
    let id: &'static str = Box::leak(id.into_boxed_str());
    let post = async |browser: &mut Browser, parts: Vec<(String, Vec<u8>)>| {
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        browser.post_parts("/api/save-draft", &parts).await
    };
    let added = post(&mut browser, parts("add", &[(id, HOSTILE)])).await.is(303);
    assert_eq!(added.location(), draft);
    let page = browser.get(&draft).await.is(200);
    let form = check(&page, "zh-CN", "added");
    assert_eq!((value(&form, "count"), value(&form, "id-0")), ("2", id));
    assert!(page.body.contains("引号"), "what was typed but not saved is still there");
    post(&mut browser, parts("up-1", &[(id, "甲"), ("", "乙")])).await.is(303);
    let form = tags(&browser.get(&draft).await.is(200).body);
    assert_eq!((value(&form, "id-0"), value(&form, "id-1")), ("", id));
    // Too long a clause comes back with its message; then it is saved.
    let long: &'static str = Box::leak("长".repeat(1001).into_boxed_str());
    post(&mut browser, parts("save", &[(id, "甲"), ("", long)])).await.is(303);
    let page = browser.get(&draft).await.is(200);
    let summary = page.body.find("error-summary").map(|at| page.body[at..].chars().take(600).collect::<String>());
    println!("{summary:?}");
    marked(&check(&page, "zh-CN", "too long"), &["text-1"]);
    assert!(page.body.contains(long));
    post(&mut browser, parts("save", &[(id, "甲"), ("", "乙")])).await.is(303);
    let form = tags(&browser.get(&draft).await.is(200).body);
    assert_eq!(value(&form, "count"), "2");
    // Somebody else saves meanwhile: what was typed stays, and it is said.
    let stale = post(&mut browser, parts("save", &[(id, "丙丙丙")])).await.is(303);
    let page = browser.get(stale.location()).await.is(200);
    assert!(page.body.contains("丙丙丙") && page.body.contains("error-summary"));
}

#[tokio::test]
async fn evidence_assents_and_answers_are_forms_too() {
    let town = Town::new().await;
    let (mut browser, scene) = officer(&town, Stage::Up1, Office::Branch).await;
    let desk = format!("/desk/pacts/{}", scene.number);
    let pact_id = scene.pact.to_string();
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("back", desk.as_bytes()),
        ("pact", pact_id.as_bytes()),
        ("number", scene.number.as_bytes()),
        ("kind", b"party_study"),
        ("day", b"2026-13-45"),
        ("note", HOSTILE.as_bytes()),
    ];
    browser.post_parts("/api/record-evidence", &parts).await.is(303);
    let page = browser.get(&desk).await.is(200);
    marked(&check(&page, "zh-CN", "evidence refused"), &["day-evidence"]);
    assert!(page.body.contains("引号") && !page.body.contains("<script>alert"));
    parts[4].1 = b"2026-03-02";
    browser.post_parts("/api/record-evidence", &parts).await.is(303);
    let page = browser.get(&desk).await.is(200);
    check(&page, "zh-CN", "recorded");
    assert!(page.body.contains("党组织研究纪要") && !page.body.contains("error-summary"));
    let version = scene.version.to_string();
    let fields = [("back", desk.as_str()), ("number", &scene.number), ("version", &version), ("step", "open_consult")];
    browser.post("/api/move-pact", &fields).await.is(303);
    let page = browser.get(&desk).await.is(200);
    check(&page, "zh-CN", "too early");
    assert!(page.body.contains("error-summary") && page.body.contains("议题"), "what is missing is said");
    for (name, hostile) in [("step", "fly"), ("version", "x"), ("number", "x"), ("step", "")] {
        let mut fields = fields;
        fields.iter_mut().filter(|(field, _)| *field == name).for_each(|(_, value)| *value = hostile);
        assert!(browser.post("/api/move-pact", &fields).await.status < 500, "{name}={hostile}");
    }

    let (mut browser, scene) = officer(&town, Stage::Up2, Office::Drafter).await;
    let analysis = format!("/desk/pacts/{}/analysis", scene.number);
    for lang in ["zh-CN", "en"] {
        browser = browser.chose(lang);
        check(&browser.get(&analysis).await.is(200), lang, "analysis");
        check(&browser.get(&format!("/desk/pacts/{}", scene.number)).await.is(200), lang, "workshop");
    }
    let opinion = scene.opinion.to_string();
    let mut fields = [
        ("back", analysis.as_str()),
        ("number", &scene.number),
        ("opinions", &opinion),
        ("answer", "adopted"),
        ("reason", "好"),
    ];
    browser.post("/api/answer-opinions", &fields).await.is(303);
    let page = browser.get(&analysis).await.is(200);
    marked(&check(&page, "en", "curt"), &[&format!("reason-{opinion}")]);
    fields[4].1 = "改成两米";
    browser.post("/api/answer-opinions", &fields).await.is(303);
    let page = browser.get(&analysis).await.is(200);
    assert!(page.body.contains("改成两米") && !page.body.contains("error-summary"));
}

#[tokio::test]
async fn what_waits_for_somebody_stands_first_where_they_live() {
    let town = Town::new().await;
    let scene = pact(&town, Stage::Down1, true, None).await;
    let (mut browser, person) = town.resident().await;
    let page = browser.get("/pacts").await.is(200);
    assert!(!page.body.contains("等您参与"), "no home is known");
    crate::pact_scenes::settle(&town, person, "BYH1A1").await;
    let page = browser.get("/pacts").await.is(200);
    check(&page, "zh-CN", "waiting");
    assert!(page.body.contains("等您参与") && page.body.contains(&scene.number));
    let elsewhere = town.world.resident("赵", &town.phone()).await.person;
    crate::pact_scenes::settle(&town, elsewhere, "WNS1A1").await;
    let token = town.session(elsewhere, Door::Resident).await;
    let page = town.browser().signed_in(&token).get("/pacts").await.is(200);
    assert!(!page.body.contains("等您参与"), "nothing is asked of those who live elsewhere");
}
