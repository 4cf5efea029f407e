//! Signing in and out: residents by a code sent to their phone, staff by password and one-time code.
#![expect(missing_docs, reason = "the fields of the structs that #[server] makes of the arguments")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::{self, Form, local_path},
    here,
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, Reason},
    ids::SessionId,
    phone::Phone,
};
#[cfg(feature = "ssr")]
use gongzhi_store::{sessions, sign_in, staff};

/// Sends a six-digit code to a phone. The answer is the same whether or not the number is known.
///
/// # Errors
/// A field error for a number that is none; too many codes for the number, the address or in total.
#[server(prefix = "/api", endpoint = "send-code")]
pub async fn send_code(phone: Option<String>, next: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("sign-in", back.as_deref()).with("phone", phone.as_ref());
    let sent = async {
        let here = Here::now()?;
        sign_in::send_code(&here.db, &here.actor, &phone_in(phone.as_deref())?).await?;
        Ok(here)
    }
    .await;
    match sent {
        // The number comes back to the page in the flash, not in the address.
        Ok(here) => {
            let next = form::encode(&local_path(next.as_deref().unwrap_or("/me")));
            let to = format!("/me/sign-in?sent=1&next={next}");
            Form::new("sign-in", Some(&to)).with("phone", phone.as_ref()).show_again(&here).await
        }
        Err(error) => form.answer(Err(error)).await,
    }
}

/// Signs a resident in with the code.
///
/// # Errors
/// A field error for a wrong or old code, with the tries that are left.
#[server(prefix = "/api", endpoint = "sign-in")]
pub async fn sign_in_with_code(
    phone: Option<String>,
    code: Option<String>,
    next: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("sign-in", back.as_deref()).with("phone", phone.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = phone_in(phone.as_deref())?;
        let code = needed("code", code.as_deref())?;
        let signed_in = sign_in::verify(&here.db, &here.actor, &number, code, &here.agent).await?;
        keep_session(&signed_in.token, 30 * 86_400);
        Ok(local_path(next.as_deref().unwrap_or("/me")))
    }
    .await;
    form.answer(outcome).await
}

/// Signs a member of staff in.
///
/// # Errors
/// One field error for name, password and code together, never saying which; too many tries.
#[server(prefix = "/api", endpoint = "staff-sign-in")]
pub async fn staff_sign_in(
    name: Option<String>,
    password: Option<String>,
    totp: Option<String>,
    next: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("staff-sign-in", back.as_deref()).with("name", name.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let typed = staff::Credentials {
            name: needed("name", name.as_deref())?.to_owned(),
            password: needed("password", password.as_deref())?.to_owned(),
            totp: needed("totp", totp.as_deref())?.to_owned(),
        };
        let signed_in = staff::sign_in(&here.db, &here.actor, &typed, &here.agent).await?;
        keep_session(&signed_in.token, 12 * 3_600);
        Ok(local_path(next.as_deref().unwrap_or("/desk")))
    }
    .await;
    form.answer(outcome).await
}

/// Ends this session.
///
/// # Errors
/// None but an internal one: without a session there is nothing to end.
#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Answer {
    let form = Form::new("sign-out", None);
    let outcome = async {
        let here = Here::now()?;
        sessions::end(&here.db, &here.actor).await?;
        here::drop_cookie(here::SESSION_COOKIE);
        Ok("/".to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// Ends one of my sessions, on whatever device.
///
/// # Errors
/// Not found when it is not mine.
#[server(prefix = "/api", endpoint = "end-session")]
pub async fn end_session(session: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("end-session", back.as_deref());
    let outcome = async {
        let here = Here::now()?;
        let session: SessionId =
            needed("session", session.as_deref())?.parse().map_err(|_| Error::field("session", Reason::NotAChoice))?;
        sessions::end_one(&here.db, &here.actor, session).await?;
        Ok("/me/sessions".to_owned())
    }
    .await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(crate) fn keep_session(token: &str, seconds: u32) {
    here::set_cookie(&format!(
        "{}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}",
        here::SESSION_COOKIE
    ));
}

#[cfg(feature = "ssr")]
fn phone_in(typed: Option<&str>) -> Result<Phone, Error> {
    needed("phone", typed)?.parse().map_err(|_| Error::field("phone", Reason::NotAPhone))
}

/// A field that must not be empty.
#[cfg(feature = "ssr")]
pub(crate) fn needed<'a>(field: &str, typed: Option<&'a str>) -> Result<&'a str, Error> {
    typed.map(str::trim).filter(|value| !value.is_empty()).ok_or_else(|| Error::field(field, Reason::Missing))
}
