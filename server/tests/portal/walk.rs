//! The walk: every row of the table of routes × every role × every way a thing can stand to whoever asks, over
//! HTTP, compared with the permission table and the rules of conflict beside it (people-and-places.md, Units and
//! members). What is expected is worked out here from the table alone, not by the functions that guard the portal.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Method as Verb;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Kind as PactKind;
use gongzhi_domain::permission::{Action, Relation, allowed};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_server::http::here::cookie;
use gongzhi_server::http::routes::{Kind, Method, Route, TABLE};
use gongzhi_store::requests::{self, Holder};
use gongzhi_store::sessions::{self, Kind as Door};
use gongzhi_store::sign_in;
use gongzhi_store::testing::signing::to_sign;
use gongzhi_store::staff::{self, NewStaff};
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::homes;
use crate::scenes::{AREA, Far, STANDINGS, Scene, Stage, Standing, UNIT};
use crate::town::{Town, number_in, photo};

const SECRET: [u8; 20] = *b"a-secret-of-20-bytes";
const PASSWORD: &str = "correct horse battery";

/// Somebody who walks: one role, and the browser it sits at.
struct Asker {
    role: Role,
    person: Option<PersonId>,
    browser: Browser,
    holder: Holder,
}

/// What a row is about.
#[derive(Clone, Copy)]
enum About {
    /// No single thing: asked once by every role. A page opens for whoever has its action anywhere.
    Nothing,
    /// A request and its order, brought so far; any of these actions opens it.
    Request(Far, &'static [Action]),
    /// A session.
    Session,
}

/// What the walk found.
struct Report {
    cases: usize,
    wrong: Vec<String>,
}

/// What every row is about; `None` for an address the walk does not know how to ask.
fn about(row: &Route) -> Option<About> {
    use Action as A;
    use Far::{Accepted, Dispatched, Handling, Received, Replied, Review};
    Some(match row.path {
        "/"
        | "/requests"
        | "/requests/new"
        | "/ask"
        | "/areas"
        | "/areas/{code}"
        | "/offline"
        | "/terms"
        | "/privacy"
        | "/accessibility"
        | "/takedown"
        | "/me/sign-in"
        | "/me"
        | "/me/sessions"
        | "/me/messages"
        | "/desk/sign-in"
        | "/desk"
        | "/desk/moderation"
        | "/desk/style"
        | "/points"
        | "/points/tariff"
        | "/points/rewards"
        | "/desk/points"
        | "/desk/points/audit"
        | "/desk/points/counter"
        | "/desk/points/tariff"
        | "/desk/points/rewards"
        | "/me/keeping"
        | "/neighbours"
        | "/desk/keeping"
        | "/api/answer-breach"
        | "/api/appeal-breach"
        | "/api/find-on-breach"
        | "/api/leave-panel"
        | "/api/triage-breach"
        | "/api/call-panel"
        | "/api/nominate-neighbour"
        | "/api/pick-neighbour"
        | "/api/answer-nomination"
        | "/api/propose-credit"
        | "/api/reverse-credit"
        | "/api/check-credit"
        | "/api/audit-credit"
        | "/api/reserve-reward"
        | "/api/release-reward"
        | "/api/new-pickup-code"
        | "/api/draft-tariff"
        | "/api/add-tariff-item"
        | "/api/remove-tariff-item"
        | "/api/pass-tariff"
        | "/api/add-reward"
        | "/api/change-reward"
        | "/pacts/{number}/sign"
        | "/pacts/{number}/signed"
        | "/desk/pacts/{number}/signing"
        | "/desk/pacts/{number}/book"
        | "/api/send-signing-code"
        | "/api/sign-pact"
        | "/api/reaffirm-signature"
        | "/api/withdraw-signature"
        | "/api/find-signer"
        | "/api/assist-signing"
        | "/api/enter-paper-signature"
        | "/api/choose-signers"
        | "/api/set-preferences"
        | "/api/send-code"
        | "/api/sign-in"
        | "/api/staff-sign-in"
        | "/api/sign-out"
        | "/api/locate"
        | "/api/file-request"
        | "/api/ask-by-code"
        | "/api/photos"
        | "/log"
        | "/log/checkpoint"
        | "/log/key"
        | "/log/consistency/{old}/{new}"
        | "/log/receipts/{token}"
        | "/log/receipts/{token}/receipt.json"
        | "/verify"
        | "/desk/log"
        | "/api/check-receipt"
        | "/api/register-cosigner"
        | "/api/cosign-head"
        | "/api/sign-head"
        | "/healthz"
        | "/readyz"
        | "/metrics" => About::Nothing,
        "/api/end-session" => About::Session,
        // Not listed, so the door that is open to everyone leads only the writer on.
        "/requests/{number}" | "/requests/{number}/receipt" => About::Request(Received, &[A::ReadOwnRequest]),
        "/files/{id}/{size}" => About::Request(Received, &[A::ReadOwnRequest, A::ReadOrder]),
        "/desk/orders/{id}" => About::Request(Handling, &[A::ReadOrder]),
        "/api/rate-request" => About::Request(Replied, &[A::RateRequest]),
        "/api/moderate" | "/api/switch-photo" | "/api/publish-many" | "/api/undo-publish" => {
            About::Request(Received, &[A::Moderate])
        }
        "/api/accept-order" => About::Request(Received, &[A::AcceptRequest]),
        "/api/dispatch-order" => About::Request(Accepted, &[A::DispatchOrder]),
        "/api/start-handling" => About::Request(Dispatched, &[A::StartHandling]),
        "/api/log-contact" => About::Request(Handling, &[A::LogContact]),
        "/api/submit-reply" => About::Request(Handling, &[A::SubmitReply]),
        "/api/send-back-reply" => About::Request(Review, &[A::SendBackReply]),
        "/api/approve-reply" => About::Request(Review, &[A::ApproveReply]),
        "/api/follow-up" => About::Request(Replied, &[A::FollowUp]),
        "/api/reveal-contact" => About::Request(Handling, &[A::RevealContact]),
        path if homes::is_here(path) => About::Nothing,
        _ => return None,
    })
}

/// What the table says of a role, a thing and an action, and what the rules of conflict take away.
fn expected(role: Role, action: Action, standing: Standing) -> bool {
    let action = match action {
        Action::ReadOrder if standing.tip_off && !standing.own => Action::ReadTipOff,
        Action::RevealContact if standing.tip_off && !standing.own => Action::RevealTipOffWriter,
        other => other,
    };
    let person = if role == Role::Visitor { Role::Visitor } else { Role::Resident };
    if allowed(person, action, if standing.own { Relation::Own } else { Relation::Outside }) {
        return true;
    }
    let conflict = match action {
        // Neither their own words nor what is about their own unit.
        Action::Moderate => standing.own || standing.accused,
        // Neither for their own unit nor what they asked themselves.
        Action::FollowUp => standing.own || standing.assigned,
        // A tip-off never reaches the unit it is about.
        _ => standing.tip_off && standing.accused,
    };
    let relations =
        [(true, Relation::Outside), (standing.inside, Relation::Inside), (standing.assigned, Relation::Assigned)];
    role.is_staff() && !conflict && relations.iter().any(|(holds, relation)| *holds && allowed(role, action, *relation))
}

/// Whether a role has an action anywhere.
fn anywhere(role: Role, action: Action) -> bool {
    let relations = [Relation::Own, Relation::Assigned, Relation::Inside, Relation::Outside];
    let roles = if role.is_staff() { vec![Role::Resident, role] } else { vec![role] };
    roles.iter().any(|role| relations.iter().any(|relation| allowed(*role, action, *relation)))
}

/// Whether the answer let the asker in; an error when it neither did nor refused for want of a right.
fn let_in(row: &Route, answer: &Answer) -> Result<bool, String> {
    match answer.status {
        200 | 201 => Ok(true),
        401 | 403 | 404 => Ok(false),
        302 | 303 if row.kind == Kind::Page && answer.location().contains("/sign-in?next=") => Ok(false),
        other => Err(format!("answered {other} {}", answer.body.chars().take(300).collect::<String>())),
    }
}

struct Walk<'t> {
    town: &'t Town,
    stage: Stage<'t>,
    /// A name at the staff door.
    name: String,
    askers: Vec<Asker>,
    /// A request everybody has number and code of.
    asked: (String, String),
    /// The secret part of the address of a receipt.
    receipt: String,
    /// A community in everybody's area, and one in nobody's.
    homes: [homes::Place; 2],
    /// The number of a pact in everybody's area.
    pact: String,
    addresses: u32,
}

