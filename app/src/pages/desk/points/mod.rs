//! Points at the desk: crediting by two, the counter, the tariff, the stock, looking again.

mod audit;
mod counter;
mod credit;
mod stock;
mod tariff;

pub use audit::PointsAudit;
pub use counter::PointsCounter;
pub use credit::PointsDesk;
pub use stock::PointsStock;
pub use tariff::TariffDesk;

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::permission::Action;
use gongzhi_store::desk;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::frame::{self, Place};
use crate::components::{Tab, Tabs};

/// The pages of the room, by the action that opens each.
const PAGES: [(Action, &str); 5] = [
    (Action::ReadPoints, "/desk/points"),
    (Action::FulfilReward, "/desk/points/counter"),
    (Action::ManageRewards, "/desk/points/rewards"),
    (Action::ManageTariff, "/desk/points/tariff"),
    (Action::ReadPointsAudit, "/desk/points/audit"),
];

/// The first page of the room that somebody may open; `None` for whoever has nothing to do with points.
pub(super) fn door(here: &Here) -> Option<&'static str> {
    PAGES.iter().find(|(action, _)| here.actor.has(*action)).map(|(_, href)| *href)
}

/// A page of the room with the rail and the tabs to the others.
async fn shown(here: &Here, title: &str, path: &str, content: AnyView) -> Result<AnyView, Error> {
    let lang = here.lang;
    let queues = frame::queues(here, &desk::counts(&here.db, &here.actor).await?, Place::Points).await?;
    let tabs = PAGES.iter().filter(|(action, _)| here.actor.has(*action)).map(|(action, href)| Tab {
        label: match action {
            Action::ReadPoints => td_string!(lang, points.desk_credit),
            Action::FulfilReward => td_string!(lang, points.desk_counter),
            Action::ManageRewards => td_string!(lang, points.desk_stock),
            Action::ManageTariff => td_string!(lang, points.desk_tariff),
            _ => td_string!(lang, points.desk_audit),
        }
        .to_owned(),
        href: (*href).to_owned(),
        count: None,
        current: *href == path,
    });
    let content = view! {
        <Tabs label=td_string!(lang, points.desk_title) tabs=tabs.collect() />
        <h2>{title.to_owned()}</h2>
        {content}
    };
    Ok(frame::frame(here, queues, title.to_owned(), None, false, content.into_any()))
}
