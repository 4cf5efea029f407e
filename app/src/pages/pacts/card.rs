//! A pact in a list, here and at the desk.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::pact::stage::day_of;
use gongzhi_domain::view::pacts::{Doing, PactCard};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::components::{Badge, ListItem, Tone};
use crate::visit::Visit;

/// The address of a pact.
pub fn address(number: &str) -> String {
    format!("/pacts/{}", gongzhi_api::form::encode(number))
}

/// A pact as an entry of the public list.
pub fn entry(card: &PactCard) -> AnyView {
    let Visit { lang, now, .. } = Visit::current();
    let doing = card.doing.map(|doing| view! { <Badge tone=tone(doing) text=word(doing, lang) /> }.into_any());
    let badge = doing.unwrap_or_else(|| status(card, lang));
    view! {
        <ListItem title=card.title.in_(lang).to_owned() href=address(&card.number) line=line(card, now, lang) side=badge />
    }
    .into_any()
}

/// The quiet line of a pact: for whom, of what kind, which draft, where it is, until when.
pub fn line(card: &PactCard, now: DateTime<Utc>, lang: Lang) -> Vec<String> {
    let mut line =
        vec![card.area.in_(lang).to_owned(), pact_terms::kind(card.kind, lang).to_owned(), draft(card, lang)];
    line.push(match card.ending {
        Some(ending) => pact_terms::ending(ending, lang).to_owned(),
        None => pact_terms::stage(card.stage, lang).to_owned(),
    });
    if card.paused {
        line.push(td_string!(lang, pacts.paused).to_owned());
    }
    line.extend(left(card, now, lang));
    line
}

/// Which draft counts.
pub fn draft(card: &PactCard, lang: Lang) -> String {
    match card.text_no {
        None => td_string!(lang, pacts.no_draft).to_owned(),
        Some(no) => td_string!(lang, pacts.draft_no, no = number_word(no, lang)),
    }
}

/// How long the present window still runs.
pub fn left(card: &PactCard, now: DateTime<Utc>, lang: Lang) -> Option<String> {
    if !matches!(card.stage, Stage::Down1 | Stage::Notice | Stage::Result | Stage::Sign | Stage::Publish) {
        return None;
    }
    let last = day_of(card.until? - TimeDelta::seconds(1));
    let days = (last - day_of(now)).num_days();
    match days {
        ..=-1 => None,
        0 => Some(td_string!(lang, pacts.last_day).to_owned()),
        days => Some(td_string!(lang, pacts.days_left, count = u32::try_from(days).unwrap_or(u32::MAX)).to_string()),
    }
}

/// A number of a draft as people say it: 一, 二, 三 in Chinese.
pub fn number_word(no: i32, lang: Lang) -> String {
    const WORDS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let word = usize::try_from(no - 1).ok().and_then(|at| WORDS.get(at)).filter(|_| lang == Lang::Zh);
    word.map_or_else(|| no.to_string(), |word| (*word).to_owned())
}

fn status(card: &PactCard, lang: Lang) -> AnyView {
    let tone = match card.stage {
        _ if card.paused => Tone::Amber,
        Stage::Ended => Tone::Plain,
        _ => Tone::Jade,
    };
    view! { <Badge tone=tone text=pact_terms::stage(card.stage, lang) /> }.into_any()
}

/// The colour of what can be done.
pub const fn tone(doing: Doing) -> Tone {
    match doing {
        Doing::Sign | Doing::Vote => Tone::Cinnabar,
        Doing::GiveOpinions => Tone::Sky,
        Doing::ReadFinal | Doing::ReadResult => Tone::Jade,
        Doing::Keep => Tone::Plain,
    }
}

/// What can be done, as the words of a button.
pub fn word(doing: Doing, lang: Lang) -> &'static str {
    match doing {
        Doing::GiveOpinions => td_string!(lang, pacts.do_give_opinions),
        Doing::ReadFinal => td_string!(lang, pacts.do_read_final),
        Doing::Vote => td_string!(lang, pacts.do_vote),
        Doing::ReadResult => td_string!(lang, pacts.do_read_result),
        Doing::Sign => td_string!(lang, pacts.do_sign),
        Doing::Keep => td_string!(lang, pacts.do_keep),
    }
}
