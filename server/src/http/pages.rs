//! Between axum and leptos: which pages and server functions exist, how they are
//! rendered, and what each finds in its context.

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gongzhi_api::Here;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use leptos_router::SsrMode;

use super::Shared;
use super::headers::policy;
use super::routes::{Method, row};

/// A page of the app.
pub struct Written {
    /// The template of its path, as axum writes it.
    pub path: String,
    /// How it is rendered.
    pub mode: SsrMode,
}

/// The pages of the app.
pub fn written() -> Vec<Written> {
    leptos_axum::generate_route_list(gongzhi_app::App)
        .into_iter()
        .map(|listing| Written { path: listing.path().to_owned(), mode: listing.mode().clone() })
        .collect()
}

/// The server functions that are linked in, with their methods.
pub fn server_functions() -> impl Iterator<Item = (&'static str, axum::http::Method)> {
    leptos::server_fn::axum::server_fn_paths()
}

/// Answers with a page, rendered whole before the first byte is sent.
pub fn render()
-> impl Fn(Request) -> std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>> + Clone + Send + 'static {
    leptos_axum::render_app_async_with_context(
        || {
            provide_context(leptos_router::Method::Get);
            set_the_scene();
            say_policy();
        },
        gongzhi_app::App,
    )
}

/// Answers with a server function.
pub async fn server_function(request: Request) -> Response {
    let has_parts = row(Method::Post, request.uri().path()).is_some_and(|row| row.parts);
    if has_parts && !is_divided(request.headers()) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    leptos_axum::handle_server_fns_with_context(set_the_scene, request).await.into_response()
}

/// Whether a form says how its parts are divided: `server_fn` takes that for granted and panics.
fn is_divided(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| multer::parse_boundary(kind).is_ok())
}

/// Puts who is asking and where the files are into the context.
fn set_the_scene() {
    let Some(parts) = use_context::<Parts>() else { return };
    let Some(here) = parts.extensions.get::<Here>() else { return };
    if let Some(shared) = parts.extensions.get::<Shared>() {
        provide_context(shared.visit(here));
        provide_context(shared.site().assets.clone());
        provide_context(shared.site().bundles.clone());
    }
    provide_context(here.clone());
}

/// Allows the scripts that carry this page's nonce.
fn say_policy() {
    let nonce = use_nonce();
    let policy = HeaderValue::try_from(policy(nonce.as_deref()));
    if let (Some(response), Ok(policy)) = (use_context::<ResponseOptions>(), policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
