//! What residents say of a pact's clauses, themselves or through somebody who helps them.
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
use gongzhi_domain::{
    error::{Error, Reason},
    ids::ClauseId,
    pact::Channel,
    phone::Phone,
};
#[cfg(feature = "ssr")]
use gongzhi_store::pacts::{self, Saying};

/// Says agree, change or object of a clause, or of the whole text when none is named; said again it replaces what was said
/// before.
///
/// # Errors
/// Field errors: change and object need words; a pact that is not open for opinions; a version that another has replaced.
#[server(prefix = "/api", endpoint = "give-opinion")]
pub async fn give_opinion(
    number: Option<String>,
    text_no: Option<String>,
    clause: Option<String>,
    stance: Option<String>,
    words: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("opinion", back.as_deref())
        .with("number", number.as_ref())
        .with("clause", clause.as_ref())
        .with("stance", stance.as_ref())
        .with("words", words.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let saying = saying(text_no.as_deref(), clause.as_deref(), stance.as_deref(), words)?;
        pacts::give_opinion(&here.db, &here.actor, &number, &saying).await?;
        Ok(page_of(&number, saying.clause))
    }
    .await;
    form.answer(outcome).await
}

/// Writes down what a resident says, at the door, at the window or from paper; they are known by their number.
///
/// # Errors
/// As [`give_opinion`]; a number that is none or one's own; a role that does not help people there.
#[server(prefix = "/api", endpoint = "enter-opinion")]
pub async fn enter_opinion(
    number: Option<String>,
    text_no: Option<String>,
    clause: Option<String>,
    stance: Option<String>,
    words: Option<String>,
    phone: Option<String>,
    channel: Option<String>,
    read_back: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("enter-opinion", back.as_deref())
        .with("number", number.as_ref())
        .with("clause", clause.as_ref())
        .with("stance", stance.as_ref())
        .with("words", words.as_ref())
        .with("phone", phone.as_ref())
        .with("channel", channel.as_ref());
    // What was read back is read back anew: the tick is not kept.
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let mut wrong = Vec::new();
        let mut note = |error: &Error| wrong.extend_from_slice(error.fields());
        let saying = saying(text_no.as_deref(), clause.as_deref(), stance.as_deref(), words).inspect_err(&mut note);
        let phone = Phone::parse(phone.unwrap_or_default().trim())
            .map_err(|reason| Error::field("phone", reason))
            .inspect_err(&mut note);
        let channel = choice::<Channel>("channel", channel.as_deref()).inspect_err(&mut note);
        let (Ok(saying), Ok(phone), Ok(channel)) = (saying, phone, channel) else {
            return Err(Error::Invalid { fields: wrong });
        };
        pacts::enter_opinion(&here.db, &here.actor, &number, &saying, &phone, channel, read_back.is_some()).await?;
        Ok(page_of(&number, saying.clause))
    }
    .await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
fn saying(
    text_no: Option<&str>,
    clause: Option<&str>,
    stance: Option<&str>,
    words: Option<String>,
) -> Result<Saying, Error> {
    Ok(Saying {
        text_no: choice("text_no", text_no)?,
        clause: optional::<ClauseId>("clause", clause)?,
        stance: match stance {
            None | Some("") => return Err(Error::field("stance", Reason::Missing)),
            stance => choice("stance", stance)?,
        },
        words: words.unwrap_or_default().replace("\r\n", "\n"),
    })
}

/// Where what was said stands.
#[cfg(feature = "ssr")]
fn page_of(number: &str, clause: Option<ClauseId>) -> String {
    let number = crate::form::encode(number.trim());
    match clause {
        Some(clause) => format!("/pacts/{number}/clauses/{clause}#mine"),
        None => format!("/pacts/{number}#whole"),
    }
}
