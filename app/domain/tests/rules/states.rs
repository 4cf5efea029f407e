//! The States table against the words of requests.md, and what must hold of any such table.

use chrono::{Duration, TimeZone, Utc};
use gongzhi_domain::clock::{Clock, ClockEvent};
use gongzhi_domain::order::{
    Flags, Move, Mover, Outcome, Stage, State, TABLE, Times, To, Transition, Waiting, actions, automatic, in_time,
    legal, legal_for, movers, possible,
};
use gongzhi_domain::permission::{self, Relation};
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The specification's rows: number, from, move, to, letters. R C D H M V S T as there, G grid
/// people, A another program, U a routing rule.
const SPEC: &str = "
    1  | -                                                               | file                | received     | R C G A
    2  | received                                                        | accept              | accepted     | C
    2a | received                                                        | answer_at_once      | replied      | C
    3  | received                                                        | propose_rejection   | =            | C
    3  | received                                                        | confirm_rejection   | rejected     | M
    3  | received                                                        | refuse_rejection    | =            | M
    4  | received                                                        | ask_info            | need_info    | C
    4  | handling                                                        | ask_info            | need_info    | C H
    4a | need_info                                                       | give_info           | <            | R C H T
    5  | accepted                                                        | dispatch            | dispatched   | D U
    6  | dispatched                                                      | start_handling      | handling     | H T
    7  | dispatched handling                                             | ask_return          | =            | H M
    8  | dispatched handling                                             | grant_return        | accepted     | D
    8  | dispatched handling                                             | grant_return        | accepted     | S
    8  | dispatched handling                                             | refuse_return       | =            | D
    8  | dispatched handling                                             | refuse_return       | =            | S
    9  | dispatched handling                                             | whistle             | =            | M
    9  | dispatched handling                                             | log_arrival         | =            | H M
    9  | dispatched handling                                             | submit_sub_reply    | =            | H M
    9  | handling reply_review replied closed                            | rate_co_unit        | =            | M
    10 | dispatched handling                                             | log_contact         | =            | H
    11 | handling                                                        | ask_extension       | =            | H M
    11 | handling                                                        | grant_extension     | =            | S
    11 | handling                                                        | refuse_extension    | =            | S
    12 | handling                                                        | ask_suspension      | =            | M
    12 | handling                                                        | grant_suspension    | suspended    | S
    12 | handling                                                        | refuse_suspension   | =            | S
    13 | suspended                                                       | resume              | handling     | M S T
    14 | handling                                                        | submit_reply        | reply_review | H
    15 | reply_review                                                    | send_back           | handling     | M
    16 | reply_review                                                    | approve_reply       | replied      | M
    17 | replied                                                         | close               | closed       | R V T
    18 | replied                                                         | redo                | handling     | R V
    18 | replied                                                         | redo                | accepted     | R V
    19 | closed                                                          | reopen              | handling     | R
    19 | closed                                                          | reopen              | handling     | S
    19 | closed                                                          | reopen              | accepted     | R
    19 | closed                                                          | reopen              | accepted     | S
    20 | received accepted dispatched handling need_info suspended       | merge               | merged       | D
    21 | merged                                                          | unmerge             | <            | D
    22 | received accepted dispatched handling need_info suspended reply_review replied | cancel | cancelled   | R
    22 | received accepted dispatched handling need_info suspended reply_review replied | keep_for_safety | = | D
    23 | received accepted dispatched handling need_info suspended reply_review replied | supervise | =        | S
    24 | suspended replied                                               | propose_conclusion  | =            | S
    24 | suspended replied                                               | conclude            | closed       | S
    24 | suspended replied                                               | refuse_conclusion   | =            | S
";

fn letter(mover: Mover) -> char {
    match mover {
        Mover::Resident => 'R',
        Mover::Clerk => 'C',
        Mover::Dispatcher => 'D',
        Mover::Handler => 'H',
        Mover::Manager => 'M',
        Mover::FollowUp => 'V',
        Mover::Supervisor => 'S',
        Mover::Clock => 'T',
        Mover::GridWorker => 'G',
        Mover::Api => 'A',
        Mover::Rule => 'U',
    }
}

