//! What was recorded beside a pact, and the form for what the reader may record now.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::PactId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::stage::begin_of;
use gongzhi_domain::view::pacts::{EvidenceLine, Workshop};
use gongzhi_store::pacts;
use gongzhi_store::photos::StagedFor;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use crate::components::{Badge, Button, Choice, Form, Look, PhotoPicker, Select, TextArea, TextInput, Tone};
use crate::pages::photos;

/// The records and the form.
///
/// # Errors
/// When the database does not answer.
pub async fn part(here: &Here, page: &Workshop, pact: PactId, flash: &Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let lines = page.evidence.iter().map(|line| one(here, line)).collect_view();
    let lines = if page.evidence.is_empty() {
        view! { <p class="quiet">{td_string!(lang, workshop.evidence_none)}</p> }.into_any()
    } else {
        view! { <ul class="evidence">{lines}</ul> }.into_any()
    };
    let form = if page.records.is_empty() { ().into_any() } else { form(here, page, pact, flash).await? };
    Ok(view! {
        <section class="stack" id="evidence">
            <h3>{td_string!(lang, workshop.evidence)}</h3>
            {form}
            {lines}
        </section>
    }
    .into_any())
}

fn one(here: &Here, line: &EvidenceLine) -> AnyView {
    let lang = here.lang;
    let kind = pact_terms::evidence(line.kind, lang);
    let photo = line.photo.map(|photo| {
        let alt = td_string!(lang, workshop.evidence_photo_of, kind = kind);
        view! {
            <a href=format!("/files/{photo}/1600.jpg")>
                <img src=format!("/files/{photo}/320.jpg") alt=alt width="160" height="160" loading="lazy" />
            </a>
        }
    });
    let open = line.open.then(|| view! { <Badge tone=Tone::Amber text=td_string!(lang, workshop.evidence_open) /> });
    view! {
        <li>
            <p class="row"><b>{kind}</b>{open}</p>
            <p class="written">{line.note.clone()}</p>
            {photo}
            <p class="quiet dotted">
                <span>{when::day(begin_of(line.day), here.now, lang)}</span>
                <span>{pact_terms::stage(line.stage, lang)}</span>
                <span>{when::moment(line.at, here.now, lang)}</span>
            </p>
        </li>
    }
    .into_any()
}

async fn form(here: &Here, page: &Workshop, pact: PactId, flash: &Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let typed = flash.of(&[("number", &page.card.number)]);
    let open = typed.error.is_some();
    let kinds = Choice::all(page.records.iter().map(|kind| (kind.code(), pact_terms::evidence(*kind, lang))));
    let first = kinds.first().map(|kind| kind.value.clone()).unwrap_or_default();
    let waiting: Vec<Choice> = page
        .evidence
        .iter()
        .filter(|line| line.open)
        .map(|line| {
            let words = gongzhi_domain::text::one_line(&line.note, 40);
            Choice::new(line.id.to_string(), format!("{} · {words}", pact_terms::evidence(line.kind, lang)))
        })
        .collect();
    let pictured = page.records.iter().any(|kind| pacts::needs_photo(*kind));
    let staged = photos::staged(here, StagedFor::Evidence(pact)).await?;
    let staged = photos::returned(&staged, &typed).unwrap_or_default();
    let number = page.card.number.clone();
    let today = here.db.today().format("%Y-%m-%d").to_string();
    Ok(view! {
        <details class="move" open=open>
            <summary class="button button-secondary">{td_string!(lang, workshop.evidence_add)}</summary>
            <Form verb="record-evidence" typed=typed apart="evidence" multipart=true>
                <input type="hidden" name="pact" value=pact.to_string() />
                <input type="hidden" name="number" value=number />
                <Select
                    name="kind"
                    label=td_string!(lang, workshop.evidence_kind)
                    options=kinds
                    value=first
                    required=true
                />
                {(!waiting.is_empty()).then(|| answers(waiting, lang))}
                <TextInput
                    name="day"
                    label=td_string!(lang, workshop.evidence_day)
                    kind="date"
                    value=today
                    required=true
                />
                <TextArea
                    name="note"
                    label=td_string!(lang, workshop.evidence_note)
                    rows=4
                    max=pacts::EVIDENCE_MAX
                    required=true
                />
                {pictured
                    .then(|| view! { <PhotoPicker label=td_string!(lang, workshop.evidence_photo) max=1 staged=staged /> })}
                <Button look=Look::Secondary>{td_string!(lang, workshop.evidence_save)}</Button>
            </Form>
        </details>
    }
    .into_any())
}

/// Which objection an answer is for.
fn answers(waiting: Vec<Choice>, lang: Lang) -> AnyView {
    let none = Choice::new("", td_string!(lang, workshop.evidence_answers_none));
    let options: Vec<Choice> = std::iter::once(none).chain(waiting).collect();
    view! { <Select name="answers" label=td_string!(lang, workshop.evidence_answers) options=options /> }.into_any()
}
