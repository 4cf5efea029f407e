//! Refuses requests that change something and were made by another site's page.
//! The decision is tower-http's (`Sec-Fetch-Site`, then `Origin` against the
//! host), with the portal's public address trusted for proxies that rewrite the
//! host; on top, a request that carries a cookie but says nothing of where it
//! comes from is refused, because every browser in use says it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{ConfigError, CsrfLayer};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The layer for a portal that residents know under `public_url`.
pub fn layer(public_url: Option<&str>) -> Result<CsrfLayer, ConfigError> {
    let layer = CsrfLayer::new();
    match public_url {
        Some(origin) => layer.add_trusted_origin(origin),
        None => Ok(layer),
    }
}

/// Refuses a changing request that carries a cookie and hides where it comes from.
pub async fn refuse_silent(request: Request, next: Next) -> Response {
    if is_silent(request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

fn is_silent(method: &Method, headers: &HeaderMap) -> bool {
    !method.is_safe()
        && headers.contains_key(header::COOKIE)
        && !headers.contains_key(SEC_FETCH_SITE)
        && !headers.contains_key(header::ORIGIN)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;
    use proptest::prelude::*;
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: &str, headers: &[(&str, &str)]) -> u16 {
        let router = Router::new()
            .route("/", any(|| async { "done" }))
            .layer(layer(Some("https://gongzhi.example")).expect("origin"))
            .layer(axum::middleware::from_fn(refuse_silent));
        let mut request = Request::builder().method(method).uri("/").header("host", "inner:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("request");
        router.oneshot(request).await.expect("response").status().as_u16()
    }

    #[tokio::test]
    async fn the_table_of_decisions() {
        let cookie = ("cookie", "__Host-session=x");
        for (headers, wanted) in [
            // Browsers of the last years say the relation themselves.
            (vec![("sec-fetch-site", "same-origin")], 200),
            (vec![("sec-fetch-site", "none")], 200),
            (vec![("sec-fetch-site", "same-site")], 403),
            (vec![("sec-fetch-site", "cross-site")], 403),
            (vec![("sec-fetch-site", "nonsense")], 403),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "http://inner:3000")], 403),
            (vec![("sec-fetch-site", "same-origin"), cookie], 200),
            // Older ones send the origin.
            (vec![("origin", "http://inner:3000"), cookie], 200),
            (vec![("origin", "https://gongzhi.example"), cookie], 200),
            (vec![("origin", "http://gongzhi.example"), cookie], 403),
            (vec![("origin", "https://gongzhi.example.evil.example"), cookie], 403),
            (vec![("origin", "https://evil.example"), cookie], 403),
            (vec![("origin", "null"), cookie], 403),
            // A program without cookies has nobody's rights to misuse.
            (vec![], 200),
            (vec![cookie], 403),
        ] {
            assert_eq!(ask("POST", &headers).await, wanted, "POST {headers:?}");
            assert_eq!(ask("GET", &headers).await, 200, "GET {headers:?}");
        }
    }

    proptest! {
        #[test]
        fn no_other_origin_gets_through(host in "[a-z0-9.-]{1,30}", scheme in "(http|https|file)", port in 1u16..) {
            prop_assume!(host != "gongzhi.example" && host != "inner");
            let origin = format!("{scheme}://{host}:{port}");
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                prop_assert_eq!(runtime.block_on(ask(method, &[("origin", &origin)])), 403);
            }
        }
    }
}
