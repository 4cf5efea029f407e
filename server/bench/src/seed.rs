//! Many requests at once, written past the use cases: facts are drawn here, one row
//! a request, copied into a table of their own, and spread by `sql/spread.sql` over
//! the portal's tables in the form in which the store writes them. The same number
//! of rows is the same town every time. The audit log stays empty, and the clock
//! ledger of orders that are done holds the total clock only: neither is read by
//! what is measured.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::text::{bigrams, mask_private};
use gongzhi_store::{Keys, Purpose};
use sqlx::{Connection as _, PgConnection};
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::{NoContext, Timestamp, Uuid};

use crate::databases::{Database, say};
use crate::texts;
use crate::town::Town;

/// The requests of three years.
const SPAN: TimeDelta = TimeDelta::days(3 * 365);
/// Rows that are copied at once.
const BATCH: u64 = 20_000;
/// Requests a resident with an account files in these years.
const EACH_PERSON: u64 = 12;

/// The tables that are filled, and whose indexes are made afterwards.
const TABLES: &str = "content, attachment, work_order, order_unit, request, request_grant, reply, rating, order_event, \
                      clock_entry, number_sequence";

/// How many in a thousand stand in which state, the latest first in time.
const STATES: [(&str, u64); 10] = [
    ("received", 6),
    ("accepted", 6),
    ("dispatched", 10),
    ("handling", 20),
    ("reply_review", 6),
    ("need_info", 2),
    ("suspended", 2),
    ("replied", 40),
    ("rejected", 15),
    ("cancelled", 13),
];

/// How many in a hundred are of which kind.
const KINDS: [(&str, u64); 6] =
    [("help", 55), ("complaint", 22), ("question", 9), ("suggestion", 8), ("praise", 4), ("tip_off", 2)];

/// How foreign keys are treated while rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checking {
    /// As always: every row is looked up.
    Full,
    /// Not looked up, which takes a third of the time. Constraints of a row and unique indexes hold in any case.
    Trusting,
}

/// Fills a database whose town was just built with so many requests, as of now, and lets the planner know.
pub async fn fill(database: &Database, town: &Town, requests: u64, checking: Checking) -> Result<()> {
    let keys = Keys::parse(&database.keys)?;
    let mut connection = database.connect().await?;
    let now = Utc::now();
    say(&mut connection, include_str!("../sql/staging.sql")).await?;
    copy_town(&mut connection, town).await?;
    copy_texts(&mut connection, &keys).await?;
    copy_facts(&mut connection, town, requests, now).await?;
    say(&mut connection, "analyze bench.fact").await?;

    let mut tx = connection.begin().await?;
    if checking == Checking::Trusting {
        say(&mut tx, "set local session_replication_role = replica").await?;
    }
    say(&mut tx, "set local maintenance_work_mem = '512MB'; set local work_mem = '256MB'").await?;
    // In the transaction that empties a table, PostgreSQL may leave out its log. What pacts say is content too; a town just built has none.
    say(&mut tx, &format!("truncate {TABLES} cascade")).await?;
    let indexes = drop_indexes(&mut tx).await?;
    say(&mut tx, include_str!("../sql/spread.sql")).await?;
    for index in indexes {
        say(&mut tx, &index).await?;
    }
    tx.commit().await?;
    say(&mut connection, "drop schema bench cascade").await?;
    say(&mut connection, "vacuum (analyze)").await?;
    connection.close().await?;
    Ok(())
}

/// Drops the indexes of [`TABLES`] that are no constraint and answers how they are made again.
async fn drop_indexes(tx: &mut PgConnection) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "select format('%I.%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid)
         from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
         where not i.indisunique
           and i.indrelid = any (select to_regclass(trim(name)) from unnest(string_to_array($1, ',')) as name)
         order by c.relname",
    )
    .bind(TABLES)
    .fetch_all(&mut *tx)
    .await?;
    for (name, _) in &found {
        say(tx, &format!("drop index {name}")).await?;
    }
    Ok(found.into_iter().map(|(_, definition)| definition).collect())
}

async fn copy_town(connection: &mut PgConnection, town: &Town) -> Result<()> {
    let mut lines = String::new();
    for (n, grid) in town.grids.iter().enumerate() {
        writeln!(lines, "{n}\t{}\t{}\t{}", grid.id, grid.path, grid.street)?;
    }
    copy(connection, "bench.grid (n, id, path, street)", lines).await?;
    let mut lines = String::new();
    for (n, unit) in town.units.iter().enumerate() {
        writeln!(lines, "{n}\t{unit}")?;
    }
    copy(connection, "bench.unit (n, id)", lines).await?;
    let Town { root, clerk, handler, manager, .. } = town;
    copy(connection, "bench.town (root, clerk, handler, manager)", format!("{root}\t{clerk}\t{handler}\t{manager}\n"))
        .await
}

