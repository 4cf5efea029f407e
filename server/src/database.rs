//! The database the program serves from: its own private PostgreSQL in the data
//! folder ([`Embedded`]), or the one `database_url` names. Both end as
//! [`Access`]: how to connect as the owner of the tables and as the role that
//! serves requests. What is in the database is the store's business.

mod binaries;
mod cluster;
mod download;
mod external;
mod folder;
mod passwords;
mod roles;

use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;

use crate::config::Config;
pub use cluster::Embedded;
pub use folder::DataFolder;
pub(crate) use passwords::write_secret;

/// The role that owns tables and runs migrations.
pub const OWNER: &str = "gongzhi_owner";
/// The role that serves requests; it may not change append-only tables.
pub const APP: &str = "gongzhi_app";
/// The name of the database in the program's own PostgreSQL.
pub const NAME: &str = "gongzhi";

/// How to reach the database.
#[derive(Clone)]
pub struct Access {
    /// As [`OWNER`].
    pub owner: PgConnectOptions,
    /// As [`APP`].
    pub app: PgConnectOptions,
    /// As [`APP`], a standby for reads that may be a moment old.
    pub read: Option<PgConnectOptions>,
}

/// An open database, and the server behind it if that is the program's own.
pub struct Database {
    /// How to reach it.
    pub access: Access,
    embedded: Option<Embedded>,
}

/// Why the database could not be opened. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another `gongzhi` works on the same folder.
    #[error("another gongzhi{} is using the data folder {}; stop it, or set GONGZHI_DATA_DIR to another folder", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// The other process, as it wrote itself down.
        pid: Option<i32>,
    },
    /// No PostgreSQL programs were found.
    #[error("no PostgreSQL programs (initdb, pg_ctl, postgres) found: {0}")]
    NoBinaries(String),
    /// A folder cannot be used.
    #[error("{}: {because}", .folder.display())]
    Folder {
        /// The folder or file.
        folder: PathBuf,
        /// Why not, and what to do.
        because: String,
    },
    /// A PostgreSQL program failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// The end of what it wrote.
        said: String,
    },
    /// The server answers, but not as needed.
    #[error("{0}")]
    Unusable(String),
    /// The server does not answer, or refuses.
    #[error("the database at {at} cannot be used: {error}")]
    Connect {
        /// Where, without the password.
        at: String,
        /// What happened.
        error: sqlx::Error,
    },
}

impl Database {
    /// Opens the configured database, starting the program's own if none is
    /// configured. `folder` is the locked data folder.
    pub async fn open(config: &Config, folder: &DataFolder) -> Result<Self, Error> {
        match &config.database_url {
            Some(url) => Self::reached(config, external::access(config, url).await?, None),
            None => {
                let embedded = Embedded::start(folder, config.pg_bin.as_deref()).await?;
                Self::reached(config, embedded.access().clone(), Some(embedded))
            }
        }
    }

    /// Opens the configured database while another `gongzhi` serves from it and holds the data folder: nothing is
    /// started, and [`stop`](Self::stop) leaves it running.
    pub async fn beside(config: &Config, folder: &Path) -> Result<Self, Error> {
        let access = match &config.database_url {
            Some(url) => external::access(config, url).await?,
            None => Embedded::beside(folder)?,
        };
        Self::reached(config, access, None)
    }

    fn reached(config: &Config, mut access: Access, embedded: Option<Embedded>) -> Result<Self, Error> {
        if let Some(url) = &config.database_read_url {
            access.read = Some(external::options(url)?.application_name("gongzhi-read"));
        }
        Ok(Self { access, embedded })
    }

    /// Whether this is the program's own database.
    pub fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// Stops the program's own database; leaves another alone.
    pub async fn stop(self) -> Result<(), Error> {
        match self.embedded {
            Some(embedded) => embedded.stop().await,
            None => Ok(()),
        }
    }
}

fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
    let folder = path.into();
    move |error| Error::Folder { folder, because: error.to_string() }
}
