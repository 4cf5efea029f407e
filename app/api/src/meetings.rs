//! Meetings: calling and running them, checking in, counting, minutes.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    account::needed,
    form::Form,
    households::{day, number},
    orders::{choice, optional, version_in},
};
#[cfg(feature = "ssr")]
use chrono::{DateTime, NaiveTime, Utc};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, Reason},
    ids::{AmendmentId, AttenderId, MeetingId},
    meeting::{HandCount, MinutesPart},
};
#[cfg(feature = "ssr")]
use gongzhi_store::{calendar, meetings};

/// Calls a meeting about a pact or in a room.
///
/// # Errors
/// Field errors; a role that may not.
#[server(prefix = "/api", endpoint = "plan-meeting")]
pub async fn plan_meeting(
    key: Option<String>,
    pact: Option<String>,
    room: Option<String>,
    kind: Option<String>,
    day: Option<String>,
    time: Option<String>,
    place: Option<String>,
    agenda: Option<String>,
    expected: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("plan-meeting", back.as_deref())
        .with("kind", kind.as_ref())
        .with("day", day.as_ref())
        .with("time", time.as_ref())
        .with("place", place.as_ref())
        .with("agenda", agenda.as_ref())
        .with("expected", expected.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let about = match pact.as_deref().map(str::trim).filter(|pact| !pact.is_empty()) {
            Some(number) => meetings::About::Pact(number.to_owned()),
            None => meetings::About::Room(choice("room", room.as_deref())?),
        };
        let expected = expected.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
        let new = meetings::NewMeeting {
            id: choice("key", key.as_deref())?,
            about,
            kind: choice("kind", kind.as_deref())?,
            planned_at: moment(day.as_deref(), time.as_deref())?,
            place: place.unwrap_or_default(),
            agenda: agenda.unwrap_or_default().replace("\r\n", "\n"),
            expected: expected.map_or(Ok(0), |typed| number("expected", Some(typed)))?,
        };
        let meeting = meetings::plan(&here.db, &here.actor, &new).await;
        let meeting = meeting.map_err(|error| renamed(error, "planned_at", "day"))?;
        Ok(page_of(meeting))
    }
    .await;
    form.answer(outcome).await
}

/// Opens a meeting, says that it is over, or calls it off: `act` is `open`, `over` or `cancel`.
///
/// # Errors
/// A meeting that is not in the right state, a stale version, a role that may not.
#[server(prefix = "/api", endpoint = "move-meeting")]
pub async fn move_meeting(
    meeting: Option<String>,
    version: Option<String>,
    act: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("meeting", back.as_deref()).with("verb", act.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let saw = version_in(version.as_deref())?;
        match act.as_deref() {
            Some("open") => meetings::open(&here.db, &here.actor, id, saw).await?,
            Some("over") => meetings::over(&here.db, &here.actor, id, saw).await?,
            Some("cancel") => meetings::cancel(&here.db, &here.actor, id, saw).await?,
            _ => return Err(Error::field("meeting", Reason::NotAChoice)),
        };
        Ok(page_of(id))
    }
    .await;
    form.answer(outcome).await
}

