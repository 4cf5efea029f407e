//! Telephone numbers planted wherever a resident or an officer can type one are found nowhere: not in a dump of
//! the database, not in the log, not on any page without permission. Where permission says so, they are found, and
//! the audit log tells.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::pact::{Kind as PactKind, Secrecy};
use gongzhi_domain::person::Role;
use gongzhi_domain::roll::Body;
use gongzhi_server::http::routes::{Kind, Method as Verb, TABLE};
use gongzhi_store::sessions::Kind as Door;
use gongzhi_store::testing::votes::{Door as Home, Hall};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

use crate::browser::Browser;
use crate::town::{Town, number_in, photo};
use crate::upgrade;

/// The number the writer proved.
const CONTACT: &str = "13977550101";
/// One that only its own message could give away: nobody filed with it.
const SIGNED_IN: &str = "13977550102";
const IN_TEXT: &str = "13977550103";
const IN_PLACE: &str = "13977550104";
const IN_CONTACT_NOTE: &str = "13977550105";
const IN_REPLY: &str = "13977550106";
const IN_INTERNAL: &str = "13977550107";
const IN_REMARK: &str = "13977550108";
const IN_EDIT: &str = "13977550109";
const IN_NOTE_TO_AUTHOR: &str = "13977550110";
const IN_RATING: &str = "13977550111";
const IN_REASON: &str = "13977550112";
const IN_BASIS: &str = "13977550113";
const IN_REFUSED_FORM: &str = "13977550114";
const IN_PRIVATE_TEXT: &str = "13977550115";

const PLANTED: &[&str] = &[
    CONTACT,
    SIGNED_IN,
    IN_TEXT,
    IN_PLACE,
    IN_CONTACT_NOTE,
    IN_REPLY,
    IN_INTERNAL,
    IN_REMARK,
    IN_EDIT,
    IN_NOTE_TO_AUTHOR,
    IN_RATING,
    IN_REASON,
    IN_BASIS,
    IN_REFUSED_FORM,
    IN_PRIVATE_TEXT,
];

/// What the log was told.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The planted numbers that stand in a text, in any way of writing them.
fn found_in(text: &str) -> Vec<&'static str> {
    // Spaces and dashes do not hide a number.
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let hex = |number: &str| number.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    PLANTED.iter().copied().filter(|number| bare.contains(number) || bare.contains(&hex(number))).collect()
}

#[track_caller]
fn nowhere(text: &str, which: &str) {
    let found = found_in(text);
    assert!(found.is_empty(), "{which} gives away {found:?}:\n{}", around(text, found[0]));
}

/// The lines in which something stands.
fn around(text: &str, number: &str) -> String {
    let lines = text.lines().filter(|line| line.replace(['-', ' '], "").contains(number));
    lines.map(|line| line.chars().take(600).collect::<String>()).collect::<Vec<_>>().join("\n")
}

struct Desk {
    clerk: Browser,
    dispatcher: Browser,
    handler: Browser,
    manager: Browser,
}

/// Files a request with a proved number, after a try with a wrong code.
async fn files(town: &Town, browser: &mut Browser, text: &str, visibility: &str) -> RequestNumber {
    let key = Uuid::new_v4().to_string();
    let place = format!("3 号楼 2 单元，敲门前打 {IN_PLACE}");
    let photo = photo();
    let form = |step: &'static str, phone: &'static str, code: String| -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("back", b"/requests/new".to_vec()),
            ("key", key.clone().into_bytes()),
            ("text", text.as_bytes().to_vec()),
            ("area", b"BYH1A1".to_vec()),
            ("place_words", place.clone().into_bytes()),
            ("category", b"lighting".to_vec()),
            ("visibility", visibility.as_bytes().to_vec()),
            ("phone", phone.as_bytes().to_vec()),
            ("code", code.into_bytes()),
            ("step", step.as_bytes().to_vec()),
        ]
    };
    let send = async |browser: &mut Browser, form: Vec<(&'static str, Vec<u8>)>, photo: Option<&[u8]>| {
        let mut fields: Vec<(&str, &[u8])> = form.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        fields.extend(photo.map(|photo| ("photos", photo)));
        browser.post_parts("/api/file-request", &fields).await.is(303)
    };
    send(browser, form("send", IN_REFUSED_FORM, "000000".to_owned()), None).await;
    send(browser, form("code", CONTACT, String::new()), None).await;
    send(browser, form("send", CONTACT, "000001".to_owned()), None).await;
    browser.get("/requests/new").await.is(200);
    let code = town.code(CONTACT).await;
    let answer = send(browser, form("send", CONTACT, code), Some(&photo)).await;
    assert!(answer.location().ends_with("/receipt"), "{:?}", answer.location());
    browser.get(answer.location()).await.is(200);
    number_in(answer.location())
}

