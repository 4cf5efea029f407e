//! What the service worker shows when there is no signal and the page asked for was never seen. The same for
//! everybody: it is kept on the device.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, EmptyState, Look, Page};
use crate::visit::Visit;

/// No connection.
#[component]
pub fn Offline() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Page title=td_string!(lang, account.offline_title) back="/">
            <EmptyState sign="网" title=td_string!(lang, account.offline_title)>
                <p>{td_string!(lang, account.offline_text)}</p>
                <p>{td_string!(lang, account.offline_draft)}</p>
                <div class="buttons">
                    <Button href="/requests/new">{td_string!(lang, account.offline_new)}</Button>
                    <Button look=Look::Secondary href="/requests">{td_string!(lang, account.offline_requests)}</Button>
                </div>
            </EmptyState>
        </Page>
    }
}
