//! The command line. Exit codes: 0 done, 1 failed, 2 wrong settings or arguments; `verify` also 3, whole but signed by a key
//! that was not named.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config, KEYS, Loaded, Source};
use crate::database::{self, DataFolder, Database};
use crate::evidence::{self, Verdict};
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
    /// Look after the points
    Points {
        #[command(subcommand)]
        verb: PointsVerb,
    },
    /// Check a receipt without any database: 0 whole, 1 changed, 3 whole but signed by a key you did not name
    Verify {
        /// The receipt's file
        receipt: PathBuf,
        /// A key you trust, as the notice board shows it: name+number+letters; may be given again for cosigners
        #[arg(long)]
        key: Vec<String>,
    },
    /// Look after the log of evidence
    Log {
        #[command(subcommand)]
        verb: LogVerb,
    },
    /// List every setting, what it means and what holds now
    Config,
}

#[derive(Subcommand)]
enum LogVerb {
    /// Make the whole log again from the database and name whatever was changed
    Verify,
    /// Sign the head of the log now and print it
    Checkpoint,
    /// Make a key for cosigning: the private half into a file, the public half is printed
    Key {
        /// Who signs, without spaces
        name: String,
        /// Where the private half is kept
        #[arg(long)]
        file: PathBuf,
    },
    /// Cosign the head that comes in: gongzhi log cosign --key FILE < note
    Cosign {
        /// The file of the private key
        #[arg(long)]
        key: PathBuf,
        /// The head signed last; sign only what continues it
        #[arg(long, requires = "proof")]
        last: Option<PathBuf>,
        /// The proof of that, from /log/consistency/OLD/NEW
        #[arg(long, requires = "last")]
        proof: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum AuditVerb {
    /// Check that no recorded act was changed or removed
    Verify,
}

#[derive(Subcommand)]
enum PointsVerb {
    /// Compare every balance with its bookings and repair what differs
    Rebuild,
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
    /// What was given on the command line cannot be used.
    #[error("{0}")]
    Arguments(String),
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
        Ok(code) => code,
        Err(failure) => {
            let settings = matches!(failure, Failure::Settings(_) | Failure::Arguments(_));
            let _ = writeln!(std::io::stderr(), "gongzhi: {failure}");
            ExitCode::from(if settings { 2 } else { 1 })
        }
    }
}

fn act(verb: Verb) -> Result<ExitCode, Failure> {
    // What needs no settings works on any machine.
    match &verb {
        Verb::Verify { receipt, key } => {
            return Ok(ExitCode::from(match evidence::verify(receipt, key)? {
                Verdict::Whole => 0,
                Verdict::Broken => 1,
                Verdict::SignerUnknown => 3,
            }));
        }
        Verb::Log { verb: LogVerb::Key { name, file } } => {
            return evidence::make_key(name, file).map(|()| ExitCode::SUCCESS);
        }
        Verb::Log { verb: LogVerb::Cosign { key, last, proof } } => {
            let grown = last.as_deref().zip(proof.as_deref());
            return evidence::cosign(key, grown).map(|()| ExitCode::SUCCESS);
        }
        _ => {}
    }
    serve_or_look(verb).map(|()| ExitCode::SUCCESS)
}

fn serve_or_look(verb: Verb) -> Result<(), Failure> {
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
            Verb::Points { verb: PointsVerb::Rebuild } => beside_or_alone(&config, crate::serve::rebuild_points).await,
            Verb::Log { verb: LogVerb::Verify } => beside_or_alone(&config, evidence::verify_log).await,
            Verb::Log { verb: LogVerb::Checkpoint } => beside_or_alone(&config, evidence::checkpoint).await,
            Verb::Log { .. } | Verb::Verify { .. } | Verb::Config => Ok(()),
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

/// Opens the database for one command that works beside a portal too, also while one serves from it.
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
