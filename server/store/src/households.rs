//! Buildings, the doors in them and who lives behind each (people-and-places.md, Areas, "premises", and Signing in,
//! "residence"). A home is confirmed by somebody at the window, never by the person; doors and names are sealed, and
//! nobody learns from here who lives with whom but the person themselves and the office of their area.

mod building;
mod confirm;
mod import;
mod mine;

pub use building::{
    BuildingCard, BuildingPage, Dweller, HouseholdLine, NewBuilding, add_building, building, buildings,
};
pub use confirm::{Ask, Confirm, answer_ask, asks, confirm, end};
pub use import::{Imported, Report, import};
pub use mine::{Home, MyHomes, ask, mine};

use chrono::NaiveDate;
use gongzhi_domain::Error;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::household::{Capacity, Verified};
use gongzhi_domain::ids::{BuildingId, HouseholdId, PersonId, ResidenceId};
use sqlx::PgConnection;

use crate::refusal::{fault, parsed, refuse};

/// Somebody's home, as rules read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residence {
    /// Which it is.
    pub id: ResidenceId,
    /// The person.
    pub person: PersonId,
    /// The household.
    pub household: HouseholdId,
    /// The building it lies in.
    pub building: BuildingId,
    /// Where that is in the tree.
    pub area: AreaPath,
    /// As what.
    pub capacity: Capacity,
    /// How it was verified.
    pub verified: Verified,
    /// Whether they are of age.
    pub adult: bool,
    /// From which day.
    pub since: NaiveDate,
    /// The day it ends; `None` while nobody has said one.
    pub until: Option<NaiveDate>,
    /// Floor area by the register, in square centimetres.
    pub area_cm2: Option<i64>,
}

/// The homes of a person that count on a day, by household.
pub async fn of(conn: &mut PgConnection, person: PersonId, on: NaiveDate) -> Result<Vec<Residence>, Error> {
    let rows = sqlx::query!(
        r#"select r.id, r.household_id, h.building_id, h.area_path, r.capacity, r.verified, r.adult, r.since, r.until, h.area_cm2
           from residence r join household h on h.id = r.household_id
           where r.person_id = $1 and r.since <= $2 and (r.until is null or r.until > $2) and h.active
           order by r.household_id, r.capacity"#,
        person.uuid(),
        on,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Residence {
                id: ResidenceId::from_uuid(row.id),
                person,
                household: HouseholdId::from_uuid(row.household_id),
                building: BuildingId::from_uuid(row.building_id),
                area: AreaPath::parse(&row.area_path).map_err(fault)?,
                capacity: parsed(&row.capacity)?,
                verified: parsed(&row.verified)?,
                adult: row.adult,
                since: row.since,
                until: row.until,
                area_cm2: row.area_cm2,
            })
        })
        .collect()
}

/// Everybody who belongs to a household of an area on a day, children too, by household.
pub async fn in_area(conn: &mut PgConnection, area: &AreaPath, on: NaiveDate) -> Result<Vec<Residence>, Error> {
    let rows = sqlx::query!(
        r#"select r.id, r.person_id, r.household_id, h.building_id, h.area_path, r.capacity, r.verified, r.adult, r.since, r.until,
               h.area_cm2
           from residence r join household h on h.id = r.household_id
           where h.area_path >= $1 and h.area_path < $1 || '/' and r.since <= $2 and (r.until is null or r.until > $2) and h.active
           order by h.building_id, h.position, r.person_id, r.capacity"#,
        area.as_str(),
        on,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Residence {
                id: ResidenceId::from_uuid(row.id),
                person: PersonId::from_uuid(row.person_id),
                household: HouseholdId::from_uuid(row.household_id),
                building: BuildingId::from_uuid(row.building_id),
                area: AreaPath::parse(&row.area_path).map_err(fault)?,
                capacity: parsed(&row.capacity)?,
                verified: parsed(&row.verified)?,
                adult: row.adult,
                since: row.since,
                until: row.until,
                area_cm2: row.area_cm2,
            })
        })
        .collect()
}

/// Whether the person has a home in an area that counts on a day, being of age.
pub async fn lives_in(
    conn: &mut PgConnection,
    person: PersonId,
    area: &AreaPath,
    on: NaiveDate,
) -> Result<bool, Error> {
    let homes = of(conn, person, on).await?;
    Ok(homes.iter().any(|home| home.adult && area.contains(&home.area)))
}

/// What a building is called, the compound before it.
pub(crate) fn building_name(compound: (&str, &str), name: (&str, &str)) -> gongzhi_domain::Named {
    let joined = |compound: &str, name: &str, between: &str| {
        if compound.is_empty() { name.to_owned() } else { format!("{compound}{between}{name}") }
    };
    gongzhi_domain::Named::new(joined(compound.0, name.0, ""), joined(compound.1, name.1, ", "))
}
