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
use gongzhi_domain::{
    content::Ruling,
    error::{Error, Reason},
    ids::{AttachmentId, ContentId},
};
#[cfg(feature = "ssr")]
use gongzhi_store::moderation;

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
    let to = back.unwrap_or_else(|| "/desk/moderation".to_owned());
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
    let form = Form::new("moderate", back.as_deref());
    let to = back.unwrap_or_else(|| "/desk/moderation".to_owned());
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