fn words<'a>(text: impl Iterator<Item = &'a str>) -> String {
    text.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_table_says_what_the_specification_says() {
    let mut spec: Vec<String> = SPEC
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [no, from, mv, to, by] = cells.as_slice() else { panic!("{line}") };
            format!("{no} | {} | {mv} | {to} | {}", words(from.split(' ')), words(by.split(' ')))
        })
        .collect();
    let mut table: Vec<String> = TABLE
        .iter()
        .map(|row| {
            let from = if row.from.is_empty() { "-".into() } else { words(row.from.iter().map(|s| s.code())) };
            let to = match row.to {
                To::State(state) => state.code(),
                To::Same => "=",
                To::Before => "<",
            };
            let by: Vec<String> = row.by.iter().map(|mover| letter(*mover).to_string()).collect();
            format!("{} | {from} | {} | {to} | {}", row.no, row.mv, words(by.iter().map(String::as_str)))
        })
        .collect();
    spec.sort();
    table.sort();
    assert_eq!(table, spec);
}

#[test]
fn every_row_of_the_specification_is_there() {
    let numbers: BTreeSet<&str> = TABLE.iter().map(|row| row.no).collect();
    let spec = (1..=24).map(|no| no.to_string()).chain(["2a".to_owned(), "4a".to_owned()]);
    for no in spec {
        assert!(numbers.contains(no.as_str()), "row {no}");
    }
    assert_eq!(numbers.len(), 26);
}

#[test]
fn every_move_has_a_row_and_every_row_a_mover() {
    for mv in Move::ALL {
        assert!(!movers(*mv).is_empty(), "{mv}");
    }
    for row in TABLE {
        assert!(!row.by.is_empty(), "{}", row.no);
    }
}

/// Everything that can be reached from a filed order by legal moves, with the flags they leave.
fn reachable() -> BTreeMap<String, (State, Flags)> {
    let mut seen = BTreeMap::new();
    for question in [false, true] {
        let mut open = vec![(State::Received, Flags { question, ..Flags::default() })];
        while let Some((state, flags)) = open.pop() {
            if flags.round > 3 || flags.returns > 3 {
                continue;
            }
            let key = format!("{state} {flags:?}");
            if seen.insert(key, (state, flags.clone())).is_some() {
                continue;
            }
            for row in TABLE.iter().filter(|row| row.from.contains(&state)) {
                if row.when.iter().all(|when| when.holds(&flags)) {
                    open.extend(row.apply(state, &flags));
                }
            }
        }
    }
    seen
}

#[test]
fn every_state_is_reached_and_none_is_a_trap() {
    let all = reachable();
    let states: BTreeSet<State> = all.values().map(|(state, _)| *state).collect();
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
    for (state, flags) in all.values() {
        let moves = possible(*state, flags, &[]);
        let leads_on = moves.iter().any(|row| row.lands(*state, flags).is_some_and(|to| to != *state));
        match state {
            State::Rejected | State::Cancelled => assert!(moves.is_empty(), "{state} is an end"),
            State::Closed => assert!(leads_on, "a closed order can be reopened"),
            State::Merged => assert!(leads_on, "a merged order can be taken out"),
            _ => {
                assert!(state.is_open());
                assert!(leads_on, "{state} with {flags:?} leads nowhere");
            }
        }
    }
}

#[test]
fn whoever_waits_for_a_second_person_gets_a_yes_or_a_no() {
    for (state, flags) in reachable().values() {
        let Some(waiting) = flags.waiting else {
            continue;
        };
        let answers: BTreeSet<Move> = possible(*state, flags, &[]).iter().map(|row| row.mv).collect();
        let (yes, no) = match waiting {
            Waiting::Rejection => (Move::ConfirmRejection, Move::RefuseRejection),
            Waiting::Return => (Move::GrantReturn, Move::RefuseReturn),
            Waiting::Extension => (Move::GrantExtension, Move::RefuseExtension),
            Waiting::Suspension => (Move::GrantSuspension, Move::RefuseSuspension),
            Waiting::Conclusion => (Move::Conclude, Move::RefuseConclusion),
        };
        assert!(answers.contains(&yes) && answers.contains(&no), "{state} {waiting}: {answers:?}");
    }
}

