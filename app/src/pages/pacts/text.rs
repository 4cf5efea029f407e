//! The versions of a text and two of them compared, clause by clause.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::ClauseDiff;
use gongzhi_domain::view::pacts::TextPage;
use gongzhi_store::pacts;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::card::{address, number_word};
use super::differs;
use crate::components::{Button, Choice, Door, List, ListItem, Look, Page, Select};
use crate::pages::reading::{asked, part, read};
use crate::visit::Visit;

/// The versions of a pact's text.
#[component]
pub fn TextVersions() -> impl IntoView {
    let number = part("number");
    let version = |name| asked(name).and_then(|no| no.parse::<i32>().ok());
    let (from, to) = (version("from"), version("to"));
    read(async move {
        let here = Here::now()?;
        let page = pacts::text_page(&here.db, &here.actor, &number, from, to).await?;
        Ok(view! { <Shown page=page /> }.into_any())
    })
}

#[component]
fn Shown(page: TextPage) -> impl IntoView {
    let Visit { lang, now, .. } = Visit::current();
    let pact = address(&page.card.number);
    let draft = |no: i32| td_string!(lang, pacts.draft_no, no = number_word(no, lang));
    let (from, to) = page.compared;
    let compared = if page.versions.len() < 2 {
        view! { <p class="quiet">{td_string!(lang, pacts.text_only)}</p> }.into_any()
    } else {
        let options = Choice::all(page.versions.iter().map(|version| (version.no.to_string(), draft(version.no))));
        let title = td_string!(lang, pacts.text_compare, from = number_word(from, lang), to = number_word(to, lang));
        view! {
            <form class="form form-row" method="get" action=format!("{pact}/text")>
                <Select name="from" label=td_string!(lang, pacts.text_from) options=options.clone() value=from.to_string() />
                <Select name="to" label=td_string!(lang, pacts.text_to) options=options value=to.to_string() />
                <Button look=Look::Secondary small=true>{td_string!(lang, pacts.text_show)}</Button>
            </form>
            <h2>{title}</h2>
            <p class="quiet">{td_string!(lang, pacts.text_legend)}</p>
        }
        .into_any()
    };
    let lines = page.clauses.iter().map(|line| clause(line, &pact, lang)).collect_view();
    let versions = page
        .versions
        .iter()
        .map(|version| {
            let line = vec![
                gongzhi_words::when::moment(version.at, now, lang),
                td_string!(lang, pacts.text_clauses, count = version.clauses).to_string(),
            ];
            let hash = version.sha256.clone();
            view! { <ListItem title=draft(version.no) line=line><code class="fingerprint">{hash}</code></ListItem> }
        })
        .collect_view();
    view! {
        <Page
            title=td_string!(lang, pacts.text_title)
            sub=page.card.title.in_(lang).to_owned()
            back=pact.clone()
            door=Door::Pacts
        >
            {compared}
            <ol class="clause-diffs">{lines}</ol>
            <section class="stack">
                <h2>{td_string!(lang, pacts.text_versions)}</h2>
                <List>{versions}</List>
            </section>
        </Page>
    }
}

fn clause(line: &ClauseDiff, pact: &str, lang: Lang) -> AnyView {
    let no = line.new_no.or(line.old_no).unwrap_or_default();
    let marks = differs::marks(line, lang).into_iter().map(|mark| view! { <span>{mark}</span> }).collect_view();
    let class = if line.is_touched() { "clause-diff clause-diff-touched" } else { "clause-diff" };
    let words = differs::words(line, lang);
    view! {
        <li class=class>
            <p class="row">
                <a href=format!("{pact}/clauses/{}", line.id)>{td_string!(lang, pacts.clause_no, no = no)}</a>
                <span class="quiet dotted">{marks}</span>
            </p>
            {words}
        </li>
    }
    .into_any()
}
