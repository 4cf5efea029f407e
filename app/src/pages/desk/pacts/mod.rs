//! The workshop: the pacts of the reader's area, one pact with its offices, moves and evidence, its draft, its opinions.

mod analysis;
mod begin;
mod draft;
mod evidence;
mod list;
mod moves;
mod one;

pub use analysis::AnalysisDesk;
pub use begin::NewPactDesk;
pub use draft::DraftDesk;
pub use list::PactsDesk;
pub use one::WorkshopDesk;

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_store::desk;
use leptos::prelude::*;

use super::frame::{self, Place};

/// The address of a pact's workshop.
pub(super) fn address(number: &str) -> String {
    format!("/desk/pacts/{}", gongzhi_api::form::encode(number))
}

/// A page of the workshop in the desk's frame.
async fn shown(here: &Here, title: String, content: AnyView) -> Result<AnyView, Error> {
    let counts = desk::counts(&here.db, &here.actor).await?;
    let queues = frame::queues(here, &counts, Place::Pacts).await?;
    Ok(frame::frame(here, queues, title, None, false, content))
}
