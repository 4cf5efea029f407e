//! What comes next on a pact's way, and what happened so far.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_api::Here;
use gongzhi_domain::ids::LeafId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::{Ahead, Move, Next, Stage};
use gongzhi_domain::view::pacts::MoveLine;
use gongzhi_store::log;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use crate::components::{Timeline, TimelineItem};
use crate::visit::Visit;

/// The last day before a moment at which a day begins, as people say it.
pub fn day_before(end: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    when::day(end - TimeDelta::seconds(1), now, lang)
}

/// The calendar: the usual moves with their dates, and how fast it could go.
#[component]
pub fn Calendar(next: Vec<Next>, ahead: Vec<Ahead>) -> impl IntoView {
    let Visit { lang, now, .. } = Visit::current();
    let lines = next.iter().filter(|next| next.usual).map(|next| line(next, now, lang)).collect::<Vec<_>>();
    if lines.is_empty() && ahead.is_empty() {
        return ().into_any();
    }
    let ahead = ahead.into_iter().filter(|ahead| ahead.stage != Stage::Ended).map(|ahead| {
        view! {
            <li>
                <span>{pact_terms::stage(ahead.stage, lang)}</span>
                <time class="quiet" datetime=when::machine(ahead.earliest)>{when::day(ahead.earliest, now, lang)}</time>
            </li>
        }
    });
    let ahead = ahead.collect_view();
    view! {
        <section class="stack" id="next">
            <h2>{td_string!(lang, pacts.next_title)}</h2>
            <ul class="steps-next">{lines}</ul>
            <details class="filter">
                <summary>{td_string!(lang, pacts.ahead_title)}</summary>
                <ol class="steps-ahead">{ahead}</ol>
            </details>
        </section>
    }
    .into_any()
}

fn line(next: &Next, now: DateTime<Utc>, lang: Lang) -> AnyView {
    let mut facts = Vec::new();
    facts.extend(next.from.map(|from| td_string!(lang, pacts.next_from, day = when::day(from, now, lang))));
    facts.extend(next.by.map(|by| td_string!(lang, pacts.next_by, day = day_before(by, now, lang))));
    if next.late {
        facts.push(td_string!(lang, pacts.next_late).to_owned());
    }
    if !next.missing.is_empty() {
        let missing = pact_terms::list(next.missing.iter().map(|need| pact_terms::need(*need, lang)), lang);
        facts.push(td_string!(lang, pacts.next_missing, what = missing));
    } else if next.from.is_none() {
        facts.push(td_string!(lang, pacts.next_now).to_owned());
    }
    let facts = facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view();
    // Nobody awaits the end: what is awaited is the review, without which it ends.
    let review = next.mv == Move::End && next.by_itself;
    let title = if review { td_string!(lang, pacts.next_review) } else { pact_terms::step(next.mv, lang) };
    view! {
        <li>
            <b>{title}</b>
            <span class="quiet dotted">{facts}</span>
        </li>
    }
    .into_any()
}

/// What happened, newest first; offices are named, people are not.
#[component]
pub fn Happened(history: Vec<MoveLine>) -> impl IntoView {
    if history.is_empty() {
        return ().into_any();
    }
    let lang = Visit::current().lang;
    let Ok(Here { db, .. }) = Here::now() else { return ().into_any() };
    let lines = history.into_iter().map(|line| {
        let who = pact_terms::list(line.offices.iter().map(|office| pact_terms::office(*office, lang)), lang);
        let by = if line.offices.is_empty() {
            td_string!(lang, pacts.happened_clock).to_owned()
        } else {
            td_string!(lang, pacts.happened_by, who = who)
        };
        let receipt = line.leaf.map(|leaf| {
            let href = log::address(&db, LeafId::from_uuid(leaf));
            view! { <p><a href=href>{td_string!(lang, pacts.happened_receipt)}</a></p> }
        });
        let note = (!line.note.is_empty()).then(|| view! { <p class="written">{line.note}</p> });
        let title = pact_terms::step(line.mv, lang);
        if note.is_none() && receipt.is_none() {
            view! { <TimelineItem title=title at=line.at aside=by /> }.into_any()
        } else {
            view! { <TimelineItem title=title at=line.at aside=by>{note}{receipt}</TimelineItem> }.into_any()
        }
    });
    let lines = lines.collect_view();
    view! {
        <section class="stack" id="happened">
            <h2>{td_string!(lang, pacts.happened_title)}</h2>
            <Timeline>{lines}</Timeline>
        </section>
    }
    .into_any()
}
