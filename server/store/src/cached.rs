//! What is kept in memory because every page needs it and it hardly changes, and how each replica learns that it was
//! changed: the triggers of migration 0008 notify a channel in the transaction of the change, whoever made it, and
//! [`follow`] listens there.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use gongzhi_domain::Error;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::db::Db;

/// The channel on which the triggers name what changed.
const CHANNEL: &str = "gongzhi_cached";

/// The name of the listening connections in `pg_stat_activity`.
pub const LISTENER: &str = "gongzhi-cached";

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Between two tries to listen.
    pub reconnect: Duration,
    /// After so long without a word the connection is asked whether it lives: a firewall that dropped it says nothing.
    pub quiet: Duration,
    /// How long an answer to that may take, and a farewell.
    pub patience: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { reconnect: Duration::from_secs(1), quiet: Duration::from_secs(30), patience: Duration::from_secs(5) }
    }
}

/// Forgets what is changed in the database by anybody, on a connection of its own, until it is told to stop. Whenever it
/// begins to listen it forgets everything, since nobody knows what was missed. While the connection is lost, pages
/// show what was known before; it is tried again after a wait.
pub async fn follow(db: Db, waits: Waits, stop: impl Future<Output = ()> + Send) {
    let url = (*db.pool().connect_options()).clone().application_name(LISTENER);
    let mut stop = pin!(stop);
    loop {
        // A pool for each try: a connection that died silently is not given back before the kernel gives it up.
        let pool =
            PgPoolOptions::new().max_connections(1).acquire_timeout(waits.patience).connect_lazy_with(url.clone());
        tokio::select! {
            () = &mut stop => {
                // A connection that does not answer must not hold up the end of the program.
                let _ = tokio::time::timeout(waits.patience, pool.close()).await;
                return;
            }
            Err(error) = listen(&db, &pool, waits) => {
                tracing::warn!(%error, "not told of what others change: areas and calendar may be out of date");
            }
        }
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(waits.reconnect) => {}
        }
    }
}

/// Listens until the connection is lost.
async fn listen(db: &Db, pool: &PgPool, waits: Waits) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    db.forget_cached();
    loop {
        match tokio::time::timeout(waits.quiet, listener.try_recv()).await {
            Ok(Ok(Some(told))) => db.forget(told.payload()),
            Ok(Ok(None)) => return Err(lost(std::io::ErrorKind::ConnectionAborted)),
            Ok(Err(error)) => return Err(error),
            Err(_quiet) => {
                let asked = sqlx::query_scalar!("select 1 as one").fetch_one(&mut listener);
                tokio::time::timeout(waits.patience, asked).await.map_err(|_| lost(std::io::ErrorKind::TimedOut))??;
            }
        }
    }
}

fn lost(how: std::io::ErrorKind) -> sqlx::Error {
    sqlx::Error::Io(how.into())
}

/// A value that is loaded when first asked for and kept until forgotten. Whoever asks while it is being
/// loaded waits for that one load; what was forgotten during a load is not kept.
pub(crate) struct Cached<T> {
    value: RwLock<Option<Arc<T>>>,
    forgotten: AtomicU64,
    loading: tokio::sync::Mutex<()>,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self { value: RwLock::default(), forgotten: AtomicU64::new(0), loading: tokio::sync::Mutex::default() }
    }
}

impl<T> Cached<T> {
    /// The value, loaded when none is kept of which `holds` is true.
    pub async fn get<H, F, Fut>(&self, holds: H, load: F) -> Result<Arc<T>, Error>
    where
        H: Fn(&T) -> bool,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        if let Some(value) = self.kept().filter(|value| holds(value)) {
            return Ok(value);
        }
        let _one_at_a_time = self.loading.lock().await;
        if let Some(value) = self.kept().filter(|value| holds(value)) {
            return Ok(value);
        }
        let before = self.forgotten.load(Ordering::Acquire);
        let value = Arc::new(load().await?);
        let mut kept = self.value.write().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::Acquire) == before {
            *kept = Some(Arc::clone(&value));
        }
        Ok(value)
    }

    fn kept(&self) -> Option<Arc<T>> {
        self.value.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads it anew when it is asked for next.
    pub fn forget(&self) {
        let mut kept = self.value.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        *kept = None;
    }
}
