//! A new building with its doors.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::error::Error;
use gongzhi_domain::permission::Action;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::{area_choices, shown};
use crate::components::{Button, Form, Select, TextArea, TextInput};
use crate::pages::reading::{read, summary};

/// The form of a new building.
#[component]
pub fn NewBuildingDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        if !here.actor.has(Action::ManageHouseholds) {
            return Err(Error::Forbidden { action: Action::ManageHouseholds });
        }
        let tree = here.db.areas().await?;
        let flash = kept(&here, "building").await?;
        let options = area_choices(&tree, td_string!(lang, households.new_area_choose), true, lang);
        let wrong = summary(&flash, lang);
        let content = view! {
            {wrong}
            <Form verb="add-building" back="/desk/households/new" typed=flash>
                <Select name="area" label=td_string!(lang, households.new_area) options=options required=true />
                <TextInput name="compound" label=td_string!(lang, households.new_compound) />
                <TextInput name="compound_en" label=td_string!(lang, households.new_compound_en) />
                <TextInput
                    name="name"
                    label=td_string!(lang, households.new_name)
                    hint=td_string!(lang, households.new_name_hint)
                    required=true
                />
                <TextInput name="name_en" label=td_string!(lang, households.new_name_en) />
                <fieldset class="field">
                    <legend class="field-label">{td_string!(lang, households.new_pattern)}</legend>
                    <TextInput name="stairways" label=td_string!(lang, households.new_stairways) value="1" inputmode="numeric" />
                    <TextInput name="floors" label=td_string!(lang, households.new_floors) inputmode="numeric" />
                    <TextInput name="per_floor" label=td_string!(lang, households.new_per_floor) inputmode="numeric" />
                </fieldset>
                <TextArea
                    name="doors"
                    label=td_string!(lang, households.new_doors)
                    hint=td_string!(lang, households.new_doors_hint)
                />
                <Button>{td_string!(lang, households.new_button)}</Button>
            </Form>
        }
        .into_any();
        shown(&here, td_string!(lang, households.new_title), "/desk/households", content).await
    })
}
