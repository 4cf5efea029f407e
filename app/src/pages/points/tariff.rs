//! How points are earned: the tariff in force with the vote that passed it, and what is to be voted on, for everybody to read.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_store::points::{self, Tariff};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::mine::never;
use super::{vote, words};
use crate::components::{Door, EmptyState, Facts, List, ListItem, Page};
use crate::pages::reading::read;

/// The tariffs in force, and those before a vote.
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
        let coming = points::before_a_vote(&here.db).await?;
        let coming = (!coming.is_empty()).then(|| {
            view! {
                <h2>{td_string!(lang, points.tariff_before_title)}</h2>
                {coming.iter().map(|tariff| one(tariff, &here)).collect_view()}
            }
        });
        Ok(view! {
            <Page title=td_string!(lang, points.tariff_title) back="/points" door=Door::Mine>
                <p class="page-sub">{td_string!(lang, points.tariff_lead)}</p>
                {content}
                {coming}
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
    let vote = tariff.vote().map(|on| {
        view! {
            {vote::numbers(on, lang)}
            {vote::to_meeting(on, lang)}
        }
    });
    view! {
        <section class="stack">
            <h2>{tariff.area.in_(lang).to_owned()}</h2>
            <p class="quiet">{passed(tariff, here, lang)}</p>
            {vote}
            <List>{items}</List>
        </section>
    }
    .into_any()
}

/// Whether it is before its vote or was passed by it, in words where that was before votes were counted; since when, and how long
/// points last.
fn passed(tariff: &Tariff, here: &Here, lang: Lang) -> String {
    let version = tariff.version;
    let since = tariff.effective_on.map(|day| words::day(day, here.now, lang));
    let passed = match (since, &tariff.decision, tariff.vote()) {
        (Some(since), Some(decision), _) => {
            td_string!(lang, points.tariff_passed, version = version, decision = decision.clone(), since = since)
        }
        (Some(since), None, _) => td_string!(lang, points.tariff_passed_vote, version = version, since = since),
        (None, _, Some(vote)) if vote.passed.is_none() => {
            let at = when::moment(vote.planned_at, here.now, lang);
            td_string!(lang, points.tariff_before_vote, version = version, at = at)
        }
        (None, ..) => td_string!(lang, points.tariff_comes_vote, version = version),
    };
    match tariff.expires_months {
        Some(months) => {
            let lasts = td_string!(lang, points.tariff_expires, months = months);
            format!("{passed} {lasts}")
        }
        None => passed,
    }
}
