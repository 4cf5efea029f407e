//! One room: the topic, what was said, the meetings, what it ended in.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::content::ContentState;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::room::{RoomState, TEXT_MAX};
use gongzhi_store::meetings;
use gongzhi_store::rooms::{self, Decision, Post, RoomPage};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use crate::components::{Badge, Button, Door, Facts, Form, Look, Notice, Page, TextArea, Tone, Weight, When};
use crate::pages::meetings::MeetingList;
use crate::pages::reading::{asked, part, read, summary};

/// A room.
#[component]
pub fn OneRoom() -> impl IntoView {
    let (id, done, before) = (part("id"), asked("done"), asked("before"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Room })?;
        let page = rooms::room_before(&here.db, &here.actor, id, before.as_deref()).await?;
        let meetings = meetings::of_room(&here.db, &here.actor, id).await?;
        let flash = kept(&here, "say").await?.of(&[("room", &id.to_string())]);
        let title = match page.card.title.in_(lang) {
            "" => td_string!(lang, rooms.topic).to_owned(),
            title => title.to_owned(),
        };
        let said = match done.as_deref() {
            Some("proposed") => Some(td_string!(lang, rooms.done_proposed)),
            Some("said") => Some(td_string!(lang, rooms.done_said)),
            _ => None,
        };
        let notice = said.map(|said| view! { <Notice weight=Weight::Done live=true title=said /> });
        let wrong = summary(&flash, lang);
        let say = match (page.card.state.talks(), here.actor.is_signed_in()) {
            (false, _) => ().into_any(),
            (true, false) => {
                let next = gongzhi_api::form::encode(&format!("/rooms/{id}"));
                view! {
                    <Button href=format!("/me/sign-in?next={next}")>{td_string!(lang, rooms.say_sign_in)}</Button>
                }
                .into_any()
            }
            (true, true) => view! {
                <Form verb="say-in-room" back=format!("/rooms/{id}#say") typed=flash key=here.db.new_id().to_string()>
                    <input type="hidden" name="room" value=id.to_string() />
                    <TextArea name="text" label=td_string!(lang, rooms.say) max=TEXT_MAX required=true />
                    <Button>{td_string!(lang, rooms.say_button)}</Button>
                </Form>
            }
            .into_any(),
        };
        let runs = page.runs.then(|| {
            view! {
                <Button look=Look::Secondary href=format!("/desk/rooms/{id}")>{td_string!(lang, rooms.desk_title)}</Button>
            }
        });
        Ok(view! {
            <Page title=title back="/rooms" door=Door::Pacts>
                {wrong}
                {notice}
                <p class="row row-apart">
                    <span class="quiet">{page.card.area.in_(lang).to_owned()}</span>
                    <Badge tone=tone(page.card.state) text=terms::room_state(page.card.state, lang) />
                </p>
                {page.decision.as_ref().map(|decision| decided(decision, lang))}
                {topic(&page, lang)}
                <MeetingList cards=meetings of=format!("/rooms/{id}") />
                {talk(&page, before.is_some(), lang)}
                <section id="say">{say}</section>
                {runs}
            </Page>
        }
        .into_any())
    })
}

fn tone(state: RoomState) -> Tone {
    match state {
        RoomState::Open => Tone::Sky,
        RoomState::Decided => Tone::Jade,
        _ => Tone::Plain,
    }
}

fn topic(page: &RoomPage, lang: Lang) -> AnyView {
    let unseen = match page.topic_state {
        ContentState::Published => None,
        ContentState::Waiting => Some(td_string!(lang, rooms.topic_unseen)),
        _ => Some(td_string!(lang, rooms.topic_hidden)),
    };
    let unseen = unseen.map(|words| view! { <Notice title=words /> });
    let declined = (page.card.state == RoomState::Declined).then(|| {
        let reason = page.reason.clone();
        view! {
            <Notice weight=Weight::Warn title=td_string!(lang, rooms.declined_title)>
                <p class="written">{reason}</p>
            </Notice>
        }
    });
    view! {
        {unseen}
        {declined}
        <section class="stack">
            <h2>{td_string!(lang, rooms.topic)}</h2>
            <p><b>{page.proposed_title.clone()}</b></p>
            <p class="written">{page.topic.clone()}</p>
        </section>
    }
    .into_any()
}

fn talk(page: &RoomPage, before: bool, lang: Lang) -> AnyView {
    if matches!(page.card.state, RoomState::Proposed | RoomState::Declined) {
        return ().into_any();
    }
    let posts = page.posts.iter().map(|post| one(post, lang)).collect::<Vec<_>>();
    let older = page.older.as_ref().map(|older| {
        let href = format!("/rooms/{}?before={}", page.card.id, gongzhi_api::form::encode(older));
        view! { <p><a href=href>{td_string!(lang, rooms.older)}</a></p> }
    });
    let newest = before.then(|| {
        view! { <p><a href=format!("/rooms/{}", page.card.id)>{td_string!(lang, rooms.newest)}</a></p> }
    });
    let empty = posts.is_empty().then(|| view! { <p class="quiet">{td_string!(lang, rooms.talk_empty)}</p> });
    view! {
        <section class="stack">
            <h2>{td_string!(lang, rooms.talk)}</h2>
            {older}
            {empty}
            <ul class="list">{posts}</ul>
            {newest}
        </section>
    }
    .into_any()
}

fn one(post: &Post, lang: Lang) -> AnyView {
    let who = if post.mine { td_string!(lang, rooms.me) } else { td_string!(lang, rooms.neighbour) };
    let state = match post.state {
        ContentState::Published => None,
        ContentState::Waiting => Some(td_string!(lang, rooms.post_waiting)),
        _ => Some(td_string!(lang, rooms.post_hidden)),
    };
    let state = state.map(|word| view! { <Badge tone=Tone::Sky text=word /> });
    view! {
        <li class="home-door">
            <p class="row row-apart">
                <span class="quiet dotted"><span>{who}</span><span><When at=post.at /></span></span>
                {state}
            </p>
            <p class="written">{post.text.clone()}</p>
        </li>
    }
    .into_any()
}

/// What a room ended in, first on its page.
pub(crate) fn decided(decision: &Decision, lang: Lang) -> AnyView {
    let mut facts: Vec<(String, AnyView)> = Vec::new();
    let mut fact = |word: &'static str, text: String| {
        facts.push((word.to_owned(), view! { <span class="written">{text}</span> }.into_any()));
    };
    fact(td_string!(lang, rooms.decision), decision.decision.clone());
    fact(td_string!(lang, rooms.grounds), decision.grounds.clone());
    fact(td_string!(lang, rooms.carried_by), decision.carried_by.clone());
    fact(td_string!(lang, rooms.due_on), decision.due_on.to_string());
    if !decision.result.is_empty() {
        fact(td_string!(lang, rooms.result), decision.result.clone());
    }
    let at = when::exact(decision.decided_at, lang);
    view! {
        <section class="card">
            <h2>{td_string!(lang, rooms.decision_title)}</h2>
            <p class="quiet">{at}</p>
            <Facts facts=facts />
        </section>
    }
    .into_any()
}
