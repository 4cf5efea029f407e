//! The list of rooms.

use gongzhi_api::Here;
use gongzhi_domain::room::RoomState;
use gongzhi_store::rooms;
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use crate::components::{Badge, Button, Door, EmptyState, List, ListItem, Page, Pager, Tone};
use crate::pages::reading::{asked, read};

/// Rooms, the last moved first.
#[component]
pub fn RoomList() -> impl IntoView {
    let (area, after) = (asked("area"), asked("after"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let (cards, next) = rooms::list(&here.db, &here.actor, area.as_deref(), after.as_deref()).await?;
        let rows = cards
            .into_iter()
            .map(|card| {
                let mut line = vec![card.area.in_(lang).to_owned(), when::moment(card.changed_at, here.now, lang)];
                if card.posts > 0 {
                    line.push(td_string!(lang, rooms.posts, n = card.posts));
                }
                if let (RoomState::Decided, Some(day)) = (card.state, card.due_on) {
                    line.push(td_string!(lang, rooms.due, day = day.to_string()));
                }
                let tone = match card.state {
                    RoomState::Open => Tone::Sky,
                    RoomState::Decided => Tone::Jade,
                    _ => Tone::Plain,
                };
                let side = view! { <Badge tone=tone text=terms::room_state(card.state, lang) /> }.into_any();
                view! { <ListItem title=card.title.in_(lang) href=format!("/rooms/{}", card.id) line=line side=side /> }
            })
            .collect::<Vec<_>>();
        let list = if rows.is_empty() {
            view! {
                <EmptyState sign="商" title=td_string!(lang, rooms.empty_title)>
                    <p>{td_string!(lang, rooms.empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <List label=td_string!(lang, rooms.title)>{rows}</List> }.into_any()
        };
        let older = next.map(|next| match &area {
            Some(area) => format!("/rooms?area={area}&after={next}"),
            None => format!("/rooms?after={next}"),
        });
        let action =
            view! { <Button wide=true href="/rooms/new">{td_string!(lang, rooms.propose)}</Button> }.into_any();
        Ok(view! {
            <Page title=td_string!(lang, rooms.title) back="/pacts" door=Door::Pacts action=action>
                <p class="page-sub">{td_string!(lang, rooms.lead)}</p>
                {list}
                <Pager newer=None older=older page=None />
            </Page>
        }
        .into_any())
    })
}