/// Invites people, one a line.
///
/// # Errors
/// Field errors; a meeting that is over; a role that may not.
#[server(prefix = "/api", endpoint = "invite-people")]
pub async fn invite_people(
    meeting: Option<String>,
    capacity: Option<String>,
    people: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "invite".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("capacity", capacity.as_ref())
        .with("people", people.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let capacity = choice("capacity", capacity.as_deref())?;
        let lines = people.unwrap_or_default();
        let many = meetings::invite(&here.db, &here.actor, id, capacity, &lines).await?;
        Ok(format!("{}?invited={many}#people", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Ticks somebody who stands at the door: one of the list, or by name.
///
/// # Errors
/// Field errors; a meeting that is not running; a role that may not.
#[server(prefix = "/api", endpoint = "tick-attender")]
pub async fn tick_attender(
    meeting: Option<String>,
    attender: Option<String>,
    name: Option<String>,
    capacity: Option<String>,
    in_person: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "tick".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("name", name.as_ref())
        .with("capacity", capacity.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let attender: Option<AttenderId> = optional("attender", attender.as_deref())?;
        let tick = meetings::Tick {
            attender,
            name: name.unwrap_or_default(),
            capacity: match attender {
                // Somebody of the list comes as what they were invited as.
                Some(_) => gongzhi_domain::meeting::MeetingCapacity::Guest,
                None => choice("capacity", capacity.as_deref())?,
            },
            in_person: in_person.is_some(),
        };
        let ticked = meetings::tick(&here.db, &here.actor, id, &tick).await?;
        Ok(format!("{}#p-{ticked}", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Takes a tick back that was a mistake.
///
/// # Errors
/// A meeting that is not running; a role that may not.
#[server(prefix = "/api", endpoint = "untick-attender")]
pub async fn untick_attender(meeting: Option<String>, attender: Option<String>, back: Option<String>) -> Answer {
    let verb = "tick".to_owned();
    let form = Form::new("meeting", back.as_deref()).with("verb", Some(&verb));
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let attender: AttenderId = choice("attender", attender.as_deref())?;
        meetings::untick(&here.db, &here.actor, id, attender).await?;
        Ok(format!("{}#people", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Checks in at a meeting with the code of the door.
///
/// # Errors
/// A code that is good nowhere now; too many tries; nobody signed in.
#[server(prefix = "/api", endpoint = "attend")]
pub async fn attend(attend: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("attend", back.as_deref()).with("attend", attend.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let came = meetings::check_in(&here.db, &here.actor, attend.as_deref().unwrap_or_default()).await?;
        Ok(format!("/attend?came={}", came.meeting))
    }
    .await;
    form.answer(outcome).await
}

/// Moves another wording.
///
/// # Errors
/// Field errors; a meeting or pact that is not at it; a role that may not.
#[server(prefix = "/api", endpoint = "amend-clause")]
pub async fn amend_clause(
    meeting: Option<String>,
    key: Option<String>,
    clause: Option<String>,
    text: Option<String>,
    english: Option<String>,
    moved_by: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "amend".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("clause", clause.as_ref())
        .with("text", text.as_ref())
        .with("english", english.as_ref())
        .with("moved_by", moved_by.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let new = meetings::NewAmendment {
            id: choice("key", key.as_deref())?,
            clause: optional("clause", clause.as_deref())?,
            text: text.unwrap_or_default(),
            english: english.unwrap_or_default(),
            moved_by: moved_by.unwrap_or_default(),
        };
        let amendment = meetings::amend(&here.db, &here.actor, id, &new).await?;
        Ok(format!("{}#a-{amendment}", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Writes down what was counted when an amendment was put to the vote.
///
/// # Errors
/// Counts that cannot be; a meeting that is not running; a role that may not.
#[server(prefix = "/api", endpoint = "count-amendment")]
pub async fn count_amendment(
    amendment: Option<String>,
    present: Option<String>,
    in_favour: Option<String>,
    against: Option<String>,
    abstained: Option<String>,
    fewer: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "count".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("amendment", amendment.as_ref())
        .with("present", present.as_ref())
        .with("in_favour", in_favour.as_ref())
        .with("against", against.as_ref())
        .with("abstained", abstained.as_ref())
        .with("fewer", fewer.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: AmendmentId = choice("amendment", amendment.as_deref())?;
        let hands = HandCount {
            present: number("present", present.as_deref())?,
            in_favour: number("in_favour", in_favour.as_deref())?,
            against: number("against", against.as_deref())?,
            abstained: number("abstained", abstained.as_deref())?,
        };
        let meeting = meetings::count(&here.db, &here.actor, id, hands, fewer.as_deref().unwrap_or_default()).await?;
        Ok(format!("{}#a-{id}", page_of(meeting)))
    }
    .await;
    form.answer(outcome).await
}

/// Takes back an amendment that was not put to the vote.
///
/// # Errors
/// One that was counted; a role that may not.
#[server(prefix = "/api", endpoint = "take-back-amendment")]
pub async fn take_back_amendment(amendment: Option<String>, back: Option<String>) -> Answer {
    let verb = "count".to_owned();
    let form = Form::new("meeting", back.as_deref()).with("verb", Some(&verb)).with("amendment", amendment.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: AmendmentId = choice("amendment", amendment.as_deref())?;
        let meeting = meetings::take_back(&here.db, &here.actor, id).await?;
        Ok(format!("{}#amendments", page_of(meeting)))
    }
    .await;
    form.answer(outcome).await
}

/// Writes minutes and decisions.
///
/// # Errors
/// Field errors; a stale version; a meeting that is closed; a role that may not.
#[server(prefix = "/api", endpoint = "write-minutes")]
pub async fn write_minutes(
    meeting: Option<String>,
    version: Option<String>,
    minutes: Option<String>,
    decisions: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "minutes".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("minutes", minutes.as_ref())
        .with("decisions", decisions.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let (minutes, decisions) = (minutes.unwrap_or_default(), decisions.unwrap_or_default());
        meetings::write(&here.db, &here.actor, id, saw, &minutes, &decisions).await?;
        Ok(format!("{}?done=minutes#minutes", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Signs the minutes as keeper or chair; the second signature closes the meeting.
///
/// # Errors
/// The same person twice; minutes or a count that is missing; a stale version; a role that may not.
#[server(prefix = "/api", endpoint = "sign-minutes")]
pub async fn sign_minutes(
    meeting: Option<String>,
    version: Option<String>,
    part: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "sign".to_owned();
    let form = Form::new("meeting", back.as_deref()).with("verb", Some(&verb)).with("part", part.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let part: MinutesPart = choice("part", part.as_deref())?;
        let closed = meetings::sign(&here.db, &here.actor, id, saw, part).await?;
        Ok(format!("{}?done={}#minutes", page_of(id), if closed { "closed" } else { "signed" }))
    }
    .await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(crate) fn page_of(meeting: MeetingId) -> String {
    format!("/desk/meetings/{meeting}")
}

/// A day and a time of the clock as a form sends them.
#[cfg(feature = "ssr")]
fn moment(typed_day: Option<&str>, time: Option<&str>) -> Result<DateTime<Utc>, Error> {
    let date = day("day", typed_day)?.ok_or_else(|| Error::field("day", Reason::Missing))?;
    let time = needed("time", time)?;
    let read = NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"));
    let time = read.map_err(|_| Error::field("time", Reason::NotADate))?;
    Ok(calendar::moment_of(date.and_time(time)))
}

#[cfg(feature = "ssr")]
fn renamed(error: Error, rule: &str, form: &str) -> Error {
    let Error::Invalid { mut fields } = error else { return error };
    for wrong in fields.iter_mut().filter(|wrong| wrong.field == rule) {
        form.clone_into(&mut wrong.field);
    }
    Error::Invalid { fields }
}
