//! The moderation queue: oldest first, the whole item in sight, one key a verdict.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::content::{HideReason, Verdict};
use gongzhi_domain::ids::ContentId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::Version;
use gongzhi_domain::request::{NOTE_MAX, TEXT_MAX};
use gongzhi_domain::view::desk::{ModerationItem, ModerationPhoto};
use gongzhi_store::{desk, moderation};
use gongzhi_words::{errors, td_string, terms, when};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::{self, Place};
use super::many;
use crate::components::{
    Badge, Button, Choice, Diff, EmptyState, ErrorSummary, Folded, Form, Look, Pager, Select, TextArea, TextInput,
    Tone, name_apart,
};
use crate::pages::reading::read;

/// The moderator's page.
#[component]
pub fn ModerationPage() -> impl IntoView {
    let after = use_query_map().with_untracked(|query| query.get("after"));
    read(async move {
        let here = Here::now()?;
        let _ = here.holder();
        let queue = moderation::queue(&here.db, &here.actor, None, after.as_deref()).await?;
        let queues = frame::queues(&here, &desk::counts(&here.db, &here.actor).await?, Place::Moderation).await?;
        let typed = kept(&here, "moderate").await?;
        let lang = here.lang;
        let older = queue.cursor.as_ref().map(|cursor| format!("/desk/moderation?after={cursor}"));
        let done = many::just_done(&here).await?;
        let items = if queue.items.is_empty() {
            view! {
                <EmptyState sign="✓" title=td_string!(lang, moderation.empty_title)>
                    <p>{td_string!(lang, moderation.empty_text)}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let items = queue.items.iter().map(|item| one_item(&here, item, &typed)).collect::<Vec<_>>();
            view! {
                <div class="moderation">
                    {items}
                    {many::publish_button(lang)}
                </div>
                <Pager newer=None older=older page=None />
            }
            .into_any()
        };
        let content = view! {
            <header>
                <h2>{td_string!(lang, moderation.title)}</h2>
                <p class="quiet dotted">
                    <span>{td_string!(lang, moderation.waiting, n = queue.waiting)}</span>
                    <span>{td_string!(lang, moderation.intro)}</span>
                </p>
                <p class="quiet key-line">{td_string!(lang, moderation.keys)}</p>
            </header>
            {wrong(&queue.items, &typed, lang)}
            {done}
            {items}
        }
        .into_any();
        Ok(frame::frame(&here, queues, td_string!(lang, moderation.title).to_owned(), None, false, content))
    })
}

/// What was wrong with a verdict, leading to its field where the item still waits.
fn wrong(items: &[ModerationItem], typed: &Flash, lang: Lang) -> AnyView {
    let Some(error) = &typed.error else { return ().into_any() };
    let item = items.iter().find(|item| item.content.to_string() == typed.value("content"));
    let verdict = typed.value("verdict").parse().ok();
    match (item, verdict, error.fields()) {
        (Some(item), Some(verdict @ (Verdict::Edit | Verdict::Hide)), [_, ..]) => {
            let lines = error.fields().iter().map(|wrong| {
                let name = name_apart(&wrong.field, &apart(verdict, item.content));
                (name, errors::reason(&wrong.reason, lang))
            });
            view! { <ErrorSummary errors=lines.collect() /> }.into_any()
        }
        (_, _, fields) => {
            let message = match fields.first() {
                Some(wrong) if *wrong == many::nothing_ticked() => {
                    td_string!(lang, moderation.nothing_ticked).to_owned()
                }
                Some(wrong) => errors::reason(&wrong.reason, lang),
                None => errors::text(error, lang),
            };
            view! { <ErrorSummary errors=Vec::new() message=Some(message) /> }.into_any()
        }
    }
}

fn one_item(here: &Here, item: &ModerationItem, typed: &Flash) -> AnyView {
    let lang = here.lang;
    let facts = [
        terms::content_kind(item.kind, lang).to_owned(),
        item.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        item.about.as_ref().map(|about| about.in_(lang).to_owned()).unwrap_or_default(),
        item.area.in_(lang).to_owned(),
        when::moment(item.at, here.now, lang),
    ]
    .into_iter()
    .filter(|fact| !fact.is_empty())
    .map(|fact| view! { <span>{fact}</span> })
    .collect::<Vec<_>>();
    let reasons = item
        .reasons
        .iter()
        .map(|reason| view! { <Badge tone=Tone::Sky text=terms::wait_reason(*reason, lang) /> })
        .collect::<Vec<_>>();
    let photos =
        item.photos.iter().map(|photo| one_photo(here, item.content, item.version, *photo)).collect::<Vec<_>>();
    let changed = item.original != item.public;
    let difference = changed.then(|| {
        view! {
            <h3>{td_string!(lang, moderation.difference)}</h3>
            <Diff old=item.original.clone() new=item.public.clone() />
        }
    });
    let content = item.content;
    view! {
        <article class="moderation-item" data-item tabindex="-1" id=format!("item-{content}")>
            <div class="row row-apart">
                <p class="quiet dotted">{facts}</p>
                {many::tick(item, lang)}
            </div>
            <div class="row">{reasons}</div>
            <p class="written moderation-text">{item.original.clone()}</p>
            {difference}
            {(!photos.is_empty()).then(|| view! { <div class="photos">{photos}</div> })}
            <div class="moderation-verdicts">{verdicts(item, typed, lang)}</div>
        </article>
    }
    .into_any()
}

/// What the moderator can decide about an item.
fn verdicts(item: &ModerationItem, typed: &Flash, lang: Lang) -> AnyView {
    let (publish, spam) = (Verdict::Publish, Verdict::Spam);
    let about = about(item.content, item.version);
    let at_once = view! {
        <Form verb="moderate" inline=true>
            {about}
            <Button small=true name="verdict" value=publish.code() key=publish.key()>
                {td_string!(lang, moderation.publish)}
            </Button>
            <Button small=true look=Look::Danger name="verdict" value=spam.code() key=spam.key()>
                {td_string!(lang, moderation.spam)}
            </Button>
        </Form>
    };
    let public = item.public.clone();
    let edit = asking(item, typed, Verdict::Edit, td_string!(lang, moderation.public_copy), move || {
        view! {
            <TextArea
                name="text"
                label=td_string!(lang, moderation.public_copy)
                hint=td_string!(lang, moderation.public_copy_hint)
                value=public
                max=TEXT_MAX
                required=true
            />
            <TextInput name="note" label=td_string!(lang, moderation.note) hint=td_string!(lang, moderation.note_hint) />
            <Button small=true>{td_string!(lang, moderation.publish_edited)}</Button>
        }
        .into_any()
    });
    let reasons = HideReason::ALL.iter().map(|reason| (reason.code(), terms::hide_reason(*reason, lang)));
    let reasons = Choice::all(std::iter::once(("", td_string!(lang, moderation.reason_choose))).chain(reasons));
    let hide = asking(item, typed, Verdict::Hide, td_string!(lang, moderation.hide), move || {
        view! {
            <Select name="reason" label=td_string!(lang, moderation.hide_reason) options=reasons required=true />
            <TextArea
                name="note"
                label=td_string!(lang, moderation.note)
                hint=td_string!(lang, moderation.note_hint)
                rows=2
                max=NOTE_MAX
            />
            <Button small=true look=Look::Danger>{td_string!(lang, moderation.hide)}</Button>
        }
        .into_any()
    });
    view! {
        {at_once}
        {edit}
        {hide}
    }
    .into_any()
}

/// What every form about an item says: which one, as it was seen.
fn about(content: ContentId, version: Version) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="content" value=content.to_string() />
        <input type="hidden" name="version" value=version.to_string() />
    }
}

