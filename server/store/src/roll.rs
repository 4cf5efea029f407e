//! The roll of a pact (pacts.md, Roll and vote): a snapshot of who may vote, drawn when the notice begins. Online only the hash
//! of its canonical list, counts and totals are public; the list itself is printed at the desk. The people of a household name
//! one voter, rivals are settled with a note; objections change the roll by recorded amendments.

mod amend;
mod draw;
mod list;
mod objections;
mod page;
mod people;
mod print;
mod voters;

pub use amend::{At, Changed};
pub(crate) use draw::draw;
pub use objections::{Answer, answer, object};
pub(crate) use page::units_of;
pub use page::{desk, page};
pub(crate) use people::held_by;
pub use people::{Proxy, choose_basis, give_proxy, name_member, take_back_proxy};
pub use print::print;
pub(crate) use voters::close as close_naming;
pub use voters::{name_voter, settle};

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{HouseholdId, PactId, PersonId};
use gongzhi_domain::pact::{Basis, Facts, Stage};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, What};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Purpose;
use crate::audit;
use crate::db::Db;
use crate::pacts::Pact;
use crate::people::{masked_name, masked_phone, open_name};
use crate::refusal::{Trouble, fault, parsed};

/// The newest roll of a pact.
#[derive(Debug, Clone)]
pub(crate) struct Roll {
    pub id: Uuid,
    pub no: i32,
    pub basis: Basis,
    pub drawn_at: DateTime<Utc>,
    pub sha256: Vec<u8>,
    pub amended: i32,
}

impl Roll {
    /// The newest roll of a pact; with `lock` it is held until the transaction ends.
    pub async fn newest(conn: &mut PgConnection, pact: PactId, lock: bool) -> Result<Option<Self>, Trouble> {
        if lock {
            sqlx::query_scalar!(
                "select id from roll where pact_id = $1 order by no desc limit 1 for update",
                pact.uuid()
            )
            .fetch_optional(&mut *conn)
            .await?;
        }
        let row = sqlx::query!(
            "select id, no, basis, drawn_at, sha256, amended from roll where pact_id = $1 order by no desc limit 1",
            pact.uuid(),
        )
        .fetch_optional(conn)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Self {
            id: row.id,
            no: row.no,
            basis: parsed(&row.basis)?,
            drawn_at: row.drawn_at,
            sha256: row.sha256,
            amended: row.amended,
        }))
    }

    /// The same where there has to be one.
    pub async fn of(conn: &mut PgConnection, pact: PactId, lock: bool) -> Result<Self, Trouble> {
        Ok(Self::newest(conn, pact, lock).await?.ok_or(Error::NotFound { what: What::Roll })?)
    }

    /// Its canonical list with names and doors: long, read only where it is printed or changed.
    pub async fn list(&self, db: &Db, conn: &mut PgConnection) -> Result<String, Trouble> {
        let sealed = sqlx::query_scalar!("select list_sealed from roll where id = $1", self.id).fetch_one(conn).await?;
        Ok(db.keys().open_text(Purpose::Home, &sealed)?)
    }

    /// Until when somebody may object to it: whole days of the notice, longer by its pauses.
    pub fn object_until(&self, pact: &Pact, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut facts = Facts::new(pact.profile.clone(), pact.stage, self.drawn_at);
        if pact.stage == Stage::Notice {
            facts.paused_at = pact.paused_at;
            facts.paused_for = pact.paused_for;
        }
        facts.window_ends(pact.profile.windows.roll_objections.days, now)
    }
}

/// By when an objection made now is to be answered: the end of the last of so many whole days.
fn answer_by(pact: &Pact, now: DateTime<Utc>) -> DateTime<Utc> {
    Facts::new(pact.profile.clone(), pact.stage, now).window_ends(pact.profile.windows.roll_answers.days, now)
}

