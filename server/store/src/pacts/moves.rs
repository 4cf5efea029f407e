//! Every move of a pact is made here: `assent` counts who has said yes, and the last one needed performs. Whoever moves looks
//! at a version; the domain's table says whether the move is possible, from when, and what is missing; stage, text, history, the
//! log's leaf, audit and messages are written in one transaction.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{PactId, PersonId};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::stage::{self, Facts, Ready};
use gongzhi_domain::pact::{Ending, Move, Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::effects::{self, Effects};
use super::load::Pact;
use super::{facts, tell};
use crate::db::Db;
use crate::refusal::{Trouble, parsed, refuse, retrying};
use crate::{audit, log};

/// The fewest characters a reason says something in.
pub const NOTE_MIN: u32 = 4;
/// The longest note of a move, in characters.
pub const NOTE_MAX: u32 = 500;

/// What came of an assent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assented {
    /// Where the pact is now.
    pub stage: Stage,
    /// The version it has now.
    pub version: i32,
    /// Whether this assent, or the same one sent before, moved it.
    pub performed: bool,
    /// Whether the actor had given it before: nothing was done again.
    pub already: bool,
}

/// Assents to a move in the actor's office; the last assent that is needed makes the move. `at` is the version of the pact
/// the actor looked at, `details` what the move brings (`{"ending": "annulled"}` for [`Move::End`]).
///
/// Refused: whoever holds no office of the pact that takes part in the move; [`Error::Stale`] when it was moved since (unless
/// by this very assent); a missing reason where one is public (field `note`); what the domain's table refuses: a move from
/// another stage, a move too early with the date from which it is possible, a move with what is still missing.
pub async fn assent(
    db: &Db,
    actor: &Actor,
    pact: PactId,
    at: i32,
    mv: Move,
    note: &str,
    details: &Value,
) -> Result<Assented, Error> {
    retrying(move || async move {
        let mut tx = db.begin().await?;
        let assented = give(db, &mut tx, actor, pact, at, mv, note, details).await?;
        tx.commit().await.map_err(refuse)?;
        Ok::<_, Trouble>(assented)
    })
    .await
}