/// A verdict that asks something: its form under its name, which opens it; open when it was just refused.
fn asking<F>(item: &ModerationItem, typed: &Flash, verdict: Verdict, name: &'static str, fields: F) -> AnyView
where
    F: FnOnce() -> AnyView + Send + 'static,
{
    let (about, apart) = (about(item.content, item.version), apart(verdict, item.content));
    let typed = typed.of(&[("content", &item.content.to_string()), ("verdict", verdict.code())]);
    let refused = typed.error.is_some();
    view! {
        <Folded name=name key=verdict.key() open=refused small=true>
            <Form verb="moderate" typed=typed apart=apart>
                {about}
                <input type="hidden" name="verdict" value=verdict.code() />
                {fields()}
            </Form>
        </Folded>
    }
    .into_any()
}

/// What keeps the fields of one verdict on one item apart from those of the others.
fn apart(verdict: Verdict, content: ContentId) -> String {
    format!("{verdict}-{content}")
}

/// A photo of this content and version, with the button that turns it off or on.
pub(super) fn one_photo(here: &Here, content: ContentId, version: Version, photo: ModerationPhoto) -> AnyView {
    let (lang, about) = (here.lang, about(content, version));
    let (show, word) = if photo.off {
        ("yes", td_string!(lang, moderation.photo_on))
    } else {
        ("no", td_string!(lang, moderation.photo_off))
    };
    let key = if photo.off { Verdict::PhotoOn.key() } else { Verdict::PhotoOff.key() };
    view! {
        <figure class="moderation-photo">
            <a href=format!("/files/{}/1600.jpg", photo.id)>
                <img
                    class=photo.off.then_some("photo-off")
                    src=format!("/files/{}/320.jpg", photo.id)
                    alt=td_string!(lang, moderation.photos)
                    width="160"
                    height="120"
                    loading="lazy"
                />
            </a>
            <figcaption>
                {photo.off.then(|| view! { <Badge text=td_string!(lang, moderation.photo_is_off) /> })}
                <Form verb="switch-photo" inline=true>
                    {about}
                    <input type="hidden" name="photo" value=photo.id.to_string() />
                    <input type="hidden" name="show" value=show />
                    <Button small=true look=Look::Quiet key=key.to_string()>{word}</Button>
                </Form>
            </figcaption>
        </figure>
    }
    .into_any()
}
