//! Points as people meet them: credited at the desk by two, seen, exchanged with a code, handed out at the counter; and what
//! every page and refusal of the room keeps to.

use gongzhi_domain::ids::TariffItemId;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{GoesTo, NewItem, Period, Source};
use gongzhi_store::points::{self, NewReward, PutInForce};
use gongzhi_store::testing::World;
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
    let put = PutInForce {
        decision: "居民会议 2026 年第 2 号决议".into(),
        effective_on: Some(db.today()),
        expires_months: Some(24),
    };
    points::put_in_force(&db, &second, draft, &put).await.unwrap();
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
    let own = [("tariff", tariff.as_str()), ("decision", "2026-2"), ("effective_on", "2026-04-01")];
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
