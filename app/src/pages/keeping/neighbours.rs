//! 好邻居: those who agreed to be shown, the latest first; nominating, endorsing, and my own answer. No counts, no ranks.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_store::keeping::{self, Neighbour, Nomination, OwnNomination};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{
    Button, Card, EmptyState, Form, List, ListItem, Look, Notice, Page, Select, TextArea, TextInput, Weight,
};
use crate::pages::desk::area_choices;
use crate::pages::phone::PhoneInput;
use crate::pages::reading::{asked, read, summary, summary_apart, summary_of_button};

/// Good neighbours.
#[component]
pub fn Neighbours() -> impl IntoView {
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let shown = keeping::published(&here.db).await?;
        let told = done.and_then(|done| match done.as_str() {
            "nominated" => Some(td_string!(lang, keeping.done_nominated)),
            "endorsed" => Some(td_string!(lang, keeping.done_endorsed)),
            "picked" => Some(td_string!(lang, keeping.done_picked)),
            "answered" => Some(td_string!(lang, keeping.done_answered)),
            _ => None,
        });
        let list = if shown.is_empty() {
            view! {
                <EmptyState sign="邻" title=td_string!(lang, keeping.neighbours_empty_title)>
                    <p>{td_string!(lang, keeping.neighbours_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = shown.iter().map(|one| neighbour(one, lang)).collect::<Vec<_>>();
            view! { <List>{rows}</List> }.into_any()
        };
        let inside = if here.actor.is_signed_in() { signed_in(&here).await? } else { door(lang) };
        Ok(view! {
            <Page title=td_string!(lang, keeping.neighbours_title) back="/">
                {told.map(|told| view! { <Notice weight=Weight::Done live=true title=told /> })}
                <p class="page-sub">{td_string!(lang, keeping.neighbours_lead)}</p>
                {list}
                {inside}
            </Page>
        }
        .into_any())
    })
}

fn neighbour(one: &Neighbour, lang: Lang) -> AnyView {
    let reason = one.reason.clone();
    view! {
        <ListItem title=one.name.clone() line=vec![one.area.in_(lang).to_owned()]>
            <p class="written">{reason}</p>
        </ListItem>
    }
    .into_any()
}

fn door(lang: Lang) -> AnyView {
    view! {
        <p>{td_string!(lang, keeping.nominate_sign_in)}</p>
        <Button look=Look::Secondary href="/me/sign-in?next=/neighbours">{td_string!(lang, common.sign_in)}</Button>
    }
    .into_any()
}

async fn signed_in(here: &Here) -> Result<AnyView, gongzhi_domain::Error> {
    let lang = here.lang;
    let _ = here.form_cookie();
    let own = keeping::own_nominations(&here.db, &here.actor).await?;
    let open = keeping::nominations(&here.db, &here.actor).await?;
    let (naming, endorsing) = (kept(here, "nominate-neighbour").await?, kept(here, "endorse-neighbour").await?);
    let answering = kept(here, "answer-nomination").await?;
    let own = own.into_iter().map(|one| mine(one, &answering, lang)).collect::<Vec<_>>();
    let open = open.into_iter().map(|one| endorsable(one, lang)).collect::<Vec<_>>();
    let open = (!open.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>{td_string!(lang, keeping.open_title)}</h2>
                <p class="quiet">{td_string!(lang, keeping.open_lead)}</p>
                <List>{open}</List>
            </section>
        }
    });
    let areas = area_choices(&*here.db.areas().await?, td_string!(lang, keeping.area_choose), false, lang);
    let key = here.db.new_id().to_string();
    Ok(view! {
        {summary_apart(&answering, &answering.value("nomination"), lang)}
        {summary_of_button(&endorsing, lang)}
        {summary(&naming, lang)}
        {own}
        {open}
        <Card title=td_string!(lang, keeping.nominate_title)>
            <p class="quiet">{td_string!(lang, keeping.nominate_lead)}</p>
            <Form verb="nominate-neighbour" back="/neighbours" typed=naming key=key>
                <PhoneInput label=td_string!(lang, keeping.nominate_phone) />
                <Select name="area" label=td_string!(lang, keeping.nominate_area) options=areas required=true />
                <TextArea
                    name="reason"
                    label=td_string!(lang, keeping.nominate_reason)
                    hint=td_string!(lang, keeping.nominate_reason_hint)
                    max=300
                    required=true
                />
                <Button look=Look::Secondary>{td_string!(lang, keeping.nominate)}</Button>
            </Form>
        </Card>
    }
    .into_any())
}

fn mine(one: OwnNomination, flash: &Flash, lang: Lang) -> AnyView {
    let id = one.id.to_string();
    let typed = flash.of(&[("nomination", &id)]);
    let (title, no) = if one.shown_name.is_some() {
        (td_string!(lang, keeping.own_shown), td_string!(lang, keeping.own_withdraw))
    } else if one.picked {
        (td_string!(lang, keeping.own_picked), td_string!(lang, keeping.own_no))
    } else {
        (td_string!(lang, keeping.own_open), td_string!(lang, keeping.own_no))
    };
    let picked = one.picked;
    view! {
        <Card title=title>
            <p class="written">{one.reason}</p>
            <Form verb="answer-nomination" back="/neighbours" typed=typed apart=id.clone()>
                <input type="hidden" name="nomination" value=id />
                {picked.then(|| agree(lang))}
                <Button look=Look::Danger small=true name="decision" value="no">{no}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn endorsable(one: Nomination, lang: Lang) -> AnyView {
    let id = one.id.to_string();
    let pick = one.can_pick.then(|| {
        let id = id.clone();
        view! {
            <Form verb="pick-neighbour" back="/neighbours" inline=true>
                <input type="hidden" name="nomination" value=id />
                <Button small=true>{td_string!(lang, keeping.pick)}</Button>
            </Form>
        }
    });
    let endorse = if one.done {
        ().into_any()
    } else {
        view! {
            <Form verb="endorse-neighbour" back="/neighbours" inline=true>
                <input type="hidden" name="nomination" value=id />
                <Button small=true look=Look::Secondary>{td_string!(lang, keeping.endorse)}</Button>
            </Form>
        }
        .into_any()
    };
    let state = if one.picked { td_string!(lang, keeping.waits_for_consent) } else { "" };
    let line = [one.area.in_(lang), state].into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect();
    view! { <ListItem title=one.reason line=line>{endorse}{pick}</ListItem> }.into_any()
}

/// The name to be shown under, and yes.
fn agree(lang: Lang) -> AnyView {
    view! {
        <TextInput
            name="shown_name"
            label=td_string!(lang, keeping.own_name)
            hint=td_string!(lang, keeping.own_name_hint)
            required=true
        />
        <Button name="decision" value="yes">{td_string!(lang, keeping.own_yes)}</Button>
    }
    .into_any()
}