/// Files what only the office reads, without a name.
async fn files_in_private(town: &Town) -> RequestNumber {
    let key = Uuid::new_v4().to_string();
    let text = format!("邻居半夜唱歌，打 {IN_PRIVATE_TEXT} 能找到他");
    let fields: [(&str, &[u8]); 7] = [
        ("key", key.as_bytes()),
        ("text", text.as_bytes()),
        ("area", b"BYH1A1"),
        ("category", b"lighting"),
        ("visibility", b"private"),
        ("anonymous", b"1"),
        ("step", b"send"),
    ];
    number_in(town.browser().post_parts("/api/file-request", &fields).await.is(303).location())
}

async fn moves(town: &Town, browser: &mut Browser, verb: &str, number: RequestNumber, fields: &[(&str, &str)]) {
    let (order, version) = town.order(number).await;
    let order = order.to_string();
    let mut sent = vec![("order", order.as_str()), ("version", version.as_str())];
    sent.extend_from_slice(fields);
    let answer = browser.post(&format!("/api/{verb}"), &sent).await.is(303);
    assert_eq!(answer.location(), format!("/desk/orders/{order}"), "{verb}");
}

async fn moderates(town: &Town, clerk: &mut Browser, number: RequestNumber, kind: &str, fields: &[(&str, &str)]) {
    let (content, version) = town.content(number, kind).await;
    let mut sent = vec![("content", content.as_str()), ("version", version.as_str()), ("back", "/desk/moderation")];
    sent.extend_from_slice(fields);
    let answer = clerk.post("/api/moderate", &sent).await.is(303);
    assert_eq!(answer.location(), "/desk/moderation");
}

/// From acceptance to a published rating, with a number in everything that is typed.
async fn handle(town: &Town, desk: &mut Desk, writer: &mut Browser, number: RequestNumber) {
    moves(town, &mut desk.clerk, "accept-order", number, &[("category", "lighting"), ("urgency", "normal")]).await;
    let city = town.world.unit("CITY").await.to_string();
    let basis = format!("目录 3.2，值班 {IN_BASIS}");
    moves(town, &mut desk.dispatcher, "dispatch-order", number, &[("lead", &city), ("basis", &basis)]).await;
    moves(town, &mut desk.handler, "start-handling", number, &[]).await;
    let note = format!("他让打 {IN_CONTACT_NOTE}");
    let contact = [("way", "phone"), ("outcome", "reached"), ("note", note.as_str())];
    moves(town, &mut desk.handler, "log-contact", number, &contact).await;
    let reply = format!("您好，路灯已更换，有问题打 {IN_REPLY}。");
    let internal = format!("师傅 {IN_INTERNAL}");
    let reply = [("result", "solved"), ("reply", reply.as_str()), ("internal", internal.as_str())];
    moves(town, &mut desk.handler, "submit-reply", number, &reply).await;
    let remark = format!("先打 {IN_REMARK} 问清楚");
    moves(town, &mut desk.manager, "send-back-reply", number, &[("remark", &remark)]).await;
    moves(town, &mut desk.handler, "submit-reply", number, &reply).await;
    moves(town, &mut desk.manager, "approve-reply", number, &[]).await;

    let edit = format!("巷子里的路灯坏了，联系 {IN_EDIT}");
    let note = format!("有事打 {IN_NOTE_TO_AUTHOR}");
    let edited = [("verdict", "edit"), ("text", edit.as_str()), ("note", note.as_str())];
    moderates(town, &mut desk.clerk, number, "request", &edited).await;

    let (_, version) = town.order(number).await;
    let comment = format!("谢谢，还可以打 {IN_RATING}");
    let number_text = number.to_string();
    let rating = [
        ("number", number_text.as_str()),
        ("version", version.as_str()),
        ("contacted", "yes"),
        ("solved", "yes"),
        ("satisfied", "5"),
        ("comment", comment.as_str()),
    ];
    writer.post("/api/rate-request", &rating).await.is(303);
    moderates(town, &mut desk.clerk, number, "rating", &[("verdict", "publish")]).await;
}

/// Everything that can be looked at, for two requests and the photo of one.
fn addresses(numbers: &[RequestNumber], orders: &[String], photo: &str) -> Vec<String> {
    let mut all = Vec::new();
    for row in TABLE.iter().filter(|row| row.method == Verb::Get) {
        if row.path.contains("{number}") {
            all.extend(numbers.iter().map(|number| row.path.replace("{number}", &number.to_string())));
        } else if row.kind == Kind::Page && row.path.contains("{id}") {
            all.extend(orders.iter().map(|order| row.path.replace("{id}", order)));
            all.extend(orders.iter().map(|order| format!("{}?revealed=1", row.path.replace("{id}", order))));
        } else {
            all.push(row.path.replace("{code}", "BYH1A1").replace("{id}", photo).replace("{size}", "320.jpg"));
        }
    }
    all.extend(["/desk?view=all", "/requests?area=BYH1", "/areas/152921"].map(str::to_owned));
    all
}

