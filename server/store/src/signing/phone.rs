//! Signing on one's own phone: signed in, and confirmed once more by a code that was sent for this pact. Signing a later
//! version after seeing what changed needs no second code: it refers to the earlier signature.

use gongzhi_domain::ids::{HouseholdId, PersonId, SignatureId};
use gongzhi_domain::pact::Channel;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Reason, What};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::bind::{self, New, Signed};
use super::ground::{Ground, Round, hex};
use super::signers;
use crate::audit;
use crate::db::{Db, Transaction};
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::{fault, refuse};
use crate::sign_in::{self, CodeFor};

/// What a signature on one's own phone brings.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// For which of one's households.
    pub household: HouseholdId,
    /// The hash of the text that was shown, 64 hexadecimal digits.
    pub text: String,
    /// The code that was sent for this.
    pub code: String,
    /// Made when the form was opened, so that sending it twice signs once.
    pub key: Uuid,
}

/// What signing a later version brings.
#[derive(Debug, Clone)]
pub struct Reaffirm {
    /// One's signature under an earlier version of the same pact.
    pub earlier: SignatureId,
    /// The hash of the text that was shown, with its difference from the earlier one.
    pub text: String,
    /// Made when the form was opened.
    pub key: Uuid,
}

/// Sends the actor a code to sign this pact with, to the number they sign in with. Whether they have signed already changes
/// nothing about the answer.
///
/// # Errors
/// [`Reason::NotAmongThem`] for the field `household` when it is not theirs to sign for, [`Reason::NotOpenNow`] for `form`,
/// [`Reason::NotAPhone`] for `code` when they have no number, [`Error::TooMany`] as for every code.
pub async fn send_code(db: &Db, actor: &Actor, number: &str, household: HouseholdId) -> Result<(), Error> {
    let mut conn = db.begin().await?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let person = signer(actor)?;
    allowed(&mut conn, &ground, household, person).await?;
    ground.open_round(db, &mut conn).await?;
    let phone = phone_of(db, &mut conn, person).await?;
    drop(conn);
    let what = CodeFor::Signature { pact: ground.id, number: &ground.number };
    sign_in::send_code_for(db, actor, &phone, what).await
}

