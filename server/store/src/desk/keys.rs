//! Which orders a page of a list holds and how many a view has. A page follows the key of the last order shown,
//! never an offset, and counts stop at a hundred. What a view asks and what its reader may read is written once, in
//! the functions of migration 0010: every list of the desk goes through them. Each list has two halves, what the reader
//! answers for and what their units only help with, which no index serves together; each stops at its page.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::view::InboxView;
use uuid::Uuid;

use super::InboxQuery;
use super::reader::Reader;
use super::search;
use super::view::Asked;
use crate::cursor;
use crate::db::Db;
use crate::refusal::refuse;

/// Orders on one page.
const PAGE: i64 = 50;

/// Counts stop here: "100" means a hundred or more.
const COUNT_MAX: i64 = 100;

/// The orders of a page in their order, and where the next page begins.
pub(super) struct Page {
    pub orders: Vec<Uuid>,
    pub cursor: Option<String>,
}

/// Where an order stands in its list.
struct Key {
    id: Uuid,
    at: DateTime<Utc>,
}

/// What narrows a list further than its view.
struct Narrow<'a> {
    category: Option<&'a str>,
    found: Option<&'a [Uuid]>,
}

/// How many orders a view has for the reader, up to a hundred.
pub(super) async fn count(db: &Db, reader: &Reader, asked: &Asked) -> Result<u32, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               (select from order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) limit $11)
               union all
               (select from helped_order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9) limit $11)
               limit $11) as counted"#,
        &asked.states,
        asked.due_before,
        asked.supervised,
        asked.waits_for,
        asked.area_alone,
        reader.areas(asked.by_unit),
        &reader.units,
        reader.person,
        &reader.own_units,
        &reader.tip_off_areas,
        COUNT_MAX,
    );
    let count = count.fetch_one(db.read()).await.map_err(refuse)?;
    Ok(u32::try_from(count).unwrap_or_default())
}

/// The page of a view a query asks for: what is due first comes first, in "all" what is newest.
pub(super) async fn page(db: &Db, reader: &Reader, asked: Option<&Asked>, query: &InboxQuery) -> Result<Page, Error> {
    let found = search::found(db, &query.words).await?;
    let Some(asked) = asked.filter(|_| found.as_ref().is_none_or(|found| !found.is_empty())) else {
        return Ok(Page { orders: Vec::new(), cursor: None });
    };
    let narrow = Narrow { category: query.category(), found: found.as_deref() };
    let after = query.cursor().map(cursor::read).transpose()?;
    let keys = if query.view == InboxView::All {
        newest(db, reader, narrow, after.map_or(Uuid::max(), |(_, id)| id)).await?
    } else {
        due_first(db, reader, asked, narrow, after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()))).await?
    };
    let shown = usize::try_from(PAGE).unwrap_or(50);
    let last = keys.get(shown.saturating_sub(1)).filter(|_| keys.len() > shown);
    Ok(Page {
        cursor: last.map(|key| cursor::write(key.at, key.id)),
        orders: keys.iter().take(shown).map(|key| key.id).collect(),
    })
}

/// Both halves of a page: what the reader answers for and what their units help with, each narrowed, in order and cut
/// by itself, and then together.
macro_rules! halves {
    ($db:expr, $answered:literal, $helped:literal, $narrow:literal, $order:literal, $limit:literal, $($value:expr),+ $(,)?) => {
        sqlx::query_as!(
            Key,
            r#"select id as "id!", at as "at!" from (("# + $answered + $narrow + $order + $limit + ") union all ("
                + $helped + $narrow + $order + $limit + ")) as w " + $order + $limit,
            $($value),+
        )
        .fetch_all($db.read())
        .await
        .map_err(refuse)
    };
}

/// What is due first comes first; what has no due time, which counts as the year 3000, comes last.
async fn due_first(
    db: &Db,
    reader: &Reader,
    asked: &Asked,
    narrow: Narrow<'_>,
    (after, after_id): (DateTime<Utc>, Uuid),
) -> Result<Vec<Key>, Error> {
    halves!(
        db,
        "select w.id, coalesce(w.due_at, timestamptz '3000-01-01 00:00:00+00') as at
         from order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) w",
        "select w.id, coalesce(w.due_at, timestamptz '3000-01-01 00:00:00+00') as at
         from helped_order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9) w",
        " where ($11::text is null or w.category = $11)
            and ($12::uuid[] is null or w.id = any($12))
            and (coalesce(w.due_at, timestamptz '3000-01-01 00:00:00+00'), w.id) > ($13, $14)",
        " order by at, id",
        " limit $15",
        &asked.states,
        asked.due_before,
        asked.supervised,
        asked.waits_for,
        asked.area_alone,
        reader.areas(asked.by_unit),
        &reader.units,
        reader.person,
        &reader.own_units,
        &reader.tip_off_areas,
        narrow.category,
        narrow.found,
        after,
        after_id,
        PAGE + 1,
    )
}

/// Everything the reader may read, newest first: ids tell the time. A reader with one unit, which are nearly all of them,
/// has the unit named once more alone: its index is then in the order of the list.
async fn newest(db: &Db, reader: &Reader, narrow: Narrow<'_>, before: Uuid) -> Result<Vec<Key>, Error> {
    halves!(
        db,
        "select w.id, w.opened_at as at
         from (select * from readable_order($1, $2, $3, $4, $5) o where $10::uuid is null or o.lead_unit_id = $10) w",
        "select w.id, w.opened_at as at from helped_order($1, $2, $3, $4) w",
        " where w.id < $6
            and ($7::text is null or w.category = $7)
            and ($8::uuid[] is null or w.id = any($8))",
        " order by id desc",
        " limit $9",
        reader.areas(false),
        &reader.units,
        reader.person,
        &reader.own_units,
        &reader.tip_off_areas,
        before,
        narrow.category,
        narrow.found,
        PAGE + 1,
        reader.only_unit(),
    )
}
