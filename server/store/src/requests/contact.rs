//! Showing a resident's name and number in full: only with a reason, and never without a row in that
//! person's audit stream (people-and-places.md, Privacy).

use gongzhi_domain::ids::{PersonId, RequestId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{NOTE_MAX, written};
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, What};
use serde_json::json;

use super::Found;
use crate::audit;
use crate::db::Db;
use crate::people;
use crate::refusal::{fault, refuse};

/// Fewest characters of a reason.
const REASON_MIN: u32 = 2;

/// How to reach the writer of a request.
#[derive(Debug, Clone)]
pub struct Contact {
    /// The name they gave; empty when they gave none.
    pub name: String,
    /// Their number; `None` when they have none.
    pub phone: Option<Phone>,
}

/// Shows the contact of a request's writer in full. Refuses whoever may not (a tip-off's writer: all but
/// supervisors), a missing reason, and anonymous requests.
pub async fn reveal_contact(db: &Db, actor: &Actor, request: RequestId, reason: &str) -> Result<Contact, Error> {
    let mut tx = db.begin().await?;
    let number = sqlx::query_scalar!("select number from request where id = $1", request.uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Request })?;
    let number = RequestNumber::parse(&number).map_err(fault)?;
    let found = Found::by_number(&mut tx, db, None, number).await?;
    let role = actor.may(Action::RevealContact, &found.target())?;
    written(reason, REASON_MIN, NOTE_MAX).map_err(|reason| Error::field("reason", reason))?;
    let person: PersonId = found.owner.ok_or(Error::NotFound { what: What::Person })?;
    let contact = Contact {
        name: people::open_name(db, &mut tx, person).await?.unwrap_or_default(),
        phone: people::open_phone(db, &mut tx, person).await?,
    };
    // A number somebody types into the reason would stay in the log of deeds for good.
    let (reason, _) = mask_private(reason.trim());
    let subject = format!("person:{person}");
    let entry = audit::Entry {
        stream: &subject,
        action: "contact.reveal",
        subject: &subject,
        after: Some(json!({"request": number})),
        reason: Some(&reason),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(contact)
}
