//! A receipt under its secret address: to be downloaded, printed, and checked. The address is known to whoever it proves something
//! for; it names nobody.

use gongzhi_api::Here;
use gongzhi_proof::LeafKind;
use gongzhi_store::log;
use gongzhi_words::td_string;
use http::request::Parts;
use leptos::prelude::*;

use super::digits;
use crate::components::{Button, Card, Door, Facts, Look, Notice, Page, Qr, Weight};
use crate::pages::reading::{part, read};
use crate::visit::Visit;

/// One receipt.
#[component]
pub fn EvidenceReceipt() -> impl IntoView {
    let token = part("token");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let receipt = log::receipt(&here.db, log::leaf_of(&here.db, &token)?).await?;
        let outcome = gongzhi_verify::check(&receipt.to_json().unwrap_or_default(), "", &receipt.key);
        let value = |code: &str| {
            outcome.facts.iter().find(|(known, _)| *known == code).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let (statement, text) = (value("statement"), value("text"));
        let path = format!("/log/receipts/{token}");
        let address = format!("{}{path}", origin());
        let facts = vec![
            (td_string!(lang, log.fact_kind).to_owned(), kind(receipt.leaf.kind, lang).into_any()),
            (td_string!(lang, log.fact_logged).to_owned(), value("logged").into_any()),
            (td_string!(lang, log.fact_place).to_owned(), value("place").into_any()),
            (td_string!(lang, log.fact_root).to_owned(), digits(value("root"))),
            (td_string!(lang, log.fact_signed).to_owned(), value("signed").into_any()),
            (td_string!(lang, log.fact_log).to_owned(), digits(value("log"))),
            (td_string!(lang, log.fact_subject).to_owned(), digits(value("subject"))),
        ];
        let text = receipt.text.is_some().then(|| {
            view! {
                <Card title=td_string!(lang, log.fact_text)>
                    <p class="written">{text}</p>
                </Card>
            }
        });
        Ok(view! {
            <Page title=td_string!(lang, log.receipt_title) back="/log" door=Door::Pacts>
                <p>{td_string!(lang, log.receipt_lead)}</p>
                <div class="buttons no-print">
                    <Button href=format!("{path}/receipt.json")>{td_string!(lang, log.receipt_download)}</Button>
                    <Button look=Look::Secondary href=format!("/verify?receipt={token}")>
                        {td_string!(lang, log.receipt_check)}
                    </Button>
                </div>
                <section class="receipt log-receipt">
                    <Qr text=address label=td_string!(lang, log.receipt_qr) />
                    <Facts facts=facts />
                </section>
                <Card title=td_string!(lang, log.fact_statement)>
                    <p class="written log-statement">{statement}</p>
                </Card>
                {text}
                <div class="no-print">
                    <Notice weight=Weight::Info title=td_string!(lang, log.receipt_secret) />
                </div>
            </Page>
        }
        .into_any())
    })
}

/// The word for a kind of leaf.
pub(super) fn kind(kind: LeafKind, lang: gongzhi_domain::lang::Lang) -> &'static str {
    match kind {
        LeafKind::Move => td_string!(lang, log.kind_move),
        LeafKind::Text => td_string!(lang, log.kind_text),
        LeafKind::Roll => td_string!(lang, log.kind_roll),
        LeafKind::VoteCount => td_string!(lang, log.kind_vote_count),
        LeafKind::Signature => td_string!(lang, log.kind_signature),
        LeafKind::Withdrawal => td_string!(lang, log.kind_withdrawal),
        LeafKind::PointsEntry => td_string!(lang, log.kind_points_entry),
    }
}

/// The portal's address for what is scanned from paper: as it is set, else where the reader found it.
fn origin() -> String {
    let set = Visit::current().site.address;
    if !set.is_empty() {
        return set;
    }
    let parts = use_context::<Parts>();
    let host = parts.and_then(|parts| Some(parts.headers.get(http::header::HOST)?.to_str().ok()?.to_owned()));
    let host = host.unwrap_or_default();
    let is_here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| host.starts_with(own));
    format!("{}://{host}", if is_here { "http" } else { "https" })
}
