//! The roll at the desk: before it is drawn what it is drawn from, afterwards rivals, objections and proxies.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::{DeskUnit, RollDesk};
use gongzhi_store::roll;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::objections::{FIELDS, apart, objections};
use super::shown;
use crate::components::{Button, Card, Choice, Form, Look, Notice, RadioCards, TextInput, Weight};
use crate::pages::phone::PhoneInput;
use crate::pages::reading::{part, read};
use crate::pages::signing::said;
use crate::pages::votes::{public, words};

/// The desk's page of a pact's roll.
#[component]
pub fn RollDeskPage() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = roll::desk(&here.db, &here.actor, &number).await?;
        let flash = Flashes::read(&here).await?;
        let public = page.roll.as_ref().map(|facts| public(facts, &here));
        let content = view! {
            <header>
                <h2>{page.title.in_(lang).to_owned()}" · "{td_string!(lang, votes.desk_roll_title)}</h2>
                <p class="dotted">
                    <span>{pact_terms::stage(page.stage, lang)}</span>
                    <a href=format!("/desk/pacts/{}", page.number)>{td_string!(lang, votes.to_pact)}</a>
                    <a href=format!("/desk/pacts/{}/vote", page.number)>{td_string!(lang, votes.desk_vote_title)}</a>
                </p>
            </header>
            {flash.wrong(lang)}
            {print(&page, lang)}
            {before(&page, &flash, lang)}
            {rivals(&page, &flash, lang)}
            {objections(&page, &flash.answer, &here)}
            {proxies(&page, &flash, lang)}
            {public}
        }
        .into_any();
        let title = format!("{} · {}", page.title.in_(lang), td_string!(lang, votes.desk_roll_title));
        shown(&here, title, content).await
    })
}

/// What was typed into the page's forms before.
struct Flashes {
    basis: Flash,
    member: Flash,
    settle: Flash,
    answer: Flash,
    proxy: Flash,
    back: Flash,
}

impl Flashes {
    async fn read(here: &Here) -> Result<Self, gongzhi_domain::Error> {
        Ok(Self {
            basis: form::kept(here, "choose-counting").await?,
            member: form::kept(here, "name-member").await?,
            settle: form::kept(here, "settle-voter").await?,
            answer: form::kept(here, "answer-roll-objection").await?,
            proxy: form::kept(here, "give-proxy").await?,
            back: form::kept(here, "take-back-proxy").await?,
        })
    }

    fn wrong(&self, lang: Lang) -> AnyView {
        let answer = apart(&self.answer.value("objection"), &self.answer.value("change"));
        let unit = self.settle.value("unit");
        view! {
            {said(&self.basis, &["basis", "note"], Some("basis"), lang)}
            {said(&self.member, &["body", "phone"], Some("member"), lang)}
            {said(&self.settle, &["voter", "note"], Some(&unit), lang)}
            {said(&self.answer, &FIELDS, Some(&answer), lang)}
            {said(&self.proxy, &["unit", "phone", "paper"], Some("proxy"), lang)}
            {said(&self.back, &[], None, lang)}
        }
        .into_any()
    }
}

pub(super) fn back(number: &str) -> String {
    format!("/desk/pacts/{number}/roll")
}

fn print(page: &RollDesk, lang: Lang) -> AnyView {
    if page.roll.is_none() || !page.may_print {
        return ().into_any();
    }
    view! {
        <p>
            <Button look=Look::Secondary small=true href=format!("/desk/pacts/{}/roll/list", page.number)>
                {td_string!(lang, votes.desk_print)}
            </Button>
        </p>
        <p class="quiet">{td_string!(lang, votes.desk_print_hint)}</p>
    }
    .into_any()
}

/// What the roll is drawn from; only before it is.
fn before(page: &RollDesk, flash: &Flashes, lang: Lang) -> AnyView {
    let early = matches!(page.stage, Stage::Up1 | Stage::Down1 | Stage::Up2 | Stage::Down2 | Stage::Up3);
    if !early {
        return ().into_any();
    }
    let area = (page.without_area > 0).then(|| {
        view! { <Notice weight=Weight::Warn title=td_string!(lang, votes.desk_without_area, n = page.without_area) /> }
    });
    let number = page.number.clone();
    let options = Choice::all(page.bases.iter().map(|basis| (basis.code(), pact_terms::basis(*basis, lang))));
    let now = page.basis.code().to_owned();
    let basis = (page.may_keep && page.bases.len() > 1).then(|| {
        view! {
            <Form verb="choose-counting" back=back(&number) typed=flash.basis.clone() apart="basis">
                <input type="hidden" name="pact" value=number.clone() />
                <RadioCards
                    name="basis"
                    label=td_string!(lang, votes.desk_basis_title)
                    options=options
                    value=now
                    required=true
                />
                <TextInput name="note" label=td_string!(lang, votes.desk_basis_note) required=true />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.desk_basis_save)}</Button>
            </Form>
        }
    });
    let members: Vec<_> = page
        .members
        .iter()
        .map(|(_, body, name)| view! { <li>{format!("{} · {name}", words::body(*body, lang))}</li> })
        .collect();
    let members = if members.is_empty() {
        view! { <p class="quiet">{td_string!(lang, votes.desk_members_none)}</p> }.into_any()
    } else {
        view! { <ul class="plain-list">{members}</ul> }.into_any()
    };
    let bodies = [Body::PartyMembers, Body::Representatives];
    let bodies = Choice::all(bodies.map(|body| (body.code(), words::body(body, lang))));
    let number = page.number.clone();
    let member = flash.member.clone();
    let add = page.may_keep.then(|| {
        view! {
            <Form verb="name-member" back=back(&number) typed=member apart="member">
                <input type="hidden" name="pact" value=number.clone() />
                <RadioCards
                    name="body"
                    label=td_string!(lang, votes.desk_members_body)
                    options=bodies
                    required=true
                    columns=true
                />
                <PhoneInput label=td_string!(lang, votes.desk_phone) />
                <div class="buttons">
                    <Button look=Look::Secondary small=true>{td_string!(lang, votes.desk_members_add)}</Button>
                    <Button look=Look::Quiet small=true name="off" value="1">
                        {td_string!(lang, votes.desk_members_off)}
                    </Button>
                </div>
            </Form>
        }
    });
    view! {
        {area}
        <p>{td_string!(lang, votes.roll_basis)}" · "{pact_terms::basis(page.basis, lang)}</p>
        {basis}
        <section class="stack">
            <h3>{td_string!(lang, votes.desk_members_title)}</h3>
            {members}
            {add}
        </section>
    }
    .into_any()
}

