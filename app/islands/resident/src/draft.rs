//! What a person types stays on the device until it was sent: also when the browser is closed or the battery dies.
#![cfg(feature = "hydrate")]

use web_sys::{Event, HtmlElement, HtmlTextAreaElement, Storage};

use crate::FilingWords;
use crate::form::{by_id, control, on, say};

const KEY: &str = "gongzhi-filing-draft";

/// Restores the text of last time into an empty field, counts its characters and keeps what is typed from now on.
pub(crate) fn keep(words: &FilingWords) {
    let Some(text) = control::<HtmlTextAreaElement>("text") else { return };
    if text.value().is_empty()
        && let Some(draft) = storage().and_then(|kept| kept.get_item(KEY).ok().flatten())
        && !draft.is_empty()
    {
        text.set_value(&draft);
        say(&words.draft_restored);
    }
    count(&text);
    let field = text.clone();
    on(&text, "input", move |_: Event| {
        count(&field);
        if let Some(kept) = storage() {
            // A full or forbidden storage only means no draft.
            let _ = kept.set_item(KEY, &field.value());
        }
    });
}

/// The request was filed: nothing is left to restore.
pub(crate) fn forget() {
    if let Some(kept) = storage() {
        let _ = kept.remove_item(KEY);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn count(text: &HtmlTextAreaElement) {
    if let Some(counter) = by_id::<HtmlElement>("text-count") {
        let typed = text.value().chars().count();
        let max = text.dataset().get("max").unwrap_or_default();
        counter.set_text_content(Some(&format!("{typed} / {max}")));
    }
}
