//! A list of households: looked at first, then taken over.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_api::households::{ListReport, list_report};
use gongzhi_domain::error::Error;
use gongzhi_domain::household::import::{COLUMNS, COLUMNS_ZH};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_words::{errors, td_string};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Facts, Form, Look, Notice, TextArea, Weight};
use crate::pages::reading::{asked, read, summary};

/// The form of a list, and what came of the last one.
#[component]
pub fn ImportDesk() -> impl IntoView {
    let taken = asked("done").is_some();
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        if !here.actor.has(Action::ManageHouseholds) {
            return Err(Error::Forbidden { action: Action::ManageHouseholds });
        }
        let flash = kept(&here, "households-list").await?;
        // The report speaks of the list in the form, or of the one that was just taken over.
        let report = list_report(&here).await?.filter(|report| report.done == taken);
        let report = report.filter(|_| taken || !flash.value("list").is_empty());
        let wrong = summary(&flash, lang);
        let content = view! {
            {wrong}
            {report.map(|report| told(&report, lang))}
            <p class="quiet">{td_string!(lang, households.import_lead)}</p>
            <Form verb="import-households" back="/desk/households/import" typed=flash>
                <TextArea
                    name="list"
                    label=td_string!(lang, households.import_list)
                    hint=td_string!(lang, households.import_columns)
                    rows=12
                    required=true
                />
                <div class="buttons">
                    <Button name="act" value="look">{td_string!(lang, households.import_look)}</Button>
                    <Button look=Look::Secondary name="act" value="take">{td_string!(lang, households.import_take)}</Button>
                </div>
            </Form>
        }
        .into_any();
        shown(&here, td_string!(lang, households.import_title), "/desk/households", content).await
    })
}

fn told(report: &ListReport, lang: Lang) -> AnyView {
    if !report.problems.is_empty() {
        let count = u32::try_from(report.problems.len()).unwrap_or(u32::MAX);
        let rows = report
            .problems
            .iter()
            .map(|(line, column, reason)| {
                let line = match line {
                    0 => td_string!(lang, households.import_whole).to_owned(),
                    line => line.to_string(),
                };
                let zh = COLUMNS.iter().position(|known| known == column).map_or("", |at| COLUMNS_ZH[at]);
                let column = if lang == Lang::Zh { zh.to_owned() } else { column.clone() };
                view! { <tr><td>{line}</td><td>{column}</td><td>{errors::reason(reason, lang)}</td></tr> }
            })
            .collect::<Vec<_>>();
        return view! {
            <Notice weight=Weight::Warn live=true title=td_string!(lang, households.import_problems, n = count) />
            <div
                class="table-wide"
                tabindex="0"
                role="region"
                aria-label=td_string!(lang, households.import_problems, n = count)
            >
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(lang, households.import_row)}</th>
                            <th scope="col">{td_string!(lang, households.import_column)}</th>
                            <th scope="col">{td_string!(lang, households.import_problem)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any();
    }
    let title =
        if report.done { td_string!(lang, households.import_done) } else { td_string!(lang, households.import_fine) };
    let fact = |word: &'static str, many: u32| (word.to_owned(), many.to_string().into_any());
    let facts = vec![
        fact(td_string!(lang, households.import_rows), report.imported.rows),
        fact(td_string!(lang, households.import_buildings), report.imported.buildings),
        fact(td_string!(lang, households.import_households), report.imported.households),
        fact(td_string!(lang, households.import_residences), report.imported.residences),
        fact(td_string!(lang, households.import_unchanged), report.imported.unchanged),
    ];
    view! {
        <Notice weight=Weight::Done live=true title=title>
            <Facts facts=facts />
        </Notice>
    }
    .into_any()
}
