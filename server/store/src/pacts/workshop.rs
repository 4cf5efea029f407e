//! A pact at the desk of those who run it: who holds which office, what is missing for each move, who has assented, what was
//! recorded, and the draft.

use std::collections::HashMap;

use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::stage::may_assent;
use gongzhi_domain::pact::{Ending, Evidence, Move, Next, Office, TABLE, Wanted, what_next};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::pacts::{DraftLine, DraftPage, EvidenceLine, Holder, MoveChoice, NewPactPage, Workshop};
use gongzhi_domain::{Error, Named};
use sqlx::PgConnection;

use super::list::card;
use super::load::Pact;
use super::{draft, evidence, facts, moves, offices, page};
use crate::db::Db;
use crate::orders::names::Names;
use crate::refusal::{Trouble, refuse};

/// The workshop of a pact, for whoever runs pacts in its area, supervises or audits.
///
/// Refused: a number that is none; whoever has no role there.
pub async fn workshop(db: &Db, actor: &Actor, number: &str) -> Result<Workshop, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadWorkshop, &pact.target())?;
    Ok(whole(db, &mut conn, actor, &pact).await?)
}

async fn whole(db: &Db, conn: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<Workshop, Trouble> {
    let known = facts::of(db, &mut *conn, pact).await?;
    let names = Names::of(&mut *conn, [], pact.offices.iter().map(|(person, _)| *person)).await?;
    let holders: HashMap<PersonId, Holder> =
        pact.offices.iter().map(|(person, office)| (*person, holder(&names, *person, *office))).collect();
    let mine = pact.office_of_actor(actor);
    let mut choices = Vec::new();
    for (next, ending) in steps(&known, db.now()) {
        let named = moves::name_of(next.mv, ending);
        let given: Vec<Holder> = moves::assents(&mut *conn, pact, &named)
            .await?
            .iter()
            .map(|(person, office)| holder(&names, *person, *office))
            .collect();
        let own = given.iter().any(|holder| Some(holder.person) == actor.person);
        let theirs = mine.is_some_and(|office| may_assent(next.mv, office));
        let may = theirs && !own && next.is_ready(db.now()) && actor.may(Action::MovePact, &pact.target()).is_ok();
        let reason = TABLE.iter().any(|row| row.mv == next.mv && row.reason);
        choices.push(MoveChoice { ending, given, may, mine: own, reason, next });
    }
    let recorded = evidence::read(&mut *conn, pact.id).await?;
    let answered: Vec<_> = recorded.iter().filter_map(|record| record.answers).collect();
    let lines = recorded.iter().rev().map(|record| EvidenceLine {
        id: record.id,
        kind: record.kind,
        stage: record.stage,
        note: record.note.clone(),
        day: record.day,
        photo: record.photo,
        at: record.at,
        open: matches!(record.kind, Evidence::LawObjection | Evidence::ResultObjection)
            && !answered.contains(&record.id),
    });
    let evidence: Vec<EvidenceLine> = lines.collect();
    let records = Evidence::ALL.iter().copied().filter(|kind| {
        let theirs = mine.is_some_and(|office| evidence::recorded_by(*kind).contains(&office));
        let open = |asked: Evidence| evidence.iter().any(|line| line.kind == asked && line.open);
        theirs && evidence::belongs(*kind, pact.stage) && evidence::answer_to(*kind).is_none_or(open)
    });
    let records = records.collect();
    let appoints = offices::may_appoint(actor, pact).is_ok();
    let candidates = if appoints { offices::candidates(db, &mut *conn, pact).await? } else { Vec::new() };
    let mut in_order: Vec<Holder> = holders.into_values().collect();
    in_order.sort_by(|one, other| (one.office, &one.name).cmp(&(other.office, &other.name)));
    Ok(Workshop {
        card: card(db, &mut *conn, actor, pact).await?,
        version: pact.version,
        purpose: pact.purpose.clone(),
        profile: pact.profile.clone(),
        secrecy: pact.secrecy,
        mine,
        offices: in_order,
        candidates,
        appoints,
        moves: choices,
        representatives_short: known.representatives_short,
        evidence,
        records,
        drafts: draft::writes(pact, actor) && draft::changes_text(pact.stage),
        draft_changed: known.draft_changed,
        unanswered: known.opinions_open,
        history: page::history(conn, pact.id).await?,
    })
}

/// The moves that people make from here: those of the calendar, and those for what went wrong whose paper may still come.
fn steps(known: &gongzhi_domain::pact::Facts, now: chrono::DateTime<chrono::Utc>) -> Vec<(Next, Option<Ending>)> {
    let mut list: Vec<(Next, Option<Ending>)> = Vec::new();
    for next in what_next(known, now).into_iter().filter(|next| next.mv != Move::End) {
        list.push((next, None));
    }
    for row in known.rows().filter(|row| !row.seats.is_empty()) {
        let there = list.iter().any(|(next, ending)| next.mv == row.mv && *ending == row.ending);
        if !there {
            let next = Next {
                mv: row.mv,
                to: row.to.stage(known.stage),
                from: known.possible_from(row, now).filter(|from| *from > now),
                by: None,
                late: false,
                who: row
                    .seats
                    .iter()
                    .map(|seat| Wanted { any_of: seat.any_of.to_vec(), people: seat.people })
                    .collect(),
                by_itself: row.clock,
                missing: known.missing(row),
                usual: false,
            };
            list.push((next, row.ending));
        }
    }
    list
}

fn holder(names: &Names, person: PersonId, office: Office) -> Holder {
    Holder { person, name: names.officer(person).cloned().unwrap_or_default(), office }
}

/// The draft of a pact, for whoever may open its workshop.
///
/// Refused: as [`workshop`].
pub async fn draft_page(db: &Db, actor: &Actor, number: &str) -> Result<DraftPage, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadWorkshop, &pact.target())?;
    let draft = draft::read(&mut conn, pact.id).await?;
    let lines = draft
        .clauses
        .into_iter()
        .filter_map(|clause| Some(DraftLine { id: clause.id?, text: clause.text, english: clause.english }));
    Ok(DraftPage {
        card: card(db, &mut conn, actor, &pact).await?,
        clauses: lines.collect(),
        version: draft.version,
        may: draft::writes(&pact, actor) && draft::changes_text(pact.stage),
    })
}

