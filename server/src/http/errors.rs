//! Error pages with ways to recover. A handler or layer that refuses answers
//! with a bare status (or, from a form, with the error in a header); a browser
//! gets the app's page for it, a program gets a line of JSON.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use serde::Serialize;

use super::here::language;
use super::trace::RequestId;

/// The page for a status, the id under which the log tells more, a language, and the path of the style sheet.
pub type ErrorPage = fn(u16, &str, Lang, &str) -> String;

/// How error pages are made.
#[derive(Clone)]
pub struct ErrorPages {
    /// The app's page.
    pub page: ErrorPage,
    /// The style sheet it names.
    pub css: String,
}

/// By which a handler hands over the error it wants a page for; never leaves the server.
const REFUSED: HeaderName = HeaderName::from_static("x-gongzhi-refused");

/// What a program is told.
#[derive(Serialize)]
struct Told {
    status: u16,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

/// Puts the app's page into answers that refuse and say nothing yet.
pub async fn pages(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let html = wants_html(request.headers());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();

    let mut response = next.run(request).await;
    let handed = response.headers_mut().remove(REFUSED);
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error: Option<Error> = handed.as_ref().and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
    let is_page = is(response.headers(), "text/html");
    let is_json = is(response.headers(), "application/json");
    if handed.is_none() && (is_page || is_json) {
        return response;
    }
    // The store gave an internal error its own id, which stands beside its cause in the log.
    let id = match &error {
        Some(Error::Internal { id }) => id.clone(),
        _ => id,
    };
    let mut answer = if html {
        let body = (pages.page)(status.as_u16(), &id, lang, &pages.css);
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
    } else {
        (status, Json(Told { status: status.as_u16(), id, error })).into_response()
    };
    if let Some(wait) = response.headers().get(header::RETRY_AFTER) {
        answer.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, accept-language, cookie"));
    answer
}

/// The answer to an error outside of a page or server function.
pub fn refuse(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if let Ok(value) = serde_json::to_string(error).map(HeaderValue::try_from)
        && let Ok(value) = value
    {
        response.headers_mut().insert(REFUSED, value);
    }
    response.map(Body::new)
}

/// Whether the asker is a browser that shows pages.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

fn is(headers: &HeaderMap, kind: &str) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(kind.as_bytes()))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use gongzhi_domain::error::What;
    use tower::ServiceExt;

    use super::*;

    fn page(status: u16, id: &str, lang: Lang, css: &str) -> String {
        format!("<p>{status} {id} {lang}{css}</p>")
    }

    async fn ask(path: &str, accept: &str) -> (u16, HeaderMap, String) {
        let router = Router::new()
            .route("/bare", get(|| async { StatusCode::FORBIDDEN }))
            .route(
                "/own",
                get(|| async { (StatusCode::NOT_FOUND, [("content-type", "text/html")], "own").into_response() }),
            )
            .route("/broken", get(|| async { refuse(&Error::Internal { id: "k3".into() }) }))
            .route("/gone", get(|| async { refuse(&Error::NotFound { what: What::Request }) }))
            .layer(from_fn_with_state(ErrorPages { page, css: String::new() }, pages));
        let request = Request::builder()
            .uri(path)
            .header("accept", accept)
            .header("accept-language", "en")
            .extension(RequestId("r1".into()))
            .body(Body::empty())
            .expect("request");
        let response = router.oneshot(request).await.expect("response");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.expect("body");
        (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_browser_gets_a_page_and_a_program_gets_json() {
        let browser = "text/html,application/xhtml+xml";
        for (path, accept, status, body) in [
            ("/bare", browser, 403, "<p>403 r1 en</p>"),
            ("/nowhere", browser, 404, "<p>404 r1 en</p>"),
            ("/broken", browser, 500, "<p>500 k3 en</p>"),
            ("/own", browser, 404, "own"),
            ("/bare", "*/*", 403, r#"{"status":403,"id":"r1"}"#),
        ] {
            let (was, headers, text) = ask(path, accept).await;
            assert_eq!((was, text.as_str()), (status, body), "{path}");
            assert!(!headers.contains_key(REFUSED), "{path}");
        }
        let (status, _, text) = ask("/gone", "application/json").await;
        assert_eq!(status, 404);
        assert!(text.contains("\"error\""), "{text}");
    }
}
