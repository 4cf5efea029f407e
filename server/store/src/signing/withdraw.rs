//! Taking a signature back. Before the pact is in force it leaves the count; afterwards the count stays as it was when the
//! pact came into force, and the signer is bound no more from now on (pacts.md, Signing).

use gongzhi_domain::ids::{HouseholdId, SignatureId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_proof::LeafKind;
use serde_json::{Value, json};

use super::bind::{canonical_sha256, moment};
use super::ground::{Ground, hex};
use super::phone::signer;
use crate::audit;
use crate::db::Db;
use crate::log::{self, NewLeaf};
use crate::refusal::refuse;
use gongzhi_domain::permission::{Action, Target};

/// Takes one's own signature back, under whichever version it stands; twice does it once. Signing again afterwards is possible
/// while signing is open.
///
/// # Errors
/// [`Error::NotFound`] for a signature that is not the actor's; [`Reason::NotOpenNow`] for the field `form` when the pact has
/// ended.
pub async fn withdraw(db: &Db, actor: &Actor, number: &str, signature: SignatureId) -> Result<(), Error> {
    let person = signer(actor)?;
    let role = actor.may(Action::SignPact, &Target::none())?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let row = sqlx::query!(
        "select household_id, text_no, round, pseudonym, statement_sha256 from signature
         where id = $1 and person_id = $2 and pact_id = $3",
        signature.uuid(),
        person.uuid(),
        ground.id.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Signature })?;
    let already = sqlx::query_scalar!(
        r#"select exists (select from signature_event where signature_id = $1 and kind = 'withdrawal') as "gone!""#,
        signature.uuid(),
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    if already {
        return Ok(());
    }
    if ground.stage == Stage::Ended {
        return Err(Error::field("form", Reason::NotOpenNow));
    }
    let effect = if ground.stage == Stage::InForce { "forward" } else { "leaves_count" };
    let at = db.now();
    let statement = statement(&hex(&row.statement_sha256), &ground.number, &hex(&row.pseudonym), effect, &moment(at));
    let subject = format!("signature:{signature}");
    let leaf =
        log::append(db, &mut tx, NewLeaf { kind: LeafKind::Withdrawal, subject: &subject, statement: &statement });
    let leaf = leaf.await?;
    let household = HouseholdId::from_uuid(row.household_id);
    let written = sqlx::query!(
        "insert into signature_event (id, signature_id, pact_id, text_no, household_id, person_id, kind, round, effect,
                                      statement_sha256, leaf_id, at)
         values ($1, $2, $3, $4, $5, $6, 'withdrawal', $7, $8, $9, $10, $11)
         on conflict on constraint signature_is_withdrawn_once do nothing",
        db.new_id(),
        signature.uuid(),
        ground.id.uuid(),
        row.text_no,
        household.uuid(),
        person.uuid(),
        row.round,
        effect,
        canonical_sha256(&statement)?,
        leaf.uuid(),
        at,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if written.rows_affected() == 0 {
        // Somebody took it back at the same moment: this transaction, with its leaf, is given up.
        return Ok(());
    }
    let entry = audit::Entry {
        stream: &subject,
        action: "signature.withdraw",
        subject: &subject,
        after: Some(json!({ "effect": effect })),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)
}

/// What a withdrawal states; `signature` is the hash of the statement it takes back.
pub(super) fn statement(signature: &str, number: &str, signer: &str, effect: &str, at: &str) -> Value {
    json!({
        "says": "gongzhi withdrawal/1",
        "pact": number,
        "signature_sha256": signature,
        "signer": signer,
        "effect": effect,
        "at": at,
    })
}
