//! Pacts 公约: texts that neighbours agree on in three rounds up and down, vote on and sign (pacts.md). The text, its
//! opinions and the moves live here; the roll and the vote, the meetings and the signatures have rooms of their own, from
//! which `facts` asks what the domain's table needs to know, and which `effects` calls when a move is made.

mod analysis;
mod answers;
mod draft;
mod effects;
mod evidence;
mod facts;
mod list;
mod load;
pub(crate) mod moves;
mod offices;
mod opinions;
mod page;
mod profiles;
pub mod rules;
mod said;
mod tell;
mod text;
mod tick;
mod workshop;

pub use analysis::analysis;
pub use answers::{REASON_MAX, answer};
pub use draft::{Draft, DraftClause, ENGLISH_MAX, edit};
pub use evidence::{NOTE_MAX as EVIDENCE_MAX, NewEvidence, needs_photo, record};
pub(crate) use evidence::{is_posted, may_read_papers};
pub use list::{desk, list};
pub use load::Pact;
pub(crate) use load::id_of;
pub use moves::{Assented, NOTE_MAX, assent};
pub use offices::{appoint, end as end_office};
pub use opinions::{Saying, enter as enter_opinion, give as give_opinion};
pub use page::{page, text_page};
pub use profiles::seed as seed_profiles;
pub use said::{clause, of_the_whole};
pub use text::{Published, PublishedClause, hex, present};
pub use tick::tick;
pub use workshop::{draft_page, new_page, workshop};

use chrono::Datelike as _;
use gongzhi_domain::ids::{PactId, UnitId};
use gongzhi_domain::pact::{Kind, Office, Secrecy, Stage};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, FieldError, Named, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use crate::audit;
use crate::db::Db;
use crate::refusal::{Trouble, fault, refuse};

/// The longest title, in characters.
pub const TITLE_MAX: u32 = 40;
/// The longest purpose, in characters.
pub const PURPOSE_MAX: u32 = 300;

/// A pact to be begun.
#[derive(Debug, Clone)]
pub struct NewPact {
    /// What sort of pact it is.
    pub kind: Kind,
    /// The code of the area for which it is made.
    pub area: String,
    /// The committee whose pact it is: a unit the actor belongs to.
    pub unit: UnitId,
    /// What it is called; the Chinese name is needed.
    pub title: Named,
    /// What it is for.
    pub purpose: Named,
    /// Open or secret; `None` takes what the profile says.
    pub secrecy: Option<Secrecy>,
    /// The number of the pact whose place it is to take.
    pub supersedes: Option<String>,
}

/// Begins a pact: gives it a number of its area and year, freezes the rules that hold there for its kind, and makes the actor its
/// committee's first hand. Answers its number.
///
/// Refused: whoever runs no pacts there; an empty or long title, a long purpose, an area or a unit that is none, a pact to
/// be superseded that is not in force in this area.
pub async fn create(db: &Db, actor: &Actor, new: &NewPact) -> Result<String, Error> {
    let areas = db.areas().await?;
    let place = areas.by_code(new.area.trim()).ok_or_else(|| Error::field("area", Reason::NotAChoice))?;
    let target = Target::in_area(place.path.clone());
    let role = actor.may(Action::OpenPact, &target)?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    check(new)?;
    if !actor.memberships.iter().any(|membership| membership.role == Role::PactOfficer && membership.unit == new.unit) {
        return Err(Error::field("unit", Reason::NotAChoice));
    }

    let mut tx = db.begin().await?;
    let supersedes = match new.supersedes.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
        None => None,
        Some(number) => Some(superseded(&mut tx, number, new.kind, place.path.as_str()).await?),
    };
    let (profile_id, profile) = profiles::newest(db, &mut tx, new.kind, &place.path).await?;
    if new.secrecy.is_some_and(|secrecy| !profile.allows(secrecy)) {
        return Err(Error::field("secrecy", Reason::NotAChoice));
    }
    let id = PactId::from_uuid(db.new_id());
    let number = next_number(&mut tx, place.path.code(), db.today().year()).await?;
    let now = db.now();
    sqlx::query!(
        "insert into pact (id, number, kind, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en,
             purpose_zh, purpose_en, supersedes, opened_by, opened_at, stage_since, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15)",
        id.uuid(),
        number,
        new.kind.code(),
        place.id.uuid(),
        place.path.as_str(),
        new.unit.uuid(),
        profile_id,
        new.secrecy.unwrap_or(profile.secrecy).code(),
        new.title.zh.trim(),
        new.title.en.trim(),
        new.purpose.zh.trim(),
        new.purpose.en.trim(),
        supersedes.map(PactId::uuid),
        person.uuid(),
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "insert into pact_draft (pact_id, clauses, changed_by, changed_at) values ($1, '[]', $2, $3)",
        id.uuid(),
        person.uuid(),
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    offices::write(db, &mut tx, id, person, Office::Committee, person).await?;
    let stream = format!("pact:{number}");
    let after = json!({"kind": new.kind, "stage": Stage::Up1, "area": place.path.as_str(), "profile": profile_id});
    let entry = audit::Entry {
        stream: &stream,
        action: "pact.open",
        subject: &stream,
        after: Some(after),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(number)
}

fn check(new: &NewPact) -> Result<(), Error> {
    use gongzhi_domain::request::written;
    let mut fields = Vec::new();
    let mut look = |field: &str, text: &str, min: u32, max: u32| {
        if let Err(reason) = written(text, min, max) {
            fields.push(FieldError::new(field, reason));
        }
    };
    look("title", &new.title.zh, 2, TITLE_MAX);
    look("title_en", &new.title.en, 0, TITLE_MAX * 2);
    look("purpose", &new.purpose.zh, 0, PURPOSE_MAX);
    look("purpose_en", &new.purpose.en, 0, PURPOSE_MAX * 2);
    if fields.is_empty() { Ok(()) } else { Err(Error::Invalid { fields }) }
}

/// The pact in force of the same kind and area whose place a new one is to take.
async fn superseded(tx: &mut PgConnection, number: &str, kind: Kind, area: &str) -> Result<PactId, Trouble> {
    let id = sqlx::query_scalar!(
        "select id from pact where number = $1 and kind = $2 and area_path = $3 and stage = 'in_force'",
        number.to_uppercase(),
        kind.code(),
        area,
    )
    .fetch_optional(tx)
    .await?;
    Ok(id.map(PactId::from_uuid).ok_or_else(|| Error::field("supersedes", Reason::NotAChoice))?)
}

/// The next number of an area and year. Others who begin a pact there wait until this one commits.
async fn next_number(tx: &mut PgConnection, area: &str, year: i32) -> Result<String, Trouble> {
    let area = area.to_uppercase();
    let year = i16::try_from(year).map_err(fault)?;
    let last = sqlx::query_scalar!(
        "insert into pact_sequence (area_code, year, last) values ($1, $2, 1)
         on conflict (area_code, year) do update set last = pact_sequence.last + 1
         returning last",
        area,
        year,
    )
    .fetch_one(tx)
    .await?;
    Ok(format!("{area}-{year}-{last:02}"))
}

/// The pact with a number, for rooms that hang on one.
///
/// Refused: [`Error::NotFound`] when there is none.
pub async fn by_number(db: &Db, number: &str) -> Result<Pact, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    Pact::by_number(&mut conn, number, false).await.map_err(|trouble| match trouble {
        Trouble::Refused(Error::NotFound { .. }) => Error::NotFound { what: What::Pact },
        other => other.into(),
    })
}
