//! Signing as the desk sees it: how far each building has come, which households are still to be visited, and who may sign
//! behind a door. Only for those who work there; opening a door is recorded.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{BuildingId, HouseholdId, PactId, PersonId, SignatureId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Reason, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::assisted::place_of;
use super::ground::Ground;
use super::paper::{Difference, stopped};
use super::round::building_name;
use super::scan::{Scan, scans};
use super::signers::{Count, count};
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::people;
use crate::refusal::refuse;
use crate::scope::Scope;

/// How far signing has come, for those who help with it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The pact.
    pub id: PactId,
    /// The pact's number.
    pub number: String,
    /// What it is called.
    pub title: Named,
    /// The present version; `None` before signing has begun.
    pub text_no: Option<i32>,
    /// The hash of its text; `None` before signing has begun.
    pub text: Option<String>,
    /// Whether signatures are taken now.
    pub is_open: bool,
    /// Until when they are.
    pub closes_at: DateTime<Utc>,
    /// The whole pact.
    pub count: Count,
    /// The buildings the reader works in.
    pub buildings: Vec<BuildingLine>,
    /// The households of one building that nobody has signed for yet, where one was chosen.
    pub to_visit: Vec<HouseholdLine>,
    /// Lines of the book that two people read differently.
    pub differences: Vec<Difference>,
}

/// A building and how many of its households have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingLine {
    /// Which.
    pub id: BuildingId,
    /// Compound and name.
    pub name: Named,
    /// Households the pact is for.
    pub households: u32,
    /// Those that have signed.
    pub signed: u32,
}

/// A household by its door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdLine {
    /// Which.
    pub id: HouseholdId,
    /// Its door, opened.
    pub door: String,
    /// Adults who may sign; none when nobody is known to live there.
    pub adults: u32,
}

/// How signing stands in the part of a pact that the actor works in; with `building`, the households of it still to visit.
///
/// # Errors
/// [`Error::Forbidden`] for whoever works in no part of it.
pub async fn overview(db: &Db, actor: &Actor, number: &str, building: Option<BuildingId>) -> Result<Overview, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let scope = reach(actor, Action::ReadSigning, &ground)?;
    let round = ground.round(&mut conn).await?;
    let rows = sqlx::query!(
        r#"select b.id, b.compound_zh, b.compound_en, b.name_zh, b.name_en, count(*) as "households!",
                  count(*) filter (where exists (select from signature_counted s where s.pact_id = $1 and s.text_no = $3
                                                 and s.household_id = h.household_id)) as "signed!"
           from pact_household h join building b on b.id = h.building_id
           where h.pact_id = $1
             and exists (select from unnest($2::text[]) as p (path) where h.area_path >= p.path and h.area_path < p.path || '/')
           group by b.id order by b.compound_zh, b.name_zh, b.id"#,
        ground.id.uuid(),
        &scope.paths(),
        ground.text_no,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let buildings: Vec<BuildingLine> = rows
        .into_iter()
        .map(|row| BuildingLine {
            id: BuildingId::from_uuid(row.id),
            name: building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en),
            households: whole(row.households),
            signed: whole(row.signed),
        })
        .collect();
    let chosen = building.filter(|chosen| buildings.iter().any(|line| line.id == *chosen));
    let to_visit = match chosen {
        Some(building) => to_visit(db, &mut conn, &ground, building).await?,
        None => Vec::new(),
    };
    let differences = stopped(db, &mut conn, actor, &ground, &scope).await?;
    let count = count(&mut conn, ground.id).await?;
    Ok(Overview {
        id: ground.id,
        is_open: ground.is_open(db),
        closes_at: ground.closes_at(db),
        text_no: round.as_ref().map(|round| round.text_no),
        text: round.map(|round| round.text_hex()),
        number: ground.number,
        title: ground.title,
        count,
        buildings,
        to_visit,
        differences,
    })
}

