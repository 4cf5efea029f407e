//! The vote on a pact: the ballot, paper, the tellers' keys, the count, and objections to the result. What a ballot or a box
//! says is never kept for a refused form, nor in an address.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    orders::choice,
    roll::{number, small, whole},
};
#[cfg(feature = "ssr")]
use gongzhi_domain::error::{Error, FieldError};
#[cfg(feature = "ssr")]
use gongzhi_store::votes::{self, Identities};

/// Votes for a household. Sent twice it votes once.
///
/// # Errors
/// A field error when the vote is not open; a duplicate when the household took part; a role that may not.
#[server(prefix = "/api", endpoint = "cast-vote")]
pub async fn cast_vote(
    pact: Option<String>,
    vote: Option<String>,
    unit: Option<String>,
    choice: Option<String>,
    key: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = format!("/pacts/{}/vote", pact.as_deref().unwrap_or_default().trim());
    let form = Form::new("cast-vote", back.as_deref().or(Some(&page)));
    let outcome = async {
        let here = Here::now()?;
        let said = self::choice("choice", choice.as_deref())?;
        let vote = self::choice("form", vote.as_deref())?;
        let unit = self::choice("form", unit.as_deref())?;
        let key = self::choice("form", key.as_deref())?;
        votes::cast(&here.db, &here.actor, number(pact.as_deref())?, vote, unit, said, key).await?;
        Ok(format!("{page}?done={unit}"))
    }
    .await;
    form.answer(outcome).await
}

/// Stores the public half of a teller's key, whose secret half the teller typed back.
///
/// # Errors
/// Field errors for a key that is none, or when the vote is open; somebody who is no teller.
#[server(prefix = "/api", endpoint = "keep-teller-key")]
pub async fn keep_teller_key(
    pact: Option<String>,
    secret: Option<String>,
    reserve: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("keep-teller-key", back.as_deref().or(Some(&page))).with("reserve", reserve.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (secret, reserve) = (secret.unwrap_or_default(), reserve.unwrap_or_default());
        votes::keep(&here.db, &here.actor, number(pact.as_deref())?, &secret, &reserve).await?;
        Ok(format!("{page}?done=key"))
    }
    .await;
    form.answer(outcome).await
}

/// Enters what one person read on a paper ballot of an open vote.
///
/// # Errors
/// Field errors for a unit that took part or was read by them before, a choice that is none, a third reading without a reason.
#[server(prefix = "/api", endpoint = "enter-ballot")]
pub async fn enter_ballot(
    pact: Option<String>,
    vote: Option<String>,
    unit: Option<String>,
    choice: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("enter-ballot", back.as_deref().or(Some(&page)))
        .with("vote", vote.as_ref())
        .with("unit", unit.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let vote = self::choice("form", vote.as_deref())?;
        let position = small(whole("unit", unit.as_deref())?);
        let (said, reason) = (choice.unwrap_or_default(), reason.unwrap_or_default());
        votes::enter_ballot(&here.db, &here.actor, number(pact.as_deref())?, vote, position, &said, &reason).await?;
        Ok(format!("{page}?done=paper"))
    }
    .await;
    form.answer(outcome).await
}

/// Ticks that a unit put its paper of a secret vote into the box.
///
/// # Errors
/// A field error for a unit that took part, or once the box was opened; a role that may not.
#[server(prefix = "/api", endpoint = "tick-ballot")]
pub async fn tick_ballot(
    pact: Option<String>,
    vote: Option<String>,
    unit: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("tick-ballot", back.as_deref().or(Some(&page)))
        .with("vote", vote.as_ref())
        .with("unit", unit.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let vote = choice("form", vote.as_deref())?;
        let position = small(whole("unit", unit.as_deref())?);
        votes::tick(&here.db, &here.actor, number(pact.as_deref())?, vote, position).await?;
        Ok(format!("{page}?done=tick"))
    }
    .await;
    form.answer(outcome).await
}

/// Says that a unit was ticked by mistake; the second person who says so takes the tick away.
///
/// # Errors
/// Field errors for a unit that was not ticked, the same person twice, no reason, or once the box was opened; a role that may not.
#[server(prefix = "/api", endpoint = "untick-ballot")]
pub async fn untick_ballot(
    pact: Option<String>,
    vote: Option<String>,
    unit: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("untick-ballot", back.as_deref().or(Some(&page)))
        .with("vote", vote.as_ref())
        .with("unit", unit.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let vote = choice("form", vote.as_deref())?;
        let position = small(whole("unit", unit.as_deref())?);
        let reason = reason.unwrap_or_default();
        votes::untick(&here.db, &here.actor, number(pact.as_deref())?, vote, position, &reason).await?;
        Ok(format!("{page}?done=untick"))
    }
    .await;
    form.answer(outcome).await
}

