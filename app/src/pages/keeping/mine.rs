//! The matters I have a part in: as the one who reported, the one who is meant, a member of a panel.

use gongzhi_api::Here;
use gongzhi_store::keeping;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{Badge, Door, EmptyState, List, ListItem, Page, Tone};
use crate::pages::reading::read;

/// My matters.
#[component]
pub fn MyKeeping() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let cards = keeping::mine(&here.db, &here.actor).await?;
        let content = if cards.is_empty() {
            view! {
                <EmptyState sign="约" title=td_string!(lang, keeping.mine_empty_title)>
                    <p>{td_string!(lang, keeping.mine_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = cards.iter().map(|card| {
                let title = td_string!(lang, keeping.of_clause, pact = card.pact.in_(lang), no = card.clause_no);
                let line = vec![words::part(card.part, lang).to_owned(), when::moment(card.at, here.now, lang)];
                let badge = view! { <Badge tone=Tone::Sky text=words::state(card.state, lang) /> }.into_any();
                let href = format!("/me/keeping/{}", card.id);
                view! { <ListItem title=title href=href line=line side=badge /> }
            });
            let rows = rows.collect::<Vec<_>>();
            view! { <List>{rows}</List> }.into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, keeping.mine_title) back="/me" door=Door::Mine>{content}</Page>
        }
        .into_any())
    })
}
