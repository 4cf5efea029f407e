//! The memory of the program's own process (its database's processes not counted):
//! after the start with nothing asked, and in the course of a load of lists, pages,
//! searches and filings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::client::{Ask, Asks, Load};
use crate::ratio::{Budget, median};
use crate::report::{Report, Row};
use crate::{AT_ONCE, Bench, filing, pages, say};

/// Megabytes after the start.
const IDLE: Budget = Budget::AtMost(60.0);
/// How much the second half of the load may hold more than the first: more is a trend.
const GROWN: Budget = Budget::AtMost(1.05);
const MEGABYTE: f64 = 1_000_000.0;

/// Measures an idle portal, then loads it.
pub async fn measure(bench: &Bench) -> Result<Report> {
    let filled = bench.filled("memory", bench.sizes.stored).await?;
    let pages = pages::listed(&filled.database).await?;
    let codes: Vec<String> = filing::one_a_street(&filled.town).iter().map(|grid| grid.code.clone()).collect();
    let portal = bench.portal(&filled.database).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let idle = portal.resident()? as f64 / MEGABYTE;

    let lasting = Duration::from_secs_f64(bench.sizes.minutes * 60.0);
    say(&format!("memory: {:.1} minutes of load", bench.sizes.minutes));
    let asks: Asks = Arc::new(move |n| match n % 10 {
        0..3 => Ask::get("/requests"),
        3 => Ask::get("/requests?words=%E8%B7%AF%E7%81%AF"),
        4 => Ask::get("/requests/new"),
        5 => Ask::get("/"),
        _ => {
            Ask::get(pages.get(usize::try_from(n).unwrap_or_default() % pages.len().max(1)).map_or("/", String::as_str))
        }
    });
    let filings: Asks = Arc::new(move |n| filing::filing(&codes, n));
    let reading = Load { address: portal.address, connections: AT_ONCE, asks, status: 200 };
    let writing = Load { address: portal.address, connections: 2, asks: filings, status: 303 };
    let loading = tokio::spawn(async move { tokio::try_join!(reading.run(lasting), writing.run(lasting)) });
    let began = Instant::now();
    let mut samples = Vec::new();
    while !loading.is_finished() {
        tokio::time::sleep(Duration::from_millis(250)).await;
        samples.push((began.elapsed().as_secs_f64() / lasting.as_secs_f64(), portal.resident()? as f64 / MEGABYTE));
    }
    let (read, filed) = loading.await??;
    portal.stop().await?;
    filled.database.drop().await?;

    let course = Course::of(&samples).context("the load was too short to see anything")?;
    let rows = vec![
        Row {
            what: "memory, idle".to_owned(),
            measured: format!("{idle:.0} MB"),
            yardstick: String::new(),
            ratio: String::new(),
            budget: Some((IDLE, IDLE.is_kept_by(idle))),
        },
        Row {
            what: format!("memory, {:.1} min of load", bench.sizes.minutes),
            measured: format!("{:.0} MB at the end", course.end),
            yardstick: format!("{:.0} MB in the middle", course.middle),
            ratio: format!("{:.2}", course.end / course.middle),
            budget: Some((GROWN, GROWN.is_kept_by(course.end / course.middle))),
        },
    ];
    let notes = vec![format!(
        "memory: {idle:.0} MB idle, {:.0} MB after a tenth of the load, {:.0} MB in the middle, {:.0} MB at the end, \
         {:.0} MB at most; {read:.0} pages/s and {filed:.0} filings/s",
        course.early, course.middle, course.end, course.most
    )];
    Ok(Report { rows, notes })
}

/// Memory in the course of a load; each figure the middle of a tenth of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Course {
    early: f64,
    middle: f64,
    end: f64,
    most: f64,
}

impl Course {
    /// Reads it from moments (0 the beginning, 1 the end) and figures. `None` where a tenth has no sample.
    fn of(samples: &[(f64, f64)]) -> Option<Self> {
        let around = |from: f64, to: f64| {
            let figures: Vec<f64> =
                samples.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, figure)| *figure).collect();
            median(&figures)
        };
        Some(Self {
            early: around(0.05, 0.15)?,
            middle: around(0.45, 0.55)?,
            end: around(0.9, 1.0)?,
            most: samples.iter().map(|(_, figure)| *figure).reduce(f64::max)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_read_at_its_beginning_middle_and_end() {
        let samples: Vec<(f64, f64)> = (0..100).map(|n| (f64::from(n) / 100.0, 50.0 + f64::from(n))).collect();
        let course = Course::of(&samples).expect("samples everywhere");
        assert_eq!((course.early, course.middle, course.end, course.most), (59.5, 99.5, 144.5, 149.0));
        assert_eq!(Course::of(&[(0.1, 1.0), (0.5, 1.0)]), None);
    }
}
