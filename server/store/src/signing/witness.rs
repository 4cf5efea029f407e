//! The witness of an assisted signature says for themselves that they were there: in their own session, or, a neighbour, by the
//! code that went to their own phone. Only then is the signature made.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Channel;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::assisted::place_of;
use super::bind::{self, New, Signed, pseudonym};
use super::ground::{Ground, hex};
use super::phone::{allowed, settled, signer, tell};
use super::round::building_name;
use crate::audit;
use crate::db::{Db, Transaction};
use crate::keys::Purpose;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::refuse;
use crate::sign_in::{self, CodeFor};

/// What a witness is asked to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToWitness {
    /// Which asking it is.
    pub id: Uuid,
    /// Who helped, by their official name.
    pub helper: Named,
    /// Building and door.
    pub place: Named,
    /// Who signed, with only the first character of the name in sight.
    pub signer: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
}

/// What waits for the actor as a witness of signatures under a pact, the oldest first; 50 at most.
pub async fn to_witness(db: &Db, actor: &Actor, number: &str) -> Result<Vec<ToWitness>, Error> {
    let witness = signer(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    if !ground.is_open(db) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select w.id, w.person_id, w.asked_at, h.door_sealed, b.compound_zh, b.compound_en, b.name_zh, b.name_en,
                  s.display_name_zh as "helper_zh?", s.display_name_en as "helper_en?"
           from assisted_signature w
           join household h on h.id = w.household_id
           join building b on b.id = h.building_id
           left join staff_account s on s.person_id = w.helper_id
           where w.pact_id = $1 and w.text_no = $2 and w.witness_id = $3 and w.state = 'waiting'
           order by w.asked_at, w.id limit 50"#,
        ground.id.uuid(),
        ground.text_no,
        witness.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let name = people::open_name(db, &mut conn, PersonId::from_uuid(row.person_id)).await?.unwrap_or_default();
        let door = db.keys().open_text(Purpose::Home, &row.door_sealed)?;
        let building = building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en);
        waiting.push(ToWitness {
            id: row.id,
            helper: Named::new(row.helper_zh.unwrap_or_default(), row.helper_en.unwrap_or_default()),
            place: Named::new(format!("{} {door}", building.zh), format!("{} {door}", building.en)),
            signer: people::masked_name(&name),
            asked_at: row.asked_at,
        });
    }
    Ok(waiting)
}

/// The witness confirms in their own session that they were there, that it was read aloud and agreed to, or says that it was
/// not so: then nothing was signed, and the helper hears of it.
///
/// # Errors
/// [`Error::NotFound`] for whoever is not asked or has answered; [`Reason::NotOpenNow`] for `form` when signing is over,
/// [`Reason::OtherVersion`] when another version is signed by now.
pub async fn answer(db: &Db, actor: &Actor, number: &str, id: Uuid, was_so: bool) -> Result<Option<Signed>, Error> {
    let witness = signer(actor)?;
    let role = actor.may(Action::SignPact, &Target::none())?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let asked = hold(&mut tx, &ground, id).await?;
    if asked.witness != witness {
        return Err(Error::NotFound { what: What::Signature });
    }
    if was_so {
        return confirm(db, tx, actor, role, &ground, &asked, "session").await.map(Some);
    }
    close(db, &mut tx, &asked, "refused", None).await?;
    note(db, &mut tx, actor, role, &asked, "signature.witness_refused", "session").await?;
    let (title, number) = (&ground.title.zh, &ground.number);
    let words = (
        format!("见证人没有确认您协助的一个签名（《{title}》{number}），这个签名不算数。"),
        format!("The witness did not confirm a signature you helped with ({number}); it does not count."),
    );
    crate::points::send(db, &mut tx, asked.helper, &format!("unwitnessed:{id}"), "pact_witness", words).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(None)
}

/// A neighbour confirms by the code that went to their own phone and that they tell the helper, who is the actor.
///
/// # Errors
/// As [`answer`]; [`Reason::WrongCode`] and [`Reason::CodeExpired`] for `code`, of which there are five tries.
pub async fn answer_by_code(db: &Db, actor: &Actor, number: &str, id: Uuid, code: &str) -> Result<Signed, Error> {
    sign_in::count_try(db, actor).await?;
    let mut tx = db.begin().await?;
    let (ground, asked, role) = helped(&mut tx, actor, number, id).await?;
    ground.open_round(db, &mut tx).await?;
    let phone = people::open_phone(db, &mut tx, asked.witness).await?;
    let phone = phone.ok_or_else(|| Error::field("code", Reason::NotAPhone))?;
    let what = CodeFor::Witness { asked: id, number: &ground.number };
    if let Err(refused) = sign_in::redeem_for(db, &mut tx, &phone, what, code).await? {
        tx.commit().await.map_err(refuse)?;
        return Err(refused);
    }
    confirm(db, tx, actor, role, &ground, &asked, "code").await
}

