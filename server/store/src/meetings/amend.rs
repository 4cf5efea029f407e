//! Other wordings, moved at a meeting and voted by hand on the spot. What was adopted goes into the draft when the minutes are signed.

use gongzhi_domain::ids::{AmendmentId, ClauseId, MeetingId};
use gongzhi_domain::meeting::{AMENDMENT_MAX, DraftClause, HandCount, NAME_MAX};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use super::{Meeting, not_now, person_of};
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, refuse};

/// The longest translation, in characters.
const ENGLISH_MAX: u32 = 1_500;
/// The longest reason for fewer present, in characters.
pub(super) const FEWER_MAX: u32 = 200;
/// As many as are moved at one meeting.
const AMENDMENTS_MAX: i64 = 100;

/// Another wording.
#[derive(Debug, Clone)]
pub struct NewAmendment {
    /// Its id, made when the form was opened, so that sending it twice moves one.
    pub id: AmendmentId,
    /// The clause it changes; `None` for a new one.
    pub clause: Option<ClauseId>,
    /// Its words; empty takes the clause out.
    pub text: String,
    /// A translation to read.
    pub english: String,
    /// Who moved it, as the minutes name them.
    pub moved_by: String,
}

/// Another wording as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendmentLine {
    /// Which it is.
    pub id: AmendmentId,
    /// Its place among those of the meeting, from 1.
    pub position: u32,
    /// The clause it changes and what that says in the draft; `None` for a new one.
    pub clause: Option<ClauseId>,
    /// The clause's place in the draft, from 1, while it is in it.
    pub clause_no: Option<u32>,
    /// The clause's words in the draft.
    pub before: String,
    /// Its words; empty takes the clause out.
    pub text: String,
    /// A translation to read.
    pub english: String,
    /// Who moved it.
    pub moved_by: String,
    /// What was counted; `None` until it is, and publicly where a number under five would point at people.
    pub count: Option<HandCount>,
    /// Whether it was adopted; `None` until it is counted.
    pub adopted: Option<bool>,
    /// Why fewer were counted as present than had come; empty where all were.
    pub fewer: String,
}

