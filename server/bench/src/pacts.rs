//! Everybody of one pact at once: all households vote in a secret vote, and all sign, each by its own phone, that is over its own
//! connection with its own session from its own address. Before any time is told it is checked that each was counted once, that
//! none is lost, that the log agrees and the count is what was cast; what does not hold is an error.
//!
//! The yardstick is a bare client that runs, at once and over as many database connections as the portal has, the very
//! statements the portal was heard to send for each household, with their values. Both begin with a copy of the same database, so
//! both write the same rows into the same tables; ballots were sealed and signatures bound before, and that is the difference.

mod checks;
mod crowd;
mod estate;

use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use gongzhi_domain::pact::Choice;
use hyper::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use uuid::Uuid;

use crate::client::Ask;
use crate::databases::{Database, say as run};
use crate::overhear::Statement;
use crate::portal::CONNECTIONS;
use crate::ratio::{Ratio, Round, median};
use crate::report::{Report, Row};
use crate::{Bench, say};
use crowd::Form;
use estate::{Estate, Household};

/// What everybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Vote,
    Sign,
}

impl Deed {
    const fn words(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::Sign => "sign",
        }
    }

    /// The table that has one row for each who did it.
    const fn table(self) -> &'static str {
        match self {
            Self::Vote => "participation",
            Self::Sign => "signature",
        }
    }
}

/// The forms of everybody, in the order of the households.
struct Forms {
    /// What each sends.
    first: Vec<Form>,
    /// What each sends afterwards, which must change nothing.
    repeated: Vec<Form>,
}

/// Lets everybody vote and sign, checks, and measures beside the same statements.
pub async fn measure(bench: &Bench) -> Result<Report> {
    let all = bench.sizes.households;
    open_many_files()?;
    let mut report = Report::default();
    let server = &bench.server;
    let voting = server.make("pacts_voting").await?;
    let estate = Estate::build(&voting, all).await?;
    say(&format!("pacts: {all} households may vote"));
    let forms = ballots(&estate);
    let signing = voting.copy("pacts_signing").await?;
    let heard = crowd::overhear(bench, &signing, &forms.first).await?;
    together(bench, &mut report, Deed::Vote, &estate, &voting, forms, heard).await?;
    voting.drop().await?;

    // In the copy that was listened to, everybody has voted.
    let (text, codes) = estate.to_sign(&signing).await?;
    say(&format!("pacts: {all} households have their code"));
    let forms = signatures(&estate, &text, &codes);
    let signed = signing.copy("pacts_heard").await?;
    let heard = crowd::overhear(bench, &signed, &forms.first).await?;
    signed.drop().await?;
    together(bench, &mut report, Deed::Sign, &estate, &signing, forms, heard).await?;
    signing.drop().await?;
    report.notes.push(format!(
        "pacts: {all} households, each with its own task, session, address and HTTP connection, open before all are let go at \
         one moment; the portal and the yardstick have {CONNECTIONS} database connections each"
    ));
    Ok(report)
}

/// One round in which everybody presses twice at the same moment, then rounds that are timed beside the yardstick.
async fn together(
    bench: &Bench,
    report: &mut Report,
    deed: Deed,
    estate: &Estate,
    before: &Database,
    forms: Forms,
    heard: Vec<Vec<Statement>>,
) -> Result<()> {
    let all = estate.households.len();
    let statements: Vec<f64> = heard.iter().map(|said| said.len() as f64).collect();
    let statements = median(&statements).unwrap_or_default();
    let heard = Arc::new(heard);
    say(&format!("pacts: {} presses of {all} households that {}", all * 2, deed.words()));
    let twice = forms.first.iter().flat_map(|form| [form.clone(), form.clone()]).collect();
    attend(bench, deed, estate, before, twice, forms.repeated.clone()).await?;

    let (mut rounds, mut again, mut found) = (Vec::new(), 0, String::new());
    for round in 0..bench.sizes.rounds {
        say(&format!("pacts: {}, round {} of {}", deed.words(), round + 1, bench.sizes.rounds));
        let mut figures = [0.0, 0.0];
        // Whoever comes first changes from round to round.
        for turn in 0..2 {
            if (turn + round) % 2 == 0 {
                let (pressed, said) =
                    attend(bench, deed, estate, before, forms.first.clone(), forms.repeated.clone()).await?;
                figures[0] = pressed.took.as_secs_f64();
                again += pressed.again;
                found = said;
            } else {
                figures[1] = yardstick(deed, before, &heard).await?;
            }
        }
        let [measured, yardstick] = figures.map(|seconds| all as f64 / seconds);
        rounds.push(Round { measured, yardstick });
    }
    let ratio = Ratio::of(&rounds).context("no round gave a ratio")?;
    let shown = |figure: fn(&Round) -> f64| {
        let middle = median(&rounds.iter().map(figure).collect::<Vec<_>>()).unwrap_or_default();
        format!("{middle:.0}/s, {:.1} s", all as f64 / middle)
    };
    report.rows.push(Row {
        what: format!("{all} households {}", deed.words()),
        measured: shown(|round| round.measured),
        yardstick: format!("{}, the same statements", shown(|round| round.yardstick)),
        ratio: ratio.to_string(),
        budget: None,
    });
    report.notes.push(format!(
        "{}: {found}; repeated presses counted: none, in {} rounds",
        deed.words(),
        rounds.len() + 1
    ));
    report.notes.push(format!(
        "{}: {statements} statements a household; {again} presses of {} found the portal too busy and were made again",
        deed.words(),
        all * rounds.len(),
    ));
    Ok(())
}

