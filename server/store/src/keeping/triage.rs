//! Triage: the committee's officer looks within three days whether a report is about a clause, and names whoever is meant.
//! Neither side's officer does, nor anybody who lives with one.

use gongzhi_domain::ids::{AttachmentId, BreachId};
use gongzhi_domain::keeping::{Move, Mover, WORDS_MAX};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, Lang, Reason};

use super::course::{Breach, hold, is_related, perform};
use super::photos;
use crate::db::Db;
use crate::people;
use crate::refusal::refuse;

/// What the officer decides.
#[derive(Debug, Clone)]
pub enum Triage {
    /// It is not about a clause, or a kind word is enough: why.
    TurnAway(String),
    /// It is taken up.
    TakeUp {
        /// The number of whoever is meant.
        phone: String,
        /// What is said, in the officer's own words: the reporter's stay sealed.
        summary: String,
        /// The photos of the report that go with it to whoever is meant and to the panel; the others stay with the officer.
        photos: Vec<AttachmentId>,
    },
}

/// Decides about a report that was received. Refused: whoever runs no pacts there, or is one side or lives with one;
/// [`Error::Stale`] when another was faster; no words; the reporter as the one who is meant; a photo that is not of the report.
pub async fn triage(db: &Db, actor: &Actor, id: BreachId, saw: Version, what: &Triage) -> Result<(), Error> {
    let action = Action::TriageBreach;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let breach = hold(db, &mut tx, id).await?;
    let role = actor.may(action, &Target::in_area(breach.area.clone()))?;
    let officer = actor.person.ok_or(Error::NotSignedIn)?;
    if is_related(db, &mut tx, &breach, officer).await? {
        return Err(Error::Forbidden { action });
    }
    if breach.version != saw {
        return Err(Error::Stale { now: breach.version });
    }
    let (mv, note) = match what {
        Triage::TurnAway(note) => {
            written(note, 4, WORDS_MAX).map_err(|reason| Error::field("note", reason))?;
            (Move::TurnAway, note)
        }
        Triage::TakeUp { phone, summary, photos: passed } => {
            let number = Phone::parse(phone).map_err(|reason| Error::field("phone", reason))?;
            written(summary, 4, WORDS_MAX).map_err(|reason| Error::field("summary", reason))?;
            let (concerned, _) = people::find_or_create(db, &mut tx, &number, Lang::Zh).await?;
            let breach = Breach { concerned: Some(concerned), ..breach.clone() };
            if concerned == breach.reporter || is_related(db, &mut tx, &breach, officer).await? {
                return Err(Error::field("phone", Reason::Related));
            }
            sqlx::query!("update breach set concerned_id = $2 where id = $1", id.uuid(), concerned.uuid())
                .execute(&mut *tx)
                .await
                .map_err(refuse)?;
            photos::pass_on(&mut tx, id, passed).await?;
            (Move::TakeUp, summary)
        }
    };
    sqlx::query!("update breach set triage_note = $2 where id = $1", id.uuid(), note.trim())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    perform(db, &mut tx, actor, role, &breach, mv, Mover::Officer).await?;
    tx.commit().await.map_err(refuse)
}
