//! Facts of pacts.md about deliveries and meetings, and what must hold of any of them.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::delivery::{Outcome, Progress, Standing};
use gongzhi_domain::error::Reason;
use gongzhi_domain::household::import::{read, square_centimetres};
use gongzhi_domain::household::{DOORS_MAX, doors, doors_in};
use gongzhi_domain::ids::ClauseId;
use gongzhi_domain::meeting::{
    Adopted, Attendance, CODE_LENGTH, CODE_LETTERS, DraftClause, HandCount, MeetingKind, amended, code_in, code_of,
    code_window, good_until, good_windows, public_count, two_thirds,
};
use gongzhi_domain::room::{RoomMove, RoomState};
use proptest::prelude::*;
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(Outcome::ALL.to_vec())
}

proptest! {
    #[test]
    fn a_code_is_good_for_ten_minutes_at_least_and_twenty_at_most(made in 0_i64..4_000_000_000, later in 0_i64..7_200) {
        let window = code_window(at(made));
        let good = good_windows(at(made + later)).contains(&window);
        if later < 600 {
            prop_assert!(good);
        }
        if later >= 1_200 {
            prop_assert!(!good);
        }
        prop_assert_eq!(good, at(made + later) < good_until(window).unwrap());
        prop_assert!(good_until(window).unwrap() - at(made) > TimeDelta::minutes(10) - TimeDelta::seconds(1));
    }

    #[test]
    fn a_code_is_read_back_however_it_is_copied(bytes in prop::array::uniform32(any::<u8>())) {
        let code = code_of(&bytes);
        prop_assert_eq!(code.len(), CODE_LENGTH);
        prop_assert!(code.bytes().all(|byte| CODE_LETTERS.contains(&byte)));
        let copied = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
        prop_assert_eq!(code_in(&copied), Ok(code));
    }

    #[test]
    fn anything_typed_is_a_code_or_a_reason(typed in ".{0,60}") {
        match code_in(&typed) {
            Ok(code) => prop_assert_eq!(code.len(), CODE_LENGTH),
            Err(reason) => prop_assert!(matches!(reason, Reason::Missing | Reason::NotAQueryCode)),
        }
    }

    #[test]
    fn an_amendment_needs_more_than_half_of_those_present(present in 0_u32..3_000, yes in 0_u32..3_000, no in 0_u32..3_000, abstained in 0_u32..3_000) {
        let hands = HandCount { present, in_favour: yes, against: no, abstained };
        let possible = present > 0 && yes + no + abstained <= present;
        prop_assert_eq!(hands.check().is_ok(), possible);
        prop_assert_eq!(hands.adopted(), f64::from(yes) > f64::from(present) / 2.0);
        if possible && hands.adopted() {
            prop_assert!(no + abstained < yes, "whoever abstains counts as not for it");
        }
    }

    #[test]
    fn two_thirds_is_two_thirds(present in 0_u32..10_000, entitled in 0_u32..10_000) {
        let reached = entitled > 0 && i64::from(present) * 3 >= i64::from(entitled) * 2;
        prop_assert_eq!(two_thirds(present, entitled), reached);
        let came = Attendance { present, entitled };
        prop_assert_eq!(came.is_enough(MeetingKind::Representatives), reached);
        prop_assert_eq!(came.is_enough(MeetingKind::PartyMembers), present > 0);
        let with = |present| two_thirds(present, entitled);
        prop_assert!(entitled == 0 || (with(came.needed()) && !with(came.needed() - 1)), "the least number that is enough");
    }

    #[test]
    fn taking_back_returns_to_what_was_before(events in prop::collection::vec(outcome(), 0..12), last in outcome()) {
        prop_assume!(!matches!(last, Outcome::Sent | Outcome::Undone));
        let before = Standing::after(&events);
        let mut more = events.clone();
        more.extend([last, Outcome::Undone]);
        prop_assert_eq!(Standing::after(&more), before);
        let mut sent = events;
        sent.push(Outcome::Sent);
        let told = Standing::after(&sent);
        prop_assert!(told.pushed, "a message that was sent stays sent");
        prop_assert_eq!(told.reached(), before.reached(), "and is not yet delivered");
    }

    #[test]
    fn a_hundred_means_all(households in 0_u32..100_000, reached in 0_u32..100_000) {
        let reached = reached.min(households);
        let progress = Progress { households, reached, ..Progress::default() };
        prop_assert_eq!(progress.percent() == 100, households > 0 && reached == households);
        prop_assert_eq!(progress.missing(), households - reached);
    }

    #[test]
    fn doors_by_pattern_are_as_many_as_asked_and_all_different(stairways in 0_u16..25, floors in 0_u16..70, per_floor in 0_u16..50) {
        let many = usize::from(stairways) * usize::from(floors) * usize::from(per_floor);
        match doors(stairways, floors, per_floor) {
            Ok(made) => {
                prop_assert_eq!(made.len(), many);
                prop_assert!(many <= DOORS_MAX);
                prop_assert_eq!(doors_in(&made.join("\n")).unwrap(), made);
            }
            Err(error) => prop_assert!(!error.fields().is_empty()),
        }
    }

    #[test]
    fn a_floor_area_is_read_without_a_float(metres in 1_u32..9_999, hundredths in 0_u32..100) {
        let typed = format!("{metres}.{hundredths:02}");
        prop_assert_eq!(square_centimetres(&typed), Some(i64::from(metres) * 10_000 + i64::from(hundredths) * 100));
    }

    #[test]
    fn any_text_at_all_is_rows_or_problems(text in "(?s).{0,400}") {
        let (rows, problems) = read(&text);
        prop_assert!(rows.len() <= text.lines().count());
        for problem in problems {
            prop_assert!(problem.line as usize <= text.lines().count());
        }
    }
}