impl<'t> Walk<'t> {
    async fn new(town: &'t Town, router: &Router) -> Self {
        let mut askers = Vec::new();
        for role in [Role::Visitor, Role::Resident].into_iter().chain(Role::STAFF.iter().copied()) {
            let form = Uuid::new_v4().to_string();
            let browser = Browser::new(router).with_form(&form);
            let person = match role {
                Role::Visitor => None,
                Role::Resident => Some(town.world.resident("刘", &town.phone()).await.person),
                staff => town.world.staff(staff, UNIT, AREA).await.person,
            };
            let holder = Holder::of(&town.world.db(), &form);
            askers.push(Asker { role, person, browser, holder });
        }
        let mut filer = town.browser().island();
        let key = Uuid::new_v4().to_string();
        let done = filer.post_parts("/api/file-request", &filing(&key)).await.is(200).json();
        let number = number_in(done["to"].as_str().unwrap_or_default());
        let db = town.world.db();
        let holder = Holder::of(&db, filer.form_cookie());
        let receipt = requests::receipt(&db, &Actor::visitor(), Some(&holder), number).await.unwrap();
        let code = receipt.code.unwrap().to_string();
        let name = sign_in_account(town).await;
        let receipt = crate::evidence::a_receipt(&town.world).await;
        let homes = [
            homes::Place::new(town, "BYH1A", "152921.BYH1.BYH1A", "BYH1A1").await,
            homes::Place::new(town, "WNS1A", "152921.WNS1.WNS1A", "WNS1A1").await,
        ];
        let pact = to_sign(&town.world.db(), PactKind::ResidentConvention, 1).await.number;
        Self { receipt, homes, pact, town, name, stage: Stage::new(town).await, askers, asked: (number.to_string(), code), addresses: 0 }
    }

