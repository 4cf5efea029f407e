//! How a page reads and then shows: the reading may be refused, and the refusal becomes the page's
//! status and its content, with ways to recover.

use std::future::Future;

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::{Error, FieldError};
use gongzhi_domain::lang::Lang;
use gongzhi_store::requests::Holder;
use gongzhi_words::errors;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::components::{ErrorState, ErrorSummary, Page, name_apart};
use crate::visit::Visit;

/// Waits for what the page reads and shows it. Whoever is not signed in is led to the sign-in and back;
/// any other error becomes the page.
pub fn read<F>(page: F) -> impl IntoView
where
    F: Future<Output = Result<AnyView, Error>> + Send + 'static,
{
    view! {
        <Suspense>
            {Suspend::new(async move {
                match page.await {
                    Ok(shown) => shown,
                    Err(error) => refused(error),
                }
            })}
        </Suspense>
    }
}

/// The page of an error, with its status.
pub fn refused(error: Error) -> AnyView {
    let Visit { lang, path, .. } = Visit::current();
    if error == Error::NotSignedIn {
        leptos_axum::redirect(&format!("/me/sign-in?next={}", form::encode(&path)));
    } else if let Some(response) = use_context::<ResponseOptions>() {
        let status = http::StatusCode::from_u16(error.status());
        response.set_status(status.unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR));
    }
    let title = errors::title(&error, lang);
    view! {
        <Page title=title back="/">
            <ErrorState error=error />
        </Page>
    }
    .into_any()
}

/// What was wrong with a form, on top of the page: each field's message leads to it, any other refusal is said in full.
pub fn summary(flash: &Flash, lang: Lang) -> AnyView {
    match &flash.error {
        None => ().into_any(),
        Some(Error::Invalid { fields }) => {
            let wrong = fields
                .iter()
                .map(|field| (field.field.clone(), errors::reason(&field.reason, lang)))
                .collect::<Vec<_>>();
            view! { <ErrorSummary errors=wrong /> }.into_any()
        }
        Some(error) => {
            let message = format!("{}：{}", errors::title(error, lang), errors::text(error, lang));
            let message = if lang == Lang::Zh { message } else { message.replacen('：', ": ", 1) };
            view! { <ErrorSummary errors=Vec::new() message=Some(message) /> }.into_any()
        }
    }
}

/// The same for one of several forms that are kept apart: the messages lead to the fields of the one that was sent.
pub fn summary_apart(flash: &Flash, apart: &str, lang: Lang) -> AnyView {
    match &flash.error {
        Some(Error::Invalid { fields }) => {
            let named = |wrong: &FieldError| (name_apart(&wrong.field, apart), errors::reason(&wrong.reason, lang));
            let wrong = fields.iter().map(named).collect::<Vec<_>>();
            view! { <ErrorSummary errors=wrong /> }.into_any()
        }
        _ => summary(flash, lang),
    }
}

/// The same for a form without fields to lead to: a button that was pressed.
pub fn summary_of_button(flash: &Flash, lang: Lang) -> AnyView {
    match &flash.error {
        Some(Error::Invalid { fields }) => {
            let said: Vec<String> = fields.iter().map(|wrong| errors::reason(&wrong.reason, lang)).collect();
            view! { <ErrorSummary errors=Vec::new() message=Some(said.join(" ")) /> }.into_any()
        }
        _ => summary(flash, lang),
    }
}

/// The browser, if it is known: it gets a form cookie only where a form opens.
pub fn known(here: &Here) -> Option<Holder> {
    here.form.get().map(|_| here.holder())
}

/// A value of the address's query, trimmed; `None` when it is missing or empty.
pub fn asked(name: &str) -> Option<String> {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    query.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// A part of the address's path, such as a request's number.
pub fn part(name: &str) -> String {
    leptos_router::hooks::use_params_map().get_untracked().get(name).unwrap_or_default()
}
