//! Photos in a form: those that are already staged as tiles, and the browser's own file
//! control inside a tile. The island makes the tile alone visible and shrinks what is chosen.

use gongzhi_words::td_string;
use leptos::prelude::*;

use super::field::Wiring;
use crate::visit::Visit;

/// A photo that reached the server while the form was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its id, sent back as `staged`.
    pub id: String,
    /// Address of its small version.
    pub src: String,
}

/// A field for photos. New files are sent as NAME, staged ones that stay ticked as `staged`.
#[component]
pub fn PhotoPicker(
    /// The name in the form.
    #[prop(default = "photos".to_owned(), into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// How many are allowed.
    max: usize,
    /// Photos that are already on the server.
    #[prop(optional)]
    staged: Vec<Photo>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let wiring = Wiring::of(&name, Some(td_string!(lang, common.photos_max, max = max)));
    let control = wiring.control(String::new());
    let tiles = staged
        .into_iter()
        .enumerate()
        .map(|(index, photo)| {
            let n = index + 1;
            view! {
                <li class="photo-picker-tile">
                    <img src=photo.src alt=td_string!(lang, common.photo_alt, n = n) width="160" height="160" />
                    <label class="photo-picker-keep">
                        <input type="checkbox" name="staged" value=photo.id checked />
                        <span>{td_string!(lang, common.photo_keep)}</span>
                        <span class="hidden-text">{td_string!(lang, common.photo_alt, n = n)}</span>
                    </label>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let tiles = (!tiles.is_empty()).then(|| {
        view! { <ul class="photo-picker-tiles" aria-label=td_string!(lang, common.photo_chosen)>{tiles}</ul> }
    });
    view! {
        <div class=format!("photo-picker {}", wiring.class()) data-max=max.to_string()>
            <label class="field-label" for=control.id.clone()>{label}</label>
            {wiring.hint()}
            {wiring.error()}
            {tiles}
            <div class="photo-picker-add">
                <span aria-hidden="true">{"＋ "}{td_string!(lang, common.photo_take)}</span>
                <input
                    type="file"
                    id=control.id
                    name=name
                    accept="image/jpeg,image/png,image/webp,image/*"
                    multiple
                    aria-describedby=control.describes
                    aria-invalid=control.invalid
                />
            </div>
        </div>
    }
}
