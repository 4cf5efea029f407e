//! What the leaves of each room are about, and whether the room's own rows still say what was logged of them: the text of a version
//! and its hash, a signature, a count, a roll, a move, an entry of points. A room that logs something new adds its rows here.

mod pacts;
mod points;
mod signatures;
mod texts;
mod votes;

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_proof::{Leaf, LeafKind};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) use texts::text_of;

use crate::db::Db;
use crate::refusal::refuse;

/// A leaf with what it states.
pub(super) struct Logged {
    /// Its row.
    pub id: Uuid,
    /// What it is about, where that can be read.
    pub kind: Option<LeafKind>,
    /// Which one.
    pub subject: String,
    /// The leaf as it is hashed.
    pub leaf: Option<Leaf>,
    /// What it states; `None` when that was deleted or cannot be read.
    pub statement: Option<Value>,
}

/// What a comparison found.
#[derive(Default)]
pub(super) struct Found {
    /// Rows compared.
    pub compared: u64,
    /// What does not fit: the row, and how.
    pub wrong: Vec<(String, String)>,
}

/// A row of a room as it is now.
struct Now {
    /// The leaf it was logged with.
    leaf: Uuid,
    /// Its name for people: `signature 0192…`.
    name: String,
    /// What the statement has to say, member by member.
    facts: Value,
    /// What is wrong with the row in itself: hashes in it that do not fit.
    wrong: Vec<String>,
    /// The hash of the canonical statement, where the row keeps it.
    statement_sha256: Option<Vec<u8>>,
}

/// Subjects whose rows are compared, by the kind of their leaves. Anything else proves only itself.
const COMPARED: &[(LeafKind, &str)] = &[
    (LeafKind::Move, "pact:"),
    (LeafKind::Text, "pact:"),
    (LeafKind::Roll, "pact:"),
    (LeafKind::VoteCount, "pact:"),
    (LeafKind::VoteCount, "tariff:"),
    (LeafKind::Signature, "signature:"),
    (LeafKind::Withdrawal, "signature:"),
    (LeafKind::PointsEntry, "entry:"),
];

/// Compares the rows that some leaves are about with what the leaves state.
pub(super) async fn compare(db: &Db, tx: &mut PgConnection, logged: &[Logged]) -> Result<Found, Error> {
    let mut found = Found::default();
    for (kind, prefix) in COMPARED {
        let of_kind = |leaf: &&Logged| leaf.kind == Some(*kind) && leaf.subject.starts_with(prefix);
        let logged: Vec<&Logged> = logged.iter().filter(of_kind).collect();
        if logged.is_empty() {
            continue;
        }
        let rows = match kind {
            LeafKind::Move => pacts::moves(tx, &logged).await?,
            LeafKind::Text => texts::versions(tx, &logged).await?,
            LeafKind::Roll => votes::rolls(db, tx, &logged).await?,
            LeafKind::VoteCount if *prefix == "tariff:" => points::tariff_votes(tx, &logged).await?,
            LeafKind::VoteCount => votes::tallies(tx, &logged).await?,
            LeafKind::Signature => signatures::signatures(db, tx, &logged).await?,
            LeafKind::Withdrawal => signatures::withdrawals(tx, &logged).await?,
            LeafKind::PointsEntry => points::entries(tx, &logged).await?,
        };
        let rows: HashMap<Uuid, Now> = rows.into_iter().map(|row| (row.leaf, row)).collect();
        for leaf in logged {
            found.compared += 1;
            match rows.get(&leaf.id) {
                None => {
                    found.wrong.push((leaf.subject.clone(), format!("the log proves a {kind}, and its row is gone")))
                }
                Some(row) => found.wrong.extend(row.differences(leaf).map(|wrong| (row.name.clone(), wrong))),
            }
        }
    }
    Ok(found)
}

/// Compares rows that name a leaf with the log, and every published text with its hash.
pub(super) async fn compare_rows(tx: &mut PgConnection) -> Result<Found, Error> {
    let mut found = texts::hashes(tx).await?;
    let unlogged = sqlx::query_scalar!(
        r#"with named (name, kind, leaf_id) as (
               select 'signature ' || id, 'signature', leaf_id from signature
               union all select 'withdrawal of signature ' || signature_id, 'withdrawal', leaf_id from signature_event
                         where kind = 'withdrawal'
               union all select 'tally of vote ' || vote_id, 'vote_count', leaf_id from tally
               union all select 'vote on tariff ' || tariff_id || ' at meeting ' || meeting_id, 'vote_count', leaf_id from tariff_vote
                         where passed is not null
               union all select 'roll ' || no || ' of pact ' || pact_id, 'roll', leaf_id from roll
               union all select 'amendment ' || no || ' of roll ' || roll_id, 'roll', leaf_id from roll_amendment
               union all select 'move ' || seq || ' of pact ' || pact_id, 'move', leaf_id from pact_move where leaf_id is not null
           )
           select n.name as "name!" from named n
           where not exists (select from log_leaf l where l.id = n.leaf_id and l.kind = n.kind) order by 1 limit 100"#
    );
    for name in unlogged.fetch_all(tx).await.map_err(refuse)? {
        found.wrong.push((name, "it is not in the log".to_owned()));
    }
    Ok(found)
}

impl Now {
    /// How the row differs from what was logged.
    fn differences<'a>(&'a self, leaf: &'a Logged) -> impl Iterator<Item = String> + 'a {
        let facts = self.facts.as_object().cloned().unwrap_or_default();
        let statement = leaf.statement.as_ref();
        let differ = facts.into_iter().filter_map(move |(member, now)| {
            let logged = statement?.get(&member);
            // Postings have no order of their own.
            let same =
                logged.is_some_and(|logged| *logged == now || (member == "postings" && sorted(logged) == sorted(&now)));
            (!same).then(|| match logged {
                Some(logged) => format!("{member} is {now} now, and {logged} was logged"),
                None => format!("{member} is {now} now, and nothing was logged of it"),
            })
        });
        let hash = statement.and_then(|statement| gongzhi_proof::canonical::write(statement).ok());
        let hash = hash.map(|text| gongzhi_proof::sha256(text.as_bytes()).to_vec());
        let other = self.statement_sha256.as_ref().filter(|kept| hash.as_ref().is_some_and(|hash| hash != *kept));
        let other = other.map(|_| "the hash of its statement is not that of the statement".to_owned());
        self.wrong.iter().cloned().chain(differ).chain(other)
    }
}

/// The items of a list in an order that depends on nothing but them.
fn sorted(list: &Value) -> Option<Vec<String>> {
    let mut items: Vec<String> = list.as_array()?.iter().map(ToString::to_string).collect();
    items.sort_unstable();
    Some(items)
}

/// The ids of leaves, for a query.
fn ids(logged: &[&Logged]) -> Vec<Uuid> {
    logged.iter().map(|leaf| leaf.id).collect()
}
