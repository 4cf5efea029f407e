//! Homes, deliveries, meetings and rooms at the desk: one entry of the rail, a tab each.

mod building;
mod delivery;
mod households;
mod import;
mod new;
mod pact_delivery;
mod rooms;

pub use building::BuildingDesk;
pub(crate) use building::square_metres;
pub use delivery::{DeliveryDesk, DoorsDesk, RoundDesk};
pub use households::HouseholdsDesk;
pub use import::ImportDesk;
pub use new::NewBuildingDesk;
pub use pact_delivery::PactDeliveryDesk;
pub use rooms::{RoomDesk, RoomsDesk};

use gongzhi_api::Here;
use gongzhi_domain::delivery::Progress;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_store::areas::AreaTree;
use gongzhi_store::desk;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::frame::{self, Place};
use crate::components::{Choice, Tab, Tabs};

/// The pages of the room, by the action that opens each.
const PAGES: [(Action, &str); 4] = [
    (Action::DeliverPact, "/desk/delivery"),
    (Action::RunMeeting, "/desk/meetings"),
    (Action::RunRoom, "/desk/rooms"),
    (Action::ManageHouseholds, "/desk/households"),
];

/// The first page of the room that somebody may open; `None` for whoever has nothing to do here.
pub(super) fn door(here: &Here) -> Option<&'static str> {
    PAGES.iter().find(|(action, _)| here.actor.has(*action)).map(|(_, href)| *href)
}

/// What a page of the room is called.
fn name(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::DeliverPact => td_string!(lang, delivery.desk_title),
        Action::RunMeeting => td_string!(lang, meetings.desk_title),
        Action::RunRoom => td_string!(lang, rooms.desk_title),
        _ => td_string!(lang, households.desk_title),
    }
}

/// The name of the room's entry in the rail: that of its first page.
pub(super) fn label(here: &Here) -> &'static str {
    let first = PAGES.iter().find(|(action, _)| here.actor.has(*action));
    first.map_or("", |(action, _)| name(*action, here.lang))
}

/// A page of the room with the rail and the tabs to the others.
pub(super) async fn shown(here: &Here, title: &str, path: &str, content: AnyView) -> Result<AnyView, Error> {
    let lang = here.lang;
    let queues = frame::queues(here, &desk::counts(&here.db, &here.actor).await?, Place::Homes).await?;
    let tabs = PAGES.iter().filter(|(action, _)| here.actor.has(*action)).map(|(action, href)| Tab {
        label: name(*action, lang).to_owned(),
        href: (*href).to_owned(),
        count: None,
        current: *href == path,
    });
    let content = view! {
        <Tabs label=label(here) tabs=tabs.collect() />
        <h2>{title.to_owned()}</h2>
        {content}
    };
    Ok(frame::frame(here, queues, title.to_owned(), None, false, content.into_any()))
}

/// Areas as choices, indented by depth; an empty one first that says to choose.
pub(crate) fn area_choices(tree: &AreaTree, first: &'static str, only_leaves: bool, lang: Lang) -> Vec<Choice> {
    let choices = tree.choices().into_iter().filter(|area| area.leaf || !only_leaves).map(|area| {
        let indent = if only_leaves { String::new() } else { "\u{3000}".repeat(area.depth.saturating_sub(1)) };
        Choice::new(area.code, format!("{indent}{}", area.name.in_(lang)))
    });
    std::iter::once(Choice::new("", first)).chain(choices).collect()
}

/// How far a text has come, as a bar with its words.
fn progress(progress: Progress, lang: Lang) -> AnyView {
    let words = td_string!(lang, delivery.reached, reached = progress.reached, all = progress.households);
    view! {
        <div class="delivery-progress">
            <progress max=progress.households.max(1).to_string() value=progress.reached.to_string() aria-label=words.clone()></progress>
            <span>{words}</span>
        </div>
    }
    .into_any()
}
