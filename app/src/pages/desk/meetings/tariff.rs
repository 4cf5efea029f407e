//! Tariffs that are put to the vote of a meeting.

use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_store::meetings::{DeskMeeting, TariffVote};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::count;
use crate::pages::points::vote;

/// What is voted on; nothing where nothing is.
pub(super) fn part(meeting: &DeskMeeting, flash: &Flash, running: bool, lang: Lang) -> AnyView {
    if meeting.tariffs.is_empty() {
        return ().into_any();
    }
    let rows = meeting.tariffs.iter().map(|vote| one(meeting, vote, flash, running, lang)).collect::<Vec<_>>();
    view! {
        <section class="stack" id="tariffs">
            <h3>{td_string!(lang, meetings.tariffs)}</h3>
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn one(meeting: &DeskMeeting, vote: &TariffVote, flash: &Flash, running: bool, lang: Lang) -> AnyView {
    let id = vote.tariff.to_string();
    let count = running.then(|| {
        let typed = flash.of(&[("verb", "count-tariff"), ("tariff", &id)]);
        let of = vec![("meeting", meeting.card.id.to_string()), ("tariff", id.clone())];
        let back = format!("/desk/meetings/{}#t-{id}", meeting.card.id);
        count::form("count-tariff", &back, of, vote.count, &vote.fewer, meeting.counted, typed)
    });
    view! {
        <li class="home-door" id=format!("t-{id}")>
            <p class="row row-apart">
                <b>{td_string!(lang, points.vote_of, area = vote.area.in_(lang), version = vote.version)}</b>
                {vote::badge(vote, lang)}
            </p>
            {vote.count.map(|hands| count::arithmetic(hands, &vote.fewer, lang))}
            <p><a href="/points/tariff">{td_string!(lang, meetings.to_tariff)}</a></p>
            {count}
        </li>
    }
    .into_any()
}
