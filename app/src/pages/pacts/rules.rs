//! The rules of a pact or of a version, each number with its article and whether it is the law's, a local rule's or ours.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::RuleProfile;
use gongzhi_domain::pact::profile::{Number, Share, Source};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::Facts;
use crate::pages::rules::{address, number_word, origin, said};
use crate::visit::Visit;

/// The numbers a pact's own page shows; its link leads to all of them.
const SHORT: [Number; 5] = [Number::Consult, Number::Notice, Number::Sign, Number::Publish, Number::ReviewYears];

/// The rules as facts with their sources, and the word of caution.
#[component]
pub fn Rules(
    profile: RuleProfile,
    /// Every number, not only those of the way of a pact.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let mut facts: Vec<(String, AnyView)> = vec![(
        td_string!(lang, pacts.rules_decides).to_owned(),
        with_source(profile.decides.in_(lang).to_owned(), &profile.decides_source, lang),
    )];
    for counting in &profile.countings {
        let basis = pact_terms::basis(counting.basis, lang);
        let quorum = match &counting.quorum {
            Some(share) => share_of(share, false, lang),
            None => td_string!(lang, pacts.rules_no_quorum).into_any(),
        };
        facts.push((format!("{} · {basis}", td_string!(lang, pacts.rules_quorum)), quorum));
        facts.push((format!("{} · {basis}", td_string!(lang, pacts.rules_pass)), share_of(&counting.pass, true, lang)));
    }
    let shown: &[Number] = if full { Number::ALL } else { &SHORT };
    for number in shown {
        facts.push((number_word(*number, lang).to_owned(), number_of(&profile, *number, lang)));
    }
    if full {
        let secrecies = std::iter::once(profile.secrecy).chain(profile.secrecies.iter().copied());
        let words = secrecies.map(|secrecy| pact_terms::secrecy(secrecy, lang)).collect::<Vec<_>>();
        facts.push((td_string!(lang, rules.secrecy).to_owned(), words.join(" · ").into_any()));
    }
    if let Some(filing) = &profile.filing {
        let office = with_source(filing.office.in_(lang).to_owned(), &filing.source, lang);
        facts.push((td_string!(lang, pacts.rules_filing).to_owned(), office));
    }
    let note = profile.note.in_(lang).to_owned();
    let more = (!full).then(|| {
        let href = address(profile.kind, profile.version);
        view! { <p><a href=href>{td_string!(lang, rules.to_all_numbers)}</a></p> }
    });
    view! {
        <p><b>{profile.name.in_(lang).to_owned()}</b></p>
        <Facts facts=facts />
        {(!note.is_empty()).then(|| view! { <p class="quiet">{note.clone()}</p> })}
        <p class="quiet">{td_string!(lang, pacts.rules_check)}</p>
        {more}
    }
}

/// A number that a local rule could set, and whose it is.
fn number_of(profile: &RuleProfile, number: Number, lang: Lang) -> AnyView {
    let text = said(profile, number, lang);
    match profile.source(number) {
        Some(source) => with_source(text, source, lang),
        None => view! { <span>{text}</span>" "<small class="quiet">{td_string!(lang, rules.origin_ours)}</small> }
            .into_any(),
    }
}

fn share_of(share: &Share, pass: bool, lang: Lang) -> AnyView {
    let (times, sign, of) = (share.share.times, share.share.relation.sign(), share.share.of);
    let text = if pass {
        td_string!(lang, pacts.rules_pass_share, times = times, sign = sign, of = of)
    } else {
        td_string!(lang, pacts.rules_share, times = times, sign = sign, of = of)
    };
    with_source(text, &share.source, lang)
}

fn with_source(text: String, source: &Source, lang: Lang) -> AnyView {
    let law = source.law.in_(lang).to_owned();
    let named = if source.article.is_empty() {
        law
    } else {
        td_string!(lang, pacts.rules_article, law = law, article = source.article.clone())
    };
    let whose = origin(source.origin(), lang);
    view! { <span>{text}</span>" "<small class="quiet">{format!("{whose} · {named}")}</small> }.into_any()
}
