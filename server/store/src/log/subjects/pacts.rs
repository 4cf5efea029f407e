//! Moves of a pact from one stage to the next.

use gongzhi_domain::Error;
use sqlx::PgConnection;

use super::{Logged, Now, ids};
use crate::refusal::refuse;

/// Moves as the pact's history tells them now.
pub(super) async fn moves(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select m.leaf_id as "leaf_id!", m.seq, p.number,
                  jsonb_build_object(
                      'pact', p.number, 'seq', m.seq, 'move', m.move, 'from', m.from_stage, 'to', m.to_stage,
                      'text_no', m.text_no, 'details', m.details,
                      'offices', coalesce((select jsonb_agg(o.one -> 'office' order by o.n)
                                           from jsonb_array_elements(m.people) with ordinality o (one, n)), '[]')) as "facts!"
           from pact_move m join pact p on p.id = m.pact_id
           where m.leaf_id = any($1)"#,
        &ids(logged),
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| Now {
        leaf: row.leaf_id,
        name: format!("move {} of pact {}", row.seq, row.number),
        facts: row.facts,
        wrong: Vec::new(),
        statement_sha256: None,
    });
    Ok(rows.collect())
}
