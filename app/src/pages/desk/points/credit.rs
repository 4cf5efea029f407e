//! Crediting: what waits for a second person, proposing, what was credited lately and can be taken back.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::error::Error;
use gongzhi_domain::permission::Action;
use gongzhi_domain::points::EVIDENCE_MAX;
use gongzhi_store::points::{self, Credited, Tariff, Waiting};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{
    Button, Card, Choice, EmptyState, Facts, Form, List, ListItem, Look, Notice, Select, TextArea, TextInput, Weight,
};
use crate::pages::phone::PhoneInput;
use crate::pages::points::words;
use crate::pages::reading::{asked, read, summary, summary_apart};

/// The desk's page of points.
#[component]
pub fn PointsDesk() -> impl IntoView {
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let waiting = points::waiting(&here.db, &here.actor).await?;
        let credited = points::credited(&here.db, &here.actor).await?;
        let [proposed, checked, reversed] = flashes(&here).await?;
        let told = done.and_then(|done| match done.as_str() {
            "proposed" => Some(td_string!(lang, points.done_proposed)),
            "approved" => Some(td_string!(lang, points.done_approved)),
            "refused" => Some(td_string!(lang, points.done_refused)),
            _ => None,
        });
        let form = if here.actor.has(Action::ProposeCredit) {
            propose(&here, &points::in_force(&here.db).await?, proposed.clone())
        } else {
            ().into_any()
        };
        let waits = if waiting.is_empty() {
            view! {
                <EmptyState sign="✓" title=td_string!(lang, points.waiting_empty_title)>
                    <p>{td_string!(lang, points.waiting_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            waiting.iter().map(|one| check(&here, one, &checked)).collect_view().into_any()
        };
        let lately = credited.iter().map(|one| given(&here, one, &reversed)).collect::<Vec<_>>();
        let lately = (!lately.is_empty()).then(|| {
            view! {
                <section class="stack">
                    <h3>{td_string!(lang, points.credited_title)}</h3>
                    <List>{lately}</List>
                </section>
            }
        });
        let content = view! {
            {told.map(|told| view! { <Notice weight=Weight::Done live=true title=told /> })}
            {summary(&proposed, lang)}
            {summary_apart(&checked, &checked.value("proposal"), lang)}
            {summary_apart(&reversed, &reversed.value("entry"), lang)}
            <section class="stack">
                <h3>{td_string!(lang, points.waiting_title)}</h3>
                {waits}
            </section>
            {form}
            {lately}
        }
        .into_any();
        shown(&here, td_string!(lang, points.desk_credit), "/desk/points", content).await
    })
}

async fn flashes(here: &Here) -> Result<[Flash; 3], Error> {
    Ok([kept(here, "propose-credit").await?, kept(here, "check-credit").await?, kept(here, "reverse-credit").await?])
}

fn propose(here: &Here, tariffs: &[Tariff], typed: Flash) -> AnyView {
    let lang = here.lang;
    let reach = here.actor.reach(Action::ProposeCredit);
    let mut items = vec![Choice::new("", td_string!(lang, points.item_choose))];
    for tariff in tariffs {
        let inside = reach
            .areas
            .iter()
            .any(|area| tariff.path == area.as_str() || tariff.path.starts_with(&format!("{}.", area.as_str())));
        if inside {
            items.extend(tariff.items.iter().map(|item| {
                let label =
                    format!("{} · {} · {}", tariff.area.in_(lang), item.name.in_(lang), words::worth(item, lang));
                Choice::new(item.id.to_string(), label)
            }));
        }
    }
    if items.len() == 1 {
        return view! { <p class="quiet">{td_string!(lang, points.no_tariff)}</p> }.into_any();
    }
    let (today, key) = (here.db.today().to_string(), here.db.new_id().to_string());
    view! {
        <Card title=td_string!(lang, points.propose_title)>
            <p class="quiet">{td_string!(lang, points.propose_lead)}</p>
            <Form verb="propose-credit" back="/desk/points" typed=typed key=key>
                <PhoneInput label=td_string!(lang, points.phone) />
                <Select name="item" label=td_string!(lang, points.item) options=items required=true />
                <TextInput name="day" label=td_string!(lang, points.day) kind="date" value=today required=true />
                <TextArea
                    name="note"
                    label=td_string!(lang, points.note)
                    hint=td_string!(lang, points.note_hint)
                    max=EVIDENCE_MAX
                    rows=3
                    required=true
                />
                <Button>{td_string!(lang, points.propose)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn check(here: &Here, one: &Waiting, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let id = one.id.to_string();
    let title = if one.reversal {
        td_string!(lang, points.take_back_of, item = one.item.in_(lang), n = one.points)
    } else {
        td_string!(lang, points.credit_of, item = one.item.in_(lang), n = one.points)
    };
    let facts = vec![
        (td_string!(lang, points.for_whom).to_owned(), one.phone.clone().unwrap_or_default().into_any()),
        (td_string!(lang, points.goes_to).to_owned(), words::goes_to(one.goes_to, lang).into_any()),
        (td_string!(lang, points.day).to_owned(), words::day(one.day, here.now, lang).into_any()),
        (td_string!(lang, points.made_by).to_owned(), one.maker.in_(lang).to_owned().into_any()),
    ];
    let typed = flash.of(&[("proposal", &id)]);
    let act = if one.mine {
        view! { <p class="quiet">{td_string!(lang, points.mine_waits)}</p> }.into_any()
    } else if here.actor.has(Action::CheckCredit) {
        view! {
            <Form verb="check-credit" back="/desk/points" typed=typed apart=id.clone()>
                <input type="hidden" name="proposal" value=id />
                <TextInput name="answer" label=td_string!(lang, points.answer) hint=td_string!(lang, points.answer_hint) />
                <div class="buttons">
                    <Button small=true name="decision" value="approve">{td_string!(lang, points.approve)}</Button>
                    <Button small=true look=Look::Danger name="decision" value="refuse">
                        {td_string!(lang, points.refuse)}
                    </Button>
                </div>
            </Form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <article class="card">
            <h4>{title}</h4>
            <p class="written">{one.note.clone()}</p>
            <Facts facts=facts />
            {act}
        </article>
    }
    .into_any()
}

fn given(here: &Here, one: &Credited, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let id = one.entry.to_string();
    let typed = flash.of(&[("entry", &id)]);
    let refused = typed.error.is_some();
    let line = vec![
        td_string!(lang, points.amount, n = one.points),
        one.phone.clone().unwrap_or_default(),
        when::moment(one.at, here.now, lang),
    ];
    let back = if one.taken_back {
        view! { <p>{td_string!(lang, points.taken_back)}</p> }.into_any()
    } else if here.actor.has(Action::ProposeCredit) {
        view! {
            <details open=refused>
                <summary>{td_string!(lang, points.take_back)}</summary>
                <Form verb="reverse-credit" back="/desk/points" typed=typed apart=id.clone() key=here.db.new_id().to_string()>
                    <input type="hidden" name="entry" value=id />
                    <TextInput name="note" label=td_string!(lang, points.take_back_why) required=true />
                    <Button small=true look=Look::Danger>{td_string!(lang, points.take_back_propose)}</Button>
                </Form>
            </details>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! { <ListItem title=one.item.in_(lang).to_owned() line=line>{back}</ListItem> }.into_any()
}
