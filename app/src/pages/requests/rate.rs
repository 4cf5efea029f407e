//! 评价: contacted, solved, satisfied. Shown to the writer when there is an answer to rate.

use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::Version;
use gongzhi_domain::request::{RATING_COMMENT_MAX, Rating, Told};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::said;
use crate::components::{Button, Choice, Facts, Form, RadioCards, TextArea};

/// The form by which the writer says how it went.
pub fn form(number: String, version: Version, flash: Flash, lang: Lang) -> AnyView {
    let contacted = Choice::all([
        ("yes", td_string!(lang, requests.rate_contacted_yes)),
        ("no", td_string!(lang, requests.rate_contacted_no)),
    ]);
    let solved = Choice::all(Told::ALL.iter().map(|told| (told.code(), said::told(*told, lang))));
    let satisfied = Choice::all((1..=5).rev().map(|stars| (stars.to_string(), satisfaction(stars, lang))));
    let back = format!("/requests/{number}");
    view! {
        <section class="card" id="rate">
            <h2>{td_string!(lang, requests.rate_title)}</h2>
            <p class="quiet">{td_string!(lang, requests.rate_lead)}</p>
            <Form verb="rate-request" back=back version=version typed=flash>
                <input type="hidden" name="number" value=number.clone() />
                <RadioCards
                    name="contacted"
                    label=td_string!(lang, requests.rate_contacted)
                    options=contacted
                    required=true
                    columns=true
                />
                <RadioCards name="solved" label=td_string!(lang, requests.rate_solved) options=solved required=true />
                <RadioCards
                    name="satisfied"
                    label=td_string!(lang, requests.rate_satisfied)
                    options=satisfied
                    required=true
                    columns=true
                />
                <TextArea name="comment" label=td_string!(lang, requests.rate_words) rows=3 max=RATING_COMMENT_MAX />
                <Button wide=true>{td_string!(lang, requests.rate_send)}</Button>
            </Form>
        </section>
    }
    .into_any()
}

/// A rating that was given.
pub fn given(rating: &Rating, mine: bool, lang: Lang) -> AnyView {
    let contacted = if rating.contacted { td_string!(lang, common.yes) } else { td_string!(lang, common.no) };
    let mut facts = vec![
        (td_string!(lang, requests.rate_contacted).to_owned(), contacted.into_any()),
        (td_string!(lang, requests.rate_solved).to_owned(), said::told(rating.solved, lang).into_any()),
        (td_string!(lang, requests.rate_satisfied).to_owned(), satisfaction(rating.satisfied, lang).into_any()),
    ];
    if !rating.comment.is_empty() {
        let words = rating.comment.clone();
        facts.push((
            td_string!(lang, requests.rate_words).to_owned(),
            view! { <span class="written">{words}</span> }.into_any(),
        ));
    }
    let thanks = mine.then(|| view! { <p>{td_string!(lang, requests.rated_mine)}</p> });
    view! {
        <section class="stack" id="rated">
            <h2>{td_string!(lang, requests.rated_title)}</h2>
            {thanks}
            <Facts facts=facts />
        </section>
    }
    .into_any()
}

fn satisfaction(stars: u8, lang: Lang) -> &'static str {
    match stars {
        5 => td_string!(lang, requests.rate_satisfied_5),
        4 => td_string!(lang, requests.rate_satisfied_4),
        3 => td_string!(lang, requests.rate_satisfied_3),
        2 => td_string!(lang, requests.rate_satisfied_2),
        _ => td_string!(lang, requests.rate_satisfied_1),
    }
}
