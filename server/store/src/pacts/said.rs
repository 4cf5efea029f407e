//! One clause: its words through the versions, what the reader said of it, and what others said that a moderator let pass.
//! An opinion stands at its clause in later versions too, wherever that went.

use gongzhi_domain::ids::{ClauseId, OpinionId, PactId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::pacts::{AnswerLine, ClausePage, ClauseWas, MyOpinion, OpinionLine};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;

use super::list::card;
use super::load::Pact;
use super::page::{counts, person_of};
use crate::Purpose;
use crate::db::Db;
use crate::refusal::{Trouble, parsed, refuse};

/// Opinions of others shown at a clause, at most.
const SHOWN: i64 = 200;

/// One clause of a pact, also one that is no longer in its text; without a clause the whole text.
///
/// Refused: a number that is none, a clause that was never published.
pub async fn clause(db: &Db, actor: &Actor, number: &str, id: ClauseId) -> Result<ClausePage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    Ok(whole(db, &mut conn, actor, &pact, id).await?)
}

async fn whole(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    pact: &Pact,
    id: ClauseId,
) -> Result<ClausePage, Trouble> {
    let card = card(db, &mut *conn, actor, pact).await?;
    let rows = sqlx::query!(
        r#"select v.no, c.position as "position?", c.text as "text?", c.english as "english?"
           from pact_version v left join pact_clause c on c.pact_id = v.pact_id and c.version_no = v.no and c.clause_id = $2
           where v.pact_id = $1 order by v.no"#,
        pact.id.uuid(),
        id.uuid(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut history: Vec<ClauseWas> = Vec::new();
    let mut english = String::new();
    for row in rows {
        let before = history.last().filter(|was| was.no.is_some()).map(|was| was.text.clone());
        if history.is_empty() && row.position.is_none() {
            continue;
        }
        if let Some(now) = row.english {
            english = now;
        }
        let no = row.position.map(i32::unsigned_abs);
        history.push(ClauseWas { text_no: row.no, no, text: row.text.unwrap_or_default(), before });
    }
    let last = history.iter().rev().find(|was| was.no.is_some()).ok_or(Error::NotFound { what: What::Clause })?;
    let text = last.text.clone();
    let no = history.last().filter(|was| Some(was.text_no) == pact.text_no).and_then(|was| was.no);
    let beside = sqlx::query!(
        r#"select count(*) as "of!",
               (array_agg(clause_id) filter (where position = $3 - 1))[1] as "before?",
               (array_agg(clause_id) filter (where position = $3 + 1))[1] as "after?"
           from pact_clause where pact_id = $1 and version_no = $2"#,
        pact.id.uuid(),
        pact.text_no.unwrap_or_default(),
        no.and_then(|no| i32::try_from(no).ok()).unwrap_or(-10),
    )
    .fetch_one(&mut *conn)
    .await?;
    let stances = counts(&mut *conn, pact.id).await?.get(&Some(id)).map(|(stances, _)| *stances).unwrap_or_default();
    let own = mine(db, &mut *conn, actor, pact.id).await?;
    let opinions = published(&mut *conn, actor, pact.id, Some(id)).await?;
    Ok(ClausePage {
        card,
        id,
        no,
        of: u32::try_from(beside.of).unwrap_or(u32::MAX),
        text,
        english,
        stances,
        mine: own.into_iter().filter(|(clause, _)| *clause == Some(id)).map(|(_, said)| said).collect(),
        opinions,
        history,
        beside: (beside.before.map(ClauseId::from_uuid), beside.after.map(ClauseId::from_uuid)),
        open: pact.stage == Stage::Down1 && no.is_some(),
        helps: actor.may(Action::EnterOpinion, &pact.target()).is_ok(),
    })
}

/// What others said of the whole text and a moderator let pass.
///
/// Refused: a number that is none.
pub async fn of_the_whole(db: &Db, actor: &Actor, number: &str) -> Result<Vec<OpinionLine>, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let id = super::load::id_of(&mut conn, number).await?;
    Ok(published(&mut conn, actor, id, None).await?)
}

/// Everything the reader said of a pact, newest version first, with its answers.
pub(crate) async fn mine(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    pact: PactId,
) -> Result<Vec<(Option<ClauseId>, MyOpinion)>, Trouble> {
    let Some(person) = person_of(actor) else { return Ok(Vec::new()) };
    let rows = sqlx::query!(
        r#"select o.id, o.clause_id, o.version_no, o.stance, c.original_sealed as "sealed?", c.public_text as "public?",
               c.state as "state?", c.hide_reason, c.note_to_author, a.answer as "answer?", a.reason as "reason?", a.answered_at as "answered_at?"
           from opinion o left join content c on c.id = o.content_id left join opinion_answer a on a.id = o.answer_id
           where o.pact_id = $1 and o.person_id = $2 order by o.version_no desc, o.id"#,
        pact.uuid(),
        person,
    )
    .fetch_all(conn)
    .await?;
    let mut mine = Vec::with_capacity(rows.len());
    for row in rows {
        let words = match &row.sealed {
            Some(sealed) => db.keys().open_text(Purpose::Content, sealed)?,
            None => String::new(),
        };
        let public = row.public.filter(|public| *public != words);
        mine.push((
            row.clause_id.map(ClauseId::from_uuid),
            MyOpinion {
                id: OpinionId::from_uuid(row.id),
                text_no: row.version_no,
                stance: parsed(&row.stance)?,
                words,
                state: row.state.as_deref().map(parsed).transpose()?,
                public,
                hidden: row.hide_reason.as_deref().map(parsed).transpose()?,
                note: row.note_to_author.unwrap_or_default(),
                answer: answer_line(row.answer.as_deref(), row.reason, row.answered_at)?,
            },
        ));
    }
    Ok(mine)
}

/// What others than the reader said of a clause, as far as everybody may read it; the newest first.
async fn published(
    conn: &mut PgConnection,
    actor: &Actor,
    pact: PactId,
    clause: Option<ClauseId>,
) -> Result<Vec<OpinionLine>, Trouble> {
    let rows = sqlx::query!(
        r#"select o.id, o.version_no, o.stance, c.public_text, a.answer as "answer?", a.reason as "reason?", a.answered_at as "answered_at?"
           from opinion o join content c on c.id = o.content_id left join opinion_answer a on a.id = o.answer_id
           where o.pact_id = $1 and o.clause_id is not distinct from $2 and c.state = 'published'
             and o.person_id is distinct from $3
           order by o.id desc limit $4"#,
        pact.uuid(),
        clause.map(ClauseId::uuid),
        person_of(actor),
        SHOWN,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpinionLine {
                id: OpinionId::from_uuid(row.id),
                text_no: row.version_no,
                stance: parsed(&row.stance)?,
                words: row.public_text,
                answer: answer_line(row.answer.as_deref(), row.reason, row.answered_at)?,
            })
        })
        .collect()
}

/// An answer, from the columns of its row.
pub(crate) fn answer_line(
    answer: Option<&str>,
    reason: Option<String>,
    at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<Option<AnswerLine>, Error> {
    match (answer, reason, at) {
        (Some(answer), Some(reason), Some(at)) => Ok(Some(AnswerLine { answer: parsed(answer)?, reason, at })),
        _ => Ok(None),
    }
}
