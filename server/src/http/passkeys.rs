//! What a browser needs to make a passkey or to confirm with one: asked for by the script the moment somebody presses the button,
//! because it can be answered for five minutes only.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongzhi_api::Here;
use gongzhi_domain::error::{Error, Reason};
use gongzhi_domain::ids::HouseholdId;
use gongzhi_store::passkeys::{self, Options};
use gongzhi_store::signing;
use serde::Deserialize;

use super::errors::refuse;

/// For which signature; nothing of it when a passkey is made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pact: Option<String>,
    household: Option<String>,
}

/// `POST /api/passkey-options?pact=…&household=…`: a new challenge, in JSON. It needs no body; one is read as far as the route
/// allows, so that too large a one is told so here as everywhere.
pub async fn options(Extension(here): Extension<Here>, Query(asked): Query<Asked>, _body: Bytes) -> Response {
    match begin(&here, &asked).await {
        Ok(options) => ([(header::CACHE_CONTROL, "no-store")], Json(options)).into_response(),
        Err(error) => refuse(&error),
    }
}

async fn begin(here: &Here, asked: &Asked) -> Result<Options, Error> {
    let _ = passkeys::list(&here.db, &here.actor).await?;
    let site = here.site.as_ref().ok_or_else(|| Error::field("form", Reason::NotOpenNow))?;
    let Some(pact) = &asked.pact else { return passkeys::begin(&here.db, &here.actor, site).await };
    let household = asked.household.as_deref().unwrap_or_default().parse::<HouseholdId>();
    let household = household.map_err(|_| Error::field("household", Reason::NotAChoice))?;
    signing::begin_touch(&here.db, &here.actor, site, pact, household).await
}
