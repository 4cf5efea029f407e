//! Clauses and the difference of two versions; what a signature binds.

use super::beijing;
use gongzhi_domain::Reason;
use gongzhi_domain::ids::{ClauseId, HouseholdId};
use gongzhi_domain::pact::clause::{
    CLAUSES_MAX, Change, Clause, ClauseDiff, Went, apply, diff, normal, problems, went,
};
use gongzhi_domain::pact::statement::{Sha256, Statement};
use gongzhi_domain::pact::{Capacity, Channel};
use gongzhi_domain::text::{Span, diff_graphemes};
use proptest::prelude::*;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

fn id(n: u128) -> ClauseId {
    ClauseId::from_uuid(uuid::Uuid::from_u128(n))
}

fn clause(n: u128, text: &str) -> Clause {
    Clause { id: id(n), text: text.to_owned() }
}

/// A version of a pact: some of eight clauses in some order, with short texts.
fn version() -> impl Strategy<Value = Vec<Clause>> {
    let clauses = prop::collection::vec("[牵绳两米15 。é👍🏽]{1,6}", 8)
        .prop_map(|texts| texts.iter().enumerate().map(|(at, text)| clause(at as u128, text)).collect::<Vec<_>>());
    clauses.prop_shuffle().prop_flat_map(|clauses| (0..=clauses.len(), Just(clauses))).prop_map(
        |(kept, mut clauses)| {
            clauses.truncate(kept);
            clauses
        },
    )
}

#[test]
fn a_clause_that_only_got_another_number_has_not_moved() {
    let old = [clause(1, "牵绳"), clause(2, "清理粪便"), clause(3, "不扰民"), clause(4, "打疫苗")];
    let new = [
        clause(5, "办犬证"),
        clause(1, "牵绳"),
        clause(3, "晚上十点以后不扰民"),
        clause(4, "打疫苗"),
        clause(2, "清理粪便"),
    ];
    let list = diff(&old, &new);
    let said: Vec<(ClauseId, Option<u32>, Option<u32>, bool)> =
        list.iter().map(|line| (line.id, line.old_no, line.new_no, line.moved)).collect();
    assert_eq!(
        said,
        [
            (id(5), None, Some(1), false),
            (id(1), Some(1), Some(2), false),
            (id(3), Some(3), Some(3), false),
            (id(4), Some(4), Some(4), false),
            (id(2), Some(2), Some(5), true),
        ]
    );
    assert_eq!(
        list[2].change,
        Change::Changed(vec![Span::New("晚上十点以后".to_owned()), Span::Same("不扰民".to_owned())])
    );
    assert!(!list[1].is_touched() && list[4].is_touched());
    assert_eq!(went(&old, &new, id(3)), Some(Went::Changed(3)));
    assert_eq!(went(&old, &new, id(2)), Some(Went::Same(5)));
    assert_eq!(went(&new, &old, id(5)), Some(Went::Gone));
    assert_eq!(went(&old, &new, id(5)), None);
}

#[test]
fn a_removed_clause_stands_where_it_was() {
    let old = [clause(1, "甲"), clause(2, "乙"), clause(3, "丙"), clause(4, "丁")];
    let order: Vec<ClauseId> = diff(&old, &[clause(4, "丁"), clause(1, "甲")]).iter().map(|line| line.id).collect();
    assert_eq!(order, [id(4), id(1), id(2), id(3)]);
    let order: Vec<ClauseId> = diff(&old, &[clause(4, "丁")]).iter().map(|line| line.id).collect();
    assert_eq!(order, [id(1), id(2), id(3), id(4)]);
    assert_eq!(apply(&[clause(1, "别的")], &diff(&old, &old)), None, "a difference belongs to its version");
}

#[test]
fn the_limits_of_a_text() {
    assert_eq!(problems(&[]).len(), 1);
    assert_eq!(problems(&[clause(1, "好")]), []);
    let all: Vec<Clause> = (0..CLAUSES_MAX as u128).map(|n| clause(n, &"字".repeat(1_000))).collect();
    assert_eq!(problems(&all), []);
    let more: Vec<Clause> = (0..=CLAUSES_MAX as u128).map(|n| clause(n, "字")).collect();
    assert_eq!(problems(&more)[0].field, "clauses");
    let wrong = problems(&[clause(1, "字"), clause(2, " "), clause(3, &"字".repeat(1_001)), clause(1, "又是一")]);
    let said: Vec<(&str, &Reason)> = wrong.iter().map(|problem| (problem.field.as_str(), &problem.reason)).collect();
    assert_eq!(
        said,
        [("text-1", &Reason::Missing), ("text-2", &Reason::TooLong { max: 1_000 }), ("text-3", &Reason::Taken)]
    );
}

