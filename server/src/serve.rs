//! Starts and stops everything `gongzhi serve` runs, in order: data folder, keys,
//! database, migrations, jobs, HTTP; and back. Also what the other commands do
//! with an open database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gongzhi_store::{Connect, Db, cached, log, migrate};
use object_store::local::LocalFileSystem;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cli::{Failure, say};
use crate::config::Config;
use crate::database::{Access, DataFolder, Database};
use crate::demo;
use crate::http::site::Site;
use crate::http::{Shared, mount};
use crate::jobs::{self, Jobs};
use crate::keys;

/// A portal that is being served.
pub struct Running {
    /// Where it listens, with the port it got.
    pub address: SocketAddr,
    /// The way to its data.
    pub db: Db,
    tasks: Tasks,
    database: Database,
    patience: Duration,
    /// Held until the database has stopped.
    _folder: DataFolder,
}

/// What runs beside each other over the open database.
struct Tasks {
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    following: JoinHandle<()>,
    tidying: JoinHandle<()>,
    jobs: Jobs,
}

impl Running {
    /// Starts a portal. Refuses settings that would give residents' words away:
    /// plain http on an address others can reach, a demo that others can reach.
    pub async fn start(config: Config) -> Result<Self, Failure> {
        config.check_address()?;
        config.check_demo()?;
        let folder = DataFolder::open(&config.data_dir)?;
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            Failure::Other(format!("cannot listen on {}: {error}; GONGZHI_LISTEN names another address", config.listen))
        })?;
        let address = listener.local_addr().map_err(|error| Failure::Other(error.to_string()))?;
        let keys = keys::load_or_make(&config)?;
        let site = Site::read(&config.site).map_err(Failure::Other)?;
        let database = Database::open(&config, &folder).await?;
        // From here on a failure must not leave the database running.
        match Self::open(&config, &database.access, keys, site, listener).await {
            Ok((db, tasks)) => {
                Ok(Self { address, db, tasks, database, patience: config.stop_timeout, _folder: folder })
            }
            Err(failure) => {
                database.stop().await?;
                Err(failure)
            }
        }
    }

    async fn open(
        config: &Config,
        access: &Access,
        keys: Arc<gongzhi_store::Keys>,
        site: Site,
        listener: TcpListener,
    ) -> Result<(Db, Tasks), Failure> {
        migrate::run(&access.owner).await.map_err(failed)?;
        let db = connect(config, access, keys).await?;
        log::begin(&db, config.public_host()).await.map_err(failed)?;
        if config.demo {
            town(&db).await?;
        }
        let jobs = Jobs::start(config, &db, &access.owner).await.map_err(failed)?;
        let shared = Shared::new(config.clone(), db.clone(), site);
        let router = mount::router(shared.clone())?.into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopping) = watch::channel(false);
        if let Some(file) = &config.demo_clock {
            demo::clock::read(&db, file);
            tokio::spawn(demo::clock::follow(db.clone(), file.clone(), jobs::stopped(stopping.clone())));
        }
        let serving = axum::serve(listener, router).with_graceful_shutdown(jobs::stopped(stopping.clone()));
        let tasks = Tasks {
            stop,
            http: tokio::spawn(serving.into_future()),
            following: tokio::spawn(cached::follow(db.clone(), cached::Waits::default(), jobs::stopped(stopping))),
            tidying: tokio::spawn(shared.tidy()),
            jobs,
        };
        Ok((db, tasks))
    }

    /// Stops in order: no new requests, running ones finish (for `stop_timeout`
    /// at most), jobs finish, the program's own database stops.
    pub async fn stop(self) -> Result<(), Failure> {
        self.tasks.stop(self.patience).await;
        self.db.pool().close().await;
        self.db.read().close().await;
        Ok(self.database.stop().await?)
    }
}

impl Tasks {
    async fn stop(self, patience: Duration) {
        let _ = self.stop.send(true);
        let abort = self.http.abort_handle();
        if tokio::time::timeout(patience, self.http).await.is_err() {
            tracing::warn!("some requests did not finish in time");
            abort.abort();
        }
        let _ = self.following.await;
        self.tidying.abort();
        self.jobs.stop().await;
    }
}

