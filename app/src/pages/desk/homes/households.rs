//! The buildings of the reader's areas, and who asks to have a home confirmed.

use gongzhi_api::Here;
use gongzhi_store::households;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, EmptyState, Form, List, ListItem, Look, Notice, Weight};
use crate::pages::reading::{asked, read};

/// Households: buildings with how many doors and how many known.
#[component]
pub fn HouseholdsDesk() -> impl IntoView {
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let buildings = households::buildings(&here.db, &here.actor, None).await?;
        let asks = households::asks(&here.db, &here.actor).await?;
        let rows = buildings
            .iter()
            .map(|building| {
                let line = vec![
                    building.area.in_(lang).to_owned(),
                    td_string!(lang, households.doors, n = building.households),
                    td_string!(lang, households.known, n = building.known),
                ];
                let href = format!("/desk/households/{}", building.id);
                view! { <ListItem title=building.name.in_(lang) href=href line=line /> }
            })
            .collect::<Vec<_>>();
        let list = if rows.is_empty() {
            view! {
                <EmptyState sign="户" title=td_string!(lang, households.empty_title)>
                    <p>{td_string!(lang, households.empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <List label=td_string!(lang, households.desk_title)>{rows}</List> }.into_any()
        };
        let asking = (!asks.is_empty()).then(|| {
            let rows = asks
                .into_iter()
                .map(|ask| {
                    let line =
                        vec![ask.area.in_(lang).to_owned(), when::moment(ask.at, here.now, lang), ask.words.clone()];
                    let side = view! {
                        <Form verb="answer-residence" back="/desk/households" inline=true>
                            <input type="hidden" name="person" value=ask.person.to_string() />
                            <Button look=Look::Secondary small=true>{td_string!(lang, households.asks_call)}</Button>
                        </Form>
                    }
                    .into_any();
                    view! { <ListItem title=ask.phone.unwrap_or_default() line=line side=side /> }
                })
                .collect::<Vec<_>>();
            view! {
                <section class="stack">
                    <h3>{td_string!(lang, households.asks_title)}</h3>
                    <p class="quiet">{td_string!(lang, households.asks_lead)}</p>
                    <List>{rows}</List>
                </section>
            }
        });
        let notice = (done.as_deref() == Some("asked")).then(|| {
            view! { <Notice weight=Weight::Done live=true title=td_string!(lang, households.asked_done) /> }
        });
        let content = view! {
            {notice}
            <p class="quiet">{td_string!(lang, households.desk_lead)}</p>
            <div class="buttons">
                <Button href="/desk/households/new">{td_string!(lang, households.add)}</Button>
                <Button look=Look::Secondary href="/desk/households/import">{td_string!(lang, households.import)}</Button>
            </div>
            {asking}
            {list}
        }
        .into_any();
        shown(&here, td_string!(lang, households.desk_title), "/desk/households", content).await
    })
}