/// What the form that begins a pact offers its reader: their areas, their committees, and what could be superseded.
///
/// Refused: whoever begins no pacts.
pub async fn new_page(db: &Db, actor: &Actor) -> Result<NewPactPage, Error> {
    if !actor.has(Action::OpenPact) {
        let forbidden = Error::Forbidden { action: Action::OpenPact };
        return Err(if actor.is_signed_in() { forbidden } else { Error::NotSignedIn });
    }
    let reach = actor.reach(Action::OpenPact);
    let tree = db.areas().await?;
    let areas = tree.choices().into_iter().filter_map(|choice| {
        let area = tree.by_code(&choice.code)?;
        reach
            .areas
            .iter()
            .any(|within| within.contains(&area.path))
            .then(|| (choice.code, area.path.clone(), choice.name))
    });
    let areas: Vec<_> = areas.collect();
    let mut units: Vec<(gongzhi_domain::ids::UnitId, Named)> = Vec::new();
    for membership in actor.memberships.iter().filter(|it| it.role == gongzhi_domain::person::Role::PactOfficer) {
        if !units.iter().any(|(unit, _)| *unit == membership.unit) {
            units.push((membership.unit, membership.unit_name.clone()));
        }
    }
    let paths: Vec<String> = reach.areas.iter().map(|path| path.as_str().to_owned()).collect();
    let in_force = sqlx::query!(
        "select number, title_zh, title_en from pact p where stage = 'in_force'
           and exists (select from unnest($1::text[]) as w (path) where p.area_path >= w.path and p.area_path < w.path || '/')
         order by number",
        &paths,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let in_force = in_force.into_iter().map(|row| (row.number, Named::new(row.title_zh, row.title_en))).collect();
    Ok(NewPactPage { areas, units, in_force })
}
