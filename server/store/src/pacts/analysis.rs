//! The opinions on their way to an answer: by clause, similar ones together, counted. The drafters read here; the analysis cannot
//! be handed in while one waits, and says which.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_domain::ids::{ClauseId, OpinionId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::pact::opinion::groups;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::pacts::{AnalysisPage, ClauseAnalysis, OpinionGroup, OpinionLine};
use sqlx::PgConnection;

use super::answers;
use super::list::card;
use super::load::Pact;
use super::page::counts;
use super::said::answer_line;
use crate::db::Db;
use crate::refusal::{Trouble, parsed, refuse};

/// The analysis of a pact's opinions, for whoever may open its workshop. Opinions are read in their public copy, without names;
/// what a moderator marked as spam is not among them.
///
/// Refused: a number that is none; whoever has no role there.
pub async fn analysis(db: &Db, actor: &Actor, number: &str) -> Result<AnalysisPage, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadWorkshop, &pact.target())?;
    Ok(whole(db, &mut conn, actor, &pact).await?)
}

async fn whole(db: &Db, conn: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<AnalysisPage, Trouble> {
    let mut said = said(&mut *conn, pact).await?;
    let all = || said.values().flatten();
    let unanswered = count(all().filter(|line| line.answer.is_none()).count());
    let with_words = count(all().count());
    let stances = counts(&mut *conn, pact.id).await?;
    let at_home = sqlx::query_scalar!(
        r#"select count(distinct person_id) as "people!" from opinion where pact_id = $1 and household_id is not null"#,
        pact.id.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    let known = sqlx::query!(
        r#"select distinct on (c.clause_id) c.clause_id, c.text,
               case when c.version_no = $2 then c.position end as position
           from pact_clause c where c.pact_id = $1 order by c.clause_id, c.version_no desc"#,
        pact.id.uuid(),
        pact.text_no.unwrap_or_default(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut clauses: Vec<(Option<ClauseId>, Option<u32>, String)> = known
        .into_iter()
        .map(|row| (Some(ClauseId::from_uuid(row.clause_id)), row.position.map(i32::unsigned_abs), row.text))
        .collect();
    clauses.sort_by_key(|(_, no, _)| no.unwrap_or(u32::MAX));
    clauses.insert(0, (None, None, String::new()));
    let clauses = clauses.into_iter().map(|(id, no, text)| ClauseAnalysis {
        id,
        no,
        text,
        stances: stances.get(&id).map(|(stances, _)| *stances).unwrap_or_default(),
        groups: grouped(said.remove(&id).unwrap_or_default()),
    });
    let clauses = clauses.filter(|clause| clause.no.is_some() || clause.stances.total() > 0).collect();
    Ok(AnalysisPage {
        card: card(db, conn, actor, pact).await?,
        clauses,
        unanswered,
        with_words,
        at_home: u32::try_from(at_home).unwrap_or(u32::MAX),
        may: pact.stage == Stage::Up2 && answers::answers(pact, actor),
    })
}

/// Every opinion with words, by clause.
async fn said(conn: &mut PgConnection, pact: &Pact) -> Result<HashMap<Option<ClauseId>, Vec<OpinionLine>>, Trouble> {
    let rows = sqlx::query!(
        r#"select o.id, o.clause_id, o.version_no, o.stance, c.public_text, a.answer as "answer?", a.reason as "reason?",
               a.answered_at as "answered_at?"
           from opinion o join content c on c.id = o.content_id left join opinion_answer a on a.id = o.answer_id
           where o.pact_id = $1 and c.state <> 'spam' order by o.id"#,
        pact.id.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let mut said: HashMap<Option<ClauseId>, Vec<OpinionLine>> = HashMap::new();
    for row in rows {
        let line = OpinionLine {
            id: OpinionId::from_uuid(row.id),
            text_no: row.version_no,
            stance: parsed(&row.stance)?,
            words: row.public_text,
            answer: answer_line(row.answer.as_deref(), row.reason, row.answered_at)?,
        };
        said.entry(row.clause_id.map(ClauseId::from_uuid)).or_default().push(line);
    }
    Ok(said)
}

/// Similar opinions together, as the domain groups them.
fn grouped(lines: Vec<OpinionLine>) -> Vec<OpinionGroup> {
    let texts: Vec<(OpinionId, &str)> = lines.iter().map(|line| (line.id, line.words.as_str())).collect();
    let ids = groups(&texts);
    let mut by_id: HashMap<OpinionId, OpinionLine> = lines.into_iter().map(|line| (line.id, line)).collect();
    let group = |ids: Vec<OpinionId>| {
        let opinions: Vec<OpinionLine> = ids.iter().filter_map(|id| by_id.remove(id)).collect();
        let unanswered = count(opinions.iter().filter(|line| line.answer.is_none()).count());
        OpinionGroup { opinions, unanswered }
    };
    ids.into_iter().map(group).collect()
}

fn count(found: usize) -> u32 {
    u32::try_from(found).unwrap_or(u32::MAX)
}
