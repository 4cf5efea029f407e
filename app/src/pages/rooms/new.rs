//! A new topic.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::error::Error;
use gongzhi_domain::room::TEXT_MAX;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Door, Form, Page, Select, TextArea, TextInput};
use crate::pages::desk::area_choices;
use crate::pages::reading::{read, summary};

/// The form of a topic.
#[component]
pub fn NewTopicPage() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        if !here.actor.is_signed_in() {
            return Err(Error::NotSignedIn);
        }
        let tree = here.db.areas().await?;
        let flash = kept(&here, "topic").await?;
        let options = area_choices(&tree, td_string!(lang, rooms.new_area_choose), false, lang);
        let wrong = summary(&flash, lang);
        Ok(view! {
            <Page title=td_string!(lang, rooms.new_title) back="/rooms" door=Door::Pacts>
                {wrong}
                <Form verb="propose-topic" back="/rooms/new" typed=flash key=here.db.new_id().to_string()>
                    <Select name="area" label=td_string!(lang, rooms.new_area) options=options required=true />
                    <TextInput name="title" label=td_string!(lang, rooms.new_topic) required=true />
                    <TextArea
                        name="text"
                        label=td_string!(lang, rooms.new_text)
                        hint=td_string!(lang, rooms.new_text_hint)
                        rows=6
                        max=TEXT_MAX
                        required=true
                    />
                    <p class="quiet">{td_string!(lang, rooms.new_note)}</p>
                    <Button wide=true>{td_string!(lang, rooms.new_button)}</Button>
                </Form>
            </Page>
        }
        .into_any())
    })
}
