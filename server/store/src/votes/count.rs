//! The count. An open vote is counted from the register. A secret one is counted in the room: chair and both tellers have
//! assented, the last of them sends the form into which both tellers typed their keys one after the other; all ballots are opened
//! together, shuffled and written in one statement, and the sealed ones are deleted, in one transaction with the move.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::ballot::{Ballot, tally};
use gongzhi_domain::pact::profile::{Share, Source};
use gongzhi_domain::pact::quorum::Threshold;
use gongzhi_domain::pact::{Basis, Capacity, Channel, Choice, Counting, Move, Outcome, Secrecy, Tally, reckon, stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::{NotYes, Numbers, Ways};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::seal::Identities;
use super::secret::{secret_ballots, sweep};
use super::{Hold, Vote, of_roll, paper};
use crate::db::Db;
use crate::log::{self, LeafKind, NewLeaf};
use crate::pacts::{Assented, Pact, moves};
use crate::refusal::{Trouble, fault, parsed, refuse, retrying};
use crate::roll::{Roll, hex};

/// Assents to closing the vote, as chair or teller; the last of the three closes and counts. Only the last one of a secret vote
/// brings the tellers' keys.
///
/// Refused: what [`crate::pacts::assent`] refuses; for the last one of a secret vote keys that are missing, no keys, or not those the
/// ballots are sealed to (fields `secret_outer`, `secret_inner`).
pub async fn close(
    db: &Db,
    actor: &Actor,
    number: &str,
    at: i32,
    note: &str,
    keys: Option<&Identities>,
) -> Result<Assented, Error> {
    retrying(move || async move {
        let mut tx = db.begin().await?;
        let pact = Pact::by_number(&mut tx, number, true).await?;
        actor.may(Action::CountVote, &pact.target())?;
        if at == pact.version && is_last(&mut tx, actor, &pact).await? {
            count(db, &mut tx, &pact, keys).await?;
        }
        let assented = moves::give(db, &mut tx, actor, pact.id, at, Move::CloseVote, note, &json!({})).await?;
        tx.commit().await.map_err(refuse)?;
        if assented.performed && pact.secrecy == Secrecy::Secret {
            sweep(db).await;
        }
        Ok::<_, Trouble>(assented)
    })
    .await
}

/// Whether the actor's assent is the last one that closing needs.
pub(super) async fn is_last(conn: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<bool, Trouble> {
    let (Some(person), Some(office)) = (actor.person, pact.office_of_actor(actor)) else { return Ok(false) };
    let mut people = moves::assents(conn, pact, Move::CloseVote.code()).await?;
    if !people.iter().any(|(given, _)| *given == person) {
        people.push((person, office));
    }
    Ok(stage::may_assent(Move::CloseVote, office) && stage::assents_missing(Move::CloseVote, &people).is_empty())
}

/// Counts what is not counted yet, in the transaction of the move that closes the vote: open votes here; a secret one must have
/// been counted with the tellers' keys before.
pub(crate) async fn at_close(db: &Db, tx: &mut PgConnection, pact: &Pact) -> Result<(), Trouble> {
    count(db, tx, pact, None).await
}

async fn count(db: &Db, tx: &mut PgConnection, pact: &Pact, keys: Option<&Identities>) -> Result<(), Trouble> {
    let roll = Roll::of(&mut *tx, pact.id, true).await?;
    let votes = of_roll(&mut *tx, roll.id).await?;
    // Everybody who is casting now is waited for before anything is looked at.
    let mut held = Vec::with_capacity(votes.len());
    for (id, _) in votes {
        held.push(Vote::hold(&mut *tx, pact, id, Hold::Counting).await?);
    }
    if paper::open(&mut *tx, roll.id).await? > 0 {
        return Err(Error::StillMissing { needs: vec![gongzhi_domain::pact::Need::PaperEntries] }.into());
    }
    for vote in held.iter().filter(|vote| vote.closed_at.is_none()) {
        let found = match vote.secrecy {
            Secrecy::Open => open_ballots(&mut *tx, vote, &roll).await?,
            Secrecy::Secret => secret_ballots(&mut *tx, vote, &roll, keys).await?,
        };
        write(db, &mut *tx, pact, &roll, vote, found).await?;
    }
    Ok(())
}

/// What a count found.
pub(super) struct Found {
    pub tally: Tally,
    pub invalid: u64,
    /// Papers that were ticked off and not found in the box.
    pub not_returned: u64,
}

/// The votes and the floor area on the roll.
pub(super) async fn totals(conn: &mut PgConnection, vote: &Vote) -> Result<(u64, u64), Trouble> {
    let row = sqlx::query!(
        r#"select count(*) as "units!", coalesce(sum(area_cm2), 0)::bigint as "area!" from voting_unit
           where roll_id = $1 and body = $2 and struck_in is null"#,
        vote.roll,
        vote.body.code(),
    )
    .fetch_one(conn)
    .await?;
    Ok((u64::try_from(row.units).map_err(fault)?, u64::try_from(row.area).map_err(fault)?))
}

async fn open_ballots(conn: &mut PgConnection, vote: &Vote, roll: &Roll) -> Result<Found, Trouble> {
    let (total, total_area) = totals(&mut *conn, vote).await?;
    let rows = sqlx::query!(
        r#"select p.choice as "choice!", u.area_cm2 from participation p join voting_unit u on u.id = p.unit_id where p.vote_id = $1"#,
        vote.id.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let mut ballots = Vec::with_capacity(rows.len());
    let mut invalid = 0;
    for row in rows {
        let choice = valid(&row.choice)?;
        invalid += u64::from(choice.is_none());
        ballots.push(Ballot { choice, area_cm2: u64::try_from(row.area_cm2).map_err(fault)? });
    }
    Ok(Found { tally: tally(basis(vote, roll), total, total_area, ballots), invalid, not_returned: 0 })
}

fn valid(choice: &str) -> Result<Option<Choice>, Error> {
    if choice == "invalid" { Ok(None) } else { parsed(choice).map(Some) }
}

pub(super) fn basis(vote: &Vote, roll: &Roll) -> Basis {
    if vote.body == Body::Statutory { roll.basis } else { Basis::Representatives }
}

/// How another body than the statutory one counts: its yes decides nothing in law, more than half of those present is shown.
fn of_body() -> Counting {
    let source = Source {
        law: Named::new(
            "本平台规则：与法定会议一同召开、单独计票",
            "This portal's rule: held with the statutory meeting, tallied apart",
        ),
        article: String::new(),
    };
    Counting {
        basis: Basis::Representatives,
        quorum: None,
        pass: Share { share: Threshold::MORE_THAN_HALF, source },
        capacity: Capacity::Representative,
        authorised: false,
    }
}

async fn write(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    vote: &Vote,
    found: Found,
) -> Result<(), Trouble> {
    let register =
        sqlx::query!("select receipt, channel from participation where vote_id = $1 order by receipt", vote.id.uuid())
            .fetch_all(&mut *tx)
            .await?;
    let mut ways: HashMap<Channel, u64> = HashMap::new();
    let mut sha = Sha256::new();
    for row in &register {
        *ways.entry(parsed(&row.channel)?).or_default() += 1;
        sha.update(row.receipt.as_bytes());
        sha.update(b"\n");
    }
    let register_sha256 = sha.finalize().to_vec();
    let counting = match vote.body {
        Body::Statutory => {
            pact.profile.counting(roll.basis).cloned().ok_or_else(|| fault("a way to count that is none"))?
        }
        Body::Representatives | Body::PartyMembers => of_body(),
    };
    let reckoning = reckon(&counting, &found.tally).map_err(fault)?;
    let outcome = reckoning.outcome;
    let heads = &reckoning.tally.heads;
    let not_yes =
        NotYes { no: heads.no, abstain: heads.abstain, invalid: found.invalid, not_returned: found.not_returned };
    let ways = Ways {
        phone: ways.get(&Channel::Phone).copied().unwrap_or_default(),
        paper: ways.get(&Channel::Paper).copied().unwrap_or_default(),
    };
    let numbers = Numbers::of(&reckoning, vote.secrecy, not_yes, ways);
    let numbers = serde_json::to_value(&numbers).map_err(fault)?;
    let (quorate, passed) = (outcome != Outcome::NoQuorum, outcome == Outcome::Passed);
    let statement = json!({
        "pact": pact.number, "body": vote.body, "roll_sha256": hex(&roll.sha256), "register_sha256": hex(&register_sha256),
        "numbers": numbers, "quorate": quorate, "passed": passed,
    });
    let subject = format!("pact:{}", pact.id);
    let leaf =
        log::append(db, &mut *tx, NewLeaf { kind: LeafKind::VoteCount, subject: &subject, statement: &statement })
            .await?;
    sqlx::query!(
        "insert into tally (vote_id, roll_sha256, register_sha256, numbers, quorate, passed, leaf_id, counted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        vote.id.uuid(),
        roll.sha256,
        register_sha256,
        numbers,
        quorate,
        passed,
        leaf.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update vote set closed_at = $2 where id = $1", vote.id.uuid(), db.now()).execute(tx).await?;
    Ok(())
}
