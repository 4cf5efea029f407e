//! Signing a pact: the code, the signature, taking it back, signing a later version; at the desk the assisted signature, the
//! lines of the book, and the buildings of a pledge.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    account::needed,
    form::Form,
    orders::{choice, optional},
    sent::Sent,
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    calendar,
    error::{Error, FieldError, Reason},
    ids::{BuildingId, HouseholdId, PersonId, SignatureId},
    phone::Phone,
};
#[cfg(feature = "ssr")]
use gongzhi_store::signing::{self, Assisted, Confirm, NewScan, PaperLine, Reading, Reaffirm};

/// Sends the code with which a pact is signed, to the number the signer signs in with.
///
/// # Errors
/// Field errors for a household that is not theirs, a pact that is not open; too many codes.
#[server(prefix = "/api", endpoint = "send-signing-code")]
pub async fn send_signing_code(pact: Option<String>, household: Option<String>, back: Option<String>) -> Answer {
    let page = sign_page(pact.as_deref());
    let form = Form::new("sign-pact", back.as_deref().or(Some(&page))).with("household", household.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let home: HouseholdId = choice("household", household.as_deref())?;
        signing::send_code(&here.db, &here.actor, number(pact.as_deref())?, home).await?;
        Ok(format!("{page}?sent={home}"))
    }
    .await;
    form.answer(outcome).await
}

/// Signs with the code. Sent twice it signs once.
///
/// # Errors
/// Field errors for a wrong or old code, another version of the text, a household that is not theirs, a pact that is not open.
#[server(prefix = "/api", endpoint = "sign-pact")]
pub async fn sign_pact(
    pact: Option<String>,
    household: Option<String>,
    text: Option<String>,
    code: Option<String>,
    agreed: Option<String>,
    key: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = sign_page(pact.as_deref());
    let form = Form::new("sign-pact", back.as_deref().or(Some(&page)))
        .with("household", household.as_ref())
        .with("agreed", agreed.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number(pact.as_deref())?;
        let confirm = Confirm {
            household: choice("household", household.as_deref())?,
            text: text.unwrap_or_default(),
            code: code.unwrap_or_default(),
            key: choice("form", key.as_deref())?,
        };
        ticked("agreed", agreed.as_deref())?;
        signing::sign(&here.db, &here.actor, number, &confirm).await?;
        Ok(format!("/pacts/{number}/signed?done=1"))
    }
    .await;
    form.answer(outcome).await
}

/// Signs the present version by whoever signed an earlier one, after seeing what changed.
///
/// # Errors
/// As [`sign_pact`], without the code; not found for a signature that is not theirs or was taken back.
#[server(prefix = "/api", endpoint = "reaffirm-signature")]
pub async fn reaffirm_signature(
    pact: Option<String>,
    earlier: Option<String>,
    text: Option<String>,
    key: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = sign_page(pact.as_deref());
    let form = Form::new("reaffirm-signature", back.as_deref().or(Some(&page)));
    let outcome = async {
        let here = Here::now()?;
        let number = number(pact.as_deref())?;
        let again = Reaffirm {
            earlier: choice("form", earlier.as_deref())?,
            text: text.unwrap_or_default(),
            key: choice("form", key.as_deref())?,
        };
        signing::reaffirm(&here.db, &here.actor, number, &again).await?;
        Ok(format!("/pacts/{number}/signed?done=1"))
    }
    .await;
    form.answer(outcome).await
}

/// Takes one's own signature back.
///
/// # Errors
/// A field error when it was not ticked that this is meant; not found for a signature that is not theirs.
#[server(prefix = "/api", endpoint = "withdraw-signature")]
pub async fn withdraw_signature(
    pact: Option<String>,
    signature: Option<String>,
    sure: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = format!("/pacts/{}/signed", pact.as_deref().unwrap_or_default());
    let form = Form::new("withdraw-signature", back.as_deref().or(Some(&page))).with("signature", signature.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number(pact.as_deref())?;
        let signature: SignatureId = choice("form", signature.as_deref())?;
        ticked("sure", sure.as_deref())?;
        signing::withdraw(&here.db, &here.actor, number, signature).await?;
        Ok(format!("/pacts/{number}/signed?withdrawn=1"))
    }
    .await;
    form.answer(outcome).await
}

/// Finds the household of somebody by their number, for a visit; its page then opens.
///
/// # Errors
/// A field error for a number that is none, or of nobody who may sign; a role that may not.
#[server(prefix = "/api", endpoint = "find-signer")]
pub async fn find_signer(pact: Option<String>, phone: Option<String>, back: Option<String>) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("find-signer", back.as_deref().or(Some(&page))).with("phone", phone.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let typed: Phone =
            needed("phone", phone.as_deref())?.parse().map_err(|_| Error::field("phone", Reason::NotAPhone))?;
        let found = signing::household(&here.db, &here.actor, number(pact.as_deref())?, None, Some(&typed)).await?;
        Ok(format!("{page}?household={}", found.id))
    }
    .await;
    form.answer(outcome).await
}

