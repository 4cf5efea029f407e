//! The signature book for print, and afterwards the register of who signed. Both hold names and doors in full, so whoever
//! opens them is remembered in the audit log.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{BuildingId, PersonId, SignatureId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Capacity, Channel};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ground::{Ground, Round, hex};
use super::round::building_name;
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{parsed, refuse};

/// The book of a building: one line for each person who may sign.
#[derive(Debug, Clone)]
pub struct Book {
    /// The pact's number.
    pub number: String,
    /// What it is called.
    pub title: Named,
    /// The version that is signed.
    pub text_no: i32,
    /// The hash of its text, 64 hexadecimal digits.
    pub text: String,
    /// The building.
    pub building: Named,
    /// The lines, by door.
    pub lines: Vec<BookLine>,
}

/// A line to sign on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// The door.
    pub door: String,
    /// The name; empty when it is not known and has to be written in.
    pub name: String,
}

/// A signature as the register shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterLine {
    /// Which.
    pub id: SignatureId,
    /// The building.
    pub building: Named,
    /// The door.
    pub door: String,
    /// The name.
    pub name: String,
    /// As what.
    pub capacity: Capacity,
    /// How.
    pub channel: Channel,
    /// When.
    pub at: DateTime<Utc>,
    /// The beginning of the signer's pseudonym, as it stands in the log.
    pub pseudonym: String,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The scan of its page, of one on paper.
    pub scan: Option<Uuid>,
}

/// The signature book of a building, for print.
///
/// # Errors
/// [`Error::Invalid`] with `form` when nothing is signed yet.
pub async fn book(db: &Db, actor: &Actor, number: &str, building: BuildingId) -> Result<Book, Error> {
    let mut tx = db.begin().await?;
    let (ground, round) = opened(db, &mut tx, actor, number, "signing.print_book", Some(building)).await?;
    let rows = sqlx::query!(
        r#"select distinct h.position as "position!", h.household_id as "household!", h.door_sealed as "door!", s.person_id,
                  b.compound_zh, b.compound_en, b.name_zh, b.name_en
           from pact_household h join building b on b.id = h.building_id
           left join pact_signer s on s.pact_id = h.pact_id and s.household_id = h.household_id
           where h.pact_id = $1 and h.building_id = $2 order by 1, 4"#,
        ground.id.uuid(),
        building.uuid(),
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(refuse)?;
    let mut name = Named::default();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        name = building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en);
        let signer = match row.person_id {
            Some(person) => people::open_name(db, &mut tx, PersonId::from_uuid(person)).await?.unwrap_or_default(),
            None => String::new(),
        };
        lines.push(BookLine { door: db.keys().open_text(Purpose::Home, &row.door)?, name: signer });
    }
    tx.commit().await.map_err(refuse)?;
    Ok(Book {
        number: ground.number,
        title: ground.title,
        text_no: round.text_no,
        text: round.text_hex(),
        building: name,
        lines,
    })
}

/// Who signed the present version, by building and door.
pub async fn register(db: &Db, actor: &Actor, number: &str) -> Result<Vec<RegisterLine>, Error> {
    let mut tx = db.begin().await?;
    let (ground, round) = opened(db, &mut tx, actor, number, "signing.read_register", None).await?;
    let rows = sqlx::query!(
        r#"select s.id, s.person_id, s.capacity, s.channel, s.at, s.pseudonym, h.door_sealed,
                  b.compound_zh, b.compound_en, b.name_zh, b.name_en, e.at as "withdrawn_at?", r.scan_id as "scan?"
           from signature s
           join household h on h.id = s.household_id
           join building b on b.id = h.building_id
           left join signature_event e on e.signature_id = s.id and e.kind = 'withdrawal'
           left join paper_signature_entry r on r.id = s.second_entry
           where s.pact_id = $1 and s.text_no = $2
           order by b.compound_zh, b.name_zh, b.id, h.position, s.at
           limit 5000"#,
        ground.id.uuid(),
        round.text_no,
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(refuse)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let name = people::open_name(db, &mut tx, PersonId::from_uuid(row.person_id)).await?.unwrap_or_default();
        lines.push(RegisterLine {
            id: SignatureId::from_uuid(row.id),
            building: building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en),
            door: db.keys().open_text(Purpose::Home, &row.door_sealed)?,
            name,
            capacity: parsed(&row.capacity)?,
            channel: parsed(&row.channel)?,
            at: row.at,
            pseudonym: hex(row.pseudonym.get(..6).unwrap_or_default()),
            withdrawn_at: row.withdrawn_at,
            scan: row.scan,
        });
    }
    tx.commit().await.map_err(refuse)?;
    Ok(lines)
}

/// The pact and its round for somebody who may see names, and the row that says that they looked.
async fn opened(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    number: &str,
    action: &str,
    building: Option<BuildingId>,
) -> Result<(Ground, Round), Error> {
    let ground = Ground::read(conn, number, false).await?;
    let role = actor.may(Action::ReadSigningBook, &Target::in_area(ground.area.clone()))?;
    let not_open = || Error::field("form", gongzhi_domain::Reason::NotOpenNow);
    let round = ground.round(conn).await?.ok_or_else(not_open)?;
    let entry = audit::Entry {
        stream: &format!("signing:{}", ground.number),
        action,
        subject: &format!("pact:{}", ground.id),
        after: building.map(|building| json!({ "building": building })),
        ..audit::Entry::default()
    };
    audit::append(db, conn, actor, role, entry).await?;
    Ok((ground, round))
}
