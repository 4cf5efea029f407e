//! Points: proposing and checking credits, reserving and handing out rewards.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    orders::{choice, optional},
};
#[cfg(feature = "ssr")]
use chrono::NaiveDate;
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    calendar,
    error::{Error, FieldError, Reason},
    ids::{PointsEntryId, PointsProposalId, ReservationId, RewardId, TariffItemId},
    points::{Account, AuditVerdict},
};
#[cfg(feature = "ssr")]
use gongzhi_store::{flash, points};
#[cfg(feature = "ssr")]
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use uuid::Uuid;

/// The desk's page of points, where no other is named.
#[cfg(feature = "ssr")]
const DESK: &str = "/desk/points";

/// Proposes a credit for a neighbour; a second person checks it.
///
/// # Errors
/// Field errors; a role that may not in the tariff's area; oneself or one's own household.
#[server(prefix = "/api", endpoint = "propose-credit")]
pub async fn propose_credit(
    key: Option<String>,
    phone: Option<String>,
    item: Option<String>,
    day: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("propose-credit", back.as_deref())
        .with("phone", phone.as_ref())
        .with("item", item.as_ref())
        .with("day", day.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let chosen: Result<TariffItemId, Error> = choice("item", item.as_deref());
        let on = date("day", day.as_deref());
        let mut wrong: Vec<FieldError> = Vec::new();
        wrong.extend(chosen.as_ref().err().into_iter().flat_map(|error| error.fields().to_vec()));
        wrong.extend(on.as_ref().err().into_iter().flat_map(|error| error.fields().to_vec()));
        let (Ok(item), Ok(day), true) = (chosen, on, wrong.is_empty()) else {
            // Whoever may not propose at all hears that, not what is wrong with the form.
            points::waiting(&here.db, &here.actor).await?;
            return Err(Error::Invalid { fields: wrong });
        };
        let new = points::Propose {
            key: key_in(key.as_deref())?,
            phone: phone.unwrap_or_default(),
            item,
            day,
            note: note.unwrap_or_default(),
        };
        points::propose(&here.db, &here.actor, &new).await?;
        Ok(format!("{DESK}?done=proposed"))
    }
    .await;
    form.answer(outcome).await
}

/// Proposes to take a credit back.
///
/// # Errors
/// As [`propose_credit`]; an entry that is no credit or was taken back.
#[server(prefix = "/api", endpoint = "reverse-credit")]
pub async fn reverse_credit(
    key: Option<String>,
    entry: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("reverse-credit", back.as_deref()).with("entry", entry.as_ref()).with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let entry: PointsEntryId = choice("entry", entry.as_deref())?;
        let (key, note) = (key_in(key.as_deref())?, note.unwrap_or_default());
        points::propose_reversal(&here.db, &here.actor, key, entry, &note).await?;
        Ok(format!("{DESK}?done=proposed"))
    }
    .await;
    form.answer(outcome).await
}

/// Approves or refuses what another proposed.
///
/// # Errors
/// Whoever proposed it, or is or lives with the neighbour; the cap; a refusal without an answer.
#[server(prefix = "/api", endpoint = "check-credit")]
pub async fn check_credit(
    proposal: Option<String>,
    decision: Option<String>,
    answer: Option<String>,
    back: Option<String>,
) -> Answer {
    let form =
        Form::new("check-credit", back.as_deref()).with("proposal", proposal.as_ref()).with("answer", answer.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let proposal: PointsProposalId = choice("proposal", proposal.as_deref())?;
        let approve = match decision.as_deref() {
            Some("approve") => true,
            Some("refuse") => false,
            _ => return Err(Error::field("decision", Reason::NotAChoice)),
        };
        let checked = points::check(&here.db, &here.actor, proposal, approve, &answer.unwrap_or_default()).await;
        checked.map_err(|error| beside(error, "answer"))?;
        Ok(format!("{DESK}?done={}", if approve { "approved" } else { "refused" }))
    }
    .await;
    form.answer(outcome).await
}