#[expect(clippy::too_many_arguments, reason = "what one assent brings")]
pub(crate) async fn give(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    id: PactId,
    at: i32,
    mv: Move,
    note: &str,
    details: &Value,
) -> Result<Assented, Trouble> {
    let pact = Pact::read(&mut *tx, id, true).await?;
    let role = actor.may(Action::MovePact, &pact.target())?;
    let forbidden = || Error::Forbidden { action: Action::MovePact };
    let person = actor.person.ok_or_else(forbidden)?;
    let office = pact.office_of(person).filter(|office| stage::may_assent(mv, *office)).ok_or_else(forbidden)?;
    let ending = ending_of(mv, details)?;
    let named = name_of(mv, ending);
    if at != pact.version {
        if was_given(&mut *tx, id, at, &named, person).await? && moved_by(&mut *tx, id, at, mv).await? {
            return Ok(Assented { stage: pact.stage, version: pact.version, performed: true, already: true });
        }
        return Err(Error::Stale { now: Version(pact.version) }.into());
    }
    let mut known = facts::of(db, &mut *tx, &pact).await?;
    known.ending = ending;
    let ready = stage::check(&known, mv, db.now()).map_err(Error::from)?;
    written(note, if ready.row.reason { NOTE_MIN } else { 0 }, NOTE_MAX)
        .map_err(|reason| Error::field("note", reason))?;

    let given = sqlx::query!(
        "insert into pact_assent (pact_id, pact_version, move, person_id, office, note, at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        id.uuid(),
        at,
        named,
        person.uuid(),
        office.code(),
        note.trim(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    let people = assents(&mut *tx, &pact, &named).await?;
    if !stage::assents_missing(mv, &people).is_empty() {
        let already = given.rows_affected() == 0;
        if !already {
            record(db, &mut *tx, actor, role, &pact, &format!("pact.assent.{named}"), json!({"office": office}))
                .await?;
        }
        return Ok(Assented { stage: pact.stage, version: pact.version, performed: false, already });
    }
    let moved = perform(db, &mut *tx, actor, role, &pact, &known, ready, &people, note.trim(), details).await?;
    Ok(Assented { stage: moved.stage, version: moved.version, performed: true, already: false })
}

/// Makes a move that is due and needs nobody: the end of the signing, the expiry, the end of what was superseded. Answers
/// whether it was made; a pact that was moved meanwhile, or whose time has not come, is left alone.
pub(crate) async fn by_clock(
    db: &Db,
    tx: &mut PgConnection,
    id: PactId,
    mv: Move,
    ending: Option<Ending>,
) -> Result<bool, Trouble> {
    let actor = Actor::system();
    let pact = Pact::read(&mut *tx, id, true).await?;
    let role = actor.may(Action::MovePact, &pact.target())?;
    let mut known = facts::of(db, &mut *tx, &pact).await?;
    known.ending = ending;
    known.successor_in_force |= ending == Some(Ending::Superseded);
    let Ok(ready) = stage::check_clock(&known, mv, db.now()) else { return Ok(false) };
    let details = ending.map_or_else(|| json!({}), |ending| json!({"ending": ending}));
    perform(db, tx, &actor, role, &pact, &known, ready, &[], "", &details).await?;
    Ok(true)
}

/// Everything a move changes, after it was found possible. Answers the pact as it is now.
#[expect(clippy::too_many_arguments, reason = "what one move brings")]
async fn perform(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    pact: &Pact,
    known: &Facts,
    ready: Ready,
    people: &[(PersonId, Office)],
    note: &str,
    details: &Value,
) -> Result<Pact, Trouble> {
    let mv = ready.row.mv;
    let now = db.now();
    let effects = effects::before(db, &mut *tx, actor, pact, mv).await?;
    write(&mut *tx, pact, mv, ready.to, known.ending, &effects, now).await?;
    let moved = Pact::read(&mut *tx, pact.id, false).await?;
    let mut details = details.as_object().cloned().unwrap_or_default();
    if ready.late {
        details.insert("late".into(), true.into());
    }
    let added = effects::after(db, &mut *tx, actor, pact, &moved, mv).await?;
    details.extend(added);
    let offices: Vec<Office> = people.iter().map(|(_, office)| *office).collect();
    let statement = json!({
        "pact": pact.number, "seq": moved.version, "move": mv, "from": pact.stage, "to": moved.stage, "text_no": moved.text_no,
        "offices": offices, "details": details, "profile": pact.profile_id,
    });
    let leaf = leaf(db, &mut *tx, pact, &statement).await?;
    let named: Vec<Value> = people.iter().map(|(person, office)| json!({"person": person, "office": office})).collect();
    sqlx::query!(
        "insert into pact_move (pact_id, seq, at, move, from_stage, to_stage, text_no, people, public_note, details, leaf_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        pact.id.uuid(),
        moved.version,
        now,
        mv.code(),
        pact.stage.code(),
        moved.stage.code(),
        moved.text_no,
        Value::from(named),
        note,
        Value::from(details),
        leaf,
    )
    .execute(&mut *tx)
    .await?;
    let after = json!({"stage": moved.stage, "version": moved.version, "text_no": moved.text_no});
    record(db, &mut *tx, actor, role, pact, &format!("pact.{mv}"), after).await?;
    tell::of_move(db, &mut *tx, &moved, ready.row, note).await?;
    if mv == Move::IntoForce
        && let Some(old) = moved.supersedes
    {
        Box::pin(by_clock(db, tx, old, Move::End, Some(Ending::Superseded))).await?;
    }
    Ok(moved)
}

async fn write(
    tx: &mut PgConnection,
    pact: &Pact,
    mv: Move,
    to: Stage,
    ending: Option<Ending>,
    effects: &Effects,
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    // A new stage and a restarted consultation begin their window anew; nothing is paused in it yet.
    let anew = to != pact.stage || mv == Move::RestartConsult;
    sqlx::query!(
        "update pact set stage = $2, version = version + 1, text_no = coalesce($3, text_no), changed_at = $4,
             stage_since = case when $5 then $4 else stage_since end,
             paused_for = case when $5 then interval '0' when $6 = 'resume' then paused_for + ($4 - paused_at) else paused_for end,
             paused_at = case when $5 or $6 = 'resume' then null when $6 = 'pause' then $4 else paused_at end,
             in_force_on = case when $2 = 'in_force' then $7 when $2 = 'ended' then in_force_on end,
             review_on = case when $2 = 'in_force' then $8 when $2 = 'ended' then review_on end,
             ending = case when $2 = 'ended' then $9 end
         where id = $1",
        pact.id.uuid(),
        to.code(),
        effects.text_no,
        now,
        anew,
        mv.code(),
        effects.in_force_on,
        effects.review_on,
        ending.map(Ending::code),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What an assent is filed under: two endings are two different things to say yes to.
pub(crate) fn name_of(mv: Move, ending: Option<Ending>) -> String {
    ending.map_or_else(|| mv.to_string(), |ending| format!("{mv}:{ending}"))
}

fn ending_of(mv: Move, details: &Value) -> Result<Option<Ending>, Error> {
    use gongzhi_domain::Reason;
    if mv != Move::End {
        return Ok(None);
    }
    let code = details.get("ending").and_then(Value::as_str).unwrap_or_default();
    let ending = code.parse().map_err(|_| Error::field("ending", Reason::NotAChoice))?;
    Ok(Some(ending))
}

/// Who has assented to a move at the present version, in an office they still hold.
pub(crate) async fn assents(
    conn: &mut PgConnection,
    pact: &Pact,
    named: &str,
) -> Result<Vec<(PersonId, Office)>, Trouble> {
    let rows = sqlx::query!(
        "select a.person_id, o.office from pact_assent a
         join pact_office o on o.pact_id = a.pact_id and o.person_id = a.person_id and o.until is null and o.office = a.office
         where a.pact_id = $1 and a.pact_version = $2 and a.move = $3 order by a.at, a.person_id",
        pact.id.uuid(),
        pact.version,
        named,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((PersonId::from_uuid(row.person_id), parsed(&row.office)?))).collect()
}

async fn was_given(
    tx: &mut PgConnection,
    pact: PactId,
    at: i32,
    named: &str,
    person: PersonId,
) -> Result<bool, Trouble> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from pact_assent where pact_id = $1 and pact_version = $2 and move = $3 and person_id = $4) as "given!""#,
        pact.uuid(),
        at,
        named,
        person.uuid(),
    )
    .fetch_one(tx)
    .await?)
}

/// Whether the move that followed a version was this one.
async fn moved_by(tx: &mut PgConnection, pact: PactId, after: i32, mv: Move) -> Result<bool, Trouble> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from pact_move where pact_id = $1 and seq = $2 and move = $3) as "moved!""#,
        pact.uuid(),
        after + 1,
        mv.code(),
    )
    .fetch_one(tx)
    .await?)
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    pact: &Pact,
    action: &str,
    after: Value,
) -> Result<(), Trouble> {
    let stream = pact.stream();
    let entry = audit::Entry {
        stream: &stream,
        action,
        subject: &stream,
        before: Some(json!({"stage": pact.stage, "version": pact.version})),
        after: Some(after),
        ..audit::Entry::default()
    };
    Ok(audit::append(db, tx, actor, role, entry).await?)
}

/// The leaf of the evidence log that binds a move; answers its id.
async fn leaf(db: &Db, tx: &mut PgConnection, pact: &Pact, statement: &Value) -> Result<uuid::Uuid, Trouble> {
    let subject = format!("pact:{}", pact.id);
    let leaf = log::append(db, tx, log::NewLeaf { kind: log::LeafKind::Move, subject: &subject, statement }).await?;
    Ok(leaf.uuid())
}
