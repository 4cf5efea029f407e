//! Work orders: one piece of handling for one or more requests. Each use case here is one move of the
//! States table (requests.md), and all of them are made by `moves::perform`; reading an order and what the
//! clock does by itself live beside it.

mod effects;
pub(crate) mod history;
pub(crate) mod ledger;
pub(crate) mod load;
mod moves;
pub(crate) mod names;
mod page;
pub(crate) mod tell;
mod tick;

pub(crate) use effects::Step;
pub use moves::Moved;
pub(crate) use moves::{Saw, perform};
pub use page::{of_number, page};
pub use tick::{Ticked, tick};

pub use gongzhi_domain::order::{ContactOutcome, ContactWay};

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{AttachmentId, OrderId, UnitId};
use gongzhi_domain::order::{Move, Outcome, Urgency, Version};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::{Rating, Told};

use crate::db::Db;
use crate::refusal::{Trouble, refuse, retrying};
use crate::requests::Holder;

/// What accepting brings (#2).
#[derive(Debug, Clone)]
pub struct Accept {
    /// The code of the category it belongs to.
    pub category: String,
    /// How urgent it is; decides with the category which limits run.
    pub urgency: Urgency,
    /// The unit that is complained about, where the text names one.
    pub accused_unit: Option<UnitId>,
}

/// What dispatching brings (#5).
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The unit that answers for it.
    pub lead: UnitId,
    /// Units that help.
    pub co_units: Vec<UnitId>,
    /// By which rule, in words only staff read.
    pub basis: String,
}

/// What logging a contact brings (#10).
#[derive(Debug, Clone)]
pub struct LogContact {
    /// When it was; not before the dispatch, not in the future.
    pub at: DateTime<Utc>,
    /// How.
    pub way: ContactWay,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// A note only staff read; may be empty.
    pub note: String,
}

/// What a reply brings (#14).
#[derive(Debug, Clone)]
pub struct SubmitReply {
    /// What came of it.
    pub outcome: Outcome,
    /// A note only staff read; may be empty.
    pub internal: String,
    /// What the resident reads; private numbers in it are masked.
    pub public: String,
    /// Photos of how it is now, staged by this browser.
    pub photos: Vec<AttachmentId>,
    /// The browser that staged them.
    pub holder: Option<Holder>,
}

/// What sending a reply back brings (#15).
#[derive(Debug, Clone)]
pub struct SendBack {
    /// What to mend.
    pub remark: String,
}

/// Accepts a request (#2): the clerk of its area says what it is and how urgent.
pub async fn accept(db: &Db, actor: &Actor, id: OrderId, saw: Version, accept: &Accept) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::Accept(accept)).await
}

/// Dispatches an order (#5) to a lead unit and co-units that take orders.
pub async fn dispatch(db: &Db, actor: &Actor, id: OrderId, saw: Version, dispatch: &Dispatch) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::Dispatch(dispatch)).await
}

/// Starts handling (#6): the actor becomes the order's handler.
pub async fn start_handling(db: &Db, actor: &Actor, id: OrderId, saw: Version) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::StartHandling).await
}

/// Logs that the resident was contacted (#10).
pub async fn log_contact(
    db: &Db,
    actor: &Actor,
    id: OrderId,
    saw: Version,
    contact: &LogContact,
) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::LogContact(contact)).await
}

/// Hands a reply in for review (#14); the resident must have been contacted in this round.
pub async fn submit_reply(
    db: &Db,
    actor: &Actor,
    id: OrderId,
    saw: Version,
    reply: &SubmitReply,
) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::SubmitReply(reply)).await
}

/// Sends a reply back with a remark (#15).
pub async fn send_back(db: &Db, actor: &Actor, id: OrderId, saw: Version, back: &SendBack) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::SendBack(back)).await
}

/// Approves a reply and thereby gives it (#16); never by whoever wrote it.
pub async fn approve_reply(db: &Db, actor: &Actor, id: OrderId, saw: Version) -> Result<Moved, Error> {
    make(db, actor, id, saw, || Step::ApproveReply).await
}

/// Closes after a follow-up (#17), with what the resident said; never by the unit's own people.
pub async fn follow_up_close(
    db: &Db,
    actor: &Actor,
    id: OrderId,
    saw: Version,
    rating: &Rating,
) -> Result<Moved, Error> {
    may_follow_up(db, actor, id).await?;
    make(db, actor, id, saw, || Step::Close(Some(rating))).await
}

/// Has it done again after a follow-up (#18); the comment says why.
pub async fn follow_up_redo(
    db: &Db,
    actor: &Actor,
    id: OrderId,
    saw: Version,
    rating: &Rating,
) -> Result<Moved, Error> {
    may_follow_up(db, actor, id).await?;
    let rating = &Rating { solved: Told::No, ..rating.clone() };
    make(db, actor, id, saw, || Step::Redo(rating)).await
}

/// Whether the actor may ask afterwards. The writer of a request moves the order alike, but by rating it.
async fn may_follow_up(db: &Db, actor: &Actor, id: OrderId) -> Result<(), Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let order = load::Order::read(&mut conn, id, db.now()).await?;
    actor.may(Action::FollowUp, &order.target_of(actor, Move::Close))?;
    Ok(())
}

/// One move, one transaction; again when the database gave it up for another one's sake.
async fn make<'a, F>(db: &Db, actor: &Actor, id: OrderId, saw: Version, step: F) -> Result<Moved, Error>
where
    F: Fn() -> Step<'a> + Send + Sync,
{
    // Loaded before the transaction: inside, it would wait for a second connection.
    db.calendar().await?;
    let step = &step;
    retrying(move || async move {
        let mut tx = db.begin().await?;
        let moved = perform(db, &mut tx, actor, false, id, Saw::Version(saw), step()).await?;
        tx.commit().await.map_err(refuse)?;
        Ok::<_, Trouble>(moved)
    })
    .await
}

/// Whether the actor may read an order, with its private contents.
pub(crate) async fn may_read(db: &Db, actor: &Actor, id: uuid::Uuid) -> bool {
    if !actor.has(Action::ReadOrder) {
        return false;
    }
    let Ok(mut conn) = db.pool().acquire().await else { return false };
    match load::Order::read(&mut conn, OrderId::from_uuid(id), db.now()).await {
        Ok(order) => actor.may(Action::ReadOrder, &order.target(actor)).is_ok(),
        Err(_) => false,
    }
}
