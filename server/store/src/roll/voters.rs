//! Who votes for a unit: its people say so, and never the first of them alone.

use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::roll::{self, Named, VoterHow, WORDS_MAX};
use gongzhi_domain::{Error, Lang, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Roll, record};
use crate::db::Db;
use crate::outbox::{self, Message, Way};
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed, refuse};

/// A unit as its naming finds it.
struct Naming {
    people: Vec<PersonId>,
    how: Option<VoterHow>,
}

impl Naming {
    /// Holds a unit of a roll that stands.
    async fn hold(tx: &mut PgConnection, roll: &Roll, unit: Uuid) -> Result<Self, Trouble> {
        let row = sqlx::query!(
            "select voter_how from voting_unit where id = $1 and roll_id = $2 and struck_in is null for update",
            unit,
            roll.id,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound { what: What::Roll })?;
        Ok(Self { people: people_of(&mut *tx, unit).await?, how: row.voter_how.as_deref().map(parsed).transpose()? })
    }
}

/// Everybody who belongs to a unit, each once.
pub(super) async fn people_of(conn: &mut PgConnection, unit: Uuid) -> Result<Vec<PersonId>, Trouble> {
    let people = sqlx::query_scalar!(
        r#"select distinct person_id as "person!" from roll_entry
           where unit_id = $1 and struck_in is null and person_id is not null order by 1"#,
        unit,
    )
    .fetch_all(conn)
    .await?;
    Ok(people.into_iter().map(PersonId::from_uuid).collect())
}

/// Whom each of a unit's people named.
pub(super) async fn said_of(conn: &mut PgConnection, unit: Uuid) -> Result<Vec<(PersonId, PersonId)>, Trouble> {
    let said = sqlx::query!("select person_id, voter_id from voter_claim where unit_id = $1 order by person_id", unit)
        .fetch_all(conn)
        .await?;
    Ok(said.into_iter().map(|row| (PersonId::from_uuid(row.person_id), PersonId::from_uuid(row.voter_id))).collect())
}

