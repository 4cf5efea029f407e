//! Rating a reply: the resident's own word, or what an officer heard in a follow-up. "Solved" and "partly"
//! close the order (States #17), "not solved" has it done again (#18); the words wait for a moderator.

use gongzhi_domain::content::WaitReason;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{Rating, Told, Visibility};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;

use super::{Found, Holder};
use crate::db::Db;
use crate::moderation::{NewContent, Waits, write_content};
use crate::orders::load::Order;
use crate::orders::{Moved, Saw, Step, perform};
use crate::refusal::{Trouble, parsed, refuse};

/// Rates the present reply of a request and moves its order: closed, or back to the unit.
///
/// Refused: anyone but the writer (who else may not see it hears that there is none), an order that is not
/// answered, [`Error::Stale`], "not solved" without a word why (field `comment`).
pub async fn rate(
    db: &Db,
    actor: &Actor,
    holder: Option<&Holder>,
    number: RequestNumber,
    saw: Version,
    rating: &Rating,
) -> Result<Moved, Error> {
    db.calendar().await?;
    let mut tx = db.begin().await?;
    let found = Found::by_number(&mut tx, db, holder, number).await?;
    let action = if rating.solved == Told::No { Action::RedoRequest } else { Action::RateRequest };
    if !found.is_own(actor) && !found.listed {
        return Err(Error::NotFound { what: What::Request });
    }
    actor.may(action, &found.target())?;
    let step = if rating.solved == Told::No { Step::Redo(rating) } else { Step::Close(Some(rating)) };
    let moved = perform(db, &mut tx, actor, found.granted, found.order, Saw::Version(saw), step).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(moved)
}

/// Writes the rating of the present round to every request of the order that the mover speaks for: the
/// resident for their own, an officer for all.
pub(crate) async fn write(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    order: &Order,
    rating: &Rating,
) -> Result<(), Trouble> {
    let by = if role.is_staff() { "follow_up" } else { "resident" };
    let requests = sqlx::query!("select id, person_id, visibility from request where order_id = $1", order.id.uuid())
        .fetch_all(&mut *tx)
        .await?;
    for request in requests {
        let own = request.person_id == actor.person.map(|person| person.uuid()) || order.owners.is_empty();
        if by == "resident" && actor.person.is_some() && !own {
            continue;
        }
        let visibility: Visibility = parsed(&request.visibility)?;
        let content = match rating.comment.trim() {
            "" => None,
            _ if by == "follow_up" => None,
            comment => {
                let waits_for = match visibility {
                    Visibility::Public => Waits::Moderator(vec![WaitReason::Rule]),
                    Visibility::Private => Waits::Nobody,
                };
                let new = NewContent {
                    kind: "rating",
                    area: order.area_id,
                    path: &order.area,
                    author: request.person_id.map(gongzhi_domain::ids::PersonId::from_uuid),
                    original: comment,
                    waits_for,
                };
                Some(write_content(db, &mut *tx, new).await?)
            }
        };
        sqlx::query!(
            "insert into rating (request_id, round, by, contacted, solved, satisfied, content_id, rated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            request.id,
            i16::from(order.flags.round),
            by,
            rating.contacted,
            rating.solved.code(),
            i16::from(rating.satisfied),
            content,
            db.now(),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
