//! What those who run a pact do: begin it, appoint, write, record, assent, answer.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    orders::{choice, optional, version_in},
    sent::Sent,
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    Named, calendar,
    error::{Error, FieldError, Reason},
    ids::{ClauseId, OpinionId, PersonId},
    pact::{Answer as Becomes, Evidence, Move, Office},
};
#[cfg(feature = "ssr")]
use gongzhi_store::pacts::{self, DraftClause, NewEvidence, NewPact};

/// Begins a pact.
///
/// # Errors
/// Everything that is wrong with the form; a role that begins none there.
#[server(prefix = "/api", endpoint = "open-pact")]
pub async fn open_pact(
    kind: Option<String>,
    area: Option<String>,
    unit: Option<String>,
    title: Option<String>,
    title_en: Option<String>,
    purpose: Option<String>,
    purpose_en: Option<String>,
    secrecy: Option<String>,
    supersedes: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("open-pact", back.as_deref())
        .with("kind", kind.as_ref())
        .with("area", area.as_ref())
        .with("unit", unit.as_ref())
        .with("title", title.as_ref())
        .with("title_en", title_en.as_ref())
        .with("purpose", purpose.as_ref())
        .with("purpose_en", purpose_en.as_ref())
        .with("secrecy", secrecy.as_ref())
        .with("supersedes", supersedes.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let new = NewPact {
            kind: choice("kind", kind.as_deref())?,
            area: area.unwrap_or_default(),
            unit: choice("unit", unit.as_deref())?,
            title: Named::new(title.unwrap_or_default(), title_en.unwrap_or_default()),
            purpose: Named::new(purpose.unwrap_or_default(), purpose_en.unwrap_or_default()),
            secrecy: optional("secrecy", secrecy.as_deref())?,
            supersedes,
        };
        let number = pacts::create(&here.db, &here.actor, &new).await?;
        Ok(page_of(&number))
    }
    .await;
    form.answer(outcome).await
}

/// Gives somebody an office of a pact.
///
/// # Errors
/// A person who is no officer there, or holds an office of it; somebody who does not appoint.
#[server(prefix = "/api", endpoint = "appoint-office")]
pub async fn appoint_office(
    number: Option<String>,
    person: Option<String>,
    office: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("appoint-office", back.as_deref())
        .with("number", number.as_ref())
        .with("person", person.as_ref())
        .with("office", office.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let pact = pacts::by_number(&here.db, &number).await?;
        let person: PersonId = choice("person", person.as_deref())?;
        let office: Office = choice("office", office.as_deref())?;
        pacts::appoint(&here.db, &here.actor, pact.id, person, office).await?;
        Ok(page_of(&number))
    }
    .await;
    form.answer(outcome).await
}

/// Ends somebody's office.
///
/// # Errors
/// As [`appoint_office`]; the last one of the committee stays.
#[server(prefix = "/api", endpoint = "end-office")]
pub async fn end_office(number: Option<String>, person: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("appoint-office", back.as_deref()).with("number", number.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let pact = pacts::by_number(&here.db, &number).await?;
        let person: PersonId = choice("person", person.as_deref())?;
        pacts::end_office(&here.db, &here.actor, pact.id, person).await?;
        Ok(page_of(&number))
    }
    .await;
    form.answer(outcome).await
}

/// Assents to a move in one's office; the last one needed makes it.
///
/// # Errors
/// A reason that is missing; a move that is too early, with its date, or lacks something; a pact that was moved since.
#[server(prefix = "/api", endpoint = "move-pact")]
pub async fn move_pact(
    number: Option<String>,
    version: Option<String>,
    step: Option<String>,
    ending: Option<String>,
    note: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("move-pact", back.as_deref())
        .with("number", number.as_ref())
        .with("step", step.as_ref())
        .with("ending", ending.as_ref())
        .with("note", note.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let pact = pacts::by_number(&here.db, &number).await?;
        let at = version_in(version.as_deref())?;
        let mv: Move = choice("step", step.as_deref())?;
        let details = match ending.as_deref().filter(|ending| !ending.is_empty()) {
            Some(ending) => serde_json::json!({"ending": ending}),
            None => serde_json::json!({}),
        };
        let note = note.unwrap_or_default();
        pacts::assent(&here.db, &here.actor, pact.id, at.0, mv, &note, &details).await?;
        Ok(page_of(&number))
    }
    .await;
    form.answer(outcome).await
}

