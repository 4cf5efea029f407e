//! Who sees what of a report: the reporter its course and their own words; whoever is meant the clause, the place, the day and
//! the officer's summary, never the reporter; the panel the summary and the answer; the officer what triage needs. For
//! everybody else there is nothing.

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::ids::{BreachId, PersonId};
use gongzhi_domain::keeping::{Move, Outcome, Side, State, due};
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::Photo;
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::course::{hold, index_of, is_related};
use super::photos;
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{parsed, refuse};
use crate::scope::Scope;

/// What somebody is in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// They sent it.
    Reporter,
    /// It is about them.
    Concerned,
    /// They sit on its panel.
    Panel,
}

/// One step of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// What was done.
    pub mv: Move,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when it was due, and whether it came later; `None` where nothing was due.
    pub late: Option<bool>,
}

/// A report in a list of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Which it is.
    pub id: BreachId,
    /// What the reader is in it.
    pub part: Part,
    /// The pact's name.
    pub pact: Named,
    /// The clause's place.
    pub clause_no: i32,
    /// Where it stands.
    pub state: State,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

/// A report as somebody with a part in it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// Which it is, what the reader is in it, where it stands.
    pub card: Card,
    /// The clause's words.
    pub clause: Named,
    /// Where it happened.
    pub place: String,
    /// On which day.
    pub happened_on: NaiveDate,
    /// The reporter's words, for themselves only.
    pub words: Option<String>,
    /// The officer's words: the summary, or why it was turned away.
    pub summary: String,
    /// Its photos: all of them for the reporter, what the officer passed on for the others.
    pub photos: Vec<Photo>,
    /// What whoever is meant answered.
    pub reply: Option<String>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Until when the present step is due.
    pub due: Option<DateTime<Utc>>,
    /// Its course.
    pub events: Vec<Event>,
    /// Whether the reader can answer, appeal, find now.
    pub can: (bool, bool, bool),
}

/// The reports the actor has a part in, the newest first.
pub async fn mine(db: &Db, actor: &Actor) -> Result<Vec<Card>, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    actor.may(Action::ReadMine, &Target::of_person(person))?;
    let rows = sqlx::query!(
        r#"select b.id, b.clause_no, b.state, b.filed_at, p.title_zh, p.title_en, b.reporter_index = $1 as "reporter!",
               b.concerned_id = $2 as concerned
           from breach b join pact p on p.id = b.pact_id
           where b.reporter_index = $1 or b.concerned_id = $2
              or b.id in (select s.breach_id from breach_panel s where s.person_id = $2 and s.stepped_down_at is null)
           order by b.filed_at desc limit 50"#,
        index_of(db, person),
        person.uuid(),
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Card {
                id: BreachId::from_uuid(row.id),
                part: part_of(row.reporter, row.concerned == Some(true)),
                pact: Named::new(row.title_zh, row.title_en),
                clause_no: row.clause_no,
                state: parsed(&row.state)?,
                at: row.filed_at,
            })
        })
        .collect()
}

const fn part_of(reporter: bool, concerned: bool) -> Part {
    match (reporter, concerned) {
        (true, _) => Part::Reporter,
        (false, true) => Part::Concerned,
        (false, false) => Part::Panel,
    }
}

/// One of them.
pub async fn one(db: &Db, actor: &Actor, id: BreachId) -> Result<Mine, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let nothing = || Error::NotFound { what: What::Breach };
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let seat = sqlx::query!(
        "select round, finding from breach_panel where breach_id = $1 and person_id = $2 and stepped_down_at is null",
        id.uuid(),
        person.uuid(),
    );
    let seat = seat.fetch_optional(&mut *conn).await.map_err(refuse)?;
    let row = read(&mut conn, id).await?;
    let (is_reporter, is_concerned) =
        (row.reporter_index == index_of(db, person), row.concerned == Some(person.uuid()));
    let owner = if is_reporter || is_concerned || seat.is_some() { person } else { PersonId::from_uuid(Uuid::nil()) };
    actor.may(Action::ReadOwnBreach, &Target::of_person(owner)).map_err(|_| nothing())?;
    let part = part_of(is_reporter, is_concerned);
    // Whoever sat in the first round has done their part.
    let sits = seat.is_some_and(|seat| {
        let now =
            (seat.round == 1 && row.state == State::Panel) || (seat.round == 2 && row.state == State::AppealPanel);
        now && seat.finding.is_none()
    });
    let opened = |purpose, sealed: &[u8]| db.keys().open_text(purpose, sealed);
    let answers = part == Part::Concerned && row.state == State::Reply;
    let due = due(row.state, row.since);
    let appeals = part != Part::Panel && row.state == State::Decided && due.is_some_and(|due| db.now() <= due);
    Ok(Mine {
        clause: row.clause.clone(),
        place: opened(Purpose::Place, &row.place)?,
        happened_on: row.happened_on,
        words: if part == Part::Reporter { Some(opened(Purpose::Content, &row.words)?) } else { None },
        summary: row.note.clone(),
        photos: photos::of(&mut conn, id, part == Part::Reporter).await?,
        reply: row.reply.as_deref().map(|sealed| opened(Purpose::Content, sealed)).transpose()?,
        outcome: row.outcome,
        due,
        events: events(&mut conn, id).await?,
        can: (answers, appeals, sits),
        card: Card { id, part, pact: row.pact, clause_no: row.clause_no, state: row.state, at: row.filed_at },
    })
}

