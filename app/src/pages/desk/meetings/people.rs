//! Who is invited, who came, and ticking at the door.

use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::{MeetingCapacity, MeetingState};
use gongzhi_store::meetings::{Attender, DeskMeeting};
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use crate::components::{Button, Checkbox, Choice, Folded, Form, Look, Select, TextArea, TextInput, When};

/// The people of a meeting.
pub(super) fn part(meeting: &DeskMeeting, flash: &Flash, running: bool, lang: Lang) -> AnyView {
    let id = meeting.card.id.to_string();
    let back = format!("/desk/meetings/{id}#people");
    let capacities = Choice::all(MeetingCapacity::ALL.iter().map(|it| (it.code(), terms::meeting_capacity(*it, lang))));
    let usual = meeting.card.kind.capacity().code();
    let rows = meeting.people.iter().map(|person| line(meeting, person, running, lang)).collect::<Vec<_>>();
    let may_invite =
        matches!(meeting.card.state, MeetingState::Planned | MeetingState::Open) && meeting.ended_at.is_none();
    let invite = may_invite.then(|| {
        let (back, id, capacities) = (back.clone(), id.clone(), capacities.clone());
        let typed = flash.of(&[("verb", "invite")]);
        let open = typed.error.is_some() || meeting.people.is_empty();
        view! {
            <Folded name=td_string!(lang, meetings.invite) key="I" open=open small=true>
                <Form verb="invite-people" back=back typed=typed apart="invite">
                    <input type="hidden" name="meeting" value=id />
                    <Select
                        name="capacity"
                        label=td_string!(lang, meetings.invite_capacity)
                        options=capacities
                        value=usual
                        required=true
                    />
                    <TextArea
                        name="people"
                        label=td_string!(lang, meetings.invite_people)
                        hint=td_string!(lang, meetings.invite_hint)
                        rows=6
                        required=true
                    />
                    <Button>{td_string!(lang, meetings.invite_button)}</Button>
                </Form>
            </Folded>
        }
    });
    let tick = running.then(|| {
        let typed = flash.of(&[("verb", "tick")]);
        let open = typed.error.is_some();
        view! {
            <Folded name=td_string!(lang, meetings.tick) key="T" open=open small=true>
                <Form verb="tick-attender" back=back typed=typed apart="tick">
                    <input type="hidden" name="meeting" value=id />
                    <TextInput name="name" label=td_string!(lang, meetings.tick_name) required=true />
                    <Select
                        name="capacity"
                        label=td_string!(lang, meetings.invite_capacity)
                        options=capacities
                        value=usual
                        required=true
                    />
                    <Checkbox name="in_person" label=td_string!(lang, meetings.tick_in_person) required=true />
                    <Button>{td_string!(lang, meetings.tick_button)}</Button>
                </Form>
            </Folded>
        }
    });
    view! {
        <section class="stack" id="people">
            <h3>{td_string!(lang, meetings.people)}</h3>
            {invite}
            {tick}
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn line(meeting: &DeskMeeting, person: &Attender, running: bool, lang: Lang) -> AnyView {
    let name = match (person.name.as_str(), &person.phone) {
        ("", None) => td_string!(lang, meetings.nameless).to_owned(),
        ("", Some(phone)) => phone.clone(),
        (name, _) => name.to_owned(),
    };
    let came = person.came_at.map(|at| {
        let how = if person.by_code { td_string!(lang, meetings.by_code) } else { td_string!(lang, meetings.by_door) };
        view! {
            <span><When at=at /></span>
            <span>{how}</span>
        }
    });
    let verb = if person.came_at.is_some() { "untick-attender" } else { "tick-attender" };
    let button = running.then(|| {
        let of = format!(" {name}");
        let button = if person.came_at.is_some() {
            view! {
                <Button look=Look::Quiet small=true>
                    {td_string!(lang, meetings.untick)}
                    <span class="hidden-text">{of}</span>
                </Button>
            }
        } else {
            view! {
                <Button look=Look::Secondary small=true>
                    {td_string!(lang, meetings.tick_here)}
                    <span class="hidden-text">{of}</span>
                </Button>
            }
        };
        let (meeting, attender) = (meeting.card.id.to_string(), person.id.to_string());
        view! {
            <Form verb=verb back=format!("/desk/meetings/{meeting}#people") inline=true>
                <input type="hidden" name="meeting" value=meeting />
                <input type="hidden" name="attender" value=attender />
                <input type="hidden" name="in_person" value="1" />
                {button}
            </Form>
        }
    });
    view! {
        <li class="home-door row row-apart" id=format!("p-{}", person.id)>
            <div>
                <b>{name.clone()}</b>
                <p class="quiet dotted">
                    <span>{terms::meeting_capacity(person.capacity, lang)}</span>
                    {came}
                </p>
            </div>
            {button}
        </li>
    }
    .into_any()
}
