//! Photos come in and go out. Coming in, one is staged for the form that will
//! name it; what it may be and how it is made safe is the store's business.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, FromRequest, Multipart, Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gongzhi_api::Here;
use gongzhi_api::here::FORM_COOKIE;
use gongzhi_domain::error::{Error, Reason};
use gongzhi_domain::ids::AttachmentId;
use gongzhi_store::photos::{self, Size, StagedFor};
use serde::Serialize;

use super::errors::refuse;

/// A year: the file of an id never changes. Only for what everyone may see.
const PUBLIC: &str = "public, max-age=31536000, immutable";
/// Whoever may see it may not be who asks next from this browser.
const PRIVATE: &str = "private, no-store";
/// How the form cookie is kept: for a month, for this portal only, out of scripts' reach.
const COOKIE: &str = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000";

#[derive(Serialize)]
struct Staged {
    id: AttachmentId,
}

/// `POST /api/photos`: a photo for the filing form, as the whole body (`image/…`) or as the first
/// file of a multipart form. Answers `{"id": …}`; the form cookie is made here if
/// the browser has none yet.
pub async fn stage(Extension(here): Extension<Here>, request: Request) -> Response {
    let upload = match uploaded(request).await {
        Ok(upload) => upload,
        Err(response) => return response,
    };
    let is_known = here.form.get().is_some();
    let mut response = match photos::stage(&here.db, &here.actor, &here.holder(), StagedFor::Filing, upload).await {
        Ok(id) => (StatusCode::CREATED, Json(Staged { id })).into_response(),
        Err(error) => refuse(&error),
    };
    // Outside of a page nobody else hands the new cookie out.
    if !is_known && let Ok(cookie) = HeaderValue::try_from(format!("{FORM_COOKIE}={}; {COOKIE}", here.form_cookie())) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// `GET /files/{id}/1600.jpg` and `/320.jpg`.
pub async fn read(
    Extension(here): Extension<Here>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let asked = id.parse().ok().zip(name.strip_suffix(".jpg").and_then(Size::parse));
    let Some((id, size)) = asked else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let holder = here.form.get().map(|_| here.holder());
    let photo = match photos::read(&here.db, &here.actor, holder.as_ref(), id, size).await {
        Ok(photo) => photo,
        Err(error) => return refuse(&error),
    };
    let tag = format!("\"{id}-{name}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let kept = [(header::CACHE_CONTROL, if photo.public { PUBLIC } else { PRIVATE }.to_owned()), (header::ETAG, tag)];
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, "image/jpeg")], Body::from(photo.jpeg)).into_response()
}

async fn uploaded(request: Request) -> Result<Bytes, Response> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("image/") || kind == "application/octet-stream" {
        return Bytes::from_request(request, &()).await.map_err(IntoResponse::into_response);
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    while let Some(field) = form.next_field().await.map_err(IntoResponse::into_response)? {
        if field.file_name().is_some() {
            return field.bytes().await.map_err(IntoResponse::into_response);
        }
    }
    Err(refuse(&Error::field("photos", Reason::Missing)))
}
