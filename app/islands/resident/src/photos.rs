//! Photos: shrunk in the browser to at most 1600 pixels, which also drops their EXIF, and sent while the person types.
//! What arrived is a hidden field with its id; the file field itself is emptied, so that nothing is sent twice.
#![cfg(feature = "hydrate")]

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, CanvasRenderingContext2d, Element, Event, File, HtmlCanvasElement, HtmlInputElement, ImageBitmap,
    RequestInit, Response, Url,
};

use crate::FilingWords;
use crate::form::{all, child, control, document, on, say};

/// The longest side of what is sent, in pixels (ARCHITECTURE.md, On the phone).
const LONGEST: f64 = 1600.0;

/// Takes hold of the file field.
pub(crate) fn shrink_and_send(words: &FilingWords, max: u32) {
    let Some(field) = control::<HtmlInputElement>("photos") else { return };
    let words = words.clone();
    let there = Rc::new(Cell::new(already_there()));
    wire_removals(&words, &there);
    for picker in all("#filing .photo-picker") {
        picker.set_class_name(&(picker.class_name() + " photo-picker-live"));
    }
    let input = field.clone();
    on(&field, "change", move |_: Event| {
        let Some(files) = input.files() else { return };
        for index in 0..files.length() {
            if there.get() >= max {
                say(&words.photo_too_many);
                break;
            }
            if let Some(file) = files.item(index) {
                there.set(there.get() + 1);
                let (words, there) = (words.clone(), there.clone());
                spawn_local(async move { send(file, &words, &there).await });
            }
        }
        input.set_value("");
    });
}

fn already_there() -> u32 {
    u32::try_from(all("#filing .photo-picker-tile").len()).unwrap_or(u32::MAX)
}

/// Photos that came back with a refused form can be taken out too: their tick becomes a cross.
fn wire_removals(words: &FilingWords, there: &Rc<Cell<u32>>) {
    for tile in all("#filing .photo-picker-tile") {
        if let Ok(Some(keep)) = tile.query_selector("label") {
            let id = keep.query_selector("input").ok().flatten().and_then(|tick| tick.get_attribute("value"));
            keep.remove();
            hold(&tile, &id.unwrap_or_default(), words, there);
        }
    }
}

/// The id of a photo that has arrived, and the button that takes it out.
fn hold(tile: &Element, id: &str, words: &FilingWords, there: &Rc<Cell<u32>>) {
    if let Some(field) = child(tile, "input", "") {
        for (name, value) in [("type", "hidden"), ("name", "staged"), ("value", id)] {
            let _ = field.set_attribute(name, value);
        }
    }
    if let Some(button) = child(tile, "button", "×") {
        button.set_class_name("photo-picker-remove");
        let _ = button.set_attribute("type", "button");
        let _ = button.set_attribute("aria-label", &words.photo_remove);
        remove_on_click(&button, tile.clone(), there.clone());
    }
}

/// The list of tiles; a page without photos has none yet.
fn tiles() -> Option<Element> {
    if let Some(tiles) = all("#filing .photo-picker-tiles").pop() {
        return Some(tiles);
    }
    let add = all("#filing .photo-picker-add").pop()?;
    let tiles = document()?.create_element("ul").ok()?;
    tiles.set_class_name("photo-picker-tiles");
    add.parent_node()?.insert_before(&tiles, Some(&add)).ok()?;
    Some(tiles)
}

fn remove_on_click(button: &Element, tile: Element, there: Rc<Cell<u32>>) {
    on(button, "click", move |event: Event| {
        event.prevent_default();
        tile.remove();
        there.set(there.get().saturating_sub(1));
    });
}

async fn send(file: File, words: &FilingWords, there: &Rc<Cell<u32>>) {
    let Some(tile) = tiles().and_then(|tiles| child(&tiles, "li", "")) else { return };
    tile.set_class_name("photo-picker-tile");
    let status = child(&tile, "span", &words.photo_sending);
    let outcome = async {
        let small = shrink(&file).await.unwrap_or_else(|| file.clone().into());
        let picture = Url::create_object_url_with_blob(&small).ok();
        let id = upload(&small).await?;
        Some((picture, id))
    }
    .await;
    if let Some(status) = status {
        status.remove();
    }
    let Some((picture, id)) = outcome else {
        tile.remove();
        there.set(there.get().saturating_sub(1));
        say(&words.photo_failed);
        return;
    };
    if let Some(image) = child(&tile, "img", "") {
        let _ = image.set_attribute("src", &picture.unwrap_or_default());
        let _ = image.set_attribute("alt", "");
    }
    hold(&tile, &id, words, there);
    say("");
}

/// The picture as a JPEG of at most [`LONGEST`] pixels; `None` where the browser cannot.
async fn shrink(file: &File) -> Option<Blob> {
    let window = web_sys::window()?;
    let bitmap: ImageBitmap =
        JsFuture::from(window.create_image_bitmap_with_blob(file).ok()?).await.ok()?.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGEST / width.max(height)).min(1.0);
    let canvas: HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1600")]
    let (w, h) = ((width * scale).round().max(1.0) as u32, (height * scale).round().max(1.0) as u32);
    canvas.set_width(w);
    canvas.set_height(h);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    pen.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, f64::from(w), f64::from(h)).ok()?;
    let made = js_sys::Promise::new(&mut |resolve, reject| {
        let give = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        if canvas.to_blob_with_type_and_encoder_options(give.unchecked_ref(), "image/jpeg", &0.85.into()).is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(made).await.ok()?.dyn_into().ok()
}

/// Sends one photo and brings back the id it was staged under.
async fn upload(photo: &Blob) -> Option<String> {
    let call = RequestInit::new();
    call.set_method("POST");
    call.set_body(photo);
    let window = web_sys::window()?;
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init("/api/photos", &call)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let said = JsFuture::from(response.json().ok()?).await.ok()?;
    js_sys::Reflect::get(&said, &"id".into()).ok()?.as_string()
}
