//! How a server function answers a form: a redirect with a flash for a plain browser, a value for an island.
//! The flash keeps what was typed and what was wrong, sealed, for 15 minutes, never in the address.

use std::collections::BTreeMap;

use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_store::flash;
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

use crate::Here;
use crate::answer::{Answer, Done, FieldMessage, Refusal};

/// The header by which a handler hands an error to the error page layer; it never leaves the server.
pub const REFUSED: HeaderName = HeaderName::from_static("x-gongzhi-refused");

/// Fields that are never written into a flash.
const SECRET: [&str; 4] = ["password", "totp", "code", "secret"];

/// A form as it was sent: which one, from which page, and what stood in it.
#[derive(Clone, Debug)]
pub struct Form {
    name: &'static str,
    back: String,
    typed: BTreeMap<String, String>,
}

/// What a page shows again after a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// What was typed, by field name.
    pub typed: BTreeMap<String, String>,
    /// The error, as the rule said it.
    pub error: Option<Error>,
}

impl Flash {
    /// What stood in a field.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.typed.get(field).cloned().unwrap_or_default()
    }

    /// What is wrong with a field, in words.
    #[must_use]
    pub fn message(&self, lang: Lang, field: &str) -> Option<String> {
        match &self.error {
            Some(Error::Invalid { fields }) => fields
                .iter()
                .find(|wrong| wrong.field == field)
                .map(|wrong| gongzhi_words::errors::reason(&wrong.reason, lang)),
            _ => None,
        }
    }

    /// The same where these fields were sent with these values, else nothing: where several forms share a flash, or one
    /// form stands on many pages, what was typed is shown only where it was typed.
    #[must_use]
    pub fn of(&self, sent: &[(&str, &str)]) -> Self {
        let fits = |(field, value): &(&str, &str)| self.typed.get(*field).is_some_and(|typed| typed == value);
        if sent.iter().all(fits) { self.clone() } else { Self::default() }
    }

    /// What was typed alone, for a page that says what was wrong in one place and not beside the fields.
    #[must_use]
    pub fn typed_only(&self) -> Self {
        Self { typed: self.typed.clone(), error: None }
    }
}

impl Form {
    /// The form `name`, to come back to `back` (a path of this portal; anything else becomes `/`).
    #[must_use]
    pub fn new(name: &'static str, back: Option<&str>) -> Self {
        Self { name, back: local_path(back.unwrap_or("/")), typed: BTreeMap::new() }
    }

    /// Remembers a field as it was typed. Passwords and codes are left out.
    #[must_use]
    pub fn with(mut self, field: &str, value: Option<&String>) -> Self {
        if let Some(value) = value
            && !SECRET.contains(&field)
        {
            self.typed.insert(field.to_owned(), value.clone());
        }
        self
    }

    /// Answers with the outcome of the use case: `Ok` is the path of the page that shows it.
    pub async fn answer(self, outcome: Result<String, Error>) -> Answer {
        let here = match Here::now() {
            Ok(here) => here,
            Err(error) => return Err(refuse(&error)),
        };
        match outcome {
            Ok(to) => {
                if let Some(holder) = here.form.get() {
                    // A flash that is not forgotten only expires later: the change itself is done.
                    if let Err(error) = flash::forget(&here.db, holder, self.name).await {
                        tracing::warn!(?error, "flash not forgotten");
                    }
                }
                let to = local_path(&to);
                if here.wants_html {
                    redirect(&to);
                }
                Ok(Done { to })
            }
            Err(error) if here.wants_html => self.refuse_page(&here, error).await,
            Err(error) => Err(refuse(&error)),
        }
    }

    /// Back to the page with everything typed and nothing wrong: a step of the form that is not its end.
    pub async fn show_again(self, here: &Here) -> Answer {
        let to = self.back;
        let kept = Flash { typed: self.typed, error: None };
        match flash::keep(&here.db, here.form_cookie(), self.name, &kept).await {
            Ok(()) if here.wants_html => {
                redirect(&to);
                Ok(Done { to })
            }
            Ok(()) => Ok(Done { to }),
            Err(error) => Err(refuse(&error)),
        }
    }

