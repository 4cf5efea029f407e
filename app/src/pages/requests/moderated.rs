//! What moderators did to a request, as its writer is told: what was changed or hidden, and why
//! (people-and-places.md, Moderation).

use gongzhi_domain::content::ContentState;
use gongzhi_domain::text::Span;
use gongzhi_domain::view::ContentNotice;
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use crate::components::{Diff, Notice, Weight};
use crate::visit::Visit;

/// One notice to the writer; nothing when nothing was changed, turned off or hidden.
#[component]
pub fn Moderated(
    /// What was done.
    notice: ContentNotice,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let note = (!notice.note.is_empty()).then(|| {
        view! { <p class="written">{td_string!(lang, requests.moderator_note, note = notice.note.clone())}</p> }
    });
    let photos = (notice.photos_off > 0).then(|| view! { <p>{td_string!(lang, requests.photos_off_notice)}</p> });
    match notice.state {
        ContentState::Hidden | ContentState::Spam => {
            let reason = notice.reason.map_or_else(String::new, |reason| terms::hide_reason(reason, lang).to_owned());
            view! {
                <Notice weight=Weight::Warn title=td_string!(lang, requests.hidden_notice)>
                    <p>{td_string!(lang, requests.hidden_notice_text, reason = reason)}</p>
                    {note}
                </Notice>
            }
            .into_any()
        }
        _ if !notice.spans.is_empty() => view! {
            <Notice title=td_string!(lang, requests.changed_notice)>
                <p>{td_string!(lang, requests.changed_notice_text)}</p>
                {note}
                {photos}
                <details>
                    <summary>{td_string!(lang, requests.compare)}</summary>
                    <Diff
                        old=joined(&notice.spans, |span| !matches!(span, Span::New(_)))
                        new=joined(&notice.spans, |span| !matches!(span, Span::Gone(_)))
                    />
                </details>
            </Notice>
        }
        .into_any(),
        _ if notice.photos_off > 0 => view! {
            <Notice title=td_string!(lang, requests.photos_off_notice)>{note}</Notice>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// The text made of the spans that belong to it.
fn joined(spans: &[Span], belongs: impl Fn(&Span) -> bool) -> String {
    spans.iter().filter(|span| belongs(span)).map(Span::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_come_back_from_the_difference() {
        let spans = gongzhi_domain::text::diff("请打 13800138000 找我", "请打 ****** 找我");
        assert_eq!(joined(&spans, |span| !matches!(span, Span::New(_))), "请打 13800138000 找我");
        assert_eq!(joined(&spans, |span| !matches!(span, Span::Gone(_))), "请打 ****** 找我");
    }
}
