//! A form that posts to a verb: with or without a script, it leads to the result or
//! back to this page with everything typed still in it.

use gongzhi_domain::order::Version;
use leptos::prelude::*;

use crate::visit::Visit;

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
            {children()}
        </form>
    }
}
