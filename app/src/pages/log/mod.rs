//! The log of evidence: its public page, receipts and their check.

mod overview;
mod receipt;
mod verify;

pub use overview::LogPage;
pub use receipt::EvidenceReceipt;
pub use verify::VerifyReceipt;

use chrono::{DateTime, Utc};
use gongzhi_domain::lang::Lang;
use gongzhi_store::log::Head;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

/// Why a head was signed, in words.
fn reason(head: &Head, lang: Lang) -> &'static str {
    match head.reason.as_str() {
        "first" => td_string!(lang, log.reason_first),
        "daily" => td_string!(lang, log.reason_daily),
        "stage" => td_string!(lang, log.reason_stage),
        _ => td_string!(lang, log.reason_asked),
    }
}

/// A moment in seconds since 1970, as people say it.
fn said(seconds: u64, lang: Lang) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    at.map(|at| when::exact(at, lang)).unwrap_or_default()
}

/// Something to copy or compare, in digits of equal width.
pub(super) fn digits(text: String) -> AnyView {
    view! { <code class="log-digits">{text}</code> }.into_any()
}
