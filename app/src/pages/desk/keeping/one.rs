//! One report for the officer: taking it up or turning it away, calling the panel.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::BreachId;
use gongzhi_domain::keeping::{Side, State, WORDS_MAX};
use gongzhi_domain::lang::Lang;
use gongzhi_store::desk;
use gongzhi_store::keeping::{self, DeskPage, Seat};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Badge, Button, Card, Checkbox, Facts, Form, Look, TextArea, TextInput, Tone};
use crate::pages::desk::frame::{self, Place};
use crate::pages::keeping::words;
use crate::pages::photos;
use crate::pages::points::words::day;
use crate::pages::reading::{part, read, summary};

/// The officer's page of a report.
#[component]
pub fn KeepingMatter() -> impl IntoView {
    let id = part("id");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id: BreachId = id.parse().map_err(|_| Error::NotFound { what: What::Breach })?;
        let page = keeping::desk_one(&here.db, &here.actor, id).await?;
        let queues = frame::queues(&here, &desk::counts(&here.db, &here.actor).await?, Place::Keeping).await?;
        let (triaging, calling) = (kept(&here, "triage-breach").await?, kept(&here, "call-panel").await?);
        let title = td_string!(lang, keeping.of_clause, pact = page.card.pact.in_(lang), no = page.card.clause_no);
        let tone = if page.card.late { Tone::Cinnabar } else { Tone::Sky };
        let due = page.card.due.map(|due| {
            let at = when::moment(due, here.now, lang);
            if page.card.late {
                td_string!(lang, keeping.due_late, at = at)
            } else {
                td_string!(lang, keeping.due, at = at)
            }
        });
        let act = match page.card.state {
            State::Received => triage(&page, &triaging, lang),
            State::Panel | State::AppealPanel => panel(&page, calling.clone(), lang),
            _ => ().into_any(),
        };
        let content = view! {
            {summary(&triaging, lang)}
            {summary(&calling, lang)}
            <h2>{title.clone()}</h2>
            <p><Badge tone=tone text=words::state(page.card.state, lang) /></p>
            {due.map(|due| view! { <p class="quiet">{due}</p> })}
            {facts(&page, &here)}
            {photos::tiles(
                &page.photos,
                |n| td_string!(lang, keeping.photo_alt, n = n),
                (page.card.state != State::Received).then(|| td_string!(lang, keeping.photo_kept)),
            )}
            {act}
            {words::course(&page.events, lang)}
        };
        Ok(frame::frame(&here, queues, title, None, false, content.into_any()))
    })
}

fn facts(page: &DeskPage, here: &Here) -> AnyView {
    let lang = here.lang;
    let mut facts = vec![
        (td_string!(lang, keeping.clause_words).to_owned(), page.clause.in_(lang).to_owned().into_any()),
        (td_string!(lang, keeping.place).to_owned(), page.place.clone().into_any()),
        (td_string!(lang, keeping.day).to_owned(), day(page.happened_on, here.now, lang).into_any()),
    ];
    let appeal = page.appeal.as_ref().map(|(side, words)| match side {
        Side::Reporter => td_string!(lang, keeping.appeal_by_reporter, words = words.clone()),
        Side::Concerned => td_string!(lang, keeping.appeal_by_concerned, words = words.clone()),
    });
    for (label, text) in [
        (td_string!(lang, keeping.words), Some(page.words.clone())),
        (td_string!(lang, keeping.concerned), page.concerned.clone()),
        (td_string!(lang, keeping.summary), Some(page.summary.clone()).filter(|text| !text.is_empty())),
        (td_string!(lang, keeping.reply), page.reply.clone()),
        (td_string!(lang, keeping.appeal), appeal),
        (td_string!(lang, keeping.outcome), page.outcome.map(|it| words::outcome(it, lang).to_owned())),
    ] {
        if let Some(text) = text {
            facts.push((label.to_owned(), view! { <span class="written">{text}</span> }.into_any()));
        }
    }
    view! { <Facts facts=facts /> }.into_any()
}

fn triage(page: &DeskPage, flash: &Flash, lang: Lang) -> AnyView {
    let (id, version) = (page.card.id.to_string(), page.version);
    let (up, away) = (flash.of(&[("decision", "take_up")]), flash.of(&[("decision", "turn_away")]));
    let again = id.clone();
    let boxes = page.photos.iter().zip(1_usize..).map(|(photo, n)| {
        let label = td_string!(lang, keeping.photo_pass, n = n);
        view! { <Checkbox name=format!("photo{n}") label=label value=photo.id.to_string() /> }
    });
    let boxes = boxes.collect::<Vec<_>>();
    let passes =
        (!boxes.is_empty()).then(|| view! { <p class="quiet">{td_string!(lang, keeping.photo_pass_lead)}</p> {boxes} });
    view! {
        <Card title=td_string!(lang, keeping.take_up)>
            <p class="quiet">{td_string!(lang, keeping.take_up_lead)}</p>
            <Form verb="triage-breach" typed=up version=version>
                <input type="hidden" name="breach" value=id />
                <input type="hidden" name="decision" value="take_up" />
                <TextInput name="phone" label=td_string!(lang, keeping.concerned_phone) kind="tel" inputmode="tel" required=true />
                <TextArea
                    name="summary"
                    label=td_string!(lang, keeping.summary)
                    hint=td_string!(lang, keeping.summary_hint)
                    max=WORDS_MAX
                    required=true
                />
                {passes}
                <Button>{td_string!(lang, keeping.take_up)}</Button>
            </Form>
        </Card>
        <Card title=td_string!(lang, keeping.turn_away)>
            <Form verb="triage-breach" typed=away version=version>
                <input type="hidden" name="breach" value=again />
                <input type="hidden" name="decision" value="turn_away" />
                <TextArea
                    name="note"
                    label=td_string!(lang, keeping.turn_away_why)
                    hint=td_string!(lang, keeping.turn_away_hint)
                    max=WORDS_MAX
                    required=true
                />
                <Button look=Look::Danger>{td_string!(lang, keeping.turn_away)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn panel(page: &DeskPage, flash: Flash, lang: Lang) -> AnyView {
    let (id, seats) = (page.card.id.to_string(), page.seats.clone());
    view! {
        <Card title=td_string!(lang, keeping.panel)>
            <p class="quiet">{td_string!(lang, keeping.panel_lead)}</p>
            <Form verb="call-panel" typed=flash>
                <input type="hidden" name="breach" value=id />
                {(1_i16..=3).map(|seat| one_seat(seat, &seats, lang)).collect::<Vec<_>>()}
                <Button>{td_string!(lang, keeping.panel_call)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

/// A seat: who has found stays, any other can be called anew.
fn one_seat(seat: i16, seats: &[Seat], lang: Lang) -> AnyView {
    let sits = seats.iter().find(|sits| sits.seat == seat && !sits.stepped_down);
    let who = sits.and_then(|sits| sits.phone.clone()).unwrap_or_default();
    if sits.is_some_and(|sits| sits.found) {
        return view! { <p>{td_string!(lang, keeping.seat_found, n = seat, who = who)}</p> }.into_any();
    }
    let label = td_string!(lang, keeping.seat, n = seat);
    let hint = match sits {
        Some(_) => td_string!(lang, keeping.seat_waits, who = who),
        None => td_string!(lang, keeping.seat_empty).to_owned(),
    };
    view! { <TextInput name=format!("phone{seat}") label=label hint=hint kind="tel" inputmode="tel" /> }.into_any()
}
