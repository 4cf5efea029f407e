//! Rooms at the desk: which topics wait, and what is done with one.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::content::ContentState;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::room::{DECISION_MAX, RoomMove, RoomState};
use gongzhi_store::rooms::{self, RoomPage};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{
    Badge, Button, EmptyState, Folded, Form, List, ListItem, Look, Notice, TextArea, TextInput, Tone,
};
use crate::pages::meetings::MeetingList;
use crate::pages::reading::{part, read, summary};

/// The rooms of the reader's areas.
#[component]
pub fn RoomsDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let cards = rooms::at_desk(&here.db, &here.actor).await?;
        let rows = cards
            .into_iter()
            .map(|card| {
                let mut line = vec![card.area.in_(lang).to_owned(), when::moment(card.changed_at, here.now, lang)];
                if card.waits {
                    line.push(td_string!(lang, rooms.waits).to_owned());
                }
                if let Some(day) = card.due_on {
                    line.push(td_string!(lang, rooms.due, day = day.to_string()));
                }
                let tone = match card.state {
                    RoomState::Proposed => Tone::Sky,
                    RoomState::Open | RoomState::Decided => Tone::Jade,
                    _ => Tone::Plain,
                };
                let side = view! { <Badge tone=tone text=terms::room_state(card.state, lang) /> }.into_any();
                view! {
                    <ListItem title=card.title.in_(lang) href=format!("/desk/rooms/{}", card.id) line=line side=side />
                }
            })
            .collect::<Vec<_>>();
        let content = if rows.is_empty() {
            view! {
                <EmptyState sign="商" title=td_string!(lang, rooms.desk_title)>
                    <p>{td_string!(lang, rooms.desk_empty)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <p class="quiet">{td_string!(lang, rooms.desk_lead)}</p>
                <List label=td_string!(lang, rooms.desk_title)>{rows}</List>
            }
            .into_any()
        };
        shown(&here, td_string!(lang, rooms.desk_title), "/desk/rooms", content).await
    })
}

/// One room at the desk.
#[component]
pub fn RoomDesk() -> impl IntoView {
    let id = part("id");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Room })?;
        let page = rooms::room(&here.db, &here.actor, id).await?;
        if !page.runs {
            return Err(Error::Forbidden { action: gongzhi_domain::permission::Action::RunRoom });
        }
        let meetings = gongzhi_store::meetings::of_room(&here.db, &here.actor, id).await?;
        let flash = kept(&here, "room").await?;
        let title = match page.card.title.in_(lang) {
            "" => td_string!(lang, rooms.topic).to_owned(),
            title => title.to_owned(),
        };
        let call = page.card.state.talks().then(|| {
            view! {
                <Button look=Look::Secondary href=format!("/desk/meetings/new?room={id}")>
                    {td_string!(lang, meetings.plan_title)}
                </Button>
            }
        });
        let decision = page.decision.as_ref().map(|decision| crate::pages::rooms::decided(decision, lang));
        let content = view! {
            {summary(&flash, lang)}
            <p class="quiet dotted">
                <span>{terms::room_state(page.card.state, lang)}</span>
                <span>{page.card.area.in_(lang).to_owned()}</span>
                <a href=format!("/rooms/{id}")>{td_string!(lang, rooms.to_public)}</a>
            </p>
            <h3>{page.proposed_title.clone()}</h3>
            <p class="written">{page.topic.clone()}</p>
            {moves(&page, &flash, lang)}
            {decision}
            <section class="stack">
                <h3>{td_string!(lang, rooms.meetings)}</h3>
                <MeetingList cards=meetings desk=true />
                {call}
            </section>
        }
        .into_any();
        shown(&here, &title, "/desk/rooms", content).await
    })
}

/// What can be done with the room now; each under its name, open when it was just refused.
fn moves(page: &RoomPage, flash: &Flash, lang: Lang) -> AnyView {
    let possible = RoomMove::ALL.iter().filter(|mv| mv.leads(page.card.state).is_some());
    if page.card.state == RoomState::Proposed && page.topic_state != ContentState::Published {
        let decline = one(page, flash, RoomMove::Decline, lang);
        return view! {
            <Notice title=td_string!(lang, rooms.open_wait) />
            {decline}
        }
        .into_any();
    }
    let forms = possible.map(|mv| one(page, flash, *mv, lang)).collect::<Vec<_>>();
    view! { <div class="stack">{forms}</div> }.into_any()
}

fn one(page: &RoomPage, flash: &Flash, mv: RoomMove, lang: Lang) -> AnyView {
    let typed = flash.of(&[("act", mv.code())]);
    let open = typed.error.is_some();
    let (id, version, proposed) = (page.card.id.to_string(), page.version, page.proposed_title.clone());
    let name = match mv {
        RoomMove::Open => td_string!(lang, rooms.open),
        RoomMove::Decline => td_string!(lang, rooms.decline),
        RoomMove::Decide => td_string!(lang, rooms.decide),
        RoomMove::Close => td_string!(lang, rooms.close),
    };
    let key = match mv {
        RoomMove::Open => "O",
        RoomMove::Decline => "X",
        RoomMove::Decide => "D",
        RoomMove::Close => "C",
    };
    let fields = move || {
        match mv {
        RoomMove::Open => view! {
            <TextInput name="title" label=td_string!(lang, rooms.open_title_field) value=proposed.clone() required=true />
            <TextInput name="title_en" label=td_string!(lang, rooms.open_title_en) />
        }
        .into_any(),
        RoomMove::Decline => view! {
            <TextArea
                name="reason"
                label=td_string!(lang, rooms.decline_reason)
                hint=td_string!(lang, rooms.decline_hint)
                required=true
            />
        }
        .into_any(),
        RoomMove::Decide => view! {
            <TextArea name="decision" label=td_string!(lang, rooms.decision) max=DECISION_MAX required=true />
            <TextArea name="grounds" label=td_string!(lang, rooms.grounds) max=DECISION_MAX required=true />
            <TextInput name="carried_by" label=td_string!(lang, rooms.carried_by) required=true />
            <TextInput name="due_on" kind="date" label=td_string!(lang, rooms.due_on) required=true />
        }
        .into_any(),
        RoomMove::Close => view! {
            <TextArea
                name="result"
                label=td_string!(lang, rooms.result)
                hint=td_string!(lang, rooms.close_hint)
                required=true
            />
        }
        .into_any(),
    }
    };
    view! {
        <Folded name=name key=key open=open>
            <Form verb="move-room" typed=typed version=version>
                <input type="hidden" name="room" value=id />
                <input type="hidden" name="act" value=mv.code() />
                {fields()}
                <Button>{name}</Button>
            </Form>
        </Folded>
    }
    .into_any()
}
