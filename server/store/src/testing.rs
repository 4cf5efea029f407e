//! A small town on a database of its own, and a few words to tell stories about it: `world.resident("李",
//! "13800001234")`, `world.staff(Role::Clerk, "CENTRE", "152921")`, `world.later(TimeDelta::days(3))`. The
//! database is cloned from a template that is made once for every state of the migrations, and dropped when
//! the world ends. Only for tests; everything here panics when something is wrong.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test support: a broken fixture ends the test")]

pub mod signing;
pub mod tariffs;
mod town;
pub mod votes;

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Lang;
use gongzhi_domain::ids::{AreaId, OrderId, PersonId, UnitId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::view::Filed;
use object_store::memory::InMemory;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool};

use crate::keys::Keys;
use crate::requests::{self, FileRequest};
use crate::staff::NewStaff;
use crate::{Connect, Db, categories, log, migrate, people, seed, sessions, staff};

/// Where the tests' throw-away cluster is, as a superuser.
const URL: &str = "GONGZHI_TEST_DATABASE_URL";

/// The master key of every test.
const KEY: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// When every story begins: a Monday, 10 o'clock in Beijing.
const BEGINNING: &str = "2026-03-02T02:00:00Z";

/// A town, its database and its clock.
pub struct World {
    db: Db,
    clock: Mutex<DateTime<Utc>>,
    cluster: PgConnectOptions,
    name: String,
    staff_so_far: AtomicU32,
}

/// Somebody who lives in the town and has signed in by phone code.
#[derive(Clone, Copy)]
pub struct Resident<'w> {
    /// The town.
    pub world: &'w World,
    /// Their person.
    pub person: PersonId,
}

/// What came of a filing.
#[derive(Clone, Copy)]
pub struct Filing {
    /// The request's number.
    pub number: RequestNumber,
    /// The order it became.
    pub order: OrderId,
}

impl World {
    /// A fresh town. Panics with what to do when there is no cluster for tests.
    pub async fn new() -> Self {
        let Ok(url) = std::env::var(URL) else {
            panic!("set {URL} to a throw-away PostgreSQL cluster as a superuser; `cargo xtask test` starts one");
        };
        let cluster = PgConnectOptions::from_str(&url).unwrap();
        let mut admin = cluster.connect().await.unwrap();
        let template = template(&mut admin, &cluster).await;
        let name = format!("gongzhi_test_{}", uuid::Uuid::new_v4().simple());
        run(&mut admin, format!("create database {name} template {template}")).await;
        admin.close().await.unwrap();
        let db = open(as_app(&cluster, &name)).await;
        let clock = Mutex::new(BEGINNING.parse().unwrap());
        Self { db, clock, cluster, name, staff_so_far: AtomicU32::new(0) }
    }

    /// The database at the world's moment.
    #[must_use]
    pub fn db(&self) -> Db {
        self.db.at(self.now())
    }

    /// The world's moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    /// What another process on this world's database has: the same data, a memory of its own.
    pub async fn replica(&self) -> Db {
        open(as_app(&self.cluster, &self.name)).await.at(self.now())
    }

    /// Lets time pass.
    pub fn later(&self, by: TimeDelta) {
        *self.clock.lock().unwrap() += by;
    }

    /// Connects to this world's database as the superuser: for damage no use case could do.
    pub async fn superuser(&self) -> PgPool {
        let url = self.cluster.clone().database(&self.name);
        PgPoolOptions::new().max_connections(2).connect_with(url).await.unwrap()
    }

