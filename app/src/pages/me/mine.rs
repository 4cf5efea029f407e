//! What is mine: requests first, then the rest by links.

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::view::RequestCard;
use gongzhi_store::{people, requests};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Door, EmptyState, Form, List, ListItem, Look, Page};
use crate::pages::reading::{known, read};
use crate::pages::requests::Cards;

/// Mine: of the person who is signed in, or of this browser when nobody is.
#[component]
pub fn Me() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let signed_in = here.actor.is_signed_in();
        let who = if signed_in { who(&here).await? } else { td_string!(lang, account.sign_in_why).to_owned() };
        let requests = if signed_in || here.form.get().is_some() {
            requests::mine(&here.db, &here.actor, known(&here).as_ref()).await?
        } else {
            Vec::new()
        };
        let desk =
            here.actor.is_staff().then(|| view! { <ListItem title=td_string!(lang, account.desk) href="/desk" /> });
        let private = signed_in.then(|| {
            view! {
                <ListItem title=td_string!(lang, households.mine_title) href="/me/household" />
                <ListItem title=td_string!(lang, meetings.attend_title) href="/attend" />
                <ListItem title=td_string!(lang, account.messages) href="/me/messages" />
                <ListItem title=td_string!(lang, account.sessions) href="/me/sessions" />
                <ListItem title=td_string!(lang, passkeys.title) href="/me/passkeys" />
                <ListItem title=td_string!(lang, points.title) href="/points" />
                <ListItem title=td_string!(lang, keeping.mine_title) href="/me/keeping" />
                <ListItem title=td_string!(lang, closing.to_title) href="/me/close" />
            }
        });
        let door = if signed_in {
            view! {
                <Form verb="sign-out" back="/me" inline=true>
                    <Button look=Look::Secondary>{td_string!(lang, common.sign_out)}</Button>
                </Form>
            }
            .into_any()
        } else {
            view! { <Button wide=true href="/me/sign-in?next=/me">{td_string!(lang, common.sign_in)}</Button> }
                .into_any()
        };
        Ok(view! {
            <Page title=td_string!(lang, account.title) door=Door::Mine>
                <p class="page-sub">{who}</p>
                <section class="stack">
                    <h2>{td_string!(lang, account.requests)}</h2>
                    {mine(requests, &here)}
                </section>
                <List>
                    {private}
                    <ListItem title=td_string!(lang, requests.ask_title) href="/ask" />
                    {desk}
                </List>
                {door}
            </Page>
        }
        .into_any())
    })
}

fn mine(requests: Vec<RequestCard>, here: &Here) -> AnyView {
    let lang = here.lang;
    if requests.is_empty() {
        return view! {
            <EmptyState sign="诉" title=td_string!(lang, account.requests_empty_title)>
                <p>{td_string!(lang, account.requests_empty_text)}</p>
                <Button look=Look::Secondary href="/requests/new">{td_string!(lang, home.report)}</Button>
            </EmptyState>
        }
        .into_any();
    }
    view! { <Cards cards=requests /> }.into_any()
}

/// By which number, or under which name, the reader is signed in.
async fn who(here: &Here) -> Result<String, Error> {
    let lang = here.lang;
    let profile = people::profile(&here.db, &here.actor).await?;
    Ok(match profile.phone {
        Some(phone) => td_string!(lang, account.as_phone, phone = phone),
        None => td_string!(lang, account.as_name, name = here.actor.name.clone()),
    })
}
