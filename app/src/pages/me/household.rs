//! My home: what is held about where I live, how it was verified, and asking the window to confirm it.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::household::NOTE_MAX;
use gongzhi_domain::lang::Lang;
use gongzhi_store::households::{self, Home};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use crate::components::{Button, Card, Door, EmptyState, Facts, Form, Notice, Page, Select, TextArea, Weight};
use crate::pages::desk::{area_choices, square_metres};
use crate::pages::reading::{asked, read, summary};

/// My homes.
#[component]
pub fn MyHousehold() -> impl IntoView {
    let done = asked("done").is_some();
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let mine = households::mine(&here.db, &here.actor).await?;
        let tree = here.db.areas().await?;
        let flash = kept(&here, "residence").await?;
        let homes = mine.homes.iter().map(|home| one(home, lang)).collect::<Vec<_>>();
        let empty = mine.homes.is_empty().then(|| {
            view! {
                <EmptyState sign="家" title=td_string!(lang, households.mine_empty_title)>
                    <p>{td_string!(lang, households.mine_empty_text)}</p>
                </EmptyState>
            }
        });
        let said = mine.asked.as_ref().map(|(words, at)| {
            let asked = td_string!(lang, households.mine_asked, at = when::moment(*at, here.now, lang));
            let words = words.clone();
            view! {
                <Notice title=asked>
                    <p class="written">{words}</p>
                </Notice>
            }
        });
        let notice = done.then(|| {
            view! { <Notice weight=Weight::Done live=true title=td_string!(lang, households.mine_done) /> }
        });
        let options = area_choices(&tree, td_string!(lang, households.mine_area_choose), false, lang);
        let wrong = summary(&flash, lang);
        Ok(view! {
            <Page title=td_string!(lang, households.mine_title) back="/me" door=Door::Mine>
                {wrong}
                {notice}
                <p class="page-sub">{td_string!(lang, households.mine_lead)}</p>
                {empty}
                {homes}
                {said}
                <section class="stack">
                    <h2>{td_string!(lang, households.mine_ask_title)}</h2>
                    <Form verb="ask-residence" back="/me/household" typed=flash>
                        <Select name="area" label=td_string!(lang, households.mine_area_field) options=options required=true />
                        <TextArea
                            name="words"
                            label=td_string!(lang, households.mine_words)
                            hint=td_string!(lang, households.mine_words_hint)
                            rows=2
                            max=NOTE_MAX
                            required=true
                        />
                        <Button wide=true>{td_string!(lang, households.mine_ask_button)}</Button>
                    </Form>
                </section>
                <p class="quiet">{td_string!(lang, households.mine_wrong)}</p>
            </Page>
        }
        .into_any())
    })
}

fn one(home: &Home, lang: Lang) -> AnyView {
    let place = home.area.iter().skip(1).map(|area| area.in_(lang)).collect::<Vec<_>>().join(" · ");
    let mut facts: Vec<(String, AnyView)> = Vec::new();
    let mut fact = |word: &'static str, value: String| facts.push((word.to_owned(), value.into_any()));
    fact(td_string!(lang, households.mine_door), home.door.clone());
    fact(td_string!(lang, households.mine_place), place);
    fact(td_string!(lang, households.mine_capacity), terms::home_capacity(home.capacity, lang).to_owned());
    let verified = terms::verified(home.verified, lang).to_owned();
    let verified = match &home.verified_by {
        Some(by) => {
            let by = td_string!(lang, households.mine_by, name = by.in_(lang).to_owned());
            format!("{verified} · {by}")
        }
        None => verified,
    };
    fact(td_string!(lang, households.mine_verified), verified);
    fact(td_string!(lang, households.mine_since), home.since.to_string());
    if let Some(day) = home.until {
        fact(td_string!(lang, households.mine_until), day.to_string());
    }
    if let Some(area) = home.area_cm2 {
        let words = td_string!(lang, households.area_m2, m2 = square_metres(area));
        fact(td_string!(lang, households.mine_area), words);
    }
    view! {
        <Card title=home.building.in_(lang)>
            <Facts facts=facts />
        </Card>
    }
    .into_any()
}
