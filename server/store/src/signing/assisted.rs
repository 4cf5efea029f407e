//! Signing for somebody who cannot do it alone: a member of staff helps, a second person witnesses, what was signed is read
//! back aloud. The helper alone makes no signature: it waits until the witness has said for themselves that they were there.
//! Helper and witness are named; the database refuses one person in two of the three places.

use chrono::TimeDelta;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{HouseholdId, PersonId, SignatureId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ground::Ground;
use super::phone::allowed;
use super::signers;
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::refusal::refuse;
use crate::sign_in::{self, CodeFor};

/// What an assisted signature brings. The helper is the actor.
#[derive(Debug, Clone)]
pub struct Assisted {
    /// Whose household.
    pub household: HouseholdId,
    /// Who signs.
    pub person: PersonId,
    /// A colleague who witnessed it, unless a neighbour did.
    pub witness: Option<PersonId>,
    /// The phone number of a neighbour who witnessed it.
    pub witness_phone: Option<Phone>,
    /// Whether the text and what signing means were read aloud and agreed to.
    pub read_back: bool,
    /// Made when the form was opened.
    pub key: Uuid,
}

/// What came of helping somebody to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The witness is asked; the signature is made when they have said that they were there.
    Waiting(Uuid),
    /// The person's signature stands already.
    Before(SignatureId),
}

/// Signatures one person may help with in an hour.
const AN_HOUR: i32 = 30;