#[tokio::test]
async fn a_planted_number_is_found_nowhere_without_permission() {
    let log = Lines::default();
    let writer = log.clone();
    let filter = EnvFilter::new(
        "debug,gongzhi_server=trace,gongzhi_store=trace,gongzhi_api=trace,gongzhi_app=trace,gongzhi_domain=trace",
    );
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone());
    lines.finish().try_init().expect("the only subscriber of this program");

    let town = Town::new().await;
    let mut desk = Desk {
        clerk: town.staff(Role::Clerk, "CENTRE", "152921").await.0,
        dispatcher: town.staff(Role::Dispatcher, "CENTRE", "152921").await.0,
        handler: town.staff(Role::Handler, "CITY", "152921").await.0,
        manager: town.staff(Role::UnitManager, "CITY", "152921").await.0,
    };
    // Somebody signs in with a number and does nothing else.
    let mut other = town.browser();
    other.post("/api/send-code", &[("phone", SIGNED_IN), ("next", "/me")]).await.is(303);
    let wrong = [("phone", SIGNED_IN), ("code", "000000"), ("back", "/me/sign-in?sent=1")];
    other.post("/api/sign-in", &wrong).await.is(303);
    let code = town.code(SIGNED_IN).await;
    other.post("/api/sign-in", &[("phone", SIGNED_IN), ("code", &code)]).await.is(303);
    nowhere(&other.get("/me").await.is(200).body, "one's own page shows one's number masked");

    let mut author = town.browser();
    let text = format!("巷子里的路灯坏了三天，请打 {IN_TEXT} 找我");
    let number = files(&town, &mut author, &text, "public").await;
    town.world.later(chrono::TimeDelta::minutes(2));
    let private = files_in_private(&town).await;
    handle(&town, &mut desk, &mut author, number).await;

    // The writer reads their own words, the office what was written to it; the number that was proved stands on
    // neither's page in full.
    let own = author.get(&format!("/requests/{number}")).await.is(200);
    let mut seen = found_in(&own.body);
    seen.retain(|number| ![IN_TEXT, IN_PLACE, IN_RATING, IN_NOTE_TO_AUTHOR].contains(number));
    assert!(seen.is_empty(), "the writer's page: {seen:?}");
    assert!(found_in(&own.body).contains(&IN_TEXT), "the writer reads what they wrote");
    let (order, _) = town.order(number).await;
    let page = format!("/desk/orders/{order}");
    let read = desk.handler.get(&page).await.is(200);
    assert!(!found_in(&read.body).contains(&CONTACT), "masked until it is asked for with a reason");
    assert!(read.body.contains("139****0101"), "masked");

    // Nobody else sees any of it, on any page, in any language.
    let photo: Uuid = sqlx::query_scalar("select id from attachment").fetch_one(town.world.db().pool()).await.unwrap();
    let (second, _) = town.order(private).await;
    let orders = [order.to_string(), second.to_string()];
    let all = addresses(&[number, private], &orders, &photo.to_string());
    let mut strangers = vec![
        ("visitor".to_owned(), town.browser()),
        ("resident".to_owned(), town.resident().await.0),
        ("signed in".to_owned(), other.clone()),
    ];
    for role in Role::STAFF {
        strangers.push((role.to_string(), town.staff(*role, "OFFICE2", "WNS1").await.0));
    }
    for (who, browser) in &strangers {
        for lang in ["zh-CN", "en"] {
            for path in &all {
                let answer = browser.clone().chose(lang).get(path).await;
                assert!(answer.status < 500, "{who} {path}: {}", answer.status);
                nowhere(&answer.body, &format!("{path} for {who}"));
                nowhere(&format!("{:?}", answer.headers), &format!("the headers of {path} for {who}"));
            }
        }
    }
    // Roles that read the order by their area see what was written to the office, never the number itself.
    for role in [Role::Clerk, Role::Dispatcher, Role::Supervisor, Role::GridWorker, Role::FollowUpOfficer] {
        let (mut browser, _) = town.staff(role, "OFFICE1", "BYH1").await;
        let answer = browser.get(&page).await.is(200);
        assert!(!found_in(&answer.body).contains(&CONTACT), "{role}");
        let listed = browser.get("/desk?view=all").await.is(200);
        assert!(!found_in(&listed.body).contains(&CONTACT), "{role}");
    }
    // It is not even found by asking for it.
    for number in PLANTED {
        let found = town.browser().get(&format!("/requests?words={number}")).await.is(200);
        assert!(!found.body.contains("href=\"/requests/2026"), "a search for {number} finds something");
    }

    // Who may reveal it gives a reason, sees it once, and the log of deeds knows.
    let request: Uuid = sqlx::query_scalar("select id from request where number = $1")
        .bind(number.to_string())
        .fetch_one(town.world.db().pool())
        .await
        .unwrap();
    let (order_id, request) = (order.to_string(), request.to_string());
    let reveal = |reason: &str| {
        let fields = [("order", &order_id), ("request", &request), ("reason", &reason.to_owned()), ("back", &page)];
        fields.map(|(name, value)| (name, value.to_owned()))
    };
    let unreasoned = reveal("");
    let unreasoned: Vec<(&str, &str)> = unreasoned.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(desk.handler.clone().island().post("/api/reveal-contact", &unreasoned).await.status, 422);
    assert_eq!(
        desk.dispatcher.clone().island().post("/api/reveal-contact", &reveal_of(&unreasoned, "好奇")).await.status,
        403
    );
    let reason = format!("约上门时间，家里电话 {IN_REASON}");
    let shown = desk.handler.post("/api/reveal-contact", &reveal_of(&unreasoned, &reason)).await.is(303);
    assert!(!shown.location().contains("1397755"), "not in an address");
    let to = shown.location().to_owned();
    assert!(found_in(&desk.handler.get(&to).await.is(200).body).contains(&CONTACT), "shown to who may and asked");
    assert!(!found_in(&desk.handler.get(&to).await.is(200).body).contains(&CONTACT), "once");
    let told: Vec<(String, Option<String>)> =
        sqlx::query_as("select role, reason from audit_event where action = 'contact.reveal'")
            .fetch_all(town.world.db().pool())
            .await
            .unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "handler");
    assert!(told[0].1.as_deref().is_some_and(|reason| reason.starts_with("约上门时间")), "{told:?}");
    let audit = gongzhi_store::audit::verify(&town.world.db()).await.unwrap();
    assert!(audit.broken.is_none(), "{:?}", audit.broken);

    let receipt = votes_and_checks(&town).await;

    // The measurements, the log and everything that lies in the database.
    nowhere(&town.browser().get("/metrics").await.is(200).body, "the measurements");
    let bad = desk.handler.clone().send(Method::POST, &format!("/api/sign-in?phone={CONTACT}"), None, "x".into()).await;
    assert!(bad.status < 500, "{}", bad.status);
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("answered") && log.lines().count() > 500, "the log was listened to");
    nowhere(&log, "the log");
    assert!(log.contains("/api/check-vote-receipt"), "the check of a receipt was listened to");
    assert!(!log.contains(&receipt) && !log.contains(&receipt.replace('-', "")), "{}", around(&log, &receipt));
    let options = town.world.options();
    let dump = upgrade::dump(options.get_database().expect("a name"), &[]);
    assert!(dump.contains(&number.to_string()) && dump.contains("contact.reveal"), "the dump is of this database");
    nowhere(&dump, "the dump");
}