async fn to_visit(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    building: BuildingId,
) -> Result<Vec<HouseholdLine>, Error> {
    let rows = sqlx::query!(
        r#"select h.household_id as "id!", h.door_sealed as "door!",
                  (select count(distinct s.person_id) from pact_signer s
                   where s.pact_id = $1 and s.household_id = h.household_id) as "adults!"
           from pact_household h
           where h.pact_id = $1 and h.building_id = $2
             and not exists (select from signature_counted s where s.pact_id = $1 and s.text_no = $3
                             and s.household_id = h.household_id)
           order by h.position"#,
        ground.id.uuid(),
        building.uuid(),
        ground.text_no,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(HouseholdLine {
                id: HouseholdId::from_uuid(row.id),
                door: db.keys().open_text(Purpose::Home, &row.door)?,
                adults: u32::try_from(row.adults).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// A household as the one who visits it sees it.
#[derive(Debug, Clone)]
pub struct HouseholdPage {
    /// Which.
    pub id: HouseholdId,
    /// Its building.
    pub building: Named,
    /// Its door.
    pub door: String,
    /// Those who may sign for it.
    pub adults: Vec<Adult>,
    /// Assisted signatures that wait for their witness.
    pub unwitnessed: Vec<Unwitnessed>,
    /// The pages kept of the book of its building, the newest first.
    pub scans: Vec<Scan>,
}

/// An assisted signature that waits for its witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwitnessed {
    /// Which asking it is.
    pub id: Uuid,
    /// Whose signature.
    pub person: PersonId,
    /// The witness: a colleague's official name, a neighbour's masked number.
    pub witness: Named,
    /// Whether the reader helped and the witness, a neighbour, may give the code sent to their phone.
    pub by_code: bool,
}

/// Somebody who may sign for a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adult {
    /// Who.
    pub person: PersonId,
    /// Their name with only its first character in sight; empty when none is known.
    pub name: String,
    /// Their number, masked.
    pub phone: Option<String>,
    /// Their signature under the present version, while it stands.
    pub signature: Option<SignatureId>,
    /// How many have read their line of the book.
    pub readings: u32,
}

/// Opens a household for a visit, by its id or by the phone number of somebody in it. The audit log remembers who looked.
///
/// # Errors
/// [`Reason::NotAmongThem`] for the field `household` or `phone`; [`Error::Forbidden`] for whoever does not work there;
/// [`Error::TooMany`] above 120 an hour.
pub async fn household(
    db: &Db,
    actor: &Actor,
    number: &str,
    household: Option<HouseholdId>,
    phone: Option<&Phone>,
) -> Result<HouseholdPage, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    limits::hit(db, "household opened to sign", person.uuid().as_bytes(), 120, TimeDelta::hours(1)).await?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, false).await?;
    reach(actor, Action::AssistSigning, &ground)?;
    let id = match (household, phone) {
        (Some(id), _) => id,
        (None, Some(phone)) => of_phone(db, &mut tx, &ground, phone).await?,
        (None, None) => return Err(Error::field("phone", Reason::Missing)),
    };
    let place = place_of(&mut tx, &ground, id).await?;
    let role = actor.may(Action::AssistSigning, &Target::in_area(place))?;
    let home = sqlx::query!(
        "select h.door_sealed, b.compound_zh, b.compound_en, b.name_zh, b.name_en
         from household h join building b on b.id = h.building_id where h.id = $1",
        id.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Signature })?;
    let adults = adults(db, &mut tx, &ground, id).await?;
    let unwitnessed = unwitnessed(db, &mut tx, &ground, id, person).await?;
    let scans = scans(&mut tx, &ground, id).await?;
    let entry = audit::Entry {
        stream: &format!("household:{id}"),
        action: "household.open_to_sign",
        subject: &format!("household:{id}"),
        reason: Some(&ground.number),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(HouseholdPage {
        id,
        building: building_name(home.compound_zh, home.name_zh, home.compound_en, home.name_en),
        door: db.keys().open_text(Purpose::Home, &home.door_sealed)?,
        adults,
        unwitnessed,
        scans,
    })
}

async fn unwitnessed(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
    reader: PersonId,
) -> Result<Vec<Unwitnessed>, Error> {
    let rows = sqlx::query!(
        r#"select w.id, w.person_id, w.witness_id, w.helper_id, w.by_code,
                  s.display_name_zh as "zh?", s.display_name_en as "en?"
           from assisted_signature w left join staff_account s on s.person_id = w.witness_id
           where w.pact_id = $1 and w.text_no = $2 and w.household_id = $3 and w.state = 'waiting' order by w.asked_at"#,
        ground.id.uuid(),
        ground.text_no,
        household.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let witness = match (row.by_code, row.zh, row.en) {
            (false, Some(zh), Some(en)) => Named::new(zh, en),
            _ => {
                let masked = people::masked_phone(db, conn, PersonId::from_uuid(row.witness_id)).await?;
                let masked = masked.unwrap_or_default();
                Named::new(masked.clone(), masked)
            }
        };
        waiting.push(Unwitnessed {
            id: row.id,
            person: PersonId::from_uuid(row.person_id),
            witness,
            by_code: row.by_code && row.helper_id == reader.uuid(),
        });
    }
    Ok(waiting)
}

