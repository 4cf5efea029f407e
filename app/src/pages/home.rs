//! 首页: the one big button, what is going on with my requests, what was answered, and who looks after my grid.

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::Stage;
use gongzhi_domain::view::RequestCard;
use gongzhi_store::requests::{self, Counts, ListQuery};
use gongzhi_store::{areas, people};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::reading::{known, read};
use super::requests::{Cards, Mine};
use crate::components::{Button, Door, List, ListItem, Look, Notice, Page};

/// Requests of mine shown as boxes; the rest is under "mine".
const MINE: usize = 2;
/// Latest answers shown.
const ANSWERS: usize = 5;

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let home = home_area(&here).await?;
        let mine = mine(&here).await?;
        let query = ListQuery {
            area: home.as_ref().map(|area| area.code.clone()),
            stage: Some(Stage::Answered),
            ..ListQuery::default()
        };
        let mut answers = requests::public_list(&here.db, &query).await?.cards;
        answers.truncate(ANSWERS);
        let counts = requests::counts(&here.db).await?;
        let demo = here.demo.then(|| {
            view! { <Notice title=td_string!(lang, home.demo_title)><p>{td_string!(lang, home.demo_text)}</p></Notice> }
        });
        Ok(view! {
            <Page title=td_string!(lang, home.title) quiet_heading=true description=td_string!(lang, common.tagline) door=Door::Home>
                <Button wide=true href="/requests/new">{"＋ "}{td_string!(lang, home.report)}</Button>
                {my_requests(mine, here.actor.is_signed_in(), lang)}
                {latest(answers, lang)}
                {numbers(&counts, lang)}
                {who(home.as_ref(), lang)}
                {demo}
            </Page>
        }
        .into_any())
    })
}

/// The area the resident calls home.
async fn home_area(here: &Here) -> Result<Option<areas::Area>, Error> {
    if !here.actor.is_signed_in() {
        return Ok(None);
    }
    let home = people::profile(&here.db, &here.actor).await?.home;
    let tree = here.db.areas().await?;
    Ok(home.and_then(|home| tree.get(home)).cloned())
}

async fn mine(here: &Here) -> Result<Vec<RequestCard>, Error> {
    let known = known(here);
    if !here.actor.is_signed_in() && known.is_none() {
        return Ok(Vec::new());
    }
    let mut cards = requests::mine(&here.db, &here.actor, known.as_ref()).await?;
    // What is still open comes first; within each, the newest.
    cards.sort_by_key(|card| !card.state.is_open());
    cards.truncate(MINE);
    Ok(cards)
}

fn my_requests(mine: Vec<RequestCard>, signed_in: bool, lang: Lang) -> AnyView {
    if mine.is_empty() {
        let sign_in = (!signed_in).then(|| {
            view! { <Button look=Look::Secondary small=true href="/me">{td_string!(lang, home.sign_in)}</Button> }
        });
        return view! {
            <section class="card">
                <h2>{td_string!(lang, home.mine)}</h2>
                <p>{td_string!(lang, home.none_text)}</p>
                <div class="buttons">
                    {sign_in}
                    <Button look=Look::Quiet small=true href="/ask">{td_string!(lang, home.ask)}</Button>
                </div>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="stack">
            <div class="row row-apart">
                <h2>{td_string!(lang, home.mine)}</h2>
                <a href="/me">{td_string!(lang, home.mine_all)}</a>
            </div>
            {mine.into_iter().map(|card| view! { <Mine card=card /> }).collect_view()}
        </section>
    }
    .into_any()
}

fn latest(answers: Vec<RequestCard>, lang: Lang) -> AnyView {
    let content = if answers.is_empty() {
        view! { <p class="quiet">{td_string!(lang, home.answers_empty)}</p> }.into_any()
    } else {
        view! { <Cards cards=answers /> }.into_any()
    };
    view! {
        <section class="stack">
            <div class="row row-apart">
                <h2>{td_string!(lang, home.answers)}</h2>
                <a href="/requests">{td_string!(lang, home.answers_all)}</a>
            </div>
            {content}
        </section>
    }
    .into_any()
}

fn numbers(counts: &Counts, lang: Lang) -> AnyView {
    let shown = |count: i64| if count == 0 { td_string!(lang, home.numbers_few).to_owned() } else { count.to_string() };
    let figures = [
        (td_string!(lang, home.numbers_week), counts.this_week),
        (td_string!(lang, home.numbers_open), counts.open),
        (td_string!(lang, home.numbers_answered), counts.answered),
    ]
    .map(|(word, count)| view! { <div class="figure"><dt>{word}</dt><dd>{shown(count)}</dd></div> });
    view! {
        <section class="stack">
            <h2>{td_string!(lang, home.numbers)}</h2>
            <dl class="figures">{figures.into_iter().collect_view()}</dl>
            <p class="quiet">{td_string!(lang, home.numbers_note)}</p>
        </section>
    }
    .into_any()
}

fn who(home: Option<&areas::Area>, lang: Lang) -> AnyView {
    let line = match home {
        Some(area) => view! { <ListItem title=area.name.in_(lang) href=format!("/areas/{}", area.code) /> }.into_any(),
        None => view! {
            <ListItem title=td_string!(lang, home.who_find) href="/areas" line=vec![td_string!(lang, home.who_unknown).to_owned()] />
        }
        .into_any(),
    };
    view! {
        <section class="stack">
            <h2>{td_string!(lang, home.who)}</h2>
            <List>{line}</List>
        </section>
    }
    .into_any()
}
