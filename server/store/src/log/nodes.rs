//! The hashes that are kept: each entry carries those of the perfect subtrees it completed.

use gongzhi_domain::Error;
use gongzhi_proof::Hash;
use gongzhi_proof::tree::{Edge, Node, Nodes, root_nodes};
use sqlx::PgConnection;

use crate::refusal::{fault, refuse};

/// Bytes of a hash.
const HASH: usize = 32;

/// Reads nodes; those that are not there are left out.
pub(super) async fn read(tx: &mut PgConnection, wanted: &[Node]) -> Result<Nodes, Error> {
    let mut places: Vec<i64> = wanted.iter().map(|node| place(node.completed_by())).collect();
    places.sort_unstable();
    places.dedup();
    let rows = sqlx::query!("select index, nodes from log_entry where index = any($1)", &places);
    let rows = rows.fetch_all(tx).await.map_err(refuse)?;
    let hashes = |node: &Node| {
        let at = place(node.completed_by());
        let row = rows.iter().find(|row| row.index == at)?;
        Some((*node, split(&row.nodes).get(usize::from(node.level)).copied()?))
    };
    Ok(wanted.iter().filter_map(hashes).collect())
}

/// The tree as it stands, to be grown on.
pub(super) async fn edge(tx: &mut PgConnection) -> Result<Edge, Error> {
    let size = size(tx).await?;
    let wanted = root_nodes(size);
    let stored = read(tx, &wanted).await?;
    let hashes: Option<Vec<Hash>> = wanted.iter().map(|node| stored.get(node).copied()).collect();
    hashes.and_then(|hashes| Edge::of(size, hashes)).ok_or_else(|| fault("a node of the log is missing"))
}

/// How many entries the log has.
pub(super) async fn size(tx: &mut PgConnection) -> Result<u64, Error> {
    let size = sqlx::query_scalar!(r#"select coalesce(max(index) + 1, 0) as "size!" from log_entry"#);
    u64::try_from(size.fetch_one(tx).await.map_err(refuse)?).map_err(fault)
}

/// The hashes an entry carries, its own first.
pub(super) fn split(nodes: &[u8]) -> Vec<Hash> {
    nodes.chunks(HASH).filter_map(|hash| hash.try_into().ok()).collect()
}

/// An index as PostgreSQL keeps it. No log has more than `i64::MAX` leaves.
pub(super) fn place(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// An index that PostgreSQL kept.
pub(super) fn index(place: i64) -> u64 {
    u64::try_from(place).unwrap_or_default()
}
