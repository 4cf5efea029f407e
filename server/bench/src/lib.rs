//! The parts of the benchmark: what each measures is said in its file. [`Bench`]
//! makes the databases, runs the parts one after the other and collects a
//! [`Report`].

pub mod bare;
mod client;
pub mod databases;
mod filing;
mod growth;
mod memory;
mod overhear;
mod pacts;
mod pages;
mod portal;
mod ratio;
mod report;
pub mod seed;
mod texts;
pub mod town;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::ValueEnum;

use databases::{Database, Server};
use portal::{Portal, Program};
pub use report::{Report, Row};
use seed::Checking;
use town::Town;

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
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

/// How much is measured for how long.
#[derive(Debug, Clone)]
pub struct Sizes {
    /// Requests stored while pages are measured.
    pub pages: u64,
    /// Requests stored while filings and memory are measured.
    pub stored: u64,
    /// Few and many requests.
    pub growth: [u64; 2],
    /// Rounds of a comparison.
    pub rounds: u32,
    /// How long one side of a round takes.
    pub turn: Duration,
    /// How often a page is asked for in one round of the growth part.
    pub asks: u32,
    /// Minutes of load on the memory.
    pub minutes: f64,
    /// Households that vote and sign at once.
    pub households: usize,
}

impl Sizes {
    /// What the budgets say.
    #[must_use]
    pub const fn whole() -> Self {
        Self {
            pages: 100_000,
            stored: 20_000,
            growth: [10_000, 1_000_000],
            rounds: 5,
            turn: Duration::from_secs(5),
            asks: 20,
            minutes: 2.0,
            households: 2_000,
        }
    }

    /// Enough to see that it works.
    #[must_use]
    pub const fn quick() -> Self {
        Self {
            pages: 10_000,
            stored: 5_000,
            growth: [2_000, 20_000],
            rounds: 3,
            turn: Duration::from_secs(2),
            asks: 5,
            minutes: 0.25,
            households: 100,
        }
    }
}

/// How many ask at once where throughput is measured.
const AT_ONCE: usize = 8;

/// Everything a part needs.
pub struct Bench {
    program: Program,
    pg_bin: PathBuf,
    server: Server,
    sizes: Sizes,
}

/// A town with rows in it.
struct Filled {
    database: Database,
    town: Town,
}

impl Bench {
    /// Takes the program, the folder of pgbench, the built site, and a database server's address.
    pub fn new(program: PathBuf, pg_bin: PathBuf, site: Option<PathBuf>, database: &str, sizes: Sizes) -> Result<Self> {
        ensure!(program.is_file(), "there is no program {}", program.display());
        Ok(Self { program: Program { path: program, site }, pg_bin, server: Server::at(database)?, sizes })
    }

    /// Measures one part or all of them.
    pub async fn run(&self, only: Option<Part>) -> Result<Report> {
        let wanted = |part| only.is_none_or(|only| only == part);
        let mut report = Report::default();
        if wanted(Part::Pages) {
            report.add(pages::measure(self).await?);
        }
        if wanted(Part::Filing) {
            report.add(filing::measure(self).await?);
        }
        if wanted(Part::Growth) {
            report.add(growth::measure(self).await?);
        }
        if wanted(Part::Memory) {
            report.add(memory::measure(self).await?);
        }
        if wanted(Part::Pacts) {
            report.add(pacts::measure(self).await?);
        }
        Ok(report)
    }

    /// A database with a town and so many requests.
    async fn filled(&self, name: &str, requests: u64) -> Result<Filled> {
        let began = Instant::now();
        let database = self.server.make(name).await?;
        let db = database.db().await?;
        let town = town::build(&db).await?;
        db.pool().close().await;
        seed::fill(&database, &town, requests, Checking::Trusting).await?;
        let seconds = began.elapsed().as_secs_f64();
        say(&format!("{requests} requests are stored in {name}, after {seconds:.0} s"));
        Ok(Filled { database, town })
    }

    /// The program in front of a database.
    async fn portal(&self, database: &Database) -> Result<Portal> {
        Portal::start(&self.program, &database.address()?, &database.keys, 4).await
    }
}

/// Says in one line what is being done.
fn say(line: &str) {
    eprintln!("bench: {line}");
}
