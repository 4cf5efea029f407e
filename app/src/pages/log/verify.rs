//! The check of a receipt. Everything it can say stands on the page; the server shows what fits, and in a browser with WASM the
//! bundle does the same without sending the receipt anywhere.

use gongzhi_api::form::Flash;
use gongzhi_api::{Here, form};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_proof::LeafKind;
use gongzhi_store::log;
use gongzhi_verify::{Outcome, PARTS, check};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::receipt::kind;
use crate::components::{Button, Door, Form, Notice, Page, TextArea, TextInput, Weight};
use crate::pages::bundle::{Bundle, Bundles};
use crate::pages::reading::{asked, read, summary};

/// What can be shown of a whole receipt, in its order.
const FACTS: [&str; 10] =
    ["kind", "subject", "logged", "statement", "text", "place", "root", "signed", "log", "cosigned"];

/// Checks a receipt.
#[component]
pub fn VerifyReceipt() -> impl IntoView {
    let token = asked("receipt");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let flash = form::kept(&here, "verify").await?;
        let typed = match &token {
            Some(token) => Flash { typed: [("receipt".to_owned(), of(&here, token).await?)].into(), error: None },
            None => flash.clone(),
        };
        let keys = published(&here).await?;
        let receipt = typed.value("receipt");
        let outcome =
            (!receipt.is_empty() && typed.error.is_none()).then(|| check(&receipt, &typed.value("key"), &keys));
        Ok(view! {
            <Page
                title=td_string!(lang, log.verify_title)
                sub=td_string!(lang, log.verify_sub)
                back="/log"
                door=Door::Pacts
            >
                {summary(&typed, lang)}
                {result(outcome.as_ref(), lang)}
                <p>{td_string!(lang, log.verify_lead)}</p>
                <Form verb="check-receipt" back="/verify" typed=typed multipart=true id="verify">
                    <div class="field">
                        <label class="field-label" for="f-file">{td_string!(lang, log.verify_file)}</label>
                        <p class="field-hint" id="f-file-hint">{td_string!(lang, log.verify_file_hint)}</p>
                        <input
                            class="input"
                            id="f-file"
                            name="file"
                            type="file"
                            accept=".json,application/json"
                            aria-describedby="f-file-hint"
                        />
                    </div>
                    <TextArea
                        name="receipt"
                        label=td_string!(lang, log.verify_text)
                        hint=td_string!(lang, log.verify_text_hint)
                        rows=6
                        required=true
                    />
                    <TextInput
                        name="key"
                        label=td_string!(lang, log.verify_key)
                        hint=td_string!(lang, log.verify_key_hint)
                    />
                    <Button wide=true>{td_string!(lang, log.verify_send)}</Button>
                </Form>
                <div id="verify-keys" hidden>{keys}</div>
                <div hidden>
                    {LeafKind::ALL
                        .iter()
                        .map(|it| view! { <span data-word=it.code()>{kind(*it, lang)}</span> })
                        .collect::<Vec<_>>()}
                </div>
                <Bundle files=Bundles::current().verify />
            </Page>
        }
        .into_any())
    })
}

/// The receipt of a secret address.
async fn of(here: &Here, token: &str) -> Result<String, Error> {
    let receipt = log::receipt(&here.db, log::leaf_of(&here.db, token)?).await?;
    Ok(receipt.to_json().unwrap_or_default())
}

/// The keys this portal publishes, one a line: its log's, and those of cosigners.
async fn published(here: &Here) -> Result<String, Error> {
    let overview = log::overview(&here.db, &here.actor).await?;
    let own = overview.keys.iter().map(ToString::to_string);
    let others = overview.cosigners.iter().map(|cosigner| cosigner.key.to_string());
    Ok(own.chain(others).collect::<Vec<_>>().join("\n"))
}