/// Says who shall vote for the actor's household or flats: themselves or another of them. Whoever is named by all votes; what
/// two say differently waits for an officer. The others of the unit are told.
///
/// Refused: whoever does not belong to the unit; a name that does not (field `voter`); outside notice and vote; after the unit
/// took part, or after an officer settled it.
pub async fn name_voter(db: &Db, actor: &Actor, number: &str, unit: Uuid, voter: PersonId) -> Result<(), Error> {
    let role = actor.may(Action::NameVoter, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let roll = Roll::of(&mut tx, pact.id, false).await?;
    let naming = Naming::hold(&mut tx, &roll, unit).await?;
    if !naming.people.contains(&person) {
        return Err(Error::Forbidden { action: Action::NameVoter });
    }
    if !naming.people.contains(&voter) {
        return Err(Error::field("voter", Reason::NotAChoice));
    }
    if !matches!(pact.stage, Stage::Notice | Stage::Down3)
        || naming.how == Some(VoterHow::Settled)
        || took_part(&mut tx, unit).await?
    {
        return Err(Error::field("voter", Reason::Closed));
    }
    sqlx::query!(
        "insert into voter_claim (unit_id, person_id, voter_id, at) values ($1, $2, $3, $4)
         on conflict (unit_id, person_id) do update set voter_id = $3, at = $4",
        unit,
        person.uuid(),
        voter.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let said = said_of(&mut tx, unit).await?;
    let named = roll::named(&naming.people, &said, false);
    designate(db, &mut tx, unit, named).await?;
    record(db, &mut tx, actor, role, &pact, "roll.name_voter", json!({"unit": unit, "voter": voter})).await?;
    for other in naming.people.iter().filter(|other| **other != person) {
        tell(db, &mut tx, *other, &pact, unit, said.len(), named == Named::Rivals).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// Whether a unit took part in a vote of its roll: then its voter stands.
pub(super) async fn took_part(conn: &mut PgConnection, unit: Uuid) -> Result<bool, Trouble> {
    Ok(sqlx::query_scalar!(r#"select exists (select from participation where unit_id = $1) as "is!""#, unit)
        .fetch_one(conn)
        .await?)
}

/// Settles rivals, or names a voter where nobody did: an officer, with the ground in words.
///
/// Refused: whoever keeps no rolls there or lives in the unit themselves; no ground; a voter who does not belong to the unit; a unit
/// that took part.
pub async fn settle(
    db: &Db,
    actor: &Actor,
    number: &str,
    unit: Uuid,
    voter: PersonId,
    note: &str,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let role = actor.may(Action::KeepRoll, &pact.target())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    written(note, 2, WORDS_MAX).map_err(|reason| Error::field("note", reason))?;
    let roll = Roll::of(&mut tx, pact.id, false).await?;
    let naming = Naming::hold(&mut tx, &roll, unit).await?;
    if naming.people.contains(&person) {
        return Err(Error::field("voter", Reason::NeedsAnotherPerson));
    }
    if !naming.people.contains(&voter) {
        return Err(Error::field("voter", Reason::NotAChoice));
    }
    if !matches!(pact.stage, Stage::Notice | Stage::Down3) || took_part(&mut tx, unit).await? {
        return Err(Error::field("voter", Reason::Closed));
    }
    sqlx::query!(
        "insert into voter_settled (id, unit_id, voter_id, note, settled_by, settled_at) values ($1, $2, $3, $4, $5, $6)",
        db.new_id(),
        unit,
        voter.uuid(),
        note.trim(),
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    designate(db, &mut tx, unit, Named::Voter(voter, VoterHow::Settled)).await?;
    record(db, &mut tx, actor, role, &pact, "roll.settle", json!({"unit": unit, "voter": voter})).await?;
    for other in &naming.people {
        tell(db, &mut tx, *other, &pact, unit, usize::MAX, false).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// What one household said of its voter when the vote opens: one name that nobody contradicted is enough now.
pub(crate) async fn close(db: &Db, tx: &mut PgConnection, roll: &Roll) -> Result<(), Trouble> {
    let units = sqlx::query_scalar!(
        "select u.id from voting_unit u where u.roll_id = $1 and u.struck_in is null and u.voter_id is null
           and exists (select from voter_claim c where c.unit_id = u.id) order by u.id for update",
        roll.id,
    )
    .fetch_all(&mut *tx)
    .await?;
    for unit in units {
        let named = roll::named(&people_of(&mut *tx, unit).await?, &said_of(&mut *tx, unit).await?, true);
        designate(db, &mut *tx, unit, named).await?;
    }
    Ok(())
}

/// Writes who votes for a unit, or that nobody does yet.
pub(super) async fn designate(db: &Db, tx: &mut PgConnection, unit: Uuid, named: Named) -> Result<(), Trouble> {
    let voter = match named {
        Named::Voter(voter, how) => Some((voter, how)),
        Named::Rivals | Named::Nobody => None,
    };
    sqlx::query!(
        "update voting_unit set voter_id = $2, voter_how = $3, voter_at = $4 where id = $1",
        unit,
        voter.map(|(voter, _)| voter.uuid()),
        voter.map(|(_, how)| how.code()),
        voter.map(|_| db.now()),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Tells one of a unit's people that its voter was named, is disputed or was settled.
async fn tell(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    pact: &Pact,
    unit: Uuid,
    said: usize,
    rivals: bool,
) -> Result<(), Error> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    let number = &pact.number;
    let body = match (Lang::parse(&lang).unwrap_or_default(), rivals) {
        (Lang::Zh, true) => format!("【共治】公约 {number}：您家提名了不同的投票人，请商量，或等居委会核定。"),
        (Lang::Zh, false) => format!("【共治】公约 {number}：您家的投票人有变动，请打开名册页面查看。"),
        (Lang::En, true) => {
            format!(
                "[Gongzhi] Pact {number}: your household named different voters. Agree on one, or the committee settles it."
            )
        }
        (Lang::En, false) => {
            format!("[Gongzhi] Pact {number}: who votes for your household has changed. See the page of the roll.")
        }
    };
    let key = format!("voter:{unit}:{person}:{said}:{rivals}:{}", db.now().timestamp_micros());
    outbox::put(db, tx, Message { key: &key, kind: "voter", way: Way::Portal, person: Some(person), body: &body }).await
}
