//! What one replica changes the others learn, although each keeps areas and calendar in memory; also what was changed
//! while nobody could tell them.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::AreaId;
use gongzhi_domain::lang::Named;
use gongzhi_store::areas::{self, NewArea};
use gongzhi_store::cached::{self, LISTENER, Waits};
use gongzhi_store::testing::World;
use gongzhi_store::{Db, Transaction};
use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions as _, PgPool};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// A replica that is told of changes, as `serve` is.
struct Replica {
    db: Db,
    stop: oneshot::Sender<()>,
    following: JoinHandle<()>,
}

impl Replica {
    async fn of(world: &World) -> Self {
        let db = world.replica().await;
        // Both are in memory before anybody listens: what is seen later was forgotten.
        db.areas().await.unwrap();
        db.calendar().await.unwrap();
        Self::over(db, Waits::default())
    }

    fn over(db: Db, waits: Waits) -> Self {
        let (stop, stopped) = oneshot::channel();
        let following = tokio::spawn(cached::follow(db.clone(), waits, async {
            let _ = stopped.await;
        }));
        Self { db, stop, following }
    }

    async fn names(&self, code: &str) -> Option<String> {
        self.db.areas().await.unwrap().by_code(code).map(|area| area.name.zh.clone())
    }

    /// Returns when everything that was told before was heard: what is told in order is heard in order. Twice,
    /// since the calendar may be forgotten the first time because listening began.
    async fn has_heard_everything(&self, admin: &PgPool) {
        for _ in 0..2 {
            let before = self.db.calendar().await.unwrap();
            sql(admin, "select pg_notify('gongzhi_cached', 'calendar')").await;
            until("heard", async || !Arc::ptr_eq(&before, &self.db.calendar().await.unwrap())).await;
        }
    }

    async fn works_on(&self, day: &str) -> Option<bool> {
        self.db.calendar().await.unwrap().is_work_day(day.parse::<NaiveDate>().unwrap()).ok()
    }
}

/// Waits until something holds, for twenty seconds at most.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(), "never: {what}");
}

/// Somebody with psql: one connection, which is kept.
async fn administrator(world: &World) -> PgPool {
    PgPoolOptions::new().max_connections(1).connect_with(world.options()).await.unwrap()
}

async fn sql(pool: &PgPool, change: &'static str) {
    sqlx::query(change).execute(pool).await.unwrap();
}

/// The processes that listen in this world's database.
async fn listeners(pool: &PgPool) -> Vec<i32> {
    sqlx::query_scalar("select pid from pg_stat_activity where datname = current_database() and application_name = $1")
        .bind(LISTENER)
        .fetch_all(pool)
        .await
        .unwrap()
}

/// A way to the database that can fall silent, as behind a firewall that forgot a connection: nothing comes through any more,
/// and nobody is told.
struct Way {
    port: u16,
    silent: watch::Sender<u64>,
}

