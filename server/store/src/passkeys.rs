//! Passkeys: a phone or key confirms by finger, face or PIN that it is the signer's (pacts.md, Signing). The portal keeps public
//! keys. A device answers a challenge, once, within five minutes; for a signature the challenge is the hash of what is signed,
//! so that the device signs that and nothing else.
//!
//! The answers are looked at here and not by a crate: of those there are, one links OpenSSL and the other brings an RSA that is
//! known to leak its private keys and two dozen crates more, while what is asked for (no attestation, three kinds of keys, whose
//! signatures `ring` checks) is small.

mod ceremony;
mod key;
mod site;

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{PactId, PersonId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_proof::canonical;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

pub use ceremony::{Assertion, Attested};
pub use site::Site;

use crate::audit;
use crate::db::Db;
use crate::limits;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::{fault, refuse};
use crate::sign_in::{self, CodeFor};

/// How long a challenge can be answered.
const LASTS: TimeDelta = TimeDelta::minutes(5);
/// The most passkeys of one person.
const MOST: i64 = 10;
/// The longest name of one, in characters.
pub const NAME_MAX: u32 = 40;

/// One of one's passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Which.
    pub id: Uuid,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last used to sign.
    pub used_at: Option<DateTime<Utc>>,
}

/// What a browser needs to make a passkey or to ask for one. Bytes are in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// What is to be signed.
    pub challenge: String,
    /// The site it is for.
    pub rp_id: String,
    /// The passkeys that there are already.
    pub credentials: Vec<String>,
    /// Who it is for, when one is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The kinds of keys that are taken.
    pub algorithms: Vec<i64>,
}

/// The owner of a new passkey as their device shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// An id that says nothing.
    pub id: String,
    /// Their number, masked.
    pub name: String,
}

