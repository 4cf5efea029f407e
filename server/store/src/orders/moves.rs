//! How an order moves: one function for every move of every order. It holds the row, asks the
//! permission table and the States table, refuses what is stale, and writes state, history, clocks,
//! audit and messages together. What is particular to a move stands in `effects`.

use gongzhi_domain::Error;
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::order::{self, Move, Mover, State, Version};
use gongzhi_domain::permission::Target;
use gongzhi_domain::person::{Actor, Role};
use serde_json::json;
use sqlx::PgConnection;

use super::effects::{self, Effects, Step};
use super::history::{self, Event};
use super::load::{self, Order};
use super::{ledger, tell};
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::Trouble;

/// Which version of the order the mover looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Saw {
    /// The one that stood in their form.
    Version(Version),
    /// Whichever it is: the clock's own moves, under the lock.
    Latest,
}

/// What became of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The state it is in now.
    pub state: State,
    /// The version it has now.
    pub version: Version,
    /// Whether this very move had been made before: nothing was done again.
    pub already: bool,
}

/// Makes a move.
///
/// Refused: an order that does not exist; a mover without the role; [`Error::Stale`] when somebody
/// moved it since (unless it was this very move); [`Error::IllegalMove`] with what could be done
/// instead; what the move itself asks for and did not get.
pub(crate) async fn perform(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    granted: bool,
    id: OrderId,
    saw: Saw,
    step: Step<'_>,
) -> Result<Moved, Trouble> {
    let now = db.now();
    let mv = step.mv();
    load::lock(&mut *tx, id).await?;
    let order = Order::read(&mut *tx, id, now).await?;
    let mut target = order.target_of(actor, mv);
    target.granted = granted;
    let as_what = may(actor, mv, &target)?;

    let mark = mark(db, &step);
    if let Saw::Version(version) = saw
        && version != order.version
    {
        if history::was_done(&mut *tx, id, version, mv, actor.person, &mark).await? {
            return Ok(Moved { state: order.state, version: order.version, already: true });
        }
        return Err(Error::Stale { now: order.version }.into());
    }

    let movers: Vec<Mover> = as_what.iter().map(|(mover, _)| *mover).collect();
    let row = order::legal_for(order.state, &order.flags, mv, &movers)?;
    order::in_time(row, &order.times(), now)?;
    let role = as_what.iter().find(|(mover, _)| row.by.contains(mover)).map_or(Role::System, |(_, role)| *role);
    let to = row.lands(order.state, &order.flags).unwrap_or(order.state);

    let version = order.version.next();
    let effects = effects::of(db, &mut *tx, actor, role, &order, &step).await?;
    let events = if order.clocked { row.clocks } else { &[] };
    let entries = ledger::write(&mut *tx, id, effects.round, events, &effects.policy, now).await?;
    let due = ledger::due_at(to, &entries, &effects.policy, &*db.calendar().await?);
    write(&mut *tx, &order, &effects, to, version, due, now).await?;

    let unit = effects.unit.or_else(|| acting_unit(actor, role, &order));
    let mut details = effects.details.clone();
    details.insert("mark".into(), mark.into());
    let event = Event {
        version,
        mv,
        from: Some(order.state),
        to,
        round: effects.round,
        person: actor.person,
        role,
        unit,
        public_note: &effects.public_note,
        internal: &effects.internal,
        details: details.into(),
    };
    history::write(db, &mut *tx, id, event).await?;
    let entry = audit::Entry {
        stream: &format!("order:{id}"),
        action: &format!("order.{mv}"),
        subject: &format!("order:{id}"),
        before: Some(json!({"state": order.state, "version": order.version, "lead": order.lead})),
        after: Some(json!({"state": to, "version": version, "lead": effects.lead})),
        reason: None,
        acting_for: None,
    };
    audit::append(db, &mut *tx, actor, role, entry).await?;
    tell::of_move(db, &mut *tx, id, row, to, version).await?;
    Ok(Moved { state: to, version, already: false })
}

/// As which movers, and in which roles, the actor may make this move.
fn may(actor: &Actor, mv: Move, target: &Target) -> Result<Vec<(Mover, Role)>, Error> {
    let mut found = Vec::new();
    let mut refused = None;
    for mover in order::movers(mv) {
        let action = mv.action_by(mover);
        let role = actor.roles_for(action, target).find(|role| mover.roles().contains(role));
        match role {
            Some(role) => found.push((mover, role)),
            None if refused.is_none() || mover != Mover::Resident => {
                refused = actor.may(action, &Target::none()).err().or(Some(Error::Forbidden { action }));
            }
            None => {}
        }
    }
    match (found.is_empty(), refused) {
        (true, Some(refused)) => Err(refused),
        (true, None) => Err(Error::Forbidden { action: mv.action() }),
        _ => Ok(found),
    }
}

/// The unit for which somebody in this role acts on this order: the lead's, a co-unit's, or the one
/// whose area holds it.
fn acting_unit(actor: &Actor, role: Role, order: &Order) -> Option<gongzhi_domain::ids::UnitId> {
    let mine = || actor.memberships.iter().filter(|membership| membership.role == role);
    mine()
        .find(|membership| order.lead == Some(membership.unit) || order.co.contains(&membership.unit))
        .or_else(|| mine().find(|membership| membership.area_path.contains(&order.area)))
        .map(|membership| membership.unit)
}

/// A keyed hash of what a move brings, so that sending it twice is recognised and nothing is learned.
fn mark(db: &Db, step: &Step<'_>) -> String {
    let index = db.keys().index(Purpose::Internal, format!("{step:?}").as_bytes());
    index.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

async fn write(
    tx: &mut PgConnection,
    order: &Order,
    effects: &Effects,
    to: State,
    version: Version,
    due: Option<chrono::DateTime<chrono::Utc>>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Trouble> {
    sqlx::query!(
        "update work_order set state = $2, version = $3, category = $4, urgency = $5, lead_unit_id = $6, handler_id = $7,
             round = $8, supervise = $9, due_at = $10,
             changed_at = case when state = $2 then changed_at else $11 end,
             closed_at = case when $2 = 'closed' then $11 end
         where id = $1",
        order.id.uuid(),
        to.code(),
        version.0,
        effects.category,
        effects.urgency.code(),
        effects.lead.map(|unit| unit.uuid()),
        effects.handler.map(|person| person.uuid()),
        i16::from(effects.round),
        i16::from(effects.supervise),
        due,
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}
