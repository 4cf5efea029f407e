//! Buildings and their doors, for the office of the area.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::household::{Capacity, NAME_MAX, Verified};
use gongzhi_domain::ids::{BuildingId, HouseholdId, ResidenceId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Named, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::building_name;
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{fault, parsed, refuse};
use crate::scope::Scope;

/// A building in the office's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingCard {
    /// Which it is.
    pub id: BuildingId,
    /// Compound and name.
    pub name: Named,
    /// The grid it lies in.
    pub area: Named,
    /// Doors.
    pub households: u32,
    /// Doors behind which somebody's home is confirmed.
    pub known: u32,
}

/// A building with its doors, for the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingPage {
    /// The building.
    pub card: BuildingCard,
    /// Its doors, in their order.
    pub households: Vec<HouseholdLine>,
}

/// A door with those behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdLine {
    /// Which it is.
    pub id: HouseholdId,
    /// Stairway and number.
    pub door: String,
    /// Floor area by the register, in square centimetres.
    pub area_cm2: Option<i64>,
    /// Whose home it is.
    pub people: Vec<Dweller>,
}

/// Somebody behind a door, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dweller {
    /// Their home here.
    pub residence: ResidenceId,
    /// `李＊`; empty when they gave no name.
    pub name: String,
    /// `138****1234`.
    pub phone: Option<String>,
    /// As what.
    pub capacity: Capacity,
    /// How it was verified.
    pub verified: Verified,
    /// Whether they are of age.
    pub adult: bool,
    /// The day it ends, where one is set.
    pub until: Option<chrono::NaiveDate>,
}

/// The buildings of the areas the actor keeps the households of, by place and name; of one area when its code is given. At most
/// 500.
pub async fn buildings(db: &Db, actor: &Actor, area: Option<&str>) -> Result<Vec<BuildingCard>, Error> {
    if !actor.has(Action::ManageHouseholds) {
        let signed_in = actor.is_signed_in();
        return Err(if signed_in { Error::Forbidden { action: Action::ManageHouseholds } } else { Error::NotSignedIn });
    }
    let areas = db.areas().await?;
    let narrowed = match area {
        None => None,
        Some(code) => Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path.clone()),
    };
    let scope = Scope::of(actor, Action::ManageHouseholds, narrowed.as_ref());
    let rows = sqlx::query!(
        r#"select b.id, b.compound_zh, b.compound_en, b.name_zh, b.name_en, a.name_zh as area_zh, a.name_en as area_en,
               count(distinct h.id) as "households!", count(distinct r.household_id) as "known!"
           from building b join area a on a.id = b.area_id
           left join household h on h.building_id = b.id and h.active
           left join residence r on r.household_id = h.id and r.since <= $2 and (r.until is null or r.until > $2)
           where exists (select from unnest($1::text[]) as p (path) where b.area_path >= p.path and b.area_path < p.path || '/')
           group by b.id, a.id order by b.area_path, b.compound_zh, length(b.name_zh), b.name_zh limit 500"#,
        &scope.paths(),
        db.today(),
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    Ok(rows
        .into_iter()
        .map(|row| BuildingCard {
            id: BuildingId::from_uuid(row.id),
            name: building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en)),
            area: Named::new(row.area_zh, row.area_en),
            households: u32::try_from(row.households).unwrap_or(u32::MAX),
            known: u32::try_from(row.known).unwrap_or(u32::MAX),
        })
        .collect())
}

/// A building with its doors and, masked, those behind them.
pub async fn building(db: &Db, actor: &Actor, id: BuildingId) -> Result<BuildingPage, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let row = sqlx::query!(
        r#"select b.compound_zh, b.compound_en, b.name_zh, b.name_en, b.area_path, a.name_zh as area_zh, a.name_en as area_en
           from building b join area a on a.id = b.area_id where b.id = $1"#,
        id.uuid(),
    )
    .fetch_optional(&mut *conn)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Building })?;
    let path = AreaPath::parse(&row.area_path).map_err(fault)?;
    actor.may(Action::ManageHouseholds, &Target::in_area(path))?;
    let mut households = lines(db, &mut conn, id).await?;
    let people = sqlx::query!(
        r#"select r.id, r.household_id, r.capacity, r.verified, r.adult, r.until, p.name_sealed, p.phone_sealed
           from residence r join household h on h.id = r.household_id join person p on p.id = r.person_id
           where h.building_id = $1 and r.since <= $2 and (r.until is null or r.until > $2) order by r.since, r.id"#,
        id.uuid(),
        db.today(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    for row in people {
        let Some(line) = households.iter_mut().find(|line| line.id.uuid() == row.household_id) else { continue };
        let name = row.name_sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()?;
        let phone = row.phone_sealed.map(|sealed| db.keys().open_text(Purpose::Phone, &sealed)).transpose()?;
        line.people.push(Dweller {
            residence: ResidenceId::from_uuid(row.id),
            name: name.map(|name| people::masked_name(&name)).unwrap_or_default(),
            phone: phone.and_then(|phone| Phone::parse(&phone).ok()).map(|phone| phone.masked()),
            capacity: parsed(&row.capacity)?,
            verified: parsed(&row.verified)?,
            adult: row.adult,
            until: row.until,
        });
    }
    let known = households.iter().filter(|line| !line.people.is_empty()).count();
    let card = BuildingCard {
        id,
        name: building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en)),
        area: Named::new(row.area_zh, row.area_en),
        households: u32::try_from(households.len()).unwrap_or(u32::MAX),
        known: u32::try_from(known).unwrap_or(u32::MAX),
    };
    Ok(BuildingPage { card, households })
}

