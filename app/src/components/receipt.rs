//! What a resident takes away: the number and the code of a request, fit for printing.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// Number and query code, large enough to copy by hand.
#[component]
pub fn Receipt(
    /// The request's number.
    #[prop(into)]
    number: String,
    /// The query code; it is shown this once.
    #[prop(into)]
    code: String,
    /// More facts: the date, the place.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <section class="receipt">
            <dl class="receipt-facts">
                <dt class="quiet">{td_string!(lang, common.receipt_number)}</dt>
                <dd class="receipt-value">{number}</dd>
                <dt class="quiet">{td_string!(lang, common.receipt_code)}</dt>
                <dd class="receipt-value receipt-code">{code}</dd>
            </dl>
            <p class="quiet">{td_string!(lang, common.receipt_keep)}</p>
            {children.map(|children| children())}
        </section>
    }
}
