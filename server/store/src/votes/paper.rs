//! Ballots on paper. Of an open vote two people read each, apart; where they differ a third settles it. Of a secret vote it is
//! ticked who put one into the box, and two people count the box, apart. A difference stops the count.

use gongzhi_domain::Error;
use gongzhi_domain::error::{Reason, What};
use gongzhi_domain::ids::{PersonId, VoteId};
use gongzhi_domain::pact::Secrecy;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::roll::WORDS_MAX;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Hold, Vote, receipt};
use crate::db::{Db, Transaction};
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};
use crate::roll::record;

/// What a paper ballot can say.
pub const PAPER_CHOICES: [&str; 4] = ["yes", "no", "abstain", "invalid"];
/// The most papers a box can hold.
const BOX_MAX: i32 = 100_000;

/// What somebody counted in the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Box {
    /// Papers that say yes.
    pub yes: i32,
    /// Papers that say no.
    pub no: i32,
    /// Papers that abstain.
    pub abstain: i32,
    /// Papers that say nothing clear.
    pub invalid: i32,
}

impl Box {
    pub(super) fn all(self) -> i64 {
        [self.yes, self.no, self.abstain, self.invalid].into_iter().map(i64::from).sum()
    }
}

/// A vote that paper is entered into.
struct Desk {
    tx: Transaction,
    pact: Pact,
    vote: Vote,
    role: Role,
    person: PersonId,
}

impl Desk {
    async fn open(db: &Db, actor: &Actor, number: &str, vote: VoteId, secrecy: Secrecy) -> Result<Self, Error> {
        let mut tx = db.begin().await?;
        let pact = Pact::by_number(&mut tx, number, false).await?;
        let role = actor.may(Action::EnterBallot, &pact.target())?;
        let person = actor.person.ok_or(Error::NotSignedIn)?;
        let vote = Vote::hold(&mut tx, &pact, vote, Hold::Casting).await?;
        if vote.secrecy != secrecy {
            return Err(Error::NotFound { what: What::Vote });
        }
        if !vote.is_open(&pact) {
            return Err(Error::field("unit", Reason::Closed));
        }
        // A paper in a box says nothing of the floor area it stands for.
        if secrecy == Secrecy::Secret && vote.counts_area(&mut tx).await? {
            return Err(Error::field("unit", Reason::NoPaperBox));
        }
        Ok(Self { tx, pact, vote, role, person })
    }

    /// The unit with a number, held, that has not taken part and that the actor does not belong to.
    async fn unit(&mut self, position: i32) -> Result<Uuid, Error> {
        let row = sqlx::query!(
            r#"select u.id,
                   exists (select from roll_entry e where e.unit_id = u.id and e.person_id = $4 and e.struck_in is null) as "own!"
               from voting_unit u where u.roll_id = $1 and u.body = $2 and u.position = $3 and u.struck_in is null for update"#,
            self.vote.roll,
            self.vote.body.code(),
            position,
            self.person.uuid(),
        )
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(refuse)?
        .ok_or_else(|| Error::field("unit", Reason::NotAChoice))?;
        if row.own {
            return Err(Error::field("unit", Reason::NeedsAnotherPerson));
        }
        if super::cast::standing(&mut self.tx, self.vote.id, row.id).await?.is_some() {
            return Err(Error::field("unit", Reason::Taken));
        }
        Ok(row.id)
    }

    /// Puts a unit into the register.
    async fn take_part(&mut self, db: &Db, unit: Uuid, choice: Option<&str>) -> Result<(), Error> {
        let done = sqlx::query!(
            "insert into participation (vote_id, unit_id, secrecy, channel, choice, receipt, recorded_by, at)
             values ($1, $2, $3, 'paper', $4, $5, $6, $7) on conflict do nothing",
            self.vote.id.uuid(),
            unit,
            self.vote.secrecy.code(),
            choice,
            receipt(db, self.vote.id, unit),
            self.person.uuid(),
            db.now(),
        )
        .execute(&mut *self.tx)
        .await
        .map_err(refuse)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Error::field("unit", Reason::Taken)) }
    }

    async fn done(mut self, db: &Db, actor: &Actor, action: &str, after: serde_json::Value) -> Result<(), Error> {
        record(db, &mut self.tx, actor, self.role, &self.pact, action, after).await?;
        self.tx.commit().await.map_err(refuse)
    }
}

