//! Residents and the private facts about them: found by the blind index of their number, shown masked. What
//! a use case needs opened is opened here; showing it to somebody is that use case's logged act.

use gongzhi_domain::ids::{AreaId, PersonId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, FieldError, Lang, Reason, What};
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// The longest name, in characters.
pub const NAME_MAX: usize = 40;

/// Finds the person of a number, or creates one. `true` when they are new. Two at once create one.
pub async fn find_or_create(
    db: &Db,
    tx: &mut PgConnection,
    phone: &Phone,
    lang: Lang,
) -> Result<(PersonId, bool), Error> {
    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    if let Some(id) = by_index(tx, &index).await? {
        return Ok((id, false));
    }
    let created = sqlx::query_scalar!(
        "insert into person (id, phone_sealed, phone_index, lang, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint person_phone_is_unique do nothing
         returning id",
        db.new_id(),
        db.keys().seal_text(Purpose::Phone, phone.full())?,
        index,
        lang.code(),
        db.now(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    if let Some(id) = created {
        return Ok((PersonId::from_uuid(id), true));
    }
    let id = by_index(tx, &index).await?.ok_or_else(|| fault("a person who exists was not found"))?;
    Ok((id, false))
}

async fn by_index(tx: &mut PgConnection, index: &[u8]) -> Result<Option<PersonId>, Error> {
    let id = sqlx::query_scalar!("select id from person where phone_index = $1", index);
    Ok(id.fetch_optional(tx).await.map_err(refuse)?.map(PersonId::from_uuid))
}

/// A person's number in full; `None` when they gave none. Whoever shows it records that in the audit log.
pub async fn open_phone(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<Option<Phone>, Error> {
    let sealed = sqlx::query_scalar!("select phone_sealed from person where id = $1", person.uuid())
        .fetch_optional(tx)
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Person })?;
    let Some(sealed) = sealed else { return Ok(None) };
    let full = db.keys().open_text(Purpose::Phone, &sealed)?;
    Phone::parse(&full).map(Some).map_err(|reason| fault(format_args!("a stored number: {reason}")))
}

/// A person's number as `138****1234`; `None` when they gave none.
pub async fn masked_phone(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<Option<String>, Error> {
    Ok(open_phone(db, tx, person).await?.map(|phone| phone.masked()))
}

/// A private person's name; `None` when they gave none. Whoever shows it records that in the audit log.
pub async fn open_name(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<Option<String>, Error> {
    let sealed = sqlx::query_scalar!("select name_sealed from person where id = $1", person.uuid())
        .fetch_optional(tx)
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Person })?;
    sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()
}

/// Sets a person's name in the transaction of the change; an empty name removes it. Refuses more than
/// [`NAME_MAX`] characters and control characters (field `name`).
pub async fn set_name(db: &Db, tx: &mut PgConnection, person: PersonId, name: &str) -> Result<(), Error> {
    let name = name.trim();
    if name.chars().count() > NAME_MAX {
        return Err(Error::field("name", Reason::TooLong { max: NAME_MAX as u32 }));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::field("name", Reason::Unreadable));
    }
    let sealed = if name.is_empty() { None } else { Some(db.keys().seal_text(Purpose::PersonName, name)?) };
    sqlx::query!("update person set name_sealed = $2 where id = $1", person.uuid(), sealed)
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// A private person's name as others may see it: `李＊`; empty for an empty name.
#[must_use]
pub fn masked_name(name: &str) -> String {
    name.chars().next().map(|first| format!("{first}＊")).unwrap_or_default()
}

/// What somebody sees of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who they are.
    pub person: PersonId,
    /// Their name as they gave it; empty when they gave none.
    pub name: String,
    /// Their number, masked; `None` when they have none.
    pub phone: Option<String>,
    /// The area they chose as home.
    pub home: Option<AreaId>,
    /// The language messages are written to them in.
    pub lang: Lang,
}

/// The actor's own profile.
pub async fn profile(db: &Db, actor: &Actor) -> Result<Profile, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut tx = db.begin().await?;
    let row = sqlx::query!("select home_area_id, lang from person where id = $1", person.uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    Ok(Profile {
        person,
        name: open_name(db, &mut tx, person).await?.unwrap_or_default(),
        phone: masked_phone(db, &mut tx, person).await?,
        home: row.home_area_id.map(AreaId::from_uuid),
        lang: Lang::parse(&row.lang).unwrap_or_default(),
    })
}

/// What somebody changes about themselves.
#[derive(Debug, Clone, Default)]
pub struct ChangeProfile {
    /// Their name; empty removes it.
    pub name: String,
    /// The code of the area they live in; empty for none.
    pub home: String,
}

/// Changes the actor's own profile.
pub async fn change_profile(db: &Db, actor: &Actor, change: &ChangeProfile) -> Result<(), Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let areas = db.areas().await?;
    let home = match change.home.trim() {
        "" => None,
        code => match areas.by_code(code) {
            Some(area) => Some(area.id),
            None => return Err(Error::Invalid { fields: vec![FieldError::new("home", Reason::NotAChoice)] }),
        },
    };
    let mut tx = db.begin().await?;
    set_name(db, &mut tx, person, &change.name).await?;
    sqlx::query!("update person set home_area_id = $2 where id = $1", person.uuid(), home.map(AreaId::uuid))
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    tx.commit().await.map_err(refuse)
}

/// Remembers in which language somebody reads, so that messages come in it.
pub async fn speak(db: &Db, actor: &Actor, lang: Lang) -> Result<(), Error> {
    let Some(person) = actor.person else { return Ok(()) };
    sqlx::query!("update person set lang = $2 where id = $1", person.uuid(), lang.code())
        .execute(db.pool())
        .await
        .map_err(refuse)?;
    Ok(())
}
