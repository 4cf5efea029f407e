//! Answers to opinions: adopted, partly or not, always with a reason, to one opinion or to a group that says the same. Whoever
//! wrote one is told when the answer comes. The drafters answer; until the analysis is handed in an answer can be given anew.

use gongzhi_domain::ids::OpinionId;
use gongzhi_domain::pact::{Answer, Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use uuid::Uuid;

use super::load::Pact;
use super::tell;
use crate::audit;
use crate::db::Db;
use crate::refusal::refuse;

/// The fewest characters a reason says something in.
pub const REASON_MIN: u32 = 4;
/// The longest reason, in characters.
pub const REASON_MAX: u32 = 1000;
/// As many opinions as one answer is given to at once.
pub const MANY_MAX: usize = 500;

/// Who answers.
const ANSWERS: &[Office] = &[Office::Drafter, Office::Committee];

/// Answers opinions of a pact; every one that is named must be one of its opinions. Answers how many were answered.
///
/// Refused: whoever is neither drafter nor committee of it; a pact whose opinions are not being analysed (field `answer`,
/// [`Reason::NotAChoice`]); too few words (`reason`); no opinion, more than [`MANY_MAX`], or one of another pact (`opinions`).
pub async fn answer(
    db: &Db,
    actor: &Actor,
    number: &str,
    opinions: &[OpinionId],
    answer: Answer,
    reason: &str,
) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, true).await?;
    let role = actor.may(Action::AnswerOpinion, &pact.target())?;
    if !answers(&pact, actor) {
        return Err(Error::Forbidden { action: Action::AnswerOpinion });
    }
    let mut fields = Vec::new();
    if pact.stage != Stage::Up2 {
        fields.push(FieldError::new("answer", Reason::NotAChoice));
    }
    if let Err(wrong) = written(reason, REASON_MIN, REASON_MAX) {
        fields.push(FieldError::new("reason", wrong));
    }
    let mut ids: Vec<Uuid> = opinions.iter().map(|opinion| opinion.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        fields.push(FieldError::new("opinions", Reason::Missing));
    }
    if ids.len() > MANY_MAX {
        fields.push(FieldError::new("opinions", Reason::OutOfRange { min: 1, max: MANY_MAX as i64 }));
    }
    if !fields.is_empty() {
        return Err(Error::Invalid { fields });
    }
    let id = db.new_id();
    let (reason, _) = mask_private(reason.trim());
    sqlx::query!(
        "insert into opinion_answer (id, pact_id, answer, reason, answered_by, answered_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        pact.id.uuid(),
        answer.code(),
        reason,
        actor.person.map(|person| person.uuid()),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let people = sqlx::query_scalar!(
        "update opinion set answer_id = $3 where pact_id = $1 and id = any($2) returning person_id",
        pact.id.uuid(),
        &ids,
        id,
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(refuse)?;
    if people.len() != ids.len() {
        return Err(Error::field("opinions", Reason::NotAChoice));
    }
    tell::of_answer(db, &mut tx, &pact, id, &people).await?;
    let subject = format!("opinion_answer:{id}");
    let entry = audit::Entry {
        stream: &pact.stream(),
        action: "opinion.answer",
        subject: &subject,
        after: Some(json!({"answer": answer, "opinions": ids})),
        reason: Some(&reason),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(people.len() as u64)
}

/// Whether the actor holds an office that answers.
pub(crate) fn answers(pact: &Pact, actor: &Actor) -> bool {
    pact.office_of_actor(actor).is_some_and(|office| ANSWERS.contains(&office))
}
