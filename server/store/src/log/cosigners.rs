//! Whose keys cosign the log: asked for by one of those whose area is the whole installation, confirmed by another. A cosigner that
//! signs no more is retired in the same way; it stays listed, and what it signed before still holds.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_proof::note::{Key, Malformed, SignatureType};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::keys;
use crate::audit;
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// The longest reason for retiring a cosigner.
pub const REASON_MAX: u32 = 300;

/// Something asked about a cosigner that waits for a second person.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which it is.
    pub id: Uuid,
    /// The key it is about.
    pub key: Key,
    /// Whether it is to sign no more.
    pub retire: bool,
    /// Why; empty for a new one.
    pub reason: String,
    /// Who asked: somebody else confirms.
    pub asked_by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What waits for a second person, oldest first.
///
/// Refused: whoever does not stand for the whole installation.
pub async fn asked(db: &Db, actor: &Actor) -> Result<Vec<Asked>, Error> {
    may(db, actor).await?;
    let rows = sqlx::query!(
        "select id, what, verifier, reason, asked_by, asked_at from cosigner_ask where confirmed is null order by asked_at, id",
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Asked {
                id: row.id,
                key: row.verifier.parse().map_err(fault)?,
                retire: row.what == "retire",
                reason: row.reason,
                asked_by: PersonId::from_uuid(row.asked_by),
                at: row.asked_at,
            })
        })
        .collect()
}

/// Asks to register the public key of a cosigning party, as `gongzhi log key` writes it; [`decide`] by another person does it.
///
/// Refused: whoever does not stand for the whole installation. Field `key`: no cosigning key, the name of the log itself,
/// registered before or asked for.
pub async fn register(db: &Db, actor: &Actor, key: &str) -> Result<Uuid, Error> {
    let role = may(db, actor).await?;
    if key.trim().is_empty() {
        return Err(Error::field("key", Reason::Missing));
    }
    let wrong = || Error::field("key", Reason::NotACosigningKey);
    let key: Key = key.trim().parse().map_err(|_: Malformed| wrong())?;
    let own = keys::public(db).await?;
    if key.kind() != SignatureType::Cosignature || own.iter().any(|own| own.name() == key.name()) {
        return Err(wrong());
    }
    let verifier = key.to_string();
    let mut tx = db.begin().await?;
    if is_registered(&mut tx, &verifier).await?.is_some() {
        return Err(Error::field("key", Reason::Taken));
    }
    let id = ask(db, &mut tx, actor, "register", &verifier, "").await?;
    record(db, &mut tx, actor, role, "log.cosigner.ask", json!({"verifier": verifier}), None).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Asks to retire a cosigner; [`decide`] by another person does it.
///
/// Refused: as [`register`]; a key that is not registered or retired already; a reason that is none.
pub async fn retire(db: &Db, actor: &Actor, verifier: &str, reason: &str) -> Result<Uuid, Error> {
    let role = may(db, actor).await?;
    written(reason, 4, REASON_MAX).map_err(|wrong| Error::field("reason", wrong))?;
    let (verifier, reason) = (verifier.trim(), reason.trim());
    let mut tx = db.begin().await?;
    if is_registered(&mut tx, verifier).await? != Some(false) {
        return Err(Error::NotFound { what: What::Cosigner });
    }
    let id = ask(db, &mut tx, actor, "retire", verifier, reason).await?;
    record(db, &mut tx, actor, role, "log.cosigner.ask_end", json!({"verifier": verifier}), Some(reason)).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Confirms what somebody else asked, or turns it down; whoever asked may take it back.
///
/// Refused: as [`register`]; confirming what one asked oneself; what waits no more.
pub async fn decide(db: &Db, actor: &Actor, ask: Uuid, confirm: bool) -> Result<(), Error> {
    let role = may(db, actor).await?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        "select what, verifier, reason, asked_by from cosigner_ask where id = $1 and confirmed is null for update",
        ask,
    );
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Cosigner })?;
    if confirm && row.asked_by == person.uuid() {
        return Err(Error::field("ask", Reason::NeedsAnotherPerson));
    }
    let now = db.now();
    sqlx::query!(
        "update cosigner_ask set confirmed = $2, decided_by = $3, decided_at = $4 where id = $1",
        ask,
        confirm,
        person.uuid(),
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let retire = row.what == "retire";
    let action = match (confirm, retire) {
        (false, _) => "log.cosigner.turn_down",
        (true, true) => {
            sqlx::query!(
                "insert into log_cosigner_end (verifier, reason, asked_by, confirmed_by, retired_at) values ($1, $2, $3, $4, $5)",
                row.verifier,
                row.reason,
                row.asked_by,
                person.uuid(),
                now,
            )
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
            "log.cosigner.end"
        }
        (true, false) => {
            sqlx::query!(
                "insert into log_cosigner (verifier, registered_by, registered_at, confirmed_by) values ($1, $2, $3, $4)",
                row.verifier,
                row.asked_by,
                now,
                person.uuid(),
            )
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
            "log.cosigner"
        }
    };
    let after = json!({"verifier": row.verifier, "asked_by": row.asked_by});
    let reason = Some(row.reason.as_str()).filter(|reason| !reason.is_empty());
    record(db, &mut tx, actor, role, action, after, reason).await?;
    tx.commit().await.map_err(refuse)
}

/// Whether the actor stands for the whole installation: the log is one for all of it, so that its cosigners are too.
async fn may(db: &Db, actor: &Actor) -> Result<Role, Error> {
    let areas = db.areas().await?;
    let target = areas.root().map_or_else(Target::none, |root| Target::in_area(root.path.clone()));
    actor.may(Action::RegisterCosigner, &target)
}

/// Whether the actor may say who cosigns: whether to show the forms.
pub async fn chooses(db: &Db, actor: &Actor) -> Result<bool, Error> {
    match may(db, actor).await {
        Ok(_) => Ok(true),
        Err(Error::Forbidden { .. } | Error::NotSignedIn) => Ok(false),
        Err(error) => Err(error),
    }
}

/// `Some` of a key that is registered: whether it is retired.
async fn is_registered(tx: &mut PgConnection, verifier: &str) -> Result<Option<bool>, Error> {
    let row = sqlx::query_scalar!(
        r#"select exists (select from log_cosigner_end e where e.verifier = c.verifier) as "retired!"
           from log_cosigner c where verifier = $1"#,
        verifier,
    );
    row.fetch_optional(tx).await.map_err(refuse)
}

async fn ask(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    what: &str,
    verifier: &str,
    reason: &str,
) -> Result<Uuid, Error> {
    let id = db.new_id();
    sqlx::query!(
        "insert into cosigner_ask (id, what, verifier, reason, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        what,
        verifier,
        reason,
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(id)
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    action: &str,
    after: serde_json::Value,
    reason: Option<&str>,
) -> Result<(), Error> {
    let entry = audit::Entry {
        stream: "log",
        action,
        subject: "log:cosigners",
        after: Some(after),
        reason,
        ..Default::default()
    };
    audit::append(db, tx, actor, role, entry).await
}
