//! A teller's key: made for this one answer, shown, typed back. Its secret half is in no address, no flash and no table.

use gongzhi_api::Here;
use gongzhi_api::form;
use gongzhi_domain::error::Error;
use gongzhi_domain::pact::{Office, Secrecy, Stage};
use gongzhi_domain::view::VoteDesk;
use gongzhi_store::votes;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Form, Look, Notice, Qr, TextInput, Weight};
use crate::pages::signing::said;

/// For a teller of a secret vote that is not open yet: the way to a key, and the key.
pub(super) async fn part(here: &Here, page: &VoteDesk, make: bool) -> Result<AnyView, Error> {
    let lang = here.lang;
    let early = !matches!(
        page.stage,
        Stage::Down3 | Stage::Result | Stage::Sign | Stage::Publish | Stage::InForce | Stage::Ended
    );
    if page.secrecy != Secrecy::Secret || page.office != Some(Office::Teller) || !early {
        return Ok(().into_any());
    }
    let flash = form::kept(here, "keep-teller-key").await?;
    let address = format!("/desk/pacts/{}/vote", page.number);
    if !make && flash.error.is_none() {
        return Ok(view! {
            <p><Button look=Look::Secondary href=format!("{address}?key=1")>{td_string!(lang, votes.key_make)}</Button></p>
        }
        .into_any());
    }
    let key = votes::fresh(&here.db, &here.actor, &page.number).await?;
    let number = page.number.clone();
    Ok(view! {
        {said(&flash, &["secret", "reserve"], None, lang)}
        <section class="card" id="key">
            <h3>{td_string!(lang, votes.key_title)}</h3>
            <Notice weight=Weight::Warn title=td_string!(lang, votes.key_once)>
                <p>{td_string!(lang, votes.key_again)}</p>
            </Notice>
            <p class="vote-key">{key.secret.clone()}</p>
            <Qr text=key.secret.clone() label=td_string!(lang, votes.key_qr) />
            <Form verb="keep-teller-key" back=format!("{address}?key=1") typed=flash>
                <input type="hidden" name="pact" value=number.clone() />
                <TextInput
                    name="secret"
                    label=td_string!(lang, votes.key_type)
                    hint=td_string!(lang, votes.key_type_hint)
                    required=true
                />
                <TextInput
                    name="reserve"
                    label=td_string!(lang, votes.key_reserve)
                    hint=td_string!(lang, votes.key_reserve_hint)
                />
                <Button look=Look::Secondary>{td_string!(lang, votes.key_save)}</Button>
            </Form>
        </section>
    }
    .into_any())
}