/// Every text sealed once, with its public copy and its terms for the search.
async fn copy_texts(connection: &mut PgConnection, keys: &Keys) -> Result<()> {
    let requests = texts::of_requests().into_iter().map(|text| (Some(text.category), text.words));
    let replies = texts::of_replies().into_iter().map(|words| (None, words));
    let mut lines = String::new();
    for (n, (category, words)) in requests.chain(replies).enumerate() {
        let (public, _) = mask_private(&words);
        let sealed: String = keys.seal_text(Purpose::Content, &words)?.iter().fold(String::new(), |mut hex, byte| {
            // Writing into a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let category = category.unwrap_or("\\N");
        writeln!(lines, "{n}\t{category}\t\\\\x{sealed}\t{public}\t{{{}}}", bigrams(&public).join(","))?;
    }
    copy(connection, "bench.text (n, category, sealed, public, terms)", lines).await?;
    say(connection, "update bench.text set search = array_to_tsvector(terms)").await
}

async fn copy_facts(connection: &mut PgConnection, town: &Town, requests: u64, now: DateTime<Utc>) -> Result<()> {
    let mut draw = Draw::new(town, requests, now);
    let mut lines = String::new();
    for n in 0..requests {
        draw.write(n, &mut lines)?;
        if (n + 1) % BATCH == 0 || n + 1 == requests {
            copy(connection, FACTS, std::mem::take(&mut lines)).await?;
        }
    }
    let people = requests / EACH_PERSON + 1;
    let lines = (0..people)
        .try_fold(String::new(), |mut lines, n| writeln!(lines, "{n}\t{}", id_at(now - SPAN)).map(|()| lines))?;
    copy(connection, "bench.person (n, id)", lines).await
}

async fn copy(connection: &mut PgConnection, into: &str, lines: String) -> Result<()> {
    let mut copying = connection.copy_in_raw(&format!("copy {into} from stdin")).await?;
    copying.send(lines.into_bytes()).await?;
    copying.finish().await.with_context(|| format!("copying into {into}"))?;
    Ok(())
}

/// The columns of a fact, in the order in which [`Draw::write`] writes them.
const FACTS: &str = "bench.fact (n, request_id, order_id, content_id, reply_id, photo_id, key, number, grid, text, \
                     reply_text, person, unit, kind, state, private, listed, filed_at, changed_at, due_at)";

/// Draws the facts of requests, oldest first.
struct Draw<'a> {
    town: &'a Town,
    requests: u64,
    began: DateTime<Utc>,
    now: DateTime<Utc>,
    texts: u64,
    replies: u64,
    day: NaiveDate,
    sequences: HashMap<&'a str, u32>,
}

impl<'a> Draw<'a> {
    fn new(town: &'a Town, requests: u64, now: DateTime<Utc>) -> Self {
        Self {
            town,
            requests,
            began: now - SPAN,
            // The day of the run begins without a request.
            now: now - TimeDelta::days(1),
            texts: texts::of_requests().len() as u64,
            replies: texts::of_replies().len() as u64,
            day: NaiveDate::MIN,
            sequences: HashMap::new(),
        }
    }

    fn write(&mut self, n: u64, lines: &mut String) -> Result<()> {
        let dice = |subject: u64, sides: u64| roll(n, subject) % sides.max(1);
        let share = n as f64 / self.requests as f64;
        let filed = self.began + (self.now - self.began).mul_f(share);
        let state = self.state(n);
        let changed = match state {
            "closed" | "rejected" | "cancelled" => filed + TimeDelta::hours(5 + dice(1, 200) as i64),
            "received" => filed,
            _ => filed + TimeDelta::minutes(20 + dice(1, 3000) as i64),
        }
        .min(self.now);
        let kind = chosen(&KINDS, dice(5, 100)).unwrap_or("help");
        let clocked = !matches!(kind, "suggestion" | "praise");
        // A fifth of what runs is late.
        let due = (clocked && matches!(state, "received" | "accepted" | "dispatched" | "handling" | "reply_review"))
            .then(|| self.now + TimeDelta::minutes(dice(2, 20_000) as i64 - 4_000));
        // Some grids have much more to say than others.
        let grids = self.town.grids.len() as u64;
        let grid = (dice(3, grids) * dice(4, grids + 1)) / grids.max(1);
        let street = self.town.grids.get(usize::try_from(grid)?).context("a grid")?.street.as_str();
        let number = self.number(filed, street)?;
        let private = kind == "tip_off" || dice(6, 100) < 15;
        let waits = !private && state == "received" && dice(7, 3) > 0;
        let hidden = !private && !waits && dice(8, 100) == 0;
        let listed = !private && !waits && !hidden;
        let text = dice(9, self.texts);
        let reply_text = self.texts + dice(10, self.replies);
        let person = (dice(11, 100) < 60).then(|| dice(12, self.requests / EACH_PERSON + 1));
        let units = self.town.units.len() as u64;
        let unit = (dice(13, units) * dice(14, units + 1)) / units.max(1);
        let photo = (dice(15, 5) == 0).then(|| id_at(filed));
        let [request, order, content, key] = std::array::from_fn(|_| id_at(filed));
        let reply = id_at(changed);
        write!(lines, "{n}\t{request}\t{order}\t{content}\t{reply}\t{}\t{key}\t{number}\t{grid}\t", or_null(photo))?;
        write!(lines, "{text}\t{reply_text}\t{}\t{unit}\t{kind}\t{state}\t{private}\t{listed}\t", or_null(person))?;
        writeln!(
            lines,
            "{}\t{}\t{}",
            filed.to_rfc3339(),
            changed.to_rfc3339(),
            or_null(due.map(|due| due.to_rfc3339()))
        )?;
        Ok(())
    }

    /// The oldest are done; what is open was filed last, in no order.
    fn state(&self, n: u64) -> &'static str {
        let others: u64 = STATES.iter().map(|(_, share)| share).sum();
        let open = self.requests * 2 * others / 1000;
        if n + open < self.requests {
            return "closed";
        }
        chosen(&STATES, roll(n, 16) % (2 * others)).unwrap_or("closed")
    }

    fn number(&mut self, filed: DateTime<Utc>, street: &'a str) -> Result<RequestNumber> {
        let day = (filed + TimeDelta::hours(8)).date_naive();
        if day != self.day {
            self.day = day;
            self.sequences.clear();
        }
        let sequence = self.sequences.entry(street).or_default();
        *sequence += 1;
        RequestNumber::new(day, street, *sequence).context("a request's number")
    }
}

