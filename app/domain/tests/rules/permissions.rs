//! Facts of people-and-places.md about who may do what, and what must hold of any such table.

use gongzhi_domain::Error;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, UnitId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::{Flags, Move, State, Waiting, possible_for};
use gongzhi_domain::permission::{Action, Relation, TABLE, Target, allowed, grants};
use gongzhi_domain::person::{Actor, Membership, Role};
use std::collections::BTreeSet;
use uuid::Uuid;

fn person(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

fn unit(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number))
}

fn area(path: &str) -> AreaPath {
    AreaPath::parse(path).unwrap()
}

const ME: u128 = 7;
const MY_UNIT: u128 = 70;

/// Somebody with this role in unit 70 and the area `banner.town`.
fn staff(role: Role) -> Actor {
    let membership = Membership {
        unit: unit(MY_UNIT),
        unit_area_path: area("banner"),
        role,
        area_path: area("banner.town"),
        unit_name: Named::new("单位", "Unit"),
    };
    Actor { memberships: vec![membership], ..Actor::resident(person(ME), "王") }
}

fn here() -> Target {
    Target::in_area(area("banner.town.village"))
}

fn elsewhere() -> Target {
    Target::in_area(area("banner.townhall"))
}

fn may(role: Role, action: Action, target: &Target) -> bool {
    staff(role).may(action, target).is_ok()
}

#[test]
fn every_action_has_one_row_and_somebody_who_has_it() {
    let rows: BTreeSet<Action> = TABLE.iter().map(|(action, _)| *action).collect();
    assert_eq!(rows.len(), TABLE.len(), "an action stands twice");
    for action in Action::ALL {
        assert!(rows.contains(action), "{action} has no row");
        assert!(!grants(*action).is_empty(), "nobody may {action}");
        let roles: BTreeSet<Role> = grants(*action).iter().map(|(role, _)| *role).collect();
        assert_eq!(roles.len(), grants(*action).len(), "{action} names a role twice");
    }
}

#[test]
fn staff_act_inside_their_area_or_on_what_their_unit_was_given() {
    for action in Action::ALL {
        for role in Role::STAFF {
            let outside = allowed(*role, *action, Relation::Outside);
            // There is one log for the whole portal; it lies in no area.
            let everywhere = matches!(action, Action::ReadDesk | Action::ReadStyle | Action::CosignLog);
            assert!(!outside || everywhere, "{role} {action}");
        }
    }
    assert!(may(Role::Clerk, Action::AcceptRequest, &here()));
    assert!(!may(Role::Clerk, Action::AcceptRequest, &elsewhere()), "a longer name is another area");
    assert!(!may(Role::Clerk, Action::AcceptRequest, &Target::none()));
    assert!(may(Role::Handler, Action::SubmitReply, &elsewhere().with_units([unit(MY_UNIT)])));
    assert!(!may(Role::Handler, Action::SubmitReply, &here().with_units([unit(1)])));
}

#[test]
fn a_visitor_files_and_asks_but_reads_nothing_private() {
    let visitor = Actor::visitor();
    let may = |action, target: &Target| visitor.may(action, target);
    for action in [
        Action::ReadPublic,
        Action::SignIn,
        Action::SetPreferences,
        Action::FileRequest,
        Action::StagePhoto,
        Action::AskByCode,
        Action::Locate,
    ] {
        assert_eq!(may(action, &Target::none()), Ok(Role::Visitor), "{action}");
    }
    let request = here();
    assert_eq!(may(Action::ReadOwnRequest, &request), Err(Error::NotSignedIn));
    let proved = request.with_code_proved();
    for action in [Action::ReadOwnRequest, Action::RateRequest, Action::RedoRequest, Action::CancelRequest] {
        assert_eq!(may(action, &proved), Ok(Role::Visitor), "{action}");
    }
    for action in Action::ALL {
        if grants(*action).iter().all(|(role, _)| *role != Role::Visitor) {
            assert_eq!(may(*action, &proved), Err(Error::NotSignedIn), "{action}");
        }
    }
}

