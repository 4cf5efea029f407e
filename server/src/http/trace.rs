//! Every request gets an id, a line in the log and a place in the counters. The
//! line names the route's template, never the address itself: request numbers,
//! query codes and whatever stands in a query string stay out of the log, and so
//! do bodies and the asker's address.

use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::Shared;
use super::client::Client;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request; in its extensions, in its log lines and in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Gives a request its id and its client, and writes down how it went.
pub async fn follow(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let peer = request
        .extensions()
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |info| info.0.ip());
    let client = Client::of(peer, request.headers(), &shared.config().trusted_proxies);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(client);

    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "(files)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id = %id, %method, route = %route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = started.elapsed();
    let status = response.status();

    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_str().to_owned())];
    metrics::counter!("gongzhi_http_requests_total", &labels).increment(1);
    metrics::histogram!("gongzhi_http_request_seconds", &labels).record(took.as_secs_f64());
    let _entered = span.enter();
    let ms = took.as_secs_f64() * 1000.0;
    let (status, ms) = (status.as_u16(), (ms * 10.0).round() / 10.0);
    if status >= 500 {
        tracing::error!(status, ms, "answered");
    } else {
        tracing::info!(status, ms, "answered");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
