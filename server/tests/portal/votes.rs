//! Roll, vote and result as people meet them: the whole way without a script, what is refused and kept, hostile input, the desk.

use gongzhi_domain::pact::{Choice, Kind, Secrecy};
use gongzhi_store::sessions::Kind as Door;
use gongzhi_store::testing::signing::phone;
use gongzhi_store::testing::votes::{Door as Home, Hall};
use uuid::Uuid;

use crate::browser::Browser;
use crate::forms::marked;
use crate::html::{Tag, check, value};
use crate::town::Town;

/// Rows of the table of routes that are about roll and vote.
pub fn is_here(path: &str) -> bool {
    const FORMS: [&str; 17] = [
        "/api/name-voter",
        "/api/object-to-roll",
        "/api/answer-roll-objection",
        "/api/settle-voter",
        "/api/choose-counting",
        "/api/name-member",
        "/api/give-proxy",
        "/api/take-back-proxy",
        "/api/cast-vote",
        "/api/keep-teller-key",
        "/api/enter-ballot",
        "/api/tick-ballot",
        "/api/untick-ballot",
        "/api/enter-box",
        "/api/close-vote",
        "/api/object-to-result",
        "/api/check-vote-receipt",
    ];
    const PAGES: [&str; 6] = [
        "/pacts/{number}/roll",
        "/pacts/{number}/vote",
        "/pacts/{number}/result",
        "/desk/pacts/{number}/roll",
        "/desk/pacts/{number}/roll/list",
        "/desk/pacts/{number}/vote",
    ];
    FORMS.contains(&path) || PAGES.contains(&path)
}

async fn resident(town: &Town, hall: &Hall, n: usize) -> Browser {
    town.browser().signed_in(&town.session(hall.people[n], Door::Resident).await)
}

async fn officer(town: &Town, actor: &gongzhi_domain::person::Actor) -> Browser {
    town.browser().signed_in(&town.session(actor.person.unwrap(), Door::Staff).await)
}

/// The hidden fields of the n-th form that posts there.
fn hidden(tags: &[Tag], action: &str, n: usize) -> Vec<(String, String)> {
    let forms: Vec<usize> =
        tags.iter().enumerate().filter(|(_, tag)| tag.get("action") == action).map(|(at, _)| at).collect();
    let form = *forms.get(n).unwrap_or_else(|| panic!("no form for {action}"));
    let rest = tags.iter().skip(form + 1).take_while(|tag| tag.name != "form");
    rest.filter(|tag| tag.get("type") == "hidden")
        .map(|tag| (tag.get("name").to_owned(), tag.get("value").to_owned()))
        .collect()
}

/// The hidden fields of the form that corrects the roll in this way.
fn correcting(tags: &[Tag], change: &str) -> Vec<(String, String)> {
    let of_change = |fields: &Vec<(String, String)>| fields.contains(&("change".to_owned(), change.to_owned()));
    let all = tags.iter().filter(|tag| tag.get("action") == "/api/answer-roll-objection").count();
    (0..all)
        .map(|n| hidden(tags, "/api/answer-roll-objection", n))
        .find(of_change)
        .unwrap_or_else(|| panic!("no form for {change}"))
}

