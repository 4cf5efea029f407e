//! Puts the invented town into an empty database by the portal's own use cases, each at its moment of the past year,
//! several requests at a time: so history, clocks, messages and the audit chain are as true as in a real town.

mod play;
mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_store::{Db, categories, fault, seed, settings, staff};
use tokio::task::JoinSet;

use self::play::Play;
pub(in crate::demo) use self::stage::{Stage, settle};
use super::people::PASSWORD;
use super::town::Town;
use super::{SEED, pacts};

/// The setting that says that the demo town is here, whole.
const MARK: &str = "demo.town";
/// Requests whose lives are played at once.
const AT_ONCE: usize = 8;

/// What was loaded.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Base grids.
    pub grids: usize,
    /// Organisations.
    pub units: usize,
    /// Residents and staff.
    pub people: usize,
    /// Requests.
    pub requests: usize,
    /// Pacts.
    pub pacts: usize,
    /// Moves and verdicts.
    pub steps: usize,
    /// Orders by state.
    pub states: Vec<(String, i64)>,
    /// Orders past their limit.
    pub overdue: i64,
    /// How long it took.
    pub took: Duration,
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} grids, {} organisations, {} people, {} pacts, {} requests with {} steps, in {:.1} s:",
            self.grids,
            self.units,
            self.people,
            self.pacts,
            self.requests,
            self.steps,
            self.took.as_secs_f64()
        )?;
        for (state, orders) in &self.states {
            write!(f, " {state} {orders},")?;
        }
        write!(f, " overdue {}", self.overdue)
    }
}

/// Why the town was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// Real data stay what they are.
    #[error("this database is not empty; the demo town is only loaded into an empty one")]
    NotEmpty,
    /// A use case refused what the town planned.
    #[error("the demo town could not be loaded: {doing}: {error}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What the use case said.
        error: Error,
    },
}

impl From<Error> for NotLoaded {
    fn from(error: Error) -> Self {
        Self::Refused { doing: "the town itself".to_owned(), error }
    }
}

/// Whether the demo town is in this database already.
pub async fn is_loaded(db: &Db) -> Result<bool, Error> {
    Ok(settings::get::<u64>(db, MARK).await?.is_some())
}

/// Loads the demo town, with the present moment as its today.
///
/// # Errors
/// [`NotLoaded::NotEmpty`] when anything is in the database. A load that breaks off leaves a database that is not
/// empty: it has to be made anew.
pub async fn load(db: &Db) -> Result<Summary, NotLoaded> {
    let began = Instant::now();
    if !seed::is_empty(db).await? {
        return Err(NotLoaded::NotEmpty);
    }
    tracing::info!("inventing the demo town");
    let now = db.now();
    let town = tokio::task::spawn_blocking(move || Town::invent(SEED, now)).await.map_err(fault)?.map_err(fault)?;
    let hurry = seed::Hurry::begin(db).await?;
    let played = play(db, Arc::new(town), now, began).await;
    hurry.end(db).await?;
    let summary = played?;
    let mut tx = db.begin().await?;
    settings::put(&mut tx, MARK, &SEED).await?;
    tx.commit().await.map_err(gongzhi_store::refuse)?;
    tracing::info!(seconds = summary.took.as_secs_f64(), "the demo town is loaded");
    Ok(summary)
}

async fn play(db: &Db, town: Arc<Town>, now: DateTime<Utc>, began: Instant) -> Result<Summary, NotLoaded> {
    let founded = db.at(now - TimeDelta::days(400));
    let hash = staff::hash_password(PASSWORD.to_owned()).await?;
    categories::seed(&founded).await?;
    let stage = Arc::new(settle(&founded, &town, hash).await?);
    db.forget_cached();

    let next = Arc::new(AtomicUsize::new(0));
    let workers = AT_ONCE.min(db.pool().options().get_max_connections() as usize).max(1);
    let mut playing = JoinSet::new();
    for _ in 0..workers {
        let (db, town, stage, next) = (db.clone(), Arc::clone(&town), Arc::clone(&stage), Arc::clone(&next));
        playing.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(life) = town.lives.get(at) else { return Ok::<(), NotLoaded>(()) };
                if at % 250 == 0 {
                    tracing::info!(requests = at, "the demo town is being loaded");
                }
                Play { db: &db, town: &town, stage: &stage, life, at, now }.all().await?;
            }
        });
    }
    let pacts = pacts::load(db, &founded, &town, &stage, now).await?;
    while let Some(done) = playing.join_next().await {
        done.map_err(fault)??;
    }
    seed::all_told(db).await?;
    let (states, overdue) = seed::states(db, now).await?;
    Ok(Summary {
        grids: town.grids.len(),
        units: town.units.len(),
        people: town.staff.len() + town.residents.len(),
        requests: town.lives.len(),
        pacts: pacts.len(),
        steps: town.lives.iter().map(|life| life.steps.len()).sum(),
        states,
        overdue,
        took: began.elapsed(),
    })
}
