//! When there is nothing, or something went wrong: what happened and what to do.

use gongzhi_domain::error::Error;
use gongzhi_words::{errors, td_string};
use leptos::prelude::*;

use super::{
    button::{Button, Look},
    field::control_id,
};
use crate::visit::Visit;

/// What errors call the form as a whole: no field to lead to.
const WHOLE_FORM: &str = "form";

/// Everything that is wrong with a form, on top of the page, each line leading to its field.
/// Renders nothing without errors. Islands put the focus here after a refusal.
#[component]
pub fn ErrorSummary(
    /// Field name and message, in the order of the form.
    errors: Vec<(String, String)>,
    /// What is wrong with the form as a whole.
    #[prop(optional_no_strip)]
    message: Option<String>,
) -> impl IntoView {
    if errors.is_empty() && message.is_none() {
        return ().into_any();
    }
    let lang = Visit::current().lang;
    let count = u32::try_from(errors.len()).unwrap_or(u32::MAX);
    let title = match message {
        Some(message) => message,
        None => td_string!(lang, common.summary_title, count = count).to_string(),
    };
    let lines = errors
        .into_iter()
        .map(|(field, message)| {
            if field == WHOLE_FORM {
                return view! { <li>{message}</li> }.into_any();
            }
            view! { <li><a href=format!("#{}", control_id(&field))>{message}</a></li> }.into_any()
        })
        .collect::<Vec<_>>();
    let list = (!lines.is_empty()).then(|| {
        view! {
            <p class="quiet">{td_string!(lang, common.summary_hint)}</p>
            <ul>{lines}</ul>
        }
    });
    view! {
        <div class="error-summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title">
            <h2 id="error-summary-title">{title}</h2>
            {list}
        </div>
    }
    .into_any()
}

/// Nothing here yet: why, and what could be done.
#[component]
pub fn EmptyState(
    /// One character or figure as its sign: "诉", "0".
    #[prop(into)]
    sign: String,
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, and the way on.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <span class="empty-state-sign" aria-hidden="true">{sign}</span>
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// An error as the content of a page, with ways to recover. The page's title is [`errors::title`].
#[component]
pub fn ErrorState(
    /// What went wrong.
    error: Error,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let (href, words) = match error {
        Error::NotSignedIn => {
            (format!("/me/sign-in?next={}", percent(&visit.path)), td_string!(lang, errors.go_sign_in))
        }
        Error::NotFound { .. } => ("/ask".to_owned(), td_string!(lang, errors.go_ask)),
        _ => (visit.path, td_string!(lang, errors.try_again)),
    };
    view! {
        <div class="error-state">
            <span class="error-state-sign">
                <span class="hidden-text">{td_string!(lang, errors.status, status = error.status())}</span>
                <span aria-hidden="true">{error.status()}</span>
            </span>
            <h2>{errors::title(&error, lang)}</h2>
            <p>{errors::text(&error, lang)}</p>
            <div class="buttons">
                <Button href=href>{words}</Button>
                <Button look=Look::Secondary href="/">{td_string!(lang, errors.go_home)}</Button>
            </div>
        </div>
    }
}

/// A local path inside a query string.
fn percent(path: &str) -> String {
    use std::fmt::Write;
    path.bytes().fold(String::with_capacity(path.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
