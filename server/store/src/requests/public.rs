//! Lists of requests: the public one, one's own, and the counts on the home page. The public list is one
//! query by key, never by offset; what it shows is the public copy only.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{AreaId, AttachmentId, PersonId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Stage, State};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::text::one_line;
use gongzhi_domain::view::{RequestCard, RequestList};
use gongzhi_domain::{Error, Named, What};
use uuid::Uuid;

use super::Holder;
use crate::areas::AreaTree;
use crate::cursor;
use crate::db::Db;
use crate::keys::Purpose;
use crate::moderation::{rare_hits, tsquery};
use crate::refusal::{fault, parsed, refuse};
use crate::scope::chosen;

/// Requests on one page of the public list.
pub const PAGE: i64 = 20;

/// Characters of a request's text in a list.
const TITLE_MAX: usize = 60;

/// What of the public list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// The code of an area: what lies in it.
    pub area: Option<String>,
    /// The code of a category.
    pub category: Option<String>,
    /// Where its order is.
    pub stage: Option<Stage>,
    /// Words of the text.
    pub words: String,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// A row of a list.
pub(super) struct Row {
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    pub name_zh: String,
    pub name_en: String,
    pub area_id: Uuid,
    pub state: String,
    pub filed_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub thumb_id: Option<Uuid>,
    pub photos: i64,
    pub text: String,
}

impl Row {
    pub fn card(&self, areas: &AreaTree, now: DateTime<Utc>, text: Option<&str>) -> Result<RequestCard, Error> {
        let state: State = parsed(&self.state)?;
        let area = areas.get(AreaId::from_uuid(self.area_id)).map(|area| area.name.clone()).unwrap_or_default();
        Ok(RequestCard {
            number: RequestNumber::parse(&self.number).map_err(fault)?,
            title: text.map(|text| one_line(text, TITLE_MAX)),
            kind: parsed(&self.kind)?,
            category: Named::new(self.name_zh.as_str(), self.name_en.as_str()),
            area,
            stage: state.stage(None),
            state,
            filed_at: self.filed_at,
            photos: u32::try_from(self.photos).unwrap_or_default(),
            thumb: self.thumb_id.map(AttachmentId::from_uuid),
            due: self.due_at,
            overdue: self.due_at.is_some_and(|due| due < now),
        })
    }
}

/// The listed requests, newest first, 20 a page. An area that does not exist is not found; a category that
/// does not exist lists nothing.
pub async fn public_list(db: &Db, query: &ListQuery) -> Result<RequestList, Error> {
    let areas = db.areas().await?;
    let area = match chosen(query.area.as_deref()) {
        None => None,
        Some(code) => Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?),
    };
    // The root holds everything: no condition at all keeps the query on its narrowest index.
    let path = area.filter(|area| area.parent.is_some()).map(|area| area.path.as_str());
    let before = match chosen(query.cursor.as_deref()) {
        Some(text) => cursor::read::<DateTime<Utc>>(text)?,
        None => (DateTime::<Utc>::MAX_UTC.min(db.now() + TimeDelta::days(1)), Uuid::max()),
    };
    let category = chosen(query.category.as_deref());
    let states = query.stage.map(states_of);
    let rows = match tsquery(&query.words) {
        None if !query.words.trim().is_empty() => Vec::new(),
        None if path.is_none() && category.is_none() && states.is_none() => newest(db, before).await?,
        words => {
            let hits = match &words {
                Some(query) => rare_hits(db, query).await?,
                None => None,
            };
            let words = words.filter(|_| hits.is_none());
            let narrow =
                Narrow { path, category, states: states.as_deref(), words: words.as_deref(), hits: hits.as_deref() };
            filtered(db, narrow, before).await?
        }
    };
    let shown = usize::try_from(PAGE).unwrap_or(20);
    let last = rows.get(shown.saturating_sub(1)).filter(|_| rows.len() > shown);
    let cursor = last.map(|row| cursor::write(row.filed_at, row.id));
    let now = db.now();
    let cards = rows.iter().take(shown).map(|row| row.card(&areas, now, Some(&row.text))).collect::<Result<_, _>>()?;
    Ok(RequestList { cards, cursor })
}

fn states_of(stage: Stage) -> Vec<String> {
    let at = |state: &&State| state.stage(None) == Some(stage);
    State::ALL.iter().filter(at).map(ToString::to_string).collect()
}

