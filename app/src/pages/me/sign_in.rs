//! Signing in: a phone number, then the code sent to it. The page never says whether a number is known.

use gongzhi_api::form::{Flash, local_path};
use gongzhi_api::{Here, form};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::phone::Phone;
use gongzhi_store::sign_in;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Door, Form, Look, Notice, Page, Weight};
use crate::pages::phone::{OneTimeCode, PhoneInput, demo_code};
use crate::pages::reading::{asked, read, summary};

/// Sign in by phone code.
#[component]
pub fn SignIn() -> impl IntoView {
    let next = local_path(&asked("next").unwrap_or_else(|| "/me".to_owned()));
    let sent = asked("sent").is_some();
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let shown = form::kept(&here, "sign-in").await?;
        let typed = Phone::parse(&shown.value("phone")).ok();
        let step = if here.actor.is_signed_in() {
            already(next, lang)
        } else if let Some(phone) = typed.filter(|_| sent) {
            let code = if here.demo { sign_in::latest_code_for_demo(&here.db, &phone).await? } else { None };
            code_step(phone, code, next, shown.clone(), lang)
        } else {
            phone_step(next, shown.clone(), lang)
        };
        Ok(view! {
            <Page
                title=td_string!(lang, account.sign_in_title)
                sub=td_string!(lang, account.sign_in_sub)
                back="/"
                door=Door::Mine
            >
                {summary(&shown, lang)}
                {step}
            </Page>
        }
        .into_any())
    })
}

fn already(next: String, lang: Lang) -> AnyView {
    view! {
        <Notice weight=Weight::Done title=td_string!(lang, account.already) />
        <div class="buttons"><Button href=next>{td_string!(lang, account.already_go)}</Button></div>
    }
    .into_any()
}

fn phone_step(next: String, flash: Flash, lang: Lang) -> AnyView {
    let back = address(&next, false);
    view! {
        <p>{td_string!(lang, account.sign_in_lead)}</p>
        <Form verb="send-code" back=back typed=flash>
            <input type="hidden" name="next" value=next />
            <PhoneInput label=td_string!(lang, account.sign_in_phone) />
            <Button wide=true>{td_string!(lang, account.sign_in_send)}</Button>
        </Form>
        <p class="quiet">
            {td_string!(lang, account.sign_in_consent)}" "<a href="/privacy">{td_string!(lang, common.privacy)}</a>
        </p>
        <p><a href="/desk/sign-in">{td_string!(lang, account.sign_in_staff)}</a></p>
    }
    .into_any()
}

fn code_step(phone: Phone, code: Option<String>, next: String, flash: Flash, lang: Lang) -> AnyView {
    let (back, again) = (address(&next, true), address(&next, false));
    view! {
        <Notice weight=Weight::Done live=true title=td_string!(lang, account.sign_in_sent, phone = phone.masked())>
            <p>{td_string!(lang, account.sign_in_sent_text)}</p>
            {demo_code(code, lang)}
        </Notice>
        <Form verb="sign-in" back=back typed=flash>
            <input type="hidden" name="next" value=next />
            <input type="hidden" name="phone" value=phone.full().to_owned() />
            <OneTimeCode label=td_string!(lang, account.sign_in_code) hint=td_string!(lang, account.sign_in_code_hint) />
            <Button wide=true>{td_string!(lang, account.sign_in_go)}</Button>
        </Form>
        <div class="buttons">
            <Button look=Look::Quiet href=again>{td_string!(lang, account.sign_in_again)}</Button>
        </div>
    }
    .into_any()
}

fn address(next: &str, sent: bool) -> String {
    let sent = if sent { "sent=1&" } else { "" };
    format!("/me/sign-in?{sent}next={}", form::encode(next))
}
