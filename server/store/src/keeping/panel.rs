//! The panel of three: called by the officer, without either side and without relatives; each declares that and finds for
//! themselves. The database refuses whoever lives with a side. An appeal has three others.

use gongzhi_domain::ids::{BreachId, PersonId};
use gongzhi_domain::keeping::{Move, Mover, Outcome, SEATS, State, WORDS_MAX, outcome_of};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Lang, Reason, What};
use sqlx::PgConnection;

use super::course::{Breach, hold, households_of, index_in, is_related, perform, tell};
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{Trouble, parsed, refuse};

/// The round a report is in: 1 for the first panel, 2 for the appeal's.
const fn round(state: State) -> Option<i16> {
    match state {
        State::Panel => Some(1),
        State::AppealPanel => Some(2),
        _ => None,
    }
}

/// Calls three people to the panel by their numbers; a seat that has found keeps its member, another can be called anew (an
/// empty number leaves a seat as it is). Refused: whoever runs no pacts there or is related; a number that is none; somebody
/// who is a side or lives with one, sits already, or sat in the first round (fields `phone1` to `phone3`).
pub async fn call(db: &Db, actor: &Actor, id: BreachId, phones: &[String; SEATS]) -> Result<(), Error> {
    let action = Action::TriageBreach;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    actor.may(action, &Target::in_area(breach.area.clone()))?;
    let officer = actor.person.ok_or(Error::NotSignedIn)?;
    if is_related(db, &mut tx, &breach, officer).await? {
        return Err(Error::Forbidden { action });
    }
    let round = round(breach.state).ok_or(Error::Stale { now: breach.version })?;
    let mut wrong = Vec::new();
    let mut called = 0;
    for (seat, phone) in (1_i16..).zip(phones) {
        let field = format!("phone{seat}");
        if phone.trim().is_empty() {
            if !is_taken(&mut tx, id, round, seat).await? {
                wrong.push(FieldError::new(field, Reason::Missing));
            }
            continue;
        }
        match seat_one(db, &mut tx, &breach, round, seat, phone).await? {
            Ok(()) => called += 1,
            Err(reason) => wrong.push(FieldError::new(field, reason)),
        }
    }
    if !wrong.is_empty() || called == 0 {
        if wrong.is_empty() {
            wrong.push(FieldError::new("phone1", Reason::Missing));
        }
        return Err(Error::Invalid { fields: wrong });
    }
    tx.commit().await.map_err(refuse)
}

async fn is_taken(tx: &mut PgConnection, id: BreachId, round: i16, seat: i16) -> Result<bool, Trouble> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from breach_panel where breach_id = $1 and round = $2 and seat = $3 and stepped_down_at is null)
           as "taken!""#,
        id.uuid(),
        round,
        seat,
    );
    Ok(taken.fetch_one(tx).await?)
}

/// Gives one seat to somebody; the inner error is what is wrong with the number.
async fn seat_one(
    db: &Db,
    tx: &mut PgConnection,
    breach: &Breach,
    round: i16,
    seat: i16,
    phone: &str,
) -> Result<Result<(), Reason>, Trouble> {
    let phone = match Phone::parse(phone) {
        Ok(phone) => phone,
        Err(reason) => return Ok(Err(reason)),
    };
    let (person, _) = people::find_or_create(db, &mut *tx, &phone, Lang::Zh).await?;
    if is_related(db, &mut *tx, breach, person).await? {
        return Ok(Err(Reason::Related));
    }
    let sits = sqlx::query_scalar!(
        r#"select exists (select from breach_panel where breach_id = $1 and person_id = $2) as "sits!""#,
        breach.id.uuid(),
        person.uuid(),
    );
    if sits.fetch_one(&mut *tx).await? {
        return Ok(Err(Reason::Taken));
    }
    let seated = sqlx::query!(
        "insert into breach_panel (breach_id, round, seat, person_id, person_index, households, called_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (breach_id, round, seat) do update set person_id = excluded.person_id, person_index = excluded.person_index,
             households = excluded.households, called_at = excluded.called_at, declared_at = null, stepped_down_at = null
         where breach_panel.finding is null",
        breach.id.uuid(),
        round,
        seat,
        person.uuid(),
        index_in(db, breach.id, person.uuid()),
        &households_of(db, &mut *tx, breach.id, person).await?,
        db.now(),
    );
    if seated.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(Err(Reason::Taken));
    }
    let what = format!("call {round} {seat}");
    let (zh, en) = (
        "社区请您作为邻居评议员，评议一件公约事项",
        "You are asked to sit with two neighbours on a matter of the pact",
    );
    tell(db, tx, breach.id, person, &what, zh, en).await?;
    Ok(Ok(()))
}

