//! 收 · 转 · 办 · 回: the sign of the portal, which says at a glance where a request is.

use gongzhi_domain::{lang::Lang, order::Stage};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// The four stages with the present one ringed. What is done is filled, what is to come is an empty
/// circle, so it reads without colour; in English the words stand under the same circles.
#[component]
pub fn Stages(
    /// The stage it is in.
    now: Stage,
    /// Whether that stage is over too: the request was answered.
    #[prop(optional)]
    finished: bool,
    /// What to say under each circle: when it was, who has it, when it is due. Up to four; empty for nothing.
    #[prop(optional)]
    notes: Vec<String>,
    /// Only the circles, for lists.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let stages = [
        (Stage::Received, "收", td_string!(lang, common.stage_received)),
        (Stage::PassedOn, "转", td_string!(lang, common.stage_passed_on)),
        (Stage::InHand, "办", td_string!(lang, common.stage_in_hand)),
        (Stage::Answered, "回", td_string!(lang, common.stage_answered)),
    ];
    let reached = stages.iter().position(|(stage, ..)| *stage == now).unwrap_or_default();
    let mut notes = notes.into_iter();
    let steps = stages
        .into_iter()
        .enumerate()
        .map(|(index, (_, sign, word))| {
            let done = index < reached || (index == reached && finished);
            let (class, state) = if done {
                ("stages-step stages-done", td_string!(lang, common.stage_done))
            } else if index == reached {
                ("stages-step stages-now", td_string!(lang, common.stage_now))
            } else {
                ("stages-step", td_string!(lang, common.stage_later))
            };
            let current = (index == reached && !finished).then_some("step");
            let note = notes.next().filter(|note| !note.is_empty() && !small);
            // The character says it all in Chinese; English needs the word in sight.
            let name = if lang == Lang::Zh || small { "hidden-text" } else { "stages-name" };
            view! {
                <li class=class aria-current=current>
                    <span class="stages-sign" aria-hidden="true">{sign}</span>
                    <span class=name>{word}</span>
                    <span class="hidden-text">{state}</span>
                    {note.map(|note| view! { <span class="stages-note">{note}</span> })}
                </li>
            }
        })
        .collect::<Vec<_>>();
    let class = if small { "stages stages-small" } else { "stages" };
    view! { <ol class=class aria-label=td_string!(lang, common.stages)>{steps}</ol> }
}
