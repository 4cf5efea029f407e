//! One pact: where it is on its way, what can be done now, its clauses and what is said of them, what comes next.

use gongzhi_api::form::{self, Flash};
use gongzhi_api::{Here, form::encode};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::pact::stage::begin_of;
use gongzhi_domain::view::pacts::{ClauseCard, Doing, OpinionLine, PactPage};
use gongzhi_store::{pacts, signing};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::card::{self, address};
use super::differs;
use super::next::{Calendar, Happened};
use super::opinion::{self, Subject};
use super::rules::Rules;
use super::zigzag::Zigzag;
use crate::components::{Button, Door, Facts, Look, Notice, Page, Weight};
use crate::pages::meetings::MeetingPart;
use crate::pages::reading::{part, read, summary, summary_apart};
use crate::pages::signing::SignPart;
use crate::pages::votes::VotePart;
use crate::visit::Visit;

/// One pact.
#[component]
pub fn OnePact() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let mut page = pacts::page(&here.db, &here.actor, &number).await?;
        if page.card.doing == Some(Doing::Sign) && here.actor.is_signed_in() {
            // Whoever has signed is not asked again.
            let mine = signing::mine(&here.db, &here.actor, &page.card.number).await?;
            if mine.households.iter().any(|home| home.signature.is_some()) {
                page.card.doing = None;
            }
        }
        let whole = pacts::of_the_whole(&here.db, &here.actor, &number).await?;
        let (flash, help) = if page.open {
            // The form has to be known when it comes back.
            let _ = here.form_cookie();
            (form::kept(&here, "opinion").await?, form::kept(&here, "enter-opinion").await?)
        } else {
            (Flash::default(), Flash::default())
        };
        Ok(view! { <Shown page=page whole=whole flash=flash help=help /> }.into_any())
    })
}

#[component]
fn Shown(page: PactPage, whole: Vec<OpinionLine>, flash: Flash, help: Flash) -> impl IntoView {
    let visit = Visit::current();
    let (lang, now) = (visit.lang, visit.now);
    let card = &page.card;
    let here = address(&card.number);
    let sub = [card.area.in_(lang).to_owned(), pact_terms::kind(card.kind, lang).to_owned(), card::draft(card, lang)];
    let caption = match card.stage {
        Stage::InForce => Some(td_string!(lang, pacts.in_force).to_owned()),
        _ => card::left(card, now, lang),
    };
    let stage = card.stage;
    let subject = page.card.text_no.map(|text_no| Subject { number: card.number.clone(), text_no, clause: None });
    let wrong = match &subject {
        Some(subject) => {
            view! { {summary(&subject.typed(&flash), lang)}{summary_apart(&subject.typed(&help), "help", lang)} }
                .into_any()
        }
        None => ().into_any(),
    };
    let title = page.card.title.in_(lang).to_owned();
    let purpose = page.purpose.in_(lang).to_owned();
    let purpose = (!purpose.is_empty()).then(|| {
        view! { <section class="stack"><h2>{td_string!(lang, pacts.purpose)}</h2><p class="written">{purpose}</p></section> }
    });
    let until = page.card.until.filter(|_| caption.is_some() && stage != Stage::InForce);
    let until = until.map(|until| {
        let day = super::next::day_before(until, now, lang);
        view! { <span class="quiet">{td_string!(lang, pacts.until, day = day)}</span> }
    });
    let workshop = page.workshop.then(|| {
        let href = format!("/desk/pacts/{}", encode(&page.card.number));
        view! { <p><a href=href>{td_string!(lang, pacts.workshop)}</a></p> }
    });
    let whole_part = subject.as_ref().map(|subject| whole_text(&page, subject, &whole, &flash, &help, &visit));
    let versions = page.card.text_no.is_some().then(|| {
        view! { <p><a href=format!("{here}/text")>{td_string!(lang, pacts.see_text)}</a></p> }
    });
    let keeping = (stage == Stage::InForce).then(|| {
        view! { <p><a href=format!("{here}/keeping")>{td_string!(lang, pacts.to_keeping)}</a></p> }
    });
    let number = page.card.number.clone();
    let action = action(&page, &here, lang);
    let (clauses, facts) = (clauses(&page, &here, lang), facts(&page, &visit));
    let (notices, next, ahead, history, profile) =
        (notices(&page, lang), page.next, page.ahead, page.history, page.profile);
    view! {
        <Page
            title=title
            sub=sub.join(" · ")
            back="/pacts"
            door=Door::Pacts
            description=plain(stage, lang)
            action=action
        >
            {wrong}
            {notices}
            <Zigzag stage=stage caption=caption />
            <p class="pact-stage">
                <b>{pact_terms::stage(stage, lang)}</b>
                <span>{plain(stage, lang)}</span>
                {until}
            </p>
            <SignPart number=number.clone() />
            <VotePart number=number.clone() />
            {purpose}
            {clauses}
            {versions}
            {keeping}
            {whole_part}
            <MeetingPart number=number />
            <Calendar next=next ahead=ahead />
            <Happened history=history />
            <details class="filter" id="rules">
                <summary>{td_string!(lang, pacts.rules_title)}</summary>
                <Rules profile=profile />
            </details>
            {facts}
            {workshop}
        </Page>
    }
}

