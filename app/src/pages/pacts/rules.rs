//! The rules frozen for a pact, each number with its article.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::RuleProfile;
use gongzhi_domain::pact::profile::{Days, Share, Source};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::Facts;
use crate::visit::Visit;

/// The rules as facts with their sources, and the word of caution.
#[component]
pub fn Rules(profile: RuleProfile) -> impl IntoView {
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
    let windows = &profile.windows;
    for (word, days) in [
        (td_string!(lang, pacts.rules_consult), &windows.consult),
        (td_string!(lang, pacts.rules_notice), &windows.notice),
        (td_string!(lang, pacts.rules_sign), &windows.sign),
        (td_string!(lang, pacts.rules_publish), &windows.publish),
    ] {
        facts.push((word.to_owned(), days_of(days, lang)));
    }
    if let Some(filing) = &profile.filing {
        let office = with_source(filing.office.in_(lang).to_owned(), &filing.source, lang);
        facts.push((td_string!(lang, pacts.rules_filing).to_owned(), office));
    }
    let note = profile.note.in_(lang).to_owned();
    view! {
        <p><b>{profile.name.in_(lang).to_owned()}</b></p>
        <Facts facts=facts />
        <p>{td_string!(lang, pacts.rules_review, years = u32::from(windows.review_years))}</p>
        {(!note.is_empty()).then(|| view! { <p class="quiet">{note.clone()}</p> })}
        <p class="quiet">{td_string!(lang, pacts.rules_check)}</p>
    }
}

fn days_of(days: &Days, lang: Lang) -> AnyView {
    with_source(td_string!(lang, pacts.rules_days, days = u32::from(days.days)), &days.source, lang)
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
    let source = if source.article.is_empty() {
        law
    } else {
        td_string!(lang, pacts.rules_article, law = law, article = source.article.clone())
    };
    view! { <span>{text}</span>" "<small class="quiet">{source}</small> }.into_any()
}
