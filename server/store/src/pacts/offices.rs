//! Who acts as what in one pact. Whoever is appointed is a pact officer of its area already; nobody holds two offices
//! of one pact, so that two signatures are two people. An office that ends stays in the history.

use gongzhi_domain::ids::{PactId, PersonId};
use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Named, Reason};
use serde_json::json;
use sqlx::PgConnection;

use super::load::Pact;
use super::tell;
use crate::audit;
use crate::db::Db;
use crate::refusal::{Trouble, refuse};

/// Who may appoint: the branch and the committee of the pact.
const APPOINTS: &[Office] = &[Office::Branch, Office::Committee];

/// Who watches, orders and counts: not dismissed by those whom they watch, once the vote is announced.
const CONTROLS: &[Office] = &[Office::Supervision, Office::Street, Office::Chair, Office::Teller];

/// Appoints somebody to an office of a pact.
///
/// Refused: whoever is neither its branch nor its committee; a pact that ended; a person who is no pact officer of its
/// area (field `person`), who holds an office of it already ([`Reason::Taken`]), or who is the actor (`person`,
/// [`Reason::NeedsAnotherPerson`]).
pub async fn appoint(db: &Db, actor: &Actor, pact: PactId, person: PersonId, office: Office) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::read(&mut tx, pact, true).await?;
    let role = may_appoint(actor, &pact)?;
    if actor.person == Some(person) {
        return Err(Error::field("person", Reason::NeedsAnotherPerson));
    }
    if pact.office_of(person).is_some() {
        return Err(Error::field("person", Reason::Taken));
    }
    if !is_officer(db, &mut tx, &pact, person).await? {
        return Err(Error::field("person", Reason::NotAChoice));
    }
    write(db, &mut tx, pact.id, person, office, actor.person.unwrap_or(person)).await?;
    record(db, &mut tx, actor, role, &pact, "pact.appoint", person, office).await?;
    tx.commit().await.map_err(refuse)
}

/// Ends somebody's office; what they assented to stands, what still needed their assent needs another's.
///
/// Refused: whoever is neither the branch nor the committee of the pact; a person without an office of it, or the only
/// one of the committee (field `person`); from the notice on those who control the rest (`person`, [`Reason::NeedsAnotherPerson`]), who
/// only step down by themselves. Whoever is dismissed is told.
pub async fn end(db: &Db, actor: &Actor, pact: PactId, person: PersonId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::read(&mut tx, pact, true).await?;
    let own = actor.person == Some(person) && pact.stage != Stage::Ended;
    let role = if own { actor.may(Action::AppointOffice, &pact.target())? } else { may_appoint(actor, &pact)? };
    let office = pact.office_of(person).ok_or_else(|| Error::field("person", Reason::NotAChoice))?;
    if !own && CONTROLS.contains(&office) && pact.stage >= Stage::Notice {
        return Err(Error::field("person", Reason::NeedsAnotherPerson));
    }
    let committee = pact.offices.iter().filter(|(_, office)| *office == Office::Committee).count();
    if office == Office::Committee && committee == 1 {
        return Err(Error::field("person", Reason::NeedsAnotherPerson));
    }
    sqlx::query!(
        "update pact_office set until = greatest($3, since + interval '1 microsecond')
         where pact_id = $1 and person_id = $2 and until is null",
        pact.id.uuid(),
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, &pact, "pact.end_office", person, office).await?;
    if !own {
        tell::of_end(db, &mut tx, &pact, person).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// The pact officers of a pact's area who hold no office of it, with the names under which they act.
pub(crate) async fn candidates(
    db: &Db,
    conn: &mut PgConnection,
    pact: &Pact,
) -> Result<Vec<(PersonId, Named)>, Trouble> {
    let rows = sqlx::query!(
        "select distinct s.person_id, s.display_name_zh, s.display_name_en
         from membership m
         join area a on a.id = m.area_id
         join unit u on u.id = m.unit_id
         join staff_account s on s.person_id = m.person_id
         where m.role = 'pact_officer' and m.since <= $2 and (m.until is null or m.until > $2) and u.active and s.active
           and ($3 = a.path or $3 like a.path || '.%')
           and not exists (select from pact_office o where o.pact_id = $1 and o.person_id = m.person_id and o.until is null)
         order by s.display_name_zh, s.person_id",
        pact.id.uuid(),
        db.today(),
        pact.area.as_str(),
    )
    .fetch_all(conn)
    .await?;
    let named = rows
        .into_iter()
        .map(|row| (PersonId::from_uuid(row.person_id), Named::new(row.display_name_zh, row.display_name_en)));
    Ok(named.collect())
}

/// Writes an office without asking: the first one of a pact that begins.
pub(crate) async fn write(
    db: &Db,
    tx: &mut PgConnection,
    pact: PactId,
    person: PersonId,
    office: Office,
    by: PersonId,
) -> Result<(), Trouble> {
    sqlx::query!(
        "insert into pact_office (pact_id, person_id, office, appointed_by, since) values ($1, $2, $3, $4, $5)",
        pact.uuid(),
        person.uuid(),
        office.code(),
        by.uuid(),
        db.now(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the actor appoints in this pact, and in which role.
pub(crate) fn may_appoint(actor: &Actor, pact: &Pact) -> Result<Role, Error> {
    let role = actor.may(Action::AppointOffice, &pact.target())?;
    let appoints = pact.office_of_actor(actor).is_some_and(|office| APPOINTS.contains(&office));
    if appoints && pact.stage != Stage::Ended {
        Ok(role)
    } else {
        Err(Error::Forbidden { action: Action::AppointOffice })
    }
}

async fn is_officer(db: &Db, tx: &mut PgConnection, pact: &Pact, person: PersonId) -> Result<bool, Trouble> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select from membership m join area a on a.id = m.area_id join unit u on u.id = m.unit_id
               where m.person_id = $1 and m.role = 'pact_officer' and m.since <= $2 and (m.until is null or m.until > $2)
                 and u.active and ($3 = a.path or $3 like a.path || '.%')
           ) as "found!""#,
        person.uuid(),
        db.today(),
        pact.area.as_str(),
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

#[expect(clippy::too_many_arguments, reason = "what one audit row says")]
async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    pact: &Pact,
    action: &str,
    person: PersonId,
    office: Office,
) -> Result<(), Error> {
    let subject = format!("person:{person}");
    let entry = audit::Entry {
        stream: &pact.stream(),
        action,
        subject: &subject,
        after: Some(json!({"office": office})),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await
}
