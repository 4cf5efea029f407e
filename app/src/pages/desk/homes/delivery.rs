//! On the phone of whoever walks from door to door: my rounds, their buildings, and a building's doors with three large buttons each.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::delivery::Outcome;
use gongzhi_domain::error::{Error, Reason, What};
use gongzhi_domain::ids::{BuildingId, RoundId};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Stage;
use gongzhi_store::delivery::{self, Door};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use super::{progress, shown};
use crate::components::{Badge, Button, EmptyState, ErrorSummary, Form, List, ListItem, Look, Notice, Tone};
use crate::pages::reading::{part, read};

/// What is brought at a stage.
pub(super) fn stage(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Notice => td_string!(lang, delivery.stage_notice),
        _ => td_string!(lang, delivery.stage_down1),
    }
}

/// My rounds.
#[component]
pub fn DeliveryDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let rounds = delivery::my_rounds(&here.db, &here.actor).await?;
        let rows = rounds
            .into_iter()
            .map(|round| {
                let line = vec![
                    round.number.clone(),
                    stage(round.stage, lang).to_owned(),
                    when::moment(round.opened_at, here.now, lang),
                ];
                let side = left(round.progress.missing(), lang);
                let href = format!("/desk/delivery/{}", round.id);
                let bar = progress(round.progress, lang);
                view! { <ListItem title=round.title.in_(lang) href=href line=line side=side>{bar}</ListItem> }
            })
            .collect::<Vec<_>>();
        let content = if rows.is_empty() {
            view! {
                <EmptyState sign="送" title=td_string!(lang, delivery.empty_title)>
                    <p>{td_string!(lang, delivery.empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <p class="quiet">{td_string!(lang, delivery.desk_lead)}</p>
                <List label=td_string!(lang, delivery.desk_title)>{rows}</List>
            }
            .into_any()
        };
        shown(&here, td_string!(lang, delivery.desk_title), "/desk/delivery", content).await
    })
}

/// How many doors are left, as a badge.
pub(super) fn left(missing: u32, lang: Lang) -> AnyView {
    match missing {
        0 => view! { <Badge tone=Tone::Jade text=td_string!(lang, delivery.all_done) /> }.into_any(),
        n => view! { <Badge tone=Tone::Amber text=td_string!(lang, delivery.missing, n = n) /> }.into_any(),
    }
}

/// A round: its buildings.
#[component]
pub fn RoundDesk() -> impl IntoView {
    let id = part("round");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let id: RoundId = id.parse().map_err(|_| Error::NotFound { what: What::Delivery })?;
        let page = delivery::round(&here.db, &here.actor, id).await?;
        let rows = page
            .buildings
            .iter()
            .map(|building| {
                let mut line = vec![building.area.in_(lang).to_owned()];
                if building.progress.nobody_home > 0 {
                    line.push(td_string!(lang, delivery.nobody_some, n = building.progress.nobody_home));
                }
                let href = format!("/desk/delivery/{id}/{}", building.id);
                let side = left(building.progress.missing(), lang);
                let bar = progress(building.progress, lang);
                view! { <ListItem title=building.name.in_(lang) href=href line=line side=side>{bar}</ListItem> }
            })
            .collect::<Vec<_>>();
        let over = (!page.running).then(|| view! { <Notice title=td_string!(lang, delivery.over) /> });
        let title = page.round.title.in_(lang).to_owned();
        let content = view! {
            {over}
            <p class="quiet dotted">
                <span>{page.round.number.clone()}</span>
                <span>{stage(page.round.stage, lang)}</span>
            </p>
            {progress(page.round.progress, lang)}
            <List label=td_string!(lang, delivery.buildings)>{rows}</List>
        }
        .into_any();
        shown(&here, &title, "/desk/delivery", content).await
    })
}

