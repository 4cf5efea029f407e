//! A database somebody else runs, named by `database_url`. The roles are the
//! same as in the program's own: with one address whose user may act as both,
//! every connection says so when it opens; with two addresses each is its role.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{APP, Access, Error, OWNER, roles};
use crate::config::Config;

/// The oldest version that is supported, as `server_version_num`.
const OLDEST: i32 = 150_000;
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads an address. Refused addresses were refused by the settings already.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, Error> {
    url.parse::<PgConnectOptions>().map_err(|error| Error::Connect { at: "the configured address".into(), error })
}

/// Checks the server and prepares the roles.
pub(super) async fn access(config: &Config, url: &str) -> Result<Access, Error> {
    let app = options(url)?.application_name("gongzhi");
    let owner = match &config.database_owner_url {
        Some(url) => options(url)?,
        None => app.clone(),
    }
    .application_name("gongzhi-owner");
    let at = format!("{}:{}", owner.get_host(), owner.get_port());
    let failed = |error| Error::Connect { at: at.clone(), error };

    let connecting = tokio::time::timeout(PATIENCE, owner.connect()).await;
    let mut connection = connecting.map_err(|_| failed(sqlx::Error::PoolTimedOut))?.map_err(failed)?;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    if version < OLDEST {
        return Err(Error::Unusable(format!(
            "the database at {at} is PostgreSQL {}; 15 or later is needed",
            version / 10_000
        )));
    }
    if config.database_owner_url.is_some() {
        connection.close().await.map_err(failed)?;
        return Ok(Access { owner, app, read: None });
    }
    if !roles::has_both(&mut connection).await.map_err(failed)? {
        roles::make_in(&mut connection).await?;
    }
    connection.close().await.map_err(failed)?;
    Ok(Access { owner: owner.options([("role", OWNER)]), app: app.options([("role", APP)]), read: None })
}
