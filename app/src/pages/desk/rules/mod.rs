//! The desk of local rules: the versions and what waits, the form for a new one, one that waits for a second person.

mod draft;
mod list;
mod write;

pub use draft::RulesDraft;
pub use list::RulesDesk;
pub use write::WriteRules;

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_store::desk;
use leptos::prelude::*;

use super::frame::{self, Place};

/// A page of it in the desk's frame.
async fn shown(here: &Here, title: String, content: AnyView) -> Result<AnyView, Error> {
    let counts = desk::counts(&here.db, &here.actor).await?;
    let queues = frame::queues(here, &counts, Place::Pacts).await?;
    Ok(frame::frame(here, queues, title, None, true, content))
}