/// Sends the neighbour who witnesses another code.
///
/// # Errors
/// As [`answer_by_code`]; [`Error::TooMany`] as for every code.
pub async fn send_witness_code(db: &Db, actor: &Actor, number: &str, id: Uuid) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (ground, asked, _) = helped(&mut tx, actor, number, id).await?;
    let phone = people::open_phone(db, &mut tx, asked.witness).await?;
    let phone = phone.ok_or_else(|| Error::field("code", Reason::NotAPhone))?;
    drop(tx);
    sign_in::send_code_for(db, actor, &phone, CodeFor::Witness { asked: id, number: &ground.number }).await
}

/// An assisted signature that waits.
struct Waiting {
    id: Uuid,
    text_no: i32,
    household: HouseholdId,
    person: PersonId,
    helper: PersonId,
    witness: PersonId,
    by_code: bool,
    key: Uuid,
}

async fn hold(tx: &mut PgConnection, ground: &Ground, id: Uuid) -> Result<Waiting, Error> {
    let row = sqlx::query!(
        "select text_no, household_id, person_id, helper_id, witness_id, by_code, request_key from assisted_signature
         where id = $1 and pact_id = $2 and state = 'waiting' for update",
        id,
        ground.id.uuid(),
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Signature })?;
    Ok(Waiting {
        id,
        text_no: row.text_no,
        household: HouseholdId::from_uuid(row.household_id),
        person: PersonId::from_uuid(row.person_id),
        helper: PersonId::from_uuid(row.helper_id),
        witness: PersonId::from_uuid(row.witness_id),
        by_code: row.by_code,
        key: row.request_key,
    })
}

/// What the actor helped with and a neighbour witnesses.
async fn helped(
    tx: &mut PgConnection,
    actor: &Actor,
    number: &str,
    id: Uuid,
) -> Result<(Ground, Waiting, Role), Error> {
    let action = Action::AssistSigning;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let ground = Ground::read(tx, number, true).await?;
    let asked = hold(tx, &ground, id).await?;
    let place = place_of(tx, &ground, asked.household).await?;
    let role = actor.may(action, &Target::in_area(place))?;
    if actor.person != Some(asked.helper) || !asked.by_code {
        return Err(Error::NotFound { what: What::Signature });
    }
    Ok((ground, asked, role))
}

/// Makes the signature that was waited for, and tells the signer in the portal and on their phone.
async fn confirm(
    db: &Db,
    mut tx: Transaction,
    actor: &Actor,
    role: Role,
    ground: &Ground,
    asked: &Waiting,
    way: &str,
) -> Result<Signed, Error> {
    let capacity = allowed(&mut tx, ground, asked.household, asked.person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    if round.text_no != asked.text_no {
        return Err(Error::field("form", Reason::OtherVersion));
    }
    let [helper, witness] = [asked.helper, asked.witness].map(|person| hex(&pseudonym(db.keys(), ground.id, person)));
    let new = New {
        ground,
        round: &round,
        household: asked.household,
        person: asked.person,
        capacity,
        channel: Channel::Assisted,
        evidence: json!({
            "kind": "assisted", "helper": helper, "witness": witness, "witnessed_by": way, "read_back": true,
        }),
        helped_by: Some((asked.helper, asked.witness)),
        entries: None,
        key: asked.key,
    };
    let signed = match bind::put(db, &mut tx, new).await {
        Ok(Signed::Now(id)) => id,
        Ok(before) => {
            // They have signed by themselves in the meantime.
            close(db, &mut tx, asked, "replaced", None).await?;
            tx.commit().await.map_err(refuse)?;
            return Ok(before);
        }
        other => return settled(db, tx, ground, &round, asked.household, asked.person, other).await,
    };
    close(db, &mut tx, asked, "confirmed", Some(signed.uuid())).await?;
    note(db, &mut tx, actor, role, asked, "signature.witness", way).await?;
    tell(db, &mut tx, ground, asked.person, signed).await?;
    if let Some(phone) = people::open_phone(db, &mut tx, asked.person).await? {
        let body = format!(
            "【共治】有工作人员协助您签署了公约 {}。如非您本人的意思，请告诉居（村）委会或在平台撤回。",
            ground.number
        );
        let key = format!("signed:{signed}:sms");
        let message = Message { key: &key, kind: "pact_signed", way: Way::Sms(&phone), person: None, body: &body };
        outbox::put(db, &mut tx, message).await?;
    }
    tx.commit().await.map_err(refuse)?;
    Ok(Signed::Now(signed))
}

async fn close(
    db: &Db,
    tx: &mut PgConnection,
    asked: &Waiting,
    state: &str,
    signature: Option<Uuid>,
) -> Result<(), Error> {
    sqlx::query!(
        "update assisted_signature set state = $2, answered_at = $3, signature_id = $4 where id = $1",
        asked.id,
        state,
        db.now(),
        signature,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

async fn note(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    asked: &Waiting,
    action: &str,
    way: &str,
) -> Result<(), Error> {
    let subject = format!("assisted_signature:{}", asked.id);
    let entry = audit::Entry {
        stream: &subject,
        action,
        subject: &subject,
        after: Some(json!({ "way": way, "witness": asked.witness })),
        acting_for: Some(asked.person),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await
}
