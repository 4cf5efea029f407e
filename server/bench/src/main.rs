//! Measures the portal against its budgets (ARCHITECTURE.md, Budgets) and prints
//! ratios: the program as it is shipped beside a yardstick on the same machine, in
//! turns, so that a busy machine disturbs both. Never fails because of a figure.
//! `cargo xtask bench` builds everything and starts this with a database.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use gongzhi_bench::{Bench, Part, Sizes, bare};

/// Where the database server is, as a superuser.
const DATABASE: &str = "GONGZHI_BENCH_DATABASE_URL";

/// Measures the portal against its budgets.
#[derive(Parser)]
#[command(name = "gongzhi-bench", after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

const AFTER_HELP: &str = "GONGZHI_BENCH_DATABASE_URL names a PostgreSQL server as a superuser, by TCP; databases \
named gongzhi_bench_… come and go in it.";

#[derive(Subcommand)]
enum Verb {
    /// Measure and print a table
    Run {
        /// The program `gongzhi`, built in release
        #[arg(long)]
        program: PathBuf,
        /// The folder of pgbench
        #[arg(long)]
        pg_bin: PathBuf,
        /// What the build of the browser's files left; pages name its files
        #[arg(long)]
        site: Option<PathBuf>,
        #[command(flatten)]
        choice: Choice,
    },
    /// Serve the bare handler that a plan describes (started by `run`)
    #[command(hide = true)]
    Bare {
        /// The plan's file
        plan: PathBuf,
    },
}

#[derive(clap::Args)]
struct Choice {
    /// Fewer rows and shorter rounds: to see that it works
    #[arg(long)]
    quick: bool,
    /// Only one part
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Minutes of load for the memory part
    #[arg(long)]
    minutes: Option<f64>,
}

fn main() -> ExitCode {
    let done = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(act()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gongzhi-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn act() -> Result<()> {
    match Arguments::parse().verb {
        Verb::Bare { plan } => bare::serve(&plan).await,
        Verb::Run { program, pg_bin, site, choice } => {
            let database = std::env::var(DATABASE).with_context(|| format!("{DATABASE} is not set"))?;
            let mut sizes = if choice.quick { Sizes::quick() } else { Sizes::whole() };
            if let Some(minutes) = choice.minutes {
                sizes.minutes = minutes;
            }
            let bench = Bench::new(program, pg_bin, site, &database, sizes)?;
            let report = bench.run(choice.only).await?;
            print(&report);
            Ok(())
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is the answer")]
fn print(report: &gongzhi_bench::Report) {
    println!("{report}");
}
