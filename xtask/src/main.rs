//! `cargo xtask`: everything between a fresh checkout and a running, tested
//! Gongzhi. Each command sets up what it needs, says so in one line a step, and
//! skips what is already there. Nothing here is part of the program itself.

mod assets;
mod bench;
mod database;
mod dev;
mod lint;
mod packages;
mod process;
mod setup;
mod sqlx;
mod testing;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Set-up and chores of the Gongzhi workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build in release and start the portal with the demo town
    Run {
        /// Handed to `gongzhi serve --demo`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run every test: Rust, then a real browser
    Test {
        /// Only one of the two kinds
        #[arg(long, value_enum)]
        only: Option<testing::Kind>,
        /// Only tests whose name contains this
        filter: Option<String>,
    },
    /// Build what the browser downloads, into target/site
    Build {
        /// Quick: no optimisation, no compressed copies
        #[arg(long)]
        dev: bool,
    },
    /// Build without optimisation, start, and start again on every change
    Dev {
        /// Handed to `gongzhi serve --demo`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure the portal against its budgets and print ratios
    Bench {
        #[command(flatten)]
        choice: bench::Choice,
    },
    /// Write .sqlx anew from the migrations and the queries
    Sqlx {
        /// Change nothing, and fail when .sqlx is out of date
        #[arg(long)]
        check: bool,
    },
    /// Clippy over everything, warnings denied, and the check of .sqlx in the same compilation
    Lint,
    /// Format the code
    Fmt {
        /// Change nothing, and fail when a file is not formatted
        #[arg(long)]
        check: bool,
    },
    /// Check dependencies: banned crates, licences, sources
    Deny,
    /// Install everything the other commands need, and do nothing else
    Setup,
    /// Print the shell variables under which plain `cargo` shares the artifacts of xtask
    Env,
}

fn main() -> ExitCode {
    match carry_out(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::say(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn carry_out(chore: Chore) -> Result<()> {
    process::heed_interrupts()?;
    let workspace = Workspace::open()?;
    match chore {
        Chore::Run { arguments } => dev::run(&workspace, &arguments),
        Chore::Test { only, filter } => testing::run(&workspace, only, filter.as_deref()),
        Chore::Build { dev } => {
            let quality = if dev { assets::Quality::Quick } else { assets::Quality::Shipped };
            let toolchain = setup::for_build(&workspace)?;
            assets::build(&workspace, &toolchain, quality)
        }
        Chore::Dev { arguments } => dev::watch(&workspace, &arguments),
        Chore::Bench { choice } => bench::run(&workspace, &choice),
        Chore::Sqlx { check } => sqlx::run(&workspace, check),
        Chore::Lint => lint::clippy(&workspace),
        Chore::Fmt { check } => lint::format(&workspace, check),
        Chore::Deny => lint::deny(&workspace),
        Chore::Setup => setup::everything(&workspace),
        Chore::Env => toolchain::print_variables(&workspace),
    }
}
