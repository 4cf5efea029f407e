//! The words of homes, deliveries, meetings and rooms.

use gongzhi_domain::delivery::Outcome;
use gongzhi_domain::household::{Capacity, Verified};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::{MeetingCapacity, MeetingKind};
use gongzhi_domain::room::RoomState;

use crate::td_string;

/// As what somebody belongs to a household.
#[must_use]
pub fn home_capacity(it: Capacity, lang: Lang) -> &'static str {
    match it {
        Capacity::Resident => td_string!(lang, households.capacity_resident),
        Capacity::Villager => td_string!(lang, households.capacity_villager),
        Capacity::Owner => td_string!(lang, households.capacity_owner),
        Capacity::Tenant => td_string!(lang, households.capacity_tenant),
    }
}

/// How a home was verified.
#[must_use]
pub fn verified(it: Verified, lang: Lang) -> &'static str {
    match it {
        Verified::DocumentSeen => td_string!(lang, households.verified_document_seen),
        Verified::PostedCode => td_string!(lang, households.verified_posted_code),
        Verified::ImportedRoll => td_string!(lang, households.verified_imported_roll),
        Verified::NeighbourAndClerk => td_string!(lang, households.verified_neighbour_and_clerk),
    }
}

/// What is said at a door, as a button and as a state.
#[must_use]
pub fn at_the_door(it: Outcome, lang: Lang) -> &'static str {
    match it {
        Outcome::HandedOver => td_string!(lang, delivery.door_handed_over),
        Outcome::NobodyHome => td_string!(lang, delivery.door_nobody_home),
        Outcome::Refused => td_string!(lang, delivery.door_refused),
        Outcome::Sent => td_string!(lang, delivery.state_pushed),
        Outcome::Posted => td_string!(lang, delivery.state_posted),
        Outcome::Undone => td_string!(lang, delivery.undo),
    }
}

/// Whose meeting it is.
#[must_use]
pub fn meeting_kind(it: MeetingKind, lang: Lang) -> &'static str {
    match it {
        MeetingKind::PartyMembers => td_string!(lang, meetings.kind_party_members),
        MeetingKind::Representatives => td_string!(lang, meetings.kind_representatives),
        MeetingKind::Residents => td_string!(lang, meetings.kind_residents),
        MeetingKind::Joint => td_string!(lang, meetings.kind_joint),
        MeetingKind::Room => td_string!(lang, meetings.kind_room),
    }
}

/// As what somebody is at a meeting.
#[must_use]
pub fn meeting_capacity(it: MeetingCapacity, lang: Lang) -> &'static str {
    match it {
        MeetingCapacity::PartyMember => td_string!(lang, meetings.capacity_party_member),
        MeetingCapacity::Representative => td_string!(lang, meetings.capacity_representative),
        MeetingCapacity::Resident => td_string!(lang, meetings.capacity_resident),
        MeetingCapacity::Guest => td_string!(lang, meetings.capacity_guest),
    }
}

/// Where a room stands.
#[must_use]
pub fn room_state(it: RoomState, lang: Lang) -> &'static str {
    match it {
        RoomState::Proposed => td_string!(lang, rooms.state_proposed),
        RoomState::Declined => td_string!(lang, rooms.state_declined),
        RoomState::Open => td_string!(lang, rooms.state_open),
        RoomState::Decided => td_string!(lang, rooms.state_decided),
        RoomState::Closed => td_string!(lang, rooms.state_closed),
    }
}
