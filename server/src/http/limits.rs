//! How much one asker may send: requests a second, and bytes a request.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_governor::GovernorError;
use tower_governor::GovernorLayer;
use tower_governor::governor::{GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::KeyExtractor;

use super::client::Client;

/// A household of patient people may click all at once: this many seconds' worth.
const BURST_SECONDS: u32 = 6;
/// An upload that is too big is read to its end, up to this size: a browser
/// shows the answer only after it has sent everything.
const READ_ON: u64 = 64 * 1024 * 1024;
const READ_ON_TIME: Duration = Duration::from_secs(20);

/// One asker: an address or an IPv6 network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker;

impl KeyExtractor for Asker {
    type Key = IpAddr;

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<IpAddr, GovernorError> {
        request.extensions().get::<Client>().map(Client::counted_as).ok_or(GovernorError::UnableToExtractKey)
    }
}

/// Counts the requests of each asker.
pub(crate) type Counter = GovernorConfig<Asker, governor::middleware::NoOpMiddleware>;

/// Counts the requests of each asker; nothing where `rate` is 0.
pub(crate) fn counter(rate: u32) -> Option<Arc<Counter>> {
    let period = Duration::from_secs(1).checked_div(rate)?;
    GovernorConfigBuilder::default()
        .period(period)
        .burst_size(rate.saturating_mul(BURST_SECONDS))
        .key_extractor(Asker)
        .finish()
        .map(Arc::new)
}

/// Refuses an asker that asks too often, and says when to come back.
pub(crate) fn rate_layer(counter: Arc<Counter>) -> GovernorLayer<Asker, governor::middleware::NoOpMiddleware, Body> {
    GovernorLayer::new(counter).error_handler(|error| match error {
        GovernorError::TooManyRequests { wait_time, .. } => {
            let wait = HeaderValue::from(wait_time.max(1));
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait)]).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
}

/// Forgets askers that have been quiet, so that memory does not grow.
pub(crate) async fn forget_quiet(counter: Arc<Counter>) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        counter.limiter().retain_recent();
        counter.limiter().shrink_to_fit();
    }
}

/// The most bytes a route reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most(pub u64);

/// Refuses a body that is longer than its route reads, also when it hides its length.
pub(crate) async fn body(State(Most(most)): State<Most>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|length| length > most) {
        read_on(body).await;
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let exceeded = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&exceeded);
    let limited = Limited::new(body, most).map_err(move |error| {
        seen.fetch_or(error.is::<LengthLimitError>(), Ordering::Relaxed);
        error
    });
    let response = next.run(Request::from_parts(parts, Body::new(limited))).await;
    // Whoever read the body may have taken its end for any other mistake.
    if exceeded.load(Ordering::Relaxed) { StatusCode::PAYLOAD_TOO_LARGE.into_response() } else { response }
}

async fn read_on(mut body: Body) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, Bytes::len) as u64;
            if read > READ_ON {
                break;
            }
        }
    };
    // Whoever is slower than this gets the answer earlier.
    let _ = tokio::time::timeout(READ_ON_TIME, reading).await;
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    fn router() -> Router {
        Router::new()
            .route(
                "/",
                post(|body: Result<Bytes, axum::extract::rejection::BytesRejection>| async {
                    match body {
                        Ok(body) => body.len().to_string().into_response(),
                        Err(rejection) => rejection.into_response(),
                    }
                }),
            )
            .layer(from_fn_with_state(Most(10), body))
    }

    #[tokio::test]
    async fn a_body_is_refused_by_its_length_said_or_not() {
        for (length, hidden, wanted) in [(10, false, 200), (11, false, 413), (10, true, 200), (11, true, 413)] {
            let bytes = Bytes::from(vec![0; length]);
            let body = if hidden { Body::from_stream(futures_stream(bytes)) } else { Body::from(bytes) };
            let mut request = Request::builder().method("POST").uri("/");
            if !hidden {
                request = request.header("content-length", length);
            }
            let request = request.body(body).expect("request");
            let response = router().oneshot(request).await.expect("response");
            assert_eq!(response.status().as_u16(), wanted, "{length} {hidden}");
        }
    }

    fn futures_stream(bytes: Bytes) -> http_body_util::BodyDataStream<http_body_util::Full<Bytes>> {
        http_body_util::BodyDataStream::new(http_body_util::Full::new(bytes))
    }

    #[tokio::test]
    async fn an_asker_waits_and_others_do_not() {
        let counter = counter(2).expect("counter");
        let router = Router::new().route("/", post(|| async {})).layer(rate_layer(counter));
        let ask = async |address: [u8; 4]| {
            let client = Client { address: address.into(), local: false };
            let request = Request::builder().method("POST").uri("/").extension(client);
            let request = request.body(Body::empty()).expect("request");
            router.clone().oneshot(request).await.expect("response")
        };
        for _ in 0..12 {
            assert_eq!(ask([198, 51, 100, 1]).await.status(), StatusCode::OK);
        }
        let refused = ask([198, 51, 100, 1]).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        assert_eq!(ask([198, 51, 100, 2]).await.status(), StatusCode::OK);
    }

    #[test]
    fn no_rate_no_counter() {
        assert!(counter(0).is_none());
    }
}