/// Helps a resident who is present to sign, with the actor as helper. The signature is made, and counts, only when the
/// witness has confirmed it ([`super::answer`], [`super::answer_by_code`]). Asked again, with another witness or the same, the
/// earlier asking is over.
///
/// # Errors
/// [`Reason::NotAmongThem`] for `household` when the person may not sign for it and for `witness` when nobody is known under
/// it, [`Reason::NeedsAnotherPerson`] when two of the three are one, [`Reason::ConsentNeeded`] for `read_back`,
/// [`Reason::NotOpenNow`] for `form`; [`Error::TooMany`] above 30 an hour.
pub async fn assist(db: &Db, actor: &Actor, number: &str, help: &Assisted) -> Result<Asked, Error> {
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let place = place_of(&mut tx, &ground, help.household).await?;
    let role = actor.may(Action::AssistSigning, &Target::in_area(place))?;
    let helper = actor.person.ok_or(Error::NotSignedIn)?;
    allowed(&mut tx, &ground, help.household, help.person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    let witness = witness_of(db, &mut tx, &ground, help).await?;
    let mut wrong = Vec::new();
    if helper == help.person {
        wrong.push(FieldError::new("person", Reason::NeedsAnotherPerson));
    }
    match witness {
        None => wrong.push(FieldError::new("witness", Reason::Missing)),
        Some(witness) if witness == helper || witness == help.person => {
            wrong.push(FieldError::new("witness", Reason::NeedsAnotherPerson));
        }
        Some(_) => {}
    }
    if !help.read_back {
        wrong.push(FieldError::new("read_back", Reason::ConsentNeeded));
    }
    let Some(witness) = witness.filter(|_| wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let standing = signers::standing(&mut tx, ground.id, round.text_no, help.household, help.person).await?;
    if let Some(before) = standing {
        return Ok(Asked::Before(before.into()));
    }
    limits::hit(db, "assisted signature", helper.uuid().as_bytes(), AN_HOUR, TimeDelta::hours(1)).await?;
    if let Some(before) = asked_before(&mut tx, &ground, helper, help).await? {
        return Ok(Asked::Waiting(before));
    }
    sqlx::query!(
        "update assisted_signature set state = 'replaced', answered_at = $5
         where pact_id = $1 and text_no = $2 and household_id = $3 and person_id = $4 and state = 'waiting'",
        ground.id.uuid(),
        round.text_no,
        help.household.uuid(),
        help.person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let id = db.new_id();
    sqlx::query!(
        "insert into assisted_signature (id, pact_id, text_no, household_id, person_id, helper_id, witness_id, by_code,
                                         request_key, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        ground.id.uuid(),
        round.text_no,
        help.household.uuid(),
        help.person.uuid(),
        helper.uuid(),
        witness.uuid(),
        help.witness_phone.is_some(),
        help.key,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("assisted_signature:{id}");
    let entry = audit::Entry {
        stream: &subject,
        action: "signature.assist",
        subject: &subject,
        after: Some(json!({ "witness": witness, "read_back": true })),
        acting_for: Some(help.person),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    ask(db, &mut tx, &ground, witness, id).await?;
    tx.commit().await.map_err(refuse)?;
    if let Some(phone) = &help.witness_phone {
        // One code a minute goes to a number: where it is too soon the witness has the message, and another can be sent.
        match sign_in::send_code_for(db, actor, phone, CodeFor::Witness { asked: id, number: &ground.number }).await {
            Ok(()) | Err(Error::TooMany { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Asked::Waiting(id))
}

/// The same form sent before: what it asked for.
async fn asked_before(
    conn: &mut PgConnection,
    ground: &Ground,
    helper: PersonId,
    help: &Assisted,
) -> Result<Option<Uuid>, Error> {
    sqlx::query_scalar!(
        "select id from assisted_signature where request_key = $1 and pact_id = $2 and helper_id = $3 and person_id = $4",
        help.key,
        ground.id.uuid(),
        helper.uuid(),
        help.person.uuid(),
    )
    .fetch_optional(conn)
    .await
    .map_err(refuse)
}

/// Leaves word for the witness where they find what they are asked for.
async fn ask(db: &Db, tx: &mut PgConnection, ground: &Ground, witness: PersonId, id: Uuid) -> Result<(), Error> {
    let (title, number) = (&ground.title.zh, &ground.number);
    let english = if ground.title.en.is_empty() { title } else { &ground.title.en };
    let words = (
        format!(
            "请您为《{title}》（{number}）的一个协助签名作见证：在该公约的“签署公约”页确认。您没有在场，就请答“不是这样”。"
        ),
        format!(
            "You are asked to witness an assisted signature under “{english}” ({number}): confirm it on the pact's page to sign. If you were not there, say no."
        ),
    );
    crate::points::send(db, tx, witness, &format!("witness:{id}"), "pact_witness", words).await?;
    Ok(())
}

/// Where a household of the pact lies.
///
/// # Errors
/// [`Reason::NotAmongThem`] for the field `household` when the pact is not for it.
pub(super) async fn place_of(
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
) -> Result<AreaPath, Error> {
    let path = sqlx::query_scalar!(
        r#"select area_path as "path!" from pact_household where pact_id = $1 and household_id = $2"#,
        ground.id.uuid(),
        household.uuid(),
    )
    .fetch_optional(conn)
    .await
    .map_err(refuse)?
    .ok_or_else(|| Error::field("household", Reason::NotAmongThem))?;
    AreaPath::parse(&path).map_err(crate::refusal::fault)
}

/// Who witnessed: the neighbour with the number, who must live in a household the pact is for, or the colleague.
async fn witness_of(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    help: &Assisted,
) -> Result<Option<PersonId>, Error> {
    let found = if let Some(phone) = &help.witness_phone {
        let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
        let neighbour = sqlx::query_scalar!(
            "select p.id from person p where p.phone_index = $1
             and exists (select from pact_household h join residence r on r.household_id = h.household_id
                         where h.pact_id = $2 and r.person_id = p.id and r.adult and r.since <= $3
                         and (r.until is null or r.until > $3))",
            index,
            ground.id.uuid(),
            db.today(),
        )
        .fetch_optional(conn)
        .await
        .map_err(refuse)?;
        Some(neighbour.ok_or_else(|| Error::field("witness_phone", Reason::NotAmongThem))?)
    } else if let Some(colleague) = help.witness {
        let known = sqlx::query_scalar!(
            "select a.person_id from staff_account a where a.person_id = $1 and a.active
             and exists (select from membership m join area r on r.id = m.area_id
                         where m.person_id = a.person_id and (m.until is null or m.until > $2)
                         and ((r.path >= $3 and r.path < $3 || '/') or ($3 >= r.path and $3 < r.path || '/'))
                         and m.role in ('grid_worker', 'grid_head', 'clerk', 'pact_officer', 'neighbour_head'))",
            colleague.uuid(),
            db.today(),
            ground.area.as_str(),
        )
        .fetch_optional(conn)
        .await
        .map_err(refuse)?;
        Some(known.ok_or_else(|| Error::field("witness", Reason::NotAmongThem))?)
    } else {
        None
    };
    Ok(found.map(PersonId::from_uuid))
}