struct Row {
    state: State,
    version: Version,
    since: DateTime<Utc>,
    filed_at: DateTime<Utc>,
    happened_on: NaiveDate,
    pact: Named,
    clause_no: i32,
    clause: Named,
    place: Vec<u8>,
    words: Vec<u8>,
    note: String,
    reply: Option<Vec<u8>>,
    outcome: Option<Outcome>,
    reporter_index: Vec<u8>,
    concerned: Option<Uuid>,
    appeal: Option<(String, Vec<u8>)>,
}

async fn read(conn: &mut PgConnection, id: BreachId) -> Result<Row, Error> {
    let row = sqlx::query!(
        r#"select b.*, p.title_zh, p.title_en, c.text as clause_zh, c.english as clause_en
           from breach b join pact p on p.id = b.pact_id
           join lateral (select * from pact_clause c where c.pact_id = b.pact_id and c.clause_id = b.clause_id
                         order by c.version_no desc limit 1) c on true
           where b.id = $1"#,
        id.uuid(),
    );
    let row = row.fetch_optional(conn).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Breach })?;
    let english = if row.clause_en.is_empty() { row.clause_zh.clone() } else { row.clause_en };
    Ok(Row {
        state: parsed(&row.state)?,
        version: Version(row.version),
        since: row.since,
        filed_at: row.filed_at,
        happened_on: row.happened_on,
        pact: Named::new(row.title_zh, row.title_en),
        clause_no: row.clause_no,
        clause: Named::new(row.clause_zh, english),
        place: row.place_sealed,
        words: row.words_sealed,
        note: row.triage_note,
        reply: row.reply_sealed,
        outcome: row.outcome.map(|outcome| parsed(&outcome)).transpose()?,
        reporter_index: row.reporter_index,
        concerned: row.concerned_id,
        appeal: row.appeal_by.zip(row.appeal_sealed),
    })
}