    /// Back to the page with the flash, or to the error page where the form itself was not to be sent.
    async fn refuse_page(self, here: &Here, error: Error) -> Answer {
        let to = self.back.clone();
        match &error {
            Error::NotSignedIn => {
                redirect(&format!("/me/sign-in?next={}", encode(&to)));
            }
            Error::Forbidden { .. } | Error::NotFound { .. } | Error::Internal { .. } => hand_over(&error),
            _ => {
                let kept = Flash { typed: self.typed, error: Some(error) };
                match flash::keep(&here.db, here.form_cookie(), self.name, &kept).await {
                    Ok(()) => redirect(&to),
                    Err(error) => hand_over(&error),
                }
            }
        }
        Ok(Done { to })
    }
}

/// The flash of a form, for the page that shows it. What was wrong is said once; what was typed stays for its 15 minutes.
///
/// # Errors
/// [`Error::Internal`] when the database does not answer.
pub async fn kept(here: &Here, form: &str) -> Result<Flash, Error> {
    let Some(cookie) = here.form.get() else { return Ok(Flash::default()) };
    let Some(kept) = flash::read::<Flash>(&here.db, cookie, form).await? else { return Ok(Flash::default()) };
    if kept.error.is_some() {
        flash::keep(&here.db, cookie, form, &kept.typed_only()).await?;
    }
    Ok(kept)
}

/// Refuses an island's call: the status of the answer and the words for it.
#[must_use]
pub fn refuse(error: &Error) -> Refusal {
    set_status(error.status());
    let lang = Here::now().map_or(Lang::default(), |here| here.lang);
    refusal(lang, error)
}

/// The refusal of an error in the reader's words.
#[must_use]
pub fn refusal(lang: Lang, error: &Error) -> Refusal {
    let fields = match error {
        Error::Invalid { fields } => fields
            .iter()
            .map(|wrong| FieldMessage {
                field: wrong.field.clone(),
                message: gongzhi_words::errors::reason(&wrong.reason, lang),
            })
            .collect(),
        _ => Vec::new(),
    };
    Refusal { status: error.status(), summary: gongzhi_words::errors::text(error, lang), fields }
}

/// Gives an error to the layer that makes the error page of it.
pub fn hand_over(error: &Error) {
    set_status(error.status());
    if let Some(response) = use_context::<ResponseOptions>() {
        let said = serde_json::to_string(error).unwrap_or_default();
        if let Ok(value) = HeaderValue::from_str(&said) {
            response.insert_header(REFUSED, value);
        }
    }
}

/// A path of this portal, or `/`: never an address elsewhere (`//host`, `/\host`, a scheme).
#[must_use]
pub fn local_path(path: &str) -> String {
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.len() <= 2_000
        && path.chars().all(|c| c.is_ascii_graphic());
    if local { path.to_owned() } else { "/".to_owned() }
}

fn redirect(to: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(to)) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

pub(crate) fn set_status(status: u16) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

/// Percent-encodes a path for a query value.
#[must_use]
pub fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use gongzhi_domain::error::Reason;

    use super::*;

    #[test]
    fn only_paths_of_this_portal_are_gone_to() {
        for evil in
            ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/a\nb", "/中文"]
        {
            assert_eq!(local_path(evil), "/", "{evil:?}");
        }
        assert_eq!(local_path("/requests/new?area=TQ01"), "/requests/new?area=TQ01");
    }

    #[test]
    fn what_was_typed_is_shown_only_where_it_was_typed() {
        let typed =
            [("order", "7"), ("note", "called twice")].map(|(field, value)| (field.to_owned(), value.to_owned()));
        let flash = Flash { typed: typed.into(), error: Some(Error::field("note", Reason::Missing)) };
        assert_eq!(flash.of(&[("order", "7")]), flash);
        assert_eq!(flash.of(&[("order", "8")]), Flash::default());
        assert_eq!(flash.of(&[("order", "7"), ("verb", "log-contact")]), Flash::default());
        assert_eq!(flash.typed_only().message(Lang::En, "note"), None);
    }

    #[test]
    fn passwords_and_codes_are_not_kept() {
        let form = Form::new("staff-sign-in", Some("/desk/sign-in"))
            .with("name", Some(&"wang".to_owned()))
            .with("password", Some(&"secret words".to_owned()))
            .with("totp", Some(&"123456".to_owned()));
        assert_eq!(form.typed.keys().collect::<Vec<_>>(), ["name"]);
    }
}
