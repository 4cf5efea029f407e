//! Homes: what the window confirms and ends, buildings and lists, and what a resident asks for.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, account::needed, form::Form, orders::choice};
#[cfg(feature = "ssr")]
use chrono::NaiveDate;
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    calendar,
    error::{Error, Reason},
    household,
    ids::{BuildingId, HouseholdId, PersonId, ResidenceId},
    lang::Named,
    phone::Phone,
};
#[cfg(feature = "ssr")]
use gongzhi_store::{flash, households};
#[cfg(feature = "ssr")]
use serde::{Deserialize, Serialize};

/// Confirms at the window that somebody belongs to a household.
///
/// # Errors
/// Field errors; a role that may not.
#[server(prefix = "/api", endpoint = "confirm-residence")]
pub async fn confirm_residence(
    building: Option<String>,
    household: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    capacity: Option<String>,
    minor: Option<String>,
    verified: Option<String>,
    note: Option<String>,
    until: Option<String>,
    read_back: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("household", back.as_deref())
        .with("household", household.as_ref())
        .with("phone", phone.as_ref())
        .with("name", name.as_ref())
        .with("capacity", capacity.as_ref())
        .with("minor", minor.as_ref())
        .with("verified", verified.as_ref())
        .with("note", note.as_ref())
        .with("until", until.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let building: BuildingId = choice("building", building.as_deref())?;
        let household: HouseholdId = choice("household", household.as_deref())?;
        let phone =
            Phone::parse(phone.as_deref().unwrap_or_default()).map_err(|reason| Error::field("phone", reason))?;
        let confirm = households::Confirm {
            household,
            phone,
            name: name.unwrap_or_default(),
            capacity: choice("capacity", capacity.as_deref())?,
            adult: minor.is_none(),
            verified: choice("verified", verified.as_deref())?,
            note: note.unwrap_or_default(),
            until: day("until", until.as_deref())?,
            read_back: read_back.is_some(),
        };
        households::confirm(&here.db, &here.actor, &confirm).await?;
        Ok(format!("/desk/households/{building}?done=confirmed#h-{household}"))
    }
    .await;
    form.answer(outcome).await
}

/// Ends somebody's home in a household.
///
/// # Errors
/// Not found when it ended already; a role that may not.
#[server(prefix = "/api", endpoint = "end-residence")]
pub async fn end_residence(residence: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("household", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let residence: ResidenceId = choice("residence", residence.as_deref())?;
        let building = households::end(&here.db, &here.actor, residence).await?;
        Ok(format!("/desk/households/{building}?done=ended"))
    }
    .await;
    form.answer(outcome).await
}

/// Adds a building with its doors: by pattern, or as they are typed.
///
/// # Errors
/// Field errors; a role that may not.
#[server(prefix = "/api", endpoint = "add-building")]
pub async fn add_building(
    area: Option<String>,
    compound: Option<String>,
    compound_en: Option<String>,
    name: Option<String>,
    name_en: Option<String>,
    stairways: Option<String>,
    floors: Option<String>,
    per_floor: Option<String>,
    doors: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("building", back.as_deref())
        .with("area", area.as_ref())
        .with("compound", compound.as_ref())
        .with("compound_en", compound_en.as_ref())
        .with("name", name.as_ref())
        .with("name_en", name_en.as_ref())
        .with("stairways", stairways.as_ref())
        .with("floors", floors.as_ref())
        .with("per_floor", per_floor.as_ref())
        .with("doors", doors.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let typed = doors.as_deref().map(str::trim).filter(|doors| !doors.is_empty());
        let doors = match typed {
            Some(typed) => household::doors_in(typed)?,
            None => household::doors(
                number("stairways", stairways.as_deref())?,
                number("floors", floors.as_deref())?,
                number("per_floor", per_floor.as_deref())?,
            )?,
        };
        let new = households::NewBuilding {
            area: needed("area", area.as_deref())?.to_owned(),
            compound: Named::new(compound.unwrap_or_default(), compound_en.unwrap_or_default()),
            name: Named::new(name.unwrap_or_default(), name_en.unwrap_or_default()),
            doors,
        };
        let building = households::add_building(&here.db, &here.actor, &new).await?;
        Ok(format!("/desk/households/{building}?done=added"))
    }
    .await;
    form.answer(outcome).await
}

