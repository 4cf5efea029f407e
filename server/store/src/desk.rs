//! The desk's inbox: what a member of staff may read, in the views of requests.md, "At the desk". Lists go
//! by area for those who answer for an area, by unit for those who work in one; pages follow a key, never
//! an offset, and counts stop at a hundred.

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::clock::Health;
use gongzhi_domain::ids::{AreaId, OrderId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Flags, State, Version};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::text::{mask_private, one_line};
use gongzhi_domain::view::{Calls, Inbox, InboxView, OrderCard};
use gongzhi_domain::{Error, Named, What};
use uuid::Uuid;

use crate::calendar::end_of_local_day;
use crate::cursor;
use crate::db::Db;
use crate::keys::Purpose;
use crate::moderation::{rare_hits, tsquery};
use crate::orders::load::known;
use crate::refusal::{fault, parsed, refuse};
use crate::scope::Scope;

/// Orders on one page of the inbox.
const PAGE: i64 = 50;

/// Counts stop here: "100" means a hundred or more.
const COUNT_MAX: i64 = 100;

/// Characters of a text in the inbox.
const TITLE_MAX: usize = 80;

/// Orders without a due time come after all that have one.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(32_503_680_000, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The views that are counted beside the list.
const COUNTED: &[InboxView] = &[
    InboxView::Mine,
    InboxView::ToAccept,
    InboxView::ToDispatch,
    InboxView::MyUnits,
    InboxView::ToApprove,
    InboxView::DueToday,
    InboxView::Overdue,
    InboxView::Supervised,
    InboxView::ToFollowUp,
];

/// What of the inbox is asked for.
#[derive(Debug, Clone)]
pub struct InboxQuery {
    /// Which view.
    pub view: InboxView,
    /// The code of an area: only what lies in it.
    pub area: Option<String>,
    /// The code of a category.
    pub category: Option<String>,
    /// Words of the text, or a whole request number.
    pub words: String,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// What a view asks of an order.
#[derive(Debug, Clone, Default)]
struct Condition {
    states: Vec<String>,
    due_before: Option<DateTime<Utc>>,
    supervised: bool,
    waits_for: Option<&'static str>,
    area_alone: Option<String>,
    by_unit: bool,
    nothing: bool,
}

/// One page of a view, with how many orders each view holds. Refuses whoever is no member of staff; a list
/// never holds what its reader may not read.
pub async fn inbox(db: &Db, actor: &Actor, query: &InboxQuery) -> Result<Inbox, Error> {
    actor.may(Action::ReadDesk, &Target::none())?;
    let areas = db.areas().await?;
    let within = match query.area.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        None => None,
        Some(code) => Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path.clone()),
    };
    let root = areas.root().map(|root| root.path.clone());
    let reader = Reader::of(actor, within.as_ref());
    let counts = counted(db, actor, &reader, root.as_ref()).await?;
    let asked = condition(db, actor, query.view, root.as_ref());
    let keys = ids(db, &reader, &asked, query).await?;
    let shown = usize::try_from(PAGE).unwrap_or(50);
    let last = keys.get(shown.saturating_sub(1)).filter(|_| keys.len() > shown);
    let cursor = last.map(|key| cursor::write(key.due, key.id));
    let page: Vec<Uuid> = keys.iter().take(shown).map(|key| key.id).collect();
    let rows = rows(db, &page).await?;
    let now = db.now();
    let name = |id: Uuid| areas.get(AreaId::from_uuid(id)).map(|area| area.name.clone()).unwrap_or_default();
    let cards = rows.iter().map(|row| card(db, row, name(row.area_id), now)).collect::<Result<_, _>>()?;
    Ok(Inbox { counts, cards, cursor })
}

/// How many orders each view holds for the reader: the rail of every page of the desk.
pub async fn counts(db: &Db, actor: &Actor) -> Result<Vec<Calls>, Error> {
    actor.may(Action::ReadDesk, &Target::none())?;
    let areas = db.areas().await?;
    let root = areas.root().map(|root| root.path.clone());
    counted(db, actor, &Reader::of(actor, None), root.as_ref()).await
}

async fn counted(db: &Db, actor: &Actor, reader: &Reader, root: Option<&AreaPath>) -> Result<Vec<Calls>, Error> {
    let mut counts = Vec::with_capacity(COUNTED.len());
    for view in COUNTED {
        let count = count(db, reader, &condition(db, actor, *view, root)).await?;
        counts.push(Calls { view: *view, count: u32::try_from(count).unwrap_or_default() });
    }
    Ok(counts)
}