    async fn over(&mut self, table: &[Route]) -> Report {
        let mut report = Report { cases: 0, wrong: Vec::new() };
        for row in table {
            let Some(about) = about(row) else {
                report.wrong.push(format!("{:?} {}: the walk does not know how to ask", row.method, row.path));
                continue;
            };
            let standings = match about {
                About::Nothing => &STANDINGS[3..4],
                About::Session => &[STANDINGS[0], STANDINGS[3]][..],
                About::Request(..) => STANDINGS,
            };
            for who in 0..self.askers.len() {
                for standing in standings {
                    report.cases += 1;
                    let role = self.askers[who].role;
                    let wanted = match about {
                        About::Nothing if row.kind == Kind::Page => anywhere(role, row.may),
                        About::Nothing | About::Session => expected(role, row.may, *standing),
                        About::Request(_, any) => {
                            anywhere(role, row.may) && any.iter().any(|action| expected(role, *action, *standing))
                        }
                    };
                    let was = self.ask(row, about, who, *standing).await;
                    if was.as_ref() != Ok(&wanted) {
                        let path = row.path;
                        report
                            .wrong
                            .push(format!("{:?} {path} by {role}, {standing:?}: {was:?}, not {wanted}", row.method));
                    }
                }
            }
        }
        report
    }

