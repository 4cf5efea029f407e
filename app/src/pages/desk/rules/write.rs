//! The form for a local version: first for which area, then its numbers, beside those that hold there now.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::pact::Kind;
use gongzhi_domain::pact::profile::Number;
use gongzhi_store::pacts::rules::{self, Writing};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Choice, Form, Look, Select, TextArea, TextInput, control_id};
use crate::pages::pacts::Rules;
use crate::pages::reading::{asked, read, summary};
use crate::pages::rules::{number_word, origin, said, title};

/// Writes a local version.
#[component]
pub fn WriteRules() -> impl IntoView {
    let (kind, area) = (asked("kind"), asked("area"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let kind: Kind = kind.and_then(|kind| kind.parse().ok()).unwrap_or(Kind::ResidentConvention);
        let page = rules::writing(&here.db, &here.actor, kind, area.as_deref()).await?;
        let flash = kept(&here, "write-rules").await?;
        let heading = td_string!(lang, rules.write_for, kind = pact_terms::kind(kind, lang));
        let areas = page.areas.iter().map(|(code, path, name)| {
            let indent = "\u{3000}".repeat(path.depth().saturating_sub(1));
            Choice::new(code.clone(), format!("{indent}{}", name.in_(lang)))
        });
        let areas: Vec<Choice> = areas.collect();
        let chosen = page.area.as_ref().map(|(code, _)| code.clone()).unwrap_or_default();
        let flash = flash.of(&[("kind", kind.code()), ("area", &chosen)]);
        let wrong = summary(&flash, lang);
        let form = match &page.area {
            None => ().into_any(),
            Some((code, name)) => {
                let back = format!("/desk/rules/new?kind={kind}&area={}", gongzhi_api::form::encode(code));
                let (code, kind_code) = (code.clone(), kind.code());
                let now = td_string!(lang, rules.holds_now, area = name.in_(lang), version = title(&page.base, lang));
                let base = page.base.clone();
                view! {
                    <p>{now}</p>
                    <details class="filter">
                        <summary>{td_string!(lang, rules.show_now)}</summary>
                        <Rules profile=base full=true />
                    </details>
                    <Form verb="write-rules" back=back typed=flash>
                        <input type="hidden" name="kind" value=kind_code />
                        <input type="hidden" name="area" value=code />
                        <TextInput
                            name="law"
                            label=td_string!(lang, rules.law)
                            hint=td_string!(lang, rules.law_hint)
                            required=true
                        />
                        <TextInput name="law_en" label=td_string!(lang, rules.law_en) />
                        <TextInput
                            name="article"
                            label=td_string!(lang, rules.article)
                            hint=td_string!(lang, rules.article_hint)
                            required=true
                        />
                        {numbers(&page, lang)}
                        <TextArea
                            name="reason"
                            label=td_string!(lang, rules.reason)
                            hint=td_string!(lang, rules.reason_hint)
                            rows=3
                            max=rules::REASON_MAX
                            required=true
                        />
                        <Button>{td_string!(lang, rules.write_send)}</Button>
                    </Form>
                }
                .into_any()
            }
        };
        let content = view! {
            {wrong}
            <h2>{heading.clone()}</h2>
            <p class="quiet">{td_string!(lang, rules.write_lead)}</p>
            <form class="form form-row" method="get" action="/desk/rules/new">
                <input type="hidden" name="kind" value=kind.code() />
                <Select name="area" label=td_string!(lang, rules.place) options=areas value=chosen />
                <Button look=Look::Secondary small=true>{td_string!(lang, rules.choose_area)}</Button>
            </form>
            {form}
        }
        .into_any();
        shown(&here, heading, content).await
    })
}

/// A field for every number a local rule may set, with what holds now and what is allowed.
fn numbers(page: &Writing, lang: gongzhi_domain::lang::Lang) -> AnyView {
    let base = &page.base;
    let fields = Number::ALL.iter().enumerate().filter_map(|(at, number)| {
        let (min, max) = base.bounds(*number);
        (max > 0).then(|| {
            let now = format!("{}（{}）", said(base, *number, lang), origin(base.origin(*number), lang));
            let hint = td_string!(lang, rules.number_hint, now = now, min = u32::from(min), max = u32::from(max));
            let value = base.number(*number).to_string();
            // What is wrong with all of them together is said at the first.
            let id = (at == 0).then(|| control_id("numbers"));
            view! {
                <div id=id>
                    <TextInput
                        name=number.code()
                        label=number_word(*number, lang)
                        hint=hint
                        value=value
                        inputmode="numeric"
                    />
                </div>
            }
        })
    });
    fields.collect::<Vec<_>>().into_any()
}
