//! Meetings about a pact or in a deliberation room (pacts.md, Text and opinions): called, opened, who came, what was voted on the
//! spot, minutes that two people sign. Who came is known at the desk only; the public sees how many, from five on.

mod amend;
mod code;
mod minutes;
mod page;
mod people;
mod present;
mod tariff;

pub use amend::{AmendmentLine, NewAmendment, amend, count, take_back};
pub use code::{CheckedIn, DoorCode, check_in, door_code};
pub use minutes::{sign, write};
pub use page::{Attender, DeskMeeting, MeetingCard, Mine, PublicMeeting, at_desk, mine, of_pact, of_room, public};
pub use people::{Tick, invite, tick, untick};
pub(crate) use tariff::votes as tariff_votes;
pub use tariff::{Calling, TariffVote, count_tariff, for_tariffs, put_tariff, take_tariff_back};

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{AreaId, MeetingId, PactId, PersonId, RoomId};
use gongzhi_domain::meeting::{AGENDA_MAX, Attendance, EARLY, MeetingKind, MeetingState, PLACE_MAX, PLANNED_DAYS_MAX};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Facts;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::audit;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, parsed, refuse};

/// As many as are entitled to come at most.
const EXPECTED_MAX: u32 = 100_000;

/// What a meeting is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The pact with this number.
    Pact(String),
    /// A deliberation room.
    Room(RoomId),
}

/// A meeting to be called.
#[derive(Debug, Clone)]
pub struct NewMeeting {
    /// Its id, made when the form was opened, so that sending it twice calls one.
    pub id: MeetingId,
    /// About what.
    pub about: About,
    /// Whose meeting it is.
    pub kind: MeetingKind,
    /// When it begins.
    pub planned_at: DateTime<Utc>,
    /// Where.
    pub place: String,
    /// What is talked about, a line each.
    pub agenda: String,
    /// How many are entitled to come; 0 when those who are invited are all.
    pub expected: u32,
}

/// A meeting as its rules find it.
#[derive(Debug, Clone)]
struct Meeting {
    id: MeetingId,
    pact: Option<PactId>,
    room: Option<RoomId>,
    kind: MeetingKind,
    state: MeetingState,
    version: Version,
    area: AreaPath,
    planned_at: DateTime<Utc>,
    place: String,
    agenda: String,
    expected: u32,
    opened_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// How many came of those who could, once it is over.
    attendance: Option<Attendance>,
    closed_at: Option<DateTime<Utc>>,
    minutes: String,
    decisions: String,
}

impl Meeting {
    /// Reads a meeting; with `hold` nobody else changes it until the transaction ends.
    async fn read(conn: &mut PgConnection, id: MeetingId, hold: bool) -> Result<Self, Trouble> {
        if hold {
            sqlx::query_scalar!("select version from meeting where id = $1 for update", id.uuid())
                .fetch_optional(&mut *conn)
                .await?;
        }
        let row = sqlx::query!(
            "select pact_id, room_id, kind, state, version, area_path, planned_at, place, agenda, expected, opened_at, ended_at, present,
                 entitled, closed_at, minutes, decisions from meeting where id = $1",
            id.uuid(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Meeting })?;
        Ok(Self {
            id,
            pact: row.pact_id.map(PactId::from_uuid),
            room: row.room_id.map(RoomId::from_uuid),
            kind: parsed(&row.kind)?,
            state: parsed(&row.state)?,
            version: Version(row.version),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            planned_at: row.planned_at,
            place: row.place,
            agenda: row.agenda,
            expected: row.expected.unsigned_abs(),
            opened_at: row.opened_at,
            ended_at: row.ended_at,
            attendance: row.present.zip(row.entitled).map(|(present, entitled)| Attendance {
                present: present.unsigned_abs(),
                entitled: entitled.unsigned_abs(),
            }),
            closed_at: row.closed_at,
            minutes: row.minutes,
            decisions: row.decisions,
        })
    }

    /// Holds a meeting the actor runs and nobody changed since they saw it.
    async fn held(
        conn: &mut PgConnection,
        actor: &Actor,
        id: MeetingId,
        saw: Option<Version>,
    ) -> Result<(Self, Role), Trouble> {
        let meeting = Self::read(conn, id, true).await?;
        let role = actor.may(Action::RunMeeting, &meeting.target())?;
        match saw {
            Some(saw) if saw != meeting.version => Err(Error::Stale { now: meeting.version }.into()),
            _ => Ok((meeting, role)),
        }
    }

