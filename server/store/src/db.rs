//! The way to everything stored: connections, keys, photos, the clock, and what is kept in memory because
//! every page needs it and it hardly changes. A [`Db`] is cheap to clone; [`Db::at`] gives one whose clock
//! stands still, which is how tests and the demo town say "three days later".

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::calendar::WorkCalendar;
use object_store::ObjectStore;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres};
use uuid::{NoContext, Timestamp, Uuid};

use crate::areas::AreaTree;
use crate::cached::Cached;
use crate::calendar;
use crate::keys::Keys;
use crate::refusal::refuse;

/// One transaction; it rolls back when it is dropped without a commit.
pub type Transaction = sqlx::Transaction<'static, Postgres>;

/// Everything a use case needs of the outside world.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
    fixed: Option<DateTime<Utc>>,
}

struct Shared {
    pool: PgPool,
    read: PgPool,
    keys: Arc<Keys>,
    photos: Arc<dyn ObjectStore>,
    areas: Cached<AreaTree>,
    calendar: Cached<WorkCalendar>,
    /// Seconds the demonstration is ahead of the clock on the wall; 0 everywhere else.
    ahead: AtomicI64,
}

/// How a database is connected to.
#[derive(Debug, Clone)]
pub struct Connect {
    /// Where the primary is, as the role `gongzhi_app`.
    pub url: PgConnectOptions,
    /// A standby for reads that may be a moment old.
    pub read_url: Option<PgConnectOptions>,
    /// Connections to each at most.
    pub connections: u32,
}

impl Db {
    /// Opens the pools. Statements that run longer than 30 s, locks waited for longer than 10 s and
    /// transactions left idle for a minute are given up by the server.
    pub async fn connect(how: Connect, keys: Arc<Keys>, photos: Arc<dyn ObjectStore>) -> Result<Self, sqlx::Error> {
        let options = || {
            PgPoolOptions::new()
                .max_connections(how.connections)
                .acquire_timeout(std::time::Duration::from_secs(10))
                .test_before_acquire(true)
        };
        let pool = options().connect_with(bounded(how.url)).await?;
        let read = match how.read_url {
            Some(url) => options().connect_with(bounded(url)).await?,
            None => pool.clone(),
        };
        Ok(Self::over(pool, read, keys, photos))
    }

    /// A `Db` over pools that are open already.
    #[must_use]
    pub fn over(pool: PgPool, read: PgPool, keys: Arc<Keys>, photos: Arc<dyn ObjectStore>) -> Self {
        let shared = Shared {
            pool,
            read,
            keys,
            photos,
            areas: Cached::default(),
            calendar: Cached::default(),
            ahead: AtomicI64::new(0),
        };
        Self { shared: Arc::new(shared), fixed: None }
    }

    /// The primary.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.shared.pool
    }

    /// Where reads go that may be a moment old: a standby when there is one, else the primary.
    #[must_use]
    pub fn read(&self) -> &PgPool {
        &self.shared.read
    }

    /// The keys under which private values are sealed.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// Where photos are kept.
    #[must_use]
    pub fn photos(&self) -> &Arc<dyn ObjectStore> {
        &self.shared.photos
    }

    /// Begins a transaction on the primary.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        self.pool().begin().await.map_err(refuse)
    }

    /// The moment, in the microseconds PostgreSQL keeps.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let wall = || Utc::now() + TimeDelta::seconds(self.shared.ahead.load(Ordering::Relaxed));
        self.fixed.unwrap_or_else(wall).trunc_subsecs(6)
    }

    /// Today where the portal's people live.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        calendar::local_day(self.now())
    }

    /// The same database at a moment that does not pass.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> Self {
        Self { shared: Arc::clone(&self.shared), fixed: Some(moment) }
    }

    /// The same database so much later than now, at a moment that does not pass.
    #[must_use]
    pub fn later(&self, by: TimeDelta) -> Self {
        self.at(self.now() + by)
    }

    /// Sets the clock ahead of the one on the wall, for a demonstration that shows what happens in three weeks. It never
    /// goes back: what was written stays in the past. Returns how far it is ahead now.
    pub fn set_ahead(&self, by: TimeDelta) -> TimeDelta {
        let before = self.shared.ahead.fetch_max(by.num_seconds(), Ordering::Relaxed);
        TimeDelta::seconds(before.max(by.num_seconds()))
    }

    /// A new identifier (`UUIDv7`), which sorts by the moment it was made.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
    }

    /// The areas with their boundaries, loaded once and again when one has ended since.
    pub async fn areas(&self) -> Result<Arc<AreaTree>, Error> {
        let today = self.today();
        self.shared.areas.get(|tree| tree.holds_on(today), || AreaTree::load(self.pool(), today)).await
    }

    /// The work-day calendar, loaded once.
    pub async fn calendar(&self) -> Result<Arc<WorkCalendar>, Error> {
        self.shared.calendar.get(|_| true, || calendar::load(self.pool())).await
    }

    /// Forgets the areas and the calendar kept in memory, after they were changed by a way of its own. Whoever serves
    /// forgets what is changed anywhere by [`crate::cached::follow`].
    pub fn forget_cached(&self) {
        self.shared.areas.forget();
        self.shared.calendar.forget();
    }

    /// Forgets what a trigger of migration 0008 named; everything, when the name is one that only another version
    /// of the program knows.
    pub(crate) fn forget(&self, name: &str) {
        match name {
            "areas" => self.shared.areas.forget(),
            "calendar" => self.shared.calendar.forget(),
            _ => self.forget_cached(),
        }
    }

    /// Whether the database answers: what `/readyz` asks.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query_scalar!("select 1 as one").fetch_one(self.pool()).await.map_err(refuse)?;
        Ok(())
    }
}

fn bounded(url: PgConnectOptions) -> PgConnectOptions {
    url.application_name("gongzhi").options([
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "60s"),
    ])
}
