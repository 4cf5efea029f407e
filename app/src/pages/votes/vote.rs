//! 表决: one question, three big choices, what was chosen read back before it is sent. Nothing of the choice leaves the phone before
//! the last button: no address, no step in between, no script.

use gongzhi_api::Here;
use gongzhi_api::form;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::{Choice, Secrecy};
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::{Cast, MyBallot, NotEligible, VotePage};
use gongzhi_store::votes;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::words;
use crate::components::{Button, Door, Form, Look, Notice, Page, Weight};
use crate::pages::reading::{asked, part, read};
use crate::pages::signing::said;

/// Vote on a pact.
#[component]
pub fn PactVote() -> impl IntoView {
    let number = part("number");
    let chosen = asked("unit");
    let done = asked("done");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let page = votes::page(&here.db, &here.actor, &number).await?;
        let flash = form::kept(&here, "cast-vote").await?;
        let (cast, open): (Vec<_>, Vec<_>) = page.ballots.iter().partition(|ballot| ballot.cast.is_some());
        let just = done.is_some();
        let receipts: Vec<_> = cast
            .iter()
            .filter(|ballot| done.as_ref().is_none_or(|done| *done == ballot.unit.to_string()))
            .filter_map(|ballot| ballot.cast.as_ref().map(|cast| taken_part(&page, ballot, cast, just, &here)))
            .collect();
        // After one is cast its receipt stands alone; the next ballot is one tap away.
        let now = open.iter().find(|ballot| chosen.as_ref().is_some_and(|unit| *unit == ballot.unit.to_string()));
        let now = now.or(open.first()).copied();
        let ballot = match now {
            Some(ballot) if !just => question(&page, ballot, &here),
            Some(ballot) => {
                let next = format!("/pacts/{}/vote?unit={}", page.number, ballot.unit);
                view! {
                    <p>{td_string!(lang, votes.vote_next)}</p>
                    <Button wide=true href=next>{td_string!(lang, votes.to_vote)}</Button>
                }
                .into_any()
            }
            None => ().into_any(),
        };
        let not = if page.ballots.is_empty() { why_not(&page, lang) } else { ().into_any() };
        Ok(view! {
            <Page
                title=format!("{} · {}", td_string!(lang, votes.vote_title), page.title.in_(lang))
                bar=td_string!(lang, votes.vote_title)
                sub=page.title.in_(lang).to_owned()
                back=format!("/pacts/{}", page.number)
                door=Door::Pacts
            >
                {said(&flash, &[], None, lang)}
                {receipts}
                {ballot}
                {not}
            </Page>
        }
        .into_any())
    })
}

fn why_not(page: &VotePage, lang: Lang) -> AnyView {
    let lines: Vec<_> =
        page.not.iter().map(|why| view! { <Notice weight=Weight::Warn title=words::not(*why, lang) /> }).collect();
    let sign_in = page.not.contains(&NotEligible::SignedOut).then(|| {
        let href = format!("/me/sign-in?next=/pacts/{}/vote", page.number);
        view! { <Button wide=true href=href>{td_string!(lang, votes.mine_sign_in_button)}</Button> }
    });
    view! {
        {lines}
        {sign_in}
        <div class="buttons">
            <Button look=Look::Secondary href=format!("/pacts/{}/roll", page.number)>
                {td_string!(lang, votes.to_roll)}
            </Button>
            <Button look=Look::Secondary href=format!("/pacts/{}", page.number)>{td_string!(lang, votes.to_pact)}</Button>
        </div>
    }
    .into_any()
}

/// For whom a ballot is.
fn for_whom(ballot: &MyBallot, lang: Lang) -> String {
    let mut whom = match (ballot.body, ballot.doors.is_empty()) {
        (Body::Statutory, false) => td_string!(lang, votes.vote_for, what = ballot.doors.join("、")),
        _ => td_string!(lang, votes.vote_for_body, what = words::body(ballot.body, lang)),
    };
    if ballot.proxy {
        whom.push_str(td_string!(lang, votes.vote_proxy));
    }
    whom
}

