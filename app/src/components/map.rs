//! A map or chart drawn on the server, with a table behind it.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// A frame around SVG shapes. Shapes carry the classes `map-area`, `map-area-here`, `map-dot`, `map-pin`
/// and `map-label`, never colours.
#[component]
pub fn MapFrame(
    /// What the picture shows, as a sentence.
    #[prop(into)]
    label: String,
    /// Width and height of the drawing.
    size: (u32, u32),
    /// Under the picture.
    #[prop(optional, into)]
    caption: Option<String>,
    /// The same as a table or list, folded.
    #[prop(optional)]
    table: Option<AnyView>,
    /// The shapes.
    children: Children,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let (width, height) = size;
    view! {
        <figure class="map-frame">
            <svg
                viewBox=format!("0 0 {width} {height}")
                width=width.to_string()
                height=height.to_string()
                role="img"
                aria-label=label
            >
                {children()}
            </svg>
            {caption.map(|caption| view! { <figcaption>{caption}</figcaption> })}
            {table
                .map(|table| {
                    view! {
                        <details>
                            <summary>{td_string!(lang, common.map_table)}</summary>
                            {table}
                        </details>
                    }
                })}
        </figure>
    }
}