fn with<'a>(hidden: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn somebody_votes_with_two_taps_and_no_script_and_what_they_chose_is_in_no_address() {
    let town = Town::new().await;
    let hall = Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Secret, &Home::ones(3)).await;
    hall.announce(&town.world).await;
    let roll = format!("/pacts/{}/roll", hall.number);
    for lang in ["zh-CN", "en"] {
        let mut browser = resident(&town, &hall, 0).await.chose(lang);
        let page = browser.get(&roll).await.is(200);
        check(&page, lang, "roll");
        assert!(!page.body.contains("住户0"), "a name is masked even to its bearer");
        check(&town.browser().chose(lang).get(&roll).await.is(200), lang, "a visitor's roll");
    }
    hall.open(&town.world).await;
    // The portal's clock goes on with the world's.
    let router = crate::town::router(&town.world, |_| {});
    let token = town.session(hall.people[0], Door::Resident).await;
    let mut browser = Browser::new(&router).signed_in(&token);
    let vote = format!("/pacts/{}/vote", hall.number);
    let page = browser.get(&vote).await.is(200);
    let tags = check(&page, "zh-CN", "vote");
    check(&browser.clone().chose("en").get(&vote).await.is(200), "en", "vote");
    assert_eq!(tags.iter().filter(|tag| tag.name == "details" && tag.get("name") == "vote-choice").count(), 3);
    for words in ["赞成", "反对", "弃权", "交出以后不能更改", "1单元101室"] {
        assert!(page.body.contains(words), "{words}");
    }
    let no = hidden(&tags, "/api/cast-vote", 1);
    assert!(no.contains(&("choice".to_owned(), "no".to_owned())));
    let done = browser.post("/api/cast-vote", &with(&no, &[])).await.is(303);
    assert!(!done.location().contains("no") || !done.location().contains("choice"), "{}", done.location());
    let again = browser.post("/api/cast-vote", &with(&no, &[])).await.is(303);
    assert_eq!(again.location(), done.location(), "twice is once");
    let page = browser.get(done.location()).await.is(200);
    check(&page, "zh-CN", "done");
    assert!(page.body.contains("已参加表决") && !page.body.contains("反对"), "{}", page.body);
    // Another form of the same household is told, and shows the receipt.
    let mut other: Vec<(String, String)> = no.clone();
    for (name, value) in &mut other {
        if name == "key" {
            *value = Uuid::new_v4().to_string();
        }
    }
    let refused = browser.post("/api/cast-vote", &with(&other, &[])).await.is(303);
    let page = browser.get(refused.location()).await.is(200);
    assert!(page.body.contains("error-summary") && page.body.contains("已参加表决"), "{}", page.body);
    let taken: i64 =
        sqlx::query_scalar("select count(*) from participation").fetch_one(town.world.db().pool()).await.unwrap();
    assert_eq!(taken, 1);
    // What a refused form left behind does not say how somebody voted.
    let flashes: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_sealed from flash").fetch_all(town.world.db().pool()).await.unwrap_or_default();
    for sealed in flashes {
        let open = town.world.db().keys().open_text(gongzhi_store::Purpose::Flash, &sealed).unwrap_or_default();
        assert!(!open.contains("choice"), "{open}");
    }
}

#[tokio::test]
async fn hostile_input_is_refused_and_nothing_breaks() {
    let town = Town::new().await;
    let hall = Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Secret, &Home::ones(2)).await;
    hall.announce(&town.world).await;
    let mut browser = resident(&town, &hall, 0).await;
    let mut desk = officer(&town, &hall.committee).await;
    let evil =
        ["", "\u{0}", "<script>alert(1)</script>", "-1", "999999999999999999999", "ÿ", "' or 1=1 --", "../../etc"];
    let forms = [
        "name-voter",
        "object-to-roll",
        "cast-vote",
        "object-to-result",
        "answer-roll-objection",
        "settle-voter",
        "choose-counting",
        "name-member",
        "give-proxy",
        "take-back-proxy",
        "keep-teller-key",
        "enter-ballot",
        "tick-ballot",
        "enter-box",
        "close-vote",
        "check-vote-receipt",
    ];
    for form in forms {
        for value in evil {
            let names = [
                "vote",
                "unit",
                "voter",
                "choice",
                "key",
                "words",
                "objection",
                "change",
                "flat",
                "area",
                "reason",
                "basis",
                "note",
                "body",
                "phone",
                "paper",
                "secret",
                "reserve",
                "yes",
                "no",
                "abstain",
                "invalid",
                "version",
                "secret_outer",
                "receipt",
                "building",
                "door",
                "into",
            ];
            let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, value)).collect();
            fields.push(("pact", &hall.number));
            for asker in [&mut browser, &mut desk] {
                let answer = asker.post(&format!("/api/{form}"), &fields).await;
                assert!(answer.status < 500, "{form} {value:?}: {} {}", answer.status, answer.body);
            }
        }
        let answer = browser.post(&format!("/api/{form}"), &[]).await;
        assert!(answer.status < 500, "{form}: {}", answer.status);
    }
    for page in ["roll", "vote", "result"] {
        for number in ["NONE-2026-01", "%00", "%F0%9F%98%80", "'"] {
            let answer = browser.get(&format!("/pacts/{number}/{page}?unit=x&done=%00&receipt=%00")).await;
            assert!(answer.status < 500, "{number} {page}: {}", answer.status);
        }
        let odd =
            browser.get(&format!("/pacts/{}/{page}?unit=x&done=y&receipt=%3Cscript%3E", hall.number)).await.is(200);
        assert!(!odd.body.contains("<script>%"), "{page}");
    }
}