/// The actor's passkeys, the oldest first.
pub async fn list(db: &Db, actor: &Actor) -> Result<Vec<Passkey>, Error> {
    let person = owner(actor)?;
    sqlx::query_as!(
        Passkey,
        "select id, name, created_at, used_at from passkey where person_id = $1 order by created_at, id",
        person.uuid(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)
}

/// Sends the code with which a passkey is added, to the number its owner signs in with.
///
/// # Errors
/// [`Reason::NotAPhone`] for `code` when they have none; [`Error::TooMany`] as for every code.
pub async fn send_code(db: &Db, actor: &Actor) -> Result<(), Error> {
    let person = owner(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let phone = people::open_phone(db, &mut conn, person).await?;
    drop(conn);
    let phone = phone.ok_or_else(|| Error::field("code", Reason::NotAPhone))?;
    sign_in::send_code_for(db, actor, &phone, CodeFor::Passkey { person }).await
}

/// The code last sent for it that is still good: shown on a page when, and only when, the installation is a demonstration. The
/// caller has checked that.
pub async fn code_for_demo(db: &Db, actor: &Actor) -> Result<Option<String>, Error> {
    let person = owner(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let Some(phone) = people::open_phone(db, &mut conn, person).await? else { return Ok(None) };
    drop(conn);
    sign_in::latest_code_for_demo_of(db, &phone, CodeFor::Passkey { person }).await
}

/// Begins to make a passkey.
///
/// # Errors
/// [`Error::TooMany`] above 30 challenges an hour.
pub async fn begin(db: &Db, actor: &Actor, site: &Site) -> Result<Options, Error> {
    let person = owner(actor)?;
    let nonce: [u8; 32] = rand::random();
    let mut tx = db.begin().await?;
    let options = challenge(db, &mut tx, site, person, &nonce, &nonce, None).await?;
    let name = people::masked_phone(db, &mut tx, person).await?.unwrap_or_default();
    tx.commit().await.map_err(refuse)?;
    Ok(Options { user: Some(User { id: ceremony::encode(person.uuid().as_bytes()), name }), ..options })
}

/// A passkey to be added.
#[derive(Debug, Clone, Default)]
pub struct NewPasskey {
    /// The code that was sent for it.
    pub code: String,
    /// What its owner calls it.
    pub name: String,
    /// What the device answered.
    pub attested: Attested,
}

/// Adds a passkey.
///
/// # Errors
/// [`Reason::PasskeyRefused`] and [`Reason::PasskeyExpired`] for `passkey`; as for every code, for `code`;
/// [`Reason::TooLong`] for `name`; [`Error::Duplicate`] for a passkey that is somebody's already.
pub async fn add(db: &Db, actor: &Actor, site: &Site, new: &NewPasskey) -> Result<(), Error> {
    let person = owner(actor)?;
    let role = actor.may(Action::KeepPasskeys, &Target::of_person(person))?;
    sign_in::count_try(db, actor).await?;
    let name = new.name.trim();
    if name.chars().count() > NAME_MAX as usize {
        return Err(Error::field("name", Reason::TooLong { max: NAME_MAX }));
    }
    let made = ceremony::made(site, &new.attested).ok_or_else(refused)?;
    let mut tx = db.begin().await?;
    let phone = people::open_phone(db, &mut tx, person).await?;
    let phone = phone.ok_or_else(|| Error::field("code", Reason::NotAPhone))?;
    if take(db, &mut tx, person, &made.challenge, "register").await?.is_none() {
        tx.commit().await.map_err(refuse)?;
        return Err(expired());
    }
    if let Err(wrong) = sign_in::redeem_for(db, &mut tx, &phone, CodeFor::Passkey { person }, &new.code).await? {
        tx.commit().await.map_err(refuse)?;
        return Err(wrong);
    }
    let there = sqlx::query_scalar!(r#"select count(*) as "n!" from passkey where person_id = $1"#, person.uuid());
    if there.fetch_one(&mut *tx).await.map_err(refuse)? >= MOST {
        return Err(Error::field("form", Reason::OutOfRange { min: 0, max: MOST }));
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into passkey (id, person_id, credential_id, public_key, counter, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        person.uuid(),
        made.credential_id,
        made.public_key,
        i64::from(made.counter),
        name,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    note(db, &mut tx, actor, role, id, "passkey.add").await?;
    tell(db, &mut tx, actor, person, id).await?;
    tx.commit().await.map_err(refuse)
}

/// Removes one of the actor's passkeys; what was signed with it stays signed.
///
/// # Errors
/// [`Error::NotFound`] for one that is not theirs.
pub async fn remove(db: &Db, actor: &Actor, id: Uuid) -> Result<(), Error> {
    let person = owner(actor)?;
    let role = actor.may(Action::KeepPasskeys, &Target::of_person(person))?;
    let mut tx = db.begin().await?;
    let gone = sqlx::query!("delete from passkey where id = $1 and person_id = $2", id, person.uuid());
    if gone.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        return Err(Error::NotFound { what: What::Passkey });
    }
    note(db, &mut tx, actor, role, id, "passkey.remove").await?;
    tx.commit().await.map_err(refuse)
}

/// What a signature binds, as far as its challenge names it.
pub(crate) struct Bound<'a> {
    pub pact: PactId,
    pub number: &'a str,
    pub text_no: i32,
    pub text_sha256: &'a [u8],
    /// The signer's pseudonym in this pact.
    pub signer: &'a [u8],
}

impl Bound<'_> {
    fn challenge(&self, nonce: &[u8]) -> Result<Vec<u8>, Error> {
        let bound = json!({
            "says": "gongzhi passkey/1",
            "pact": self.number,
            "version": self.text_no,
            "text_sha256": hex::encode(self.text_sha256),
            "signer": hex::encode(self.signer),
            "nonce": hex::encode(nonce),
        });
        let text = canonical::write(&bound).map_err(fault)?;
        Ok(gongzhi_proof::sha256(text.as_bytes()).to_vec())
    }
}

/// Begins to confirm a signature: the challenge is the hash of what is signed.
///
/// # Errors
/// [`Reason::PasskeyRefused`] for `passkey` without one; [`Error::TooMany`] above 30 challenges an hour.
pub(crate) async fn begin_signing(
    db: &Db,
    tx: &mut PgConnection,
    site: &Site,
    person: PersonId,
    bound: &Bound<'_>,
) -> Result<Options, Error> {
    let nonce: [u8; 32] = rand::random();
    let options = challenge(db, tx, site, person, &nonce, &bound.challenge(&nonce)?, Some(bound)).await?;
    if options.credentials.is_empty() { Err(refused()) } else { Ok(options) }
}

/// Looks at a device's answer to the challenge of a signature; answers what is kept as its evidence. The inner error is the
/// refusal; the transaction is to be committed with it, since a challenge is answered once, well or badly.
pub(crate) async fn confirm(
    db: &Db,
    tx: &mut PgConnection,
    site: &Site,
    person: PersonId,
    bound: &Bound<'_>,
    assertion: &Assertion,
) -> Result<Result<Value, Error>, Error> {
    let Some(answered) = ceremony::answered(site, assertion) else { return Ok(Err(refused())) };
    let Some(asked) = take(db, tx, person, &answered.challenge, "signature").await? else { return Ok(Err(expired())) };
    let is_of_this = asked.pact_id == Some(bound.pact.uuid())
        && asked.text_no == Some(bound.text_no)
        && asked.text_sha256.as_deref() == Some(bound.text_sha256)
        && bound.challenge(&asked.nonce)? == answered.challenge;
    if !is_of_this {
        return Ok(Err(expired()));
    }
    let passkey = sqlx::query!(
        "select id, public_key, counter from passkey where credential_id = $1 and person_id = $2 for update",
        answered.credential_id,
        person.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let Some(passkey) = passkey.filter(|passkey| answered.is_by(&passkey.public_key)) else {
        return Ok(Err(refused()));
    };
    // A counter that does not go forward is that of a copy; one that is always zero is not kept by the device.
    let counter = i64::from(answered.counter);
    if (counter > 0 || passkey.counter > 0) && counter <= passkey.counter {
        tracing::warn!(passkey = %passkey.id, "a passkey's counter went backwards: it may have been copied");
        return Ok(Err(refused()));
    }
    sqlx::query!("update passkey set counter = $2, used_at = $3 where id = $1", passkey.id, counter, db.now())
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(Ok(json!({
        "kind": "passkey",
        "nonce": hex::encode(&asked.nonce),
        "public_key": ceremony::encode(&passkey.public_key),
        "client_data": ceremony::encode(&answered.client_data),
        "authenticator_data": ceremony::encode(&answered.authenticator_data),
        "signature": ceremony::encode(&answered.signature),
    })))
}

/// Whether the evidence of a signature still proves what it proved: the device's signature holds, and it is of what is signed.
/// Evidence of another kind proves nothing here and is not looked at.
pub(crate) fn still_holds(evidence: &Value, bound: &Bound<'_>) -> bool {
    if evidence["kind"] != "passkey" {
        return true;
    }
    let part = |name: &str| evidence[name].as_str().and_then(ceremony::decode);
    let nonce = evidence["nonce"].as_str().and_then(|nonce| hex::decode(nonce).ok());
    let (Some(nonce), Some(key), Some(client_data), Some(data), Some(signature)) =
        (nonce, part("public_key"), part("client_data"), part("authenticator_data"), part("signature"))
    else {
        return false;
    };
    ceremony::challenge_in(&client_data) == bound.challenge(&nonce).ok()
        && ceremony::is_signed(&key, &client_data, &data, &signature)
}

/// Whether a person has a passkey.
pub(crate) async fn has_one(conn: &mut PgConnection, person: PersonId) -> Result<bool, Error> {
    sqlx::query_scalar!(r#"select exists (select from passkey where person_id = $1) as "has!""#, person.uuid())
        .fetch_one(conn)
        .await
        .map_err(refuse)
}

/// Writes a challenge down, and clears away those that nobody answered.
async fn challenge(
    db: &Db,
    tx: &mut PgConnection,
    site: &Site,
    person: PersonId,
    nonce: &[u8],
    challenge: &[u8],
    bound: Option<&Bound<'_>>,
) -> Result<Options, Error> {
    limits::hit(db, "passkey asked", person.uuid().as_bytes(), 30, TimeDelta::hours(1)).await?;
    let now = db.now();
    sqlx::query!("delete from passkey_challenge where expires_at < $1", now).execute(&mut *tx).await.map_err(refuse)?;
    sqlx::query!(
        "insert into passkey_challenge (id, person_id, purpose, pact_id, text_no, text_sha256, nonce, challenge, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db.new_id(),
        person.uuid(),
        if bound.is_some() { "signature" } else { "register" },
        bound.map(|bound| bound.pact.uuid()),
        bound.map(|bound| bound.text_no),
        bound.map(|bound| bound.text_sha256.to_vec()),
        nonce,
        challenge,
        now + LASTS,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let credentials = sqlx::query_scalar!(
        "select credential_id from passkey where person_id = $1 order by created_at",
        person.uuid()
    )
    .fetch_all(tx)
    .await
    .map_err(refuse)?;
    Ok(Options {
        challenge: ceremony::encode(challenge),
        rp_id: site.rp_id.clone(),
        credentials: credentials.iter().map(|id| ceremony::encode(id)).collect(),
        user: None,
        algorithms: key::ALGORITHMS.to_vec(),
    })
}

/// What was asked when a challenge was made.
struct Asked {
    pact_id: Option<Uuid>,
    text_no: Option<i32>,
    text_sha256: Option<Vec<u8>>,
    nonce: Vec<u8>,
}

/// Takes a challenge of this person that can still be answered; it is gone afterwards.
async fn take(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    challenge: &[u8],
    purpose: &str,
) -> Result<Option<Asked>, Error> {
    let taken = sqlx::query!(
        "delete from passkey_challenge where challenge = $1 and person_id = $2 and purpose = $3
         returning pact_id, text_no, text_sha256, nonce, expires_at",
        challenge,
        person.uuid(),
        purpose,
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)?;
    let taken = taken.filter(|taken| taken.expires_at > db.now());
    Ok(taken.map(|taken| Asked {
        pact_id: taken.pact_id,
        text_no: taken.text_no,
        text_sha256: taken.text_sha256,
        nonce: taken.nonce,
    }))
}

async fn note(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: gongzhi_domain::person::Role,
    id: Uuid,
    action: &str,
) -> Result<(), Error> {
    let subject = format!("passkey:{id}");
    let entry = audit::Entry { stream: &subject, action, subject: &subject, ..audit::Entry::default() };
    audit::append(db, tx, actor, role, entry).await
}

/// Leaves word for the owner: somebody else who added it does not stay unnoticed.
async fn tell(db: &Db, tx: &mut PgConnection, actor: &Actor, person: PersonId, id: Uuid) -> Result<(), Error> {
    let body = match actor.lang {
        gongzhi_domain::Lang::En => {
            "A passkey was added for confirming your signatures. If it was not you, remove it under “Passkeys”."
        }
        gongzhi_domain::Lang::Zh => "您的账号添加了一个用来确认签名的通行密钥。如非您本人添加，请到“通行密钥”页删除。",
    };
    let key = format!("passkey:{id}");
    let message = Message { key: &key, kind: "passkey_added", way: Way::Portal, person: Some(person), body };
    outbox::put(db, tx, message).await
}

fn owner(actor: &Actor) -> Result<PersonId, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    actor.may(Action::KeepPasskeys, &Target::of_person(person))?;
    Ok(person)
}

fn refused() -> Error {
    Error::field("passkey", Reason::PasskeyRefused)
}

fn expired() -> Error {
    Error::field("passkey", Reason::PasskeyExpired)
}
