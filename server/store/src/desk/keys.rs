//! Which orders a page of a list holds and how many a view has. A page follows the key of the last order shown,
//! never an offset, and counts stop at a hundred. What a view asks and what its reader may read is written once, in
//! the functions `order_in_view` and `readable_order` of migration 0007: every list of the desk goes through them.

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

/// Orders without a due time come after all that have one.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(32_503_680_000, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

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
               select from order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) limit $11) as counted"#,
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

async fn due_first(
    db: &Db,
    reader: &Reader,
    asked: &Asked,
    narrow: Narrow<'_>,
    (after, after_id): (DateTime<Utc>, Uuid),
) -> Result<Vec<Key>, Error> {
    sqlx::query_as!(
        Key,
        r#"select w.id as "id!", coalesce(w.due_at, $13) as "at!"
           from order_in_view($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) w
           where ($11::text is null or w.category = $11)
             and ($12::uuid[] is null or w.id = any($12))
             and (coalesce(w.due_at, $13), w.id) > ($14, $15)
           order by coalesce(w.due_at, $13), w.id limit $16"#,
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
        never(),
        after,
        after_id,
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}

/// Everything the reader may read, newest first: ids tell the time.
async fn newest(db: &Db, reader: &Reader, narrow: Narrow<'_>, before: Uuid) -> Result<Vec<Key>, Error> {
    sqlx::query_as!(
        Key,
        r#"select w.id as "id!", w.opened_at as "at!"
           from readable_order($1, $2, $3, $4, $5) w
           where w.id < $6
             and ($7::text is null or w.category = $7)
             and ($8::uuid[] is null or w.id = any($8))
           order by w.id desc limit $9"#,
        reader.areas(false),
        &reader.units,
        reader.person,
        &reader.own_units,
        &reader.tip_off_areas,
        before,
        narrow.category,
        narrow.found,
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}
