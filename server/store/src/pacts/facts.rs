//! What the domain's table has to know of a pact before it moves: gathered from the pact's own rows and from the rooms that
//! hang on it, each of which fills in its part.

use std::collections::BTreeSet;

use gongzhi_domain::pact::{Evidence, Facts, Need, Stage, TABLE};
use sqlx::PgConnection;

use super::load::Pact;
use super::{draft, evidence, text};
use crate::db::Db;
use crate::refusal::Trouble;
use crate::{delivery, meetings, roll, signing, votes};

/// Gathers everything a move of the pact can depend on.
pub(crate) async fn of(_db: &Db, conn: &mut PgConnection, pact: &Pact) -> Result<Facts, Trouble> {
    let mut facts = clock(pact);
    facts.review_on = pact.review_on;
    own(&mut *conn, pact, &mut facts).await?;
    delivery::facts(&mut *conn, pact, &mut facts).await?;
    meetings::facts(&mut *conn, pact, &mut facts).await?;
    roll::facts(&mut *conn, pact, &mut facts).await?;
    votes::facts(&mut *conn, pact, &mut facts).await?;
    signing::facts(&mut *conn, pact, &mut facts).await?;
    Ok(facts)
}

/// Gathers what the calendar of a pact's page shows: only what the moves from its stage ask for. Every other fact stands as if
/// there were nothing of it, so that these are not facts to move by.
pub(crate) async fn of_calendar(conn: &mut PgConnection, pact: &Pact) -> Result<Facts, Trouble> {
    let from_here = TABLE.iter().filter(|row| row.from.contains(&pact.stage));
    let asked: BTreeSet<Need> = from_here.flat_map(|row| row.needs.iter().copied()).collect();
    let any = |needs: &[Need]| needs.iter().any(|need| asked.contains(need));
    let mut facts = clock(pact);
    facts.review_on = pact.review_on;
    recorded(&mut *conn, pact, &mut facts).await?;
    if any(&[Need::Draft, Need::NewVersion, Need::AdoptedChanges])
        || (pact.stage == Stage::Up3 && any(&[Need::TextHash]))
    {
        drafted(&mut *conn, pact, &mut facts).await?;
    } else {
        facts.text_hash = pact.text_no.is_some();
    }
    if any(&[Need::OpinionAnswers, Need::AdoptedChanges]) {
        said(&mut *conn, pact, &mut facts).await?;
    }
    if any(&[Need::Successor]) {
        succeeded(&mut *conn, pact, &mut facts).await?;
    }
    if any(&[Need::Delivery]) {
        delivery::facts(&mut *conn, pact, &mut facts).await?;
    }
    if any(&[Need::PartyMeeting, Need::RepresentativesMeeting, Need::Amendments]) {
        meetings::facts(&mut *conn, pact, &mut facts).await?;
    }
    if any(&[Need::Roll, Need::RollAnswers]) {
        roll::facts(&mut *conn, pact, &mut facts).await?;
    }
    // The result says which of its rows fits.
    if any(&[Need::PaperEntries]) || pact.stage == Stage::Result {
        votes::facts(&mut *conn, pact, &mut facts).await?;
    }
    if pact.stage == Stage::Sign {
        signing::facts(conn, pact, &mut facts).await?;
    }
    Ok(facts)
}

/// What the pact's own row says of its clock, of everything else that it is not there.
pub(crate) fn clock(pact: &Pact) -> Facts {
    let mut facts = Facts::new(pact.profile.clone(), pact.stage, pact.stage_since);
    facts.paused_at = pact.paused_at;
    facts.paused_for = pact.paused_for;
    facts
}

/// The part of the pact's own rows: evidence, text, opinions.
async fn own(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    recorded(&mut *conn, pact, facts).await?;
    drafted(&mut *conn, pact, facts).await?;
    said(&mut *conn, pact, facts).await?;
    succeeded(conn, pact, facts).await
}

/// What was recorded in this stage, and the objections that are open.
async fn recorded(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let recorded = evidence::read(conn, pact.id).await?;
    let counts = recorded.iter().filter(|record| {
        record.stage == pact.stage
            && record.at >= pact.stage_since
            && (!evidence::is_review(record.kind) || record.text_no == pact.text_no)
            && facts.photo_counts_from(record.kind).is_none_or(|from| record.day >= from)
    });
    facts.evidence = counts.map(|record| record.kind).collect::<BTreeSet<Evidence>>();
    let open = |kind| {
        let unanswered = recorded
            .iter()
            .filter(|record| record.kind == kind && recorded.iter().all(|other| other.answers != Some(record.id)));
        count(unanswered.count())
    };
    facts.law_objections_open = open(Evidence::LawObjection);
    facts.result_objections_open = open(Evidence::ResultObjection);
    Ok(())
}

/// The draft, and whether it differs from the text.
async fn drafted(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    facts.draft_ready = draft::read(&mut *conn, pact.id).await?.is_ready();
    facts.draft_changed = text::draft_differs(conn, pact).await?;
    // The reviews bind the version they were given; whatever is written afterwards has none.
    facts.text_hash = pact.text_no.is_some()
        && match pact.stage {
            Stage::Up3 => !facts.draft_changed,
            _ => true,
        };
    Ok(())
}

/// How many opinions wait for an answer, and of how many something was adopted.
async fn said(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let opinions = sqlx::query!(
        r#"select count(*) filter (where o.answer_id is null and o.content_id is not null and c.state <> 'spam') as "open!",
               count(*) filter (where a.answer in ('adopted', 'partly') and a.answered_at >= $2) as "adopted!"
           from opinion o left join content c on c.id = o.content_id left join opinion_answer a on a.id = o.answer_id
           where o.pact_id = $1"#,
        pact.id.uuid(),
        pact.stage_since,
    )
    .fetch_one(conn)
    .await?;
    facts.opinions_open = u32::try_from(opinions.open).unwrap_or(u32::MAX);
    facts.opinions_adopted = u32::try_from(opinions.adopted).unwrap_or(u32::MAX);
    Ok(())
}

/// Whether the pact that takes its place is in force.
async fn succeeded(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    facts.successor_in_force = sqlx::query_scalar!(
        r#"select exists (select from pact where supersedes = $1 and stage = 'in_force') as "there!""#,
        pact.id.uuid(),
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

fn count(found: usize) -> u32 {
    u32::try_from(found).unwrap_or(u32::MAX)
}
