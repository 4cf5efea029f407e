//! Every signature of a pact computed anew from its row: a byte that was changed anywhere is found and named. What the log says
//! of the same statements is checked by its own walk.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{HouseholdId, PersonId, SignatureId};
use gongzhi_domain::pact::statement::Statement;
use sqlx::PgConnection;

use super::bind::{canonical_sha256, moment, pseudonym, sha256};
use super::ground::{Ground, hex};
use super::withdraw;
use crate::db::Db;
use crate::passkeys::{self, Bound};
use crate::refusal::{parsed, refuse};

/// Something that is not as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The signature it is about.
    pub signature: SignatureId,
    /// The part that does not fit: `evidence`, `signer`, `statement`, `text`, `rules`, `scan` or `withdrawal`.
    pub part: &'static str,
}

/// Recomputes every signature and withdrawal of a pact, all its versions, and names what does not fit.
pub async fn recheck(db: &Db, number: &str) -> Result<Vec<Broken>, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let mut broken = signatures(db, &mut conn, &ground).await?;
    let damaged = super::damaged(db, &mut conn, Some(ground.id)).await?;
    broken.extend(damaged.into_iter().map(|(signature, _)| Broken { signature, part: "scan" }));
    broken.extend(withdrawals(&mut conn, &ground).await?);
    Ok(broken)
}

async fn signatures(db: &Db, conn: &mut PgConnection, ground: &Ground) -> Result<Vec<Broken>, Error> {
    let rows = sqlx::query!(
        r#"select s.id, s.text_no, s.text_sha256, s.profile_sha256, s.resolution, s.person_id, s.household_id, s.pseudonym,
                  s.capacity, s.channel, s.evidence, s.evidence_sha256, s.statement_sha256, s.at,
                  v.text_sha256 as published, r.sha256 as "rules?"
           from signature s
           join pact p on p.id = s.pact_id
           join pact_version v on v.pact_id = s.pact_id and v.no = s.text_no
           left join rule_profile r on r.sha256 = s.profile_sha256
           where s.pact_id = $1 order by s.id"#,
        ground.id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let mut broken = Vec::new();
    for row in rows {
        let statement = Statement {
            pact: &ground.number,
            version: row.text_no,
            text: sha256(&row.text_sha256)?,
            rule_profile: sha256(&row.profile_sha256)?,
            resolution: &row.resolution,
            signer: sha256(&row.pseudonym)?,
            capacity: parsed(&row.capacity)?,
            household: HouseholdId::from_uuid(row.household_id),
            channel: parsed(&row.channel)?,
            evidence: sha256(&row.evidence_sha256)?,
            at: row.at,
        };
        let bound = Bound {
            pact: ground.id,
            number: &ground.number,
            text_no: row.text_no,
            text_sha256: &row.text_sha256,
            signer: &row.pseudonym,
        };
        // Evidence that has no canonical form any more was changed.
        let evidence = canonical_sha256(&row.evidence).unwrap_or_default();
        let parts = [
            ("evidence", evidence == row.evidence_sha256 && passkeys::still_holds(&row.evidence, &bound)),
            ("signer", pseudonym(db.keys(), ground.id, PersonId::from_uuid(row.person_id)) == row.pseudonym),
            ("statement", canonical_sha256(&statement.value())? == row.statement_sha256),
            ("text", row.published == row.text_sha256),
            ("rules", row.rules.is_some()),
        ];
        let signature = SignatureId::from_uuid(row.id);
        broken.extend(parts.iter().filter(|(_, fits)| !fits).map(|(part, _)| Broken { signature, part }));
    }
    Ok(broken)
}

async fn withdrawals(conn: &mut PgConnection, ground: &Ground) -> Result<Vec<Broken>, Error> {
    let rows = sqlx::query!(
        r#"select e.signature_id, e.effect as "effect!", e.at, e.statement_sha256, s.statement_sha256 as signed, s.pseudonym
           from signature_event e join signature s on s.id = e.signature_id
           where e.pact_id = $1 and e.kind = 'withdrawal' order by e.signature_id"#,
        ground.id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let mut broken = Vec::new();
    for row in rows {
        let statement =
            withdraw::statement(&hex(&row.signed), &ground.number, &hex(&row.pseudonym), &row.effect, &moment(row.at));
        if canonical_sha256(&statement)? != row.statement_sha256 {
            broken.push(Broken { signature: SignatureId::from_uuid(row.signature_id), part: "withdrawal" });
        }
    }
    Ok(broken)
}
