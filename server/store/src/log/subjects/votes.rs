//! Rolls with their amendments, and counts.

use gongzhi_domain::Error;
use sqlx::PgConnection;

use super::{Logged, Now, ids};
use crate::refusal::refuse;

/// Rolls as they were drawn, and what upheld objections made of them.
pub(super) async fn rolls(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select r.leaf_id as "leaf_id!", 'roll ' || r.no || ' of pact ' || p.number as "name!",
                  jsonb_build_object('pact', p.number, 'roll', r.no, 'basis', r.basis)
                  || case when r.amended = 0 then jsonb_build_object('sha256', encode(r.sha256, 'hex')) else '{}' end as "facts!"
           from roll r join pact p on p.id = r.pact_id where r.leaf_id = any($1)
           union all
           select a.leaf_id, 'amendment ' || a.no || ' of roll ' || r.no || ' of pact ' || p.number,
                  jsonb_build_object('pact', p.number, 'roll', r.no, 'sha256', encode(a.sha256, 'hex'))
           from roll_amendment a join roll r on r.id = a.roll_id join pact p on p.id = r.pact_id where a.leaf_id = any($1)"#,
        &ids(logged),
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| Now {
        leaf: row.leaf_id,
        name: row.name,
        facts: row.facts,
        wrong: Vec::new(),
        statement_sha256: None,
    });
    Ok(rows.collect())
}

/// Counts as they are shown now.
pub(super) async fn tallies(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select t.leaf_id as "leaf_id!", v.body, p.number,
                  jsonb_build_object(
                      'pact', p.number, 'body', v.body, 'roll_sha256', encode(t.roll_sha256, 'hex'),
                      'register_sha256', encode(t.register_sha256, 'hex'), 'numbers', t.numbers, 'quorate', t.quorate,
                      'passed', t.passed) as "facts!"
           from tally t join vote v on v.id = t.vote_id join pact p on p.id = v.pact_id where t.leaf_id = any($1)"#,
        &ids(logged),
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| Now {
        leaf: row.leaf_id,
        name: format!("tally of {} of pact {}", row.body, row.number),
        facts: row.facts,
        wrong: Vec::new(),
        statement_sha256: None,
    });
    Ok(rows.collect())
}