#[tokio::test]
async fn refused_forms_keep_what_was_typed() {
    let town = Town::new().await;
    let hall =
        Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Secret, &[Home(vec![0, 1], 0), Home(vec![2], 0)])
            .await;
    hall.announce(&town.world).await;
    let mut browser = resident(&town, &hall, 0).await;
    let roll = format!("/pacts/{}/roll", hall.number);
    let tags = check(&browser.get(&roll).await.is(200), "zh-CN", "roll");
    let form = hidden(&tags, "/api/object-to-roll", 0);
    let refused = browser.post("/api/object-to-roll", &with(&form, &[("words", "漏")])).await.is(303);
    let page = browser.get(refused.location()).await.is(200);
    marked(&check(&page, "zh-CN", "too short"), &["words"]);
    assert!(page.body.contains("\n漏</textarea>"));
    browser.post("/api/object-to-roll", &with(&form, &[("words", "名册漏了我父亲")])).await.is(303);
    let name = hidden(&tags, "/api/name-voter", 0);
    let me = hall.people[0].to_string();
    let done = browser.post("/api/name-voter", &with(&name, &[("voter", &me)])).await.is(303);
    let page = browser.get(done.location()).await.is(200);
    check(&page, "zh-CN", "named");
    assert!(page.body.contains("已记下您的选择") && page.body.contains("三天内") || page.body.contains("前答复"));

    // At the desk: an answer without its unit comes back with the reason that was typed.
    let mut desk = officer(&town, &hall.committee).await;
    let address = format!("/desk/pacts/{}/roll", hall.number);
    let shown = desk.get(&address).await.is(200);
    let tags = check(&shown, "zh-CN", "desk roll");
    check(&desk.clone().chose("en").get(&address).await.is(200), "en", "desk roll");
    assert!(shown.body.contains("名册漏了我父亲"));
    let form = correcting(&tags, "add");
    let objection = form.iter().find(|(name, _)| name == "objection").unwrap().1.clone();
    let typed = [("unit", "x"), ("phone", "12"), ("reason", "核实后补录")];
    let refused = desk.post("/api/answer-roll-objection", &with(&form, &typed)).await.is(303);
    let page = desk.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "refused answer");
    marked(&tags, &[&format!("unit-{objection}-add")]);
    assert!(page.body.contains("核实后补录"));
    let phone = phone(2).full().to_owned();
    let typed = [("unit", "1"), ("phone", &phone), ("reason", "核实后补录")];
    let done = desk.post("/api/answer-roll-objection", &with(&form, &typed)).await.is(303);
    let page = desk.get(done.location()).await.is(200);
    check(&page, "zh-CN", "amended");
    assert!(page.body.contains("第 1 次更正"), "{}", page.body);
    let list = desk.get(&format!("{address}/list")).await.is(200);
    check(&list, "zh-CN", "the list");
    assert!(list.body.contains("住户2"));
}

