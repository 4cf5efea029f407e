//! One request, for everyone or for its writer: where it is, what was said, what happened, the answer, and the
//! rating. What the reader may see was decided by the store.

use gongzhi_api::{Here, form};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::State;
use gongzhi_domain::request::Visibility;
use gongzhi_domain::view::{EventName, ReplyView, RequestPage, TimelineEntry};
use gongzhi_store::requests;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::cards::{dues, is_answered, name_of};
use super::moderated::Moderated;
use super::{rate, said};
use crate::components::{Badge, Door, Facts, Notice, Page, Stages, Step, Timeline, TimelineItem, When};
use crate::pages::photos;
use crate::pages::reading::{known, part, read, summary};
use crate::visit::Visit;

/// One request.
#[component]
pub fn OneRequest() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let number = RequestNumber::parse(&number).map_err(|_| Error::NotFound { what: What::Request })?;
        let page = requests::page(&here.db, &here.actor, known(&here).as_ref(), number).await?;
        let flash = if page.can_rate {
            // The form has to be known when it comes back.
            let _ = here.form_cookie();
            form::kept(&here, "rate").await?.of(&[("number", &number.to_string())])
        } else {
            form::Flash::default()
        };
        Ok(view! { <Shown page=page flash=flash /> }.into_any())
    })
}

/// The page of a request that was read.
#[component]
fn Shown(page: RequestPage, flash: form::Flash) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let number = page.card.number.to_string();
    let open = match page.visibility {
        Visibility::Public => td_string!(lang, requests.public_word),
        Visibility::Private => td_string!(lang, requests.private_word),
    };
    let stages = page.card.stage.map(|stage| {
        let finished = is_answered(&page.card);
        view! { <Stages now=stage finished=finished notes=stage_notes(&page, &visit) /> }
    });
    let (tone, word) = said::status(&page.card, lang);
    let rating = match &page.rating {
        // A second answer is rated anew; until then the first rating tells why there is one.
        _ if page.can_rate => rate::form(number.clone(), page.version, flash.clone(), lang),
        Some(rating) => rate::given(rating, page.mine, lang),
        None => ().into_any(),
    };
    let notices = page.notices.iter().cloned().map(|notice| view! { <Moderated notice=notice /> }).collect_view();
    let question = page.question.clone().map(|question| {
        view! {
            <Notice title=td_string!(lang, requests.question_title)>
                <p>{td_string!(lang, requests.question_text)}</p>
                <p class="written">{question}</p>
            </Notice>
        }
    });
    let wrong = summary(&flash, lang);
    // A short text is the heading already.
    let written = page
        .text
        .clone()
        .filter(|text| page.card.title.as_deref() != Some(text.trim()))
        .map(|text| view! { <p class="written">{text}</p> });
    let readers = who_reads(&page, lang);
    let lines = page.timeline.iter().rev().map(|entry| line(entry, &visit)).collect_view();
    let facts = facts(&page, &visit);
    let (kind, category, area) = (
        said::kind(page.card.kind, lang),
        page.card.category.in_(lang).to_owned(),
        page.card.area.in_(lang).to_owned(),
    );
    let filed_at = page.card.filed_at;
    let reply = page.reply.as_ref().map(|reply| answer(reply, lang));
    let before = photos::tiles(
        page.photos.iter().filter(|photo| !photo.after),
        |n| td_string!(lang, requests.photo_open, n = n),
        Some(td_string!(lang, requests.hidden_photo)),
    );
    view! {
        <Page
            title=name_of(&page.card, &visit)
            bar=td_string!(lang, requests.one_bar)
            sub=number.clone()
            back="/requests"
            door=Door::Requests
        >
            {wrong}
            <div class="row">
                <Badge tone=tone text=word />
                <p class="dotted page-sub">
                    <span>{kind}</span>
                    <span>{category}</span>
                    <span>{area}</span>
                    <When at=filed_at />
                    <span>{open}</span>
                </p>
            </div>
            {stages}
            {question}
            {readers}
            {notices}
            {written}
            {before}
            {reply}
            {rating}
            <section class="stack">
                <h2>{td_string!(lang, requests.timeline_title)}</h2>
                <Timeline>{lines}</Timeline>
            </section>
            {facts}
        </Page>
    }
}