/// So much of a span of time.
trait Part {
    fn mul_f(self, share: f64) -> Self;
}

impl Part for TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "three years in milliseconds are far below what fits")]
    fn mul_f(self, share: f64) -> Self {
        Self::milliseconds((self.num_milliseconds() as f64 * share) as i64)
    }
}

/// The one in whose share a number falls; `None` beyond all shares.
fn chosen(shares: &[(&'static str, u64)], mut at: u64) -> Option<&'static str> {
    for (name, share) in shares {
        if at < *share {
            return Some(name);
        }
        at -= share;
    }
    None
}

fn or_null(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "\\N".to_owned(), |value| value.to_string())
}

/// An identifier as the store makes it: it sorts by its moment.
fn id_at(moment: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(moment.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, moment.timestamp_subsec_nanos()))
}

/// A die that falls alike for the same row and subject (splitmix64).
const fn roll(n: u64, subject: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(subject.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_what_they_say() {
        let town = Town {
            root: Uuid::nil(),
            grids: Vec::new(),
            units: Vec::new(),
            clerk: Uuid::nil(),
            handler: Uuid::nil(),
            seldom: Uuid::nil(),
            manager: Uuid::nil(),
        };
        let draw = Draw::new(&town, 100_000, Utc::now());
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for n in 0..100_000 {
            *counts.entry(draw.state(n)).or_default() += 1;
        }
        for (state, share) in STATES {
            let count = counts.get(state).copied().unwrap_or_default();
            let wanted = share * 100;
            assert!(count * 10 > wanted * 8 && count * 10 < wanted * 12, "{state}: {count}, not {wanted}");
        }
        assert!(counts.get("closed").is_some_and(|closed| *closed > 85_000), "{counts:?}");
    }

    #[test]
    fn a_die_falls_on_every_side() {
        let mut sides = [0; 6];
        for n in 0..6_000 {
            sides[usize::try_from(roll(n, 1) % 6).expect("six")] += 1;
        }
        assert!(sides.iter().all(|fell| (850..1150).contains(fell)), "{sides:?}");
        assert_eq!(roll(7, 2), roll(7, 2));
        assert_ne!(roll(7, 2), roll(7, 3));
    }
}
