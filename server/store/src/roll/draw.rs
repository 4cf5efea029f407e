//! Drawing the roll: the homes of the area become voting units, in one transaction with the move that begins the notice.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::{Basis, Capacity, Kind};
use gongzhi_domain::roll::{self, Body, Home, Line, Named, Unit};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Roll, door_of, full_name, hex};
use crate::Purpose;
use crate::db::Db;
use crate::log::{self, LeafKind, NewLeaf};
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed};

/// Draws the roll of a pact whose notice begins: its first, or another one after a vote that had no quorum or did not hold.
///
/// Refused (fields of the move's form): `floor_area` where owners count and a flat's area is not known; `roll` when nobody has a
/// vote.
pub(crate) async fn draw(db: &Db, tx: &mut PgConnection, pact: &Pact) -> Result<(), Trouble> {
    let basis = basis_of(&mut *tx, pact).await?;
    if without_area(&mut *tx, pact, basis).await? > 0 {
        return Err(Error::field("floor_area", Reason::Missing).into());
    }
    let no = Roll::newest(&mut *tx, pact.id, true).await?.map_or(1, |before| before.no + 1);
    let homes = homes(db, &mut *tx, pact, basis, None).await?;
    let mut units: Vec<(Body, Unit)> =
        roll::units(basis, &homes).into_iter().map(|unit| (Body::Statutory, unit)).collect();
    let members = members(&mut *tx, pact).await?;
    if basis == Basis::Representatives {
        units.extend(
            members
                .iter()
                .filter(|(body, _)| *body == Body::Representatives)
                .map(|(_, unit)| (Body::Statutory, unit.clone())),
        );
    }
    units.extend(
        members.into_iter().filter(|(body, _)| basis != Basis::Representatives || *body != Body::Representatives),
    );
    if !units.iter().any(|(body, _)| *body == Body::Statutory) {
        return Err(Error::field("roll", Reason::Missing).into());
    }

    let id = db.new_id();
    let salt = hex(&rand::random::<[u8; 32]>());
    let names = names(db, &mut *tx, &units).await?;
    let mut lines = Vec::new();
    let mut positions: HashMap<Body, i32> = HashMap::new();
    for (body, unit) in &units {
        let position = positions.entry(*body).and_modify(|at| *at += 1).or_insert(1);
        for home in &unit.homes {
            lines.push(Line {
                body: *body,
                unit: *position,
                door: names.doors.get(&home.household).cloned().unwrap_or_default(),
                name: home.person.and_then(|person| names.people.get(&person).cloned()).unwrap_or_default(),
                capacity: home.capacity,
                area_cm2: home.area_cm2,
            });
        }
    }
    let canonical = roll::canonical(&pact.number, no, &salt, &lines);
    let sha256 = Sha256::digest(canonical.as_bytes()).to_vec();
    let statement =
        json!({"pact": pact.number, "roll": no, "sha256": hex(&sha256), "units": units.len(), "basis": basis});
    let leaf = log::append(
        db,
        &mut *tx,
        NewLeaf { kind: LeafKind::Roll, subject: &format!("pact:{}", pact.id), statement: &statement },
    )
    .await?;
    sqlx::query!(
        "insert into roll (id, pact_id, no, basis, drawn_at, sha256, list_sealed, leaf_id) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        pact.id.uuid(),
        no,
        basis.code(),
        db.now(),
        sha256,
        db.keys().seal_text(Purpose::Home, &canonical)?,
        leaf.uuid(),
    )
    .execute(&mut *tx)
    .await?;
    write(db, tx, id, &units).await
}

/// How the statutory body of a pact counts: as was chosen, else as its profile usually does.
pub(super) async fn basis_of(conn: &mut PgConnection, pact: &Pact) -> Result<Basis, Trouble> {
    let chosen = sqlx::query_scalar!("select basis from roll_basis where pact_id = $1", pact.id.uuid());
    if let Some(chosen) = chosen.fetch_optional(conn).await? {
        return Ok(parsed(&chosen)?);
    }
    Ok(pact.profile.usual().map_or(Basis::Households, |counting| counting.basis))
}

