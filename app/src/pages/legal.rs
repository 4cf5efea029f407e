//! What a public site owes its visitors in writing: terms, privacy, accessibility, removal.
//! The texts live in the locale files; here is only their order.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::{components::Page, visit::Visit};

/// A heading and its text; a line break in the text is one on the page.
type Section = (&'static str, &'static str);

/// Terms of use.
#[component]
pub fn Terms() -> impl IntoView {
    let lang = Visit::current().lang;
    let sections = [
        (td_string!(lang, legal.terms_1_head), td_string!(lang, legal.terms_1_text)),
        (td_string!(lang, legal.terms_2_head), td_string!(lang, legal.terms_2_text)),
        (td_string!(lang, legal.terms_3_head), td_string!(lang, legal.terms_3_text)),
        (td_string!(lang, legal.terms_4_head), td_string!(lang, legal.terms_4_text)),
        (td_string!(lang, legal.terms_5_head), td_string!(lang, legal.terms_5_text)),
        (td_string!(lang, legal.terms_6_head), td_string!(lang, legal.terms_6_text)),
    ];
    sheet(td_string!(lang, legal.terms_title), td_string!(lang, legal.terms_intro), &sections)
}

/// What is held about a person, how long, and who sees it (people-and-places.md, Privacy).
#[component]
pub fn Privacy() -> impl IntoView {
    let lang = Visit::current().lang;
    let sections = [
        (td_string!(lang, legal.privacy_1_head), td_string!(lang, legal.privacy_1_text)),
        (td_string!(lang, legal.privacy_2_head), td_string!(lang, legal.privacy_2_text)),
        (td_string!(lang, legal.privacy_3_head), td_string!(lang, legal.privacy_3_text)),
        (td_string!(lang, legal.privacy_4_head), td_string!(lang, legal.privacy_4_text)),
        (td_string!(lang, legal.privacy_5_head), td_string!(lang, legal.privacy_5_text)),
        (td_string!(lang, legal.privacy_6_head), td_string!(lang, legal.privacy_6_text)),
        (td_string!(lang, legal.privacy_7_head), td_string!(lang, legal.privacy_7_text)),
    ];
    sheet(td_string!(lang, legal.privacy_title), td_string!(lang, legal.privacy_intro), &sections)
}

/// The accessibility statement (ARCHITECTURE.md, On the phone).
#[component]
pub fn Accessibility() -> impl IntoView {
    let lang = Visit::current().lang;
    let sections = [
        (td_string!(lang, legal.accessibility_1_head), td_string!(lang, legal.accessibility_1_text)),
        (td_string!(lang, legal.accessibility_2_head), td_string!(lang, legal.accessibility_2_text)),
        (td_string!(lang, legal.accessibility_3_head), td_string!(lang, legal.accessibility_3_text)),
        (td_string!(lang, legal.accessibility_4_head), td_string!(lang, legal.accessibility_4_text)),
    ];
    sheet(td_string!(lang, legal.accessibility_title), td_string!(lang, legal.accessibility_intro), &sections)
}

/// How to ask for the removal of something public.
#[component]
pub fn Takedown() -> impl IntoView {
    let lang = Visit::current().lang;
    let sections = [
        (td_string!(lang, legal.takedown_1_head), td_string!(lang, legal.takedown_1_text)),
        (td_string!(lang, legal.takedown_2_head), td_string!(lang, legal.takedown_2_text)),
        (td_string!(lang, legal.takedown_3_head), td_string!(lang, legal.takedown_3_text)),
    ];
    sheet(td_string!(lang, legal.takedown_title), td_string!(lang, legal.takedown_intro), &sections)
}

fn sheet(title: &'static str, intro: &'static str, sections: &[Section]) -> impl IntoView + use<> {
    let Visit { lang, site, .. } = Visit::current();
    let sections = sections
        .iter()
        .map(|&(head, text)| {
            view! {
                <h2>{head}</h2>
                <p class="written">{text}</p>
            }
        })
        .collect::<Vec<_>>();
    let contact = site.contact.map(|contact| view! { <p>{td_string!(lang, legal.contact, contact = contact)}</p> });
    view! {
        <Page title=title back="/" description=intro>
            <article class="prose">
                <p>{intro}</p>
                {sections}
                {contact}
                <p class="quiet">{td_string!(lang, legal.dated)}</p>
            </article>
        </Page>
    }
}
