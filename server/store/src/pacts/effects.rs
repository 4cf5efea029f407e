//! What a move does beyond the pact's row: versions of the text before it is written, what the other rooms do afterwards. Each
//! room supplies one function for the move it has to do with.

use chrono::{Months, NaiveDate};
use gongzhi_domain::pact::Move;
use gongzhi_domain::person::Actor;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::load::Pact;
use super::text;
use crate::db::Db;
use crate::refusal::Trouble;
use crate::{delivery, roll, signing, votes};

/// What the pact's row takes over from a move.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// The version that counts from now on, when one was published.
    pub text_no: Option<i32>,
    /// From which day it applies.
    pub in_force_on: Option<NaiveDate>,
    /// By which day it is to be looked at again.
    pub review_on: Option<NaiveDate>,
}

/// What happens before the row is written: a version of the text is published, the day of force is set.
pub(super) async fn before(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    pact: &Pact,
    mv: Move,
) -> Result<Effects, Trouble> {
    let mut effects = Effects::default();
    match mv {
        Move::OpenConsult | Move::RestartConsult | Move::SubmitAnalysis => {
            effects.text_no = Some(publish(db, tx, actor, pact).await?);
        }
        // Only what the deliberation changed makes a new version.
        Move::CloseDeliberation if text::draft_differs(&mut *tx, pact).await? => {
            effects.text_no = Some(publish(db, tx, actor, pact).await?);
        }
        Move::IntoForce => {
            let today = db.today();
            effects.in_force_on = Some(today);
            let years = u32::from(pact.profile.windows.review_years);
            effects.review_on = today.checked_add_months(Months::new(12 * years)).or(Some(today));
        }
        _ => {}
    }
    Ok(effects)
}

/// What happens after the row is written. `was` is the pact before the move, `now` after it. Answers what the history keeps
/// of it, as references and codes.
pub(super) async fn after(
    db: &Db,
    tx: &mut PgConnection,
    _actor: &Actor,
    was: &Pact,
    now: &Pact,
    mv: Move,
) -> Result<Map<String, Value>, Trouble> {
    let mut details = Map::new();
    if now.text_no != was.text_no {
        details.insert("published".into(), now.text_no.into());
    }
    match mv {
        Move::OpenConsult | Move::RestartConsult | Move::Freeze => {
            delivery::open_round(db, &mut *tx, now, now.stage).await?;
            if mv == Move::Freeze {
                roll::draw(db, tx, now).await?;
            }
        }
        // It is announced again, with a roll of its own.
        Move::NoQuorum | Move::DeclareInvalid => roll::draw(db, tx, now).await?,
        Move::OpenVote => votes::open(db, tx, now).await?,
        Move::CloseVote => votes::at_close(db, tx, now).await?,
        Move::ConfirmResult => signing::on_confirm_result(db, tx, now).await?,
        _ => {}
    }
    Ok(details)
}

async fn publish(db: &Db, tx: &mut PgConnection, actor: &Actor, pact: &Pact) -> Result<i32, Trouble> {
    let (no, _) = text::publish(db, tx, pact, actor.person.unwrap_or(pact.opened_by)).await?;
    Ok(no)
}
