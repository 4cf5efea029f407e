//! Who is asking, in which language and how: read from cookies and headers once
//! a request, before pages and server functions run.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gongzhi_api::Here;
use gongzhi_api::here::{ELDER_COOKIE, FORM_COOKIE, LANG_COOKIE, SESSION_COOKIE};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Target;
use gongzhi_store::passkeys::Site;
use gongzhi_store::sessions;

use super::Shared;
use super::client::Client;
use super::errors::{refuse, wants_html};
use super::routes::Route;
use super::trace::RequestId;

/// Longest description of a browser that is kept, in characters.
const AGENT_MAX: usize = 200;
/// Longest form cookie that is believed.
const TOKEN_MAX: usize = 128;
/// What an answer depends on besides its address.
const VARY: HeaderValue = HeaderValue::from_static("cookie, accept-language, accept");

/// Finds out who asks and puts it into the extensions of the request. A database
/// that does not answer is said here, once, for every page.
pub async fn identify(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    // Those who watch the program ask even when nothing else works.
    if is_watch(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let here = match read(&shared, &parts).await {
        Ok(here) => here,
        Err(error) => return refuse(&error),
    };
    parts.extensions.insert(here);
    parts.extensions.insert(shared);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.headers_mut().append(header::VARY, VARY);
    response
}

/// Refuses a page to those who may see nothing on it: visitors are led to the
/// sign-in and come back afterwards. The page itself asks again for what it shows.
pub async fn guard(State(row): State<&'static Route>, request: Request, next: Next) -> Response {
    let Some(here) = request.extensions().get::<Here>() else {
        return refuse(&Error::Internal { id: "no-request".into() });
    };
    if here.actor.has(row.may) {
        return next.run(request).await;
    }
    if here.actor.person.is_none() {
        let door = if row.path.starts_with("/desk") { "/desk/sign-in" } else { "/me/sign-in" };
        return Redirect::to(&format!("{door}?next={}", encode(&here.path))).into_response();
    }
    match here.actor.may(row.may, &Target::none()) {
        Err(error) => refuse(&error),
        Ok(_) => refuse(&Error::Forbidden { action: row.may }),
    }
}

async fn read(shared: &Shared, request: &Parts) -> Result<Here, Error> {
    let headers = &request.headers;
    let lang = language(headers);
    let id = request.extensions.get::<RequestId>().map(|id| id.0.as_str()).unwrap_or_default();
    let client = request.extensions.get::<Client>().map(|client| client.address.to_string());
    let asking = sessions::asking(client.as_deref().unwrap_or_default(), lang, id);
    let db = shared.db().clone();
    let actor = sessions::actor(&db, cookie(headers, SESSION_COOKIE), asking).await?;
    let form = OnceLock::new();
    if let Some(token) = cookie(headers, FORM_COOKIE).filter(|token| token.len() <= TOKEN_MAX) {
        let _ = form.set(token.to_owned());
    }
    Ok(Here {
        now: db.now(),
        db,
        actor,
        lang,
        elder: cookie(headers, ELDER_COOKIE) == Some("on"),
        form: Arc::new(form),
        wants_html: wants_html(headers),
        path: request.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        agent: text(headers, &header::USER_AGENT).chars().take(AGENT_MAX).collect(),
        demo: shared.config().demo,
        site: shared.config().public_url.as_deref().and_then(Site::at),
    })
}

/// The language to answer in: the chosen one, else the browser's, else Chinese.
pub fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::choose(cookie(headers, LANG_COOKIE), accepted)
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_watch(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// Percent-encodes a path for a query value.
fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("x__Host-lang=zh-CN; __Host-language=zh-CN"));
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; __Host-lang=en"));
        assert_eq!(cookie(&headers, "__Host-lang"), Some("en"));
        assert_eq!(cookie(&headers, "__Host-la"), None);
        assert_eq!(language(&headers), Lang::En);
        headers.insert(header::COOKIE, HeaderValue::from_static("__Host-lang=klingon"));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB,en;q=0.9"));
        assert_eq!(language(&headers), Lang::En);
    }

    #[test]
    fn the_way_back_is_one_query_value() {
        assert_eq!(encode("/desk?view=mine&x=1"), "/desk%3Fview%3Dmine%26x%3D1");
    }
}
