//! My points: what I have, what my household has, every entry with its reason.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_store::points::{self, Line, Reservation};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::words;
use crate::components::{
    Badge, Button, Door, EmptyState, List, ListItem, Look, Notice, Page, Timeline, TimelineItem, Tone,
};
use crate::pages::reading::read;

/// My points.
#[component]
pub fn MyPoints() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let mine = points::mine(&here.db, &here.actor).await?;
        let household = mine.household.map(|household| {
            view! {
                <div class="points-sum">
                    <span class="quiet">{td_string!(lang, points.household)}</span>
                    <b>{td_string!(lang, points.amount, n = household.balance)}</b>
                </div>
            }
        });
        let reserved = mine.reservations.iter().map(|one| reserved(one, lang)).collect::<Vec<_>>();
        let reserved = (!reserved.is_empty()).then(|| {
            view! {
                <section class="stack">
                    <h2>{td_string!(lang, points.reserved_title)}</h2>
                    <List>{reserved}</List>
                </section>
            }
        });
        let lines = if mine.lines.is_empty() {
            view! {
                <EmptyState sign="分" title=td_string!(lang, points.lines_empty_title)>
                    <p>{td_string!(lang, points.lines_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let lines = mine.lines.iter().map(|one| line(one, lang)).collect::<Vec<_>>();
            view! { <Timeline>{lines}</Timeline> }.into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, points.title) back="/me" door=Door::Mine>
                <div class="points-sums">
                    <div class="points-sum">
                        <span class="quiet">{td_string!(lang, points.own)}</span>
                        <b>{td_string!(lang, points.amount, n = mine.balance)}</b>
                    </div>
                    {household}
                </div>
                <div class="buttons">
                    <Button href="/points/rewards">{td_string!(lang, points.to_rewards)}</Button>
                    <Button look=Look::Secondary href="/points/tariff">{td_string!(lang, points.to_tariff)}</Button>
                </div>
                {never(lang)}
                {reserved}
                <section class="stack">
                    <h2>{td_string!(lang, points.lines_title)}</h2>
                    {lines}
                </section>
            </Page>
        }
        .into_any())
    })
}

/// What points are not: said on every page about them.
pub fn never(lang: Lang) -> AnyView {
    view! {
        <Notice title=td_string!(lang, points.never_title)>
            <p>{td_string!(lang, points.never_text)}</p>
        </Notice>
    }
    .into_any()
}

fn reserved(one: &Reservation, lang: Lang) -> AnyView {
    let tone = if one.ended_at.is_none() { Tone::Sky } else { Tone::Plain };
    let badge = view! { <Badge tone=tone text=words::reservation(one.state, lang) /> }.into_any();
    let line = vec![td_string!(lang, points.amount, n = one.cost), one.place.in_(lang).to_owned()];
    view! {
        <ListItem
            title=one.name.in_(lang).to_owned()
            href=format!("/points/rewards/{}", one.id)
            line=line
            side=badge
        />
    }
    .into_any()
}

fn line(one: &Line, lang: Lang) -> AnyView {
    let sign = if one.amount > 0 { format!("+{}", one.amount) } else { format!("−{}", one.amount.unsigned_abs()) };
    let what = one.what.as_ref().map(|what| what.in_(lang).to_owned()).unwrap_or_default();
    let title = td_string!(lang, points.line, sign = sign, what = words::entry(one.kind, lang));
    let title = if what.is_empty() { title } else { td_string!(lang, points.line_of, line = title, what = what) };
    let whose = if one.household { td_string!(lang, points.of_household) } else { "" };
    view! { <TimelineItem title=title at=one.at aside=whose /> }.into_any()
}