/// A crowd in front of a portal on a copy of the database: its presses, the repeated ones, and the checks.
async fn attend(
    bench: &Bench,
    deed: Deed,
    estate: &Estate,
    before: &Database,
    first: Vec<Form>,
    repeated: Vec<Form>,
) -> Result<(crowd::Pressed, String)> {
    let database = fresh(before, "pacts_crowd").await?;
    let portal = bench.portal(&database).await?;
    let pressed = crowd::press(portal.address, first).await?;
    let db = database.db().await?;
    let check = async || match deed {
        Deed::Vote => checks::votes(&db, estate).await,
        Deed::Sign => checks::signatures(&db, estate).await.map(drop),
    };
    check().await.context("after the crowd")?;
    crowd::press(portal.address, repeated).await.context("pressing once more")?;
    check().await.context("after everybody pressed once more")?;
    portal.stop().await?;
    let found = match deed {
        Deed::Vote => checks::counted(&db, estate).await?,
        Deed::Sign => checks::signatures(&db, estate).await?,
    };
    db.pool().close().await;
    database.drop().await?;
    Ok((pressed, found))
}

/// Seconds of the same statements on another copy; they must have done as much.
async fn yardstick(deed: Deed, before: &Database, heard: &Arc<Vec<Vec<Statement>>>) -> Result<f64> {
    let database = fresh(before, "pacts_yardstick").await?;
    let took = crowd::replay(&database, heard).await?;
    let db = database.db().await?;
    let rows = checks::count(&db, deed.table()).await?;
    anyhow::ensure!(usize::try_from(rows).ok() == Some(heard.len()), "the yardstick wrote {rows} rows");
    db.pool().close().await;
    database.drop().await?;
    Ok(took.as_secs_f64())
}

/// A copy that is on the disk, so that writing it does not fall into what is timed.
async fn fresh(before: &Database, name: &str) -> Result<Database> {
    let copy = before.copy(name).await?;
    run(&mut copy.connect().await?, "checkpoint").await?;
    Ok(copy)
}

/// The ballots. Afterwards half of the households send the same form again, and the others a new one with another choice.
fn ballots(estate: &Estate) -> Forms {
    let page = format!("/pacts/{}/vote", estate.number);
    let ballot = |household: &Household, choice: Choice, key: Uuid| {
        let fields = [
            ("pact", estate.number.as_str()),
            ("vote", &estate.vote.to_string()),
            ("unit", &household.unit.to_string()),
            ("choice", choice.code()),
            ("key", &key.to_string()),
        ];
        form(household, "/api/cast-vote", &fields)
    };
    let (mut first, mut repeated) = (Vec::new(), Vec::new());
    for (n, household) in estate.households.iter().enumerate() {
        let sent = Form {
            ask: ballot(household, household.choice, Uuid::now_v7()),
            leads_to: format!("{page}?done={}", household.unit),
        };
        let other = if household.choice == Choice::Yes { Choice::No } else { Choice::Yes };
        repeated.push(if n % 2 == 0 {
            sent.clone()
        } else {
            Form { ask: ballot(household, other, Uuid::now_v7()), leads_to: page.clone() }
        });
        first.push(sent);
    }
    Forms { first, repeated }
}

/// The signatures. Afterwards everybody sends the same form again.
fn signatures(estate: &Estate, text: &str, codes: &[String]) -> Forms {
    let sign = |(household, code): (&Household, &String)| Form {
        ask: form(
            household,
            "/api/sign-pact",
            &[
                ("pact", estate.number.as_str()),
                ("household", &household.id.to_string()),
                ("text", text),
                ("code", code),
                ("agreed", "1"),
                ("key", &Uuid::now_v7().to_string()),
            ],
        ),
        leads_to: format!("/pacts/{}/signed?done=1", estate.number),
    };
    let first: Vec<Form> = estate.households.iter().zip(codes).map(sign).collect();
    Forms { repeated: first.clone(), first }
}

/// A form as a browser without a script sends it. Nothing in it needs to be encoded.
fn form(household: &Household, path: &str, fields: &[(&str, &str)]) -> Ask {
    let body = fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let header = |text: &str| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    Ask::post(path, Bytes::from(body))
        .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
        .with(COOKIE, header(&format!("__Host-session={}", household.token)))
        .with(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("same-origin"))
        .with(HeaderName::from_static("x-forwarded-for"), header(&household.client))
}

/// A crowd's connections are files: as many as the system gives, here and in the portal, which is started from here.
fn open_many_files() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("raising the number of open files")
}