/// Moves another wording at a running meeting of a pact that is being deliberated. Sending the form twice moves one.
///
/// Refused: a meeting that is not running, or of a pact at another stage (`text`, [`Reason::NotOpenNow`]); a clause the draft does not
/// have; a new clause without words; more than 500 characters.
pub async fn amend(db: &Db, actor: &Actor, id: MeetingId, new: &NewAmendment) -> Result<AmendmentId, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, None).await?;
    let Some(pact) = meeting.pact else { return Err(not_now("text")) };
    let pact = Pact::read(&mut tx, pact, false).await?;
    if !meeting.is_running() || pact.stage != Stage::Down2 {
        return Err(not_now("text"));
    }
    let mut wrong = Vec::new();
    if let Some(clause) = new.clause
        && !draft(&mut tx, &pact).await?.iter().any(|known| known.id == clause)
    {
        wrong.push(FieldError::new("clause", Reason::NotAChoice));
    }
    let least = u32::from(new.clause.is_none());
    for (field, text, min, max) in [
        ("text", &new.text, least, AMENDMENT_MAX),
        ("english", &new.english, 0, ENGLISH_MAX),
        ("moved_by", &new.moved_by, 0, NAME_MAX),
    ] {
        if let Err(reason) = written(text, min, max) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    let so_far = sqlx::query!(
        r#"select count(*) as "count!", coalesce(max(position), 0) as "last!" from amendment where meeting_id = $1"#,
        id.uuid()
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    if so_far.count >= AMENDMENTS_MAX {
        wrong.push(FieldError::new("text", Reason::OutOfRange { min: 0, max: AMENDMENTS_MAX }));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let written = sqlx::query!(
        "insert into amendment (id, meeting_id, position, clause_id, text, english, moved_by) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do nothing",
        new.id.uuid(),
        id.uuid(),
        so_far.last + 1,
        new.clause.map(ClauseId::uuid),
        new.text.trim().replace("\r\n", "\n"),
        new.english.trim().replace("\r\n", "\n"),
        new.moved_by.trim(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if written.rows_affected() == 1 {
        let after = json!({"amendment": new.id, "clause": new.clause, "text": new.text.trim()});
        meeting.record(db, &mut tx, actor, role, "meeting.amend", after).await?;
    }
    tx.commit().await.map_err(refuse)?;
    Ok(new.id)
}

/// Writes down what was counted when an amendment was put to the vote. While the meeting runs a count can be corrected; the log keeps
/// both.
///
/// Whoever came and does not raise a hand counts as not for it, so as many are present as came; where some had left, `fewer` says why
/// it is fewer.
///
/// Refused: a meeting that is not running; nobody present; more hands than people present; more people than came (`present`); fewer
/// without a reason (`fewer`).
pub async fn count(db: &Db, actor: &Actor, id: AmendmentId, hands: HandCount, fewer: &str) -> Result<MeetingId, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role, before) = amendment(&mut tx, actor, id).await?;
    if !meeting.is_running() {
        return Err(not_now("in_favour"));
    }
    hands.check()?;
    let came = super::present::counted(&mut tx, &meeting).await?;
    if hands.present > came {
        return Err(Error::field("present", Reason::OutOfRange { min: 1, max: i64::from(came) }));
    }
    let fewer = if hands.present < came { fewer.trim() } else { "" };
    written(fewer, u32::from(hands.present < came), FEWER_MAX).map_err(|reason| Error::field("fewer", reason))?;
    let fewer = mask_private(fewer).0;
    let number = |many: u32| i32::try_from(many).unwrap_or(i32::MAX);
    sqlx::query!(
        "update amendment set present = $2, in_favour = $3, against = $4, abstained = $5, adopted = $6, counted_by = $7, counted_at = $8,
             fewer = $9 where id = $1",
        id.uuid(),
        number(hands.present),
        number(hands.in_favour),
        number(hands.against),
        number(hands.abstained),
        hands.adopted(),
        person_of(actor)?.uuid(),
        db.now(),
        fewer,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"amendment": id, "before": before, "count": hands, "came": came, "fewer": fewer, "adopted": hands.adopted()});
    meeting.record(db, &mut tx, actor, role, "meeting.count", after).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(meeting.id)
}

/// Takes back an amendment that was not put to the vote.
pub async fn take_back(db: &Db, actor: &Actor, id: AmendmentId) -> Result<MeetingId, Error> {
    let mut tx = db.begin().await?;
    let (meeting, role, before) = amendment(&mut tx, actor, id).await?;
    if meeting.state != gongzhi_domain::meeting::MeetingState::Open || before.is_some() {
        return Err(not_now("in_favour"));
    }
    sqlx::query!("delete from amendment where id = $1", id.uuid()).execute(&mut *tx).await.map_err(refuse)?;
    meeting.record(db, &mut tx, actor, role, "meeting.take_back", json!({"amendment": id})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(meeting.id)
}

async fn amendment(
    tx: &mut PgConnection,
    actor: &Actor,
    id: AmendmentId,
) -> Result<(Meeting, gongzhi_domain::person::Role, Option<bool>), Trouble> {
    let meeting = sqlx::query_scalar!("select meeting_id from amendment where id = $1", id.uuid())
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound { what: What::Amendment })?;
    let (meeting, role) = Meeting::held(&mut *tx, actor, MeetingId::from_uuid(meeting), None).await?;
    // Read once nobody else can count it.
    let adopted = sqlx::query_scalar!("select adopted from amendment where id = $1", id.uuid())
        .fetch_optional(tx)
        .await?
        .ok_or(Error::NotFound { what: What::Amendment })?;
    Ok((meeting, role, adopted))
}

/// The clauses of a pact's draft.
pub(super) async fn draft(conn: &mut PgConnection, pact: &Pact) -> Result<Vec<DraftClause>, Trouble> {
    let clauses = sqlx::query_scalar!("select clauses from pact_draft where pact_id = $1", pact.id.uuid())
        .fetch_optional(conn)
        .await?;
    Ok(clauses.map(serde_json::from_value).transpose().map_err(fault)?.unwrap_or_default())
}
