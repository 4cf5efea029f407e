//! Signing for somebody who cannot do it alone: a member of staff helps, a second person witnesses, what was signed is read
//! back aloud. Helper and witness are named; the database refuses one person in two of the three places.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::Channel;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::bind::{self, New, Signed, pseudonym};
use super::ground::{Ground, hex};
use super::phone::{allowed, settled, tell};
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;

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

/// Signs for a resident who is present, with the actor as helper.
///
/// # Errors
/// [`Reason::NotAmongThem`] for `household` when the person may not sign for it and for `witness` when nobody is known under
/// it, [`Reason::NeedsAnotherPerson`] when two of the three are one, [`Reason::ConsentNeeded`] for `read_back`,
/// [`Reason::NotOpenNow`] for `form`.
pub async fn assist(db: &Db, actor: &Actor, number: &str, help: &Assisted) -> Result<Signed, Error> {
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let place = place_of(&mut tx, &ground, help.household).await?;
    let role = actor.may(Action::AssistSigning, &Target::in_area(place))?;
    let helper = actor.person.ok_or(Error::NotSignedIn)?;
    let capacity = allowed(&mut tx, &ground, help.household, help.person).await?;
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
    let names = [helper, witness].map(|person| hex(&pseudonym(db.keys(), ground.id, person)));
    let [helper_name, witness_name] = names;
    let new = New {
        ground: &ground,
        round: &round,
        household: help.household,
        person: help.person,
        capacity,
        channel: Channel::Assisted,
        evidence: json!({ "kind": "assisted", "helper": helper_name, "witness": witness_name, "read_back": true }),
        helped_by: Some((helper, witness)),
        entries: None,
        key: help.key,
    };
    let signed = match bind::put(db, &mut tx, new).await {
        Ok(Signed::Now(id)) => id,
        other => return settled(db, tx, &ground, &round, help.household, help.person, other).await,
    };
    let subject = format!("signature:{signed}");
    let entry = audit::Entry {
        stream: &subject,
        action: "signature.assist",
        subject: &subject,
        after: Some(json!({ "witness": witness, "read_back": true })),
        acting_for: Some(help.person),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tell(db, &mut tx, &ground, help.person, signed).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(Signed::Now(signed))
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
                         where h.pact_id = $2 and r.person_id = p.id and r.until is null and r.adult)",
            index,
            ground.id.uuid(),
        )
        .fetch_optional(conn)
        .await
        .map_err(refuse)?;
        Some(neighbour.ok_or_else(|| Error::field("witness_phone", Reason::NotAmongThem))?)
    } else if let Some(colleague) = help.witness {
        let known = sqlx::query_scalar!(
            "select a.person_id from staff_account a where a.person_id = $1 and a.active
             and exists (select from membership m where m.person_id = a.person_id and (m.until is null or m.until > $2))",
            colleague.uuid(),
            db.today(),
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