/// Who reads next, after these readings: the turn, or why nobody does.
fn turn(readings: &[(Uuid, bool)], person: PersonId, field: &str) -> Result<i16, Error> {
    if readings.iter().any(|(by, _)| *by == person.uuid()) {
        return Err(Error::field(field, Reason::NeedsAnotherPerson));
    }
    match readings {
        [] => Ok(1),
        [_] => Ok(2),
        // The second says whether it agreed with the first.
        [_, (_, false)] => Ok(3),
        _ => Err(Error::field(field, Reason::Taken)),
    }
}

/// Enters what the actor read on a paper ballot of an open vote. It counts when two people read the same, or when a third settled
/// a difference with a reason.
///
/// Refused: whoever enters no ballots there; a secret vote; one that is not open; a unit that is none, took part already, is the
/// actor's own, or was read by them before (field `unit`); a choice that is none (`choice`); a third reading without a reason
/// (`reason`).
pub async fn enter_ballot(
    db: &Db,
    actor: &Actor,
    number: &str,
    vote: VoteId,
    position: i32,
    choice: &str,
    reason: &str,
) -> Result<(), Error> {
    let mut desk = Desk::open(db, actor, number, vote, Secrecy::Open).await?;
    let unit = desk.unit(position).await?;
    if !PAPER_CHOICES.contains(&choice) {
        return Err(Error::field("choice", Reason::NotAChoice));
    }
    let before = sqlx::query!(
        "select entered_by, choice from paper_ballot_entry where vote_id = $1 and unit_id = $2 order by turn",
        desk.vote.id.uuid(),
        unit,
    )
    .fetch_all(&mut *desk.tx)
    .await
    .map_err(refuse)?;
    let first = before.first().map(|row| row.choice.clone());
    let readings: Vec<(Uuid, bool)> =
        before.iter().map(|row| (row.entered_by, Some(&row.choice) == first.as_ref())).collect();
    let turn = turn(&readings, desk.person, "unit")?;
    let reason = if turn == 3 { reason.trim() } else { "" };
    if turn == 3 {
        written(reason, 4, WORDS_MAX).map_err(|wrong| Error::field("reason", wrong))?;
    }
    sqlx::query!(
        "insert into paper_ballot_entry (vote_id, unit_id, turn, choice, reason, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        desk.vote.id.uuid(),
        unit,
        turn,
        choice,
        reason,
        desk.person.uuid(),
        db.now(),
    )
    .execute(&mut *desk.tx)
    .await
    .map_err(refuse)?;
    if turn == 3 || (turn == 2 && first.as_deref() == Some(choice)) {
        desk.take_part(db, unit, Some(choice)).await?;
    }
    desk.done(db, actor, "vote.paper", json!({"unit": unit, "turn": turn})).await
}

/// Ticks that a unit put its paper of a secret vote into the box.
///
/// Refused: as [`enter_ballot`]; an open vote; once somebody has counted the box.
pub async fn tick(db: &Db, actor: &Actor, number: &str, vote: VoteId, position: i32) -> Result<(), Error> {
    let mut desk = Desk::open(db, actor, number, vote, Secrecy::Secret).await?;
    // Whoever ticks and whoever counts the box wait for each other.
    hold_box(&mut desk).await?;
    let unit = desk.unit(position).await?;
    if is_counted(&mut desk).await? {
        return Err(Error::field("unit", Reason::Closed));
    }
    desk.take_part(db, unit, None).await?;
    desk.done(db, actor, "vote.tick", json!({"unit": unit})).await
}