#[test]
fn one_mover_has_one_row_for_a_move() {
    for (state, flags) in reachable().values() {
        for mover in Mover::ALL {
            let rows = possible(*state, flags, &[*mover]);
            let moves: BTreeSet<Move> = rows.iter().map(|row| row.mv).collect();
            assert_eq!(rows.len(), moves.len(), "{state} {mover}: two rows for one move");
        }
    }
}

#[test]
fn a_unit_has_every_order_in_handling() {
    for (state, flags) in reachable().values() {
        if matches!(state, State::Dispatched | State::Handling | State::Suspended | State::ReplyReview) {
            assert!(flags.has_lead, "{state} with {flags:?}");
        }
    }
}

#[test]
fn after_two_returns_the_supervisor_decides() {
    let asked = |returns| Flags { waiting: Some(Waiting::Return), has_lead: true, returns, ..Flags::default() };
    let by = |flags: &Flags| legal(State::Handling, flags, Move::GrantReturn).unwrap().by;
    assert_eq!(by(&asked(0)), [Mover::Dispatcher]);
    assert_eq!(by(&asked(1)), [Mover::Dispatcher]);
    assert_eq!(by(&asked(2)), [Mover::Supervisor]);
    assert!(legal_for(State::Handling, &asked(2), Move::GrantReturn, &[Mover::Dispatcher]).is_err());
}

#[test]
fn what_is_allowed_once_is_refused_twice() {
    let start = Flags { has_lead: true, ..Flags::default() };
    let then = |state, flags: &Flags, mv| legal(state, flags, mv).unwrap().apply(state, flags).unwrap();
    let (state, asked) = then(State::Dispatched, &start, Move::AskReturn);
    let (state, refused) = then(state, &asked, Move::RefuseReturn);
    assert!(legal(state, &refused, Move::AskReturn).is_err(), "once a unit");
    let (_, dispatched) = then(State::Accepted, &refused, Move::Dispatch);
    assert!(legal(State::Dispatched, &dispatched, Move::AskReturn).is_ok(), "the next unit may ask");

    let (state, asked) = then(State::Handling, &start, Move::AskExtension);
    let (state, extended) = then(state, &asked, Move::GrantExtension);
    assert!(legal(state, &extended, Move::AskExtension).is_err());

    let (_, reopened) = then(State::Closed, &start, Move::Reopen);
    assert!(reopened.resident_reopened);
    assert!(legal_for(State::Closed, &reopened, Move::Reopen, &[Mover::Resident]).is_err());
    assert!(legal_for(State::Closed, &reopened, Move::Reopen, &[Mover::Supervisor]).is_ok(), "S any time");
}

#[test]
fn a_second_round_is_watched() {
    let flags = Flags { has_lead: true, contacted: true, ..Flags::default() };
    let (state, redone) = legal(State::Replied, &flags, Move::Redo).unwrap().apply(State::Replied, &flags).unwrap();
    assert_eq!((state, redone.round, redone.supervise), (State::Handling, 2, 1));
    assert!(!redone.contacted, "the resident is contacted again");
    assert!(legal(State::Handling, &redone, Move::SubmitReply).is_err(), "no reply without a contact");
}

#[test]
fn merging_while_a_question_is_open_forgets_nothing() {
    let flags = Flags { has_lead: true, ..Flags::default() };
    let then = |state, flags: &Flags, mv| legal(state, flags, mv).unwrap().apply(state, flags).unwrap();
    let (state, flags) = then(State::Handling, &flags, Move::AskInfo);
    let (state, flags) = then(state, &flags, Move::Merge);
    let (state, flags) = then(state, &flags, Move::Unmerge);
    assert_eq!(state, State::NeedInfo);
    assert_eq!(then(state, &flags, Move::GiveInfo).0, State::Handling);
}

