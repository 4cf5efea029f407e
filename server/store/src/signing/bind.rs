//! The one way a signature is made: everything it binds is written as one canonical statement, hashed, put into the log and
//! into the row, in the transaction of whoever asked.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{HouseholdId, PactId, PersonId, SignatureId};
use gongzhi_domain::pact::statement::{Sha256, Statement};
use gongzhi_domain::pact::{Capacity, Channel};
use gongzhi_proof::{LeafKind, canonical};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ground::{Ground, Round};
use super::signers;
use crate::db::Db;
use crate::keys::{Keys, Purpose};
use crate::log::{self, NewLeaf};
use crate::refusal::{fault, refuse};

/// What came of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// It was signed now.
    Now(SignatureId),
    /// The same person had signed the same version for the same household before; nothing was added.
    Before(SignatureId),
}

impl Signed {
    /// The signature.
    #[must_use]
    pub const fn id(self) -> SignatureId {
        match self {
            Self::Now(id) | Self::Before(id) => id,
        }
    }
}

/// A signature that is to be made.
pub(super) struct New<'a> {
    pub ground: &'a Ground,
    pub round: &'a Round,
    pub household: HouseholdId,
    pub person: PersonId,
    pub capacity: Capacity,
    pub channel: Channel,
    pub evidence: Value,
    /// Helper and witness, of an assisted one.
    pub helped_by: Option<(PersonId, PersonId)>,
    /// The two readings, of one on paper.
    pub entries: Option<(Uuid, Uuid)>,
    pub key: Uuid,
}

/// Makes a signature, once: when the person's signature stands already, or comes about at the same moment, nothing is made
/// and the transaction may go on only to be given up.
pub(super) async fn put(db: &Db, tx: &mut PgConnection, new: New<'_>) -> Result<Signed, Error> {
    let (pact, text_no) = (new.ground.id, new.round.text_no);
    if let Some(before) = signers::standing(tx, pact, text_no, new.household, new.person).await? {
        return Ok(Signed::Before(before.into()));
    }
    let round = sqlx::query_scalar!(
        r#"select coalesce(max(round), 0) + 1 as "round!" from signature
           where pact_id = $1 and text_no = $2 and household_id = $3 and person_id = $4"#,
        pact.uuid(),
        text_no,
        new.household.uuid(),
        new.person.uuid(),
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    let id = SignatureId::from_uuid(db.new_id());
    let at = db.now();
    let pseudonym = pseudonym(db.keys(), pact, new.person);
    let evidence_sha256 = canonical_sha256(&new.evidence)?;
    let statement = Statement {
        pact: &new.ground.number,
        version: text_no,
        text: sha256(&new.round.text_sha256)?,
        rule_profile: sha256(&new.round.profile_sha256)?,
        resolution: &new.round.resolution,
        signer: sha256(&pseudonym)?,
        capacity: new.capacity,
        household: new.household,
        channel: new.channel,
        evidence: sha256(&evidence_sha256)?,
        at,
    }
    .value();
    let subject = format!("signature:{id}");
    let leaf =
        log::append(db, tx, NewLeaf { kind: LeafKind::Signature, subject: &subject, statement: &statement }).await?;
    let (helper, witness) = new.helped_by.unzip();
    let (first, second) = new.entries.unzip();
    sqlx::query!(
        "insert into signature (id, pact_id, text_no, text_sha256, profile_sha256, resolution, person_id, household_id, round,
                                pseudonym, capacity, channel, evidence, evidence_sha256, statement_sha256, helper_id, witness_id,
                                read_back, first_entry, second_entry, request_key, leaf_id, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
        id.uuid(),
        pact.uuid(),
        text_no,
        new.round.text_sha256,
        new.round.profile_sha256,
        new.round.resolution,
        new.person.uuid(),
        new.household.uuid(),
        round,
        pseudonym,
        new.capacity.code(),
        new.channel.code(),
        new.evidence,
        evidence_sha256,
        canonical_sha256(&statement)?,
        helper.map(PersonId::uuid),
        witness.map(PersonId::uuid),
        new.channel == Channel::Assisted,
        first,
        second,
        new.key,
        leaf.uuid(),
        at,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    Ok(Signed::Now(id))
}

/// The signer of one pact: the same in every statement of it, and nobody in any other.
pub(super) fn pseudonym(keys: &Keys, pact: PactId, person: PersonId) -> Vec<u8> {
    let both = [pact.uuid().into_bytes(), person.uuid().into_bytes()].concat();
    keys.index(Purpose::Signer, &both)
}

/// A hash as the database keeps it.
pub(super) fn sha256(bytes: &[u8]) -> Result<Sha256, Error> {
    Sha256::try_from(bytes).map_err(fault)
}

/// The hash of a value's canonical form.
pub(super) fn canonical_sha256(value: &Value) -> Result<Vec<u8>, Error> {
    let text = canonical::write(value).map_err(fault)?;
    Ok(gongzhi_proof::sha256(text.as_bytes()).to_vec())
}

/// A moment as statements say it: UTC, with the microseconds the database keeps.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
