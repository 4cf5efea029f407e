//! Roll and vote at the desk.

mod close;
mod keys;
mod objections;
mod paper;
mod print;
mod roll;
mod vote;

pub use print::RollPrint;
pub use roll::RollDeskPage;
pub use vote::VoteDeskPage;

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_store::desk;
use leptos::prelude::*;

use super::frame::{self, Place};

/// A page of the desk about roll or vote, with the rail.
async fn shown(here: &Here, title: String, content: AnyView) -> Result<AnyView, Error> {
    let queues = frame::queues(here, &desk::counts(&here.db, &here.actor).await?, Place::Pacts).await?;
    Ok(frame::frame(here, queues, title, None, false, content))
}
