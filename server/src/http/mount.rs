//! Builds the router from the table of routes, and puts around it what every
//! request passes through.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use leptos_router::SsrMode;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::TimeoutLayer;

use super::errors::{self, ErrorPages};
use super::limits::{self, Most};
use super::pages::Written;
use super::routes::{Kind, Method, Route, TABLE, row};
use super::{Shared, assets, csrf, headers, health, here, log, pages, panics, passkeys, photos, trace};
use crate::cli::Failure;

/// Pages are compressed as they are sent: beyond this it takes longer than it saves.
const BROTLI_QUALITY: i32 = 4;

/// The router of the portal.
pub fn router(shared: Shared) -> Result<Router, Failure> {
    let config = shared.config();
    let csrf = csrf::layer(config.public_url.as_deref())
        .map_err(|error| Failure::Other(format!("GONGZHI_PUBLIC_URL: {error:?}")))?;
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, config.request_timeout);

    let mut router = Router::new();
    let pages: BTreeSet<String> = pages::written().into_iter().map(|page| page.path).collect();
    for row in TABLE {
        let answering = match row.kind {
            // A row for a page that this build does not have yet answers 404 like any other address.
            Kind::Page if !pages.contains(row.path) => continue,
            Kind::Page => get(pages::render()).layer(from_fn_with_state(row, here::guard)),
            Kind::ServerFn => post(pages::server_function),
            Kind::Handler => handler(row)?,
        };
        let answering = answering.layer(from_fn_with_state(Most(row.body), limits::body));
        router = router.route(row.path, answering);
    }
    let mut router = router.layer(from_fn_with_state(shared.clone(), here::identify));
    if let Some(counter) = shared.counter() {
        router = router.layer(limits::rate_layer(counter));
    }
    let errors = ErrorPages { page: gongzhi_app::error_page, css: shared.site().assets.css.clone() };
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI_QUALITY));
    Ok(router
        .fallback_service(assets::files(&config.site))
        .layer(DefaultBodyLimit::disable())
        .layer(timeout)
        .layer(csrf)
        .layer(from_fn(csrf::refuse_silent))
        .layer(panics::layer())
        .layer(from_fn_with_state(errors, errors::pages))
        .layer(compression)
        .layer(from_fn_with_state(headers::Https(config.is_https()), headers::add))
        .layer(from_fn_with_state(shared.clone(), trace::follow))
        .with_state(shared))
}

/// Pages and server functions that were written and have no row, or that break a
/// rule of the table; empty when all is well.
pub fn unlisted() -> Vec<String> {
    unlisted_among(&pages::written(), pages::server_functions())
}

fn unlisted_among<'a>(
    written: &[Written],
    functions: impl Iterator<Item = (&'a str, axum::http::Method)>,
) -> Vec<String> {
    let mut found = Vec::new();
    for page in written {
        if row(Method::Get, &page.path).is_none_or(|row| row.kind != Kind::Page) {
            found.push(format!("page {} has no row", page.path));
        }
        if page.mode != SsrMode::Async {
            found.push(format!("page {} is not rendered whole (SsrMode::Async)", page.path));
        }
    }
    for (path, method) in functions {
        if method != axum::http::Method::POST {
            found.push(format!("server function {path} answers {method}: only POST may change anything"));
        } else if row(Method::Post, path).is_none_or(|row| row.kind != Kind::ServerFn) {
            found.push(format!("server function {path} has no row"));
        }
    }
    found
}

/// Rows that nothing answers; empty when all is well.
pub fn unanswered() -> Vec<&'static Route> {
    let pages: BTreeSet<String> = pages::written().into_iter().map(|page| page.path).collect();
    let functions: BTreeSet<&str> = pages::server_functions().map(|(path, _)| path).collect();
    TABLE
        .iter()
        .filter(|row| match row.kind {
            Kind::Page => !pages.contains(row.path),
            Kind::ServerFn => !functions.contains(row.path),
            Kind::Handler => handler(row).is_err(),
        })
        .collect()
}

/// The handler of a row.
fn handler(row: &Route) -> Result<MethodRouter<Shared>, Failure> {
    Ok(match (row.method, row.path) {
        (Method::Post, "/api/photos") => post(photos::stage),
        (Method::Post, "/api/passkey-options") => post(passkeys::options),
        (Method::Get, "/files/{id}/{size}") => get(photos::read),
        (Method::Get, "/log/checkpoint") => get(log::head),
        (Method::Get, "/log/key") => get(log::keys),
        (Method::Get, "/log/consistency/{old}/{new}") => get(log::consistency),
        (Method::Get, "/log/receipts/{token}/receipt.json") => get(log::receipt),
        (Method::Get, "/healthz") => get(health::alive),
        (Method::Get, "/readyz") => get(health::ready),
        (Method::Get, "/metrics") => get(health::measurements),
        (method, path) => {
            return Err(Failure::Other(format!("nothing answers {method:?} {path}")));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_a_row_is_named() {
        let page = |path: &str, mode| Written { path: path.to_owned(), mode };
        let written = [
            page("/requests", SsrMode::Async),
            page("/secrets", SsrMode::Async),
            page("/ask", SsrMode::OutOfOrder),
            // A row of another kind is none.
            page("/healthz", SsrMode::Async),
        ];
        let (post, get) = (axum::http::Method::POST, axum::http::Method::GET);
        let functions = [
            ("/api/sign-in", post.clone()),
            ("/api/give-everything", post.clone()),
            ("/api/locate", get),
            ("/api/photos", post),
        ];
        assert_eq!(
            unlisted_among(&written, functions.into_iter()),
            [
                "page /secrets has no row",
                "page /ask is not rendered whole (SsrMode::Async)",
                "page /healthz has no row",
                "server function /api/give-everything has no row",
                "server function /api/locate answers GET: only POST may change anything",
                "server function /api/photos has no row",
            ]
        );
    }
}
