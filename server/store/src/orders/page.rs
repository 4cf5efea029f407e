//! The page of one order at the desk: its requests in the residents' own words, the history with everything
//! staff may read, the clocks, and what this reader may do now.

use chrono::{DateTime, Utc};
use gongzhi_domain::clock::{self, Clock, Health};
use gongzhi_domain::ids::{ContentId, OrderId, PersonId, RequestId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{self, Move, State, Version};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::text::{mask_private, one_line};
use gongzhi_domain::view::{
    ClockView, EventName, MoveView, OrderCard, OrderPage, OrderRequest, ReplyView, TimelineEntry, UnitChoice,
};
use gongzhi_domain::{Error, Lang, Named, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::history::{self, Told};
use super::ledger;
use super::load::Order;
use super::names::Names;
use crate::areas::AreaTree;
use crate::db::Db;
use crate::keys::Purpose;
use crate::moderation::{photos_of, turns_photos};
use crate::people;
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::requests::{minutes_between, photo_view, place_of};

/// Characters of a text in a heading.
const TITLE_MAX: usize = 80;

/// The order that handles a request, for staff who may read it.
pub async fn of_number(db: &Db, actor: &Actor, number: RequestNumber) -> Result<OrderId, Error> {
    let id = sqlx::query_scalar!("select order_id from request where number = $1", number.to_string())
        .fetch_optional(db.pool())
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Request })?;
    if super::may_read(db, actor, id).await {
        Ok(OrderId::from_uuid(id))
    } else {
        Err(Error::NotFound { what: What::Request })
    }
}

/// One order with everything its page shows. Refuses whoever may not read it; a tip-off is not found for
/// those it must not reach.
pub async fn page(db: &Db, actor: &Actor, id: OrderId) -> Result<OrderPage, Error> {
    let areas = db.areas().await?;
    db.calendar().await?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let order = Order::read(&mut conn, id, db.now()).await?;
    actor.may(Action::ReadOrder, &order.target(actor)).map_err(|refused| match refused {
        Error::Forbidden { .. } if order.tip_off => Error::NotFound { what: What::Order },
        other => other,
    })?;
    Ok(shown(db, &mut conn, actor, &areas, &order).await?)
}

async fn shown(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    areas: &AreaTree,
    order: &Order,
) -> Result<OrderPage, Trouble> {
    let now = db.now();
    let requests = requests(db, &mut *conn, actor, areas, order).await?;
    let events = history::read(&mut *conn, order.id).await?;
    let units = events.iter().filter_map(|event| event.unit).chain(order.lead).chain(order.co.iter().copied());
    let officers = events.iter().filter_map(|event| event.person);
    let names = Names::of(&mut *conn, units, officers).await?;
    let mut moves: Vec<MoveView> = Vec::new();
    for row in order::possible_for(actor, &order.target(actor), order.state, &order.flags) {
        let by_lead = order::possible_for(actor, &order.target_of(actor, row.mv), order.state, &order.flags);
        if by_lead.iter().any(|other| other.mv == row.mv) && order::in_time(row, &order.times(), now).is_ok() {
            moves.push(MoveView::from(row));
        }
    }
    let dispatches = moves.iter().any(|view| view.mv == Move::Dispatch);
    let entries = ledger::read(&mut *conn, order.id).await?;
    let calendar = db.calendar().await?;
    let clocks: Vec<ClockView> = Clock::ALL
        .iter()
        .map(|which| ClockView::from(clock::read(*which, &entries, &order.policy, &calendar, now)))
        .filter(|view| view.state != Health::Idle)
        .collect();
    let choice = |unit: UnitId| UnitChoice {
        id: unit,
        name: names.unit(unit).unwrap_or_default(),
        basis: String::new(),
        open_orders: 0,
    };
    let (reply, reply_moderated) = reply(&mut *conn, actor, order, &names, now).await?.unzip();
    Ok(OrderPage {
        card: card(&mut *conn, areas, order, &requests, &names, &clocks).await?,
        history: lines(db, actor.lang, &events, &names, false)?,
        internal_notes: lines(db, actor.lang, &events, &names, true)?.into_iter().rev().collect(),
        moments: moments(&events),
        lead: order.lead.map(choice),
        co_units: order.co.iter().copied().map(choice).collect(),
        units: if dispatches { units_to_dispatch(&mut *conn, order).await? } else { Vec::new() },
        reply,
        reply_moderated: reply_moderated.flatten(),
        requests,
        clocks,
        moves,
    })
}

