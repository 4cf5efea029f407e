//! 表决结果: every number of the law's formula, so that anybody can do it again; receipts and objections.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::LeafId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::{Outcome, Secrecy, Stage};
use gongzhi_domain::roll::WORDS_MAX;
use gongzhi_domain::view::{Counted, Numbers, ResultPage};
use gongzhi_store::{flash, log, votes};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{
    Badge, Button, Door, EmptyState, Facts, Form, Look, Notice, Page, TextArea, TextInput, Tone, Weight, When,
};
use crate::pages::reading::{asked, part, read};
use crate::pages::signing::said;

/// The result of a pact's vote.
#[component]
pub fn VoteResult() -> impl IntoView {
    let number = part("number");
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let page = votes::result(&here.db, &here.actor, &number).await?;
        let _ = here.form_cookie();
        let flash = if page.may_object { form::kept(&here, "object-to-result").await? } else { Flash::default() };
        let looked_up = checked(&here, &page.number).await?;
        let told = (done.as_deref() == Some("objection"))
            .then(|| view! { <Notice weight=Weight::Done live=true title=td_string!(lang, votes.object_done) /> });
        let content = if page.counted.is_empty() {
            view! {
                <EmptyState sign="0" title=td_string!(lang, votes.result_none_title)>
                    <p>{td_string!(lang, votes.result_none_text)}</p>
                </EmptyState>
                {(page.stage == Stage::Down3).then(|| check(&page, &looked_up, lang))}
            }
            .into_any()
        } else {
            let bodies: Vec<_> = page.counted.iter().map(|counted| body(counted, page.secrecy, &here)).collect();
            view! {
                <p>{td_string!(lang, votes.result_lead)}</p>
                {bodies}
                {check(&page, &looked_up, lang)}
                {objections(&page, &flash, &here)}
            }
            .into_any()
        };
        Ok(view! {
            <Page
                title=format!("{} · {}", td_string!(lang, votes.result_title), page.title.in_(lang))
                bar=td_string!(lang, votes.result_title)
                sub=page.title.in_(lang).to_owned()
                back=format!("/pacts/{}", page.number)
                door=Door::Pacts
            >
                {said(&flash, &["words"], None, lang)}
                {said(&looked_up, &["receipt"], Some("check"), lang)}
                {told}
                {content}
            </Page>
        }
        .into_any())
    })
}

fn body(counted: &Counted, secrecy: Secrecy, here: &Here) -> AnyView {
    let lang = here.lang;
    let numbers = &counted.numbers;
    let outcome = numbers.outcome;
    let tone = match outcome {
        Outcome::Passed => Tone::Jade,
        Outcome::Rejected => Tone::Cinnabar,
        Outcome::NoQuorum => Tone::Plain,
    };
    let hash = |hex: &str| view! { <code class="vote-hash">{hex.to_owned()}</code> }.into_any();
    let mut rows = facts(numbers, lang);
    rows.push((td_string!(lang, votes.result_counted).to_owned(), view! { <When at=counted.at /> }.into_any()));
    rows.push((td_string!(lang, votes.roll_hash).to_owned(), hash(&counted.roll_sha256)));
    rows.push((td_string!(lang, votes.result_register).to_owned(), hash(&counted.register_sha256)));
    if let Some(leaf) = counted.leaf {
        let href = log::address(&here.db, LeafId::from_uuid(leaf));
        let link = view! { <a href=href>{td_string!(lang, votes.result_leaf_link)}</a> }.into_any();
        rows.push((td_string!(lang, votes.result_leaf).to_owned(), link));
    }
    let rounded = (secrecy == Secrecy::Secret && numbers.area_cm2.is_some())
        .then(|| view! { <p class="quiet">{td_string!(lang, votes.result_area_round)}</p> });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{words::body(counted.body, lang)}</h2>
                <Badge tone=tone text=pact_terms::outcome(outcome, lang) />
            </div>
            {formulas(numbers, lang)}
            <Facts facts=rows />
            {rounded}
        </section>
    }
    .into_any()
}

