//! What a stage needs before it can be left: minutes, reviews, postings, receipts, objections and their answers. Written once,
//! never changed; a mistake is mended by a newer record of the same kind, and the newest counts.

use chrono::NaiveDate;
use gongzhi_domain::ids::{AttachmentId, PactId};
use gongzhi_domain::pact::{Evidence, Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::facts;
use super::load::Pact;
use crate::audit;
use crate::calendar::local_day;
use crate::db::Db;
use crate::moderation::{NewContent, Waits, write_content};
use crate::photos::{self, StagedFor};
use crate::refusal::{Trouble, parsed, refuse};
use crate::requests::Holder;

/// The fewest characters a record says something in.
pub const NOTE_MIN: u32 = 4;
/// The longest note, in characters.
pub const NOTE_MAX: u32 = 2000;

/// A record to be written.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// Of what.
    pub kind: Evidence,
    /// What it says.
    pub note: String,
    /// The day it was, on site; not in the future.
    pub day: NaiveDate,
    /// A photo this browser staged for it.
    pub photo: Option<AttachmentId>,
    /// The browser that staged it.
    pub holder: Option<Holder>,
    /// The objection that is answered, for an answer.
    pub answers: Option<Uuid>,
}

/// A record as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub id: Uuid,
    pub kind: Evidence,
    pub stage: Stage,
    pub text_no: Option<i32>,
    pub note: String,
    pub day: NaiveDate,
    pub photo: Option<AttachmentId>,
    pub answers: Option<Uuid>,
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Who records what: the office whose evidence it is.
pub(crate) const fn recorded_by(kind: Evidence) -> &'static [Office] {
    match kind {
        Evidence::PartyStudy => &[Office::Branch],
        Evidence::Topics => &[Office::Branch, Office::Committee],
        Evidence::LegalReview | Evidence::WomensRightsCheck | Evidence::CorrectionOrder => &[Office::Street],
        Evidence::Agenda => &[Office::Committee, Office::Chair],
        Evidence::ShortNotice
        | Evidence::PostingDay1
        | Evidence::PostingDay15
        | Evidence::FilingReceipt
        | Evidence::LawObjectionAnswer => &[Office::Committee],
        Evidence::LawObjection => &[Office::Street, Office::Supervision],
        Evidence::ResultObjection | Evidence::ResultObjectionAnswer => &[Office::Supervision],
    }
}

/// At which stages it belongs.
pub(crate) const fn belongs(kind: Evidence, stage: Stage) -> bool {
    match kind {
        Evidence::PartyStudy | Evidence::Topics => matches!(stage, Stage::Up1),
        Evidence::LegalReview | Evidence::WomensRightsCheck => matches!(stage, Stage::Up3),
        Evidence::Agenda | Evidence::ShortNotice => matches!(stage, Stage::Notice),
        Evidence::PostingDay1 | Evidence::PostingDay15 | Evidence::FilingReceipt => matches!(stage, Stage::Publish),
        Evidence::LawObjection | Evidence::LawObjectionAnswer => stage.is_open(),
        Evidence::CorrectionOrder => {
            matches!(stage, Stage::Result | Stage::Sign | Stage::Publish | Stage::InForce)
        }
        Evidence::ResultObjection | Evidence::ResultObjectionAnswer => matches!(stage, Stage::Result),
    }
}

/// Whether a record of it is worth something only with a photo.
#[must_use]
pub const fn needs_photo(kind: Evidence) -> bool {
    matches!(kind, Evidence::PostingDay1 | Evidence::PostingDay15)
}

/// Whether a record of this kind is of what hangs in public, so that its photo is shown to everyone.
pub(crate) fn is_posted(kind: &str) -> bool {
    kind.parse::<Evidence>().is_ok_and(needs_photo)
}

/// Whether the actor reads what is recorded of a pact in its workshop.
pub(crate) async fn may_read_papers(db: &Db, actor: &Actor, pact: PactId) -> bool {
    let Ok(mut conn) = db.pool().acquire().await else { return false };
    let pact = Pact::read(&mut conn, pact, false).await;
    pact.is_ok_and(|pact| actor.may(Action::ReadWorkshop, &pact.target()).is_ok())
}

/// What it answers, for an answer.
pub(crate) const fn answer_to(kind: Evidence) -> Option<Evidence> {
    match kind {
        Evidence::LawObjectionAnswer => Some(Evidence::LawObjection),
        Evidence::ResultObjectionAnswer => Some(Evidence::ResultObjection),
        _ => None,
    }
}

