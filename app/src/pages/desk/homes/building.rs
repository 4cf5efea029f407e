//! One building: its doors, who lives behind each, and the form that confirms a home.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::household::{Capacity, NOTE_MAX, Verified};
use gongzhi_domain::lang::Lang;
use gongzhi_store::households::{self, Dweller, HouseholdLine};
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use super::shown;
use crate::components::{
    Badge, Button, Checkbox, Choice, Form, Look, Notice, Select, TextArea, TextInput, Tone, Weight,
};
use crate::pages::phone::PhoneInput;
use crate::pages::reading::{asked, part, read, summary};

/// A building at the desk.
#[component]
pub fn BuildingDesk() -> impl IntoView {
    let (id, done) = (part("id"), asked("done"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Building })?;
        let page = households::building(&here.db, &here.actor, id).await?;
        let flash = kept(&here, "household").await?;
        let said = match done.as_deref() {
            Some("confirmed") => Some(td_string!(lang, households.done_confirmed)),
            Some("ended") => Some(td_string!(lang, households.done_ended)),
            Some("added") => Some(td_string!(lang, households.done_added)),
            _ => None,
        };
        let notice = said.map(|said| view! { <Notice weight=Weight::Done live=true title=said /> });
        let wrong = summary(&flash, lang);
        let doors = page.households.iter().map(|line| door(line, lang)).collect::<Vec<_>>();
        let options = std::iter::once(Choice::new("", td_string!(lang, households.household_choose)))
            .chain(page.households.iter().map(|line| Choice::new(line.id.to_string(), line.door.clone())))
            .collect::<Vec<_>>();
        let capacities = Choice::all(Capacity::ALL.iter().map(|it| (it.code(), terms::home_capacity(*it, lang))));
        let ways = Choice::all(Verified::AT_THE_WINDOW.iter().map(|it| (it.code(), terms::verified(*it, lang))));
        let title = page.card.name.in_(lang).to_owned();
        let content = view! {
            {notice}
            {wrong}
            <p class="quiet dotted">
                <span>{page.card.area.in_(lang).to_owned()}</span>
                <span>{td_string!(lang, households.doors, n = page.card.households)}</span>
                <span>{td_string!(lang, households.known, n = page.card.known)}</span>
            </p>
            <section class="stack" id="confirm">
                <h3>{td_string!(lang, households.attach)}</h3>
                <p class="quiet">{td_string!(lang, households.attach_lead)}</p>
                <Form verb="confirm-residence" back=format!("/desk/households/{id}#confirm") typed=flash>
                    <input type="hidden" name="building" value=id.to_string() />
                    <Select name="household" label=td_string!(lang, households.household) options=options required=true />
                    <PhoneInput label=td_string!(lang, households.phone) />
                    <TextInput name="name" label=td_string!(lang, households.name) hint=td_string!(lang, households.name_hint) />
                    <Select
                        name="capacity"
                        label=td_string!(lang, households.capacity)
                        options=capacities
                        value=Capacity::Resident.code()
                        required=true
                    />
                    <Checkbox name="minor" label=td_string!(lang, households.minor_box) />
                    <Select
                        name="verified"
                        label=td_string!(lang, households.verified)
                        options=ways
                        value=Verified::DocumentSeen.code()
                        required=true
                    />
                    <TextArea
                        name="note"
                        label=td_string!(lang, households.note)
                        hint=td_string!(lang, households.note_hint)
                        rows=2
                        max=NOTE_MAX
                    />
                    <TextInput
                        name="until"
                        kind="date"
                        label=td_string!(lang, households.until_field)
                        hint=td_string!(lang, households.until_hint)
                    />
                    <Checkbox name="read_back" label=td_string!(lang, households.read_back) required=true />
                    <Button>{td_string!(lang, households.confirm)}</Button>
                </Form>
            </section>
            <ul class="list">{doors}</ul>
        }
        .into_any();
        shown(&here, &title, "/desk/households", content).await
    })
}

fn door(line: &HouseholdLine, lang: Lang) -> AnyView {
    let area = line.area_cm2.map(|area| td_string!(lang, households.area_m2, m2 = square_metres(area)));
    let people = if line.people.is_empty() {
        view! { <p class="quiet">{td_string!(lang, households.nobody)}</p> }.into_any()
    } else {
        line.people.iter().map(|person| dweller(person, lang)).collect::<Vec<_>>().into_any()
    };
    view! {
        <li class="home-door" id=format!("h-{}", line.id)>
            <p class="row row-apart">
                <b>{line.door.clone()}</b>
                {area.map(|area| view! { <span class="quiet">{area}</span> })}
            </p>
            {people}
        </li>
    }
    .into_any()
}

fn dweller(person: &Dweller, lang: Lang) -> AnyView {
    let who = [person.name.clone(), person.phone.clone().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let facts = [
        Some(terms::home_capacity(person.capacity, lang).to_owned()),
        Some(terms::verified(person.verified, lang).to_owned()),
        person.until.map(|day| td_string!(lang, households.until, day = day.to_string())),
    ]
    .into_iter()
    .flatten()
    .map(|fact| view! { <span>{fact}</span> })
    .collect::<Vec<_>>();
    let residence = person.residence.to_string();
    view! {
        <div class="row row-apart">
            <div>
                <span>{who.clone()}</span>
                " "
                {(!person.adult).then(|| view! { <Badge tone=Tone::Sky text=td_string!(lang, households.minor) /> })}
                <p class="quiet dotted">{facts}</p>
            </div>
            <Form verb="end-residence" inline=true>
                <input type="hidden" name="residence" value=residence />
                <Button look=Look::Quiet small=true>
                    {td_string!(lang, households.end)}
                    <span class="hidden-text">{who}</span>
                </Button>
            </Form>
        </div>
    }
    .into_any()
}

/// Square centimetres as square metres with up to two decimals.
pub(crate) fn square_metres(area_cm2: i64) -> String {
    let hundredths = area_cm2 / 100;
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        part => format!("{}.{part:02}", hundredths / 100),
    }
}
