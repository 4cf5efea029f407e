//! Minutes and decisions: written by the keeper, signed by keeper and chair, two people, under the same text. With the second signature
//! the meeting is closed and what was adopted stands in the draft.

use gongzhi_domain::ids::{ClauseId, MeetingId};
use gongzhi_domain::meeting::{Adopted, DECISIONS_MAX, MINUTES_MAX, MINUTES_MIN, MeetingState, MinutesPart, amended};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Office;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::{Meeting, amend, not_now, people, person_of, tariff};
use crate::audit;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, refuse};

/// Writes minutes and decisions, from the opening on and until they are signed by two. A changed text takes a signature off again.
/// Numbers that look private are masked: minutes are public.
///
/// Refused: a meeting that was not opened, or is closed; nothing written; too long; [`Error::Stale`] when somebody wrote since.
pub async fn write(
    db: &Db,
    actor: &Actor,
    id: MeetingId,
    saw: Version,
    minutes: &str,
    decisions: &str,
) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, Some(saw)).await?;
    if meeting.state != MeetingState::Open {
        return Err(not_now("minutes"));
    }
    let mut wrong = Vec::new();
    for (field, text, min, max) in [("minutes", minutes, 1, MINUTES_MAX), ("decisions", decisions, 0, DECISIONS_MAX)] {
        if let Err(reason) = written(text, min, max) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let clean = |text: &str| mask_private(text.trim()).0.replace("\r\n", "\n");
    let (minutes, decisions) = (clean(minutes), clean(decisions));
    if minutes == meeting.minutes && decisions == meeting.decisions {
        return Ok(meeting.version);
    }
    sqlx::query!(
        "update meeting set minutes = $2, decisions = $3, version = version + 1 where id = $1",
        id.uuid(),
        minutes,
        decisions,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("delete from meeting_sign where meeting_id = $1", id.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let sha256 = hex(&Sha256::digest(minutes.as_bytes()));
    meeting.record(db, &mut tx, actor, role, "meeting.minutes", json!({"sha256": sha256})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(saw.next())
}

/// Puts keeper's or chair's signature under the minutes; the second one closes the meeting. `true` when it is closed now.
///
/// Refused: a meeting that is not over yet, minutes that are missing or no sentence yet (`minutes`), an amendment that was moved and not counted
/// (`amendments`), a tariff that was put to the vote and not counted (`tariff`), the same person twice, or as chair of a meeting about a pact somebody who is not its chair (`part`,
/// [`Reason::NeedsAnotherPerson`]), a part somebody signed already;
/// [`Error::Stale`] when the text changed since.
pub async fn sign(db: &Db, actor: &Actor, id: MeetingId, saw: Version, part: MinutesPart) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let closed = sign_in(db, &mut tx, actor, id, saw, part).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(closed)
}

async fn sign_in(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    id: MeetingId,
    saw: Version,
    part: MinutesPart,
) -> Result<bool, Trouble> {
    let (meeting, role) = Meeting::held(&mut *tx, actor, id, Some(saw)).await?;
    let person = person_of(actor)?;
    if meeting.state != MeetingState::Open || meeting.ended_at.is_none() {
        return Err(not_now("part").into());
    }
    let mut wrong = Vec::new();
    if let Err(reason) = written(&meeting.minutes, MINUTES_MIN, MINUTES_MAX) {
        wrong.push(FieldError::new("minutes", reason));
    }
    let uncounted = sqlx::query_scalar!(
        r#"select count(*) as "count!" from amendment where meeting_id = $1 and adopted is null"#,
        id.uuid()
    );
    if uncounted.fetch_one(&mut *tx).await? > 0 {
        wrong.push(FieldError::new("amendments", Reason::Missing));
    }
    if !tariff::is_counted(&mut *tx, &meeting).await? {
        wrong.push(FieldError::new("tariff", Reason::Missing));
    }
    let signed = sqlx::query!("select part, person_id from meeting_sign where meeting_id = $1", id.uuid());
    for row in signed.fetch_all(&mut *tx).await? {
        if row.part == part.code() {
            wrong.push(FieldError::new("part", Reason::Taken));
        } else if row.person_id == person.uuid() {
            wrong.push(FieldError::new("part", Reason::NeedsAnotherPerson));
        }
    }
    if part == MinutesPart::Chair
        && wrong.iter().all(|wrong| wrong.field != "part")
        && let Some(pact) = meeting.pact
        && Pact::read(&mut *tx, pact, false).await?.office_of(person) != Some(Office::Chair)
    {
        // Whoever led a meeting about a pact holds that office in it; whose it is stands on its page.
        wrong.push(FieldError::new("part", Reason::NeedsAnotherPerson));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong }.into());
    }
    let sha256 = Sha256::digest(format!("{}\n\n{}", meeting.minutes, meeting.decisions).as_bytes());
    sqlx::query!(
        "insert into meeting_sign (meeting_id, part, person_id, sha256, at) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        part.code(),
        person.uuid(),
        sha256.as_slice(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    let by_two =
        sqlx::query_scalar!(r#"select count(*) as "count!" from meeting_sign where meeting_id = $1"#, id.uuid())
            .fetch_one(&mut *tx)
            .await?
            == 2;
    let after = json!({"part": part, "sha256": hex(&sha256)});
    meeting.record(db, &mut *tx, actor, role, "meeting.sign", after).await?;
    if by_two {
        close(db, tx, actor, role, &meeting).await?;
    }
    Ok(by_two)
}

async fn close(db: &Db, tx: &mut PgConnection, actor: &Actor, role: Role, meeting: &Meeting) -> Result<(), Trouble> {
    sqlx::query!(
        "update meeting set state = 'closed', closed_at = $2, version = version + 1 where id = $1",
        meeting.id.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    if let Some(pact) = meeting.pact {
        let pact = Pact::read(&mut *tx, pact, true).await?;
        write_adopted(db, &mut *tx, actor, role, meeting, &pact).await?;
    }
    tariff::decide(db, &mut *tx, actor, role, meeting).await?;
    people::tell(db, &mut *tx, meeting, people::News::Closed).await?;
    meeting.record(db, tx, actor, role, "meeting.close", json!({"at": db.now()})).await
}

/// What was adopted, written into the draft and named in the history of the pact.
async fn write_adopted(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    meeting: &Meeting,
    pact: &Pact,
) -> Result<(), Trouble> {
    let rows = sqlx::query!(
        "select id, clause_id, text, english from amendment where meeting_id = $1 and adopted order by position",
        meeting.id.uuid(),
    )
    .fetch_all(&mut *tx)
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let adopted: Vec<Adopted> = rows
        .into_iter()
        .map(|row| Adopted {
            clause: row.clause_id.map(ClauseId::from_uuid),
            new_id: ClauseId::from_uuid(db.new_id()),
            text: row.text,
            english: row.english,
        })
        .collect();
    // Held before it is read: whoever saves the draft by hand meanwhile is told that it changed.
    sqlx::query_scalar!("select version from pact_draft where pact_id = $1 for update", pact.id.uuid())
        .fetch_optional(&mut *tx)
        .await?;
    let before = amend::draft(&mut *tx, pact).await?;
    let clauses = amended(before, &adopted);
    sqlx::query!(
        "update pact_draft set clauses = $2, version = version + 1, changed_by = $3, changed_at = $4 where pact_id = $1",
        pact.id.uuid(),
        serde_json::to_value(&clauses).map_err(fault)?,
        person_of(actor)?.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    let stream = pact.stream();
    let entry = audit::Entry {
        stream: &stream,
        action: "pact.amended",
        subject: &stream,
        after: Some(json!({"meeting": meeting.id, "adopted": adopted.len(), "clauses": clauses.len()})),
        ..Default::default()
    };
    Ok(audit::append(db, tx, actor, role, entry).await?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
