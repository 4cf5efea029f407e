//! Points as people meet them: credited at the desk by two, seen, exchanged with a code, handed out at the counter; and what
//! every page and refusal of the room keeps to.

use gongzhi_domain::ids::TariffItemId;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{GoesTo, NewItem, Period, Source};
use gongzhi_store::meetings;
use gongzhi_store::points::{self, NewReward};
use gongzhi_store::testing::tariffs::Assembly;
use gongzhi_store::testing::{World, tariffs};
use uuid::Uuid;

use crate::forms::marked;
use crate::html::{check, value};
use crate::town::Town;

const LANGS: [&str; 2] = ["zh-CN", "en"];

/// A tariff in force in an area; answers its one item.
pub async fn tariff(world: &World, area: &str) -> TariffItemId {
    let first = world.staff(Role::PactOfficer, "CENTRE", "152921").await;
    let second = world.staff(Role::PactOfficer, "CENTRE", "152921").await;
    let db = world.db();
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    let item = NewItem {
        name: pair("治安巡逻 <b>", "Night patrol"),
        source: Source::Safety,
        goes_to: GoesTo::Person,
        points: 5,
        cap: 20,
        period: Period::Month,
        evidence: pair("签到表", "Sign-in sheet"),
        checks: pair("网格员", "Grid worker"),
    };
    let draft = points::draft(&db, &first, area).await.unwrap();
    points::add_item(&db, &first, draft, &item).await.unwrap();
    tariffs::passes(world, &second, area, draft).await.unwrap();
    let tariffs = points::in_force(&db).await.unwrap();
    tariffs.iter().find(|tariff| tariff.path.ends_with(area)).unwrap().items[0].id
}

pub async fn reward(world: &World, manager: &Actor, area: &str) {
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    let new = NewReward {
        area: area.into(),
        unit: "PROP".into(),
        name: pair("洗衣液", "Washing liquid"),
        place: pair("物业前台", "Property desk"),
        cost: 5,
        stock: 3,
    };
    points::add_reward(&world.db(), manager, &new).await.unwrap();
}

