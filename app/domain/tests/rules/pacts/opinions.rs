//! Opinions: words, counts, groups.

use gongzhi_domain::Reason;
use gongzhi_domain::ids::OpinionId;
use gongzhi_domain::pact::opinion::{WORDS_MAX, check_words, groups, similar};
use gongzhi_domain::pact::{Stance, Stances};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn id(n: usize) -> OpinionId {
    OpinionId::from_uuid(uuid::Uuid::from_u128(n as u128))
}

#[test]
fn only_agreeing_needs_no_words() {
    assert_eq!(check_words(Stance::Agree, " "), Ok(()));
    assert_eq!(check_words(Stance::Change, " \n").unwrap_err().reason, Reason::Missing);
    assert_eq!(check_words(Stance::Object, "").unwrap_err().field, "words");
    assert_eq!(check_words(Stance::Object, "不行"), Ok(()));
    assert_eq!(check_words(Stance::Agree, &"好".repeat(1_001)).unwrap_err().reason, Reason::TooLong { max: WORDS_MAX });
    assert_eq!(check_words(Stance::Change, &"好".repeat(1_000)), Ok(()));
    assert_eq!(check_words(Stance::Change, "a\u{7}b").unwrap_err().reason, Reason::Unreadable);
}

#[test]
fn what_says_much_the_same_stands_together() {
    let texts = [
        "遛狗绳长改为两米",
        "绳子太短，遛狗绳长改为两米吧",
        "晚上十点以后不要遛狗",
        "晚上十点以后请不要遛狗",
        "垃圾桶不够",
        "",
    ];
    let opinions: Vec<(OpinionId, &str)> = texts.iter().enumerate().map(|(at, text)| (id(at), *text)).collect();
    let found = groups(&opinions);
    assert_eq!(found, [vec![id(0), id(1)], vec![id(2), id(3)], vec![id(4)], vec![id(5)]]);
}

#[test]
fn stances_are_counted() {
    let counts: Stances = [Stance::Agree, Stance::Object, Stance::Agree, Stance::Change].into_iter().collect();
    assert_eq!(counts, Stances { agree: 2, change: 1, object: 1 });
    assert_eq!(counts.total(), 4);
}

proptest! {
    #[test]
    fn similar_either_way_round(one in "[绳长两米遛狗a ]{0,12}", other in "[绳长两米遛狗a ]{0,12}") {
        prop_assert_eq!(similar(&one, &other), similar(&other, &one));
        prop_assert_eq!(similar(&one, &one), one.trim() != "");
    }

    /// Against the plain reading: whoever is linked by a chain of similar texts is one group.
    #[test]
    fn groups_are_chains_whatever_the_order(texts in prop::collection::vec("[绳长两米遛狗垃圾]{0,7}", 0..14), turn in 0_usize..14) {
        let opinions: Vec<(OpinionId, &str)> = texts.iter().enumerate().map(|(at, text)| (id(at), text.as_str())).collect();
        let found = groups(&opinions);

        let mut turned = opinions.clone();
        turned.rotate_left(turn % opinions.len().max(1));
        turned.reverse();
        prop_assert_eq!(&groups(&turned), &found);

        let mut slow: BTreeSet<BTreeSet<OpinionId>> = BTreeSet::new();
        for (start, _) in &opinions {
            let mut chain = BTreeSet::from([*start]);
            loop {
                let before = chain.len();
                for (other, text) in &opinions {
                    if opinions.iter().any(|(member, words)| chain.contains(member) && similar(words, text)) {
                        chain.insert(*other);
                    }
                }
                if chain.len() == before {
                    break;
                }
            }
            slow.insert(chain);
        }
        prop_assert_eq!(found.iter().map(|group| group.iter().copied().collect()).collect::<BTreeSet<BTreeSet<_>>>(), slow);
        prop_assert!(found.windows(2).all(|pair| pair[0].len() >= pair[1].len()));
        prop_assert!(found.iter().all(|group| group.is_sorted()));
    }
}
