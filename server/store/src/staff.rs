//! How staff sign in: a password (argon2id) and a one-time code of an authenticator, both required. Says of a
//! refusal only that name, password or code is wrong, and takes the same time for names that do not exist.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use chrono::TimeDelta;
use gongzhi_domain::ids::{AreaId, PersonId, UnitId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Named, Reason};
use sqlx::PgConnection;
use tokio::sync::Semaphore;
use totp_rs::{Builder, Secret, Totp};

use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::refusal::{fault, refuse};
use crate::sessions::{self, Kind, SignedIn};

/// So many tries with one name in a quarter of an hour, whether anybody has that name or not.
const TRIES: i32 = 5;
const TRIES_IN: TimeDelta = TimeDelta::minutes(15);

/// So many tries from one address in a quarter of an hour.
const TRIES_PER_ADDRESS: i32 = 30;

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
const PASSWORD_MAX: usize = 200;

/// Each hash takes 19 MiB and a core for some time: two at once, others wait.
static HASHING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// What a wrong name is compared with, so that it takes as long as a right one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let hash = Argon2::default().hash_password(&rand::random::<[u8; 16]>());
    hash.map(|hash| hash.to_string()).unwrap_or_default()
});

/// What somebody types at the staff door.
#[derive(Clone)]
pub struct Credentials {
    /// The sign-in name; capitals do not matter.
    pub name: String,
    /// The password.
    pub password: String,
    /// The six digits of the authenticator.
    pub totp: String,
}

/// Signs a member of staff in. Refuses with [`Reason::WrongCredentials`] whichever part is wrong, and with
/// [`Error::TooMany`] after five tries with one name that failed, or 30 tries from one address, in a quarter of
/// an hour. A code works once.
pub async fn sign_in(db: &Db, actor: &Actor, typed: &Credentials, agent: &str) -> Result<SignedIn, Error> {
    limits::hit(db, "staff by address", actor.client.as_bytes(), TRIES_PER_ADDRESS, TRIES_IN).await?;
    let name: String = typed.name.trim().to_lowercase().chars().take(100).collect();
    limits::hit(db, "staff by name", name.as_bytes(), TRIES, TRIES_IN).await?;
    let account =
        sqlx::query!("select person_id, password_hash from staff_account where sign_in_name = $1 and active", name,)
            .fetch_optional(db.pool())
            .await
            .map_err(refuse)?;
    let known = account.as_ref().map(|account| account.person_id);
    let hash = account.map_or_else(|| NOBODY.clone(), |account| account.password_hash);
    let password_fits = verify_password(typed.password.clone(), hash).await?;

    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(person) = known else { return Err(wrong()) };
    let account =
        sqlx::query!("select totp_sealed, totp_last_step from staff_account where person_id = $1 for update", person,)
            .fetch_one(&mut *tx)
            .await
            .map_err(refuse)?;
    let totp = authenticator(&db.keys().open(Purpose::Totp, &account.totp_sealed)?)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let digits: String = typed.totp.chars().filter(char::is_ascii_digit).collect();
    let step = totp.check(&digits, seconds).and_then(|step| i64::try_from(step).ok());
    let step = step.filter(|step| *step > account.totp_last_step);
    let person = PersonId::from_uuid(person);
    if let (true, Some(step)) = (password_fits, step) {
        sqlx::query!("update staff_account set totp_last_step = $2 where person_id = $1", person.uuid(), step,)
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
        let signed_in = sessions::start(db, &mut tx, person, Kind::Staff, &actor.client, agent).await?;
        record(db, &mut tx, actor, person, "staff.sign_in").await?;
        tx.commit().await.map_err(refuse)?;
        limits::forget(db, "staff by name", name.as_bytes(), TRIES_IN).await?;
        return Ok(signed_in);
    }
    record(db, &mut tx, actor, person, "staff.sign_in_refused").await?;
    tx.commit().await.map_err(refuse)?;
    Err(wrong())
}

