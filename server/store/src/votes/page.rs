//! The page on which somebody votes: what they can vote for, or plainly why not.

use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::{MyBallot, NotEligible, VotePage};
use sqlx::PgConnection;
use uuid::Uuid;

use super::cast::standing;
use super::of_roll;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed, refuse};
use crate::roll::{Roll, doors, held_by, hex, units_of};

/// The page of a pact's vote for the asker.
///
/// Refused: a pact that is none.
pub async fn page(db: &Db, actor: &Actor, number: &str) -> Result<VotePage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    let text = sqlx::query_scalar!(
        "select text_sha256 from pact_version where pact_id = $1 and no = $2",
        pact.id.uuid(),
        pact.text_no,
    )
    .fetch_optional(&mut *conn)
    .await
    .map_err(refuse)?;
    let mut page = VotePage {
        number: pact.number.clone(),
        title: pact.title.clone(),
        stage: pact.stage,
        secrecy: pact.secrecy,
        open: pact.stage == Stage::Down3 && pact.paused_at.is_none(),
        text_sha256: text.map(|sha| hex(&sha)),
        ballots: Vec::new(),
        not: Vec::new(),
        signed_in: actor.is_signed_in(),
    };
    let Some(person) = actor.person else {
        page.not.push(NotEligible::SignedOut);
        return Ok(page);
    };
    let Some(roll) = Roll::newest(&mut conn, pact.id, false).await? else {
        page.not.push(NotEligible::Closed);
        return Ok(page);
    };
    let mut units = units_of(&mut conn, &roll, person).await?;
    for held in held_by(&mut conn, &roll, person).await? {
        if !units.contains(&held) {
            units.push(held);
        }
    }
    if units.is_empty() {
        page.not.push(NotEligible::NotOnRoll);
    }
    let votes = of_roll(&mut conn, roll.id).await?;
    for unit in units {
        match eligible(&mut conn, unit, person).await? {
            Err(why) => page.not.push(why),
            Ok((body, proxy)) => {
                let Some((vote, _)) = votes.iter().find(|(_, of)| *of == body) else {
                    page.not.push(NotEligible::Closed);
                    continue;
                };
                let cast = standing(&mut conn, *vote, unit).await?.map(|(cast, _)| cast);
                if cast.is_none() && !page.open {
                    page.not.push(NotEligible::Closed);
                    continue;
                }
                let doors = doors(db, &mut conn, unit).await?;
                page.ballots.push(MyBallot { vote: *vote, unit, body, doors, proxy, cast });
            }
        }
    }
    page.not.sort_by_key(|why| *why as u8);
    page.not.dedup();
    Ok(page)
}

/// Whether somebody votes for a unit they belong to or hold a proxy of, in which body, and whether by proxy.
async fn eligible(
    conn: &mut PgConnection,
    unit: Uuid,
    person: PersonId,
) -> Result<Result<(gongzhi_domain::roll::Body, bool), NotEligible>, Trouble> {
    let row = sqlx::query!(
        r#"select u.body, u.voter_id, x.holder_id as "holder_id?",
               (select count(distinct c.voter_id) from voter_claim c where c.unit_id = u.id) as "named!"
           from voting_unit u left join proxy x on x.unit_id = u.id where u.id = $1"#,
        unit,
    )
    .fetch_one(conn)
    .await?;
    let me = Some(person.uuid());
    Ok(if row.holder_id.is_some() {
        if row.holder_id == me { Ok((parsed(&row.body)?, true)) } else { Err(NotEligible::Proxy) }
    } else if row.voter_id == me {
        Ok((parsed(&row.body)?, false))
    } else if row.voter_id.is_some() {
        Err(NotEligible::Another)
    } else if row.named > 1 {
        Err(NotEligible::Rivals)
    } else {
        Err(NotEligible::Nobody)
    })
}