/// Records evidence of the present stage. Answers its id.
///
/// Refused: whoever does not hold the office whose evidence it is; a kind that does not belong to the stage (field `kind`);
/// too few words (`note`); a day in the future, long before the pact began, or before the one its photo is of (`day`); a posting without a photo (`photos`);
/// an answer to nothing, or to what is answered (`answers`).
pub async fn record(db: &Db, actor: &Actor, pact: PactId, new: &NewEvidence) -> Result<Uuid, Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::read(&mut tx, pact, true).await?;
    let role = actor.may(Action::RecordEvidence, &pact.target())?;
    if !pact.office_of_actor(actor).is_some_and(|office| recorded_by(new.kind).contains(&office)) {
        return Err(Error::Forbidden { action: Action::RecordEvidence });
    }
    check(db, &pact, new)?;
    if let Some(objection) = answer_to(new.kind) {
        let open = open_objections(&mut tx, pact.id, objection).await?;
        if !new.answers.is_some_and(|answers| open.contains(&answers)) {
            return Err(Error::field("answers", Reason::NotAChoice));
        }
    }
    let photo = match new.photo {
        None => None,
        Some(photo) => Some(keep_photo(db, &mut tx, &pact, new, photo).await?),
    };
    let id = db.new_id();
    sqlx::query!(
        "insert into pact_evidence (id, pact_id, kind, stage, text_no, note, day, attachment_id, answers, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id,
        pact.id.uuid(),
        new.kind.code(),
        pact.stage.code(),
        pact.text_no,
        new.note.trim(),
        new.day,
        photo.map(AttachmentId::uuid),
        new.answers.filter(|_| answer_to(new.kind).is_some()),
        actor.person.map(|person| person.uuid()),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("pact:{}", pact.number);
    let entry = audit::Entry {
        stream: &pact.stream(),
        action: "pact.evidence",
        subject: &subject,
        after: Some(json!({"evidence": id, "kind": new.kind, "day": new.day, "photo": photo})),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

fn check(db: &Db, pact: &Pact, new: &NewEvidence) -> Result<(), Error> {
    let mut fields = Vec::new();
    if !belongs(new.kind, pact.stage) {
        fields.push(FieldError::new("kind", Reason::NotAChoice));
    }
    if let Err(reason) = written(&new.note, NOTE_MIN, NOTE_MAX) {
        fields.push(FieldError::new("note", reason));
    }
    if new.day > db.today() || new.day < local_day(pact.opened_at) - chrono::TimeDelta::days(365) {
        fields.push(FieldError::new("day", Reason::NotADate));
    }
    let from = facts::clock(pact).photo_counts_from(new.kind).filter(|_| belongs(new.kind, pact.stage));
    if from.is_some_and(|from| new.day < from) {
        fields.push(FieldError::new("day", Reason::PhotoTooEarly));
    }
    if needs_photo(new.kind) && new.photo.is_none() {
        fields.push(FieldError::new("photos", Reason::Missing));
    }
    if fields.is_empty() { Ok(()) } else { Err(Error::Invalid { fields }) }
}

/// Whether a record speaks of one version of the text, and binds its hash.
pub(crate) const fn is_review(kind: Evidence) -> bool {
    matches!(kind, Evidence::LegalReview | Evidence::WomensRightsCheck)
}

/// Puts a staged photo under words of its own. That of a posting, which hangs in public, is shown to everyone, another to the
/// pact's officers.
async fn keep_photo(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    new: &NewEvidence,
    photo: AttachmentId,
) -> Result<AttachmentId, Trouble> {
    let content = NewContent {
        kind: "evidence",
        area: pact.area_id,
        path: &pact.area,
        author: None,
        original: new.note.trim(),
        waits_for: Waits::Nobody,
    };
    let content = write_content(db, &mut *tx, content).await?;
    photos::attach(tx, new.holder.as_ref(), StagedFor::Evidence(pact.id), content, &[photo]).await?;
    Ok(photo)
}

/// The objections of a kind that nobody has answered.
pub(crate) async fn open_objections(
    conn: &mut PgConnection,
    pact: PactId,
    kind: Evidence,
) -> Result<Vec<Uuid>, Trouble> {
    let open = sqlx::query_scalar!(
        "select e.id from pact_evidence e
         where e.pact_id = $1 and e.kind = $2 and not exists (select from pact_evidence a where a.answers = e.id)
         order by e.recorded_at, e.id",
        pact.uuid(),
        kind.code(),
    )
    .fetch_all(conn)
    .await?;
    Ok(open)
}

/// Everything that was recorded of a pact, oldest first.
pub(crate) async fn read(conn: &mut PgConnection, pact: PactId) -> Result<Vec<Recorded>, Trouble> {
    let rows = sqlx::query!(
        "select id, kind, stage, text_no, note, day, attachment_id, answers, recorded_at
         from pact_evidence where pact_id = $1 order by recorded_at, id",
        pact.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Recorded {
                id: row.id,
                kind: parsed(&row.kind)?,
                stage: parsed(&row.stage)?,
                text_no: row.text_no,
                note: row.note,
                day: row.day,
                photo: row.attachment_id.map(AttachmentId::from_uuid),
                answers: row.answers,
                at: row.recorded_at,
            })
        })
        .collect()
}
