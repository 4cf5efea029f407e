//! Bringing a text to doors.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, form::Form, households::number, orders::choice};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    delivery::Outcome,
    error::Error,
    ids::{BuildingId, HouseholdId, RoundId},
};
#[cfg(feature = "ssr")]
use gongzhi_store::delivery;

/// Says what came of a visit at a door, or takes the last thing said back. Leads back to the door in the list.
///
/// # Errors
/// A round that is over, a door somebody else spoke of meanwhile, a role that may not.
#[server(prefix = "/api", endpoint = "tick-door")]
pub async fn tick_door(
    round: Option<String>,
    building: Option<String>,
    household: Option<String>,
    saw: Option<String>,
    outcome: Option<String>,
    back: Option<String>,
) -> Answer {
    let form =
        Form::new("door", back.as_deref()).with("household", household.as_ref()).with("outcome", outcome.as_ref());
    let done = async {
        let here = Here::now()?;
        let round: RoundId = choice("round", round.as_deref())?;
        let building: BuildingId = choice("building", building.as_deref())?;
        let household: HouseholdId = choice("household", household.as_deref())?;
        let outcome: Outcome = choice("outcome", outcome.as_deref())?;
        let saw = number("saw", saw.as_deref())?;
        delivery::tick(&here.db, &here.actor, round, household, saw, outcome).await?;
        Ok(format!("/desk/delivery/{round}/{building}#d-{household}"))
    }
    .await;
    form.answer(done).await
}

/// Says that the text was posted to the households of some buildings that do not have it.
///
/// # Errors
/// No building, a round that is over, a role that may not.
#[server(prefix = "/api", endpoint = "post-round")]
pub async fn post_round(
    round: Option<String>,
    number: Option<String>,
    #[server(default)] buildings: Vec<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("post", back.as_deref());
    let done = async {
        let here = Here::now()?;
        let round: RoundId = choice("round", round.as_deref())?;
        let chosen = buildings
            .iter()
            .map(|building| choice("buildings", Some(building)))
            .collect::<Result<Vec<BuildingId>, Error>>()?;
        let posted = delivery::post(&here.db, &here.actor, round, &chosen).await?;
        let number = crate::form::encode(number.as_deref().unwrap_or_default());
        Ok(format!("/desk/pacts/{number}/delivery?posted={posted}"))
    }
    .await;
    form.answer(done).await
}
