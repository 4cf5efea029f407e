//! Time limits as bars, for the desk. The words beside a bar say what it shows.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// How a clock stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClockLook {
    /// Running, with room.
    #[default]
    Running,
    /// Less than a fifth is left.
    Soon,
    /// Past its limit.
    Late,
    /// Stopped: waiting for the resident, or done.
    Paused,
}

/// One time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What is timed: "受理".
    pub label: String,
    /// How much of the limit is used, in percent; more than 100 is drawn as 100.
    pub used: u32,
    /// How it stands.
    pub look: ClockLook,
    /// The same in words: "剩 3 小时".
    pub text: String,
}

/// Time limits under each other.
#[component]
pub fn Clocks(
    /// The limits.
    clocks: Vec<Clock>,
) -> impl IntoView {
    let label = td_string!(Visit::current().lang, common.clocks);
    let rows = clocks
        .into_iter()
        .map(|clock| {
            let class = match clock.look {
                ClockLook::Running => "clocks-row",
                ClockLook::Soon => "clocks-row clocks-soon",
                ClockLook::Late => "clocks-row clocks-late",
                ClockLook::Paused => "clocks-row clocks-paused",
            };
            view! {
                <li class=class>
                    <span>{clock.label}</span>
                    <svg class="clocks-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="clocks-ground" width="100" height="6"></rect>
                        <rect class="clocks-fill" width=clock.used.min(100).to_string() height="6"></rect>
                    </svg>
                    <span class="clocks-text">{clock.text}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ul class="clocks" aria-label=label>{rows}</ul> }
}