    /// Asks as somebody, with everything filled in as it should be.
    async fn ask(&mut self, row: &Route, about: About, who: usize, standing: Standing) -> Result<bool, String> {
        let asker = &self.askers[who];
        let (role, person, holder) = (asker.role, asker.person, asker.holder.clone());
        let mut browser = asker.browser.clone().from(self.address());
        if row.kind != Kind::Page {
            browser = browser.island();
        }
        if let Some(person) = person {
            let door = if role.is_staff() { Door::Staff } else { Door::Resident };
            browser = browser.signed_in(&self.town.session(person, door).await);
        }
        let scene = match about {
            About::Request(far, _) => Some(self.stage.set(far, standing, person, &holder).await),
            _ => None,
        };
        let answer = match (row.kind, scene) {
            (Kind::ServerFn, Some(scene)) => {
                if row.path == "/api/undo-publish" {
                    self.stage.publish_as(&scene, person).await;
                }
                let fields = self.fields(row.path, &scene).await;
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(row.path, &fields).await
            }
            (Kind::ServerFn, None) => self.send(row.path, &mut browser, person, standing).await,
            (_, Some(scene)) => {
                let path = row.path.replace("{number}", &scene.number.to_string()).replace("{size}", "320.jpg");
                let id = if row.path.starts_with("/files") { scene.photo.to_string() } else { scene.order.to_string() };
                browser.get(&path.replace("{id}", &id)).await
            }
            (_, None) if row.method == Method::Post => {
                browser.send(Verb::POST, row.path, Some("image/jpeg"), photo().into()).await
            }
            (_, None) if homes::is_here(row.path) => {
                let [here, _] = &self.homes;
                browser.get(&here.address(row.path).unwrap_or_else(|| row.path.to_owned())).await
            }
            (_, None) => {
                let path = row.path.replace("{code}", "BYH1A1").replace("{token}", &self.receipt).replace("{number}", &self.pact);
                browser.get(&path.replace("{old}", "0").replace("{new}", "1")).await
            }
        };
        let was = let_in(row, &answer);
        if let (About::Request(far, _), Kind::ServerFn, Ok(true)) = (about, row.kind, &was) {
            self.stage.clear(far, standing);
        }
        was
    }

    /// What is sent about a request.
    async fn fields(&self, path: &str, scene: &Scene) -> Vec<(&'static str, String)> {
        let order = scene.order.to_string();
        let text = |value: &str| value.to_owned();
        let mut fields = match path {
            "/api/rate-request" => vec![
                ("number", scene.number.to_string()),
                ("contacted", text("yes")),
                ("solved", text("yes")),
                ("satisfied", text("5")),
            ],
            "/api/moderate" => vec![("content", scene.content.to_string()), ("verdict", text("publish"))],
            "/api/switch-photo" => {
                vec![("content", scene.content.to_string()), ("photo", scene.photo.to_string()), ("show", text("no"))]
            }
            "/api/publish-many" => {
                vec![("items[]", format!("{}.{}", scene.content, self.stage.text_version(scene).await))]
            }
            "/api/undo-publish" => vec![("items", scene.content.to_string())],
            "/api/accept-order" => {
                vec![("order", order), ("category", text("lighting")), ("urgency", text("normal"))]
            }
            "/api/dispatch-order" => vec![
                ("order", order),
                ("lead", self.town.world.unit("CITY").await.to_string()),
                ("basis", text("派单目录 3.2")),
            ],
            "/api/log-contact" => vec![("order", order), ("way", text("phone")), ("outcome", text("reached"))],
            "/api/submit-reply" => vec![("order", order), ("result", text("solved")), ("reply", text("路灯已更换。"))],
            "/api/send-back-reply" => vec![("order", order), ("remark", text("请写明日期"))],
            "/api/follow-up" => {
                vec![("order", order), ("contacted", text("yes")), ("solved", text("yes")), ("satisfied", text("4"))]
            }
            "/api/reveal-contact" => {
                vec![("order", order), ("request", scene.request.to_string()), ("reason", text("回电约时间"))]
            }
            _ => vec![("order", order)],
        };
        let version = match path {
            "/api/moderate" | "/api/switch-photo" => self.stage.text_version(scene).await,
            _ => self.stage.version(scene).await,
        };
        fields.push(("version", version));
        fields
    }