/// Says that a unit was ticked by mistake and put no paper into the box. When a second person says the same the tick is gone
/// and the unit can still vote; both reasons stay.
///
/// Refused: as [`tick`]; a unit that was not ticked, or is the actor's own; the same person twice (field `unit`); no reason (`reason`);
/// once somebody has counted the box.
pub async fn untick(
    db: &Db,
    actor: &Actor,
    number: &str,
    vote: VoteId,
    position: i32,
    reason: &str,
) -> Result<(), Error> {
    let mut desk = Desk::open(db, actor, number, vote, Secrecy::Secret).await?;
    hold_box(&mut desk).await?;
    written(reason, 4, WORDS_MAX).map_err(|wrong| Error::field("reason", wrong))?;
    let ticked = sqlx::query!(
        r#"select p.unit_id, p.at,
               exists (select from roll_entry e where e.unit_id = u.id and e.person_id = $3 and e.struck_in is null) as "own!"
           from participation p join voting_unit u on u.id = p.unit_id
           where p.vote_id = $1 and u.position = $2 and p.channel = 'paper'"#,
        desk.vote.id.uuid(),
        position,
        desk.person.uuid(),
    )
    .fetch_optional(&mut *desk.tx)
    .await
    .map_err(refuse)?
    .ok_or_else(|| Error::field("unit", Reason::NotAChoice))?;
    if ticked.own {
        return Err(Error::field("unit", Reason::NeedsAnotherPerson));
    }
    if is_counted(&mut desk).await? {
        return Err(Error::field("unit", Reason::Closed));
    }
    sqlx::query!(
        "insert into tick_cancel (vote_id, unit_id, ticked_at, reason, cancelled_by, cancelled_at) values ($1, $2, $3, $4, $5, $6)",
        desk.vote.id.uuid(),
        ticked.unit_id,
        ticked.at,
        reason.trim(),
        desk.person.uuid(),
        db.now(),
    )
    .execute(&mut *desk.tx)
    .await
    .map_err(refuse)?;
    let gone = sqlx::query_scalar!(r#"select cancel_tick($1, $2) as "gone!""#, desk.vote.id.uuid(), ticked.unit_id)
        .fetch_one(&mut *desk.tx)
        .await
        .map_err(refuse)?;
    desk.done(db, actor, "vote.untick", json!({"unit": ticked.unit_id, "gone": gone})).await
}

async fn is_counted(desk: &mut Desk) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"select exists (select from paper_batch_entry where vote_id = $1) as "read!""#,
        desk.vote.id.uuid(),
    )
    .fetch_one(&mut *desk.tx)
    .await
    .map_err(refuse)
}

