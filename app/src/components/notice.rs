//! What has to be said before or instead of the content.

use gongzhi_words::td_string;
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::visit::Visit;

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// Good to know.
    #[default]
    Info,
    /// Something was done.
    Done,
    /// Better read it.
    Warn,
    /// Danger for somebody.
    Danger,
}

/// A notice with a title, its weight told by shape and word too.
#[component]
pub fn Notice(
    /// How much it weighs.
    #[prop(optional)]
    weight: Weight,
    /// What it says in short.
    #[prop(into)]
    title: String,
    /// Read aloud at once when the page has changed by itself or after a form.
    #[prop(optional)]
    live: bool,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let (class, sign, word) = match weight {
        Weight::Info => ("notice", Sign::Info, Some(td_string!(lang, common.notice_info))),
        Weight::Done => ("notice notice-done", Sign::Done, None),
        Weight::Warn => ("notice notice-warn", Sign::Warn, Some(td_string!(lang, common.notice_warn))),
        Weight::Danger => ("notice notice-danger", Sign::Danger, Some(td_string!(lang, common.notice_danger))),
    };
    let word = word.map(|word| view! { <span class="hidden-text">{word}" "</span> });
    view! {
        <div class=class role=live.then_some("status")>
            <p class="notice-title">
                <Icon sign=sign />
                <span>{word}{title}</span>
            </p>
            {children.map(|children| view! { <div>{children()}</div> })}
        </div>
    }
}

/// Who to call when somebody is in danger: a portal is not an emergency line.
#[component]
pub fn Emergency() -> impl IntoView {
    let lang = Visit::current().lang;
    let numbers = ["119", "110", "120"].map(|number| {
        view! {
            <a class="button button-danger button-small" href=format!("tel:{number}")>
                {td_string!(lang, common.emergency_call, number = number)}
            </a>
        }
    });
    view! {
        <Notice weight=Weight::Danger title=td_string!(lang, common.emergency_title)>
            <p>{td_string!(lang, common.emergency_text)}</p>
            <div class="buttons emergency-numbers">{numbers.into_iter().collect_view()}</div>
        </Notice>
    }
}
