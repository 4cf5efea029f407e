//! Objections to the roll: five days to object, three to answer, with a reason. An upheld one changes the roll by a recorded
//! amendment, after which the list has a new hash.

use std::collections::BTreeSet;

use gongzhi_domain::error::{FieldError, Reason};
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::roll::WORDS_MAX;
use gongzhi_domain::{Error, Lang, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::amend::{Changed, apply};
use super::list::renew;
use super::voters::people_of;
use super::{Roll, answer_by, hex, record};
use crate::Purpose;
use crate::db::Db;
use crate::limits;
use crate::log::{self, LeafKind, NewLeaf};
use crate::outbox::{self, Message, Way};
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};

/// What an answer to an objection says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The change of an upheld objection; `None` turns it down.
    pub change: Option<Changed>,
    /// Why, for the one who objected.
    pub reason: String,
}

/// Objects to the roll. Five a day at most.
///
/// Refused: a visitor; no words; outside the notice or after the five days (field `words`).
pub async fn object(db: &Db, actor: &Actor, number: &str, words: &str) -> Result<(), Error> {
    let role = actor.may(Action::ObjectToRoll, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    written(words, 4, WORDS_MAX).map_err(|reason| Error::field("words", reason))?;
    limits::hit(db, "object to roll", person.uuid().as_bytes(), 5, chrono::Duration::days(1)).await?;
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    let now = db.now();
    if pact.stage != Stage::Notice || now >= roll.object_until(&pact, now) {
        return Err(Error::field("words", Reason::Closed));
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into roll_objection (id, roll_id, person_id, words_sealed, at, answer_by) values ($1, $2, $3, $4, $5, $6)",
        id,
        roll.id,
        person.uuid(),
        db.keys().seal_text(Purpose::Internal, words.trim())?,
        now,
        answer_by(&pact, now),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, &pact, "roll.object", json!({"objection": id})).await?;
    tx.commit().await.map_err(refuse)
}

/// Answers an objection, and changes the roll where it is upheld.
///
/// Refused: whoever keeps no rolls there, or wrote it; an objection that is none or answered; no reason; a change that cannot be
/// made (fields `change`, `unit`, `into`, `phone`, `door`, `flat`, `area`, `body`).
pub async fn answer(db: &Db, actor: &Actor, number: &str, objection: Uuid, answer: &Answer) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let role = actor.may(Action::KeepRoll, &pact.target())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let roll = Roll::of(&mut tx, pact.id, true).await?;
    let row = sqlx::query!(
        "select person_id, answered_at from roll_objection where id = $1 and roll_id = $2 for update",
        objection,
        roll.id,
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(Error::NotFound { what: What::Roll })?;
    if row.answered_at.is_some() {
        return Err(Error::Duplicate { what: What::Roll });
    }
    if row.person_id == person.uuid() {
        return Err(Error::field("reason", Reason::NeedsAnotherPerson));
    }
    let mut wrong: Vec<FieldError> = Vec::new();
    if let Err(reason) = written(&answer.reason, 4, WORDS_MAX) {
        wrong.push(FieldError::new("reason", reason));
    }
    if pact.stage != Stage::Notice {
        wrong.push(FieldError::new("change", Reason::Closed));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    sqlx::query!(
        "update roll_objection set upheld = $2, reason_sealed = $3, answered_by = $4, answered_at = $5 where id = $1",
        objection,
        answer.change.is_some(),
        db.keys().seal_text(Purpose::Internal, answer.reason.trim())?,
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if let Some(change) = &answer.change {
        amend(db, &mut tx, &pact, &roll, person, objection, change).await?;
    }
    let after = json!({"objection": objection, "upheld": answer.change.is_some()});
    record(db, &mut tx, actor, role, &pact, "roll.answer", after).await?;
    let words = (
        format!("【共治】您对公约 {} 名册的异议已有答复，请打开名册页面查看。", pact.number),
        format!("[Gongzhi] Your objection to the roll of pact {} was answered. See the page of the roll.", pact.number),
    );
    let key = format!("roll-objection:{objection}");
    tell(db, &mut tx, PersonId::from_uuid(row.person_id), &key, "roll_objection", words).await?;
    tx.commit().await.map_err(refuse)
}

/// Changes the roll, with a leaf of the log and the hash after it; everybody whose unit is another one now is told.
async fn amend(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    by: PersonId,
    objection: Uuid,
    change: &Changed,
) -> Result<(), Trouble> {
    let no = roll.amended + 1;
    let done = apply(db, &mut *tx, pact, roll, no, by, change).await?;
    let units: Vec<Uuid> = done.units.keys().copied().collect();
    let sha256 = renew(db, &mut *tx, pact, roll, no, &units).await?;
    let totals = sqlx::query!(
        r#"select count(*)::int as "units!", coalesce(sum(area_cm2) filter (where body = 'statutory'), 0)::bigint as "area!"
           from voting_unit where roll_id = $1 and struck_in is null"#,
        roll.id,
    )
    .fetch_one(&mut *tx)
    .await?;
    let area = roll.basis.has_area().then_some(totals.area);
    let statement = json!({
        "pact": pact.number, "roll": roll.no, "amendment": no, "change": done.change, "sha256": hex(&sha256),
        "units": totals.units, "area_cm2": area,
    });
    let subject = format!("pact:{}", pact.id);
    let leaf =
        log::append(db, &mut *tx, NewLeaf { kind: LeafKind::Roll, subject: &subject, statement: &statement }).await?;
    sqlx::query!(
        "insert into roll_amendment (roll_id, no, objection_id, change, entry_id, before_cm2, after_cm2, units, area_cm2, sha256, leaf_id,
                                     made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        roll.id,
        no,
        objection,
        done.change.code(),
        done.entry,
        done.before,
        done.after,
        totals.units,
        area,
        sha256,
        leaf.uuid(),
        by.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    let mut affected = BTreeSet::new();
    for (unit, before) in done.units {
        affected.extend(before);
        affected.extend(people_of(&mut *tx, unit).await?);
    }
    for person in affected {
        let words = (
            format!("【共治】公约 {} 的名册按异议作了更正，与您有关，请打开名册页面查看。", pact.number),
            format!(
                "[Gongzhi] The roll of pact {} was corrected after an objection, and it concerns you. See the page of the roll.",
                pact.number
            ),
        );
        tell(db, tx, person, &format!("roll-amended:{objection}:{person}"), "roll_amended", words).await?;
    }
    Ok(())
}

async fn tell(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    key: &str,
    kind: &str,
    (zh, en): (String, String),
) -> Result<(), Error> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    let body = match Lang::parse(&lang).unwrap_or_default() {
        Lang::Zh => zh,
        Lang::En => en,
    };
    outbox::put(db, tx, Message { key, kind, way: Way::Portal, person: Some(person), body: &body }).await
}