/// How many flats of the pact have no floor area, where area counts.
pub(super) async fn without_area(conn: &mut PgConnection, pact: &Pact, basis: Basis) -> Result<i64, Trouble> {
    if !basis.has_area() {
        return Ok(0);
    }
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from household h where h.active and h.area_cm2 is null
             and h.area_path >= $2 and h.area_path < $2 || '/'
             and (not exists (select from pact_building b where b.pact_id = $1)
                  or h.building_id in (select b.building_id from pact_building b where b.pact_id = $1))"#,
        pact.id.uuid(),
        pact.area.as_str(),
    )
    .fetch_one(conn)
    .await?)
}

/// Every door of the pact with everybody who counts there, in the order of buildings and doors; a door without anybody is one
/// home without a person. With `only` that door, if it is one of the pact.
pub(super) async fn homes(
    db: &Db,
    conn: &mut PgConnection,
    pact: &Pact,
    basis: Basis,
    only: Option<HouseholdId>,
) -> Result<Vec<Home>, Trouble> {
    let (counts, nobody): (&[&str], Capacity) = match (pact.kind, basis) {
        (_, Basis::Representatives) => return Ok(Vec::new()),
        (_, Basis::Owners | Basis::OwnersSpecial) => (&["owner"], Capacity::Owner),
        (Kind::VillageRules, _) => (&["villager"], Capacity::Villager),
        (Kind::BuildingPledge, _) => (&["resident", "villager", "owner"], Capacity::Resident),
        _ => (&["resident"], Capacity::Resident),
    };
    let counts: Vec<String> = counts.iter().map(|capacity| (*capacity).to_owned()).collect();
    let rows = sqlx::query!(
        r#"select h.id, h.area_cm2, r.person_id as "person_id?", r.capacity as "capacity?"
           from household h join building b on b.id = h.building_id
           left join lateral (
               select distinct on (r.person_id) r.person_id, r.capacity from residence r
               where r.household_id = h.id and r.adult and r.capacity = any($3) and r.since <= $4
                 and (r.until is null or r.until > $4)
               order by r.person_id, array_position($3, r.capacity)) r on true
           where h.active and h.area_path >= $2 and h.area_path < $2 || '/'
             and (not exists (select from pact_building p where p.pact_id = $1)
                  or h.building_id in (select p.building_id from pact_building p where p.pact_id = $1))
             and ($5::uuid is null or h.id = $5)
           order by b.area_path, b.compound_zh, length(b.name_zh), b.name_zh, h.building_id, h.position, r.person_id"#,
        pact.id.uuid(),
        pact.area.as_str(),
        &counts,
        db.today(),
        only.map(HouseholdId::uuid),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let capacity = match row.capacity.as_deref() {
                None => nobody,
                Some(code) => parsed(code)?,
            };
            Ok(Home {
                household: HouseholdId::from_uuid(row.id),
                person: row.person_id.map(PersonId::from_uuid),
                capacity,
                area_cm2: if basis.has_area() { row.area_cm2.unwrap_or_default() } else { 0 },
            })
        })
        .collect()
}

/// The members of the other bodies, each a unit of their own.
async fn members(conn: &mut PgConnection, pact: &Pact) -> Result<Vec<(Body, Unit)>, Trouble> {
    let rows = sqlx::query!(
        "select body, person_id from roll_member where pact_id = $1 order by body desc, named_at, person_id",
        pact.id.uuid()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let body: Body = parsed(&row.body)?;
            let capacity = if body == Body::PartyMembers { Capacity::PartyMember } else { Capacity::Representative };
            let person = Some(PersonId::from_uuid(row.person_id));
            let nowhere = HouseholdId::from_uuid(Uuid::nil());
            Ok((body, Unit { homes: vec![Home { household: nowhere, person, capacity, area_cm2: 0 }], area_cm2: 0 }))
        })
        .collect()
}

/// Names and doors as the hall prints them.
struct Names {
    people: HashMap<PersonId, String>,
    doors: HashMap<HouseholdId, String>,
}

