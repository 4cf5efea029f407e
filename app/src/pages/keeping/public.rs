//! What everybody sees of how a pact is kept: totals from five on, never persons; and the kind reminder, of which nothing is
//! stored.

use gongzhi_api::Here;
use gongzhi_domain::keeping::SHOWN_FROM;
use gongzhi_domain::lang::Lang;
use gongzhi_store::keeping::{self, Clause, KeptPact, Total};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::Choice;
use crate::components::{Button, List, ListItem, Look, Notice, Page, Select, Weight};
use crate::pages::reading::{asked, part, read};

/// How a pact is kept.
#[component]
pub fn KeepingPage() -> impl IntoView {
    let number = part("number");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let pact = keeping::kept_pact(&here.db, &number).await?;
        let totals = keeping::totals(&here.db, pact.id).await?;
        let lines = totals.iter().filter_map(|total| line(&pact, total, lang)).collect::<Vec<_>>();
        let shown = if lines.is_empty() {
            view! { <p class="quiet">{td_string!(lang, keeping.totals_none, n = SHOWN_FROM)}</p> }.into_any()
        } else {
            view! { <List>{lines}</List> }.into_any()
        };
        let (pacts, remind, report) = (
            format!("/pacts/{number}"),
            format!("/pacts/{number}/keeping/remind"),
            format!("/pacts/{number}/keeping/report"),
        );
        Ok(view! {
            <Page title=td_string!(lang, keeping.title) sub=pact.title.in_(lang).to_owned() back=pacts>
                <p>{td_string!(lang, keeping.lead)}</p>
                <div class="buttons">
                    <Button href=remind>{td_string!(lang, keeping.remind)}</Button>
                    <Button look=Look::Secondary href=report>{td_string!(lang, keeping.report)}</Button>
                </div>
                <section class="stack">
                    <h2>{td_string!(lang, keeping.totals_title)}</h2>
                    <p class="quiet">{td_string!(lang, keeping.totals_lead, n = SHOWN_FROM)}</p>
                    {shown}
                </section>
                <Notice title=td_string!(lang, keeping.never_title)>
                    <p>{td_string!(lang, keeping.never_text)}</p>
                </Notice>
            </Page>
        }
        .into_any())
    })
}

fn line(pact: &KeptPact, total: &Total, lang: Lang) -> Option<AnyView> {
    let clause = pact.clauses.iter().find(|clause| clause.id == total.clause)?;
    let title = td_string!(lang, keeping.clause, no = clause.no, text = clause.text.in_(lang));
    let line = vec![td_string!(lang, keeping.total, year = total.year, n = total.count)];
    Some(view! { <ListItem title=title line=line /> }.into_any())
}

/// A kind reminder: words to say, and a card to print. Nothing is sent and nothing is stored.
#[component]
pub fn KindReminder() -> impl IntoView {
    let (number, clause) = (part("number"), asked("clause"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let pact = keeping::kept_pact(&here.db, &number).await?;
        let chosen = clause.and_then(|id| pact.clauses.iter().find(|clause| clause.id.to_string() == id));
        let options = clauses(&pact.clauses, lang);
        let value = chosen.map(|clause| clause.id.to_string()).unwrap_or_default();
        let words = chosen.map(|clause| clause.text.in_(lang).to_owned());
        let (back, here_again) = (format!("/pacts/{number}/keeping"), format!("/pacts/{number}/keeping/remind"));
        let title = pact.title.in_(lang).to_owned();
        Ok(view! {
            <Page title=td_string!(lang, keeping.remind) back=back>
                <Notice weight=Weight::Done title=td_string!(lang, keeping.remind_none_title)>
                    <p>{td_string!(lang, keeping.remind_none_text)}</p>
                </Notice>
                <p>{td_string!(lang, keeping.remind_lead)}</p>
                <form class="form" method="get" action=here_again>
                    <Select name="clause" label=td_string!(lang, keeping.which_clause) options=options value=value />
                    <Button look=Look::Secondary>{td_string!(lang, keeping.remind_card)}</Button>
                </form>
                <section class="reminder-card">
                    <h2>{td_string!(lang, keeping.card_title)}</h2>
                    <p>{td_string!(lang, keeping.card_hello)}</p>
                    <p>{td_string!(lang, keeping.card_pact, title = title)}</p>
                    {words.map(|words| view! { <blockquote>{words}</blockquote> })}
                    <p>{td_string!(lang, keeping.card_please)}</p>
                    <p>{td_string!(lang, keeping.card_from)}</p>
                </section>
                <p class="quiet">{td_string!(lang, keeping.remind_print)}</p>
            </Page>
        }
        .into_any())
    })
}

/// The clauses to choose from, none chosen first.
pub(super) fn clauses(all: &[Clause], lang: Lang) -> Vec<Choice> {
    let first = Choice::new("", td_string!(lang, keeping.clause_choose));
    let rest = all.iter().map(|clause| {
        let text: String = clause.text.in_(lang).chars().take(40).collect();
        Choice::new(clause.id.to_string(), td_string!(lang, keeping.clause, no = clause.no, text = text))
    });
    std::iter::once(first).chain(rest).collect()
}
