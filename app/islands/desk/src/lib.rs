//! The part of the portal that runs in the browsers of staff: the desk's keyboard. Every key only presses a button
//! that stands on the page, so that nothing can be done by key that cannot be done by hand.

mod keys;

pub use keys::Keys;

/// Called by the page once the bundle is there: wakes the islands it finds.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
