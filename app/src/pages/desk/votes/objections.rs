//! Objections to the roll at the desk: each way in which a roll counted so can be wrong is a form of its own, which asks what that
//! correction needs and nothing else.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::ids::BuildingId;
use gongzhi_domain::lang::{Lang, Named};
use gongzhi_domain::pact::{Basis, Stage};
use gongzhi_domain::roll::{Body, Change, WORDS_MAX};
use gongzhi_domain::view::{DeskObjection, RollDesk};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::roll::back;
use crate::components::{Badge, Button, Card, Choice, Form, Look, RadioCards, Select, TextArea, TextInput, Tone};
use crate::pages::votes::words;

/// Everything that the forms ask.
pub(super) const FIELDS: [&str; 9] = ["unit", "into", "body", "building", "door", "phone", "flat", "area", "reason"];

/// What keeps the forms of a page apart.
pub(super) fn apart(objection: &str, change: &str) -> String {
    format!("{objection}-{change}")
}

pub(super) fn objections(page: &RollDesk, flash: &Flash, here: &Here) -> AnyView {
    let lang = here.lang;
    if page.roll.is_none() {
        return ().into_any();
    }
    let cards: Vec<_> = page.objections.iter().map(|objection| of_objection(page, objection, flash, here)).collect();
    let cards = if cards.is_empty() {
        view! { <p class="quiet">{td_string!(lang, votes.desk_objections_none)}</p> }.into_any()
    } else {
        cards.into_any()
    };
    view! {
        <section class="stack" id="objections">
            <h3>{td_string!(lang, votes.desk_objections_title)}</h3>
            {cards}
        </section>
    }
    .into_any()
}

fn of_objection(page: &RollDesk, objection: &DeskObjection, flash: &Flash, here: &Here) -> AnyView {
    let lang = here.lang;
    let by = td_string!(lang, votes.object_waits, at = when::moment(objection.answer_by, here.now, lang));
    let answered = objection.answer.as_ref().map(|(upheld, reason)| {
        let (tone, word) = match upheld {
            true => (Tone::Jade, td_string!(lang, votes.object_upheld)),
            false => (Tone::Plain, td_string!(lang, votes.object_refused)),
        };
        view! { <p><Badge tone=tone text=word />" "<span class="written">{reason.clone()}</span></p> }
    });
    let waits = objection.answer.is_none() && page.may_keep && page.stage == Stage::Notice;
    let forms = page.roll.as_ref().filter(|_| waits).map(|roll| {
        let changes = Change::of(roll.basis).iter().map(|change| Some(*change));
        let forms: Vec<_> = std::iter::once(None)
            .chain(changes)
            .map(|change| answering(page, roll.basis, objection, change, flash, lang))
            .collect();
        view! {
            <p class="quiet">{td_string!(lang, votes.desk_amend_hint)}</p>
            <div class="stack">{forms}</div>
        }
    });
    let words = objection.words.clone();
    view! {
        <Card title=objection.name.clone()>
            <p class="written">{words}</p>
            <p class="quiet">{by}</p>
            {answered}
            {forms}
        </Card>
    }
    .into_any()
}

/// The form that upholds an objection with one change, or turns it down.
fn answering(
    page: &RollDesk,
    basis: Basis,
    objection: &DeskObjection,
    change: Option<Change>,
    flash: &Flash,
    lang: Lang,
) -> AnyView {
    let (number, id) = (page.number.clone(), objection.id.to_string());
    let code = change.map_or("none", Change::code);
    let typed = flash.of(&[("objection", &id), ("change", code)]);
    let open = typed != Flash::default();
    let title = match change {
        Some(change) => title(change, basis, lang),
        None => td_string!(lang, votes.desk_change_none),
    };
    let buildings = page.buildings.clone();
    view! {
        <details class="move" open=open>
            <summary class="button button-secondary button-small">{title}</summary>
            <Form verb="answer-roll-objection" back=back(&number) typed=typed apart=apart(&id, code)>
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="objection" value=id.clone() />
                <input type="hidden" name="change" value=code />
                {change.map(|change| asked(&buildings, basis, change, lang))}
                <TextArea name="reason" label=td_string!(lang, votes.desk_reason) rows=3 required=true max=WORDS_MAX />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.desk_answer)}</Button>
            </Form>
        </details>
    }
    .into_any()
}

