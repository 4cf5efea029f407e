//! The page of one request, for everyone or for its writer: the same page, with more on it for the one
//! who wrote it. What a reader may not know of is not found.

use gongzhi_domain::area::Point;
use gongzhi_domain::content::ContentState;
use gongzhi_domain::ids::{AreaId, AttachmentId, ContentId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{self, Flags, Move, Mover};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::Rating;
use gongzhi_domain::text::diff;
use gongzhi_domain::view::{AreaName, ContentNotice, EventName, Photo, Place, ReplyView, RequestPage, TimelineEntry};
use gongzhi_domain::{Error, Named, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::public::Row;
use super::{Found, Holder};
use crate::areas::AreaTree;
use crate::db::Db;
use crate::keys::Purpose;
use crate::moderation::photos_of;
use crate::orders::history::{self, Told};
use crate::orders::load::Order;
use crate::orders::names::Names;
use crate::refusal::{Trouble, fault, parsed, refuse};

/// One request. Everyone: what is listed. The writer (signed in or by code): always, in their own words.
/// Staff see private requests on the order's page, not here.
pub async fn page(
    db: &Db,
    actor: &Actor,
    holder: Option<&Holder>,
    number: RequestNumber,
) -> Result<RequestPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let areas = db.areas().await?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let found = Found::by_number(&mut conn, db, holder, number).await?;
    let mine = found.is_own(actor);
    if !mine && !found.listed {
        return Err(Error::NotFound { what: What::Request });
    }
    Ok(shown(db, &mut conn, actor, &areas, &found, mine).await?)
}

async fn shown(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    areas: &AreaTree,
    found: &Found,
    mine: bool,
) -> Result<RequestPage, Trouble> {
    let now = db.now();
    let row = sqlx::query!(
        r#"select r.id, r.number, r.kind, g.name_zh, g.name_en, r.area_id, w.state, w.version, w.round, r.filed_at, w.due_at,
               r.thumb_id, r.lat, r.lon, r.public_lat, r.public_lon, r.place_sealed,
               c.public_text, c.original_sealed, c.state as content_state, c.hide_reason, c.note_to_author, c.version as content_version
           from request r
           join content c on c.id = r.content_id
           join work_order w on w.id = r.order_id
           join category g on g.code = r.category
           where r.id = $1"#,
        found.id.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    let content_state: ContentState = parsed(&row.content_state)?;
    let original = if mine { Some(db.keys().open_text(Purpose::Content, &row.original_sealed)?) } else { None };
    let text = original.clone().unwrap_or_else(|| row.public_text.clone());
    let published = content_state == ContentState::Published && found.listed;
    let rows = photos_of(&mut *conn, found.content).await?;
    let photos_off = rows.iter().filter(|photo| photo.off).count();
    let photos: Vec<Photo> =
        rows.into_iter().filter(|photo| mine || !photo.off).map(|photo| photo_view(photo, published)).collect();
    let place = Place {
        point: if mine { point(row.lat, row.lon) } else { point(row.public_lat, row.public_lon) },
        words: match (&row.place_sealed, mine) {
            (Some(sealed), true) => Some(db.keys().open_text(Purpose::Place, sealed)?),
            _ => None,
        },
        ..place_of(areas, found.area_id)
    };
    let card_row = Row {
        id: row.id,
        number: row.number,
        kind: row.kind,
        name_zh: row.name_zh,
        name_en: row.name_en,
        area_id: row.area_id,
        state: row.state,
        filed_at: row.filed_at,
        due_at: row.due_at,
        thumb_id: photos.first().map(|photo| photo.id.uuid()).or(row.thumb_id),
        photos: i64::try_from(photos.len()).unwrap_or_default(),
        text: String::new(),
    };
    let order = Order::read(&mut *conn, found.order, now).await?;
    let events = history::read(&mut *conn, found.order).await?;
    let names = Names::of(&mut *conn, events.iter().filter_map(|event| event.unit), []).await?;
    let notices = match &original {
        Some(original) => {
            notice(found, content_state, &row.hide_reason, &row.note_to_author, original, &row.public_text, photos_off)?
        }
        None => Vec::new(),
    };
    let can = |mv: Move| mine && resident_can(actor, found, &order, mv, now);
    let mut card = card_row.card(areas, now, Some(&text))?;
    card.stage = order.state.stage(order.flags.before);
    Ok(RequestPage {
        card,
        text: Some(text),
        photos,
        place,
        timeline: timeline(&events, &names),
        reply: reply(&mut *conn, found.order.uuid(), mine, &names_of_lead(&order, &names)).await?,
        rating: rating(&mut *conn, db, found.id.uuid(), mine).await?,
        visibility: found.visibility,
        mine,
        can_rate: can(Move::Close),
        can_redo: can(Move::Redo),
        can_reopen: can(Move::Reopen),
        can_cancel: can(Move::Cancel),
        question: None,
        version: order.version,
        waiting_moderation: content_state == ContentState::Waiting,
        notices,
    })
}

/// Whether the writer could make this move now.
fn resident_can(actor: &Actor, found: &Found, order: &Order, mv: Move, now: chrono::DateTime<chrono::Utc>) -> bool {
    let flags: &Flags = &order.flags;
    let may = mv.resident_action().is_some_and(|action| actor.may(action, &found.target()).is_ok());
    may && order::legal_for(order.state, flags, mv, &[Mover::Resident])
        .is_ok_and(|row| order::in_time(row, &order.times(), now).is_ok())
}

fn point(lat: Option<f64>, lon: Option<f64>) -> Option<Point> {
    lat.zip(lon).and_then(|(lat, lon)| Point::new(lat, lon))
}

/// The areas a place lies in, from the top, and its grid's code.
pub(crate) fn place_of(areas: &AreaTree, area: AreaId) -> Place {
    let line = areas.line(area);
    let leaf = line.last().filter(|last| areas.children(last.id).next().is_none());
    Place {
        grid: leaf.map(|grid| grid.code.clone()),
        chain: line
            .iter()
            .map(|area| AreaName { id: area.id, path: area.path.clone(), name: area.name.clone() })
            .collect(),
        point: None,
        words: None,
    }
}

pub(crate) fn photo_view(row: crate::moderation::PhotoRow, public: bool) -> Photo {
    Photo {
        id: AttachmentId::from_uuid(row.id),
        width: row.width.unsigned_abs(),
        height: row.height.unsigned_abs(),
        after: row.after,
        hidden: row.off || !public,
    }
}

/// What a moderator did to the writer's words and pictures; nothing while they wait untouched.
fn notice(
    found: &Found,
    state: ContentState,
    reason: &Option<String>,
    note: &Option<String>,
    original: &str,
    public: &str,
    photos_off: usize,
) -> Result<Vec<ContentNotice>, Error> {
    let changed = original != public;
    if state == ContentState::Spam || (state != ContentState::Hidden && !changed && photos_off == 0 && note.is_none()) {
        return Ok(Vec::new());
    }
    Ok(vec![ContentNotice {
        content: ContentId::from_uuid(found.content),
        state,
        reason: reason.as_deref().map(parsed).transpose()?,
        note: note.clone().unwrap_or_default(),
        spans: if changed { diff(original, public) } else { Vec::new() },
        photos_off: u32::try_from(photos_off).unwrap_or(u32::MAX),
    }])
}

/// What everyone may see of the history.
fn timeline(events: &[Told], names: &Names) -> Vec<TimelineEntry> {
    let mut before = None;
    let mut lines = Vec::new();
    for event in events {
        let what = EventName::from(event.mv);
        if !what.is_public() {
            continue;
        }
        let by_unit = event.role.is_staff() || event.mv == Move::Dispatch;
        lines.push(TimelineEntry {
            at: event.at,
            what,
            unit: event.unit.filter(|_| by_unit).and_then(|unit| names.unit(unit)),
            who: None,
            note: Some(event.public_note.clone()).filter(|note| !note.is_empty()),
            took_minutes: before.map(|before| minutes_between(before, event.at)),
        });
        before = Some(event.at);
    }
    lines
}

pub(crate) fn minutes_between(from: chrono::DateTime<chrono::Utc>, to: chrono::DateTime<chrono::Utc>) -> u32 {
    u32::try_from((to - from).num_minutes().max(0)).unwrap_or(u32::MAX)
}

fn names_of_lead(order: &Order, names: &Names) -> Named {
    order.lead.and_then(|lead| names.unit(lead)).unwrap_or_default()
}

/// The latest reply that was given.
async fn reply(conn: &mut PgConnection, order: Uuid, mine: bool, unit: &Named) -> Result<Option<ReplyView>, Trouble> {
    let row = sqlx::query!(
        "select y.outcome, y.approved_at, y.content_id, c.public_text from reply y join content c on c.id = y.content_id
         where y.order_id = $1 and c.state = 'published' order by y.round desc limit 1",
        order,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(at) = row.approved_at else { return Ok(None) };
    let photos = photos_of(conn, row.content_id).await?;
    Ok(Some(ReplyView {
        at,
        unit: unit.clone(),
        outcome: parsed(&row.outcome)?,
        text: row.public_text,
        photos_after: photos
            .into_iter()
            .filter(|photo| mine || !photo.off)
            .map(|photo| photo_view(photo, true))
            .collect(),
    }))
}

/// The latest rating; its words only for the writer until they were published.
async fn rating(conn: &mut PgConnection, db: &Db, request: Uuid, mine: bool) -> Result<Option<Rating>, Trouble> {
    let row = sqlx::query!(
        r#"select t.contacted, t.solved, t.satisfied, c.original_sealed as "original?", c.public_text as "public?",
               coalesce(c.state = 'published', false) as "published!"
           from rating t left join content c on c.id = t.content_id
           where t.request_id = $1 order by t.round desc limit 1"#,
        request,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let comment = match (mine, row.original, row.published) {
        (true, Some(sealed), _) => db.keys().open_text(Purpose::Content, &sealed)?,
        (false, Some(_), true) => row.public.unwrap_or_default(),
        _ => String::new(),
    };
    Ok(Some(Rating {
        contacted: row.contacted.unwrap_or_default(),
        solved: parsed(&row.solved)?,
        satisfied: row
            .satisfied
            .and_then(|satisfied| u8::try_from(satisfied).ok())
            .ok_or_else(|| fault("a rating without marks"))?,
        comment,
    }))
}
