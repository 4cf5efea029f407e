//! Signing on one's own phone, confirmed by a passkey instead of a code: the device signs the hash of what is signed.

use gongzhi_domain::ids::HouseholdId;
use gongzhi_domain::pact::Channel;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use uuid::Uuid;

use super::bind::{self, New, Signed};
use super::ground::{Ground, Round};
use super::phone::{allowed, finish, shown, signer};
use super::signers;
use crate::db::Db;
use crate::passkeys::{self, Assertion, Bound, Options, Site};
use crate::refusal::refuse;

/// What a signature confirmed by a passkey brings.
#[derive(Debug, Clone)]
pub struct Touch {
    /// For which of one's households.
    pub household: HouseholdId,
    /// The hash of the text that was shown, 64 hexadecimal digits.
    pub text: String,
    /// What the device answered.
    pub assertion: Assertion,
    /// Made when the form was opened, so that sending it twice signs once.
    pub key: Uuid,
}

/// What the signer's browser needs to ask for a passkey. Whether they have signed already changes nothing about it.
///
/// # Errors
/// As the store's `send_code`; [`Reason::PasskeyRefused`] for `passkey` when they have none.
pub async fn begin_touch(
    db: &Db,
    actor: &Actor,
    site: &Site,
    number: &str,
    household: HouseholdId,
) -> Result<Options, Error> {
    let person = signer(actor)?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, false).await?;
    allowed(&mut tx, &ground, household, person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    let pseudonym = bind::pseudonym(db.keys(), ground.id, person);
    let options = passkeys::begin_signing(db, &mut tx, site, person, &bound(&ground, &round, &pseudonym)).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(options)
}

/// Signs with a passkey. Sent twice it signs once; a challenge is answered once, well or badly.
///
/// # Errors
/// As the store's `sign`, without the code; [`Reason::PasskeyRefused`], also where passkeys do not work, and
/// [`Reason::PasskeyExpired`] for `passkey`.
pub async fn touch(db: &Db, actor: &Actor, site: Option<&Site>, number: &str, touch: &Touch) -> Result<Signed, Error> {
    let person = signer(actor)?;
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let capacity = allowed(&mut tx, &ground, touch.household, person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    shown(&round, &touch.text)?;
    let (pact, text_no, household) = (ground.id, round.text_no, touch.household);
    if let Some(before) = signers::standing(&mut tx, pact, text_no, household, person).await? {
        return Ok(Signed::Before(before.into()));
    }
    let site = site.ok_or_else(|| Error::field("passkey", Reason::PasskeyRefused))?;
    let pseudonym = bind::pseudonym(db.keys(), ground.id, person);
    let bound = bound(&ground, &round, &pseudonym);
    let evidence = match passkeys::confirm(db, &mut tx, site, person, &bound, &touch.assertion).await? {
        Ok(evidence) => evidence,
        Err(refused) => {
            // The same form sent twice at once: the first has used the challenge.
            let before = signers::standing(&mut tx, pact, text_no, household, person).await?;
            tx.commit().await.map_err(refuse)?;
            return before.map(|before| Signed::Before(before.into())).ok_or(refused);
        }
    };
    let new = New {
        ground: &ground,
        round: &round,
        household: touch.household,
        person,
        capacity,
        channel: Channel::Phone,
        evidence,
        helped_by: None,
        entries: None,
        key: touch.key,
    };
    finish(db, tx, actor, new, "signature.sign").await
}

fn bound<'a>(ground: &'a Ground, round: &'a Round, pseudonym: &'a [u8]) -> Bound<'a> {
    Bound {
        pact: ground.id,
        number: &ground.number,
        text_no: round.text_no,
        text_sha256: &round.text_sha256,
        signer: pseudonym,
    }
}