/// What the reader reaches, as parameters of a query.
struct Reader {
    paths: Vec<String>,
    units: Vec<Uuid>,
    /// Only units: nobody's area.
    by_unit: bool,
    /// Whether tip-offs are among what the reader may read.
    tip_offs: Vec<String>,
    all_units: Vec<Uuid>,
    own: Option<Uuid>,
}

impl Reader {
    fn of(actor: &Actor, within: Option<&AreaPath>) -> Self {
        let scope = Scope::of(actor, Action::ReadOrder, within);
        let tip_offs = Scope::of(actor, Action::ReadTipOff, within);
        Self {
            paths: scope.paths(),
            units: scope.units(),
            by_unit: !scope.has_areas(),
            tip_offs: tip_offs.paths(),
            all_units: actor.units().into_iter().map(UnitId::uuid).collect(),
            own: actor.person.map(|person| person.uuid()),
        }
    }

    /// The areas a view lists by; none when it goes by unit.
    fn paths_for(&self, condition: &Condition) -> Option<&[String]> {
        (!self.by_unit && !condition.by_unit).then_some(self.paths.as_slice())
    }
}

fn codes(states: &[State]) -> Vec<String> {
    states.iter().map(ToString::to_string).collect()
}

fn condition(db: &Db, actor: &Actor, view: InboxView, root: Option<&AreaPath>) -> Condition {
    let roles = actor.roles();
    let is = |role: Role| roles.contains(&role);
    let with = |states: &[State]| Condition { states: codes(states), ..Condition::default() };
    let running = [State::Received, State::Accepted, State::Dispatched, State::Handling, State::ReplyReview];
    match view {
        InboxView::Mine => {
            let mut states = Vec::new();
            let mut add = |holds: bool, more: &[State]| {
                if holds {
                    states.extend_from_slice(more);
                }
            };
            let unit_work = is(Role::Handler) || is(Role::UnitManager);
            let by_unit = unit_work && !is(Role::Clerk) && !is(Role::Dispatcher) && !is(Role::FollowUpOfficer);
            add(is(Role::Clerk), &[State::Received]);
            add(is(Role::Dispatcher), &[State::Accepted]);
            add(is(Role::Handler) && by_unit, &[State::Dispatched, State::Handling]);
            add(is(Role::UnitManager) && by_unit, &[State::ReplyReview]);
            add(is(Role::FollowUpOfficer), &[State::Replied]);
            Condition { nothing: states.is_empty(), by_unit, ..with(&states) }
        }
        InboxView::MyUnits => Condition {
            by_unit: true,
            ..with(&[State::Dispatched, State::Handling, State::NeedInfo, State::Suspended, State::ReplyReview])
        },
        InboxView::ToAccept => with(&[State::Received]),
        InboxView::ToDispatch => with(&[State::Accepted]),
        InboxView::ToApprove => Condition { by_unit: is(Role::UnitManager), ..with(&[State::ReplyReview]) },
        InboxView::DueToday => Condition { due_before: Some(end_of_local_day(db.today())), ..with(&running) },
        InboxView::Overdue => Condition { due_before: Some(db.now()), ..with(&running) },
        InboxView::Returned => Condition { waits_for: Some("return"), ..with(&running) },
        InboxView::Supervised => Condition { supervised: true, ..with(State::OPEN) },
        InboxView::Unrouted => Condition { area_alone: root.map(ToString::to_string), ..with(&running) },
        InboxView::ToFollowUp => with(&[State::Replied]),
        InboxView::All => with(State::ALL),
    }
}

async fn count(db: &Db, reader: &Reader, condition: &Condition) -> Result<i64, Error> {
    if condition.nothing {
        return Ok(0);
    }
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select 1 from work_order w
               where w.state = any($1)
                 and ($2::timestamptz is null or w.due_at < $2)
                 and (not $3 or w.supervise > 0)
                 and ($4::text is null or w.pending = $4)
                 and ($5::text is null or w.area_path = $5)
                 and ($6::text[] is null or exists (
                     select from unnest($6::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))
                 and ($6::text[] is not null or w.lead_unit_id = any($7) or w.id in (
                     select u.order_id from order_unit u where u.unit_id = any($7) and u.until is null))
                 and not (select coalesce(bool_or(r.person_id = $9 or r.kind = 'tip_off' and (
                         r.accused_unit_id = any($10)
                         or $6::text[] is not null and not exists (
                             select from unnest($11::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))), false)
                     from request r where r.order_id = w.id)
               limit $8) as counted"#,
        &condition.states,
        condition.due_before,
        condition.supervised,
        condition.waits_for,
        condition.area_alone,
        reader.paths_for(condition),
        &reader.units,
        COUNT_MAX,
        reader.own,
        &reader.all_units,
        &reader.tip_offs,
    )
    .fetch_one(db.read())
    .await
    .map_err(refuse)
}