#[tokio::test]
async fn the_desk_offers_the_corrections_that_fit_and_puts_a_household_on() {
    let town = Town::new().await;
    let homes = [Home(vec![0], 0), Home(vec![1], 0), Home(vec![2], 0)];
    let hall = Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Open, &homes).await;
    let left_off = "update household set active = $1 where position = 2";
    sqlx::query(left_off).bind(false).execute(town.world.db().pool()).await.unwrap();
    hall.announce(&town.world).await;
    sqlx::query(left_off).bind(true).execute(town.world.db().pool()).await.unwrap();
    gongzhi_store::roll::object(&town.world.db(), &hall.actor(0), &hall.number, "名册漏了103室").await.unwrap();
    let mut desk = officer(&town, &hall.committee).await;
    let address = format!("/desk/pacts/{}/roll", hall.number);
    let shown = desk.get(&address).await.is(200);
    let tags = check(&shown, "zh-CN", "desk roll");
    check(&desk.clone().chose("en").get(&address).await.is(200), "en", "desk roll");
    for fits in ["home_add", "home_strike", "add", "strike", "member_add", "member_strike", "none"] {
        correcting(&tags, fits);
    }
    for other in ["join", "area", "adult_add", "adult_strike"] {
        assert!(!shown.body.contains(&format!("value=\"{other}\"")), "{other} is nothing that households have");
    }
    let form = correcting(&tags, "home_add");
    let objection = form.iter().find(|(name, _)| name == "objection").unwrap().1.clone();
    let building: Uuid = sqlx::query_scalar("select distinct building_id from household")
        .fetch_one(town.world.db().pool())
        .await
        .unwrap();
    let building = building.to_string();
    assert!(tags.iter().any(|tag| tag.name == "option" && tag.get("value") == building));
    // What is wrong is said beside the field, and what was typed comes back.
    let typed = [("building", building.as_str()), ("door", "1单元909室"), ("phone", ""), ("reason", "已上门核实")];
    let refused = desk.post("/api/answer-roll-objection", &with(&form, &typed)).await.is(303);
    let page = desk.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "no such door");
    marked(&tags, &[&format!("door-{objection}-home_add")]);
    assert!(page.body.contains("公约范围内没有登记这一户") && page.body.contains("已上门核实"));
    assert!(tags.iter().any(|tag| tag.get("value") == "1单元909室"));
    let typed = [("building", building.as_str()), ("door", "1单元 103室"), ("phone", ""), ("reason", "已上门核实")];
    let done = desk.post("/api/answer-roll-objection", &with(&form, &typed)).await.is(303);
    let page = desk.get(done.location()).await.is(200);
    check(&page, "zh-CN", "put on");
    assert!(page.body.contains("补录一户"), "{}", page.body);
    let list = desk.get(&format!("{address}/list")).await.is(200);
    assert!(list.body.contains("1单元103室") && list.body.contains("住户2"));
    let mut neighbour = resident(&town, &hall, 2).await;
    let page = neighbour.get(&format!("/pacts/{}/roll", hall.number)).await.is(200);
    check(&page, "zh-CN", "on the roll now");
    assert!(page.body.contains("1单元103室") && page.body.contains("补录一户"));
}

#[tokio::test]
async fn a_receipt_is_checked_in_the_body_of_a_form_and_the_answer_is_shown_once() {
    let town = Town::new().await;
    let hall = Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Open, &Home::ones(2)).await;
    hall.announce(&town.world).await;
    hall.open(&town.world).await;
    let receipt = hall.votes(&town.world, 0, 1, Choice::Yes).await.unwrap().receipt;
    let router = crate::town::router(&town.world, |_| {});
    let mut voter = Browser::new(&router).signed_in(&town.session(hall.people[0], Door::Resident).await);
    let vote = format!("/pacts/{}/vote", hall.number);
    let page = voter.get(&vote).await.is(200);
    let tags = check(&page, "zh-CN", "receipt");
    assert!(page.body.contains(&receipt), "on the voter's own page");
    for tag in &tags {
        for attribute in ["href", "action", "src"] {
            assert!(!tag.get(attribute).contains(&receipt), "{attribute} {}", tag.get(attribute));
        }
    }
    let form = hidden(&tags, "/api/check-vote-receipt", 0);
    assert!(form.contains(&("receipt".to_owned(), receipt.clone())));
    let result = format!("/pacts/{}/result", hall.number);
    let answer = voter.post("/api/check-vote-receipt", &with(&form, &[])).await.is(303);
    assert_eq!(answer.location(), format!("{result}#check"));
    let page = voter.get(&result).await.is(200);
    check(&page, "zh-CN", "found");
    assert!(page.body.contains("登记簿里有这张凭证") && !page.body.contains(&receipt), "{}", page.body);
    assert!(!voter.get(&result).await.is(200).body.contains("登记簿里有这张凭证"), "once");

    assert!(hall.close(&town.world).await.unwrap());
    // Whoever holds it can check it, in any spelling; a wrong one comes back to be looked at.
    let mut visitor = Browser::new(&router);
    let pact = ("pact", hall.number.as_str());
    let typed = receipt.to_lowercase().replace('-', " ");
    visitor.post("/api/check-vote-receipt", &[pact, ("receipt", &typed)]).await.is(303);
    assert!(visitor.get(&result).await.is(200).body.contains("登记簿里有这张凭证"));
    visitor.post("/api/check-vote-receipt", &[pact, ("receipt", "ABCD-1234")]).await.is(303);
    let page = visitor.get(&result).await.is(200);
    let tags = check(&page, "zh-CN", "not found");
    assert!(page.body.contains("登记簿里没有这张凭证"));
    assert_eq!(value(&tags, "receipt"), "ABCD-1234");
    visitor.post("/api/check-vote-receipt", &[pact, ("receipt", " ")]).await.is(303);
    marked(&check(&visitor.get(&result).await.is(200), "zh-CN", "nothing typed"), &["receipt-check"]);
    // The old address answers nothing; the page only leads back to where it was asked.
    let page = visitor.get(&format!("{result}?receipt={receipt}")).await.is(200);
    assert!(!page.body.contains("登记簿里"), "{}", page.body);
    for _ in 0..20 {
        visitor.post("/api/check-vote-receipt", &[pact, ("receipt", "ABCD-1234")]).await.is(303);
    }
    let page = visitor.get(&result).await.is(200);
    check(&page, "zh-CN", "too many");
    assert!(page.body.contains("error-summary") && !page.body.contains("登记簿里没有"), "{}", page.body);
}

