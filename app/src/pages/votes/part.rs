//! Roll and vote as a part of the pact's page and of its workshop. It reads for itself and shows nothing before there is a roll.

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::Action;
use gongzhi_store::{roll, votes};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::{Badge, Button, Look, Tone};

/// The part of a pact's page that is about its roll and vote.
#[component]
pub fn VotePart(
    /// The pact's number.
    #[prop(into)]
    number: String,
) -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match part(&number).await {
                    Ok(Some(shown)) => shown,
                    // The page around it stands; this part is left out and the log says why.
                    Ok(None) | Err(_) => ().into_any(),
                }
            })}
        </Suspense>
    }
}

async fn part(number: &str) -> Result<Option<AnyView>, Error> {
    let here = Here::now()?;
    let lang = here.lang;
    let page = roll::page(&here.db, &here.actor, number).await?;
    let desk = here.actor.has(Action::ReadRoll).then(|| {
        view! {
            <p class="dotted">
                <a href=format!("/desk/pacts/{number}/roll")>{td_string!(lang, votes.desk_roll_title)}</a>
                <a href=format!("/desk/pacts/{number}/vote")>{td_string!(lang, votes.desk_vote_title)}</a>
            </p>
        }
    });
    if page.roll.is_none() && desk.is_none() {
        return Ok(None);
    }
    let to_roll = format!("/pacts/{number}/roll");
    let shown = match page.stage {
        _ if page.roll.is_none() => ().into_any(),
        Stage::Notice => view! {
            <p>{td_string!(lang, votes.part_notice)}</p>
            <Button look=Look::Secondary wide=true href=to_roll>{td_string!(lang, votes.to_roll)}</Button>
        }
        .into_any(),
        Stage::Down3 => view! {
            <p>{td_string!(lang, votes.part_open)}</p>
            <p><a href=to_roll>{td_string!(lang, votes.to_roll)}</a></p>
        }
        .into_any(),
        _ => {
            let result = votes::result(&here.db, &here.actor, number).await?;
            let outcome = result.counted.first().map(|counted| counted.numbers.outcome);
            let outcome = outcome.map(|outcome| {
                view! { <p><Badge tone=Tone::Plain text=pact_terms::outcome(outcome, lang) /></p> }
            });
            view! {
                {outcome}
                <Button look=Look::Secondary wide=true href=format!("/pacts/{number}/result")>
                    {td_string!(lang, votes.to_result)}
                </Button>
            }
            .into_any()
        }
    };
    Ok(Some(
        view! {
            <section class="stack" id="vote">
                <h2>{td_string!(lang, votes.part_title)}</h2>
                {shown}
                {desk}
            </section>
        }
        .into_any(),
    ))
}