#[test]
fn an_order_answered_at_once_is_dispatched_when_redone() {
    let flags = Flags { question: true, ..Flags::default() };
    assert!(legal(State::Received, &Flags::default(), Move::AnswerAtOnce).is_err(), "questions only");
    let (state, flags) =
        legal(State::Received, &flags, Move::AnswerAtOnce).unwrap().apply(State::Received, &flags).unwrap();
    let (state, _) = legal(state, &flags, Move::Redo).unwrap().apply(state, &flags).unwrap();
    assert_eq!(state, State::Accepted);
}

#[test]
fn a_refusal_says_what_is_possible() {
    let refused = legal(State::Closed, &Flags::default(), Move::Dispatch).unwrap_err();
    let Error::IllegalMove { state, mv, possible } = &refused else { panic!("{refused}") };
    assert_eq!((*state, *mv), (State::Closed, Move::Dispatch));
    assert_eq!(possible, &[Move::Reopen]);
    assert_eq!(refused.status(), 409);
}

#[test]
fn clocks_run_exactly_while_they_should() {
    let runs = |ledger: &BTreeMap<Clock, ClockEvent>, clock| {
        matches!(ledger.get(&clock), Some(ClockEvent::Start | ClockEvent::StartHalved | ClockEvent::Resume))
    };
    let mut seen = BTreeSet::new();
    let filed: BTreeMap<_, _> = legal_file().clocks.iter().copied().collect();
    let mut open = vec![(State::Received, Flags { question: true, ..Flags::default() }, filed)];
    while let Some((state, flags, ledger)) = open.pop() {
        if flags.round > 2 || flags.returns > 2 || !seen.insert(format!("{state}{flags:?}{ledger:?}")) {
            continue;
        }
        if matches!(state, State::Rejected | State::Closed | State::Cancelled) {
            assert!(Clock::ALL.iter().all(|clock| !runs(&ledger, *clock)), "{state}: {ledger:?}");
        }
        match state {
            State::Received => assert!(runs(&ledger, Clock::Accept)),
            State::Accepted => {
                assert!(runs(&ledger, Clock::Dispatch) && !runs(&ledger, Clock::Handling))
            }
            State::Dispatched | State::Handling | State::ReplyReview => {
                assert!(runs(&ledger, Clock::Handling) && runs(&ledger, Clock::Total), "{state}: {ledger:?}");
            }
            State::NeedInfo | State::Replied => assert!(!runs(&ledger, Clock::Handling)),
            State::Suspended => {
                assert!(!runs(&ledger, Clock::Handling) && runs(&ledger, Clock::Total))
            }
            _ => {}
        }
        for row in TABLE.iter().filter(|row| row.from.contains(&state)) {
            if !row.when.iter().all(|when| when.holds(&flags)) {
                continue;
            }
            let Some((to, after)) = row.apply(state, &flags) else {
                continue;
            };
            let mut then = ledger.clone();
            for (clock, event) in row.clocks {
                let running = runs(&then, *clock);
                let counts = match event {
                    ClockEvent::Start | ClockEvent::StartHalved => true,
                    ClockEvent::Pause => running,
                    ClockEvent::Resume => then.get(clock) == Some(&ClockEvent::Pause),
                    ClockEvent::Stop => running || then.get(clock) == Some(&ClockEvent::Pause),
                    ClockEvent::Extend => false,
                };
                if counts {
                    then.insert(*clock, *event);
                }
            }
            open.push((to, after, then));
        }
    }
}

fn legal_file() -> &'static Transition {
    TABLE.iter().find(|row| row.mv == Move::File).unwrap()
}