    /// Sends a form that is about no request there is.
    async fn send(&self, path: &str, browser: &mut Browser, person: Option<PersonId>, standing: Standing) -> Answer {
        let town = self.town;
        match path {
            "/api/set-preferences" => browser.post(path, &[("lang", "en"), ("back", "/")]).await,
            "/api/locate" => {
                let point = r#"{"lat": "38.805", "lon": "105.605"}"#;
                browser.send(Verb::POST, path, Some("application/json"), point.into()).await
            }
            "/api/send-code" => browser.post(path, &[("phone", &town.phone())]).await,
            "/api/sign-in" => {
                let phone = town.phone();
                let visitor = Actor { client: browser.address.to_string(), ..Actor::visitor() };
                sign_in::send_code(&town.world.db(), &visitor, &phone.parse().unwrap()).await.unwrap();
                browser.post(path, &[("phone", &phone), ("code", &town.code(&phone).await)]).await
            }
            "/api/staff-sign-in" => {
                self.stage.forget_codes().await;
                let totp = staff::totp_at(&SECRET, town.world.now()).unwrap();
                browser.post(path, &[("name", &self.name), ("password", PASSWORD), ("totp", &totp)]).await
            }
            "/api/end-session" => {
                let whose = match person.filter(|_| standing.own) {
                    Some(person) => person,
                    None => town.world.resident("孙", &town.phone()).await.person,
                };
                let db = town.world.db();
                let mut tx = db.begin().await.unwrap();
                let other = sessions::start(&db, &mut tx, whose, Door::Resident, "192.0.2.3", "").await.unwrap();
                tx.commit().await.unwrap();
                browser.post(path, &[("session", &other.session.to_string())]).await
            }
            "/api/send-signing-code" | "/api/sign-pact" | "/api/reaffirm-signature" | "/api/withdraw-signature" | "/api/find-signer"
            | "/api/assist-signing" | "/api/enter-paper-signature" | "/api/choose-signers" => {
                let fields = crate::signing::for_the_walk(town, path, person).await;
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(path, &fields).await
            }
            path if homes::is_here(path) => {
                let [here, elsewhere] = &self.homes;
                let fields = homes::for_the_walk(here, elsewhere, path);
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(path, &fields).await
            }
            "/api/check-receipt" => browser.post_parts(path, &[("receipt", b"{}")]).await,
            "/api/register-cosigner" => {
                let key = crate::evidence::a_cosigner();
                browser.post(path, &[("key", &key.public().to_string())]).await
            }
            "/api/cosign-head" => {
                let note = crate::evidence::a_cosigned_head(&town.world).await;
                browser.post(path, &[("note", &note)]).await
            }
            "/api/file-request" => browser.post_parts(path, &filing(&Uuid::new_v4().to_string())).await,
            "/api/ask-by-code" => {
                let (number, code) = &self.asked;
                browser.post(path, &[("number", number), ("code", code)]).await
            }
            _ => {
                let fields = elsewhere(town, path).await;
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(path, &fields).await
            }
        }
    }

    /// An address of this machine nobody asked from before, so that no limit speaks.
    fn address(&mut self) -> IpAddr {
        self.addresses += 1;
        Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + self.addresses).into()
    }
}

/// What is sent about something that lies outside everybody's area, or is nobody's who asks.
async fn elsewhere(town: &Town, path: &str) -> Vec<(&'static str, String)> {
    let (text, id) = (|value: &str| value.to_owned(), Uuid::new_v4().to_string());
    match path {
        "/api/propose-credit" => vec![
            ("key", id),
            ("phone", town.phone()),
            ("item", crate::points::outside(&town.world).await.to_string()),
            ("day", town.world.db().today().to_string()),
            ("note", text("巡逻两小时，有签到")),
        ],
        "/api/nominate-neighbour" => vec![
            ("key", id),
            ("phone", town.phone()),
            ("area", text("WNS1A")),
            ("reason", text("每天帮楼上的老人买菜，风雨不误")),
        ],
        "/api/draft-tariff" => vec![("area", text("WNS1A"))],
        "/api/add-reward" => vec![
            ("area", text("WNS1A")),
            ("unit", text("PROP")),
            ("name_zh", text("洗衣液")),
            ("name_en", text("Washing liquid")),
            ("where_zh", text("前台")),
            ("where_en", text("Desk")),
            ("cost", text("5")),
            ("stock", text("5")),
        ],
        "/api/add-tariff-item" => [
            ("name_zh", "巡逻"),
            ("name_en", "Patrol"),
            ("source", "safety"),
            ("goes_to", "person"),
            ("points", "5"),
            ("cap", "20"),
            ("period", "month"),
            ("evidence_zh", "签到"),
            ("evidence_en", "Signed"),
            ("checks_zh", "网格员"),
            ("checks_en", "Grid worker"),
        ]
        .map(|(name, value)| (name, text(value)))
        .into_iter()
        .chain([("tariff", id)])
        .collect(),
        _ => {
            let named = ["key", "proposal", "entry", "reward", "reservation", "tariff", "item", "breach", "nomination"];
            let mut fields: Vec<_> = named.map(|name| (name, id.clone())).into();
            fields.extend([("decision", text("approve")), ("verdict", text("right")), ("note", text("记错了人"))]);
            fields.extend([("cost", text("5")), ("stock", text("5")), ("version", text("1"))]);
            if matches!(path, "/api/triage-breach") {
                fields.retain(|(name, _)| *name != "decision");
                fields.push(("decision", text("turn_away")));
            }
            if matches!(path, "/api/answer-nomination") {
                fields.retain(|(name, _)| *name != "decision");
                fields.push(("decision", text("no")));
            }
            fields.extend([("declared", text("1")), ("finding", text("closed")), ("words", text("没有这回事"))]);
            fields
        }
    }
}

