//! Published versions: title and clauses, and the hash over both.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_proof::LeafKind;
use gongzhi_proof::text::{SignedClause, SignedText, TEXT_SHA256};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Found, Logged, Now};
use crate::refusal::refuse;

/// The text that a statement names by its hash, for the receipt of a signature or a published text. `None` where the statement is
/// about no text, or the text is not there any more as it was.
pub(in crate::log) async fn text_of(
    tx: &mut PgConnection,
    kind: LeafKind,
    statement: &Value,
) -> Result<Option<SignedText>, Error> {
    let named = statement.get(TEXT_SHA256).and_then(Value::as_str).and_then(gongzhi_proof::hash_from_hex);
    let (LeafKind::Signature | LeafKind::Text, Some(hash)) = (kind, named) else { return Ok(None) };
    let version =
        sqlx::query!("select pact_id, no, title_zh from pact_version where text_sha256 = $1 limit 1", hash.as_slice(),);
    let Some(version) = version.fetch_optional(&mut *tx).await.map_err(refuse)? else { return Ok(None) };
    let text = text(tx, version.pact_id, version.no, version.title_zh).await?;
    Ok(Some(text).filter(|text| text.hash() == hash))
}

/// A published version as it is hashed.
async fn text(tx: &mut PgConnection, pact: Uuid, no: i32, title: String) -> Result<SignedText, Error> {
    let clauses = sqlx::query!(
        "select clause_id, text from pact_clause where pact_id = $1 and version_no = $2 order by position",
        pact,
        no,
    );
    let clauses = clauses.fetch_all(tx).await.map_err(refuse)?.into_iter();
    let clauses = clauses.map(|row| SignedClause { id: row.clause_id.to_string(), text: row.text });
    Ok(SignedText { attachments: Vec::new(), clauses: clauses.collect(), title })
}

/// Every published text against the hash it was published with, whether or not anybody signed it.
pub(super) async fn hashes(tx: &mut PgConnection) -> Result<Found, Error> {
    let versions = sqlx::query!(
        "select v.pact_id, v.no, v.title_zh, v.text_sha256, p.number from pact_version v join pact p on p.id = v.pact_id
         order by p.number, v.no"
    );
    let mut found = Found::default();
    for row in versions.fetch_all(&mut *tx).await.map_err(refuse)? {
        found.compared += 1;
        if text(tx, row.pact_id, row.no, row.title_zh).await?.hash().as_slice() != row.text_sha256 {
            let name = format!("text of pact {}, version {}", row.number, row.no);
            found
                .wrong
                .push((name, "title and clauses are not those that were published: their hash is another".to_owned()));
        }
    }
    Ok(found)
}

/// The versions that leaves published: found by what is stated, since a version's row names no leaf.
pub(super) async fn versions(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let pacts: Vec<Uuid> = logged.iter().filter_map(|leaf| leaf.subject.rsplit(':').next()?.parse().ok()).collect();
    let rows = sqlx::query!(
        "select v.pact_id, v.no, v.text_sha256, p.number from pact_version v join pact p on p.id = v.pact_id
         where v.pact_id = any($1)",
        &pacts,
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?;
    let rows: HashMap<(String, i64), _> =
        rows.into_iter().map(|row| ((format!("pact:{}", row.pact_id), i64::from(row.no)), row)).collect();
    let now = |leaf: &&Logged| {
        let no = leaf.statement.as_ref()?.get("text_no")?.as_i64()?;
        let row = rows.get(&(leaf.subject.clone(), no))?;
        Some(Now {
            leaf: leaf.id,
            name: format!("text of pact {}, version {}", row.number, row.no),
            facts: json!({"pact": row.number, TEXT_SHA256: hex::encode(&row.text_sha256)}),
            wrong: Vec::new(),
            statement_sha256: None,
        })
    };
    Ok(logged.iter().filter_map(now).collect())
}
