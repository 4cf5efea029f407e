//! What happened, the newest on top, each with its time.

use chrono::{DateTime, Utc};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::when::When;
use crate::visit::Visit;

/// What kind of step an entry is, told by its mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Step {
    /// ■ The office did something.
    #[default]
    Done,
    /// □ The resident did, or it is still open.
    Open,
    /// ◆ A limit passed, a superior steps in.
    Alarm,
}

/// A timeline; its children are [`TimelineItem`]s, the newest first.
#[component]
pub fn Timeline(
    /// The entries.
    children: Children,
) -> impl IntoView {
    let label = td_string!(Visit::current().lang, common.timeline);
    view! { <ol class="timeline" aria-label=label>{children()}</ol> }
}

/// One step.
#[component]
pub fn TimelineItem(
    /// Who did what.
    #[prop(into)]
    title: String,
    /// When.
    at: DateTime<Utc>,
    /// Its kind.
    #[prop(optional)]
    step: Step,
    /// More in the quiet line: how long it took.
    #[prop(optional, into)]
    aside: Option<String>,
    /// What was written, pictures.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = match step {
        Step::Done => "timeline-item",
        Step::Open => "timeline-item timeline-open",
        Step::Alarm => "timeline-item timeline-alarm",
    };
    view! {
        <li class=class>
            <div class="timeline-title">{title}</div>
            {children.map(|children| view! { <div class="timeline-body">{children()}</div> })}
            <div class="timeline-when dotted">
                <When at=at />
                {aside.filter(|aside| !aside.is_empty()).map(|aside| view! { <span>{aside}</span> })}
            </div>
        </li>
    }
}
