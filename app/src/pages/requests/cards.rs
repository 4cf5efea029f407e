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

/// Whether there is an answer.
pub fn is_answered(card: &RequestCard) -> bool {
    matches!(card.state, State::Replied | State::Closed)
}

/// By when it is passed on and by when it is answered. Only one limit runs at a time: until a unit has the
/// request nobody can say when it will be answered.
pub fn dues(card: &RequestCard, visit: &Visit) -> (String, String) {
    let due =
        card.due.map(|due| td_string!(visit.lang, requests.by_when, when = when::moment(due, visit.now, visit.lang)));
    match card.state {
        State::Received | State::Accepted => (due.unwrap_or_default(), String::new()),
        State::Dispatched | State::Handling | State::ReplyReview => (String::new(), due.unwrap_or_default()),
        _ => (String::new(), String::new()),
    }
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
                let finished = is_answered(&card);
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
    let finished = is_answered(&card);
    let filed = when::moment(card.filed_at, visit.now, lang);
    let (passed_on, answered) = dues(&card, &visit);
    let stages = card.stage.map(|stage| {
        view! { <Stages now=stage finished=finished notes=vec![filed, passed_on, String::new(), answered] /> }
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

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};
    use gongzhi_domain::Named;
    use gongzhi_domain::number::RequestNumber;
    use gongzhi_domain::request::Kind;

    use super::*;

    #[test]
    fn a_limit_stands_under_the_stage_it_is_about() {
        let visit = Visit::default();
        let mut card = RequestCard {
            number: RequestNumber::new(Utc::now().date_naive(), "BYHT", 7).expect("a number"),
            title: None,
            kind: Kind::Help,
            category: Named::default(),
            area: Named::default(),
            stage: None,
            state: State::Received,
            filed_at: visit.now,
            photos: 0,
            thumb: None,
            due: Some(visit.now + TimeDelta::hours(2)),
            overdue: false,
        };
        let (passed_on, answered) = dues(&card, &visit);
        assert!(!passed_on.is_empty() && answered.is_empty(), "nobody can say yet when it is answered");
        card.state = State::Handling;
        let (passed_on, answered) = dues(&card, &visit);
        assert!(passed_on.is_empty() && !answered.is_empty());
        card.state = State::Suspended;
        assert_eq!(dues(&card, &visit), (String::new(), String::new()));
    }
}
