//! Two versions of a text laid over each other, readable without colour.

use gongzhi_domain::text::{Span, diff};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// What changed from one text to the next: gone is struck through, new is underlined twice, and
/// a screen reader hears which is which.
#[component]
pub fn Diff(
    /// The text before.
    #[prop(into)]
    old: String,
    /// The text now.
    #[prop(into)]
    new: String,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let spans = diff(&old, &new)
        .into_iter()
        .map(|span| match span {
            Span::Same(text) => text.into_any(),
            Span::Gone(text) => view! {
                <del><span class="hidden-text">{td_string!(lang, common.diff_gone)}</span>{text}</del>
            }
            .into_any(),
            Span::New(text) => view! {
                <ins><span class="hidden-text">{td_string!(lang, common.diff_new)}</span>{text}</ins>
            }
            .into_any(),
        })
        .collect::<Vec<_>>();
    view! { <p class="diff">{spans}</p> }
}
