//! A text on its way to every household of a pact's area (pacts.md, Stages): by message to those who live there, by somebody at
//! the door, by post. What is done at a door is appended, never changed; the last event says how the door stands.

mod door;
mod round;
mod tell;

pub use door::{Door, Doors, Ticked, doors, post, tick};
pub use round::{BuildingProgress, DeliveryPage, Missing, MyRound, RoundPage, my_rounds, of_pact, round};

use gongzhi_domain::delivery::Progress;
use gongzhi_domain::ids::{PactId, RoundId};
use gongzhi_domain::pact::{Facts, Stage};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;

use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};

/// Sends the text of a stage on its way: a new round, and a message to everybody of age who lives in the area and has a phone.
/// Called when consulting opens or begins anew, and when the final text is put on notice.
pub(crate) async fn open_round(db: &Db, tx: &mut PgConnection, pact: &Pact, stage: Stage) -> Result<RoundId, Trouble> {
    let id = RoundId::from_uuid(db.new_id());
    sqlx::query!(
        "insert into delivery_round (id, pact_id, stage, text_no, seq, opened_at)
         select $1, $2, $3, $4, coalesce(max(seq), 0) + 1, $5 from delivery_round where pact_id = $2",
        id.uuid(),
        pact.id.uuid(),
        stage.code(),
        pact.text_no.unwrap_or(1),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    tell::push(db, tx, pact, stage, id).await?;
    Ok(id)
}

/// Sends a text on its way as a move of the pact does, for stories that begin there.
#[cfg(feature = "testing")]
pub async fn send_out(db: &Db, pact: PactId, stage: Stage) -> Result<RoundId, Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::read(&mut tx, pact, true).await?;
    let round = open_round(db, &mut tx, &pact, stage).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(round)
}

/// Fills in how many households have to be reached and how many are, in the round of the present stage.
pub(crate) async fn facts(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let latest = latest(&mut *conn, pact.id).await?;
    let current = latest.filter(|(_, stage)| *stage == pact.stage.code());
    let progress = match current {
        Some((round, _)) => progress(conn, round).await?,
        None => Progress { households: households(conn, pact.id).await?, ..Progress::default() },
    };
    facts.households = progress.households;
    facts.delivered = progress.reached;
    Ok(())
}

async fn households(conn: &mut PgConnection, pact: PactId) -> Result<u32, Trouble> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from pact_household where pact_id = $1"#, pact.uuid());
    Ok(u32::try_from(count.fetch_one(conn).await?).unwrap_or(u32::MAX))
}

/// The last round of a pact and its stage.
async fn latest(conn: &mut PgConnection, pact: PactId) -> Result<Option<(RoundId, String)>, Trouble> {
    let row =
        sqlx::query!("select id, stage from delivery_round where pact_id = $1 order by seq desc limit 1", pact.uuid());
    Ok(row.fetch_optional(conn).await?.map(|row| (RoundId::from_uuid(row.id), row.stage)))
}

/// How far a round has come.
async fn progress(conn: &mut PgConnection, round: RoundId) -> Result<Progress, Trouble> {
    let row = sqlx::query!(
        r#"select count(*) as "households!", count(*) filter (where l.reached or t.household_id is not null) as "reached!",
               count(t.household_id) as "pushed!", count(*) filter (where l.door is not null) as "visited!",
               count(*) filter (where l.door = 'nobody_home' and not l.reached and t.household_id is null) as "nobody_home!",
               count(*) filter (where l.posted) as "posted!"
           from delivery_round d join pact_household h on h.pact_id = d.pact_id
           left join lateral (select e.reached, e.door, e.posted from delivery_event e
               where e.round_id = d.id and e.household_id = h.household_id order by e.seq desc limit 1) l on true
           left join delivery_arrived t on t.round_id = d.id and t.household_id = h.household_id
           where d.id = $1"#,
        round.uuid(),
    )
    .fetch_one(conn)
    .await?;
    let count = |many: i64| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(Progress {
        households: count(row.households),
        reached: count(row.reached),
        pushed: count(row.pushed),
        visited: count(row.visited),
        nobody_home: count(row.nobody_home),
        posted: count(row.posted),
    })
}

/// A round with the pact whose text it brings.
struct Round {
    pact: Pact,
    /// Whether texts are still brought: it is the last round, and the pact is in its stage.
    running: bool,
    stage: Stage,
}

impl Round {
    async fn read(conn: &mut PgConnection, id: RoundId) -> Result<Self, Trouble> {
        let row = sqlx::query!("select pact_id, stage from delivery_round where id = $1", id.uuid())
            .fetch_optional(&mut *conn)
            .await?
            .ok_or(Error::NotFound { what: What::Delivery })?;
        let pact = Pact::read(&mut *conn, PactId::from_uuid(row.pact_id), false).await?;
        let last = latest(conn, pact.id).await?.is_some_and(|(last, _)| last == id);
        let stage: Stage = crate::refusal::parsed(&row.stage)?;
        Ok(Self { running: last && pact.stage == stage, pact, stage })
    }
}

async fn connection(db: &Db) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, Error> {
    db.pool().acquire().await.map_err(refuse)
}
