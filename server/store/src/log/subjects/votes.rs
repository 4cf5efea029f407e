//! Rolls with their amendments, and counts: what was logged, and whether list, register and ballots still make it.

use std::collections::HashSet;

use gongzhi_domain::Error;
use gongzhi_proof::sha256;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Logged, Now, ids};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;

/// Rolls as they were drawn, and what upheld objections made of them.
pub(super) async fn rolls(db: &Db, tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let drawn = sqlx::query!(
        r#"select r.leaf_id as "leaf_id!", r.no, r.basis, r.sha256, r.list_sealed, r.amended, p.number,
                  (select encode(a.sha256, 'hex') from roll_amendment a where a.roll_id = r.id order by a.no desc limit 1) as last,
                  (select count(*) from voting_unit u where u.roll_id = r.id and u.struck_in is null) as "units!"
           from roll r join pact p on p.id = r.pact_id where r.leaf_id = any($1)"#,
        &ids(logged),
    );
    let drawn = drawn.fetch_all(&mut *tx).await.map_err(refuse)?.into_iter().map(|row| {
        let now = hex::encode(&row.sha256);
        let mut facts = json!({"pact": row.number, "roll": row.no, "basis": row.basis});
        let mut wrong = Vec::new();
        // What was drawn is logged; what upheld objections made of it each amendment logs.
        if row.amended == 0
            && let Some(facts) = facts.as_object_mut()
        {
            facts.insert("sha256".to_owned(), now.clone().into());
        } else if row.last != Some(now) {
            wrong.push("its hash is not that of the last amendment".to_owned());
        }
        let list = db.keys().open(Purpose::Home, &row.list_sealed).ok();
        if list.as_ref().is_none_or(|list| sha256(list).as_slice() != row.sha256) {
            wrong.push("the list is not the one that was hashed".to_owned());
        }
        let listed = list.as_deref().and_then(units_in);
        if listed.is_some_and(|listed| i64::try_from(listed).ok() != Some(row.units)) {
            wrong.push(format!("{} units stand on the list, and {} vote", listed.unwrap_or_default(), row.units));
        }
        let name = format!("roll {} of pact {}", row.no, row.number);
        Now { leaf: row.leaf_id, name, facts, wrong, statement_sha256: None }
    });
    let mut rows: Vec<Now> = drawn.collect();
    let amended = sqlx::query!(
        r#"select a.leaf_id as "leaf_id!", a.no, r.no as roll, r.amended, p.number, a.change, a.sha256, a.units, a.area_cm2,
                  (select coalesce(sum(u.area_cm2), 0)::bigint from voting_unit u
                   where u.roll_id = r.id and u.body = 'statutory' and u.struck_in is null) as "area!"
           from roll_amendment a join roll r on r.id = a.roll_id join pact p on p.id = r.pact_id where a.leaf_id = any($1)"#,
        &ids(logged),
    );
    rows.extend(amended.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| {
        let mut facts = json!({
            "pact": row.number, "roll": row.roll, "amendment": row.no, "change": row.change,
            "sha256": hex::encode(&row.sha256),
        });
        let mut wrong = Vec::new();
        // The first amendments were logged without the totals after them.
        if let (Some(units), Some(facts)) = (row.units, facts.as_object_mut()) {
            facts.insert("units".to_owned(), units.into());
            facts.insert("area_cm2".to_owned(), row.area_cm2.into());
        }
        if let Some(area) = row.area_cm2.filter(|area| row.no == row.amended && *area != row.area) {
            wrong.push(format!("the units have {} cm2 now, and {area} after the amendment", row.area));
        }
        let name = format!("amendment {} of roll {} of pact {}", row.no, row.roll, row.number);
        Now { leaf: row.leaf_id, name, facts, wrong, statement_sha256: None }
    }));
    Ok(rows)
}

/// How many votes a canonical list has.
fn units_in(list: &[u8]) -> Option<usize> {
    let list: Value = serde_json::from_slice(list).ok()?;
    let units: HashSet<(String, i64)> = list
        .get("entries")?
        .as_array()?
        .iter()
        .filter_map(|line| Some((line.get("body")?.as_str()?.to_owned(), line.get("unit")?.as_i64()?)))
        .collect();
    Some(units.len())
}

/// Counts as they are shown now; the register is hashed and the ballots are counted again.
pub(super) async fn tallies(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select t.leaf_id as "leaf_id!", v.body, p.number, t.register_sha256, t.numbers,
                  jsonb_build_object(
                      'pact', p.number, 'body', v.body, 'roll_sha256', encode(t.roll_sha256, 'hex'),
                      'register_sha256', encode(t.register_sha256, 'hex'), 'numbers', t.numbers, 'quorate', t.quorate,
                      'passed', t.passed) as "facts!",
                  (select coalesce(string_agg(r.receipt || e'\n', '' order by r.receipt), '') from participation r
                   where r.vote_id = v.id) as "register!",
                  array(select b.choice from ballot b where b.vote_id = v.id and v.secrecy = 'secret'
                        union all select r.choice from participation r where r.vote_id = v.id and v.secrecy = 'open') as "choices!"
           from tally t join vote v on v.id = t.vote_id join pact p on p.id = v.pact_id where t.leaf_id = any($1)"#,
        &ids(logged),
    );
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| {
        let mut wrong = Vec::new();
        if sha256(row.register.as_bytes()).as_slice() != row.register_sha256 {
            wrong.push("the register of those who took part is not the one that was hashed".to_owned());
        }
        // Too few took part to state a number: only how it ended was logged.
        let heads = row.numbers.get("heads").filter(|heads| !heads.is_null());
        let part =
            |choice: &str| row.numbers.get("not_yes").and_then(|parts| parts.get(choice)).and_then(Value::as_u64);
        let yes = heads.and_then(|heads| heads.get("yes")).and_then(Value::as_u64);
        for (choice, said) in
            [("yes", yes), ("no", part("no")), ("abstain", part("abstain")), ("invalid", part("invalid"))]
        {
            let counted = row.choices.iter().filter(|said| *said == choice).count() as u64;
            if let Some(said) = said
                && said != counted
            {
                wrong.push(format!("{counted} ballots say {choice} now, and {said} were counted"));
            }
        }
        let name = format!("tally of {} of pact {}", row.body, row.number);
        Now { leaf: row.leaf_id, name, facts: row.facts, wrong, statement_sha256: None }
    });
    Ok(rows.collect())
}
