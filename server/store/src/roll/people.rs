//! What the roll is drawn from besides homes: the way to count, the members of the other bodies; and, afterwards, written proxies.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Basis, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::roll::{Body, WORDS_MAX};
use serde_json::json;
use uuid::Uuid;

use super::amend::by_phone;
use super::{Roll, record, voters};
use crate::db::{Db, Transaction};
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};

/// A written authority to vote for a unit.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The number of the unit in the statutory body.
    pub unit: i32,
    /// Who votes for it; they have signed in once.
    pub phone: String,
    /// Where the paper is kept and what it says.
    pub paper: String,
}

/// A pact that the actor keeps the roll of, held until the transaction ends.
async fn kept(db: &Db, actor: &Actor, number: &str) -> Result<(Transaction, Pact, Role), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, true).await?;
    let role = actor.may(Action::KeepRoll, &pact.target())?;
    Ok((tx, pact, role))
}

/// Chooses another of the profile's lawful ways to count, before the roll is drawn; the ground says who allowed it.
///
/// Refused: whoever keeps no rolls there; a way the profile does not know (field `basis`); no ground (`note`); once the roll is drawn.
pub async fn choose_basis(db: &Db, actor: &Actor, number: &str, basis: Basis, note: &str) -> Result<(), Error> {
    let (mut tx, pact, role) = kept(db, actor, number).await?;
    if pact.profile.counting(basis).is_none() {
        return Err(Error::field("basis", Reason::NotAChoice));
    }
    written(note, 4, WORDS_MAX).map_err(|reason| Error::field("note", reason))?;
    before_the_roll(&pact, "basis")?;
    sqlx::query!(
        "insert into roll_basis (pact_id, basis, note, chosen_by, chosen_at) values ($1, $2, $3, $4, $5)
         on conflict (pact_id) do update set basis = $2, note = $3, chosen_by = $4, chosen_at = $5",
        pact.id.uuid(),
        basis.code(),
        note.trim(),
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, &pact, "roll.basis", json!({"basis": basis})).await?;
    tx.commit().await.map_err(refuse)
}

