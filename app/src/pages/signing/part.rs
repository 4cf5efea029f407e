//! How far signing has come, with the button to sign: a part of the pact's page. It reads for itself and shows nothing before
//! signing has begun.

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_store::signing::{self, Progress};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Look, Notice};

/// The part of a pact's page that is about signing.
#[component]
pub fn SignPart(
    /// The pact's number.
    #[prop(into)]
    number: String,
    /// On the workshop's page: how far it is and the ways to visits and register, without the button to sign.
    #[prop(optional)]
    desk: bool,
) -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match part(&number, desk).await {
                    Ok(Some(shown)) => shown,
                    Ok(None) => ().into_any(),
                    // The page around it stands; this part is left out and the log says why.
                    Err(_) => ().into_any(),
                }
            })}
        </Suspense>
    }
}

async fn part(number: &str, desk: bool) -> Result<Option<AnyView>, Error> {
    let here = Here::now()?;
    let Some(progress) = signing::progress(&here.db, number).await? else { return Ok(None) };
    let lang = here.lang;
    if desk {
        return Ok(Some(at_the_desk(&here, &progress)));
    }
    let mine = match here.actor.is_signed_in() {
        true => Some(signing::mine(&here.db, &here.actor, number).await?),
        false => None,
    };
    let to_sign = format!("/pacts/{number}/sign");
    let has_signed = mine.as_ref().is_some_and(|mine| mine.households.iter().any(|home| home.signature.is_some()));
    let has_earlier = mine.as_ref().is_some_and(|mine| mine.households.iter().any(|home| home.earlier.is_some()));
    let action = if has_signed {
        let mine = format!("/pacts/{number}/signed");
        view! { <Button look=Look::Secondary wide=true href=mine>{td_string!(lang, signing.part_mine)}</Button> }
            .into_any()
    } else if progress.is_open {
        view! {
            {has_earlier.then(|| view! { <Notice title=td_string!(lang, signing.part_new_version) /> })}
            <Button look=Look::Sign wide=true href=to_sign>{td_string!(lang, signing.sign)}</Button>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let desk = here.actor.has(Action::ReadSigning).then(|| {
        view! { <p><a href=format!("/desk/pacts/{number}/signing")>{td_string!(lang, signing.part_desk)}</a></p> }
    });
    Ok(Some(
        view! {
            <section class="signing-part" aria-label=td_string!(lang, signing.part_title)>
                {bar(&progress, lang)}
                <p class=left_class(&progress)>{left(&progress, &here, lang)}</p>
                {action}
                {desk}
            </section>
        }
        .into_any(),
    ))
}

/// How far it is, for the workshop.
fn at_the_desk(here: &Here, progress: &Progress) -> AnyView {
    let lang = here.lang;
    let book = here.actor.has(Action::ReadSigningBook).then(|| {
        let href = format!("/desk/pacts/{}/book", progress.number);
        view! { <Button look=Look::Quiet small=true href=href>{td_string!(lang, signing.register_title)}</Button> }
    });
    let signing = format!("/desk/pacts/{}/signing", progress.number);
    view! {
        <section class="signing-part" aria-label=td_string!(lang, signing.part_title)>
            {bar(progress, lang)}
            <p class=left_class(progress)>{left(progress, here, lang)}</p>
            <div class="buttons">
                <Button look=Look::Secondary small=true href=signing>{td_string!(lang, signing.part_desk)}</Button>
                {book}
            </div>
        </section>
    }
    .into_any()
}

/// 已签 412 户 · 共 618 户 · 67 %, and the bar.
fn bar(progress: &Progress, lang: Lang) -> AnyView {
    let signed = match progress.signed {
        Some(n) if progress.at_least => td_string!(lang, signing.part_at_least, n = n),
        Some(n) => td_string!(lang, signing.part_signed, n = n),
        None => td_string!(lang, signing.part_few).to_owned(),
    };
    let percent = progress.percent();
    let of = match percent {
        Some(percent) => td_string!(lang, signing.part_of, all = progress.households, percent = percent),
        None => td_string!(lang, signing.part_of_few, all = progress.households),
    };
    let drawn = percent.map(|percent| {
        view! {
            <svg
                class="signing-bar"
                viewBox="0 0 100 4"
                preserveAspectRatio="none"
                role="img"
                aria-label=td_string!(lang, signing.part_bar, percent = percent)
            >
                <rect class="signing-bar-all" width="100" height="4" />
                <rect class="signing-bar-signed" width=percent.to_string() height="4" />
            </svg>
        }
    });
    view! {
        <p class="signing-count"><b>{signed}</b><span class="quiet">{of}</span></p>
        {drawn}
    }
    .into_any()
}

/// Red only while days run out.
const fn left_class(progress: &Progress) -> &'static str {
    if progress.closes_at.is_some() { "signing-left" } else { "quiet" }
}

fn left(progress: &Progress, here: &Here, lang: Lang) -> String {
    match progress.closes_at {
        Some(end) => {
            let days = (end - here.now).num_days();
            match u32::try_from(days) {
                Ok(0) | Err(_) => td_string!(lang, signing.part_last_day).to_owned(),
                Ok(days) => td_string!(lang, signing.part_days, count = days).to_string(),
            }
        }
        None if progress.stage == gongzhi_domain::pact::Stage::Sign => {
            td_string!(lang, signing.part_not_open).to_owned()
        }
        None => td_string!(lang, signing.part_over).to_owned(),
    }
}
