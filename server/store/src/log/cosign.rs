//! A second party signs the heads of the log too, so that the portal cannot show one log to one resident and another log to the
//! next. Its private key never comes here: it signs on a machine of its own and hands the note in. Whose keys count stands
//! in [`super::cosigners`].

use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use gongzhi_proof::note::{Key, Malformed, Note};
use serde_json::json;

use crate::audit;
use crate::db::Db;
use crate::refusal::{fault, refuse};

/// Takes a cosigned head in: a note of this log, unchanged, with the line of a registered key that holds. Lines of keys nobody
/// registered, or that are retired, are left out. Handing the same in twice changes nothing. Returns the number of the head.
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
    let known = sqlx::query_scalar!(
        "select verifier from log_cosigner c where not exists (select from log_cosigner_end e where e.verifier = c.verifier)",
    );
    let known = known.fetch_all(&mut *tx).await.map_err(refuse)?;
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
