//! A panic is a bug: it ends one request with status 500. What the log says of it is the business of `logging`.

use std::any::Any;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

type Answer = fn(Box<dyn Any + Send>) -> Response<Body>;

/// Turns a panic in a handler into an answer, which says nothing of it.
pub(crate) fn layer() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

fn answer(_payload: Box<dyn Any + Send>) -> Response<Body> {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn broken() -> StatusCode {
        panic!("13800001234")
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing() {
        let router = Router::new().route("/", get(broken)).layer(layer());
        let request = Request::builder().uri("/").body(Body::empty()).expect("request");
        let (head, body) = router.oneshot(request).await.expect("an answer").into_parts();
        assert_eq!(head.status, StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(body, 1_000).await.expect("body");
        assert!(body.is_empty() && !format!("{:?}", head.headers).contains("1380000"));
    }
}
