//! Closing the vote: chair and both tellers confirm, the last one counts. Of a secret vote the form of the last one takes both
//! tellers' keys, typed one after the other in the counting room.

use gongzhi_api::Here;
use gongzhi_api::form;
use gongzhi_domain::error::Error;
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::{Office, Secrecy};
use gongzhi_domain::view::VoteDesk;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::{Button, Form, Notice, TextInput};
use crate::pages::signing::said;

/// The form that closes, while the vote is open.
pub(super) async fn part(here: &Here, page: &VoteDesk) -> Result<AnyView, Error> {
    let lang = here.lang;
    if !page.open {
        return Ok(().into_any());
    }
    let flash = form::kept(here, "close-vote").await?;
    let given: Vec<String> =
        page.assents.iter().map(|(office, name)| format!("{} {name}", pact_terms::office(*office, lang))).collect();
    let given = (!given.is_empty())
        .then(|| view! { <p>{td_string!(lang, votes.close_assented, names = given.join("、"))}</p> });
    let mine = matches!(page.office, Some(Office::Chair | Office::Teller));
    let counts = page.last && page.secrecy == Secrecy::Secret;
    let names = |at: usize| page.tellers.get(at).map(|(_, name, ..)| name.clone()).unwrap_or_default();
    let form = if mine {
        let number = page.number.clone();
        let (first, second) = (names(0), names(1));
        let word = if page.last { td_string!(lang, votes.close_count) } else { td_string!(lang, votes.close_assent) };
        view! {
            <Form
                verb="close-vote"
                back=format!("/desk/pacts/{number}/vote")
                typed=flash.clone()
                version=Version(page.version)
            >
                <input type="hidden" name="pact" value=number.clone() />
                // Made inside the form, so that its fields know what was wrong with them.
                {counts
                    .then(|| {
            view! {
                <Notice title=td_string!(lang, votes.close_room) />
                <TextInput
                    name="secret_outer"
                    label=td_string!(lang, votes.close_outer, name = first.clone())
                    hint=td_string!(lang, votes.close_key_hint)
                    kind="password"
                    required=true
                />
                <TextInput
                    name="secret_inner"
                    label=td_string!(lang, votes.close_inner, name = second.clone())
                    hint=td_string!(lang, votes.close_key_hint)
                    kind="password"
                    required=true
                />
            }
                    })}
                <TextInput name="note" label=td_string!(lang, votes.close_note) />
                <Button>{word}</Button>
            </Form>
        }
        .into_any()
    } else {
        view! { <p class="quiet">{td_string!(lang, votes.close_not_you)}</p> }.into_any()
    };
    Ok(view! {
        <section class="stack" id="close">
            <h3>{td_string!(lang, votes.close_title)}</h3>
            {said(&flash, &["secret_outer", "secret_inner", "note"], None, lang)}
            <p>{td_string!(lang, votes.close_lead)}</p>
            {given}
            {form}
        </section>
    }
    .into_any())
}
