//! Lists of pacts: for everybody by area, with what waits for the reader where they live, and for the desk.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Facts, RuleProfile, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::pacts::{Doing, PactCard, PactList};
use gongzhi_domain::{Error, Named, What};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::load::Pact;
use crate::cursor;
use crate::db::Db;
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::scope::{Scope, chosen};

/// Pacts on one page of a list.
const PAGE: usize = 20;
/// Pacts that wait for the reader, at most.
const WAITING: usize = 20;

/// The pacts of an area, of what lies in it and of what it lies in; of everywhere without one. Last moved first, 20 a page.
/// Above them, for somebody whose home is known, what asks something of them now.
///
/// Refused: an area that is none.
pub async fn list(db: &Db, actor: &Actor, area: Option<&str>, after: Option<&str>) -> Result<PactList, Error> {
    actor.may(Action::ReadPublic, &gongzhi_domain::permission::Target::none())?;
    let path = match chosen(area) {
        None => None,
        Some(code) => {
            let areas = db.areas().await?;
            Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path.as_str().to_owned())
        }
    };
    let (at, id) = match after.map(cursor::read::<DateTime<Utc>>) {
        Some(read) => read?,
        None => (DateTime::<Utc>::MAX_UTC - TimeDelta::days(366), Uuid::max()),
    };
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let query = Query { mine_of: actor.person, path, within: None, asking: false, after: (at, id), limit: PAGE + 1 };
    let mut rows = read(db, &mut conn, &query).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let cursor = rows.last().filter(|_| more).map(|(id, card)| cursor::write(card.changed_at, *id));
    let waiting = if actor.is_signed_in() && after.is_none() {
        let query = Query {
            asking: true,
            limit: WAITING,
            path: None,
            after: (DateTime::<Utc>::MAX_UTC - TimeDelta::days(366), Uuid::max()),
            ..query
        };
        read(db, &mut conn, &query).await?.into_iter().map(|(_, card)| card).collect()
    } else {
        Vec::new()
    };
    Ok(PactList { waiting, cards: rows.into_iter().map(|(_, card)| card).collect(), cursor })
}

/// The pacts whose workshop the actor may open, last moved first, 100 at most. Refuses whoever runs and reads none.
pub async fn desk(db: &Db, actor: &Actor) -> Result<Vec<PactCard>, Error> {
    if !actor.has(Action::ReadWorkshop) {
        let forbidden = Error::Forbidden { action: Action::ReadWorkshop };
        return Err(if actor.is_signed_in() { forbidden } else { Error::NotSignedIn });
    }
    let scope = Scope::of(actor, Action::ReadWorkshop, None);
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let query = Query {
        mine_of: actor.person,
        path: None,
        within: Some(scope.paths()),
        asking: false,
        after: (DateTime::<Utc>::MAX_UTC - TimeDelta::days(366), Uuid::max()),
        limit: 100,
    };
    Ok(read(db, &mut conn, &query).await?.into_iter().map(|(_, card)| card).collect())
}

struct Query {
    /// Whose homes tell which are theirs.
    mine_of: Option<PersonId>,
    /// An area: with what lies in it and what it lies in.
    path: Option<String>,
    /// Only below these areas.
    within: Option<Vec<String>>,
    /// Only those of the reader's homes, at a stage that asks something of them.
    asking: bool,
    after: (DateTime<Utc>, Uuid),
    limit: usize,
}

