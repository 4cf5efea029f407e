//! A receipt proves what it says, and nothing in it can be changed.

use gongzhi_proof::note::{Note, SignatureType, SigningKey};
use gongzhi_proof::receipt::{Fault, Parts, Receipt};
use gongzhi_proof::text::{SignedClause, SignedText};
use gongzhi_proof::tree::{self, Edge, Node, Nodes};
use gongzhi_proof::{Checkpoint, Key, Leaf, LeafKind};
use proptest::prelude::*;
use serde_json::{Value, json};

fn log_key() -> SigningKey {
    SigningKey::new("gongzhi.example/log", SignatureType::Plain, &[1; 32]).unwrap()
}

fn street() -> SigningKey {
    SigningKey::new("巴彦街道办事处", SignatureType::Cosignature, &[2; 32]).unwrap()
}

fn text() -> SignedText {
    let clause = |n: u8, words: &str| SignedClause {
        id: format!("0192aaaa-0000-7000-8000-0000000000{n:02}"),
        text: words.to_owned(),
    };
    SignedText {
        attachments: vec![hex::encode([9; 32])],
        clauses: vec![clause(1, "楼道里不堆放杂物。"), clause(2, "晚上十点以后保持安静，不跳舞、不装修。")],
        title: "巴彦小区居民公约".to_owned(),
    }
}

/// The receipt of leaf `index` in a log of `size` leaves of the given kind.
fn receipt(kind: LeafKind, index: u64, size: u64) -> Receipt {
    let statement = |n: u64| json!({"person": format!("甲{n}"), "text_sha256": text().hash_hex(), "version": 3});
    let salt = |n: u64| [u8::try_from(n % 251).unwrap(); 32];
    let leaf =
        |n: u64| Leaf::of(kind, &format!("{kind}:{n}"), "2026-11-22T09:30:00Z", &statement(n), &salt(n)).unwrap();
    let (mut edge, mut nodes) = (Edge::default(), Nodes::new());
    for n in 0..size {
        let completed = edge.push(leaf(n).hash());
        nodes.extend((0..).zip(completed).map(|(level, hash)| (Node { level, index: n >> level }, hash)));
    }
    let extensions = vec!["time 1795337400".to_owned(), "reason stage".to_owned()];
    let head = Checkpoint { origin: "gongzhi.example/log".to_owned(), size, root: edge.root(), extensions }.to_string();
    let signatures = vec![log_key().sign(&head, 0), street().sign(&head, 1_795_337_460)];
    Receipt::from(Parts {
        note: Note { text: head, signatures },
        key: log_key().public().clone(),
        cosigners: vec![street().public().clone()],
        leaf: leaf(index),
        index,
        proof: tree::inclusion(index, size, &nodes).unwrap(),
        statement: statement(index),
        salt: salt(index),
        text: matches!(kind, LeafKind::Signature | LeafKind::Text).then(text),
    })
}

fn trusted() -> Vec<Key> {
    vec![log_key().public().clone()]
}

fn checked(file: &str) -> Result<gongzhi_proof::Checked, Fault> {
    Receipt::parse(file)?.verify(&trusted())
}

#[test]
fn every_receipt_of_every_small_log_verifies() {
    for size in 1..20 {
        for index in 0..size {
            let file = receipt(LeafKind::Signature, index, size).to_json().unwrap();
            let checked = checked(&file).unwrap();
            assert_eq!((checked.index, checked.checkpoint.size), (index, size));
            assert!(checked.has_text);
            assert_eq!(checked.cosigned.len(), 1);
            assert!(!checked.cosigned[0].trusted);
        }
    }
}

#[test]
fn a_trusted_cosigner_is_named_as_such() {
    let receipt = receipt(LeafKind::VoteCount, 2, 7);
    let checked = receipt.verify(&[trusted(), vec![street().public().clone()]].concat()).unwrap();
    assert!(checked.cosigned[0].trusted);
    assert_eq!(checked.cosigned[0].at, 1_795_337_460);
}

#[test]
fn another_log_or_a_cosigner_alone_is_not_trusted() {
    let receipt = receipt(LeafKind::Move, 0, 3);
    let other = SigningKey::new("gongzhi.example/log", SignatureType::Plain, &[3; 32]).unwrap();
    for keys in [vec![], vec![other.public().clone()], vec![street().public().clone()]] {
        assert_eq!(receipt.verify(&keys).unwrap_err().part(), "key");
    }
}

