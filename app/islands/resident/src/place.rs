//! The place: from the phone's own position, or from a tap on the map. Either only fills the form's hidden fields;
//! the server says which grid it is.
#![cfg(feature = "hydrate")]

use gongzhi_api::requests::locate;
use js_sys::Number;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, MouseEvent, Position, PositionError,
    PositionOptions,
};

use crate::FilingWords;
use crate::form::{by_id, control, on, say};

/// Takes hold of the location button and of the map.
pub(crate) fn find(words: &FilingWords) {
    if let Some(button) = by_id::<HtmlElement>("use-location") {
        button.set_hidden(false);
        let words = words.clone();
        on(&button, "click", move |event: Event| {
            event.prevent_default();
            ask_the_phone(&words);
        });
    }
    if let Some(select) = control::<HtmlSelectElement>("area") {
        // Whoever chooses an area after a tap means the area.
        on(&select, "change", move |_: Event| {
            for field in ["lat", "lon"] {
                if let Some(field) = control::<HtmlInputElement>(field) {
                    field.set_value("");
                }
            }
            if let Some(pin) = by_id::<Element>("place-pin") {
                let _ = pin.set_attribute("hidden", "");
            }
        });
    }
    if let Some(map) = by_id::<HtmlElement>("place-map") {
        let words = words.clone();
        let picture = map.clone();
        on(&map, "click", move |event: MouseEvent| {
            // Without a pointer (keyboard) the plain form answers.
            if event.detail() == 0 {
                return;
            }
            event.prevent_default();
            let frame = picture.get_bounding_client_rect();
            let across = (f64::from(event.client_x()) - frame.left()) / frame.width();
            let down = (f64::from(event.client_y()) - frame.top()) / frame.height();
            if let Some((lat, lon)) = on_the_map(&picture, across, down) {
                set_point(lat, lon, words.clone());
            }
        });
    }
}

fn ask_the_phone(words: &FilingWords) {
    let Some(Ok(phone)) = web_sys::window().map(|window| window.navigator().geolocation()) else {
        say(&words.location_refused);
        return;
    };
    say(&words.locating);
    let found = {
        let words = words.clone();
        Closure::<dyn FnMut(Position)>::new(move |position: Position| {
            let at = position.coords();
            set_point(at.latitude(), at.longitude(), words.clone());
        })
    };
    let refused = {
        let words = words.clone();
        Closure::<dyn FnMut(PositionError)>::new(move |_: PositionError| say(&words.location_refused))
    };
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(15_000);
    let _ = phone.get_current_position_with_error_callback_and_options(
        found.as_ref().unchecked_ref(),
        Some(refused.as_ref().unchecked_ref()),
        &options,
    );
    found.forget();
    refused.forget();
}

/// The point under a share of the map's width and height; the map's corners are in its data attributes.
fn on_the_map(map: &HtmlElement, across: f64, down: f64) -> Option<(f64, f64)> {
    let (west, east) = (corner(map, "west")?, corner(map, "east")?);
    let (south, north) = (corner(map, "south")?, corner(map, "north")?);
    Some((north - (north - south) * down, west + (east - west) * across))
}

/// A corner of the map in degrees. Numbers are read and written by the browser: Rust's own way is 10 kB of the bundle.
fn corner(map: &HtmlElement, name: &str) -> Option<f64> {
    let degrees = js_sys::parse_float(&map.dataset().get(name)?);
    degrees.is_finite().then_some(degrees)
}

/// A number with so many decimals.
fn fixed(number: f64, decimals: u8) -> String {
    Number::from(number).to_fixed(decimals).map(String::from).unwrap_or_default()
}

fn set_point(lat: f64, lon: f64, words: FilingWords) {
    spawn_local(async move {
        match locate(Some(fixed(lat, 6)), Some(fixed(lon, 6))).await {
            Ok(place) => {
                for (field, value) in [("lat", fixed(lat, 6)), ("lon", fixed(lon, 6)), ("datum", "wgs84".to_owned())] {
                    if let Some(field) = control::<HtmlInputElement>(field) {
                        field.set_value(&value);
                    }
                }
                if let Some(select) = control::<HtmlSelectElement>("area") {
                    select.set_value(&place.code);
                }
                if let Some(name) = by_id::<HtmlElement>("place-name") {
                    name.set_text_content(Some(&place.name));
                }
                mark_on_the_map(lat, lon);
                say("");
            }
            Err(refusal) if refusal.status == 0 => say(&words.no_connection),
            Err(_) => say(&words.location_outside),
        }
    });
}

fn mark_on_the_map(lat: f64, lon: f64) {
    let (Some(map), Some(pin)) = (by_id::<HtmlElement>("place-map"), by_id::<Element>("place-pin")) else { return };
    if let (Some(west), Some(east), Some(south), Some(north)) =
        (corner(&map, "west"), corner(&map, "east"), corner(&map, "south"), corner(&map, "north"))
    {
        let _ = pin.set_attribute("cx", &(fixed((lon - west) / (east - west) * 100.0, 2) + "%"));
        let _ = pin.set_attribute("cy", &(fixed((north - lat) / (north - south) * 100.0, 2) + "%"));
        let _ = pin.remove_attribute("hidden");
    }
}