#[test]
fn residents_have_their_own_and_nobody_elses() {
    let resident = Actor::resident(person(ME), "李");
    let mine = Target::of_person(person(ME));
    let theirs = Target::of_person(person(8));
    for action in [Action::ReadOwnRequest, Action::RateRequest, Action::CancelRequest, Action::EndSession] {
        assert_eq!(resident.may(action, &mine), Ok(Role::Resident));
        assert_eq!(resident.may(action, &theirs), Err(Error::Forbidden { action }));
    }
    assert!(resident.may(Action::ReadDesk, &Target::none()).is_err());
    assert!(resident.may(Action::ReadOrder, &mine).is_err(), "the desk's page is not theirs, even of their own");
}

#[test]
fn an_auditor_changes_nothing() {
    for (action, roles) in TABLE {
        if roles.iter().any(|(role, _)| *role == Role::Auditor) {
            assert!(!action.changes(), "an auditor may {action}");
        }
    }
    assert!(may(Role::Auditor, Action::ReadAudit, &here()));
    assert!(may(Role::Auditor, Action::RevealContact, &here()), "by logged reveal");
    assert!(!may(Role::Auditor, Action::ReadAudit, &elsewhere()));
}

#[test]
fn an_administrator_reads_no_private_contents() {
    for action in [
        Action::ReadOrder,
        Action::ReadTipOff,
        Action::ReadHistory,
        Action::ReadAudit,
        Action::RevealContact,
        Action::RevealTipOffWriter,
        Action::Moderate,
    ] {
        assert!(!may(Role::Administrator, action, &here().with_units([unit(MY_UNIT)])), "{action}");
    }
    assert!(may(Role::Administrator, Action::ManageAreas, &here()));
    for role in Role::STAFF.iter().filter(|role| **role != Role::Administrator) {
        assert!(!may(*role, Action::ManageAreas, &here()), "{role}");
    }
}

#[test]
fn follow_up_is_never_for_ones_own_unit() {
    let officer = staff(Role::FollowUpOfficer);
    assert_eq!(officer.may(Action::FollowUp, &here().with_units([unit(1)])), Ok(Role::FollowUpOfficer));
    assert!(officer.may(Action::FollowUp, &here().with_units([unit(1), unit(MY_UNIT)])).is_err());
    let own = Target { owner: Some(person(ME)), ..here() };
    assert!(officer.may(Action::FollowUp, &own).is_err(), "nor for what they asked themselves");
    assert!(officer.may(Action::RateRequest, &own).is_ok(), "as a resident they rate it");

    // Another membership brings no way round: units of all memberships count.
    let mut two = staff(Role::FollowUpOfficer);
    let second = Membership { unit: unit(71), role: Role::Handler, ..two.memberships[0].clone() };
    two.memberships.push(second);
    assert!(two.may(Action::FollowUp, &here().with_units([unit(71)])).is_err());
}

#[test]
fn the_accused_and_their_unit_never_moderate() {
    let clerk = staff(Role::Clerk);
    assert_eq!(clerk.may(Action::Moderate, &here()), Ok(Role::Clerk));
    let about_unit = Target { accused_units: vec![unit(MY_UNIT)], ..here() };
    let about_me = Target { accused_people: vec![person(ME)], ..here() };
    let by_me = Target { owner: Some(person(ME)), ..here() };
    for target in [&about_unit, &about_me, &by_me] {
        assert_eq!(clerk.may(Action::Moderate, target), Err(Error::Forbidden { action: Action::Moderate }));
    }
    assert!(clerk.may(Action::AcceptRequest, &about_unit).is_ok(), "a complaint about the unit is accepted");
    for action in Action::ALL {
        for role in Role::STAFF {
            let of_the_order = !matches!(action, Action::ReadDesk | Action::ReadStyle);
            if !of_the_order || !allowed(*role, *action, Relation::Inside) {
                continue;
            }
            assert!(!may(*role, *action, &about_me), "{role} {action} about themselves");
        }
    }
}

