//! Signatures, and their withdrawals.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{PactId, PersonId};
use gongzhi_proof::canonical;
use sqlx::PgConnection;

use super::{Logged, Now, ids};
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;

/// Everything a signature binds, as its row says it now; the hash of its evidence and the signer's pseudonym are made again.
pub(super) async fn signatures(db: &Db, tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select s.id, s.leaf_id, s.pact_id, s.person_id, s.pseudonym, s.evidence, s.evidence_sha256, s.statement_sha256,
                  jsonb_build_object(
                      'pact', p.number, 'version', s.text_no, 'text_sha256', encode(s.text_sha256, 'hex'),
                      'rule_profile_sha256', encode(s.profile_sha256, 'hex'), 'resolution', s.resolution,
                      'signer', encode(s.pseudonym, 'hex'), 'capacity', s.capacity, 'household', s.household_id,
                      'channel', s.channel, 'evidence_sha256', encode(s.evidence_sha256, 'hex'),
                      'at', to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as "facts!"
           from signature s join pact p on p.id = s.pact_id
           where s.leaf_id = any($1)"#,
        &ids(logged),
    );
    let now = |row: SignatureRow| {
        let mut wrong = Vec::new();
        let evidence = canonical::write(&row.evidence).map(|text| gongzhi_proof::sha256(text.as_bytes()).to_vec());
        if evidence.ok().as_ref() != Some(&row.evidence_sha256) {
            wrong.push("the evidence is not the one that was hashed".to_owned());
        }
        if signer(db, row.pact, row.person) != row.pseudonym {
            wrong.push("the signer is not the one whose pseudonym it carries".to_owned());
        }
        Now {
            leaf: row.leaf,
            name: format!("signature {}", row.id),
            facts: row.facts,
            wrong,
            statement_sha256: Some(row.statement_sha256),
        }
    };
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| SignatureRow {
        id: row.id,
        leaf: row.leaf_id,
        pact: row.pact_id.into(),
        person: row.person_id.into(),
        pseudonym: row.pseudonym,
        evidence: row.evidence,
        evidence_sha256: row.evidence_sha256,
        statement_sha256: row.statement_sha256,
        facts: row.facts,
    });
    Ok(rows.map(now).collect())
}

struct SignatureRow {
    id: uuid::Uuid,
    leaf: uuid::Uuid,
    pact: PactId,
    person: PersonId,
    pseudonym: Vec<u8>,
    evidence: serde_json::Value,
    evidence_sha256: Vec<u8>,
    statement_sha256: Vec<u8>,
    facts: serde_json::Value,
}

/// The pseudonym of a person in one pact.
fn signer(db: &Db, pact: PactId, person: PersonId) -> Vec<u8> {
    let both = [pact.uuid().into_bytes(), person.uuid().into_bytes()].concat();
    db.keys().index(Purpose::Signer, &both)
}

/// Withdrawals as their rows say them now.
pub(super) async fn withdrawals(tx: &mut PgConnection, logged: &[&Logged]) -> Result<Vec<Now>, Error> {
    let rows = sqlx::query!(
        r#"select e.id, e.signature_id, e.leaf_id as "leaf_id!", e.statement_sha256, s.id as "signed?",
                  jsonb_build_object(
                      'pact', p.number, 'signature_sha256', encode(s.statement_sha256, 'hex'),
                      'signer', encode(s.pseudonym, 'hex'), 'effect', e.effect,
                      'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as "facts!"
           from signature_event e join signature s on s.id = e.signature_id join pact p on p.id = e.pact_id
           where e.leaf_id = any($1)"#,
        &ids(logged),
    );
    let subject_of =
        |leaf: uuid::Uuid| logged.iter().find(|logged| logged.id == leaf).map(|logged| logged.subject.as_str());
    let rows = rows.fetch_all(tx).await.map_err(refuse)?.into_iter().map(|row| {
        let is_its = subject_of(row.leaf_id) == Some(&format!("signature:{}", row.signature_id));
        Now {
            leaf: row.leaf_id,
            name: format!("withdrawal of signature {}", row.signature_id),
            facts: row.facts,
            wrong: if is_its { Vec::new() } else { vec!["it takes another signature back than was logged".to_owned()] },
            statement_sha256: Some(row.statement_sha256),
        }
    });
    Ok(rows.collect())
}