/// A member finds, having declared to be no relative. The third finding decides. Refused: whoever has no seat hears that there
/// is nothing; without the declaration (field `declared`); a second time.
pub async fn find(
    db: &Db,
    actor: &Actor,
    id: BreachId,
    declared: bool,
    finding: Outcome,
    note: &str,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    let (person, round, role) = member(&mut tx, actor, &breach).await?;
    let mut wrong = Vec::new();
    if !declared {
        wrong.push(FieldError::new("declared", Reason::ConsentNeeded));
    }
    if let Err(reason) = written(note, 2, WORDS_MAX) {
        wrong.push(FieldError::new("note", reason));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let found = sqlx::query!(
        "update breach_panel set declared_at = $3, finding = $4, note_sealed = $5, found_at = $3
         where breach_id = $1 and person_id = $2 and round = $6 and finding is null",
        id.uuid(),
        person.uuid(),
        db.now(),
        finding.code(),
        db.keys().seal_text(Purpose::Internal, note.trim())?,
        round,
    );
    if found.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        return Err(Error::Stale { now: breach.version });
    }
    let findings = sqlx::query_scalar!(
        r#"select finding as "finding!" from breach_panel where breach_id = $1 and round = $2 and finding is not null"#,
        id.uuid(),
        round,
    );
    let findings = findings.fetch_all(&mut *tx).await.map_err(refuse)?;
    let findings = findings.iter().map(|finding| parsed(finding)).collect::<Result<Vec<Outcome>, Error>>()?;
    if let Some(outcome) = outcome_of(&findings) {
        sqlx::query!(
            "update breach set outcome = $2, decided_at = $3 where id = $1",
            id.uuid(),
            outcome.code(),
            db.now()
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        let mv = if round == 1 { Move::Find } else { Move::FindAgain };
        perform(db, &mut tx, actor, role, &breach, mv, Mover::Panel).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// A member says that they are related: somebody else is called.
pub async fn step_down(db: &Db, actor: &Actor, id: BreachId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    let (person, round, _) = member(&mut tx, actor, &breach).await?;
    sqlx::query!(
        "update breach_panel set stepped_down_at = $3 where breach_id = $1 and person_id = $2 and round = $4 and finding is null",
        id.uuid(),
        person.uuid(),
        db.now(),
        round,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)
}

/// The seat of the actor in the present round; whoever has none hears that there is nothing.
async fn member(tx: &mut PgConnection, actor: &Actor, breach: &Breach) -> Result<(PersonId, i16, Role), Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let nothing = Error::NotFound { what: What::Breach };
    let seats = sqlx::query_scalar!(
        "select round from breach_panel where breach_id = $1 and person_id = $2 and stepped_down_at is null",
        breach.id.uuid(),
        person.uuid(),
    );
    let round_of = seats.fetch_optional(tx).await.map_err(refuse)?.ok_or(nothing)?;
    let role = actor.may(Action::FindOnBreach, &Target::of_person(person))?;
    if round(breach.state) != Some(round_of) {
        return Err(Error::Stale { now: breach.version });
    }
    Ok((person, round_of, role))
}
