//! Closing one's account: the code that confirms it, and asking for it.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, account::needed, form::Form, here};
#[cfg(feature = "ssr")]
use gongzhi_domain::error::{Error, Reason};
#[cfg(feature = "ssr")]
use gongzhi_store::closing;

#[cfg(feature = "ssr")]
const PAGE: &str = "/me/close";

/// Sends the code that confirms closing the reader's account, to the number they sign in with.
///
/// # Errors
/// What stands in the way; an account without a number; too many codes.
#[server(prefix = "/api", endpoint = "send-closing-code")]
pub async fn send_closing_code() -> Answer {
    let form = Form::new("close-account", Some(PAGE));
    let outcome = async {
        let here = Here::now()?;
        closing::send_code(&here.db, &here.actor).await?;
        Ok(format!("{PAGE}?sent=1"))
    }
    .await;
    form.answer(outcome).await
}

/// Asks to close the reader's account; they are signed out everywhere, and it is done in seven days unless they sign in again.
///
/// # Errors
/// Field errors for the tick and the code; what stands in the way.
#[server(prefix = "/api", endpoint = "close-account")]
pub async fn close_account(code: Option<String>, understood: Option<String>) -> Answer {
    let form = Form::new("close-account", Some("/me/close?sent=1")).with("understood", understood.as_ref());
    let outcome = async {
        let here = Here::now()?;
        closing::page(&here.db, &here.actor).await?;
        if understood.as_deref().is_none_or(str::is_empty) {
            return Err(Error::field("understood", Reason::ConsentNeeded));
        }
        closing::ask(&here.db, &here.actor, needed("code", code.as_deref())?).await?;
        here::drop_cookie(here::SESSION_COOKIE);
        Ok("/me/closing".to_owned())
    }
    .await;
    form.answer(outcome).await
}
