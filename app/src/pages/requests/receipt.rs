//! 收据: the number and the query code, what happens next and by when. It is shown to the browser that filed,
//! and prints on one sheet.

use gongzhi_api::Here;
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::request::Visibility;
use gongzhi_store::requests;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Button, Door, Look, Notice, Page, Receipt, Weight};
use crate::pages::reading::{known, part, read};

/// The receipt of a request that was just filed.
#[component]
pub fn RequestReceipt() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let number = RequestNumber::parse(&number).map_err(|_| Error::NotFound { what: What::Request })?;
        let receipt = requests::receipt(&here.db, &here.actor, known(&here).as_ref(), number).await?;
        let page = requests::page(&here.db, &here.actor, known(&here).as_ref(), number).await?;
        let due = receipt.due.map(|due| when::moment(due, here.now, lang));
        let answer = match due {
            Some(due) => td_string!(lang, requests.receipt_step_accept, due = due),
            None => td_string!(lang, requests.receipt_step_answer_category).to_owned(),
        };
        let open = match page.visibility {
            Visibility::Public => td_string!(lang, requests.receipt_step_public),
            Visibility::Private => td_string!(lang, requests.receipt_step_private),
        };
        let told = if receipt.reached {
            td_string!(lang, requests.receipt_step_told)
        } else {
            td_string!(lang, requests.receipt_step_anonymous)
        };
        let shown = match receipt.code {
            Some(code) => view! { <Receipt number=number.to_string() code=code.to_string() /> }.into_any(),
            None => view! {
                <p class="receipt-value">{number.to_string()}</p>
                <p class="quiet">{td_string!(lang, requests.receipt_code_gone)}</p>
            }
            .into_any(),
        };
        Ok(view! {
            <Page title=td_string!(lang, requests.receipt_title) back="/requests" door=Door::Requests>
                <Notice weight=Weight::Done live=true title=td_string!(lang, requests.receipt_thanks) />
                {shown}
                <section class="stack">
                    <h2>{td_string!(lang, requests.receipt_next)}</h2>
                    <ul class="plain-list">
                        <li>{answer}</li>
                        <li>{td_string!(lang, requests.receipt_step_answer_category)}</li>
                        <li>{open}</li>
                        <li>{told}</li>
                    </ul>
                </section>
                <div class="buttons no-print">
                    <Button href=format!("/requests/{number}")>{td_string!(lang, requests.receipt_open)}</Button>
                    <Button look=Look::Secondary href="/">{td_string!(lang, common.home)}</Button>
                </div>
                <p class="quiet no-print">{td_string!(lang, requests.receipt_print)}</p>
            </Page>
        }
        .into_any())
    })
}
