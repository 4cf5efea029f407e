//! 投票名册: its hash and totals for everyone; whether one is on it, who votes for one's household, and objections.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::roll::{VoterHow, WORDS_MAX};
use gongzhi_domain::view::{MyObjection, MyUnit, RollFacts, RollPage};
use gongzhi_store::roll;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{
    Badge, Button, Card, Choice, Door, Facts, Form, Look, Notice, Page, RadioCards, TextArea, Tone, Weight, When,
};
use crate::pages::reading::{asked, part, read};
use crate::pages::signing::said;

/// The roll of a pact.
#[component]
pub fn PactRoll() -> impl IntoView {
    let number = part("number");
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let page = roll::page(&here.db, &here.actor, &number).await?;
        let (name, object) = if page.signed_in {
            let _ = here.form_cookie();
            (form::kept(&here, "name-voter").await?, form::kept(&here, "object-to-roll").await?)
        } else {
            (Flash::default(), Flash::default())
        };
        let told = match done.as_deref() {
            Some("voter") => Some(td_string!(lang, votes.mine_done)),
            Some("objection") => Some(td_string!(lang, votes.object_done)),
            _ => None,
        };
        let told = told.map(|title| view! { <Notice weight=Weight::Done live=true title=title /> });
        let content = match &page.roll {
            None => view! {
                <Notice title=td_string!(lang, votes.roll_none_title)>
                    <p>{td_string!(lang, votes.roll_none_text)}</p>
                </Notice>
            }
            .into_any(),
            Some(facts) => view! {
                {mine(&here, &page, &name)}
                {public(facts, &here)}
                {objections(&here, &page, &object)}
            }
            .into_any(),
        };
        Ok(view! {
            <Page
                title=format!("{} · {}", td_string!(lang, votes.roll_title), page.title.in_(lang))
                bar=td_string!(lang, votes.roll_title)
                sub=page.title.in_(lang).to_owned()
                back=format!("/pacts/{}", page.number)
                door=Door::Pacts
            >
                {said(&name, &[], None, lang)}
                {said(&object, &["words"], None, lang)}
                {told}
                <p>{td_string!(lang, votes.roll_lead)}</p>
                {content}
            </Page>
        }
        .into_any())
    })
}

/// What of a roll is public.
pub(in crate::pages) fn public(facts: &RollFacts, here: &Here) -> AnyView {
    let lang = here.lang;
    let mut rows = vec![
        (td_string!(lang, votes.roll_drawn).to_owned(), view! { <When at=facts.drawn_at /> }.into_any()),
        (td_string!(lang, votes.roll_basis).to_owned(), pact_terms::basis(facts.basis, lang).into_any()),
    ];
    for (body, units) in &facts.units {
        let votes = td_string!(lang, votes.roll_votes, n = *units);
        rows.push((words::body(*body, lang).to_owned(), votes.into_any()));
    }
    if let Some(area) = facts.area_cm2 {
        let area = words::area(u64::try_from(area).unwrap_or_default(), lang);
        rows.push((td_string!(lang, votes.roll_area).to_owned(), area.into_any()));
    }
    let (all, open) = facts.objections;
    let counted = td_string!(lang, votes.roll_objections_count, all = all, open = open);
    rows.push((td_string!(lang, votes.roll_objections).to_owned(), counted.into_any()));
    let until = view! { <When at=facts.object_until /> }.into_any();
    rows.push((td_string!(lang, votes.roll_object_until).to_owned(), until));
    let hash = view! { <code class="vote-hash">{facts.sha256.clone()}</code> }.into_any();
    rows.push((td_string!(lang, votes.roll_hash).to_owned(), hash));
    let amended: Vec<_> = facts
        .amendments
        .iter()
        .map(|amended| {
            let what =
                td_string!(lang, votes.roll_amended_line, n = amended.no, what = words::change(amended.change, lang));
            view! {
                <li>
                    <p class="dotted"><span>{what}</span><When at=amended.at /></p>
                    <code class="vote-hash">{amended.sha256.clone()}</code>
                </li>
            }
        })
        .collect();
    let amended = (!amended.is_empty()).then(|| {
        view! { <h3>{td_string!(lang, votes.roll_amended_title)}</h3><ul class="plain-list">{amended}</ul> }
    });
    view! {
        <section class="stack">
            <h2>{td_string!(lang, votes.roll_facts)}</h2>
            <Facts facts=rows />
            <p class="quiet">{td_string!(lang, votes.roll_hash_hint)}</p>
            {amended}
        </section>
    }
    .into_any()
}

fn mine(here: &Here, page: &RollPage, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let content = if !page.signed_in {
        let href = format!("/me/sign-in?next=/pacts/{}/roll", page.number);
        view! {
            <p>{td_string!(lang, votes.mine_sign_in)}</p>
            <Button look=Look::Secondary href=href>{td_string!(lang, votes.mine_sign_in_button)}</Button>
        }
        .into_any()
    } else if page.mine.is_empty() {
        view! {
            <Notice weight=Weight::Warn title=td_string!(lang, votes.mine_not_title)>
                <p>{td_string!(lang, votes.mine_not_text)}</p>
            </Notice>
        }
        .into_any()
    } else {
        page.mine.iter().map(|unit| of_unit(&page.number, unit, flash, lang)).collect_view().into_any()
    };
    view! { <section class="stack"><h2>{td_string!(lang, votes.mine_title)}</h2>{content}</section> }.into_any()
}

