//! A reserved reward: its code as QR and in letters, where to fetch it, and giving it back.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_api::points::shown_code;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::ReservationId;
use gongzhi_store::points::{self, Reservation, ReservationState};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{Badge, Button, Door, Facts, Form, Look, Notice, Page, Qr, Tone, Weight};
use crate::pages::reading::{part, read, summary};

/// One of my reservations.
#[component]
pub fn OneReservation() -> impl IntoView {
    let id = part("id");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let id: ReservationId = id.parse().map_err(|_| Error::NotFound { what: What::Reward })?;
        let one = points::reservation(&here.db, &here.actor, id).await?;
        let _ = here.form_cookie();
        let flash = kept(&here, "release-reward").await?;
        let held = one.state == ReservationState::Held;
        let code = if held { shown_code(&here, id).await? } else { None };
        let tone = if held { Tone::Sky } else { Tone::Plain };
        let until = when::moment(one.hold_until, here.now, lang);
        let mut facts = vec![
            (td_string!(lang, points.cost).to_owned(), td_string!(lang, points.amount, n = one.cost).into_any()),
            (td_string!(lang, points.place).to_owned(), one.place.in_(lang).to_owned().into_any()),
        ];
        if held {
            facts.push((td_string!(lang, points.until).to_owned(), until.into_any()));
        }
        Ok(view! {
            <Page title=one.name.in_(lang).to_owned() back="/points" door=Door::Mine>
                {summary(&flash, lang)}
                <p><Badge tone=tone text=words::reservation(one.state, lang) /></p>
                {held.then(|| code_part(&here, &one, code))}
                <Facts facts=facts />
                {held.then(|| give_back(&here, &one))}
            </Page>
        }
        .into_any())
    })
}

/// The code while it may be shown; else the way to a new one.
fn code_part(here: &Here, one: &Reservation, code: Option<String>) -> AnyView {
    let (lang, id) = (here.lang, one.id.to_string());
    match code {
        Some(code) => {
            let bare: String = code.chars().filter(|c| !c.is_whitespace()).collect();
            view! {
                <section class="receipt">
                    <Qr text=bare label=td_string!(lang, points.code_picture) />
                    <p class="quiet">{td_string!(lang, points.code)}</p>
                    <p class="receipt-value receipt-code">{code}</p>
                    <p class="quiet">{td_string!(lang, points.code_keep)}</p>
                </section>
            }
            .into_any()
        }
        None => view! {
            <Notice weight=Weight::Info title=td_string!(lang, points.code_gone_title)>
                <p>{td_string!(lang, points.code_gone_text)}</p>
            </Notice>
            <Form verb="new-pickup-code" inline=true>
                <input type="hidden" name="reservation" value=id />
                <Button>{td_string!(lang, points.code_new)}</Button>
            </Form>
        }
        .into_any(),
    }
}

fn give_back(here: &Here, one: &Reservation) -> AnyView {
    let (lang, id) = (here.lang, one.id.to_string());
    view! {
        <section class="stack">
            <h2>{td_string!(lang, points.give_back_title)}</h2>
            <p class="quiet">{td_string!(lang, points.give_back_text)}</p>
            <Form verb="release-reward" inline=true>
                <input type="hidden" name="reservation" value=id />
                <Button look=Look::Danger>{td_string!(lang, points.give_back)}</Button>
            </Form>
        </section>
    }
    .into_any()
}
