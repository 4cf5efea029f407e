//! Minutes, decisions and the two signatures under them.

use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::{DECISIONS_MAX, MINUTES_MAX, MeetingState, MinutesPart};
use gongzhi_store::meetings::DeskMeeting;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Form, Look, TextArea};
use crate::pages::meetings::lines;

/// The minutes of a meeting that was opened.
pub(super) fn part(meeting: &DeskMeeting, flash: &Flash, lang: Lang) -> AnyView {
    if meeting.opened_at.is_none() {
        return ().into_any();
    }
    let id = meeting.card.id.to_string();
    let back = format!("/desk/meetings/{id}#minutes");
    let open = meeting.card.state == MeetingState::Open;
    let text = if open {
        let typed = flash.of(&[("verb", "minutes")]);
        let (id, minutes, decisions) = (id.clone(), meeting.minutes.clone(), meeting.decisions.clone());
        view! {
            <Form verb="write-minutes" back=back.clone() typed=typed version=meeting.version>
                <input type="hidden" name="meeting" value=id />
                <TextArea
                    name="minutes"
                    label=td_string!(lang, meetings.minutes_field)
                    hint=td_string!(lang, meetings.minutes_hint)
                    value=minutes
                    rows=10
                    max=MINUTES_MAX
                    required=true
                />
                <TextArea
                    name="decisions"
                    label=td_string!(lang, meetings.decisions_field)
                    value=decisions
                    rows=4
                    max=DECISIONS_MAX
                />
                <Button>{td_string!(lang, meetings.minutes_button)}</Button>
            </Form>
        }
        .into_any()
    } else {
        view! {
            <p class="written">{meeting.minutes.clone()}</p>
            {lines(&meeting.decisions)}
        }
        .into_any()
    };
    let signed = meeting
        .signed
        .iter()
        .map(|(part, name)| {
            let name = name.in_(lang).to_owned();
            let words = match part {
                MinutesPart::Keeper => td_string!(lang, meetings.signed_by_keeper, name = name),
                MinutesPart::Chair => td_string!(lang, meetings.signed_by_chair, name = name),
            };
            view! { <li>{words}</li> }
        })
        .collect::<Vec<_>>();
    let may_sign = open && meeting.ended_at.is_some() && !meeting.minutes.is_empty();
    let sign = may_sign.then(|| {
        let buttons = MinutesPart::ALL
            .iter()
            .filter(|part| meeting.signed.iter().all(|(signed, _)| signed != *part))
            .map(|part| {
                let word = match part {
                    MinutesPart::Keeper => td_string!(lang, meetings.sign_keeper),
                    MinutesPart::Chair => td_string!(lang, meetings.sign_chair),
                };
                view! { <Button look=Look::Sign name="part" value=part.code()>{word}</Button> }
            })
            .collect::<Vec<_>>();
        view! {
            <p class="quiet">{td_string!(lang, meetings.sign_lead)}</p>
            <Form verb="sign-minutes" back=back version=meeting.version inline=true>
                <input type="hidden" name="meeting" value=id />
                {buttons}
            </Form>
        }
    });
    view! {
        <section class="stack" id="minutes">
            <h3>{td_string!(lang, meetings.minutes)}</h3>
            {text}
            <ul class="plain-list">{signed}</ul>
            {sign}
        </section>
    }
    .into_any()
}
