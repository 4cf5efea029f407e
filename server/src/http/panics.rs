//! A panic is a bug: it ends one request with status 500, and its place is
//! written to the log. Its message may hold what somebody typed, so it is not.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::Once;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

type Answer = fn(Box<dyn Any + Send>) -> Response<Body>;

/// Turns a panic in a handler into an answer.
pub(crate) fn layer() -> CatchPanicLayer<Answer> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| std::panic::set_hook(Box::new(write_down)));
    CatchPanicLayer::custom(answer as Answer)
}

fn write_down(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}

fn answer(_payload: Box<dyn Any + Send>) -> Response<Body> {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
