//! One order: what residents asked, where it is, the clocks, what may be done now, and what happened.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::clock::Health;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::request::Visibility;
use gongzhi_domain::view::desk::{ClockView, ModerationPhoto, OrderPage, OrderRequest};
use gongzhi_domain::view::public::{ReplyView, TimelineEntry};
use gongzhi_store::{flash, orders};
use gongzhi_words::{errors, td_string, terms, when};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::frame::{self, Place};
use super::inbox::{self, Column, badge};
use super::{moderation, moves};
use crate::components::{
    Badge, Button, Card, Clock, ClockLook, Clocks, ErrorSummary, Facts, Form, Look, Notice, Stages, TextInput,
    Timeline, TimelineItem, Tone, Weight, name_apart,
};
use crate::pages::photos;
use crate::pages::reading::read;

/// The page of an order.
#[component]
pub fn OrderDeskPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let asked = inbox::asked();
    read(async move {
        let here = Here::now()?;
        let _ = here.holder();
        let id: OrderId = id.parse().map_err(|_| Error::NotFound { what: What::Order })?;
        let page = orders::page(&here.db, &here.actor, id).await?;
        let typed = kept(&here, "order").await?.of(&[("order", &id.to_string())]);
        let of_photos = match page.reply_moderated {
            Some((content, _)) => kept(&here, "moderate").await?.of(&[("content", &content.to_string())]),
            None => Flash::default(),
        };
        let typed = if of_photos.error.is_some() { of_photos } else { typed };
        let asked_for = kept(&here, "reveal").await?;
        let revealed = revealed(&here).await?;
        let column = Column::load(&here, &asked, Some(id)).await?;
        let queues = frame::queues(&here, &column.counts, Place::Queue(asked.view)).await?;
        let title = page.card.title.clone();
        let content = content(&here, &page, &typed, &asked_for, revealed).await?;
        Ok(frame::frame(&here, queues, title, Some(column.list), true, content))
    })
}

/// The number that was asked for with a reason: shown on the one page that follows.
async fn revealed(here: &Here) -> Result<Option<(String, String)>, Error> {
    match here.form.get().filter(|_| here.path.contains("revealed=1")) {
        Some(cookie) => flash::take(&here.db, cookie, "revealed").await,
        None => Ok(None),
    }
}