/// Reads a list of households; with `act` = `take` it is taken over, otherwise only looked at. The page that follows says what it would
/// change, or what is wrong with each row.
///
/// # Errors
/// A role that may not; a list that is empty.
#[server(prefix = "/api", endpoint = "import-households")]
pub async fn import_households(list: Option<String>, act: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("households-list", back.as_deref()).with("list", list.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let text = needed("list", list.as_deref())?;
        let take = act.as_deref() == Some("take");
        let report = households::import(&here.db, &here.actor, text, !take).await?;
        let kept = ListReport {
            imported: report.imported,
            problems: report
                .problems
                .into_iter()
                .take(200)
                .map(|problem| (problem.line, problem.column.to_owned(), problem.reason))
                .collect(),
            done: report.done,
        };
        flash::keep(&here.db, here.form_cookie(), "list-report", &kept).await?;
        Ok(kept.done)
    }
    .await;
    match outcome {
        Ok(true) => form.answer(Ok("/desk/households/import?done=taken".to_owned())).await,
        // Looked at, or wrong: the list stays in the form.
        Ok(false) => match Here::now() {
            Ok(here) => form.show_again(&here).await,
            Err(error) => form.answer(Err(error)).await,
        },
        Err(error) => form.answer(Err(error)).await,
    }
}

/// What came of reading a list, for the page that follows.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReport {
    /// What it changes, or changed.
    pub imported: households::Imported,
    /// Row, column and what is wrong, up to 200.
    pub problems: Vec<(u32, String, Reason)>,
    /// Whether it was taken over.
    pub done: bool,
}

/// The report of the list this browser sent last.
///
/// # Errors
/// When the database does not answer.
#[cfg(feature = "ssr")]
pub async fn list_report(here: &Here) -> Result<Option<ListReport>, Error> {
    let Some(cookie) = here.form.get() else { return Ok(None) };
    flash::read(&here.db, cookie, "list-report").await
}

/// Says where one lives and asks the window to confirm it.
///
/// # Errors
/// Field errors; nobody signed in.
#[server(prefix = "/api", endpoint = "ask-residence")]
pub async fn ask_residence(area: Option<String>, words: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("residence", back.as_deref()).with("area", area.as_ref()).with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (area, words) = (area.unwrap_or_default(), words.unwrap_or_default());
        households::ask(&here.db, &here.actor, &area, &words).await?;
        Ok("/me/household?done=asked".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Asks somebody who said where they live to come to the window.
///
/// # Errors
/// Not found when it was answered already; a role that may not.
#[server(prefix = "/api", endpoint = "answer-residence")]
pub async fn answer_residence(person: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("household", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let person: PersonId = choice("person", person.as_deref())?;
        households::answer_ask(&here.db, &here.actor, person).await?;
        Ok("/desk/households?done=asked".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// A day as a form sends it; empty for none.
#[cfg(feature = "ssr")]
pub(crate) fn day(field: &str, typed: Option<&str>) -> Result<Option<NaiveDate>, Error> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
    typed.map(|typed| calendar::day_in(typed).map_err(|reason| Error::field(field, reason))).transpose()
}

/// A whole number as a form sends it; nothing counts as missing.
#[cfg(feature = "ssr")]
pub(crate) fn number<T: std::str::FromStr>(field: &str, typed: Option<&str>) -> Result<T, Error> {
    needed(field, typed)?.parse().map_err(|_| Error::field(field, Reason::NotANumber))
}
