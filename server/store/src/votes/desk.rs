//! The vote at the desk: the tellers' keys, how many took part (never how), paper that is not settled, who has assented to closing.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{PersonId, VoteId};
use gongzhi_domain::pact::{Move, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::{Paper, Turnout, VoteDesk};
use sqlx::PgConnection;

use super::count::is_last;
use super::{keys, of_roll, paper};
use crate::db::Db;
use crate::pacts::{Pact, moves};
use crate::refusal::{Trouble, parsed, refuse};
use crate::roll::{Roll, count, doors, masked};

/// The desk's page of a pact's vote.
///
/// Refused: whoever does not run votes there; a pact that is none.
pub async fn desk(db: &Db, actor: &Actor, number: &str) -> Result<VoteDesk, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadTurnout, &pact.target())?;
    let mut tellers = Vec::new();
    for held in keys::of(&mut conn, &pact).await? {
        let name = masked(db, &mut conn, held.teller).await?;
        tellers.push((held.teller, name, held.recipient, held.reserve.is_some()));
    }
    let mut assents = Vec::new();
    for (person, office) in moves::assents(&mut conn, &pact, Move::CloseVote.code()).await? {
        assents.push((office, masked(db, &mut conn, person).await?));
    }
    let mut page = VoteDesk {
        office: pact.office_of_actor(actor),
        last: is_last(&mut conn, actor, &pact).await?,
        stage: pact.stage,
        version: pact.version,
        secrecy: pact.secrecy,
        tellers,
        votes: Vec::new(),
        papers: Vec::new(),
        assents,
        open: pact.stage == Stage::Down3 && pact.paused_at.is_none(),
        number: pact.number.clone(),
        title: pact.title.clone(),
    };
    if let Some(roll) = Roll::newest(&mut conn, pact.id, false).await? {
        for (vote, body) in of_roll(&mut conn, roll.id).await? {
            page.votes.push(turnout(db, &mut conn, vote, body).await?);
        }
        page.papers = papers(db, &mut conn, &roll).await?;
    }
    Ok(page)
}

async fn turnout(
    db: &Db,
    conn: &mut PgConnection,
    vote: VoteId,
    body: gongzhi_domain::roll::Body,
) -> Result<Turnout, Trouble> {
    let row = sqlx::query!(
        r#"select (select count(*) from voting_unit u where u.roll_id = v.roll_id and u.body = v.body and u.struck_in is null) as "units!",
               (select count(*) from participation p where p.vote_id = v.id and p.channel = 'phone') as "phone!",
               (select count(*) from participation p where p.vote_id = v.id and p.channel = 'paper') as "paper!"
           from vote v where v.id = $1"#,
        vote.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    let readings = paper::read_box(&mut *conn, vote).await?;
    let differs = !readings.is_empty() && paper::settled(&readings).is_none();
    let mut box_read = Vec::new();
    for (by, _) in &readings {
        box_read.push(masked(db, &mut *conn, PersonId::from_uuid(*by)).await?);
    }
    Ok(Turnout {
        vote,
        body,
        units: count(row.units)?,
        phone: count(row.phone)?,
        paper: count(row.paper)?,
        box_differs: differs && box_read.len() > 1,
        box_read,
    })
}

async fn papers(db: &Db, conn: &mut PgConnection, roll: &Roll) -> Result<Vec<Paper>, Trouble> {
    let rows = sqlx::query!(
        r#"select p.vote_id, v.body, u.id, u.position, count(*) as "readings!", count(distinct p.choice) > 1 as "differs!"
           from paper_ballot_entry p join vote v on v.id = p.vote_id join voting_unit u on u.id = p.unit_id
           where v.roll_id = $1 and not exists (select from participation t where t.vote_id = p.vote_id and t.unit_id = p.unit_id)
           group by p.vote_id, v.body, u.id order by "differs!" desc, u.position limit 200"#,
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut papers = Vec::new();
    for row in rows {
        papers.push(Paper {
            vote: VoteId::from_uuid(row.vote_id),
            body: parsed(&row.body)?,
            position: row.position,
            doors: doors(db, &mut *conn, row.id).await?,
            readings: count(row.readings)?,
            differs: row.differs,
        });
    }
    Ok(papers)
}