/// Who can read this, where that is not everyone.
fn who_reads(page: &RequestPage, lang: gongzhi_domain::lang::Lang) -> AnyView {
    match (page.mine, page.visibility, page.waiting_moderation) {
        (true, Visibility::Private, _) => {
            view! { <p class="quiet">{td_string!(lang, requests.private_mine)}</p> }.into_any()
        }
        (true, Visibility::Public, true) => view! {
            <Notice title=td_string!(lang, requests.waiting_notice)>
                <p>{td_string!(lang, requests.waiting_notice_text)}</p>
            </Notice>
        }
        .into_any(),
        (false, Visibility::Private, _) => view! {
            <Notice title=td_string!(lang, requests.private_notice)>
                <p>{td_string!(lang, requests.private_notice_text)}</p>
            </Notice>
        }
        .into_any(),
        (false, Visibility::Public, true) => {
            view! { <p class="quiet">{td_string!(lang, requests.waiting_public)}</p> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// Under the four circles: when it came, when it was passed on, who has it, when it was answered or is due.
fn stage_notes(page: &RequestPage, visit: &Visit) -> Vec<String> {
    let moment = |at| when::moment(at, visit.now, visit.lang);
    let last = |what: &[EventName]| page.timeline.iter().rev().find(|entry| what.contains(&entry.what));
    let passed = last(&[EventName::Dispatched]);
    let unit = passed.and_then(|entry| entry.unit.as_ref()).map(|unit| unit.in_(visit.lang).to_owned());
    let answered = last(&[EventName::Replied, EventName::AnsweredAtOnce]).map(|entry| moment(entry.at));
    let (pass_on_by, answer_by) = dues(&page.card, visit);
    vec![
        moment(page.card.filed_at),
        passed.map(|entry| moment(entry.at)).unwrap_or(pass_on_by),
        unit.unwrap_or_default(),
        answered.filter(|_| is_answered(&page.card)).unwrap_or(answer_by),
    ]
}

fn answer(reply: &ReplyView, lang: gongzhi_domain::lang::Lang) -> AnyView {
    let (tone, word) = said::outcome(reply.outcome, lang);
    let after = photos::tiles(&reply.photos_after, |n| td_string!(lang, requests.photo_after_open, n = n), None);
    let after = after.map(|tiles| view! { <h3>{td_string!(lang, requests.photos_after)}</h3>{tiles} });
    view! {
        <section class="card" id="reply">
            <div class="card-head">
                <h2>{td_string!(lang, requests.reply_title)}</h2>
                <Badge tone=tone text=word />
            </div>
            <p class="written">{reply.text.clone()}</p>
            {after}
            <p class="dotted quiet">
                <span>{reply.unit.in_(lang).to_owned()}</span>
                <When at=reply.at />
            </p>
        </section>
    }
    .into_any()
}

fn line(entry: &TimelineEntry, visit: &Visit) -> AnyView {
    let lang = visit.lang;
    let step = match entry.what {
        EventName::Filed | EventName::InfoAsked | EventName::InfoGiven | EventName::Rated | EventName::Cancelled => {
            Step::Open
        }
        EventName::Supervised | EventName::Suspended | EventName::Redone => Step::Alarm,
        _ => Step::Done,
    };
    let title = said::event(entry, lang);
    let note = entry.note.clone().filter(|note| !note.is_empty());
    let took = entry
        .took_minutes
        .map(|minutes| td_string!(lang, requests.took, length = when::length(i64::from(minutes), lang)));
    match (note, took) {
        (Some(note), Some(took)) => {
            view! { <TimelineItem title=title at=entry.at step=step aside=took><p class="written">{note}</p></TimelineItem> }.into_any()
        }
        (Some(note), None) => {
            view! { <TimelineItem title=title at=entry.at step=step><p class="written">{note}</p></TimelineItem> }.into_any()
        }
        (None, Some(took)) => view! { <TimelineItem title=title at=entry.at step=step aside=took /> }.into_any(),
        (None, None) => view! { <TimelineItem title=title at=entry.at step=step /> }.into_any(),
    }
}

fn facts(page: &RequestPage, visit: &Visit) -> AnyView {
    let lang = visit.lang;
    let chain = page.place.chain.iter().map(|area| area.name.in_(lang)).collect::<Vec<_>>().join(" · ");
    let number = view! { <code class="number">{page.card.number.to_string()}</code> }.into_any();
    let mut facts = vec![(td_string!(lang, requests.number).to_owned(), number)];
    if !chain.is_empty() {
        let place = match &page.place.grid {
            Some(code) => view! { <a href=format!("/areas/{code}")>{chain}</a> }.into_any(),
            None => chain.into_any(),
        };
        facts.push((td_string!(lang, requests.place_word).to_owned(), place));
    }
    if let Some(words) = page.place.words.clone().filter(|words| !words.is_empty()) {
        facts.push((td_string!(lang, requests.place_words_label).to_owned(), words.into_any()));
    }
    let answer_runs = matches!(page.card.state, State::Dispatched | State::Handling | State::ReplyReview);
    if let Some(due) = page.card.due.filter(|_| answer_runs) {
        facts.push((td_string!(lang, requests.due_word).to_owned(), view! { <When at=due /> }.into_any()));
    }
    if page.mine {
        let again = format!("/requests/{}/receipt", page.card.number);
        let link = view! { <a href=again>{td_string!(lang, requests.receipt_again)}</a> }.into_any();
        facts.push((td_string!(lang, common.receipt_code).to_owned(), link));
    }
    let rough = (!page.mine && page.place.point.is_some())
        .then(|| view! { <p class="quiet">{td_string!(lang, requests.where_text)}</p> });
    view! {
        <section class="stack">
            <Facts facts=facts />
            {rough}
        </section>
    }
    .into_any()
}
