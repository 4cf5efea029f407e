//! A person closes their account. They confirm it by a code; seven days during which signing in undoes it; then everything that
//! makes their number a person is emptied, what they stated in the log is forgotten, and the rows that prove a count stay with a
//! number that is nobody's (PRIVACY.md, What deletion can and cannot do).

mod empty;
mod in_the_way;

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::account::{COOLING_OFF_DAYS, InTheWay};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Lang, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::refuse;
use crate::sign_in::{self, CodeFor};

/// Accounts closed in one go.
const BATCH: i64 = 100;

/// What the page of closing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The number the code goes to, masked; `None` for an account without one.
    pub phone: Option<String>,
    /// What stands in the way.
    pub in_the_way: Vec<InTheWay>,
    /// When it would be done.
    pub due_at: DateTime<Utc>,
}

/// The page of closing one's account.
pub async fn page(db: &Db, actor: &Actor) -> Result<Page, Error> {
    let person = may(actor)?;
    let mut tx = db.begin().await?;
    Ok(Page {
        phone: people::masked_phone(db, &mut tx, person).await?,
        in_the_way: in_the_way::of(db, &mut tx, person).await?,
        due_at: db.now() + cooling_off(),
    })
}

/// Sends the code that confirms it, to the number one signs in with.
///
/// Refused: [`Error::InTheWay`], an account without a number (`code`), and as every code.
pub async fn send_code(db: &Db, actor: &Actor) -> Result<(), Error> {
    let person = may(actor)?;
    let mut tx = db.begin().await?;
    free(db, &mut tx, person).await?;
    let phone = phone_of(db, &mut tx, person).await?;
    tx.commit().await.map_err(refuse)?;
    sign_in::send_code_for(db, actor, &phone, CodeFor::Closing { person }).await
}

/// The code last sent for this, for a demonstration; the caller has checked that it is one.
pub async fn latest_code_for_demo(db: &Db, actor: &Actor) -> Result<Option<String>, Error> {
    let person = may(actor)?;
    let mut tx = db.begin().await?;
    let Some(phone) = people::open_phone(db, &mut tx, person).await? else { return Ok(None) };
    tx.commit().await.map_err(refuse)?;
    sign_in::latest_code_for_demo_of(db, &phone, CodeFor::Closing { person }).await
}

/// Asks to close the actor's account: every session of theirs ends now, the rest is done after the cooling-off. Answers when.
///
/// Refused: as [`send_code`]; a wrong or old code.
pub async fn ask(db: &Db, actor: &Actor, code: &str) -> Result<DateTime<Utc>, Error> {
    let person = may(actor)?;
    sign_in::count_try(db, actor).await?;
    let mut tx = db.begin().await?;
    free(db, &mut tx, person).await?;
    let phone = phone_of(db, &mut tx, person).await?;
    if let Err(refused) = sign_in::redeem_for(db, &mut tx, &phone, CodeFor::Closing { person }, code).await? {
        // A wrong try counts.
        tx.commit().await.map_err(refuse)?;
        return Err(refused);
    }
    let (now, due_at) = (db.now(), db.now() + cooling_off());
    sqlx::query!(
        "insert into account_closing (person_id, asked_at, due_at) values ($1, $2, $3) on conflict do nothing",
        person.uuid(),
        now,
        due_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("update session set ended_at = $2 where person_id = $1 and ended_at is null", person.uuid(), now,)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let message = Message {
        key: &format!("account_closing:{person}:{}", now.timestamp_micros()),
        kind: "account_closing",
        way: Way::Sms(&phone),
        person: Some(person),
        body: wording(actor.lang),
    };
    outbox::put(db, &mut tx, message).await?;
    record(db, &mut tx, actor, Role::Resident, person, "account.ask_closing").await?;
    tx.commit().await.map_err(refuse)?;
    Ok(due_at)
}

/// Keeps an account whose person has signed in again. `false`: it was closed in the meantime, and the number is a new person's.
pub(crate) async fn keep(db: &Db, tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<bool, Error> {
    // Waits for a closing that is being done.
    let kept = sqlx::query!("delete from account_closing where person_id = $1", person.uuid());
    if kept.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 1 {
        let own = Actor { person: Some(person), ..actor.clone() };
        record(db, &mut *tx, &own, Role::Resident, person, "account.keep").await?;
        return Ok(true);
    }
    let closed = sqlx::query_scalar!("select closed_at from person where id = $1", person.uuid());
    Ok(closed.fetch_one(tx).await.map_err(refuse)?.is_none())
}

/// Closes the accounts whose cooling-off is over, and empties what open cases still held of those closed before. An account in
/// whose way something has come meanwhile waits for it. Answers how many were closed; what fails stops nothing else.
pub async fn tick(db: &Db) -> Result<u64, Error> {
    let due = sqlx::query_scalar!(
        "select person_id from account_closing where due_at <= $1 order by due_at limit $2",
        db.now(),
        BATCH,
    );
    let (mut closed, mut failed) = (0, None);
    for person in due.fetch_all(db.pool()).await.map_err(refuse)? {
        match close_one(db, person).await {
            Ok(done) => closed += u64::from(done),
            Err(error) => {
                tracing::error!(%error, "an account could not be closed");
                failed = Some(error);
            }
        }
    }
    empty::ended_cases(db).await?;
    failed.map_or(Ok(closed), Err)
}

async fn close_one(db: &Db, person: Uuid) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let due = sqlx::query_scalar!(
        "select person_id from account_closing where person_id = $1 and due_at <= $2 for update skip locked",
        person,
        db.now(),
    );
    let Some(person) = due.fetch_optional(&mut *tx).await.map_err(refuse)?.map(PersonId::from_uuid) else {
        return Ok(false);
    };
    if !in_the_way::of(db, &mut tx, person).await?.is_empty() {
        return Ok(false);
    }
    let forgotten = empty::person(db, &mut tx, person).await?;
    let stream = format!("person:{person}");
    let entry = audit::Entry {
        stream: &stream,
        action: "account.close",
        subject: &stream,
        after: Some(json!({"statements_forgotten": forgotten})),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, &Actor::system(), Role::System, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(true)
}

fn may(actor: &Actor) -> Result<PersonId, Error> {
    actor.may(Action::CloseAccount, &Target::none())?;
    actor.person.ok_or(Error::NotSignedIn)
}

/// Nothing stands in the way.
async fn free(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    let found = in_the_way::of(db, tx, person).await?;
    if found.is_empty() { Ok(()) } else { Err(Error::InTheWay { what: found }) }
}

async fn phone_of(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<Phone, Error> {
    people::open_phone(db, tx, person).await?.ok_or_else(|| Error::field("code", Reason::NotAPhone))
}

fn cooling_off() -> TimeDelta {
    TimeDelta::days(COOLING_OFF_DAYS.into())
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    person: PersonId,
    action: &str,
) -> Result<(), Error> {
    let stream = format!("person:{person}");
    let entry = audit::Entry { stream: &stream, action, subject: &stream, ..audit::Entry::default() };
    audit::append(db, tx, actor, role, entry).await
}

fn wording(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "【共治】您的账号将在 7 天后注销。改变主意，7 天内重新登录即可；如非本人操作，请马上登录。",
        Lang::En => {
            "[Gongzhi] Your account will be closed in 7 days. Sign in within 7 days to keep it; if you did not ask for this, sign in now."
        }
    }
}