fn title(change: Change, basis: Basis, lang: Lang) -> &'static str {
    match (change, basis.has_area()) {
        (Change::HomeAdd, false) => td_string!(lang, votes.desk_change_home_add),
        (Change::HomeAdd, true) => td_string!(lang, votes.desk_change_flat_add),
        (Change::HomeStrike, false) => td_string!(lang, votes.desk_change_home_strike),
        (Change::HomeStrike, true) => td_string!(lang, votes.desk_change_flat_strike),
        (Change::Add, false) => td_string!(lang, votes.desk_change_add),
        (Change::Add, true) => td_string!(lang, votes.desk_change_owner_add),
        (Change::Strike, false) => td_string!(lang, votes.desk_change_strike),
        (Change::Strike, true) => td_string!(lang, votes.desk_change_owner_strike),
        (Change::AdultAdd, _) => td_string!(lang, votes.desk_change_adult_add),
        (Change::AdultStrike, _) => td_string!(lang, votes.desk_change_adult_strike),
        (Change::Area, _) => td_string!(lang, votes.desk_change_area),
        (Change::Join, _) => td_string!(lang, votes.desk_change_join),
        (Change::MemberAdd, _) => td_string!(lang, votes.desk_change_member_add),
        (Change::MemberStrike, _) => td_string!(lang, votes.desk_change_member_strike),
    }
}

/// What a change needs to know. It is made inside of its form, whose fields are kept apart from those of the others.
fn asked(buildings: &[(BuildingId, Named)], basis: Basis, change: Change, lang: Lang) -> AnyView {
    match change {
        Change::HomeAdd => {
            let area = basis.has_area().then(|| {
                view! { <TextInput name="area" label=td_string!(lang, votes.desk_area_other) inputmode="decimal" /> }
            });
            view! {
                {home(buildings, td_string!(lang, votes.desk_home_add_hint), lang)}
                <TextInput name="phone" label=td_string!(lang, votes.desk_phone_besides) kind="tel" inputmode="tel" />
                {area}
            }
            .into_any()
        }
        Change::HomeStrike if basis.has_area() => view! {
            {unit(lang)}
            {flat(td_string!(lang, votes.desk_flat_one), lang)}
        }
        .into_any(),
        Change::HomeStrike | Change::AdultStrike => unit(lang),
        Change::Add | Change::Strike => {
            let flat = basis.has_area().then(|| flat(td_string!(lang, votes.desk_flat_all), lang));
            view! {
                {unit(lang)}
                {flat}
                {phone(lang)}
            }
            .into_any()
        }
        Change::AdultAdd => view! {
            {phone(lang)}
            {home(buildings, td_string!(lang, votes.desk_door_hint), lang)}
        }
        .into_any(),
        Change::Area => view! {
            {unit(lang)}
            {flat(td_string!(lang, votes.desk_flat_one), lang)}
            <TextInput name="area" label=td_string!(lang, votes.desk_area) inputmode="decimal" required=true />
        }
        .into_any(),
        Change::Join => view! {
            {unit(lang)}
            <TextInput
                name="into"
                label=td_string!(lang, votes.desk_into)
                hint=td_string!(lang, votes.desk_into_hint)
                inputmode="numeric"
                required=true
            />
        }
        .into_any(),
        Change::MemberAdd => view! {
            {body(basis, lang)}
            {phone(lang)}
        }
        .into_any(),
        Change::MemberStrike => view! {
            {body(basis, lang)}
            {unit(lang)}
        }
        .into_any(),
    }
}

fn unit(lang: Lang) -> AnyView {
    view! { <TextInput name="unit" label=td_string!(lang, votes.desk_unit) inputmode="numeric" required=true /> }
        .into_any()
}

fn phone(lang: Lang) -> AnyView {
    view! { <TextInput name="phone" label=td_string!(lang, votes.desk_phone) kind="tel" inputmode="tel" required=true /> }
        .into_any()
}

fn flat(hint: &'static str, lang: Lang) -> AnyView {
    view! { <TextInput name="flat" label=td_string!(lang, votes.desk_flat) hint=hint inputmode="numeric" /> }.into_any()
}

/// A home of the pact: its building, and its door as the register spells it.
fn home(buildings: &[(BuildingId, Named)], hint: &'static str, lang: Lang) -> AnyView {
    let first = Choice::new("", td_string!(lang, votes.desk_building_choose));
    let buildings = buildings.iter().map(|(id, name)| Choice::new(id.to_string(), name.in_(lang)));
    let options = std::iter::once(first).chain(buildings).collect();
    view! {
        <Select name="building" label=td_string!(lang, votes.desk_building) options=options required=true />
        <TextInput name="door" label=td_string!(lang, votes.desk_door) hint=hint required=true />
    }
    .into_any()
}

/// The bodies that are named member by member; representatives who decide are the statutory one.
fn body(basis: Basis, lang: Lang) -> AnyView {
    let options = [Body::Representatives, Body::PartyMembers].map(|body| (body.code(), words::body(body, lang)));
    let hint = (basis == Basis::Representatives)
        .then(|| view! { <p class="quiet">{td_string!(lang, votes.desk_body_hint)}</p> });
    view! {
        {hint}
        <RadioCards
            name="body"
            label=td_string!(lang, votes.desk_members_body)
            options=Choice::all(options)
            required=true
            columns=true
        />
    }
    .into_any()
}