/// What has to be said first: that the clock stands still, that it ended.
fn notices(page: &PactPage, lang: Lang) -> AnyView {
    let paused = page.paused_at.map(|_| {
        view! {
            <Notice weight=Weight::Warn title=td_string!(lang, pacts.paused_title)>
                <p>{td_string!(lang, pacts.paused_text)}</p>
            </Notice>
        }
    });
    let ended = page.card.ending.map(|ending| {
        let why = pact_terms::ending(ending, lang);
        let after = page.superseded_by.as_ref().map(|number| {
            view! { <p>{td_string!(lang, pacts.superseded_by)}" "<a href=address(number)>{number.clone()}</a></p> }
        });
        view! {
            <Notice weight=Weight::Warn title=td_string!(lang, pacts.ended_title, why = why)>{after}</Notice>
        }
    });
    view! { {paused}{ended} }.into_any()
}

/// The one big button: what can be done now.
fn action(page: &PactPage, here: &str, lang: Lang) -> AnyView {
    let Some(doing) = page.card.doing else { return ().into_any() };
    let href = match doing {
        Doing::GiveOpinions => {
            let next = page.clauses.iter().find(|clause| clause.mine.is_none()).or_else(|| page.clauses.first());
            next.map_or_else(|| here.to_owned(), |clause| format!("{here}/clauses/{}", clause.id))
        }
        Doing::ReadFinal => "#clauses".to_owned(),
        Doing::Vote => format!("{here}/vote"),
        Doing::ReadResult => format!("{here}/result"),
        Doing::Sign => format!("{here}/sign"),
        Doing::Keep => format!("{here}/keeping"),
    };
    let look = if doing == Doing::Sign { Look::Sign } else { Look::Primary };
    view! { <Button wide=true look=look href=href>{card::word(doing, lang)}</Button> }.into_any()
}

fn clauses(page: &PactPage, here: &str, lang: Lang) -> AnyView {
    if page.clauses.is_empty() {
        return view! {
            <section class="stack" id="clauses">
                <h2>{td_string!(lang, pacts.clauses)}</h2>
                <p class="quiet">{td_string!(lang, pacts.no_clauses)}</p>
            </section>
        }
        .into_any();
    }
    let entries = page.clauses.iter().map(|clause| entry(clause, here, lang)).collect_view();
    view! {
        <section class="stack" id="clauses">
            <h2>{td_string!(lang, pacts.clauses)}</h2>
            <ol class="clauses">{entries}</ol>
        </section>
    }
    .into_any()
}

