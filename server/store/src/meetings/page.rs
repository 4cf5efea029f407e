//! What is shown of meetings: at the desk everything, publicly when, where, about what, and afterwards how many came, what was decided
//! and the minutes.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{AmendmentId, AttenderId, ClauseId, MeetingId, RoomId};
use gongzhi_domain::meeting::{
    Attendance, DraftClause, HandCount, MeetingCapacity, MeetingKind, MeetingState, MinutesPart, public_count,
};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Named, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::present::attendance;
use super::{AmendmentLine, Meeting, TariffVote, amend, tariff};
use crate::db::Db;
use crate::keys::Purpose;
use crate::pacts::Pact;
use crate::people::masked_name;
use crate::refusal::{Trouble, parsed, refuse};
use crate::scope::Scope;

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingCard {
    /// Which it is.
    pub id: MeetingId,
    /// Whose meeting it is.
    pub kind: MeetingKind,
    /// How far it is.
    pub state: MeetingState,
    /// When it begins.
    pub planned_at: DateTime<Utc>,
    /// Where.
    pub place: String,
    /// How many came who count; `None` before it, and where they are fewer than five.
    pub came: Option<u32>,
}

/// A meeting as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicMeeting {
    /// The meeting.
    pub card: MeetingCard,
    /// The number and title of its pact.
    pub pact: Option<(String, Named)>,
    /// Its room.
    pub room: Option<RoomId>,
    /// What is talked about, a line each.
    pub agenda: String,
    /// Whether fewer than five came, so that the number is not shown.
    pub few_came: bool,
    /// The minutes, once two have signed them.
    pub minutes: Option<String>,
    /// What was decided, a line each, likewise.
    pub decisions: String,
    /// What was voted on, likewise.
    pub amendments: Vec<AmendmentLine>,
    /// Tariffs that are put to its vote; what was counted, likewise.
    pub tariffs: Vec<TariffVote>,
    /// Whether the asker was counted as present, or came as a guest.
    pub mine: Option<Mine>,
    /// Whether the asker runs it.
    pub runs: bool,
}

/// How the asker stands to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mine {
    /// They were invited and did not come yet.
    Invited,
    /// They came; whether that counts.
    Came {
        /// Whether it counts at this meeting.
        counted: bool,
    },
}

/// Somebody of a meeting, at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attender {
    /// Which line of the list.
    pub id: AttenderId,
    /// The name as it was written at the desk; masked for somebody who checked in themselves.
    pub name: String,
    /// `138****1234`.
    pub phone: Option<String>,
    /// As what.
    pub capacity: MeetingCapacity,
    /// Whether they were invited.
    pub invited: bool,
    /// When they came.
    pub came_at: Option<DateTime<Utc>>,
    /// Whether they checked in with the code.
    pub by_code: bool,
}

/// A meeting at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskMeeting {
    /// The meeting; its number of those who came is not hidden here.
    pub card: MeetingCard,
    /// Counts its changes.
    pub version: Version,
    /// The number and title of its pact.
    pub pact: Option<(String, Named)>,
    /// Its room.
    pub room: Option<RoomId>,
    /// What is talked about.
    pub agenda: String,
    /// When it was opened, over, closed.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// When its minutes were signed by two.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who was invited and who came.
    pub people: Vec<Attender>,
    /// How many came who count.
    pub counted: u32,
    /// How many are entitled.
    pub entitled: u32,
    /// The minutes as far as they are.
    pub minutes: String,
    /// What was decided.
    pub decisions: String,
    /// Other wordings.
    pub amendments: Vec<AmendmentLine>,
    /// Tariffs that are put to its vote.
    pub tariffs: Vec<TariffVote>,
    /// The clauses another wording can be moved for; empty where the text does not change by amendment.
    pub clauses: Vec<DraftClause>,
    /// Whether wordings can be moved now.
    pub may_amend: bool,
    /// Who signed the minutes: the part and the name under which they act.
    pub signed: Vec<(MinutesPart, Named)>,
}

/// The meetings of a pact, the coming and newest first. For everyone.
pub async fn of_pact(db: &Db, actor: &Actor, number: &str) -> Result<Vec<MeetingCard>, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    Ok(cards(&mut conn, Some(pact.id.uuid()), None).await?)
}

/// The meetings of a room. For everyone who sees the room.
pub async fn of_room(db: &Db, actor: &Actor, room: RoomId) -> Result<Vec<MeetingCard>, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    Ok(cards(&mut conn, None, Some(room.uuid())).await?)
}

