//! Meetings as everybody sees them, and checking in at one.

mod attend;
mod public;

pub use attend::{Attend, AttendWithCode};
pub use public::{MeetingList, MeetingPart, PublicMeetingPage};

use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::MeetingState;
use gongzhi_store::meetings::{AmendmentLine, MeetingCard};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Badge, Tone};

/// How far a meeting is, as a badge.
pub(crate) fn badge(card: &MeetingCard, lang: Lang) -> AnyView {
    let (tone, word) = match card.state {
        MeetingState::Planned => (Tone::Sky, td_string!(lang, meetings.state_planned)),
        MeetingState::Open if card.came.is_some() => (Tone::Plain, td_string!(lang, meetings.state_over)),
        MeetingState::Open => (Tone::Jade, td_string!(lang, meetings.state_open)),
        MeetingState::Closed => (Tone::Plain, td_string!(lang, meetings.state_closed)),
        MeetingState::Cancelled => (Tone::Plain, td_string!(lang, meetings.state_cancelled)),
    };
    view! { <Badge tone=tone text=word /> }.into_any()
}

/// What an amendment is about: a clause, a new one.
pub(crate) fn about(line: &AmendmentLine, lang: Lang) -> String {
    match (line.clause, line.clause_no) {
        (None, _) => td_string!(lang, meetings.amendment_new).to_owned(),
        (Some(_), Some(n)) => td_string!(lang, meetings.amendment_clause, n = n),
        (Some(_), None) => td_string!(lang, meetings.amendment_some).to_owned(),
    }
}

/// Lines of a text as a list.
pub(crate) fn lines(text: &str) -> AnyView {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| view! { <li>{line.to_owned()}</li> })
        .collect::<Vec<_>>();
    view! { <ol class="plain-list">{lines}</ol> }.into_any()
}
