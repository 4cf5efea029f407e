//! Meetings at the desk: those the reader runs, a new one, and one from its opening to its signed minutes.

mod count;
mod door;
mod minutes;
mod people;
mod plan;
mod tariff;
mod votes;

pub use plan::PlanMeeting;

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, encode, kept};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::{Attendance, EARLY, MeetingKind, MeetingState, two_thirds};
use gongzhi_store::meetings::{self, DeskMeeting};
use gongzhi_words::{errors, td_string, terms, when};
use leptos::prelude::*;

use super::homes::shown;
use crate::components::{
    Badge, Button, EmptyState, ErrorSummary, Facts, Form, List, ListItem, Look, Notice, Tone, Weight, name_apart,
};
use crate::pages::meetings::{badge, lines};
use crate::pages::reading::{asked, part, read};

/// The meetings the reader runs that are not closed.
#[component]
pub fn MeetingsDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let mine = meetings::mine(&here.db, &here.actor).await?;
        let rows = mine
            .into_iter()
            .map(|(card, title)| {
                let line =
                    vec![title.in_(lang).to_owned(), when::moment(card.planned_at, here.now, lang), card.place.clone()];
                let side = badge(&card, lang);
                let href = format!("/desk/meetings/{}", card.id);
                view! { <ListItem title=terms::meeting_kind(card.kind, lang) href=href line=line side=side /> }
            })
            .collect::<Vec<_>>();
        let content = if rows.is_empty() {
            view! {
                <EmptyState sign="会" title=td_string!(lang, meetings.desk_empty_title)>
                    <p>{td_string!(lang, meetings.desk_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <p class="quiet">{td_string!(lang, meetings.desk_lead)}</p>
                <List label=td_string!(lang, meetings.desk_title)>{rows}</List>
            }
            .into_any()
        };
        shown(&here, td_string!(lang, meetings.desk_title), "/desk/meetings", content).await
    })
}

/// One meeting.
#[component]
pub fn MeetingDesk() -> impl IntoView {
    let (id, said, invited) = (part("id"), asked("done"), asked("invited"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Meeting })?;
        let meeting = meetings::at_desk(&here.db, &here.actor, id).await?;
        let flash = kept(&here, "meeting").await?;
        let running = meeting.card.state == MeetingState::Open && meeting.ended_at.is_none();
        let code = if running { Some(meetings::door_code(&here.db, &here.actor, id).await?) } else { None };
        let invited = invited.and_then(|many| many.parse::<u32>().ok());
        let notice = match (said.as_deref(), invited) {
            (Some("minutes"), _) => Some(td_string!(lang, meetings.minutes_done).to_owned()),
            (Some("signed"), _) => Some(td_string!(lang, meetings.signed_done).to_owned()),
            (Some("closed"), _) => Some(td_string!(lang, meetings.closed_done).to_owned()),
            (_, Some(n)) => Some(td_string!(lang, meetings.invited_done, n = n)),
            _ => None,
        };
        let notice = notice.map(|notice| view! { <Notice weight=Weight::Done live=true title=notice /> });
        let door = code.map(|code| door::at(&here, &meeting, &code));
        let content = view! {
            {wrong(&flash, lang)}
            {notice}
            {head(&here, &meeting, &flash, lang)}
            {door}
            {people::part(&meeting, &flash, running, lang)}
            {votes::part(&here, &meeting, &flash, running, lang)}
            {tariff::part(&meeting, &flash, running, lang)}
            {minutes::part(&meeting, &flash, lang)}
        }
        .into_any();
        shown(&here, terms::meeting_kind(meeting.card.kind, lang), "/desk/meetings", content).await
    })
}

/// What was wrong with the form that was sent last, in the words of the meeting where it is not about a field.
fn wrong(flash: &Flash, lang: Lang) -> AnyView {
    let Some(error) = &flash.error else { return ().into_any() };
    let Error::Invalid { fields } = error else {
        return view! { <ErrorSummary errors=Vec::new() message=Some(errors::text(error, lang)) /> }.into_any();
    };
    // The forms of this page are kept apart; the message leads to the field of the one that was sent.
    let apart = match flash.value("verb").as_str() {
        "count" => Some(format!("count-{}", flash.value("amendment"))),
        "count-tariff" => Some(format!("count-{}", flash.value("tariff"))),
        verb @ ("invite" | "tick" | "amend") => Some(verb.to_owned()),
        _ => None,
    };
    let lines = fields
        .iter()
        .map(|field| {
            let words = match field.field.as_str() {
                "amendments" => td_string!(lang, meetings.wrong_amendments).to_owned(),
                "tariff" => td_string!(lang, meetings.wrong_tariff).to_owned(),
                "tariff_count" => td_string!(lang, meetings.wrong_tariff_count).to_owned(),
                "minutes" if flash.value("verb") == "sign" => td_string!(lang, meetings.wrong_minutes).to_owned(),
                _ => errors::reason(&field.reason, lang),
            };
            let name = match field.field.as_str() {
                // Of the whole page: no field to lead to.
                "amendments" | "tariff" | "tariff_count" | "part" | "meeting" | "in_person" => "form".to_owned(),
                other => match &apart {
                    Some(apart) => name_apart(other, apart),
                    None => other.to_owned(),
                },
            };
            (name, words)
        })
        .collect();
    view! { <ErrorSummary errors=lines /> }.into_any()
}

