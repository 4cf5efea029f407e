//! j and k walk the items of a list, every other letter presses the button or ticks the box that carries it
//! (`aria-keyshortcuts`, "Shift+P" with the shift key), first in the current item, then anywhere on the page. `/` goes to the
//! search field.

use leptos::prelude::*;

/// Listens to the keyboard. It shows nothing itself.
#[island]
pub fn Keys() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| listen());
}

#[cfg(feature = "hydrate")]
fn listen() {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::KeyboardEvent;

    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let target = page.clone();
    let press = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let done = match event.key().as_str() {
            "j" => step(&page, 1),
            "k" => step(&page, -1),
            "/" => focus(&page, "[type=search]"),
            key if key.len() == 1 && key.chars().all(|c| c.is_ascii_alphanumeric()) => {
                let shift = if event.shift_key() { "Shift+" } else { "" };
                press_button(&page, &[shift, key].concat())
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    let _ = target.add_event_listener_with_callback("keydown", press.as_ref().unchecked_ref());
    press.forget();
}

/// Letters typed into a field are letters.
#[cfg(feature = "hydrate")]
fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;

    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| {
            element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]").ok()
        })
        .is_some_and(|found| found.is_some())
}

/// Goes to the next or the previous item.
#[cfg(feature = "hydrate")]
fn step(page: &web_sys::Document, by: i32) -> bool {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlElement;

    let Ok(items) = page.query_selector_all("[data-item], .desk-list .list-item-title a") else { return false };
    let count = i32::try_from(items.length()).unwrap_or(0);
    if count == 0 {
        return false;
    }
    let now = (0..count).find(|index| {
        let item = u32::try_from(*index).ok().and_then(|index| items.item(index));
        match (item, page.active_element()) {
            (Some(item), Some(active)) => item.contains(Some(&active)),
            _ => false,
        }
    });
    let next = match now {
        Some(index) => (index + by).clamp(0, count - 1),
        None => 0,
    };
    let Some(item) = u32::try_from(next)
        .ok()
        .and_then(|index| items.item(index))
        .and_then(|node| node.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    item.focus().is_ok()
}

#[cfg(feature = "hydrate")]
fn focus(page: &web_sys::Document, selector: &str) -> bool {
    use wasm_bindgen::JsCast;

    page.query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

#[cfg(feature = "hydrate")]
fn press_button(page: &web_sys::Document, key: &str) -> bool {
    use wasm_bindgen::JsCast;

    let selector = format!("[aria-keyshortcuts=\"{key}\" i]");
    let in_item = page
        .active_element()
        .and_then(|active| active.closest("[data-item]").ok().flatten())
        .and_then(|item| item.query_selector(&selector).ok().flatten());
    let found = in_item.or_else(|| page.query_selector(&selector).ok().flatten());
    match found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(button) => {
            button.click();
            true
        }
        None => false,
    }
}