/// The meetings the actor runs that are not closed, the next first; at most 50.
pub async fn mine(db: &Db, actor: &Actor) -> Result<Vec<(MeetingCard, Named)>, Error> {
    let scope = Scope::of(actor, Action::RunMeeting, None);
    let rows = sqlx::query!(
        r#"select m.id, m.kind, m.state, m.planned_at, m.place, coalesce(p.title_zh, r.title_zh) as "zh!", coalesce(p.title_en, r.title_en) as "en!"
           from meeting m left join pact p on p.id = m.pact_id left join room r on r.id = m.room_id
           where m.state in ('planned', 'open')
             and exists (select from unnest($1::text[]) as s (path) where m.area_path >= s.path and m.area_path < s.path || '/')
           order by m.planned_at limit 50"#,
        &scope.paths(),
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            let card = MeetingCard {
                id: MeetingId::from_uuid(row.id),
                kind: parsed(&row.kind)?,
                state: parsed(&row.state)?,
                planned_at: row.planned_at,
                place: row.place,
                came: None,
            };
            Ok((card, Named::new(row.zh, row.en)))
        })
        .collect()
}

async fn cards(conn: &mut PgConnection, pact: Option<Uuid>, room: Option<Uuid>) -> Result<Vec<MeetingCard>, Trouble> {
    let ids = sqlx::query_scalar!(
        "select id from meeting where (pact_id = $1 or room_id = $2) and state <> 'cancelled' order by planned_at desc limit 50",
        pact,
        room,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut cards = Vec::with_capacity(ids.len());
    for id in ids {
        let meeting = Meeting::read(&mut *conn, MeetingId::from_uuid(id), false).await?;
        let came = match meeting.attendance {
            Some(frozen) => frozen.present,
            None => 0,
        };
        cards.push(card(&meeting, public_count(came)));
    }
    Ok(cards)
}

fn card(meeting: &Meeting, came: Option<u32>) -> MeetingCard {
    MeetingCard {
        id: meeting.id,
        kind: meeting.kind,
        state: meeting.state,
        planned_at: meeting.planned_at,
        place: meeting.place.clone(),
        came: came.filter(|_| meeting.ended_at.is_some()),
    }
}

async fn pact_of(conn: &mut PgConnection, meeting: &Meeting) -> Result<Option<Pact>, Trouble> {
    match meeting.pact {
        Some(pact) => Ok(Some(Pact::read(conn, pact, false).await?)),
        None => Ok(None),
    }
}

async fn amendments(
    conn: &mut PgConnection,
    meeting: MeetingId,
    clauses: &[DraftClause],
) -> Result<Vec<AmendmentLine>, Trouble> {
    let rows = sqlx::query!(
        "select id, position, clause_id, text, english, moved_by, present, in_favour, against, abstained, adopted, fewer
         from amendment where meeting_id = $1 order by position",
        meeting.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let number = |many: i32| u32::try_from(many).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let clause = row.clause_id.map(ClauseId::from_uuid);
            let at = clauses.iter().position(|known| Some(known.id) == clause);
            let counts = (row.present, row.in_favour, row.against, row.abstained);
            let count = match counts {
                (Some(present), Some(in_favour), Some(against), Some(abstained)) => Some(HandCount {
                    present: number(present),
                    in_favour: number(in_favour),
                    against: number(against),
                    abstained: number(abstained),
                }),
                _ => None,
            };
            AmendmentLine {
                id: AmendmentId::from_uuid(row.id),
                position: number(row.position),
                clause,
                clause_no: at.and_then(|at| u32::try_from(at + 1).ok()),
                before: at.map(|at| clauses[at].text.clone()).unwrap_or_default(),
                text: row.text,
                english: row.english,
                moved_by: row.moved_by,
                count,
                adopted: row.adopted,
                fewer: row.fewer,
            }
        })
        .collect())
}

