//! How points are earned: the tariff in force, for everybody to read.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_store::points::{self, Tariff};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::mine::never;
use super::words;
use crate::components::{Door, EmptyState, Facts, List, ListItem, Page};
use crate::pages::reading::read;

/// The tariffs in force.
#[component]
pub fn PointsTariff() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let tariffs = points::in_force(&here.db).await?;
        let content = if tariffs.is_empty() {
            view! {
                <EmptyState sign="分" title=td_string!(lang, points.tariff_empty_title)>
                    <p>{td_string!(lang, points.tariff_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            tariffs.iter().map(|tariff| one(tariff, &here)).collect_view().into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, points.tariff_title) back="/points" door=Door::Mine>
                <p class="page-sub">{td_string!(lang, points.tariff_lead)}</p>
                {content}
                {never(lang)}
            </Page>
        }
        .into_any())
    })
}

fn one(tariff: &Tariff, here: &Here) -> AnyView {
    let lang = here.lang;
    let items = tariff.items.iter().map(|item| {
        let line = vec![words::source(item.source, lang).to_owned(), words::goes_to(item.goes_to, lang).to_owned()];
        let facts = vec![
            (td_string!(lang, points.evidence).to_owned(), item.evidence.in_(lang).to_owned().into_any()),
            (td_string!(lang, points.checks).to_owned(), item.checks.in_(lang).to_owned().into_any()),
        ];
        let (name, worth) = (item.name.in_(lang).to_owned(), words::worth(item, lang));
        view! {
            <ListItem title=name line=line>
                <p>{worth}</p>
                <Facts facts=facts />
            </ListItem>
        }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <section class="stack">
            <h2>{tariff.area.in_(lang).to_owned()}</h2>
            <p class="quiet">{passed(tariff, here, lang)}</p>
            <List>{items}</List>
        </section>
    }
    .into_any()
}

/// By which vote it was passed, since when, and how long points last.
fn passed(tariff: &Tariff, here: &Here, lang: Lang) -> String {
    let since = tariff.effective_on.map(|day| words::day(day, here.now, lang)).unwrap_or_default();
    let decision = tariff.decision.clone().unwrap_or_default();
    let passed = td_string!(lang, points.tariff_passed, version = tariff.version, decision = decision, since = since);
    match tariff.expires_months {
        Some(months) => {
            let lasts = td_string!(lang, points.tariff_expires, months = months);
            format!("{passed} {lasts}")
        }
        None => passed,
    }
}
