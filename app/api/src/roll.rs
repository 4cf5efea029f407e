//! The roll of a pact: who votes for a household, objections and their answers, and what the office keeps of it.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

#[cfg(feature = "ssr")]
mod changed;

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, account::needed, form::Form, orders::choice};
#[cfg(feature = "ssr")]
use changed::Typed;
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, Reason},
    pact::Basis,
    roll::Body,
};
#[cfg(feature = "ssr")]
use gongzhi_store::roll::{self, Proxy};

/// Says who votes for one's household or flats.
///
/// # Errors
/// Field errors for somebody who does not belong to it, or when it is too late; a role that may not.
#[server(prefix = "/api", endpoint = "name-voter")]
pub async fn name_voter(
    pact: Option<String>,
    unit: Option<String>,
    voter: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = page_of(pact.as_deref());
    let form = Form::new("name-voter", back.as_deref().or(Some(&page)))
        .with("unit", unit.as_ref())
        .with("voter", voter.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (unit, voter) = (choice("form", unit.as_deref())?, choice("voter", voter.as_deref())?);
        roll::name_voter(&here.db, &here.actor, number(pact.as_deref())?, unit, voter).await?;
        Ok(format!("{page}?done=voter"))
    }
    .await;
    form.answer(outcome).await
}

/// Objects to the roll.
///
/// # Errors
/// Field errors for no words or after the five days; too many a day.
#[server(prefix = "/api", endpoint = "object-to-roll")]
pub async fn object_to_roll(pact: Option<String>, words: Option<String>, back: Option<String>) -> Answer {
    let page = page_of(pact.as_deref());
    let form = Form::new("object-to-roll", back.as_deref().or(Some(&page))).with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        roll::object(&here.db, &here.actor, number(pact.as_deref())?, words.as_deref().unwrap_or_default()).await?;
        Ok(format!("{page}?done=objection"))
    }
    .await;
    form.answer(outcome).await
}

/// Answers an objection; an upheld one changes the roll.
///
/// # Errors
/// Field errors for no reason or a change that cannot be made; an objection that was answered; a role that may not.
#[server(prefix = "/api", endpoint = "answer-roll-objection")]
pub async fn answer_roll_objection(
    pact: Option<String>,
    objection: Option<String>,
    change: Option<String>,
    unit: Option<String>,
    into: Option<String>,
    body: Option<String>,
    building: Option<String>,
    door: Option<String>,
    phone: Option<String>,
    flat: Option<String>,
    area: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let mut form = Form::new("answer-roll-objection", back.as_deref().or(Some(&page)))
        .with("objection", objection.as_ref())
        .with("change", change.as_ref())
        .with("reason", reason.as_ref());
    let typed = Typed { unit, into, body, building, door, phone, flat, area };
    for (field, value) in typed.fields() {
        form = form.with(field, value);
    }
    let outcome = async {
        let here = Here::now()?;
        let objection = choice("form", objection.as_deref())?;
        let change = match needed("change", change.as_deref())? {
            "none" => None,
            code => Some(typed.changed(choice("change", Some(code))?)?),
        };
        let answer = roll::Answer { change, reason: reason.unwrap_or_default() };
        roll::answer(&here.db, &here.actor, number(pact.as_deref())?, objection, &answer).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

/// Numbers of units are small; one that is not is none.
#[cfg(feature = "ssr")]
pub(crate) fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

#[cfg(feature = "ssr")]
pub(crate) fn whole(field: &str, typed: Option<&str>) -> Result<i64, Error> {
    needed(field, typed)?.parse().map_err(|_| Error::field(field, Reason::NotANumber))
}

/// Settles who votes for a household whose people named several.
///
/// # Errors
/// Field errors for no ground or somebody who does not belong to it; a role that may not.
#[server(prefix = "/api", endpoint = "settle-voter")]
pub async fn settle_voter(
    pact: Option<String>,
    unit: Option<String>,
    voter: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("settle-voter", back.as_deref().or(Some(&page)))
        .with("unit", unit.as_ref())
        .with("voter", voter.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (unit, voter) = (choice("form", unit.as_deref())?, choice("voter", voter.as_deref())?);
        let note = note.unwrap_or_default();
        roll::settle(&here.db, &here.actor, number(pact.as_deref())?, unit, voter, &note).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

/// Chooses another of the profile's ways to count.
///
/// # Errors
/// Field errors for a way it does not know, no ground, or when the roll is drawn; a role that may not.
#[server(prefix = "/api", endpoint = "choose-counting")]
pub async fn choose_counting(
    pact: Option<String>,
    basis: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("choose-counting", back.as_deref().or(Some(&page)))
        .with("basis", basis.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let basis: Basis = choice("basis", basis.as_deref())?;
        let note = note.unwrap_or_default();
        roll::choose_basis(&here.db, &here.actor, number(pact.as_deref())?, basis, &note).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

/// Names a representative or party member, or with `off` takes one off again.
///
/// # Errors
/// Field errors for a number nobody has, or when the roll is drawn; a role that may not.
#[server(prefix = "/api", endpoint = "name-member")]
pub async fn name_member(
    pact: Option<String>,
    body: Option<String>,
    phone: Option<String>,
    off: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("name-member", back.as_deref().or(Some(&page)))
        .with("body", body.as_ref())
        .with("phone", phone.as_ref())
        .with("off", off.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let body: Body = choice("body", body.as_deref())?;
        let on = off.is_none_or(|off| off.is_empty());
        let phone = needed("phone", phone.as_deref())?;
        roll::name_member(&here.db, &here.actor, number(pact.as_deref())?, body, phone, on).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

/// Records a written proxy.
///
/// # Errors
/// Field errors for a unit that has one or took part, a fourth for one holder, nothing about the paper; a role that may not.
#[server(prefix = "/api", endpoint = "give-proxy")]
pub async fn give_proxy(
    pact: Option<String>,
    unit: Option<String>,
    phone: Option<String>,
    paper: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("give-proxy", back.as_deref().or(Some(&page)))
        .with("unit", unit.as_ref())
        .with("phone", phone.as_ref())
        .with("paper", paper.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let unit = small(whole("unit", unit.as_deref())?);
        let proxy = Proxy { unit, phone: phone.unwrap_or_default(), paper: paper.unwrap_or_default() };
        roll::give_proxy(&here.db, &here.actor, number(pact.as_deref())?, &proxy).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

/// Takes a written proxy back.
///
/// # Errors
/// A field error when there is none, or the unit took part; a role that may not.
#[server(prefix = "/api", endpoint = "take-back-proxy")]
pub async fn take_back_proxy(pact: Option<String>, unit: Option<String>, back: Option<String>) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("take-back-proxy", back.as_deref().or(Some(&page))).with("unit", unit.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let unit = small(whole("unit", unit.as_deref())?);
        roll::take_back_proxy(&here.db, &here.actor, number(pact.as_deref())?, unit).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
fn page_of(pact: Option<&str>) -> String {
    format!("/pacts/{}/roll", pact.unwrap_or_default().trim())
}

#[cfg(feature = "ssr")]
fn desk_page(pact: Option<&str>) -> String {
    format!("/desk/pacts/{}/roll", pact.unwrap_or_default().trim())
}

/// The pact's number as it was sent; whether there is such a pact the store knows.
#[cfg(feature = "ssr")]
pub(crate) fn number(pact: Option<&str>) -> Result<&str, Error> {
    needed("form", pact)
}
