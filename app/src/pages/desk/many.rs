//! Many items of the moderation queue at once: each has a box, one button publishes what is ticked, and for ten seconds it can be
//! undone (people-and-places.md, Moderation). The boxes belong to the button's form by its id, so that no script is needed.

use gongzhi_api::Here;
use gongzhi_api::moderation::{self as api, Became};
use gongzhi_domain::error::{Error, FieldError, Reason};
use gongzhi_domain::ids::ContentId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::text::one_line;
use gongzhi_domain::view::desk::ModerationItem;
use gongzhi_store::moderation;
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use crate::components::{Button, Form, Key, Look, Notice, Weight};

/// The id of the form that the boxes belong to.
const FORM: &str = "publish-many";

/// Characters by which an item is recognised.
const WORDS_SHOWN: usize = 30;

/// The box of an item.
pub fn tick(item: &ModerationItem, lang: Lang) -> impl IntoView + use<> {
    let item = format!("{}.{}", item.content, item.version);
    view! {
        <label class="checkbox">
            <input type="checkbox" class="moderation-tick" name="items[]" value=item form=FORM aria-keyshortcuts="x" />
            <span>{td_string!(lang, moderation.tick)}" "<Key key="x" /></span>
        </label>
    }
}

/// The button under the queue; how many are ticked is counted by the style sheet.
pub fn publish_button(lang: Lang) -> impl IntoView {
    view! {
        <div class="moderation-ticked">
            <Form verb="publish-many" id=FORM inline=true>
                <Button small=true look=Look::Secondary key="Shift+P">
                    {td_string!(lang, moderation.publish_ticked)}
                    <span class="moderation-count"></span>
                </Button>
            </Form>
        </div>
    }
}

/// What is wrong when the button was pressed and nothing was ticked.
pub fn nothing_ticked() -> FieldError {
    FieldError::new("items", Reason::Missing)
}

/// What has just been done to many items at once: what was published, with the way back, and what was left out.
///
/// # Errors
/// When the database does not answer.
pub async fn just_done(here: &Here) -> Result<Option<AnyView>, Error> {
    let lang = here.lang;
    Ok(match api::just_done(here).await? {
        None => None,
        Some(Became::Published { published, skipped }) => {
            let undo = (!published.is_empty()).then(|| {
                let items = published.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                view! {
                    <p>{td_string!(lang, moderation.undo_hint)}</p>
                    <Form verb="undo-publish" inline=true>
                        <input type="hidden" name="items" value=items />
                        <Button small=true look=Look::Secondary key="u">{td_string!(lang, moderation.undo)}</Button>
                    </Form>
                }
            });
            let title = td_string!(lang, moderation.published_many, n = published.len());
            let left_out = left_out(here, &skipped).await;
            Some(
                view! {
                    <Notice weight=Weight::Done live=true title=title>
                        <div class="moderation-undo">{undo}</div>
                        {left_out}
                    </Notice>
                }
                .into_any(),
            )
        }
        Some(Became::TakenBack { back, not }) => {
            let title = td_string!(lang, moderation.taken_back, n = back);
            let not = (not > 0).then(|| view! { <p>{td_string!(lang, moderation.not_taken_back, n = not)}</p> });
            Some(view! { <Notice weight=Weight::Done live=true title=title>{not}</Notice> }.into_any())
        }
    })
}

/// What was not published because somebody else was first, each by its number and its first words; one that the reader may
/// not see any more is only counted.
async fn left_out(here: &Here, skipped: &[ContentId]) -> Option<AnyView> {
    let lang = here.lang;
    let mut lines = Vec::new();
    for id in skipped {
        let Ok(item) = moderation::item(&here.db, &here.actor, *id).await else { continue };
        let number = item.number.as_ref().map(ToString::to_string);
        let name = number.unwrap_or_else(|| terms::content_kind(item.kind, lang).to_owned());
        let words = one_line(&item.public, WORDS_SHOWN);
        lines.push(view! { <li>{format!("{name} · {words} · {}", terms::content_state(item.state, lang))}</li> });
    }
    (!skipped.is_empty()).then(|| {
        view! {
            <p>{td_string!(lang, moderation.skipped, n = skipped.len())}</p>
            {(!lines.is_empty()).then(|| view! { <ul>{lines}</ul> })}
        }
        .into_any()
    })
}
