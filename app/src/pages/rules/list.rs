//! The kinds of pacts with the versions of their rules.

use gongzhi_api::Here;
use gongzhi_domain::pact::Kind;
use gongzhi_store::pacts::rules::{self, Version};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::words::{address, title};
use crate::components::{Badge, Door, List, ListItem, Page, Tone};
use crate::pages::reading::read;

/// The list of versions.
#[component]
pub fn RulesList() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let versions = rules::list(&here.db, &here.actor).await?;
        let kinds = Kind::ALL.iter().map(|kind| {
            let of_kind: Vec<&Version> = versions.iter().filter(|version| version.profile.kind == *kind).collect();
            view! {
                <section class="stack">
                    <h2>{pact_terms::kind(*kind, lang)}</h2>
                    {entries(&of_kind, &here)}
                </section>
            }
        });
        let kinds = kinds.collect::<Vec<_>>();
        Ok(view! {
            <Page title=td_string!(lang, rules.title) description=td_string!(lang, rules.lead) back="/pacts" door=Door::Pacts>
                <p class="page-sub">{td_string!(lang, rules.lead)}</p>
                {kinds}
            </Page>
        }
        .into_any())
    })
}

/// Versions as entries of a list, each with where it holds.
pub(crate) fn entries(versions: &[&Version], here: &Here) -> AnyView {
    let lang = here.lang;
    let entries = versions.iter().map(|version| {
        let place = match &version.area {
            Some(area) => td_string!(lang, rules.holds_in, area = area.in_(lang)),
            None => td_string!(lang, rules.holds_elsewhere).to_owned(),
        };
        let since = td_string!(lang, rules.since, day = when::day(version.since, here.now, lang));
        let (tone, word) = if version.in_force {
            (Tone::Jade, td_string!(lang, rules.in_force))
        } else {
            (Tone::Plain, td_string!(lang, rules.replaced))
        };
        let href = address(version.profile.kind, version.profile.version);
        let side = view! { <Badge tone=tone text=word /> }.into_any();
        view! { <ListItem title=title(&version.profile, lang) href=href line=vec![place, since] side=side /> }
    });
    let entries = entries.collect::<Vec<_>>();
    view! { <List>{entries}</List> }.into_any()
}
