//! Language and large type: remembered in a cookie, without an account.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{form::Form, here};

/// Sets the language (`zh-CN`, `en`) or large type (`1`, `0`); what is not sent stays.
///
/// # Errors
/// A field error when a value is not one of the choices.
#[server(prefix = "/api", endpoint = "set-preferences")]
pub async fn set_preferences(lang: Option<String>, elder: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("set-preferences", back.as_deref());
    let back = back.unwrap_or_else(|| "/".to_owned());
    form.answer(remember(lang.as_deref(), elder.as_deref()).map(|()| back)).await
}

#[cfg(feature = "ssr")]
fn remember(lang: Option<&str>, elder: Option<&str>) -> Result<(), gongzhi_domain::error::Error> {
    use gongzhi_domain::error::{Error, Reason};
    use gongzhi_domain::lang::Lang;

    const A_YEAR: &str = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000";
    if let Some(lang) = lang {
        let lang: Lang = lang.parse().map_err(|_| Error::field("lang", Reason::NotAChoice))?;
        here::set_cookie(&format!("{}={lang}; {A_YEAR}", here::LANG_COOKIE));
    }
    match elder {
        Some("1") => here::set_cookie(&format!("{}=on; {A_YEAR}", here::ELDER_COOKIE)),
        Some("0") => here::drop_cookie(here::ELDER_COOKIE),
        Some(_) => return Err(Error::field("elder", Reason::NotAChoice)),
        None => {}
    }
    Ok(())
}