async fn content(
    here: &Here,
    page: &OrderPage,
    typed: &Flash,
    asked_for: &Flash,
    revealed: Option<(String, String)>,
) -> Result<AnyView, Error> {
    let lang = here.lang;
    let card = &page.card;
    let mut facts = vec![
        card.number.to_string(),
        card.category.in_(lang).to_owned(),
        card.area.in_(lang).to_owned(),
        td_string!(lang, desk.round, n = card.flags.round),
    ];
    if card.requests > 1 {
        facts.push(td_string!(lang, desk.requests_joined, n = card.requests));
    }
    if card.flags.supervise > 0 {
        facts.push(td_string!(lang, desk.supervised, level = card.flags.supervise));
    }
    if let Some(lead) = &page.lead {
        facts.push(td_string!(lang, desk.lead_unit, unit = lead.name.in_(lang)));
    }
    let facts = facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect::<Vec<_>>();
    let stages = card.stage.map(|stage| view! { <Stages now=stage finished=!card.state.is_open() /> });
    let wrong = wrong(page, typed, asked_for, lang);
    let revealed = revealed.map(|(name, phone)| {
        view! {
            <Notice weight=Weight::Warn title=td_string!(lang, desk.revealed, name = name, phone = phone) live=true />
        }
    });
    let moves = moves::forms(here, page, typed).await?;
    let requests = page.requests.iter().map(|request| one_request(here, page, request, asked_for)).collect::<Vec<_>>();
    let clocks: Vec<Clock> =
        page.clocks.iter().filter(|clock| clock.state != Health::Idle).map(|clock| bar(here, clock)).collect();
    let reply = page.reply.clone().map(|reply| {
        let after = photos_after(here, page, &reply);
        let after = after.map(|tiles| view! { <h3>{td_string!(lang, desk.photos_after)}</h3>{tiles} });
        view! {
            <Card title=td_string!(lang, desk.public_reply)>
                <p><Badge tone=Tone::Sky text=terms::outcome(reply.outcome, lang) /></p>
                <p class="written">{reply.text.clone()}</p>
                {after}
            </Card>
        }
    });
    let notes = (!page.internal_notes.is_empty()).then(|| {
        let notes = page.internal_notes.iter().map(|entry| line(here, entry)).collect::<Vec<_>>();
        view! {
            <section class="stack">
                <h2>{td_string!(lang, desk.internal)}</h2>
                <Timeline>{notes}</Timeline>
            </section>
        }
    });
    let history = page.history.iter().rev().map(|entry| line(here, entry)).collect::<Vec<_>>();
    Ok(view! {
        <article class="order">
            <p class="desk-back"><a href="/desk">{td_string!(lang, common.back)}</a></p>
            <header class="row row-apart">
                <h2>{card.title.clone()}</h2>
                {badge(here, card)}
            </header>
            <p class="quiet dotted">{facts}</p>
            {stages}
            {wrong}
            {revealed}
            {moves}
            <div class="desk-two">
                <div>
                    <Card title=td_string!(lang, common.clocks)><Clocks clocks=clocks /></Card>
                    {reply}
                    <section class="stack">
                        <h2>{td_string!(lang, desk.requests)}</h2>
                        {requests}
                    </section>
                </div>
                <div>
                    <section class="stack">
                        <h2>{td_string!(lang, desk.history)}</h2>
                        <Timeline>{history}</Timeline>
                    </section>
                    {notes}
                </div>
            </div>
        </article>
    }
    .into_any())
}

/// What was wrong with a move, or with asking for the number of one of the requests.
fn wrong(page: &OrderPage, typed: &Flash, asked_for: &Flash, lang: Lang) -> impl IntoView + use<> {
    let refused = page.requests.iter().filter_map(|request| {
        let apart = request.id.to_string();
        let error = asked_for.of(&[("request", &apart)]).error?;
        Some((error, Some(apart)))
    });
    let refused: Vec<_> = typed.error.clone().map(|error| (error, None)).into_iter().chain(refused).collect();
    let message = refused.iter().find(|(error, _)| error.fields().is_empty()).map(|(error, _)| match error {
        Error::Stale { .. } => td_string!(lang, desk.changed).to_owned(),
        other => errors::text(other, lang),
    });
    let lines = refused.iter().flat_map(|(error, apart)| {
        error.fields().iter().map(move |wrong| {
            let name = apart.as_ref().map_or_else(|| wrong.field.clone(), |apart| name_apart(&wrong.field, apart));
            (name, errors::reason(&wrong.reason, lang))
        })
    });
    let lines = lines.collect();
    view! { <ErrorSummary errors=lines message=message /> }
}

/// The photos of the reply; whoever moderates it turns them off and on here.
fn photos_after(here: &Here, page: &OrderPage, reply: &ReplyView) -> Option<AnyView> {
    let lang = here.lang;
    let Some((content, version)) = page.reply_moderated else {
        return photos::tiles(&reply.photos_after, |n| td_string!(lang, common.photo_alt, n = n), None);
    };
    let photos = reply.photos_after.iter().map(|photo| {
        let photo = ModerationPhoto { id: photo.id, width: photo.width, height: photo.height, off: photo.hidden };
        moderation::one_photo(here, content, version, photo)
    });
    Some(view! { <div class="photos">{photos.collect::<Vec<_>>()}</div> }.into_any())
}

