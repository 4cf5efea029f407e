//! Confirming at the window that somebody belongs to a household, and ending it. Whoever confirms is never the person; what was
//! seen, or who vouched, is kept sealed.

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::household::{Capacity, NOTE_MAX, Verified};
use gongzhi_domain::ids::{BuildingId, HouseholdId, PersonId, ResidenceId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Lang, Named, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::{fault, refuse};
use crate::scope::Scope;

/// What is confirmed.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The household.
    pub household: HouseholdId,
    /// The person's number.
    pub phone: Phone,
    /// Their name; empty leaves the one they gave.
    pub name: String,
    /// As what they belong there.
    pub capacity: Capacity,
    /// Whether they are of age.
    pub adult: bool,
    /// How it was verified: one of [`Verified::AT_THE_WINDOW`].
    pub verified: Verified,
    /// What was seen, or who vouched.
    pub note: String,
    /// The day it ends; `None` for no day.
    pub until: Option<NaiveDate>,
    /// Whether number, name and door were read back to the person.
    pub read_back: bool,
}

/// Confirms that a person belongs to a household; their ask, if there is one, is answered by it.
///
/// Refused: without the read-back, a neighbour's word without the neighbour, an end that does not lie ahead, one's own home
/// ([`Reason::NeedsAnotherPerson`]), and what is confirmed already (`household`, [`Reason::Taken`]).
pub async fn confirm(db: &Db, actor: &Actor, confirm: &Confirm) -> Result<ResidenceId, Error> {
    let mut tx = db.begin().await?;
    let place = place(&mut tx, confirm.household, false).await?;
    let role = actor.may(Action::ManageHouseholds, &Target::in_area(place.area.clone()))?;
    let mut wrong = Vec::new();
    if !Verified::AT_THE_WINDOW.contains(&confirm.verified) {
        wrong.push(FieldError::new("verified", Reason::NotAChoice));
    }
    let least = u32::from(confirm.verified.needs_a_note());
    if let Err(reason) = written(&confirm.note, least, NOTE_MAX) {
        wrong.push(FieldError::new("note", reason));
    }
    if let Err(reason) = written(&confirm.name, 0, people::NAME_MAX as u32) {
        wrong.push(FieldError::new("name", reason));
    }
    if confirm.until.is_some_and(|until| until <= db.today()) {
        wrong.push(FieldError::new("until", Reason::InThePast));
    }
    if !confirm.read_back {
        wrong.push(FieldError::new("read_back", Reason::Missing));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let (person, _) = people::find_or_create(db, &mut tx, &confirm.phone, Lang::Zh).await?;
    if actor.person == Some(person) {
        return Err(Error::field("phone", Reason::NeedsAnotherPerson));
    }
    name_at_the_window(db, &mut tx, actor, role, person, &confirm.name).await?;
    let note = Some(confirm.note.trim()).filter(|note| !note.is_empty());
    let id = put(db, &mut tx, actor, person, confirm, note).await?;
    sqlx::query!("delete from residence_ask where person_id = $1", person.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let subject = format!("person:{person}");
    let after = json!({"residence": id, "household": confirm.household, "capacity": confirm.capacity, "verified": confirm.verified,
        "adult": confirm.adult, "until": confirm.until});
    let entry = audit::Entry {
        stream: &subject,
        action: "residence.confirm",
        subject: &subject,
        after: Some(after),
        acting_for: Some(person),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tell(db, &mut tx, person, id, true).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Writes the name as the document at the window says it. Whoever has none yet gets it; a name somebody has is changed only for those
/// whose homes, if they have any, all lie where the actor confirms them, and the log says that it was, by keyed hashes of both.
async fn name_at_the_window(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    person: PersonId,
    name: &str,
) -> Result<(), Error> {
    let name = name.trim();
    let row = sqlx::query!(
        r#"select p.name_sealed, array(select h.area_path from residence r join household h on h.id = r.household_id
               where r.person_id = p.id and r.since <= $2 and (r.until is null or r.until > $2)) as "homes!"
           from person p where p.id = $1 for update"#,
        person.uuid(),
        db.today(),
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    let before = row.name_sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()?;
    if name.is_empty() || before.as_deref() == Some(name) {
        return Ok(());
    }
    if before.is_some() {
        let mut inside = true;
        for home in &row.homes {
            let area = AreaPath::parse(home).map_err(fault)?;
            inside &= actor.may(Action::ManageHouseholds, &Target::in_area(area)).is_ok();
        }
        if !inside {
            return Err(Error::field("name", Reason::NeedsAnotherPerson));
        }
    }
    people::set_name(db, &mut *tx, person, name).await?;
    let of = |name: &str| {
        let index = db.keys().index(Purpose::PersonName, format!("{person}:{name}").as_bytes());
        index.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let subject = format!("person:{person}");
    let entry = audit::Entry {
        stream: &subject,
        action: "person.name",
        subject: &subject,
        before: before.as_deref().map(|before| json!({"name": of(before)})),
        after: Some(json!({"name": of(name)})),
        acting_for: Some(person),
        ..Default::default()
    };
    audit::append(db, tx, actor, role, entry).await
}

async fn put(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    confirm: &Confirm,
    note: Option<&str>,
) -> Result<ResidenceId, Error> {
    // One that had its end set before still counts until that day: it is a duplicate too.
    let counts = sqlx::query_scalar!(
        r#"select exists (select from residence where person_id = $1 and household_id = $2 and capacity = $3
           and until > $4) as "counts!""#,
        person.uuid(),
        confirm.household.uuid(),
        confirm.capacity.code(),
        db.today(),
    );
    if counts.fetch_one(&mut *tx).await.map_err(refuse)? {
        return Err(Error::field("household", Reason::Taken));
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into residence (id, person_id, household_id, capacity, verified, verified_by, adult, since, until, note_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        person.uuid(),
        confirm.household.uuid(),
        confirm.capacity.code(),
        confirm.verified.code(),
        actor.person.map(PersonId::uuid),
        confirm.adult,
        db.today(),
        confirm.until,
        note.map(|note| db.keys().seal_text(Purpose::Home, note)).transpose()?,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(ResidenceId::from_uuid(id))
}

/// Ends somebody's home in a household as of today: they moved, sold, died. One that began today is taken out as a mistake.
pub async fn end(db: &Db, actor: &Actor, residence: ResidenceId) -> Result<BuildingId, Error> {
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        "select household_id, person_id, since from residence where id = $1 and (until is null or until > $2) for update",
        residence.uuid(),
        db.today(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Residence })?;
    // Of a door that is no home any more, too.
    let place = place(&mut tx, HouseholdId::from_uuid(row.household_id), true).await?;
    let role = actor.may(Action::ManageHouseholds, &Target::in_area(place.area))?;
    let person = PersonId::from_uuid(row.person_id);
    if row.since < db.today() {
        sqlx::query!("update residence set until = $2 where id = $1", residence.uuid(), db.today())
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
    } else {
        sqlx::query!("delete from residence where id = $1", residence.uuid())
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
    }
    let subject = format!("person:{person}");
    let entry = audit::Entry {
        stream: &subject,
        action: "residence.end",
        subject: &subject,
        before: Some(json!({"residence": residence, "household": row.household_id})),
        acting_for: Some(person),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tell(db, &mut tx, person, residence, false).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(place.building)
}

/// Somebody who asks the window to confirm where they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Who.
    pub person: PersonId,
    /// `138****1234`.
    pub phone: Option<String>,
    /// The place in their words.
    pub words: String,
    /// The area they chose.
    pub area: Named,
    /// When they asked.
    pub at: DateTime<Utc>,
}

/// Who waits to be confirmed in the areas the actor keeps, oldest first; at most 200.
pub async fn asks(db: &Db, actor: &Actor) -> Result<Vec<Ask>, Error> {
    let scope = Scope::of(actor, Action::ManageHouseholds, None);
    let rows = sqlx::query!(
        r#"select k.person_id, k.where_sealed, k.asked_at, a.name_zh, a.name_en, p.phone_sealed
           from residence_ask k join area a on a.id = k.area_id join person p on p.id = k.person_id
           where exists (select from unnest($1::text[]) as p (path) where k.area_path >= p.path and k.area_path < p.path || '/')
             and k.person_id is distinct from $2
           order by k.asked_at limit 200"#,
        &scope.paths(),
        actor.person.map(PersonId::uuid),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            let phone = row.phone_sealed.map(|sealed| db.keys().open_text(Purpose::Phone, &sealed)).transpose()?;
            Ok(Ask {
                person: PersonId::from_uuid(row.person_id),
                phone: phone.and_then(|phone| Phone::parse(&phone).ok()).map(|phone| phone.masked()),
                words: db.keys().open_text(Purpose::Home, &row.where_sealed)?,
                area: Named::new(row.name_zh, row.name_en),
                at: row.asked_at,
            })
        })
        .collect()
}

/// Says to somebody who asked that it cannot be confirmed from here: they are asked to come to the window.
pub async fn answer_ask(db: &Db, actor: &Actor, person: PersonId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let row =
        sqlx::query!("select area_path, asked_at from residence_ask where person_id = $1 for update", person.uuid())
            .fetch_optional(&mut *tx)
            .await
            .map_err(refuse)?
            .ok_or(Error::NotFound { what: What::Residence })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::ManageHouseholds, &Target::in_area(area))?;
    sqlx::query!("delete from residence_ask where person_id = $1", person.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let subject = format!("person:{person}");
    let entry = audit::Entry { stream: &subject, action: "residence.invite", subject: &subject, ..Default::default() };
    audit::append(db, &mut tx, actor, role, entry).await?;
    let body = match lang_of(&mut tx, person).await? {
        Lang::Zh => "【共治】您的住处需要到社区窗口核实，请带上身份证件或房产证明。",
        Lang::En => "[Gongzhi] Please come to the community window to have your home confirmed. Bring a document.",
    };
    let key = format!("residence-invite:{person}:{}", row.asked_at.timestamp_micros());
    let message = Message { key: &key, kind: "residence", way: Way::Portal, person: Some(person), body };
    outbox::put(db, &mut tx, message).await?;
    tx.commit().await.map_err(refuse)
}

async fn lang_of(tx: &mut PgConnection, person: PersonId) -> Result<Lang, Error> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid());
    Ok(Lang::parse(&lang.fetch_one(tx).await.map_err(refuse)?).unwrap_or_default())
}

/// Tells the person in the portal that their home was confirmed, or ended: nobody is moved in or out unknowingly.
async fn tell(db: &Db, tx: &mut PgConnection, person: PersonId, id: ResidenceId, begins: bool) -> Result<(), Error> {
    let body = match (lang_of(&mut *tx, person).await?, begins) {
        (Lang::Zh, true) => "【共治】您的住处已经核实。在“我的 · 我的家”可以看到登记了什么。",
        (Lang::Zh, false) => "【共治】您的一处住处登记已结束。如果有误，请到社区窗口更正。",
        (Lang::En, true) => "[Gongzhi] Your home was confirmed. “Mine · My home” shows what is held.",
        (Lang::En, false) => {
            "[Gongzhi] One of your homes was ended in the register. If that is wrong, come to the window."
        }
    };
    let key = format!("residence:{id}:{}", if begins { "confirmed" } else { "ended" });
    outbox::put(db, tx, Message { key: &key, kind: "residence", way: Way::Portal, person: Some(person), body }).await
}

struct Place {
    area: AreaPath,
    building: BuildingId,
}

async fn place(tx: &mut PgConnection, household: HouseholdId, any: bool) -> Result<Place, Error> {
    let row = sqlx::query!(
        "select area_path, building_id from household where id = $1 and (active or $2)",
        household.uuid(),
        any
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Household })?;
    Ok(Place {
        area: AreaPath::parse(&row.area_path).map_err(fault)?,
        building: BuildingId::from_uuid(row.building_id),
    })
}
