//! Opening the vote: one question to each body of the roll, with the tellers' keys where it is secret.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::pact::Secrecy;
use sqlx::PgConnection;

use super::keys;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::Trouble;
use crate::roll::{Roll, close_naming};

/// Opens the votes of a pact, in the transaction of the move.
///
/// Refused: a secret vote without two tellers who have made their keys (field `tellers`).
pub(crate) async fn open(db: &Db, tx: &mut PgConnection, pact: &Pact) -> Result<(), Trouble> {
    let roll = Roll::of(&mut *tx, pact.id, true).await?;
    close_naming(db, &mut *tx, &roll).await?;
    let (outer, inner) = match pact.secrecy {
        Secrecy::Open => (Vec::new(), Vec::new()),
        Secrecy::Secret => {
            let mut layers = keys::of(&mut *tx, pact).await?.into_iter().filter_map(|held| {
                let recipient = held.recipient?;
                Some(std::iter::once(recipient).chain(held.reserve).collect::<Vec<_>>())
            });
            match (layers.next(), layers.next()) {
                (Some(outer), Some(inner)) if !outer.iter().any(|key| inner.contains(key)) => (outer, inner),
                _ => return Err(Error::field("tellers", Reason::TellersWithoutKeys).into()),
            }
        }
    };
    let text = sqlx::query!(
        "select no, text_sha256 from pact_version where pact_id = $1 and no = $2",
        pact.id.uuid(),
        pact.text_no,
    )
    .fetch_one(&mut *tx)
    .await?;
    let bodies = sqlx::query_scalar!(
        "select distinct body from voting_unit where roll_id = $1 and struck_in is null order by body",
        roll.id,
    )
    .fetch_all(&mut *tx)
    .await?;
    for body in bodies {
        sqlx::query!(
            "insert into vote (id, pact_id, roll_id, body, secrecy, text_no, text_sha256, outer_keys, inner_keys, opened_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            db.new_id(),
            pact.id.uuid(),
            roll.id,
            body,
            pact.secrecy.code(),
            text.no,
            text.text_sha256,
            &outer,
            &inner,
            db.now(),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
