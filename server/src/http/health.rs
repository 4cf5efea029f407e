//! For those who run the portal: does it live, can it serve, how is it doing.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Serialize;

use super::Shared;
use super::client::Client;

/// Upper bounds of the buckets of request times, in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Whoever asks whether the portal can serve does not wait long for the answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// `GET /healthz`: the program answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers and has this version's tables.
pub async fn ready(State(shared): State<Shared>) -> Response {
    let db = shared.db();
    let asking = async {
        db.ping().await?;
        gongzhi_store::migrate::pending(db).await
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(0)) => "ready\n".into_response(),
        Ok(Ok(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(NotReady { because: "migrations are missing" })).into_response()
        }
        Ok(Err(_)) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(NotReady { because: "the database does not answer" }))
                .into_response()
        }
    }
}

#[derive(Serialize)]
struct NotReady {
    because: &'static str,
}

/// `GET /metrics` in Prometheus' text form, for this machine or whoever has the token.
pub async fn measurements(
    State(shared): State<Shared>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let token = shared.config().metrics_token.as_deref();
    if !client.local && !has_token(&headers, token) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = shared.metrics().render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn has_token(headers: &HeaderMap, token: Option<&str>) -> bool {
    let Some(token) = token else { return false };
    let said = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    // Every byte is looked at, so that the time taken tells nothing of the token.
    let differ = said.iter().zip(token.as_bytes()).fold(0, |seen, (a, b)| seen | (a ^ b));
    said.len() == token.len() && differ == 0
}

/// Starts measuring. A process measures once: later calls share the first one's numbers.
pub fn recorder() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let builder = builder
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS)
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            // Another recorder in this process would keep its own numbers; these are then empty.
            let _ = metrics::set_global_recorder(recorder);
            handle
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_opens() {
        let token = Some("0123456789abcdef");
        for (said, opens) in [
            ("Bearer 0123456789abcdef", true),
            ("Bearer 0123456789abcdeF", false),
            ("Bearer 0123456789abcde", false),
            ("Bearer 0123456789abcdef0", false),
            ("0123456789abcdef", false),
            ("Bearer ", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, said.parse().expect("header"));
            assert_eq!(has_token(&headers, token), opens, "{said}");
            assert!(!has_token(&headers, None));
        }
        assert!(!has_token(&HeaderMap::new(), token));
    }
}
