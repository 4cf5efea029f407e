//! The Merkle tree of RFC 6962 over nodes that are kept once and never change: only *perfect* subtrees are stored, each with the
//! leaf that completed it. From them any root and any proof is made with O(log N) of them. Proofs are verified by `ct-merkle`.

use std::collections::HashMap;

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use sha2::{Digest as _, Sha256};

use crate::Hash;

/// A perfect subtree: the `2^level` leaves from `index · 2^level` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// How high it is: 0 for a leaf.
    pub level: u8,
    /// Its place among those of its level.
    pub index: u64,
}

impl Node {
    /// The leaf that completed it: the last one it covers.
    #[must_use]
    pub const fn completed_by(self) -> u64 {
        ((self.index + 1) << self.level) - 1
    }
}

/// The hashes of stored nodes.
pub type Nodes = HashMap<Node, Hash>;

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of a node over two others.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree that grows: it holds only the perfect subtrees along its right edge, at most 64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// Largest first; one for every bit of the size.
    hashes: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree of `size` leaves, from the hashes of [`root_nodes`], in that order.
    #[must_use]
    pub fn of(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Self { size, hashes })
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. Returns the perfect subtrees it completed, lowest first: itself at least.
    pub fn push(&mut self, leaf: Hash) -> Vec<Hash> {
        let mut completed = vec![leaf];
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
                completed.push(hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1;
        completed
    }

    /// The root of the tree as it stands; the hash of nothing while it is empty.
    #[must_use]
    pub fn root(&self) -> Hash {
        folded(self.hashes.iter())
    }
}

/// Hashes neighbours together from the right, as RFC 6962 splits what is not perfect.
fn folded<'a>(hashes: impl DoubleEndedIterator<Item = &'a Hash>) -> Hash {
    let mut from_right = hashes.rev();
    let Some(last) = from_right.next() else { return Sha256::digest([]).into() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}

/// The perfect subtrees that make up the leaves from `start` to before `end`, where `start` is a place at which RFC 6962 splits.
fn covering(start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut from = start;
    while from < end {
        let size = 1_u64 << (63 - (end - from).leading_zeros());
        let level = u8::try_from(size.trailing_zeros()).unwrap_or(0);
        nodes.push(Node { level, index: from >> level });
        from += size;
    }
    nodes
}

/// The perfect subtrees that make up a tree of `size` leaves, largest first.
#[must_use]
pub fn root_nodes(size: u64) -> Vec<Node> {
    covering(0, size)
}

/// Where RFC 6962 splits `n` leaves, `n > 1`: the largest power of two below `n`.
const fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The ranges of leaves whose hashes prove that leaf `index` is in a tree of `size` leaves, from the leaf upwards: `PATH` of RFC
/// 6962, 2.1.1. `None` when there is no such leaf.
fn path(index: u64, size: u64) -> Option<Vec<(u64, u64)>> {
    if index >= size {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut ranges = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// The ranges that prove a tree of `old` leaves to be the beginning of one of `new`: `PROOF` of RFC 6962, 2.1.2. Empty where they
/// are the same or the old one is empty; `None` when the old one is larger.
fn growth(old: u64, new: u64) -> Option<Vec<(u64, u64)>> {
    if old > new {
        return None;
    }
    let (mut start, mut end) = (0, new);
    let mut ranges = Vec::new();
    if old == 0 || old == new {
        return Some(ranges);
    }
    // Goes down to the old tree's last split; on the way the old tree may be a whole left side, which its root says already.
    let mut whole = true;
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
            whole = false;
        }
    }
    if !whole {
        ranges.push((start, end));
    }
    ranges.reverse();
    Some(ranges)
}

fn nodes_of(ranges: Option<Vec<(u64, u64)>>) -> Vec<Node> {
    ranges.unwrap_or_default().into_iter().flat_map(|(start, end)| covering(start, end)).collect()
}

fn hashes_of(ranges: Option<Vec<(u64, u64)>>, stored: &Nodes) -> Option<Vec<Hash>> {
    let range = |(start, end)| {
        let hashes = covering(start, end).iter().map(|node| stored.get(node).copied()).collect::<Option<Vec<_>>>()?;
        Some(folded(hashes.iter()))
    };
    ranges?.into_iter().map(range).collect()
}

/// The root of the tree of `size` leaves; `None` when a node of [`root_nodes`] is missing.
#[must_use]
pub fn root(size: u64, stored: &Nodes) -> Option<Hash> {
    if size == 0 { Some(folded([].iter())) } else { hashes_of(Some(vec![(0, size)]), stored)?.pop() }
}

/// The nodes that [`inclusion`] needs.
#[must_use]
pub fn inclusion_nodes(index: u64, size: u64) -> Vec<Node> {
    nodes_of(path(index, size))
}

/// Proves that leaf `index` is in the tree of `size` leaves; `None` when there is no such leaf or a node is missing.
#[must_use]
pub fn inclusion(index: u64, size: u64, stored: &Nodes) -> Option<Vec<Hash>> {
    hashes_of(path(index, size), stored)
}

/// The nodes that [`consistency`] needs.
#[must_use]
pub fn consistency_nodes(old: u64, new: u64) -> Vec<Node> {
    nodes_of(growth(old, new))
}

/// Proves that the tree of `old` leaves is the beginning of the tree of `new`; `None` when it is larger or a node is missing.
#[must_use]
pub fn consistency(old: u64, new: u64, stored: &Nodes) -> Option<Vec<Hash>> {
    hashes_of(growth(old, new), stored)
}

/// Whether a leaf is in the tree that a root stands for.
#[must_use]
pub fn is_included(leaf: &[u8], index: u64, proof: &[Hash], size: u64, root: &Hash) -> bool {
    let tree = RootHash::<Sha256>::new((*root).into(), size);
    let Ok(proof) = InclusionProof::try_from_bytes(proof.concat()) else { return false };
    is_countable(size) && tree.verify_inclusion(&leaf, index, &proof).is_ok()
}

/// Whether the old tree is the beginning of the new one. Each is a size and a root. The empty tree is the beginning of every tree.
#[must_use]
pub fn is_consistent((old_size, old): (u64, &Hash), (new_size, new): (u64, &Hash), proof: &[Hash]) -> bool {
    if old_size == 0 || old_size == new_size {
        let nothing = folded([].iter());
        return proof.is_empty() && if old_size == 0 { *old == nothing } else { old == new };
    }
    let Ok(proof) = ConsistencyProof::try_from_bytes(proof.concat()) else { return false };
    let (old, new) = (RootHash::<Sha256>::new((*old).into(), old_size), RootHash::new((*new).into(), new_size));
    old_size < new_size && is_countable(new_size) && new.verify_consistency(&old, &proof).is_ok()
}

/// More leaves than this nobody has, and arithmetic about them would overflow.
const fn is_countable(size: u64) -> bool {
    size < 1 << 53
}
