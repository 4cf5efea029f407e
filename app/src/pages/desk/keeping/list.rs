//! The open reports of the reader's areas, those that are due first.

use gongzhi_api::Here;
use gongzhi_store::{desk, keeping};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Badge, EmptyState, List, ListItem, Tone};
use crate::pages::desk::frame::{self, Place};
use crate::pages::keeping::words;
use crate::pages::reading::read;

/// The officer's list.
#[component]
pub fn KeepingDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let cards = keeping::desk(&here.db, &here.actor).await?;
        let queues = frame::queues(&here, &desk::counts(&here.db, &here.actor).await?, Place::Keeping).await?;
        let content = if cards.is_empty() {
            view! {
                <EmptyState sign="✓" title=td_string!(lang, keeping.desk_empty_title)>
                    <p>{td_string!(lang, keeping.desk_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = cards.iter().map(|card| {
                let title = td_string!(lang, keeping.of_clause, pact = card.pact.in_(lang), no = card.clause_no);
                let due = card.due.map(|due| when::moment(due, here.now, lang)).unwrap_or_default();
                let (tone, due) = if card.late {
                    (Tone::Cinnabar, td_string!(lang, keeping.due_late, at = due))
                } else {
                    (Tone::Sky, td_string!(lang, keeping.due, at = due))
                };
                let badge = view! { <Badge tone=tone text=words::state(card.state, lang) /> }.into_any();
                view! { <ListItem title=title href=format!("/desk/keeping/{}", card.id) line=vec![due] side=badge /> }
            });
            let rows = rows.collect::<Vec<_>>();
            view! { <List>{rows}</List> }.into_any()
        };
        let title = td_string!(lang, keeping.desk_title);
        let content = view! {
            <h2>{title}</h2>
            <p class="quiet">{td_string!(lang, keeping.desk_lead)}</p>
            {content}
        };
        Ok(frame::frame(&here, queues, title.to_owned(), None, false, content.into_any()))
    })
}
