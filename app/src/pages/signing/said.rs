//! What was wrong with a form, on top of it: a line leads to its field where the page has it, else it is said of the form.

use gongzhi_api::form::Flash;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_words::errors;
use leptos::prelude::*;

use crate::components::{ErrorSummary, name_apart};
use crate::pages::reading::summary;

/// The summary of a form whose page has these fields; `apart` is what keeps their ids from those of other forms.
pub(in crate::pages) fn said(flash: &Flash, fields: &[&str], apart: Option<&str>, lang: Lang) -> AnyView {
    let Some(Error::Invalid { fields: wrong }) = &flash.error else { return summary(flash, lang) };
    let lines = wrong.iter().map(|wrong| {
        let name = match (fields.contains(&wrong.field.as_str()), apart) {
            (true, Some(apart)) => name_apart(&wrong.field, apart),
            (true, None) => wrong.field.clone(),
            (false, _) => "form".to_owned(),
        };
        (name, errors::reason(&wrong.reason, lang))
    });
    view! { <ErrorSummary errors=lines.collect() /> }.into_any()
}
