//! The text being written: the only text of a pact that changes. Whoever saves names the version they opened; a clause keeps
//! its id when its words or its place change, a new one is given an id.

use gongzhi_domain::ids::{ClauseId, PactId};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::clause::{CLAUSE_MAX, CLAUSES_MAX, Clause, normal, problems};
use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

use super::load::Pact;
use crate::audit;
use crate::db::Db;
use crate::refusal::{Trouble, fault, refuse};

/// The longest translation of a clause, in characters.
pub const ENGLISH_MAX: u32 = 1500;

/// Whose pen it is.
const WRITES: &[Office] = &[Office::Branch, Office::Committee, Office::Drafter];

/// A clause of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftClause {
    /// Which it is; `None` for one that was just added.
    pub id: Option<ClauseId>,
    /// The Chinese text, which binds.
    pub text: String,
    /// A translation to read; may be empty.
    #[serde(default)]
    pub english: String,
}

/// The text being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its clauses in their order; each has its id.
    pub clauses: Vec<DraftClause>,
    /// Counts the savings.
    pub version: Version,
}

/// Saves the draft of a pact. Clauses without words are left out. Answers its new version.
///
/// Refused: whoever holds none of the offices that write; a stage in which the text does not change (field `clauses`,
/// [`Reason::NotAChoice`]); [`Error::Stale`] when somebody saved since; a clause that is too long (`text-3`), more than
/// [`CLAUSES_MAX`], an id that is no clause of this pact.
pub async fn edit(
    db: &Db,
    actor: &Actor,
    pact: PactId,
    saw: Version,
    clauses: &[DraftClause],
) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::read(&mut tx, pact, true).await?;
    let role = actor.may(Action::DraftPact, &pact.target())?;
    if !writes(&pact, actor) {
        return Err(Error::Forbidden { action: Action::DraftPact });
    }
    if !changes_text(pact.stage) {
        return Err(Error::field("clauses", Reason::NotAChoice));
    }
    let before = read(&mut tx, pact.id).await?;
    if before.version != saw {
        return Err(Error::Stale { now: before.version });
    }
    let known = known_ids(&mut tx, &pact, &before).await?;
    let clauses = checked(db, clauses, &known)?;
    let version = saw.next();
    sqlx::query!(
        "update pact_draft set clauses = $2, version = $3, changed_by = $4, changed_at = $5 where pact_id = $1",
        pact.id.uuid(),
        serde_json::to_value(&clauses).map_err(fault)?,
        version.0,
        actor.person.map(|person| person.uuid()),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    void_assents(&mut tx, pact.id).await?;
    let stream = pact.stream();
    let entry = audit::Entry {
        stream: &stream,
        action: "pact.draft",
        subject: &stream,
        after: Some(json!({"draft": version, "clauses": clauses.len()})),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(version)
}

/// An assent counts for the text it was given to: when the text changes, the pact counts on and those who have assented are
/// asked again.
pub(crate) async fn void_assents(tx: &mut PgConnection, pact: PactId) -> Result<(), Trouble> {
    sqlx::query!(
        "update pact p set version = version + 1
         where id = $1 and exists (select from pact_assent a where a.pact_id = p.id and a.pact_version = p.version)",
        pact.uuid(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the actor holds an office whose pen it is.
pub(crate) fn writes(pact: &Pact, actor: &Actor) -> bool {
    pact.office_of_actor(actor).is_some_and(|office| WRITES.contains(&office))
}

/// Whether the draft may be written by hand at a stage (pacts.md, Text and opinions). While everyone reads a version the next
/// one may be prepared, which restarts the consultation when it is published. From the deliberation on the text changes by
/// what its meetings adopt; what is found later goes back to them.
pub(crate) const fn changes_text(stage: Stage) -> bool {
    matches!(stage, Stage::Up1 | Stage::Down1 | Stage::Up2)
}

impl Draft {
    /// Its Chinese clauses, as the rules look at them.
    #[must_use]
    pub fn clauses(&self) -> Vec<Clause> {
        let drafted =
            self.clauses.iter().filter_map(|clause| Some(Clause { id: clause.id?, text: clause.text.clone() }));
        drafted.collect()
    }

    /// Whether it can be published as it is.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        problems(&self.clauses()).is_empty()
    }
}

/// The draft as it is.
pub(crate) async fn read(conn: &mut PgConnection, pact: PactId) -> Result<Draft, Trouble> {
    let row = sqlx::query!("select clauses, version from pact_draft where pact_id = $1", pact.uuid())
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Pact })?;
    Ok(Draft { clauses: serde_json::from_value(row.clauses).map_err(fault)?, version: Version(row.version) })
}

/// The ids a draft may name: those it has, and those of published versions, so that a clause can come back.
async fn known_ids(conn: &mut PgConnection, pact: &Pact, draft: &Draft) -> Result<Vec<ClauseId>, Trouble> {
    let published =
        sqlx::query_scalar!("select distinct clause_id from pact_clause where pact_id = $1", pact.id.uuid())
            .fetch_all(conn)
            .await?;
    let drafted = draft.clauses.iter().filter_map(|clause| clause.id);
    Ok(published.into_iter().map(ClauseId::from_uuid).chain(drafted).collect())
}

fn checked(db: &Db, clauses: &[DraftClause], known: &[ClauseId]) -> Result<Vec<DraftClause>, Error> {
    if clauses.len() > CLAUSES_MAX {
        return Err(Error::field("clauses", Reason::OutOfRange { min: 0, max: CLAUSES_MAX as i64 }));
    }
    let mut fields = Vec::new();
    let mut kept: Vec<DraftClause> = Vec::with_capacity(clauses.len());
    for (at, clause) in clauses.iter().enumerate() {
        let (text, english) = (clause.text.trim(), clause.english.trim());
        if text.is_empty() && english.is_empty() {
            continue;
        }
        if let Err(reason) = written(text, 1, CLAUSE_MAX) {
            fields.push(FieldError::new(format!("text-{at}"), reason));
        }
        if let Err(reason) = written(english, 0, ENGLISH_MAX) {
            fields.push(FieldError::new(format!("english-{at}"), reason));
        }
        let twice = |id: &ClauseId| kept.iter().any(|other| other.id == Some(*id));
        if clause.id.is_some_and(|id| !known.contains(&id) || twice(&id)) {
            fields.push(FieldError::new(format!("text-{at}"), Reason::NotAChoice));
        }
        let id = clause.id.unwrap_or_else(|| ClauseId::from_uuid(db.new_id()));
        kept.push(DraftClause { id: Some(id), text: normal(text), english: normal(english) });
    }
    if fields.is_empty() { Ok(kept) } else { Err(Error::Invalid { fields }) }
}