#[tokio::test]
async fn tellers_make_keys_and_close_in_the_counting_room() {
    let town = Town::new().await;
    let hall = Hall::new(&town.world, Kind::ResidentConvention, Secrecy::Secret, &Home::ones(6)).await;
    let mut teller = officer(&town, &hall.tellers[0]).await;
    let address = format!("/desk/pacts/{}/vote", hall.number);
    check(&teller.get(&address).await.is(200), "zh-CN", "desk vote");
    let page = teller.get(&format!("{address}?key=1")).await.is(200);
    let tags = check(&page, "zh-CN", "key");
    let start = page.body.find("AGE-SECRET-KEY-1").expect("the key");
    let secret: String = page.body[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    assert_eq!(page.said("cache-control"), "private, no-store");
    let form = hidden(&tags, "/api/keep-teller-key", 0);
    let refused =
        teller.post("/api/keep-teller-key", &with(&form, &[("secret", "AGE-SECRET-KEY-1WRONG")])).await.is(303);
    let page = teller.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "wrong key");
    marked(&tags, &["secret"]);
    assert_eq!(value(&tags, "secret"), "", "a key is never shown again");
    teller.post("/api/keep-teller-key", &with(&form, &[("secret", &secret)])).await.is(303);
    hall.announce(&town.world).await;
    hall.open(&town.world).await;
    for n in 0..5 {
        hall.votes(&town.world, n, i32::try_from(n + 1).unwrap(), Choice::Yes).await.unwrap();
    }
    let router = crate::town::router(&town.world, |_| {});
    let sit = async |actor: &gongzhi_domain::person::Actor| {
        Browser::new(&router).signed_in(&town.session(actor.person.unwrap(), Door::Staff).await)
    };
    for who in [&hall.chair, &hall.tellers[0]] {
        let mut browser = sit(who).await;
        let tags = check(&browser.get(&address).await.is(200), "zh-CN", "close");
        assert!(!tags.iter().any(|tag| tag.get("name") == "secret_outer"), "only the last one brings the keys");
        browser.post("/api/close-vote", &with(&hidden(&tags, "/api/close-vote", 0), &[])).await.is(303);
    }
    let mut last = sit(&hall.tellers[1]).await;
    let tags = check(&last.get(&address).await.is(200), "zh-CN", "count");
    let form = hidden(&tags, "/api/close-vote", 0);
    let wrong = [("secret_outer", "AGE-SECRET-KEY-1X"), ("note", "到会核对无误")];
    let refused = last.post("/api/close-vote", &with(&form, &wrong)).await.is(303);
    let page = last.get(refused.location()).await.is(200);
    let tags = check(&page, "zh-CN", "wrong keys");
    marked(&tags, &["secret_outer", "secret_inner"]);
    assert_eq!(value(&tags, "note"), "到会核对无误");
    assert!(!page.body.contains("AGE-SECRET-KEY-1X"));
    let [_, inner] = hall.keys.as_ref().unwrap();
    let keys = [("secret_outer", secret.as_str()), ("secret_inner", inner.secret.as_str())];
    let done = last.post("/api/close-vote", &with(&form, &keys)).await.is(303);
    assert_eq!(done.location(), format!("/pacts/{}/result", hall.number));
    for lang in ["zh-CN", "en"] {
        let page = Browser::new(&router).chose(lang).get(done.location()).await.is(200);
        check(&page, lang, "result");
        assert!(page.body.contains("2 × 5 = 10 &gt; 6") || page.body.contains("2 × 5 = 10 > 6"), "{}", page.body);
    }
}
