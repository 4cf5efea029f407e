//! A phone number and the code sent to it, asked for the same way wherever somebody proves a number.

use gongzhi_domain::lang::Lang;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::TextInput;

/// The number.
#[component]
pub fn PhoneInput(
    /// What is asked.
    label: &'static str,
) -> impl IntoView {
    view! {
        <TextInput name="phone" label=label required=true kind="tel" inputmode="tel" autocomplete="tel-national" />
    }
}

/// A code of digits that is good once: sent to a phone (`code`), or read from an authenticator (`totp`).
#[component]
pub fn OneTimeCode(
    /// The name in the form.
    #[prop(default = "code")]
    name: &'static str,
    /// What is asked.
    label: &'static str,
    /// How to answer.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <TextInput
            name=name
            label=label
            hint=hint
            required=true
            inputmode="numeric"
            autocomplete="one-time-code"
            code=true
        />
    }
}

/// The code itself, which only the demonstration shows.
pub fn demo_code(code: Option<String>, lang: Lang) -> impl IntoView {
    code.map(|code| {
        view! {
            <p class="demo-code">{td_string!(lang, requests.code_demo, code = code)}</p>
            <p class="quiet">{td_string!(lang, requests.code_demo_hint)}</p>
        }
    })
}
