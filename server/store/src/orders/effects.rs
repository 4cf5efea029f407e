//! What is particular to each move: what it needs is checked here, and what it changes besides state,
//! history and clocks is written here. The numbers are those of requests.md, States.

use chrono::TimeDelta;
use gongzhi_domain::clock::{Hours, Policy};
use gongzhi_domain::ids::{PersonId, UnitId};
use gongzhi_domain::order::{Move, Urgency};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{NOTE_MAX, Rating, Told, validate_reply, written};
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::load::{self, Order, known};
use super::{Accept, Dispatch, LogContact, SendBack, SubmitReply};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::Trouble;
use crate::requests::rated;
use crate::{moderation, photos};

/// A move with what it brings.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Accept(&'a Accept),
    Dispatch(&'a Dispatch),
    StartHandling,
    LogContact(&'a LogContact),
    SubmitReply(&'a SubmitReply),
    SendBack(&'a SendBack),
    ApproveReply,
    /// `None` when the clock closes.
    Close(Option<&'a Rating>),
    /// With the cause, in words only staff read.
    Redo(&'a Rating),
}

impl Step<'_> {
    pub const fn mv(&self) -> Move {
        match self {
            Self::Accept(_) => Move::Accept,
            Self::Dispatch(_) => Move::Dispatch,
            Self::StartHandling => Move::StartHandling,
            Self::LogContact(_) => Move::LogContact,
            Self::SubmitReply(_) => Move::SubmitReply,
            Self::SendBack(_) => Move::SendBack,
            Self::ApproveReply => Move::ApproveReply,
            Self::Close(_) => Move::Close,
            Self::Redo(_) => Move::Redo,
        }
    }
}

/// The columns of an order that a move may change, and what its history row says.
pub(super) struct Effects {
    pub category: String,
    pub urgency: Urgency,
    pub policy: Policy,
    pub lead: Option<UnitId>,
    pub handler: Option<PersonId>,
    pub round: u8,
    pub supervise: u8,
    /// The unit the history names: where it was dispatched to.
    pub unit: Option<UnitId>,
    pub public_note: String,
    pub internal: String,
    pub details: Map<String, Value>,
}

impl Effects {
    fn none(order: &Order) -> Self {
        Self {
            category: order.category.clone(),
            urgency: order.urgency,
            policy: order.policy,
            lead: order.lead,
            handler: order.handler,
            round: order.flags.round,
            supervise: order.flags.supervise,
            unit: None,
            public_note: String::new(),
            internal: String::new(),
            details: Map::new(),
        }
    }

    fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.details.insert(name.to_owned(), value.into());
    }
}

/// Checks what a move brings and writes what it changes beside the order's row.
pub(super) async fn of(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    order: &Order,
    step: &Step<'_>,
) -> Result<Effects, Trouble> {
    let mut effects = Effects::none(order);
    match step {
        Step::Accept(accept) => accepted(tx, order, accept, &mut effects).await?,
        Step::Dispatch(dispatch) => dispatched(db, tx, order, dispatch, &mut effects).await?,
        Step::StartHandling => effects.handler = actor.person,
        Step::LogContact(contact) => contacted(db, order, contact, &mut effects)?,
        Step::SubmitReply(reply) => replied(db, tx, actor, order, reply, &mut effects).await?,
        Step::SendBack(back) => {
            written(&back.remark, 1, NOTE_MAX).map_err(|reason| Error::field("remark", reason))?;
            back.remark.trim().clone_into(&mut effects.internal);
        }
        Step::ApproveReply => approved(db, tx, actor, order).await?,
        Step::Close(rating) => {
            if let Some(rating) = rating {
                rated::write(db, tx, actor, role, order, rating).await?;
                effects.note("solved", rating.solved.code());
                effects.note("satisfied", rating.satisfied);
            }
        }
        Step::Redo(rating) => {
            if rating.comment.trim().is_empty() {
                return Err(Error::field("comment", Reason::Missing).into());
            }
            rated::write(db, tx, actor, role, order, rating).await?;
            rating.comment.trim().clone_into(&mut effects.internal);
            effects.round = order.flags.round.saturating_add(1);
            effects.supervise = order.flags.supervise.max(1);
            effects.note("solved", Told::No.code());
        }
    }
    Ok(effects)
}

/// #2: category and urgency, and with them the limits.
async fn accepted(tx: &mut PgConnection, order: &Order, accept: &Accept, effects: &mut Effects) -> Result<(), Trouble> {
    let row = sqlx::query!(
        "select urgency, dispatch_minutes, reply_minutes, work_time from category where code = $1 and active",
        accept.category,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::field("category", Reason::NotAChoice))?;
    let hours = if row.work_time { Hours::Work } else { Hours::AllDay };
    let own = Policy::of_category(1, load::minutes(row.dispatch_minutes), load::minutes(row.reply_minutes), hours);
    effects.policy = load::policy(accept.urgency, known(&row.urgency)?, own);
    effects.category.clone_from(&accept.category);
    effects.urgency = accept.urgency;
    effects.note("category", accept.category.as_str());
    effects.note("urgency", accept.urgency.code());
    sqlx::query!(
        "update request set category = $2, accused_unit_id = coalesce($3, accused_unit_id) where order_id = $1",
        order.id.uuid(),
        accept.category,
        accept.accused_unit.map(|unit| unit.uuid()),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// #5: lead unit, co-units and the rule it follows.
async fn dispatched(
    db: &Db,
    tx: &mut PgConnection,
    order: &Order,
    dispatch: &Dispatch,
    effects: &mut Effects,
) -> Result<(), Trouble> {
    written(&dispatch.basis, 1, NOTE_MAX).map_err(|reason| Error::field("basis", reason))?;
    let mut co = dispatch.co_units.clone();
    co.sort_unstable();
    co.dedup();
    co.retain(|unit| *unit != dispatch.lead);
    let all: Vec<uuid::Uuid> =
        std::iter::once(dispatch.lead).chain(co.iter().copied()).map(|unit| unit.uuid()).collect();
    let taking = sqlx::query_scalar!("select id from unit where id = any($1) and accepts_dispatch and active", &all)
        .fetch_all(&mut *tx)
        .await?;
    let mut wrong = Vec::new();
    let accused = order.tip_off && order.accused.contains(&dispatch.lead);
    if !taking.contains(&dispatch.lead.uuid()) || accused {
        wrong.push(FieldError::new("lead", Reason::NotAChoice));
    }
    let co_accused = order.tip_off && co.iter().any(|unit| order.accused.contains(unit));
    if co.iter().any(|unit| !taking.contains(&unit.uuid())) || co_accused {
        wrong.push(FieldError::new("co_units", Reason::NotAChoice));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong }.into());
    }
    let now = db.now();
    sqlx::query!("update order_unit set until = $2 where order_id = $1 and until is null", order.id.uuid(), now)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into order_unit (order_id, unit_id, part, since)
         select $1, u.id, case when u.id = $2 then 'lead' else 'co' end, $4 from unnest($3::uuid[]) as u (id)",
        order.id.uuid(),
        dispatch.lead.uuid(),
        &all,
        now,
    )
    .execute(tx)
    .await?;
    effects.lead = Some(dispatch.lead);
    effects.handler = None;
    effects.unit = Some(dispatch.lead);
    dispatch.basis.trim().clone_into(&mut effects.internal);
    effects.note("lead", dispatch.lead.to_string());
    effects.note("co_units", co.iter().map(ToString::to_string).collect::<Vec<_>>());
    Ok(())
}

/// #10: when, how, outcome.
fn contacted(db: &Db, order: &Order, contact: &LogContact, effects: &mut Effects) -> Result<(), Error> {
    written(&contact.note, 0, NOTE_MAX).map_err(|reason| Error::field("note", reason))?;
    let since = order.dispatched_at.unwrap_or(order.opened_at) - TimeDelta::minutes(1);
    if contact.at > db.now() + TimeDelta::minutes(1) || contact.at < since {
        return Err(Error::field("contacted_at", Reason::NotADate));
    }
    effects.note("at", contact.at.to_rfc3339());
    effects.note("way", contact.way.code());
    effects.note("outcome", contact.outcome.code());
    contact.note.trim().clone_into(&mut effects.internal);
    Ok(())
}

/// #14: the reply of this round; one that was sent back before gives way to it.
async fn replied(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    order: &Order,
    reply: &SubmitReply,
    effects: &mut Effects,
) -> Result<(), Trouble> {
    validate_reply(&reply.public, &reply.internal)?;
    let author = actor.person.ok_or(Error::NotSignedIn)?;
    let now = db.now();
    let content = moderation::write_content(
        db,
        tx,
        moderation::NewContent {
            kind: "reply",
            area: order.area_id,
            path: &order.area,
            author: Some(author),
            original: reply.public.trim(),
            waits_for: moderation::Waits::Elsewhere,
        },
    )
    .await?;
    let staged_for = photos::StagedFor::Reply(order.id);
    photos::attach(tx, reply.holder.as_ref(), staged_for, content, &reply.photos).await?;
    sqlx::query!(
        "update content set state = 'hidden', hide_reason = 'superseded', decided_at = $3, version = version + 1
         where id = (select content_id from reply where order_id = $1 and round = $2)",
        order.id.uuid(),
        i16::from(order.flags.round),
        now,
    )
    .execute(&mut *tx)
    .await?;
    let internal = match reply.internal.trim() {
        "" => None,
        text => Some(db.keys().seal_text(Purpose::Internal, text)?),
    };
    sqlx::query!(
        "insert into reply (order_id, round, outcome, content_id, internal_sealed, submitted_by, submitted_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (order_id, round) do update set outcome = excluded.outcome, content_id = excluded.content_id,
             internal_sealed = excluded.internal_sealed, submitted_by = excluded.submitted_by,
             submitted_at = excluded.submitted_at, approved_by = null, approved_at = null",
        order.id.uuid(),
        i16::from(order.flags.round),
        reply.outcome.code(),
        content,
        internal,
        author.uuid(),
        now,
    )
    .execute(tx)
    .await?;
    effects.note("outcome", reply.outcome.code());
    Ok(())
}

/// #16: the reply is given; by somebody other than who wrote it (a constraint keeps that).
async fn approved(db: &Db, tx: &mut PgConnection, actor: &Actor, order: &Order) -> Result<(), Trouble> {
    let now = db.now();
    let content = sqlx::query_scalar!(
        "update reply set approved_by = $3, approved_at = $4 where order_id = $1 and round = $2 returning content_id",
        order.id.uuid(),
        i16::from(order.flags.round),
        actor.person.map(|person| person.uuid()),
        now,
    )
    .fetch_one(&mut *tx)
    .await?;
    moderation::publish_reply(db, tx, actor, content).await
}
