//! What the portal told me: every step of my requests, as it was sent.

use gongzhi_api::Here;
use gongzhi_store::outbox;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Door, EmptyState, Page, Timeline, TimelineItem};
use crate::pages::reading::read;

/// Messages, the newest first.
#[component]
pub fn Messages() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let messages = outbox::mine(&here.db, &here.actor, 50).await?;
        let content = if messages.is_empty() {
            view! {
                <EmptyState sign="信" title=td_string!(lang, account.messages_empty_title)>
                    <p>{td_string!(lang, account.messages_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let lines = messages
                .into_iter()
                .map(|message| view! { <TimelineItem title=message.body at=message.created_at /> })
                .collect_view();
            view! { <p class="page-sub">{td_string!(lang, account.messages_lead)}</p><Timeline>{lines}</Timeline> }
                .into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, account.messages) back="/me" door=Door::Mine>{content}</Page>
        }
        .into_any())
    })
}