/// Records what a stage needs, with a photo where it has one. The form is multipart and names its pact before its photo.
///
/// # Errors
/// Everything that is wrong with the record at once.
#[server(prefix = "/api", endpoint = "record-evidence", input = MultipartFormData)]
pub async fn record_evidence(body: MultipartData) -> Answer {
    let (here, sent) = match Sent::read(body, &[("note", pacts::EVIDENCE_MAX)]).await {
        Ok(read) => read,
        Err(error) => return Form::new("record-evidence", Some("/desk/pacts")).answer(Err(error)).await,
    };
    let outcome = put_down(&here, &sent).await;
    sent.form("record-evidence", "/desk/pacts").answer(outcome).await
}

#[cfg(feature = "ssr")]
async fn put_down(here: &Here, sent: &Sent) -> Result<String, Error> {
    sent.whole()?;
    let number = sent.get("number").unwrap_or_default().to_owned();
    let pact = pacts::by_number(&here.db, &number).await?;
    let mut wrong = Vec::new();
    let kind =
        choice::<Evidence>("kind", sent.get("kind")).inspect_err(|error| wrong.extend_from_slice(error.fields()));
    let day = calendar::day_in(sent.get("day").unwrap_or_default()).map_err(|reason| Error::field("day", reason));
    let day = day.inspect_err(|error| wrong.extend_from_slice(error.fields()));
    let answers =
        sent.parsed("answers", Reason::NotAChoice).inspect_err(|error| wrong.extend_from_slice(error.fields()));
    sent.wrong(&mut wrong)?;
    let (Ok(kind), Ok(day), Ok(answers), true) = (kind, day, answers, wrong.is_empty()) else {
        return Err(Error::Invalid { fields: wrong });
    };
    let note = sent.get("note").unwrap_or_default().to_owned();
    let new =
        NewEvidence { kind, note, day, photo: sent.photos.first().copied(), holder: Some(here.holder()), answers };
    pacts::record(&here.db, &here.actor, pact.id, &new).await?;
    Ok(page_of(&number))
}

/// Saves the draft, or adds, removes or moves a clause and shows it again with everything typed. Fields: `id-0`, `text-0`,
/// `english-0` for the first clause and so on; `press` is the button: `save`, `add`, `up-2`, `down-2`, `remove-2`.
///
/// # Errors
/// What is wrong with each clause; somebody else saved since.
#[server(prefix = "/api", endpoint = "save-draft", input = MultipartFormData)]
pub async fn save_draft(body: MultipartData) -> Answer {
    let (here, sent) = match Sent::read(body, &[]).await {
        Ok(read) => read,
        Err(error) => return Form::new("save-draft", Some("/desk/pacts")).answer(Err(error)).await,
    };
    let number = sent.get("number").unwrap_or_default().to_owned();
    let back = format!("{}/draft", page_of(&number));
    let mut typed = typed_clauses(&sent);
    let press = sent.get("press").unwrap_or("save").to_owned();
    if press != "save" && sent.whole().is_ok() {
        rearrange(&mut typed, &press);
        return draft_form(&sent, &back, &typed).show_again(&here).await;
    }
    let outcome = keep(&here, &sent, &number, &typed).await;
    draft_form(&sent, &back, &typed).answer(outcome.map(|()| back)).await
}

/// A clause as it was typed.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Typed {
    id: String,
    text: String,
    english: String,
}

#[cfg(feature = "ssr")]
fn typed_clauses(sent: &Sent) -> Vec<Typed> {
    let of = |name: &str, at: usize| sent.get(&format!("{name}-{at}")).unwrap_or_default().to_owned();
    let count = sent.get("count").and_then(|count| count.parse::<usize>().ok()).unwrap_or_default().min(200);
    (0..count).map(|at| Typed { id: of("id", at), text: of("text", at), english: of("english", at) }).collect()
}

