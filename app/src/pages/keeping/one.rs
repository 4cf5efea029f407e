//! One matter for whoever has a part in it: its course, and what they can do now.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::BreachId;
use gongzhi_domain::keeping::{Outcome, WORDS_MAX};
use gongzhi_domain::lang::Lang;
use gongzhi_store::keeping::{self, Mine, Part};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{
    Badge, Button, Card, Checkbox, Choice, Door, Facts, Form, Look, Page, RadioCards, TextArea, Tone,
};
use crate::pages::photos;
use crate::pages::points::words::day;
use crate::pages::reading::{part, read, summary};

/// One of my matters.
#[component]
pub fn OneMatter() -> impl IntoView {
    let id = part("id");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id: BreachId = id.parse().map_err(|_| Error::NotFound { what: What::Breach })?;
        let matter = keeping::one(&here.db, &here.actor, id).await?;
        let verb = verb(&matter);
        let flash = match verb {
            Some(verb) => kept(&here, verb).await?,
            None => Flash::default(),
        };
        let title = td_string!(lang, keeping.of_clause, pact = matter.card.pact.in_(lang), no = matter.card.clause_no);
        let mut facts = vec![
            (td_string!(lang, keeping.clause_words).to_owned(), matter.clause.in_(lang).to_owned().into_any()),
            (td_string!(lang, keeping.place).to_owned(), matter.place.clone().into_any()),
            (td_string!(lang, keeping.day).to_owned(), day(matter.happened_on, here.now, lang).into_any()),
        ];
        for (label, text) in [
            (td_string!(lang, keeping.words), matter.words.clone()),
            (td_string!(lang, keeping.summary), Some(matter.summary.clone()).filter(|text| !text.is_empty())),
            (td_string!(lang, keeping.reply), matter.reply.clone()),
            (td_string!(lang, keeping.outcome), matter.outcome.map(|it| words::outcome(it, lang).to_owned())),
        ] {
            if let Some(text) = text {
                facts.push((label.to_owned(), view! { <span class="written">{text}</span> }.into_any()));
            }
        }
        let due = matter.due.map(|due| {
            let late = due < here.now;
            let due = when::moment(due, here.now, lang);
            if late { td_string!(lang, keeping.due_late, at = due) } else { td_string!(lang, keeping.due, at = due) }
        });
        Ok(view! {
            <Page title=title back="/me/keeping" door=Door::Mine>
                {summary(&flash, lang)}
                <p>
                    <Badge tone=Tone::Sky text=words::state(matter.card.state, lang) />
                    " " <span class="quiet">{words::part(matter.card.part, lang)}</span>
                </p>
                {due.map(|due| view! { <p class="quiet">{due}</p> })}
                <Facts facts=facts />
                {pictures(&matter, lang)}
                {verb.map(|verb| act(&matter, verb, flash, lang))}
                {words::course(&matter.events, lang)}
                <p class="quiet">{td_string!(lang, keeping.hidden)}</p>
            </Page>
        }
        .into_any())
    })
}

/// The photos the reader may see; the reporter is told which of them stay with the officer.
fn pictures(matter: &Mine, lang: Lang) -> Option<AnyView> {
    let note = (matter.card.part == Part::Reporter).then(|| td_string!(lang, keeping.photo_kept));
    photos::tiles(&matter.photos, |n| td_string!(lang, keeping.photo_alt, n = n), note)
}

/// What the reader can do now, by its form.
fn verb(matter: &Mine) -> Option<&'static str> {
    match matter.can {
        (true, _, _) => Some("answer-breach"),
        (_, true, _) => Some("appeal-breach"),
        (_, _, true) => Some("find-on-breach"),
        _ => None,
    }
}

fn act(matter: &Mine, verb: &'static str, flash: Flash, lang: Lang) -> AnyView {
    let id = matter.card.id.to_string();
    if verb == "find-on-breach" {
        return find(id, flash, lang);
    }
    let (title, lead, label) = if verb == "answer-breach" {
        (
            td_string!(lang, keeping.answer_title),
            td_string!(lang, keeping.answer_lead),
            td_string!(lang, keeping.answer),
        )
    } else {
        (
            td_string!(lang, keeping.appeal_title),
            td_string!(lang, keeping.appeal_lead),
            td_string!(lang, keeping.appeal),
        )
    };
    let look =
        if matter.card.part == Part::Concerned && verb == "answer-breach" { Look::Primary } else { Look::Secondary };
    view! {
        <Card title=title>
            <p class="quiet">{lead}</p>
            <Form verb=verb typed=flash>
                <input type="hidden" name="breach" value=id />
                <TextArea name="words" label=label max=WORDS_MAX required=true />
                <Button look=look>{td_string!(lang, common.send)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn find(id: String, flash: Flash, lang: Lang) -> AnyView {
    let options = Choice::all(Outcome::ALL.iter().map(|it| (it.code(), words::outcome(*it, lang))));
    let leave = id.clone();
    view! {
        <Card title=td_string!(lang, keeping.find_title)>
            <p class="quiet">{td_string!(lang, keeping.find_lead)}</p>
            <Form verb="find-on-breach" typed=flash>
                <input type="hidden" name="breach" value=id />
                <Checkbox name="declared" label=td_string!(lang, keeping.declared) required=true />
                <RadioCards name="finding" label=td_string!(lang, keeping.finding) options=options required=true />
                <TextArea name="note" label=td_string!(lang, keeping.find_note) max=WORDS_MAX required=true />
                <Button>{td_string!(lang, common.send)}</Button>
            </Form>
            <Form verb="leave-panel" inline=true>
                <input type="hidden" name="breach" value=leave />
                <Button look=Look::Quiet>{td_string!(lang, keeping.leave)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}
