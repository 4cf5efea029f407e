//! Opening a secret vote with both tellers' keys: what was sealed and what the box held becomes one shuffled heap of ballots, and
//! what could tell who said what is rounded or thrown away.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::pact::ballot::{Ballot, tally};
use gongzhi_domain::pact::quorum::Threshold;
use gongzhi_domain::pact::{Basis, Choice, Count};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::count::{Found, basis, totals};
use super::seal::{self, Identities};
use super::{Vote, paper};
use crate::db::Db;
use crate::refusal::{Trouble, fault};
use crate::roll::Roll;

/// Opens all sealed ballots of a vote together with what the box held, writes them shuffled in one statement, and deletes the sealed
/// ones.
pub(super) async fn secret_ballots(
    tx: &mut PgConnection,
    vote: &Vote,
    roll: &Roll,
    keys: Option<&Identities>,
) -> Result<Found, Trouble> {
    let basis = basis(vote, roll);
    let rows = sqlx::query!(
        "select s.sealed, u.area_cm2 from sealed_ballot s join voting_unit u on u.id = s.unit_id where s.vote_id = $1",
        vote.id.uuid(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let phones = sqlx::query_scalar!(
        r#"select count(*) as "phones!" from participation where vote_id = $1 and channel = 'phone'"#,
        vote.id.uuid(),
    )
    .fetch_one(&mut *tx)
    .await?;
    if usize::try_from(phones).ok() != Some(rows.len()) {
        return Err(fault("sealed ballots and register differ").into());
    }
    let (outer, inner) = keys_of(vote, keys)?;
    let id = vote.id;
    // Thousands are opened: not on a thread that others wait for.
    let opening = move || {
        let open = |(sealed, area): (Vec<u8>, i64)| {
            Ok((seal::unseal(id, &sealed, &outer, &inner)?, u64::try_from(area).map_err(fault)?))
        };
        rows.into_iter().map(|row| open((row.sealed, row.area_cm2))).collect::<Result<Vec<(Choice, u64)>, Error>>()
    };
    let opened = tokio::task::spawn_blocking(opening).await.map_err(fault)??;
    let boxed = paper::settled(&paper::read_box(&mut *tx, vote.id).await?);
    let mut said: Vec<&'static str> = opened.iter().map(|(choice, _)| choice.code()).collect();
    let mut ballots: Vec<Ballot> =
        opened.iter().map(|(choice, area_cm2)| Ballot { choice: Some(*choice), area_cm2: *area_cm2 }).collect();
    let mut invalid = 0;
    let mut not_returned = 0;
    if let Some(boxed) = boxed {
        let ticked = sqlx::query_scalar!(
            r#"select count(*) as "ticked!" from participation where vote_id = $1 and channel = 'paper'"#,
            vote.id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        not_returned = u64::try_from(ticked - boxed.all()).map_err(fault)?;
        ballots.extend((0..not_returned).map(|_| Ballot { choice: None, area_cm2: 0 }));
        sqlx::query!(
            "insert into paper_box (vote_id, papers, sha256) values ($1, $2, $3)",
            vote.id.uuid(),
            i32::try_from(boxed.all()).map_err(fault)?,
            box_sha256(vote, keys, boxed),
        )
        .execute(&mut *tx)
        .await?;
        let papers = [
            (Some(Choice::Yes), "yes", boxed.yes),
            (Some(Choice::No), "no", boxed.no),
            (Some(Choice::Abstain), "abstain", boxed.abstain),
            (None, "invalid", boxed.invalid),
        ];
        for (choice, code, many) in papers {
            for _ in 0..many {
                said.push(code);
                ballots.push(Ballot { choice, area_cm2: 0 });
                invalid += u64::from(choice.is_none());
            }
        }
    }
    let (total, total_area) = totals(&mut *tx, vote).await?;
    let mut tally = tally(basis, total, total_area, ballots);
    if let Some(area) = &mut tally.area_cm2 {
        let present = sqlx::query_scalar!(
            r#"select coalesce(sum(u.area_cm2), 0)::bigint as "area!" from participation p join voting_unit u on u.id = p.unit_id
               where p.vote_id = $1"#,
            vote.id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        *area = hidden_area(area, u64::try_from(present).map_err(fault)?, pass_share(roll));
    }
    shuffle(&mut said);
    let ids: Vec<Uuid> = said.iter().map(|_| Uuid::new_v4()).collect();
    let said: Vec<String> = said.into_iter().map(str::to_owned).collect();
    sqlx::query!(
        "insert into ballot (id, vote_id, choice) select b.id, $1, b.choice from unnest($2::uuid[], $3::text[]) as b (id, choice)",
        vote.id.uuid(),
        &ids,
        &said,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from sealed_ballot where vote_id = $1", vote.id.uuid()).execute(&mut *tx).await?;
    sqlx::query!("delete from paper_batch_entry where vote_id = $1", vote.id.uuid()).execute(&mut *tx).await?;
    Ok(Found { tally, invalid, not_returned })
}

/// What stays of a box's numbers. The salt is both tellers' secrets, which are stored nowhere: without them nobody can try numbers.
fn box_sha256(vote: &Vote, keys: Option<&Identities>, boxed: paper::Box) -> Vec<u8> {
    let mut sha = Sha256::new();
    for secret in keys.iter().flat_map(|keys| [&keys.outer, &keys.inner]) {
        let secret: String = secret.chars().filter(|c| !c.is_whitespace()).collect();
        sha.update(secret.to_uppercase().as_bytes());
        sha.update(b"\n");
    }
    sha.update(vote.id.uuid().as_bytes());
    sha.update(format!("yes {} no {} abstain {} invalid {}", boxed.yes, boxed.no, boxed.abstain, boxed.invalid));
    sha.finalize().to_vec()
}

/// Puts ballots into an order that nothing but the system's randomness has to do with.
fn shuffle(said: &mut [&'static str]) {
    let mut keyed: Vec<(Uuid, &'static str)> = said.iter().map(|said| (Uuid::new_v4(), *said)).collect();
    keyed.sort_unstable();
    for (place, (_, one)) in said.iter_mut().zip(keyed) {
        *place = one;
    }
}

fn pass_share(roll: &Roll) -> Threshold {
    if roll.basis == Basis::OwnersSpecial { Threshold::THREE_QUARTERS } else { Threshold::MORE_THAN_HALF }
}

/// The floor area of a secret vote as it may be written down. The exact sum of the flats that said yes could be taken apart into
/// flats by whoever knows their sizes: it is kept in whole square metres, rounded so that the law's line comes out as with
/// the exact number, and no and abstention are not kept at all.
fn hidden_area(exact: &Count, present: u64, share: Threshold) -> Count {
    const SQUARE_METRE: u64 = 10_000;
    let floor = exact.yes / SQUARE_METRE * SQUARE_METRE;
    let fits = share.holds(floor, present) == share.holds(exact.yes, present);
    let yes = if fits { floor } else { exact.yes.div_ceil(SQUARE_METRE) * SQUARE_METRE };
    Count { total: exact.total, present, yes: yes.min(present), no: 0, abstain: 0 }
}

/// The tellers' keys for a vote; each must be one that its layer is sealed to.
fn keys_of(vote: &Vote, keys: Option<&Identities>) -> Result<(age::x25519::Identity, age::x25519::Identity), Error> {
    use gongzhi_domain::FieldError;
    let typed = |field: &str, text: Option<&str>, recipients: &[String]| {
        let text = text.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(FieldError::new(field, Reason::Missing));
        }
        seal::identity_in(text)
            .filter(|identity| recipients.contains(&seal::recipient_of(identity)))
            .ok_or_else(|| FieldError::new(field, Reason::NotATellerKey))
    };
    let outer = typed("secret_outer", keys.map(|keys| keys.outer.as_str()), &vote.outer);
    let inner = typed("secret_inner", keys.map(|keys| keys.inner.as_str()), &vote.inner);
    match (outer, inner) {
        (Ok(outer), Ok(inner)) => Ok((outer, inner)),
        (outer, inner) => Err(Error::Invalid { fields: outer.err().into_iter().chain(inner.err()).collect() }),
    }
}

/// Throws away the files in which deleted sealed ballots and counts of a box would lie as dead rows until a vacuum, after the count
/// has committed, so that nobody who votes elsewhere waits for it. While another pact's secret vote is running its ballots lie in
/// the same file, which then stays until the last count or PostgreSQL's own vacuum.
pub(super) async fn sweep(db: &Db) {
    if let Err(error) = sqlx::query!("select sweep_ballots()").execute(db.pool()).await {
        tracing::error!(%error, "the file of the counted ballots was not thrown away; the next count does it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_of_a_secret_vote_is_rounded_and_the_line_comes_out_the_same() {
        for (yes, present) in
            [(1_000_001, 2_000_000), (1_000_000, 2_000_000), (1_004_999, 2_009_997), (0, 10), (9_999, 10_000)]
        {
            let exact = Count { total: 3_000_000, present, yes, no: 5, abstain: 7 };
            for share in [Threshold::MORE_THAN_HALF, Threshold::THREE_QUARTERS] {
                let kept = hidden_area(&exact, present, share);
                assert_eq!(share.holds(kept.yes, present), share.holds(yes, present), "{yes} of {present}");
                assert!(kept.yes.is_multiple_of(10_000) || kept.yes == present);
                assert_eq!((kept.no, kept.abstain), (0, 0));
            }
        }
    }

    #[test]
    fn a_shuffle_keeps_what_it_shuffles() {
        let mut said = ["yes", "no", "yes", "abstain"];
        shuffle(&mut said);
        said.sort_unstable();
        assert_eq!(said, ["abstain", "no", "yes", "yes"]);
    }
}
