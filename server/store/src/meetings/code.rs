//! The code of the moment: shown at the door, changed every ten minutes, never stored. It is a keyed hash of meeting and moment, so
//! that it can be checked and nobody can make one.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{AttenderId, MeetingId, PersonId};
use gongzhi_domain::meeting::{MeetingCapacity, code_in, code_of, code_window, good_until, good_windows};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::people::name_index;
use super::{Meeting, not_now, person_of};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, parsed, refuse};
use crate::{households, limits};

/// So many codes a person may try in a quarter of an hour.
const TRIES: i32 = 10;
const TRIES_IN: TimeDelta = TimeDelta::minutes(15);

/// What is shown at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorCode {
    /// The code, eight letters.
    pub code: String,
    /// Until when it is good.
    pub until: DateTime<Utc>,
}

/// What came of checking in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedIn {
    /// The meeting.
    pub meeting: MeetingId,
    /// As what.
    pub capacity: MeetingCapacity,
    /// Whether that counts at this meeting.
    pub counted: bool,
    /// Whether they were there already.
    pub already: bool,
}

/// The code of the moment for the door. Refused: whoever does not run the meeting; a meeting that is not running.
pub async fn door_code(db: &Db, actor: &Actor, id: MeetingId) -> Result<DoorCode, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let meeting = Meeting::read(&mut conn, id, false).await?;
    actor.may(Action::RunMeeting, &meeting.target())?;
    if !meeting.is_running() {
        return Err(not_now("meeting"));
    }
    let window = code_window(db.now());
    Ok(DoorCode { code: code(db, id, window), until: good_until(window).unwrap_or_else(|| db.now()) })
}

fn code(db: &Db, meeting: MeetingId, window: i64) -> String {
    code_of(&db.keys().index(Purpose::Attendance, format!("{meeting}:{window}").as_bytes()))
}

/// Checks the actor in, in person: whoever was invited comes as what they were invited as, anybody else whose home lies in the area
/// as a resident, others as guests. Doing it again changes nothing; whoever stands in the list by name alone, or was ticked at the door
/// under it, is the same person and counted once.
///
/// Refused: nobody signed in; more than ten tries in a quarter of an hour; a code that is good nowhere now (`attend`,
/// [`Reason::NoMeeting`]): mistyped, older than twenty minutes, or of a meeting that is over.
pub async fn check_in(db: &Db, actor: &Actor, typed: &str) -> Result<CheckedIn, Error> {
    actor.may(Action::AttendMeeting, &Target::none())?;
    let person = person_of(actor)?;
    let typed = code_in(typed).map_err(|reason| Error::field("attend", reason))?;
    let whose = person.uuid();
    limits::hit(db, "attend", whose.as_bytes(), TRIES, TRIES_IN).await?;
    let mut tx = db.begin().await?;
    let Some(id) = meeting_of(db, &mut tx, &typed).await? else {
        return Err(Error::field("attend", Reason::NoMeeting));
    };
    // Held, so that nobody slips in while it is being ended.
    let meeting = Meeting::read(&mut tx, id, true).await?;
    if !meeting.is_running() {
        return Err(Error::field("attend", Reason::NoMeeting));
    }
    let own = own_name(db, &mut tx, id, person).await?;
    let (capacity, already) = match on_the_list(&mut tx, id, person, own.as_deref()).await? {
        Some(line) => {
            if line.came_at.is_none() {
                sqlx::query!("update meeting_person set came_at = $2, way = 'code' where id = $1", line.id, db.now())
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
            }
            (parsed(&line.capacity)?, line.came_at.is_some())
        }
        None => {
            let at_home = households::lives_in(&mut tx, person, &meeting.area, db.today()).await?;
            let capacity = if at_home { MeetingCapacity::Resident } else { MeetingCapacity::Guest };
            // The name is noted by its hash, so that it is not ticked at the door as well; a namesake keeps theirs.
            sqlx::query!(
                "insert into meeting_person (id, meeting_id, person_id, name_index, capacity, came_at, way)
                 select $1, $2, $3,
                     case when exists (select from meeting_person where meeting_id = $2 and name_index = $6) then null else $6 end,
                     $4, $5, 'code'",
                AttenderId::from_uuid(db.new_id()).uuid(),
                id.uuid(),
                person.uuid(),
                capacity.code(),
                db.now(),
                own,
            )
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
            (capacity, false)
        }
    };
    if !already {
        let role = actor.may(Action::AttendMeeting, &Target::none())?;
        meeting.record(db, &mut tx, actor, role, "meeting.check_in", json!({"capacity": capacity})).await?;
    }
    tx.commit().await.map_err(refuse)?;
    limits::forget(db, "attend", whose.as_bytes(), TRIES_IN).await?;
    Ok(CheckedIn { meeting: id, capacity, counted: meeting.kind.counts(capacity), already })
}

/// The hash by which the lists of a meeting know somebody's own name; `None` for those who gave none.
async fn own_name(
    db: &Db,
    tx: &mut PgConnection,
    meeting: MeetingId,
    person: PersonId,
) -> Result<Option<Vec<u8>>, Trouble> {
    let sealed = sqlx::query_scalar!("select name_sealed from person where id = $1", person.uuid());
    let Some(sealed) = sealed.fetch_one(tx).await? else { return Ok(None) };
    Ok(Some(name_index(db, meeting, &db.keys().open_text(Purpose::PersonName, &sealed)?)))
}

/// A line of a meeting's list.
struct Line {
    id: Uuid,
    capacity: String,
    came_at: Option<DateTime<Utc>>,
}

/// The line somebody stands in: under their number, or under their name alone, which is theirs from now on. Where they stand in both,
/// and under the name were ticked at the door, they came once: under their number.
async fn on_the_list(
    tx: &mut PgConnection,
    meeting: MeetingId,
    person: PersonId,
    own: Option<&[u8]>,
) -> Result<Option<Line>, Trouble> {
    let known = sqlx::query_as!(
        Line,
        "select id, capacity, came_at from meeting_person where meeting_id = $1 and person_id = $2",
        meeting.uuid(),
        person.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    let named = sqlx::query_as!(
        Line,
        "select id, capacity, came_at from meeting_person where meeting_id = $1 and person_id is null and name_index = $2",
        meeting.uuid(),
        own,
    )
    .fetch_optional(&mut *tx)
    .await?;
    match (known, named) {
        (Some(known), Some(named)) => {
            sqlx::query!("delete from meeting_person where id = $1", named.id).execute(tx).await?;
            Ok(Some(known))
        }
        (None, Some(named)) => {
            sqlx::query!("update meeting_person set person_id = $2 where id = $1", named.id, person.uuid())
                .execute(tx)
                .await?;
            Ok(Some(named))
        }
        (known, None) => Ok(known),
    }
}

/// The running meeting at which a code is good now.
async fn meeting_of(db: &Db, tx: &mut PgConnection, typed: &str) -> Result<Option<MeetingId>, Trouble> {
    let running = sqlx::query_scalar!("select id from meeting where state = 'open' and ended_at is null");
    let mut found = None;
    for id in running.fetch_all(tx).await? {
        let id = MeetingId::from_uuid(id);
        for window in good_windows(db.now()) {
            if same(&code(db, id, window), typed) {
                found = Some(id);
            }
        }
    }
    Ok(found)
}

/// Compares without telling by its time how much of it was right.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}
