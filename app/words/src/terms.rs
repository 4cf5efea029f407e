//! The words for what the rules name: states, events, outcomes, reasons. One place, so that every page says the same.

mod meetings;

pub use meetings::{at_the_door, home_capacity, meeting_capacity, meeting_kind, room_state, verified};

use gongzhi_domain::clock::Clock;
use gongzhi_domain::content::{ContentKind, ContentState, HideReason, WaitReason};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::{ContactOutcome, ContactWay, Outcome, State, Urgency};
use gongzhi_domain::request::Told;
use gongzhi_domain::view::desk::InboxView;
use gongzhi_domain::view::public::EventName;

use crate::td_string;

/// What happened, as a line of a timeline.
#[must_use]
pub fn event(it: EventName, lang: Lang) -> &'static str {
    match it {
        EventName::Filed => td_string!(lang, events.filed),
        EventName::Accepted => td_string!(lang, events.accepted),
        EventName::AnsweredAtOnce => td_string!(lang, events.answered_at_once),
        EventName::RejectionProposed => td_string!(lang, events.rejection_proposed),
        EventName::Rejected => td_string!(lang, events.rejected),
        EventName::RejectionRefused => td_string!(lang, events.rejection_refused),
        EventName::InfoAsked => td_string!(lang, events.info_asked),
        EventName::InfoGiven => td_string!(lang, events.info_given),
        EventName::Dispatched => td_string!(lang, events.dispatched),
        EventName::HandlingStarted => td_string!(lang, events.handling_started),
        EventName::ReturnAsked => td_string!(lang, events.return_asked),
        EventName::Returned => td_string!(lang, events.returned),
        EventName::ReturnRefused => td_string!(lang, events.return_refused),
        EventName::Whistled => td_string!(lang, events.whistled),
        EventName::Arrived => td_string!(lang, events.arrived),
        EventName::SubReplied => td_string!(lang, events.sub_replied),
        EventName::CoUnitRated => td_string!(lang, events.co_unit_rated),
        EventName::Contacted => td_string!(lang, events.contacted),
        EventName::ExtensionAsked => td_string!(lang, events.extension_asked),
        EventName::Extended => td_string!(lang, events.extended),
        EventName::ExtensionRefused => td_string!(lang, events.extension_refused),
        EventName::SuspensionAsked => td_string!(lang, events.suspension_asked),
        EventName::Suspended => td_string!(lang, events.suspended),
        EventName::SuspensionRefused => td_string!(lang, events.suspension_refused),
        EventName::Resumed => td_string!(lang, events.resumed),
        EventName::ReplySubmitted => td_string!(lang, events.reply_submitted),
        EventName::ReplySentBack => td_string!(lang, events.reply_sent_back),
        EventName::Replied => td_string!(lang, events.replied),
        EventName::Closed => td_string!(lang, events.closed),
        EventName::Redone => td_string!(lang, events.redone),
        EventName::Reopened => td_string!(lang, events.reopened),
        EventName::Merged => td_string!(lang, events.merged),
        EventName::Unmerged => td_string!(lang, events.unmerged),
        EventName::Cancelled => td_string!(lang, events.cancelled),
        EventName::KeptForSafety => td_string!(lang, events.kept_for_safety),
        EventName::Supervised => td_string!(lang, events.supervised),
        EventName::ConclusionProposed => td_string!(lang, events.conclusion_proposed),
        EventName::Concluded => td_string!(lang, events.concluded),
        EventName::ConclusionRefused => td_string!(lang, events.conclusion_refused),
        EventName::Rated => td_string!(lang, events.rated),
        EventName::Published => td_string!(lang, events.published),
        EventName::Edited => td_string!(lang, events.edited),
        EventName::Hidden => td_string!(lang, events.hidden),
        EventName::PhotoOff => td_string!(lang, events.photo_off),
        EventName::PhotoOn => td_string!(lang, events.photo_on),
        EventName::ContactRevealed => td_string!(lang, events.contact_revealed),
    }
}

/// Where an order is, in the desk's words.
#[must_use]
pub fn desk_state(it: State, lang: Lang) -> &'static str {
    match it {
        State::Received => td_string!(lang, desk.state_received),
        State::Accepted => td_string!(lang, desk.state_accepted),
        State::Dispatched => td_string!(lang, desk.state_dispatched),
        State::Handling => td_string!(lang, desk.state_handling),
        State::NeedInfo => td_string!(lang, desk.state_need_info),
        State::Suspended => td_string!(lang, desk.state_suspended),
        State::ReplyReview => td_string!(lang, desk.state_reply_review),
        State::Replied => td_string!(lang, desk.state_replied),
        State::Closed => td_string!(lang, desk.state_closed),
        State::Rejected => td_string!(lang, desk.state_rejected),
        State::Merged => td_string!(lang, desk.state_merged),
        State::Cancelled => td_string!(lang, desk.state_cancelled),
    }
}

/// What came of it.
#[must_use]
pub fn outcome(it: Outcome, lang: Lang) -> &'static str {
    match it {
        Outcome::Solved => td_string!(lang, desk.outcome_solved),
        Outcome::Partly => td_string!(lang, desk.outcome_partly),
        Outcome::Explained => td_string!(lang, desk.outcome_explained),
        Outcome::Unsolved => td_string!(lang, desk.outcome_unsolved),
        Outcome::Untrue => td_string!(lang, desk.outcome_untrue),
    }
}

/// How a resident was contacted.
#[must_use]
pub fn contact_way(it: ContactWay, lang: Lang) -> &'static str {
    match it {
        ContactWay::Phone => td_string!(lang, desk.how_phone),
        ContactWay::Visit => td_string!(lang, desk.how_visit),
        ContactWay::Message => td_string!(lang, desk.how_message),
    }
}