/// Names a representative or party member, or takes one off again, before the roll is drawn.
///
/// Refused: whoever keeps no rolls there; a number nobody has signed in with (field `phone`); once the roll is drawn.
pub async fn name_member(db: &Db, actor: &Actor, number: &str, body: Body, phone: &str, on: bool) -> Result<(), Error> {
    let (mut tx, pact, role) = kept(db, actor, number).await?;
    if body == Body::Statutory {
        return Err(Error::field("body", Reason::NotAChoice));
    }
    before_the_roll(&pact, "phone")?;
    let person = by_phone(db, &mut tx, phone).await?;
    if on {
        sqlx::query!(
            "insert into roll_member (pact_id, body, person_id, named_by, named_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
            pact.id.uuid(),
            body.code(),
            person.uuid(),
            actor.person.map(PersonId::uuid),
            db.now(),
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    } else {
        let gone = sqlx::query!(
            "delete from roll_member where pact_id = $1 and body = $2 and person_id = $3",
            pact.id.uuid(),
            body.code(),
            person.uuid(),
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        if gone.rows_affected() == 0 {
            return Err(Error::field("phone", Reason::NotAChoice));
        }
    }
    record(db, &mut tx, actor, role, &pact, "roll.member", json!({"body": body, "person": person, "on": on})).await?;
    tx.commit().await.map_err(refuse)
}

fn before_the_roll(pact: &Pact, field: &str) -> Result<(), Error> {
    match pact.stage {
        Stage::Up1 | Stage::Down1 | Stage::Up2 | Stage::Down2 | Stage::Up3 => Ok(()),
        _ => Err(Error::field(field, Reason::Closed)),
    }
}

/// Records a written proxy: owners only, three for one holder at most, none for a unit that took part.
///
/// Refused: whoever keeps no rolls there, or holds it; a profile without proxies; a unit that is none, has one already or took part
/// (field `unit`); a holder who belongs to the unit (`phone`); a fourth for one holder (`phone`, [`Reason::OutOfRange`]); nothing about the paper (`paper`).
pub async fn give_proxy(db: &Db, actor: &Actor, number: &str, proxy: &Proxy) -> Result<(), Error> {
    let (mut tx, pact, role) = kept(db, actor, number).await?;
    let rules = &pact.profile.proxies;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    if !rules.allowed || !roll.basis.has_area() {
        return Err(Error::field("unit", Reason::NotAChoice));
    }
    if !matches!(pact.stage, Stage::Notice | Stage::Down3) {
        return Err(Error::field("unit", Reason::Closed));
    }
    written(&proxy.paper, 4, WORDS_MAX).map_err(|reason| Error::field("paper", reason))?;
    let holder = by_phone(db, &mut tx, &proxy.phone).await?;
    // Whoever casts its vote now is waited for, and waits for this.
    let unit = sqlx::query_scalar!(
        r#"select u.id from voting_unit u where u.roll_id = $1 and u.body = 'statutory' and u.position = $2 and u.struck_in is null
           for update"#,
        roll.id,
        proxy.unit,
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or_else(|| Error::field("unit", Reason::NotAChoice))?;
    if voters::took_part(&mut tx, unit).await? {
        return Err(Error::field("unit", Reason::NotAChoice));
    }
    // Who of several owners votes they name themselves, and an officer settles rivals with a ground; a paper does not.
    if voters::people_of(&mut tx, unit).await?.contains(&holder) {
        return Err(Error::field("phone", Reason::NeedsAnotherPerson));
    }
    let most = i16::from(rules.most.min(3));
    let taken =
        sqlx::query_scalar!("select slot from proxy where roll_id = $1 and holder_id = $2", roll.id, holder.uuid())
            .fetch_all(&mut *tx)
            .await
            .map_err(refuse)?;
    let slot = (1..=most).find(|slot| !taken.contains(slot));
    let slot = slot.ok_or_else(|| Error::field("phone", Reason::OutOfRange { min: 0, max: most.into() }))?;
    sqlx::query!(
        "insert into proxy (roll_id, unit_id, holder_id, slot, paper, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7)",
        roll.id,
        unit,
        holder.uuid(),
        slot,
        proxy.paper.trim(),
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, &pact, "roll.proxy", json!({"unit": unit, "holder": holder})).await?;
    tx.commit().await.map_err(refuse)
}

/// Takes a proxy back, as long as the unit did not take part.
///
/// Refused: whoever keeps no rolls there; a unit without a proxy, or that took part (field `unit`).
pub async fn take_back_proxy(db: &Db, actor: &Actor, number: &str, unit: i32) -> Result<(), Error> {
    let (mut tx, pact, role) = kept(db, actor, number).await?;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    let gone: Option<Uuid> = sqlx::query_scalar!(
        "delete from proxy x using voting_unit u where u.id = x.unit_id and x.roll_id = $1 and u.body = 'statutory' and u.position = $2
           and not exists (select from participation p where p.unit_id = u.id) returning u.id",
        roll.id,
        unit,
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let unit = gone.ok_or_else(|| Error::field("unit", Reason::NotAChoice))?;
    record(db, &mut tx, actor, role, &pact, "roll.proxy_back", json!({"unit": unit})).await?;
    tx.commit().await.map_err(refuse)
}

/// The units for which somebody holds a written proxy.
pub(crate) async fn held_by(
    conn: &mut sqlx::PgConnection,
    roll: &Roll,
    holder: PersonId,
) -> Result<Vec<Uuid>, Trouble> {
    Ok(sqlx::query_scalar!(
        "select unit_id from proxy where roll_id = $1 and holder_id = $2 order by slot",
        roll.id,
        holder.uuid()
    )
    .fetch_all(conn)
    .await?)
}
