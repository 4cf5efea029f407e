//! The kinds with their versions, and the local versions that wait for a second person.

use gongzhi_api::Here;
use gongzhi_domain::pact::Kind;
use gongzhi_store::pacts::rules::{self, Version};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, List, ListItem, Look};
use crate::pages::reading::read;
use crate::pages::rules::entries;

/// The rules at the desk.
#[component]
pub fn RulesDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let waiting = rules::waiting(&here.db, &here.actor).await?;
        let versions = rules::list(&here.db, &here.actor).await?;
        let title = td_string!(lang, rules.desk_title);
        let waits = waiting.iter().map(|draft| {
            let kind = pact_terms::kind(draft.base.kind, lang);
            let line = vec![
                draft.area.in_(lang).to_owned(),
                td_string!(lang, rules.written, day = when::day(draft.at, here.now, lang)),
            ];
            let href = format!("/desk/rules/{}", draft.id);
            view! { <ListItem title=format!("{kind} · {}", draft.rule.law.in_(lang)) href=href line=line /> }
        });
        let waits = waits.collect::<Vec<_>>();
        let waits = (!waits.is_empty()).then(|| {
            view! {
                <Card title=td_string!(lang, rules.waiting)>
                    <List>{waits}</List>
                </Card>
            }
        });
        let kinds = Kind::ALL.iter().map(|kind| {
            let of_kind: Vec<&Version> = versions.iter().filter(|version| version.profile.kind == *kind).collect();
            let word = pact_terms::kind(*kind, lang);
            view! {
                <section class="stack">
                    <header class="row row-apart">
                        <h3>{word}</h3>
                        <Button look=Look::Secondary small=true href=format!("/desk/rules/new?kind={kind}")>
                            <span aria-hidden="true">{td_string!(lang, rules.write)}</span>
                            <span class="hidden-text">{td_string!(lang, rules.write_for, kind = word)}</span>
                        </Button>
                    </header>
                    {entries(&of_kind, &here)}
                </section>
            }
        });
        let kinds = kinds.collect::<Vec<_>>();
        let content = view! {
            <h2>{title}</h2>
            <p class="quiet">{td_string!(lang, rules.desk_lead)}</p>
            {waits}
            {kinds}
        }
        .into_any();
        shown(&here, title.to_owned(), content).await
    })
}
