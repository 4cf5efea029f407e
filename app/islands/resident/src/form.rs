//! Sending the form without leaving the page, and showing what was wrong beside the fields.
#![cfg(feature = "hydrate")]

use gongzhi_api::requests::file_request;
use gongzhi_api::{FieldMessage, Refusal};
use leptos::server_fn::codec::MultipartData;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, Event, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement, SubmitEvent};

use crate::FilingWords;

/// The page.
pub(crate) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// An element by its id, as what it should be.
pub(crate) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The control of a field by the field's name.
pub(crate) fn control<T: JsCast>(field: &str) -> Option<T> {
    by_id(&format!("f-{field}"))
}

/// Calls `then` on every event of that name; the listener lives as long as the page.
pub(crate) fn on<E: JsCast>(target: &web_sys::EventTarget, name: &str, then: impl FnMut(E) + 'static) {
    let mut then = then;
    let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if let Ok(event) = event.dyn_into() {
            then(event);
        }
    });
    // A target that takes no listener leaves the plain form, which works.
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Says something in the form's live region.
pub(crate) fn say(words: &str) {
    if let Some(status) = by_id::<HtmlElement>("filing-status") {
        status.set_text_content(Some(words));
        status.set_hidden(words.is_empty());
    }
}

/// Takes over the form's submit buttons.
pub(crate) fn send_in_place(form: &HtmlFormElement, words: &FilingWords) {
    let words = words.clone();
    let this = form.clone();
    on(form, "submit", move |event: SubmitEvent| {
        let button = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        let step = button.as_ref().map(HtmlButtonElement::value).unwrap_or_default();
        // Other steps are the map without a script and the like: the browser sends them itself.
        if step != "send" && step != "code" {
            return;
        }
        let Ok(data) = FormData::new_with_form(&this) else { return };
        event.prevent_default();
        let words = words.clone();
        spawn_local(async move {
            if let Some(button) = &button {
                button.set_disabled(true);
            }
            clear_errors();
            say(&words.sending);
            let _ = data.set_with_str("step", &step);
            match file_request(MultipartData::from(data)).await {
                Ok(done) if step == "send" => {
                    crate::draft::forget();
                    if let Some(window) = web_sys::window() {
                        let _ = window.location().set_href(&done.to);
                    }
                    return;
                }
                Ok(_) => {
                    say(&words.code_sent);
                    to_the_code();
                }
                Err(refusal) => show(&refusal, &words),
            }
            if let Some(button) = &button {
                button.set_disabled(false);
            }
        });
    });
}

fn to_the_code() {
    if let Some(code) = control::<HtmlElement>("code") {
        let _ = code.focus();
    }
}

/// Shows a refusal: a sentence in the summary, a message beside each field.
fn show(refusal: &Refusal, words: &FilingWords) {
    say("");
    let sentence = match refusal.status {
        0 => words.no_connection.as_str(),
        _ if refusal.summary.is_empty() => words.server_failed.as_str(),
        _ => refusal.summary.as_str(),
    };
    let Some(summary) = by_id::<HtmlElement>("filing-errors") else { return };
    summary.set_text_content(None);
    let _ = child(&summary, "h2", sentence);
    if !refusal.fields.is_empty()
        && let Some(list) = child(&summary, "ul", "")
    {
        for wrong in &refusal.fields {
            if let Some(item) = child(&list, "li", "")
                && let Some(link) = child(&item, "a", &wrong.message)
            {
                let _ = link.set_attribute("href", &format!("#f-{}", wrong.field));
            }
            mark(wrong);
        }
    }
    summary.set_hidden(false);
    let _ = summary.focus();
}

/// Puts the message above its control, where the server's own page has it.
fn mark(wrong: &FieldMessage) {
    let Some(control) = control::<Element>(&wrong.field) else { return };
    let id = format!("f-{}-error", wrong.field);
    let _ = control.set_attribute("aria-invalid", "true");
    let _ = control.set_attribute("aria-describedby", &id);
    let Ok(Some(field)) = control.closest(".field") else { return };
    let _ = field.class_list().add_1("field-wrong");
    if let Some(message) = child(&field, "p", &wrong.message) {
        message.set_class_name("field-error");
        message.set_id(&id);
        let first = field.children().item(1);
        let _ = field.insert_before(&message, first.as_deref());
    }
}

fn clear_errors() {
    if let Some(summary) = by_id::<HtmlElement>("filing-errors") {
        summary.set_hidden(true);
    }
    for message in all("#filing .field-error, #error-summary") {
        message.remove();
    }
    for field in all("#filing .field-wrong") {
        let _ = field.class_list().remove_1("field-wrong");
    }
    for control in all("#filing [aria-invalid]") {
        let _ = control.remove_attribute("aria-invalid");
    }
}

/// Every element of the page that a selector finds.
pub(crate) fn all(selector: &str) -> Vec<Element> {
    let Some(Ok(found)) = document().map(|page| page.query_selector_all(selector)) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// A new child with a text.
pub(crate) fn child(parent: &Element, tag: &str, text: &str) -> Option<Element> {
    let element = document()?.create_element(tag).ok()?;
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element).ok()?;
    Some(element)
}