async fn card(
    conn: &mut PgConnection,
    areas: &AreaTree,
    order: &Order,
    requests: &[OrderRequest],
    names: &Names,
    clocks: &[ClockView],
) -> Result<OrderCard, Trouble> {
    let category =
        sqlx::query!("select name_zh, name_en from category where code = $1", order.category).fetch_one(conn).await?;
    let first = requests.first().ok_or_else(|| fault("an order without a request"))?;
    let running = match order.state {
        State::Received => Clock::Accept,
        State::Accepted => Clock::Dispatch,
        _ => Clock::Handling,
    };
    Ok(OrderCard {
        id: order.id,
        number: first.number,
        title: one_line(&mask_private(&first.text).0, TITLE_MAX),
        kind: first.kind,
        category: Named::new(category.name_zh, category.name_en),
        area: areas.get(order.area_id).map(|area| area.name.clone()).unwrap_or_default(),
        state: order.state,
        stage: order.state.stage(order.flags.before),
        urgency: order.urgency,
        flags: order.flags.clone(),
        lead: order.lead.and_then(|lead| names.unit(lead)),
        filed_at: first.filed_at,
        due: order.due_at,
        health: clocks.iter().find(|view| view.clock == running).map_or(Health::Idle, |view| view.state),
        requests: u32::try_from(requests.len()).unwrap_or(u32::MAX),
        photos: u32::try_from(requests.iter().map(|request| request.photos.len()).sum::<usize>()).unwrap_or(u32::MAX),
        version: order.version,
    })
}

