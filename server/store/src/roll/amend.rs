//! What an upheld objection changes of the roll.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Basis, Capacity, Kind};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::roll::{self, Change};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Roll;
use super::voters::{designate, people_of, said_of};
use crate::Purpose;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault};

/// What an amendment changes.
#[derive(Debug, Clone)]
pub enum Changed {
    /// Takes somebody off a unit: the number of the unit in the statutory body, and their phone number.
    Strike {
        /// The unit's number.
        unit: i32,
        /// Whose entry.
        phone: String,
    },
    /// Puts somebody on a unit.
    Add {
        /// The unit's number.
        unit: i32,
        /// Who; they have signed in once.
        phone: String,
    },
    /// Corrects the floor area of a flat of a unit.
    Area {
        /// The unit's number.
        unit: i32,
        /// Which of its flats, from 1 in the order of its doors.
        flat: u32,
        /// The area in square centimetres.
        area_cm2: i64,
    },
}

/// What was done to which entry.
pub(super) struct Done {
    pub change: Change,
    pub entry: Uuid,
    pub before: Option<i64>,
    pub after: Option<i64>,
}

pub(super) async fn apply(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    no: i32,
    change: &Changed,
) -> Result<Done, Trouble> {
    let (Changed::Strike { unit, .. } | Changed::Add { unit, .. } | Changed::Area { unit, .. }) = change;
    let unit = sqlx::query_scalar!(
        "select id from voting_unit where roll_id = $1 and body = 'statutory' and position = $2 and struck_in is null for update",
        roll.id,
        unit,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::field("unit", Reason::NotAChoice))?;
    let done = match change {
        Changed::Strike { phone, .. } => strike(db, &mut *tx, unit, no, phone).await?,
        Changed::Add { phone, .. } => add(db, &mut *tx, pact, roll, unit, phone).await?,
        Changed::Area { flat, area_cm2, .. } => area(&mut *tx, roll, unit, *flat, *area_cm2).await?,
    };
    if done.change != Change::Area {
        // Who votes for it is named anew among those who belong to it now.
        sqlx::query!(
            "delete from voter_claim c where c.unit_id = $1 and not (
                 exists (select from roll_entry e where e.unit_id = $1 and e.struck_in is null and e.person_id = c.person_id)
                 and exists (select from roll_entry e where e.unit_id = $1 and e.struck_in is null and e.person_id = c.voter_id))",
            unit,
        )
        .execute(&mut *tx)
        .await?;
        let named = roll::named(&people_of(&mut *tx, unit).await?, &said_of(&mut *tx, unit).await?, false);
        designate(db, tx, unit, named).await?;
    }
    Ok(done)
}

async fn strike(db: &Db, tx: &mut PgConnection, unit: Uuid, no: i32, phone: &str) -> Result<Done, Trouble> {
    let person = by_phone(db, &mut *tx, phone).await?;
    let struck = sqlx::query_scalar!(
        "update roll_entry set struck_in = $3 where unit_id = $1 and person_id = $2 and struck_in is null returning id",
        unit,
        person.uuid(),
        no,
    )
    .fetch_all(&mut *tx)
    .await?;
    let entry = *struck.first().ok_or_else(|| Error::field("phone", Reason::NotAChoice))?;
    // The doors stay, as doors behind which nobody is known.
    sqlx::query!(
        "insert into roll_entry (id, roll_id, unit_id, household_id, area_cm2, capacity)
         select gen_random_uuid(), e.roll_id, e.unit_id, e.household_id, e.area_cm2, e.capacity from roll_entry e
         where e.id = any($1) and e.household_id is not null and not exists (
             select from roll_entry o where o.unit_id = e.unit_id and o.household_id = e.household_id and o.struck_in is null)",
        &struck,
    )
    .execute(&mut *tx)
    .await?;
    let left = sqlx::query_scalar!(
        r#"select count(*) as "left!" from roll_entry where unit_id = $1 and struck_in is null"#,
        unit,
    )
    .fetch_one(&mut *tx)
    .await?;
    if left == 0 {
        sqlx::query!("update voting_unit set struck_in = $2 where id = $1", unit, no).execute(tx).await?;
    }
    Ok(Done { change: Change::Strike, entry, before: None, after: None })
}

