//! Looking again: the month's sample, and the pairs worth a question. Nobody is ranked.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::permission::Action;
use gongzhi_domain::points::AuditVerdict;
use gongzhi_store::points::{self, AuditCard, PairCard};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Choice, EmptyState, Facts, Form, List, ListItem, Look, RadioCards, TextInput};
use crate::pages::points::words;
use crate::pages::reading::{read, summary_apart};

/// The supervisor's page of points.
#[component]
pub fn PointsAudit() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let sample = points::audit_sample(&here.db, &here.actor).await?;
        let pairs = points::unusual_pairs(&here.db, &here.actor).await?;
        let flash = kept(&here, "audit-credit").await?;
        let looked = if sample.is_empty() {
            view! {
                <EmptyState sign="✓" title=td_string!(lang, points.sample_empty_title)>
                    <p>{td_string!(lang, points.sample_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            sample.iter().map(|card| one(&here, card, &flash)).collect_view().into_any()
        };
        let pairs = if pairs.is_empty() {
            view! { <p class="quiet">{td_string!(lang, points.pairs_empty)}</p> }.into_any()
        } else {
            let pairs = pairs.iter().map(|card| pair(&here, card)).collect::<Vec<_>>();
            view! { <List>{pairs}</List> }.into_any()
        };
        let content = view! {
            {summary_apart(&flash, &flash.value("entry"), lang)}
            <section class="stack">
                <h3>{td_string!(lang, points.sample_title)}</h3>
                <p class="quiet">{td_string!(lang, points.sample_lead)}</p>
                {looked}
            </section>
            <section class="stack">
                <h3>{td_string!(lang, points.pairs_title)}</h3>
                <p class="quiet">{td_string!(lang, points.pairs_lead)}</p>
                {pairs}
            </section>
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_audit), "/desk/points/audit", content).await
    })
}

fn one(here: &Here, card: &AuditCard, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let id = card.entry.to_string();
    let title = td_string!(lang, points.credit_of, item = card.item.in_(lang), n = card.points);
    let facts = vec![
        (td_string!(lang, points.for_whom).to_owned(), card.phone.clone().unwrap_or_default().into_any()),
        (td_string!(lang, points.day).to_owned(), words::day(card.day, here.now, lang).into_any()),
        (td_string!(lang, points.made_by).to_owned(), card.by.0.in_(lang).to_owned().into_any()),
        (td_string!(lang, points.checked_by).to_owned(), card.by.1.in_(lang).to_owned().into_any()),
    ];
    let act = match card.verdict {
        Some(verdict) => {
            let found = card.found.clone();
            view! { <p><b>{words::verdict(verdict, lang)}</b>" "{found}</p> }.into_any()
        }
        None if here.actor.has(Action::AuditPoints) => {
            let verdicts = Choice::all(AuditVerdict::ALL.iter().map(|it| (it.code(), words::verdict(*it, lang))));
            let typed = flash.of(&[("entry", &id)]);
            view! {
                <Form verb="audit-credit" back="/desk/points/audit" typed=typed apart=id.clone()>
                    <input type="hidden" name="entry" value=id />
                    <RadioCards name="verdict" label=td_string!(lang, points.verdict) options=verdicts required=true columns=true />
                    <TextInput name="note" label=td_string!(lang, points.verdict_note) />
                    <Button small=true look=Look::Secondary>{td_string!(lang, common.save)}</Button>
                </Form>
            }
            .into_any()
        }
        None => ().into_any(),
    };
    view! {
        <article class="card">
            <h4>{title}</h4>
            <p class="written">{card.note.clone()}</p>
            <Facts facts=facts />
            {act}
        </article>
    }
    .into_any()
}

fn pair(here: &Here, card: &PairCard) -> AnyView {
    let lang = here.lang;
    let title = td_string!(lang, points.pair, one = card.vouched.clone(), other = card.credited.clone());
    let mut line = vec![td_string!(lang, points.pair_times, n = card.dealings.times, of = card.dealings.of)];
    if card.dealings.back > 0 {
        line.push(td_string!(lang, points.pair_back, n = card.dealings.back));
    }
    if let Some(at) = card.last {
        line.push(td_string!(lang, points.pair_last, at = when::moment(at, here.now, lang)));
    }
    view! { <ListItem title=title line=line /> }.into_any()
}