/// Enters what one person counted in the box of a secret vote.
///
/// # Errors
/// Field errors for numbers that cannot be, or that are not as many as were ticked; somebody who counted before.
#[server(prefix = "/api", endpoint = "enter-box")]
pub async fn enter_box(
    pact: Option<String>,
    vote: Option<String>,
    yes: Option<String>,
    no: Option<String>,
    abstain: Option<String>,
    invalid: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("enter-box", back.as_deref().or(Some(&page)))
        .with("vote", vote.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let vote = choice("form", vote.as_deref())?;
        let mut wrong: Vec<FieldError> = Vec::new();
        let mut papers = |field: &str, typed: Option<&str>| match whole(field, typed) {
            Ok(number) => i32::try_from(number).unwrap_or(i32::MAX),
            Err(error) => {
                wrong.extend_from_slice(error.fields());
                0
            }
        };
        let found = votes::Box {
            yes: papers("yes", yes.as_deref()),
            no: papers("no", no.as_deref()),
            abstain: papers("abstain", abstain.as_deref()),
            invalid: papers("invalid", invalid.as_deref()),
        };
        if !wrong.is_empty() {
            return Err(Error::Invalid { fields: wrong });
        }
        let reason = reason.unwrap_or_default();
        votes::enter_box(&here.db, &here.actor, number(pact.as_deref())?, vote, found, &reason).await?;
        Ok(format!("{page}?done=box"))
    }
    .await;
    form.answer(outcome).await
}

/// Assents to closing the vote; the last of chair and tellers counts. The tellers' keys are used and forgotten.
///
/// # Errors
/// Field errors for keys that are none or of another vote; a stale version; what is still missing; a role that may not.
#[server(prefix = "/api", endpoint = "close-vote")]
pub async fn close_vote(
    pact: Option<String>,
    version: Option<String>,
    note: Option<String>,
    secret_outer: Option<String>,
    secret_inner: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = desk_page(pact.as_deref());
    let form = Form::new("close-vote", back.as_deref().or(Some(&page))).with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let at = small(whole("version", version.as_deref())?);
        let keys = Identities { outer: secret_outer.unwrap_or_default(), inner: secret_inner.unwrap_or_default() };
        let (note, number) = (note.unwrap_or_default(), number(pact.as_deref())?);
        let closed = votes::close(&here.db, &here.actor, number, at, &note, Some(&keys)).await?;
        Ok(if closed.performed { format!("/pacts/{number}/result") } else { format!("{page}?done=assent") })
    }
    .await;
    form.answer(outcome).await
}

/// Objects to the result; what is written is public.
///
/// # Errors
/// Field errors for too few words or after the five days; somebody who is not on the roll; too many a day.
#[server(prefix = "/api", endpoint = "object-to-result")]
pub async fn object_to_result(pact: Option<String>, words: Option<String>, back: Option<String>) -> Answer {
    let page = format!("/pacts/{}/result", pact.as_deref().unwrap_or_default().trim());
    let form = Form::new("object-to-result", back.as_deref().or(Some(&page))).with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let words = words.unwrap_or_default();
        votes::object(&here.db, &here.actor, number(pact.as_deref())?, &words).await?;
        Ok(format!("{page}?done=objection"))
    }
    .await;
    form.answer(outcome).await
}

/// Says on the page of the result whether a receipt stands in the register. The code comes in the body of a form and is in no
/// address; a found one is kept nowhere.
///
/// # Errors
/// A field error for no code; too many tries.
#[server(prefix = "/api", endpoint = "check-vote-receipt")]
pub async fn check_vote_receipt(pact: Option<String>, receipt: Option<String>) -> Answer {
    // The answer stands on one page, wherever it was asked.
    let page = format!("/pacts/{}/result#check", pact.as_deref().unwrap_or_default().trim());
    let form = Form::new("check-vote-receipt", Some(&page)).with("pact", pact.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let typed = receipt.as_deref().unwrap_or_default();
        let found = votes::stands(&here.db, &here.actor, &here.holder(), number(pact.as_deref())?, typed).await?;
        Ok((here, found))
    }
    .await;
    match outcome {
        Ok((here, true)) => form.with("found", Some(&"1".to_owned())).show_again(&here).await,
        Ok((here, false)) => {
            let form = form.with("found", Some(&"0".to_owned())).with("receipt", receipt.as_ref());
            form.show_again(&here).await
        }
        Err(error) => form.with("receipt", receipt.as_ref()).answer(Err(error)).await,
    }
}

#[cfg(feature = "ssr")]
fn desk_page(pact: Option<&str>) -> String {
    format!("/desk/pacts/{}/vote", pact.unwrap_or_default().trim())
}
