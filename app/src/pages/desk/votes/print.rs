//! The list for the place that the law names, with the text its fingerprint is of.

use gongzhi_api::Here;
use gongzhi_store::roll;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::pages::reading::{part, read};
use crate::pages::votes::words;

/// The roll with names and doors, for print.
#[component]
pub fn RollPrint() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let list = roll::print(&here.db, &here.actor, &number).await?;
        let has_area = list.lines.iter().any(|line| line.5 > 0);
        let rows: Vec<_> = list
            .lines
            .iter()
            .map(|(body, unit, door, name, capacity, area)| {
                let area = has_area.then(|| {
                    let area = words::area(u64::try_from(*area).unwrap_or_default(), lang);
                    view! { <td>{area}</td> }
                });
                view! {
                    <tr>
                        <th scope="row">{format!("{} {unit}", words::body(*body, lang))}</th>
                        <td>{door.clone()}</td>
                        <td>{name.clone()}</td>
                        <td>{pact_terms::capacity(*capacity, lang)}</td>
                        {area}
                    </tr>
                }
            })
            .collect();
        let title = format!("{} · {}", list.title.in_(lang), td_string!(lang, votes.print_title, n = list.no));
        let content = view! {
            <header>
                <h2>{title.clone()}</h2>
                <p class="dotted"><span>{list.number.clone()}</span><span>{when::exact(list.drawn_at, lang)}</span></p>
                <p>{td_string!(lang, votes.roll_hash)}" "<code class="vote-hash">{list.sha256.clone()}</code></p>
            </header>
            <div class="vote-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(lang, votes.print_no)}</th>
                            <th scope="col">{td_string!(lang, votes.print_door)}</th>
                            <th scope="col">{td_string!(lang, votes.print_name)}</th>
                            <th scope="col">{td_string!(lang, votes.print_capacity)}</th>
                            {has_area.then(|| view! { <th scope="col">{td_string!(lang, votes.print_area)}</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <section class="stack">
                <h3>{td_string!(lang, votes.print_check)}</h3>
                <p class="quiet">{td_string!(lang, votes.print_check_hint)}</p>
                <p class="vote-hash">{list.canonical.clone()}</p>
            </section>
        }
        .into_any();
        shown(&here, title, content).await
    })
}
