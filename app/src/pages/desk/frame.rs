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

/// The queues of the reader, with how much waits in each.
///
/// # Errors
/// When the database does not answer.
pub async fn queues(here: &Here, counts: &[Calls], place: Place) -> Result<Vec<Queue>, Error> {
    let mut queues: Vec<Queue> = counts.iter().map(|call| queue(here, call, place)).collect();
    if here.actor.has(Action::Moderate) {
        let waiting = moderation::waiting(&here.db, &here.actor).await?;
        queues.push(Queue {
            label: td_string!(here.lang, desk.queue_moderation).to_owned(),
            href: "/desk/moderation".to_owned(),
            count: Some(waiting.into()),
            current: place == Place::Moderation,
            alarm: false,
        });
    }
    if here.actor.has(Action::ReadWorkshop) {
        queues.push(Queue {
            label: td_string!(here.lang, workshop.queue).to_owned(),
            href: "/desk/pacts".to_owned(),
            count: None,
            current: place == Place::Pacts,
            alarm: false,
        });
    }
    if let Some(href) = homes::door(here) {
        queues.push(Queue {
            label: homes::label(here).to_owned(),
            href: href.to_owned(),
            count: None,
            current: place == Place::Homes,
            alarm: false,
        });
    }
    if here.actor.has(Action::TriageBreach) {
        queues.push(Queue {
            label: td_string!(here.lang, keeping.desk_title).to_owned(),
            href: "/desk/keeping".to_owned(),
            count: None,
            current: place == Place::Keeping,
            alarm: false,
        });
    }
    if let Some(href) = points::door(here) {
        queues.push(Queue {
            label: td_string!(here.lang, points.desk_title).to_owned(),
            href: href.to_owned(),
            count: None,
            current: place == Place::Points,
            alarm: false,
        });
    }
    if here.actor.has(Action::CosignLog) {
        queues.push(Queue {
            label: td_string!(here.lang, log.desk_title).to_owned(),
            href: "/desk/log".to_owned(),
            count: None,
            current: place == Place::Log,
            alarm: false,
        });
    }
    Ok(queues)
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
