//! Taking a list of households over: a dry run that names every problem by its row and changes nothing, then all or nothing. Taking
//! the same list over again changes nothing (people-and-places.md, Import and export).

use std::collections::{BTreeMap, BTreeSet};

use gongzhi_domain::household::Verified;
use gongzhi_domain::household::import::{Problem, Row, read};
use gongzhi_domain::ids::{BuildingId, HouseholdId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Lang, Named, Reason};
use serde_json::json;
use sqlx::PgConnection;

use super::building::{lines, put_building, put_door, record};
use crate::audit;
use crate::db::Db;
use crate::people;
use crate::refusal::refuse;

/// What a list would change, or has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Imported {
    /// Rows that were read.
    pub rows: u32,
    /// Buildings that are new.
    pub buildings: u32,
    /// Doors that are new.
    pub households: u32,
    /// Homes that are new.
    pub residences: u32,
    /// Rows that were known already.
    pub unchanged: u32,
}

/// What came of reading a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What it changes.
    pub imported: Imported,
    /// Everything that is wrong with it; while there is anything, nothing is changed.
    pub problems: Vec<Problem>,
    /// Whether it was taken over.
    pub done: bool,
}

/// Reads a list and, unless `dry`, takes it over: all of it or nothing. Refused: whoever keeps no households anywhere. A grid that
/// is none, or lies outside the actor's areas, is a problem of its row.
pub async fn import(db: &Db, actor: &Actor, text: &str, dry: bool) -> Result<Report, Error> {
    if !actor.has(Action::ManageHouseholds) {
        let signed_in = actor.is_signed_in();
        return Err(if signed_in { Error::Forbidden { action: Action::ManageHouseholds } } else { Error::NotSignedIn });
    }
    let (rows, mut problems) = read(text);
    let areas = db.areas().await?;
    let mut role = Role::System;
    for row in &rows {
        let area = areas.by_code(&row.grid).filter(|area| !area.ended);
        match area.map(|area| actor.may(Action::ManageHouseholds, &Target::in_area(area.path.clone()))) {
            Some(Ok(as_what)) => role = as_what,
            _ => problems.push(Problem { line: row.line, column: "grid", reason: Reason::NotAChoice }),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    if rows.is_empty() && problems.is_empty() {
        problems.push(Problem { line: 0, column: "door", reason: Reason::Missing });
    }
    if !problems.is_empty() {
        let imported = Imported { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), ..Imported::default() };
        return Ok(Report { imported, problems, done: false });
    }
    let mut tx = db.begin().await?;
    // Two lists at once would each number the doors of a building from the same place on.
    sqlx::query!("select pg_advisory_xact_lock(712002)").execute(&mut *tx).await.map_err(refuse)?;
    let imported = take_over(db, &mut tx, actor, role, &rows).await?;
    if dry {
        drop(tx);
    } else {
        tx.commit().await.map_err(refuse)?;
    }
    Ok(Report { imported, problems, done: !dry })
}

/// A building on the way, with its doors as far as they are known.
struct Open {
    id: BuildingId,
    doors: BTreeMap<String, HouseholdId>,
    next: i32,
}

async fn take_over(db: &Db, tx: &mut PgConnection, actor: &Actor, role: Role, rows: &[Row]) -> Result<Imported, Error> {
    let areas = db.areas().await?;
    let mut done = Imported::default();
    let mut open: BTreeMap<(&str, &str, &str), Open> = BTreeMap::new();
    let mut touched: BTreeSet<BuildingId> = BTreeSet::new();
    for row in rows {
        done.rows += 1;
        let Some(area) = areas.by_code(&row.grid) else { continue };
        let key = (row.grid.as_str(), row.compound.as_str(), row.building.as_str());
        let known = open.contains_key(&key);
        if !known {
            let (compound, name) = (Named::new(row.compound.as_str(), ""), Named::new(row.building.as_str(), ""));
            let (id, new) = put_building(db, &mut *tx, area.id.uuid(), &area.path, &compound, &name, true).await?;
            done.buildings += u32::from(new);
            let doors = lines(db, &mut *tx, id).await?.into_iter().map(|line| (line.door, line.id)).collect();
            let last = sqlx::query_scalar!("select max(position) from household where building_id = $1", id.uuid());
            let next = last.fetch_one(&mut *tx).await.map_err(refuse)?.unwrap_or(0) + 1;
            open.insert(key, Open { id, doors, next });
        }
        let Some(building) = open.get_mut(&key) else { continue };
        let mut changed = false;
        let household = match building.doors.get(&row.door) {
            Some(known) => *known,
            None => {
                let id =
                    put_door(db, &mut *tx, building.id, &area.path, building.next, &row.door, row.area_cm2).await?;
                building.next += 1;
                building.doors.insert(row.door.clone(), id);
                done.households += 1;
                changed = true;
                id
            }
        };
        if let Some(area_cm2) = row.area_cm2 {
            let updated = sqlx::query!(
                "update household set area_cm2 = $2 where id = $1 and area_cm2 is distinct from $2",
                household.uuid(),
                area_cm2,
            );
            changed |= updated.execute(&mut *tx).await.map_err(refuse)?.rows_affected() > 0;
        }
        if take_over_person(db, &mut *tx, row, household, actor, role).await? {
            done.residences += 1;
            changed = true;
        }
        if changed {
            touched.insert(building.id);
        } else {
            done.unchanged += 1;
        }
    }
    for building in touched {
        record(db, &mut *tx, actor, role, building, "building.import", json!({"rows": done.rows})).await?;
    }
    Ok(done)
}

/// Writes the home of a row's person; `false` when there is none or it is known. Whoever takes a list over does not take their own
/// home over with it: that needs another person at the window.
async fn take_over_person(
    db: &Db,
    tx: &mut PgConnection,
    row: &Row,
    household: HouseholdId,
    actor: &Actor,
    role: Role,
) -> Result<bool, Error> {
    let Some((phone, name, capacity)) = &row.person else { return Ok(false) };
    let (person, new) = people::find_or_create(db, &mut *tx, phone, Lang::Zh).await?;
    if actor.person == Some(person) {
        return Ok(false);
    }
    if new && !name.trim().is_empty() {
        people::set_name(db, &mut *tx, person, name).await?;
    }
    let known = sqlx::query_scalar!(
        r#"select exists (select from residence where person_id = $1 and household_id = $2 and capacity = $3
           and (until is null or until > $4)) as "known!""#,
        person.uuid(),
        household.uuid(),
        capacity.code(),
        db.today(),
    );
    if known.fetch_one(&mut *tx).await.map_err(refuse)? {
        return Ok(false);
    }
    sqlx::query!(
        "insert into residence (id, person_id, household_id, capacity, verified, verified_by, since) values ($1, $2, $3, $4, $5, $6, $7)",
        db.new_id(),
        person.uuid(),
        household.uuid(),
        capacity.code(),
        Verified::ImportedRoll.code(),
        actor.person.map(gongzhi_domain::ids::PersonId::uuid),
        db.today(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("person:{person}");
    let entry = audit::Entry {
        stream: &subject,
        action: "residence.import",
        subject: &subject,
        after: Some(json!({"household": household, "capacity": capacity})),
        acting_for: Some(person),
        ..Default::default()
    };
    audit::append(db, tx, actor, role, entry).await?;
    Ok(true)
}
