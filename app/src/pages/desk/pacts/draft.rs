//! The draft: one box a clause, buttons that add, remove and move one and keep everything typed.

use gongzhi_api::Here;
use gongzhi_api::form::{Flash, kept};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::clause::{CLAUSE_MAX, CLAUSES_MAX};
use gongzhi_domain::view::pacts::{DraftLine, DraftPage};
use gongzhi_store::pacts;
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::{address, shown};
use crate::components::{Button, Form, Look, TextArea};
use crate::pages::reading::{part, read, summary};

/// The draft of a pact.
#[component]
pub fn DraftDesk() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let page = pacts::draft_page(&here.db, &here.actor, &number).await?;
        let _ = here.form_cookie();
        let flash = kept(&here, "save-draft").await?.of(&[("number", &page.card.number)]);
        let wrong = summary(&flash, lang);
        let body = if page.may { editor(&page, flash, lang) } else { as_it_is(&page, lang) };
        let title = td_string!(lang, workshop.draft_title);
        let content = view! {
            {wrong}
            <header class="stack">
                <p><a href=address(&page.card.number)>{page.card.title.in_(lang).to_owned()}</a></p>
                <h2>{title}</h2>
            </header>
            {body}
        }
        .into_any();
        shown(&here, title.to_owned(), content).await
    })
}

/// The clauses as they stand in the form: what was typed before, else the draft; always one box at least.
fn lines(page: &DraftPage, flash: &Flash) -> Vec<(String, String, String)> {
    let of = |line: &DraftLine| (line.id.to_string(), line.text.clone(), line.english.clone());
    let mut lines: Vec<(String, String, String)> = match flash.typed.get("count").and_then(|count| count.parse().ok()) {
        Some(count) => (0_usize..count)
            .map(|at| {
                let value = |name: &str| flash.value(&format!("{name}-{at}"));
                (value("id"), value("text"), value("english"))
            })
            .collect(),
        None => page.clauses.iter().map(of).collect(),
    };
    if lines.is_empty() {
        lines.push((String::new(), String::new(), String::new()));
    }
    lines
}

fn editor(page: &DraftPage, flash: Flash, lang: Lang) -> AnyView {
    let lines = lines(page, &flash);
    let count = lines.len();
    // What was typed came with a version; saving names the one it was typed over.
    let version = match flash.value("version") {
        typed if typed.is_empty() => page.version.to_string(),
        typed => typed,
    };
    let more = (count < CLAUSES_MAX).then(|| {
        view! {
            <Button look=Look::Secondary small=true name="press" value="add">{td_string!(lang, workshop.draft_add)}</Button>
        }
    });
    let number = page.card.number.clone();
    view! {
        <p class="quiet">{td_string!(lang, workshop.draft_hint)}</p>
        <Form verb="save-draft" typed=flash multipart=true>
            <input type="hidden" name="number" value=number />
            <input type="hidden" name="version" value=version />
            <input type="hidden" name="count" value=count.to_string() />
            // The first button of a form is the one that Enter presses.
            <button class="hidden-text" type="submit" name="press" value="save" tabindex="-1">
                {td_string!(lang, workshop.draft_save)}
            </button>
            <ol class="draft" id="f-clauses">
                {lines
                    .into_iter()
                    .enumerate()
                    .map(|(at, (id, text, english))| clause(at, count, id, text, english, lang))
                    .collect_view()}
            </ol>
            <div class="buttons">
                {more}
                <Button name="press" value="save">{td_string!(lang, workshop.draft_save)}</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn clause(at: usize, count: usize, id: String, text: String, english: String, lang: Lang) -> AnyView {
    let no = u32::try_from(at + 1).unwrap_or(u32::MAX);
    let press = |what: &str, word: &'static str, full: String| {
        view! {
            <button class="button button-quiet button-small" type="submit" name="press" value=format!("{what}-{at}") aria-label=full>
                {word}
            </button>
        }
    };
    let up = (at > 0)
        .then(|| press("up", td_string!(lang, workshop.draft_up), td_string!(lang, workshop.draft_up_of, no = no)));
    let down = (at + 1 < count).then(|| {
        press("down", td_string!(lang, workshop.draft_down), td_string!(lang, workshop.draft_down_of, no = no))
    });
    let remove =
        press("remove", td_string!(lang, workshop.draft_remove), td_string!(lang, workshop.draft_remove_of, no = no));
    view! {
        <li class="draft-clause">
            <input type="hidden" name=format!("id-{at}") value=id />
            <TextArea
                name=format!("text-{at}")
                label=td_string!(lang, workshop.draft_clause, no = no)
                value=text
                rows=3
                max=CLAUSE_MAX
                required=true
            />
            <TextArea
                name=format!("english-{at}")
                label=td_string!(lang, workshop.draft_english, no = no)
                value=english
                rows=2
                max=pacts::ENGLISH_MAX
            />
            <div class="row">{up}{down}{remove}</div>
        </li>
    }
    .into_any()
}

/// The draft for whoever may only read it.
fn as_it_is(page: &DraftPage, lang: Lang) -> AnyView {
    let lines = page.clauses.iter().map(|line| view! { <li><p class="written">{line.text.clone()}</p></li> });
    view! {
        <p class="quiet">{td_string!(lang, workshop.draft_closed)}</p>
        <ol class="draft">{lines.collect_view()}</ol>
    }
    .into_any()
}