/// What the table of moves asks of the roll.
pub(crate) async fn facts(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let Some(roll) = Roll::newest(&mut *conn, pact.id, false).await? else { return Ok(()) };
    let open = sqlx::query!(
        r#"select (select count(*) from roll_objection where roll_id = $1 and answered_at is null) as "objections!",
               (select count(*) from voting_unit u where u.roll_id = $1 and u.struck_in is null and u.voter_id is null
                  and (select count(distinct c.voter_id) from voter_claim c where c.unit_id = u.id) > 1) as "rivals!""#,
        roll.id,
    )
    .fetch_one(conn)
    .await?;
    facts.roll_drawn = true;
    facts.roll_objections_open = count(open.objections + open.rivals)?;
    Ok(())
}

/// A person's name as a housemate or an officer sees it: `李＊`, else the masked number.
pub(crate) async fn masked(db: &Db, conn: &mut PgConnection, person: PersonId) -> Result<String, Error> {
    if let Some(name) = open_name(db, conn, person).await?.filter(|name| !name.is_empty()) {
        return Ok(masked_name(&name));
    }
    let staff = sqlx::query_scalar!("select display_name_zh from staff_account where person_id = $1", person.uuid())
        .fetch_optional(&mut *conn)
        .await
        .map_err(crate::refuse)?;
    match staff {
        Some(name) => Ok(name),
        None => Ok(masked_phone(db, conn, person).await?.unwrap_or_default()),
    }
}

/// The name that stands on the printed list: as given, else the masked number.
async fn full_name(db: &Db, conn: &mut PgConnection, person: PersonId) -> Result<String, Error> {
    match open_name(db, conn, person).await?.filter(|name| !name.is_empty()) {
        Some(name) => Ok(name),
        None => Ok(masked_phone(db, conn, person).await?.unwrap_or_default()),
    }
}

/// Writes the audit row of something done to a roll or a vote.
pub(crate) async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    pact: &Pact,
    action: &str,
    after: Value,
) -> Result<(), Error> {
    let stream = pact.stream();
    let entry = audit::Entry { stream: &stream, action, subject: &stream, after: Some(after), ..Default::default() };
    audit::append(db, tx, actor, role, entry).await
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The doors of a unit, building first, in their order.
pub(crate) async fn doors(db: &Db, conn: &mut PgConnection, unit: Uuid) -> Result<Vec<String>, Trouble> {
    let rows = sqlx::query!(
        "select distinct h.id, h.door_sealed, h.position, b.compound_zh, b.name_zh from roll_entry e
         join household h on h.id = e.household_id join building b on b.id = h.building_id
         where e.unit_id = $1 and e.struck_in is null order by b.compound_zh, b.name_zh, h.position",
        unit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(door_of(db, &row.compound_zh, &row.name_zh, &row.door_sealed)?)).collect()
}

/// A flat or door of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flat {
    household: HouseholdId,
    area_cm2: i64,
}

/// The flats of a unit, in the order of its doors.
async fn flats(conn: &mut PgConnection, unit: Uuid) -> Result<Vec<Flat>, Trouble> {
    let rows = sqlx::query!(
        "select distinct h.id, h.position, b.compound_zh, b.name_zh, e.area_cm2 from roll_entry e
         join household h on h.id = e.household_id join building b on b.id = h.building_id
         where e.unit_id = $1 and e.struck_in is null order by b.compound_zh, b.name_zh, h.position",
        unit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Flat { household: HouseholdId::from_uuid(row.id), area_cm2: row.area_cm2 }).collect())
}

/// Compound, building and door in one line.
pub(crate) fn door_of(db: &Db, compound: &str, building: &str, sealed: &[u8]) -> Result<String, Error> {
    let door = db.keys().open_text(Purpose::Home, sealed)?;
    Ok(format!("{compound}{building}{door}"))
}

/// A number of the database as a count.
pub(crate) fn count(number: i64) -> Result<u32, Error> {
    u32::try_from(number).map_err(fault)
}