    /// How this world's database is connected to as the superuser.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.cluster.clone().database(&self.name)
    }

    /// The area with a code: `152921` the banner; `BYH1`, `WNS1` its towns; `BYH1A`, `BYH1B`, `WNS1A` the
    /// communities; `BYH1A1` … `WNS1A2` the grids.
    pub async fn area(&self, code: &str) -> AreaId {
        let areas = self.db.areas().await.unwrap();
        areas.by_code(code).unwrap_or_else(|| panic!("the town has no area {code}")).id
    }

    /// The unit with a code: `CENTRE`, `CITY`, `PROP`, `OFFICE1`, `OFFICE2`.
    pub async fn unit(&self, code: &str) -> UnitId {
        let id = sqlx::query_scalar!("select id from unit where code = $1", code);
        UnitId::from_uuid(id.fetch_optional(self.db.pool()).await.unwrap().unwrap_or_else(|| panic!("no unit {code}")))
    }

    /// Somebody who lives here.
    pub async fn resident(&self, name: &str, phone: &str) -> Resident<'_> {
        let db = self.db();
        let mut tx = db.begin().await.unwrap();
        let (person, _) = people::find_or_create(&db, &mut tx, &Phone::parse(phone).unwrap(), Lang::Zh).await.unwrap();
        people::set_name(&db, &mut tx, person, name).await.unwrap();
        tx.commit().await.unwrap();
        Resident { world: self, person }
    }

    /// Somebody who works here, in a role in a unit within an area.
    pub async fn staff(&self, role: Role, unit: &str, area: &str) -> Actor {
        let so_far = self.staff_so_far.fetch_add(1, Ordering::Relaxed);
        let db = self.db();
        let name = Named::new(format!("{role}-{so_far}"), format!("{role}-{so_far}"));
        let new = NewStaff {
            sign_in_name: name.zh.clone(),
            name: name.clone(),
            password_hash: String::new(),
            totp_secret: [7; 20],
        };
        let (unit, area) = (self.unit(unit).await, self.area(area).await);
        let mut tx = db.begin().await.unwrap();
        let person = staff::create(&db, &mut tx, &new).await.unwrap();
        staff::appoint(&db, &mut tx, person, role, unit, area).await.unwrap();
        tx.commit().await.unwrap();
        let memberships = sessions::memberships(&db, person).await.unwrap();
        Actor { memberships, client: "192.0.2.7".to_owned(), ..Actor::resident(person, name.zh) }
    }

    /// Registers the public key of a cosigner of the log, by the two people that takes.
    pub async fn cosigner(&self, key: &str) {
        let [one, other] = [Role::Administrator, Role::Supervisor].map(|role| self.staff(role, "CENTRE", "152921"));
        let (one, other) = (one.await, other.await);
        let ask = log::register(&self.db(), &one, key).await.unwrap();
        log::decide(&self.db(), &other, ask, true).await.unwrap();
    }

    /// Files a request for an actor.
    pub async fn files(&self, actor: &Actor, filing: FileRequest) -> Filing {
        let db = self.db();
        let (Filed::Now(receipt) | Filed::Before(receipt)) = requests::file(&db, actor, filing).await.unwrap();
        let (order, _) = seed::parts_of(&db, receipt.number).await.unwrap();
        Filing { number: receipt.number, order }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn visitor(&self) -> Actor {
        Self::visitor_from("192.0.2.1")
    }

    /// Somebody who has not signed in, at an address.
    #[must_use]
    pub fn visitor_from(address: &str) -> Actor {
        Actor { client: address.to_owned(), ..Actor::visitor() }
    }
}

impl Resident<'_> {
    /// The resident as use cases are asked.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { client: "192.0.2.2".to_owned(), ..Actor::resident(self.person, "") }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), std::mem::take(&mut self.name));
        // A runtime of its own: the test's may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut admin = cluster.connect().await.unwrap();
                run(&mut admin, format!("drop database if exists {name} with (force)")).await;
                admin.close().await.unwrap();
            });
        });
        let _ = dropping.join();
    }
}

/// Everything runs as the serving role, so that what it must not do fails here too.
fn as_app(cluster: &PgConnectOptions, name: &str) -> PgConnectOptions {
    cluster.clone().database(name).options([("role", "gongzhi_app")])
}

async fn open(url: PgConnectOptions) -> Db {
    let keys = Arc::new(Keys::parse(KEY).unwrap());
    let how = Connect { url, read_url: None, connections: 8 };
    Db::connect(how, keys, Arc::new(InMemory::new())).await.unwrap()
}

/// The name of the template that fits the migrations and the town, made when it is not there.
async fn template(admin: &mut PgConnection, cluster: &PgConnectOptions) -> String {
    let mut sha = Sha256::new();
    for migration in migrate::MIGRATIONS.iter() {
        sha.update(&*migration.checksum);
    }
    for source in [
        include_str!("testing/town.rs"),
        include_str!("categories.rs"),
        include_str!("categories/defaults.rs"),
        include_str!("calendar.rs"),
    ] {
        sha.update(source);
    }
    let hash: String = sha.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("gongzhi_template_{hash}");
    run(admin, "select pg_advisory_lock(712001)".to_owned()).await;
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    if !exists {
        let building = format!("{name}_building");
        run(admin, format!("drop database if exists {building} with (force)")).await;
        run(
            admin,
            format!("create database {building} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"),
        )
        .await;
        let url = cluster.clone().database(&building);
        migrate::run(&url).await.unwrap();
        let db = open(url).await.at(BEGINNING.parse().unwrap());
        town::build(&db).await;
        categories::seed(&db).await.unwrap();
        db.pool().close().await;
        run(admin, format!("alter database {building} rename to {name}")).await;
    }
    run(admin, "select pg_advisory_unlock(712001)".to_owned()).await;
    name
}

async fn run(admin: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await.unwrap();
}
