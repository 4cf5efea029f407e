//! What has to hold after the crowd has gone: everybody counted once, nobody lost, the log as long as the signatures and whole,
//! the count equal to what was cast. Whatever does not hold ends the run.

use anyhow::{Result, ensure};
use gongzhi_store::log::{self, Reason};
use gongzhi_store::{Db, signing};
use sqlx::AssertSqlSafe;

use super::estate::Estate;

/// Rows that a query counts.
pub async fn count(db: &Db, what: &str) -> Result<i64> {
    Ok(sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(db.pool()).await?)
}

/// So many rows, and no other number.
async fn exactly(db: &Db, wanted: usize, what: &str) -> Result<()> {
    let found = count(db, what).await?;
    ensure!(usize::try_from(found).ok() == Some(wanted), "{found} rows, not {wanted}, in {what}");
    Ok(())
}

/// What votes leave behind, before the count.
pub async fn votes(db: &Db, estate: &Estate) -> Result<()> {
    let all = estate.households.len();
    for what in [
        "participation",
        "(select distinct unit_id from participation) each_unit",
        "(select distinct receipt from participation) each_receipt",
        "sealed_ballot",
        "participation p join sealed_ballot b using (vote_id, unit_id) join voting_unit u on u.id = p.unit_id
         where u.voter_id = p.person_id and p.channel = 'phone'",
        "audit_event where action = 'vote.take_part'",
    ] {
        exactly(db, all, what).await?;
    }
    Ok(())
}

/// Closes the vote through its move and compares the count with what was cast. Answers what a reader has to know.
pub async fn counted(db: &Db, estate: &Estate) -> Result<String> {
    estate.close(db).await?;
    let all = estate.households.len();
    let [yes, no, abstain] = estate.cast();
    let (present, said_yes, passed): (i64, i64, bool) = sqlx::query_as(
        "select (heads ->> 'present')::bigint, (heads ->> 'yes')::bigint, passed
         from tally, jsonb_path_query_first(numbers, '$.**.heads') heads where vote_id = $1",
    )
    .bind(estate.vote)
    .fetch_one(db.pool())
    .await?;
    ensure!(
        (u64::try_from(present)?, u64::try_from(said_yes)?, passed) == (all as u64, yes, true),
        "cast were {yes} yes of {all}; counted {said_yes} of {present}, passed: {passed}"
    );
    for (choice, cast) in [("yes", yes), ("no", no), ("abstain", abstain)] {
        exactly(db, usize::try_from(cast)?, &format!("ballot where choice = '{choice}'")).await?;
    }
    exactly(db, 0, "sealed_ballot").await?;
    exactly(db, 1, "log_leaf where kind = 'vote_count'").await?;
    let log = whole(db).await?;
    Ok(format!("{all} participations; counted as cast: {yes} yes, {no} no, {abstain} abstentions; {log}"))
}

/// What signatures leave behind. Answers what a reader has to know.
pub async fn signatures(db: &Db, estate: &Estate) -> Result<String> {
    let all = estate.households.len();
    for what in [
        "signature",
        "(select distinct household_id, person_id from signature) each_household",
        "log_leaf where kind = 'signature'",
        "signature s join log_leaf l on l.id = s.leaf_id and l.kind = 'signature' and l.subject = 'signature:' || s.id",
        "sign_in_code where purpose = 'signature' and used_at is not null",
        "audit_event where action = 'signature.sign'",
        "outbox where kind = 'pact_signed'",
    ] {
        exactly(db, all, what).await?;
    }
    let mut connection = db.pool().acquire().await?;
    let counts = signing::count(&mut connection, estate.pact()).await?;
    drop(connection);
    let households = u32::try_from(all)?;
    ensure!(
        (counts.signed, counts.households, counts.signatures) == (households, households, households),
        "the pact counts {counts:?}"
    );
    let log = whole(db).await?;
    exactly(db, all, "log_entry e join log_leaf l on l.id = e.leaf_id where l.kind = 'signature'").await?;
    let broken = signing::recheck(db, &estate.number).await?;
    ensure!(broken.is_empty(), "{} signatures are not as they were put", broken.len());
    Ok(format!("{all} signatures and as many leaves, each signature rechecked; {log}"))
}

/// Gives every leaf its place, signs the head, and walks over the whole log.
async fn whole(db: &Db) -> Result<String> {
    log::checkpoint(db, Reason::Asked).await?;
    let report = log::verify(db).await?;
    if let Some(first) = report.broken.first() {
        anyhow::bail!("the log is broken in {} places; the first: {first}", report.broken.len());
    }
    ensure!(report.waiting == 0, "{} leaves wait for their place", report.waiting);
    Ok(format!("the log of {} entries is whole", report.entries))
}