#[test]
fn the_same_words_have_one_form() {
    assert_eq!(normal("e\u{301}te\u{301}\r\n二\r三 "), "\u{e9}t\u{e9}\n二\n三");
    assert_eq!(normal("\u{fa10}"), "\u{585a}");
}

#[test]
fn a_signature_binds_everything() {
    let hash = |n: u8| Sha256([n; 32]);
    let statement = Statement {
        pact: "BY03-2026-02",
        version: 3,
        text: hash(1),
        rule_profile: hash(2),
        resolution: "BY03-2026-02/9",
        signer: hash(3),
        capacity: Capacity::Resident,
        household: HouseholdId::from_uuid(uuid::Uuid::from_u128(7)),
        channel: Channel::Phone,
        evidence: hash(0xab),
        at: beijing("2026-11-22 08:00"),
    };
    let others = [
        Statement { pact: "BY03-2026-03", ..statement },
        Statement { version: 4, ..statement },
        Statement { text: hash(4), ..statement },
        Statement { rule_profile: hash(4), ..statement },
        Statement { resolution: "BY03-2026-02/8", ..statement },
        Statement { signer: hash(4), ..statement },
        Statement { capacity: Capacity::Owner, ..statement },
        Statement { household: HouseholdId::from_uuid(uuid::Uuid::from_u128(8)), ..statement },
        Statement { channel: Channel::Paper, ..statement },
        Statement { evidence: hash(4), ..statement },
        Statement { at: beijing("2026-11-22 08:01"), ..statement },
    ];
    let value = statement.value();
    assert_eq!(value["at"], "2026-11-22T00:00:00.000000Z");
    assert_eq!(value["evidence_sha256"], "ab".repeat(32));
    assert_eq!(value.as_object().unwrap().len(), others.len() + 1, "one member for each, and what it says it is");
    for other in others {
        assert_ne!(other.value(), value);
    }
}

/// The most of the common clauses that keep their order, by trying every choice.
fn most_in_order(old: &[Clause], new: &[Clause]) -> usize {
    let places: Vec<usize> =
        new.iter().filter_map(|clause| old.iter().position(|other| other.id == clause.id)).collect();
    (0_u32..1 << places.len())
        .filter_map(|choice| {
            let kept: Vec<usize> =
                places.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1).map(|(_, place)| *place).collect();
            kept.is_sorted().then_some(kept.len())
        })
        .max()
        .unwrap_or(0)
}

proptest! {
    #[test]
    fn the_old_version_and_the_difference_make_the_new_one(old in version(), new in version()) {
        let list = diff(&old, &new);
        let json = serde_json::to_string(&list).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<ClauseDiff>>(&json).unwrap(), list.clone());
        prop_assert_eq!(apply(&old, &list), Some(new.clone()));
        let ids: BTreeSet<ClauseId> = old.iter().chain(&new).map(|clause| clause.id).collect();
        prop_assert_eq!(list.len(), ids.len(), "each clause once");
        prop_assert!(diff(&old, &old).iter().all(|line| !line.is_touched()));
    }

    #[test]
    fn as_few_as_possible_moved(old in version(), new in version()) {
        let common = new.iter().filter(|clause| old.iter().any(|other| other.id == clause.id)).count();
        let moved = diff(&old, &new).iter().filter(|line| line.moved).count();
        prop_assert_eq!(common - moved, most_in_order(&old, &new));
    }

    #[test]
    fn no_grapheme_is_cut(old in "[牵é e\u{301}👍🏽👨\u{200d}👩🇨🇳한\u{1112}\u{1161}1米]{0,16}", new in "[牵é e\u{301}👍🏽👨\u{200d}👩🇨🇳한\u{1112}\u{1161}1米]{0,16}") {
        let spans = diff_graphemes(&old, &new);
        for (text, skip) in [(&old, 1), (&new, 0)] {
            let ends: BTreeSet<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            let mut at = 0;
            for span in &spans {
                let counts = match span {
                    Span::Same(_) => true,
                    Span::Gone(_) => skip == 1,
                    Span::New(_) => skip == 0,
                };
                if counts {
                    at += span.text().len();
                    prop_assert!(ends.contains(&at), "{:?} in {:?}", spans, text);
                }
            }
            prop_assert_eq!(at, text.len());
        }
    }

    #[test]
    fn the_form_is_settled_at_once(text in "\\PC{0,30}[\r\n]{0,3}") {
        let once = normal(&text);
        prop_assert_eq!(normal(&once), once.clone());
        prop_assert!(!once.contains('\r'));
    }
}