/// The doors of a building in their order, without those behind them.
pub(crate) async fn lines(db: &Db, conn: &mut PgConnection, id: BuildingId) -> Result<Vec<HouseholdLine>, Error> {
    let rows = sqlx::query!(
        "select id, door_sealed, area_cm2 from household where building_id = $1 and active order by position",
        id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(HouseholdLine {
                id: HouseholdId::from_uuid(row.id),
                door: db.keys().open_text(Purpose::Home, &row.door_sealed)?,
                area_cm2: row.area_cm2,
                people: Vec::new(),
            })
        })
        .collect()
}

/// A building to be written, with its doors in their order.
#[derive(Debug, Clone, Default)]
pub struct NewBuilding {
    /// The code of the grid it lies in.
    pub area: String,
    /// The compound; empty for one that stands alone.
    pub compound: Named,
    /// Its name: `3号楼`, "Building 3".
    pub name: Named,
    /// Its doors, from [`gongzhi_domain::household::doors`] or as they were typed.
    pub doors: Vec<String>,
}

/// Adds a building. Refused: an area that is none, a name without words or one that the area has in the same compound already,
/// no doors, a door that stands twice.
pub async fn add_building(db: &Db, actor: &Actor, new: &NewBuilding) -> Result<BuildingId, Error> {
    let areas = db.areas().await?;
    let Some(area) = areas.by_code(new.area.trim()).filter(|area| !area.ended) else {
        return Err(Error::field("area", Reason::NotAChoice));
    };
    let role = actor.may(Action::ManageHouseholds, &Target::in_area(area.path.clone()))?;
    let mut wrong = Vec::new();
    let texts = [
        ("compound", &new.compound.zh, 0),
        ("compound_en", &new.compound.en, 0),
        ("name", &new.name.zh, 1),
        ("name_en", &new.name.en, 0),
    ];
    for (field, text, min) in texts {
        if let Err(reason) = written(text, min, NAME_MAX) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    if new.doors.is_empty() {
        wrong.push(FieldError::new("doors", Reason::Missing));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let mut tx = db.begin().await?;
    let (id, _) = put_building(db, &mut tx, area.id.uuid(), &area.path, &new.compound, &new.name, false).await?;
    for (position, door) in (1..).zip(&new.doors) {
        put_door(db, &mut tx, id, &area.path, position, door, None).await?;
    }
    record(db, &mut tx, actor, role, id, "building.add", json!({"area": area.code, "doors": new.doors.len()})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Writes a building, or finds the one of this name when `or_find`. `true` when it is new.
pub(super) async fn put_building(
    db: &Db,
    tx: &mut PgConnection,
    area: Uuid,
    path: &AreaPath,
    compound: &Named,
    name: &Named,
    or_find: bool,
) -> Result<(BuildingId, bool), Error> {
    let english = |named: &Named| if named.en.trim().is_empty() { named.zh.trim() } else { named.en.trim() }.to_owned();
    if or_find {
        let found = sqlx::query_scalar!(
            "select id from building where area_id = $1 and compound_zh = $2 and name_zh = $3",
            area,
            compound.zh.trim(),
            name.zh.trim(),
        );
        if let Some(id) = found.fetch_optional(&mut *tx).await.map_err(refuse)? {
            return Ok((BuildingId::from_uuid(id), false));
        }
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into building (id, area_id, area_path, compound_zh, compound_en, name_zh, name_en) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        area,
        path.as_str(),
        compound.zh.trim(),
        english(compound),
        name.zh.trim(),
        english(name),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok((BuildingId::from_uuid(id), true))
}

/// Writes a door.
pub(super) async fn put_door(
    db: &Db,
    tx: &mut PgConnection,
    building: BuildingId,
    path: &AreaPath,
    position: i32,
    door: &str,
    area_cm2: Option<i64>,
) -> Result<HouseholdId, Error> {
    let id = db.new_id();
    sqlx::query!(
        "insert into household (id, building_id, area_path, position, door_sealed, area_cm2) values ($1, $2, $3, $4, $5, $6)",
        id,
        building.uuid(),
        path.as_str(),
        position,
        db.keys().seal_text(Purpose::Home, door.trim())?,
        area_cm2,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(HouseholdId::from_uuid(id))
}

pub(super) async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    building: BuildingId,
    action: &str,
    after: serde_json::Value,
) -> Result<(), Error> {
    let subject = format!("building:{building}");
    let entry = audit::Entry { stream: &subject, action, subject: &subject, after: Some(after), ..Default::default() };
    audit::append(db, tx, actor, role, entry).await
}
