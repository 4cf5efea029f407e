//! Quorum and majority at every boundary, against slow formulations that share nothing with the code.

use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::ballot::{self, Ballot, NoProxy, Paper};
use gongzhi_domain::pact::quorum::{LineOf, Relation, Threshold, Unsound};
use gongzhi_domain::pact::{
    Basis, Capacity, Choice, Count, Kind, Outcome, Reckoning, RuleProfile, Secrecy, Tally, reckon,
};
use gongzhi_domain::{Named, Reason};
use proptest::prelude::*;

/// `number * times` as decimal digits, the ones first: by adding it up, without any multiplication.
fn many(number: u64, times: u32) -> Vec<u8> {
    let digits: Vec<u8> = number.to_string().bytes().rev().map(|digit| digit - b'0').collect();
    let mut sum: Vec<u8> = vec![0; 40];
    for _ in 0..times {
        let mut carry = 0;
        for (at, cell) in sum.iter_mut().enumerate() {
            let value = *cell + digits.get(at).copied().unwrap_or(0) + carry;
            (*cell, carry) = (value % 10, value / 10);
        }
    }
    sum
}

fn slow(threshold: Threshold, part: u64, whole: u64) -> bool {
    let left = many(part, threshold.times).into_iter().rev().collect::<Vec<_>>();
    let right = many(whole, threshold.of).into_iter().rev().collect::<Vec<_>>();
    match threshold.relation {
        Relation::MoreThan => left > right,
        Relation::AtLeast => left >= right,
    }
}

fn counting(kind: Kind, basis: Basis) -> gongzhi_domain::pact::Counting {
    RuleProfile::built_in(kind).counting(basis).unwrap().clone()
}

fn heads(total: u64, present: u64, yes: u64) -> Tally {
    Tally { heads: Count { total, present, yes, no: present - yes, abstain: 0 }, area_cm2: None }
}

fn outcome(kind: Kind, basis: Basis, tally: &Tally) -> Outcome {
    reckon(&counting(kind, basis), tally).unwrap().outcome
}

