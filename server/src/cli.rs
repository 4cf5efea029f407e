//! The command line. Exit codes: 0 done, 1 failed, 2 wrong settings or arguments.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config, KEYS, Loaded, Source};
use crate::database::{self, DataFolder, Database};
use crate::logging;

/// Gongzhi 共治, a public-participation portal.
#[derive(Parser)]
#[command(name = "gongzhi", version, about, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

const AFTER_HELP: &str = "Settings come from GONGZHI_* variables or gongzhi.toml (another file: \
GONGZHI_CONFIG); `gongzhi config` lists them.\nWithout GONGZHI_DATABASE_URL the program runs its \
own PostgreSQL in its data folder.";

#[derive(Subcommand)]
enum Verb {
    /// Serve the portal until stopped
    Serve {
        /// Load the demo town on first start and print its sign-ins
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database to this version's tables
    Migrate,
    /// Load the demo town into an empty database
    Demo,
    /// Look after the audit chain
    Audit {
        #[command(subcommand)]
        verb: AuditVerb,
    },
    /// List every setting, what it means and what holds now
    Config,
}

#[derive(Subcommand)]
enum AuditVerb {
    /// Check that no recorded act was changed or removed
    Verify,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] config::Problems),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// Anything else, in words for the person who started the program.
    #[error("{0}")]
    Other(String),
}

impl From<config::Problem> for Failure {
    fn from(problem: config::Problem) -> Self {
        Self::Settings(problem.into())
    }
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match act(arguments.verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let settings = matches!(failure, Failure::Settings(_));
            let _ = writeln!(std::io::stderr(), "gongzhi: {failure}");
            ExitCode::from(if settings { 2 } else { 1 })
        }
    }
}

fn act(verb: Verb) -> Result<(), Failure> {
    let loaded = config::load()?;
    if let Verb::Config = verb {
        return list(&loaded).map_err(|error| Failure::Other(error.to_string()));
    }
    let mut config = loaded.config;
    logging::start(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(error.to_string()))?;
    runtime.block_on(async {
        match verb {
            Verb::Serve { demo } => {
                config.demo |= demo;
                crate::serve::until_stopped(config).await
            }
            Verb::Migrate => with_database(&config, crate::serve::migrate).await,
            Verb::Demo => with_database(&config, crate::serve::load_demo).await,
            Verb::Audit { verb: AuditVerb::Verify } => beside_or_alone(&config, crate::serve::verify_audit).await,
            Verb::Config => Ok(()),
        }
    })
}

/// Opens the database for one command and leaves it as it was found.
async fn with_database<F>(config: &Config, command: F) -> Result<(), Failure>
where
    F: AsyncFnOnce(&Config, &Database) -> Result<String, Failure>,
{
    let folder = DataFolder::open(&config.data_dir)?;
    alone(config, &folder, command).await
}

/// Opens the database for one command that only reads, also while a portal serves from it.
async fn beside_or_alone<F>(config: &Config, command: F) -> Result<(), Failure>
where
    F: AsyncFnOnce(&Config, &Database) -> Result<String, Failure>,
{
    match DataFolder::open(&config.data_dir) {
        Ok(folder) => alone(config, &folder, command).await,
        Err(database::Error::InUse { folder, .. }) => {
            say(&command(config, &Database::beside(config, &folder).await?).await?);
            Ok(())
        }
        Err(other) => Err(other.into()),
    }
}

async fn alone<F>(config: &Config, folder: &DataFolder, command: F) -> Result<(), Failure>
where
    F: AsyncFnOnce(&Config, &Database) -> Result<String, Failure>,
{
    // The keys come first: a database that exists without them is taken for one that lost them.
    crate::keys::load_or_make(config)?;
    let database = Database::open(config, folder).await?;
    let done = command(config, &database).await;
    let stopped = database.stop().await;
    say(&done?);
    Ok(stopped?)
}

/// Tells the person who started the program something.
#[expect(clippy::print_stdout, reason = "this is the command line's voice")]
pub(crate) fn say(words: &str) {
    println!("{words}");
}

fn list(loaded: &Loaded) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Settings of gongzhi {}. In the environment or in gongzhi.toml:\n", env!("CARGO_PKG_VERSION"))?;
    for key in KEYS {
        writeln!(out, "{}  ({} in gongzhi.toml)", key.variable(), key.name)?;
        writeln!(out, "    {}", key.meaning)?;
        writeln!(out, "    expects {}", key.expected)?;
        writeln!(out, "    default {}", key.default)?;
        match loaded.said(key) {
            None => writeln!(out, "    now     the default\n")?,
            Some((value, Source::Environment)) => {
                writeln!(out, "    now     {value} (environment)\n")?;
            }
            Some((value, Source::File(path))) => {
                writeln!(out, "    now     {value} ({})\n", path.display())?;
            }
        }
    }
    Ok(())
}