/// Helps a resident who is present to sign; the signature counts when the witness has confirmed it.
///
/// # Errors
/// Everything that is wrong at once: the witness, the reading back, the person; a role that may not; too many in an hour.
#[server(prefix = "/api", endpoint = "assist-signing")]
pub async fn assist_signing(
    pact: Option<String>,
    household: Option<String>,
    person: Option<String>,
    witness: Option<String>,
    witness_phone: Option<String>,
    read_back: Option<String>,
    key: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("assist-signing", back.as_deref().or(Some(&page)))
        .with("household", household.as_ref())
        .with("person", person.as_ref())
        .with("witness", witness.as_ref())
        .with("witness_phone", witness_phone.as_ref())
        .with("read_back", read_back.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number(pact.as_deref())?;
        let typed = witness_phone.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
        let neighbour = typed.map(str::parse::<Phone>).transpose();
        let help = Assisted {
            household: choice("household", household.as_deref())?,
            person: choice("person", person.as_deref())?,
            witness: optional::<PersonId>("witness", witness.as_deref())?,
            witness_phone: neighbour.map_err(|_| Error::field("witness_phone", Reason::NotAPhone))?,
            read_back: is_ticked(read_back.as_deref()),
            key: choice("form", key.as_deref())?,
        };
        let done = match signing::assist(&here.db, &here.actor, number, &help).await? {
            signing::Asked::Waiting(_) => "asked",
            signing::Asked::Before(_) => "signed",
        };
        Ok(format!("{page}?household={}&done={done}", help.household))
    }
    .await;
    form.answer(outcome).await
}

/// The witness of an assisted signature says in their own session whether it was so.
///
/// # Errors
/// A field error without an answer; not found for whoever is not asked; a pact that is not open.
#[server(prefix = "/api", endpoint = "witness-signing")]
pub async fn witness_signing(
    pact: Option<String>,
    asked: Option<String>,
    was_so: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = sign_page(pact.as_deref());
    let form = Form::new("witness-signing", back.as_deref().or(Some(&page)))
        .with("asked", asked.as_ref())
        .with("was_so", was_so.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: uuid::Uuid = choice("form", asked.as_deref())?;
        let was_so = match was_so.as_deref().map(str::trim) {
            Some("yes") => true,
            Some("no") => false,
            Some("") | None => return Err(Error::field("was_so", Reason::Missing)),
            Some(_) => return Err(Error::field("was_so", Reason::NotAChoice)),
        };
        signing::answer(&here.db, &here.actor, number(pact.as_deref())?, id, was_so).await?;
        Ok(format!("{page}?witnessed={}", if was_so { "yes" } else { "no" }))
    }
    .await;
    form.answer(outcome).await
}

/// A neighbour witnesses by the code that went to their own phone, typed by the helper; without a code another is sent.
///
/// # Errors
/// Field errors for a wrong or old code; not found for whoever did not help with it; too many codes.
#[server(prefix = "/api", endpoint = "witness-by-code")]
pub async fn witness_by_code(
    pact: Option<String>,
    asked: Option<String>,
    household: Option<String>,
    code: Option<String>,
    again: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("witness-by-code", back.as_deref().or(Some(&page))).with("asked", asked.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: uuid::Uuid = choice("form", asked.as_deref())?;
        let household: HouseholdId = choice("household", household.as_deref())?;
        let number = number(pact.as_deref())?;
        let done = if is_ticked(again.as_deref()) {
            signing::send_witness_code(&here.db, &here.actor, number, id).await?;
            "asked"
        } else {
            signing::answer_by_code(&here.db, &here.actor, number, id, code.as_deref().unwrap_or_default()).await?;
            "signed"
        };
        Ok(format!("{page}?household={household}&done={done}"))
    }
    .await;
    form.answer(outcome).await
}

/// Keeps a page of the signature book as a picture. Fields: `book` the pact's id, `pact` its number, `household`, `page`, `text`.
///
/// # Errors
/// Field errors for the page, the picture, a page of another text; a role that may not.
#[server(prefix = "/api", endpoint = "keep-signing-page", input = MultipartFormData)]
pub async fn keep_signing_page(body: MultipartData) -> Answer {
    let (here, sent) = match Sent::read(body, &[]).await {
        Ok(read) => read,
        Err(error) => return Form::new("keep-signing-page", Some("/desk/pacts")).answer(Err(error)).await,
    };
    let outcome = put_into_the_book(&here, &sent).await;
    sent.form("keep-signing-page", &desk_page(sent.get("pact"))).answer(outcome).await
}