async fn add(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    unit: Uuid,
    phone: &str,
) -> Result<Done, Trouble> {
    let person = by_phone(db, &mut *tx, phone).await?;
    if roll.basis == Basis::Adults {
        return Err(Error::field("change", Reason::NotAChoice).into());
    }
    if people_of(&mut *tx, unit).await?.contains(&person) {
        return Err(Error::field("phone", Reason::Taken).into());
    }
    let capacity = match (roll.basis, pact.kind) {
        (Basis::Owners | Basis::OwnersSpecial, _) => Capacity::Owner,
        (Basis::Representatives, _) => Capacity::Representative,
        (_, Kind::VillageRules) => Capacity::Villager,
        _ => Capacity::Resident,
    };
    let id = db.new_id();
    sqlx::query!(
        "insert into roll_entry (id, roll_id, unit_id, household_id, person_id, area_cm2, capacity)
         select $1, $2, $3, e.household_id, $4, e.area_cm2, $5 from roll_entry e
         where e.unit_id = $3 and e.struck_in is null order by e.id limit 1",
        id,
        roll.id,
        unit,
        person.uuid(),
        capacity.code(),
    )
    .execute(&mut *tx)
    .await?;
    // A door behind which nobody was known has somebody now.
    sqlx::query!(
        "update roll_entry set struck_in = $2 where unit_id = $1 and person_id is null and struck_in is null",
        unit,
        roll.amended + 1,
    )
    .execute(tx)
    .await?;
    Ok(Done { change: Change::Add, entry: id, before: None, after: None })
}

async fn area(tx: &mut PgConnection, roll: &Roll, unit: Uuid, flat: u32, area_cm2: i64) -> Result<Done, Trouble> {
    if !roll.basis.has_area() {
        return Err(Error::field("change", Reason::NotAChoice).into());
    }
    if !(1..=1_000_000_000).contains(&area_cm2) {
        return Err(Error::field("area", Reason::OutOfRange { min: 1, max: 100_000 }).into());
    }
    let flats = sqlx::query!(
        r#"select distinct h.id, h.position, b.compound_zh, b.name_zh, e.area_cm2 from roll_entry e
           join household h on h.id = e.household_id join building b on b.id = h.building_id
           where e.unit_id = $1 and e.struck_in is null order by b.compound_zh, b.name_zh, h.position"#,
        unit,
    )
    .fetch_all(&mut *tx)
    .await?;
    let at = usize::try_from(flat.saturating_sub(1)).map_err(fault)?;
    let chosen = flats.get(at).filter(|_| flat > 0).ok_or_else(|| Error::field("flat", Reason::NotAChoice))?;
    let entries = sqlx::query_scalar!(
        "update roll_entry set area_cm2 = $3 where unit_id = $1 and household_id = $2 and struck_in is null returning id",
        unit,
        chosen.id,
        area_cm2,
    )
    .fetch_all(&mut *tx)
    .await?;
    let entry = *entries.first().ok_or_else(|| Error::field("flat", Reason::NotAChoice))?;
    sqlx::query!("update voting_unit set area_cm2 = area_cm2 + $2 where id = $1", unit, area_cm2 - chosen.area_cm2)
        .execute(tx)
        .await?;
    Ok(Done { change: Change::Area, entry, before: Some(chosen.area_cm2), after: Some(area_cm2) })
}

/// Somebody who has signed in with this number.
pub(super) async fn by_phone(db: &Db, tx: &mut PgConnection, phone: &str) -> Result<PersonId, Trouble> {
    let phone = Phone::parse(phone).map_err(|reason| Error::field("phone", reason))?;
    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    let found = sqlx::query_scalar!("select id from person where phone_index = $1", index).fetch_optional(tx).await?;
    Ok(found.map(PersonId::from_uuid).ok_or_else(|| Error::field("phone", Reason::NotAChoice))?)
}
