//! Published versions of a text. A version and its clauses are written once, with the hash that a signature will bind, and never
//! changed; what is written next is another version.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{ClauseId, PactId, PersonId};
use gongzhi_domain::pact::clause::problems;
use gongzhi_domain::{Error, What};
use gongzhi_proof::SignedText;
use gongzhi_proof::text::{SignedClause, TEXT_SHA256};
use serde_json::json;
use sqlx::PgConnection;

use super::draft;
use super::load::Pact;
use crate::db::Db;
use crate::log;
use crate::refusal::Trouble;

/// A clause of a published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedClause {
    /// Which it is.
    pub id: ClauseId,
    /// Its place, from 1.
    pub position: i32,
    /// Its words.
    pub text: String,
    /// A translation to read; may be empty.
    pub english: String,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Which it is, from 1.
    pub no: i32,
    /// Its SHA-256, which a signature binds.
    pub sha256: Vec<u8>,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Its clauses in their order.
    pub clauses: Vec<PublishedClause>,
}

impl Published {
    /// The text as it is hashed and bound.
    #[must_use]
    pub fn signed_text(&self, title: &str) -> SignedText {
        signed(title, self.clauses.iter().map(|clause| (clause.id, clause.text.as_str())))
    }
}

/// Publishes the draft as the next version. Answers its number and its hash.
///
/// Refused: a draft that breaks the limits of a text ([`gongzhi_domain::pact::clause::problems`]).
pub(crate) async fn publish(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    by: PersonId,
) -> Result<(i32, Vec<u8>), Trouble> {
    let draft = draft::read(&mut *tx, pact.id).await?;
    let fields = problems(&draft.clauses());
    if !fields.is_empty() {
        return Err(Error::Invalid { fields }.into());
    }
    let clauses = draft.clauses.iter().filter_map(|clause| clause.id.map(|id| (id, clause)));
    let hash = signed(&pact.title.zh, clauses.clone().map(|(id, clause)| (id, clause.text.as_str()))).hash().to_vec();
    let no = pact.text_no.unwrap_or(0) + 1;
    sqlx::query!(
        "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at) values ($1, $2, $3, $4, $5, $6)",
        pact.id.uuid(),
        no,
        pact.title.zh,
        &hash,
        by.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    let ids: Vec<uuid::Uuid> = clauses.clone().map(|(id, _)| id.uuid()).collect();
    let texts: Vec<String> = clauses.clone().map(|(_, clause)| clause.text.clone()).collect();
    let englishes: Vec<String> = clauses.map(|(_, clause)| clause.english.clone()).collect();
    sqlx::query!(
        "insert into pact_clause (pact_id, version_no, clause_id, position, text, english)
         select $1, $2, c.id, c.position::integer, c.text, c.english
         from unnest($3::uuid[], $4::text[], $5::text[]) with ordinality as c (id, text, english, position)",
        pact.id.uuid(),
        no,
        &ids,
        &texts,
        &englishes,
    )
    .execute(&mut *tx)
    .await?;
    let subject = format!("pact:{}", pact.id);
    let statement = json!({"pact": pact.number, "text_no": no, TEXT_SHA256: hex(&hash)});
    log::append(db, tx, log::NewLeaf { kind: log::LeafKind::Text, subject: &subject, statement: &statement }).await?;
    Ok((no, hash))
}

/// Whether the draft says something else than the version that counts now.
pub(crate) async fn draft_differs(conn: &mut PgConnection, pact: &Pact) -> Result<bool, Trouble> {
    let draft = draft::read(&mut *conn, pact.id).await?;
    let Some(no) = pact.text_no else { return Ok(!draft.clauses.is_empty()) };
    let published = version(conn, pact.id, no).await?;
    let same = draft.clauses.len() == published.clauses.len()
        && draft.clauses.iter().zip(&published.clauses).all(|(drafted, published)| {
            drafted.id == Some(published.id) && drafted.text == published.text && drafted.english == published.english
        });
    Ok(!same)
}

/// One version with its clauses.
///
/// Refused: [`Error::NotFound`] when it was not published.
pub(crate) async fn version(conn: &mut PgConnection, pact: PactId, no: i32) -> Result<Published, Trouble> {
    let row = sqlx::query!(
        "select text_sha256, published_at from pact_version where pact_id = $1 and no = $2",
        pact.uuid(),
        no
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(Error::NotFound { what: What::Clause })?;
    let clauses = sqlx::query!(
        "select clause_id, position, text, english from pact_clause where pact_id = $1 and version_no = $2 order by position",
        pact.uuid(),
        no,
    )
    .fetch_all(conn)
    .await?;
    let clauses = clauses.into_iter().map(|row| PublishedClause {
        id: ClauseId::from_uuid(row.clause_id),
        position: row.position,
        text: row.text,
        english: row.english,
    });
    Ok(Published { no, sha256: row.text_sha256, at: row.published_at, clauses: clauses.collect() })
}

/// The text that counts now, as it is hashed and bound; `None` before the first version.
pub async fn present(conn: &mut PgConnection, pact: &Pact) -> Result<Option<Published>, Trouble> {
    match pact.text_no {
        None => Ok(None),
        Some(no) => Ok(Some(version(conn, pact.id, no).await?)),
    }
}

/// Bytes as small hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed<'a>(title: &str, clauses: impl Iterator<Item = (ClauseId, &'a str)>) -> SignedText {
    SignedText {
        attachments: Vec::new(),
        clauses: clauses.map(|(id, text)| SignedClause { id: id.to_string(), text: text.to_owned() }).collect(),
        title: title.to_owned(),
    }
}