/// What came of a contact.
#[must_use]
pub fn contact_outcome(it: ContactOutcome, lang: Lang) -> &'static str {
    match it {
        ContactOutcome::Reached => td_string!(lang, desk.contact_reached),
        ContactOutcome::NoAnswer => td_string!(lang, desk.contact_no_answer),
        ContactOutcome::Refused => td_string!(lang, desk.contact_refused),
    }
}

/// What a resident said in a rating.
#[must_use]
pub fn told(it: Told, lang: Lang) -> &'static str {
    match it {
        Told::Yes => td_string!(lang, desk.yes),
        Told::Partly => td_string!(lang, desk.partly),
        Told::No => td_string!(lang, desk.no),
    }
}

/// How urgent a matter is.
#[must_use]
pub fn urgency(it: Urgency, lang: Lang) -> &'static str {
    match it {
        Urgency::Emergency => td_string!(lang, desk.urgency_emergency),
        Urgency::Urgent => td_string!(lang, desk.urgency_urgent),
        Urgency::Normal => td_string!(lang, desk.urgency_normal),
    }
}

/// What a clock times.
#[must_use]
pub fn clock(it: Clock, lang: Lang) -> &'static str {
    match it {
        Clock::Accept => td_string!(lang, desk.clock_accept),
        Clock::Dispatch => td_string!(lang, desk.clock_dispatch),
        Clock::Contact => td_string!(lang, desk.clock_contact),
        Clock::Handling => td_string!(lang, desk.clock_handling),
        Clock::Total => td_string!(lang, desk.clock_total),
    }
}

/// The name of a queue of the desk.
#[must_use]
pub fn inbox_view(it: InboxView, lang: Lang) -> &'static str {
    match it {
        InboxView::Mine => td_string!(lang, desk.queue_mine),
        InboxView::MyUnits => td_string!(lang, desk.queue_my_units),
        InboxView::ToAccept => td_string!(lang, desk.queue_to_accept),
        InboxView::ToDispatch => td_string!(lang, desk.queue_to_dispatch),
        InboxView::ToApprove => td_string!(lang, desk.queue_to_approve),
        InboxView::DueToday => td_string!(lang, desk.queue_due_today),
        InboxView::Overdue => td_string!(lang, desk.queue_overdue),
        InboxView::Returned => td_string!(lang, desk.queue_returned),
        InboxView::Supervised => td_string!(lang, desk.queue_supervised),
        InboxView::Unrouted => td_string!(lang, desk.queue_unrouted),
        InboxView::ToFollowUp => td_string!(lang, desk.queue_to_follow_up),
        InboxView::All => td_string!(lang, desk.queue_all),
    }
}

/// What is moderated.
#[must_use]
pub fn content_kind(it: ContentKind, lang: Lang) -> &'static str {
    match it {
        ContentKind::Request => td_string!(lang, moderation.kind_request),
        ContentKind::Photo => td_string!(lang, moderation.kind_photo),
        ContentKind::Reply => td_string!(lang, moderation.kind_reply),
        ContentKind::Rating => td_string!(lang, moderation.kind_rating),
        ContentKind::Comment => td_string!(lang, moderation.kind_comment),
        ContentKind::Opinion => td_string!(lang, moderation.kind_opinion),
        ContentKind::Topic => td_string!(lang, moderation.kind_topic),
        ContentKind::Nomination => td_string!(lang, moderation.kind_nomination),
        ContentKind::Evidence => td_string!(lang, moderation.kind_evidence),
        ContentKind::ActivityReport => td_string!(lang, moderation.kind_activity_report),
        ContentKind::ResultObjection => td_string!(lang, moderation.kind_result_objection),
    }
}

/// Where something stands that a moderator wanted to publish and somebody else was faster.
#[must_use]
pub fn content_state(it: ContentState, lang: Lang) -> &'static str {
    match it {
        ContentState::Waiting => td_string!(lang, moderation.state_waiting),
        ContentState::Published => td_string!(lang, moderation.state_published),
        ContentState::Hidden => td_string!(lang, moderation.state_hidden),
        ContentState::Spam => td_string!(lang, moderation.state_spam),
    }
}

/// Why something waits for a moderator.
#[must_use]
pub fn wait_reason(it: WaitReason, lang: Lang) -> &'static str {
    match it {
        WaitReason::FirstPost => td_string!(lang, moderation.why_first_post),
        WaitReason::Pictures => td_string!(lang, moderation.why_pictures),
        WaitReason::MaskedNumbers => td_string!(lang, moderation.why_masked_numbers),
        WaitReason::Flagged => td_string!(lang, moderation.why_flagged),
        WaitReason::SensitiveWords => td_string!(lang, moderation.why_sensitive_words),
        WaitReason::LooksLikeEarlier => td_string!(lang, moderation.why_looks_like_earlier),
        WaitReason::Rule => td_string!(lang, moderation.why_rule),
        WaitReason::Appeal => td_string!(lang, moderation.why_appeal),
    }
}

/// Why something was hidden.
#[must_use]
pub fn hide_reason(it: HideReason, lang: Lang) -> &'static str {
    match it {
        HideReason::Privacy => td_string!(lang, moderation.hide_privacy),
        HideReason::Insult => td_string!(lang, moderation.hide_insult),
        HideReason::Accusation => td_string!(lang, moderation.hide_accusation),
        HideReason::Advertising => td_string!(lang, moderation.hide_advertising),
        HideReason::Unlawful => td_string!(lang, moderation.hide_unlawful),
        HideReason::OffTopic => td_string!(lang, moderation.hide_off_topic),
        HideReason::Duplicate => td_string!(lang, moderation.hide_duplicate),
        HideReason::Disturbing => td_string!(lang, moderation.hide_disturbing),
    }
}
