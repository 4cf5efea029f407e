//! What the leaves of each room are about, and whether the room's own rows still say what was logged. A room that logs something
//! new adds its comparison here.

use gongzhi_domain::Error;
use gongzhi_proof::LeafKind;
use gongzhi_proof::text::{SignedClause, SignedText, TEXT_SHA256};
use serde_json::Value;
use sqlx::PgConnection;

use crate::refusal::refuse;

/// The text that a statement names by its hash, for the receipt of a signature or a published text. `None` where the statement is
/// about no text, or the text is not there any more as it was.
pub(super) async fn text_of(
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
async fn text(tx: &mut PgConnection, pact: uuid::Uuid, no: i32, title: String) -> Result<SignedText, Error> {
    let clauses = sqlx::query!(
        "select clause_id, text from pact_clause where pact_id = $1 and version_no = $2 order by position",
        pact,
        no,
    );
    let clauses = clauses.fetch_all(tx).await.map_err(refuse)?.into_iter();
    let clauses = clauses.map(|row| SignedClause { id: row.clause_id.to_string(), text: row.text });
    Ok(SignedText { attachments: Vec::new(), clauses: clauses.collect(), title })
}