fn filing(key: &str) -> [(&str, &[u8]); 5] {
    [
        ("key", key.as_bytes()),
        ("text", "路灯坏了三天，晚上看不见路".as_bytes()),
        ("area", b"BYH1A1"),
        ("category", b"lighting"),
        ("anonymous", b"1"),
    ]
}

/// Somebody who can come in at the staff door; answers their name.
async fn sign_in_account(town: &Town) -> String {
    let db = town.world.db();
    let new = NewStaff {
        sign_in_name: format!("door-{}", Uuid::new_v4().simple()),
        name: Named::new("门", "Door"),
        password_hash: staff::hash_password(PASSWORD.to_owned()).await.unwrap(),
        totp_secret: SECRET,
    };
    let mut tx = db.begin().await.unwrap();
    staff::create(&db, &mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    new.sign_in_name
}

fn row_of(path: &str) -> Route {
    *TABLE.iter().find(|row| row.path == path).unwrap_or_else(|| panic!("no row for {path}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let began = Instant::now();
    let town = Town::new().await;
    let report = Walk::new(&town, &town.router).await.over(TABLE).await;
    println!(
        "the role walk: {} routes × {} roles, {} cases in {:.0} s",
        TABLE.len(),
        Role::STAFF.len() + 2,
        report.cases,
        began.elapsed().as_secs_f64()
    );
    assert!(report.cases > 2_500, "{} cases", report.cases);
    assert!(report.wrong.is_empty(), "{} of {}:\n{}", report.wrong.len(), report.cases, report.wrong.join("\n"));
}

#[tokio::test]
async fn an_endpoint_without_its_check_makes_the_walk_fail() {
    let town = Town::new().await;
    for path in ["/api/dispatch-order", "/api/reveal-contact"] {
        // It does what it is asked to, whoever asks.
        let open = town.router.clone().layer(from_fn(move |request: Request, next: Next| async move {
            if request.uri().path() == path { "{}".into_response() } else { next.run(request).await }
        }));
        let report = Walk::new(&town, &open).await.over(&[row_of(path)]).await;
        assert!(report.wrong.len() > 100, "{path}: {} of {}", report.wrong.len(), report.cases);
    }
}

#[tokio::test]
async fn an_endpoint_that_looks_at_the_role_but_not_at_the_thing_makes_the_walk_fail() {
    let town = Town::new().await;
    let db = town.world.db();
    let careless = town.router.clone().layer(from_fn(move |request: Request, next: Next| {
        let db = db.clone();
        async move {
            if request.uri().path() != "/api/dispatch-order" {
                return next.run(request).await;
            }
            let token = cookie(request.headers(), "__Host-session").map(str::to_owned);
            let actor = sessions::actor(&db, token.as_deref(), Actor::visitor()).await.unwrap();
            let status = if actor.has(Action::DispatchOrder) { 200 } else { 403 };
            axum::http::StatusCode::from_u16(status).unwrap().into_response()
        }
    }));
    let report = Walk::new(&town, &careless).await.over(&[row_of("/api/dispatch-order")]).await;
    assert!(!report.wrong.is_empty());
    for wrong in &report.wrong {
        assert!(wrong.contains("by dispatcher"), "{wrong}");
    }
}

#[tokio::test]
async fn an_address_the_walk_does_not_know_makes_it_fail() {
    let town = Town::new().await;
    let new = Route { path: "/api/give-everything", ..row_of("/api/accept-order") };
    let report = Walk::new(&town, &town.router).await.over(&[new]).await;
    assert_eq!(report.wrong, ["Post /api/give-everything: the walk does not know how to ask"]);
}
