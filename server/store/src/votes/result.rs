//! The result: every number of the law's formula, so that anybody can do it again; objections for five days.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::content::ContentKind;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Evidence, Facts, Stage};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::roll::WORDS_MAX;
use gongzhi_domain::view::{Counted, ResultObjection, ResultPage};
use sqlx::PgConnection;

use crate::Purpose;
use crate::audit;
use crate::db::Db;
use crate::limits;
use crate::moderation::{NewContent, waits_for, write_content};
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::requests::Holder;
use crate::roll::{Roll, hex, units_of};

/// The longest code somebody may type, spaces and dashes with it.
const RECEIPT_MAX: u32 = 60;

/// What stands in the evidence of a pact for what a resident wrote: the words themselves can still be hidden.
const OBJECTED: &str =
    "有居民对表决结果提出异议，内容见结果页。A resident objected to the result; the words are on its page.";

/// How often receipts are looked up from one browser and from one address: a code cannot be tried out.
const PER_BROWSER: (i32, TimeDelta) = (20, TimeDelta::hours(1));
const PER_ADDRESS: (i32, TimeDelta) = (120, TimeDelta::hours(1));

/// The page of a pact's result.
///
/// Refused: a pact that is none.
pub async fn result(db: &Db, actor: &Actor, number: &str) -> Result<ResultPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    let mut page = ResultPage {
        stage: pact.stage,
        secrecy: pact.secrecy,
        counted: Vec::new(),
        object_until: object_until(&pact, db.now()),
        may_object: false,
        may_answer: actor.may(Action::RecordEvidence, &pact.target()).is_ok(),
        objections: Vec::new(),
        number: pact.number.clone(),
        title: pact.title.clone(),
    };
    page.objections = objections(db, &mut conn, &pact, actor, page.may_answer).await?;
    let Some(roll) = Roll::newest(&mut conn, pact.id, false).await? else { return Ok(page) };
    let rows = sqlx::query!(
        "select v.body, t.counted_at, t.numbers, t.roll_sha256, t.register_sha256, t.leaf_id from tally t join vote v on v.id = t.vote_id
         where v.roll_id = $1 order by v.body = 'statutory' desc, v.body desc",
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    for row in rows {
        page.counted.push(Counted {
            body: parsed(&row.body)?,
            at: row.counted_at,
            numbers: serde_json::from_value(row.numbers).map_err(fault)?,
            roll_sha256: hex(&row.roll_sha256),
            register_sha256: hex(&row.register_sha256),
            leaf: row.leaf_id,
        });
    }
    if let Some(person) = actor.person {
        let open = page.object_until.is_some_and(|until| db.now() < until);
        page.may_object = open && !units_of(&mut conn, &roll, person).await?.is_empty();
    }
    Ok(page)
}

/// Until when somebody may object to the result; `None` outside of its stage.
fn object_until(pact: &Pact, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if pact.stage != Stage::Result {
        return None;
    }
    let mut facts = Facts::new(pact.profile.clone(), pact.stage, pact.stage_since);
    facts.paused_at = pact.paused_at;
    facts.paused_for = pact.paused_for;
    Some(facts.window_ends(pact.profile.windows.result_objections.days, now))
}

/// Whether a receipt stands in the register of a pact's newest vote. What was asked is kept nowhere.
///
/// Refused: a pact without a roll; no code (field `receipt`); too many from one browser or one address.
pub async fn stands(db: &Db, actor: &Actor, holder: &Holder, number: &str, code: &str) -> Result<bool, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    written(code, 1, RECEIPT_MAX).map_err(|reason| Error::field("receipt", reason))?;
    let (max, window) = PER_BROWSER;
    limits::hit(db, "receipt by browser", holder.bytes(), max, window).await?;
    let (max, window) = PER_ADDRESS;
    limits::hit(db, "receipt by address", actor.client.as_bytes(), max, window).await?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    let roll = Roll::of(&mut conn, pact.id, false).await?;
    sqlx::query_scalar!(
        r#"select exists (select from participation p join vote v on v.id = p.vote_id where v.roll_id = $1 and p.receipt = $2) as "is!""#,
        roll.id,
        spelled(code),
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(refuse)
}

/// A code as the register spells it, however it was typed: in groups of four, capitals, without spaces.
fn spelled(code: &str) -> String {
    let letters: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Objections with their answers. What a resident wrote is shown once it was looked at; before, to its writer and to whoever answers.
async fn objections(
    db: &Db,
    conn: &mut PgConnection,
    pact: &Pact,
    actor: &Actor,
    answers: bool,
) -> Result<Vec<ResultObjection>, Trouble> {
    let me = actor.person.map(PersonId::uuid);
    let rows = sqlx::query!(
        r#"select o.id, o.note, o.recorded_at, o.recorded_by, a.note as "answer?", c.state as "state?", c.public_text as "public?",
               c.original_sealed as "sealed?"
           from pact_evidence o left join pact_evidence a on a.answers = o.id
           left join result_objection r on r.evidence_id = o.id left join content c on c.id = r.content_id
           where o.pact_id = $1 and o.kind = 'result_objection' and o.text_no is not distinct from $2 order by o.recorded_at"#,
        pact.id.uuid(),
        pact.text_no,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let words = match (row.state.as_deref(), row.public, row.sealed) {
                (Some("published"), Some(public), _) => Some(public),
                (Some("waiting"), _, Some(sealed)) if answers || (me.is_some() && row.recorded_by == me) => {
                    Some(db.keys().open_text(Purpose::Content, &sealed)?)
                }
                (Some(_), ..) => None,
                // Recorded by an office: its words are official.
                (None, ..) => Some(row.note),
            };
            Ok(ResultObjection { id: row.id, words, at: row.recorded_at, answer: row.answer })
        })
        .collect()
}

/// Objects to the result; what is written is public once a moderator has looked at it, private numbers in it masked. The supervision
/// committee reads it at once and answers. Two a day at most.
///
/// Refused: whoever is not on the roll; too few words; outside of the five days (field `words`).
pub async fn object(db: &Db, actor: &Actor, number: &str, words: &str) -> Result<(), Error> {
    let role = actor.may(Action::ObjectToResult, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    written(words, 4, WORDS_MAX).map_err(|reason| Error::field("words", reason))?;
    limits::hit(db, "object to result", person.uuid().as_bytes(), 2, chrono::Duration::days(1)).await?;
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, true).await?;
    let roll = Roll::of(&mut tx, pact.id, false).await?;
    if units_of(&mut tx, &roll, person).await?.is_empty() {
        return Err(Error::Forbidden { action: Action::ObjectToResult });
    }
    if object_until(&pact, db.now()).is_none_or(|until| db.now() >= until) {
        return Err(Error::field("words", Reason::Closed));
    }
    let waits_for = waits_for(&mut tx, Some(person), words, false).await?;
    let original = words.trim();
    let content = NewContent {
        kind: ContentKind::ResultObjection.code(),
        area: pact.area_id,
        path: &pact.area,
        author: Some(person),
        original,
        waits_for,
    };
    let content = write_content(db, &mut tx, content).await?;
    let id = db.new_id();
    sqlx::query!(
        "insert into pact_evidence (id, pact_id, kind, stage, text_no, note, day, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        pact.id.uuid(),
        Evidence::ResultObjection.code(),
        pact.stage.code(),
        pact.text_no,
        OBJECTED,
        db.today(),
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("insert into result_objection (evidence_id, content_id) values ($1, $2)", id, content)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let stream = pact.stream();
    let subject = format!("evidence:{id}");
    let entry = audit::Entry { stream: &stream, action: "result.object", subject: &subject, ..Default::default() };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)
}
