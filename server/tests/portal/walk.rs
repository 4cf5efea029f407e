//! The walk: every row of the table of routes × every role × every way a thing can stand to whoever asks, over
//! HTTP, compared with the permission table and the rules of conflict beside it (people-and-places.md, Units and
//! members). What is expected is worked out here from the table alone, not by the functions that guard the portal.

mod about;
mod homes;
mod keeping;
mod pacts;
mod places;
mod points;
mod requests;
mod rules;
mod signing;
mod votes;

use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Method as Verb;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_server::http::here::cookie;
use gongzhi_server::http::routes::{Kind, Method, Route, TABLE};
use gongzhi_store::requests::{self as filed, Holder};
use gongzhi_store::sessions::{self, Kind as Door};
use uuid::Uuid;

use self::about::{About, about, let_in};
use self::places::Places;
use self::requests::{filing, sign_in_account};
use crate::browser::{Answer, Browser};
use crate::pact_scenes;
use crate::scenes::{AREA, Stage, Standing, UNIT};
use crate::town::{Town, number_in, photo};

/// What a form carries.
type Fields = Vec<(&'static str, String)>;

/// Somebody who walks: one role, and the browser it sits at.
struct Asker {
    role: Role,
    person: Option<PersonId>,
    browser: Browser,
    holder: Holder,
}

/// Who asks now, and how what they ask about is to stand to them.
struct Asking<'t> {
    town: &'t Town,
    person: Option<PersonId>,
    standing: Standing,
}

/// Whoever asks, when the thing is to be their own, or somebody who lives here and never walks.
async fn own_or(asking: &Asking<'_>, name: &str) -> PersonId {
    match asking.person.filter(|_| asking.standing.own) {
        Some(person) => person,
        None => asking.town.world.resident(name, &asking.town.phone()).await.person,
    }
}

/// What the walk found.
struct Report {
    cases: usize,
    wrong: Vec<String>,
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
    /// Made when something in it is first asked about.
    places: Option<Places>,
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
        let receipt = filed::receipt(&db, &Actor::visitor(), Some(&holder), number).await.unwrap();
        let asked = (number.to_string(), receipt.code.unwrap().to_string());
        let name = sign_in_account(town).await;
        let receipt = crate::evidence::a_receipt(&town.world).await;
        Self { town, stage: Stage::new(town).await, name, askers, asked, receipt, places: None, addresses: 0 }
    }

    async fn over(&mut self, table: &[Route]) -> Report {
        let mut report = Report { cases: 0, wrong: Vec::new() };
        for row in table {
            let Some(about) = about(row) else {
                report.wrong.push(format!("{:?} {}: the walk does not know how to ask", row.method, row.path));
                continue;
            };
            let of_a_place = matches!(about, About::Place(_) | About::Mine(_) | About::Counter(_) | About::List);
            if of_a_place && self.places.is_none() {
                self.places = Some(Places::new(self.town).await);
            }
            for who in 0..self.askers.len() {
                for standing in about.standings() {
                    report.cases += 1;
                    let role = self.askers[who].role;
                    let wanted = about.lets_in(row, role, standing);
                    // A scene that cannot be set is one row's, and hides no other.
                    let was = caught(self.ask(row, about, who, standing)).await;
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
        match about {
            About::Request(far, _) => {
                let scene = self.stage.set(far, standing, person, &holder).await;
                let answer = if row.kind == Kind::ServerFn {
                    if row.path == "/api/undo-publish" {
                        self.stage.publish_as(&scene, person).await;
                    }
                    let fields = self.about_request(row.path, &scene).await;
                    post(&mut browser, row.path, &fields).await
                } else {
                    let path = row.path.replace("{number}", &scene.number.to_string()).replace("{size}", "320.jpg");
                    let is_file = row.path.starts_with("/files");
                    let id = if is_file { scene.photo.to_string() } else { scene.order.to_string() };
                    browser.get(&path.replace("{id}", &id)).await
                };
                let was = let_in(row, &answer);
                if row.kind == Kind::ServerFn && was == Ok(true) {
                    self.stage.clear(far, standing);
                }
                was
            }
            About::Pact(stage, office, _) => {
                let scene = pact_scenes::pact(self.town, stage, standing.inside, person.zip(office)).await;
                let_in(row, &pacts::about_pact(self.town, row, &mut browser, &scene).await)
            }
            About::Place(_) | About::Mine(_) | About::Counter(_) | About::List => {
                let asking = Asking { town: self.town, person, standing };
                let places = self.places.as_ref().unwrap();
                let answer = if row.kind == Kind::ServerFn {
                    post(&mut browser, row.path, &places.fields(&asking, row.path).await).await
                } else {
                    browser.get(&places.address(&asking, row.path).await).await
                };
                let_in(row, &answer)
            }
            About::Nothing | About::Session if row.kind == Kind::ServerFn => {
                let_in(row, &self.about_nothing(row.path, &mut browser, person, standing).await)
            }
            About::Nothing | About::Session if row.method == Method::Post => {
                let_in(row, &browser.send(Verb::POST, row.path, Some("image/jpeg"), photo().into()).await)
            }
            About::Nothing | About::Session => {
                let path = row.path.replace("{code}", "BYH1A1").replace("{token}", &self.receipt);
                let path = path.replace("{kind}", "resident_convention").replace("{version}", "1");
                let_in(row, &browser.get(&path.replace("{old}", "0").replace("{new}", "1")).await)
            }
        }
    }

    /// An address of this machine nobody asked from before, so that no limit speaks.
    fn address(&mut self) -> IpAddr {
        self.addresses += 1;
        Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + self.addresses).into()
    }
}

/// What a future answers, or that it ended in a panic, whose words stand above the report.
async fn caught(asked: impl Future<Output = Result<bool, String>>) -> Result<bool, String> {
    let mut asked = pin!(asked);
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(cx)));
        polled.unwrap_or_else(|_| Poll::Ready(Err("its scene cannot be set".to_owned())))
    })
    .await
}

async fn post(browser: &mut Browser, path: &str, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
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
    assert!(report.cases > 7_500, "{} cases", report.cases);
    assert!(report.wrong.is_empty(), "{} of {}:\n{}", report.wrong.len(), report.cases, report.wrong.join("\n"));
}

#[tokio::test]
async fn an_endpoint_without_its_check_makes_the_walk_fail() {
    let town = Town::new().await;
    for (path, at_least) in [
        ("/api/dispatch-order", 100),
        ("/api/reveal-contact", 100),
        ("/api/move-pact", 25),
        ("/api/cast-vote", 15),
        ("/api/check-credit", 25),
    ] {
        // It does what it is asked to, whoever asks.
        let open = town.router.clone().layer(from_fn(move |request: Request, next: Next| async move {
            if request.uri().path() == path { "{}".into_response() } else { next.run(request).await }
        }));
        let report = Walk::new(&town, &open).await.over(&[row_of(path)]).await;
        assert!(report.wrong.len() > at_least, "{path}: {} of {}", report.wrong.len(), report.cases);
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