async fn adults(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
) -> Result<Vec<Adult>, Error> {
    let rows = sqlx::query!(
        r#"select distinct s.person_id as "person!",
                  (select g.id from signature g where g.pact_id = $1 and g.text_no = $3 and g.household_id = $2
                   and g.person_id = s.person_id and not exists (select from signature_event e
                       where e.signature_id = g.id and e.kind = 'withdrawal')) as signature,
                  (select count(*) from paper_signature_entry e where e.pact_id = $1 and e.text_no = $3
                   and e.household_id = $2 and e.person_id = s.person_id
                   and e.go = (select max(l.go) from paper_signature_entry l where l.pact_id = $1 and l.text_no = $3
                               and l.household_id = $2 and l.person_id = s.person_id)) as "readings!"
           from pact_signer s where s.pact_id = $1 and s.household_id = $2 order by 1"#,
        ground.id.uuid(),
        household.uuid(),
        ground.text_no,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let mut adults = Vec::with_capacity(rows.len());
    for row in rows {
        let person = PersonId::from_uuid(row.person);
        let name = people::open_name(db, conn, person).await?.unwrap_or_default();
        adults.push(Adult {
            person,
            name: people::masked_name(&name),
            phone: people::masked_phone(db, conn, person).await?,
            signature: row.signature.map(SignatureId::from_uuid),
            readings: u32::try_from(row.readings).unwrap_or(u32::MAX),
        });
    }
    Ok(adults)
}

/// The household for which the person with a number may sign; the first of several.
async fn of_phone(db: &Db, conn: &mut PgConnection, ground: &Ground, phone: &Phone) -> Result<HouseholdId, Error> {
    let found = sqlx::query_scalar!(
        r#"select s.household_id as "id!" from pact_signer s join person p on p.id = s.person_id
           where s.pact_id = $1 and p.phone_index = $2 order by s.household_id limit 1"#,
        ground.id.uuid(),
        db.keys().index(Purpose::Phone, phone.full().as_bytes()),
    )
    .fetch_optional(conn)
    .await
    .map_err(refuse)?;
    found.map(HouseholdId::from_uuid).ok_or_else(|| Error::field("phone", Reason::NotAmongThem))
}

/// Somebody at the desk who can witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub person: PersonId,
    /// Their official name.
    pub name: Named,
}

/// Those who work in the pact's area, without the actor: who can be a witness beside a neighbour.
pub async fn colleagues(db: &Db, actor: &Actor, number: &str) -> Result<Vec<Colleague>, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    reach(actor, Action::AssistSigning, &ground)?;
    let rows = sqlx::query!(
        r#"select distinct a.person_id, a.display_name_zh, a.display_name_en
           from membership m join staff_account a on a.person_id = m.person_id and a.active
           join area r on r.id = m.area_id
           where (m.until is null or m.until > $1) and m.person_id is distinct from $2
             and ((r.path >= $3 and r.path < $3 || '/') or ($3 >= r.path and $3 < r.path || '/'))
             and m.role in ('grid_worker', 'grid_head', 'clerk', 'pact_officer', 'neighbour_head')
           order by a.display_name_zh limit 200"#,
        db.today(),
        actor.person.map(PersonId::uuid),
        ground.area.as_str(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let colleague = |row: (uuid::Uuid, String, String)| Colleague {
        person: PersonId::from_uuid(row.0),
        name: Named::new(row.1, row.2),
    };
    Ok(rows.into_iter().map(|row| colleague((row.person_id, row.display_name_zh, row.display_name_en))).collect())
}

/// The parts of a pact's area in which the actor has an action.
///
/// # Errors
/// [`Error::NotSignedIn`] or [`Error::Forbidden`] when there are none.
pub(super) fn reach(actor: &Actor, action: Action, ground: &Ground) -> Result<Scope, Error> {
    let scope = Scope::of(actor, action, Some(&ground.area));
    if scope.has_areas() {
        return Ok(scope);
    }
    actor.may(action, &Target::in_area(ground.area.clone()))?;
    Err(Error::Forbidden { action })
}
