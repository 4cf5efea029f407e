//! What changed in a clause, readable without colour: in words, and by lines through and under the text.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Change;
use gongzhi_domain::pact::ClauseDiff;
use gongzhi_domain::text::Span;
use gongzhi_words::td_string;
use leptos::prelude::*;

/// A text with what went and what came.
pub fn spans(spans: &[Span], lang: Lang) -> AnyView {
    let parts = spans
        .iter()
        .map(|span| match span {
            Span::Same(text) => text.clone().into_any(),
            Span::Gone(text) => view! {
                <del><span class="hidden-text">{td_string!(lang, common.diff_gone)}</span>{text.clone()}</del>
            }
            .into_any(),
            Span::New(text) => view! {
                <ins><span class="hidden-text">{td_string!(lang, common.diff_new)}</span>{text.clone()}</ins>
            }
            .into_any(),
        })
        .collect::<Vec<_>>();
    view! { <p class="diff">{parts}</p> }.into_any()
}

/// What happened to a clause, as marks in words.
pub fn marks(line: &ClauseDiff, lang: Lang) -> Vec<String> {
    let mut marks = Vec::new();
    match &line.change {
        Change::Same(_) if !line.moved => marks.push(td_string!(lang, pacts.mark_same).to_owned()),
        Change::Same(_) => {}
        Change::Changed(_) => marks.push(td_string!(lang, pacts.mark_changed).to_owned()),
        Change::Added(_) => marks.push(td_string!(lang, pacts.mark_added).to_owned()),
        Change::Removed(_) => marks.push(td_string!(lang, pacts.mark_removed).to_owned()),
    }
    if let (true, Some(from), Some(to)) = (line.moved, line.old_no, line.new_no) {
        marks.push(td_string!(lang, pacts.mark_moved, from = from, to = to));
    }
    marks
}

/// The words of a clause in a difference.
pub fn words(line: &ClauseDiff, lang: Lang) -> AnyView {
    match &line.change {
        Change::Same(text) => view! { <p class="diff">{text.clone()}</p> }.into_any(),
        Change::Changed(changed) => spans(changed, lang),
        Change::Added(text) => spans(&[Span::New(text.clone())], lang),
        Change::Removed(text) => spans(&[Span::Gone(text.clone())], lang),
    }
}

/// One line under a clause: how it compares with the former draft.
pub fn compared(line: &ClauseDiff, lang: Lang) -> AnyView {
    let moved = line.old_no.filter(|_| line.moved).map(|no| {
        let text = td_string!(lang, pacts.compared_moved, no = no);
        view! { <span>{text}</span> }
    });
    match &line.change {
        Change::Same(_) if !line.moved => ().into_any(),
        Change::Added(_) => view! {
            <p class="clause-compared">{td_string!(lang, pacts.compared)}<ins>{td_string!(lang, pacts.compared_added)}</ins></p>
        }
        .into_any(),
        Change::Changed(changed) => {
            let came: Vec<_> = changed
                .iter()
                .filter(|span| !matches!(span, Span::Same(_)))
                .map(|span| match span {
                    Span::Gone(text) => view! {
                        <del><span class="hidden-text">{td_string!(lang, common.diff_gone)}</span>{text.clone()}</del>" "
                    }
                    .into_any(),
                    Span::New(text) | Span::Same(text) => view! {
                        <ins><span class="hidden-text">{td_string!(lang, common.diff_new)}</span>{text.clone()}</ins>" "
                    }
                    .into_any(),
                })
                .collect();
            view! { <p class="clause-compared">{td_string!(lang, pacts.compared)}{came}{moved}</p> }.into_any()
        }
        Change::Same(_) | Change::Removed(_) => {
            view! { <p class="clause-compared">{td_string!(lang, pacts.compared)}{moved}</p> }.into_any()
        }
    }
}
