//! The tariff of points, from its draft over its vote into force, and the stock of rewards.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    households::number as count_of,
    meetings::page_of,
    orders::{choice, optional},
    points::{date, number},
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, FieldError},
    ids::{MeetingId, RewardId, TariffId, TariffItemId},
    meeting::HandCount,
    points::{GoesTo, NewItem, Period, Source},
};
#[cfg(feature = "ssr")]
use gongzhi_store::{meetings, points};

#[cfg(feature = "ssr")]
const TARIFF: &str = "/desk/points/tariff";
#[cfg(feature = "ssr")]
const STOCK: &str = "/desk/points/rewards";

/// Begins the next version of an area's tariff.
///
/// # Errors
/// A role that may not there; an area that has a draft.
#[server(prefix = "/api", endpoint = "draft-tariff")]
pub async fn draft_tariff(area: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("draft-tariff", back.as_deref()).with("area", area.as_ref());
    let outcome = async {
        let here = Here::now()?;
        points::draft(&here.db, &here.actor, area.as_deref().unwrap_or_default()).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Adds an item to a draft.
///
/// # Errors
/// Field errors; a role that may not; a tariff in force.
#[server(prefix = "/api", endpoint = "add-tariff-item")]
pub async fn add_tariff_item(
    tariff: Option<String>,
    name_zh: Option<String>,
    name_en: Option<String>,
    source: Option<String>,
    goes_to: Option<String>,
    points: Option<String>,
    cap: Option<String>,
    period: Option<String>,
    evidence_zh: Option<String>,
    evidence_en: Option<String>,
    checks_zh: Option<String>,
    checks_en: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("add-tariff-item", back.as_deref())
        .with("tariff", tariff.as_ref())
        .with("name_zh", name_zh.as_ref())
        .with("name_en", name_en.as_ref())
        .with("source", source.as_ref())
        .with("goes_to", goes_to.as_ref())
        .with("points", points.as_ref())
        .with("cap", cap.as_ref())
        .with("period", period.as_ref())
        .with("evidence_zh", evidence_zh.as_ref())
        .with("evidence_en", evidence_en.as_ref())
        .with("checks_zh", checks_zh.as_ref())
        .with("checks_en", checks_en.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        let mut wrong = Vec::new();
        let chosen: Option<Source> = good(choice("source", source.as_deref()), &mut wrong);
        let goes_to: Option<GoesTo> = good(choice("goes_to", goes_to.as_deref()), &mut wrong);
        let period: Option<Period> = good(choice("period", period.as_deref()), &mut wrong);
        let worth = good(number("points", points.as_deref()), &mut wrong);
        let cap = good(number("cap", cap.as_deref()), &mut wrong);
        let text = |text: Option<String>| text.unwrap_or_default();
        let item = NewItem {
            name: (text(name_zh), text(name_en)),
            source: chosen.unwrap_or(Source::Volunteering),
            goes_to: goes_to.unwrap_or(GoesTo::Person),
            points: worth.unwrap_or(1),
            cap: cap.unwrap_or(100_000),
            period: period.unwrap_or(Period::Month),
            evidence: (text(evidence_zh), text(evidence_en)),
            checks: (text(checks_zh), text(checks_en)),
        };
        if !wrong.is_empty() {
            points::drafts(&here.db, &here.actor).await?;
            wrong.extend(item.check().err().iter().flat_map(|error| error.fields().to_vec()));
            return Err(Error::Invalid { fields: wrong });
        }
        points::add_item(&here.db, &here.actor, tariff, &item).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Takes an item out of a draft.
///
/// # Errors
/// As [`add_tariff_item`].
#[server(prefix = "/api", endpoint = "remove-tariff-item")]
pub async fn remove_tariff_item(tariff: Option<String>, item: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("draft-tariff", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        let item: TariffItemId = choice("item", item.as_deref())?;
        points::remove_item(&here.db, &here.actor, tariff, item).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Puts a draft to the vote of a meeting of its area, with how long points are to last.
///
/// # Errors
/// Field errors; a role that may not there; a draft that lies before a meeting.
#[server(prefix = "/api", endpoint = "put-tariff-to-vote")]
pub async fn put_tariff_to_vote(
    tariff: Option<String>,
    meeting: Option<String>,
    expires_months: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("put-tariff-to-vote", back.as_deref())
        .with("tariff", tariff.as_ref())
        .with("meeting", meeting.as_ref())
        .with("expires_months", expires_months.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        let mut wrong = Vec::new();
        let meeting: Option<MeetingId> = good(choice("meeting", meeting.as_deref()), &mut wrong);
        let months = good(optional("expires_months", expires_months.as_deref()), &mut wrong).flatten();
        let (Some(meeting), true) = (meeting, wrong.is_empty()) else {
            // Whoever may not at all hears that, not what is wrong with the form.
            points::drafts(&here.db, &here.actor).await?;
            return Err(Error::Invalid { fields: wrong });
        };
        meetings::put_tariff(&here.db, &here.actor, tariff, meeting, months).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Takes a draft back from a meeting at which it was not counted.
///
/// # Errors
/// One that was counted; a role that may not there.
#[server(prefix = "/api", endpoint = "take-tariff-back")]
pub async fn take_tariff_back(tariff: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("draft-tariff", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        meetings::take_tariff_back(&here.db, &here.actor, tariff).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Writes down what was counted when a tariff was put to the vote.
///
/// # Errors
/// Counts that cannot be; a meeting that is not running; a role that may not; a tariff that was not put to this meeting.
#[server(prefix = "/api", endpoint = "count-tariff")]
pub async fn count_tariff(
    meeting: Option<String>,
    tariff: Option<String>,
    present: Option<String>,
    in_favour: Option<String>,
    against: Option<String>,
    abstained: Option<String>,
    fewer: Option<String>,
    back: Option<String>,
) -> Answer {
    let verb = "count-tariff".to_owned();
    let form = Form::new("meeting", back.as_deref())
        .with("verb", Some(&verb))
        .with("tariff", tariff.as_ref())
        .with("present", present.as_ref())
        .with("in_favour", in_favour.as_ref())
        .with("against", against.as_ref())
        .with("abstained", abstained.as_ref())
        .with("fewer", fewer.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: MeetingId = choice("meeting", meeting.as_deref())?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        let hands = HandCount {
            present: count_of("present", present.as_deref())?,
            in_favour: count_of("in_favour", in_favour.as_deref())?,
            against: count_of("against", against.as_deref())?,
            abstained: count_of("abstained", abstained.as_deref())?,
        };
        let fewer = fewer.as_deref().unwrap_or_default();
        meetings::count_tariff(&here.db, &here.actor, id, tariff, hands, fewer).await?;
        Ok(format!("{}#t-{tariff}", page_of(id)))
    }
    .await;
    form.answer(outcome).await
}

/// Puts a draft in force from a day on, by the vote that passed it.
///
/// # Errors
/// Field errors; whoever drafted it; a draft that no vote has passed.
#[server(prefix = "/api", endpoint = "pass-tariff")]
pub async fn pass_tariff(tariff: Option<String>, effective_on: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("pass-tariff", back.as_deref())
        .with("tariff", tariff.as_ref())
        .with("effective_on", effective_on.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let tariff: TariffId = choice("tariff", tariff.as_deref())?;
        let day = date("effective_on", effective_on.as_deref()).ok();
        points::put_in_force(&here.db, &here.actor, tariff, day).await?;
        Ok(TARIFF.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Enters a reward.
///
/// # Errors
/// Field errors; a role that may not there.
#[server(prefix = "/api", endpoint = "add-reward")]
pub async fn add_reward(
    area: Option<String>,
    unit: Option<String>,
    name_zh: Option<String>,
    name_en: Option<String>,
    where_zh: Option<String>,
    where_en: Option<String>,
    cost: Option<String>,
    stock: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("add-reward", back.as_deref())
        .with("area", area.as_ref())
        .with("unit", unit.as_ref())
        .with("name_zh", name_zh.as_ref())
        .with("name_en", name_en.as_ref())
        .with("where_zh", where_zh.as_ref())
        .with("where_en", where_en.as_ref())
        .with("cost", cost.as_ref())
        .with("stock", stock.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let mut wrong = Vec::new();
        let cost = good(number("cost", cost.as_deref()), &mut wrong);
        let stock = good(number("stock", stock.as_deref()), &mut wrong);
        let text = |text: Option<String>| text.unwrap_or_default();
        let new = points::NewReward {
            area: text(area),
            unit: text(unit),
            name: (text(name_zh), text(name_en)),
            place: (text(where_zh), text(where_en)),
            cost: cost.unwrap_or(0),
            stock: stock.unwrap_or(-1),
        };
        points::add_reward(&here.db, &here.actor, &new).await.map_err(|error| said_once(error, &wrong))?;
        Ok(STOCK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Changes what a reward costs, how many are left and whether it is offered. `seen` is how many were left when the form opened.
///
/// # Errors
/// As [`add_reward`]; stale when somebody reserved one meanwhile and another number is entered.
#[server(prefix = "/api", endpoint = "change-reward")]
pub async fn change_reward(
    reward: Option<String>,
    cost: Option<String>,
    seen: Option<String>,
    stock: Option<String>,
    active: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("change-reward", back.as_deref())
        .with("reward", reward.as_ref())
        .with("cost", cost.as_ref())
        .with("stock", stock.as_ref())
        .with("active", active.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let reward: RewardId = choice("reward", reward.as_deref())?;
        let mut wrong = Vec::new();
        let cost = good(number("cost", cost.as_deref()), &mut wrong).unwrap_or(0);
        let stock = good(number("stock", stock.as_deref()), &mut wrong).unwrap_or(-1);
        let seen = number("stock", seen.as_deref())?;
        let active = active.is_some_and(|active| !active.is_empty());
        let done = points::change_reward(&here.db, &here.actor, reward, cost, (seen, stock), active).await;
        done.map_err(|error| said_once(error, &wrong))?;
        Ok(STOCK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// What was read, or its problem among the others.
#[cfg(feature = "ssr")]
fn good<T>(read: Result<T, Error>, wrong: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| wrong.extend_from_slice(error.fields())).ok()
}

/// The refusal with what could not be read said as such, not as a number out of range.
#[cfg(feature = "ssr")]
fn said_once(error: Error, unread: &[FieldError]) -> Error {
    let Error::Invalid { mut fields } = error else { return error };
    for field in &mut fields {
        if let Some(better) = unread.iter().find(|other| other.field == field.field) {
            *field = better.clone();
        }
    }
    Error::Invalid { fields }
}
