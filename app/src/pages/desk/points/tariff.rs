//! The tariff at the desk: drafting the next version, putting it in force by its vote.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::permission::Action;
use gongzhi_domain::points::{GoesTo, Period, Source};
use gongzhi_store::points::{self, Item, Tariff};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, Choice, Facts, Form, List, ListItem, Look, Select, TextInput};
use crate::pages::points::words;
use crate::pages::reading::{read, summary, summary_apart};

/// The drafts of the reader's areas.
#[component]
pub fn TariffDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let drafts = points::drafts(&here.db, &here.actor).await?;
        let areas = points::manageable_areas(&here.db, &here.actor, Action::ManageTariff).await?;
        let begun = kept(&here, "draft-tariff").await?;
        let (adding, passing) = (kept(&here, "add-tariff-item").await?, kept(&here, "pass-tariff").await?);
        let areas = areas.into_iter().map(|(code, name)| (code, name.in_(lang).to_owned()));
        let areas = Choice::all(areas);
        let drafts = drafts.iter().map(|draft| one(&here, draft, &adding, &passing)).collect_view();
        let content = view! {
            {summary(&begun, lang)}
            {summary_apart(&adding, &format!("add-{}", adding.value("tariff")), lang)}
            {summary_apart(&passing, &format!("pass-{}", passing.value("tariff")), lang)}
            <p class="quiet">{td_string!(lang, points.tariff_desk_lead)}</p>
            {drafts}
            <Card title=td_string!(lang, points.draft_title)>
                <Form verb="draft-tariff" back="/desk/points/tariff" typed=begun>
                    <Select name="area" label=td_string!(lang, points.area) options=areas required=true />
                    <Button look=Look::Secondary>{td_string!(lang, points.draft)}</Button>
                </Form>
            </Card>
            <p><a href="/points/tariff">{td_string!(lang, points.to_tariff)}</a></p>
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_tariff), "/desk/points/tariff", content).await
    })
}

fn one(here: &Here, draft: &Tariff, adding: &Flash, passing: &Flash) -> AnyView {
    let lang = here.lang;
    let id = draft.id.to_string();
    let title = td_string!(lang, points.draft_of, area = draft.area.in_(lang), version = draft.version);
    let to_come = draft.effective_on.map(|day| words::day(day, here.now, lang));
    let is_draft = to_come.is_none();
    let items = draft.items.iter().map(|item| line(here, draft, item)).collect::<Vec<_>>();
    let forms = is_draft.then(|| {
        let mine = here.actor.person == Some(draft.drafted_by);
        let pass = if mine {
            view! { <p class="quiet">{td_string!(lang, points.pass_another)}</p> }.into_any()
        } else {
            pass(here, &id, passing.of(&[("tariff", &id)]))
        };
        view! {
            {add(here, &id, adding.of(&[("tariff", &id)]))}
            {pass}
        }
    });
    view! {
        <Card title=title>
            {to_come.map(|day| view! { <p>{td_string!(lang, points.comes_on, day = day)}</p> })}
            <List>{items}</List>
            {forms}
        </Card>
    }
    .into_any()
}

fn line(here: &Here, draft: &Tariff, item: &Item) -> AnyView {
    let lang = here.lang;
    let line = vec![
        words::source(item.source, lang).to_owned(),
        words::goes_to(item.goes_to, lang).to_owned(),
        words::worth(item, lang),
    ];
    let facts = vec![
        (td_string!(lang, points.evidence).to_owned(), item.evidence.in_(lang).to_owned().into_any()),
        (td_string!(lang, points.checks).to_owned(), item.checks.in_(lang).to_owned().into_any()),
    ];
    let remove = draft.effective_on.is_none().then(|| {
        let full = td_string!(lang, points.remove_full, item = item.name.in_(lang));
        let (draft, item) = (draft.id.to_string(), item.id.to_string());
        view! {
            <Form verb="remove-tariff-item" back="/desk/points/tariff" inline=true>
                <input type="hidden" name="tariff" value=draft />
                <input type="hidden" name="item" value=item />
                <Button small=true look=Look::Quiet>
                    <span aria-hidden="true">{td_string!(lang, points.remove)}</span>
                    <span class="hidden-text">{full}</span>
                </Button>
            </Form>
        }
    });
    view! {
        <ListItem title=item.name.in_(lang).to_owned() line=line>
            <Facts facts=facts />
            {remove}
        </ListItem>
    }
    .into_any()
}

fn add(here: &Here, id: &str, typed: Flash) -> AnyView {
    let lang = here.lang;
    let open = typed.error.is_some();
    let sources = Choice::all(Source::ALL.iter().map(|it| (it.code(), words::source(*it, lang))));
    let goes_to = Choice::all(GoesTo::ALL.iter().map(|it| (it.code(), words::goes_to(*it, lang))));
    let periods = Choice::all(Period::ALL.iter().map(|it| (it.code(), words::period(*it, lang))));
    let id = id.to_owned();
    view! {
        <details open=open>
            <summary>{td_string!(lang, points.add_item)}</summary>
            <Form verb="add-tariff-item" back="/desk/points/tariff" typed=typed apart=format!("add-{id}")>
                <input type="hidden" name="tariff" value=id />
                <TextInput name="name_zh" label=td_string!(lang, points.name_zh) required=true />
                <TextInput name="name_en" label=td_string!(lang, points.name_en) required=true />
                <Select name="source" label=td_string!(lang, points.source) hint=td_string!(lang, points.source_hint) options=sources required=true />
                <Select name="goes_to" label=td_string!(lang, points.goes_to) options=goes_to required=true />
                <TextInput name="points" label=td_string!(lang, points.points_once) inputmode="numeric" required=true />
                <TextInput name="cap" label=td_string!(lang, points.cap) inputmode="numeric" required=true />
                <Select name="period" label=td_string!(lang, points.period) options=periods value="month" required=true />
                <TextInput name="evidence_zh" label=td_string!(lang, points.evidence_zh) required=true />
                <TextInput name="evidence_en" label=td_string!(lang, points.evidence_en) required=true />
                <TextInput name="checks_zh" label=td_string!(lang, points.checks_zh) required=true />
                <TextInput name="checks_en" label=td_string!(lang, points.checks_en) required=true />
                <Button small=true look=Look::Secondary>{td_string!(lang, points.add_item)}</Button>
            </Form>
        </details>
    }
    .into_any()
}

fn pass(here: &Here, id: &str, typed: Flash) -> AnyView {
    let lang = here.lang;
    let open = typed.error.is_some();
    let id = id.to_owned();
    view! {
        <details open=open>
            <summary>{td_string!(lang, points.pass)}</summary>
            <Form verb="pass-tariff" back="/desk/points/tariff" typed=typed apart=format!("pass-{id}")>
                <input type="hidden" name="tariff" value=id />
                <TextInput
                    name="decision"
                    label=td_string!(lang, points.decision)
                    hint=td_string!(lang, points.decision_hint)
                    required=true
                />
                <TextInput name="effective_on" label=td_string!(lang, points.effective_on) kind="date" required=true />
                <TextInput
                    name="expires_months"
                    label=td_string!(lang, points.expires_months)
                    hint=td_string!(lang, points.expires_hint)
                    value="24"
                    inputmode="numeric"
                />
                <Button small=true>{td_string!(lang, points.pass)}</Button>
            </Form>
        </details>
    }
    .into_any()
}
