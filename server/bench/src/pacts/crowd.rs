//! Everybody at once: each household is a client of its own over a connection of its own, and all press at the same moment. Whose
//! press finds the portal too busy presses again, as people on a phone do. The yardstick's crowd is as large and runs, household by
//! household, the statements the portal was heard to send for that very household.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hyper::header::LOCATION;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::Bench;
use crate::client::{Ask, Connection};
use crate::databases::Database;
use crate::overhear::{Listener, Statement};
use crate::portal::{CONNECTIONS, Portal};

/// How often somebody presses who finds the portal too busy.
const TRIES: u32 = 20;
/// How long the yardstick's households wait for a connection.
const PATIENCE: Duration = Duration::from_secs(600);

/// A form, and where its sender is led.
#[derive(Clone)]
pub struct Form {
    /// The form.
    pub ask: Ask,
    /// The address of the page that follows.
    pub leads_to: String,
}

/// What came of everybody pressing at once.
pub struct Pressed {
    /// From the moment all were let go until the last had its answer.
    pub took: Duration,
    /// Presses that found the portal too busy and were made again.
    pub again: u32,
}

/// Lets everybody press at the same moment, each over a connection of its own that stands open already.
pub async fn press(address: SocketAddr, forms: Vec<Form>) -> Result<Pressed> {
    let gate = Arc::new(Barrier::new(forms.len() + 1));
    let mut pressing = JoinSet::new();
    for form in forms {
        let mut connection = Connection::open(address).await?;
        let gate = Arc::clone(&gate);
        pressing.spawn(async move {
            gate.wait().await;
            answered(&mut connection, &form).await
        });
    }
    gate.wait().await;
    let began = Instant::now();
    let mut again = 0;
    while let Some(done) = pressing.join_next().await {
        again += done??;
    }
    Ok(Pressed { took: began.elapsed(), again })
}

/// Sends a form until it is answered, and insists on where the answer leads. Answers how often it was sent once more.
async fn answered(connection: &mut Connection, form: &Form) -> Result<u32> {
    for again in 0..TRIES {
        let answer = connection.ask(&form.ask).await?;
        match answer.status {
            303 | 302 => {
                let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
                ensure!(to == form.leads_to, "somebody was led to {to}, not to {}", form.leads_to);
                return Ok(again);
            }
            // What a full pool and a time that ran out are answered with.
            500 | 503 => {}
            status => bail!("somebody was answered {status}: {}", String::from_utf8_lossy(&answer.body)),
        }
    }
    bail!("somebody pressed {TRIES} times and was not answered")
}

/// What each household's press asks of the database, heard one after the other; all of them are done in it afterwards.
pub async fn overhear(bench: &Bench, database: &Database, forms: &[Form]) -> Result<Vec<Vec<Statement>>> {
    let (host, port) = database.host_and_port();
    let listener = Listener::open(host, port).await?;
    let portal = Portal::start(&bench.program, &database.address_through(listener.port), &database.keys, 0).await?;
    listener.follows().await?;
    let mut connection = Connection::open(portal.address).await?;
    listener.take();
    let mut heard = Vec::with_capacity(forms.len());
    for form in forms {
        answered(&mut connection, form).await?;
        let said = listener.take();
        ensure!(!said.is_empty(), "a press asked its database nothing");
        heard.push(said);
    }
    portal.stop().await?;
    Ok(heard)
}

/// Runs what was heard on a database as it was before, everybody at once over as many connections as a portal has.
pub async fn replay(database: &Database, heard: &Arc<Vec<Vec<Statement>>>) -> Result<Duration> {
    let pool = PgPoolOptions::new()
        .min_connections(CONNECTIONS)
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(true)
        .connect_with(database.options().options([("role", "gongzhi_app")]))
        .await
        .context("connecting")?;
    let gate = Arc::new(Barrier::new(heard.len() + 1));
    let mut running = JoinSet::new();
    for n in 0..heard.len() {
        let (pool, gate, heard) = (pool.clone(), Arc::clone(&gate), Arc::clone(heard));
        running.spawn(async move {
            gate.wait().await;
            let mut connection = pool.acquire().await?;
            for statement in heard.get(n).into_iter().flatten() {
                statement.run(&mut connection).await?;
            }
            anyhow::Ok(())
        });
    }
    gate.wait().await;
    let began = Instant::now();
    while let Some(done) = running.join_next().await {
        done??;
    }
    let took = began.elapsed();
    pool.close().await;
    Ok(took)
}
