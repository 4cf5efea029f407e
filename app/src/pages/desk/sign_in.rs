//! Staff sign in: name, password and a time-based code at once, so that an answer never says which was wrong.

use gongzhi_api::Here;
use gongzhi_api::form::{kept, local_path};
use gongzhi_domain::error::Error;
use gongzhi_words::{errors, td_string};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::{Button, ErrorSummary, Form, Page, TextInput};
use crate::pages::phone::OneTimeCode;
use crate::pages::reading::read;

/// The sign-in of the desk.
#[component]
pub fn StaffSignIn() -> impl IntoView {
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_else(|| "/desk".to_owned());
    read(async move {
        let here = Here::now()?;
        let _ = here.holder();
        let lang = here.lang;
        let flash = kept(&here, "staff-sign-in").await?;
        let wrong = flash.error.as_ref().map(|error| match error {
            Error::Invalid { fields } => fields
                .iter()
                .map(|wrong| errors::reason(&wrong.reason, lang))
                .next()
                .unwrap_or_else(|| errors::text(error, lang)),
            other => errors::text(other, lang),
        });
        Ok(view! {
            <Page title=td_string!(lang, desk.sign_in_title) back="/">
                <ErrorSummary errors=Vec::new() message=wrong />
                <p>{td_string!(lang, desk.sign_in_intro)}</p>
                <Form verb="staff-sign-in" typed=flash.typed_only()>
                    <input type="hidden" name="next" value=local_path(&next) />
                    <TextInput
                        name="name"
                        label=td_string!(lang, desk.sign_in_name)
                        required=true
                        autocomplete="username"
                    />
                    <TextInput
                        name="password"
                        label=td_string!(lang, desk.sign_in_password)
                        kind="password"
                        required=true
                        autocomplete="current-password"
                    />
                    <OneTimeCode
                        name="totp"
                        label=td_string!(lang, desk.sign_in_totp)
                        hint=td_string!(lang, desk.sign_in_totp_hint)
                    />
                    <Button wide=true>{td_string!(lang, desk.sign_in_button)}</Button>
                </Form>
                <p><a href="/me/sign-in">{td_string!(lang, desk.resident_instead)}</a></p>
            </Page>
        }
        .into_any())
    })
}