async fn events(conn: &mut PgConnection, id: BreachId) -> Result<Vec<Event>, Error> {
    let rows = sqlx::query!("select move, at, due_at from breach_event where breach_id = $1 order by seq", id.uuid());
    let mut before = None;
    let mut events = Vec::new();
    for row in rows.fetch_all(conn).await.map_err(refuse)? {
        let late = before.map(|due: DateTime<Utc>| row.at > due);
        events.push(Event { mv: parsed(&row.r#move)?, at: row.at, late });
        before = row.due_at;
    }
    events.reverse();
    Ok(events)
}

/// A report in the officer's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCard {
    /// Which it is.
    pub id: BreachId,
    /// The pact's name.
    pub pact: Named,
    /// The clause's place.
    pub clause_no: i32,
    /// Where it stands.
    pub state: State,
    /// Until when the present step is due.
    pub due: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub late: bool,
}

/// The open reports of the areas in which the actor runs pacts, those that are due first. What the reader is a side of is not
/// among them.
pub async fn desk(db: &Db, actor: &Actor) -> Result<Vec<DeskCard>, Error> {
    let action = Action::TriageBreach;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let rows = sqlx::query!(
        "select b.id, b.clause_no, b.state, b.since, p.title_zh, p.title_en from breach b join pact p on p.id = b.pact_id
         where b.state <> 'closed' and b.reporter_index <> $2 and b.concerned_id is distinct from $3
           and exists (select from unnest($1::text[]) as a (path) where b.area_path >= a.path and b.area_path < a.path || '/')
         order by b.since limit 100",
        &Scope::of(actor, action, None).paths(),
        index_of(db, person),
        person.uuid(),
    );
    let mut cards = Vec::new();
    for row in rows.fetch_all(db.pool()).await.map_err(refuse)? {
        let state: State = parsed(&row.state)?;
        let due = due(state, row.since);
        cards.push(DeskCard {
            id: BreachId::from_uuid(row.id),
            pact: Named::new(row.title_zh, row.title_en),
            clause_no: row.clause_no,
            state,
            due,
            late: due.is_some_and(|due| due < db.now()),
        });
    }
    cards.sort_by_key(|card| card.due);
    Ok(cards)
}

/// A seat of the present panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// 1 to 3.
    pub seat: i16,
    /// The member's number, masked.
    pub phone: Option<String>,
    /// Whether they have found; what, stays theirs until all have.
    pub found: bool,
    /// Whether they said that they are related.
    pub stepped_down: bool,
}

/// A report as the officer sees it: everything but who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPage {
    /// Which it is and where it stands.
    pub card: DeskCard,
    /// Its version, for the forms.
    pub version: Version,
    /// The clause's words.
    pub clause: Named,
    /// Where it happened.
    pub place: String,
    /// On which day.
    pub happened_on: NaiveDate,
    /// The reporter's words.
    pub words: String,
    /// Its photos; those that were not passed on are hidden from the others.
    pub photos: Vec<Photo>,
    /// The officer's words at triage.
    pub summary: String,
    /// The number of whoever is meant, masked.
    pub concerned: Option<String>,
    /// What they answered.
    pub reply: Option<String>,
    /// Who appealed, and their words.
    pub appeal: Option<(Side, String)>,
    /// The seats of the present round.
    pub seats: Vec<Seat>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Its course.
    pub events: Vec<Event>,
}

/// One report for the officer. Refused: whoever runs no pacts there; a side and whoever lives with one.
pub async fn desk_one(db: &Db, actor: &Actor, id: BreachId) -> Result<DeskPage, Error> {
    let action = Action::TriageBreach;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    actor.may(action, &Target::in_area(breach.area.clone()))?;
    let officer = actor.person.ok_or(Error::NotSignedIn)?;
    if is_related(db, &mut tx, &breach, officer).await? {
        return Err(Error::Forbidden { action });
    }
    let row = read(&mut tx, id).await?;
    let round = if row.appeal.is_some() { 2 } else { 1 };
    let rows = sqlx::query!(
        "select seat, person_id, finding, stepped_down_at from breach_panel where breach_id = $1 and round = $2 order by seat",
        id.uuid(),
        round,
    );
    let mut seats = Vec::new();
    for seat in rows.fetch_all(&mut *tx).await.map_err(refuse)? {
        seats.push(Seat {
            seat: seat.seat,
            phone: people::masked_phone(db, &mut tx, PersonId::from_uuid(seat.person_id)).await?,
            found: seat.finding.is_some(),
            stepped_down: seat.stepped_down_at.is_some(),
        });
    }
    let concerned = match row.concerned {
        Some(person) => people::masked_phone(db, &mut tx, PersonId::from_uuid(person)).await?,
        None => None,
    };
    let opened = |purpose, sealed: &[u8]| db.keys().open_text(purpose, sealed);
    let due = due(row.state, row.since);
    Ok(DeskPage {
        version: row.version,
        clause: row.clause,
        place: opened(Purpose::Place, &row.place)?,
        happened_on: row.happened_on,
        words: opened(Purpose::Content, &row.words)?,
        photos: photos::of(&mut tx, id, true).await?,
        summary: row.note,
        concerned,
        reply: row.reply.as_deref().map(|sealed| opened(Purpose::Content, sealed)).transpose()?,
        appeal: match row.appeal {
            Some((side, sealed)) => Some((parsed(&side)?, opened(Purpose::Content, &sealed)?)),
            None => None,
        },
        seats,
        outcome: row.outcome,
        events: events(&mut tx, id).await?,
        card: DeskCard {
            id,
            pact: row.pact,
            clause_no: row.clause_no,
            state: row.state,
            due,
            late: due.is_some_and(|due| due < db.now()),
        },
    })
}
