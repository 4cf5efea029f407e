//! The canonical list of a roll as it lies sealed: read line by line, and written anew where an amendment changed it.

use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::roll::{self, Body, Line};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Roll, door_of, full_name};
use crate::Purpose;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, parsed};

/// Changes the sealed list as the entries of some units were changed, and answers its hash. Only lines of those units are written
/// anew: names and doors of all others stay as they were drawn.
pub(super) async fn renew(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    no: i32,
    changed: &[Uuid],
) -> Result<Vec<u8>, Trouble> {
    let list = roll.list(db, &mut *tx).await?;
    let list: Value = serde_json::from_str(&list).map_err(fault)?;
    let mut lines = lines_in(&list)?;
    let units = sqlx::query!("select id, body, position from voting_unit where id = any($1)", changed);
    for unit in units.fetch_all(&mut *tx).await? {
        let body: Body = parsed(&unit.body)?;
        lines.retain(|line| line.body != body || line.unit != unit.position);
        lines.extend(lines_of(db, &mut *tx, unit.id, body, unit.position).await?);
    }
    let salt = list.get("salt").and_then(Value::as_str).unwrap_or_default();
    let canonical = roll::canonical(&pact.number, roll.no, salt, &lines);
    let sha256 = Sha256::digest(canonical.as_bytes()).to_vec();
    sqlx::query!(
        "update roll set sha256 = $2, list_sealed = $3, amended = $4 where id = $1",
        roll.id,
        sha256,
        db.keys().seal_text(Purpose::Home, &canonical)?,
        no,
    )
    .execute(tx)
    .await?;
    Ok(sha256)
}

/// The lines of a unit as its entries say; none for one that was struck.
async fn lines_of(db: &Db, tx: &mut PgConnection, unit: Uuid, body: Body, position: i32) -> Result<Vec<Line>, Trouble> {
    let entries = sqlx::query!(
        r#"select e.person_id, e.area_cm2, e.capacity, h.door_sealed as "door_sealed?", b.compound_zh as "compound?", b.name_zh as "name?"
           from roll_entry e left join household h on h.id = e.household_id left join building b on b.id = h.building_id
           where e.unit_id = $1 and e.struck_in is null order by e.id"#,
        unit,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let door = match (entry.door_sealed, entry.compound, entry.name) {
            (Some(sealed), Some(compound), Some(name)) => door_of(db, &compound, &name, &sealed)?,
            _ => String::new(),
        };
        let name = match entry.person_id {
            Some(person) => full_name(db, &mut *tx, PersonId::from_uuid(person)).await?,
            None => String::new(),
        };
        let capacity = parsed(&entry.capacity)?;
        lines.push(Line { body, unit: position, door, name, capacity, area_cm2: entry.area_cm2 });
    }
    Ok(lines)
}

/// The lines of a canonical list.
pub(super) fn lines_in(list: &Value) -> Result<Vec<Line>, Error> {
    let entries = list.get("entries").and_then(Value::as_array).ok_or_else(|| fault("a roll without entries"))?;
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|entry| {
            Ok(Line {
                body: parsed(&text(entry, "body"))?,
                unit: entry
                    .get("unit")
                    .and_then(Value::as_i64)
                    .and_then(|unit| i32::try_from(unit).ok())
                    .unwrap_or_default(),
                door: text(entry, "door"),
                name: text(entry, "name"),
                capacity: parsed(&text(entry, "capacity"))?,
                area_cm2: entry.get("area_cm2").and_then(Value::as_i64).unwrap_or_default(),
            })
        })
        .collect()
}
