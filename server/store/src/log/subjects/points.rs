//! Entries of the points ledger, with their postings, and the votes that passed tariffs or did not.

use gongzhi_domain::Error;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Logged, Now, ids};
use crate::refusal::refuse;

/// Entries as the ledger says them now.
pub(super) async fn entries(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let entry = |leaf: &&Logged| leaf.subject.strip_prefix("entry:")?.parse::<Uuid>().ok();
    let (leaves, entries): (Vec<Uuid>, Vec<Uuid>) =
        logged.iter().filter_map(|leaf| Some((leaf.id, entry(leaf)?))).unzip();
    let rows = sqlx::query!(
        r#"select l.leaf as "leaf!", e.id,
                  jsonb_build_object(
                      'entry', e.id, 'kind', e.kind, 'item', e.item_id, 'source', e.source_event, 'maker', e.maker,
                      'checker', e.checker, 'reverses', e.reversal_of,
                      'person', case when e.household_id is null then e.person_id end, 'household', e.household_id,
                      'postings', (select jsonb_agg(jsonb_build_object('account', a.kind, 'amount', p.amount))
                                   from points_posting p join points_account a on a.id = p.account_id
                                   where p.entry_id = e.id)) as "facts!",
                  h.entry_id is null or (h.household_id is not distinct from e.household_id
                      and (h.person_id = e.person_id or e.household_id is not null)) as "on_its_account!"
           from unnest($1::uuid[], $2::uuid[]) as l (leaf, entry) join points_entry e on e.id = l.entry
                left join lateral (select p.entry_id, a.person_id, a.household_id
                                   from points_posting p join points_account a on a.id = p.account_id
                                   where p.entry_id = e.id and a.kind in ('person', 'household') limit 1) h on true"#,
        &leaves,
        &entries,
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| Now {
        leaf: row.leaf,
        name: format!("points entry {}", row.id),
        facts: row.facts,
        wrong: if row.on_its_account { Vec::new() } else { vec!["it is posted to another's account".to_owned()] },
        statement_sha256: None,
    });
    Ok(rows.collect())
}

/// Votes on tariffs as their rows say them now, with the items that were voted on.
pub(super) async fn tariff_votes(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select leaf_id as "leaf!", tariff_id, tariff_vote_says(tariff_id, meeting_id) as "facts!"
           from tariff_vote where leaf_id = any($1)"#,
        &ids(logged),
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| Now {
        leaf: row.leaf,
        name: format!("vote on tariff {}", row.tariff_id),
        facts: row.facts,
        wrong: Vec::new(),
        statement_sha256: None,
    });
    Ok(rows.collect())
}
