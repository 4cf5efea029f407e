//! What residents read of kinds, states and events: plainer words than the desk's, for the same codes.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::{Outcome, Stage, State};
use gongzhi_domain::request::{Kind, Told};
use gongzhi_domain::view::{EventName, RequestCard, TimelineEntry};
use gongzhi_words::{td_string, terms};

use crate::components::Tone;

/// What kind a request is.
pub fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Question => td_string!(lang, requests.kind_question),
        Kind::Help => td_string!(lang, requests.kind_help),
        Kind::Complaint => td_string!(lang, requests.kind_complaint),
        Kind::TipOff => td_string!(lang, requests.kind_tip_off),
        Kind::Suggestion => td_string!(lang, requests.kind_suggestion),
        Kind::Praise => td_string!(lang, requests.kind_praise),
    }
}

/// When a kind is the right one.
pub fn kind_hint(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Question => td_string!(lang, requests.kind_question_hint),
        Kind::Help => td_string!(lang, requests.kind_help_hint),
        Kind::Complaint => td_string!(lang, requests.kind_complaint_hint),
        Kind::TipOff => td_string!(lang, requests.kind_tip_off_hint),
        Kind::Suggestion => td_string!(lang, requests.kind_suggestion_hint),
        Kind::Praise => td_string!(lang, requests.kind_praise_hint),
    }
}

/// The status a resident is shown, as shape and word. An open order past its time says so.
pub fn status(card: &RequestCard, lang: Lang) -> (Tone, &'static str) {
    let waits_for_us = !matches!(card.state, State::NeedInfo | State::Suspended | State::Replied);
    if card.overdue && card.state.is_open() && waits_for_us {
        return (Tone::Cinnabar, td_string!(lang, requests.state_overdue));
    }
    match card.state {
        State::Received => (Tone::Sky, td_string!(lang, requests.state_received)),
        State::Accepted => (Tone::Sky, td_string!(lang, requests.state_accepted)),
        State::Dispatched => (Tone::Jade, td_string!(lang, requests.state_dispatched)),
        State::Handling => (Tone::Jade, td_string!(lang, requests.state_handling)),
        State::NeedInfo => (Tone::Amber, td_string!(lang, requests.state_need_info)),
        State::Suspended => (Tone::Amber, td_string!(lang, requests.state_suspended)),
        State::ReplyReview => (Tone::Jade, td_string!(lang, requests.state_reply_review)),
        State::Replied => (Tone::Jade, td_string!(lang, requests.state_replied)),
        State::Closed => (Tone::Plain, td_string!(lang, requests.state_closed)),
        State::Rejected => (Tone::Plain, td_string!(lang, requests.state_rejected)),
        State::Merged => (Tone::Plain, td_string!(lang, requests.state_merged)),
        State::Cancelled => (Tone::Plain, td_string!(lang, requests.state_cancelled)),
    }
}

/// A stage of 收转办回 in a filter.
pub fn stage(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Received => td_string!(lang, common.stage_received),
        Stage::PassedOn => td_string!(lang, common.stage_passed_on),
        Stage::InHand => td_string!(lang, common.stage_in_hand),
        Stage::Answered => td_string!(lang, common.stage_answered),
    }
}

/// What came of a request, as shape and word.
pub fn outcome(outcome: Outcome, lang: Lang) -> (Tone, &'static str) {
    let tone = match outcome {
        Outcome::Solved => Tone::Jade,
        Outcome::Partly => Tone::Amber,
        Outcome::Explained => Tone::Sky,
        Outcome::Unsolved => Tone::Cinnabar,
        Outcome::Untrue => Tone::Plain,
    };
    (tone, terms::outcome(outcome, lang))
}

/// Whether it is solved, in the resident's words.
pub fn told(told: Told, lang: Lang) -> &'static str {
    match told {
        Told::Yes => td_string!(lang, requests.rate_solved_yes),
        Told::Partly => td_string!(lang, requests.rate_solved_partly),
        Told::No => td_string!(lang, requests.rate_solved_no),
    }
}

/// What happened, with the unit that did it where that matters.
pub fn event(entry: &TimelineEntry, lang: Lang) -> String {
    let unit = entry.unit.as_ref().map(|unit| unit.in_(lang).to_owned());
    match (entry.what, unit) {
        (EventName::Dispatched, Some(unit)) => td_string!(lang, requests.event_dispatched_to, unit = unit),
        (EventName::HandlingStarted, Some(unit)) => td_string!(lang, requests.event_handling_by, unit = unit),
        (EventName::Whistled, Some(unit)) => td_string!(lang, requests.event_whistled_to, unit = unit),
        (EventName::Contacted, Some(unit)) => td_string!(lang, requests.event_contacted_by, unit = unit),
        (EventName::Replied, Some(unit)) => td_string!(lang, requests.event_replied_by, unit = unit),
        (what, _) => plain_event(what, lang).to_owned(),
    }
}

fn plain_event(what: EventName, lang: Lang) -> &'static str {
    match what {
        EventName::Filed => td_string!(lang, requests.event_filed),
        EventName::Accepted => td_string!(lang, requests.event_accepted),
        EventName::AnsweredAtOnce => td_string!(lang, requests.event_answered_at_once),
        EventName::Rejected => td_string!(lang, requests.event_rejected),
        EventName::InfoAsked => td_string!(lang, requests.event_info_asked),
        EventName::InfoGiven => td_string!(lang, requests.event_info_given),
        EventName::Dispatched => td_string!(lang, requests.event_dispatched),
        EventName::HandlingStarted => td_string!(lang, requests.event_handling),
        EventName::Returned => td_string!(lang, requests.event_returned),
        EventName::Whistled => td_string!(lang, requests.event_whistled),
        EventName::Contacted => td_string!(lang, requests.event_contacted),
        EventName::Extended => td_string!(lang, requests.event_extended),
        EventName::Suspended => td_string!(lang, requests.event_suspended),
        EventName::Resumed => td_string!(lang, requests.event_resumed),
        EventName::Replied => td_string!(lang, requests.event_replied),
        EventName::Closed => td_string!(lang, requests.event_closed),
        EventName::Redone => td_string!(lang, requests.event_redone),
        EventName::Reopened => td_string!(lang, requests.event_reopened),
        EventName::Merged => td_string!(lang, requests.event_merged),
        EventName::Unmerged => td_string!(lang, requests.event_unmerged),
        EventName::Cancelled => td_string!(lang, requests.event_cancelled),
        EventName::Concluded => td_string!(lang, requests.event_concluded),
        EventName::Rated => td_string!(lang, requests.event_rated),
        // The rest is for staff, in the desk's words.
        _ => terms::event(what, lang),
    }
}
