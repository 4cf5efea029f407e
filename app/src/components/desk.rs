//! The staff's desk: queues, the list of one, and what is open, beside each other on a laptop and
//! after each other on a phone.

use gongzhi_words::td_string;
use leptos::prelude::*;

use super::button::Key;
use super::page::{Preferences, WindowTitle};
use crate::visit::Visit;

/// A queue in the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// How many wait in it.
    pub count: Option<u64>,
    /// Whether it is shown.
    pub current: bool,
    /// Whether what waits in it is late.
    pub alarm: bool,
}

/// A page of the desk.
#[component]
pub fn Desk(
    /// The page's name.
    #[prop(into)]
    title: String,
    /// The unit whose desk it is.
    #[prop(into)]
    unit: String,
    /// The rail.
    queues: Vec<Queue>,
    /// The middle column; without it the content takes its room.
    #[prop(optional)]
    list: Option<AnyView>,
    /// Whether one entry is open: on a phone it then stands alone.
    #[prop(optional)]
    open: bool,
    /// What is open.
    children: Children,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let class = match (list.is_some(), open) {
        (false, _) => "desk desk-plain",
        (true, false) => "desk",
        (true, true) => "desk desk-open",
    };
    let queues = queues
        .into_iter()
        .map(|queue| {
            let alarm = queue.alarm.then_some("desk-queue-alarm");
            view! {
                <a class="desk-queue" href=queue.href aria-current=queue.current.then_some("page")>
                    <span>{queue.label}</span>
                    {queue.count.map(|count| view! { <span class=alarm>{count}</span> })}
                </a>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <WindowTitle text=format!("{title} · {}", td_string!(lang, common.door_desk)) />
        <div class=class>
            <a class="skip" href="#main">{td_string!(lang, common.skip)}</a>
            <header class="desk-rail">
                <a class="desk-name" href="/desk">
                    <span class="seal" aria-hidden="true">{td_string!(lang, common.seal)}</span>
                    <span>{unit}</span>
                </a>
                <nav class="desk-queues" aria-label=td_string!(lang, common.door_desk)>{queues}</nav>
                <div class="desk-set">
                    <Preferences />
                    <a class="pill" href="/">{td_string!(lang, common.home)}</a>
                </div>
            </header>
            {list.map(|list| view! { <section class="desk-list" aria-label=title.clone()>{list}</section> })}
            <main class="desk-detail" id="main" tabindex="-1">
                <h1 class="hidden-text">{title.clone()}</h1>
                {children()}
            </main>
        </div>
    }
}

/// A form folded under its name, which opens it.
#[component]
pub fn Folded(
    /// What its button does.
    #[prop(into)]
    name: String,
    /// The key that opens it.
    #[prop(into)]
    key: String,
    /// Open from the start: it was just refused.
    open: bool,
    /// Those of one group open one at a time.
    #[prop(optional)]
    group: Option<&'static str>,
    /// 44 px instead of 52.
    #[prop(optional)]
    small: bool,
    /// The form.
    children: Children,
) -> impl IntoView {
    let class = if small { "button button-secondary button-small" } else { "button button-secondary" };
    let shortcut = key.clone();
    view! {
        <details class="move" name=group open=open>
            <summary class=class aria-keyshortcuts=shortcut>{name}<Key key=key /></summary>
            {children()}
        </details>
    }
}