/// The States table and the permission table agree: whoever is named as a mover has the action of the
/// move where they stand to the order, and no other member of staff has it.
#[test]
fn movers_have_the_actions_of_their_moves_and_nobody_else() {
    for row in TABLE {
        for mover in row.by {
            let relation = match mover {
                Mover::Resident if row.mv == Move::File => Relation::Outside,
                Mover::Resident => Relation::Own,
                Mover::Handler | Mover::Manager => Relation::Assigned,
                _ => Relation::Inside,
            };
            for role in mover.roles() {
                let action = row.mv.action_by(*mover);
                assert!(permission::allowed(*role, action, relation), "{} {}: {role} {action}", row.no, row.mv);
            }
        }
    }
    for mv in Move::ALL {
        for action in actions(*mv) {
            let named: BTreeSet<Role> = Move::ALL
                .iter()
                .flat_map(|mv| movers(*mv).into_iter().map(move |mover| (mv, mover)))
                .filter(|(mv, mover)| mv.action_by(*mover) == action)
                .flat_map(|(_, mover)| mover.roles())
                .copied()
                .collect();
            for (role, _) in permission::grants(action) {
                assert!(named.contains(role), "{role} has {action}, which {mv} does not give them");
            }
        }
    }
}

#[test]
fn stages() {
    assert_eq!(State::Received.stage(None), Some(Stage::Received));
    assert_eq!(State::NeedInfo.stage(Some(State::Received)), Some(Stage::Received));
    assert_eq!(State::NeedInfo.stage(Some(State::Handling)), Some(Stage::InHand));
    assert_eq!(State::Closed.stage(None), Some(Stage::Answered));
    assert_eq!(State::Cancelled.stage(None), None);
    assert_eq!("partly".parse(), Ok(Outcome::Partly));
    assert!("gone".parse::<State>().is_err());
}

#[test]
fn moves_that_come_too_late() {
    let now = Utc.with_ymd_and_hms(2026, 3, 2, 4, 0, 0).unwrap();
    let row = legal(State::Dispatched, &Flags::default(), Move::AskReturn).unwrap();
    let dispatched = |hours| Times { dispatched: Some(now - Duration::hours(hours)), ..Times::default() };
    assert!(in_time(row, &dispatched(24), now).is_ok());
    assert_eq!(in_time(row, &dispatched(25), now), Err(Error::field("move", Reason::TooLate { hours: 24 })));
}

#[test]
fn the_clock_moves_by_itself_when_the_time_has_come() {
    let calendar = crate::calendar::loaded();
    let since = Utc.with_ymd_and_hms(2026, 3, 2, 2, 0, 0).unwrap();
    let times = Times { since: Some(since), review: Some(since + Duration::days(30)), ..Times::default() };
    let flags = Flags { has_lead: true, before: Some(State::Handling), ..Flags::default() };
    let at = |state, days| automatic(state, &flags, &times, &calendar, since + Duration::days(days)).unwrap();
    assert_eq!(at(State::Replied, 6), None);
    assert_eq!(at(State::Replied, 7), Some(Move::Close));
    assert_eq!(at(State::Dispatched, 1), Some(Move::StartHandling));
    assert_eq!(at(State::NeedInfo, 5), None, "a weekend lies between");
    assert_eq!(at(State::NeedInfo, 7), Some(Move::GiveInfo));
    assert_eq!(at(State::Suspended, 29), None);
    assert_eq!(at(State::Suspended, 30), Some(Move::Resume));
    assert_eq!(at(State::Handling, 300), None);
    let waits = Flags { waiting: Some(Waiting::Conclusion), ..flags.clone() };
    let closed = automatic(State::Replied, &waits, &times, &calendar, since + Duration::days(9)).unwrap();
    assert_eq!(closed, None, "not while a second signer is asked");
}

proptest! {
    /// What a refusal offers is legal; what is legal is offered.
    #[test]
    fn the_possible_is_the_legal(
        state in prop::sample::select(State::ALL),
        waiting in prop::option::of(prop::sample::select(Waiting::ALL)),
        before in prop::option::of(prop::sample::select(State::ALL)),
        (returns, extended, has_lead, contacted) in (0..4_u8, any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let flags = Flags { waiting, before, returns, extended, has_lead, contacted, ..Flags::default() };
        let offered: BTreeSet<Move> = possible(state, &flags, &[]).iter().map(|row| row.mv).collect();
        for mv in Move::ALL {
            prop_assert_eq!(legal(state, &flags, *mv).is_ok(), offered.contains(mv));
        }
    }
}
