//! The vote at the desk: the tellers and their keys, how many took part, paper, closing and counting.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::{Office, Secrecy};
use gongzhi_domain::view::VoteDesk;
use gongzhi_store::votes;
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::{close, keys, paper, shown};
use crate::components::{Badge, Notice, Tone, Weight};
use crate::pages::reading::{asked, part, read};
use crate::pages::votes::words;

/// The desk's page of a pact's vote.
#[component]
pub fn VoteDeskPage() -> impl IntoView {
    let number = part("number");
    let (done, key) = (asked("done"), asked("key"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = votes::desk(&here.db, &here.actor, &number).await?;
        let told = match done.as_deref() {
            Some("key") => Some(td_string!(lang, votes.key_done)),
            Some("paper" | "tick" | "untick" | "box") => Some(td_string!(lang, votes.paper_done)),
            Some("assent") => Some(td_string!(lang, votes.close_done)),
            _ => None,
        };
        let told = told.map(|title| view! { <Notice weight=Weight::Done live=true title=title /> });
        let keys = keys::part(&here, &page, key.is_some()).await?;
        let paper = paper::part(&here, &page).await?;
        let close = close::part(&here, &page).await?;
        let content = view! {
            <header>
                <h2>{page.title.in_(lang).to_owned()}" · "{td_string!(lang, votes.desk_vote_title)}</h2>
                <p class="dotted">
                    <span>{pact_terms::stage(page.stage, lang)}</span>
                    <span>{pact_terms::secrecy(page.secrecy, lang)}</span>
                    <a href=format!("/desk/pacts/{}", page.number)>{td_string!(lang, votes.to_pact)}</a>
                    <a href=format!("/desk/pacts/{}/roll", page.number)>{td_string!(lang, votes.desk_roll_title)}</a>
                    <a href=format!("/pacts/{}/result", page.number)>{td_string!(lang, votes.result_title)}</a>
                </p>
            </header>
            {told}
            {tellers(&page, lang)}
            {keys}
            {turnout(&page, lang)}
            {paper}
            {close}
        }
        .into_any();
        let title = format!("{} · {}", page.title.in_(lang), td_string!(lang, votes.desk_vote_title));
        shown(&here, title, content).await
    })
}

fn tellers(page: &VoteDesk, lang: Lang) -> AnyView {
    if page.tellers.is_empty() {
        return view! { <p class="quiet">{td_string!(lang, votes.tellers_none)}</p> }.into_any();
    }
    let lines: Vec<_> = page
        .tellers
        .iter()
        .enumerate()
        .map(|(at, (_, name, recipient, reserve))| {
            let which = match at {
                0 => td_string!(lang, votes.tellers_first),
                1 => td_string!(lang, votes.tellers_second),
                _ => pact_terms::office(Office::Teller, lang),
            };
            let key = (page.secrecy == Secrecy::Secret).then(|| match recipient {
                Some(_) => view! { <Badge tone=Tone::Jade text=td_string!(lang, votes.tellers_ready) /> }.into_any(),
                None => view! { <Badge tone=Tone::Amber text=td_string!(lang, votes.tellers_missing) /> }.into_any(),
            });
            let reserve =
                reserve.then(|| view! { <span class="quiet">{td_string!(lang, votes.tellers_reserve)}</span> });
            let recipient = recipient.clone().map(|key| view! { <code class="vote-hash">{key}</code> });
            view! { <li><p class="row"><b>{which}</b><span>{name.clone()}</span>{key}{reserve}</p>{recipient}</li> }
        })
        .collect();
    view! {
        <section class="stack" id="tellers">
            <h3>{td_string!(lang, votes.tellers_title)}</h3>
            <ul class="plain-list">{lines}</ul>
        </section>
    }
    .into_any()
}

fn turnout(page: &VoteDesk, lang: Lang) -> AnyView {
    let lines: Vec<_> = page
        .votes
        .iter()
        .map(|vote| {
            let line = td_string!(
                lang,
                votes.turnout_line,
                body = words::body(vote.body, lang),
                all = vote.units,
                phone = vote.phone,
                paper = vote.paper
            );
            let read = (!vote.box_read.is_empty()).then(
                || view! { <p class="quiet">{td_string!(lang, votes.box_read, names = vote.box_read.join("、"))}</p> },
            );
            let differs = vote
                .box_differs
                .then(|| view! { <Notice weight=Weight::Warn title=td_string!(lang, votes.box_differs) /> });
            view! { <li><p>{line}</p>{read}{differs}</li> }
        })
        .collect();
    let lines = if lines.is_empty() {
        view! { <p class="quiet">{td_string!(lang, votes.turnout_none)}</p> }.into_any()
    } else {
        view! { <ul class="plain-list">{lines}</ul> }.into_any()
    };
    view! { <section class="stack" id="turnout"><h3>{td_string!(lang, votes.turnout_title)}</h3>{lines}</section> }
        .into_any()
}