/// The code last sent to the actor for this pact that is still good: shown on a page when, and only when, the installation is a
/// demonstration. The caller has checked that.
pub async fn code_for_demo(db: &Db, actor: &Actor, number: &str) -> Result<Option<String>, Error> {
    let person = signer(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let Some(phone) = people::open_phone(db, &mut conn, person).await? else { return Ok(None) };
    drop(conn);
    let what = CodeFor::Signature { pact: ground.id, number: &ground.number };
    sign_in::latest_code_for_demo_of(db, &phone, what).await
}

/// Signs with a code. Sent twice it signs once; a wrong code costs a try, of which there are five.
///
/// # Errors
/// As [`send_code`]; [`Reason::OtherVersion`] for `text` when another version was shown; [`Reason::WrongCode`] and
/// [`Reason::CodeExpired`] for `code`.
pub async fn sign(db: &Db, actor: &Actor, number: &str, confirm: &Confirm) -> Result<Signed, Error> {
    let person = signer(actor)?;
    sign_in::count_try(db, actor).await?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let capacity = allowed(&mut tx, &ground, confirm.household, person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    shown(&round, &confirm.text)?;
    if let Some(before) = signers::standing(&mut tx, ground.id, round.text_no, confirm.household, person).await? {
        return Ok(Signed::Before(before.into()));
    }
    let phone = phone_of(db, &mut tx, person).await?;
    let what = CodeFor::Signature { pact: ground.id, number: &ground.number };
    let code = match sign_in::redeem_for(db, &mut tx, &phone, what, &confirm.code).await? {
        Ok(code) => code,
        Err(refused) => {
            // The same form sent twice at once: the first has used the code.
            let before = signers::standing(&mut tx, ground.id, round.text_no, confirm.household, person).await?;
            tx.commit().await.map_err(refuse)?;
            return before.map(|before| Signed::Before(before.into())).ok_or(refused);
        }
    };
    let new = New {
        ground: &ground,
        round: &round,
        household: confirm.household,
        person,
        capacity,
        channel: Channel::Phone,
        evidence: json!({ "kind": "phone_code", "code": code.to_string() }),
        helped_by: None,
        entries: None,
        key: confirm.key,
    };
    finish(db, tx, actor, new, "signature.sign").await
}

/// Signs the present version by whoever stands under an earlier one of the same pact, after seeing what changed.
///
/// # Errors
/// [`Error::NotFound`] for a signature that is not theirs or was taken back, and as [`sign`].
pub async fn reaffirm(db: &Db, actor: &Actor, number: &str, again: &Reaffirm) -> Result<Signed, Error> {
    let person = signer(actor)?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let earlier = sqlx::query!(
        "select s.household_id, s.text_no, s.round, s.statement_sha256 from signature s
         where s.id = $1 and s.person_id = $2 and s.pact_id = $3
               and not exists (select from signature_event e where e.signature_id = s.id and e.kind = 'withdrawal')",
        again.earlier.uuid(),
        person.uuid(),
        ground.id.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Signature })?;
    let household = HouseholdId::from_uuid(earlier.household_id);
    let capacity = allowed(&mut tx, &ground, household, person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    shown(&round, &again.text)?;
    if earlier.text_no == round.text_no {
        return Ok(Signed::Before(again.earlier));
    }
    let statement = hex(&earlier.statement_sha256);
    let new = New {
        ground: &ground,
        round: &round,
        household,
        person,
        capacity,
        channel: Channel::Phone,
        evidence: json!({ "kind": "reaffirmed", "earlier": again.earlier.to_string(), "statement_sha256": statement }),
        helped_by: None,
        entries: None,
        key: again.key,
    };
    let signed = match bind::put(db, &mut tx, new).await {
        Ok(Signed::Now(id)) => id,
        other => return settled(db, tx, &ground, &round, household, person, other).await,
    };
    sqlx::query!(
        "insert into signature_event (id, signature_id, pact_id, text_no, household_id, person_id, kind, round, made_id,
                                      statement_sha256, at)
         select $1, $2, $3, $4, $5, $6, 'reaffirmation', $7, s.id, s.statement_sha256, s.at from signature s where s.id = $8",
        db.new_id(),
        again.earlier.uuid(),
        ground.id.uuid(),
        earlier.text_no,
        household.uuid(),
        person.uuid(),
        earlier.round,
        signed.uuid(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, &ground, signed, "signature.reaffirm", json!({ "earlier": again.earlier })).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(Signed::Now(signed))
}

/// Makes a signature and commits it with its history and message.
pub(super) async fn finish(
    db: &Db,
    mut tx: Transaction,
    actor: &Actor,
    new: New<'_>,
    action: &str,
) -> Result<Signed, Error> {
    let (ground, round, household, person) = (new.ground, new.round, new.household, new.person);
    let signed = match bind::put(db, &mut tx, new).await {
        Ok(Signed::Now(id)) => id,
        other => return settled(db, tx, ground, round, household, person, other).await,
    };
    record(db, &mut tx, actor, ground, signed, action, Value::Null).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(Signed::Now(signed))
}

/// When a signature was not made now: it stands already, or came about at the same moment and the database refused a second.
pub(super) async fn settled(
    db: &Db,
    tx: Transaction,
    ground: &Ground,
    round: &Round,
    household: HouseholdId,
    person: PersonId,
    outcome: Result<Signed, Error>,
) -> Result<Signed, Error> {
    tx.rollback().await.map_err(refuse)?;
    let refused = match outcome {
        Ok(signed) => return Ok(signed),
        Err(refused @ Error::Duplicate { what: What::Signature }) => refused,
        Err(refused) => return Err(refused),
    };
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let standing = signers::standing(&mut conn, ground.id, round.text_no, household, person).await?;
    standing.map(|standing| Signed::Before(standing.into())).ok_or(refused)
}

/// The audit row, and the message that lies in the portal for the signer.
pub(super) async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    ground: &Ground,
    signed: SignatureId,
    action: &str,
    after: Value,
) -> Result<(), Error> {
    let role = actor.may(Action::SignPact, &Target::none())?;
    let subject = format!("signature:{signed}");
    let after = (!after.is_null()).then_some(after);
    let entry = audit::Entry { stream: &subject, action, subject: &subject, after, ..audit::Entry::default() };
    audit::append(db, tx, actor, role, entry).await?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    tell(db, tx, ground, person, signed).await
}

/// Leaves word for the signer: somebody who did not sign learns that their name was put there.
pub(super) async fn tell(
    db: &Db,
    tx: &mut PgConnection,
    ground: &Ground,
    person: PersonId,
    signed: SignatureId,
) -> Result<(), Error> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    let title = if lang == "en" { &ground.title.en } else { &ground.title.zh };
    let title = if title.is_empty() { &ground.title.zh } else { title };
    let body = if lang == "en" {
        format!(
            "Your signature stands under “{title}” ({}). If you did not sign, take it back on its page.",
            ground.number
        )
    } else {
        format!("您已签署《{title}》（{}）。如非您本人的意思，可在该公约的“我的签名”页撤回。", ground.number)
    };
    let key = format!("signed:{signed}");
    let message = Message { key: &key, kind: "pact_signed", way: Way::Portal, person: Some(person), body: &body };
    outbox::put(db, tx, message).await
}

/// Whoever signs has signed in.
pub(super) fn signer(actor: &Actor) -> Result<PersonId, Error> {
    actor.may(Action::SignPact, &Target::none())?;
    actor.person.ok_or(Error::NotSignedIn)
}

/// As what the person signs for a household, or that it is not theirs: said alike whoever has signed there.
pub(super) async fn allowed(
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
    person: PersonId,
) -> Result<gongzhi_domain::pact::Capacity, Error> {
    let capacity = signers::capacity(conn, ground, household, person).await?;
    capacity.ok_or_else(|| Error::field("household", Reason::NotAmongThem))
}

/// The text that was shown is the one that is signed.
pub(super) fn shown(round: &Round, text: &str) -> Result<(), Error> {
    if text.trim().eq_ignore_ascii_case(&round.text_hex()) {
        Ok(())
    } else {
        Err(Error::field("text", Reason::OtherVersion))
    }
}

async fn phone_of(db: &Db, conn: &mut PgConnection, person: PersonId) -> Result<Phone, Error> {
    let phone = people::open_phone(db, conn, person).await.map_err(|error| match error {
        Error::NotFound { .. } => fault("a signer without a person"),
        other => other,
    })?;
    phone.ok_or_else(|| Error::field("code", Reason::NotAPhone))
}