async fn record(db: &Db, tx: &mut PgConnection, actor: &Actor, person: PersonId, action: &str) -> Result<(), Error> {
    let subject = format!("person:{person}");
    let entry = audit::Entry { stream: &subject, action, subject: &subject, ..Default::default() };
    audit::append(db, tx, actor, Role::Visitor, entry).await
}

fn wrong() -> Error {
    Error::field("name", Reason::WrongCredentials)
}

async fn verify_password(password: String, hash: String) -> Result<bool, Error> {
    if password.chars().count() > PASSWORD_MAX {
        return Ok(false);
    }
    let _turn = HASHING.acquire().await.map_err(fault)?;
    let verify = move || {
        let parsed =
            PasswordHash::new(&hash).map_err(|error| fault(format_args!("a stored password hash: {error}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    };
    tokio::task::spawn_blocking(verify).await.map_err(fault)?
}

/// Hashes a password for [`NewStaff`]. Refuses fewer than [`PASSWORD_MIN`] characters (field `password`).
pub async fn hash_password(password: String) -> Result<String, Error> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(Error::field("password", Reason::TooShort { min: PASSWORD_MIN as u32 }));
    }
    if length > PASSWORD_MAX {
        return Err(Error::field("password", Reason::TooLong { max: PASSWORD_MAX as u32 }));
    }
    let _turn = HASHING.acquire().await.map_err(fault)?;
    let hash = move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(fault);
    tokio::task::spawn_blocking(hash).await.map_err(fault)?
}

/// A member of staff to be written.
#[derive(Clone)]
pub struct NewStaff {
    /// The name typed at the door; kept in small letters.
    pub sign_in_name: String,
    /// The name under which they act.
    pub name: Named,
    /// From [`hash_password`]; the demo town shares one.
    pub password_hash: String,
    /// The secret of the authenticator: 20 random bytes.
    pub totp_secret: [u8; 20],
}

/// Writes a member of staff without memberships.
pub async fn create(db: &Db, tx: &mut PgConnection, new: &NewStaff) -> Result<PersonId, Error> {
    let person = PersonId::from_uuid(db.new_id());
    sqlx::query!("insert into person (id, created_at) values ($1, $2)", person.uuid(), db.now())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!(
        "insert into staff_account (person_id, sign_in_name, display_name_zh, display_name_en, password_hash, totp_sealed)
         values ($1, $2, $3, $4, $5, $6)",
        person.uuid(),
        new.sign_in_name.trim().to_lowercase(),
        new.name.zh,
        new.name.en,
        new.password_hash,
        db.keys().seal(Purpose::Totp, &new.totp_secret)?,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    Ok(person)
}

/// Gives a person a role in a unit, within an area, from today on.
pub async fn appoint(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    role: Role,
    unit: UnitId,
    area: AreaId,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into membership (id, person_id, unit_id, role, area_id, since) values ($1, $2, $3, $4, $5, $6)",
        db.new_id(),
        person.uuid(),
        unit.uuid(),
        role.code(),
        area.uuid(),
        db.today(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// A random secret for an authenticator.
#[must_use]
pub fn new_totp_secret() -> [u8; 20] {
    rand::random()
}

/// A secret as people type it into their authenticator.
#[must_use]
pub fn totp_base32(secret: &[u8; 20]) -> String {
    Secret::from(*secret).to_base32()
}

/// The six digits an authenticator with this secret shows at a moment: for the demo's help page and tests.
pub fn totp_at(secret: &[u8; 20], moment: chrono::DateTime<chrono::Utc>) -> Result<String, Error> {
    let seconds = u64::try_from(moment.timestamp()).unwrap_or_default();
    Ok(authenticator(secret)?.generate(seconds).to_string())
}

/// The authenticator of a secret: six digits, 30 s, one step to either side.
fn authenticator(secret: &[u8]) -> Result<Totp, Error> {
    Builder::new().with_secret(Secret::from(secret)).build().map_err(|error| fault(format_args!("{error:?}")))
}
