//! The demonstration's clock: a file says how many whole days it is ahead of the wall, so that a pact can be shown three
//! weeks later. Only a demonstration reads it ([`crate::config::Config::check_demo`]), and it never goes back.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use chrono::TimeDelta;
use gongzhi_store::Db;

/// The furthest a demonstration goes ahead, in days: four years, past the review of a pact.
const FURTHEST: u16 = 1_461;
/// How often the file is read.
const EVERY: Duration = Duration::from_secs(1);

/// Reads the file and sets the clock ahead. A file that is not there says nothing; one that cannot be understood is
/// named in the log and changes nothing.
pub fn read(db: &Db, file: &Path) {
    let Ok(said) = std::fs::read_to_string(file) else { return };
    match said.trim().parse::<u16>() {
        Ok(days) if days <= FURTHEST => {
            db.set_ahead(TimeDelta::days(i64::from(days)));
        }
        _ => tracing::warn!(file = %file.display(), "the demonstration's clock expects days from 0 to {FURTHEST}"),
    }
}

/// Reads the file every second until it is told to stop.
pub async fn follow(db: Db, file: PathBuf, stop: impl Future<Output = ()> + Send) {
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(EVERY) => read(&db, &file),
        }
    }
}
