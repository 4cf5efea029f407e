//! Measures the portal against its budgets: builds the program and `gongzhi-bench`
//! in release, gives the latter a throw-away database that keeps its promises
//! (fsync on), and prints its table. A budget that is missed fails nothing.

use anyhow::Result;
use clap::ValueEnum;

use crate::database::{self, Cluster};
use crate::dev::SERVER;
use crate::process::{self, say};
use crate::setup;
use crate::workspace::Workspace;

const MEASURER: &str = "gongzhi-bench";
/// Names a database server to measure on, as a superuser; without it a throw-away one is started.
const DATABASE: &str = "GONGZHI_BENCH_DATABASE_URL";

/// What `cargo xtask bench` takes.
#[derive(clap::Args)]
pub struct Choice {
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

/// What can be measured alone.
#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// The public list and one request, beside a bare handler
    Pages,
    /// Filing, beside pgbench
    Filing,
    /// Lists, search and desk with many requests, beside few
    Growth,
    /// The program's own memory
    Memory,
    /// All households of a pact voting and signing at once, beside the same statements
    Pacts,
}

/// Builds, measures, prints.
pub fn run(workspace: &Workspace, choice: &Choice) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    let programs = database::programs()?;
    say("bench: building in release; the first time this takes some minutes");
    for package in [SERVER.0, MEASURER] {
        process::run(toolchain.cargo(workspace).args(["build", "--release", "--package", package]))?;
    }

    let release = workspace.target.join("release");
    let mut measurer = workspace.program(release.join(MEASURER));
    measurer.arg("run").arg("--program").arg(release.join(SERVER.1)).arg("--pg-bin").arg(&programs);
    // Pages name the files of the last `cargo xtask build`; they are not asked for.
    if workspace.site().is_dir() {
        measurer.arg("--site").arg(workspace.site());
    }
    measurer.args(choice.arguments());
    let cluster = match std::env::var_os(DATABASE) {
        Some(_) => None,
        None => Some(Cluster::start_durable()?),
    };
    if let Some(cluster) = &cluster {
        measurer.env(DATABASE, cluster.url("postgres"));
    }
    process::run(&mut measurer)
}

impl Choice {
    /// The same for the measurer.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if self.quick {
            arguments.push("--quick".to_owned());
        }
        if let Some(part) = self.only.and_then(|part| part.to_possible_value()) {
            arguments.push(format!("--only={}", part.get_name()));
        }
        if let Some(minutes) = self.minutes {
            arguments.push(format!("--minutes={minutes}"));
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_handed_on() {
        let nothing = Choice { quick: false, only: None, minutes: None };
        assert!(nothing.arguments().is_empty());
        let choice = Choice { quick: true, only: Some(Part::Filing), minutes: Some(0.5) };
        assert_eq!(choice.arguments(), ["--quick", "--only=filing", "--minutes=0.5"]);
    }
}