/// Somebody votes and has their receipt looked up; answers the receipt, which no address says.
async fn votes_and_checks(town: &Town) -> String {
    let hall = Hall::new(&town.world, PactKind::ResidentConvention, Secrecy::Secret, &Home::ones(2)).await;
    hall.announce(&town.world).await;
    hall.open(&town.world).await;
    let router = crate::town::router(&town.world, |_| {});
    let mut voter = Browser::new(&router).signed_in(&town.session(hall.people[0], Door::Resident).await);
    let vote = hall.vote(&town.world, Body::Statutory).await.to_string();
    let unit = hall.unit(&town.world, Body::Statutory, 1).await.to_string();
    let key = Uuid::new_v4().to_string();
    let pact = ("pact", hall.number.as_str());
    let ballot = [pact, ("vote", &vote), ("unit", &unit), ("choice", "yes"), ("key", &key)];
    let cast = voter.post("/api/cast-vote", &ballot).await.is(303);
    let shown = voter.get(cast.location()).await.is(200);
    let receipt: String =
        sqlx::query_scalar("select receipt from participation").fetch_one(town.world.db().pool()).await.unwrap();
    assert!(shown.body.contains(&receipt), "the voter is shown it");
    assert!(!cast.location().contains(&receipt) && !format!("{:?}", shown.headers).contains(&receipt));
    let asked = voter.post("/api/check-vote-receipt", &[pact, ("receipt", &receipt)]).await.is(303);
    assert!(!format!("{:?}", asked.headers).contains(&receipt));
    let answer = voter.get(&format!("/pacts/{}/result", hall.number)).await.is(200);
    assert!(answer.body.contains("登记簿里有这张凭证"), "{}", answer.body);
    receipt
}

/// The same form with this reason.
fn reveal_of<'a>(fields: &[(&'a str, &'a str)], reason: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, if *name == "reason" { reason } else { value })).collect()
}
