//! A status at a glance: shape, word, colour, in this order of weight.

use leptos::prelude::*;

/// What a status means, and the shape and colour it therefore has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// ○ Nothing is happening: closed, withdrawn, a draft.
    #[default]
    Plain,
    /// ● It is moving as it should.
    Jade,
    /// ■ It waits for people to read or answer.
    Sky,
    /// ▲ Time or hands are getting short.
    Amber,
    /// ◆ Urgent, late, or to be signed.
    Cinnabar,
}

/// A status as shape and word.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let class = match tone {
        Tone::Plain => "badge badge-plain",
        Tone::Jade => "badge badge-jade",
        Tone::Sky => "badge badge-sky",
        Tone::Amber => "badge badge-amber",
        Tone::Cinnabar => "badge badge-cinnabar",
    };
    view! { <span class=class>{text}</span> }
}