/// The requests with their contacts masked; the writer of a tip-off not even so, but to the fewest.
async fn requests(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    areas: &AreaTree,
    order: &Order,
) -> Result<Vec<OrderRequest>, Trouble> {
    let rows = sqlx::query!(
        "select r.id, r.number, r.kind, r.visibility, r.channel, r.filed_at, r.person_id, r.area_id, r.lat, r.lon, r.place_sealed,
             r.listed, r.content_id, c.original_sealed
         from request r join content c on c.id = r.content_id where r.order_id = $1 order by r.id",
        order.id.uuid(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let can_reveal = actor.may(Action::RevealContact, &order.target(actor)).is_ok();
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let person = row.person_id.map(PersonId::from_uuid).filter(|_| !order.tip_off || can_reveal);
        let (phone, name) = match person {
            Some(person) => (
                people::masked_phone(db, &mut *conn, person).await?,
                people::open_name(db, &mut *conn, person).await?.unwrap_or_default(),
            ),
            None => (None, String::new()),
        };
        let mut place = place_of(areas, gongzhi_domain::ids::AreaId::from_uuid(row.area_id));
        place.point = row.lat.zip(row.lon).and_then(|(lat, lon)| gongzhi_domain::area::Point::new(lat, lon));
        place.words =
            row.place_sealed.as_deref().map(|sealed| db.keys().open_text(Purpose::Place, sealed)).transpose()?;
        let photos = photos_of(&mut *conn, row.content_id).await?;
        requests.push(OrderRequest {
            id: RequestId::from_uuid(row.id),
            number: RequestNumber::parse(&row.number).map_err(fault)?,
            kind: parsed(&row.kind)?,
            text: db.keys().open_text(Purpose::Content, &row.original_sealed)?,
            photos: photos.into_iter().map(|photo| photo_view(photo, row.listed)).collect(),
            place,
            contact_name: masked_name(&name),
            can_reveal: can_reveal && phone.is_some(),
            contact_phone: phone,
            visibility: parsed(&row.visibility)?,
            channel: parsed(&row.channel)?,
            filed_at: row.filed_at,
            detached: false,
        });
    }
    Ok(requests)
}

/// The first character of a name, then a star.
fn masked_name(name: &str) -> String {
    name.chars().next().map(|first| format!("{first}＊")).unwrap_or_default()
}

/// The history as lines; only those with an internal note, or all with the public one.
fn lines(db: &Db, lang: Lang, events: &[Told], names: &Names, internal: bool) -> Result<Vec<TimelineEntry>, Error> {
    let mut before: Option<DateTime<Utc>> = None;
    let mut lines = Vec::new();
    for event in events {
        let took_minutes = before.map(|before| minutes_between(before, event.at));
        before = Some(event.at);
        let sealed = event.internal.as_deref();
        if internal && sealed.is_none() {
            continue;
        }
        let note = match sealed {
            Some(sealed) if internal => Some(db.keys().open_text(Purpose::Internal, sealed)?),
            _ => Some(event.public_note.clone()).filter(|note| !note.is_empty()),
        };
        let officer = event.person.filter(|_| event.role.is_staff()).and_then(|person| names.officer(person));
        lines.push(TimelineEntry {
            at: event.at,
            what: EventName::from(event.mv),
            unit: event.unit.and_then(|unit| names.unit(unit)),
            who: officer.map(|name| name.in_(lang).to_owned()),
            note,
            took_minutes,
        });
    }
    Ok(lines)
}

/// 发现 受理 化解 确认 反馈: found, accepted, solved, confirmed, fed back.
fn moments(events: &[Told]) -> Vec<(EventName, DateTime<Utc>)> {
    let last = |mv: Move| events.iter().rev().find(|event| event.mv == mv).map(|event| event.at);
    let first = |mv: Move| events.iter().find(|event| event.mv == mv).map(|event| event.at);
    [
        (EventName::Filed, first(Move::File)),
        (EventName::Accepted, first(Move::Accept)),
        (EventName::ReplySubmitted, last(Move::SubmitReply)),
        (EventName::Replied, last(Move::ApproveReply)),
        (EventName::Closed, last(Move::Close)),
    ]
    .into_iter()
    .filter_map(|(what, at)| Some((what, at?)))
    .collect()
}

/// Where it can be dispatched to: the unit that usually answers for the category first, then those that
/// handled such orders in this part of the tree lately, then all others by name. An accused unit of a
/// tip-off is not offered.
async fn units_to_dispatch(conn: &mut PgConnection, order: &Order) -> Result<Vec<UnitChoice>, Trouble> {
    let accused: Vec<Uuid> = order.accused.iter().filter(|_| order.tip_off).map(|unit| unit.uuid()).collect();
    let rows = sqlx::query!(
        r#"select u.id, u.name_zh, u.name_en, u.duties_zh, (u.id = c.unit_id) is true as "usual!",
               (select count(*) from (select 1 from work_order w where w.lead_unit_id = u.id
                    and w.state in ('dispatched', 'handling', 'need_info', 'suspended', 'reply_review') limit 1000) as o) as "open!",
               (select count(*) from (select 1 from work_order w where w.lead_unit_id = u.id and w.category = c.code
                    order by w.id desc limit 50) as h) as "before!"
           from unit u cross join category c
           where c.code = $1 and u.accepts_dispatch and u.active and u.id <> all($2)
           order by 5 desc, 7 desc, u.name_zh"#,
        order.category,
        &accused,
    )
    .fetch_all(conn)
    .await?;
    let choices = rows.into_iter().map(|row| UnitChoice {
        id: UnitId::from_uuid(row.id),
        name: Named::new(row.name_zh, row.name_en),
        basis: if row.usual { row.duties_zh } else { String::new() },
        open_orders: u32::try_from(row.open).unwrap_or_default(),
    });
    Ok(choices.collect())
}

/// The reply of the latest round, given or waiting for approval, and what to name when one of its photos is turned off by
/// this reader.
async fn reply(
    conn: &mut PgConnection,
    actor: &Actor,
    order: &Order,
    names: &Names,
    now: DateTime<Utc>,
) -> Result<Option<(ReplyView, Option<(ContentId, Version)>)>, Trouble> {
    let row = sqlx::query!(
        "select y.outcome, y.submitted_at, y.approved_at, y.content_id, c.public_text, c.state
         from reply y join content c on c.id = y.content_id where y.order_id = $1 order by y.round desc limit 1",
        order.id.uuid(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let photos = photos_of(&mut *conn, row.content_id).await?;
    let content = ContentId::from_uuid(row.content_id);
    let turned = if photos.is_empty() { None } else { turns_photos(conn, actor, content).await? };
    let public = row.state == "published";
    let view = ReplyView {
        at: row.approved_at.unwrap_or(row.submitted_at).min(now),
        unit: order.lead.and_then(|lead| names.unit(lead)).unwrap_or_default(),
        outcome: parsed(&row.outcome)?,
        text: row.public_text,
        photos_after: photos.into_iter().map(|photo| photo_view(photo, public)).collect(),
    };
    Ok(Some((view, turned.map(|version| (content, version)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_its_first_character() {
        assert_eq!(masked_name("苏和巴特尔"), "苏＊");
        assert_eq!(masked_name(""), "");
    }
}