async fn read(db: &Db, conn: &mut PgConnection, query: &Query) -> Result<Vec<(Uuid, PactCard)>, Trouble> {
    let rows = sqlx::query!(
        r#"select p.id, p.number, p.kind, p.title_zh, p.title_en, a.name_zh, a.name_en, a.code, p.stage, p.ending, p.text_no, p.changed_at,
               p.stage_since, p.paused_at, (extract(epoch from p.paused_for) * 1000)::bigint as "paused_ms!", r.body,
               exists (select from residence l join household h on h.id = l.household_id
                       where l.person_id = $1 and l.since <= $8 and (l.until is null or l.until > $8) and h.active
                         and (h.area_path = p.area_path or h.area_path like p.area_path || '.%')) as "mine!"
           from pact p join area a on a.id = p.area_id join rule_profile r on r.id = p.profile_id
           where ($2::text is null or p.area_path = $2 or p.area_path like $2 || '.%' or $2 like p.area_path || '.%')
             and ($3::text[] is null or exists (select from unnest($3) as w (path)
                                                where p.area_path >= w.path and p.area_path < w.path || '/'))
             and (not $4 or (p.stage in ('down1', 'notice', 'down3', 'sign') and exists (
                     select from residence l join household h on h.id = l.household_id
                     where l.person_id = $1 and l.since <= $8 and (l.until is null or l.until > $8) and h.active
                       and (h.area_path = p.area_path or h.area_path like p.area_path || '.%'))))
             and (p.changed_at, p.id) < ($5, $6)
           order by p.changed_at desc, p.id desc limit $7"#,
        query.mine_of.map(PersonId::uuid),
        query.path,
        query.within.as_deref(),
        query.asking,
        query.after.0,
        query.after.1,
        i64::try_from(query.limit).unwrap_or(i64::MAX),
        db.today(),
    )
    .fetch_all(conn)
    .await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        let stage: Stage = parsed(&row.stage)?;
        let paused_for = TimeDelta::milliseconds(row.paused_ms);
        cards.push((
            row.id,
            PactCard {
                number: row.number,
                kind: parsed(&row.kind)?,
                title: Named::new(row.title_zh, row.title_en),
                area: Named::new(row.name_zh, row.name_en),
                area_code: row.code,
                stage,
                paused: row.paused_at.is_some(),
                ending: row.ending.as_deref().map(parsed).transpose()?,
                text_no: row.text_no,
                changed_at: row.changed_at,
                until: until(profile(row.body)?, stage, row.stage_since, row.paused_at, paused_for, db.now()),
                doing: Doing::at(stage, row.paused_at.is_some()),
                mine: row.mine,
            },
        ));
    }
    Ok(cards)
}

/// What a list shows of a pact that was read whole.
pub(crate) async fn card(db: &Db, conn: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<PactCard, Trouble> {
    let row = sqlx::query!(
        r#"select a.name_zh, a.name_en, a.code,
               exists (select from residence l join household h on h.id = l.household_id
                       where l.person_id = $2 and l.since <= $3 and (l.until is null or l.until > $3) and h.active
                         and (h.area_path = a.path or h.area_path like a.path || '.%')) as "mine!"
           from area a where a.id = $1"#,
        pact.area_id.uuid(),
        actor.person.map(PersonId::uuid),
        db.today(),
    )
    .fetch_one(conn)
    .await?;
    let paused = pact.paused_at.is_some();
    Ok(PactCard {
        number: pact.number.clone(),
        kind: pact.kind,
        title: pact.title.clone(),
        area: Named::new(row.name_zh, row.name_en),
        area_code: row.code,
        stage: pact.stage,
        paused,
        ending: pact.ending,
        text_no: pact.text_no,
        changed_at: pact.changed_at,
        until: until(pact.profile.clone(), pact.stage, pact.stage_since, pact.paused_at, pact.paused_for, db.now()),
        doing: Doing::at(pact.stage, paused),
        mine: row.mine,
    })
}

/// When the window of a stage ends, as far as its rules alone say it; nothing while the clock stands still.
fn until(
    rules: RuleProfile,
    stage: Stage,
    since: DateTime<Utc>,
    paused_at: Option<DateTime<Utc>>,
    paused_for: TimeDelta,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if paused_at.is_some() {
        return None;
    }
    let mut facts = Facts::new(rules, stage, since);
    facts.paused_for = paused_for;
    let mut rows = facts.rows().filter(|row| row.usual);
    rows.find_map(|row| facts.possible_from(row, now).or_else(|| facts.expected_by(row, now)))
}

fn profile(body: Value) -> Result<RuleProfile, Error> {
    serde_json::from_value(body).map_err(fault)
}