#[cfg(feature = "ssr")]
async fn put_into_the_book(here: &Here, sent: &Sent) -> Result<String, Error> {
    sent.whole()?;
    let number = number(sent.get("pact"))?;
    let household = choice("household", sent.get("household"))?;
    let mut wrong = Vec::new();
    let page = noted(&mut wrong, whole("page", sent.get("page")));
    sent.wrong(&mut wrong)?;
    let (Some(page), true) = (page, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let new = NewScan {
        household,
        page,
        text: sent.get("text").unwrap_or_default().to_owned(),
        photo: sent.photos.first().copied(),
        holder: Some(here.holder()),
    };
    let scan = signing::keep_scan(&here.db, &here.actor, number, &new).await?;
    Ok(format!("{}?household={household}&scan={}&done=kept", desk_page(Some(number)), scan.id))
}

/// Enters what stands on one line of the signature book.
///
/// # Errors
/// Everything that is wrong at once: the scan, its text code, the day, the reason of whoever settles; a role that may not.
#[server(prefix = "/api", endpoint = "enter-paper-signature")]
pub async fn enter_paper_signature(
    pact: Option<String>,
    household: Option<String>,
    person: Option<String>,
    reading: Option<String>,
    signed_on: Option<String>,
    scan: Option<String>,
    text: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let desk = desk_page(pact.as_deref());
    let form = Form::new("enter-paper-signature", back.as_deref().or(Some(&desk)))
        .with("household", household.as_ref())
        .with("person", person.as_ref())
        .with("reading", reading.as_ref())
        .with("signed_on", signed_on.as_ref())
        .with("scan", scan.as_ref())
        .with("text", text.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number(pact.as_deref())?;
        let mut wrong = Vec::new();
        let reading = noted(&mut wrong, read(reading.as_deref(), signed_on.as_deref()));
        let scan = noted(&mut wrong, optional::<uuid::Uuid>("scan", scan.as_deref()));
        let (Some(reading), Some(scan)) = (reading, scan) else { return Err(Error::Invalid { fields: wrong }) };
        let line = PaperLine {
            household: choice("household", household.as_deref())?,
            person: choice("person", person.as_deref())?,
            reading,
            scan,
            text: text.unwrap_or_default(),
            reason: reason.unwrap_or_default(),
        };
        let done = match signing::enter(&here.db, &here.actor, number, &line).await? {
            signing::Entered::First => "first",
            signing::Entered::Signed(_) => "signed",
            signing::Entered::Blank => "blank",
            signing::Entered::Differs => "differs",
        };
        let on = scan.map(|scan| format!("&scan={scan}")).unwrap_or_default();
        Ok(format!("{desk}?household={}{on}&done={done}", line.household))
    }
    .await;
    form.answer(outcome).await
}

/// Says for which buildings a pledge is.
///
/// # Errors
/// Field errors for another kind of pact, a building elsewhere, or when the roll is drawn already; a role that may not.
#[server(prefix = "/api", endpoint = "choose-signers")]
pub async fn choose_signers(
    pact: Option<String>,
    #[server(default)] buildings: Vec<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("choose-signers", back.as_deref().or(Some(&page)));
    let outcome = async {
        let here = Here::now()?;
        let chosen = buildings.iter().map(|id| choice("buildings", Some(id)));
        let chosen = chosen.collect::<Result<Vec<BuildingId>, Error>>()?;
        signing::choose_buildings(&here.db, &here.actor, number(pact.as_deref())?, &chosen).await?;
        Ok(page)
    }
    .await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
fn sign_page(pact: Option<&str>) -> String {
    format!("/pacts/{}/sign", pact.unwrap_or_default().trim())
}

#[cfg(feature = "ssr")]
fn desk_page(pact: Option<&str>) -> String {
    format!("/desk/pacts/{}/signing", pact.unwrap_or_default().trim())
}

/// The pact's number as it was sent; whether there is such a pact the store knows.
#[cfg(feature = "ssr")]
fn number(pact: Option<&str>) -> Result<&str, Error> {
    needed("form", pact)
}

#[cfg(feature = "ssr")]
fn is_ticked(typed: Option<&str>) -> bool {
    typed.is_some_and(|typed| !typed.trim().is_empty())
}

#[cfg(feature = "ssr")]
fn ticked(field: &str, typed: Option<&str>) -> Result<(), Error> {
    if is_ticked(typed) { Ok(()) } else { Err(Error::field(field, Reason::ConsentNeeded)) }
}

/// What a line says: a signature of a day, or nothing.
#[cfg(feature = "ssr")]
fn read(reading: Option<&str>, signed_on: Option<&str>) -> Result<Reading, Error> {
    match reading.map(str::trim) {
        Some("blank") => Ok(Reading::Blank),
        Some("signed") => {
            let day = needed("signed_on", signed_on)?;
            let day = calendar::day_in(day).map_err(|reason| Error::field("signed_on", reason))?;
            Ok(Reading::Signed(day))
        }
        Some("") | None => Err(Error::field("reading", Reason::Missing)),
        Some(_) => Err(Error::field("reading", Reason::NotAChoice)),
    }
}

#[cfg(feature = "ssr")]
fn whole(field: &str, typed: Option<&str>) -> Result<i32, Error> {
    needed(field, typed)?.parse().map_err(|_| Error::field(field, Reason::NotANumber))
}

/// What was read, or nothing and a note of what is wrong with it.
#[cfg(feature = "ssr")]
fn noted<T>(wrong: &mut Vec<FieldError>, read: Result<T, Error>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(error) => {
            wrong.extend(error.fields().iter().cloned());
            None
        }
    }
}
