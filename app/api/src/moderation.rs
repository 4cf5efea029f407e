//! The moderator's verdicts.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    orders::{choice, optional, version_in},
};
#[cfg(feature = "ssr")]
use chrono::{DateTime, Utc};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    content::Ruling,
    error::{Error, Reason},
    ids::{AttachmentId, ContentId, PersonId},
    order::Version,
};
#[cfg(feature = "ssr")]
use gongzhi_store::{flash, moderation};
#[cfg(feature = "ssr")]
use serde::{Deserialize, Serialize};

/// The queue's page, where no other is named.
#[cfg(feature = "ssr")]
const QUEUE: &str = "/desk/moderation";

/// One verdict on one item of the queue: publish as it is or edited, hide for a reason, or mark as spam.
///
/// # Errors
/// Field errors; a stale version when another moderator was faster; a role that may not.
#[server(prefix = "/api", endpoint = "moderate")]
pub async fn moderate(
    content: Option<String>,
    version: Option<String>,
    verdict: Option<String>,
    text: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("moderate", back.as_deref())
        .with("content", content.as_ref())
        .with("verdict", verdict.as_ref())
        .with("text", text.as_ref())
        .with("reason", reason.as_ref())
        .with("note", note.as_ref());
    let to = back.unwrap_or_else(|| QUEUE.to_owned());
    let outcome = async {
        let here = Here::now()?;
        let content: ContentId = choice("content", content.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let ruling = Ruling {
            verdict: choice("verdict", verdict.as_deref())?,
            text: text.map(|text| text.replace("\r\n", "\n")),
            reason: optional("reason", reason.as_deref())?,
            note: note.unwrap_or_default(),
        };
        moderation::rule(&here.db, &here.actor, content, saw, &ruling).await?;
        Ok(to)
    }
    .await;
    form.answer(outcome).await
}

/// Turns one picture off or on again.
///
/// # Errors
/// As [`moderate`].
#[server(prefix = "/api", endpoint = "switch-photo")]
pub async fn switch_photo(
    content: Option<String>,
    version: Option<String>,
    photo: Option<String>,
    show: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("moderate", back.as_deref()).with("content", content.as_ref());
    let to = back.unwrap_or_else(|| QUEUE.to_owned());
    let outcome = async {
        let here = Here::now()?;
        let photo: AttachmentId = choice("photo", photo.as_deref())?;
        let content: ContentId = choice("content", content.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let show = match show.as_deref() {
            Some("yes") => true,
            Some("no") => false,
            _ => return Err(Error::field("show", Reason::NotAChoice)),
        };
        moderation::photo(&here.db, &here.actor, content, saw, photo, show).await?;
        Ok(to)
    }
    .await;
    form.answer(outcome).await
}

/// Publishes everything that was ticked; each item is sent as its id, a dot and the version that was seen. What somebody else
/// decided meanwhile is left out, and the page that follows names it.
///
/// # Errors
/// A field error when nothing was ticked, or more than the store decides about at once; a role that may not publish one of
/// them publishes none.
#[server(prefix = "/api", endpoint = "publish-many")]
pub async fn publish_many(#[server(default)] items: Vec<String>, back: Option<String>) -> Answer {
    let form = Form::new("moderate", back.as_deref());
    let to = back.unwrap_or_else(|| QUEUE.to_owned());
    let outcome = async {
        let here = Here::now()?;
        let ticked = some(items.iter().map(|item| ticked(item)).collect::<Result<Vec<_>, Error>>()?)?;
        let published = moderation::publish_many(&here.db, &here.actor, &ticked).await?;
        let skipped = ticked.into_iter().map(|(id, _)| id).filter(|id| !published.contains(id)).collect();
        keep(&here, Became::Published { published, skipped }).await?;
        Ok(to)
    }
    .await;
    form.answer(outcome).await
}

/// Takes back one's own publications of the last ten seconds; the ids are divided by spaces.
///
/// # Errors
/// A field error when none could be taken back: too late, or decided by somebody else; a role that may not.
#[server(prefix = "/api", endpoint = "undo-publish")]
pub async fn undo_publish(items: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("moderate", back.as_deref());
    let to = back.unwrap_or_else(|| QUEUE.to_owned());
    let outcome = async {
        let here = Here::now()?;
        let items = items.unwrap_or_default();
        let ids = some(
            items.split_whitespace().map(|id| choice("items", Some(id))).collect::<Result<Vec<ContentId>, Error>>()?,
        )?;
        let back = moderation::undo(&here.db, &here.actor, &ids).await?;
        if back == 0 {
            let seconds = u32::try_from(moderation::UNDO_FOR.num_seconds()).unwrap_or_default();
            return Err(Error::field("items", Reason::UndoOver { seconds }));
        }
        let not = u32::try_from(ids.len()).unwrap_or(u32::MAX).saturating_sub(back);
        keep(&here, Became::TakenBack { back, not }).await?;
        Ok(to)
    }
    .await;
    form.answer(outcome).await
}

/// What became of many items at once, for the page that follows.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Became {
    /// They are public, but for those that somebody else had decided about.
    Published { published: Vec<ContentId>, skipped: Vec<ContentId> },
    /// They wait again, but for those that somebody else has decided about since.
    TakenBack { back: u32, not: u32 },
}

/// What the reader has just done to many items in this browser, as long as it can be undone.
///
/// # Errors
/// When the database does not answer.
#[cfg(feature = "ssr")]
pub async fn just_done(here: &Here) -> Result<Option<Became>, Error> {
    let Some(cookie) = here.form.get() else { return Ok(None) };
    let kept: Option<Kept> = flash::read(&here.db, cookie, "at-once").await?;
    let theirs = |kept: &Kept| kept.by == here.actor.person && here.db.now() - kept.at <= moderation::UNDO_FOR;
    Ok(kept.filter(theirs).map(|kept| kept.became))
}

/// The same with who did it and when: several people may use one browser.
#[cfg(feature = "ssr")]
#[derive(Serialize, Deserialize)]
struct Kept {
    by: Option<PersonId>,
    at: DateTime<Utc>,
    became: Became,
}

#[cfg(feature = "ssr")]
async fn keep(here: &Here, became: Became) -> Result<(), Error> {
    let kept = Kept { by: here.actor.person, at: here.db.now(), became };
    flash::keep(&here.db, here.form_cookie(), "at-once", &kept).await
}

#[cfg(feature = "ssr")]
fn ticked(item: &str) -> Result<(ContentId, Version), Error> {
    let (id, version) = item.split_once('.').ok_or_else(|| Error::field("items", Reason::NotAChoice))?;
    Ok((choice("items", Some(id))?, Version(choice("items", Some(version))?)))
}

/// One item at least; that there are not too many the store sees to.
#[cfg(feature = "ssr")]
fn some<T>(items: Vec<T>) -> Result<Vec<T>, Error> {
    if items.is_empty() { Err(Error::field("items", Reason::Missing)) } else { Ok(items) }
}
