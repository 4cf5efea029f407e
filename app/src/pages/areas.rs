//! 谁在管我的网格: one area, who looks after it and how to reach them, and what was reported there lately.

use gongzhi_api::Here;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::person::Role;
use gongzhi_store::areas::{Area, AreaTree};
use gongzhi_store::requests::ListQuery;
use gongzhi_store::{requests, units};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::reading::{asked, part, read};
use super::requests::Cards;
use crate::components::{Button, Choice, Door, List, ListItem, Look, Page, Select};

/// Latest requests shown.
const LATEST: usize = 5;

/// Chooses an area: the way to one's grid.
#[component]
pub fn Areas() -> impl IntoView {
    let chosen = asked("code");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let tree = here.db.areas().await?;
        if let Some(area) = chosen.as_deref().and_then(|code| tree.by_code(code)) {
            return one(&here, &tree, area).await;
        }
        let options = std::iter::once(Choice::new("", td_string!(lang, requests.list_area_all)))
            .chain(tree.choices().into_iter().map(|area| {
                let indent = "\u{3000}".repeat(area.depth.saturating_sub(1));
                Choice::new(area.code, format!("{indent}{}", area.name.in_(lang)))
            }))
            .collect::<Vec<_>>();
        Ok(view! {
            <Page title=td_string!(lang, areas.find_title) back="/" door=Door::Requests>
                <form class="form" method="get" action="/areas">
                    <Select
                        name="code"
                        label=td_string!(lang, requests.area_label)
                        hint=td_string!(lang, areas.find_lead)
                        options=options
                        required=true
                    />
                    <Button wide=true>{td_string!(lang, areas.find_go)}</Button>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// One area.
#[component]
pub fn OneArea() -> impl IntoView {
    let code = part("code");
    read(async move {
        let here = Here::now()?;
        let tree = here.db.areas().await?;
        let area = tree.by_code(&code).ok_or(Error::NotFound { what: What::Area })?;
        one(&here, &tree, area).await
    })
}

async fn one(here: &Here, tree: &AreaTree, area: &Area) -> Result<AnyView, Error> {
    let lang = here.lang;
    let chain = tree.chain(area.id).iter().map(|name| name.in_(lang)).collect::<Vec<_>>().join(" · ");
    let keepers = units::looking_after(&here.db, area.id).await?;
    let query = ListQuery { area: Some(area.code.clone()), ..ListQuery::default() };
    let mut latest = requests::public_list(&here.db, &query).await?.cards;
    latest.truncate(LATEST);
    let below = tree
        .children(area.id)
        .filter(|below| !below.ended)
        .map(|below| view! { <ListItem title=below.name.in_(lang) href=format!("/areas/{}", below.code) /> })
        .collect::<Vec<_>>();
    let below = (!below.is_empty()).then(|| {
        view! {
            <details class="filter">
                <summary>{td_string!(lang, areas.below)}</summary>
                <List>{below}</List>
            </details>
        }
    });
    let latest = if latest.is_empty() {
        view! { <p class="quiet">{td_string!(lang, areas.latest_empty)}</p> }.into_any()
    } else {
        let all = format!("/requests?area={}", gongzhi_api::form::encode(&area.code));
        view! { <Cards cards=latest /><p><a href=all>{td_string!(lang, areas.latest_all)}</a></p> }.into_any()
    };
    let report = format!("/requests/new?area={}", gongzhi_api::form::encode(&area.code));
    Ok(view! {
        <Page title=area.name.in_(lang) sub=area.kind.in_(lang) back="/areas" door=Door::Requests>
            <p class="page-sub">{chain}</p>
            <section class="stack">
                <h2>{td_string!(lang, areas.who)}</h2>
                {who(keepers, lang)}
            </section>
            <Button look=Look::Secondary wide=true href=report>{td_string!(lang, areas.report)}</Button>
            <section class="stack">
                <h2>{td_string!(lang, areas.latest)}</h2>
                {latest}
            </section>
            {below}
        </Page>
    }
    .into_any())
}

/// Roles and official names, with the office's number: never a private one.
fn who(keepers: Vec<units::Keeper>, lang: Lang) -> AnyView {
    if keepers.is_empty() {
        return view! { <p class="quiet">{td_string!(lang, areas.who_empty)}</p> }.into_any();
    }
    let rows = keepers
        .into_iter()
        .map(|keeper| {
            let mut line = vec![role(keeper.role, lang).to_owned(), keeper.unit.in_(lang).to_owned()];
            line.extend(keeper.hours);
            let title = keeper.name.in_(lang).to_owned();
            match keeper.office_phone {
                Some(number) => {
                    let call = view! {
                        <a class="button button-secondary button-small" href=format!("tel:{number}")>
                            {td_string!(lang, areas.call, number = number.clone())}
                        </a>
                    };
                    view! { <ListItem title=title line=line>{call}</ListItem> }.into_any()
                }
                None => view! { <ListItem title=title line=line /> }.into_any(),
            }
        })
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::GridHead => td_string!(lang, areas.role_grid_head),
        Role::Adviser => td_string!(lang, areas.role_adviser),
        Role::GridWorker => td_string!(lang, areas.role_grid_worker),
        Role::NeighbourHead => td_string!(lang, areas.role_neighbour_head),
        Role::VolunteerCoordinator => td_string!(lang, areas.role_volunteer_coordinator),
        Role::UnitManager => td_string!(lang, areas.role_unit_manager),
        _ => td_string!(lang, areas.role_clerk),
    }
}