impl Way {
    async fn to(database: (String, u16)) -> Self {
        let door = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = door.local_addr().unwrap().port();
        let (silent, fallen) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = door.accept().await {
                let mut far = TcpStream::connect((database.0.as_str(), database.1)).await.unwrap();
                let mut fallen = fallen.clone();
                fallen.mark_unchanged();
                tokio::spawn(async move {
                    let is_silent = tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => false,
                        said = fallen.changed() => said.is_ok(),
                    };
                    if is_silent {
                        // Both ends stay open.
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { port, silent }
    }

    /// The connections of now fall silent; new ones come through.
    fn falls_silent(&self) {
        self.silent.send_modify(|times| *times += 1);
    }
}

/// Writes a grid beside the others; it is there when the transaction commits.
async fn new_grid(world: &World, code: &str, name: &str) -> Transaction {
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let grid = NewArea {
        id: AreaId::from_uuid(db.new_id()),
        parent: Some(world.area("BYH1A").await),
        level: 4,
        kind: Named::new("网格", "grid"),
        path: AreaPath::parse(&format!("152921.BYH1.BYH1A.{code}")).unwrap(),
        name: Named::new(name, name),
        boundary: None,
        centre: None,
        population: None,
        households: None,
    };
    areas::insert_many(&mut tx, &[grid]).await.unwrap();
    tx
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_changes_the_other_sees() {
    let world = World::new().await;
    let replica = Replica::of(&world).await;
    let admin = administrator(&world).await;
    // Seen by the first notification or when listening began; from here on only a notification can tell.
    sql(&admin, "update area set name_zh = '东关甲格' where code = 'BYH1A1'").await;
    until("a new name", async || replica.names("BYH1A1").await.as_deref() == Some("东关甲格")).await;

    let uncommitted = new_grid(&world, "BYH1A8", "没有的格").await;
    new_grid(&world, "BYH1A9", "东关新格").await.commit().await.unwrap();
    until("a new grid", async || replica.names("BYH1A9").await.as_deref() == Some("东关新格")).await;
    uncommitted.rollback().await.unwrap();
    assert_eq!(replica.names("BYH1A8").await, None, "what was not committed is not told");

    sql(&admin, "update area_level set name_zh = '网格（村组）' where rank = 4").await;
    until("a level's name", async || {
        replica.db.areas().await.unwrap().levels().last().is_some_and(|level| level.name.zh == "网格（村组）")
    })
    .await;

    assert_eq!(replica.works_on("2026-03-02").await, Some(true), "a Monday");
    sql(&admin, "insert into calendar_day (day, kind, occasion) values ('2026-03-02', 'holiday', '雪灾')").await;
    until("a holiday", async || replica.works_on("2026-03-02").await == Some(false)).await;
    sql(&admin, "delete from calendar_day where day = '2026-03-02'").await;
    until("no holiday", async || replica.works_on("2026-03-02").await == Some(true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_changed_while_nobody_listened_is_seen_afterwards() {
    let world = World::new().await;
    let replica = Replica::of(&world).await;
    let admin = administrator(&world).await;
    sql(&admin, "update area set name_zh = '东关甲格' where code = 'BYH1A1'").await;
    until("a new name", async || replica.names("BYH1A1").await.as_deref() == Some("东关甲格")).await;

    replica.has_heard_everything(&admin).await;
    assert_eq!(replica.names("BYH1A1").await.as_deref(), Some("东关甲格"), "from here on kept in memory");

    // The door is shut from another database: nobody disconnects whoever is in, but nobody new comes in.
    let database = world.options().get_database().unwrap().to_owned();
    let mut cluster = world.options().database("postgres").connect().await.unwrap();
    let mut door = async |open: bool| {
        let change = format!("alter database {database} with allow_connections {open}");
        sqlx::query(sqlx::AssertSqlSafe(change)).execute(&mut cluster).await.unwrap();
    };
    door(false).await;
    let killed = listeners(&admin).await;
    assert_eq!(killed.len(), 1, "one connection a replica");
    sqlx::query("select pg_terminate_backend($1)").bind(killed[0]).execute(&admin).await.unwrap();
    until("the end of the listener", async || listeners(&admin).await.is_empty()).await;
    sql(&admin, "update area set name_zh = '东关乙格' where code = 'BYH1A1'").await;
    assert_eq!(replica.names("BYH1A1").await.as_deref(), Some("东关甲格"), "nobody could tell");
    door(true).await;
    until("what was missed", async || replica.names("BYH1A1").await.as_deref() == Some("东关乙格")).await;

    sql(&admin, "update area set name_zh = '东关丙格' where code = 'BYH1A1'").await;
    until("told again", async || replica.names("BYH1A1").await.as_deref() == Some("东关丙格")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_fell_silent_is_made_anew() {
    let world = World::new().await;
    let admin = administrator(&world).await;
    let straight = world.options();
    let way = Way::to((straight.get_host().to_owned(), straight.get_port())).await;
    let db = world.replica().await;
    // Only the listener goes this way: what the replica reads with is connected already or connects afterwards.
    let direct = (*db.pool().connect_options()).clone();
    db.pool().set_connect_options(direct.clone().host("127.0.0.1").port(way.port));
    let waits = Waits {
        reconnect: Duration::from_millis(50),
        quiet: Duration::from_millis(200),
        patience: Duration::from_millis(1000),
    };
    let replica = Replica::over(db, waits);
    until("a listener", async || listeners(&admin).await.len() == 1).await;
    replica.db.pool().set_connect_options(direct);
    replica.has_heard_everything(&admin).await;
    replica.db.areas().await.unwrap();

    way.falls_silent();
    sql(&admin, "update area set name_zh = '东关甲格' where code = 'BYH1A1'").await;
    until("what was missed", async || replica.names("BYH1A1").await.as_deref() == Some("东关甲格")).await;
    sql(&admin, "update area set name_zh = '东关乙格' where code = 'BYH1A1'").await;
    until("told again", async || replica.names("BYH1A1").await.as_deref() == Some("东关乙格")).await;
}

#[tokio::test]
async fn the_connection_ends_with_the_program() {
    let world = World::new().await;
    let replica = Replica::of(&world).await;
    let admin = administrator(&world).await;
    until("a listener", async || listeners(&admin).await.len() == 1).await;
    replica.stop.send(()).unwrap();
    replica.following.await.unwrap();
    until("no listener", async || listeners(&admin).await.is_empty()).await;
}