#[test]
fn a_tip_off_never_reaches_the_accused_unit_and_its_writer_few() {
    let tip_off = Target { tip_off: true, ..here().with_units([unit(1)]) };
    let about_us = Target { accused_units: vec![unit(MY_UNIT)], ..tip_off.clone().with_units([unit(MY_UNIT)]) };
    for role in Role::STAFF {
        for action in Action::ALL.iter().filter(|a| !matches!(a, Action::ReadPublic)) {
            if allowed(Role::Resident, *action, Relation::Outside) {
                continue;
            }
            assert!(!may(*role, *action, &about_us), "{role} of the accused unit: {action}");
        }
    }
    assert!(may(Role::Clerk, Action::ReadOrder, &tip_off));
    assert!(!may(Role::GridWorker, Action::ReadOrder, &tip_off), "not for the neighbours");
    assert!(may(Role::GridWorker, Action::ReadOrder, &here()));
    let reveals: Vec<Role> =
        Role::STAFF.iter().copied().filter(|role| may(*role, Action::RevealContact, &tip_off)).collect();
    assert_eq!(reveals, [Role::Supervisor]);
    let writer = Target { owner: Some(person(ME)), ..tip_off };
    assert!(Actor::resident(person(ME), "张").may(Action::ReadOwnRequest, &writer).is_ok());
}

#[test]
fn only_the_system_is_the_system() {
    let system = Actor::system();
    assert_eq!(system.may(Action::StartHandling, &Target::none()), Ok(Role::System));
    assert!(system.may(Action::Moderate, &here()).is_err(), "the portal decides about no words");
    assert!(system.may(Action::ApproveReply, &here()).is_err());
    let staffless = Actor { memberships: staff(Role::Clerk).memberships, ..Actor::visitor() };
    assert_eq!(staffless.may(Action::AcceptRequest, &here()), Err(Error::NotSignedIn), "memberships need a person");
}

#[test]
fn the_reach_of_a_list_is_what_single_rows_allow() {
    for role in Role::STAFF {
        let actor = staff(*role);
        let reach = actor.reach(Action::ReadOrder);
        assert_eq!(!reach.areas.is_empty(), actor.may(Action::ReadOrder, &here()).is_ok(), "{role}");
        assert_eq!(
            !reach.units.is_empty(),
            actor.may(Action::ReadOrder, &elsewhere().with_units([unit(MY_UNIT)])).is_ok(),
            "{role}"
        );
        assert!(!reach.everywhere, "{role}");
    }
    assert!(Actor::visitor().reach(Action::ReadOrder).is_empty());
    assert!(Actor::system().reach(Action::ReadOrder).everywhere);
}

#[test]
fn buttons_are_the_legal_moves_of_ones_roles() {
    let order = here().with_units([unit(MY_UNIT)]);
    let flags = Flags { has_lead: true, contacted: true, ..Flags::default() };
    let moves = |role, state, flags: &Flags| -> Vec<Move> {
        possible_for(&staff(role), &order, state, flags).iter().map(|row| row.mv).collect()
    };
    assert_eq!(moves(Role::Dispatcher, State::Accepted, &flags), [Move::Dispatch, Move::Merge, Move::KeepForSafety]);
    assert_eq!(moves(Role::UnitManager, State::ReplyReview, &flags), [Move::SendBack, Move::ApproveReply]);
    assert!(moves(Role::Auditor, State::Handling, &flags).is_empty());
    assert!(moves(Role::FollowUpOfficer, State::Replied, &flags).is_empty(), "it is their own unit's");

    let returned = Flags { waiting: Some(Waiting::Return), returns: 2, ..flags };
    let mut both = staff(Role::Dispatcher);
    let second = Membership { role: Role::Supervisor, ..both.memberships[0].clone() };
    assert!(!possible_for(&both, &order, State::Handling, &returned).iter().any(|row| row.mv == Move::GrantReturn));
    both.memberships.push(second);
    assert!(possible_for(&both, &order, State::Handling, &returned).iter().any(|row| row.mv == Move::GrantReturn));
}

#[test]
fn the_role_recorded_is_the_one_that_acts() {
    let mut both = staff(Role::UnitManager);
    let handler = Membership { role: Role::Handler, ..both.memberships[0].clone() };
    both.memberships.push(handler);
    let order = here().with_units([unit(MY_UNIT)]);
    assert_eq!(both.may(Action::SubmitReply, &order), Ok(Role::Handler));
    assert_eq!(both.may(Action::ApproveReply, &order), Ok(Role::UnitManager));
    assert_eq!(both.roles(), [Role::Resident, Role::UnitManager, Role::Handler]);
    assert_eq!(both.units(), [unit(MY_UNIT)]);
}
