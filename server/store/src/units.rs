//! Organisations that can be given work or have members.

use gongzhi_domain::ids::{AreaId, UnitId};
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Named, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::refusal::{parsed, refuse};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which it is.
    pub id: UnitId,
    /// What kind it is (`department`, `street_office` …).
    pub kind: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Named,
    /// What it answers for.
    pub duties: Named,
    /// Where it sits.
    pub area: AreaId,
    /// A published office number.
    pub duty_phone: Option<String>,
    /// When somebody is there.
    pub opening_hours: Option<String>,
    /// Whether orders may be dispatched to it.
    pub accepts_dispatch: bool,
}

/// A unit to be written; the published facts of [`Unit`] and what it belongs to.
#[derive(Debug, Clone)]
pub struct NewUnit {
    /// What readers see of it.
    pub unit: Unit,
    /// The unit it belongs to.
    pub parent: Option<UnitId>,
}

/// The active units that take orders, by name.
pub async fn taking_work(db: &Db) -> Result<Vec<Unit>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, kind, code, name_zh, name_en, duties_zh, duties_en, area_id, duty_phone, opening_hours, accepts_dispatch
         from unit where accepts_dispatch and active order by name_zh"
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    Ok(rows.into_iter().map(Unit::from).collect())
}

/// One unit, active or not: old orders name units that are gone.
pub async fn by_id(db: &Db, id: UnitId) -> Result<Unit, Error> {
    let row = sqlx::query_as!(
        Row,
        "select id, kind, code, name_zh, name_en, duties_zh, duties_en, area_id, duty_phone, opening_hours, accepts_dispatch
         from unit where id = $1",
        id.uuid(),
    );
    let row = row.fetch_optional(db.pool()).await.map_err(refuse)?;
    row.map(Unit::from).ok_or(Error::NotFound { what: What::Unit })
}

/// Somebody who looks after an area, as residents may see them: the official name and the office's number, never
/// a private one (people-and-places.md, Areas).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// What they are there.
    pub role: Role,
    /// The name under which they act.
    pub name: Named,
    /// The unit they belong to.
    pub unit: Named,
    /// The unit's published number.
    pub office_phone: Option<String>,
    /// When somebody is there.
    pub hours: Option<String>,
}

/// Who looks after an area: heads, advisers, workers and neighbour heads of a grid, volunteer coordinators, and
/// for a community or a town the manager of its own office.
pub async fn looking_after(db: &Db, area: AreaId) -> Result<Vec<Keeper>, Error> {
    let rows = sqlx::query!(
        "select m.role, s.display_name_zh, s.display_name_en, u.name_zh, u.name_en, u.duty_phone, u.opening_hours
         from membership m
         join staff_account s on s.person_id = m.person_id
         join unit u on u.id = m.unit_id
         where m.area_id = $1 and m.since <= $2 and (m.until is null or m.until > $2) and s.active and u.active
           and (m.role in ('grid_head', 'adviser', 'grid_worker', 'neighbour_head', 'volunteer_coordinator')
                or m.role = 'unit_manager' and u.kind in ('community_committee', 'street_office'))
         order by m.since, m.id",
        area.uuid(),
        db.today(),
    );
    let mut keepers = Vec::new();
    for row in rows.fetch_all(db.read()).await.map_err(refuse)? {
        keepers.push(Keeper {
            role: parsed(&row.role)?,
            name: Named::new(row.display_name_zh, row.display_name_en),
            unit: Named::new(row.name_zh, row.name_en),
            office_phone: row.duty_phone,
            hours: row.opening_hours,
        });
    }
    keepers.sort_by_key(|keeper| keeper.role);
    Ok(keepers)
}

/// Writes units, parents before children.
pub async fn insert_many(tx: &mut PgConnection, units: &[NewUnit]) -> Result<(), Error> {
    for NewUnit { unit, parent } in units {
        sqlx::query!(
            "insert into unit (id, parent_id, area_id, kind, code, name_zh, name_en, duties_zh, duties_en, duty_phone,
                               opening_hours, accepts_dispatch)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            unit.id.uuid(),
            parent.map(UnitId::uuid),
            unit.area.uuid(),
            unit.kind,
            unit.code,
            unit.name.zh,
            unit.name.en,
            unit.duties.zh,
            unit.duties.en,
            unit.duty_phone,
            unit.opening_hours,
            unit.accepts_dispatch,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    }
    Ok(())
}

struct Row {
    id: Uuid,
    kind: String,
    code: String,
    name_zh: String,
    name_en: String,
    duties_zh: String,
    duties_en: String,
    area_id: Uuid,
    duty_phone: Option<String>,
    opening_hours: Option<String>,
    accepts_dispatch: bool,
}

impl From<Row> for Unit {
    fn from(row: Row) -> Self {
        Self {
            id: UnitId::from_uuid(row.id),
            kind: row.kind,
            code: row.code,
            name: Named::new(row.name_zh, row.name_en),
            duties: Named::new(row.duties_zh, row.duties_en),
            area: AreaId::from_uuid(row.area_id),
            duty_phone: row.duty_phone,
            opening_hours: row.opening_hours,
            accepts_dispatch: row.accepts_dispatch,
        }
    }
}
