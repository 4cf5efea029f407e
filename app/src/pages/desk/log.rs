//! The desk of the second party: the head to sign, its keys, and the cosigned head that comes back. Signing itself happens on a
//! machine of the party's own.

use gongzhi_api::{Here, form};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_store::{desk, log};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::cosigners;
use super::frame::{self, Place};
use crate::components::{Button, Card, Form, Look, TextArea};
use crate::pages::reading::{read, summary};

/// Cosigning.
#[component]
pub fn CosignDesk() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        here.actor.may(Action::CosignLog, &Target::none())?;
        let _ = here.form_cookie();
        let (registering, cosigning) = (form::kept(&here, "cosigner").await?, form::kept(&here, "cosign").await?);
        let overview = log::overview(&here.db, &here.actor).await?;
        let note = overview.newest.map(|head| head.note.to_string()).unwrap_or_default();
        let cosigners = cosigners::card(&here, &overview.cosigners, registering.clone()).await?;
        let content = view! {
            {summary(&registering, lang)}
            {summary(&cosigning, lang)}
            <p>{td_string!(lang, log.desk_lead)}</p>
            <Card title=td_string!(lang, log.desk_note)>
                <pre class="log-note" tabindex="0">{note}</pre>
                <p class="quiet">{td_string!(lang, log.desk_sign_hint)}</p>
                <Form verb="sign-head" back="/desk/log" inline=true>
                    <Button look=Look::Secondary>{td_string!(lang, log.desk_sign)}</Button>
                    <Button look=Look::Quiet href="/log/checkpoint">{td_string!(lang, log.download_note)}</Button>
                </Form>
            </Card>
            <Card title=td_string!(lang, log.desk_cosign)>
                <Form verb="cosign-head" back="/desk/log" typed=cosigning>
                    <TextArea
                        name="note"
                        label=td_string!(lang, log.desk_cosigned_note)
                        hint=td_string!(lang, log.desk_cosigned_hint)
                        rows=8
                        required=true
                    />
                    <Button>{td_string!(lang, log.desk_cosign_send)}</Button>
                </Form>
            </Card>
            {cosigners}
        }
        .into_any();
        let queues = frame::queues(&here, &desk::counts(&here.db, &here.actor).await?, Place::Log).await?;
        Ok(frame::frame(&here, queues, td_string!(lang, log.desk_title).to_owned(), None, true, content))
    })
}