    fn target(&self) -> Target {
        Target::in_area(self.area.clone())
    }

    /// Whether people come and vote now.
    fn is_running(&self) -> bool {
        self.state == MeetingState::Open && self.ended_at.is_none()
    }

    async fn record(
        &self,
        db: &Db,
        tx: &mut PgConnection,
        actor: &Actor,
        role: Role,
        action: &str,
        after: Value,
    ) -> Result<(), Trouble> {
        let subject = format!("meeting:{}", self.id);
        let entry =
            audit::Entry { stream: &subject, action, subject: &subject, after: Some(after), ..Default::default() };
        Ok(audit::append(db, tx, actor, role, entry).await?)
    }
}

/// What is asked of a meeting that is not in the right state for it.
fn not_now(field: &str) -> Error {
    Error::field(field, Reason::NotOpenNow)
}

/// Calls a meeting. Sending the form twice calls one.
///
/// Refused: whoever runs no meetings there; a kind that does not fit what it is about; a time in the past or more than
/// [`PLANNED_DAYS_MAX`] days ahead; no place or agenda.
pub async fn plan(db: &Db, actor: &Actor, new: &NewMeeting) -> Result<MeetingId, Error> {
    let mut tx = db.begin().await?;
    let (area_id, area, pact, room) = match &new.about {
        About::Pact(number) => {
            let pact = Pact::by_number(&mut tx, number, false).await?;
            (pact.area_id, pact.area, Some(pact.id), None)
        }
        About::Room(room) => {
            let row = sqlx::query!("select area_id, area_path, state from room where id = $1", room.uuid())
                .fetch_optional(&mut *tx)
                .await
                .map_err(refuse)?
                .ok_or(Error::NotFound { what: What::Room })?;
            if row.state != "open" {
                return Err(not_now("kind"));
            }
            (AreaId::from_uuid(row.area_id), AreaPath::parse(&row.area_path).map_err(fault)?, None, Some(*room))
        }
    };
    let role = actor.may(Action::RunMeeting, &Target::in_area(area.clone()))?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    check(db, new, pact.is_some())?;
    let written = sqlx::query!(
        "insert into meeting (id, pact_id, room_id, kind, area_id, area_path, planned_at, place, agenda, expected, planned_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing",
        new.id.uuid(),
        pact.map(PactId::uuid),
        room.map(RoomId::uuid),
        new.kind.code(),
        area_id.uuid(),
        area.as_str(),
        new.planned_at,
        new.place.trim(),
        new.agenda.trim(),
        i32::try_from(new.expected).unwrap_or(i32::MAX),
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if written.rows_affected() == 0 {
        let mine = sqlx::query_scalar!("select planned_by from meeting where id = $1", new.id.uuid());
        let mine = mine.fetch_one(&mut *tx).await.map_err(refuse)? == person.uuid();
        return if mine { Ok(new.id) } else { Err(Error::Duplicate { what: What::Meeting }) };
    }
    let meeting = Meeting::read(&mut tx, new.id, false).await?;
    let after = json!({"kind": new.kind, "planned_at": new.planned_at, "pact": pact, "room": room});
    meeting.record(db, &mut tx, actor, role, "meeting.plan", after).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(new.id)
}

fn check(db: &Db, new: &NewMeeting, of_pact: bool) -> Result<(), Error> {
    let mut wrong = Vec::new();
    if (new.kind == MeetingKind::Room) == of_pact {
        wrong.push(FieldError::new("kind", Reason::NotAChoice));
    }
    if new.planned_at < db.now() - TimeDelta::hours(1) {
        wrong.push(FieldError::new("planned_at", Reason::InThePast));
    } else if new.planned_at > db.now() + TimeDelta::days(i64::from(PLANNED_DAYS_MAX)) {
        wrong.push(FieldError::new("planned_at", Reason::TooFarAway { days: PLANNED_DAYS_MAX }));
    }
    for (field, text, max) in [("place", &new.place, PLACE_MAX), ("agenda", &new.agenda, AGENDA_MAX)] {
        if let Err(reason) = written(text, 1, max) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    if new.expected > EXPECTED_MAX {
        wrong.push(FieldError::new("expected", Reason::OutOfRange { min: 0, max: i64::from(EXPECTED_MAX) }));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: wrong }) }
}

