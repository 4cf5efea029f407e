//! The yardstick of the public pages: an axum handler with nothing around it. It
//! takes one connection of a pool as large as the portal's, runs the statements the
//! portal ran for the same page, and answers a fixed text: the page as the portal
//! wrote it. It runs as a process of its own, as the portal does.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::overhear::Statement;

/// The portal's own (server/src/http/mount.rs).
const BROTLI_QUALITY: i32 = 4;

/// What the handler does.
#[derive(Serialize, Deserialize)]
pub struct Plan {
    /// The database, as the role that serves.
    pub database: String,
    /// Connections to it.
    pub connections: u32,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// One page.
#[derive(Serialize, Deserialize)]
pub struct Page {
    /// Under which path.
    pub path: String,
    /// What is answered.
    pub html: String,
    /// The statements of each visit; visits are replayed in turn.
    pub visits: Vec<Vec<Statement>>,
}

struct Replayed {
    pool: PgPool,
    html: Bytes,
    visits: Vec<Vec<Statement>>,
    next: AtomicUsize,
}

/// Serves a plan until it is killed, and says where.
#[expect(clippy::print_stdout, reason = "whoever started it reads where it listens")]
pub async fn serve(plan: &Path) -> Result<()> {
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?).context("reading the plan")?;
    let options = PgConnectOptions::from_str(&plan.database)?.options([("role", "gongzhi_app")]);
    let pool = PgPoolOptions::new()
        .max_connections(plan.connections)
        .test_before_acquire(true)
        .connect_with(options)
        .await
        .context("connecting")?;
    let mut router = Router::new();
    for page in plan.pages {
        ensure!(!page.visits.is_empty(), "{} has no visit", page.path);
        let next = AtomicUsize::new(0);
        let replayed = Replayed { pool: pool.clone(), html: page.html.into(), visits: page.visits, next };
        router = router.route(&page.path, get(answer).with_state(Arc::new(replayed)));
    }
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI_QUALITY));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("the bare handler serves http://{}", listener.local_addr()?);
    axum::serve(listener, router.layer(compression)).await?;
    Ok(())
}

async fn answer(State(page): State<Arc<Replayed>>) -> Result<Html<Bytes>, (StatusCode, String)> {
    let failed = |error: sqlx::Error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let at = page.next.fetch_add(1, Ordering::Relaxed) % page.visits.len().max(1);
    let mut connection = page.pool.acquire().await.map_err(failed)?;
    for statement in page.visits.get(at).into_iter().flatten() {
        statement.run(&mut connection).await.map_err(failed)?;
    }
    Ok(Html(page.html.clone()))
}
