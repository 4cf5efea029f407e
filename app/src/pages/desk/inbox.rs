//! The inbox: the queues of the reader, one of them as a list. Every view is an address.

use gongzhi_api::Here;
use gongzhi_domain::clock::Health;
use gongzhi_domain::view::desk::{InboxView, OrderCard};
use gongzhi_store::{categories, desk};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::{self, Place};
use crate::components::{Badge, Button, Choice, EmptyState, List, ListItem, Look, Pager, Select, TextInput, Tone};
use crate::pages::reading::read;

/// The first page of the desk.
#[component]
pub fn InboxPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    read(async move {
        let here = Here::now()?;
        let view = query.get("view").and_then(|view| view.parse().ok()).unwrap_or(InboxView::Mine);
        let asked = desk::InboxQuery {
            view,
            category: query.get("category").filter(|code| !code.is_empty()),
            words: query.get("words").unwrap_or_default(),
            cursor: query.get("after"),
            area: query.get("area").filter(|code| !code.is_empty()),
        };
        let inbox = desk::inbox(&here.db, &here.actor, &asked).await?;
        let queues = frame::queues(&here, &inbox.counts, Place::Queue(view)).await?;
        let lang = here.lang;
        let older = inbox.cursor.as_ref().map(|cursor| {
            format!("/desk?view={view}&category={}&after={cursor}", asked.category.clone().unwrap_or_default())
        });
        let filter = filter(&here, view, &asked).await?;
        let cards = if inbox.cards.is_empty() {
            view! {
                <EmptyState sign="0" title=td_string!(lang, desk.empty_title)>
                    <p>{td_string!(lang, desk.empty_text)}</p>
                    <Button look=Look::Secondary href=format!("/desk?view={view}")>{td_string!(lang, desk.clear_filter)}</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            let items = inbox.cards.iter().map(|card| item(&here, card, false)).collect::<Vec<_>>();
            view! {
                <List label=terms::inbox_view(view, lang)>{items}</List>
                <Pager newer=None older=older page=None />
            }
            .into_any()
        };
        let list = view! {
            {filter}
            {cards}
        }
        .into_any();
        let content = view! {
            <EmptyState sign="↵" title=td_string!(lang, desk.choose_title)>
                <p>{td_string!(lang, desk.choose_text)}</p>
                <p class="quiet">{td_string!(lang, desk.keys)}</p>
            </EmptyState>
        }
        .into_any();
        Ok(frame::frame(&here, queues, terms::inbox_view(view, lang).to_owned(), Some(list), false, content))
    })
}

async fn filter(
    here: &Here,
    view: InboxView,
    asked: &desk::InboxQuery,
) -> Result<AnyView, gongzhi_domain::error::Error> {
    let lang = here.lang;
    let mut options = vec![Choice::new("", td_string!(lang, desk.all_categories))];
    options.extend(
        categories::list(&here.db)
            .await?
            .iter()
            .map(|category| Choice::new(category.code.clone(), category.name.in_(lang))),
    );
    Ok(view! {
        <form class="desk-filter" method="get" action="/desk" role="search">
            <input type="hidden" name="view" value=view.code() />
            <TextInput
                name="words"
                label=td_string!(lang, desk.search)
                hint=td_string!(lang, desk.search_hint)
                value=asked.words.clone()
                kind="search"
                error=None
            />
            <Select
                name="category"
                label=td_string!(lang, desk.category)
                options=options
                value=asked.category.clone().unwrap_or_default()
                error=None
            />
            <Button look=Look::Secondary small=true>{td_string!(lang, desk.apply)}</Button>
        </form>
    }
    .into_any())
}

/// An order in the list.
pub(super) fn item(here: &Here, card: &OrderCard, current: bool) -> AnyView {
    let lang = here.lang;
    let mut line = vec![
        card.number.to_string(),
        card.category.in_(lang).to_owned(),
        card.area.in_(lang).to_owned(),
        when::moment(card.filed_at, here.now, lang),
    ];
    if card.requests > 1 {
        line.push(td_string!(lang, desk.requests_joined, n = card.requests));
    }
    if let Some(lead) = &card.lead {
        line.push(lead.in_(lang).to_owned());
    }
    view! {
        <ListItem
            title=card.title.clone()
            href=format!("/desk/orders/{}", card.id)
            line=line
            side=badge(here, card)
            photo=None
            current=current
        />
    }
    .into_any()
}

/// Where the order is, or how late.
pub(super) fn badge(here: &Here, card: &OrderCard) -> AnyView {
    let lang = here.lang;
    let state = terms::desk_state(card.state, lang).to_owned();
    match (card.health, card.due) {
        (Health::Overdue | Health::Red, Some(due)) if card.state.is_open() => {
            let late = when::length((here.now - due).num_minutes(), lang);
            view! { <Badge tone=Tone::Cinnabar text=td_string!(lang, desk.clock_late, time = late) /> }.into_any()
        }
        (Health::Warning, Some(due)) => {
            let left = when::length((due - here.now).num_minutes(), lang);
            view! { <Badge tone=Tone::Amber text=td_string!(lang, desk.clock_left, time = left) /> }.into_any()
        }
        _ if card.state.is_open() => view! { <Badge tone=Tone::Jade text=state /> }.into_any(),
        _ => view! { <Badge text=state /> }.into_any(),
    }
}
