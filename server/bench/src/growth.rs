//! Whether pages become slower as requests become many: the same pages of two
//! portals, one with few and one with many requests, asked for in turns by one
//! client. A round's figures are the middles of its times. A page that is not answered at
//! all with many requests is a missed budget.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use gongzhi_store::Db;
use hyper::header::{COOKIE, HeaderValue};
use uuid::Uuid;

use crate::client::{Ask, Connection};
use crate::portal::Portal;
use crate::ratio::{Budget, Ratio, Round, median};
use crate::report::{Report, Row};
use crate::{Bench, Filled, say, town};

const BUDGET: Budget = Budget::AtMost(1.5);
/// How long one round of a page may take.
const PATIENCE: Duration = Duration::from_secs(6);

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Anybody,
    Clerk,
    Handler,
    Seldom,
}

/// The pages: what they are called, who looks, the address. 路灯 stands in one text of
/// fourteen or so, L0007 in one of some thousand; 路灯 and 噪声 both stand in many
/// texts and in none together.
const PAGES: [(&str, Reader, &str); 12] = [
    ("list", Reader::Anybody, "/requests"),
    ("list of a street", Reader::Anybody, "/requests?area=WLT1"),
    ("list, answered", Reader::Anybody, "/requests?stage=answered"),
    ("search, a common word", Reader::Anybody, "/requests?words=%E8%B7%AF%E7%81%AF"),
    ("search, a rare word", Reader::Anybody, "/requests?words=L0007"),
    ("search, words never together", Reader::Anybody, "/requests?words=%E8%B7%AF%E7%81%AF+%E5%99%AA%E5%A3%B0"),
    ("desk of a clerk", Reader::Clerk, "/desk"),
    ("desk of a handler", Reader::Handler, "/desk"),
    ("desk of a handler, all", Reader::Handler, "/desk?view=all"),
    ("desk of a small unit", Reader::Seldom, "/desk"),
    ("desk of a small unit, all", Reader::Seldom, "/desk?view=all"),
    ("desk, search for a common word", Reader::Clerk, "/desk?view=all&words=%E8%B7%AF%E7%81%AF"),
];

/// One of the two portals.
struct Side {
    filled: Filled,
    db: Db,
    portal: Portal,
}

impl Side {
    async fn open(bench: &Bench, name: &str, requests: u64) -> Result<Self> {
        let filled = bench.filled(name, requests).await?;
        let db = filled.database.db().await?;
        let portal = bench.portal(&filled.database).await?;
        Ok(Self { filled, db, portal })
    }

    async fn ask(&self, reader: Reader, path: &str) -> Result<Ask> {
        let ask = Ask::get(path);
        let officer: Uuid = match reader {
            Reader::Anybody => return Ok(ask),
            Reader::Clerk => self.filled.town.clerk,
            Reader::Handler => self.filled.town.handler,
            Reader::Seldom => self.filled.town.seldom,
        };
        let token = town::sign_in(&self.db, officer).await?;
        Ok(ask.with(COOKIE, HeaderValue::try_from(format!("__Host-session={token}"))?))
    }

    async fn close(self) -> Result<()> {
        self.portal.stop().await?;
        self.db.pool().close().await;
        self.filled.database.drop().await
    }
}

/// Measures every page on both sides.
pub async fn measure(bench: &Bench) -> Result<Report> {
    let [few, many] = bench.sizes.growth;
    let many_side = Side::open(bench, "many", many).await?;
    let few_side = Side::open(bench, "few", few).await?;
    let mut connections =
        (Connection::open(many_side.portal.address).await?, Connection::open(few_side.portal.address).await?);
    let mut report = Report::default();
    for (what, reader, path) in PAGES {
        say(&format!("growth: {what}"));
        let asks = (many_side.ask(reader, path).await?, few_side.ask(reader, path).await?);
        if let Some(refused) = refused(what, &mut connections.0, &asks.0, many).await? {
            report.rows.push(refused);
            continue;
        }
        let rounds = rounds(bench, &mut connections, &asks).await?;
        let ratio = Ratio::of(&rounds).context("no round gave a ratio")?;
        let middle =
            |figure: fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default();
        let measured = format!("{:.1} ms at {many}", middle(|round| round.measured) * 1000.0);
        let yardstick = format!("{:.1} ms at {few}", middle(|round| round.yardstick) * 1000.0);
        report.rows.push(Row::by_ratio(what, measured, yardstick, ratio, BUDGET));
    }
    many_side.close().await?;
    few_side.close().await?;
    Ok(report)
}

/// The line of a page that is not answered any more with many requests: that is a missed budget, and the others go on.
async fn refused(what: &str, connection: &mut Connection, ask: &Ask, many: u64) -> Result<Option<Row>> {
    let began = Instant::now();
    let answer = connection.ask(ask).await?;
    if answer.status == 200 {
        return Ok(None);
    }
    let measured = format!("{} after {:.1} s at {many}", answer.status, began.elapsed().as_secs_f64());
    let budget = Some((BUDGET, false));
    Ok(Some(Row { what: what.to_owned(), measured, yardstick: String::new(), ratio: String::new(), budget }))
}

async fn rounds(bench: &Bench, connections: &mut (Connection, Connection), asks: &(Ask, Ask)) -> Result<Vec<Round>> {
    let mut rounds = Vec::new();
    let mut times = bench.sizes.asks;
    // The first round is not counted: both sides read what they need into memory.
    for round in 0..=bench.sizes.rounds {
        let began = Instant::now();
        let (mut many, mut few) = (Vec::new(), Vec::new());
        for _ in 0..times {
            many.push(connections.0.timed(&asks.0, 200).await?.1.as_secs_f64());
            few.push(connections.1.timed(&asks.1, 200).await?.1.as_secs_f64());
            if began.elapsed() > PATIENCE {
                break;
            }
        }
        // A page that takes seconds is known after a few times.
        times = u32::try_from(many.len())?;
        if round > 0 {
            let middle = |times: &[f64]| median(times).context("no time");
            rounds.push(Round { measured: middle(&many)?, yardstick: middle(&few)? });
        }
    }
    Ok(rounds)
}
