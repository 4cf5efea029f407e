//! Filing: acknowledged requests a second through the form a browser without a
//! script sends, beside pgbench running the same statements on the same database
//! with the same number of clients (`sql/filing.pgbench.sql`). Every filing comes
//! from another browser and another address, so that no limit is met. What a filing
//! asks of the database is listened to once and counted, and what it writes is
//! counted on both sides: a script that no longer fits is an error.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use chrono::Utc;
use gongzhi_domain::text::bigrams;
use hyper::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use sqlx::PgConnection;
use tempfile::TempDir;
use tokio::process::Command;
use uuid::{NoContext, Timestamp, Uuid};

use crate::client::{Ask, Asks, Connection, Load};
use crate::databases::Database;
use crate::overhear::{Listener, Statement};
use crate::portal::Portal;
use crate::ratio::{Budget, Ratio, Round, median};
use crate::report::{Report, Row};
use crate::town::{Grid, Town};
use crate::{AT_ONCE, Bench, say};

const BUDGET: Budget = Budget::AtLeast(0.6);
const SCRIPT: &str = include_str!("../sql/filing.pgbench.sql");
const BOUNDARY: &str = "----gongzhi-bench";
/// Filings after which the rows they wrote are counted.
const COUNTED: u32 = 20;
/// What everybody writes. Of a category in which nobody has to say who they are.
const CATEGORY: &str = "lighting";
const WORDS: &str = "菜市场北侧的路灯坏了三盏，晚上买菜的人看不见路，请尽快派人来看看。";
/// A sealed value is longer than what is in it by key number, nonce and tag.
const SEAL: usize = 1 + 24 + 16;

/// Measures filings beside pgbench.
pub async fn measure(bench: &Bench) -> Result<Report> {
    let filled = bench.filled("filing", bench.sizes.stored).await?;
    let database = &filled.database;
    let grids = one_a_street(&filled.town);
    let asks: Asks = {
        let codes: Vec<String> = grids.iter().map(|grid| grid.code.clone()).collect();
        Arc::new(move |n| filing(&codes, n))
    };
    let heard = overhear(bench, database, &asks).await?;
    let pgbench = Pgbench::prepare(bench, database, &filled.town, &grids)?;
    let mut connection = database.connect().await?;
    agree(&mut connection, bench.portal(database).await?, &pgbench, &asks, &heard).await?;

    let portal = bench.portal(database).await?;
    let load = Load { address: portal.address, connections: AT_ONCE, asks, status: 303 };
    let turn = bench.sizes.turn;
    load.run(turn.mul_f32(0.4)).await?;
    pgbench.run(&Lasting::For(turn.mul_f32(0.4).max(Duration::from_secs(1)))).await?;
    let mut rounds = Vec::new();
    for round in 0..bench.sizes.rounds {
        say(&format!("filing: round {} of {}", round + 1, bench.sizes.rounds));
        rounds.push(if round % 2 == 0 {
            let measured = load.run(turn).await?;
            Round { measured, yardstick: pgbench.run(&Lasting::For(turn)).await? }
        } else {
            let yardstick = pgbench.run(&Lasting::For(turn)).await?;
            Round { measured: load.run(turn).await?, yardstick }
        });
    }
    let ratio = Ratio::of(&rounds).context("no round gave a ratio")?;
    let middle = |figure: fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default();
    let measured = format!("{:.0}/s", middle(|round| round.measured));
    let yardstick = format!("{:.0}/s pgbench", middle(|round| round.yardstick));
    let durable = durability(&mut connection).await?;
    portal.stop().await?;
    drop(connection);
    filled.database.drop().await?;
    let notes = vec![format!("a filing: {} statements; {durable}", heard.len())];
    Ok(Report { rows: vec![Row::by_ratio("filing, durable", measured, yardstick, ratio, BUDGET)], notes })
}

/// One grid of each street: numbers are counted by street, and filings of one street wait for each other.
pub fn one_a_street(town: &Town) -> Vec<Grid> {
    let by_street: BTreeMap<&str, &Grid> = town.grids.iter().map(|grid| (grid.street.as_str(), grid)).collect();
    by_street.into_values().cloned().collect()
}

/// The form of a browser without a script, with its empty fields; each time another browser's.
pub fn filing(codes: &[String], n: u64) -> Ask {
    let now = Utc::now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let key = Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()));
    let at = usize::try_from(n).unwrap_or_default() % codes.len().max(1);
    let code = codes.get(at).map(String::as_str).unwrap_or_default();
    let key = key.to_string();
    let fields = [
        ("back", "/requests/new"),
        ("key", &key),
        ("text", WORDS),
        ("lat", ""),
        ("lon", ""),
        ("datum", "wgs84"),
        ("area", code),
        ("place_words", ""),
        ("phone", ""),
        ("code", ""),
        ("anonymous", "1"),
        ("visibility", "public"),
        ("kind", "help"),
        ("category", CATEGORY),
        ("step", "send"),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n\r\n--{BOUNDARY}--\r\n"
    ));
    let browser = Uuid::new_v7(Timestamp::now(NoContext)).simple();
    let [.., a, b, c] = browser.as_uuid().into_bytes();
    let header = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    Ask::post("/api/file-request", Bytes::from(body))
        .with(CONTENT_TYPE, header(format!("multipart/form-data; boundary={BOUNDARY}")))
        .with(COOKIE, header(format!("__Host-form={browser}{browser}")))
        .with(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("same-origin"))
        .with(HeaderName::from_static("x-forwarded-for"), header(format!("10.{a}.{b}.{c}")))
}

