//! A QR code as a drawing, made on the server: no script, no picture to fetch.

use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;

/// Empty modules around the code, as readers need them.
const QUIET: usize = 4;

/// A QR code of a text, dark on light in every theme so that readers find it. Nothing is shown of a text that is too long.
#[component]
pub fn Qr(
    /// What it holds.
    #[prop(into)]
    text: String,
    /// What it is, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let drawn = QRBuilder::new(text).ecl(ECL::M).build().ok().map(|code| {
        let mut path = String::new();
        for y in 0..code.size {
            for x in 0..code.size {
                if code[y][x].value() {
                    path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
                }
            }
        }
        (code.size + 2 * QUIET, path)
    });
    drawn.map(|(side, path)| {
        view! {
            <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label width="240" height="240">
                <rect width=side.to_string() height=side.to_string() fill="#fff" />
                <path d=path fill="#000" />
            </svg>
        }
    })
}
