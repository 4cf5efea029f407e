//! What is emptied when an account is closed, table by table, as PRIVACY.md lists it. Nothing here removes a row that proves a
//! count: those name a number, and the number is nobody's afterwards.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{LeafId, PersonId};
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;
use crate::{keeping, log, points};

/// Empties everything of a person, and says that the account is closed. Answers how many statements of the log were forgotten.
pub(super) async fn person(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<u64, Error> {
    points::let_all_expire(db, &mut *tx, person).await?;
    messages(db, &mut *tx, person).await?;
    words(db, &mut *tx, person).await?;
    matters(db, &mut *tx, person).await?;
    homes(db, &mut *tx, person).await?;
    requests(&mut *tx, person).await?;
    let forgotten = statements(&mut *tx, person).await?;
    // Last: the code's messages were found by the number.
    sqlx::query!("delete from session where person_id = $1", person.uuid()).execute(&mut *tx).await.map_err(refuse)?;
    for keys in [
        sqlx::query!("delete from passkey_challenge where person_id = $1", person.uuid()),
        sqlx::query!("delete from passkey where person_id = $1", person.uuid()),
    ] {
        keys.execute(&mut *tx).await.map_err(refuse)?;
    }
    sqlx::query!("delete from account_closing where person_id = $1", person.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!(
        "update person set phone_sealed = null, phone_index = null, name_sealed = null, home_area_id = null, closed_at = $2 where id = $1",
        person.uuid(),
        db.now(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(forgotten)
}

/// Messages and codes: bodies and numbers go; that a message was delivered stays, where it proves that a text arrived.
async fn messages(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    let (nothing, now) = (db.keys().seal_text(Purpose::Message, "")?, db.now());
    sqlx::query!(
        "update outbox o set to_sealed = null, body_sealed = $2,
             given_up_at = case when delivered_at is null then coalesce(given_up_at, $3) end
         where person_id = $1 or key in (
             select 'sign_in_code:' || c.id from sign_in_code c join person p on p.phone_index = c.phone_index where p.id = $1)",
        person.uuid(),
        nothing,
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "delete from sign_in_code where phone_index = (select phone_index from person where id = $1)",
        person.uuid(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// What they said in public and of others: opinions, topics, comments, nominations, words of a rating. That a stance was taken, a
/// case rated, stays without them. A nomination that is public stays by its neighbour's consent; one of themselves does not.
async fn words(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    let (nothing, now) = (db.keys().seal_text(Purpose::Content, "")?, db.now());
    sqlx::query!(
        "update content c set original_sealed = $2, public_text = '', search = ''::tsvector, note_to_author = null, author_id = null,
             state = case when state = 'spam' then state else 'hidden' end,
             hide_reason = case when state = 'spam' then null else coalesce(hide_reason, 'privacy') end,
             decided_at = coalesce(decided_at, $3), version = version + 1
         where author_id = $1 and kind in ('opinion', 'topic', 'comment', 'nomination', 'rating')
           and not exists (select from nomination n where n.content_id = c.id and n.state = 'published')
           or c.id in (select content_id from nomination where nominee_id = $1)",
        person.uuid(),
        nothing,
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "update nomination set shown_name = null, state = case when state = 'published' then 'withdrawn' else 'declined' end, ended_at = $2
         where nominee_id = $1 and state in ('open', 'picked', 'published')",
        person.uuid(),
        now,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("update nomination set shown_name = null where nominee_id = $1", person.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!(
        "update nomination set state = 'withdrawn', ended_at = $2 where nominated_by = $1 and state in ('open', 'picked')",
        person.uuid(),
        now,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// Closed reports, findings, objections to a roll, how a credit was grounded: what was said goes, that it was decided stays.
async fn matters(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    let keys = db.keys();
    let (words, place) = (keys.seal_text(Purpose::Content, "")?, keys.seal_text(Purpose::Place, "")?);
    let internal = keys.seal_text(Purpose::Internal, "")?;
    sqlx::query!(
        "delete from attachment where breach_id in (select id from breach where reporter_index = $1)",
        keeping::reporter_index(db, person),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "update breach set words_sealed = $2::bytea, place_sealed = $3, appeal_sealed = case when appeal_by = 'reporter' then $2::bytea else appeal_sealed end
         where reporter_index = $1",
        keeping::reporter_index(db, person),
        words,
        place,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "update breach set reply_sealed = case when reply_sealed is null then null else $2::bytea end,
             appeal_sealed = case when appeal_by = 'concerned' then $2::bytea else appeal_sealed end
         where concerned_id = $1",
        person.uuid(),
        words,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "update breach_panel set note_sealed = $2 where person_id = $1 and note_sealed is not null",
        person.uuid(),
        internal,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "update roll_objection set words_sealed = $2::bytea, reason_sealed = case when reason_sealed is null then null else $2::bytea end where person_id = $1",
        person.uuid(),
        internal,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!("update points_proposal set note_sealed = $2 where person_id = $1", person.uuid(), internal)
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// Where they lived: the wish to have a home confirmed goes, a home ends today, and how it was verified goes.
async fn homes(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    sqlx::query!("delete from residence_ask where person_id = $1", person.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!(
        "update residence set note_sealed = null,
             until = case when until is null or until > $2 then greatest($2, since + 1) else until end
         where person_id = $1",
        person.uuid(),
        db.today(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// What they asked: it is handled on without them, under its number and query code.
async fn requests(tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    sqlx::query!("update request set person_id = null, anonymous = true where person_id = $1", person.uuid())
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// What the log states of them: signatures, what took them back, points on their own account.
async fn statements(tx: &mut PgConnection, person: PersonId) -> Result<u64, Error> {
    let leaves = sqlx::query_scalar!(
        r#"select leaf_id as "leaf!" from signature where person_id = $1
           union select leaf_id from signature_event where person_id = $1 and leaf_id is not null
           union select l.id from points_entry e join log_leaf l on l.subject = 'entry:' || e.id
                 where e.person_id = $1 and e.household_id is null and l.kind = 'points_entry'"#,
        person.uuid(),
    );
    let leaves: Vec<LeafId> =
        leaves.fetch_all(&mut *tx).await.map_err(refuse)?.into_iter().map(LeafId::from_uuid).collect();
    log::forget(tx, &leaves).await
}

/// What a closed account wrote to have something done is needed until it is done. Once a case has ended its original and its place
/// in words go; a public copy that was published stays, without a name.
pub(super) async fn ended_cases(db: &Db) -> Result<u64, Error> {
    let keys = db.keys();
    let mut tx = db.begin().await?;
    let ended = sqlx::query!(
        "with ended as (
             select c.id, r.id as request_id, r.visibility = 'public' and c.state = 'published' as public
             from content c join person p on p.id = c.author_id and p.closed_at is not null
                  join request r on r.content_id = c.id join work_order w on w.id = r.order_id
             where c.kind = 'request' and w.state in ('closed', 'rejected', 'cancelled')
             limit 200
         ), place as (
             update request r set place_sealed = null from ended e where r.id = e.request_id
         )
         update content c set original_sealed = $1, note_to_author = null, author_id = null,
             public_text = case when e.public then c.public_text else '' end,
             search = case when e.public then c.search else ''::tsvector end
         from ended e where c.id = e.id",
        keys.seal_text(Purpose::Content, "")?,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)?;
    Ok(ended.rows_affected())
}
