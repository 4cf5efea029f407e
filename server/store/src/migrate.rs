//! Bringing a database to the schema this program knows. Runs at start as the owner of the schema, under an
//! advisory lock, so that replicas starting together migrate once.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::calendar;
use crate::db::Db;
use crate::refusal::refuse;

/// The migrations, as they were when the program was built.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database does not answer, or refused a statement.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed, was edited after it landed, or belongs to a newer program.
    #[error("a migration failed: {0}")]
    Migration(#[from] MigrateError),
    /// The calendar that comes with the program cannot be read.
    #[error("the calendar cannot be read: {0}")]
    Calendar(#[from] calendar::BadCalendar),
}

/// Applies what is missing, then loads the published work-day calendars that are not there yet. Doing it
/// again changes nothing. Connects as the owner of the schema.
pub async fn run(owner: &PgConnectOptions) -> Result<(), Failed> {
    let mut connection = owner.connect().await?;
    MIGRATIONS.run(&mut connection).await?;
    // The serving role must be able to say whether anything is missing.
    sqlx::query("grant select on _sqlx_migrations to gongzhi_app").execute(&mut connection).await?;
    calendar::load_published(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// How many migrations this program knows that the database has not seen: `/readyz` says no while there are
/// any.
pub async fn pending(db: &Db) -> Result<usize, gongzhi_domain::Error> {
    // Not a checked query: the table is made by the migrator, not by a migration.
    let seen: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations where success")
        .fetch_all(db.pool())
        .await
        .map_err(refuse)?;
    Ok(MIGRATIONS.iter().filter(|migration| !seen.contains(&migration.version)).count())
}
