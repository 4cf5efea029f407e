//! The moves that lead on from here: what is missing, from when, who has assented, and the button to assent.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::Attendance;
use gongzhi_domain::pact::{Move, Need};
use gongzhi_domain::view::pacts::{MoveChoice, Workshop};
use gongzhi_store::pacts;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::address;
use crate::components::{Button, Form, Look, TextArea};
use crate::pages::pacts::day_before;

/// The usual moves as a checklist, and folded those for what went wrong.
pub fn checklist(here: &Here, page: &Workshop, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let (usual, other): (Vec<_>, Vec<_>) = page.moves.iter().partition(|choice| choice.next.usual);
    let open = other.iter().any(|choice| typed(page, choice, flash).error.is_some());
    let usual = usual.into_iter().map(|choice| one(here, page, choice, flash)).collect_view();
    let other: Vec<_> = other.into_iter().map(|choice| one(here, page, choice, flash)).collect();
    let other = (!other.is_empty()).then(|| {
        view! {
            <details class="filter" open=open>
                <summary>{td_string!(lang, workshop.moves_other)}</summary>
                <div class="stack">{other}</div>
            </details>
        }
    });
    view! {
        <section class="stack" id="moves">
            <h3>{td_string!(lang, workshop.moves)}</h3>
            {usual}
            {other}
        </section>
    }
    .into_any()
}

/// How many came of how many, and how many were needed.
fn came_of(came: Attendance, lang: Lang) -> String {
    td_string!(lang, meetings.short, present = came.present, entitled = came.entitled, needed = came.needed())
}

fn typed(page: &Workshop, choice: &MoveChoice, flash: &Flash) -> Flash {
    let ending = choice.ending.map_or("", gongzhi_domain::pact::Ending::code);
    flash.of(&[("number", &page.card.number), ("step", choice.next.mv.code()), ("ending", ending)])
}

/// What is said under a move's name: its ending where it has one.
fn name(choice: &MoveChoice, lang: Lang) -> String {
    let step = pact_terms::step(choice.next.mv, lang);
    match choice.ending {
        Some(ending) => format!("{step} · {}", pact_terms::ending(ending, lang)),
        None => step.to_owned(),
    }
}

fn one(here: &Here, page: &Workshop, choice: &MoveChoice, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let next = &choice.next;
    let mut facts = Vec::new();
    facts.extend(next.from.map(|from| td_string!(lang, workshop.not_before, day = when::day(from, here.now, lang))));
    facts.extend(next.by.map(|by| td_string!(lang, workshop.expected_by, day = day_before(by, here.now, lang))));
    if next.late {
        facts.push(td_string!(lang, workshop.late).to_owned());
    }
    if next.by_itself {
        facts.push(td_string!(lang, workshop.by_itself).to_owned());
    }
    let facts = facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view();
    let needs = if next.missing.is_empty() {
        view! { <p class="need need-met">{td_string!(lang, workshop.needs_none)}</p> }.into_any()
    } else {
        let missing = next.missing.iter().map(|need| {
            let short = page.representatives_short.filter(|_| *need == Need::RepresentativesMeeting);
            let short = short.map(|came| view! { <span class="quiet">{came_of(came, lang)}</span> });
            view! { <li class="need"><span>{pact_terms::need(*need, lang)}</span>{short}</li> }
        });
        view! { <p>{td_string!(lang, workshop.needs)}</p><ul class="needs">{missing.collect_view()}</ul> }.into_any()
    };
    let wanted = next.who.iter().map(|wanted| {
        let who = pact_terms::list(wanted.any_of.iter().map(|office| pact_terms::office(*office, lang)), lang);
        td_string!(lang, workshop.assent_wanted, who = who, people = u32::from(wanted.people))
    });
    let wanted: Vec<String> = wanted.collect();
    let wanted = (!wanted.is_empty()).then(|| {
        let joined = wanted.join(if lang == Lang::Zh { "、" } else { ", " });
        view! { <p class="quiet">{td_string!(lang, workshop.assents)}{": "}{joined}</p> }
    });
    let given = choice.given.iter().map(|holder| {
        let (name, office) = (holder.name.in_(lang).to_owned(), pact_terms::office(holder.office, lang));
        view! { <li class="need need-met">{td_string!(lang, workshop.assent_given, name = name, office = office)}</li> }
    });
    let given = (!choice.given.is_empty()).then(|| view! { <ul class="needs">{given.collect_view()}</ul> });
    let form = if choice.may && next.mv == Move::CloseVote {
        // The count has a page of its own, where both tellers type their keys.
        let href = format!("{}/vote", address(&page.card.number));
        view! { <Button look=Look::Secondary small=true href=href>{td_string!(lang, workshop.to_vote)}</Button> }
            .into_any()
    } else if choice.mine {
        view! { <p class="quiet">{td_string!(lang, workshop.assented)}</p> }.into_any()
    } else if choice.may {
        assent(page, choice, flash, lang)
    } else {
        ().into_any()
    };
    view! {
        <article class="card move-choice">
            <h4>{name(choice, lang)}</h4>
            <p class="quiet dotted">{facts}</p>
            {needs}
            {wanted}
            {given}
            {form}
        </article>
    }
    .into_any()
}

fn assent(page: &Workshop, choice: &MoveChoice, flash: &Flash, lang: Lang) -> AnyView {
    let step = choice.next.mv.code();
    let ending = choice.ending.map_or("", gongzhi_domain::pact::Ending::code);
    let apart = format!("{step}{ending}");
    let word = if choice.reason { td_string!(lang, workshop.reason) } else { td_string!(lang, workshop.note) };
    let button = td_string!(lang, workshop.assent, step = name(choice, lang));
    let look = if choice.next.usual { Look::Primary } else { Look::Danger };
    let (typed, number, version, required) =
        (typed(page, choice, flash), page.card.number.clone(), page.version.to_string(), choice.reason);
    view! {
        <Form verb="move-pact" typed=typed apart=apart>
            <input type="hidden" name="number" value=number />
            <input type="hidden" name="version" value=version />
            <input type="hidden" name="step" value=step />
            <input type="hidden" name="ending" value=ending />
            <TextArea name="note" label=word rows=2 max=pacts::NOTE_MAX required=required />
            <Button look=look>{button}</Button>
        </Form>
    }
    .into_any()
}
