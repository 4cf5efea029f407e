//! Closing one's account: what goes, what stays and why, what stands in the way, the code; and the page that says when it is done.

use gongzhi_api::{Here, form};
use gongzhi_domain::lang::Lang;
use gongzhi_store::closing::{self, Page as Closing};
use gongzhi_words::{account_terms, td_string, when};
use leptos::prelude::*;

use crate::components::{Button, Card, Checkbox, Door, Form, Look, Notice, Page, Weight};
use crate::pages::phone::{OneTimeCode, demo_code};
use crate::pages::reading::{asked, read, summary};

/// Closing one's account.
#[component]
pub fn CloseAccount() -> impl IntoView {
    let sent = asked("sent").is_some();
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = closing::page(&here.db, &here.actor).await?;
        let flash = form::kept(&here, "close-account").await?;
        let wrong = summary(&flash, lang);
        let code = if here.demo && sent { closing::latest_code_for_demo(&here.db, &here.actor).await? } else { None };
        let step = if !page.in_the_way.is_empty() {
            stands_in_the_way(&page, lang)
        } else if let (Some(phone), true) = (page.phone.clone(), sent) {
            view! {
                <Notice weight=Weight::Done live=true title=td_string!(lang, closing.sent, phone = phone)>
                    {demo_code(code, lang)}
                </Notice>
                <Form verb="close-account" back="/me/close?sent=1" typed=flash>
                    <OneTimeCode label=td_string!(lang, closing.code) hint=td_string!(lang, closing.code_hint) />
                    <Checkbox name="understood" label=td_string!(lang, closing.understood) />
                    <Button look=Look::Danger wide=true>{td_string!(lang, closing.close)}</Button>
                </Form>
            }
            .into_any()
        } else {
            view! {
                <Form verb="send-closing-code" back="/me/close">
                    <Button look=Look::Secondary wide=true>{td_string!(lang, closing.send)}</Button>
                </Form>
            }
            .into_any()
        };
        let due = when::exact(page.due_at, lang);
        let list = |lines: &[&'static str]| {
            let lines = lines.iter().map(|line| view! { <li>{*line}</li> }).collect::<Vec<_>>();
            view! { <ul>{lines}</ul> }
        };
        let goes = list(&[
            td_string!(lang, closing.goes_1),
            td_string!(lang, closing.goes_2),
            td_string!(lang, closing.goes_3),
            td_string!(lang, closing.goes_4),
            td_string!(lang, closing.goes_5),
            td_string!(lang, closing.goes_6),
        ]);
        let stays = list(&[
            td_string!(lang, closing.stays_1),
            td_string!(lang, closing.stays_2),
            td_string!(lang, closing.stays_3),
            td_string!(lang, closing.stays_4),
            td_string!(lang, closing.stays_5),
        ]);
        Ok(view! {
            <Page title=td_string!(lang, closing.title) back="/me" door=Door::Mine>
                {wrong}
                <p>{td_string!(lang, closing.lead, due = due)}</p>
                <Card title=td_string!(lang, closing.goes)>{goes}</Card>
                <Card title=td_string!(lang, closing.stays)>{stays}</Card>
                <p class="quiet">{td_string!(lang, closing.again)}</p>
                {step}
                <p><a href="/privacy">{td_string!(lang, common.privacy)}</a></p>
            </Page>
        }
        .into_any())
    })
}

fn stands_in_the_way(page: &Closing, lang: Lang) -> AnyView {
    let lines = page.in_the_way.iter().map(|what| view! { <li>{account_terms::in_the_way(*what, lang)}</li> });
    let lines = lines.collect::<Vec<_>>();
    view! {
        <Notice weight=Weight::Warn title=td_string!(lang, closing.in_the_way)>
            <ul>{lines}</ul>
        </Notice>
    }
    .into_any()
}

/// What is said when it was asked for: nobody is signed in any more.
#[component]
pub fn ClosingAsked() -> impl IntoView {
    read(async move {
        let lang = Here::now()?.lang;
        Ok(view! {
            <Page title=td_string!(lang, closing.asked_title) back="/" door=Door::Mine>
                <Notice weight=Weight::Done live=true title=td_string!(lang, closing.asked)>
                    <p>{td_string!(lang, closing.asked_text)}</p>
                </Notice>
                <div class="buttons">
                    <Button look=Look::Secondary href="/me/sign-in?next=/me">{td_string!(lang, closing.keep)}</Button>
                </div>
            </Page>
        }
        .into_any())
    })
}
