//! Who is invited and who is ticked at the door. Everybody comes in person: nobody is ticked for somebody else.

use chrono::TimeDelta;
use gongzhi_domain::ids::{AttenderId, MeetingId, PersonId};
use gongzhi_domain::meeting::{MeetingCapacity, MeetingKind, NAME_MAX};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, Lang, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Meeting, not_now, person_of};
use crate::calendar::local_time;
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::{Trouble, fault, refuse};

/// As many as are invited at once.
const INVITED_MAX: usize = 500;
/// As many as are invited to one meeting.
const LIST_MAX: i64 = 2_000;
/// So often somebody invites in an hour: every line with a number is a message to somebody.
const INVITATIONS: i32 = 20;

/// Somebody ticked at the door.
#[derive(Debug, Clone)]
pub struct Tick {
    /// The one of the list; `None` for somebody who is not on it.
    pub attender: Option<AttenderId>,
    /// The name of somebody who is not on the list.
    pub name: String,
    /// As what they come, for somebody who is not on the list.
    pub capacity: MeetingCapacity,
    /// Whether they stand there themselves: nobody comes for another.
    pub in_person: bool,
}

/// Invites people: one a line, a name and, if there is one, a mobile number. Whoever has a number is told by message, and can check in
/// with the code of the door. Answers how many are new; inviting again changes nothing.
///
/// Refused: more than 20 times an hour ([`Error::TooMany`]); a meeting that is closed or called off, or has 2,000 people; no line, more than 500, a line without a name (`people`).
pub async fn invite(
    db: &Db,
    actor: &Actor,
    id: MeetingId,
    capacity: MeetingCapacity,
    lines: &str,
) -> Result<u32, Error> {
    limits::hit(db, "invite", person_of(actor)?.uuid().as_bytes(), INVITATIONS, TimeDelta::hours(1)).await?;
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, None).await?;
    if meeting.ended_at.is_some() || meeting.state == gongzhi_domain::meeting::MeetingState::Cancelled {
        return Err(not_now("people"));
    }
    let named = named(lines)?;
    let listed =
        sqlx::query_scalar!(r#"select count(*) as "count!" from meeting_person where meeting_id = $1"#, id.uuid());
    let free = LIST_MAX - listed.fetch_one(&mut *tx).await.map_err(refuse)?;
    if i64::try_from(named.len()).unwrap_or(i64::MAX) > free {
        return Err(Error::field("people", Reason::OutOfRange { min: 1, max: free.max(0) }));
    }
    let mut new = Vec::new();
    for (name, phone) in &named {
        let person = match phone {
            Some(phone) => Some(people::find_or_create(db, &mut tx, phone, Lang::Zh).await?.0),
            None => None,
        };
        let attender = db.new_id();
        let written = sqlx::query!(
            "insert into meeting_person (id, meeting_id, person_id, name_sealed, name_index, capacity, invited_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            attender,
            id.uuid(),
            person.map(PersonId::uuid),
            db.keys().seal_text(Purpose::PersonName, name)?,
            name_index(db, id, name),
            capacity.code(),
            db.now(),
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        if written.rows_affected() == 1 {
            new.push(attender);
        }
    }
    tell(db, &mut tx, &meeting, News::Invited(&new)).await?;
    let many = u32::try_from(new.len()).unwrap_or(u32::MAX);
    meeting.record(db, &mut tx, actor, role, "meeting.invite", json!({"capacity": capacity, "people": many})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(many)
}

/// Names with their numbers, one a line: the number is the end of the line that reads as one.
fn named(lines: &str) -> Result<Vec<(String, Option<Phone>)>, Error> {
    let wrong = |reason| Error::field("people", reason);
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、' | ':' | '：');
    let mut named = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, phone) = match line.rsplit_once(between) {
            Some((name, last)) if Phone::parse(last).is_ok() => {
                (name.trim_end_matches(between), Phone::parse(last).ok())
            }
            _ => (line, None),
        };
        if name.chars().any(|c| c.is_ascii_digit()) && phone.is_none() {
            // Digits that are no number: better asked again than kept as part of a name.
            return Err(wrong(Reason::NotAPhone));
        }
        written(name, 1, NAME_MAX).map_err(wrong)?;
        named.push((name.to_owned(), phone));
    }
    match named.len() {
        0 => Err(wrong(Reason::Missing)),
        many if many > INVITED_MAX => Err(wrong(Reason::OutOfRange { min: 1, max: INVITED_MAX as i64 })),
        _ => Ok(named),
    }
}

/// The hash by which a name is noticed that stands in a meeting's list already.
pub(super) fn name_index(db: &Db, meeting: MeetingId, name: &str) -> Vec<u8> {
    db.keys().index(Purpose::Attendance, format!("{meeting}:{}", name.trim().to_lowercase()).as_bytes())
}