/// What one filing asks of the database.
async fn overhear(bench: &Bench, database: &Database, asks: &Asks) -> Result<Vec<Statement>> {
    let (host, port) = database.host_and_port();
    let listener = Listener::open(host, port).await?;
    let portal = Portal::start(&bench.program, &database.address_through(listener.port), &database.keys, 0).await?;
    listener.follows().await?;
    let mut connection = Connection::open(portal.address).await?;
    // What is kept in memory is loaded by the first filing.
    connection.timed(&asks(0), 303).await?;
    listener.take();
    connection.timed(&asks(1), 303).await?;
    let heard = listener.take();
    portal.stop().await?;
    ensure!(!heard.is_empty(), "a filing asked its database nothing");
    Ok(heard)
}

/// Refuses a script that runs other statements than a filing, or writes other rows.
async fn agree(
    connection: &mut PgConnection,
    portal: Portal,
    pgbench: &Pgbench,
    asks: &Asks,
    heard: &[Statement],
) -> Result<()> {
    let theirs: Vec<String> = heard.iter().map(|statement| gist(&statement.sql)).collect();
    let ours: Vec<String> = statements(SCRIPT).iter().map(|statement| gist(statement)).collect();
    if theirs != ours {
        let show = |gists: &[String]| gists.join("\n  ");
        bail!(
            "sql/filing.pgbench.sql is out of date. A filing runs:\n  {}\nthe script:\n  {}",
            show(&theirs),
            show(&ours)
        );
    }
    let before = written(connection).await?;
    let mut browser = Connection::open(portal.address).await?;
    for n in 0..COUNTED {
        browser.timed(&asks(n.into()), 303).await?;
    }
    // Connections that end say what they did; those that go on keep it to themselves for a while.
    portal.stop().await?;
    let between = written(connection).await?;
    pgbench.run(&Lasting::Times(COUNTED)).await?;
    let after = written(connection).await?;
    let (theirs, ours) = (difference(&before, &between), difference(&between, &after));
    ensure!(theirs == ours, "{COUNTED} filings write {theirs:?}, the script {ours:?}");
    Ok(())
}

/// What a statement does to which table, so that two ways of writing it are alike: `insert content`.
fn gist(sql: &str) -> String {
    let words: Vec<String> = sql
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let after = |word: &str| {
        let at = words.iter().position(|other| other == word)?;
        words.iter().skip(at + 1).find(|word| !matches!(word.as_str(), "select" | "lateral")).cloned()
    };
    match words.first().map(String::as_str) {
        Some("insert") => format!("insert {}", after("into").unwrap_or_default()),
        Some("update") => format!("update {}", after("update").unwrap_or_default()),
        Some("delete") => format!("delete {}", after("from").unwrap_or_default()),
        Some("select") if words.iter().any(|word| word == "pg_advisory_xact_lock") => "lock".to_owned(),
        Some("select") => format!("select {}", after("from").unwrap_or_default()),
        Some(other) => other.to_owned(),
        None => String::new(),
    }
}

/// The statements of a pgbench script, without what it does by itself: each begins a line and goes on indented.
fn statements(script: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    for line in script.lines().filter(|line| !line.is_empty() && !line.starts_with('\\') && !line.starts_with("--")) {
        match statements.last_mut().filter(|_| line.starts_with(' ')) {
            Some(begun) => begun.push_str(line),
            None => statements.push(line.to_owned()),
        }
    }
    statements
}

/// Rows written so far, by table.
async fn written(connection: &mut PgConnection) -> Result<BTreeMap<String, i64>> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select relname::text, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables where schemaname = 'public'",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

fn difference(before: &BTreeMap<String, i64>, after: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let grown = |(table, rows): (&String, &i64)| (table.clone(), rows - before.get(table).copied().unwrap_or_default());
    after.iter().map(grown).filter(|(_, rows)| *rows != 0).collect()
}

/// What the server promises of a commit.
async fn durability(connection: &mut PgConnection) -> Result<String> {
    let mut said = Vec::new();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String =
            sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&mut *connection).await?;
        said.push(format!("{setting} {value}"));
    }
    Ok(said.join(", "))
}

