//! The public list and the page of one request, with many requests stored: the
//! portal's throughput beside that of a bare handler which runs the statements the
//! portal was heard to run for the same pages, over a pool of the same size, and
//! answers the same text unchanged ([`crate::bare`]). Both are asked by the same
//! client over the same number of connections, in turns.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::bare::{Page, Plan};
use crate::client::{Answer, Ask, Connection, Load, in_turn};
use crate::databases::Database;
use crate::overhear::Listener;
use crate::portal::{CONNECTIONS, Portal, started};
use crate::ratio::{Budget, Ratio, Round, median};
use crate::report::{Report, Row};
use crate::{AT_ONCE, Bench, say};

const BUDGET: Budget = Budget::AtLeast(0.5);
/// Different requests whose pages are asked for.
const NUMBERS: i64 = 60;
const LIST: &str = "/requests";

/// Measures both pages, plain and compressed.
pub async fn measure(bench: &Bench) -> Result<Report> {
    let filled = bench.filled("pages", bench.sizes.pages).await?;
    let numbers = listed(&filled.database).await?;
    let pages = [("list page", vec![LIST.to_owned()]), ("request page", numbers)];
    let plan = learn(bench, &filled.database, &pages).await?;
    let mut report = Report::default();
    for (page, (what, _)) in plan.pages.iter().zip(&pages) {
        let statements: Vec<f64> = page.visits.iter().map(|visit| visit.len() as f64).collect();
        let statements = median(&statements).unwrap_or_default();
        report.notes.push(format!("{what}: {statements} statements, {} bytes of HTML", page.html.len()));
    }
    let bare = Bare::start(&plan).await?;
    let portal = bench.portal(&filled.database).await?;
    for (page, (what, paths)) in plan.pages.iter().zip(&pages) {
        for encoding in ["identity", "br"] {
            let what = if encoding == "br" { format!("{what}, br") } else { (*what).to_owned() };
            say(&format!("pages: {what}"));
            let encoded = HeaderValue::from_static(encoding);
            let asks = |paths: &[String]| {
                in_turn(paths.iter().map(|path| Ask::get(path).with(ACCEPT_ENCODING, encoded.clone())).collect())
            };
            let load = |address, asks| Load { address, connections: AT_ONCE, asks, status: 200 };
            let measured = load(portal.address, asks(paths));
            let yardstick = load(bare.address, asks(std::slice::from_ref(&page.path)));
            alike(&measured, &yardstick, encoding).await?;
            report.rows.push(compare(bench, &what, &measured, &yardstick).await?);
        }
    }
    report.notes.push(compressed(&portal).await?);
    portal.stop().await?;
    drop(bare);
    filled.database.drop().await?;
    Ok(report)
}

/// Loads both in turns; who begins changes from round to round.
async fn compare(bench: &Bench, what: &str, measured: &Load, yardstick: &Load) -> Result<Row> {
    let turn = bench.sizes.turn;
    for load in [measured, yardstick] {
        load.run(turn.mul_f32(0.4)).await?;
    }
    let mut rounds = Vec::new();
    for round in 0..bench.sizes.rounds {
        rounds.push(if round % 2 == 0 {
            let measured = measured.run(turn).await?;
            Round { measured, yardstick: yardstick.run(turn).await? }
        } else {
            let yardstick = yardstick.run(turn).await?;
            Round { measured: measured.run(turn).await?, yardstick }
        });
    }
    let ratio = Ratio::of(&rounds).context("no round gave a ratio")?;
    let middle = |figure: fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default();
    let measured = format!("{:.0}/s", middle(|round| round.measured));
    let yardstick = format!("{:.0}/s bare handler", middle(|round| round.yardstick));
    Ok(Row::by_ratio(what, measured, yardstick, ratio, BUDGET))
}

/// Refuses a comparison in which one side compresses and the other does not.
async fn alike(measured: &Load, yardstick: &Load, wanted: &str) -> Result<()> {
    for load in [measured, yardstick] {
        let (answer, _) = Connection::open(load.address).await?.timed(&(load.asks)(0), load.status).await?;
        let encoding = encoding_of(&answer);
        ensure!(encoding == wanted, "{} answers with the encoding {encoding}, not {wanted}", load.address);
    }
    Ok(())
}

fn encoding_of(answer: &Answer) -> &str {
    answer.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("identity")
}

/// Numbers of requests everybody may read, from all over the table.
pub async fn listed(database: &Database) -> Result<Vec<String>> {
    let mut connection = database.connect().await?;
    let numbers: Vec<String> =
        sqlx::query_scalar("select number from request where listed order by md5(number) limit $1")
            .bind(NUMBERS)
            .fetch_all(&mut connection)
            .await?;
    ensure!(!numbers.is_empty(), "no request is listed");
    Ok(numbers.iter().map(|number| format!("{LIST}/{number}")).collect())
}

/// Visits every page once and notes what is answered and what the database is asked.
async fn learn(bench: &Bench, database: &Database, pages: &[(&str, Vec<String>)]) -> Result<Plan> {
    let (host, port) = database.host_and_port();
    let listener = Listener::open(host, port).await?;
    // Without background jobs, nothing but the visits is heard once the portal follows.
    let portal = Portal::start(&bench.program, &database.address_through(listener.port), &database.keys, 0).await?;
    listener.follows().await?;
    let mut connection = Connection::open(portal.address).await?;
    // What is kept in memory is loaded by the first visit.
    connection.timed(&Ask::get(LIST), 200).await?;
    let mut learnt = Vec::new();
    for (at, (_, paths)) in pages.iter().enumerate() {
        let (mut visits, mut answers) = (Vec::new(), Vec::new());
        for path in paths {
            listener.take();
            let (answer, _) = connection.timed(&Ask::get(path), 200).await?;
            visits.push(listener.take());
            answers.push(String::from_utf8(answer.body.to_vec())?);
        }
        ensure!(visits.iter().all(|visit| !visit.is_empty()), "a page asked its database nothing");
        // The page of middle size stands for all.
        answers.sort_by_key(String::len);
        let html = answers.swap_remove(answers.len() / 2);
        learnt.push(Page { path: format!("/{at}"), html, visits });
    }
    portal.stop().await?;
    Ok(Plan { database: database.address()?, connections: CONNECTIONS, pages: learnt })
}

/// How large the list is when it is compressed.
async fn compressed(portal: &Portal) -> Result<String> {
    let ask = Ask::get(LIST).with(ACCEPT_ENCODING, HeaderValue::from_static("br"));
    let (answer, _) = Connection::open(portal.address).await?.timed(&ask, 200).await?;
    Ok(format!("{LIST} is sent in {} bytes ({}; budget 12 kB)", answer.body.len(), encoding_of(&answer)))
}

/// The bare handler; dropped, it is killed.
struct Bare {
    address: std::net::SocketAddr,
    _child: Child,
    _folder: TempDir,
}

impl Bare {
    async fn start(plan: &Plan) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gongzhi-bench-").tempdir()?;
        let file = folder.path().join("plan.json");
        std::fs::write(&file, serde_json::to_vec(plan)?)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(&file).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let (child, address) = started(command).await?;
        Ok(Self { address, _child: child, _folder: folder })
    }
}
