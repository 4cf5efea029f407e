//! What points can be given back for: the catalogue, and reserving from it.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_store::points::{self, Mine, Reward};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::mine::never;
use crate::components::{Badge, Button, Choice, Door, EmptyState, Form, List, ListItem, Look, Page, RadioCards, Tone};
use crate::pages::reading::{read, summary_of_button};

/// The catalogue.
#[component]
pub fn Rewards() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let signed_in = here.actor.is_signed_in();
        let (flash, mine) = if signed_in {
            let _ = here.form_cookie();
            (kept(&here, "reserve-reward").await?, Some(points::mine(&here.db, &here.actor).await?))
        } else {
            (Flash::default(), None)
        };
        let rewards = points::catalogue(&here.db, &here.actor).await?;
        let list = if rewards.is_empty() {
            view! {
                <EmptyState sign="兑" title=td_string!(lang, points.rewards_empty_title)>
                    <p>{td_string!(lang, points.rewards_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rewards = rewards.iter().map(|reward| one(&here, reward, mine.as_ref(), &flash)).collect::<Vec<_>>();
            view! { <List>{rewards}</List> }.into_any()
        };
        let have = match &mine {
            Some(mine) => view! {
                <p class="page-sub">{td_string!(lang, points.you_have, n = mine.balance)}</p>
            }
            .into_any(),
            None => view! {
                <p class="page-sub">{td_string!(lang, points.rewards_sign_in)}</p>
                <Button look=Look::Secondary href="/me/sign-in?next=/points/rewards">
                    {td_string!(lang, common.sign_in)}
                </Button>
            }
            .into_any(),
        };
        Ok(view! {
            <Page title=td_string!(lang, points.rewards_title) back="/points" door=Door::Mine>
                {summary_of_button(&flash, lang)}
                {have}
                {list}
                {never(lang)}
            </Page>
        }
        .into_any())
    })
}

fn one(here: &Here, reward: &Reward, mine: Option<&Mine>, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let id = reward.id.to_string();
    let (tone, left) = if reward.stock == 0 {
        (Tone::Plain, td_string!(lang, points.sold_out).to_owned())
    } else {
        (Tone::Jade, td_string!(lang, points.left, n = reward.stock))
    };
    let line = vec![
        td_string!(lang, points.amount, n = reward.cost),
        reward.place.in_(lang).to_owned(),
        td_string!(lang, points.for_people_of, area = reward.area.in_(lang)),
    ];
    let household = mine.and_then(|mine| mine.household).map_or(0, |household| household.balance);
    let cost = i64::from(reward.cost);
    let affords = mine.is_some_and(|mine| mine.balance >= cost);
    let act = match mine {
        Some(_) if reward.within_reach == Some(false) => {
            view! { <p class="quiet">{td_string!(lang, points.not_for_you, area = reward.area.in_(lang))}</p> }
                .into_any()
        }
        Some(_) if reward.stock > 0 && (affords || household >= cost) => {
            let typed = flash.of(&[("reward", &id)]);
            let full = td_string!(lang, points.reserve_full, name = reward.name.in_(lang));
            view! {
                <Form verb="reserve-reward" back="/points/rewards" typed=typed apart=id.clone() key=here.db.new_id().to_string()>
                    <input type="hidden" name="reward" value=id />
                    {(household >= cost).then(|| whose(affords, lang))}
                    <Button small=true look=Look::Secondary>
                        <span aria-hidden="true">{td_string!(lang, points.reserve)}</span>
                        <span class="hidden-text">{full}</span>
                    </Button>
                </Form>
            }
            .into_any()
        }
        Some(mine) if reward.stock > 0 => {
            let missing = cost - mine.balance.max(household);
            view! { <p>{td_string!(lang, points.missing, n = missing)}</p> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <ListItem
            title=reward.name.in_(lang).to_owned()
            line=line
            side=view! { <Badge tone=tone text=left /> }.into_any()
        >
            {act}
        </ListItem>
    }
    .into_any()
}

/// Whose points: one's own where they are enough, or the household's.
fn whose(affords: bool, lang: Lang) -> AnyView {
    let own = affords.then(|| Choice::new("person", td_string!(lang, points.from_own)));
    let options: Vec<Choice> =
        own.into_iter().chain([Choice::new("household", td_string!(lang, points.from_household))]).collect();
    let value = if affords { "person" } else { "household" };
    view! { <RadioCards name="from" label=td_string!(lang, points.from) options=options value=value columns=true /> }
        .into_any()
}
