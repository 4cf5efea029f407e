//! The tariff at the desk: drafting the next version, putting it to the vote of a meeting, and in force once that passed it.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_domain::points::{GoesTo, Period, Source};
use gongzhi_store::meetings::{self, Calling, TariffVote};
use gongzhi_store::points::{self, Item, Tariff};
use gongzhi_words::{td_string, terms, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, Choice, Facts, Form, List, ListItem, Look, Select, TextInput};
use crate::pages::points::{vote, words};
use crate::pages::reading::{read, summary, summary_apart};

/// The page.
const BACK: &str = "/desk/points/tariff";

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
        let putting = kept(&here, "put-tariff-to-vote").await?;
        let calling = meetings::for_tariffs(&here.db, &here.actor).await?;
        let areas = areas.into_iter().map(|(code, name)| (code, name.in_(lang).to_owned()));
        let areas = Choice::all(areas);
        let drafts =
            drafts.iter().map(|draft| one(&here, draft, &calling, [&adding, &putting, &passing])).collect_view();
        let content = view! {
            {summary(&begun, lang)}
            {summary_apart(&adding, &format!("add-{}", adding.value("tariff")), lang)}
            {summary_apart(&putting, &format!("put-{}", putting.value("tariff")), lang)}
            {summary_apart(&passing, &format!("pass-{}", passing.value("tariff")), lang)}
            <p class="quiet">{td_string!(lang, points.tariff_desk_lead)}</p>
            {drafts}
            <Card title=td_string!(lang, points.draft_title)>
                <Form verb="draft-tariff" back=BACK typed=begun>
                    <Select name="area" label=td_string!(lang, points.area) options=areas required=true />
                    <Button look=Look::Secondary>{td_string!(lang, points.draft)}</Button>
                </Form>
            </Card>
            <p><a href="/points/tariff">{td_string!(lang, points.to_tariff)}</a></p>
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_tariff), BACK, content).await
    })
}

fn one(here: &Here, draft: &Tariff, calling: &[Calling], [adding, putting, passing]: [&Flash; 3]) -> AnyView {
    let lang = here.lang;
    let id = draft.id.to_string();
    let title = td_string!(lang, points.draft_of, area = draft.area.in_(lang), version = draft.version);
    let items = draft.items.iter().map(|item| line(here, draft, item)).collect::<Vec<_>>();
    let of = [("tariff", id.as_str())];
    let act = match (draft.effective_on, draft.vote()) {
        (Some(day), _) => {
            let day = words::day(day, here.now, lang);
            view! { <p>{td_string!(lang, points.comes_on, day = day)}</p> }.into_any()
        }
        (None, Some(on)) => before_a_vote(here, draft, on, passing),
        (None, None) => view! {
            {add(here, &id, adding.of(&of))}
            {(!draft.items.is_empty()).then(|| put(here, draft, calling, putting.of(&of)))}
        }
        .into_any(),
    };
    let failed = draft.votes.iter().filter(|vote| vote.passed == Some(false)).map(|on| {
        view! {
            <p class="row"><span>{when::day(on.planned_at, here.now, lang)}</span> {vote::badge(on, lang)}</p>
            {vote::numbers(on, lang)}
        }
    });
    let failed = failed.collect_view();
    view! {
        <Card title=title>
            {failed}
            <List>{items}</List>
            {act}
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
    let remove = (draft.effective_on.is_none() && draft.vote().is_none()).then(|| {
        let full = td_string!(lang, points.remove_full, item = item.name.in_(lang));
        let (draft, item) = (draft.id.to_string(), item.id.to_string());
        view! {
            <Form verb="remove-tariff-item" back=BACK inline=true>
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
            <Form verb="add-tariff-item" back=BACK typed=typed apart=format!("add-{id}")>
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

/// Which meeting votes on it.
fn put(here: &Here, draft: &Tariff, calling: &[Calling], typed: Flash) -> AnyView {
    let lang = here.lang;
    let here_called = calling.iter().filter(|one| draft.path.rsplit('.').next() == Some(one.area.as_str()));
    let meetings = here_called.map(|one| {
        let (at, about) = (when::moment(one.planned_at, here.now, lang), one.about.in_(lang).to_owned());
        let kind = terms::meeting_kind(one.kind, lang);
        Choice::new(one.id.to_string(), td_string!(lang, points.meeting_of, at = at, kind = kind, about = about))
    });
    let meetings = meetings.collect::<Vec<_>>();
    if meetings.is_empty() {
        return view! { <p class="quiet">{td_string!(lang, points.put_none)}</p> }.into_any();
    }
    let open = typed.error.is_some();
    let id = draft.id.to_string();
    view! {
        <details open=open>
            <summary>{td_string!(lang, points.put)}</summary>
            <Form verb="put-tariff-to-vote" back=BACK typed=typed apart=format!("put-{id}")>
                <input type="hidden" name="tariff" value=id />
                <Select
                    name="meeting"
                    label=td_string!(lang, points.put_meeting)
                    hint=td_string!(lang, points.put_hint)
                    options=meetings
                    required=true
                />
                <TextInput
                    name="expires_months"
                    label=td_string!(lang, points.expires_months)
                    hint=td_string!(lang, points.expires_hint)
                    value="24"
                    inputmode="numeric"
                />
                <Button small=true>{td_string!(lang, points.put)}</Button>
            </Form>
        </details>
    }
    .into_any()
}

/// The vote a draft lies before, or that passed it: taken back before it is counted, put in force by another once it passed.
fn before_a_vote(here: &Here, draft: &Tariff, on: &TariffVote, passing: &Flash) -> AnyView {
    let lang = here.lang;
    let id = draft.id.to_string();
    let mine = here.actor.person == Some(draft.drafted_by);
    let act = match (on.passed, on.count) {
        (Some(_), _) if mine => view! { <p class="quiet">{td_string!(lang, points.pass_another)}</p> }.into_any(),
        (Some(_), _) => pass(id.clone(), passing.of(&[("tariff", &id)]), lang),
        (None, None) => view! {
            <Form verb="take-tariff-back" back=BACK inline=true>
                <input type="hidden" name="tariff" value=id.clone() />
                <Button small=true look=Look::Quiet>{td_string!(lang, points.take_tariff_back)}</Button>
            </Form>
        }
        .into_any(),
        (None, Some(_)) => ().into_any(),
    };
    view! {
        <p>{vote::badge(on, lang)}</p>
        {vote::numbers(on, lang)}
        {vote::to_meeting(on, lang)}
        {act}
    }
    .into_any()
}

fn pass(id: String, typed: Flash, lang: Lang) -> AnyView {
    view! {
        <Form verb="pass-tariff" back=BACK typed=typed apart=format!("pass-{id}")>
            <input type="hidden" name="tariff" value=id />
            <TextInput name="effective_on" label=td_string!(lang, points.effective_on) kind="date" required=true />
            <Button small=true>{td_string!(lang, points.pass_day)}</Button>
        </Form>
    }
    .into_any()
}
