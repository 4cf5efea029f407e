//! Jobs with a time of their own. Each is safe to repeat: a job that was cut off
//! runs again.

use std::fmt;

use gongzhi_domain::error::Error;
use gongzhi_store::{
    Db, audit, closing, flash, keeping, limits, log, orders, pacts, photos, points, sessions, sign_in,
};
use graphile_worker::{Cron, IntoTaskHandlerResult, TaskHandler, Worker, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::time::Duration;
use tokio::sync::watch;

use super::stopped;

/// Nothing but the schedule wakes these jobs, so the queue is looked at rarely.
const LOOK: Duration = Duration::from_secs(20);
const FINISH: Duration = Duration::from_secs(10);

/// What a job works with.
#[derive(Clone)]
struct With(Db);

impl fmt::Debug for With {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("With(Db)")
    }
}

/// The worker with every scheduled job.
pub(super) async fn worker(
    pool: PgPool,
    db: Db,
    at_once: usize,
    stopping: watch::Receiver<bool>,
) -> Result<Worker, String> {
    let said = |error: &dyn fmt::Display| error.to_string();
    WorkerOptions::default()
        .pg_pool(pool)
        .schema("graphile_worker")
        .concurrency(at_once)
        .poll_interval(LOOK)
        .add_extension(With(db))
        .define_job::<StrikeClocks>()
        .define_job::<KeepPacts>()
        .define_job::<SweepFiles>()
        .define_job::<ForgetExpired>()
        .define_job::<AnchorAudit>()
        .define_job::<PlaceLeaves>()
        .define_job::<SignHead>()
        .with_cron(Cron::every_n_minutes::<StrikeClocks>(5).map_err(|error| said(&error))?)
        .with_cron(Cron::hourly_at::<KeepPacts>(7).map_err(|error| said(&error))?)
        .with_cron(Cron::hourly_at::<SweepFiles>(17).map_err(|error| said(&error))?)
        .with_cron(Cron::hourly_at::<ForgetExpired>(37).map_err(|error| said(&error))?)
        .with_cron(Cron::daily_at::<AnchorAudit>(17, 30).map_err(|error| said(&error))?)
        .with_cron(Cron::every_n_minutes::<PlaceLeaves>(1).map_err(|error| said(&error))?)
        .with_cron(Cron::daily_at::<SignHead>(16, 5).map_err(|error| said(&error))?)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stopped(stopping))
        .shutdown_grace_period(FINISH)
        .init()
        .await
        .map_err(|error| said(&error))
}

/// Moves orders whose time has come: in hand after a day, closed a week after the answer. And pacts whose signing or review
/// is over.
#[derive(Deserialize, Serialize)]
struct StrikeClocks;

impl TaskHandler for StrikeClocks {
    const IDENTIFIER: &'static str = "strike_clocks";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let db = db(&context)?;
        // Neither waits for what fails in the other.
        let pacts = pacts::tick(&db).await;
        let moved = orders::tick(&db).await.map(|done| u64::from(done.started + done.closed));
        let orders = count(Self::IDENTIFIER, moved);
        count("strike_pacts", pacts)?;
        orders
    }
}

/// Ends what waited its time: answers to reports, appeals, rewards nobody fetched, points nobody used; draws the month's
/// sample of credits.
#[derive(Deserialize, Serialize)]
struct KeepPacts;

impl TaskHandler for KeepPacts {
    const IDENTIFIER: &'static str = "keep_pacts";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let db = db(&context)?;
        let reports = count("keep_reports", keeping::tick(&db).await.map(u64::from));
        let points = points::tick(&db).await.map(|done| u64::from(done.released + done.expired) + done.sampled);
        // What fails of the one stops nothing of the other.
        count("keep_points", points).and(reports)
    }
}

/// Removes photos no form named, and files no row names.
#[derive(Deserialize, Serialize)]
struct SweepFiles;

impl TaskHandler for SweepFiles {
    const IDENTIFIER: &'static str = "sweep_files";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        count(Self::IDENTIFIER, photos::sweep(&db(&context)?).await)
    }
}

/// Removes what was kept for a while only: refused forms, sessions that
/// ended, sign-in codes, counters of attempts. Closes the accounts whose
/// cooling-off is over.
#[derive(Deserialize, Serialize)]
struct ForgetExpired;

impl TaskHandler for ForgetExpired {
    const IDENTIFIER: &'static str = "forget_expired";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let db = db(&context)?;
        count("forget_forms", flash::sweep(&db).await)?;
        count("forget_sessions", sessions::sweep(&db).await)?;
        count("forget_codes", sign_in::sweep(&db).await)?;
        count("forget_attempts", limits::sweep(&db).await)?;
        count("close_accounts", closing::tick(&db).await)
    }
}

/// Anchors yesterday's audit entries; at 17:30 UTC it is half past one where the portal's people live.
#[derive(Deserialize, Serialize)]
struct AnchorAudit;

impl TaskHandler for AnchorAudit {
    const IDENTIFIER: &'static str = "anchor_audit";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let db = db(&context)?;
        let yesterday = db.today().pred_opt().ok_or("there is no yesterday")?;
        count(Self::IDENTIFIER, audit::anchor(&db, yesterday).await.map(|()| 1))
    }
}

/// Gives the leaves of the log of evidence their places, and signs its head after a move of a pact.
#[derive(Deserialize, Serialize)]
struct PlaceLeaves;

impl TaskHandler for PlaceLeaves {
    const IDENTIFIER: &'static str = "place_leaves";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        count(Self::IDENTIFIER, log::keep_up(&db(&context)?).await)
    }
}

/// Signs the day's head of the log of evidence; at 16:05 UTC it is just past midnight where the portal's people live.
#[derive(Deserialize, Serialize)]
struct SignHead;

impl TaskHandler for SignHead {
    const IDENTIFIER: &'static str = "sign_head";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        count(Self::IDENTIFIER, log::checkpoint(&db(&context)?, log::Reason::Daily).await.map(|_| 1))
    }
}

fn db(context: &WorkerContext) -> Result<Db, String> {
    let With(db) = context.get_ext::<With>().ok_or("the job has nothing to work with")?;
    Ok(db.clone())
}

/// Writes down how much a job did.
fn count(job: &'static str, done: Result<u64, Error>) -> Result<(), String> {
    match done {
        Ok(done) => {
            metrics::counter!("gongzhi_job_things_total", "job" => job).increment(done);
            if done > 0 {
                tracing::info!(job, done, "job done");
            }
            Ok(())
        }
        Err(error) => {
            metrics::counter!("gongzhi_job_failures_total", "job" => job).increment(1);
            Err(error.to_string())
        }
    }
}
