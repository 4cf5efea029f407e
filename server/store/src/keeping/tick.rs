//! What the clock does with reports: whoever is meant has had seven days to answer, a finding stands that nobody appealed
//! within ten. Late triage and late panels are only shown: nobody decides in their place.

use gongzhi_domain::Error;
use gongzhi_domain::ids::BreachId;
use gongzhi_domain::keeping::{APPEAL, Move, Mover, REPLY, State};
use gongzhi_domain::person::{Actor, Role};

use super::course::{hold, perform};
use crate::db::Db;
use crate::refusal::refuse;

/// Reports looked at in one go.
const BATCH: i64 = 200;

/// Moves every report whose time has come; answers how many.
pub async fn tick(db: &Db) -> Result<u32, Error> {
    let mut moved = 0;
    for (state, within, mv) in [(State::Reply, REPLY, Move::AnswerOver), (State::Decided, APPEAL, Move::AppealOver)] {
        let due = sqlx::query_scalar!(
            "select id from breach where state = $1 and since < $2 order by since limit $3",
            state.code(),
            db.now() - within,
            BATCH,
        );
        for id in due.fetch_all(db.pool()).await.map_err(refuse)? {
            let mut tx = db.begin().await?;
            let breach = hold(db, &mut tx, BreachId::from_uuid(id)).await?;
            if breach.state == state && breach.since < db.now() - within {
                perform(db, &mut tx, &Actor::system(), Role::System, &breach, mv, Mover::Clock).await?;
                tx.commit().await.map_err(refuse)?;
                moved += 1;
            }
        }
    }
    Ok(moved)
}
