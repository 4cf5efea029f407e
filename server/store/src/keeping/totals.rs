//! What everybody sees of how a pact is kept: its clauses, and how often each was a matter in a year, from five on. Never who.

use gongzhi_domain::ids::{ClauseId, PactId};
use gongzhi_domain::keeping::SHOWN_FROM;
use gongzhi_domain::lang::Named;
use gongzhi_domain::{Error, What};

use crate::db::Db;
use crate::refusal::refuse;

/// A clause of the text in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Which it is.
    pub id: ClauseId,
    /// Its place.
    pub no: i32,
    /// Its words; Chinese binds, the English is to read.
    pub text: Named,
}

/// A pact that is in force, as far as keeping it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPact {
    /// Which it is.
    pub id: PactId,
    /// Its number, as addresses name it.
    pub number: String,
    /// Its name.
    pub title: Named,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
}

/// A pact in force with its clauses, by its number; any other is not found.
pub async fn kept_pact(db: &Db, number: &str) -> Result<KeptPact, Error> {
    let row = sqlx::query!(
        "select id, number, title_zh, title_en, text_no from pact where number = $1 and stage = 'in_force'",
        number,
    );
    let row = row.fetch_optional(db.pool()).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Page })?;
    let clauses = sqlx::query!(
        "select clause_id, position, text, english from pact_clause where pact_id = $1 and version_no = $2 order by position",
        row.id,
        row.text_no,
    );
    let clauses = clauses.fetch_all(db.pool()).await.map_err(refuse)?.into_iter().map(|clause| {
        let english = if clause.english.is_empty() { clause.text.clone() } else { clause.english };
        Clause {
            id: ClauseId::from_uuid(clause.clause_id),
            no: clause.position,
            text: Named::new(clause.text, english),
        }
    });
    let title = Named::new(row.title_zh, row.title_en);
    Ok(KeptPact { id: PactId::from_uuid(row.id), number: row.number, title, clauses: clauses.collect() })
}

/// How often a clause was a matter in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The clause.
    pub clause: ClauseId,
    /// The year.
    pub year: i32,
    /// How many matters were taken up: five or more.
    pub count: i64,
}

/// The totals of a pact, by clause and year; those under five are left out, and nothing tells that there are some.
pub async fn totals(db: &Db, pact: PactId) -> Result<Vec<Total>, Error> {
    let rows = sqlx::query!(
        r#"select clause_id, extract(year from filed_at at time zone 'Asia/Shanghai')::integer as "year!", count(*) as "count!"
           from breach where pact_id = $1 and concerned_id is not null
           group by 1, 2 having count(*) >= $2 order by 2 desc, 1"#,
        pact.uuid(),
        SHOWN_FROM,
    );
    let rows = rows.fetch_all(db.read()).await.map_err(refuse)?;
    let total = |(clause, year, count)| Total { clause: ClauseId::from_uuid(clause), year, count };
    Ok(rows.into_iter().map(|row| total((row.clause_id, row.year, row.count))).collect())
}