/// Serves until the process is asked to stop.
pub async fn until_stopped(config: Config) -> Result<(), Failure> {
    // Before anything is started: a signal must never leave a database behind.
    let mut asked = Asked::listen()?;
    let demo = config.demo;
    let public = config.public_url.clone();
    let mut starting = std::pin::pin!(Running::start(config));
    let running = tokio::select! {
        running = &mut starting => running?,
        () = asked.stop_asked() => {
            tracing::info!("asked to stop while starting");
            // What was begun is finished, so that it can be taken back in order.
            starting.await?.stop().await?;
            return Ok(());
        }
    };
    let address = public.unwrap_or_else(|| format!("http://{}", running.address));
    say(&format!("Gongzhi 共治 serves {address}"));
    if demo {
        say(&demo::sign_in_table(chrono::Utc::now()));
    }
    asked.stop_asked().await;
    tracing::info!("stopping");
    running.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Brings the tables up to date.
pub(crate) async fn migrate(_config: &Config, database: &Database) -> Result<String, Failure> {
    migrate::run(&database.access.owner).await.map_err(failed)?;
    Ok("The database has this version's tables.".into())
}

/// Loads the demo town.
pub(crate) async fn load_demo(config: &Config, database: &Database) -> Result<String, Failure> {
    migrate::run(&database.access.owner).await.map_err(failed)?;
    let db = connect(config, &database.access, keys::load_or_make(config)?).await?;
    town(&db).await?;
    Ok(demo::sign_in_table(chrono::Utc::now()))
}

/// Walks the audit chain; fails when a link does not hold.
pub(crate) async fn verify_audit(config: &Config, database: &Database) -> Result<String, Failure> {
    let db = connect(config, &database.access, keys::load_or_make(config)?).await?;
    let report = gongzhi_store::audit::verify(&db).await.map_err(failed)?;
    let walked = format!("{} entries in {} streams, {} daily anchors", report.events, report.streams, report.anchors);
    match report.broken {
        None => Ok(format!("The audit chain is whole: {walked}.")),
        Some(broken) => Err(Failure::Other(format!(
            "the audit chain is broken: stream {}, entry {}: {} ({walked} walked)",
            broken.stream, broken.seq, broken.wrong
        ))),
    }
}

/// Compares the balances of points with their bookings, repairs those that differ and says which.
pub(crate) async fn rebuild_points(config: &Config, database: &Database) -> Result<String, Failure> {
    let db = connect(config, &database.access, keys::load_or_make(config)?).await?;
    let repaired = gongzhi_store::points::rebuild(&db).await.map_err(failed)?;
    let sum: i64 = gongzhi_store::points::totals(&db).await.map_err(failed)?.iter().map(|(_, sum)| sum).sum();
    if sum != 0 {
        return Err(Failure::Other(format!("the bookings of points sum to {sum}, not to nothing")));
    }
    if repaired.is_empty() {
        return Ok("Every balance is the sum of its bookings.".to_owned());
    }
    let lines = repaired.iter().map(|one| format!("\n  account {}: {} was {}", one.account, one.is, one.was));
    Ok(format!("{} balances repaired:{}", repaired.len(), lines.collect::<String>()))
}

/// The data, for a command that works beside a portal.
pub(crate) async fn opened(config: &Config, database: &Database) -> Result<Db, Failure> {
    connect(config, &database.access, keys::load_or_make(config)?).await
}

async fn connect(config: &Config, access: &Access, keys: Arc<gongzhi_store::Keys>) -> Result<Db, Failure> {
    let photos = config.data_dir.join("files");
    std::fs::create_dir_all(&photos).map_err(|error| Failure::Other(format!("{}: {error}", photos.display())))?;
    let files = LocalFileSystem::new_with_prefix(&photos).map_err(failed)?.with_fsync(true);
    let how =
        Connect { url: access.app.clone(), read_url: access.read.clone(), connections: config.database_connections };
    Db::connect(how, keys, Arc::new(files)).await.map_err(failed)
}

/// Loads the demo town into an empty database; leaves one that holds it alone,
/// and refuses any other.
async fn town(db: &Db) -> Result<(), Failure> {
    if demo::is_loaded(db).await.map_err(failed)? {
        return Ok(());
    }
    say("Loading the demo town …");
    let summary = demo::load(db).await.map_err(failed)?;
    say(&summary.to_string());
    Ok(())
}

/// The signals by which a process is asked to stop.
struct Asked {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Asked {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    async fn stop_asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Other(error.to_string())
}
