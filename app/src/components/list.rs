//! Lists with hairlines, the box for what is live, facts in two columns, and turning pages.

use gongzhi_words::td_string;
use leptos::prelude::*;

use super::button::{Button, Look};
use crate::visit::Visit;

/// A box, for something live: an open case, a running count.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(optional, into)]
    title: Option<String>,
    /// Beside the heading, mostly a badge.
    #[prop(optional)]
    side: Option<AnyView>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let head = (title.is_some() || side.is_some()).then(|| {
        view! { <div class="card-head">{title.map(|title| view! { <h2>{title}</h2> })}{side}</div> }
    });
    view! { <section class="card">{head}{children()}</section> }
}

/// A list whose entries are divided by hairlines; its children are [`ListItem`]s.
#[component]
pub fn List(
    /// What it lists, where no heading says so.
    #[prop(optional, into)]
    label: Option<String>,
    /// The entries.
    children: Children,
) -> impl IntoView {
    view! { <ul class="list" aria-label=label>{children()}</ul> }
}

/// An entry: title, lines under it, something at the side. With `href` the whole row leads there.
#[component]
pub fn ListItem(
    /// What it is.
    #[prop(into)]
    title: String,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<String>,
    /// The quiet line under the title, its parts divided by middle dots.
    #[prop(optional)]
    line: Vec<String>,
    /// At the side: a badge or a small button.
    #[prop(optional)]
    side: Option<AnyView>,
    /// Address of a small picture.
    #[prop(optional_no_strip)]
    photo: Option<String>,
    /// The one that is open beside the list (desk).
    #[prop(optional)]
    current: bool,
    /// The key or keys that open it (desk).
    #[prop(optional, into)]
    key: Option<String>,
    /// More under the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = if photo.is_some() { "list-item list-item-pictured" } else { "list-item" };
    let current = current.then_some("true");
    let title = match href {
        Some(href) => view! { <a href=href aria-current=current aria-keyshortcuts=key>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    let line = (!line.is_empty()).then(|| {
        let parts = line.into_iter().map(|part| view! { <span>{part}</span> }).collect::<Vec<_>>();
        view! { <div class="list-item-line dotted">{parts}</div> }
    });
    view! {
        <li>
            <div class=class data-current=current>
                {photo.map(|src| view! { <img class="list-item-photo" src=src alt="" width="80" height="80" loading="lazy" /> })}
                <div class="list-item-title">{title}</div>
                {side.map(|side| view! { <div class="list-item-side">{side}</div> })}
                {line}
                {children.map(|children| view! { <div class="list-item-line">{children()}</div> })}
            </div>
        </li>
    }
}

/// Facts as pairs of a word and its value.
#[component]
pub fn Facts(
    /// Word and value.
    facts: Vec<(String, AnyView)>,
) -> impl IntoView {
    let rows = facts.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect::<Vec<_>>();
    view! { <dl class="facts">{rows}</dl> }
}

/// Turning pages; a direction without an address is left out.
#[component]
pub fn Pager(
    /// Address of the page before.
    #[prop(optional_no_strip)]
    newer: Option<String>,
    /// Address of the page after.
    #[prop(optional_no_strip)]
    older: Option<String>,
    /// Which page this is, from 1, where that is known.
    #[prop(optional_no_strip)]
    page: Option<u32>,
) -> impl IntoView {
    if newer.is_none() && older.is_none() {
        return ().into_any();
    }
    let lang = Visit::current().lang;
    let turn = |href: Option<String>, words| match href {
        Some(href) => view! { <Button look=Look::Secondary small=true href=href>{words}</Button> }.into_any(),
        None => view! { <span></span> }.into_any(),
    };
    view! {
        <nav class="pager" aria-label=td_string!(lang, common.pager)>
            {turn(newer, td_string!(lang, common.newer))}
            {page.map(|page| view! { <span class="quiet">{td_string!(lang, common.page_of, page = page)}</span> })}
            {turn(older, td_string!(lang, common.older))}
        </nav>
    }
    .into_any()
}
