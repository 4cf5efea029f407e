//! Checking in: by the address in the QR code at the door, or by typing its code. Opening the page checks nobody in: that takes a press,
//! so that a preview or a pasted address does not.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::code_in;
use gongzhi_store::meetings::{self, Mine};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use crate::components::{Button, Door, Form, Notice, Page, TextInput, Weight};
use crate::pages::reading::{asked, part, read, summary};

/// Checking in by typing the code.
#[component]
pub fn Attend() -> impl IntoView {
    page(String::new(), asked("came"))
}

/// Checking in by the address of the QR code: the code stands in the field.
#[component]
pub fn AttendWithCode() -> impl IntoView {
    page(code_in(&part("code")).unwrap_or_default(), None)
}

fn page(code: String, came: Option<String>) -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        if !here.actor.is_signed_in() {
            return Err(gongzhi_domain::error::Error::NotSignedIn);
        }
        let flash = kept(&here, "attend").await?;
        let done = match came.and_then(|id| id.parse().ok()) {
            Some(id) => Some(done(&here, id, lang).await?),
            None => None,
        };
        let back = if code.is_empty() { "/attend".to_owned() } else { format!("/attend/{code}") };
        let form = done.is_none().then(|| {
            view! {
                <p class="page-sub">{td_string!(lang, meetings.attend_lead)}</p>
                <Form verb="attend" back=back typed=flash.clone()>
                    <TextInput
                        name="attend"
                        label=td_string!(lang, meetings.attend_code)
                        hint=td_string!(lang, meetings.attend_hint)
                        value=code
                        required=true
                        code=true
                    />
                    <p class="quiet">{td_string!(lang, meetings.attend_self)}</p>
                    <Button wide=true>{td_string!(lang, meetings.attend_button)}</Button>
                </Form>
            }
        });
        let wrong = summary(&flash, lang);
        Ok(view! {
            <Page title=td_string!(lang, meetings.attend_title) back="/" door=Door::Mine>
                {wrong}
                {done}
                {form}
            </Page>
        }
        .into_any())
    })
}

/// Where the reader is now.
async fn done(
    here: &Here,
    id: gongzhi_domain::ids::MeetingId,
    lang: Lang,
) -> Result<AnyView, gongzhi_domain::error::Error> {
    let meeting = meetings::public(&here.db, &here.actor, id).await?;
    let Some(Mine::Came { counted }) = meeting.mine else { return Ok(().into_any()) };
    let words = if counted { td_string!(lang, meetings.came_you) } else { td_string!(lang, meetings.came_guest) };
    let of = match (&meeting.pact, meeting.room) {
        (Some((number, _)), _) => format!("/pacts/{}", gongzhi_api::form::encode(number)),
        (None, Some(room)) => format!("/rooms/{room}"),
        (None, None) => String::new(),
    };
    Ok(view! {
        <Notice weight=Weight::Done live=true title=td_string!(lang, meetings.attend_done)>
            <p>{terms::meeting_kind(meeting.card.kind, lang)}" · "{when::exact(meeting.card.planned_at, lang)}</p>
            <p>{words}</p>
        </Notice>
        <Button href=format!("{of}/meetings/{id}")>{td_string!(lang, meetings.attend_to)}</Button>
    }
    .into_any())
}
