//! The files of the build: style sheets, bundles, icons. Compressed beforehand;
//! a file whose name holds its hash may be kept for ever.

use std::path::Path;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const A_WHILE: &str = "public, max-age=3600";
/// The service worker decides what is kept; an old one would keep itself.
const ASK_AGAIN: &str = "no-cache";
const HASH_LENGTH: usize = 8;
/// No file of the build has a longer path; a file system fails at names that are too long for it.
const LONGEST_PATH: usize = 200;

/// Serves the files of a folder, in the best encoding there is a file for.
pub fn files(site: &Path) -> axum::routing::MethodRouter {
    let folder = ServeDir::new(site).precompressed_br().precompressed_gzip().append_index_html_on_directories(false);
    axum::routing::any_service(folder).layer(axum::middleware::from_fn(keep))
}

async fn keep(request: Request, next: Next) -> Response {
    let how_long = how_long(request.uri().path());
    // A file of the build is only ever read.
    if !request.method().is_safe() || request.uri().path().len() > LONGEST_PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(how_long));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

fn how_long(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name == "sw.js" {
        ASK_AGAIN
    } else if path.starts_with("/pkg/") && has_hash(name) {
        FOR_EVER
    } else {
        A_WHILE
    }
}

/// `resident.3fa85f64.js`: a name, a hash, an extension.
fn has_hash(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let (Some(_extension), Some(hash), Some(_name)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    hash.len() >= HASH_LENGTH && hash.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use tower::ServiceExt;

    use super::*;

    async fn get(site: &Path, path: &str, encoding: &str) -> Response {
        let router = Router::new().fallback_service(files(site));
        let request = Request::builder().uri(path).header("accept-encoding", encoding);
        router.oneshot(request.body(Body::empty()).expect("request")).await.expect("response")
    }

    #[tokio::test]
    async fn the_best_encoding_that_lies_there_is_sent_and_kept_by_its_name() {
        let temp = tempfile::tempdir().expect("folder");
        let pkg = temp.path().join("pkg");
        std::fs::create_dir(&pkg).expect("folder");
        for (name, text) in [
            ("resident.3fa85f64.js", "plain"),
            ("resident.3fa85f64.js.br", "brotli"),
            ("resident.3fa85f64.js.gz", "gzip"),
            ("resident.js", "unnamed"),
        ] {
            std::fs::write(pkg.join(name), text).expect("file");
        }
        std::fs::write(temp.path().join("sw.js"), "worker").expect("file");
        for (path, encoding, wanted, kept) in [
            ("/pkg/resident.3fa85f64.js", "br, gzip", "brotli", FOR_EVER),
            ("/pkg/resident.3fa85f64.js", "gzip", "gzip", FOR_EVER),
            ("/pkg/resident.3fa85f64.js", "identity", "plain", FOR_EVER),
            ("/pkg/resident.js", "br", "unnamed", A_WHILE),
            ("/sw.js", "br", "worker", ASK_AGAIN),
        ] {
            let response = get(temp.path(), path, encoding).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers().get("cache-control").expect("cache"), kept, "{path}");
            let body = axum::body::to_bytes(response.into_body(), 100).await.expect("body");
            assert_eq!(body, wanted, "{path} {encoding}");
        }
        for path in ["/pkg/nothing.js", "/../Cargo.toml", "/%2e%2e/%2e%2e/etc/passwd", "/pkg"] {
            let response = get(temp.path(), path, "br").await;
            assert!(!response.status().is_success(), "{path} {}", response.status());
            assert_ne!(response.headers().get("cache-control"), Some(&HeaderValue::from_static(FOR_EVER)));
        }
    }
}
