//! The part of the portal that runs in a resident's browser: one bundle, one island. It *enhances* the filing form, which is
//! a complete HTML form without it: photos are shrunk and sent while the person types, the place is found by the phone,
//! what was typed survives a closed browser, and a refused form says so without leaving the page.

mod draft;
mod filing;
mod form;
mod photos;
mod place;

pub use filing::{Filing, FilingWords};

/// Called by the page once the bundle is there: wakes the islands it finds.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