fn rivals(page: &RollDesk, flash: &Flashes, lang: Lang) -> AnyView {
    if page.roll.is_none() {
        return ().into_any();
    }
    let cards: Vec<_> = page.rivals.iter().map(|unit| rival(page, unit, &flash.settle, lang)).collect();
    let cards = if cards.is_empty() {
        view! { <p class="quiet">{td_string!(lang, votes.desk_rivals_none)}</p> }.into_any()
    } else {
        cards.into_any()
    };
    let others = (page.without_voter > 0)
        .then(|| view! { <p class="quiet">{td_string!(lang, votes.desk_without_voter, n = page.without_voter)}</p> });
    view! {
        <section class="stack" id="rivals">
            <h3>{td_string!(lang, votes.desk_rivals_title)}</h3>
            {cards}
            {others}
        </section>
    }
    .into_any()
}

fn rival(page: &RollDesk, unit: &DeskUnit, flash: &Flash, lang: Lang) -> AnyView {
    let id = unit.unit.to_string();
    let named = |person| unit.people.iter().find(|mate| Some(mate.person) == person).map(|mate| mate.name.clone());
    let options: Vec<Choice> = unit
        .people
        .iter()
        .map(|mate| {
            let choice = Choice::new(mate.person.to_string(), mate.name.clone());
            match named(mate.names) {
                Some(name) => choice.hint(td_string!(lang, votes.mine_says, name = name)),
                None => choice,
            }
        })
        .collect();
    let title = td_string!(lang, votes.desk_rivals_unit, n = unit.position, doors = unit.doors.join("、"));
    let number = page.number.clone();
    let typed = flash.of(&[("unit", &id)]);
    let form = page.may_keep.then(|| {
        view! {
            <Form verb="settle-voter" back=back(&number) typed=typed apart=id.clone()>
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="unit" value=id.clone() />
                <RadioCards name="voter" label=td_string!(lang, votes.mine_voter) options=options required=true columns=true />
                <TextInput name="note" label=td_string!(lang, votes.desk_rivals_note) required=true />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.desk_rivals_save)}</Button>
            </Form>
        }
    });
    view! { <Card title=title>{form}</Card> }.into_any()
}

fn proxies(page: &RollDesk, flash: &Flashes, lang: Lang) -> AnyView {
    if !page.proxies_allowed {
        return ().into_any();
    }
    let lines: Vec<_> = page
        .proxies
        .iter()
        .map(|(unit, name, _, paper)| {
            let line = td_string!(lang, votes.desk_proxy_line, n = *unit, name = name.clone(), paper = paper.clone());
            let (number, unit) = (page.number.clone(), unit.to_string());
            let take = page.may_keep.then(|| {
                view! {
                    <Form verb="take-back-proxy" back=back(&number) inline=true>
                        <input type="hidden" name="pact" value=number.clone() />
                        <input type="hidden" name="unit" value=unit.clone() />
                        <Button look=Look::Quiet small=true>{td_string!(lang, votes.desk_proxy_back)}</Button>
                    </Form>
                }
            });
            view! { <li>{line}{take}</li> }
        })
        .collect();
    let number = page.number.clone();
    let form = page.may_keep.then(|| {
        view! {
            <Form verb="give-proxy" back=back(&number) typed=flash.proxy.clone() apart="proxy">
                <input type="hidden" name="pact" value=number.clone() />
                <TextInput name="unit" label=td_string!(lang, votes.desk_unit) inputmode="numeric" required=true />
                <PhoneInput label=td_string!(lang, votes.desk_proxy_phone) />
                <TextInput name="paper" label=td_string!(lang, votes.desk_proxy_paper) required=true />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.desk_proxy_save)}</Button>
            </Form>
        }
    });
    view! {
        <section class="stack" id="proxies">
            <h3>{td_string!(lang, votes.desk_proxy_title)}</h3>
            <p class="quiet">{td_string!(lang, votes.desk_proxy_lead)}</p>
            <ul class="plain-list">{lines}</ul>
            {form}
        </section>
    }
    .into_any()
}
