//! Who cosigns the log, for those who answer for the whole installation: asking for a key, retiring one, confirming what another
//! asked. Everybody else at this desk sees the keys alone.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::error::Error;
use gongzhi_store::log::{self, Asked, Cosigner};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Button, Card, Form, Look, TextInput};
use crate::pages::log::digits;
use crate::pages::reading::{summary_apart, summary_of_button};

/// The card of the cosigners.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn card(here: &Here, cosigners: &[Cosigner], registering: Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let chooses = log::chooses(&here.db, &here.actor).await?;
    let (retiring, deciding) = (kept(here, "retire-cosigner").await?, kept(here, "decide-cosigner").await?);
    let waiting = if chooses { log::asked(&here.db, &here.actor).await? } else { Vec::new() };
    let waiting = waiting.into_iter().map(|ask| asked(here, ask)).collect::<Vec<_>>();
    let waiting = (!waiting.is_empty()).then(|| {
        view! {
            <h3>{td_string!(lang, log.desk_asked)}</h3>
            <ul class="plain-list">{waiting}</ul>
        }
    });
    let at = cosigners.iter().position(|cosigner| cosigner.key.to_string() == retiring.value("cosigner"));
    let lines = cosigners.iter().enumerate().map(|(n, cosigner)| {
        let typed = if at == Some(n) { retiring.clone() } else { Flash::default() };
        line(here, n, cosigner, chooses, typed)
    });
    let lines = lines.collect::<Vec<_>>();
    let forms = if chooses {
        view! {
            <p class="quiet">{td_string!(lang, log.desk_register_lead)}</p>
            <Form verb="register-cosigner" back="/desk/log" typed=registering>
                <TextInput
                    name="key"
                    label=td_string!(lang, log.desk_key)
                    hint=td_string!(lang, log.desk_key_hint)
                    required=true
                />
                <Button look=Look::Secondary>{td_string!(lang, log.desk_register_send)}</Button>
            </Form>
        }
        .into_any()
    } else {
        view! { <p class="quiet">{td_string!(lang, log.desk_only_root)}</p> }.into_any()
    };
    let apart = at.map(|n| format!("retire-{n}")).unwrap_or_default();
    Ok(view! {
        {summary_apart(&retiring, &apart, lang)}
        {summary_of_button(&deciding, lang)}
        <Card title=td_string!(lang, log.desk_register)>
            <ul class="plain-list">{lines}</ul>
            {waiting}
            {forms}
        </Card>
    }
    .into_any())
}

fn line(here: &Here, n: usize, cosigner: &Cosigner, chooses: bool, typed: Flash) -> AnyView {
    let lang = here.lang;
    let (name, key) = (cosigner.key.name().to_owned(), cosigner.key.to_string());
    let retired = cosigner.retired.map(|at| {
        view! { <p class="quiet">{td_string!(lang, log.retired, at = when::exact(at, lang))}</p> }
    });
    let retire = (chooses && cosigner.retired.is_none()).then(|| {
        let open = typed.error.is_some();
        let full = td_string!(lang, log.desk_retire_full, name = name);
        let key = key.clone();
        view! {
            <details open=open>
                <summary>{full.clone()}</summary>
                <Form verb="retire-cosigner" back="/desk/log" typed=typed apart=format!("retire-{n}")>
                    <input type="hidden" name="cosigner" value=key />
                    <TextInput name="reason" label=td_string!(lang, log.desk_retire_reason) required=true />
                    <Button small=true look=Look::Danger>{td_string!(lang, log.desk_retire)}</Button>
                </Form>
            </details>
        }
    });
    view! { <li>{digits(key)}{retired}{retire}</li> }.into_any()
}

/// What waits for a second person.
fn asked(here: &Here, ask: Asked) -> AnyView {
    let lang = here.lang;
    let mine = here.actor.person == Some(ask.asked_by);
    let what = if ask.retire {
        td_string!(lang, log.desk_ask_retire, reason = ask.reason)
    } else {
        td_string!(lang, log.desk_ask_register).to_owned()
    };
    let button = |decision: &'static str, look: Look, word: &'static str| {
        let id = ask.id.to_string();
        view! {
            <Form verb="decide-cosigner" back="/desk/log" inline=true>
                <input type="hidden" name="ask" value=id />
                <input type="hidden" name="decision" value=decision />
                <Button small=true look=look>{word}</Button>
            </Form>
        }
    };
    let buttons = if mine {
        view! {
            <p class="quiet">{td_string!(lang, log.desk_another)}</p>
            {button("turn_down", Look::Quiet, td_string!(lang, log.desk_take_back))}
        }
        .into_any()
    } else {
        view! {
            <div class="buttons">
                {button("confirm", Look::Primary, td_string!(lang, log.desk_confirm))}
                {button("turn_down", Look::Quiet, td_string!(lang, log.desk_turn_down))}
            </div>
        }
        .into_any()
    };
    view! {
        <li>
            <p>{what}</p>
            {digits(ask.key.to_string())}
            {buttons}
        </li>
    }
    .into_any()
}
