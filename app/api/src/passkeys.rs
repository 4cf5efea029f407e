//! Passkeys: the code that is sent before one is added, adding and removing one, and signing with one.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, account::needed, form::Form, orders::choice};
#[cfg(feature = "ssr")]
use gongzhi_domain::error::{Error, Reason};
#[cfg(feature = "ssr")]
use gongzhi_store::{
    passkeys::{self, Assertion, Attested, NewPasskey, Site},
    signing::{self, Touch},
};

#[cfg(feature = "ssr")]
const PAGE: &str = "/me/passkeys";

/// Sends the code with which a passkey is added.
///
/// # Errors
/// A field error without a number; too many codes.
#[server(prefix = "/api", endpoint = "send-passkey-code")]
pub async fn send_passkey_code(back: Option<String>) -> Answer {
    let form = Form::new("add-passkey", back.as_deref().or(Some(PAGE)));
    let outcome = async {
        let here = Here::now()?;
        passkeys::send_code(&here.db, &here.actor).await?;
        Ok(format!("{PAGE}?sent=1"))
    }
    .await;
    form.answer(outcome).await
}

/// Adds a passkey.
///
/// # Errors
/// Field errors for the code, the name and what the device answered.
#[server(prefix = "/api", endpoint = "add-passkey")]
pub async fn add_passkey(
    code: Option<String>,
    name: Option<String>,
    client_data: Option<String>,
    authenticator_data: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("add-passkey", back.as_deref().or(Some(PAGE))).with("name", name.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let new = NewPasskey {
            code: code.unwrap_or_default(),
            name: name.unwrap_or_default(),
            attested: Attested {
                client_data: client_data.unwrap_or_default(),
                authenticator_data: authenticator_data.unwrap_or_default(),
            },
        };
        passkeys::list(&here.db, &here.actor).await?;
        passkeys::add(&here.db, &here.actor, site(&here)?, &new).await?;
        Ok(format!("{PAGE}?done=added"))
    }
    .await;
    form.answer(outcome).await
}

/// Removes a passkey.
///
/// # Errors
/// Not found for one that is not theirs.
#[server(prefix = "/api", endpoint = "remove-passkey")]
pub async fn remove_passkey(passkey: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("remove-passkey", back.as_deref().or(Some(PAGE)));
    let outcome = async {
        let here = Here::now()?;
        passkeys::remove(&here.db, &here.actor, choice("form", passkey.as_deref())?).await?;
        Ok(format!("{PAGE}?done=removed"))
    }
    .await;
    form.answer(outcome).await
}

/// Signs a pact with a passkey. Sent twice it signs once.
///
/// # Errors
/// Field errors as for signing with a code, and for what the device answered.
#[server(prefix = "/api", endpoint = "sign-with-passkey")]
pub async fn sign_with_passkey(
    pact: Option<String>,
    household: Option<String>,
    text: Option<String>,
    agreed: Option<String>,
    credential_id: Option<String>,
    client_data: Option<String>,
    authenticator_data: Option<String>,
    signature: Option<String>,
    key: Option<String>,
    back: Option<String>,
) -> Answer {
    let page = format!("/pacts/{}/sign", pact.as_deref().unwrap_or_default().trim());
    let form = Form::new("sign-with-passkey", back.as_deref().or(Some(&page)))
        .with("household", household.as_ref())
        .with("agreed", agreed.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = needed("form", pact.as_deref())?;
        let touch = Touch {
            household: choice("household", household.as_deref())?,
            text: text.unwrap_or_default(),
            assertion: Assertion {
                credential_id: credential_id.unwrap_or_default(),
                client_data: client_data.unwrap_or_default(),
                authenticator_data: authenticator_data.unwrap_or_default(),
                signature: signature.unwrap_or_default(),
            },
            key: choice("form", key.as_deref())?,
        };
        if agreed.as_deref().is_none_or(|agreed| agreed.trim().is_empty()) {
            return Err(Error::field("agreed", Reason::ConsentNeeded));
        }
        signing::touch(&here.db, &here.actor, here.site.as_ref(), number, &touch).await?;
        Ok(format!("/pacts/{number}/signed?done=1"))
    }
    .await;
    form.answer(outcome).await
}

/// The site that passkeys are bound to.
#[cfg(feature = "ssr")]
fn site(here: &Here) -> Result<&Site, Error> {
    here.site.as_ref().ok_or_else(|| Error::field("passkey", Reason::PasskeyRefused))
}
