//! How far the text of a pact has come: for its committee, with the post and the list on paper.

use gongzhi_api::Here;
use gongzhi_api::form::{encode, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_store::delivery::{self, DeliveryPage, RoundPage};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::delivery::stage;
use super::{progress, shown};
use crate::components::{Button, EmptyState, Form, Notice, Weight};
use crate::pages::reading::{asked, part, read, summary};

/// The deliveries of a pact.
#[component]
pub fn PactDeliveryDesk() -> impl IntoView {
    let (number, posted) = (part("number"), asked("posted"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = delivery::of_pact(&here.db, &here.actor, &number).await?;
        let flash = kept(&here, "post").await?;
        let done = posted.and_then(|posted| posted.parse::<u32>().ok()).map(|n| {
            view! { <Notice weight=Weight::Done live=true title=td_string!(lang, delivery.post_done, n = n) /> }
        });
        let title = format!("{} · {}", page.pact.title.in_(lang), td_string!(lang, delivery.pact_title));
        let body = match &page.page {
            None => view! {
                <EmptyState sign="送" title=td_string!(lang, delivery.pact_none_title)>
                    <p>{td_string!(lang, delivery.pact_none_text)}</p>
                </EmptyState>
            }
            .into_any(),
            Some(round) => round_of(&page, round, lang),
        };
        let content = view! {
            {summary(&flash, lang)}
            {done}
            <p class="quiet dotted">
                <a href=format!("/desk/pacts/{}", encode(&page.pact.number))>{page.pact.number.clone()}</a>
            </p>
            {body}
        }
        .into_any();
        shown(&here, &title, "/desk/delivery", content).await
    })
}

fn round_of(page: &DeliveryPage, round: &RoundPage, lang: Lang) -> AnyView {
    let all = round.round.progress;
    let rows = round
        .buildings
        .iter()
        .map(|building| {
            let one = building.progress;
            let id = format!("b-{}", building.id);
            let name = building.name.in_(lang).to_owned();
            let tick = (page.may_post && one.missing() > 0).then(|| {
                view! {
                    <input type="checkbox" form="post" id=id.clone() name="buildings[]" value=building.id.to_string() />
                }
            });
            view! {
                <tr>
                    <th scope="row"><label class="row" for=id>{tick}<span>{name}</span></label></th>
                    <td>{one.households}</td>
                    <td>{one.reached}</td>
                    <td>{one.missing()}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let post = (page.may_post && all.missing() > 0).then(|| {
        let (id, number) = (round.round.id.to_string(), page.pact.number.clone());
        view! {
            <section class="stack">
                <h3>{td_string!(lang, delivery.post_title)}</h3>
                <p class="quiet">{td_string!(lang, delivery.post_lead)}</p>
                <Form verb="post-round" id="post" inline=true>
                    <input type="hidden" name="round" value=id />
                    <input type="hidden" name="number" value=number />
                    <Button>{td_string!(lang, delivery.post_button)}</Button>
                </Form>
            </section>
        }
    });
    let missing = if page.missing.is_empty() {
        view! { <p>{td_string!(lang, delivery.missing_none)}</p> }.into_any()
    } else {
        let rows = page
            .missing
            .iter()
            .map(|one| {
                let before = if one.nobody_home { td_string!(lang, delivery.missing_nobody) } else { "" };
                view! {
                    <tr>
                        <td>{one.building.in_(lang).to_owned()}</td>
                        <td>{one.door.clone()}</td>
                        <td>{before}</td>
                        <td class="delivery-mark">"□"</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>();
        view! {
            <p class="quiet">{td_string!(lang, delivery.missing_lead)}</p>
            <div class="table-wide" tabindex="0" role="region" aria-label=td_string!(lang, delivery.missing_title)>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(lang, delivery.col_building)}</th>
                            <th scope="col">{td_string!(lang, delivery.missing_door)}</th>
                            <th scope="col"><span class="hidden-text">{td_string!(lang, delivery.missing_nobody)}</span></th>
                            <th scope="col">{td_string!(lang, delivery.missing_mark)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <p class="quiet dotted">
            <span>{stage(round.round.stage, lang)}</span>
            <span>{td_string!(lang, delivery.pushed, n = all.pushed)}</span>
            <span>{td_string!(lang, delivery.visited, n = all.visited)}</span>
            <span>{td_string!(lang, delivery.posted, n = all.posted)}</span>
            <span>{td_string!(lang, delivery.nobody_some, n = all.nobody_home)}</span>
        </p>
        {progress(all, lang)}
        <div class="table-wide" tabindex="0" role="region" aria-label=td_string!(lang, delivery.col_building)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{td_string!(lang, delivery.col_building)}</th>
                        <th scope="col">{td_string!(lang, delivery.col_all)}</th>
                        <th scope="col">{td_string!(lang, delivery.col_reached)}</th>
                        <th scope="col">{td_string!(lang, delivery.col_missing)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {post}
        <section class="stack">
            <h3>{td_string!(lang, delivery.missing_title)}</h3>
            {missing}
        </section>
    }
    .into_any()
}
