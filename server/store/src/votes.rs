//! The vote on a pact (pacts.md, Roll and vote): who took part stands in a register shared by phone and paper; a secret choice
//! lies sealed to both tellers until the count, when all are opened together, shuffled and written in one statement. What that
//! keeps secret and what it cannot is written down in docs/votes.md.

mod cast;
mod count;
mod desk;
mod keys;
mod open;
mod page;
mod paper;
mod result;
mod seal;
mod secret;

pub use cast::cast;
pub(crate) use count::at_close;
pub use count::close;
pub use desk::desk;
pub use keys::{fresh, keep};
pub(crate) use open::open;
pub use page::page;
pub use paper::{Box, PAPER_CHOICES, enter_ballot, enter_box, tick, untick};
pub use result::{object, result, stands};
pub use seal::{Identities, NewKey};

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::VoteId;
use gongzhi_domain::pact::{Basis, Facts, Secrecy, Stage};
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::Numbers;
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::keys::Purpose;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, parsed};
use crate::roll::{Roll, count as counted};

/// A vote as its row says.
#[derive(Debug, Clone)]
struct Vote {
    id: VoteId,
    roll: Uuid,
    body: Body,
    secrecy: Secrecy,
    outer: Vec<String>,
    inner: Vec<String>,
    closed_at: Option<DateTime<Utc>>,
}

/// How a vote's row is held while something is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// As long as somebody casts a ballot, so that the count waits for them and they for the count.
    Casting,
    /// As long as it is counted.
    Counting,
}

impl Vote {
    /// Holds a vote of a pact.
    async fn hold(tx: &mut PgConnection, pact: &Pact, id: VoteId, hold: Hold) -> Result<Self, Trouble> {
        let not_found = || Error::NotFound { what: What::Vote };
        let held = match hold {
            Hold::Casting => {
                sqlx::query_scalar!(
                    "select id from vote where id = $1 and pact_id = $2 for key share",
                    id.uuid(),
                    pact.id.uuid()
                )
                .fetch_optional(&mut *tx)
                .await?
            }
            Hold::Counting => {
                sqlx::query_scalar!(
                    "select id from vote where id = $1 and pact_id = $2 for update",
                    id.uuid(),
                    pact.id.uuid()
                )
                .fetch_optional(&mut *tx)
                .await?
            }
        };
        held.ok_or_else(not_found)?;
        let row = sqlx::query!(
            "select roll_id, body, secrecy, outer_keys, inner_keys, closed_at from vote where id = $1",
            id.uuid(),
        )
        .fetch_one(tx)
        .await?;
        Ok(Self {
            id,
            roll: row.roll_id,
            body: parsed(&row.body)?,
            secrecy: parsed(&row.secrecy)?,
            outer: row.outer_keys,
            inner: row.inner_keys,
            closed_at: row.closed_at,
        })
    }

    /// Whether its yes is measured by floor area too.
    async fn counts_area(&self, conn: &mut PgConnection) -> Result<bool, Trouble> {
        let basis = sqlx::query_scalar!("select basis from roll where id = $1", self.roll).fetch_one(conn).await?;
        let basis: Basis = parsed(&basis)?;
        Ok(self.body == Body::Statutory && basis.has_area())
    }

    /// Whether somebody can still take part.
    fn is_open(&self, pact: &Pact) -> bool {
        self.closed_at.is_none() && pact.stage == Stage::Down3 && pact.paused_at.is_none()
    }
}

/// The votes on a roll, the statutory body first.
async fn of_roll(conn: &mut PgConnection, roll: Uuid) -> Result<Vec<(VoteId, Body)>, Trouble> {
    let rows =
        sqlx::query!("select id, body from vote where roll_id = $1 order by body = 'statutory' desc, body desc", roll)
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|row| Ok((VoteId::from_uuid(row.id), parsed(&row.body)?))).collect()
}

/// The code that proves that a unit took part: it stands in the register, and nothing follows from it.
fn receipt(db: &Db, vote: VoteId, unit: Uuid) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes = [vote.uuid().into_bytes(), unit.into_bytes()].concat();
    let mac = db.keys().index(Purpose::Participation, &bytes);
    let mut code = String::with_capacity(19);
    for (at, byte) in mac.iter().take(16).enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// What the table of moves asks of the vote: whether paper is settled, and how it ended.
pub(crate) async fn facts(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let Some(roll) = Roll::newest(&mut *conn, pact.id, false).await? else { return Ok(()) };
    facts.papers_open = counted(paper::open(&mut *conn, roll.id).await?)?;
    let numbers = sqlx::query_scalar!(
        "select t.numbers from tally t join vote v on v.id = t.vote_id where v.roll_id = $1 and v.body = 'statutory'",
        roll.id,
    )
    .fetch_optional(conn)
    .await?;
    if let Some(numbers) = numbers {
        let numbers: Numbers = serde_json::from_value(numbers).map_err(fault)?;
        facts.outcome = Some(numbers.outcome);
    }
    Ok(())
}
