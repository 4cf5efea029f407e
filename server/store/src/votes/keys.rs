//! The tellers' keys. A fresh one is shown and forgotten; only when the teller types its secret half back, as proof that they kept
//! it, is the public half stored.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use serde_json::json;
use sqlx::PgConnection;

use super::seal::{NewKey, identity_in, recipient_in, recipient_of};
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};
use crate::roll::record;

/// A key for the actor to keep; nothing is stored.
///
/// Refused: whoever is no teller of the pact.
pub async fn fresh(db: &Db, actor: &Actor, number: &str) -> Result<NewKey, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    is_teller(actor, &pact)?;
    Ok(NewKey::make())
}

fn is_teller(actor: &Actor, pact: &Pact) -> Result<gongzhi_domain::person::Role, Error> {
    let role = actor.may(Action::HoldTellerKey, &pact.target())?;
    if pact.office_of_actor(actor) == Some(Office::Teller) {
        return Ok(role);
    }
    Err(Error::Forbidden { action: Action::HoldTellerKey })
}

/// Stores the public half of the key whose secret half the teller typed back, and of a reserve key that lies elsewhere.
///
/// Refused: whoever is no teller of the pact; a secret that is none (field `secret`); a reserve that is none, the same key or the other
/// teller's (`reserve`); once the vote is open.
pub async fn keep(db: &Db, actor: &Actor, number: &str, secret: &str, reserve: &str) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, true).await?;
    let role = is_teller(actor, &pact)?;
    if secret.trim().is_empty() {
        return Err(Error::field("secret", Reason::Missing));
    }
    let identity = identity_in(secret).ok_or_else(|| Error::field("secret", Reason::NotATellerKey))?;
    let recipient = recipient_of(&identity);
    let reserve = match reserve.trim() {
        "" => None,
        typed => {
            let reserve =
                recipient_in(typed).ok_or_else(|| Error::field("reserve", Reason::NotATellerKey))?.to_string();
            if reserve == recipient {
                return Err(Error::field("reserve", Reason::Taken));
            }
            Some(reserve)
        }
    };
    if !matches!(pact.stage, Stage::Up1 | Stage::Down1 | Stage::Up2 | Stage::Down2 | Stage::Up3 | Stage::Notice) {
        return Err(Error::field("secret", Reason::Closed));
    }
    // Whoever holds a key of one layer must hold none of the other.
    let others: Vec<String> = of(&mut tx, &pact)
        .await?
        .into_iter()
        .filter(|held| Some(held.teller) != actor.person)
        .flat_map(|held| held.recipient.into_iter().chain(held.reserve))
        .collect();
    if others.contains(&recipient) {
        return Err(Error::field("secret", Reason::Taken));
    }
    if reserve.as_ref().is_some_and(|reserve| others.contains(reserve)) {
        return Err(Error::field("reserve", Reason::Taken));
    }
    sqlx::query!(
        "insert into teller_key (pact_id, person_id, no, recipient, reserve, made_at)
         select $1, $2, 1 + (select count(*)::integer from teller_key where pact_id = $1 and person_id = $2), $3, $4, $5",
        pact.id.uuid(),
        actor.person.map(PersonId::uuid),
        recipient,
        reserve,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"recipient": recipient, "reserve": reserve});
    record(db, &mut tx, actor, role, &pact, "vote.teller_key", after).await?;
    tx.commit().await.map_err(refuse)
}

/// A teller's newest key.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub teller: PersonId,
    pub recipient: Option<String>,
    pub reserve: Option<String>,
}

/// The tellers of a pact in the order of their appointment, with their newest keys.
pub(super) async fn of(conn: &mut PgConnection, pact: &Pact) -> Result<Vec<Held>, Trouble> {
    let mut held = Vec::new();
    for (teller, _) in pact.offices.iter().filter(|(_, office)| *office == Office::Teller) {
        let key = sqlx::query!(
            "select recipient, reserve from teller_key where pact_id = $1 and person_id = $2 order by no desc limit 1",
            pact.id.uuid(),
            teller.uuid(),
        )
        .fetch_optional(&mut *conn)
        .await?;
        let (recipient, reserve) = key.map_or((None, None), |key| (Some(key.recipient), key.reserve));
        held.push(Held { teller: *teller, recipient, reserve });
    }
    Ok(held)
}
