//! The workshop of one pact.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, encode, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Office;
use gongzhi_domain::view::pacts::Workshop;
use gongzhi_store::pacts;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::{address, evidence, moves, shown};
use crate::components::{Badge, Button, Choice, Form, Look, Select, Tone};
use crate::pages::meetings::MeetingPart;
use crate::pages::pacts::{Happened, Rules, card_line};
use crate::pages::reading::{part, read, summary_apart};
use crate::pages::signing::SignPart;

/// The workshop.
#[component]
pub fn WorkshopDesk() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let page = pacts::workshop(&here.db, &here.actor, &number).await?;
        let pact = pacts::by_number(&here.db, &number).await?;
        let _ = here.form_cookie();
        let this = |flash: Flash| flash.of(&[("number", &page.card.number)]);
        let moved = this(kept(&here, "move-pact").await?);
        let recorded = this(kept(&here, "record-evidence").await?);
        let appointed = this(kept(&here, "appoint-office").await?);
        let evidence = evidence::part(&here, &page, pact.id, &recorded).await?;
        let line = card_line(&page.card, here.now, lang).into_iter().map(|part| view! { <span>{part}</span> });
        let line = line.collect_view();
        let mine = match page.mine {
            Some(office) => td_string!(lang, workshop.my_office, office = pact_terms::office(office, lang)),
            None => td_string!(lang, workshop.no_office).to_owned(),
        };
        let secrecy = pact_terms::secrecy(page.secrecy, lang);
        let title = page.card.title.in_(lang).to_owned();
        let meetings_of = page.card.number.clone();
        let signing_of = page.card.number.clone();
        let checklist = moves::checklist(&here, &page, &moved);
        let offices = offices(&page, &appointed, lang);
        let profile = page.profile.clone();
        let history = page.history.clone();
        let content = view! {
            {summary_apart(&moved, &format!("{}{}", moved.value("step"), moved.value("ending")), lang)}
            {summary_apart(&recorded, "evidence", lang)}
            {summary_apart(&appointed, "appoint", lang)}
            <header class="stack">
                <h2>{title.clone()}</h2>
                <p class="quiet dotted">{line}<span>{secrecy}</span><span>{page.card.number.clone()}</span></p>
                <p>{mine}</p>
                {links(&page, lang)}
            </header>
            {checklist}
            {evidence}
            <MeetingPart number=meetings_of desk=true />
            <SignPart number=signing_of desk=true />
            {offices}
            <details class="filter" id="profile">
                <summary>{td_string!(lang, workshop.profile)}</summary>
                <Rules profile=profile />
            </details>
            <Happened history=history />
        }
        .into_any();
        shown(&here, title, content).await
    })
}

/// The other pages of this pact.
fn links(page: &Workshop, lang: Lang) -> AnyView {
    let here = address(&page.card.number);
    let draft = if page.drafts { td_string!(lang, workshop.draft) } else { td_string!(lang, workshop.draft_read) };
    let differs = if page.draft_changed {
        td_string!(lang, workshop.draft_changed)
    } else {
        td_string!(lang, workshop.draft_same)
    };
    let unanswered = (page.unanswered > 0).then(|| {
        let text = td_string!(lang, workshop.unanswered, count = page.unanswered).to_string();
        view! { <Badge tone=Tone::Amber text=text /> }
    });
    view! {
        <nav class="row" aria-label=td_string!(lang, workshop.title)>
            <Button small=true look=Look::Secondary href=format!("{here}/draft")>{draft}</Button>
            <Button small=true look=Look::Secondary href=format!("{here}/analysis")>
                {td_string!(lang, workshop.analysis)}
            </Button>
            {unanswered}
            <a href=format!("{here}/delivery")>{td_string!(lang, workshop.to_delivery)}</a>
            <a href=format!("{here}/roll")>{td_string!(lang, workshop.to_roll)}</a>
            <a href=format!("{here}/vote")>{td_string!(lang, workshop.to_vote)}</a>
            <a href=format!("{here}/signing")>{td_string!(lang, workshop.to_signing)}</a>
            <a href=format!("/pacts/{}", encode(&page.card.number))>{td_string!(lang, workshop.to_public)}</a>
        </nav>
        <p class="quiet">{differs}</p>
    }
    .into_any()
}

/// Who holds which office, and the form that appoints.
fn offices(page: &Workshop, flash: &Flash, lang: Lang) -> AnyView {
    let rows = Office::ALL.iter().map(|office| {
        let holders = page.offices.iter().filter(|holder| holder.office == *office).map(|holder| {
            let (number, person) = (page.card.number.clone(), holder.person.to_string());
            let name = holder.name.in_(lang).to_owned();
            let end = page.appoints.then(|| {
                view! {
                    <Form verb="end-office" inline=true>
                        <input type="hidden" name="number" value=number />
                        <input type="hidden" name="person" value=person />
                        <Button small=true look=Look::Quiet>
                            {td_string!(lang, workshop.dismiss)}
                            <span class="hidden-text">{name}</span>
                        </Button>
                    </Form>
                }
            });
            view! { <div class="row"><span>{holder.name.in_(lang).to_owned()}</span>{end}</div> }
        });
        let holders = holders.collect::<Vec<_>>();
        let empty =
            holders.is_empty().then(|| view! { <span class="quiet">{td_string!(lang, workshop.offices_empty)}</span> });
        view! { <dt>{pact_terms::office(*office, lang)}</dt><dd>{holders}{empty}</dd> }
    });
    let rows = rows.collect_view();
    let form = match (page.appoints, page.candidates.is_empty()) {
        (false, _) => ().into_any(),
        (true, true) => view! { <p class="quiet">{td_string!(lang, workshop.appoint_none)}</p> }.into_any(),
        (true, false) => {
            let people = Choice::all(
                page.candidates.iter().map(|(person, name)| (person.to_string(), name.in_(lang).to_owned())),
            );
            let offices = Choice::all(Office::ALL.iter().map(|it| (it.code(), pact_terms::office(*it, lang))));
            let number = page.card.number.clone();
            view! {
                <Form verb="appoint-office" typed=flash.clone() apart="appoint">
                    <input type="hidden" name="number" value=number />
                    <Select name="person" label=td_string!(lang, workshop.appoint_who) options=people required=true />
                    <Select name="office" label=td_string!(lang, workshop.appoint_as) options=offices required=true />
                    <Button look=Look::Secondary small=true>{td_string!(lang, workshop.appoint)}</Button>
                </Form>
            }
            .into_any()
        }
    };
    view! {
        <section class="stack" id="offices">
            <h3>{td_string!(lang, workshop.offices)}</h3>
            <dl class="facts">{rows}</dl>
            {form}
        </section>
    }
    .into_any()
}
