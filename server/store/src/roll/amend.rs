//! Objections to the roll: five days to object, three to answer, with a reason. An upheld one changes the roll by a recorded
//! amendment, after which the list has a new hash.

use gongzhi_domain::error::{FieldError, Reason};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Basis, Capacity, Kind, Stage};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::roll::{self, Body, Change, Line, WORDS_MAX};
use gongzhi_domain::{Error, Lang, What};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::voters::{designate, people_of, said_of};
use super::{Roll, answer_by, door_of, full_name, hex, record};
use crate::Purpose;
use crate::db::Db;
use crate::limits;
use crate::log::{self, LeafKind, NewLeaf};
use crate::outbox::{self, Message, Way};
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, parsed, refuse};

/// What an answer to an objection says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The change of an upheld objection; `None` turns it down.
    pub change: Option<Changed>,
    /// Why, for the one who objected.
    pub reason: String,
}

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

/// Objects to the roll. Five a day at most.
///
/// Refused: a visitor; no words; outside the notice or after the five days (field `words`).
pub async fn object(db: &Db, actor: &Actor, number: &str, words: &str) -> Result<(), Error> {
    let role = actor.may(Action::ObjectToRoll, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    written(words, 4, WORDS_MAX).map_err(|reason| Error::field("words", reason))?;
    limits::hit(db, "object to roll", person.uuid().as_bytes(), 5, chrono::Duration::days(1)).await?;
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    let now = db.now();
    if pact.stage != Stage::Notice || now >= roll.object_until(&pact, now) {
        return Err(Error::field("words", Reason::Closed));
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into roll_objection (id, roll_id, person_id, words_sealed, at, answer_by) values ($1, $2, $3, $4, $5, $6)",
        id,
        roll.id,
        person.uuid(),
        db.keys().seal_text(Purpose::Internal, words.trim())?,
        now,
        answer_by(&pact, now),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, &pact, "roll.object", json!({"objection": id})).await?;
    tx.commit().await.map_err(refuse)
}

/// Answers an objection, and changes the roll where it is upheld.
///
/// Refused: whoever keeps no rolls there, or wrote it; an objection that is none or answered; no reason; a change that cannot be
/// made (fields `unit`, `phone`, `flat`, `area`).
pub async fn answer(db: &Db, actor: &Actor, number: &str, objection: Uuid, answer: &Answer) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let role = actor.may(Action::KeepRoll, &pact.target())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    let row = sqlx::query!(
        "select person_id, answered_at from roll_objection where id = $1 and roll_id = $2 for update",
        objection,
        roll.id,
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Roll })?;
    if row.answered_at.is_some() {
        return Err(Error::Duplicate { what: What::Roll });
    }
    if row.person_id == person.uuid() {
        return Err(Error::field("reason", Reason::NeedsAnotherPerson));
    }
    let mut wrong: Vec<FieldError> = Vec::new();
    if let Err(reason) = written(&answer.reason, 4, WORDS_MAX) {
        wrong.push(FieldError::new("reason", reason));
    }
    if pact.stage != Stage::Notice {
        wrong.push(FieldError::new("change", Reason::Closed));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    sqlx::query!(
        "update roll_objection set upheld = $2, reason_sealed = $3, answered_by = $4, answered_at = $5 where id = $1",
        objection,
        answer.change.is_some(),
        db.keys().seal_text(Purpose::Internal, answer.reason.trim())?,
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if let Some(change) = &answer.change {
        let no = roll.amended + 1;
        let done = apply(db, &mut tx, &pact, &roll, no, change).await?;
        let sha256 = renew(db, &mut tx, &pact, &roll, no, &done).await?;
        let statement = json!({"pact": pact.number, "roll": roll.no, "amendment": no, "change": done.change, "sha256": hex(&sha256)});
        let subject = format!("pact:{}", pact.id);
        let leaf = log::append(db, &mut tx, NewLeaf { kind: LeafKind::Roll, subject: &subject, statement: &statement })
            .await?;
        sqlx::query!(
            "insert into roll_amendment (roll_id, no, objection_id, change, entry_id, before_cm2, after_cm2, sha256, leaf_id, made_by, made_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            roll.id,
            no,
            objection,
            done.change.code(),
            done.entry,
            done.before,
            done.after,
            sha256,
            leaf.uuid(),
            person.uuid(),
            db.now(),
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    }
    let after = json!({"objection": objection, "upheld": answer.change.is_some()});
    record(db, &mut tx, actor, role, &pact, "roll.answer", after).await?;
    tell(db, &mut tx, PersonId::from_uuid(row.person_id), &pact, objection).await?;
    tx.commit().await.map_err(refuse)
}

/// What was done to which entry.
struct Done {
    change: Change,
    entry: Uuid,
    before: Option<i64>,
    after: Option<i64>,
}

async fn apply(
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

/// Changes the sealed list as the entries were changed, and answers its hash. Only lines of the changed unit are written anew:
/// names and doors of all others stay as they were drawn.
async fn renew(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    no: i32,
    done: &Done,
) -> Result<Vec<u8>, Trouble> {
    let list = roll.list(db, &mut *tx).await?;
    let list: Value = serde_json::from_str(&list).map_err(fault)?;
    let unit = sqlx::query!(
        "select u.id, u.position from voting_unit u join roll_entry e on e.unit_id = u.id where e.id = $1",
        done.entry,
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut lines = lines_in(&list)?;
    lines.retain(|line| line.body != Body::Statutory || line.unit != unit.position);
    let entries = sqlx::query!(
        r#"select e.person_id, e.area_cm2, e.capacity, h.door_sealed as "door_sealed?", b.compound_zh as "compound?", b.name_zh as "name?"
           from roll_entry e left join household h on h.id = e.household_id left join building b on b.id = h.building_id
           where e.unit_id = $1 and e.struck_in is null order by e.id"#,
        unit.id,
    )
    .fetch_all(&mut *tx)
    .await?;
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
        lines.push(Line { body: Body::Statutory, unit: unit.position, door, name, capacity, area_cm2: entry.area_cm2 });
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

async fn tell(db: &Db, tx: &mut PgConnection, person: PersonId, pact: &Pact, objection: Uuid) -> Result<(), Error> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    let body = match Lang::parse(&lang).unwrap_or_default() {
        Lang::Zh => format!("【共治】您对公约 {} 名册的异议已有答复，请打开名册页面查看。", pact.number),
        Lang::En => format!(
            "[Gongzhi] Your objection to the roll of pact {} was answered. See the page of the roll.",
            pact.number
        ),
    };
    let key = format!("roll-objection:{objection}");
    outbox::put(
        db,
        tx,
        Message { key: &key, kind: "roll_objection", way: Way::Portal, person: Some(person), body: &body },
    )
    .await
}
