//! What is said at a door, and the post.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::delivery::{Outcome, Standing, Way};
use gongzhi_domain::ids::{BuildingId, HouseholdId, PersonId, RoundId};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Named, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Round, connection};
use crate::audit;
use crate::db::Db;
use crate::households::building_name;
use crate::keys::Purpose;
use crate::refusal::{Trouble, fault, parsed, refuse};

/// A door in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The household.
    pub household: HouseholdId,
    /// Stairway and number.
    pub door: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether a message has arrived there.
    pub arrived: bool,
    /// How many things were done; whoever ticks names it.
    pub seq: i32,
    /// When the last was.
    pub at: Option<DateTime<Utc>>,
}

/// A building's doors in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doors {
    /// The pact's number and title.
    pub number: String,
    /// What is brought.
    pub title: Named,
    /// Compound and building.
    pub building: Named,
    /// Whether texts are still brought.
    pub running: bool,
    /// The doors in their order.
    pub doors: Vec<Door>,
}

/// What came of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticked {
    /// How many things were done at the door now.
    pub seq: i32,
    /// How it stands.
    pub standing: Standing,
    /// Whether it stood so before: the same was said already.
    pub already: bool,
}

/// The doors of a building in a round, for whoever brings texts there.
pub async fn doors(db: &Db, actor: &Actor, round: RoundId, building: BuildingId) -> Result<Doors, Error> {
    let mut conn = connection(db).await?;
    let of = Round::read(&mut conn, round).await?;
    let row = sqlx::query!(
        "select area_path, compound_zh, compound_en, name_zh, name_en from building where id = $1",
        building.uuid(),
    )
    .fetch_optional(&mut *conn)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Building })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    actor.may(Action::DeliverPact, &Target::in_area(area))?;
    let name = building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en));
    let rows = sqlx::query!(
        r#"select h.household_id as "household!", h.door_sealed as "door_sealed!", l.seq as "seq?", l.pushed as "pushed?",
               l.door as "door?", l.posted as "posted?", l.at as "at?", (t.household_id is not null) as "arrived!"
           from pact_household h
           left join lateral (select e.seq, e.pushed, e.door, e.posted, e.at from delivery_event e
               where e.round_id = $1 and e.household_id = h.household_id order by e.seq desc limit 1) l on true
           left join delivery_arrived t on t.round_id = $1 and t.household_id = h.household_id
           where h.pact_id = $2 and h.building_id = $3 order by h.position"#,
        round.uuid(),
        of.pact.id.uuid(),
        building.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let doors = rows
        .into_iter()
        .map(|row| {
            Ok(Door {
                household: HouseholdId::from_uuid(row.household),
                door: db.keys().open_text(Purpose::Home, &row.door_sealed)?,
                standing: Standing {
                    pushed: row.pushed.unwrap_or(false),
                    door: row.door.as_deref().map(parsed).transpose()?,
                    posted: row.posted.unwrap_or(false),
                },
                arrived: row.arrived,
                seq: row.seq.unwrap_or(0),
                at: row.at,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Doors { number: of.pact.number, title: of.pact.title, building: name, running: of.running, doors })
}

/// Says what came of a visit, or takes the last thing said back. `saw` is the number of things done there as the actor saw it.
///
/// Refused: whoever brings no texts to that door; a round that is over (`outcome`, [`Reason::NotOpenNow`]); taking back where nothing
/// was said; [`Error::Stale`] when somebody else said something different meanwhile. Saying the same again changes nothing.
pub async fn tick(
    db: &Db,
    actor: &Actor,
    round: RoundId,
    household: HouseholdId,
    saw: i32,
    outcome: Outcome,
) -> Result<Ticked, Error> {
    if !Outcome::AT_THE_DOOR.contains(&outcome) && outcome != Outcome::Undone {
        return Err(Error::field("outcome", Reason::NotAChoice));
    }
    let mut tx = db.begin().await?;
    let of = Round::read(&mut tx, round).await?;
    let area = sqlx::query_scalar!(
        r#"select area_path as "area!" from pact_household where pact_id = $1 and household_id = $2"#,
        of.pact.id.uuid(),
        household.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Household })?;
    actor.may(Action::DeliverPact, &Target::in_area(AreaPath::parse(&area).map_err(fault)?))?;
    if !of.running {
        return Err(Error::field("outcome", Reason::NotOpenNow));
    }
    let done = say(db, &mut tx, actor, round, household, saw, outcome).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(done)
}

async fn say(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    round: RoundId,
    household: HouseholdId,
    saw: i32,
    outcome: Outcome,
) -> Result<Ticked, Trouble> {
    let mut events = events_of(&mut *tx, round, household).await?;
    let now = Standing::after(&events);
    let seq = i32::try_from(events.len()).unwrap_or(i32::MAX);
    let said_already = |standing: Standing, seq| Ticked { seq, standing, already: true };
    if outcome != Outcome::Undone && now.door == Some(outcome) {
        return Ok(said_already(now, seq));
    }
    if seq != saw {
        return Err(Error::Stale { now: Version(seq) }.into());
    }
    if outcome == Outcome::Undone && !now.can_undo() {
        return Err(Error::field("outcome", Reason::NotOpenNow).into());
    }
    events.push(outcome);
    let standing = Standing::after(&events);
    let way = outcome.way().unwrap_or(Way::Door);
    if append(db, &mut *tx, actor, round, household, seq + 1, (way, outcome), standing).await? {
        return Ok(Ticked { seq: seq + 1, standing, already: false });
    }
    // Somebody stood at the same door at the same moment and was faster.
    let events = events_of(&mut *tx, round, household).await?;
    let now = Standing::after(&events);
    let seq = i32::try_from(events.len()).unwrap_or(i32::MAX);
    if outcome != Outcome::Undone && now.door == Some(outcome) {
        return Ok(said_already(now, seq));
    }
    Err(Error::Stale { now: Version(seq) }.into())
}

async fn events_of(tx: &mut PgConnection, round: RoundId, household: HouseholdId) -> Result<Vec<Outcome>, Trouble> {
    let events = sqlx::query_scalar!(
        "select outcome from delivery_event where round_id = $1 and household_id = $2 order by seq",
        round.uuid(),
        household.uuid(),
    )
    .fetch_all(tx)
    .await?;
    Ok(events.iter().map(|event| parsed(event)).collect::<Result<_, Error>>()?)
}

/// Appends an event; `false` when its number was just taken.
#[expect(clippy::too_many_arguments, reason = "the columns of the row")]
async fn append(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    round: RoundId,
    household: HouseholdId,
    seq: i32,
    (way, outcome): (Way, Outcome),
    standing: Standing,
) -> Result<bool, Trouble> {
    let written = sqlx::query!(
        "insert into delivery_event (round_id, household_id, seq, way, outcome, pushed, door, posted, reached, person_id, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        round.uuid(),
        household.uuid(),
        seq,
        way.code(),
        outcome.code(),
        standing.pushed,
        standing.door.map(|door| door.code()),
        standing.posted,
        standing.reached(),
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Says that the text was posted to every household of these buildings that does not have it. Answers how many.
///
/// Refused: whoever does not post for the pact; a round that is over (`buildings`, [`Reason::NotOpenNow`]); no building.
pub async fn post(db: &Db, actor: &Actor, round: RoundId, buildings: &[BuildingId]) -> Result<u32, Error> {
    let mut tx = db.begin().await?;
    let of = Round::read(&mut tx, round).await?;
    let role = actor.may(Action::PostPact, &of.pact.target())?;
    if !of.running {
        return Err(Error::field("buildings", Reason::NotOpenNow));
    }
    if buildings.is_empty() {
        return Err(Error::field("buildings", Reason::Missing));
    }
    let ids: Vec<Uuid> = buildings.iter().map(|building| building.uuid()).collect();
    let rows = sqlx::query!(
        r#"select h.household_id as "household!", e.outcome as "outcome?"
           from pact_household h left join delivery_event e on e.round_id = $1 and e.household_id = h.household_id
           where h.pact_id = $2 and h.building_id = any($3)
               and not exists (select from delivery_arrived t where t.round_id = $1 and t.household_id = h.household_id)
           order by h.household_id, e.seq"#,
        round.uuid(),
        of.pact.id.uuid(),
        &ids,
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(refuse)?;
    let mut doors: BTreeMap<Uuid, Vec<Outcome>> = BTreeMap::new();
    for row in rows {
        let events = doors.entry(row.household).or_default();
        if let Some(outcome) = row.outcome {
            events.push(parsed(&outcome)?);
        }
    }
    let mut posted = 0;
    for (household, mut events) in doors {
        if Standing::after(&events).reached() {
            continue;
        }
        events.push(Outcome::Posted);
        let seq = i32::try_from(events.len()).unwrap_or(i32::MAX);
        let household = HouseholdId::from_uuid(household);
        let how = (Way::Post, Outcome::Posted);
        let standing = Standing::after(&events);
        posted += u32::from(append(db, &mut tx, actor, round, household, seq, how, standing).await?);
    }
    let stream = of.pact.stream();
    let entry = audit::Entry {
        stream: &stream,
        action: "delivery.post",
        subject: &stream,
        after: Some(json!({"round": round, "households": posted})),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(posted)
}
