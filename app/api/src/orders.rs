//! The desk's moves: what staff do with a work order. Each function is one row of the table in requests.md, States.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, account::needed, form::Form, sent::Sent};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, Reason},
    ids::OrderId,
    order::{Outcome, Version},
    request::{NOTE_MAX, REPLY_MAX, Rating, Told, field, validate_reply},
};
#[cfg(feature = "ssr")]
use gongzhi_store::{orders, requests};

/// #2: takes the order in, with its category and urgency.
///
/// # Errors
/// Field errors, a stale version, a state that does not allow it, a role that may not.
#[server(prefix = "/api", endpoint = "accept-order")]
pub async fn accept_order(
    order: Option<String>,
    version: Option<String>,
    category: Option<String>,
    urgency: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = moving("accept-order", order.as_ref(), back.as_deref())
        .with("category", category.as_ref())
        .with("urgency", urgency.as_ref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        let urgency = choice("urgency", urgency.as_deref())?;
        let category = needed("category", category.as_deref())?;
        let accept = orders::Accept { category: category.to_owned(), urgency, accused_unit: None };
        orders::accept(&here.db, &here.actor, order, version, &accept).await?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// #5: gives the order to a lead unit and, if need be, one co-unit.
///
/// # Errors
/// As [`accept_order`].
#[server(prefix = "/api", endpoint = "dispatch-order")]
pub async fn dispatch_order(
    order: Option<String>,
    version: Option<String>,
    lead: Option<String>,
    co: Option<String>,
    basis: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = moving("dispatch-order", order.as_ref(), back.as_deref())
        .with("lead", lead.as_ref())
        .with("co", co.as_ref())
        .with("basis", basis.as_ref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        let dispatch = orders::Dispatch {
            lead: choice("lead", lead.as_deref())?,
            co_units: optional("co", co.as_deref())?.into_iter().collect(),
            basis: basis.unwrap_or_default(),
        };
        let done = orders::dispatch(&here.db, &here.actor, order, version, &dispatch).await;
        done.map_err(|error| as_in_form(error, &[("co_units", "co")]))?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// #6: the handler starts.
///
/// # Errors
/// As [`accept_order`].
#[server(prefix = "/api", endpoint = "start-handling")]
pub async fn start_handling(order: Option<String>, version: Option<String>, back: Option<String>) -> Answer {
    let form = moving("start-handling", order.as_ref(), back.as_deref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        orders::start_handling(&here.db, &here.actor, order, version).await?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// #10: the resident was contacted just now: how, and what came of it.
///
/// # Errors
/// As [`accept_order`].
#[server(prefix = "/api", endpoint = "log-contact")]
pub async fn log_contact(
    order: Option<String>,
    version: Option<String>,
    way: Option<String>,
    outcome: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = moving("log-contact", order.as_ref(), back.as_deref())
        .with("way", way.as_ref())
        .with("outcome", outcome.as_ref())
        .with("note", note.as_ref());
    let done = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        let contact = orders::LogContact {
            at: here.now,
            way: choice("way", way.as_deref())?,
            outcome: choice("outcome", outcome.as_deref())?,
            note: note.unwrap_or_default(),
        };
        orders::log_contact(&here.db, &here.actor, order, version, &contact).await?;
        Ok(page_of(order))
    }
    .await;
    form.answer(done).await
}

/// #14: the handler hands in the reply for review, with photos of how it is now. The form is multipart.
///
/// # Errors
/// As [`accept_order`]; everything that is wrong with the reply at once.
#[server(prefix = "/api", endpoint = "submit-reply", input = MultipartFormData)]
pub async fn submit_reply(body: MultipartData) -> Answer {
    let verb = "submit-reply".to_owned();
    let (here, sent) = match Sent::read(body, &[(field::REPLY, REPLY_MAX), (field::INTERNAL, NOTE_MAX)]).await {
        Ok(read) => read,
        Err(error) => return Form::new("order", Some("/desk")).answer(Err(error)).await,
    };
    let outcome = hand_in(&here, &sent).await;
    sent.form("order", "/desk").with("verb", Some(&verb)).answer(outcome).await
}

/// #15: the manager sends the reply back with a remark.
///
/// # Errors
/// As [`accept_order`].
#[server(prefix = "/api", endpoint = "send-back-reply")]
pub async fn send_back_reply(
    order: Option<String>,
    version: Option<String>,
    remark: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = moving("send-back-reply", order.as_ref(), back.as_deref()).with("remark", remark.as_ref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        let back = orders::SendBack { remark: remark.unwrap_or_default() };
        orders::send_back(&here.db, &here.actor, order, version, &back).await?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// #16: the manager approves the reply; every resident is told.
///
/// # Errors
/// As [`accept_order`]; nobody approves what they wrote themselves.
#[server(prefix = "/api", endpoint = "approve-reply")]
pub async fn approve_reply(order: Option<String>, version: Option<String>, back: Option<String>) -> Answer {
    let form = moving("approve-reply", order.as_ref(), back.as_deref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        orders::approve_reply(&here.db, &here.actor, order, version).await?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// #17 and #18: the follow-up officer asked the resident: solved closes, not solved sends it back.
///
/// # Errors
/// As [`accept_order`].
#[server(prefix = "/api", endpoint = "follow-up")]
pub async fn follow_up(
    order: Option<String>,
    version: Option<String>,
    contacted: Option<String>,
    solved: Option<String>,
    satisfied: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = moving("follow-up", order.as_ref(), back.as_deref())
        .with("contacted", contacted.as_ref())
        .with("solved", solved.as_ref())
        .with("satisfied", satisfied.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let (here, order, version) = order_in(order.as_deref(), version.as_deref())?;
        let solved: Told = choice("solved", solved.as_deref())?;
        let satisfied = needed("satisfied", satisfied.as_deref())?
            .parse()
            .map_err(|_| Error::field("satisfied", Reason::NotANumber))?;
        let contacted = needed("contacted", contacted.as_deref())? == "yes";
        let in_form = |error| as_in_form(error, &[("comment", "note")]);
        let rating = Rating::new(contacted, solved, satisfied, note.unwrap_or_default()).map_err(in_form)?;
        let done = if solved == Told::No {
            orders::follow_up_redo(&here.db, &here.actor, order, version, &rating).await
        } else {
            orders::follow_up_close(&here.db, &here.actor, order, version, &rating).await
        };
        done.map_err(in_form)?;
        Ok(page_of(order))
    }
    .await;
    form.answer(outcome).await
}

/// Shows a resident's phone number in full, for a reason that is logged.
///
/// # Errors
/// A field error without a reason; a role that may not.
#[server(prefix = "/api", endpoint = "reveal-contact")]
pub async fn reveal_contact(
    order: Option<String>,
    request: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("reveal", back.as_deref()).with("request", request.as_ref()).with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let order: OrderId = choice("order", order.as_deref())?;
        let request = choice("request", request.as_deref())?;
        let contact =
            requests::reveal_contact(&here.db, &here.actor, request, reason.as_deref().unwrap_or_default()).await?;
        // It is shown once, on the page that asked, from the sealed flash: never in an address.
        let shown = (contact.name, contact.phone.map(|phone| phone.full().to_owned()).unwrap_or_default());
        gongzhi_store::flash::keep(&here.db, here.form_cookie(), "revealed", &shown).await?;
        Ok(format!("/desk/orders/{order}?revealed=1"))
    }
    .await;
    form.answer(outcome).await
}

/// The form of a move. Its flash says which move of which order it was: all of them are asked for on one page.
#[cfg(feature = "ssr")]
fn moving(verb: &'static str, order: Option<&String>, back: Option<&str>) -> Form {
    Form::new("order", back).with("verb", Some(&verb.to_owned())).with("order", order)
}

#[cfg(feature = "ssr")]
async fn hand_in(here: &Here, sent: &Sent) -> Result<String, Error> {
    sent.whole()?;
    let order: OrderId = choice("order", sent.get("order"))?;
    let version = version_in(sent.get("version"))?;
    let outcome: Result<Outcome, Error> = choice("result", sent.get("result"));
    let text = |name| sent.get(name).unwrap_or_default().to_owned();
    let (public, internal) = (text(field::REPLY), text(field::INTERNAL));
    let mut wrong = outcome.as_ref().err().map(|error| error.fields().to_vec()).unwrap_or_default();
    if let Err(error) = validate_reply(&public, &internal) {
        wrong.extend_from_slice(error.fields());
    }
    sent.wrong(&mut wrong)?;
    let (Ok(outcome), true) = (outcome, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let (photos, holder) = (sent.photos.clone(), Some(here.holder()));
    let reply = orders::SubmitReply { outcome, public, internal, photos, holder };
    orders::submit_reply(&here.db, &here.actor, order, version, &reply).await?;
    Ok(page_of(order))
}

#[cfg(feature = "ssr")]
fn order_in(order: Option<&str>, version: Option<&str>) -> Result<(Here, OrderId, Version), Error> {
    Ok((Here::now()?, choice("order", order)?, version_in(version)?))
}

#[cfg(feature = "ssr")]
pub(crate) fn version_in(version: Option<&str>) -> Result<Version, Error> {
    needed("version", version)?.parse().map(Version).map_err(|_| Error::field("version", Reason::NotANumber))
}

#[cfg(feature = "ssr")]
pub(crate) fn choice<T: std::str::FromStr>(field: &str, typed: Option<&str>) -> Result<T, Error> {
    needed(field, typed)?.parse().map_err(|_| Error::field(field, Reason::NotAChoice))
}

#[cfg(feature = "ssr")]
pub(crate) fn optional<T: std::str::FromStr>(field: &str, typed: Option<&str>) -> Result<Option<T>, Error> {
    typed
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .map(str::parse)
        .transpose()
        .map_err(|_| Error::field(field, Reason::NotAChoice))
}

/// The same refusal under the names the form's fields have, where they differ from those of the rule.
#[cfg(feature = "ssr")]
fn as_in_form(error: Error, names: &[(&str, &str)]) -> Error {
    let Error::Invalid { mut fields } = error else { return error };
    for wrong in &mut fields {
        if let Some((_, name)) = names.iter().find(|(rule, _)| *rule == wrong.field) {
            wrong.field = (*name).to_owned();
        }
    }
    Error::Invalid { fields }
}

#[cfg(feature = "ssr")]
fn page_of(order: OrderId) -> String {
    format!("/desk/orders/{order}")
}