fn question(page: &VotePage, ballot: &MyBallot, here: &Here) -> AnyView {
    let lang = here.lang;
    // One form is one ballot: sent twice, or by two of its buttons, it counts once.
    let key = here.db.new_id().to_string();
    let lead = match page.secrecy {
        Secrecy::Secret => td_string!(lang, votes.vote_secret_lead),
        Secrecy::Open => td_string!(lang, votes.vote_open_lead),
    };
    let choices: Vec<_> = Choice::ALL.iter().map(|choice| of_choice(page, ballot, *choice, &key, lang)).collect();
    view! {
        <p class="vote-for">{for_whom(ballot, lang)}</p>
        <h2 class="vote-question">{td_string!(lang, votes.vote_question, title = page.title.in_(lang).to_owned())}</h2>
        <p>{lead}</p>
        <p><a href=format!("/pacts/{}/text", page.number)>{td_string!(lang, votes.vote_read_text)}</a></p>
        <div class="vote-choices">{choices}</div>
    }
    .into_any()
}

/// A big choice; tapping it reads it back with the button that sends it.
fn of_choice(page: &VotePage, ballot: &MyBallot, choice: Choice, key: &str, lang: Lang) -> AnyView {
    let (word, hint) = match choice {
        Choice::Yes => (td_string!(lang, votes.vote_yes), td_string!(lang, votes.vote_yes_hint)),
        Choice::No => (td_string!(lang, votes.vote_no), td_string!(lang, votes.vote_no_hint)),
        Choice::Abstain => (td_string!(lang, votes.vote_abstain), td_string!(lang, votes.vote_abstain_hint)),
    };
    let (number, key) = (page.number.clone(), key.to_owned());
    let (vote, unit) = (ballot.vote.to_string(), ballot.unit.to_string());
    view! {
        <details class="vote-choice" name="vote-choice">
            <summary>
                <b>{word}</b>
                <small>{hint}</small>
            </summary>
            <div class="vote-read-back">
                <p>{td_string!(lang, votes.vote_read_back, choice = word)}</p>
                <Form verb="cast-vote" back=format!("/pacts/{number}/vote?unit={unit}") key=key>
                    <input type="hidden" name="pact" value=number.clone() />
                    <input type="hidden" name="vote" value=vote />
                    <input type="hidden" name="unit" value=unit.clone() />
                    <input type="hidden" name="choice" value=choice.code() />
                    <Button wide=true>{td_string!(lang, votes.vote_confirm, choice = word)}</Button>
                </Form>
                <p class="quiet">{td_string!(lang, votes.vote_other)}</p>
            </div>
        </details>
    }
    .into_any()
}

fn taken_part(page: &VotePage, ballot: &MyBallot, cast: &Cast, just: bool, here: &Here) -> AnyView {
    let lang = here.lang;
    let at = td_string!(
        lang,
        votes.vote_done_at,
        at = when::moment(cast.at, here.now, lang),
        channel = pact_terms::channel(cast.channel, lang)
    );
    let (number, receipt) = (page.number.clone(), cast.receipt.clone());
    view! {
        <Notice weight=Weight::Done live=just title=td_string!(lang, votes.vote_done_title)>
            <p>{td_string!(lang, votes.vote_done_text)}</p>
        </Notice>
        <section class="receipt">
            <p>{for_whom(ballot, lang)}</p>
            <dl class="receipt-facts">
                <dt class="quiet">{td_string!(lang, votes.vote_receipt)}</dt>
                <dd class="receipt-value receipt-code">{cast.receipt.clone()}</dd>
            </dl>
            <p class="quiet">{at}</p>
            <p class="quiet">{td_string!(lang, votes.vote_receipt_hint)}</p>
            <div class="no-print">
                <Form verb="check-vote-receipt" inline=true>
                    <input type="hidden" name="pact" value=number.clone() />
                    <input type="hidden" name="receipt" value=receipt.clone() />
                    <Button look=Look::Quiet small=true>{td_string!(lang, votes.vote_check)}</Button>
                </Form>
            </div>
        </section>
    }
    .into_any()
}