/// A building's doors in a round.
#[component]
pub fn DoorsDesk() -> impl IntoView {
    let (round, building) = (part("round"), part("building"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let round: RoundId = round.parse().map_err(|_| Error::NotFound { what: What::Delivery })?;
        let building: BuildingId = building.parse().map_err(|_| Error::NotFound { what: What::Building })?;
        let page = delivery::doors(&here.db, &here.actor, round, building).await?;
        let flash = kept(&here, "door").await?;
        let rows = page.doors.iter().map(|door| one(door, round, building, page.running, lang)).collect::<Vec<_>>();
        let over = (!page.running).then(|| view! { <Notice title=td_string!(lang, delivery.over) /> });
        let title = page.building.in_(lang).to_owned();
        let content = view! {
            {wrong(&flash, lang)}
            {over}
            <p class="quiet dotted">
                <span>{page.title.in_(lang).to_owned()}</span>
                <a href=format!("/desk/delivery/{round}")>{td_string!(lang, delivery.buildings)}</a>
            </p>
            <ul class="list delivery-doors">{rows}</ul>
        }
        .into_any();
        shown(&here, &title, "/desk/delivery", content).await
    })
}

fn wrong(flash: &Flash, lang: Lang) -> AnyView {
    let message = match &flash.error {
        None => return ().into_any(),
        Some(Error::Stale { .. }) => td_string!(lang, delivery.stale),
        Some(Error::Invalid { fields }) if fields.iter().any(|wrong| wrong.reason == Reason::NotOpenNow) => {
            td_string!(lang, delivery.not_now)
        }
        Some(error) => gongzhi_words::errors::title(error, lang),
    };
    view! { <ErrorSummary errors=Vec::new() message=Some(message.to_owned()) /> }.into_any()
}

fn one(door: &Door, round: RoundId, building: BuildingId, running: bool, lang: Lang) -> AnyView {
    let standing = door.standing;
    let mut states = Vec::new();
    let mut state = |tone, text: &'static str| states.push(view! { <Badge tone=tone text=text /> }.into_any());
    if door.arrived {
        state(Tone::Jade, td_string!(lang, delivery.state_arrived));
    } else if standing.pushed {
        state(Tone::Plain, td_string!(lang, delivery.state_pushed));
    }
    if standing.posted {
        state(Tone::Jade, td_string!(lang, delivery.state_posted));
    }
    match standing.door {
        Some(Outcome::NobodyHome) => state(Tone::Amber, terms::at_the_door(Outcome::NobodyHome, lang)),
        Some(outcome) => state(Tone::Jade, terms::at_the_door(outcome, lang)),
        None if !standing.reached() && !door.arrived => state(Tone::Plain, td_string!(lang, delivery.state_todo)),
        None => {}
    }
    let buttons = running.then(|| {
        let choices = Outcome::AT_THE_DOOR
            .iter()
            .filter(|outcome| standing.door != Some(**outcome))
            .map(|outcome| {
                let look = if *outcome == Outcome::HandedOver { Look::Primary } else { Look::Secondary };
                let (word, of) = (terms::at_the_door(*outcome, lang), format!(" {}", door.door));
                view! {
                    <Button look=look name="outcome" value=outcome.code()>
                        {word}
                        <span class="hidden-text">{of}</span>
                    </Button>
                }
            })
            .collect::<Vec<_>>();
        let undo = standing.can_undo().then(|| {
            let of = format!(" {}", door.door);
            view! {
                <Button look=Look::Quiet name="outcome" value=Outcome::Undone.code()>
                    {td_string!(lang, delivery.undo)}
                    <span class="hidden-text">{of}</span>
                </Button>
            }
        });
        let (household, saw) = (door.household.to_string(), door.seq.to_string());
        view! {
            <Form verb="tick-door" back=format!("/desk/delivery/{round}/{building}") inline=true>
                <input type="hidden" name="round" value=round.to_string() />
                <input type="hidden" name="building" value=building.to_string() />
                <input type="hidden" name="household" value=household />
                <input type="hidden" name="saw" value=saw />
                {choices}
                {undo}
            </Form>
        }
    });
    view! {
        <li class="delivery-door" id=format!("d-{}", door.household)>
            <p class="row row-apart">
                <b class="delivery-door-name">{door.door.clone()}</b>
                <span class="row">{states}</span>
            </p>
            {buttons}
        </li>
    }
    .into_any()
}
