//! Keeping a pact: reporting a clause that was not kept, answering, finding, appealing; good neighbours.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    orders::{choice, optional, version_in},
    points::{date, key_in},
    sent::Sent,
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, Reason},
    ids::{BreachId, ClauseId, NominationId, PactId},
    keeping::{Outcome, PLACE_MAX, WORDS_MAX},
};
#[cfg(feature = "ssr")]
use gongzhi_store::keeping::{self, NewNomination, Report, Triage};

/// Reports that a clause was not kept, with up to three photos. Fields: `key`, `keeping` (the pact), `clause`, `place`,
/// `happened_on`, `words`, `photos`, `staged`.
///
/// # Errors
/// Field errors; somebody who is not signed in; too many in a day.
#[server(prefix = "/api", endpoint = "report-breach", input = MultipartFormData)]
pub async fn report_breach(body: MultipartData) -> Answer {
    let (here, sent) = match Sent::read(body, &[("place", PLACE_MAX), ("words", WORDS_MAX)]).await {
        Ok(read) => read,
        Err(error) => return Form::new("report-breach", Some("/pacts")).answer(Err(error)).await,
    };
    let outcome = hand_in(&here, &sent).await;
    sent.form("report-breach", "/pacts").answer(outcome).await
}

#[cfg(feature = "ssr")]
async fn hand_in(here: &Here, sent: &Sent) -> Result<String, Error> {
    sent.whole()?;
    let pact: PactId = choice("pact", sent.get("keeping"))?;
    let text = |name| sent.get(name).unwrap_or_default().to_owned();
    let new = Report {
        key: key_in(sent.get("key"))?,
        pact,
        clause: choice("clause", sent.get("clause")).unwrap_or(ClauseId::from_uuid(uuid::Uuid::nil())),
        place: text("place"),
        happened_on: date("happened_on", sent.get("happened_on")).unwrap_or(chrono::NaiveDate::MIN),
        words: text("words"),
        photos: sent.photos.clone(),
        holder: Some(here.holder()),
    };
    let mut wrong = Vec::new();
    sent.wrong(&mut wrong)?;
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let id = keeping::report(&here.db, &here.actor, &new).await?;
    Ok(format!("/me/keeping/{id}"))
}

