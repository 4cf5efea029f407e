//! The log of evidence for programs: the signed head and the keys as text, proofs that one head continues another, receipts as files.

use axum::extract::{Extension, Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gongzhi_api::Here;
use gongzhi_domain::error::{Error, What};
use gongzhi_store::log;
use serde::Deserialize;

use super::errors::refuse;

/// Text that is what it says, nothing a browser should guess about.
const TEXT: &str = "text/plain; charset=utf-8";

/// Which head is asked for.
#[derive(Deserialize)]
pub struct Asked {
    size: Option<u64>,
}

/// `GET /log/checkpoint`: the newest head with its signatures, or with `?size=` the newest of that size (C2SP tlog-checkpoint).
pub async fn head(Extension(here): Extension<Here>, asked: Query<Asked>) -> Response {
    match log::shown(&here.db, &here.actor, asked.size).await {
        Ok(Some(head)) => text(head.note.to_string()),
        Ok(None) => refuse(&Error::NotFound { what: What::Page }),
        Err(error) => refuse(&error),
    }
}

/// `GET /log/key`: the log's keys, a line each, the last one signs.
pub async fn keys(Extension(here): Extension<Here>) -> Response {
    match log::public_keys(&here.db).await {
        Ok(keys) => text(keys.iter().map(|key| format!("{key}\n")).collect()),
        Err(error) => refuse(&error),
    }
}

/// `GET /log/consistency/{old}/{new}`: the hashes that prove the log of `old` records to be the beginning of that of `new`
/// (RFC 6962, 2.1.2), a line each.
pub async fn consistency(Extension(here): Extension<Here>, Path((old, new)): Path<(String, String)>) -> Response {
    let (Ok(old), Ok(new)) = (old.parse(), new.parse()) else {
        return refuse(&Error::NotFound { what: What::Page });
    };
    match log::consistency(&here.db, old, new).await {
        Ok(proof) => text(proof.iter().map(|hash| format!("{}\n", hex(hash))).collect()),
        Err(error) => refuse(&error),
    }
}

/// `GET /log/receipts/{token}/receipt.json`: a receipt as a file, for whoever knows its address.
pub async fn receipt(Extension(here): Extension<Here>, Path(token): Path<String>) -> Response {
    let receipt = match log::leaf_of(&here.db, &token) {
        Ok(leaf) => log::receipt(&here.db, leaf).await,
        Err(error) => Err(error),
    };
    let (file, leaf) = match receipt {
        Ok(receipt) => (receipt.to_json().unwrap_or_default(), receipt.index),
        Err(error) => return refuse(&error),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"receipt-{leaf}.json\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    (StatusCode::OK, headers, file).into_response()
}

fn text(text: String) -> Response {
    ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
