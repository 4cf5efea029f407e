//! A household as the one who visits it sees it: who may sign, helping them to, and entering their lines of the book.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::HouseholdId;
use gongzhi_domain::lang::Lang;
use gongzhi_store::signing::{self, Adult, HouseholdPage, Overview};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::overview::page;
use super::paper;
use crate::components::{Button, Checkbox, Choice, Form, List, ListItem, Look, RadioCards, Select, TextInput};
use crate::pages::signing::said;

/// What the address asks for besides the household.
pub(super) struct Asked {
    /// The check code that came with the QR code of a page of the book.
    pub text: Option<String>,
    /// The scan to enter lines from.
    pub scan: Option<String>,
}

/// The household with its forms.
///
/// # Errors
/// As the store's `household`.
pub(super) async fn home(here: &Here, overview: &Overview, id: HouseholdId, asked: &Asked) -> Result<AnyView, Error> {
    let lang = here.lang;
    let home = signing::household(&here.db, &here.actor, &overview.number, Some(id), None).await?;
    let place = format!("{} {}", home.building.in_(lang), home.door);
    let adults: Vec<_> = home.adults.iter().map(|adult| adult_line(adult, lang)).collect();
    let waiting = unwitnessed(here, overview, &home).await?;
    let forms = if overview.is_open && !home.adults.is_empty() {
        view! {
            {assist(here, overview, &home).await?}
            {paper::forms(here, overview, &home, asked).await?}
        }
        .into_any()
    } else {
        ().into_any()
    };
    Ok(view! {
        <section class="card stack">
            <h3>{td_string!(lang, signing.desk_home_title, place = place)}</h3>
            <List>{adults}</List>
            {waiting}
            {forms}
        </section>
    }
    .into_any())
}

fn adult_line(adult: &Adult, lang: Lang) -> AnyView {
    let mut line = vec![match adult.signature {
        Some(_) => td_string!(lang, signing.desk_has_signed).to_owned(),
        None => td_string!(lang, signing.desk_not_signed).to_owned(),
    }];
    line.extend(adult.phone.clone());
    if adult.readings > 0 {
        line.push(td_string!(lang, signing.desk_readings, n = adult.readings));
    }
    view! { <ListItem title=name(adult, lang) line=line /> }.into_any()
}

fn name(adult: &Adult, lang: Lang) -> String {
    if adult.name.is_empty() { td_string!(lang, signing.desk_no_name).to_owned() } else { adult.name.clone() }
}

pub(super) fn people(home: &HouseholdPage, lang: Lang) -> Vec<Choice> {
    home.adults
        .iter()
        .map(|adult| {
            Choice::new(adult.person.to_string(), name(adult, lang)).hint(adult.phone.clone().unwrap_or_default())
        })
        .collect()
}

/// The assisted signatures of the household that wait for their witness; a neighbour's code is typed here.
async fn unwitnessed(here: &Here, overview: &Overview, home: &HouseholdPage) -> Result<AnyView, Error> {
    let lang = here.lang;
    let kept = form::kept(here, "witness-by-code").await?;
    let mut lines = Vec::with_capacity(home.unwitnessed.len());
    for one in &home.unwitnessed {
        let signer = home.adults.iter().find(|adult| adult.person == one.person);
        let signer = signer.map(|adult| name(adult, lang)).unwrap_or_default();
        let words =
            td_string!(lang, signing.witness_waits, signer = signer, witness = one.witness.in_(lang).to_owned());
        let (asked, number, household) = (one.id.to_string(), overview.number.clone(), home.id.to_string());
        let flash = kept.of(&[("asked", &asked)]);
        let code = one.by_code.then(|| {
            let (pact, again) = (number.clone(), asked.clone());
            let (at, same) = (household.clone(), household.clone());
            view! {
                {said(&flash, &["code"], Some(&asked), lang)}
                <Form
                    verb="witness-by-code"
                    back=format!("{}?household={household}", page(&number))
                    typed=flash
                    apart=asked.clone()
                >
                    <input type="hidden" name="pact" value=number.clone() />
                    <input type="hidden" name="asked" value=asked.clone() />
                    <input type="hidden" name="household" value=at />
                    <TextInput
                        name="code"
                        label=td_string!(lang, signing.witness_code)
                        hint=td_string!(lang, signing.witness_code_hint)
                        inputmode="numeric"
                        required=true
                    />
                    <Button look=Look::Secondary small=true>{td_string!(lang, signing.witness_code_go)}</Button>
                </Form>
                <Form verb="witness-by-code" back=format!("{}?household={household}", page(&pact)) typed=Flash::default()>
                    <input type="hidden" name="pact" value=pact.clone() />
                    <input type="hidden" name="asked" value=again />
                    <input type="hidden" name="household" value=same />
                    <input type="hidden" name="again" value="1" />
                    <Button look=Look::Quiet small=true>{td_string!(lang, signing.witness_code_again)}</Button>
                </Form>
            }
        });
        lines.push(view! {
            <div class="stack">
                <p>{words}</p>
                {code}
            </div>
        });
    }
    Ok(lines.collect_view().into_any())
}

async fn assist(here: &Here, overview: &Overview, home: &HouseholdPage) -> Result<AnyView, Error> {
    let lang = here.lang;
    let id = home.id.to_string();
    let flash = form::kept(here, "assist-signing").await?.of(&[("household", &id)]);
    let colleagues = signing::colleagues(&here.db, &here.actor, &overview.number).await?;
    let witnesses = std::iter::once(Choice::new("", td_string!(lang, signing.assist_witness_none)))
        .chain(colleagues.into_iter().map(|one| Choice::new(one.person.to_string(), one.name.in_(lang))))
        .collect();
    let open = flash.error.is_some();
    let (number, people) = (overview.number.clone(), people(home, lang));
    Ok(view! {
        <details class="signing-form" open=open>
            <summary>{td_string!(lang, signing.assist_title)}</summary>
            {said(&flash, &["person", "witness", "witness_phone", "read_back"], None, lang)}
            <p>{td_string!(lang, signing.assist_lead)}</p>
            <Form
                verb="assist-signing"
                back=format!("{}?household={id}", page(&number))
                typed=flash
                key=here.db.new_id().to_string()
            >
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="household" value=id.clone() />
                <RadioCards
                    name="person"
                    label=td_string!(lang, signing.assist_person)
                    options=people
                    required=true
                />
                <Select name="witness" label=td_string!(lang, signing.assist_witness) options=witnesses />
                <TextInput
                    name="witness_phone"
                    label=td_string!(lang, signing.assist_witness_phone)
                    hint=td_string!(lang, signing.assist_witness_phone_hint)
                    kind="tel"
                    inputmode="tel"
                />
                <Checkbox name="read_back" label=td_string!(lang, signing.assist_read_back) required=true />
                <Button look=Look::Sign>{td_string!(lang, signing.assist_go)}</Button>
            </Form>
        </details>
    }
    .into_any())
}
