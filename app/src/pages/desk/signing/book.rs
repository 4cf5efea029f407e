//! The signature book of a building, for print, and the register of who signed with every signature computed anew.

use gongzhi_api::Here;
use gongzhi_domain::error::Error;
use gongzhi_domain::ids::BuildingId;
use gongzhi_domain::lang::Lang;
use gongzhi_store::signing::{self, Book, Broken, RegisterLine};
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::overview::{page, shown};
use crate::components::{Button, Look, Notice, Qr, Weight};
use crate::pages::reading::{asked, part, read};
use crate::pages::signing::grouped;
use crate::visit::Visit;

/// Digits of the check code that a page of the book shows.
const SHORT: usize = 12;

/// The book of one building, or without one the register.
#[component]
pub fn SigningBook() -> impl IntoView {
    let number = part("number");
    let building: Option<BuildingId> = asked("building").and_then(|id| id.parse().ok());
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        match building {
            Some(building) => {
                let book = signing::book(&here.db, &here.actor, &number, building).await?;
                let title = format!("{} · {}", book.title.in_(lang), td_string!(lang, signing.book_title));
                shown(&here, title, printed(&book, lang)).await
            }
            None => {
                let lines = signing::register(&here.db, &here.actor, &number).await?;
                let broken = signing::recheck(&here.db, &number).await?;
                let title = td_string!(lang, signing.register_title).to_owned();
                shown(&here, title, register(&here, &number, &lines, &broken)?).await
            }
        }
    })
}

fn printed(book: &Book, lang: Lang) -> AnyView {
    let code: String = book.text.chars().take(SHORT).collect();
    let address = Visit::current().site.address;
    let qr = format!("{address}{}?text={}", page(&book.number), book.text);
    let lines: Vec<_> = book
        .lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{line.door.clone()}</th>
                    <td>{line.name.clone()}</td>
                    <td class="signing-book-line"></td>
                    <td class="signing-book-day"></td>
                </tr>
            }
        })
        .collect();
    let table = if lines.is_empty() {
        view! { <p>{td_string!(lang, signing.book_empty)}</p> }.into_any()
    } else {
        view! {
            <table class="signing-book">
                <thead>
                    <tr>
                        <th scope="col">{td_string!(lang, signing.book_door)}</th>
                        <th scope="col">{td_string!(lang, signing.book_name)}</th>
                        <th scope="col">{td_string!(lang, signing.book_sign)}</th>
                        <th scope="col">{td_string!(lang, signing.book_day)}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        }
        .into_any()
    };
    let title = book.title.in_(lang).to_owned();
    view! {
        <p class="quiet no-print">{td_string!(lang, signing.book_print)}</p>
        <header class="signing-book-head">
            <div>
                <h2>{title.clone()}" · "{td_string!(lang, signing.book_title)}</h2>
                <p>{td_string!(lang, signing.book_of, building = book.building.in_(lang).to_owned(), n = book.text_no)}</p>
                <p>{td_string!(lang, signing.book_means, title = title, n = book.text_no)}</p>
                <p class="signing-code">{td_string!(lang, signing.book_text, code = grouped(&code))}</p>
                <p>{td_string!(lang, signing.book_page)}" ______　"{book.number.clone()}</p>
            </div>
            <Qr text=qr label=td_string!(lang, signing.book_qr) />
        </header>
        {table}
        <div class="buttons no-print">
            <Button look=Look::Secondary href=page(&book.number)>{td_string!(lang, signing.desk_title)}</Button>
        </div>
    }
    .into_any()
}

fn register(here: &Here, number: &str, lines: &[RegisterLine], broken: &[Broken]) -> Result<AnyView, Error> {
    let lang = here.lang;
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let state = line
                .withdrawn_at
                .map(|at| td_string!(lang, signing.register_withdrawn, at = when::moment(at, here.now, lang)));
            let scan = line.scan.map(|scan| {
                let href = format!("/files/{scan}/1600.jpg");
                view! { <br /><a class="no-print" href=href>{td_string!(lang, signing.register_scan)}</a> }
            });
            view! {
                <tr>
                    <th scope="row">{format!("{} {}", line.building.in_(lang), line.door)}</th>
                    <td>{line.name.clone()}</td>
                    <td>{pact_terms::capacity(line.capacity, lang)}</td>
                    <td>{pact_terms::channel(line.channel, lang)}{scan}</td>
                    <td>{when::exact(line.at, lang)}{state.map(|state| view! { <br />{state} })}</td>
                    <td class="signing-code">{line.pseudonym.clone()}</td>
                </tr>
            }
        })
        .collect();
    let table = if rows.is_empty() {
        view! { <p>{td_string!(lang, signing.register_empty)}</p> }.into_any()
    } else {
        view! {
            <div class="signing-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(lang, signing.book_door)}</th>
                            <th scope="col">{td_string!(lang, signing.book_name)}</th>
                            <th scope="col">{td_string!(lang, signing.fact_capacity)}</th>
                            <th scope="col">{td_string!(lang, signing.fact_channel)}</th>
                            <th scope="col">{td_string!(lang, signing.fact_at)}</th>
                            <th scope="col">{td_string!(lang, signing.register_mark)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    Ok(view! {
        <h2>{td_string!(lang, signing.register_title)}" · "{number.to_owned()}</h2>
        {checked(broken, lang)}
        {table}
        <div class="buttons no-print">
            <Button look=Look::Secondary href=page(number)>{td_string!(lang, signing.desk_title)}</Button>
        </div>
    }
    .into_any())
}

/// What computing every signature anew found.
fn checked(broken: &[Broken], lang: Lang) -> AnyView {
    if broken.is_empty() {
        return view! { <Notice weight=Weight::Done title=td_string!(lang, signing.check_good) /> }.into_any();
    }
    let lines: Vec<_> = broken
        .iter()
        .take(50)
        .map(|one| {
            let part = match one.part {
                "evidence" => td_string!(lang, signing.check_evidence),
                "signer" => td_string!(lang, signing.check_signer),
                "text" => td_string!(lang, signing.check_text),
                "rules" => td_string!(lang, signing.check_rules),
                "scan" => td_string!(lang, signing.check_scan),
                "withdrawal" => td_string!(lang, signing.check_withdrawal),
                _ => td_string!(lang, signing.check_statement),
            };
            view! { <li>{td_string!(lang, signing.check_line, id = one.signature.to_string(), part = part)}</li> }
        })
        .collect();
    view! {
        <Notice weight=Weight::Danger title=td_string!(lang, signing.check_bad, n = broken.len())>
            <ul class="plain-list">{lines}</ul>
        </Notice>
    }
    .into_any()
}
