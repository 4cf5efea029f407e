//! The island of the filing form: what it needs to say, and where it takes hold.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The words the island says, in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingWords {
    /// While the request is on its way.
    pub sending: String,
    /// The server was not reached; nothing is lost.
    pub no_connection: String,
    /// The server failed.
    pub server_failed: String,
    /// A photo is on its way.
    pub photo_sending: String,
    /// A photo could not be sent.
    pub photo_failed: String,
    /// Takes a photo out again.
    pub photo_remove: String,
    /// No more photos than allowed.
    pub photo_too_many: String,
    /// While the phone looks for its place.
    pub locating: String,
    /// The phone does not say where it is.
    pub location_refused: String,
    /// The place lies outside of what the portal serves.
    pub location_outside: String,
    /// A code was sent to the phone.
    pub code_sent: String,
    /// What was typed last time was put back.
    pub draft_restored: String,
}

/// Enhances the form with the id `filing`. It shows nothing itself.
#[island]
pub fn Filing(
    /// What to say.
    words: FilingWords,
    /// How many photos a request may have.
    max_photos: u32,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    if let Some(form) = crate::form::by_id::<web_sys::HtmlFormElement>("filing") {
        crate::draft::keep(&words);
        crate::photos::shrink_and_send(&words, max_photos);
        crate::place::find(&words);
        crate::form::send_in_place(&form, &words);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (words, max_photos);
}
