//! Trees and proofs from stored nodes, beside a tree that is held in memory as a whole.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use gongzhi_proof::Hash;
use gongzhi_proof::tree::{self, Edge, Node, Nodes};
use sha2::Sha256;

/// Grows a tree leaf by leaf, keeping what is completed, as the store does.
fn grown(leaves: u64) -> (Edge, Nodes) {
    let (mut edge, mut nodes) = (Edge::default(), Nodes::new());
    for leaf in 0..leaves {
        for (level, hash) in (0..).zip(edge.push(tree::leaf_hash(&leaf.to_be_bytes()))) {
            let node = Node { level, index: leaf >> level };
            assert_eq!(node.completed_by(), leaf);
            assert!(nodes.insert(node, hash).is_none());
        }
    }
    (edge, nodes)
}

fn yardstick(leaves: u64) -> MemoryBackedTree<Sha256, [u8; 8]> {
    let mut tree = MemoryBackedTree::new();
    (0..leaves).for_each(|leaf| tree.push(leaf.to_be_bytes()));
    tree
}

fn root_of(tree: &MemoryBackedTree<Sha256, [u8; 8]>) -> Hash {
    (*tree.root().as_bytes()).into()
}

#[test]
fn roots_and_proofs_are_those_of_the_rfc_for_every_size_to_130() {
    let (_, nodes) = grown(130);
    for size in 1..=130 {
        let whole = yardstick(size);
        let root = tree::root(size, &nodes).unwrap();
        assert_eq!(root, root_of(&whole), "root of {size}");
        assert_eq!(grown(size).0.root(), root);
        for index in 0..size {
            let proof = tree::inclusion(index, size, &nodes).unwrap();
            assert_eq!(
                proof.concat(),
                whole.prove_inclusion(usize::try_from(index).unwrap()).as_bytes(),
                "{index} in {size}"
            );
            assert!(tree::is_included(&index.to_be_bytes(), index, &proof, size, &root));
            assert!(!tree::is_included(&(index + 1).to_be_bytes(), index, &proof, size, &root));
            assert!(tree::inclusion_nodes(index, size).len() <= 16, "few nodes are read");
        }
        for old in 1..size {
            let proof = tree::consistency(old, size, &nodes).unwrap();
            let expected = whole.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(proof.concat(), expected.as_bytes(), "{old} in {size}");
            let before = tree::root(old, &nodes).unwrap();
            assert!(tree::is_consistent((old, &before), (size, &root), &proof));
            assert!(!tree::is_consistent((old, &root), (size, &before), &proof));
        }
        assert_eq!(tree::inclusion(size, size, &nodes), None);
        assert_eq!(tree::consistency(size + 1, size, &nodes), None);
    }
}

#[test]
fn the_empty_tree_is_the_beginning_of_every_tree() {
    let (edge, nodes) = grown(5);
    let (empty, root) = (tree::root(0, &nodes).unwrap(), edge.root());
    assert_eq!(hex::encode(empty), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(tree::consistency(0, 5, &nodes), Some(vec![]));
    assert!(tree::is_consistent((0, &empty), (5, &root), &[]));
    assert!(tree::is_consistent((5, &root), (5, &root), &[]));
    assert!(!tree::is_consistent((5, &empty), (5, &root), &[]));
}

#[test]
fn a_tree_grows_on_from_its_stored_edge() {
    for size in 0..40 {
        let (edge, nodes) = grown(size);
        let hashes = tree::root_nodes(size).iter().map(|node| nodes[node]).collect();
        assert_eq!(Edge::of(size, hashes), Some(edge));
    }
    assert_eq!(Edge::of(3, vec![]), None);
}

#[test]
fn sizes_that_nobody_has_are_refused_without_ado() {
    for size in [u64::MAX, 1 << 63, 1 << 53] {
        assert!(!tree::is_included(b"", 0, &[], size, &[0; 32]));
        assert!(!tree::is_consistent((1, &[0; 32]), (size, &[0; 32]), &[]));
    }
}