/// When, where, about what, and what moves it on.
fn head(here: &Here, meeting: &DeskMeeting, _flash: &Flash, lang: Lang) -> AnyView {
    let (address, words) = match (&meeting.pact, meeting.room) {
        (Some((number, title)), _) => (
            format!("/pacts/{}", encode(number)),
            td_string!(lang, meetings.about_pact, title = title.in_(lang).to_owned()),
        ),
        (None, Some(room)) => (format!("/rooms/{room}"), td_string!(lang, meetings.about_room).to_owned()),
        (None, None) => ("/".to_owned(), String::new()),
    };
    let id = meeting.card.id;
    let act = |act: &'static str, look: Look, word: &'static str| {
        view! {
            <Form verb="move-meeting" back=format!("/desk/meetings/{id}") version=meeting.version inline=true>
                <input type="hidden" name="meeting" value=id.to_string() />
                <Button look=look name="act" value=act>{word}</Button>
            </Form>
        }
        .into_any()
    };
    let moves = match meeting.card.state {
        MeetingState::Planned => {
            let may_open = here.now >= meeting.card.planned_at - EARLY;
            let open = may_open.then(|| act("open", Look::Primary, td_string!(lang, meetings.open)));
            let hint = (!may_open).then(|| view! { <p class="quiet">{td_string!(lang, meetings.open_hint)}</p> });
            view! {
                {hint}
                <div class="buttons">
                    {open}
                    {act("cancel", Look::Danger, td_string!(lang, meetings.cancel))}
                </div>
            }
            .into_any()
        }
        MeetingState::Open if meeting.ended_at.is_none() => {
            act("over", Look::Secondary, td_string!(lang, meetings.over))
        }
        _ => ().into_any(),
    };
    let entitled = (meeting.entitled > 0).then(|| {
        view! { <span>{td_string!(lang, meetings.people_entitled, n = meeting.entitled)}</span> }
    });
    let two_thirds = (meeting.card.kind == MeetingKind::Representatives && meeting.opened_at.is_some()).then(|| {
        if two_thirds(meeting.counted, meeting.entitled) {
            view! { <Badge tone=Tone::Jade text=td_string!(lang, meetings.people_two_thirds) /> }
        } else {
            view! { <Badge tone=Tone::Amber text=td_string!(lang, meetings.people_not_two_thirds) /> }
        }
    });
    let came = Attendance { present: meeting.counted, entitled: meeting.entitled };
    let of_a_pact = meeting.pact.is_some() && meeting.ended_at.is_some();
    let short = (of_a_pact && !came.is_enough(meeting.card.kind)).then(|| {
        let (present, entitled) = (came.present, came.entitled);
        // Of others than representatives one is enough.
        let needed = if meeting.card.kind == MeetingKind::Representatives { came.needed() } else { 1 };
        let title = td_string!(lang, meetings.short_over, present = present, entitled = entitled, needed = needed);
        view! { <Notice weight=Weight::Warn title=title /> }
    });
    view! {
        <p class="row row-apart">
            <a href=address.clone()>{words}</a>
            {badge(&meeting.card, lang)}
        </p>
        <Facts facts=vec![
            (td_string!(lang, meetings.when).to_owned(), when::exact(meeting.card.planned_at, lang).into_any()),
            (td_string!(lang, meetings.venue).to_owned(), meeting.card.place.clone().into_any()),
            (td_string!(lang, meetings.agenda).to_owned(), lines(&meeting.agenda)),
        ] />
        {short}
        <p class="row">
            <b>{td_string!(lang, meetings.people_counted, n = meeting.counted)}</b>
            {entitled}
            {two_thirds}
        </p>
        {moves}
        <p><a href=format!("{address}/meetings/{id}")>{td_string!(lang, meetings.public_page)}</a></p>
    }
    .into_any()
}
