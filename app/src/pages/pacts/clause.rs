//! One clause: its words, the three buttons, what was said of it, and how it came about.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::{Error, What};
use gongzhi_domain::ids::ClauseId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::text::diff_graphemes;
use gongzhi_domain::view::pacts::{ClausePage, ClauseWas};
use gongzhi_store::pacts;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::card::{address, number_word};
use super::differs;
use super::opinion::{self, Subject};
use crate::components::{Button, Door, Look, Notice, Page};
use crate::pages::reading::{part, read, summary, summary_apart};
use crate::visit::Visit;

/// One clause of a pact.
#[component]
pub fn ClauseShown() -> impl IntoView {
    let (number, clause) = (part("number"), part("clause"));
    read(async move {
        let here = Here::now()?;
        let clause: ClauseId = clause.parse().map_err(|_| Error::NotFound { what: What::Clause })?;
        let page = pacts::clause(&here.db, &here.actor, &number, clause).await?;
        let (flash, help) = if page.open {
            let _ = here.form_cookie();
            (form::kept(&here, "opinion").await?, form::kept(&here, "enter-opinion").await?)
        } else {
            (Flash::default(), Flash::default())
        };
        Ok(view! { <Shown page=page flash=flash help=help /> }.into_any())
    })
}

#[component]
fn Shown(page: ClausePage, flash: Flash, help: Flash) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let pact = address(&page.card.number);
    let here = format!("{pact}/clauses/{}", page.id);
    let title = match page.no {
        Some(no) => td_string!(lang, pacts.clause_no, no = no),
        None => td_string!(lang, pacts.clause_gone).to_owned(),
    };
    let text_no = page.card.text_no.unwrap_or_default();
    let subject = Subject { number: page.card.number.clone(), text_no, clause: Some(page.id) };
    let wrong = view! { {summary(&subject.typed(&flash), lang)}{summary_apart(&subject.typed(&help), "help", lang)} };
    let counts = opinion::counts(&page.stances, lang);
    let counts = if counts.is_empty() { vec![td_string!(lang, pacts.nothing_said).to_owned()] } else { counts };
    let counts = counts.into_iter().map(|said| view! { <span>{said}</span> }).collect_view();
    let english = (lang == Lang::En && !page.english.is_empty())
        .then(|| view! { <p class="quiet" lang="en">{page.english.clone()}</p> });
    let own = page.mine.iter().find(|said| said.text_no == text_no);
    let form = match (page.open, visit.signed_in) {
        (false, _) => ().into_any(),
        (true, false) => opinion::sign_in(&here),
        (true, true) => opinion::form(&subject, td_string!(lang, pacts.what_think), own, &flash, format!("{here}#say")),
    };
    let helping = (page.open && page.helps).then(|| opinion::helping(&subject, &help, format!("{here}#help")));
    let mine = (!page.mine.is_empty()).then(|| {
        let said = page.mine.iter().map(|said| opinion::mine(said, page.open)).collect_view();
        let change = page.open.then(|| view! { <p class="quiet">{td_string!(lang, pacts.mine_change)}</p> });
        view! { <section class="stack" id="mine"><h2>{td_string!(lang, pacts.mine_title)}</h2>{said}{change}</section> }
    });
    let gone = page.no.is_none().then(|| view! { <Notice title=td_string!(lang, pacts.clause_gone) /> });
    let others = opinion::others(&page.opinions);
    let (before, after) = page.beside;
    let beside = |clause: Option<ClauseId>, word: &'static str| {
        clause.map(|id| {
            view! { <Button look=Look::Secondary small=true href=format!("{pact}/clauses/{id}")>{word}</Button> }
        })
    };
    let pager = view! {
        <nav class="pager" aria-label=td_string!(lang, pacts.clauses)>
            {beside(before, td_string!(lang, pacts.clause_before))}
            <span class="quiet">{td_string!(lang, pacts.clause_of, of = page.of)}</span>
            {beside(after, td_string!(lang, pacts.clause_after))}
        </nav>
    };
    let history = history(&page.history, lang);
    view! {
        <Page title=title sub=page.card.title.in_(lang).to_owned() back=pact.clone() door=Door::Pacts>
            {wrong}
            {gone}
            <p class="written clause-large" lang="zh-CN">{page.text.clone()}</p>
            {english}
            <p class="quiet dotted">{counts}</p>
            {form}
            {helping}
            {mine}
            {others}
            {history}
            {pager}
        </Page>
    }
}

/// The words of a clause through the versions, newest first, each against the one before.
fn history(was: &[ClauseWas], lang: Lang) -> AnyView {
    let lines = was
        .iter()
        .rev()
        .map(|was| {
            let draft = td_string!(lang, pacts.draft_no, no = number_word(was.text_no, lang));
            let words = match (&was.before, was.no) {
                (_, None) => view! { <p class="quiet">{td_string!(lang, pacts.history_absent)}</p> }.into_any(),
                (None, Some(_)) => view! { <p class="diff">{was.text.clone()}</p> }.into_any(),
                (Some(before), Some(_)) if *before == was.text => {
                    view! { <p class="quiet">{td_string!(lang, pacts.compared_same)}</p> }.into_any()
                }
                (Some(before), Some(_)) => differs::spans(&diff_graphemes(before, &was.text), lang),
            };
            let no = was.no.map(|no| view! { <span class="quiet">{td_string!(lang, pacts.clause_no, no = no)}</span> });
            view! { <li><p class="row"><b>{draft}</b>{no}</p>{words}</li> }
        })
        .collect_view();
    view! {
        <section class="stack" id="history">
            <h2>{td_string!(lang, pacts.history_title)}</h2>
            <ol class="clause-history" reversed>{lines}</ol>
        </section>
    }
    .into_any()
}
