//! My passkeys: the devices with which I confirm my signatures by finger or face. One is added with a code to the phone, so that
//! nobody adds theirs to an open session.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_store::passkeys::{self, NAME_MAX, Passkey};
use gongzhi_words::{td_string, when};
use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::components::{Button, Door, Form, List, ListItem, Look, Notice, Page, TextInput, Weight};
use crate::pages::phone::{OneTimeCode, demo_code};
use crate::pages::reading::{asked, read};
use crate::pages::signing::said;

/// My passkeys.
#[component]
pub fn Passkeys() -> impl IntoView {
    let (sent, done) = (asked("sent").is_some(), asked("done"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let mine = passkeys::list(&here.db, &here.actor).await?;
        let flash = form::kept(&here, "add-passkey").await?;
        let removed = form::kept(&here, "remove-passkey").await?;
        let rows: Vec<_> = mine.into_iter().map(|passkey| row(passkey, &here)).collect();
        let list = if rows.is_empty() {
            view! { <p>{td_string!(lang, passkeys.none)}</p> }.into_any()
        } else {
            view! { <List>{rows}</List> }.into_any()
        };
        let told = match done.as_deref() {
            Some("added") => Some(td_string!(lang, passkeys.added)),
            Some("removed") => Some(td_string!(lang, passkeys.removed)),
            _ => None,
        };
        let told = told.map(|title| view! { <Notice weight=Weight::Done live=true title=title /> });
        let fields: &[&str] = if sent { &["code", "name"] } else { &[] };
        let wrong =
            if removed.error.is_some() { said(&removed, &[], None, lang) } else { said(&flash, fields, None, lang) };
        let add = match (here.site.is_some(), sent) {
            (false, _) => view! { <Notice title=td_string!(lang, passkeys.not_here)><p>{td_string!(lang, passkeys.not_here_text)}</p></Notice> }.into_any(),
            (true, false) => ask(&flash, lang),
            (true, true) => add(&here, flash).await?,
        };
        Ok(view! {
            <Page title=td_string!(lang, passkeys.title) back="/me" door=Door::Mine>
                {wrong}
                {told}
                <p class="page-sub">{td_string!(lang, passkeys.lead)}</p>
                {list}
                {add}
            </Page>
        }
        .into_any())
    })
}

fn row(passkey: Passkey, here: &Here) -> AnyView {
    let lang = here.lang;
    let name = if passkey.name.is_empty() { td_string!(lang, passkeys.unnamed).to_owned() } else { passkey.name };
    let mut line = vec![td_string!(lang, passkeys.since, at = when::moment(passkey.created_at, here.now, lang))];
    line.extend(passkey.used_at.map(|at| td_string!(lang, passkeys.used, at = when::moment(at, here.now, lang))));
    let (id, full) = (passkey.id.to_string(), td_string!(lang, passkeys.remove_full, name = name.clone()));
    let side = view! {
        <Form verb="remove-passkey" back="/me/passkeys" inline=true>
            <input type="hidden" name="passkey" value=id />
            <Button look=Look::Danger small=true>
                <span aria-hidden="true">{td_string!(lang, passkeys.remove)}</span>
                <span class="hidden-text">{full}</span>
            </Button>
        </Form>
    }
    .into_any();
    view! { <ListItem title=name line=line side=side /> }.into_any()
}

fn ask(flash: &Flash, lang: Lang) -> AnyView {
    view! {
        <Form verb="send-passkey-code" back="/me/passkeys" typed=flash.clone()>
            <p>{td_string!(lang, passkeys.ask_lead)}</p>
            <Button look=Look::Secondary>{td_string!(lang, passkeys.ask)}</Button>
        </Form>
    }
    .into_any()
}

async fn add(here: &Here, flash: Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let code = if here.demo { passkeys::code_for_demo(&here.db, &here.actor).await? } else { None };
    Ok(view! {
        <Notice weight=Weight::Done live=true title=td_string!(lang, passkeys.sent)>{demo_code(code, lang)}</Notice>
        <p data-without-passkey>{td_string!(lang, passkeys.no_script)}</p>
        <Form verb="add-passkey" back="/me/passkeys?sent=1" typed=flash>
            <div class="stack" data-passkey="make" hidden>
                <OneTimeCode label=td_string!(lang, signing.code) hint=td_string!(lang, signing.code_hint) />
                <TextInput
                    name="name"
                    label=td_string!(lang, passkeys.name)
                    hint=td_string!(lang, passkeys.name_hint, max = NAME_MAX)
                />
                <input type="hidden" name="client_data" />
                <input type="hidden" name="authenticator_data" />
                <Button look=Look::Secondary>{td_string!(lang, passkeys.add)}</Button>
                <p data-passkey-failed tabindex="-1" role="alert" hidden>{td_string!(lang, passkeys.failed)}</p>
            </div>
        </Form>
        <PasskeyScript />
    }
    .into_any())
}

/// The script that asks the device.
#[component]
pub fn PasskeyScript() -> impl IntoView {
    view! { <script type="module" src="/passkey.js" nonce=use_nonce()></script> }
}