/// Which part each member of the file belongs to, as a fault names it.
fn part_of(member: &str, kind: LeafKind) -> &'static [&'static str] {
    match member {
        "checkpoint" => &["checkpoint", "cosignature"],
        "cosigners" => &["cosignature"],
        "key" => &["key"],
        "hash" | "leaf" => &["leaf"],
        "index" | "proof" => &["proof"],
        "salt" | "statement" if kind == LeafKind::VoteCount => &["tally"],
        "salt" | "statement" => &["signature"],
        "text" => &["text"],
        _ => &[],
    }
}

/// The member of the file that holds a byte.
fn member_of(file: &str, at: usize) -> String {
    let object: Value = serde_json::from_str(file).unwrap();
    let mut from = 1;
    for (name, value) in object.as_object().unwrap() {
        let written = format!("{}:{}", json!(name), gongzhi_proof::canonical::write(value).unwrap());
        if at < from + written.len() + 1 {
            return name.clone();
        }
        from += written.len() + 1;
    }
    "end".to_owned()
}

fn flip(kind: LeafKind, index: u64, size: u64, at: prop::sample::Index, with: u8) -> Result<(), TestCaseError> {
    let file = receipt(kind, index % size, size).to_json().unwrap();
    let at = at.index(file.len());
    let mut bytes = file.clone().into_bytes();
    bytes[at] ^= with;
    // What is no text any more cannot even be pasted or opened.
    let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
    if changed.trim() == file {
        return Ok(());
    }
    let member = member_of(&file, at);
    match checked(&changed) {
        Ok(_) => prop_assert!(false, "byte {at} in {member} was changed unnoticed"),
        Err(Fault::File { member: said }) => {
            // A broken name or frame is noticed where it is met, or right after.
            prop_assert!(said.is_some() || at < 16, "{member}: {said:?} in {changed}");
        }
        Err(fault) => prop_assert!(part_of(&member, kind).contains(&fault.part()), "{member}: {fault}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_byte_can_be_changed_and_the_part_is_named(index in 0_u64..40, size in 1_u64..40, at: prop::sample::Index, with in 1_u8..=255) {
        flip(LeafKind::Signature, index, size, at, with)?;
    }

    #[test]
    fn nor_a_single_bit_of_a_tally(index in 0_u64..9, size in 1_u64..9, at: prop::sample::Index, bit in 0_u8..8) {
        flip(LeafKind::VoteCount, index, size, at, 1_u8 << bit)?;
    }
}

#[test]
fn a_byte_too_many_or_too_few_anywhere_is_noticed() {
    let file = receipt(LeafKind::Signature, 3, 6).to_json().unwrap();
    for at in (1..file.len()).filter(|at| file.is_char_boundary(*at)) {
        assert!(checked(&[&file[..at], " ", &file[at..]].concat()).is_err(), "a space at {at}");
        assert!(checked(&file[..at]).is_err(), "cut at {at}");
    }
    assert!(checked(&format!("\u{feff}\n {file}\n\n")).is_ok(), "spaces around it are no part of it");
}

#[test]
fn a_statement_cannot_be_given_to_another_leaf() {
    let (mine, other) = (receipt(LeafKind::Signature, 3, 6), receipt(LeafKind::Signature, 4, 6));
    let swapped = Receipt { statement: other.statement, salt: other.salt, ..mine.clone() };
    assert_eq!(swapped.verify(&trusted()).unwrap_err(), Fault::Statement { kind: LeafKind::Signature });
    let moved = Receipt { index: 4, ..mine.clone() };
    assert_eq!(moved.verify(&trusted()).unwrap_err(), Fault::Proof);
    let mut words = text();
    words.clauses.swap(0, 1);
    let reordered = Receipt { text: Some(words), ..mine };
    assert_eq!(reordered.verify(&trusted()).unwrap_err(), Fault::Text);
}

#[test]
fn whatever_is_pasted_gets_an_answer() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for wrong in ["", "{}", "null", "[]", "hello", "{\"format\":\"gongzhi-receipt/v1\"}", "\u{0}", &deep] {
        assert!(matches!(Receipt::parse(wrong), Err(Fault::File { .. })), "{wrong:.40}");
    }
}
