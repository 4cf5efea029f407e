//! Signing at the desk: how far each building has come, whom to visit, what two people read differently, and the buildings a
//! pledge is for.

use gongzhi_api::Here;
use gongzhi_api::form;
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::{BuildingId, HouseholdId};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_store::desk;
use gongzhi_store::signing::{self, BuildingLine, Difference, Overview, Reading};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::super::frame::{self, Place};
use super::visit;
use crate::components::{Button, Form, List, ListItem, Look, Notice, Weight};
use crate::pages::phone::PhoneInput;
use crate::pages::reading::{asked, part, read};
use crate::pages::signing::said;

/// The desk's page of a pact's signing.
#[component]
pub fn SigningDesk() -> impl IntoView {
    let number = part("number");
    let building: Option<BuildingId> = asked("building").and_then(|id| id.parse().ok());
    let household: Option<HouseholdId> = asked("household").and_then(|id| id.parse().ok());
    let done = asked("done");
    let visit = visit::Asked { text: asked("text"), scan: asked("scan") };
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let overview = signing::overview(&here.db, &here.actor, &number, building).await?;
        let find = form::kept(&here, "find-signer").await?;
        let home = match household {
            Some(home) if overview.text.is_some() => visit::home(&here, &overview, home, &visit).await?,
            _ => ().into_any(),
        };
        let choose = choose(&here, &overview.number).await?;
        let lead = td_string!(
            lang,
            signing.desk_lead,
            signed = overview.count.signed,
            all = overview.count.households,
            signatures = overview.count.signatures
        );
        let state = match overview.text_no {
            None => td_string!(lang, signing.desk_no_round).to_owned(),
            Some(_) if overview.is_open => {
                td_string!(lang, signing.desk_closes, at = when::moment(overview.closes_at, here.now, lang))
            }
            Some(_) => td_string!(lang, signing.part_not_open).to_owned(),
        };
        let finder = (overview.text.is_some() && here.actor.has(Action::AssistSigning)).then(|| {
            let number = overview.number.clone();
            view! {
                <section class="stack">
                    <h3>{td_string!(lang, signing.desk_find_title)}</h3>
                    <Form verb="find-signer" back=page(&number) typed=find.clone()>
                        <input type="hidden" name="pact" value=number.clone() />
                        <PhoneInput label=td_string!(lang, signing.desk_find_phone) />
                        <p class="quiet">{td_string!(lang, signing.desk_find_hint)}</p>
                        <Button look=Look::Secondary small=true>{td_string!(lang, signing.desk_find)}</Button>
                    </Form>
                </section>
            }
        });
        let content = view! {
            <header>
                <h2>{overview.title.in_(lang).to_owned()}" · "{td_string!(lang, signing.desk_title)}</h2>
                <p class="dotted"><span>{lead}</span><span>{state}</span></p>
            </header>
            {said(&find, &["phone"], None, lang)}
            {told(done.as_deref(), lang)}
            {home}
            {differences(&overview, lang)}
            {buildings(&overview, building, &here)}
            {finder}
            {choose}
        }
        .into_any();
        let title = format!("{} · {}", overview.title.in_(lang), td_string!(lang, signing.desk_title));
        shown(&here, title, content).await
    })
}

/// A page of the desk about signing, with the rail.
pub(super) async fn shown(here: &Here, title: String, content: AnyView) -> Result<AnyView, Error> {
    let queues = frame::queues(here, &desk::counts(&here.db, &here.actor).await?, Place::Pacts).await?;
    Ok(frame::frame(here, queues, title, None, false, content))
}

pub(super) fn page(number: &str) -> String {
    format!("/desk/pacts/{number}/signing")
}

/// What the last entry came to.
fn told(done: Option<&str>, lang: Lang) -> AnyView {
    let (weight, title) = match done {
        Some("first") => (Weight::Done, td_string!(lang, signing.done_first)),
        Some("signed") => (Weight::Done, td_string!(lang, signing.done_signed)),
        Some("asked") => (Weight::Done, td_string!(lang, signing.done_asked)),
        Some("kept") => (Weight::Done, td_string!(lang, signing.done_kept)),
        Some("blank") => (Weight::Done, td_string!(lang, signing.done_blank)),
        Some("differs") => (Weight::Warn, td_string!(lang, signing.done_differs)),
        _ => return ().into_any(),
    };
    view! { <Notice weight=weight live=true title=title /> }.into_any()
}

