//! The log of evidence: receipts that are checked on the server for browsers without scripts, and the second party's keys and
//! cosignatures.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, form::Form, orders::choice};
#[cfg(feature = "ssr")]
use gongzhi_domain::error::{Error, Reason};
#[cfg(feature = "ssr")]
use gongzhi_store::log;

/// Bytes of the largest receipt that is checked here: what a flash keeps, with room for the rest of the form.
#[cfg(feature = "ssr")]
pub const RECEIPT_BYTES_MAX: usize = 200 * 1024;

/// Takes a receipt to the page that checks it: a file, or what was pasted where no file was chosen. Nothing of it is kept but what
/// the page needs to show it again for a quarter of an hour.
///
/// # Errors
/// A field error for `receipt` when there is none, or one too large.
#[server(prefix = "/api", endpoint = "check-receipt", input = MultipartFormData)]
pub async fn check_receipt(body: MultipartData) -> Answer {
    let page = Form::new("verify", Some("/verify"));
    let here = match Here::now() {
        Ok(here) => here,
        Err(error) => return page.answer(Err(error)).await,
    };
    match Pasted::read(body).await {
        Err(error) => page.answer(Err(error)).await,
        Ok(pasted) => {
            let (receipt, key) = (pasted.receipt(), pasted.key);
            let page = page.with("key", Some(&key));
            if receipt.trim().is_empty() {
                return page.answer(Err(Error::field("receipt", Reason::Missing))).await;
            }
            page.with("receipt", Some(&receipt)).show_again(&here).await
        }
    }
}

/// The fields of the form.
#[cfg(feature = "ssr")]
#[derive(Default)]
struct Pasted {
    pasted: String,
    file: String,
    key: String,
}

#[cfg(feature = "ssr")]
impl Pasted {
    async fn read(body: MultipartData) -> Result<Self, Error> {
        let broken_off = |_| Error::field("receipt", Reason::BrokenOff);
        let mut body = body.into_inner().ok_or_else(|| Error::field("receipt", Reason::BrokenOff))?;
        let mut read = Self::default();
        while let Some(mut field) = body.next_field().await.map_err(broken_off)? {
            let name = field.name().unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(broken_off)? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > RECEIPT_BYTES_MAX {
                    return Err(Error::field("receipt", Reason::FileTooLarge { max: 1_000_000 }));
                }
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "receipt" => read.pasted = text,
                "file" => read.file = text,
                "key" => read.key = text,
                _ => {}
            }
        }
        Ok(read)
    }

    fn receipt(&self) -> String {
        if self.file.trim().is_empty() { self.pasted.clone() } else { self.file.clone() }
    }
}

/// Where cosigning is done.
#[cfg(feature = "ssr")]
const DESK: &str = "/desk/log";

/// Asks to register the public key of a cosigning party; another person confirms it.
///
/// # Errors
/// A field error for `key`; a role that may not.
#[server(prefix = "/api", endpoint = "register-cosigner")]
pub async fn register_cosigner(key: Option<String>) -> Answer {
    let form = Form::new("cosigner", Some(DESK)).with("key", key.as_ref());
    let outcome = async {
        let here = Here::now()?;
        log::register(&here.db, &here.actor, key.as_deref().unwrap_or_default()).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Asks to retire a cosigner; another person confirms it.
///
/// # Errors
/// A field error for `reason`; a key that is not registered; a role that may not.
#[server(prefix = "/api", endpoint = "retire-cosigner")]
pub async fn retire_cosigner(cosigner: Option<String>, reason: Option<String>) -> Answer {
    let form =
        Form::new("retire-cosigner", Some(DESK)).with("cosigner", cosigner.as_ref()).with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (cosigner, reason) = (cosigner.as_deref().unwrap_or_default(), reason.as_deref().unwrap_or_default());
        log::retire(&here.db, &here.actor, cosigner, reason).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Confirms, as the second person, what was asked about a cosigner, or turns it down.
///
/// # Errors
/// The person who asked; what waits no more; a role that may not.
#[server(prefix = "/api", endpoint = "decide-cosigner")]
pub async fn decide_cosigner(ask: Option<String>, decision: Option<String>) -> Answer {
    let form = Form::new("decide-cosigner", Some(DESK)).with("ask", ask.as_ref());
    let outcome = async {
        let here = Here::now()?;
        // Whoever may not hears that, whatever they sent.
        log::asked(&here.db, &here.actor).await?;
        let confirm = match decision.as_deref() {
            Some("confirm") => true,
            Some("turn_down") => false,
            _ => return Err(Error::field("decision", Reason::NotAChoice)),
        };
        log::decide(&here.db, &here.actor, choice("ask", ask.as_deref())?, confirm).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Takes a cosigned head in.
///
/// # Errors
/// A field error for `note`; a role that may not.
#[server(prefix = "/api", endpoint = "cosign-head")]
pub async fn cosign_head(note: Option<String>) -> Answer {
    let form = Form::new("cosign", Some(DESK)).with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        log::cosign(&here.db, &here.actor, note.as_deref().unwrap_or_default()).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Signs the head of the log now, so that a second party cosigns what is in it today.
///
/// # Errors
/// A role that may not.
#[server(prefix = "/api", endpoint = "sign-head")]
pub async fn sign_head() -> Answer {
    let form = Form::new("sign-head", Some(DESK));
    let outcome = async {
        let here = Here::now()?;
        log::sign_now(&here.db, &here.actor).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}