/// Records what was found when a sampled credit was looked at again.
///
/// # Errors
/// Whoever proposed, checked or received it; anything but "right" without a note.
#[server(prefix = "/api", endpoint = "audit-credit")]
pub async fn audit_credit(
    entry: Option<String>,
    verdict: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("audit-credit", back.as_deref())
        .with("entry", entry.as_ref())
        .with("verdict", verdict.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let entry: PointsEntryId = choice("entry", entry.as_deref())?;
        let verdict: AuditVerdict = choice("verdict", verdict.as_deref())?;
        points::verdict(&here.db, &here.actor, entry, verdict, &note.unwrap_or_default()).await?;
        Ok("/desk/points/audit".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Reserves a reward; the page that follows shows the code.
///
/// # Errors
/// None left, not enough points; somebody who is not signed in.
#[server(prefix = "/api", endpoint = "reserve-reward")]
pub async fn reserve_reward(
    key: Option<String>,
    reward: Option<String>,
    from: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("reserve-reward", back.as_deref()).with("reward", reward.as_ref()).with("from", from.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let reward: RewardId = choice("reward", reward.as_deref())?;
        let from: Option<Account> = optional("from", from.as_deref())?;
        let wish = points::Reserve { key: key_in(key.as_deref())?, reward, from: from.unwrap_or(Account::Person) };
        let reserved = points::reserve(&here.db, &here.actor, wish).await?;
        if let Some(code) = reserved.code {
            show_code(&here, reserved.id, code.to_string()).await?;
        }
        Ok(format!("/points/rewards/{}", reserved.id))
    }
    .await;
    form.answer(outcome).await
}

/// Gives a reserved reward back.
///
/// # Errors
/// Somebody else's reservation, or one that was handed out, is not found.
#[server(prefix = "/api", endpoint = "release-reward")]
pub async fn release_reward(reservation: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("release-reward", back.as_deref()).with("reservation", reservation.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: ReservationId = choice("reservation", reservation.as_deref())?;
        points::release(&here.db, &here.actor, id).await?;
        Ok(format!("/points/rewards/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// Makes a new code for a reservation; the old one no longer works.
///
/// # Errors
/// As [`release_reward`].
#[server(prefix = "/api", endpoint = "new-pickup-code")]
pub async fn new_pickup_code(reservation: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("new-pickup-code", back.as_deref()).with("reservation", reservation.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: ReservationId = choice("reservation", reservation.as_deref())?;
        let code = points::new_code(&here.db, &here.actor, id).await?;
        show_code(&here, id, code.to_string()).await?;
        Ok(format!("/points/rewards/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// What waits under a code, shown on the counter's page.
///
/// # Errors
/// A code under which nothing waits here; too many tries; a role that hands nothing out.
#[server(prefix = "/api", endpoint = "look-up-pickup")]
pub async fn look_up_pickup(code: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("counter", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let code = code.unwrap_or_default();
        let seen = points::look(&here.db, &here.actor, &code).await?;
        let at = AtCounter { name: (seen.name.zh, seen.name.en), cost: seen.cost, code: Some(code) };
        flash::keep(&here.db, here.form_cookie(), "at-counter", &at).await?;
        Ok("/desk/points/counter?seen=1".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Hands out what waits under a code.
///
/// # Errors
/// As [`look_up_pickup`].
#[server(prefix = "/api", endpoint = "hand-out-reward")]
pub async fn hand_out_reward(code: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("counter", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let done = points::hand_out(&here.db, &here.actor, &code.unwrap_or_default()).await?;
        let at = AtCounter { name: (done.name.zh, done.name.en), cost: done.cost, code: None };
        flash::keep(&here.db, here.form_cookie(), "at-counter", &at).await?;
        Ok("/desk/points/counter?seen=1".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The same refusal beside the one field that the form has.
#[cfg(feature = "ssr")]
fn beside(error: Error, name: &str) -> Error {
    let Error::Invalid { fields } = error else { return error };
    Error::Invalid { fields: fields.into_iter().map(|wrong| FieldError { field: name.to_owned(), ..wrong }).collect() }
}

/// What the counter's page shows: what waits (with its code) or what was just handed out (without).
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AtCounter {
    /// What it is, Chinese and English.
    pub name: (String, String),
    /// What it cost.
    pub cost: i32,
    /// The code, until it was handed out.
    pub code: Option<String>,
}

/// What the counter's page is to show, once.
///
/// # Errors
/// When the database does not answer.
#[cfg(feature = "ssr")]
pub async fn at_counter(here: &Here) -> Result<Option<AtCounter>, Error> {
    let Some(cookie) = here.form.get() else { return Ok(None) };
    flash::take(&here.db, cookie, "at-counter").await
}

/// The code of a reservation, while this browser may show it: 15 minutes from when it was made.
///
/// # Errors
/// When the database does not answer.
#[cfg(feature = "ssr")]
pub async fn shown_code(here: &Here, id: ReservationId) -> Result<Option<String>, Error> {
    let Some(cookie) = here.form.get() else { return Ok(None) };
    let kept: Option<(ReservationId, String)> = flash::read(&here.db, cookie, "pickup").await?;
    Ok(kept.filter(|(of, _)| *of == id).map(|(_, code)| code))
}

#[cfg(feature = "ssr")]
async fn show_code(here: &Here, id: ReservationId, code: String) -> Result<(), Error> {
    flash::keep(&here.db, here.form_cookie(), "pickup", &(id, code)).await
}

/// A day as a date field sends it.
#[cfg(feature = "ssr")]
pub(crate) fn date(field: &str, typed: Option<&str>) -> Result<NaiveDate, Error> {
    calendar::day_in(typed.unwrap_or_default()).map_err(|reason| Error::field(field, reason))
}

/// The key that the form was opened with.
#[cfg(feature = "ssr")]
pub(crate) fn key_in(key: Option<&str>) -> Result<Uuid, Error> {
    let text = key.map(str::trim).unwrap_or_default();
    Uuid::parse_str(text).map_err(|_| Error::field("key", Reason::Missing))
}

/// A whole number as it was typed, full-width digits too.
#[cfg(feature = "ssr")]
pub(crate) fn number(field: &str, typed: Option<&str>) -> Result<i32, Error> {
    let folded: String = typed
        .unwrap_or_default()
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            c => c,
        })
        .collect();
    if folded.is_empty() {
        return Err(Error::field(field, Reason::Missing));
    }
    folded.parse().map_err(|_| Error::field(field, Reason::NotANumber))
}
