//! The pacts: first what waits for whoever looks, then all of them by area.

use gongzhi_api::Here;
use gongzhi_store::pacts;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::card;
use crate::components::{Button, Choice, Door, EmptyState, List, ListItem, Look, Page, Pager, Select};
use crate::pages::reading::{asked, read};

/// The list of pacts.
#[component]
pub fn PactList() -> impl IntoView {
    let (area, from) = (asked("area"), asked("from"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let tree = here.db.areas().await?;
        // An area that is none counts as not chosen: an old link still shows a list.
        let area = area.filter(|code| tree.by_code(code).is_some());
        let found = pacts::list(&here.db, &here.actor, area.as_deref(), from.as_deref()).await?;
        let options = std::iter::once(Choice::new("", td_string!(lang, pacts.area_all)))
            .chain(tree.choices().into_iter().map(|area| {
                let indent = "\u{3000}".repeat(area.depth.saturating_sub(1));
                Choice::new(area.code, format!("{indent}{}", area.name.in_(lang)))
            }))
            .collect::<Vec<_>>();
        let address = |cursor: &str| match &area {
            Some(area) => format!("/pacts?area={}&from={cursor}", gongzhi_api::form::encode(area)),
            None => format!("/pacts?from={cursor}"),
        };
        let older = found.cursor.as_deref().map(address);
        let first = from.is_some().then(|| view! { <p><a href="/pacts">{td_string!(lang, pacts.first)}</a></p> });
        let waiting = (!found.waiting.is_empty()).then(|| {
            let entries = found.waiting.iter().map(card::entry).collect_view();
            view! {
                <section class="card stack" id="waiting">
                    <h2>{td_string!(lang, pacts.waiting_title)}</h2>
                    <List>{entries}</List>
                </section>
            }
        });
        let content = if found.cards.is_empty() {
            view! {
                <EmptyState sign="约" title=td_string!(lang, pacts.empty_title)>
                    <p>{td_string!(lang, pacts.empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let entries = found.cards.iter().map(card::entry).collect_view();
            view! { <List label=td_string!(lang, pacts.all_title)>{entries}</List> }.into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, pacts.title) description=td_string!(lang, pacts.lead) door=Door::Pacts>
                <p class="page-sub">{td_string!(lang, pacts.lead)}</p>
                {waiting}
                <form class="form form-row" method="get" action="/pacts">
                    <Select
                        name="area"
                        label=td_string!(lang, pacts.area_label)
                        options=options
                        value=area.clone().unwrap_or_default()
                    />
                    <Button look=Look::Secondary small=true>{td_string!(lang, pacts.filter)}</Button>
                </form>
                {first}
                <section class="stack">
                    <h2>{td_string!(lang, pacts.all_title)}</h2>
                    {content}
                </section>
                <Pager newer=None older=older page=None />
                <List>
                    <ListItem
                        title=td_string!(lang, rooms.title)
                        href="/rooms"
                        line=vec![td_string!(lang, rooms.lead).to_owned()]
                    />
                    <ListItem title=td_string!(lang, rules.title) href="/rules" line=Vec::new() />
                    <ListItem title=td_string!(lang, pacts.to_neighbours) href="/neighbours" line=Vec::new() />
                    <ListItem title=td_string!(lang, pacts.to_points) href="/points" line=Vec::new() />
                </List>
            </Page>
        }
        .into_any())
    })
}