/// Ticks somebody who stands at the door. Ticking again changes nothing.
///
/// Refused: a meeting that is not running (`name`, [`Reason::NotOpenNow`]); somebody who does not come in person (`in_person`); a name
/// that is missing, too long or ticked already (`name`, [`Reason::Taken`]: tell the two apart by a word).
pub async fn tick(db: &Db, actor: &Actor, id: MeetingId, tick: &Tick) -> Result<AttenderId, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, None).await?;
    if !meeting.is_running() {
        return Err(not_now("name"));
    }
    if !tick.in_person {
        return Err(Error::field("in_person", Reason::Missing));
    }
    let attender = match tick.attender {
        Some(attender) => {
            let came = sqlx::query!(
                "update meeting_person set came_at = coalesce(came_at, $3), way = coalesce(way, 'door'),
                     ticked_by = coalesce(ticked_by, $4) where id = $1 and meeting_id = $2",
                attender.uuid(),
                id.uuid(),
                db.now(),
                person_of(actor)?.uuid(),
            );
            if came.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
                return Err(Error::NotFound { what: What::Person });
            }
            attender
        }
        None => {
            written(&tick.name, 1, NAME_MAX).map_err(|reason| Error::field("name", reason))?;
            let attender = AttenderId::from_uuid(db.new_id());
            sqlx::query!(
                "insert into meeting_person (id, meeting_id, name_sealed, name_index, capacity, came_at, way, ticked_by)
                 values ($1, $2, $3, $4, $5, $6, 'door', $7)",
                attender.uuid(),
                id.uuid(),
                db.keys().seal_text(Purpose::PersonName, tick.name.trim())?,
                name_index(db, id, &tick.name),
                tick.capacity.code(),
                db.now(),
                person_of(actor)?.uuid(),
            )
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
            attender
        }
    };
    meeting.record(db, &mut tx, actor, role, "meeting.tick", json!({"attender": attender})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(attender)
}

/// Takes a tick back that was a mistake, while the meeting runs: an invited person waits again, another is taken off the list.
pub async fn untick(db: &Db, actor: &Actor, id: MeetingId, attender: AttenderId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, None).await?;
    if !meeting.is_running() {
        return Err(not_now("name"));
    }
    let back = sqlx::query!(
        "update meeting_person set came_at = null, way = null, ticked_by = null where id = $1 and meeting_id = $2 and invited_at is not null",
        attender.uuid(),
        id.uuid(),
    );
    if back.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        sqlx::query!("delete from meeting_person where id = $1 and meeting_id = $2", attender.uuid(), id.uuid())
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
    }
    meeting.record(db, &mut tx, actor, role, "meeting.untick", json!({"attender": attender})).await?;
    tx.commit().await.map_err(refuse)
}

/// What people are told of a meeting.
pub(super) enum News<'a> {
    /// These were invited.
    Invited(&'a [Uuid]),
    /// It does not take place.
    CalledOff,
    /// Its minutes are signed.
    Closed,
}

/// Tells those of a meeting who have a number or an account.
pub(super) async fn tell(db: &Db, tx: &mut PgConnection, meeting: &Meeting, news: News<'_>) -> Result<(), Trouble> {
    let (only, came): (Option<&[Uuid]>, bool) = match news {
        News::Invited(new) => (Some(new), false),
        News::CalledOff => (None, false),
        News::Closed => (None, true),
    };
    let told = sqlx::query!(
        r#"select p.id, p.lang, p.phone_sealed from meeting_person m join person p on p.id = m.person_id
           where m.meeting_id = $1 and ($2::uuid[] is null or m.id = any($2)) and (m.came_at is not null or not $3)"#,
        meeting.id.uuid(),
        only,
        came,
    )
    .fetch_all(&mut *tx)
    .await?;
    let word = match news {
        News::Invited(_) => "invited",
        News::CalledOff => "called-off",
        News::Closed => "closed",
    };
    let mut letters = Vec::with_capacity(told.len());
    for person in told {
        let phone = match &person.phone_sealed {
            Some(sealed) if word != "closed" => {
                let full = db.keys().open_text(Purpose::Phone, sealed)?;
                Some(Phone::parse(&full).map_err(|reason| fault(format_args!("a stored number: {reason}")))?)
            }
            _ => None,
        };
        let body = wording(Lang::parse(&person.lang).unwrap_or_default(), meeting, word);
        letters.push((
            format!("meeting:{}:{word}:{}", meeting.id, person.id),
            phone,
            PersonId::from_uuid(person.id),
            body,
        ));
    }
    let messages: Vec<Message<'_>> = letters
        .iter()
        .map(|(key, phone, person, body)| Message {
            key,
            kind: "meeting",
            way: phone.as_ref().map_or(Way::Portal, Way::Sms),
            person: Some(*person),
            body,
        })
        .collect();
    outbox::put_many(db, tx, &messages).await?;
    Ok(())
}

fn wording(lang: Lang, meeting: &Meeting, word: &str) -> String {
    let at = local_time(meeting.planned_at);
    let (zh, en) = (at.format("%-m月%-d日 %H:%M"), at.format("%-d %b %H:%M"));
    let place = &meeting.place;
    let (kind_zh, kind_en) = match meeting.kind {
        MeetingKind::PartyMembers => ("党员大会", "the party members' meeting"),
        MeetingKind::Representatives => ("居民（村民）代表会议", "the representatives' meeting"),
        MeetingKind::Residents => ("居民（村民）会议", "the residents' meeting"),
        MeetingKind::Joint => ("党员和代表联席会议", "the joint meeting"),
        MeetingKind::Room => ("议事会", "a deliberation meeting"),
    };
    match (lang, word) {
        (Lang::Zh, "invited") => format!("【共治】请您参加{kind_zh}：{zh}，{place}。请本人到场。"),
        (Lang::Zh, "called-off") => format!("【共治】原定 {zh} 的{kind_zh}不开了，另行通知。"),
        (Lang::Zh, _) => format!("【共治】您参加的{kind_zh}（{zh}）已出会议记录，打开“议事”可以看。"),
        (Lang::En, "invited") => {
            format!("[Gongzhi] You are invited to {kind_en}: {en}, {place}. Please come in person.")
        }
        (Lang::En, "called-off") => {
            format!("[Gongzhi] {kind_en} of {en} does not take place. You will hear of a new date.")
        }
        (Lang::En, _) => format!("[Gongzhi] The minutes of {kind_en} ({en}) are published under Pacts."),
    }
}