#[tokio::test]
async fn a_patrol_becomes_points_and_points_become_washing_liquid() {
    let town = Town::new().await;
    let item = tariff(&town.world, "BYH1A").await.to_string();
    let (mut coordinator, actor) = town.staff(Role::VolunteerCoordinator, "CENTRE", "BYH1A").await;
    let (mut officer, _) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let (mut counter, _) = town.staff(Role::Handler, "PROP", "BYH1A").await;
    reward(&town.world, &actor, "BYH1A").await;
    let phone = town.phone();
    let person = town.world.resident("李", &phone).await.person;
    let mut li = town.browser().signed_in(&town.session(person, gongzhi_store::sessions::Kind::Resident).await);

    let page = coordinator.get("/desk/points").await.is(200);
    let tags = check(&page, "zh-CN", "/desk/points");
    let (key, day) = (value(&tags, "key").to_owned(), town.world.db().today().to_string());
    // Refused, the form comes back with what was typed.
    let wrong = [
        ("key", key.as_str()),
        ("phone", "123"),
        ("item", &item),
        ("day", &day),
        ("note", "巡"),
        ("back", "/desk/points"),
    ];
    coordinator.post("/api/propose-credit", &wrong).await.is(303);
    let tags = check(&coordinator.get("/desk/points").await.is(200), "zh-CN", "refused");
    marked(&tags, &["phone", "note"]);
    assert_eq!(value(&tags, "phone"), "123");
    let right =
        [("key", key.as_str()), ("phone", &phone), ("item", &item), ("day", &day), ("note", "七点到九点巡逻 <i>")];
    coordinator.post("/api/propose-credit", &right).await.is(303);
    coordinator.post("/api/propose-credit", &right).await.is(303);

    let page = officer.get("/desk/points").await.is(200);
    assert!(page.body.contains("七点到九点巡逻 &lt;i&gt;") && !page.body.contains(&phone));
    let tags = check(&page, "zh-CN", "/desk/points");
    let proposal = value(&tags, "proposal").to_owned();
    let approved = [("proposal", proposal.as_str()), ("decision", "approve")];
    let own = coordinator.clone().island().post("/api/check-credit", &approved).await;
    assert_eq!(own.status, 422, "two people");
    let silent = [("proposal", proposal.as_str()), ("decision", "refuse"), ("back", "/desk/points")];
    officer.post("/api/check-credit", &silent).await.is(303);
    let tags = check(&officer.get("/desk/points").await.is(200), "zh-CN", "silent");
    assert!(tags.iter().any(|tag| tag.get("id") == "error-summary"));
    officer.post("/api/check-credit", &[("proposal", &proposal), ("decision", "approve")]).await.is(303);
    let told = officer.get("/desk/points?done=approved").await.is(200);
    check(&told, "zh-CN", "approved");

    for lang in LANGS {
        let mut li = li.clone().chose(lang);
        let page = li.get("/points").await.is(200);
        check(&page, lang, "/points");
        assert!(page.body.contains("+5"), "{}", page.body);
        check(&li.get("/points/rewards").await.is(200), lang, "/points/rewards");
        check(&li.get("/points/tariff").await.is(200), lang, "/points/tariff");
        check(&li.get("/me").await.is(200), lang, "/me");
    }
    let tags = check(&li.get("/points/rewards").await.is(200), "zh-CN", "/points/rewards");
    let (key, reward) = (value(&tags, "key").to_owned(), value(&tags, "reward").to_owned());
    let reserved = li.post("/api/reserve-reward", &[("key", &key), ("reward", &reward)]).await.is(303);
    let address = reserved.location().to_owned();
    let page = li.get(&address).await.is(200);
    check(&page, "zh-CN", "reservation");
    assert!(page.body.contains("class=\"qr\""), "{}", page.body);
    let code = page.body.split("receipt-code\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    // Nobody else sees it; another browser of the same person can have a new one, and the old one stops working.
    let (mut other, _) = town.resident().await;
    other.get(&address).await.is(404);
    let mut phone_of_li =
        town.browser().signed_in(&town.session(person, gongzhi_store::sessions::Kind::Resident).await);
    let page = phone_of_li.get(&address).await.is(200);
    assert!(!page.body.contains("class=\"qr\"") && !page.body.contains(&code), "shown once");

    for lang in LANGS {
        check(&counter.clone().chose(lang).get("/desk/points/counter").await.is(200), lang, "counter");
    }
    counter.get("/desk/points/counter").await.is(200);
    counter.post("/api/look-up-pickup", &[("code", "34679ACD"), ("back", "/desk/points/counter")]).await.is(303);
    marked(&check(&counter.get("/desk/points/counter").await.is(200), "zh-CN", "no such code"), &["code"]);
    let seen = counter.post("/api/look-up-pickup", &[("code", &code)]).await.is(303);
    assert!(!seen.location().contains(code.trim()), "a code stands in no address");
    let page = counter.get(seen.location()).await.is(200);
    assert!(page.body.contains("洗衣液"));
    check(&page, "zh-CN", "seen");
    counter.post("/api/hand-out-reward", &[("code", &code)]).await.is(303);
    assert!(counter.get("/desk/points/counter?seen=1").await.is(200).body.contains("办好了"));
    let again = counter.clone().island().post("/api/hand-out-reward", &[("code", &code)]).await;
    assert_eq!(again.status, 422, "it works once");
    let page = li.get(&address).await.is(200);
    assert!(page.body.contains("已领取"));
    check(&page, "zh-CN", "fetched");
}

#[tokio::test]
async fn every_page_of_points_keeps_to_the_rules_for_whoever_opens_it() {
    let town = Town::new().await;
    tariff(&town.world, "BYH1A").await;
    let (supervisor, _) = town.staff(Role::Supervisor, "CENTRE", "152921").await;
    let (officer, actor) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    points::draft(&town.world.db(), &actor, "BYH1A").await.unwrap();
    reward(&town.world, &actor, "BYH1A").await;
    for lang in LANGS {
        for (mut browser, path) in [
            (town.browser(), "/points/tariff"),
            (town.browser(), "/points/rewards"),
            (officer.clone(), "/desk/points/tariff"),
            (officer.clone(), "/desk/points/rewards"),
            (officer.clone(), "/desk/points"),
            (supervisor.clone(), "/desk/points/audit"),
            (supervisor.clone(), "/desk/points"),
        ] {
            browser = browser.chose(lang);
            let page = browser.get(path).await.is(200);
            check(&page, lang, path);
            assert!(!page.body.contains("治安巡逻 <b>"), "{path}: not escaped");
        }
    }
    let mut visitor = town.browser();
    assert!(visitor.get("/points").await.location().contains("/sign-in?next="));
    let (mut resident, _) = town.resident().await;
    for path in ["/desk/points", "/desk/points/counter", "/desk/points/audit"] {
        resident.get(path).await.is(403);
    }
}

#[tokio::test]
async fn the_forms_of_tariff_and_stock_say_what_is_wrong() {
    let town = Town::new().await;
    let (mut officer, actor) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    officer.get("/desk/points/tariff").await.is(200);
    officer.post("/api/draft-tariff", &[("area", "BYH1A"), ("back", "/desk/points/tariff")]).await.is(303);
    let tags = check(&officer.get("/desk/points/tariff").await.is(200), "zh-CN", "draft");
    let tariff = value(&tags, "tariff").to_owned();
    let sent = [("tariff", tariff.as_str()), ("name_zh", "巡逻"), ("points", "五"), ("back", "/desk/points/tariff")];
    officer.post("/api/add-tariff-item", &sent).await.is(303);
    let page = officer.get("/desk/points/tariff").await.is(200);
    let tags = check(&page, "zh-CN", "item");
    let apart = |name: &str| format!("{name}-add-{tariff}");
    let named: Vec<String> = ["points", "cap", "name_en", "evidence_zh"].iter().map(|name| apart(name)).collect();
    marked(&tags, &named.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(value(&tags, "name_zh"), "巡逻");
    let voting =
        officer.clone().island().post("/api/add-tariff-item", &[("tariff", &tariff), ("source", "voting")]).await;
    assert_eq!(voting.status, 422, "points for voting are no choice");
    let own = [("tariff", tariff.as_str()), ("effective_on", "2026-04-01")];
    assert_eq!(officer.clone().island().post("/api/pass-tariff", &own).await.status, 422, "a second person");

    officer.get("/desk/points/rewards").await.is(200);
    let sent =
        [("area", "BYH1A"), ("unit", "PROP"), ("cost", "很多"), ("stock", "-1"), ("back", "/desk/points/rewards")];
    officer.post("/api/add-reward", &sent).await.is(303);
    let tags = check(&officer.get("/desk/points/rewards").await.is(200), "zh-CN", "reward");
    marked(&tags, &["name_zh", "name_en", "where_zh", "where_en", "cost", "stock"]);
    reward(&town.world, &actor, "BYH1A").await;
    let id: Uuid = sqlx::query_scalar("select id from reward").fetch_one(town.world.db().pool()).await.unwrap();
    let id = id.to_string();
    let sent = [("reward", id.as_str()), ("cost", "６"), ("seen", "3"), ("stock", "0"), ("active", "1")];
    officer.post("/api/change-reward", &sent).await.is(303);
    let page = officer.get("/points/rewards").await.is(200);
    assert!(page.body.contains("换完了"), "{}", page.body);
}

#[tokio::test]
async fn a_tariff_is_passed_at_a_meeting_and_everybody_can_do_the_sum_again() {
    let town = Town::new().await;
    let (world, desk) = (&town.world, "/desk/points/tariff");
    let assembly = Assembly::new(world, "BYH1A").await;
    let (mut drafter, actor) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let (mut second, _) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let item = NewItem {
        name: ("扫雪 <b>".into(), "Snow".into()),
        source: Source::Volunteering,
        goes_to: GoesTo::Person,
        points: 5,
        cap: 20,
        period: Period::Month,
        evidence: ("照片".into(), "Photo".into()),
        checks: ("两人".into(), "Two people".into()),
    };
    let draft = points::draft(&world.db(), &actor, "BYH1A").await.unwrap();
    points::add_item(&world.db(), &actor, draft, &item).await.unwrap();
    let page = drafter.get(desk).await.is(200);
    assert!(page.body.contains("还没有召集会议"), "{}", page.body);
    let meeting = assembly.calls().await;
    let tariff = draft.to_string();
    drafter
        .post("/api/put-tariff-to-vote", &[("tariff", &tariff), ("expires_months", "7"), ("back", desk)])
        .await
        .is(303);
    let tags = check(&drafter.get(desk).await.is(200), "zh-CN", "put refused");
    marked(&tags, &[&format!("meeting-put-{tariff}")]);
    let put = [("tariff", tariff.as_str()), ("meeting", &meeting.to_string()), ("expires_months", "36")];
    drafter.post("/api/put-tariff-to-vote", &put).await.is(303);
    for lang in LANGS {
        let page = drafter.clone().chose(lang).get(desk).await.is(200);
        check(&page, lang, "before the vote");
        assert!(page.body.contains("/api/take-tariff-back") && !page.body.contains("/api/add-tariff-item"));
        let page = town.browser().chose(lang).get("/points/tariff").await.is(200);
        check(&page, lang, "to be voted on");
        assert!(page.body.contains("扫雪 &lt;b&gt;") || page.body.contains("Snow"), "people read it before they vote");
    }

    assembly.gathers(meeting).await;
    let at = format!("/desk/meetings/{meeting}");
    let count = |yes: &'static str, back: &str| {
        [
            ("meeting", meeting.to_string()),
            ("tariff", tariff.clone()),
            ("present", "7".into()),
            ("in_favour", yes.into()),
            ("against", "1".into()),
            ("abstained", "0".into()),
            ("back", back.to_owned()),
        ]
    };
    let sends = async |browser: &mut crate::browser::Browser, yes| {
        let fields = count(yes, &at);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/api/count-tariff", &fields).await.is(303);
    };
    drafter.get(&at).await.is(200);
    sends(&mut drafter, "9").await;
    let tags = check(&drafter.get(&at).await.is(200), "zh-CN", "more hands than people");
    marked(&tags, &[&format!("in_favour-count-{tariff}")]);
    sends(&mut drafter, "6").await;
    for lang in LANGS {
        check(&drafter.clone().chose(lang).get(&at).await.is(200), lang, "counted");
    }
    assembly.closes(meeting).await.unwrap();
    let own = drafter.get(desk).await.is(200);
    assert!(!own.body.contains("/api/pass-tariff") && own.body.contains("请另一位同事定生效日期"), "{}", own.body);
    let pass = [("tariff", tariff.as_str()), ("effective_on", "2026-03-01"), ("back", desk)];
    second.get(desk).await.is(200);
    second.post("/api/pass-tariff", &pass).await.is(303);
    let tags = check(&second.get(desk).await.is(200), "zh-CN", "a day that has passed");
    marked(&tags, &[&format!("effective_on-pass-{tariff}")]);
    let today = world.db().today().to_string();
    second.post("/api/pass-tariff", &[("tariff", &tariff), ("effective_on", &today)]).await.is(303);
    for lang in LANGS {
        let page = town.browser().chose(lang).get("/points/tariff").await.is(200);
        check(&page, lang, "in force");
        for shown in ["6", "12", "7", &format!("/rooms/{}/meetings/{meeting}", assembly.room)] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let public = format!("/rooms/{}/meetings/{meeting}", assembly.room);
        let page = town.browser().chose(lang).get(&public).await.is(200);
        check(&page, lang, "the meeting");
        assert!(page.body.contains("/points/tariff"));
    }
    assert!(meetings::public(&world.db(), &world.visitor(), meeting).await.unwrap().tariffs[0].passed == Some(true));
}

#[tokio::test]
async fn the_list_of_rewards_shows_first_what_the_reader_can_take() {
    let town = Town::new().await;
    let (_, actor) = town.staff(Role::PactOfficer, "CENTRE", "152921").await;
    let item = tariff(&town.world, "BYH1A").await;
    reward(&town.world, &actor, "BYH1A").await;
    reward(&town.world, &actor, "WNS1A").await;
    let phone = town.phone();
    let person = town.world.resident("李", &phone).await.person;
    let new = points::Propose {
        key: Uuid::new_v4(),
        phone,
        item,
        day: town.world.db().today(),
        note: "七点到九点巡逻".into(),
    };
    let proposal = points::propose(&town.world.db(), &actor, &new).await.unwrap();
    let (_, checker) = town.staff(Role::PactOfficer, "CENTRE", "152921").await;
    points::check(&town.world.db(), &checker, proposal, true, "").await.unwrap();
    let mut li = town.browser().signed_in(&town.session(person, gongzhi_store::sessions::Kind::Resident).await);
    for lang in LANGS {
        let page = li.clone().chose(lang).get("/points/rewards").await.is(200);
        check(&page, lang, "rewards");
        let (form, not) = (
            page.body.find("/api/reserve-reward").unwrap(),
            if lang == "en" { "This is for residents of" } else { "或者积分要在那里记的" },
        );
        assert!(form < page.body.find(not).unwrap(), "first what can be taken");
        assert_eq!(page.body.matches("/api/reserve-reward").count(), 1);
    }
    let other: Uuid = sqlx::query_scalar("select id from reward where area_path like '%WNS1A'")
        .fetch_one(town.world.db().pool())
        .await
        .unwrap();
    let (key, other) = (Uuid::new_v4().to_string(), other.to_string());
    li.get("/points/rewards").await.is(200);
    li.post("/api/reserve-reward", &[("key", &key), ("reward", &other), ("back", "/points/rewards")]).await.is(303);
    let page = li.get("/points/rewards").await.is(200);
    assert!(page.body.contains("您不住在那里"), "{}", page.body);
}