#[test]
fn nobody_home_is_not_delivered_and_a_refusal_is() {
    let after = |events: &[Outcome]| Standing::after(events).reached();
    assert!(!after(&[]));
    assert!(!after(&[Outcome::NobodyHome]));
    assert!(after(&[Outcome::NobodyHome, Outcome::HandedOver]));
    assert!(after(&[Outcome::Refused]), "it was offered");
    assert!(after(&[Outcome::NobodyHome, Outcome::Posted]));
    assert!(!after(&[Outcome::Posted, Outcome::Undone]));
}

#[test]
fn fewer_than_five_are_not_shown() {
    assert_eq!((public_count(4), public_count(5)), (None, Some(5)));
}

#[test]
fn adopted_wordings_change_the_draft_in_their_order() {
    let id = |number: u128| ClauseId::from_uuid(Uuid::from_u128(number));
    let clause = |number, text: &str| DraftClause { id: id(number), text: text.into(), english: String::new() };
    let change =
        |clause, new_id, text: &str| Adopted { clause, new_id: id(new_id), text: text.into(), english: String::new() };
    let draft = vec![clause(1, "一"), clause(2, "二"), clause(3, "三")];
    let adopted = [
        change(Some(id(2)), 90, "二改"),
        change(Some(id(1)), 91, ""),
        change(None, 92, "四"),
        change(Some(id(2)), 93, "二再改"),
        change(Some(id(9)), 94, "回来"),
        change(None, 95, " "),
    ];
    let after = amended(draft, &adopted);
    let shown: Vec<(ClauseId, &str)> = after.iter().map(|clause| (clause.id, clause.text.as_str())).collect();
    assert_eq!(shown, [(id(2), "二再改"), (id(3), "三"), (id(92), "四"), (id(9), "回来")]);
}

#[test]
fn a_room_ends_in_a_result_or_a_reason_and_never_goes_back() {
    let order = |state: RoomState| RoomState::ALL.iter().position(|known| *known == state).unwrap();
    for state in RoomState::ALL {
        for mv in RoomMove::ALL {
            if let Some(to) = mv.leads(*state) {
                assert!(order(to) > order(*state), "{mv} leads back from {state} to {to}");
            }
        }
        let ends = RoomMove::ALL.iter().all(|mv| mv.leads(*state).is_none());
        assert_eq!(ends, matches!(state, RoomState::Declined | RoomState::Closed), "{state}");
    }
}

#[test]
fn a_list_names_what_is_wrong_with_each_row() {
    let (rows, problems) = read("grid,building,door\nA1,1号楼,101\nA1,1号楼,101\n,,\"10\"\"2\"\n");
    assert_eq!(rows.len(), 1);
    let named: Vec<(u32, &str)> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(named, [(3, "door"), (4, "grid"), (4, "building")]);
    let (_, problems) = read("网格;楼栋\nA1;1号楼\n");
    assert_eq!(problems[0].column, "door", "a column is missing");
    let (rows, _) = read("网格\t楼栋\t门牌\t电话\t身份\nA1\t1号楼\t101\t138-0013-1234\t村民\n");
    assert_eq!(rows[0].person.as_ref().unwrap().0.full(), "13800131234", "as a spreadsheet pastes it");
}
