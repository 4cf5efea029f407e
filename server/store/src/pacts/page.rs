//! One pact and the versions of its text, as everybody reads them.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_domain::ids::{ClauseId, PactId, PersonId};
use gongzhi_domain::pact::clause::{self, Clause};
use gongzhi_domain::pact::{Stage, Stance, Stances, ahead, what_next};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::pacts::{ClauseCard, MoveLine, MyOpinion, PactPage, TextPage, VersionLine};
use sqlx::PgConnection;

use super::facts;
use super::list::card;
use super::load::Pact;
use super::said;
use super::text::{self, Published, hex};
use crate::db::Db;
use crate::refusal::{Trouble, parsed, refuse};

/// One pact with its clauses, what is said of them, what comes next and what happened.
///
/// Refused: a number that is none.
pub async fn page(db: &Db, actor: &Actor, number: &str) -> Result<PactPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    Ok(whole(db, &mut conn, actor, &pact).await?)
}

async fn whole(db: &Db, conn: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<PactPage, Trouble> {
    let now = db.now();
    let known = facts::of_calendar(&mut *conn, pact).await?;
    let card = card(db, &mut *conn, actor, pact).await?;
    let counts = counts(&mut *conn, pact.id).await?;
    let present = text::present(&mut *conn, pact).await?;
    let mine = said::mine(db, &mut *conn, actor, pact.id).await?;
    let clauses = match &present {
        None => Vec::new(),
        Some(present) => clauses(&mut *conn, pact, present, &counts, &mine).await?,
    };
    let whole_mine = mine.into_iter().find(|(clause, said)| clause.is_none() && Some(said.text_no) == pact.text_no);
    let beside = sqlx::query!(
        r#"select (select number from pact where id = $1) as "before?", 
               (select number from pact where supersedes = $2 and in_force_on is not null order by in_force_on desc, number limit 1) as "after?""#,
        pact.supersedes.map(PactId::uuid),
        pact.id.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(PactPage {
        card,
        purpose: pact.purpose.clone(),
        profile: pact.profile.clone(),
        secrecy: pact.secrecy,
        clauses,
        whole: counts.get(&None).map_or_else(Stances::default, |(stances, _)| *stances),
        mine: whole_mine.map(|(_, said)| said),
        text_sha256: present.as_ref().map(|present| hex(&present.sha256)),
        next: what_next(&known, now),
        ahead: ahead(&known, now),
        history: history(&mut *conn, pact.id).await?,
        paused_at: pact.paused_at,
        in_force_on: pact.in_force_on,
        review_on: pact.review_on,
        supersedes: beside.before,
        superseded_by: beside.after,
        open: pact.stage == Stage::Down1,
        workshop: actor.may(Action::ReadWorkshop, &pact.target()).is_ok(),
        helps: actor.may(Action::EnterOpinion, &pact.target()).is_ok(),
    })
}

async fn clauses(
    conn: &mut PgConnection,
    pact: &Pact,
    present: &Published,
    counts: &HashMap<Option<ClauseId>, (Stances, u32)>,
    mine: &[(Option<ClauseId>, MyOpinion)],
) -> Result<Vec<ClauseCard>, Trouble> {
    let before = match present.no {
        1 => None,
        no => Some(text::version(conn, pact.id, no - 1).await?),
    };
    let mut compared: HashMap<ClauseId, clause::ClauseDiff> = HashMap::new();
    if let Some(before) = before {
        let lines = clause::diff(&as_clauses(&before), &as_clauses(present));
        compared.extend(lines.into_iter().map(|line| (line.id, line)));
    }
    let of = |published: &text::PublishedClause| {
        let (stances, adopted) = counts.get(&Some(published.id)).copied().unwrap_or_default();
        let own = mine.iter().find(|(clause, said)| *clause == Some(published.id) && said.text_no == present.no);
        ClauseCard {
            id: published.id,
            no: published.position.unsigned_abs(),
            text: published.text.clone(),
            english: published.english.clone(),
            stances,
            adopted,
            compared: compared.get(&published.id).cloned(),
            mine: own.map(|(_, said)| said.stance),
        }
    };
    Ok(present.clauses.iter().map(of).collect())
}

/// A version's clauses as the rules compare them.
pub(crate) fn as_clauses(published: &Published) -> Vec<Clause> {
    published.clauses.iter().map(|clause| Clause { id: clause.id, text: clause.text.clone() }).collect()
}

/// How many people say what of each clause, by what each of them said last, and of how many of it something was adopted. What was marked as spam does
/// not count.
pub(crate) async fn counts(
    conn: &mut PgConnection,
    pact: PactId,
) -> Result<HashMap<Option<ClauseId>, (Stances, u32)>, Trouble> {
    let rows = sqlx::query!(
        r#"select o.clause_id, o.stance, count(*) as "people!",
               count(*) filter (where a.answer in ('adopted', 'partly')) as "adopted!"
           from (select distinct on (o.clause_id, o.person_id) o.*
                 from opinion o left join content c on c.id = o.content_id
                 where o.pact_id = $1 and c.state is distinct from 'spam'
                 order by o.clause_id, o.person_id, o.version_no desc) o
           left join opinion_answer a on a.id = o.answer_id
           group by o.clause_id, o.stance"#,
        pact.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let mut counts: HashMap<Option<ClauseId>, (Stances, u32)> = HashMap::new();
    for row in rows {
        let (stances, adopted) = counts.entry(row.clause_id.map(ClauseId::from_uuid)).or_default();
        let people = u32::try_from(row.people).unwrap_or(u32::MAX);
        match parsed(&row.stance)? {
            Stance::Agree => stances.agree += people,
            Stance::Change => stances.change += people,
            Stance::Object => stances.object += people,
        }
        *adopted += u32::try_from(row.adopted).unwrap_or(u32::MAX);
    }
    Ok(counts)
}

/// What happened to a pact, newest first, without names: offices are told, people are not.
pub(crate) async fn history(conn: &mut PgConnection, pact: PactId) -> Result<Vec<MoveLine>, Trouble> {
    let rows = sqlx::query!(
        r#"select seq, at, move, to_stage, public_note, leaf_id,
               array(select p ->> 'office' from jsonb_array_elements(people) as p) as "offices!: Vec<String>"
           from pact_move where pact_id = $1 order by seq desc"#,
        pact.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MoveLine {
                seq: row.seq,
                at: row.at,
                mv: parsed(&row.r#move)?,
                to: parsed(&row.to_stage)?,
                offices: row.offices.iter().map(|office| parsed(office)).collect::<Result<_, Error>>()?,
                note: row.public_note,
                leaf: row.leaf_id,
            })
        })
        .collect()
}

/// The versions of a pact's text, and two of them compared: those asked for, or the last two.
///
/// Refused: a number that is none, a version that was not published.
pub async fn text_page(
    db: &Db,
    actor: &Actor,
    number: &str,
    from: Option<i32>,
    to: Option<i32>,
) -> Result<TextPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    Ok(compared(db, &mut conn, actor, &pact, from, to).await?)
}

async fn compared(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    pact: &Pact,
    from: Option<i32>,
    to: Option<i32>,
) -> Result<TextPage, Trouble> {
    let card = card(db, &mut *conn, actor, pact).await?;
    let rows = sqlx::query!(
        r#"select no, published_at, text_sha256, (select count(*) from pact_clause c where c.pact_id = v.pact_id and c.version_no = v.no) as "clauses!"
           from pact_version v where pact_id = $1 order by no desc"#,
        pact.id.uuid(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let versions: Vec<VersionLine> = rows
        .into_iter()
        .map(|row| VersionLine {
            no: row.no,
            at: row.published_at,
            sha256: hex(&row.text_sha256),
            clauses: u32::try_from(row.clauses).unwrap_or(u32::MAX),
        })
        .collect();
    let Some(last) = versions.first().map(|version| version.no) else {
        return Ok(TextPage { card, versions, compared: (0, 0), clauses: Vec::new() });
    };
    let to = to.unwrap_or(last);
    let from = from.unwrap_or_else(|| (to - 1).max(1));
    let (old, new) = (text::version(&mut *conn, pact.id, from).await?, text::version(conn, pact.id, to).await?);
    let clauses = clause::diff(&as_clauses(&old), &as_clauses(&new));
    Ok(TextPage { card, versions, compared: (from, to), clauses })
}

/// The person an actor is, for a query.
pub(crate) fn person_of(actor: &Actor) -> Option<uuid::Uuid> {
    actor.person.map(PersonId::uuid)
}
