//! Local rules: writing a version for an area, putting it in force as the second person, dropping it.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{Here, form::Form, orders::choice, points::number};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    error::{Error, FieldError, Reason},
    lang::Named,
    pact::{
        Kind,
        profile::{Number, Source},
    },
};
#[cfg(feature = "ssr")]
use gongzhi_store::pacts::rules;
#[cfg(feature = "ssr")]
use uuid::Uuid;

/// Where rules are managed.
#[cfg(feature = "ssr")]
const DESK: &str = "/desk/rules";

/// Writes a local version of the rules of a kind for an area; another person puts it in force.
///
/// # Errors
/// Field errors, for numbers under the names of [`Number`]; a role that may not there; one that waits already.
#[server(prefix = "/api", endpoint = "write-rules")]
pub async fn write_rules(
    kind: Option<String>,
    area: Option<String>,
    law: Option<String>,
    law_en: Option<String>,
    article: Option<String>,
    reason: Option<String>,
    consult: Option<String>,
    analyse: Option<String>,
    notice: Option<String>,
    roll_objections: Option<String>,
    roll_answers: Option<String>,
    result_objections: Option<String>,
    sign: Option<String>,
    publish: Option<String>,
    review_years: Option<String>,
    proxies: Option<String>,
    back: Option<String>,
) -> Answer {
    let sent = [
        (Number::Consult, consult),
        (Number::Analyse, analyse),
        (Number::Notice, notice),
        (Number::RollObjections, roll_objections),
        (Number::RollAnswers, roll_answers),
        (Number::ResultObjections, result_objections),
        (Number::Sign, sign),
        (Number::Publish, publish),
        (Number::ReviewYears, review_years),
        (Number::Proxies, proxies),
    ];
    let mut form = Form::new("write-rules", back.as_deref())
        .with("kind", kind.as_ref())
        .with("area", area.as_ref())
        .with("law", law.as_ref())
        .with("law_en", law_en.as_ref())
        .with("article", article.as_ref())
        .with("reason", reason.as_ref());
    for (name, typed) in &sent {
        form = form.with(name.code(), typed.as_ref());
    }
    let outcome = async {
        let here = Here::now()?;
        let mut wrong: Vec<FieldError> = Vec::new();
        let mut numbers = Vec::new();
        // A number that is not sent stays as it is.
        for (name, typed) in &sent {
            let Some(typed) = typed.as_deref().filter(|typed| !typed.trim().is_empty()) else { continue };
            match number(name.code(), Some(typed)).map(u16::try_from) {
                Ok(Ok(value)) => numbers.push((*name, value)),
                Ok(Err(_)) => wrong.push(FieldError::new(name.code(), Reason::NotANumber)),
                Err(error) => wrong.extend(error.fields().to_vec()),
            }
        }
        let chosen: Result<Kind, Error> = choice("kind", kind.as_deref());
        wrong.extend(chosen.as_ref().err().into_iter().flat_map(|error| error.fields().to_vec()));
        let (Ok(kind), true) = (chosen, wrong.is_empty()) else {
            // Whoever may write none hears that, not what is wrong with the form.
            rules::waiting(&here.db, &here.actor).await?;
            return Err(Error::Invalid { fields: wrong });
        };
        let text = |text: Option<String>| text.unwrap_or_default();
        let rule = Source { law: Named::new(text(law), text(law_en)), article: text(article) };
        let new = rules::NewRules { kind, area: text(area), rule, reason: text(reason), numbers };
        let id = rules::write(&here.db, &here.actor, &new).await?;
        Ok(format!("{DESK}/{id}"))
    }
    .await;
    form.answer(outcome).await
}

/// Puts a local version in force, as the second person.
///
/// # Errors
/// The person who wrote it; one that was written from a version that no longer holds; a role that may not there.
#[server(prefix = "/api", endpoint = "put-rules-in-force")]
pub async fn put_rules_in_force(draft: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("put-rules-in-force", back.as_deref()).with("draft", draft.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (kind, version) = rules::put_in_force(&here.db, &here.actor, which(&here, draft.as_deref()).await?).await?;
        Ok(format!("/rules/{kind}/{version}"))
    }
    .await;
    form.answer(outcome).await
}

/// Drops a local version that waits.
///
/// # Errors
/// A role that may not there; one that waits no more.
#[server(prefix = "/api", endpoint = "drop-rules")]
pub async fn drop_rules(draft: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("drop-rules", back.as_deref()).with("draft", draft.as_ref());
    let outcome = async {
        let here = Here::now()?;
        rules::drop(&here.db, &here.actor, which(&here, draft.as_deref()).await?).await?;
        Ok(DESK.to_owned())
    }
    .await;
    form.answer(outcome).await
}

/// The draft that was sent; whoever manages no rules hears that first.
#[cfg(feature = "ssr")]
async fn which(here: &Here, draft: Option<&str>) -> Result<Uuid, Error> {
    match choice("draft", draft) {
        Ok(draft) => Ok(draft),
        Err(wrong) => {
            rules::waiting(&here.db, &here.actor).await?;
            Err(wrong)
        }
    }
}