/// Of orders that hold common words only the newest are looked through, so many of them.
const FOUND_MAX: i64 = 2000;

/// The orders a search finds, wherever they are; `None` when nothing is searched for.
async fn found(db: &Db, words: &str) -> Result<Option<Vec<Uuid>>, Error> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    let ids = if let Ok(number) = RequestNumber::parse(words) {
        sqlx::query_scalar!("select order_id from request where number = $1", number.to_string())
            .fetch_all(db.read())
            .await
    } else if let Some(query) = tsquery(words) {
        match rare_hits(db, &query).await? {
            Some(hits) => {
                sqlx::query_scalar!("select order_id from request where content_id = any($1)", &hits)
                    .fetch_all(db.read())
                    .await
            }
            None => {
                sqlx::query_scalar!(
                    "select r.order_id from request r join content c on c.id = r.content_id
                     where c.search @@ $1::text::tsquery order by r.id desc limit $2",
                    query,
                    FOUND_MAX,
                )
                .fetch_all(db.read())
                .await
            }
        }
    } else {
        Ok(Vec::new())
    };
    ids.map(Some).map_err(refuse)
}

/// The ids of a page with the keys they are sorted by: what is due first, or for "all" what is newest.
async fn ids(db: &Db, reader: &Reader, condition: &Condition, query: &InboxQuery) -> Result<Vec<Key>, Error> {
    let found = found(db, &query.words).await?;
    if condition.nothing || found.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let category = query.category.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let cursor = query.cursor.as_deref().map(str::trim).filter(|cursor| !cursor.is_empty());
    let cursor = cursor.map(cursor::read::<DateTime<Utc>>).transpose()?;
    if query.view == InboxView::All {
        let before = cursor.map_or(Uuid::max(), |(_, id)| id);
        return newest(db, reader, found.as_deref(), category, before).await;
    }
    let (after, after_id) = cursor.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as!(
        Key,
        r#"select w.id, coalesce(w.due_at, $10) as "due!"
           from work_order w
           where w.state = any($1)
             and ($2::timestamptz is null or w.due_at < $2)
             and (not $3 or w.supervise > 0)
             and ($4::text is null or w.pending = $4)
             and ($5::text is null or w.area_path = $5)
             and ($6::text[] is null or exists (
                 select from unnest($6::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))
             and ($6::text[] is not null or w.lead_unit_id = any($7) or w.id in (
                 select u.order_id from order_unit u where u.unit_id = any($7) and u.until is null))
             and ($8::text is null or w.category = $8)
             and ($9::uuid[] is null or w.id = any($9))
             and (coalesce(w.due_at, $10), w.id) > ($11, $12)
             and not (select coalesce(bool_or(r.person_id = $13 or r.kind = 'tip_off' and (
                     r.accused_unit_id = any($14)
                     or $6::text[] is not null and not exists (
                         select from unnest($15::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))), false)
                 from request r where r.order_id = w.id)
           order by coalesce(w.due_at, $10), w.id limit $16"#,
        &condition.states,
        condition.due_before,
        condition.supervised,
        condition.waits_for,
        condition.area_alone,
        reader.paths_for(condition),
        &reader.units,
        category,
        found.as_deref(),
        never(),
        after,
        after_id,
        reader.own,
        &reader.all_units,
        &reader.tip_offs,
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}

/// Everything the reader may read, newest first: ids tell the time.
async fn newest(
    db: &Db,
    reader: &Reader,
    found: Option<&[Uuid]>,
    category: Option<&str>,
    before: Uuid,
) -> Result<Vec<Key>, Error> {
    let paths = (!reader.by_unit).then_some(reader.paths.as_slice());
    sqlx::query_as!(
        Key,
        r#"select w.id, w.opened_at as "due!"
           from work_order w
           where w.id < $1
             and ($2::text[] is null or exists (
                 select from unnest($2::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))
             and ($2::text[] is not null or w.lead_unit_id = any($3) or w.id in (
                 select u.order_id from order_unit u where u.unit_id = any($3) and u.until is null))
             and ($4::text is null or w.category = $4)
             and ($5::uuid[] is null or w.id = any($5))
             and not (select coalesce(bool_or(r.person_id = $6 or r.kind = 'tip_off' and (
                     r.accused_unit_id = any($7)
                     or $2::text[] is not null and not exists (
                         select from unnest($8::text[]) as p (path) where w.area_path >= p.path and w.area_path < p.path || '/'))), false)
                 from request r where r.order_id = w.id)
           order by w.id desc limit $9"#,
        before,
        paths,
        &reader.units,
        category,
        found,
        reader.own,
        &reader.all_units,
        &reader.tip_offs,
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}

/// Where a row stands in its list.
struct Key {
    id: Uuid,
    due: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    number: String,
    original: Vec<u8>,
    kind: String,
    name_zh: String,
    name_en: String,
    area_id: Uuid,
    state: String,
    version: i32,
    urgency: String,
    round: i16,
    supervise: i16,
    pending: Option<String>,
    lead_zh: Option<String>,
    lead_en: Option<String>,
    filed_at: DateTime<Utc>,
    due: Option<DateTime<Utc>>,
    requests: i64,
    photos: i64,
    before: Option<String>,
}

/// What the cards of a page show, in the order of its ids.
async fn rows(db: &Db, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
    sqlx::query_as!(
        Row,
        r#"select w.id, r.number, c.original_sealed as original, r.kind, g.name_zh, g.name_en, w.area_id, w.state, w.version,
               w.urgency, w.round, w.supervise, w.pending, u.name_zh as "lead_zh?", u.name_en as "lead_en?", r.filed_at, w.due_at as due,
               (select count(*) from request o where o.order_id = w.id) as "requests!",
               (select count(*) from attachment a where a.content_id = c.id) as "photos!",
               case when w.state = 'need_info' then
                   (select b.from_state from order_event b where b.order_id = w.id and b.to_state = w.state
                        and b.from_state <> b.to_state order by b.seq desc limit 1) end as before
           from unnest($1::uuid[]) with ordinality as page (id, at)
           join work_order w on w.id = page.id
           join lateral (select * from request o where o.order_id = w.id order by o.id limit 1) r on true
           join content c on c.id = r.content_id
           join category g on g.code = w.category
           left join unit u on u.id = w.lead_unit_id
           order by page.at"#,
        ids,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}

fn card(db: &Db, row: &Row, area: Named, now: DateTime<Utc>) -> Result<OrderCard, Error> {
    let state: State = known(&row.state)?;
    let original = db.keys().open_text(Purpose::Content, &row.original)?;
    let overdue = row.due.is_some_and(|due| due < now);
    let before = row.before.as_deref().map(parsed).transpose()?;
    let urgency: gongzhi_domain::order::Urgency = parsed(&row.urgency)?;
    let flags = Flags {
        urgent: urgency != gongzhi_domain::order::Urgency::Normal,
        supervise: u8::try_from(row.supervise).unwrap_or_default(),
        overdue,
        waiting: row.pending.as_deref().map(parsed).transpose()?,
        before,
        round: u8::try_from(row.round).unwrap_or(u8::MAX),
        ..Flags::default()
    };
    Ok(OrderCard {
        id: OrderId::from_uuid(row.id),
        number: RequestNumber::parse(&row.number).map_err(fault)?,
        title: one_line(&mask_private(&original).0, TITLE_MAX),
        kind: parsed(&row.kind)?,
        category: Named::new(row.name_zh.as_str(), row.name_en.as_str()),
        area,
        state,
        stage: state.stage(before),
        urgency,
        flags,
        lead: row.lead_zh.as_deref().map(|zh| Named::new(zh, row.lead_en.as_deref().unwrap_or_default())),
        filed_at: row.filed_at,
        due: row.due,
        health: match row.due {
            None => Health::Idle,
            Some(_) if overdue => Health::Overdue,
            Some(_) => Health::Running,
        },
        requests: u32::try_from(row.requests).unwrap_or_default(),
        photos: u32::try_from(row.photos).unwrap_or_default(),
        version: Version(row.version),
    })
}