/// The listed requests before a key, newest first, and what narrows them further: conditions whose values begin
/// at `$4`.
macro_rules! listed {
    ($db:expr, $before:expr, $narrow:literal $(, $value:expr)*) => {{
        let (before_at, before_id) = $before;
        sqlx::query_as!(
            Row,
            r#"select r.id, r.number, r.kind, g.name_zh, g.name_en, r.area_id, w.state, r.filed_at, w.due_at, r.thumb_id,
                   (select count(*) from attachment a where a.content_id = c.id and a.state = 'shown') as "photos!",
                   left(c.public_text, 200) as "text!"
               from request r
               join content c on c.id = r.content_id
               join work_order w on w.id = r.order_id
               join category g on g.code = r.category
               where r.listed and (r.filed_at, r.id) < ($1, $2) "#
                + $narrow
                + " order by r.filed_at desc, r.id desc limit $3",
            before_at,
            before_id,
            PAGE + 1
            $(, $value)*
        )
        .fetch_all($db.read())
        .await
        .map_err(refuse)
    }};
}

/// The whole list: no condition at all keeps it on its narrowest index.
async fn newest(db: &Db, before: (DateTime<Utc>, Uuid)) -> Result<Vec<Row>, Error> {
    listed!(db, before, "")
}

/// What narrows the public list.
struct Narrow<'a> {
    path: Option<&'a str>,
    category: Option<&'a str>,
    states: Option<&'a [String]>,
    /// Common words, found by walking the list.
    words: Option<&'a str>,
    /// What rare words found.
    hits: Option<&'a [Uuid]>,
}

async fn filtered(db: &Db, narrow: Narrow<'_>, before: (DateTime<Utc>, Uuid)) -> Result<Vec<Row>, Error> {
    listed!(
        db,
        before,
        "and ($4::text is null or (r.area_path >= $4 and r.area_path < $4 || '/'))
         and ($5::text is null or r.category = $5)
         and ($6::text[] is null or w.state = any($6))
         and ($7::text is null or c.search @@ $7::text::tsquery)
         and ($8::uuid[] is null or r.content_id = any($8))",
        narrow.path,
        narrow.category,
        narrow.states,
        narrow.words,
        narrow.hits
    )
}

/// The reader's own requests, newest first, at most 200: those of the person who is signed in, and those
/// this browser filed or proved the code of.
pub async fn mine(db: &Db, actor: &Actor, holder: Option<&Holder>) -> Result<Vec<RequestCard>, Error> {
    if holder.is_none() {
        actor.may(Action::ReadMine, &Target::none())?;
    }
    let rows = sqlx::query!(
        r#"select r.id, r.number, r.kind, g.name_zh, g.name_en, r.area_id, w.state, r.filed_at, w.due_at,
               (select a.id from attachment a where a.content_id = r.content_id and a.state in ('shown', 'off')
                order by a.position limit 1) as thumb_id,
               (select count(*) from attachment a where a.content_id = r.content_id) as "photos!",
               c.original_sealed
           from (select id from request where person_id = $1
                 union
                 select request_id from request_grant where holder = $2 and expires_at > $3) m
           join request r on r.id = m.id
           join content c on c.id = r.content_id
           join work_order w on w.id = r.order_id
           join category g on g.code = r.category
           order by r.filed_at desc, r.id desc limit 200"#,
        actor.person.map(PersonId::uuid),
        holder.map(Holder::bytes),
        db.now(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let areas = db.areas().await?;
    let now = db.now();
    rows.into_iter()
        .map(|row| {
            let text = db.keys().open_text(Purpose::Content, &row.original_sealed)?;
            let row = Row {
                id: row.id,
                number: row.number,
                kind: row.kind,
                name_zh: row.name_zh,
                name_en: row.name_en,
                area_id: row.area_id,
                state: row.state,
                filed_at: row.filed_at,
                due_at: row.due_at,
                thumb_id: row.thumb_id,
                photos: row.photos,
                text: String::new(),
            };
            row.card(&areas, now, Some(&text))
        })
        .collect()
}

/// What the home page counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Filed in the last seven days.
    pub this_week: i64,
    /// In work now.
    pub open: i64,
    /// Answered in the last 30 days.
    pub answered: i64,
}

/// The counts of the home page. They hold everything, private requests too, as numbers only; below five a
/// count is shown as zero (people-and-places.md, Privacy).
pub async fn counts(db: &Db) -> Result<Counts, Error> {
    let now = db.now();
    let week_ago = Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        u64::try_from((now - TimeDelta::days(7)).timestamp()).unwrap_or_default(),
        0,
    ));
    let row = sqlx::query!(
        r#"select (select count(*) from request where id >= $1) as "this_week!",
               (select count(*) from work_order
                where state in ('received', 'accepted', 'dispatched', 'handling', 'need_info', 'suspended', 'reply_review')) as "open!",
               (select count(*) from work_order where state in ('replied', 'closed') and changed_at >= $2) as "answered!""#,
        week_ago,
        now - TimeDelta::days(30),
    )
    .fetch_one(db.read())
    .await
    .map_err(refuse)?;
    let shown = |count: i64| if count < 5 { 0 } else { count };
    Ok(Counts { this_week: shown(row.this_week), open: shown(row.open), answered: shown(row.answered) })
}
