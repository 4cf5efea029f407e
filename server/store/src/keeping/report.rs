//! What the two sides do: reporting that a clause was not kept, answering, appealing once.

use chrono::{Days, NaiveDate, TimeDelta};
use gongzhi_domain::ids::{AttachmentId, BreachId, ClauseId, PactId, PersonId};
use gongzhi_domain::keeping::{APPEAL, HAPPENED_MAX_DAYS, Move, Mover, PHOTOS_MAX, PLACE_MAX, Side, State, WORDS_MAX};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason, What};
use uuid::Uuid;

use super::course::{self, Breach, hold, households_of, index_in, index_of, perform};
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::photos;
use crate::refusal::refuse;
use crate::requests::Holder;

/// Reports one person may send in a day.
const A_DAY: i32 = 5;

/// A report as it is sent.
#[derive(Debug, Clone)]
pub struct Report {
    /// Made when the form opened: sending it twice reports once.
    pub key: Uuid,
    /// Which pact; it is in force.
    pub pact: PactId,
    /// Which of its clauses.
    pub clause: ClauseId,
    /// Where.
    pub place: String,
    /// When, within the last 60 days.
    pub happened_on: NaiveDate,
    /// What happened and how one knows.
    pub words: String,
    /// Photos this browser staged for it, three at most: for the officer, and for those to whom the officer passes them on.
    pub photos: Vec<AttachmentId>,
    /// The browser that staged them.
    pub holder: Option<Holder>,
}

/// Reports that a clause was not kept. Refused: whoever is not signed in; a pact that is not in force; a clause that is not
/// its; a day to come; more than three photos, or one this browser did not stage; more than five in a day.
pub async fn report(db: &Db, actor: &Actor, new: &Report) -> Result<BreachId, Error> {
    let role = actor.may(Action::ReportBreach, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut wrong = Vec::new();
    for (field, text, min, max) in [("place", &new.place, 2, PLACE_MAX), ("words", &new.words, 4, WORDS_MAX)] {
        if let Err(reason) = written(text, min, max) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    let earliest = db.today().checked_sub_days(Days::new(HAPPENED_MAX_DAYS.unsigned_abs())).unwrap_or(NaiveDate::MIN);
    if new.happened_on > db.today() || new.happened_on < earliest {
        wrong.push(FieldError::new("happened_on", Reason::NotADate));
    }
    if new.photos.len() > PHOTOS_MAX as usize {
        wrong.push(FieldError::new("photos", Reason::TooManyPhotos { max: PHOTOS_MAX }));
    }
    let mut tx = db.begin().await?;
    let pact =
        sqlx::query!("select area_path, text_no from pact where id = $1 and stage = 'in_force'", new.pact.uuid());
    let pact = pact.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Breach })?;
    let clause = sqlx::query_scalar!(
        "select position from pact_clause where pact_id = $1 and version_no = $2 and clause_id = $3",
        new.pact.uuid(),
        pact.text_no,
        new.clause.uuid(),
    );
    let clause = clause.fetch_optional(&mut *tx).await.map_err(refuse)?;
    if clause.is_none() {
        wrong.insert(0, FieldError::new("clause", Reason::NotAChoice));
    }
    let (Some(clause), true) = (clause, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    limits::hit(db, "breach", person.uuid().as_bytes(), A_DAY, TimeDelta::days(1)).await?;
    let (id, now) = (BreachId::from_uuid(db.new_id()), db.now());
    let keys = db.keys();
    let written = sqlx::query!(
        "insert into breach (id, key, pact_id, clause_id, clause_no, area_path, state, reporter_index, reporter_here,
             reporter_households, reporter_sealed, place_sealed, words_sealed, happened_on, filed_at, since)
         values ($1, $2, $3, $4, $5, $6, 'received', $7, $8, $9, $10, $11, $12, $13, $14, $14)
         on conflict on constraint breach_key_is_used_once do nothing",
        id.uuid(),
        new.key,
        new.pact.uuid(),
        new.clause.uuid(),
        clause,
        pact.area_path,
        index_of(db, person),
        index_in(db, id, person.uuid()),
        &households_of(db, &mut tx, id, person).await?,
        keys.seal(Purpose::Reporter, person.uuid().as_bytes())?,
        keys.seal_text(Purpose::Place, new.place.trim())?,
        keys.seal_text(Purpose::Content, new.words.trim())?,
        new.happened_on,
        now,
    );
    if written.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        let before = sqlx::query_scalar!(
            "select id from breach where key = $1 and reporter_index = $2",
            new.key,
            index_of(db, person)
        );
        let before = before.fetch_optional(&mut *tx).await.map_err(refuse)?;
        return before.map(BreachId::from_uuid).ok_or(Error::Duplicate { what: What::Breach });
    }
    photos::attach_to_report(&mut tx, new.holder.as_ref(), new.pact, id, &new.photos).await?;
    course::write(db, &mut tx, actor, role, id, Move::Report, Mover::Reporter, State::Received).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Whoever is meant answers. Refused: anybody else hears that there is nothing; an answer after the panel began.
pub async fn answer(db: &Db, actor: &Actor, id: BreachId, words: &str) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    let role = part(db, actor, &breach, Side::Concerned, Action::AnswerBreach)?;
    written(words, 2, WORDS_MAX).map_err(|reason| Error::field("words", reason))?;
    sqlx::query!(
        "update breach set reply_sealed = $2, replied_at = $3 where id = $1",
        id.uuid(),
        db.keys().seal_text(Purpose::Content, words.trim())?,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    perform(db, &mut tx, actor, role, &breach, Move::Answer, Mover::Concerned).await?;
    tx.commit().await.map_err(refuse)
}

/// One side asks another panel, within ten days of the finding, once. Refused: anybody else; too late; a second time.
pub async fn appeal(db: &Db, actor: &Actor, id: BreachId, words: &str) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    let side =
        if actor.person.is_some() && actor.person == breach.concerned { Side::Concerned } else { Side::Reporter };
    let role = part(db, actor, &breach, side, Action::AppealBreach)?;
    if breach.state == State::Decided && db.now() > breach.since + APPEAL {
        let hours = u32::try_from(APPEAL.num_hours()).unwrap_or_default();
        return Err(Error::field("words", Reason::TooLate { hours }));
    }
    written(words, 4, WORDS_MAX).map_err(|reason| Error::field("words", reason))?;
    let by = if side == Side::Concerned { Mover::Concerned } else { Mover::Reporter };
    perform(db, &mut tx, actor, role, &breach, Move::Appeal, by).await?;
    sqlx::query!(
        "update breach set appeal_by = $2, appeal_sealed = $3, appealed_at = $4 where id = $1",
        id.uuid(),
        side.code(),
        db.keys().seal_text(Purpose::Content, words.trim())?,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)
}

/// Whether the actor is this side of a report; for anybody else there is no report.
fn part(db: &Db, actor: &Actor, breach: &Breach, side: Side, action: Action) -> Result<Role, Error> {
    let person: PersonId = actor.person.ok_or(Error::NotSignedIn)?;
    let is = match side {
        Side::Reporter => index_of(db, person) == breach.reporter_index,
        Side::Concerned => breach.concerned == Some(person),
    };
    let owner = if is { person } else { PersonId::from_uuid(Uuid::nil()) };
    actor.may(action, &Target::of_person(owner)).map_err(|_| Error::NotFound { what: What::Breach })
}