fn of_unit(number: &str, unit: &MyUnit, flash: &Flash, lang: Lang) -> AnyView {
    let mut rows = Vec::new();
    if !unit.doors.is_empty() {
        rows.push((td_string!(lang, votes.mine_door).to_owned(), unit.doors.join("、").into_any()));
    }
    let capacity = pact_terms::capacity(unit.capacity, lang);
    rows.push((td_string!(lang, votes.mine_capacity).to_owned(), capacity.into_any()));
    if unit.area_cm2 > 0 {
        let area = words::area(u64::try_from(unit.area_cm2).unwrap_or_default(), lang);
        rows.push((td_string!(lang, votes.roll_area).to_owned(), area.into_any()));
    }
    let me = unit.people.iter().find(|mate| mate.me);
    if let Some((voter, name, how)) = &unit.voter {
        let who = if me.is_some_and(|me| me.person == *voter) {
            td_string!(lang, votes.mine_voter_me).to_owned()
        } else {
            name.clone()
        };
        let said = match how {
            VoterHow::Alone => td_string!(lang, votes.mine_how_alone, who = who),
            VoterHow::Agreed => td_string!(lang, votes.mine_how_agreed, who = who),
            VoterHow::Settled => td_string!(lang, votes.mine_how_settled, who = who),
        };
        rows.push((td_string!(lang, votes.mine_voter).to_owned(), said.into_any()));
    }
    let state = match (&unit.voter, unit.rivals) {
        (Some(_), _) => ().into_any(),
        (None, true) => view! {
            <Notice weight=Weight::Warn title=td_string!(lang, votes.mine_rivals_title)>
                <p>{td_string!(lang, votes.mine_rivals_text)}</p>
            </Notice>
        }
        .into_any(),
        (None, false) => view! { <p>{td_string!(lang, votes.mine_nobody)}</p> }.into_any(),
    };
    let choose = unit.may_name.then(|| {
        let name_of =
            |person| unit.people.iter().find(|mate| Some(mate.person) == person).map(|mate| mate.name.clone());
        let options: Vec<Choice> = unit
            .people
            .iter()
            .map(|mate| {
                let label =
                    if mate.me { td_string!(lang, votes.mine_me, name = mate.name.clone()) } else { mate.name.clone() };
                let choice = Choice::new(mate.person.to_string(), label);
                match name_of(mate.names) {
                    Some(name) => choice.hint(td_string!(lang, votes.mine_says, name = name)),
                    None => choice,
                }
            })
            .collect();
        let id = unit.unit.to_string();
        let typed = flash.of(&[("unit", &id)]);
        let number = number.to_owned();
        let said = me.and_then(|me| me.names).map(|person| person.to_string()).unwrap_or_default();
        view! {
            <Form verb="name-voter" back=format!("/pacts/{number}/roll") typed=typed apart=id.clone()>
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="unit" value=id.clone() />
                <RadioCards
                    name="voter"
                    label=td_string!(lang, votes.mine_name)
                    hint=td_string!(lang, votes.mine_name_hint)
                    options=options
                    value=said
                    required=true
                />
                <Button look=Look::Secondary>{td_string!(lang, votes.mine_save)}</Button>
            </Form>
        }
    });
    view! {
        <Card title=words::body(unit.body, lang)>
            <Facts facts=rows />
            {state}
            {choose}
        </Card>
    }
    .into_any()
}

fn objections(here: &Here, page: &RollPage, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let lines: Vec<_> = page.said.iter().map(|said| objection(said, here)).collect();
    let mine = (!lines.is_empty()).then(|| {
        view! { <section class="stack"><h2>{td_string!(lang, votes.object_mine)}</h2><ul class="plain-list">{lines}</ul></section> }
    });
    let form = page.may_object.then(|| {
        let number = page.number.clone();
        view! {
            <section class="stack" id="object">
                <h2>{td_string!(lang, votes.object_title)}</h2>
                <Form verb="object-to-roll" back=format!("/pacts/{number}/roll") typed=flash.clone()>
                    <input type="hidden" name="pact" value=number.clone() />
                    <TextArea
                        name="words"
                        label=td_string!(lang, votes.object_label)
                        hint=td_string!(lang, votes.object_hint)
                        required=true
                        max=WORDS_MAX
                    />
                    <Button look=Look::Secondary>{td_string!(lang, votes.object_send)}</Button>
                </Form>
            </section>
        }
    });
    view! { {mine}{form} }.into_any()
}

fn objection(said: &MyObjection, here: &Here) -> AnyView {
    let lang = here.lang;
    let answer = match &said.answer {
        None => {
            let by = td_string!(lang, votes.object_waits, at = when::moment(said.answer_by, here.now, lang));
            view! { <p class="quiet">{by}</p> }.into_any()
        }
        Some((upheld, reason)) => {
            let (tone, word) = match upheld {
                true => (Tone::Jade, td_string!(lang, votes.object_upheld)),
                false => (Tone::Plain, td_string!(lang, votes.object_refused)),
            };
            view! { <p><Badge tone=tone text=word />" "<span class="written">{reason.clone()}</span></p> }.into_any()
        }
    };
    view! { <li><p class="written">{said.words.clone()}</p>{answer}</li> }.into_any()
}
