//! The words for the numbers of a profile and where they come from.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::profile::{Number, Origin};
use gongzhi_domain::pact::{Kind, RuleProfile};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::visit::Visit;

/// The address of a version.
pub(crate) fn address(kind: Kind, version: u16) -> String {
    format!("/rules/{kind}/{version}")
}

/// A version in a few words: its kind and number.
pub(crate) fn title(profile: &RuleProfile, lang: Lang) -> String {
    let kind = pact_terms::kind(profile.kind, lang);
    td_string!(lang, rules.version_title, kind = kind, version = u32::from(profile.version))
}

/// What a number is about.
pub(crate) fn number_word(number: Number, lang: Lang) -> &'static str {
    match number {
        Number::Consult => td_string!(lang, rules.number_consult),
        Number::Analyse => td_string!(lang, rules.number_analyse),
        Number::Notice => td_string!(lang, rules.number_notice),
        Number::RollObjections => td_string!(lang, rules.number_roll_objections),
        Number::RollAnswers => td_string!(lang, rules.number_roll_answers),
        Number::ResultObjections => td_string!(lang, rules.number_result_objections),
        Number::Sign => td_string!(lang, rules.number_sign),
        Number::Publish => td_string!(lang, rules.number_publish),
        Number::ReviewYears => td_string!(lang, rules.number_review_years),
        Number::Proxies => td_string!(lang, rules.number_proxies),
    }
}

/// From where a number comes, in a word.
pub(crate) fn origin(it: Origin, lang: Lang) -> &'static str {
    match it {
        Origin::Law => td_string!(lang, rules.origin_law),
        Origin::Local => td_string!(lang, rules.origin_local),
        Origin::Ours => td_string!(lang, rules.origin_ours),
    }
}

/// A number with its unit.
pub(crate) fn said(profile: &RuleProfile, number: Number, lang: Lang) -> String {
    let n = u32::from(profile.number(number));
    match number {
        Number::Proxies if n == 0 => td_string!(lang, rules.no_proxies).to_owned(),
        Number::Proxies => td_string!(lang, rules.units, units = n),
        Number::ReviewYears => td_string!(lang, rules.years, years = n),
        _ => td_string!(lang, rules.days, days = n),
    }
}

/// What a version changes against the one before, number by number.
#[component]
pub(crate) fn Difference(
    /// The version before.
    before: RuleProfile,
    /// The new one.
    after: RuleProfile,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let lines = after.changed(&before).into_iter().map(|number| {
        let (old, new) = (said(&before, number, lang), said(&after, number, lang));
        let (from, to) = (origin(before.origin(number), lang), origin(after.origin(number), lang));
        view! {
            <li>
                <b>{number_word(number, lang)}</b>
                <p>
                    <del>{old}</del>
                    <small class="quiet">{format!("（{from}）")}</small>
                    " → "
                    <ins>{new}</ins>
                    <small class="quiet">{format!("（{to}）")}</small>
                </p>
            </li>
        }
    });
    let lines = lines.collect::<Vec<_>>();
    view! {
        <section class="stack" id="difference">
            <h3>{td_string!(lang, rules.difference)}</h3>
            <ul class="plain-list">{lines}</ul>
        </section>
    }
}
