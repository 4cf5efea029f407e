//! A form that posts to a verb: with or without a script, it leads to the result or
//! back to this page with everything typed still in it.

use gongzhi_api::form::Flash;
use gongzhi_domain::order::Version;
use leptos::context::Provider;
use leptos::prelude::*;

use crate::visit::Visit;

/// What a form tells its fields: what was typed into them and what was wrong, and what keeps their ids apart
/// from those of other forms.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    pub(super) typed: Flash,
    pub(super) apart: Option<String>,
}

impl Surroundings {
    /// Those of the form around; a field that stands alone knows of nothing.
    pub(super) fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// The name under which a field of this form is found on the page.
    pub(super) fn name_of(&self, field: &str) -> String {
        match &self.apart {
            Some(apart) => name_apart(field, apart),
            None => field.to_owned(),
        }
    }
}

/// The name of a field of a form that is kept `apart`, for the summary that leads to it.
#[must_use]
pub fn name_apart(field: &str, apart: &str) -> String {
    format!("{field}-{apart}")
}

/// A form that posts to `/api/{verb}` and comes back to this page when it is refused.
///
/// The browser's own checks are off: their messages come in the browser's language, go away by themselves
/// and name one field at a time. Ours come with the answer, all at once.
#[component]
pub fn Form(
    /// The server function's endpoint: "file-request".
    #[prop(into)]
    verb: String,
    /// Where a refusal leads; the address of this page when it is not given.
    #[prop(optional, into)]
    back: Option<String>,
    /// What was typed before and what was wrong with it: each field finds its own by its name.
    #[prop(optional)]
    typed: Flash,
    /// What keeps the ids of its fields apart, where several forms of a page ask the same.
    #[prop(optional, into)]
    apart: Option<String>,
    /// Idempotency key, made when the page is rendered, where the form creates something.
    #[prop(optional, into)]
    key: Option<String>,
    /// The version of the order that it moves.
    #[prop(optional)]
    version: Option<Version>,
    /// Carries files.
    #[prop(optional)]
    multipart: bool,
    /// An id, for buttons that stand outside.
    #[prop(optional, into)]
    id: Option<String>,
    /// Buttons in a row instead of fields under each other.
    #[prop(optional)]
    inline: bool,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    let back = back.unwrap_or_else(|| Visit::current().path);
    let surroundings = Surroundings { typed, apart };
    let key = key.map(|key| view! { <input type="hidden" name="key" value=key /> });
    let version = version.map(|version| view! { <input type="hidden" name="version" value=version.to_string() /> });
    view! {
        <form
            class=if inline { "buttons" } else { "form" }
            id=id
            method="post"
            action=format!("/api/{verb}")
            enctype=multipart.then_some("multipart/form-data")
            novalidate
        >
            <input type="hidden" name="back" value=back />
            {key}
            {version}
            <Provider value=surroundings>{children()}</Provider>
        </form>
    }
}
