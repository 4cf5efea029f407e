//! The signature book at the desk: a page is kept as a picture, and two people enter its lines beside it.

use gongzhi_api::Here;
use gongzhi_api::form;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_store::photos::StagedFor;
use gongzhi_store::signing::{HouseholdPage, Overview, Scan};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::overview::page;
use super::visit::{Asked, people};
use crate::components::{Button, Choice, Form, Look, PhotoPicker, RadioCards, TextInput};
use crate::pages::photos;
use crate::pages::signing::said;

/// The pages that are kept, the form that keeps another, and the form that enters a line of the one that was chosen.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn forms(
    here: &Here,
    overview: &Overview,
    home: &HouseholdPage,
    asked: &Asked,
) -> Result<AnyView, Error> {
    let lang = here.lang;
    let chosen = home
        .scans
        .iter()
        .find(|scan| asked.scan.as_deref() == Some(&*scan.id.to_string()))
        .or_else(|| home.scans.first());
    let enter = match chosen {
        Some(scan) => enter(here, overview, home, scan, asked).await?,
        None => view! { <p>{td_string!(lang, signing.scan_none)}</p> }.into_any(),
    };
    let others: Vec<_> = home
        .scans
        .iter()
        .filter(|scan| Some(scan.id) != chosen.map(|chosen| chosen.id))
        .map(|scan| {
            let href = format!("{}?household={}&scan={}", page(&overview.number), home.id, scan.id);
            view! { <li><a href=href>{named(scan, here)}</a></li> }
        })
        .collect();
    let others = (!others.is_empty()).then(|| {
        view! {
            <h4>{td_string!(lang, signing.scan_pages)}</h4>
            <ul class="plain-list">{others}</ul>
        }
    });
    Ok(view! {
        {keep(here, overview, home, asked).await?}
        {enter}
        {others}
    }
    .into_any())
}

fn named(scan: &Scan, here: &Here) -> String {
    td_string!(here.lang, signing.scan_page, n = scan.page, at = when::moment(scan.at, here.now, here.lang))
}

/// The form that keeps a page.
async fn keep(here: &Here, overview: &Overview, home: &HouseholdPage, asked: &Asked) -> Result<AnyView, Error> {
    let lang = here.lang;
    let id = home.id.to_string();
    let flash = form::kept(here, "keep-signing-page").await?.of(&[("household", &id)]);
    let staged = photos::staged(here, StagedFor::SigningPage(overview.id)).await?;
    let staged = photos::returned(&staged, &flash).unwrap_or_default();
    let open = flash.error.is_some() || (home.scans.is_empty() && asked.text.is_some());
    let (number, book, code) = (overview.number.clone(), overview.id.to_string(), code(asked));
    Ok(view! {
        <details class="signing-form" open=open>
            <summary>{td_string!(lang, signing.scan_upload)}</summary>
            {said(&flash, &["page", "photos", "text"], Some("scan"), lang)}
            <p>{td_string!(lang, signing.scan_lead)}</p>
            <Form
                verb="keep-signing-page"
                back=format!("{}?household={id}", page(&number))
                typed=flash
                apart="scan"
                multipart=true
            >
                <input type="hidden" name="book" value=book />
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="household" value=id.clone() />
                <TextInput
                    name="page"
                    label=td_string!(lang, signing.paper_page)
                    hint=td_string!(lang, signing.scan_page_hint)
                    inputmode="numeric"
                    required=true
                />
                <PhotoPicker label=td_string!(lang, signing.scan_photo) max=1 staged=staged />
                <TextInput
                    name="text"
                    label=td_string!(lang, signing.scan_text)
                    hint=td_string!(lang, signing.paper_text_hint)
                    value=code
                />
                <Button look=Look::Secondary>{td_string!(lang, signing.scan_go)}</Button>
            </Form>
        </details>
    }
    .into_any())
}

/// Digits of a hash only: what came with the address is shown in a field.
fn code(asked: &Asked) -> String {
    asked.text.as_deref().unwrap_or_default().chars().filter(char::is_ascii_hexdigit).take(64).collect()
}

/// The scan, and beside it the form that enters one of its lines.
async fn enter(
    here: &Here,
    overview: &Overview,
    home: &HouseholdPage,
    scan: &Scan,
    asked: &Asked,
) -> Result<AnyView, Error> {
    let lang = here.lang;
    let (id, scan_id) = (home.id.to_string(), scan.id.to_string());
    let flash = form::kept(here, "enter-paper-signature").await?.of(&[("household", &id), ("scan", &scan_id)]);
    let readings = vec![
        Choice::new("signed", td_string!(lang, signing.paper_signed)),
        Choice::new("blank", td_string!(lang, signing.paper_blank)),
    ];
    let open = flash.error.is_some() || asked.scan.is_some() || asked.text.is_some();
    let fields: &[&str] = if scan.by_hand {
        &["person", "reading", "signed_on", "text", "reason"]
    } else {
        &["person", "reading", "signed_on", "reason"]
    };
    let summary = said(&flash, fields, Some("paper"), lang);
    let (number, people) = (overview.number.clone(), people(home, lang));
    let code = scan.by_hand.then(|| code(asked));
    Ok(view! {
        <details class="signing-form" open=open>
            <summary>{td_string!(lang, signing.paper_title)}</summary>
            {summary}
            <p>{td_string!(lang, signing.paper_lead)}</p>
            <div class="signing-beside">
                {picture(scan, here)}
                <Form
                    verb="enter-paper-signature"
                    back=format!("{}?household={id}&scan={scan_id}", page(&number))
                    typed=flash
                    apart="paper"
                >
                    <input type="hidden" name="pact" value=number.clone() />
                    <input type="hidden" name="household" value=id.clone() />
                    <input type="hidden" name="scan" value=scan_id.clone() />
                    <RadioCards
                        name="person"
                        label=td_string!(lang, signing.paper_person)
                        options=people
                        required=true
                    />
                    <RadioCards
                        name="reading"
                        label=td_string!(lang, signing.paper_reading)
                        options=readings
                        columns=true
                        required=true
                    />
                    <TextInput
                        name="signed_on"
                        label=td_string!(lang, signing.paper_signed_on)
                        hint=td_string!(lang, signing.paper_signed_on_hint)
                        kind="date"
                    />
                    {code.map(|code| by_hand(code, lang))}
                    <TextInput
                        name="reason"
                        label=td_string!(lang, signing.paper_reason)
                        hint=td_string!(lang, signing.paper_reason_hint)
                    />
                    <Button look=Look::Secondary>{td_string!(lang, signing.paper_go)}</Button>
                </Form>
            </div>
        </details>
    }
    .into_any())
}

fn by_hand(code: String, lang: Lang) -> AnyView {
    view! {
        <TextInput
            name="text"
            label=td_string!(lang, signing.paper_text)
            hint=td_string!(lang, signing.paper_text_hint)
            value=code
            required=true
        />
    }
    .into_any()
}

/// The page as it was kept; it leads to itself in full.
fn picture(scan: &Scan, here: &Here) -> AnyView {
    let lang = here.lang;
    let src = format!("/files/{}/1600.jpg", scan.id);
    let href = src.clone();
    let told = if scan.by_hand { td_string!(lang, signing.scan_by_hand) } else { td_string!(lang, signing.scan_by_qr) };
    view! {
        <figure class="signing-scan">
            <a href=href>
                <img src=src alt=td_string!(lang, signing.scan_alt, n = scan.page) loading="lazy" />
            </a>
            <figcaption>{named(scan, here)}<br />{told}</figcaption>
        </figure>
    }
    .into_any()
}
