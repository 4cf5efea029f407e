//! What is pressed. One filled button a page; the others are outlined or only words.

use leptos::prelude::*;

/// How much a button asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// Filled: the page's one main action.
    #[default]
    Primary,
    /// Outlined.
    Secondary,
    /// Only words.
    Quiet,
    /// Outlined in cinnabar: takes something away.
    Danger,
    /// Filled in cinnabar: a signature.
    Sign,
}

/// A button, or with `href` a link that looks like one. Submits its form unless `href` is given.
#[component]
pub fn Button(
    /// How much it asks for.
    #[prop(optional)]
    look: Look,
    /// Leads there instead of submitting.
    #[prop(optional, into)]
    href: Option<String>,
    /// Name under which `value` is sent.
    #[prop(optional, into)]
    name: Option<String>,
    /// What is sent when this one is pressed.
    #[prop(optional, into)]
    value: Option<String>,
    /// The id of a form it stands outside of.
    #[prop(optional, into)]
    form: Option<String>,
    /// Another address to submit to.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// The key that presses it at the desk, shown as a hint.
    #[prop(optional, into)]
    key: Option<String>,
    /// As wide as the page.
    #[prop(optional)]
    wide: bool,
    /// 44 px instead of 52, for rows and the desk.
    #[prop(optional)]
    small: bool,
    /// Cannot be pressed now; say beside it why.
    #[prop(optional)]
    disabled: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    let mut class = String::from(match look {
        Look::Primary => "button button-primary",
        Look::Secondary => "button button-secondary",
        Look::Quiet => "button button-quiet",
        Look::Danger => "button button-danger",
        Look::Sign => "button button-sign",
    });
    if wide {
        class.push_str(" button-wide");
    }
    if small {
        class.push_str(" button-small");
    }
    let shortcut = key.clone();
    let hint = key.map(|key| view! { <Key key=key /> });
    match href {
        Some(href) => view! {
            <a class=class href=href aria-keyshortcuts=shortcut>{children()}{hint}</a>
        }
        .into_any(),
        None => view! {
            <button
                class=class
                type="submit"
                name=name
                value=value
                form=form
                formaction=formaction
                disabled=disabled
                aria-keyshortcuts=shortcut
            >
                {children()}
                {hint}
            </button>
        }
        .into_any(),
    }
}

/// A key of the keyboard, as a hint for the eye; `aria-keyshortcuts` tells the rest.
#[component]
pub fn Key(
    /// The key as it is printed: "D".
    #[prop(into)]
    key: String,
) -> impl IntoView {
    view! { <kbd class="key" aria-hidden="true">{key}</kbd> }
}
