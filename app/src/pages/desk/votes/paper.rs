//! Paper at the desk: ballots of an open vote one by one, of a secret vote the ticks and the box.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::{Choice as Said, Secrecy};
use gongzhi_domain::permission::Action;
use gongzhi_domain::view::{Turnout, VoteDesk};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::{Button, Card, Choice, Form, Look, RadioCards, TextInput};
use crate::pages::signing::said;
use crate::pages::votes::words;

/// The forms for paper, while the vote is open.
pub(super) async fn part(here: &Here, page: &VoteDesk) -> Result<AnyView, Error> {
    let lang = here.lang;
    if !page.open || !here.actor.has(Action::EnterBallot) {
        return Ok(().into_any());
    }
    let (ballot, tick, untick, counted) = (
        form::kept(here, "enter-ballot").await?,
        form::kept(here, "tick-ballot").await?,
        form::kept(here, "untick-ballot").await?,
        form::kept(here, "enter-box").await?,
    );
    let apart = |flash: &Flash, what: &str| format!("{what}-{}", flash.value("vote"));
    let wrong = view! {
        {said(&ballot, &["unit", "choice", "reason"], Some(&apart(&ballot, "ballot")), lang)}
        {said(&tick, &["unit"], Some(&apart(&tick, "tick")), lang)}
        {said(&untick, &["unit", "reason"], Some(&apart(&untick, "untick")), lang)}
        {said(&counted, &["yes", "no", "abstain", "invalid", "reason"], Some(&apart(&counted, "box")), lang)}
    };
    let (lead, forms): (_, Vec<_>) = match page.secrecy {
        Secrecy::Open => (
            td_string!(lang, votes.paper_open_lead),
            page.votes.iter().map(|vote| open_form(page, vote, &ballot, lang)).collect(),
        ),
        Secrecy::Secret => (
            td_string!(lang, votes.paper_secret_lead),
            page.votes.iter().map(|vote| secret_forms(page, vote, [&tick, &untick, &counted], lang)).collect(),
        ),
    };
    Ok(view! {
        <section class="stack" id="paper">
            <h3>{td_string!(lang, votes.paper_title)}</h3>
            {wrong}
            <p>{lead}</p>
            {forms}
            {waiting(page, lang)}
        </section>
    }
    .into_any())
}

fn back(page: &VoteDesk) -> String {
    format!("/desk/pacts/{}/vote", page.number)
}

fn open_form(page: &VoteDesk, vote: &Turnout, flash: &Flash, lang: Lang) -> AnyView {
    let id = vote.vote.to_string();
    let choices = Said::ALL.iter().map(|choice| (choice.code(), pact_terms::choice(*choice, lang)));
    let invalid = std::iter::once(("invalid", td_string!(lang, votes.paper_invalid)));
    let choices = Choice::all(choices.chain(invalid));
    let (number, to) = (page.number.clone(), back(page));
    let typed = flash.of(&[("vote", &id)]);
    view! {
        <Card title=words::body(vote.body, lang)>
            <Form verb="enter-ballot" back=to typed=typed apart=format!("ballot-{id}")>
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="vote" value=id.clone() />
                <TextInput name="unit" label=td_string!(lang, votes.paper_unit) inputmode="numeric" required=true />
                <RadioCards name="choice" label=td_string!(lang, votes.paper_choice) options=choices required=true columns=true />
                <TextInput name="reason" label=td_string!(lang, votes.paper_reason) />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.paper_enter)}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn secret_forms(page: &VoteDesk, vote: &Turnout, kept: [&Flash; 3], lang: Lang) -> AnyView {
    let id = vote.vote.to_string();
    let (number, of_vote) = (page.number.clone(), [("vote", id.as_str())]);
    let [tick, untick, counted] = kept.map(|flash| flash.of(&of_vote));
    let (wrong_number, wrong_id, wrong_to) = (number.clone(), id.clone(), back(page));
    let (wrong_apart, wrong_folded) = (format!("untick-{id}"), untick.error.is_none());
    let fields = [
        ("yes", td_string!(lang, votes.result_yes)),
        ("no", td_string!(lang, votes.result_no)),
        ("abstain", td_string!(lang, votes.result_abstain)),
        ("invalid", td_string!(lang, votes.result_invalid)),
    ];
    let (box_number, box_id) = (number.clone(), id.clone());
    let (to, box_to, folded) = (back(page), back(page), counted.error.is_none());
    let (tick_apart, box_apart) = (format!("tick-{id}"), format!("box-{id}"));
    view! {
        <Card title=words::body(vote.body, lang)>
            <Form verb="tick-ballot" back=to typed=tick apart=tick_apart>
                <input type="hidden" name="pact" value=number.clone() />
                <input type="hidden" name="vote" value=id.clone() />
                <TextInput name="unit" label=td_string!(lang, votes.paper_unit) inputmode="numeric" required=true />
                <Button look=Look::Secondary small=true>{td_string!(lang, votes.paper_tick)}</Button>
            </Form>
            <details class="filter" open=!wrong_folded>
                <summary>{td_string!(lang, votes.paper_untick_title)}</summary>
                <Form verb="untick-ballot" back=wrong_to typed=untick apart=wrong_apart>
                    <input type="hidden" name="pact" value=wrong_number.clone() />
                    <input type="hidden" name="vote" value=wrong_id.clone() />
                    <p>{td_string!(lang, votes.paper_untick_hint)}</p>
                    <TextInput name="unit" label=td_string!(lang, votes.paper_unit) inputmode="numeric" required=true />
                    <TextInput name="reason" label=td_string!(lang, votes.paper_untick_reason) required=true />
                    <Button look=Look::Secondary small=true>{td_string!(lang, votes.paper_untick)}</Button>
                </Form>
            </details>
            <details class="filter" open=!folded>
                <summary>{td_string!(lang, votes.box_title)}</summary>
                <p>{td_string!(lang, votes.box_fewer)}</p>
                <Form verb="enter-box" back=box_to typed=counted apart=box_apart>
                    <input type="hidden" name="pact" value=box_number.clone() />
                    <input type="hidden" name="vote" value=box_id.clone() />
                    {fields
                        .map(|(name, label)| {
                            view! { <TextInput name=name label=label inputmode="numeric" required=true /> }
                        })
                        .into_iter()
                        .collect_view()}
                    <TextInput name="reason" label=td_string!(lang, votes.paper_reason) />
                    <Button look=Look::Secondary small=true>{td_string!(lang, votes.box_save)}</Button>
                </Form>
            </details>
        </Card>
    }
    .into_any()
}

/// Papers that stop the count.
fn waiting(page: &VoteDesk, lang: Lang) -> AnyView {
    if page.papers.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = page
        .papers
        .iter()
        .map(|paper| {
            let line = td_string!(lang, votes.paper_waits_line, n = paper.position, doors = paper.doors.join("、"));
            let state = match paper.differs {
                true => td_string!(lang, votes.paper_differs),
                false => td_string!(lang, votes.paper_read_once),
            };
            view! { <li><p class="dotted"><span>{line}</span><span>{state}</span></p></li> }
        })
        .collect();
    view! { <h4>{td_string!(lang, votes.paper_waits)}</h4><ul class="plain-list">{lines}</ul> }.into_any()
}
