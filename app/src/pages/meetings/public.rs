//! A meeting for everyone: when, where, about what; afterwards how many came, what was decided, the minutes.

use gongzhi_api::Here;
use gongzhi_api::form::encode;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_store::meetings::{self, AmendmentLine, MeetingCard, Mine, PublicMeeting};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use super::{about, badge, lines};
use crate::components::{Badge, Button, Door, Facts, List, ListItem, Look, Notice, Page, Tone, Weight};
use crate::pages::points::vote;
use crate::pages::reading::{part, read};
use crate::visit::Visit;

/// A meeting's page.
#[component]
pub fn PublicMeetingPage() -> impl IntoView {
    let (number, id) = (part("number"), part("id"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Meeting })?;
        let meeting = meetings::public(&here.db, &here.actor, id).await?;
        let belongs = match (&meeting.pact, number.as_str()) {
            // In the address of a room the first part is the room's id.
            (None, room) => meeting.room.is_some_and(|id| id.to_string() == room),
            (Some((known, _)), asked) => known.eq_ignore_ascii_case(asked),
        };
        if !belongs {
            return Err(Error::NotFound { what: What::Meeting });
        }
        let (back, link) = match (&meeting.pact, meeting.room) {
            (Some((number, title)), _) => (
                format!("/pacts/{}", encode(number)),
                td_string!(lang, meetings.about_pact, title = title.in_(lang).to_owned()),
            ),
            (None, Some(room)) => (format!("/rooms/{room}"), td_string!(lang, meetings.about_room).to_owned()),
            (None, None) => ("/".to_owned(), String::new()),
        };
        Ok(view! {
            <Page title=terms::meeting_kind(meeting.card.kind, lang) back=back.clone() door=Door::Pacts>
                <p class="row row-apart">
                    <a href=back>{link}</a>
                    {badge(&meeting.card, lang)}
                </p>
                {mine(&meeting, lang)}
                <Facts facts=vec![
                    (
                        td_string!(lang, meetings.when).to_owned(),
                        when::exact(meeting.card.planned_at, lang).into_any(),
                    ),
                    (td_string!(lang, meetings.venue).to_owned(), meeting.card.place.clone().into_any()),
                ] />
                <section class="stack">
                    <h2>{td_string!(lang, meetings.agenda)}</h2>
                    {lines(&meeting.agenda)}
                </section>
                {afterwards(&meeting, lang)}
                {meeting
                    .runs
                    .then(|| {
                        view! {
                            <Button look=Look::Secondary href=format!("/desk/meetings/{}", meeting.card.id)>
                                {td_string!(lang, meetings.desk_title)}
                            </Button>
                        }
                    })}
            </Page>
        }
        .into_any())
    })
}

fn mine(meeting: &PublicMeeting, lang: Lang) -> AnyView {
    match meeting.mine {
        Some(Mine::Invited) if meeting.minutes.is_none() => {
            view! { <Notice title=td_string!(lang, meetings.invited_you) /> }.into_any()
        }
        Some(Mine::Came { counted: true }) => {
            view! { <Notice weight=Weight::Done title=td_string!(lang, meetings.came_you) /> }.into_any()
        }
        Some(Mine::Came { counted: false }) => {
            view! { <Notice title=td_string!(lang, meetings.came_guest) /> }.into_any()
        }
        _ => ().into_any(),
    }
}

fn afterwards(meeting: &PublicMeeting, lang: Lang) -> AnyView {
    let came = match (meeting.card.came, meeting.few_came) {
        (Some(n), _) => Some(n.to_string()),
        (None, true) => Some(td_string!(lang, meetings.came_few).to_owned()),
        (None, false) => None,
    };
    let Some(came) = came else {
        return view! { <p class="quiet">{td_string!(lang, meetings.not_yet)}</p> }.into_any();
    };
    let votes = meeting.amendments.iter().map(|line| voted(line, lang)).collect::<Vec<_>>();
    let votes = (!votes.is_empty()).then(|| {
        view! {
            <h3>{td_string!(lang, meetings.amendments)}</h3>
            <ul class="list">{votes}</ul>
        }
    });
    let tariffs = meeting.tariffs.iter().map(|on| {
        view! {
            <li class="home-door">
                <p class="row row-apart">
                    <b>{td_string!(lang, points.vote_of, area = on.area.in_(lang), version = on.version)}</b>
                    {vote::badge(on, lang)}
                </p>
                {vote::numbers(on, lang)}
            </li>
        }
    });
    let tariffs = tariffs.collect::<Vec<_>>();
    let tariffs = (!tariffs.is_empty()).then(|| {
        view! {
            <h3>{td_string!(lang, meetings.tariffs)}</h3>
            <ul class="list">{tariffs}</ul>
            <p><a href="/points/tariff">{td_string!(lang, points.to_tariff)}</a></p>
        }
    });
    let decisions = (!meeting.decisions.is_empty()).then(|| {
        view! {
            <h3>{td_string!(lang, meetings.decisions)}</h3>
            {lines(&meeting.decisions)}
        }
    });
    let minutes = match &meeting.minutes {
        Some(minutes) => view! {
            <h3>{td_string!(lang, meetings.minutes)}</h3>
            <p class="written">{minutes.clone()}</p>
        }
        .into_any(),
        None => view! { <p class="quiet">{td_string!(lang, meetings.minutes_wait)}</p> }.into_any(),
    };
    view! {
        <section class="stack">
            <h2>{td_string!(lang, meetings.after_title)}</h2>
            <Facts facts=vec![(td_string!(lang, meetings.came).to_owned(), came.into_any())] />
            {decisions}
            {votes}
            {tariffs}
            {minutes}
        </section>
    }
    .into_any()
}

