//! The opinions on their way to an answer: counted by clause, similar ones together, one answer for one or for all of them.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Answer;
use gongzhi_domain::view::pacts::{AnalysisPage, ClauseAnalysis, OpinionGroup, OpinionLine};
use gongzhi_store::pacts;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::{address, shown};
use crate::components::ErrorSummary;
use crate::components::{Badge, Button, Choice, Form, Look, Notice, RadioCards, TextArea, Tone, Weight, name_apart};
use crate::pages::pacts::{counts_in_words, number_word};
use crate::pages::reading::{part, read, summary};

/// The analysis of a pact's opinions.
#[component]
pub fn AnalysisDesk() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let page = pacts::analysis(&here.db, &here.actor, &number).await?;
        let _ = here.form_cookie();
        let flash = kept(&here, "answer-opinions").await?.of(&[("number", &page.card.number)]);
        let wrong = wrong(&flash, lang);
        let title = td_string!(lang, workshop.analysis);
        let clauses = page.clauses.iter().map(|clause| of_clause(&page, clause, &flash, lang)).collect_view();
        let open = if page.unanswered > 0 {
            let text = td_string!(lang, workshop.analysis_open, count = page.unanswered).to_string();
            view! { <Notice weight=Weight::Warn title=text /> }.into_any()
        } else {
            view! { <Notice weight=Weight::Done title=td_string!(lang, workshop.analysis_done) /> }.into_any()
        };
        let facts = td_string!(lang, workshop.analysis_facts, words = page.with_words, home = page.at_home);
        let closed = (!page.may).then(|| view! { <p class="quiet">{td_string!(lang, workshop.answer_closed)}</p> });
        let content = view! {
            {wrong}
            <header class="stack">
                <p><a href=address(&page.card.number)>{page.card.title.in_(lang).to_owned()}</a></p>
                <h2>{title}</h2>
                <p class="quiet dotted"><span>{facts}</span><span>{td_string!(lang, workshop.analysis_print)}</span></p>
            </header>
            {open}
            {closed}
            {clauses}
        }
        .into_any();
        shown(&here, title.to_owned(), content).await
    })
}

/// What was wrong with an answer, leading to the form of its group.
fn wrong(flash: &Flash, lang: Lang) -> AnyView {
    match &flash.error {
        Some(error) if !error.fields().is_empty() => {
            let apart = apart(&flash.value("opinions"));
            let lines = error
                .fields()
                .iter()
                .map(|field| (name_apart(&field.field, &apart), gongzhi_words::errors::reason(&field.reason, lang)))
                .collect::<Vec<_>>();
            view! { <ErrorSummary errors=lines /> }.into_any()
        }
        _ => summary(flash, lang),
    }
}

/// What keeps the fields of one group's form apart: its first opinion.
fn apart(opinions: &str) -> String {
    opinions.split_whitespace().next().unwrap_or_default().to_owned()
}

fn of_clause(page: &AnalysisPage, clause: &ClauseAnalysis, flash: &Flash, lang: Lang) -> AnyView {
    let title = match (clause.id, clause.no) {
        (None, _) => td_string!(lang, workshop.analysis_whole).to_owned(),
        (Some(_), Some(no)) => td_string!(lang, workshop.draft_clause, no = no),
        (Some(_), None) => td_string!(lang, workshop.analysis_removed).to_owned(),
    };
    let counts = counts_in_words(&clause.stances, lang).into_iter().map(|said| view! { <span>{said}</span> });
    let groups = clause.groups.iter().map(|group| of_group(page, group, flash, lang)).collect_view();
    view! {
        <section class="stack analysis-clause">
            <h3>{title}</h3>
            <p class="written">{clause.text.clone()}</p>
            <p class="quiet dotted">{counts.collect_view()}</p>
            {groups}
        </section>
    }
    .into_any()
}

fn of_group(page: &AnalysisPage, group: &OpinionGroup, flash: &Flash, lang: Lang) -> AnyView {
    let count = u32::try_from(group.opinions.len()).unwrap_or(u32::MAX);
    let said = group.opinions.iter().map(|said| opinion(said, lang)).collect_view();
    let open = group.unanswered > 0;
    let form = if page.may { answering(page, group, count, flash, lang) } else { ().into_any() };
    let badge = open.then(|| {
        let text = td_string!(lang, workshop.unanswered, count = group.unanswered).to_string();
        view! { <Badge tone=Tone::Amber text=text /> }
    });
    view! {
        <article class="card">
            <p class="row"><b>{td_string!(lang, workshop.group, count = count).to_string()}</b>{badge}</p>
            <ul class="opinions">{said}</ul>
            {form}
        </article>
    }
    .into_any()
}

fn opinion(said: &OpinionLine, lang: Lang) -> AnyView {
    let answer = said.answer.as_ref().map(|given| {
        let answer = pact_terms::answer(given.answer, lang);
        view! { <p class="quiet"><b>{answer}</b>" "{given.reason.clone()}</p> }
    });
    view! {
        <li class="opinion">
            <p class="written">{said.words.clone()}</p>
            <p class="quiet dotted">
                <span>{pact_terms::stance(said.stance, lang)}</span>
                <span>{td_string!(lang, workshop.on_draft, no = number_word(said.text_no, lang))}</span>
            </p>
            {answer}
        </li>
    }
    .into_any()
}

fn answering(page: &AnalysisPage, group: &OpinionGroup, count: u32, flash: &Flash, lang: Lang) -> AnyView {
    let ids = group.opinions.iter().map(|said| said.id.to_string()).collect::<Vec<_>>().join(" ");
    let typed = flash.of(&[("opinions", &ids)]);
    let open = group.unanswered > 0 || typed.error.is_some();
    let answers = Choice::all(Answer::ALL.iter().map(|answer| (answer.code(), pact_terms::answer(*answer, lang))));
    let name = if group.unanswered > 0 {
        td_string!(lang, workshop.answer_send, count = count).to_string()
    } else {
        td_string!(lang, workshop.answer_again).to_owned()
    };
    let (summary, button) = (name.clone(), name);
    let apart = apart(&ids);
    let number = page.card.number.clone();
    view! {
        <details class="move no-print" open=open>
            <summary class="button button-secondary button-small">{summary}</summary>
            <Form verb="answer-opinions" typed=typed apart=apart>
                <input type="hidden" name="number" value=number />
                <input type="hidden" name="opinions" value=ids />
                <RadioCards
                    name="answer"
                    label=td_string!(lang, workshop.answer)
                    options=answers
                    required=true
                    columns=true
                />
                <TextArea
                    name="reason"
                    label=td_string!(lang, workshop.answer_reason)
                    hint=td_string!(lang, workshop.answer_reason_hint)
                    rows=2
                    max=pacts::REASON_MAX
                    required=true
                />
                <Button look=Look::Secondary small=true>{button}</Button>
            </Form>
        </details>
    }
    .into_any()
}
