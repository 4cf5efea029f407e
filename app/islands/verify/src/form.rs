//! Takes the form of the page over: the file is read and checked on the device. Everything that is shown stands in the page already,
//! hidden; here the right parts are shown and filled.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, Event, File, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement};

use crate::check::check;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Listens to the form and to the file field.
pub(crate) fn take_hold() {
    let Some(form) = by_id::<HtmlFormElement>("verify") else { return };
    listen(&form, "submit", |event| {
        event.prevent_default();
        spawn_local(async {
            if let Some(file) = chosen() {
                read(&file).await;
            }
            show();
        });
    });
    if let Some(field) = by_id::<HtmlInputElement>("f-file") {
        listen(&field, "change", |_| {
            spawn_local(async {
                if let Some(file) = chosen() {
                    read(&file).await;
                    show();
                }
            });
        });
    }
}

fn listen(target: &web_sys::EventTarget, name: &str, then: impl FnMut(Event) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(then);
    // A target that takes no listener leaves the plain form, which works.
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}

fn chosen() -> Option<File> {
    by_id::<HtmlInputElement>("f-file")?.files()?.item(0)
}

/// Puts the file's text into the text field, where it can be seen; the file itself is let go, so that what is typed counts.
async fn read(file: &File) {
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
    if let Some(field) = by_id::<HtmlTextAreaElement>("f-receipt") {
        field.set_value(&text);
    }
    if let Some(field) = by_id::<HtmlInputElement>("f-file") {
        field.set_value("");
    }
}

/// Checks what stands in the field and shows the verdict.
fn show() {
    let text = by_id::<HtmlTextAreaElement>("f-receipt").map(|field| field.value()).unwrap_or_default();
    let own = by_id::<HtmlInputElement>("f-key").map(|field| field.value()).unwrap_or_default();
    let portal = by_id::<HtmlElement>("verify-keys").and_then(|keys| keys.text_content()).unwrap_or_default();
    let outcome = check(&text, &own, &portal);
    for verdict in all("[data-verdict]") {
        verdict.set_hidden(verdict.dataset().get("verdict").as_deref() != Some(outcome.verdict));
    }
    for row in all("[data-fact]") {
        let code = row.dataset().get("fact").unwrap_or_default();
        let value = outcome.facts.iter().find(|(known, _)| *known == code);
        row.set_hidden(value.is_none());
        if let (Some((code, value)), Ok(Some(place))) = (value, row.query_selector("[data-value]")) {
            place.set_text_content(Some(&word(code, value)));
        }
    }
    if let Some(facts) = by_id::<HtmlElement>("verify-facts") {
        facts.set_hidden(outcome.facts.is_empty());
    }
    if let Some(local) = by_id::<HtmlElement>("verify-local") {
        local.set_hidden(false);
    }
    if let Some(result) = by_id::<HtmlElement>("verify-result") {
        result.set_hidden(false);
        let _ = result.focus();
    }
}

/// What kind it is, in the page's language.
fn word(code: &str, value: &str) -> String {
    let said = (code == "kind").then(|| all(&format!("[data-word=\"{value}\"]")).into_iter().next());
    said.flatten().and_then(|element| element.text_content()).unwrap_or_else(|| value.to_owned())
}

fn all(selector: &str) -> Vec<HtmlElement> {
    let Some(Ok(found)) = document().map(|page| page.query_selector_all(selector)) else { return Vec::new() };
    let element = |index| found.item(index)?.dyn_into::<Element>().ok()?.dyn_into().ok();
    (0..found.length()).filter_map(element).collect()
}
