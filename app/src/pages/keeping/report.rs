//! Reporting that a clause was not kept; the kind word comes first.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::keeping::{PHOTOS_MAX, WORDS_MAX};
use gongzhi_store::keeping;
use gongzhi_store::photos::StagedFor;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::public::clauses;
use crate::components::{Button, Form, Look, Notice, Page, PhotoPicker, Select, TextArea, TextInput};
use crate::pages::photos;
use crate::pages::reading::{part, read, summary};

/// The form.
#[component]
pub fn ReportBreach() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let pact = keeping::kept_pact(&here.db, &number).await?;
        let flash = kept(&here, "report-breach").await?;
        let options = clauses(&pact.clauses, lang);
        let staged = photos::staged(&here, StagedFor::Breach(pact.id)).await?;
        let staged = photos::returned(&staged, &flash).unwrap_or_default();
        let (back, remind) = (format!("/pacts/{number}/keeping"), format!("/pacts/{number}/keeping/remind"));
        let (key, today, id) = (here.db.new_id().to_string(), here.db.today().to_string(), pact.id.to_string());
        Ok(view! {
            <Page title=td_string!(lang, keeping.report) sub=pact.title.in_(lang).to_owned() back=back>
                {summary(&flash, lang)}
                <Notice title=td_string!(lang, keeping.first_title)>
                    <p>{td_string!(lang, keeping.first_text)}</p>
                    <Button look=Look::Secondary small=true href=remind>{td_string!(lang, keeping.remind)}</Button>
                </Notice>
                <Form verb="report-breach" typed=flash key=key multipart=true>
                    <input type="hidden" name="keeping" value=id />
                    <Select name="clause" label=td_string!(lang, keeping.which_clause) options=options required=true />
                    <TextInput name="place" label=td_string!(lang, keeping.place) hint=td_string!(lang, keeping.place_hint) required=true />
                    <TextInput name="happened_on" label=td_string!(lang, keeping.day) kind="date" value=today required=true />
                    <TextArea
                        name="words"
                        label=td_string!(lang, keeping.words)
                        hint=td_string!(lang, keeping.words_hint)
                        max=WORDS_MAX
                        required=true
                    />
                    <PhotoPicker
                        label=td_string!(lang, keeping.photos)
                        max=usize::try_from(PHOTOS_MAX).unwrap_or_default()
                        staged=staged
                    />
                    <p class="quiet">{td_string!(lang, keeping.photos_hint)}</p>
                    <p class="quiet">{td_string!(lang, keeping.hidden)}</p>
                    <Button wide=true>{td_string!(lang, common.send)}</Button>
                </Form>
            </Page>
        }
        .into_any())
    })
}