/// How long pgbench runs.
enum Lasting {
    For(Duration),
    /// So many transactions by one client.
    Times(u32),
}

/// pgbench with a script a street.
struct Pgbench {
    program: PathBuf,
    database: String,
    scripts: Vec<PathBuf>,
    _folder: TempDir,
}

impl Pgbench {
    fn prepare(bench: &Bench, database: &Database, town: &Town, grids: &[Grid]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gongzhi-bench-").tempdir()?;
        let mut scripts = Vec::new();
        for grid in grids {
            let file = folder.path().join(format!("{}.sql", grid.street));
            std::fs::write(&file, script_for(town, grid))?;
            scripts.push(file);
        }
        let program = bench.pg_bin.join("pgbench");
        ensure!(program.is_file(), "there is no {}", program.display());
        Ok(Self { program, database: database.address()?, scripts, _folder: folder })
    }

    /// Transactions a second.
    async fn run(&self, lasting: &Lasting) -> Result<f64> {
        let mut pgbench = Command::new(&self.program);
        pgbench.args(["--no-vacuum", "--protocol=prepared"]).env("PGOPTIONS", "-c role=gongzhi_app");
        match lasting {
            Lasting::For(time) => {
                pgbench.args(["--jobs=2", &format!("--client={AT_ONCE}"), &format!("--time={}", time.as_secs().max(1))])
            }
            Lasting::Times(times) => pgbench.args(["--client=1", &format!("--transactions={times}")]),
        };
        // Keys differ from run to run, and rise within one.
        pgbench.arg(format!("--define=run={}", Utc::now().timestamp())).arg("--define=i=0");
        for script in &self.scripts {
            pgbench.arg("--file").arg(script);
        }
        let output = pgbench.arg(&self.database).output().await?;
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "pgbench: {}\n{said}\n{complaint}", output.status);
        per_second(&said).with_context(|| format!("pgbench gave no figure\n{said}\n{complaint}"))
    }
}

/// The script with what differs from street to street filled in.
fn script_for(town: &Town, grid: &Grid) -> String {
    let sealed = "5a".repeat(WORDS.len() + SEAL);
    SCRIPT
        .replace("{area}", &grid.id.to_string())
        .replace("{path}", &grid.path)
        .replace("{street}", &grid.street)
        .replace("{root}", &town.root.to_string())
        .replace("{category}", CATEGORY)
        .replace("{words}", WORDS)
        .replace("{sealed}", &sealed)
        .replace("{terms}", &bigrams(WORDS).join(","))
}

/// `tps = 1234.5 (without initial connection time)`, where no transaction failed.
fn per_second(said: &str) -> Option<f64> {
    let failed = said.lines().find_map(|line| line.strip_prefix("number of failed transactions: "));
    if failed.is_some_and(|failed| !failed.starts_with("0 ")) {
        return None;
    }
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gist_does_not_hang_on_how_a_statement_is_written() {
        for (sql, gist_of_it) in [
            ("INSERT INTO content (id) values ($1)", "insert content"),
            ("insert into content (id)\n  values (:id)", "insert content"),
            ("select id, number, key_owner from request where key = $1", "select request"),
            ("select pg_advisory_xact_lock($1)", "lock"),
            ("update work_order set due_at = $2 where id = $1", "update work_order"),
            ("delete from flash where key = $1", "delete flash"),
            ("BEGIN", "begin"),
            ("commit;", "commit"),
        ] {
            assert_eq!(gist(sql), gist_of_it);
        }
    }

    #[test]
    fn a_script_is_read_by_its_statements() {
        let script = "-- a remark\n\\set i 1\nbegin;\nselect 1\n  from a;\n\ncommit;\n";
        assert_eq!(statements(script), ["begin;", "select 1  from a;", "commit;"]);
    }

    #[test]
    fn every_blank_of_the_script_is_filled_in() {
        let grid = Grid { id: Uuid::nil(), path: "1.BYN1".into(), code: "BYN1A1".into(), street: "BYN1".into() };
        let nobody = Uuid::nil();
        let town = Town {
            root: nobody,
            grids: Vec::new(),
            units: Vec::new(),
            clerk: nobody,
            handler: nobody,
            seldom: nobody,
            manager: nobody,
        };
        let script = script_for(&town, &grid);
        for blank in ["area", "path", "street", "root", "category", "words", "sealed", "terms"] {
            assert!(SCRIPT.contains(&format!("{{{blank}}}")), "{blank} is nowhere");
            assert!(!script.contains(&format!("{{{blank}}}")), "{blank}");
        }
    }

    #[test]
    fn a_figure_with_failures_is_none() {
        let said = "number of failed transactions: 0 (0.000%)\ntps = 1234.5 (without initial connection time)\n";
        assert_eq!(per_second(said), Some(1234.5));
        assert_eq!(per_second(&said.replace(": 0 (", ": 3 (")), None);
        assert_eq!(per_second("nothing"), None);
    }
}
