//! One version of the rules: every number, from where it comes, and what it changed.

use gongzhi_api::Here;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::pact::Kind;
use gongzhi_store::pacts::rules;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::words::{Difference, address, title};
use crate::components::{Card, Door, Facts, Notice, Page, Weight};
use crate::pages::pacts::Rules;
use crate::pages::reading::{part, read};

/// A version of the rules.
#[component]
pub fn OneVersion() -> impl IntoView {
    let (kind, version) = (part("kind"), part("version"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let nothing = || Error::NotFound { what: What::Rules };
        let kind: Kind = kind.parse().map_err(|_| nothing())?;
        let number: u16 = version.parse().map_err(|_| nothing())?;
        let version = rules::one(&here.db, &here.actor, kind, number.into()).await?;
        let place = match &version.area {
            Some(area) => td_string!(lang, rules.holds_in, area = area.in_(lang)),
            None => td_string!(lang, rules.holds_elsewhere).to_owned(),
        };
        let mut facts: Vec<(String, AnyView)> = vec![
            (td_string!(lang, rules.place).to_owned(), place.into_any()),
            (td_string!(lang, rules.since_label).to_owned(), when::exact(version.since, lang).into_any()),
            (
                td_string!(lang, rules.hash).to_owned(),
                view! { <code class="digits">{version.sha256.clone()}</code> }.into_any(),
            ),
        ];
        if !version.reason.is_empty() {
            facts.push((td_string!(lang, rules.reason).to_owned(), version.reason.clone().into_any()));
        }
        if let Some(before) = &version.before {
            let (href, word) = (address(kind, before.version), title(before, lang));
            let link = view! { <a href=href>{word}</a> }.into_any();
            facts.push((td_string!(lang, rules.before).to_owned(), link));
        }
        let replaced = (!version.in_force).then(|| view! { <Notice title=td_string!(lang, rules.replaced_text) /> });
        let profile = version.profile.clone();
        let difference = version.before.map(|before| view! { <Difference before=before after=profile.clone() /> });
        Ok(view! {
            <Page title=title(&version.profile, lang) back="/rules" door=Door::Pacts>
                <Notice weight=Weight::Warn title=td_string!(lang, pacts.rules_check) />
                {replaced}
                <Card><Facts facts=facts /></Card>
                {difference}
                <section class="stack">
                    <h2>{td_string!(lang, rules.numbers)}</h2>
                    <p class="quiet">{td_string!(lang, rules.origins)}</p>
                    <Rules profile=profile full=true />
                </section>
            </Page>
        }
        .into_any())
    })
}
