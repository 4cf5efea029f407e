//! Casting a ballot by phone.

use gongzhi_domain::Error;
use gongzhi_domain::error::{Reason, What};
use gongzhi_domain::ids::{KeyId, PersonId, VoteId};
use gongzhi_domain::pact::{Channel, Choice, Secrecy};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::view::Cast;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Hold, Vote, receipt, seal};
use crate::audit;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed, refuse, retrying};

/// Votes for a unit. The same form sent twice votes once; whatever comes after is refused and changes nothing. `key` was made
/// with the form.
///
/// Refused: whoever is not the unit's voter nor holds its proxy; a vote that is not open (field `choice`,
/// [`Reason::Closed`]); a unit that took part, by phone or on paper ([`Error::Duplicate`]).
pub async fn cast(
    db: &Db,
    actor: &Actor,
    number: &str,
    vote: VoteId,
    unit: Uuid,
    choice: Choice,
    key: KeyId,
) -> Result<Cast, Error> {
    actor.may(Action::CastVote, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    retrying(move || async move {
        let mut tx = db.begin().await?;
        let pact = Pact::by_number(&mut tx, number, false).await?;
        let held = Vote::hold(&mut tx, &pact, vote, Hold::Casting).await?;
        may_vote_for(&mut tx, &held, unit, person).await?;
        let code = receipt(db, held.id, unit);
        let open = held.is_open(&pact);
        let inserted = if open { insert(db, &mut tx, &held, unit, person, choice, key, &code).await? } else { false };
        if !inserted {
            let before = standing(&mut tx, held.id, unit).await?;
            return match before {
                Some((before, used)) if used == Some(key.uuid()) => Ok(before),
                Some(_) => Err(Error::Duplicate { what: What::Ballot }.into()),
                // The form was made for another unit, and used there.
                None if open => Err(Error::Duplicate { what: What::Ballot }.into()),
                None => Err(Error::field("choice", Reason::Closed).into()),
            };
        }
        if held.secrecy == Secrecy::Secret {
            let sealed = seal::seal(held.id, choice, &held.outer, &held.inner)?;
            sqlx::query!(
                "insert into sealed_ballot (vote_id, unit_id, sealed) values ($1, $2, $3)",
                held.id.uuid(),
                unit,
                sealed,
            )
            .execute(&mut *tx)
            .await?;
        }
        // A stream of its own: thousands vote at once and nobody waits for another's row.
        let stream = format!("vote:{}:{unit}", held.id);
        let entry = audit::Entry {
            stream: &stream,
            action: "vote.take_part",
            subject: &stream,
            after: Some(json!({"channel": Channel::Phone})),
            ..Default::default()
        };
        audit::append(db, &mut tx, actor, Role::Resident, entry).await?;
        tx.commit().await.map_err(refuse)?;
        Ok::<_, Trouble>(Cast { at: db.now(), channel: Channel::Phone, receipt: code })
    })
    .await
}

/// Whether somebody votes for a unit: its voter, or who holds its proxy; the voter does not where there is a proxy.
async fn may_vote_for(tx: &mut PgConnection, vote: &Vote, unit: Uuid, person: PersonId) -> Result<(), Trouble> {
    let row = sqlx::query!(
        r#"select u.voter_id, x.holder_id as "holder_id?" from voting_unit u left join proxy x on x.unit_id = u.id
           where u.id = $1 and u.roll_id = $2 and u.body = $3 and u.struck_in is null for key share of u"#,
        unit,
        vote.roll,
        vote.body.code(),
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound { what: What::Vote })?;
    if row.holder_id.or(row.voter_id) == Some(person.uuid()) {
        return Ok(());
    }
    Err(Error::Forbidden { action: Action::CastVote }.into())
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn insert(
    db: &Db,
    tx: &mut PgConnection,
    vote: &Vote,
    unit: Uuid,
    person: PersonId,
    choice: Choice,
    key: KeyId,
    code: &str,
) -> Result<bool, Trouble> {
    let shown = (vote.secrecy == Secrecy::Open).then(|| choice.code());
    let inserted = sqlx::query!(
        "insert into participation (vote_id, unit_id, secrecy, channel, person_id, choice, key, receipt, at)
         values ($1, $2, $3, 'phone', $4, $5, $6, $7, $8) on conflict do nothing",
        vote.id.uuid(),
        unit,
        vote.secrecy.code(),
        person.uuid(),
        shown,
        key.uuid(),
        code,
        db.now(),
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// How a unit took part, and with which form.
pub(super) async fn standing(
    conn: &mut PgConnection,
    vote: VoteId,
    unit: Uuid,
) -> Result<Option<(Cast, Option<Uuid>)>, Trouble> {
    let row = sqlx::query!(
        "select at, channel, receipt, key from participation where vote_id = $1 and unit_id = $2",
        vote.uuid(),
        unit,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((Cast { at: row.at, channel: parsed(&row.channel)?, receipt: row.receipt }, row.key)))
}
