//! What the clock does by itself (the T of requests.md, States): a dispatched order counts as in hand after
//! 24 hours (#6), an answered one is closed after seven days (#17). Several processes may tick at once: each
//! order is taken by one of them.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::order::{CLOSE_AFTER_DAYS, Move, START_AFTER_HOURS, State, automatic};
use gongzhi_domain::person::Actor;

use super::effects::Step;
use super::load::Order;
use super::moves::{Saw, perform};
use crate::db::Db;
use crate::refusal::{Trouble, refuse};

/// Orders moved in one transaction.
const BATCH: i64 = 50;

/// What one tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Dispatched orders that now count as in hand.
    pub started: u32,
    /// Answered orders that were closed.
    pub closed: u32,
}

/// Makes every move that is due. Doing it again changes nothing.
pub async fn tick(db: &Db) -> Result<Ticked, Error> {
    let now = db.now();
    db.calendar().await?;
    let mut done = Ticked::default();
    let waits = [
        (State::Dispatched, now - TimeDelta::hours(START_AFTER_HOURS)),
        (State::Replied, now - TimeDelta::days(CLOSE_AFTER_DAYS)),
    ];
    for (state, before) in waits {
        // An order that cannot be moved must not hold up the others: the next batch begins after it.
        let mut after = uuid::Uuid::nil();
        loop {
            let (last, moved) = batch(db, state, before, after).await?;
            match state {
                State::Dispatched => done.started += moved,
                _ => done.closed += moved,
            }
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
    }
    if done != Ticked::default() {
        tracing::info!(started = done.started, closed = done.closed, "the clock moved orders");
    }
    Ok(done)
}

/// Moves one batch; answers the last order looked at, `None` when there was none.
async fn batch(
    db: &Db,
    state: State,
    before: chrono::DateTime<chrono::Utc>,
    after: uuid::Uuid,
) -> Result<(Option<uuid::Uuid>, u32), Error> {
    let mut tx = db.begin().await?;
    let due = sqlx::query_scalar!(
        "select id from work_order where state = $1 and changed_at <= $2 and id > $3
         order by id limit $4 for update skip locked",
        state.code(),
        before,
        after,
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(refuse)?;
    let mut moved = 0;
    for id in &due {
        match move_one(db, &mut tx, OrderId::from_uuid(*id)).await {
            Ok(true) => moved += 1,
            Ok(false) | Err(Trouble::Refused(Error::IllegalMove { .. })) => {}
            Err(trouble) => return Err(trouble.into()),
        }
    }
    tx.commit().await.map_err(refuse)?;
    Ok((due.last().copied(), moved))
}

async fn move_one(db: &Db, tx: &mut sqlx::PgConnection, id: OrderId) -> Result<bool, Trouble> {
    let order = Order::read(&mut *tx, id, db.now()).await?;
    let calendar = db.calendar().await?;
    let due = automatic(order.state, &order.flags, &order.times(), &calendar, db.now()).map_err(Error::from)?;
    let step = match due {
        Some(Move::StartHandling) => Step::StartHandling,
        Some(Move::Close) => Step::Close(None),
        _ => return Ok(false),
    };
    perform(db, tx, &Actor::system(), false, id, Saw::Latest, step).await?;
    Ok(true)
}
