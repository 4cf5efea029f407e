//! The inbox: the queues of the reader, one of them as a list. Every view is an address.

use gongzhi_api::Here;
use gongzhi_api::form::encode;
use gongzhi_domain::clock::Health;
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::view::desk::{Calls, InboxView, OrderCard};
use gongzhi_store::{categories, desk};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::{self, Place};
use crate::components::{Badge, Button, EmptyState, List, ListItem, Look, Pager, Queue, Tone};
use crate::pages::reading::read;

/// The first page of the desk.
#[component]
pub fn InboxPage() -> impl IntoView {
    let asked = asked();
    read(async move {
        let here = Here::now()?;
        if here.actor.is_signed_in() && !frame::handles_orders(&here) {
            return rooms(&here).await;
        }
        let column = Column::load(&here, &asked, None).await?;
        let queues = frame::queues(&here, &column.counts, Place::Queue(asked.view)).await?;
        let lang = here.lang;
        let content = view! {
            <EmptyState sign="↵" title=td_string!(lang, desk.choose_title)>
                <p>{td_string!(lang, desk.choose_text)}</p>
                <p class="quiet key-line">{td_string!(lang, desk.keys)}</p>
            </EmptyState>
        }
        .into_any();
        let title = terms::inbox_view(asked.view, lang).to_owned();
        Ok(frame::frame(&here, queues, title, Some(column.list), false, content))
    })
}

/// The first page of a desk without orders: the rooms its owner works in.
async fn rooms(here: &Here) -> Result<AnyView, Error> {
    here.actor.may(Action::ReadDesk, &Target::none())?;
    let doors = frame::doors(here, Place::Queue(InboxView::Mine)).await?;
    let title = td_string!(here.lang, common.door_desk);
    let link = |door: &Queue| {
        let (href, label) = (door.href.clone(), door.label.clone());
        view! { <p><Button look=Look::Secondary href=href>{label}</Button></p> }
    };
    let links = doors.iter().map(link).collect::<Vec<_>>();
    let content = view! { <div class="page">{links}</div> }.into_any();
    Ok(frame::frame(here, doors, title.to_owned(), None, false, content))
}

/// What the address asks the inbox for.
pub(super) fn asked() -> desk::InboxQuery {
    let query = use_query_map().get_untracked();
    let given = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
    desk::InboxQuery {
        view: given("view").and_then(|view| view.parse().ok()).unwrap_or(InboxView::Mine),
        area: given("area"),
        category: given("category"),
        words: given("words").unwrap_or_default(),
        cursor: given("after"),
    }
}

/// The middle column of the desk: one queue, filtered.
pub(super) struct Column {
    /// How much waits in each queue.
    pub(super) counts: Vec<Calls>,
    /// The filter and the orders.
    pub(super) list: AnyView,
}

impl Column {
    /// Loads the queue that is asked for and marks the order that is open.
    ///
    /// # Errors
    /// When the reader has no desk, or the database does not answer.
    pub(super) async fn load(here: &Here, asked: &desk::InboxQuery, open: Option<OrderId>) -> Result<Self, Error> {
        let inbox = desk::inbox(&here.db, &here.actor, asked).await?;
        let lang = here.lang;
        let address = address(asked);
        let older = inbox.cursor.as_ref().map(|cursor| format!("/desk{address}&after={}", encode(cursor)));
        let filter = filter(here, asked).await?;
        let cards = if inbox.cards.is_empty() {
            let all = format!("/desk?view={}", asked.view);
            view! {
                <EmptyState sign="0" title=td_string!(lang, desk.empty_title)>
                    <p>{td_string!(lang, desk.empty_text)}</p>
                    <Button look=Look::Secondary href=all>{td_string!(lang, desk.clear_filter)}</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            let items = inbox.cards.iter().map(|card| item(here, card, &address, open)).collect::<Vec<_>>();
            view! {
                <List label=terms::inbox_view(asked.view, lang)>{items}</List>
                <Pager newer=None older=older page=None />
            }
            .into_any()
        };
        let list = view! {
            {filter}
            {cards}
        }
        .into_any();
        Ok(Self { counts: inbox.counts, list })
    }
}

/// The query of an address that asks for the same.
fn address(asked: &desk::InboxQuery) -> String {
    let mut address = format!("?view={}", asked.view);
    for (name, value) in [("area", asked.area.as_deref()), ("category", asked.category.as_deref())] {
        if let Some(value) = value {
            address.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    if !asked.words.is_empty() {
        address.push_str(&format!("&words={}", encode(&asked.words)));
    }
    address
}

async fn filter(here: &Here, asked: &desk::InboxQuery) -> Result<AnyView, Error> {
    let lang = here.lang;
    let options = categories::list(&here.db)
        .await?
        .iter()
        .map(|category| {
            let chosen = asked.category.as_deref() == Some(category.code.as_str());
            view! { <option value=category.code.clone() selected=chosen>{category.name.in_(lang).to_owned()}</option> }
        })
        .collect::<Vec<_>>();
    Ok(view! {
        <form class="desk-tools" method="get" action="/desk" role="search">
            <input type="hidden" name="view" value=asked.view.code() />
            <input
                class="input"
                type="search"
                name="words"
                value=asked.words.clone()
                placeholder=td_string!(lang, desk.search_hint)
                aria-label=td_string!(lang, desk.search_hint)
            />
            <select class="input select" name="category" aria-label=td_string!(lang, desk.category)>
                <option value="">{td_string!(lang, desk.all_categories)}</option>
                {options}
            </select>
            <Button look=Look::Secondary small=true>{td_string!(lang, desk.apply)}</Button>
        </form>
    }
    .into_any())
}

/// An order in the list.
fn item(here: &Here, card: &OrderCard, address: &str, open: Option<OrderId>) -> AnyView {
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
            href=format!("/desk/orders/{}{address}", card.id)
            line=line
            side=badge(here, card)
            photo=None
            current=open == Some(card.id)
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
