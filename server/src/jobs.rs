//! What happens without anybody asking: messages go out, clocks strike, what is
//! no longer needed is removed. Messages are delivered by every replica, woken by
//! the commit that wrote them; scheduled jobs run once among all replicas, on
//! graphile_worker. `workers = 0` leaves both to other replicas.

mod deliver;
pub mod gateway;
mod scheduled;

use std::sync::Arc;

use gongzhi_store::Db;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use gateway::Gateway;

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why jobs could not be started.
#[derive(Debug, thiserror::Error)]
#[error("background jobs cannot be started: {0}")]
pub struct NotStarted(String);

impl Jobs {
    /// Starts them; nothing where `workers` is 0.
    pub async fn start(config: &Config, db: &Db, owner: &PgConnectOptions) -> Result<Self, NotStarted> {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = Vec::new();
        if config.workers > 0 {
            let gateway: Arc<dyn Gateway> = gateway::chosen(config).map_err(NotStarted)?;
            let delivering = deliver::until(stopping.clone(), db.clone(), gateway, config.workers);
            tasks.push(tokio::spawn(delivering));

            // The queue's own tables belong to the owner; the jobs themselves work as the serving role.
            let pool = PgPoolOptions::new()
                .max_connections(3)
                .connect_with(owner.clone().application_name("gongzhi-jobs"))
                .await
                .map_err(|error| NotStarted(error.to_string()))?;
            let worker = scheduled::worker(pool, db.clone(), config.workers, stopping).await.map_err(NotStarted)?;
            tasks.push(tokio::spawn(async move {
                if let Err(error) = worker.run().await {
                    tracing::error!(%error, "scheduled jobs ended");
                }
            }));
        }
        Ok(Self { stop, tasks })
    }

    /// Lets running jobs finish, and starts no more.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Ends when the program stops.
pub(crate) async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error says that the sender is gone, which is the end as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}
