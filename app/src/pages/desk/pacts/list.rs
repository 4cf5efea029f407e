//! The pacts whose workshop the reader may open.

use gongzhi_api::Here;
use gongzhi_domain::permission::Action;
use gongzhi_store::pacts;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::{address, shown};
use crate::components::{Button, List, ListItem, Look};
use crate::pages::pacts::card_line;
use crate::pages::reading::read;

/// The list of pacts at the desk.
#[component]
pub fn PactsDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let cards = pacts::desk(&here.db, &here.actor).await?;
        let entries = cards
            .iter()
            .map(|card| {
                let line = card_line(card, here.now, lang);
                view! { <ListItem title=card.title.in_(lang).to_owned() href=address(&card.number) line=line /> }
            })
            .collect_view();
        let content = if cards.is_empty() {
            view! { <p class="quiet">{td_string!(lang, workshop.list_empty)}</p> }.into_any()
        } else {
            view! { <List>{entries}</List> }.into_any()
        };
        let new = here.actor.has(Action::OpenPact).then(|| {
            view! { <Button look=Look::Secondary small=true href="/desk/pacts/new">{td_string!(lang, workshop.new)}</Button> }
        });
        let rules = here
            .actor
            .has(Action::ManageRules)
            .then(|| view! { <p><a href="/desk/rules">{td_string!(lang, rules.to_desk)}</a></p> });
        let title = td_string!(lang, workshop.list_title);
        let content = view! {
            <header class="row row-apart">
                <h2>{title}</h2>
                {new}
            </header>
            {content}
            {rules}
        }
        .into_any();
        shown(&here, title.to_owned(), content).await
    })
}
