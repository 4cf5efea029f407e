//! What every page of the desk has: the rail with the queues and their counts, and the keyboard.

use gongzhi_api::Here;
use gongzhi_desk::Keys;
use gongzhi_domain::error::Error;
use gongzhi_domain::permission::Action;
use gongzhi_domain::view::desk::{Calls, InboxView};
use gongzhi_store::moderation;
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use super::{homes, points};
use crate::components::{Desk, Queue};
use crate::pages::bundle::{Bundle, Bundles};

/// Which page of the desk is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A queue of orders.
    Queue(InboxView),
    /// Moderation.
    Moderation,
    /// Homes, deliveries, meetings, rooms.
    Homes,
    /// Pacts.
    Pacts,
    /// Points.
    Points,
    /// Reports that a clause was not kept.
    Keeping,
    /// Cosigning the log.
    Log,
}

/// The rail of the reader: the queues of orders with how much waits in each, for whoever handles orders, then the doors to
/// the other rooms they may enter.
///
/// # Errors
/// When the database does not answer.
pub async fn queues(here: &Here, counts: &[Calls], place: Place) -> Result<Vec<Queue>, Error> {
    let mut queues = Vec::new();
    if handles_orders(here) {
        queues.extend(counts.iter().map(|call| queue(here, call, place)));
    }
    queues.extend(doors(here, place).await?);
    Ok(queues)
}

/// Whether the reader's desk has orders on it at all.
pub fn handles_orders(here: &Here) -> bool {
    here.actor.has(Action::ReadOrder)
}

/// The rooms beside the orders that the reader may enter.
///
/// # Errors
/// When the database does not answer.
pub async fn doors(here: &Here, place: Place) -> Result<Vec<Queue>, Error> {
    let (actor, lang) = (&here.actor, here.lang);
    let mut doors = Vec::new();
    let mut add = |open: bool, to: Place, label: &str, href: &str, count: Option<u64>| {
        if open {
            let (label, href) = (label.to_owned(), href.to_owned());
            doors.push(Queue { label, href, count, current: place == to, alarm: false });
        }
    };
    if actor.has(Action::Moderate) {
        let waiting = moderation::waiting(&here.db, actor).await?;
        add(true, Place::Moderation, td_string!(lang, desk.queue_moderation), "/desk/moderation", Some(waiting.into()));
    }
    add(actor.has(Action::ReadWorkshop), Place::Pacts, td_string!(lang, workshop.queue), "/desk/pacts", None);
    if let Some(href) = homes::door(here) {
        add(true, Place::Homes, homes::label(here), href, None);
    }
    add(actor.has(Action::TriageBreach), Place::Keeping, td_string!(lang, keeping.desk_title), "/desk/keeping", None);
    if let Some(href) = points::door(here) {
        add(true, Place::Points, td_string!(lang, points.desk_title), href, None);
    }
    add(actor.has(Action::CosignLog), Place::Log, td_string!(lang, log.desk_title), "/desk/log", None);
    Ok(doors)
}

fn queue(here: &Here, call: &Calls, place: Place) -> Queue {
    Queue {
        label: terms::inbox_view(call.view, here.lang).to_owned(),
        href: format!("/desk?view={}", call.view),
        count: Some(call.count.into()),
        current: place == Place::Queue(call.view),
        alarm: call.view == InboxView::Overdue && call.count > 0,
    }
}

/// The unit whose desk it is: that of the reader's first membership.
pub fn unit(here: &Here) -> String {
    here.actor
        .memberships
        .first()
        .map_or_else(|| td_string!(here.lang, desk.title).to_owned(), |first| first.unit_name.in_(here.lang).to_owned())
}

/// A page of the desk with its rail.
pub fn frame(
    here: &Here,
    queues: Vec<Queue>,
    title: String,
    list: Option<AnyView>,
    open: bool,
    content: AnyView,
) -> AnyView {
    let unit = unit(here);
    let content = view! {
        {content}
        <Keys />
        <Bundle files=Bundles::current().desk />
    };
    match list {
        Some(list) => {
            view! { <Desk title=title unit=unit queues=queues list=list open=open>{content}</Desk> }.into_any()
        }
        None => view! { <Desk title=title unit=unit queues=queues open=open>{content}</Desk> }.into_any(),
    }
}
