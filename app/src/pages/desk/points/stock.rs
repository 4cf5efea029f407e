//! The stock of rewards: what there is, what it costs, how many are left.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::permission::Action;
use gongzhi_store::points::{self, Reward};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, Checkbox, Choice, Form, Look, Select, TextInput};
use crate::pages::reading::{read, summary, summary_apart};

/// The rewards of the reader's areas.
#[component]
pub fn PointsStock() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let rewards = points::managed(&here.db, &here.actor).await?;
        let areas = points::manageable_areas(&here.db, &here.actor, Action::ManageRewards).await?;
        let units = points::counters(&here.db).await?;
        let (adding, changing) = (kept(&here, "add-reward").await?, kept(&here, "change-reward").await?);
        let areas = Choice::all(areas.into_iter().map(|(code, name)| (code, name.in_(lang).to_owned())));
        let units = Choice::all(units.into_iter().map(|(code, name)| (code, name.in_(lang).to_owned())));
        let rewards = rewards.iter().map(|reward| one(&here, reward, &changing)).collect_view();
        let content = view! {
            {summary(&adding, lang)}
            {summary_apart(&changing, &changing.value("reward"), lang)}
            {rewards}
            <Card title=td_string!(lang, points.add_reward)>
                <Form verb="add-reward" back="/desk/points/rewards" typed=adding>
                    <Select name="area" label=td_string!(lang, points.area) options=areas required=true />
                    <Select name="unit" label=td_string!(lang, points.unit) options=units required=true />
                    <TextInput name="name_zh" label=td_string!(lang, points.name_zh) required=true />
                    <TextInput name="name_en" label=td_string!(lang, points.name_en) required=true />
                    <TextInput name="where_zh" label=td_string!(lang, points.where_zh) required=true />
                    <TextInput name="where_en" label=td_string!(lang, points.where_en) required=true />
                    <TextInput name="cost" label=td_string!(lang, points.cost) inputmode="numeric" required=true />
                    <TextInput name="stock" label=td_string!(lang, points.stock) inputmode="numeric" required=true />
                    <Button>{td_string!(lang, points.add_reward)}</Button>
                </Form>
            </Card>
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_stock), "/desk/points/rewards", content).await
    })
}

fn one(here: &Here, reward: &Reward, changing: &Flash) -> AnyView {
    let lang = here.lang;
    let id = reward.id.to_string();
    let typed = changing.of(&[("reward", &id)]);
    let (cost, stock, active) = (reward.cost.to_string(), reward.stock.to_string(), reward.active);
    let seen = stock.clone();
    let (name, place) = (reward.name.in_(lang).to_owned(), reward.place.in_(lang).to_owned());
    view! {
        <Card title=name>
            <p class="quiet">{place}</p>
            <Form verb="change-reward" back="/desk/points/rewards" typed=typed apart=id.clone()>
                <input type="hidden" name="reward" value=id />
                <input type="hidden" name="seen" value=seen />
                <TextInput name="cost" label=td_string!(lang, points.cost) value=cost inputmode="numeric" required=true />
                <TextInput name="stock" label=td_string!(lang, points.stock) value=stock inputmode="numeric" required=true />
                <Checkbox name="active" label=td_string!(lang, points.active) checked=active />
                <Button small=true look=Look::Secondary>{td_string!(lang, common.save)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}