/// What was voted on and how it ended; numbers under five are not shown.
fn voted(line: &AmendmentLine, lang: Lang) -> AnyView {
    let adopted = line.adopted == Some(true);
    let (tone, word) = if adopted {
        (Tone::Jade, td_string!(lang, meetings.adopted))
    } else {
        (Tone::Plain, td_string!(lang, meetings.not_adopted))
    };
    let numbers = line
        .count
        .map(|count| td_string!(lang, meetings.counted_public, yes = count.in_favour, present = count.present));
    let fewer = (!line.fewer.is_empty()).then(
        || view! { <p class="quiet">{td_string!(lang, meetings.count_fewer_said, why = line.fewer.clone())}</p> },
    );
    let text =
        if line.text.is_empty() { td_string!(lang, meetings.amendment_out).to_owned() } else { line.text.clone() };
    view! {
        <li class="home-door">
            <p class="row row-apart">
                <b>{about(line, lang)}</b>
                <Badge tone=tone text=word />
            </p>
            <p class="written">{text}</p>
            {numbers.map(|numbers| view! { <p class="quiet">{numbers}</p> })}
            {fewer}
        </li>
    }
    .into_any()
}

/// Meetings as a list; nothing where there is none.
#[component]
pub fn MeetingList(
    /// The meetings.
    cards: Vec<MeetingCard>,
    /// In whose address they lie: a pact's or a room's.
    #[prop(optional, into)]
    of: String,
    /// Whether they lead to the desk.
    #[prop(optional)]
    desk: bool,
) -> impl IntoView {
    let Visit { lang, .. } = Visit::current();
    if cards.is_empty() {
        return ().into_any();
    }
    let rows = cards
        .into_iter()
        .map(|card| {
            let href = if desk { format!("/desk/meetings/{}", card.id) } else { format!("{of}/meetings/{}", card.id) };
            let mut line = vec![when::exact(card.planned_at, lang), card.place.clone()];
            if let Some(n) = card.came {
                line.push(td_string!(lang, meetings.part_came, n = n));
            }
            let side = badge(&card, lang);
            view! { <ListItem title=terms::meeting_kind(card.kind, lang) href=href line=line side=side /> }
        })
        .collect::<Vec<_>>();
    view! { <List label=td_string!(lang, meetings.part_title)>{rows}</List> }.into_any()
}

/// The meetings of a pact, for its page and, with `desk`, for its workshop, where one can be called. Shows nothing when there is
/// nothing to say.
#[component]
pub fn MeetingPart(
    /// The pact's number.
    #[prop(into)]
    number: String,
    /// In the workshop.
    #[prop(optional)]
    desk: bool,
) -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let cards = meetings::of_pact(&here.db, &here.actor, &number).await?;
        let call = desk && here.actor.has(Action::RunMeeting);
        if cards.is_empty() && !call {
            return Ok(().into_any());
        }
        let address = encode(&number);
        let call = call.then(|| {
            view! {
                <Button look=Look::Secondary small=true href=format!("/desk/meetings/new?pact={address}")>
                    {td_string!(lang, meetings.part_plan)}
                </Button>
            }
        });
        Ok(view! {
            <section class="stack">
                <h2>{td_string!(lang, meetings.part_title)}</h2>
                <MeetingList cards=cards of=format!("/pacts/{address}") desk=desk />
                {call}
            </section>
        }
        .into_any())
    })
}