/// Opens a meeting: from now on people are counted as present. Refused: earlier than two hours before it was planned, one that
/// was opened or called off; [`Error::Stale`] when somebody changed it since.
pub async fn open(db: &Db, actor: &Actor, id: MeetingId, saw: Version) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, Some(saw)).await?;
    if meeting.state != MeetingState::Planned || db.now() < meeting.planned_at - EARLY {
        return Err(not_now("meeting"));
    }
    sqlx::query!(
        "update meeting set state = 'open', opened_at = $2, version = version + 1 where id = $1",
        id.uuid(),
        db.now()
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    meeting.record(db, &mut tx, actor, role, "meeting.open", json!({"at": db.now()})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(saw.next())
}

/// Says that a meeting is over: nobody is counted as present any more, nothing is voted; what is left is the minutes. How many came
/// and how many were entitled stays as it is now. Refused: a vote on a tariff at which more were counted than have come (`tariff_count`).
pub async fn over(db: &Db, actor: &Actor, id: MeetingId, saw: Version) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, Some(saw)).await?;
    if !meeting.is_running() {
        return Err(not_now("meeting"));
    }
    let came = present::attendance(&mut tx, &meeting).await?;
    tariff::fits(&mut tx, &meeting, came).await?;
    sqlx::query!(
        "update meeting set ended_at = $2, present = $3, entitled = $4, version = version + 1 where id = $1",
        id.uuid(),
        db.now(),
        i32::try_from(came.present).unwrap_or(i32::MAX),
        i32::try_from(came.entitled).unwrap_or(i32::MAX),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    meeting.record(db, &mut tx, actor, role, "meeting.over", json!({"at": db.now(), "came": came})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(saw.next())
}

/// Calls a meeting off that was not opened; those who were invited with a number are told.
pub async fn cancel(db: &Db, actor: &Actor, id: MeetingId, saw: Version) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, Some(saw)).await?;
    if meeting.state != MeetingState::Planned {
        return Err(not_now("meeting"));
    }
    sqlx::query!("update meeting set state = 'cancelled', version = version + 1 where id = $1", id.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    tariff::let_go(&mut tx, &meeting).await?;
    people::tell(db, &mut tx, &meeting, people::News::CalledOff).await?;
    meeting.record(db, &mut tx, actor, role, "meeting.cancel", json!({})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(saw.next())
}

/// Fills in which meetings of the present stage are closed with their minutes and were attended by enough, and how many amendments
/// are not decided: those not counted, and those of a meeting whose minutes are not signed, for they stand in no draft yet.
pub(crate) async fn facts(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let rows = sqlx::query!(
        r#"select kind, state, present, entitled, (select count(*) from amendment a where a.meeting_id = m.id) as "moved!"
           from meeting m where pact_id = $1 and (state = 'planned' or opened_at >= $2) order by ended_at nulls last, id"#,
        pact.id.uuid(),
        pact.stage_since,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let (kind, state): (MeetingKind, MeetingState) = (parsed(&row.kind)?, parsed(&row.state)?);
        if matches!(state, MeetingState::Planned | MeetingState::Open) {
            facts.amendments_open = facts.amendments_open.saturating_add(u32::try_from(row.moved).unwrap_or(u32::MAX));
        }
        let Some((present, entitled)) = row.present.zip(row.entitled) else { continue };
        let came = Attendance { present: present.unsigned_abs(), entitled: entitled.unsigned_abs() };
        match (kind, came.is_enough(kind)) {
            (MeetingKind::PartyMembers, true) => facts.party_meeting_closed |= state == MeetingState::Closed,
            (MeetingKind::Representatives, true) => {
                facts.representatives_meeting_closed |= state == MeetingState::Closed
            }
            (MeetingKind::Representatives, false) => facts.representatives_short = Some(came),
            _ => {}
        }
    }
    if facts.representatives_meeting_closed {
        facts.representatives_short = None;
    }
    Ok(())
}

/// The person behind an actor; meetings are run by people.
fn person_of(actor: &Actor) -> Result<PersonId, Error> {
    actor.person.ok_or(Error::NotSignedIn)
}