async fn names(db: &Db, conn: &mut PgConnection, units: &[(Body, Unit)]) -> Result<Names, Trouble> {
    let homes = || units.iter().flat_map(|(_, unit)| &unit.homes);
    let mut people: Vec<Uuid> = homes().filter_map(|home| home.person).map(PersonId::uuid).collect();
    people.sort_unstable();
    people.dedup();
    let mut named = HashMap::with_capacity(people.len());
    let rows =
        sqlx::query!("select id, name_sealed from person where id = any($1)", &people).fetch_all(&mut *conn).await?;
    for row in rows {
        let person = PersonId::from_uuid(row.id);
        let name = row.name_sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()?;
        let name = match name.filter(|name| !name.is_empty()) {
            Some(name) => name,
            None => full_name(db, &mut *conn, person).await?,
        };
        named.insert(person, name);
    }
    let doors: Vec<Uuid> = homes().map(|home| home.household.uuid()).collect();
    let rows = sqlx::query!(
        "select h.id, h.door_sealed, b.compound_zh, b.name_zh from household h join building b on b.id = h.building_id
         where h.id = any($1)",
        &doors,
    )
    .fetch_all(conn)
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let door = door_of(db, &row.compound_zh, &row.name_zh, &row.door_sealed)?;
        found.insert(HouseholdId::from_uuid(row.id), door);
    }
    Ok(Names { people: named, doors: found })
}

/// Writes units and entries, many rows a statement.
async fn write(db: &Db, tx: &mut PgConnection, roll: Uuid, units: &[(Body, Unit)]) -> Result<(), Trouble> {
    let now = db.now();
    let mut rows = UnitRows::default();
    let mut entries = EntryRows::default();
    let mut positions: HashMap<Body, i32> = HashMap::new();
    for (body, unit) in units {
        let position = *positions.entry(*body).and_modify(|at| *at += 1).or_insert(1);
        let id = db.new_id();
        let voter = match roll::named(&unit.people(), &[], false) {
            Named::Voter(voter, how) => Some((voter.uuid(), how.code().to_owned())),
            Named::Rivals | Named::Nobody => None,
        };
        rows.id.push(id);
        rows.body.push(body.code().to_owned());
        rows.position.push(position);
        rows.area.push(unit.area_cm2);
        rows.voter.push(voter.as_ref().map(|(voter, _)| *voter));
        rows.how.push(voter.map(|(_, how)| how));
        for home in &unit.homes {
            entries.id.push(db.new_id());
            entries.unit.push(id);
            entries.household.push(Some(home.household.uuid()).filter(|id| !id.is_nil()));
            entries.person.push(home.person.map(PersonId::uuid));
            entries.area.push(home.area_cm2);
            entries.capacity.push(home.capacity.code().to_owned());
        }
    }
    sqlx::query!(
        "insert into voting_unit (id, roll_id, body, position, area_cm2, voter_id, voter_how, voter_at)
         select u.id, $1, u.body, u.position, u.area, u.voter, u.how, case when u.voter is not null then $2::timestamptz end
         from unnest($3::uuid[], $4::text[], $5::int[], $6::bigint[], $7::uuid[], $8::text[])
             as u (id, body, position, area, voter, how)",
        roll,
        now,
        &rows.id,
        &rows.body,
        &rows.position,
        &rows.area,
        &rows.voter as &[Option<Uuid>],
        &rows.how as &[Option<String>],
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into roll_entry (id, roll_id, unit_id, household_id, person_id, area_cm2, capacity)
         select e.id, $1, e.unit, e.household, e.person, e.area, e.capacity
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[])
             as e (id, unit, household, person, area, capacity)",
        roll,
        &entries.id,
        &entries.unit,
        &entries.household as &[Option<Uuid>],
        &entries.person as &[Option<Uuid>],
        &entries.area,
        &entries.capacity,
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(Default)]
struct UnitRows {
    id: Vec<Uuid>,
    body: Vec<String>,
    position: Vec<i32>,
    area: Vec<i64>,
    voter: Vec<Option<Uuid>>,
    how: Vec<Option<String>>,
}

#[derive(Default)]
struct EntryRows {
    id: Vec<Uuid>,
    unit: Vec<Uuid>,
    household: Vec<Option<Uuid>>,
    person: Vec<Option<Uuid>>,
    area: Vec<i64>,
    capacity: Vec<String>,
}
