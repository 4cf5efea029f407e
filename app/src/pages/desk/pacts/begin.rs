//! The form that begins a pact.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::pact::{Kind, Secrecy};
use gongzhi_store::pacts;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Choice, Form, RadioCards, Select, TextArea, TextInput};
use crate::pages::reading::{read, summary};

/// Begins a pact.
#[component]
pub fn NewPactDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = pacts::new_page(&here.db, &here.actor).await?;
        let flash = kept(&here, "open-pact").await?;
        let kinds = Choice::all(Kind::ALL.iter().map(|kind| (kind.code(), pact_terms::kind(*kind, lang))));
        let areas: Vec<Choice> = page
            .areas
            .iter()
            .map(|(code, path, name)| {
                let indent = "\u{3000}".repeat(path.depth().saturating_sub(1));
                Choice::new(code.clone(), format!("{indent}{}", name.in_(lang)))
            })
            .collect();
        let units = Choice::all(page.units.iter().map(|(unit, name)| (unit.to_string(), name.in_(lang).to_owned())));
        let first = units.first().map(|unit| unit.value.clone()).unwrap_or_default();
        let secrecy = std::iter::once(Choice::new("", td_string!(lang, workshop.secrecy_profile)))
            .chain(Choice::all(Secrecy::ALL.iter().map(|it| (it.code(), pact_terms::secrecy(*it, lang)))));
        let secrecy: Vec<Choice> = secrecy.collect();
        let before = std::iter::once(Choice::new("", td_string!(lang, workshop.supersedes_none))).chain(
            page.in_force
                .iter()
                .map(|(number, title)| Choice::new(number.clone(), format!("{} · {number}", title.in_(lang)))),
        );
        let before: Vec<Choice> = before.collect();
        let title = td_string!(lang, workshop.new);
        let wrong = summary(&flash, lang);
        let content = view! {
            {wrong}
            <h2>{title}</h2>
            <p class="quiet">{td_string!(lang, workshop.new_hint)}</p>
            <Form verb="open-pact" typed=flash>
                <RadioCards
                    name="kind"
                    label=td_string!(lang, workshop.kind)
                    options=kinds
                    value=Kind::ResidentConvention.code()
                    required=true
                />
                <Select name="area" label=td_string!(lang, workshop.area) options=areas required=true />
                <Select name="unit" label=td_string!(lang, workshop.unit) options=units value=first required=true />
                <TextInput name="title" label=td_string!(lang, workshop.name) required=true />
                <TextInput name="title_en" label=td_string!(lang, workshop.name_en) />
                <TextArea name="purpose" label=td_string!(lang, workshop.purpose) rows=3 max=pacts::PURPOSE_MAX />
                <TextArea name="purpose_en" label=td_string!(lang, workshop.purpose_en) rows=2 />
                <Select name="secrecy" label=td_string!(lang, workshop.secrecy) options=secrecy />
                <Select name="supersedes" label=td_string!(lang, workshop.supersedes) options=before />
                <Button>{td_string!(lang, workshop.begin)}</Button>
            </Form>
        }
        .into_any();
        shown(&here, title.to_owned(), content).await
    })
}
