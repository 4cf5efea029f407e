//! The counter: type or scan a code, see what waits, hand it out.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_api::points::{AtCounter, at_counter};
use gongzhi_domain::lang::{Lang, Named};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, Form, Look, Notice, TextInput, Weight};
use crate::pages::reading::{read, summary};

/// The counter's page.
#[component]
pub fn PointsCounter() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let flash = kept(&here, "counter").await?;
        let seen = at_counter(&here).await?;
        let content = view! {
            {summary(&flash, lang)}
            {seen.map(|seen| waits(seen, lang))}
            <p class="quiet">{td_string!(lang, points.counter_lead)}</p>
            <Form verb="look-up-pickup" back="/desk/points/counter" typed=flash>
                <TextInput
                    name="code"
                    label=td_string!(lang, points.counter_code)
                    hint=td_string!(lang, points.counter_hint)
                    required=true
                    code=true
                />
                <Button>{td_string!(lang, points.counter_look)}</Button>
            </Form>
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_counter), "/desk/points/counter", content).await
    })
}

fn waits(seen: AtCounter, lang: Lang) -> AnyView {
    let name = Named::new(seen.name.0, seen.name.1).in_(lang).to_owned();
    match seen.code {
        Some(code) => view! {
            <Card title=td_string!(lang, points.counter_waits, name = name.clone())>
                <p>{td_string!(lang, points.amount, n = seen.cost)}</p>
                <div class="buttons">
                    <Form verb="hand-out-reward" back="/desk/points/counter" inline=true>
                        <input type="hidden" name="code" value=code />
                        <Button>{td_string!(lang, points.counter_hand_out)}</Button>
                    </Form>
                    <Button look=Look::Quiet href="/desk/points/counter">{td_string!(lang, points.counter_not)}</Button>
                </div>
            </Card>
        }
        .into_any(),
        None => {
            view! { <Notice weight=Weight::Done live=true title=td_string!(lang, points.counter_done, name = name) /> }
                .into_any()
        }
    }
}
