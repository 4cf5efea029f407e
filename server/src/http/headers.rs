//! The headers every answer carries: where scripts may come from, who may frame
//! the portal, what a link gives away, what may be kept. Pages set their own
//! script policy, because their nonce is theirs.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Everything but scripts. `blob:` and `data:` pictures are the previews of photos being chosen.
const POLICY: &str = "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The content security policy of a page whose scripts carry a nonce; without
/// one nothing runs.
pub fn policy(nonce: Option<&str>) -> String {
    match nonce {
        Some(nonce) => {
            format!("{POLICY}; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'")
        }
        None => format!("{POLICY}; script-src 'none'"),
    }
}

/// Whether residents reach the portal over https.
#[derive(Debug, Clone, Copy)]
pub struct Https(pub bool);

/// Adds the headers to every answer; what a handler set stays.
pub async fn add(State(Https(https)): State<Https>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(value) = HeaderValue::from_str(&policy(None))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, PERMISSIONS, "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()");
    set(headers, COOP, "same-origin");
    // What is not said to be cacheable may be somebody's own.
    set(headers, header::CACHE_CONTROL, "private, no-store");
    if https {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn answer(path: &str, https: bool) -> HeaderMap {
        let page = || async { ([(header::CONTENT_SECURITY_POLICY, policy(Some("abc")))], "page").into_response() };
        let router = Router::new()
            .route("/page", get(page))
            .route("/plain", get(|| async { "plain" }))
            .layer(from_fn_with_state(Https(https), add));
        let request = Request::builder().uri(path).body(Body::empty()).expect("request");
        router.oneshot(request).await.expect("response").headers().clone()
    }

    fn said(headers: &HeaderMap, name: &str) -> String {
        headers.get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
    }

    #[tokio::test]
    async fn a_page_runs_only_its_own_scripts() {
        let page = answer("/page", true).await;
        let policy = said(&page, "content-security-policy");
        assert!(policy.contains("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        for rule in [
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{rule} in {policy}");
        }
        let plain = said(&answer("/plain", true).await, "content-security-policy");
        assert!(plain.contains("script-src 'none'"), "{plain}");
    }

    #[tokio::test]
    async fn every_answer_says_the_rest() {
        for path in ["/page", "/plain", "/nowhere"] {
            let headers = answer(path, true).await;
            assert_eq!(said(&headers, "referrer-policy"), "same-origin");
            assert_eq!(said(&headers, "x-content-type-options"), "nosniff");
            assert_eq!(said(&headers, "cache-control"), "private, no-store");
            assert!(said(&headers, "permissions-policy").contains("geolocation=(self)"));
            assert_eq!(said(&headers, "cross-origin-opener-policy"), "same-origin");
            assert!(said(&headers, "strict-transport-security").contains("max-age=63072000"));
        }
        assert!(answer("/page", false).await.get("strict-transport-security").is_none());
    }
}