/// Enters what the actor counted in the box of a secret vote. It counts when two people counted the same, or when a third settled a
/// difference with a reason.
///
/// Refused: whoever enters no ballots there; an open vote; one that is not open; a number that cannot be; more papers than were
/// ticked (field `yes`, with the number; fewer are papers that were not given back, their units are present all the same); somebody who counted before; a third count without a reason (`reason`).
pub async fn enter_box(
    db: &Db,
    actor: &Actor,
    number: &str,
    vote: VoteId,
    found: Box,
    reason: &str,
) -> Result<(), Error> {
    let mut desk = Desk::open(db, actor, number, vote, Secrecy::Secret).await?;
    hold_box(&mut desk).await?;
    for (field, number) in
        [("yes", found.yes), ("no", found.no), ("abstain", found.abstain), ("invalid", found.invalid)]
    {
        if !(0..=BOX_MAX).contains(&number) {
            return Err(Error::field(field, Reason::OutOfRange { min: 0, max: BOX_MAX.into() }));
        }
    }
    let ticked = sqlx::query_scalar!(
        r#"select count(*) as "ticked!" from participation where vote_id = $1 and channel = 'paper'"#,
        desk.vote.id.uuid(),
    )
    .fetch_one(&mut *desk.tx)
    .await
    .map_err(refuse)?;
    if found.all() > ticked {
        return Err(Error::field("yes", Reason::OutOfRange { min: 0, max: ticked }));
    }
    let before = read_box(&mut desk.tx, desk.vote.id).await?;
    let first = before.first().map(|(_, found)| *found);
    let readings: Vec<(Uuid, bool)> = before.iter().map(|(by, found)| (*by, Some(*found) == first)).collect();
    let turn = turn(&readings, desk.person, "yes")?;
    let reason = if turn == 3 { reason.trim() } else { "" };
    if turn == 3 {
        written(reason, 4, WORDS_MAX).map_err(|wrong| Error::field("reason", wrong))?;
    }
    sqlx::query!(
        "insert into paper_batch_entry (vote_id, turn, yes, no, abstain, invalid, reason, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        desk.vote.id.uuid(),
        turn,
        found.yes,
        found.no,
        found.abstain,
        found.invalid,
        reason,
        desk.person.uuid(),
        db.now(),
    )
    .execute(&mut *desk.tx)
    .await
    .map_err(refuse)?;
    desk.done(db, actor, "vote.box", json!({"turn": turn})).await
}

async fn hold_box(desk: &mut Desk) -> Result<(), Error> {
    let key = i64::from_be_bytes(desk.vote.id.uuid().as_bytes()[8..].try_into().unwrap_or_default());
    sqlx::query!("select pg_advisory_xact_lock($1)", key).execute(&mut *desk.tx).await.map_err(refuse)?;
    Ok(())
}

/// What was counted in a box, in turns.
pub(super) async fn read_box(conn: &mut PgConnection, vote: VoteId) -> Result<Vec<(Uuid, Box)>, Trouble> {
    let rows = sqlx::query!(
        "select entered_by, yes, no, abstain, invalid from paper_batch_entry where vote_id = $1 order by turn",
        vote.uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.entered_by, Box { yes: row.yes, no: row.no, abstain: row.abstain, invalid: row.invalid }))
        .collect())
}

/// What a box holds when it is settled: two counted the same, or a third settled it.
pub(super) fn settled(readings: &[(Uuid, Box)]) -> Option<Box> {
    match readings {
        [(_, one), (_, two)] if one == two => Some(*one),
        [_, _, (_, third)] => Some(*third),
        _ => None,
    }
}

/// How many papers stop the count of a roll: read once only, read differently, or a box that is not settled.
pub(super) async fn open(conn: &mut PgConnection, roll: Uuid) -> Result<i64, Trouble> {
    Ok(sqlx::query_scalar!(
        r#"select (
               select count(*) from (
                   select 1 from paper_ballot_entry p join vote v on v.id = p.vote_id where v.roll_id = $1
                     and not exists (select from participation t where t.vote_id = p.vote_id and t.unit_id = p.unit_id)
                   group by p.vote_id, p.unit_id) as unread
           ) + (
               select count(*) from vote v where v.roll_id = $1 and v.secrecy = 'secret' and v.closed_at is null
                 and (exists (select from participation t where t.vote_id = v.id and t.channel = 'paper')
                      or exists (select from paper_batch_entry b where b.vote_id = v.id))
                 and not exists (select from paper_batch_entry b where b.vote_id = v.id and b.turn = 3)
                 and not exists (
                     select from paper_batch_entry a join paper_batch_entry b on b.vote_id = a.vote_id and b.turn = 2
                     where a.vote_id = v.id and a.turn = 1
                       and (a.yes, a.no, a.abstain, a.invalid) = (b.yes, b.no, b.abstain, b.invalid))
           ) as "open!""#,
        roll,
    )
    .fetch_one(conn)
    .await?)
}