#[test]
fn people_counted_one_by_one_agree_with_the_formulas() {
    for whole in 0_u64..200 {
        for part in 0..=whole {
            let rest = whole - part;
            assert_eq!(Threshold::MORE_THAN_HALF.holds(part, whole), part > rest, "half: {part} of {whole}");
            assert_eq!(Threshold::TWO_THIRDS.holds(part, whole), rest + rest <= part, "two thirds: {part} of {whole}");
            assert_eq!(
                Threshold::THREE_QUARTERS.holds(part, whole),
                rest * 3 <= part,
                "three quarters: {part} of {whole}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_size_overflows(part: u64, whole: u64, near in 0_u64..4) {
        for threshold in [Threshold::MORE_THAN_HALF, Threshold::TWO_THIRDS, Threshold::THREE_QUARTERS] {
            for (part, whole) in [(part, whole), (u64::MAX - near, u64::MAX), (whole / 2 + near, whole), (whole / 3 * 2 + near, whole),
                (whole / 4 * 3 + near, whole)] {
                prop_assert_eq!(threshold.holds(part, whole), slow(threshold, part, whole), "{:?} {} {}", threshold, part, whole);
            }
        }
    }

    #[test]
    fn what_is_needed_is_the_smallest_that_does(whole in 0_u64..2_000) {
        for threshold in [Threshold::MORE_THAN_HALF, Threshold::TWO_THIRDS, Threshold::THREE_QUARTERS] {
            let smallest = (0..=whole).find(|part| threshold.holds(*part, whole));
            prop_assert_eq!(threshold.needed(whole), smallest);
        }
    }

    #[test]
    fn a_line_can_be_done_again_by_anybody(total in 1_u64..5_000, present in 0_u64..5_000, yes in 0_u64..5_000, area in 1_u64..1_000_000_000) {
        let present = present.min(total);
        let yes = yes.min(present);
        let of_area = Count { total: area * total, present: area * present, yes: area * yes, no: 0, abstain: area * (present - yes) };
        let tally = Tally { heads: heads(total, present, yes).heads, area_cm2: Some(of_area) };
        for basis in [Basis::Owners, Basis::OwnersSpecial] {
            let counting = counting(Kind::OwnersCovenant, basis);
            let result = reckon(&counting, &tally).unwrap();
            prop_assert_eq!(result.lines.iter().map(|line| line.line).collect::<Vec<_>>(),
                vec![LineOf::QuorumHeads, LineOf::QuorumArea, LineOf::PassHeads, LineOf::PassArea]);
            for line in &result.lines {
                prop_assert_eq!(line.left(), u128::from(line.threshold.times) * u128::from(line.part));
                prop_assert_eq!(line.right(), u128::from(line.threshold.of) * u128::from(line.whole));
                prop_assert_eq!(line.holds, slow(line.threshold, line.part, line.whole));
                prop_assert_eq!(&line.source.law.zh, "民法典");
            }
            prop_assert_eq!(result.outcome == Outcome::Passed, result.lines.iter().all(|line| line.holds));
            prop_assert!(result.is_right(&counting));
            let mut wrong = result.clone();
            wrong.tally.heads.yes += 1;
            prop_assert!(!wrong.is_right(&counting));
            let json = serde_json::to_string(&result).unwrap();
            prop_assert_eq!(serde_json::from_str::<Reckoning>(&json).unwrap(), result);
        }
    }

    #[test]
    fn ballots_add_up(ballots in prop::collection::vec((prop::option::of(prop::sample::select(Choice::ALL)), 1_u64..2_000_000), 0..60), more in 0_u64..20) {
        let list: Vec<Ballot> = ballots.iter().map(|(choice, area_cm2)| Ballot { choice: *choice, area_cm2: *area_cm2 }).collect();
        let total = list.len() as u64 + more;
        let area: u64 = list.iter().map(|ballot| ballot.area_cm2).sum();
        let tally = ballot::tally(Basis::Owners, total, area, list.iter().copied());
        let of = |choice| list.iter().filter(move |ballot| ballot.choice == Some(choice));
        let counted = tally.area_cm2.unwrap();
        prop_assert_eq!(tally.heads.present, list.len() as u64);
        prop_assert_eq!(tally.heads.yes, of(Choice::Yes).count() as u64);
        prop_assert_eq!(counted.no, of(Choice::No).map(|ballot| ballot.area_cm2).sum::<u64>());
        prop_assert_eq!(counted.present, area);
        prop_assert!(tally.heads.is_sound() && counted.is_sound());
        prop_assert_eq!(ballot::tally(Basis::Households, total, 0, list).area_cm2, None);
    }

    #[test]
    fn a_small_number_cannot_be_taken_from_the_rest(parts in prop::collection::vec(0_u64..30, 0..8)) {
        let counts: Vec<Count> = parts.iter().map(|present| Count { total: 50, present: *present, yes: *present, ..Count::default() }).collect();
        let shown = ballot::shown(&counts);
        let hidden: Vec<u64> = parts.iter().zip(&shown).filter(|(_, part)| part.is_none()).map(|(present, _)| *present).collect();
        prop_assert!(parts.iter().zip(&shown).all(|(present, part)| part.is_none() || *present == 0 || *present >= 5));
        let voted = parts.iter().filter(|present| **present > 0).count();
        prop_assert!(hidden.len() != 1 || voted == 1, "{:?} {:?}", parts, shown);
    }
}

#[test]
fn the_boundaries_of_the_laws() {
    use Outcome::{NoQuorum, Passed, Rejected};
    let table = [
        // The design's own example: 618 households, 347 came, 301 said yes.
        (Kind::ResidentConvention, Basis::Households, 618, 347, 301, Passed),
        (Kind::ResidentConvention, Basis::Households, 618, 309, 309, NoQuorum),
        (Kind::ResidentConvention, Basis::Households, 618, 310, 156, Passed),
        (Kind::ResidentConvention, Basis::Households, 618, 310, 155, Rejected),
        (Kind::ResidentConvention, Basis::Adults, 1_201, 600, 600, NoQuorum),
        (Kind::ResidentConvention, Basis::Adults, 1_201, 601, 301, Passed),
        (Kind::ResidentConvention, Basis::Representatives, 60, 39, 39, NoQuorum),
        (Kind::ResidentConvention, Basis::Representatives, 60, 40, 21, Passed),
        (Kind::ResidentConvention, Basis::Representatives, 60, 40, 20, Rejected),
        (Kind::VillageRules, Basis::Households, 300, 199, 199, NoQuorum),
        (Kind::VillageRules, Basis::Households, 300, 200, 101, Passed),
        (Kind::VillageRules, Basis::Households, 300, 200, 100, Rejected),
        (Kind::VillageRules, Basis::Adults, 300, 150, 150, NoQuorum),
        (Kind::VillageRules, Basis::Adults, 300, 151, 76, Passed),
        (Kind::BuildingPledge, Basis::Signers, 24, 1, 1, Passed),
        (Kind::BuildingPledge, Basis::Signers, 24, 2, 1, Rejected),
        (Kind::BuildingPledge, Basis::Signers, 24, 0, 0, NoQuorum),
        (Kind::ResidentConvention, Basis::Households, 0, 0, 0, NoQuorum),
    ];
    for (kind, basis, total, present, yes, expected) in table {
        assert_eq!(
            outcome(kind, basis, &heads(total, present, yes)),
            expected,
            "{kind} {basis}: {yes} of {present} of {total}"
        );
    }
}

#[test]
fn owners_need_heads_and_area_each() {
    let with = |heads: [u64; 3], area: [u64; 3]| {
        let count = |[total, present, yes]: [u64; 3]| Count { total, present, yes, no: 0, abstain: present - yes };
        Tally { heads: count(heads), area_cm2: Some(count(area)) }
    };
    let owners = |tally: &Tally| outcome(Kind::OwnersCovenant, Basis::Owners, tally);
    let special = |tally: &Tally| outcome(Kind::OwnersCovenant, Basis::OwnersSpecial, tally);
    assert_eq!(owners(&with([300, 200, 101], [30_000, 20_000, 10_001])), Outcome::Passed);
    assert_eq!(owners(&with([300, 199, 199], [30_000, 20_000, 20_000])), Outcome::NoQuorum);
    assert_eq!(owners(&with([300, 200, 200], [30_000, 19_999, 19_999])), Outcome::NoQuorum);
    assert_eq!(owners(&with([300, 200, 100], [30_000, 20_000, 20_000])), Outcome::Rejected);
    assert_eq!(owners(&with([300, 200, 200], [30_000, 20_000, 10_000])), Outcome::Rejected);
    assert_eq!(special(&with([300, 200, 150], [30_000, 20_000, 15_000])), Outcome::Passed);
    assert_eq!(special(&with([300, 200, 149], [30_000, 20_000, 20_000])), Outcome::Rejected);
    assert_eq!(special(&with([300, 200, 200], [30_000, 20_000, 14_999])), Outcome::Rejected);
}

#[test]
fn numbers_that_do_not_fit_have_no_result() {
    let urban = counting(Kind::ResidentConvention, Basis::Households);
    let of =
        |total, present, yes, no, abstain| Tally { heads: Count { total, present, yes, no, abstain }, area_cm2: None };
    assert_eq!(reckon(&urban, &of(10, 11, 0, 0, 0)), Err(Unsound));
    assert_eq!(reckon(&urban, &of(10, 8, 5, 3, 1)), Err(Unsound));
    assert_eq!(reckon(&urban, &of(u64::MAX, u64::MAX, u64::MAX, u64::MAX, 1)), Err(Unsound));
    assert_eq!(reckon(&counting(Kind::OwnersCovenant, Basis::Owners), &of(10, 8, 8, 0, 0)), Err(Unsound));
    assert_eq!(reckon(&urban, &Tally { area_cm2: Some(Count::default()), ..of(10, 8, 8, 0, 0) }), Err(Unsound));
}

#[test]
fn a_line_is_said_as_people_check_it() {
    let lines = |kind, basis, tally| reckon(&counting(kind, basis), &tally).unwrap().lines;
    let said: Vec<String> = lines(Kind::ResidentConvention, Basis::Households, heads(618, 347, 301))
        .iter()
        .map(|line| line.formula())
        .collect();
    assert_eq!(said, ["2 × 347 = 694 > 618", "2 × 301 = 602 > 347"]);
    let village = lines(Kind::VillageRules, Basis::Households, heads(300, 199, 100));
    assert_eq!(village[0].formula(), "3 × 199 = 597 < 600 = 2 × 300");
    assert_eq!(village[0].source.article, "26");
}

#[test]
fn each_profile_says_what_the_chapter_says() {
    // Kind, who decides, quorum article, pass article, notice, publish, filing article, proxies.
    let table = [
        (Kind::ResidentConvention, "30", "27", "27", (10, "26"), (15, "34"), Some("31"), 0),
        (Kind::VillageRules, "31", "26", "26", (10, "25"), (15, "35"), Some("31"), 0),
        (Kind::OwnersCovenant, "278", "278", "278", (15, ""), (15, ""), Some(""), 3),
        (Kind::BuildingPledge, "", "", "", (10, ""), (15, ""), None, 0),
    ];
    for (kind, decides, quorum, pass, notice, publish, filing, proxies) in table {
        let rules = RuleProfile::built_in(kind);
        let usual = rules.usual().unwrap();
        assert_eq!((rules.kind, rules.version, rules.secrecy), (kind, 1, Secrecy::Open));
        assert_eq!(rules.decides_source.article, decides, "{kind}");
        assert_eq!(usual.quorum.as_ref().map_or("", |share| share.source.article.as_str()), quorum, "{kind}");
        assert_eq!(usual.pass.source.article, pass, "{kind}");
        assert_eq!((rules.windows.notice.days, rules.windows.notice.source.article.as_str()), notice, "{kind}");
        assert_eq!((rules.windows.publish.days, rules.windows.publish.source.article.as_str()), publish, "{kind}");
        assert_eq!(rules.filing.as_ref().map(|filing| filing.source.article.as_str()), filing, "{kind}");
        assert_eq!(
            (rules.proxies.allowed, rules.proxies.most, rules.proxies.written),
            (proxies > 0, proxies, true),
            "{kind}"
        );
        assert_eq!(rules.representatives_allowed(), kind == Kind::ResidentConvention, "{kind}");
        let w = &rules.windows;
        let ours = [
            w.consult.days,
            w.analyse.days,
            w.roll_objections.days,
            w.roll_answers.days,
            w.result_objections.days,
            w.sign.days,
        ];
        assert_eq!((ours, w.review_years), ([15, 30, 5, 3, 5, 30], 3), "{kind}");
        assert!(rules.note.en.contains("street office"), "{kind}");
        assert_eq!(rules.problems(), [], "{kind}");
        let json = serde_json::to_value(&rules).unwrap();
        assert_eq!(serde_json::from_value::<RuleProfile>(json).unwrap(), rules);
    }
}

#[test]
fn a_local_rule_is_a_new_version() {
    let rules = RuleProfile::built_in(Kind::ResidentConvention);
    let mut local = rules.clone();
    local.windows.notice.days = 20;
    local.note = Named::new("本街道：公告二十日。", "");
    let second = local.clone().next_version(&rules).unwrap();
    assert_eq!((second.version, second.windows.notice.days), (2, 20));

    local.windows.publish.days = 0;
    local.proxies.most = 4;
    let problems = local.clone().next_version(&second).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["publish", "proxies"]);
    assert_eq!(problems[0].reason, Reason::OutOfRange { min: 1, max: 366 });
    assert!(rules.next_version(&RuleProfile::built_in(Kind::VillageRules)).is_err());
}

#[test]
fn one_acts_for_three_at_most_and_in_writing() {
    let [one, other] = [1, 2].map(|n| PersonId::from_uuid(uuid::Uuid::from_u128(n)));
    let owners = RuleProfile::built_in(Kind::OwnersCovenant);
    assert_eq!(ballot::proxy(&owners, one, other, 2, true), Ok(()));
    assert_eq!(ballot::proxy(&owners, one, other, 3, true), Err(NoProxy::TooMany));
    assert_eq!(ballot::proxy(&owners, one, other, 0, false), Err(NoProxy::NotWritten));
    assert_eq!(ballot::proxy(&owners, one, one, 0, true), Err(NoProxy::Oneself));
    let urban = RuleProfile::built_in(Kind::ResidentConvention);
    assert_eq!(ballot::proxy(&urban, one, other, 0, true), Err(NoProxy::NotAllowed));
    assert!(ballot::may_vote(urban.usual().unwrap(), Capacity::Resident));
    assert!(!ballot::may_vote(urban.usual().unwrap(), Capacity::Owner));
}

#[test]
fn a_paper_is_read_by_two_people() {
    let [one, two, three] = [1, 2, 3].map(|n| PersonId::from_uuid(uuid::Uuid::from_u128(n)));
    assert_eq!(ballot::paper(&[]), Paper::Waits);
    assert_eq!(ballot::paper(&[(one, Choice::Yes), (one, Choice::Yes)]), Paper::Waits);
    assert_eq!(ballot::paper(&[(one, Choice::Yes), (two, Choice::Yes)]), Paper::Is(Choice::Yes));
    assert_eq!(ballot::paper(&[(one, Choice::Yes), (two, Choice::No)]), Paper::Differs);
    assert_eq!(ballot::paper(&[(one, Choice::Yes), (two, Choice::No), (one, Choice::No)]), Paper::Is(Choice::No));
    assert_eq!(ballot::paper(&[(one, Choice::Yes), (two, Choice::Yes), (three, Choice::No)]), Paper::Differs);
}
