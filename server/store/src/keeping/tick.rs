//! What the clock does with reports: whoever is meant has had seven days to answer, a finding stands that nobody appealed
//! within ten. Late triage and late panels are only shown: nobody decides in their place.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::BreachId;
use gongzhi_domain::keeping::{APPEAL, Move, Mover, REPLY, State};
use gongzhi_domain::person::{Actor, Role};

use super::course::{hold, perform};
use crate::db::Db;
use crate::refusal::refuse;

/// Reports looked at in one go.
const BATCH: i64 = 200;

/// Moves every report whose time has come; answers how many. One that cannot be moved stops none of the others; it is told
/// last.
pub async fn tick(db: &Db) -> Result<u32, Error> {
    let (mut moved, mut failed) = (0, None);
    for (state, within, mv) in [(State::Reply, REPLY, Move::AnswerOver), (State::Decided, APPEAL, Move::AppealOver)] {
        let due = sqlx::query_scalar!(
            "select id from breach where state = $1 and since < $2 order by since limit $3",
            state.code(),
            db.now() - within,
            BATCH,
        );
        for id in due.fetch_all(db.pool()).await.map_err(refuse)? {
            match advance(db, BreachId::from_uuid(id), (state, within, mv)).await {
                Ok(was_due) => moved += u32::from(was_due),
                Err(error) => {
                    tracing::error!(breach = %id, %error, "the clock could not move a report");
                    failed = Some(error);
                }
            }
        }
    }
    failed.map_or(Ok(moved), Err)
}

/// Moves one report, unless somebody was faster.
async fn advance(db: &Db, id: BreachId, (state, within, mv): (State, TimeDelta, Move)) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    if breach.state != state || breach.since >= db.now() - within {
        return Ok(false);
    }
    perform(db, &mut tx, &Actor::system(), Role::System, &breach, mv, Mover::Clock).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(true)
}
