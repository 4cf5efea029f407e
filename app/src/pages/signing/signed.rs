//! What one has signed: each signature with its receipt, and the way to take it back. Only the signer ever sees it.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::ids::LeafId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Stage;
use gongzhi_store::log;
use gongzhi_store::signing::{self, Mine, MySignature};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::{grouped, said};
use crate::components::{Button, Checkbox, EmptyState, Facts, Form, Look, Notice, Page, Qr, Weight};
use crate::pages::reading::{asked, part, read};
use crate::visit::Visit;

/// My signatures under a pact.
#[component]
pub fn MySignatures() -> impl IntoView {
    let number = part("number");
    let (done, withdrawn) = (asked("done").is_some(), asked("withdrawn").is_some());
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let mine = signing::mine(&here.db, &here.actor, &number).await?;
        let number = mine.number.clone();
        let flash = form::kept(&here, "withdraw-signature").await?;
        let of = flash.value("signature");
        let on_page = mine.signatures.iter().any(|one| one.id.to_string() == of && one.withdrawn.is_none());
        let wrong = said(&flash, if on_page { &["sure"] } else { &[] }, Some(&of), lang);
        let stands = mine.signatures.first().is_some_and(|newest| newest.withdrawn.is_none());
        let told = if done && stands {
            let title = td_string!(lang, signing.done_title);
            view! {
                <Notice weight=Weight::Done live=true title=title><p>{td_string!(lang, signing.done_text)}</p></Notice>
            }
            .into_any()
        } else if withdrawn && !stands {
            let title = td_string!(lang, signing.withdrawn_title);
            let again = mine.is_open.then(|| view! { <p>{td_string!(lang, signing.withdrawn_text)}</p> });
            view! { <Notice weight=Weight::Done live=true title=title>{again}</Notice> }.into_any()
        } else {
            ().into_any()
        };
        let content = if mine.signatures.is_empty() {
            view! {
                <EmptyState sign="签" title=td_string!(lang, signing.mine_empty_title)>
                    <p>{td_string!(lang, signing.mine_empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            mine.signatures.iter().map(|one| card(&here, &mine, one, &flash)).collect::<Vec<_>>().into_any()
        };
        let can_sign = mine.is_open && mine.households.iter().any(|home| home.signature.is_none());
        let to_sign = can_sign.then(|| {
            view! { <Button look=Look::Sign href=format!("/pacts/{number}/sign")>{td_string!(lang, signing.back_to_sign)}</Button> }
        });
        Ok(view! {
            <Page
                title=format!("{} · {}", td_string!(lang, signing.mine_title), mine.title.in_(lang))
                bar=td_string!(lang, signing.mine_title)
                sub=mine.title.in_(lang).to_owned()
                back=format!("/pacts/{number}")
            >
                {wrong}
                {told}
                <p class="quiet">{td_string!(lang, signing.mine_private)}</p>
                {content}
                <div class="buttons no-print">
                    {to_sign}
                    <Button look=Look::Secondary href=format!("/pacts/{number}")>
                        {td_string!(lang, signing.back_to_pact)}
                    </Button>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn card(here: &Here, mine: &Mine, one: &MySignature, flash: &Flash) -> AnyView {
    let lang = here.lang;
    let at = when::moment(one.at, here.now, lang);
    let facts = [
        (td_string!(lang, signing.fact_version), td_string!(lang, signing.version, n = one.text_no)),
        (td_string!(lang, signing.fact_place), one.place.in_(lang).to_owned()),
        (td_string!(lang, signing.fact_capacity), pact_terms::capacity(one.capacity, lang).to_owned()),
        (td_string!(lang, signing.fact_channel), pact_terms::channel(one.channel, lang).to_owned()),
        (td_string!(lang, signing.fact_at), at),
        (td_string!(lang, signing.fact_state), state(here, one, lang)),
        (td_string!(lang, signing.fact_text), grouped(&one.text)),
    ];
    let facts = facts.map(|(word, value)| {
        let class = (word == td_string!(lang, signing.fact_text)).then_some("signing-code");
        (word.to_owned(), view! { <span class=class>{value}</span> }.into_any())
    });
    let receipt = log::address(&here.db, LeafId::from_uuid(one.leaf));
    let address = Visit::current().site.address;
    let qr = (!address.is_empty())
        .then(|| view! { <Qr text=format!("{address}{receipt}") label=td_string!(lang, signing.receipt_qr) /> });
    let stands = one.withdrawn.is_none() && mine.stage != Stage::Ended;
    view! {
        <section class="card">
            <Facts facts=facts.into_iter().collect() />
            {qr}
            <div class="buttons no-print">
                <Button look=Look::Secondary href=receipt>{td_string!(lang, signing.receipt)}</Button>
            </div>
            {stands.then(|| withdrawal(mine, one, flash, lang))}
        </section>
    }
    .into_any()
}

fn state(here: &Here, one: &MySignature, lang: Lang) -> String {
    match one.withdrawn {
        None => td_string!(lang, signing.state_counts).to_owned(),
        Some((at, true)) => td_string!(lang, signing.state_left, at = when::moment(at, here.now, lang)),
        Some((at, false)) => td_string!(lang, signing.state_forward, at = when::moment(at, here.now, lang)),
    }
}

/// Folded, so that nobody takes a signature back by a slip of the thumb.
fn withdrawal(mine: &Mine, one: &MySignature, flash: &Flash, lang: Lang) -> AnyView {
    let id = one.id.to_string();
    let flash = flash.of(&[("signature", &id)]);
    let what = if mine.stage == Stage::InForce {
        td_string!(lang, signing.withdraw_after)
    } else {
        td_string!(lang, signing.withdraw_before)
    };
    let open = flash.error.is_some();
    let (number, signature) = (mine.number.clone(), id.clone());
    view! {
        <details class="signing-withdraw no-print" open=open>
            <summary>{td_string!(lang, signing.withdraw)}</summary>
            <p>{what}</p>
            <Form verb="withdraw-signature" back=format!("/pacts/{}/signed", mine.number) typed=flash apart=id.clone()>
                <input type="hidden" name="pact" value=number />
                <input type="hidden" name="signature" value=signature />
                <Checkbox
                    name="sure"
                    label=td_string!(lang, signing.withdraw_sure)
                    hint=td_string!(lang, signing.withdraw_sure_hint)
                    required=true
                />
                <Button look=Look::Danger>{td_string!(lang, signing.withdraw)}</Button>
            </Form>
        </details>
    }
    .into_any()
}