fn one_request(here: &Here, page: &OrderPage, request: &OrderRequest, asked_for: &Flash) -> AnyView {
    let (lang, order, request) = (here.lang, page.card.id, request.clone());
    let photos = photos::tiles(&request.photos, |n| td_string!(lang, common.photo_alt, n = n), None);
    let place = request
        .place
        .words
        .clone()
        .filter(|words| !words.is_empty())
        .into_iter()
        .chain(request.place.chain.last().map(|area| area.name.in_(lang).to_owned()))
        .collect::<Vec<_>>()
        .join(" · ");
    let place = if place.is_empty() { td_string!(lang, desk.place_unknown).to_owned() } else { place };
    let contact = match &request.contact_phone {
        Some(phone) => format!("{} {phone}", request.contact_name),
        None => td_string!(lang, desk.anonymous).to_owned(),
    };
    let visibility = match request.visibility {
        Visibility::Public => td_string!(lang, desk.public),
        Visibility::Private => td_string!(lang, desk.private),
    };
    let asked_for = asked_for.of(&[("request", &request.id.to_string())]);
    let refused = asked_for.error.is_some();
    let reveal = request.can_reveal.then(|| {
        view! {
            <details class="reveal" open=refused>
                <summary>{td_string!(lang, desk.reveal)}</summary>
                <Form verb="reveal-contact" typed=asked_for apart=request.id.to_string()>
                    <input type="hidden" name="order" value=order.to_string() />
                    <input type="hidden" name="request" value=request.id.to_string() />
                    <TextInput
                        name="reason"
                        label=td_string!(lang, desk.reveal_reason)
                        hint=td_string!(lang, desk.reveal_hint)
                        required=true
                    />
                    <Button look=Look::Secondary small=true>{td_string!(lang, desk.reveal_button)}</Button>
                </Form>
            </details>
        }
    });
    view! {
        <Card title=request.number.to_string() side=view! { <span class="quiet">{visibility}</span> }.into_any()>
            <p class="written">{request.text.clone()}</p>
            {photos}
            <Facts facts=vec![
                (td_string!(lang, desk.place).to_owned(), place.into_any()),
                (td_string!(lang, desk.contact).to_owned(), contact.trim().to_owned().into_any()),
            ] />
            {reveal}
        </Card>
    }
    .into_any()
}

fn line(here: &Here, entry: &TimelineEntry) -> AnyView {
    let lang = here.lang;
    let mut title = terms::event(entry.what, lang).to_owned();
    if let Some(unit) = &entry.unit {
        title = format!("{title} · {}", unit.in_(lang));
    }
    let who = entry.who.clone().unwrap_or_default();
    let note = entry.note.clone().filter(|note| !note.is_empty());
    match note {
        Some(note) => {
            view! { <TimelineItem title=title at=entry.at aside=who><p class="written">{note}</p></TimelineItem> }
                .into_any()
        }
        None => view! { <TimelineItem title=title at=entry.at aside=who /> }.into_any(),
    }
}

fn bar(here: &Here, clock: &ClockView) -> Clock {
    let lang = here.lang;
    let length = |minutes: u32| when::length(i64::from(minutes), lang);
    let (look, text) = match clock.state {
        Health::Kept | Health::Missed => {
            (ClockLook::Paused, format!("{} · {}", td_string!(lang, desk.clock_done), length(clock.used_minutes)))
        }
        Health::Paused => (ClockLook::Paused, td_string!(lang, desk.clock_paused).to_owned()),
        Health::Overdue | Health::Red => {
            let late = clock.used_minutes.saturating_sub(clock.limit_minutes);
            (ClockLook::Late, td_string!(lang, desk.clock_late, time = length(late)))
        }
        state => {
            let left = clock.limit_minutes.saturating_sub(clock.used_minutes);
            let look = if state == Health::Warning { ClockLook::Soon } else { ClockLook::Running };
            (look, td_string!(lang, desk.clock_left, time = length(left)))
        }
    };
    Clock { label: terms::clock(clock.clock, lang).to_owned(), used: clock.percent().into(), look, text }
}