/// A meeting as everybody sees it. Refused: one that is called off, for whoever does not run it.
pub async fn public(db: &Db, actor: &Actor, id: MeetingId) -> Result<PublicMeeting, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let meeting = Meeting::read(&mut conn, id, false).await?;
    let runs = actor.may(Action::RunMeeting, &meeting.target()).is_ok();
    if meeting.state == MeetingState::Cancelled && !runs {
        return Err(Error::NotFound { what: What::Meeting });
    }
    let came = attendance(&mut conn, &meeting).await?.present;
    let pact = pact_of(&mut conn, &meeting).await?;
    let closed = meeting.state == MeetingState::Closed;
    let mut lines = if closed { amendments(&mut conn, id, &[]).await? } else { Vec::new() };
    for line in &mut lines {
        // Who moved it is for those in the hall.
        line.moved_by.clear();
        line.count = line.count.filter(|count| count.is_public());
    }
    let tariffs = tariff::votes(&mut conn, &[], Some(id.uuid())).await?.into_iter().map(|vote| {
        let (count, fewer) = if closed { (vote.count, vote.fewer) } else { (None, String::new()) };
        TariffVote { count, fewer, ..vote }.for_everybody()
    });
    let mine = match actor.person {
        None => None,
        Some(person) => {
            let row = sqlx::query!(
                "select capacity, came_at from meeting_person where meeting_id = $1 and person_id = $2",
                id.uuid(),
                person.uuid(),
            )
            .fetch_optional(&mut *conn)
            .await
            .map_err(refuse)?;
            match row {
                None => None,
                Some(row) if row.came_at.is_none() => Some(Mine::Invited),
                Some(row) => Some(Mine::Came { counted: meeting.kind.counts(parsed(&row.capacity)?) }),
            }
        }
    };
    Ok(PublicMeeting {
        card: card(&meeting, public_count(came)),
        few_came: meeting.ended_at.is_some() && public_count(came).is_none(),
        pact: pact.map(|pact| (pact.number, pact.title)),
        room: meeting.room,
        minutes: closed.then_some(meeting.minutes),
        decisions: if closed { meeting.decisions } else { String::new() },
        agenda: meeting.agenda,
        amendments: lines,
        tariffs: tariffs.collect(),
        mine,
        runs,
    })
}

/// A meeting for whoever runs it.
pub async fn at_desk(db: &Db, actor: &Actor, id: MeetingId) -> Result<DeskMeeting, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let meeting = Meeting::read(&mut conn, id, false).await?;
    actor.may(Action::RunMeeting, &meeting.target())?;
    let pact = pact_of(&mut conn, &meeting).await?;
    let clauses = match &pact {
        Some(pact) if pact.stage == Stage::Down2 => amend::draft(&mut conn, pact).await?,
        _ => Vec::new(),
    };
    let may_amend = meeting.is_running() && pact.as_ref().is_some_and(|pact| pact.stage == Stage::Down2);
    let people = attenders(db, &mut conn, id).await?;
    let Attendance { present: counted, entitled } = attendance(&mut conn, &meeting).await?;
    let signed = sqlx::query!(
        r#"select s.part, coalesce(a.display_name_zh, '') as "zh!", coalesce(a.display_name_en, '') as "en!"
           from meeting_sign s left join staff_account a on a.person_id = s.person_id where s.meeting_id = $1 order by s.at"#,
        id.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let signed = signed
        .into_iter()
        .map(|row| Ok((parsed(&row.part)?, Named::new(row.zh, row.en))))
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(DeskMeeting {
        card: MeetingCard { came: Some(counted), ..card(&meeting, Some(counted)) },
        version: meeting.version,
        pact: pact.map(|pact| (pact.number, pact.title)),
        room: meeting.room,
        opened_at: meeting.opened_at,
        ended_at: meeting.ended_at,
        closed_at: meeting.closed_at,
        entitled,
        counted,
        people,
        amendments: amendments(&mut conn, id, &clauses).await?,
        tariffs: tariff::votes(&mut conn, &[], Some(id.uuid())).await?,
        clauses,
        may_amend,
        agenda: meeting.agenda,
        minutes: meeting.minutes,
        decisions: meeting.decisions,
        signed,
    })
}

async fn attenders(db: &Db, conn: &mut PgConnection, id: MeetingId) -> Result<Vec<Attender>, Error> {
    let rows = sqlx::query!(
        r#"select m.id, m.name_sealed as "written?", m.capacity, m.invited_at, m.came_at, m.way,
               p.name_sealed as "own?", p.phone_sealed as "phone?"
           from meeting_person m left join person p on p.id = m.person_id
           where m.meeting_id = $1 order by m.came_at desc nulls last, m.invited_at, m.id"#,
        id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            let open = |sealed: Option<Vec<u8>>| {
                sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()
            };
            let name = match open(row.written)? {
                Some(written) => written,
                None => open(row.own)?.map(|own| masked_name(&own)).unwrap_or_default(),
            };
            let phone = row.phone.map(|sealed| db.keys().open_text(Purpose::Phone, &sealed)).transpose()?;
            Ok(Attender {
                id: AttenderId::from_uuid(row.id),
                name,
                phone: phone.and_then(|phone| Phone::parse(&phone).ok()).map(|phone| phone.masked()),
                capacity: parsed(&row.capacity)?,
                invited: row.invited_at.is_some(),
                came_at: row.came_at,
                by_code: row.way.as_deref() == Some("code"),
            })
        })
        .collect()
}
