//! Times: said as people say them, with the exact one behind.

use chrono::{DateTime, Utc};
use gongzhi_words::when;
use leptos::prelude::*;

use crate::visit::Visit;

/// A moment: "今天 8:12", the exact one in `datetime` and as a title.
#[component]
pub fn When(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    let Visit { lang, now, .. } = Visit::current();
    view! { <time datetime=when::machine(at) title=when::exact(at, lang)>{when::moment(at, now, lang)}</time> }
}

/// A stretch of time: "明天 14:00–18:00（周一）".
#[component]
pub fn Stretch(
    /// Its begin.
    from: DateTime<Utc>,
    /// Its end.
    to: DateTime<Utc>,
) -> impl IntoView {
    let Visit { lang, now, .. } = Visit::current();
    let exact = format!("{} – {}", when::exact(from, lang), when::exact(to, lang));
    view! { <time datetime=when::machine(from) title=exact>{when::span(from, to, now, lang)}</time> }
}