/// The verdict and the facts; what does not fit, or is not known yet, is hidden.
fn result(outcome: Option<&Outcome>, lang: Lang) -> AnyView {
    let verdict = outcome.map(|outcome| outcome.verdict);
    let verdicts = PARTS.map(|part| {
        let (weight, title) = match part {
            "whole" => (Weight::Done, td_string!(lang, log.verdict_whole)),
            "file" => (Weight::Danger, td_string!(lang, log.verdict_file)),
            "own_key" => (Weight::Warn, td_string!(lang, log.verdict_own_key)),
            _ => (Weight::Danger, td_string!(lang, log.verdict_broken)),
        };
        view! {
            <div class="verify-verdict" data-verdict=part hidden=verdict != Some(part)>
                <Notice weight=weight title=title>
                    <p>{sentence(part, lang)}</p>
                </Notice>
            </div>
        }
    });
    let value = |code: &str| {
        let found = outcome?.facts.iter().find(|(known, _)| *known == code)?;
        let word = LeafKind::ALL.iter().find(|it| code == "kind" && it.code() == found.1);
        Some(word.map_or_else(|| found.1.clone(), |it| kind(*it, lang).to_owned()))
    };
    let rows = FACTS.map(|code| {
        let value = value(code);
        let is_unknown = value.is_none();
        view! {
            <div class="verify-fact" data-fact=code hidden=is_unknown>
                <dt>{label(code, lang)}</dt>
                <dd data-value="">{value.unwrap_or_default()}</dd>
            </div>
        }
    });
    let is_whole = outcome.is_some_and(|outcome| !outcome.facts.is_empty());
    view! {
        <section id="verify-result" class="stack" tabindex="-1" hidden=outcome.is_none()>
            <div role="status">{verdicts.into_iter().collect::<Vec<_>>()}</div>
            <p id="verify-local" class="quiet" hidden>{td_string!(lang, log.verify_local)}</p>
            <div id="verify-facts" hidden=!is_whole>
                <h2>{td_string!(lang, log.verify_facts)}</h2>
                <dl class="verify-facts">{rows.into_iter().collect::<Vec<_>>()}</dl>
            </div>
        </section>
    }
    .into_any()
}

/// What a verdict means and what to do.
fn sentence(part: &str, lang: Lang) -> &'static str {
    match part {
        "whole" => td_string!(lang, log.verdict_whole_text),
        "own_key" => td_string!(lang, log.verdict_own_key_text),
        "key" => td_string!(lang, log.verdict_key_text),
        "checkpoint" => td_string!(lang, log.verdict_checkpoint_text),
        "cosignature" => td_string!(lang, log.verdict_cosignature_text),
        "leaf" => td_string!(lang, log.verdict_leaf_text),
        "proof" => td_string!(lang, log.verdict_proof_text),
        "text" => td_string!(lang, log.verdict_text_text),
        "move" => td_string!(lang, log.verdict_move_text),
        "text_statement" => td_string!(lang, log.verdict_text_statement_text),
        "roll" => td_string!(lang, log.verdict_roll_text),
        "tally" => td_string!(lang, log.verdict_tally_text),
        "signature" => td_string!(lang, log.verdict_signature_text),
        "withdrawal" => td_string!(lang, log.verdict_withdrawal_text),
        "points_entry" => td_string!(lang, log.verdict_points_entry_text),
        _ => td_string!(lang, log.verdict_file_text),
    }
}

fn label(code: &str, lang: Lang) -> &'static str {
    match code {
        "kind" => td_string!(lang, log.fact_kind),
        "subject" => td_string!(lang, log.fact_subject),
        "logged" => td_string!(lang, log.fact_logged),
        "statement" => td_string!(lang, log.fact_statement),
        "text" => td_string!(lang, log.fact_text),
        "place" => td_string!(lang, log.fact_place),
        "root" => td_string!(lang, log.fact_root),
        "signed" => td_string!(lang, log.fact_signed),
        "log" => td_string!(lang, log.fact_log),
        _ => td_string!(lang, log.fact_cosigned),
    }
}
