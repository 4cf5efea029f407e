//! The vote on a tariff, shown alike on the tariff's page, at the desk and on the meeting's page: how it ended, and every number of
//! it, so that anybody can do the sum again.

use gongzhi_api::form::encode;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::two_thirds;
use gongzhi_store::meetings::TariffVote;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Badge, Tone};

/// How it ended, or that it waits.
pub fn badge(vote: &TariffVote, lang: Lang) -> AnyView {
    let (tone, word) = match vote.passed {
        Some(true) => (Tone::Jade, td_string!(lang, points.vote_passed)),
        Some(false) => (Tone::Plain, td_string!(lang, points.vote_failed)),
        None => (Tone::Amber, td_string!(lang, points.vote_waits)),
    };
    view! { <Badge tone=tone text=word /> }.into_any()
}

/// The numbers of a decided vote and the sum; that they are not shown where they are few; nothing before it is decided.
pub fn numbers(vote: &TariffVote, lang: Lang) -> AnyView {
    if vote.passed.is_none() {
        return ().into_any();
    }
    let (Some(count), Some(came)) = (vote.count, vote.came) else {
        return view! { <p class="quiet">{td_string!(lang, points.vote_few)}</p> }.into_any();
    };
    let (yes, twice, present) = (count.in_favour, count.in_favour.saturating_mul(2), count.present);
    let (no, abstained) = (count.against, count.abstained);
    let counted = td_string!(
        lang,
        points.vote_numbers,
        came = came.present,
        present = present,
        yes = yes,
        no = no,
        abstained = abstained
    );
    let sum = if vote.passed == Some(true) {
        td_string!(lang, points.vote_yes, yes = yes, twice = twice, present = present)
    } else if count.adopted() && !two_thirds(came.present, came.entitled) {
        td_string!(lang, points.vote_short, came = came.present, entitled = came.entitled)
    } else {
        td_string!(lang, points.vote_no, yes = yes, twice = twice, present = present)
    };
    let fewer = (!vote.fewer.is_empty()).then(
        || view! { <p class="quiet">{td_string!(lang, meetings.count_fewer_said, why = vote.fewer.clone())}</p> },
    );
    view! {
        <p>{counted}</p>
        <p class="quiet">{sum}</p>
        {fewer}
    }
    .into_any()
}

/// The way to its meeting.
pub fn to_meeting(vote: &TariffVote, lang: Lang) -> AnyView {
    let of = match (&vote.pact, vote.room) {
        (Some(number), _) => format!("/pacts/{}", encode(number)),
        (None, Some(room)) => format!("/rooms/{room}"),
        (None, None) => return ().into_any(),
    };
    view! { <p><a href=format!("{of}/meetings/{}", vote.meeting)>{td_string!(lang, points.vote_meeting)}</a></p> }
        .into_any()
}
