//! A local version that waits for a second person: what it changes, by which rule and why.

use gongzhi_api::Here;
use gongzhi_api::form::kept;
use gongzhi_domain::error::{Error, What};
use gongzhi_store::pacts::rules;
use gongzhi_words::{pact_terms, td_string, when};
use leptos::prelude::*;

use super::shown;
use crate::components::{Button, Card, Facts, Form, Look, Notice, Weight};
use crate::pages::pacts::Rules;
use crate::pages::reading::{part, read, summary_of_button};
use crate::pages::rules::Difference;

/// One that waits.
#[component]
pub fn RulesDraft() -> impl IntoView {
    let id = part("id");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let id = id.parse().map_err(|_| Error::NotFound { what: What::Rules })?;
        let draft = rules::draft(&here.db, &here.actor, id).await?;
        let id = id.to_string();
        let (passing, dropping) = (kept(&here, "put-rules-in-force").await?, kept(&here, "drop-rules").await?);
        let (passing, dropping) = (passing.of(&[("draft", &id)]), dropping.of(&[("draft", &id)]));
        let kind = pact_terms::kind(draft.base.kind, lang);
        let title = td_string!(lang, rules.draft_title, kind = kind, area = draft.area.in_(lang));
        let mine = here.actor.person == Some(draft.drafted_by);
        let law = draft.rule.law.in_(lang).to_owned();
        let rule = td_string!(lang, pacts.rules_article, law = law, article = draft.rule.article.clone());
        let facts = vec![
            (td_string!(lang, rules.law).to_owned(), rule.into_any()),
            (td_string!(lang, rules.reason).to_owned(), draft.reason.clone().into_any()),
            (td_string!(lang, rules.written_label).to_owned(), when::exact(draft.at, lang).into_any()),
        ];
        let back = format!("/desk/rules/{id}");
        let decision = if draft.overtaken {
            view! { <Notice weight=Weight::Warn title=td_string!(lang, rules.overtaken) /> }.into_any()
        } else if mine {
            view! { <p class="quiet">{td_string!(lang, rules.another)}</p> }.into_any()
        } else {
            let (back, id) = (back.clone(), id.clone());
            view! {
                <p>{td_string!(lang, rules.pass_lead)}</p>
                <Form verb="put-rules-in-force" back=back inline=true>
                    <input type="hidden" name="draft" value=id />
                    <Button>{td_string!(lang, rules.pass)}</Button>
                </Form>
            }
            .into_any()
        };
        let word = if mine { td_string!(lang, rules.take_back) } else { td_string!(lang, rules.turn_down) };
        let (before, after) = (draft.base.clone(), draft.profile.clone());
        let profile = draft.profile;
        let content = view! {
            {summary_of_button(&passing, lang)}
            {summary_of_button(&dropping, lang)}
            <h2>{title.clone()}</h2>
            <Card><Facts facts=facts /></Card>
            <Difference before=before after=after />
            {decision}
            <Form verb="drop-rules" back=back inline=true>
                <input type="hidden" name="draft" value=id />
                <Button look=Look::Quiet>{word}</Button>
            </Form>
            <details class="filter">
                <summary>{td_string!(lang, rules.show_whole)}</summary>
                <Rules profile=profile full=true />
            </details>
        }
        .into_any();
        shown(&here, title, content).await
    })
}
