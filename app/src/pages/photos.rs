//! Photos on pages: those that wait for their form, and those that are shown.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::error::Error;
use gongzhi_domain::view;
use gongzhi_store::photos::{self, StagedFor};
use leptos::prelude::*;

use crate::components::Photo;

/// The photos this browser has sent for a form that has not taken them yet.
///
/// # Errors
/// When the database does not answer.
pub async fn staged(here: &Here, staged_for: StagedFor) -> Result<Vec<Photo>, Error> {
    let there = photos::staged(&here.db, &here.holder(), staged_for).await?;
    Ok(there.into_iter().map(|id| Photo { id: id.to_string(), src: format!("/files/{id}/320.jpg") }).collect())
}

/// Those of them that came back with a refused form; `None` when it was not sent before.
pub fn returned(staged: &[Photo], typed: &Flash) -> Option<Vec<Photo>> {
    let named: Vec<&str> = typed.typed.get("staged")?.split_whitespace().collect();
    Some(staged.iter().filter(|photo| named.contains(&photo.id.as_str())).cloned().collect())
}

/// Photos as tiles, each leading to its large version; nothing without photos. `words` says which one it is by its number.
pub fn tiles<'a, P, W>(photos: P, words: W, note: Option<&'static str>) -> Option<AnyView>
where
    P: IntoIterator<Item = &'a view::Photo>,
    W: Fn(usize) -> String,
{
    let tiles = photos
        .into_iter()
        .enumerate()
        .map(|(index, photo)| {
            let note = note.filter(|_| photo.hidden).map(|note| view! { <span class="quiet">{note}</span> });
            view! {
                <li>
                    <a href=format!("/files/{}/1600.jpg", photo.id)>
                        <img
                            src=format!("/files/{}/320.jpg", photo.id)
                            alt=words(index + 1)
                            width="320"
                            height="320"
                            loading="lazy"
                        />
                    </a>
                    {note}
                </li>
            }
        })
        .collect::<Vec<_>>();
    (!tiles.is_empty()).then(|| view! { <ul class="photos">{tiles}</ul> }.into_any())
}