fn entry(clause: &ClauseCard, here: &str, lang: Lang) -> AnyView {
    let mut said = opinion::counts(&clause.stances, lang);
    if clause.adopted > 0 {
        said.push(td_string!(lang, pacts.adopted, count = clause.adopted).to_string());
    }
    said.extend(clause.mine.map(|mine| td_string!(lang, pacts.i_said, stance = pact_terms::stance(mine, lang))));
    let said = said.into_iter().map(|said| view! { <span>{said}</span> }).collect_view();
    let compared = clause.compared.as_ref().map(|line| differs::compared(line, lang));
    let english = (lang == Lang::En && !clause.english.is_empty())
        .then(|| view! { <p class="quiet" lang="en">{clause.english.clone()}</p> });
    let label = td_string!(lang, pacts.clause_no, no = clause.no);
    view! {
        <li class="clause">
            <a class="clause-open" href=format!("{here}/clauses/{}", clause.id) aria-label=label>
                <span class="clause-no" aria-hidden="true">{clause.no}</span>
            </a>
            <div>
                <p class="written clause-text" lang="zh-CN">{clause.text.clone()}</p>
                {english}
                <p class="quiet dotted">{said}</p>
                {compared}
            </div>
        </li>
    }
    .into_any()
}

/// What is said of the whole text, and the form for it while it is open.
fn whole_text(
    page: &PactPage,
    subject: &Subject,
    said: &[OpinionLine],
    flash: &Flash,
    help: &Flash,
    visit: &Visit,
) -> AnyView {
    let lang = visit.lang;
    let back = address(&page.card.number);
    let counts =
        opinion::counts(&page.whole, lang).into_iter().map(|said| view! { <span>{said}</span> }).collect_view();
    let mine = page.mine.as_ref().map(|mine| opinion::mine(mine, page.open));
    let form = match (page.open, visit.signed_in) {
        (false, _) => ().into_any(),
        (true, false) => opinion::sign_in(&back),
        (true, true) => {
            let title = td_string!(lang, pacts.what_think_whole);
            opinion::form(subject, title, page.mine.as_ref(), flash, format!("{back}#whole"))
        }
    };
    let helping = (page.open && page.helps).then(|| opinion::helping(subject, help, format!("{back}#help")));
    let others = (!said.is_empty()).then(|| opinion::others(said));
    view! {
        <div class="stack" id="whole">
            <p class="quiet dotted">{counts}</p>
            {mine}
            {form}
            {helping}
            {others}
        </div>
    }
    .into_any()
}

fn facts(page: &PactPage, visit: &Visit) -> AnyView {
    let (lang, now) = (visit.lang, visit.now);
    let number = view! { <code class="number">{page.card.number.clone()}</code> }.into_any();
    let mut facts = vec![(td_string!(lang, pacts.number).to_owned(), number)];
    if let Some(hash) = &page.text_sha256 {
        let shown = view! { <code class="fingerprint">{hash.clone()}</code> }.into_any();
        facts.push((td_string!(lang, pacts.fingerprint).to_owned(), shown));
    }
    if let Some(day) = page.in_force_on {
        facts.push((td_string!(lang, pacts.in_force_on).to_owned(), when::day(begin_of(day), now, lang).into_any()));
    }
    if let Some(day) = page.review_on {
        facts.push((td_string!(lang, pacts.review_on).to_owned(), when::day(begin_of(day), now, lang).into_any()));
    }
    if let Some(before) = &page.supersedes {
        let link = view! { <a href=address(before)>{before.clone()}</a> }.into_any();
        facts.push((td_string!(lang, pacts.supersedes).to_owned(), link));
    }
    view! { <Facts facts=facts /> }.into_any()
}

/// The stage in plain words.
pub fn plain(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Up1 => td_string!(lang, pacts.plain_up1),
        Stage::Down1 => td_string!(lang, pacts.plain_down1),
        Stage::Up2 => td_string!(lang, pacts.plain_up2),
        Stage::Down2 => td_string!(lang, pacts.plain_down2),
        Stage::Up3 => td_string!(lang, pacts.plain_up3),
        Stage::Notice => td_string!(lang, pacts.plain_notice),
        Stage::Down3 => td_string!(lang, pacts.plain_down3),
        Stage::Result => td_string!(lang, pacts.plain_result),
        Stage::Sign => td_string!(lang, pacts.plain_sign),
        Stage::Publish => td_string!(lang, pacts.plain_publish),
        Stage::InForce => td_string!(lang, pacts.plain_in_force),
        Stage::Ended => td_string!(lang, pacts.plain_ended),
    }
}
