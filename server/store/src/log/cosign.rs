//! A second party signs the heads of the log too, so that the portal cannot show one log to one resident and another log to the
//! next. Its private key never comes here: it signs on a machine of its own and hands the note in.

use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use gongzhi_proof::note::{Key, Malformed, Note, SignatureType};
use serde_json::json;

use super::keys;
use crate::audit;
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Registers the public key of a cosigning party, as `gongzhi log key` writes it. Field `key`: no cosigning key, the name of the
/// log itself, or registered before.
pub async fn register(db: &Db, actor: &Actor, key: &str) -> Result<(), Error> {
    let role = actor.may(Action::CosignLog, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    if key.trim().is_empty() {
        return Err(Error::field("key", Reason::Missing));
    }
    let wrong = || Error::field("key", Reason::NotACosigningKey);
    let key: Key = key.trim().parse().map_err(|_: Malformed| wrong())?;
    let own = keys::public(db).await?;
    if key.kind() != SignatureType::Cosignature || own.iter().any(|own| own.name() == key.name()) {
        return Err(wrong());
    }
    let (verifier, now) = (key.to_string(), db.now());
    let mut tx = db.begin().await?;
    let new = sqlx::query!(
        "insert into log_cosigner (verifier, registered_by, registered_at) values ($1, $2, $3) on conflict do nothing",
        verifier,
        person.uuid(),
        now,
    );
    if new.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        return Err(Error::field("key", Reason::Taken));
    }
    let entry = audit::Entry {
        stream: "log",
        action: "log.cosigner",
        subject: "log:cosigners",
        after: Some(json!({ "verifier": verifier })),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)
}

/// Takes a cosigned head in: a note of this log, unchanged, with the line of a registered key that holds. Lines of keys nobody
/// registered are left out. Handing the same in twice changes nothing. Returns the number of the head.
pub async fn cosign(db: &Db, actor: &Actor, note: &str) -> Result<i64, Error> {
    let role = actor.may(Action::CosignLog, &Target::none())?;
    let refused = |reason| Error::field("note", reason);
    if note.trim().is_empty() {
        return Err(refused(Reason::Missing));
    }
    // A form's line breaks are those of no note.
    let note = format!("{}\n", note.replace("\r\n", "\n").trim());
    let note: Note = note.parse().map_err(|_: Malformed| refused(Reason::NotANote))?;
    let mut tx = db.begin().await?;
    let head = sqlx::query!("select seq, note from log_checkpoint where starts_with(note, $1) limit 1", note.text);
    let head = head.fetch_optional(&mut *tx).await.map_err(refuse)?;
    let head = head.filter(|head| head.note.parse::<Note>().is_ok_and(|signed| signed.text == note.text));
    let head = head.ok_or_else(|| refused(Reason::OtherNote))?;
    let known = sqlx::query_scalar!("select verifier from log_cosigner").fetch_all(&mut *tx).await.map_err(refuse)?;
    let known = known.iter().map(|verifier| verifier.parse().map_err(fault)).collect::<Result<Vec<Key>, _>>()?;
    let mut by = 0;
    for line in &note.signatures {
        let Some(key) = known.iter().find(|key| line.is_by(key)) else { continue };
        if line.holds(key, &note.text).is_none() {
            return Err(refused(Reason::BrokenSignature));
        }
        by += 1;
        let new = sqlx::query!(
            "insert into log_cosignature (checkpoint_seq, verifier, line) values ($1, $2, $3) on conflict do nothing",
            head.seq,
            key.to_string(),
            line.to_string(),
        );
        if new.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 1 {
            let subject = format!("log:{}", head.seq);
            let after = Some(json!({ "verifier": key.to_string() }));
            let entry = audit::Entry {
                stream: "log",
                action: "log.cosign",
                subject: &subject,
                after,
                ..audit::Entry::default()
            };
            audit::append(db, &mut tx, actor, role, entry).await?;
        }
    }
    if by == 0 {
        return Err(refused(Reason::UnknownSigner));
    }
    tx.commit().await.map_err(refuse)?;
    Ok(head.seq)
}
