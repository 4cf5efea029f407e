//! 凭编号查询: for people without an account. Number and query code together open a request for this browser.

use gongzhi_api::{Here, form};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::reading::{asked, read, summary};
use crate::components::{Button, Door, Form, Page, TextInput};

/// Asks for a request by number and query code.
#[component]
pub fn Ask() -> impl IntoView {
    let number = asked("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let flash = form::kept(&here, "ask").await?;
        // An address that names a number begins anew.
        let typed = if number.is_some() { form::Flash::default() } else { flash.clone() };
        Ok(view! {
            <Page
                title=td_string!(lang, requests.ask_title)
                sub=td_string!(lang, requests.ask_sub)
                back="/requests"
                door=Door::Ask
            >
                {summary(&flash, lang)}
                <p>{td_string!(lang, requests.ask_lead)}</p>
                <Form verb="ask-by-code" back="/ask" typed=typed>
                    <TextInput
                        name="number"
                        label=td_string!(lang, requests.ask_number)
                        hint=td_string!(lang, requests.ask_number_hint)
                        value=number.unwrap_or_default()
                        required=true
                        code=true
                    />
                    <TextInput
                        name="code"
                        label=td_string!(lang, requests.ask_code)
                        hint=td_string!(lang, requests.ask_code_hint)
                        required=true
                        code=true
                    />
                    <Button wide=true>{td_string!(lang, requests.ask_send)}</Button>
                </Form>
                <p class="quiet">{td_string!(lang, requests.ask_mine)}" "<a href="/me">{td_string!(lang, common.door_mine)}</a></p>
            </Page>
        }
        .into_any())
    })
}
