//! Requests in lists: the public row, and the box of one's own with 收转办回 in it.

use gongzhi_domain::order::State;
use gongzhi_domain::view::RequestCard;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::said;
use crate::components::{Badge, Card, List, ListItem, Stages};
use crate::visit::Visit;

/// What a list calls a request: its first line, or that it is not public.
pub fn name_of(card: &RequestCard, visit: &Visit) -> String {
    card.title.clone().unwrap_or_else(|| td_string!(visit.lang, requests.private_notice).to_owned())
}

/// Requests under each other.
#[component]
pub fn Cards(
    /// The requests, in the order they are shown.
    cards: Vec<RequestCard>,
    /// What they are, where no heading says so.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let rows = cards
        .into_iter()
        .map(|card| {
            let (tone, word) = said::status(&card, lang);
            let line = vec![
                card.category.in_(lang).to_owned(),
                card.area.in_(lang).to_owned(),
                when::moment(card.filed_at, visit.now, lang),
            ];
            let stages = card.stage.map(|stage| {
                let finished = matches!(card.state, State::Replied | State::Closed);
                view! { <Stages now=stage finished=finished small=true /> }
            });
            view! {
                <ListItem
                    title=name_of(&card, &visit)
                    href=format!("/requests/{}", card.number)
                    line=line
                    photo=card.thumb.map(|id| format!("/files/{id}/320.jpg"))
                    side=view! { <Badge tone=tone text=word /> }.into_any()
                >
                    {stages}
                </ListItem>
            }
        })
        .collect_view();
    match label {
        Some(label) => view! { <List label=label>{rows}</List> }.into_any(),
        None => view! { <List>{rows}</List> }.into_any(),
    }
}

/// One request of one's own, live: where it is and by when it is answered.
#[component]
pub fn Mine(
    /// The request.
    card: RequestCard,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let (tone, word) = said::status(&card, lang);
    let finished = matches!(card.state, State::Replied | State::Closed);
    let due = card.due.filter(|_| !finished).map(|due| when::moment(due, visit.now, lang)).unwrap_or_default();
    let filed = when::moment(card.filed_at, visit.now, lang);
    let stages = card.stage.map(|stage| {
        view! { <Stages now=stage finished=finished notes=vec![filed, String::new(), String::new(), due] /> }
    });
    view! {
        <Card title=card.category.in_(lang) side=view! { <Badge tone=tone text=word /> }.into_any()>
            <p>
                <a class="card-link" href=format!("/requests/{}", card.number)>{name_of(&card, &visit)}</a>
            </p>
            {stages}
        </Card>
    }
}
