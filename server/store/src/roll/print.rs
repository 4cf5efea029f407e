//! The list itself: printed for the place that the law names, by an officer of the pact, and audited.

use gongzhi_domain::Error;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::PrintedRoll;
use serde_json::json;

use super::list::lines_in;
use super::{Roll, hex, record};
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{fault, refuse};

/// The newest roll with names and doors.
///
/// Refused: whoever prints no rolls there; a pact without a roll.
pub async fn print(db: &Db, actor: &Actor, number: &str) -> Result<PrintedRoll, Error> {
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    let role = actor.may(Action::PrintRoll, &pact.target())?;
    let roll = Roll::of(&mut tx, pact.id, false).await?;
    let canonical = roll.list(db, &mut tx).await.map_err(Error::from)?;
    let lines = lines_in(&serde_json::from_str(&canonical).map_err(fault)?)?;
    record(db, &mut tx, actor, role, &pact, "roll.print", json!({"roll": roll.no, "amended": roll.amended})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(PrintedRoll {
        number: pact.number,
        title: pact.title,
        no: roll.no,
        drawn_at: roll.drawn_at,
        sha256: hex(&roll.sha256),
        lines: lines
            .into_iter()
            .map(|line| (line.body, line.unit, line.door, line.name, line.capacity, line.area_cm2))
            .collect(),
        canonical,
    })
}