fn buildings(overview: &Overview, chosen: Option<BuildingId>, here: &Here) -> AnyView {
    let (lang, number) = (here.lang, &overview.number);
    let prints = here.actor.has(Action::ReadSigningBook) && overview.text.is_some();
    let lines: Vec<_> = overview.buildings.iter().map(|line| building(line, number, prints, lang)).collect();
    let visits = chosen.map(|_| {
        let homes: Vec<_> = overview
            .to_visit
            .iter()
            .map(|home| {
                let adults = match home.adults {
                    0 => td_string!(lang, signing.desk_nobody).to_owned(),
                    n => td_string!(lang, signing.desk_adults, count = n).to_string(),
                };
                let href = format!("{}?household={}", page(number), home.id);
                view! { <ListItem title=home.door.clone() href=href line=vec![adults] /> }
            })
            .collect();
        let list = if homes.is_empty() {
            view! { <p>{td_string!(lang, signing.desk_visit_empty)}</p> }.into_any()
        } else {
            view! { <List>{homes}</List> }.into_any()
        };
        view! {
            <section class="stack">
                <h3>{td_string!(lang, signing.desk_visit_title)}</h3>
                {list}
            </section>
        }
    });
    view! {
        <section class="stack">
            <h3>{td_string!(lang, signing.desk_buildings)}</h3>
            <div class="signing-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(lang, signing.desk_building)}</th>
                            <th scope="col">{td_string!(lang, signing.desk_households)}</th>
                            <th scope="col">{td_string!(lang, signing.desk_signed)}</th>
                            <th scope="col">{td_string!(lang, signing.desk_left)}</th>
                            <td></td>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
        {visits}
    }
    .into_any()
}

fn building(line: &BuildingLine, number: &str, prints: bool, lang: Lang) -> AnyView {
    let visit = format!("{}?building={}", page(number), line.id);
    let book = prints.then(|| {
        let href = format!("/desk/pacts/{number}/book?building={}", line.id);
        view! { " "<a href=href>{td_string!(lang, signing.desk_book)}</a> }
    });
    view! {
        <tr>
            <th scope="row">{line.name.in_(lang).to_owned()}</th>
            <td>{line.households}</td>
            <td>{line.signed}</td>
            <td>{line.households.saturating_sub(line.signed)}</td>
            <td><a href=visit>{td_string!(lang, signing.desk_visit)}</a>{book}</td>
        </tr>
    }
    .into_any()
}

fn differences(overview: &Overview, lang: Lang) -> AnyView {
    if overview.differences.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = overview.differences.iter().map(|one| difference(one, &overview.number, lang)).collect();
    view! {
        <section class="stack">
            <h3>{td_string!(lang, signing.differences_title)}</h3>
            <List>{lines}</List>
        </section>
    }
    .into_any()
}

fn difference(one: &Difference, number: &str, lang: Lang) -> AnyView {
    let read = |(reading, page): &(Reading, i32)| match reading {
        Reading::Signed(day) => {
            td_string!(lang, signing.differences_signed, day = day.to_string(), page = *page)
        }
        Reading::Blank => td_string!(lang, signing.differences_blank, page = *page),
    };
    let mut line: Vec<String> = one.readings.iter().map(read).collect();
    if one.is_mine {
        line.push(td_string!(lang, signing.differences_mine).to_owned());
    }
    let title = format!("{} {}", one.building.in_(lang), one.door);
    let href = format!("{}?household={}", page(number), one.household);
    view! { <ListItem title=title href=href line=line /> }.into_any()
}

/// The buildings of a pledge; nothing for any other pact or reader.
async fn choose(here: &Here, number: &str) -> Result<AnyView, Error> {
    if !here.actor.has(Action::ChooseSigners) {
        return Ok(().into_any());
    }
    let choices = match signing::chosen_buildings(&here.db, &here.actor, number).await {
        Ok(choices) if !choices.is_empty() => choices,
        Ok(_) | Err(Error::Forbidden { .. }) => return Ok(().into_any()),
        Err(error) => return Err(error),
    };
    let lang = here.lang;
    let flash = form::kept(here, "choose-signers").await?;
    let boxes: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let name = choice.name.in_(lang).to_owned();
            let words = td_string!(lang, signing.choose_building, name = name, n = choice.households);
            view! {
                <label class="checkbox">
                    <input type="checkbox" name="buildings[]" value=choice.id.to_string() checked=choice.chosen />
                    <span>{words}</span>
                </label>
            }
        })
        .collect();
    let (back, pact) = (page(number), number.to_owned());
    Ok(view! {
        <section class="stack">
            <h3>{td_string!(lang, signing.choose_title)}</h3>
            {said(&flash, &[], None, lang)}
            <p>{td_string!(lang, signing.choose_lead)}</p>
            <Form verb="choose-signers" back=back typed=flash>
                <input type="hidden" name="pact" value=pact />
                <div class="stack">{boxes}</div>
                <Button look=Look::Secondary small=true>{td_string!(lang, signing.choose_go)}</Button>
            </Form>
        </section>
    }
    .into_any())
}
