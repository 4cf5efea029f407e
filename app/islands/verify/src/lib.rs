//! The check of a receipt as people see it: a verdict and what is proven. On the server it fills the page of a browser without
//! scripts; in the browser the same code reads the file on the device, so that nothing has to be sent to anybody.

mod check;
#[cfg(feature = "hydrate")]
mod form;

pub use check::{Outcome, PARTS, check};

/// Called by the page once the bundle is there: takes hold of the form.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    form::take_hold();
}