/// The lines of the law's formula, as a list that reads the same on a small screen and aloud.
fn formulas(numbers: &Numbers, lang: Lang) -> AnyView {
    if numbers.heads.is_none() {
        return view! { <p>{td_string!(lang, votes.result_too_few)}</p> }.into_any();
    }
    let lines: Vec<_> = numbers
        .lines
        .iter()
        .map(|line| {
            let (tone, word) = match line.holds {
                true => (Tone::Jade, td_string!(lang, votes.result_holds)),
                false => (Tone::Cinnabar, td_string!(lang, votes.result_fails)),
            };
            let law = line.source.law.in_(lang).to_owned();
            let source = if line.source.article.is_empty() { law } else { format!("{law} {}", line.source.article) };
            view! {
                <li>
                    <p class="row"><b>{pact_terms::line(line.line, lang)}</b><Badge tone=tone text=word /></p>
                    <p class="vote-formula">{line.formula()}</p>
                    <p class="quiet">{td_string!(lang, votes.result_rule)}" · "{source}</p>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain-list vote-formulas">{lines}</ul> }.into_any()
}

fn facts(numbers: &Numbers, lang: Lang) -> Vec<(String, AnyView)> {
    let Some(heads) = &numbers.heads else { return Vec::new() };
    let mut rows = vec![
        (td_string!(lang, votes.result_total).to_owned(), heads.total.into_any()),
        (td_string!(lang, votes.result_present).to_owned(), heads.present.into_any()),
        (td_string!(lang, votes.result_yes).to_owned(), heads.yes.into_any()),
    ];
    match &numbers.not_yes {
        Some(parts) => rows.extend([
            (td_string!(lang, votes.result_no).to_owned(), parts.no.into_any()),
            (td_string!(lang, votes.result_abstain).to_owned(), parts.abstain.into_any()),
            (td_string!(lang, votes.result_invalid).to_owned(), parts.invalid.into_any()),
            (td_string!(lang, votes.result_not_returned).to_owned(), parts.not_returned.into_any()),
        ]),
        None => {
            let hidden = td_string!(lang, votes.result_hidden, n = heads.rest());
            rows.push((td_string!(lang, votes.result_not_yes).to_owned(), hidden.into_any()));
        }
    }
    if let Some(ways) = &numbers.ways {
        let ways = format!("{} / {}", ways.phone, ways.paper);
        rows.push((td_string!(lang, votes.result_ways).to_owned(), ways.into_any()));
    }
    if let Some(area) = &numbers.area_cm2 {
        let of = |cm2| words::area(cm2, lang).into_any();
        rows.extend([
            (td_string!(lang, votes.result_area_total).to_owned(), of(area.total)),
            (td_string!(lang, votes.result_area_present).to_owned(), of(area.present)),
            (td_string!(lang, votes.result_area_yes).to_owned(), of(area.yes)),
        ]);
    }
    rows
}

/// What this browser looked up just now on this page: it came in the body of a form, lies sealed and is shown once.
async fn checked(here: &Here, number: &str) -> Result<Flash, Error> {
    let Some(cookie) = here.form.get() else { return Ok(Flash::default()) };
    let flash: Option<Flash> = flash::take(&here.db, cookie, "check-vote-receipt").await?;
    Ok(flash.unwrap_or_default().of(&[("pact", number)]))
}

fn check(page: &ResultPage, looked_up: &Flash, lang: Lang) -> AnyView {
    let (weight, title) = match looked_up.value("found").as_str() {
        "1" => (Weight::Done, td_string!(lang, votes.result_found)),
        _ => (Weight::Warn, td_string!(lang, votes.result_not_found)),
    };
    let found = looked_up.typed.contains_key("found").then(|| view! { <Notice weight=weight live=true title=title /> });
    let number = page.number.clone();
    view! {
        <section class="stack no-print" id="check">
            <h2>{td_string!(lang, votes.result_check_title)}</h2>
            {found}
            <Form verb="check-vote-receipt" typed=looked_up.clone() apart="check">
                <input type="hidden" name="pact" value=number />
                <TextInput
                    name="receipt"
                    label=td_string!(lang, votes.result_check_label)
                    hint=td_string!(lang, votes.result_check_hint)
                    required=true
                    code=true
                />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.result_check)}</Button>
            </Form>
        </section>
    }
    .into_any()
}

fn objections(page: &ResultPage, flash: &Flash, here: &Here) -> AnyView {
    let lang = here.lang;
    let lines: Vec<_> = page
        .objections
        .iter()
        .map(|objection| {
            let answer = match &objection.answer {
                Some(answer) => td_string!(lang, votes.result_answer, words = answer.clone()),
                None => td_string!(lang, votes.result_answer_waits).to_owned(),
            };
            let words = match &objection.words {
                Some(words) => view! { <p class="written">{words.clone()}</p> }.into_any(),
                None => view! { <p class="quiet">{td_string!(lang, votes.result_objection_unseen)}</p> }.into_any(),
            };
            view! {
                <li>
                    {words}
                    <p class="dotted quiet"><When at=objection.at /><span class="written">{answer}</span></p>
                </li>
            }
        })
        .collect();
    let lines = if lines.is_empty() {
        view! { <p class="quiet">{td_string!(lang, votes.result_no_objections)}</p> }.into_any()
    } else {
        view! { <ul class="plain-list">{lines}</ul> }.into_any()
    };
    let until = page.object_until.map(|until| {
        view! { <p>{td_string!(lang, votes.result_object_until, at = when::moment(until, here.now, lang))}</p> }
    });
    let form = page.may_object.then(|| {
        let number = page.number.clone();
        view! {
            <h3>{td_string!(lang, votes.result_object_title)}</h3>
            <Form verb="object-to-result" back=format!("/pacts/{number}/result") typed=flash.clone()>
                <input type="hidden" name="pact" value=number.clone() />
                <TextArea
                    name="words"
                    label=td_string!(lang, votes.object_label)
                    hint=td_string!(lang, votes.result_object_hint)
                    required=true
                    max=WORDS_MAX
                />
                <Button look=Look::Secondary>{td_string!(lang, votes.object_send)}</Button>
            </Form>
        }
    });
    view! {
        <section class="stack" id="objections">
            <h2>{td_string!(lang, votes.result_objections)}</h2>
            {until}
            {lines}
            {form}
        </section>
    }
    .into_any()
}