/// Adds, removes or moves a clause, as a button says.
#[cfg(feature = "ssr")]
fn rearrange(clauses: &mut Vec<Typed>, press: &str) {
    let (what, at) = press.split_once('-').unwrap_or((press, ""));
    let at = at.parse::<usize>().ok().filter(|at| *at < clauses.len());
    match (what, at) {
        ("add", _) => clauses.push(Typed::default()),
        ("remove", Some(at)) => {
            clauses.remove(at);
        }
        ("up", Some(at)) if at > 0 => clauses.swap(at, at - 1),
        ("down", Some(at)) if at + 1 < clauses.len() => clauses.swap(at, at + 1),
        _ => {}
    }
}

#[cfg(feature = "ssr")]
fn draft_form(sent: &Sent, back: &str, clauses: &[Typed]) -> Form {
    let mut form = Form::new("save-draft", Some(back));
    for name in ["number", "version"] {
        form = form.with(name, sent.get(name).map(str::to_owned).as_ref());
    }
    form = form.with("count", Some(&clauses.len().to_string()));
    for (at, clause) in clauses.iter().enumerate() {
        form = form
            .with(&format!("id-{at}"), Some(&clause.id))
            .with(&format!("text-{at}"), Some(&clause.text))
            .with(&format!("english-{at}"), Some(&clause.english));
    }
    form
}

#[cfg(feature = "ssr")]
async fn keep(here: &Here, sent: &Sent, number: &str, typed: &[Typed]) -> Result<(), Error> {
    sent.whole()?;
    let pact = pacts::by_number(&here.db, number).await?;
    let saw = version_in(sent.get("version"))?;
    let mut wrong = Vec::new();
    sent.wrong(&mut wrong)?;
    let mut clauses = Vec::with_capacity(typed.len());
    for (at, clause) in typed.iter().enumerate() {
        let id = optional::<ClauseId>("id", Some(&clause.id));
        if id.is_err() {
            wrong.push(FieldError::new(format!("text-{at}"), Reason::NotAChoice));
        }
        clauses.push(DraftClause {
            id: id.unwrap_or_default(),
            text: clause.text.clone(),
            english: clause.english.clone(),
        });
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    pacts::edit(&here.db, &here.actor, pact.id, saw, &clauses).await?;
    Ok(())
}

/// Answers one opinion or a group of them with a reason; the ids are divided by spaces.
///
/// # Errors
/// Too few words; an opinion of another pact; a role that does not answer.
#[server(prefix = "/api", endpoint = "answer-opinions")]
pub async fn answer_opinions(
    number: Option<String>,
    opinions: Option<String>,
    answer: Option<String>,
    reason: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("answer-opinions", back.as_deref())
        .with("number", number.as_ref())
        .with("opinions", opinions.as_ref())
        .with("answer", answer.as_ref())
        .with("reason", reason.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = number.unwrap_or_default();
        let ids = opinions.unwrap_or_default();
        let ids: Vec<OpinionId> =
            ids.split_whitespace().map(|id| choice("opinions", Some(id))).collect::<Result<_, Error>>()?;
        let becomes: Becomes = match answer.as_deref() {
            None | Some("") => return Err(Error::field("answer", Reason::Missing)),
            answer => choice("answer", answer)?,
        };
        pacts::answer(&here.db, &here.actor, &number, &ids, becomes, &reason.unwrap_or_default()).await?;
        Ok(format!("{}/analysis", page_of(&number)))
    }
    .await;
    form.answer(outcome).await
}

/// The workshop of a pact.
#[cfg(feature = "ssr")]
fn page_of(number: &str) -> String {
    format!("/desk/pacts/{}", crate::form::encode(number.trim()))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn clauses(texts: &[&str]) -> Vec<Typed> {
        texts.iter().map(|text| Typed { text: (*text).to_owned(), ..Typed::default() }).collect()
    }

    #[test]
    fn buttons_carry_clauses_and_lose_none() {
        let after = |press: &str| {
            let mut typed = clauses(&["甲", "乙", "丙"]);
            rearrange(&mut typed, press);
            typed.into_iter().map(|clause| clause.text).collect::<Vec<_>>().join(",")
        };
        assert_eq!(after("up-1"), "乙,甲,丙");
        assert_eq!(after("down-1"), "甲,丙,乙");
        assert_eq!(after("remove-0"), "乙,丙");
        assert_eq!(after("add"), "甲,乙,丙,");
        for nothing in ["up-0", "down-2", "remove-9", "remove-x", "nonsense", "", "up--1"] {
            assert_eq!(after(nothing), "甲,乙,丙", "{nothing}");
        }
    }
}
