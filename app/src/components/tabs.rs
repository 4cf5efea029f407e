//! Views of the same thing beside each other, each with its own address.

use leptos::prelude::*;

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// How many are in it.
    pub count: Option<u64>,
    /// Whether it is shown.
    pub current: bool,
}

/// Links that look like tabs; they are links, so they can be shared.
#[component]
pub fn Tabs(
    /// What they are views of.
    #[prop(into)]
    label: String,
    /// The views.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <a href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                    {tab.count.map(|count| view! { <span class="tabs-count">{count}</span> })}
                </a>
            }
        })
        .collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=label>{links}</nav> }
}
