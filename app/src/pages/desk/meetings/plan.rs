//! Calling a meeting about a pact (`?pact=NUMBER`) or in a room (`?room=ID`).

use gongzhi_api::Here;
use gongzhi_api::form::{encode, kept};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::RoomId;
use gongzhi_domain::meeting::{AGENDA_MAX, MeetingKind};
use gongzhi_domain::permission::Action;
use gongzhi_store::{pacts, rooms};
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Choice, Form, Select, TextArea, TextInput};
use crate::pages::reading::{asked, read, summary};

/// The form of a meeting.
#[component]
pub fn PlanMeeting() -> impl IntoView {
    let (pact, room) = (asked("pact"), asked("room"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        if !here.actor.has(Action::RunMeeting) {
            let signed_in = here.actor.is_signed_in();
            return Err(if signed_in { Error::Forbidden { action: Action::RunMeeting } } else { Error::NotSignedIn });
        }
        let (title, hidden, kinds, back) = match (pact, room) {
            (Some(number), _) => {
                let pact = pacts::by_number(&here.db, &number).await?;
                here.actor.may(Action::RunMeeting, &pact.target())?;
                let kinds = MeetingKind::OF_A_PACT;
                let back = format!("/desk/meetings/new?pact={}", encode(&pact.number));
                let hidden = view! { <input type="hidden" name="pact" value=pact.number.clone() /> };
                (pact.title.in_(lang).to_owned(), hidden.into_any(), kinds, back)
            }
            (None, Some(room)) => {
                let id: RoomId = room.parse().map_err(|_| Error::NotFound { what: What::Room })?;
                let room = rooms::room(&here.db, &here.actor, id).await?;
                if !room.runs {
                    return Err(Error::Forbidden { action: Action::RunMeeting });
                }
                let hidden = view! { <input type="hidden" name="room" value=id.to_string() /> };
                let back = format!("/desk/meetings/new?room={id}");
                (room.card.title.in_(lang).to_owned(), hidden.into_any(), &[MeetingKind::Room][..], back)
            }
            (None, None) => return Err(Error::NotFound { what: What::Meeting }),
        };
        let flash = kept(&here, "plan-meeting").await?;
        let first = kinds.first().map_or("", |kind| kind.code());
        let options = Choice::all(kinds.iter().map(|kind| (kind.code(), terms::meeting_kind(*kind, lang))));
        let wrong = summary(&flash, lang);
        let content = view! {
            {wrong}
            <p class="quiet">{title}</p>
            <Form verb="plan-meeting" back=back typed=flash key=here.db.new_id().to_string()>
                {hidden}
                <Select name="kind" label=td_string!(lang, meetings.plan_kind) options=options value=first required=true />
                <TextInput name="day" kind="date" label=td_string!(lang, meetings.plan_day) required=true />
                <TextInput name="time" kind="time" label=td_string!(lang, meetings.plan_time) required=true />
                <TextInput name="place" label=td_string!(lang, meetings.plan_place) required=true />
                <TextArea name="agenda" label=td_string!(lang, meetings.plan_agenda) max=AGENDA_MAX required=true />
                <TextInput
                    name="expected"
                    label=td_string!(lang, meetings.plan_expected)
                    hint=td_string!(lang, meetings.plan_expected_hint)
                    inputmode="numeric"
                />
                <Button>{td_string!(lang, meetings.plan_button)}</Button>
            </Form>
        }
        .into_any();
        shown(&here, td_string!(lang, meetings.plan_title), "/desk/meetings", content).await
    })
}