/// Whoever is meant answers.
///
/// # Errors
/// An empty answer; anybody else hears that there is nothing.
#[server(prefix = "/api", endpoint = "answer-breach")]
pub async fn answer_breach(breach: Option<String>, words: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("answer-breach", back.as_deref()).with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        keeping::answer(&here.db, &here.actor, id, &words.unwrap_or_default()).await?;
        Ok(format!("/me/keeping/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// One side asks another panel.
///
/// # Errors
/// Too late, a second time; no words.
#[server(prefix = "/api", endpoint = "appeal-breach")]
pub async fn appeal_breach(breach: Option<String>, words: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("appeal-breach", back.as_deref()).with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        keeping::appeal(&here.db, &here.actor, id, &words.unwrap_or_default()).await?;
        Ok(format!("/me/keeping/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// A member of the panel finds.
///
/// # Errors
/// Without the declaration, without words, a second time.
#[server(prefix = "/api", endpoint = "find-on-breach")]
pub async fn find_on_breach(
    breach: Option<String>,
    declared: Option<String>,
    finding: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("find-on-breach", back.as_deref())
        .with("declared", declared.as_ref())
        .with("finding", finding.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        let finding: Outcome = choice("finding", finding.as_deref())?;
        let declared = declared.is_some_and(|declared| !declared.is_empty());
        keeping::find(&here.db, &here.actor, id, declared, finding, &note.unwrap_or_default()).await?;
        Ok(format!("/me/keeping/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// A member of the panel says that they are related; somebody else is called.
///
/// # Errors
/// Whoever has no seat hears that there is nothing.
#[server(prefix = "/api", endpoint = "leave-panel")]
pub async fn leave_panel(breach: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("find-on-breach", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        keeping::step_down(&here.db, &here.actor, id).await?;
        Ok("/me/keeping".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The officer takes a report up or turns it away.
///
/// # Errors
/// Field errors; a stale version; a role that may not there, or a side.
#[server(prefix = "/api", endpoint = "triage-breach")]
pub async fn triage_breach(
    breach: Option<String>,
    version: Option<String>,
    decision: Option<String>,
    phone: Option<String>,
    summary: Option<String>,
    note: Option<String>,
    photo1: Option<String>,
    photo2: Option<String>,
    photo3: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("triage-breach", back.as_deref())
        .with("decision", decision.as_ref())
        .with("phone", phone.as_ref())
        .with("summary", summary.as_ref())
        .with("photo1", photo1.as_ref())
        .with("photo2", photo2.as_ref())
        .with("photo3", photo3.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let what = match decision.as_deref() {
            Some("take_up") => {
                let ticked = [photo1, photo2, photo3];
                let passed = ticked.iter().map(|photo| optional("photos", photo.as_deref()));
                let photos = passed.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
                Triage::TakeUp { phone: phone.unwrap_or_default(), summary: summary.unwrap_or_default(), photos }
            }
            Some("turn_away") => Triage::TurnAway(note.unwrap_or_default()),
            _ => return Err(Error::field("decision", Reason::NotAChoice)),
        };
        keeping::triage(&here.db, &here.actor, id, saw, &what).await?;
        Ok("/desk/keeping".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The officer calls a panel, or somebody else to an empty seat.
///
/// # Errors
/// A side, or somebody who lives with one; a number that is none; a role that may not there.
#[server(prefix = "/api", endpoint = "call-panel")]
pub async fn call_panel(
    breach: Option<String>,
    phone1: Option<String>,
    phone2: Option<String>,
    phone3: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("call-panel", back.as_deref())
        .with("phone1", phone1.as_ref())
        .with("phone2", phone2.as_ref())
        .with("phone3", phone3.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: BreachId = choice("breach", breach.as_deref())?;
        let phones = [phone1, phone2, phone3].map(Option::unwrap_or_default);
        keeping::call(&here.db, &here.actor, id, &phones).await?;
        Ok(format!("/desk/keeping/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// Nominates a neighbour.
///
/// # Errors
/// Field errors; oneself; somebody who is nominated already.
#[server(prefix = "/api", endpoint = "nominate-neighbour")]
pub async fn nominate_neighbour(
    key: Option<String>,
    phone: Option<String>,
    area: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("nominate-neighbour", back.as_deref())
        .with("phone", phone.as_ref())
        .with("area", area.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let text = |text: Option<String>| text.unwrap_or_default();
        let new =
            NewNomination { key: key_in(key.as_deref())?, phone: text(phone), area: text(area), reason: text(reason) };
        keeping::nominate(&here.db, &here.actor, &new).await?;
        Ok("/neighbours?done=nominated".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Endorses a nomination.
///
/// # Errors
/// The neighbour themselves and whoever nominated them.
#[server(prefix = "/api", endpoint = "endorse-neighbour")]
pub async fn endorse_neighbour(nomination: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("endorse-neighbour", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let id: NominationId = choice("nomination", nomination.as_deref())?;
        keeping::endorse(&here.db, &here.actor, id).await?;
        Ok("/neighbours?done=endorsed".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The committee picks a nomination; the neighbour is asked.
///
/// # Errors
/// A role that may not there; the neighbour themselves.
#[server(prefix = "/api", endpoint = "pick-neighbour")]
pub async fn pick_neighbour(nomination: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("endorse-neighbour", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let id: NominationId = choice("nomination", nomination.as_deref())?;
        keeping::pick(&here.db, &here.actor, id).await?;
        Ok("/neighbours?done=picked".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The neighbour agrees to be shown under a name, or not, or no longer.
///
/// # Errors
/// Anybody else hears that there is nothing; an empty name.
#[server(prefix = "/api", endpoint = "answer-nomination")]
pub async fn answer_nomination(
    nomination: Option<String>,
    decision: Option<String>,
    shown_name: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("answer-nomination", back.as_deref())
        .with("nomination", nomination.as_ref())
        .with("shown_name", shown_name.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: NominationId = choice("nomination", nomination.as_deref())?;
        let name = shown_name.unwrap_or_default();
        let shown = match decision.as_deref() {
            Some("yes") => Some(name.as_str()),
            Some("no") => None,
            _ => return Err(Error::field("decision", Reason::NotAChoice)),
        };
        keeping::answer_nomination(&here.db, &here.actor, id, shown).await?;
        Ok("/neighbours?done=answered".to_owned())
    }
    .await;
    form.answer(outcome).await
}
