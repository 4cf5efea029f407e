//! What only the demo town needs of the store: it plays a year of use cases in seconds, with the clock turned back
//! by [`Db::at`], and has to know a few things that no page asks for.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{AreaId, AttachmentId, ClauseId, ContentId, OpinionId, OrderId, PersonId, RoomId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::Version;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, What};
use sqlx::{PgConnection, Postgres};

use crate::db::Db;
use crate::orders::{Moved, Saw, Step, perform};
use crate::photos::StagedFor;
use crate::refusal::refuse;
use crate::requests::Holder;

/// Whether nothing was ever put into this database: no area, no person, no request.
pub async fn is_empty(db: &Db) -> Result<bool, Error> {
    let some = sqlx::query_scalar!(
        r#"select exists (select from area) or exists (select from person) or exists (select from work_order) as "some!""#
    );
    Ok(!some.fetch_one(db.pool()).await.map_err(refuse)?)
}

/// Connections that do not wait for the disk at every commit, until [`Hurry::end`]. A crash meanwhile may lose the
/// last moments of the load, never tear a transaction.
pub struct Hurry {
    connections: u32,
}

impl Hurry {
    /// Takes every connection of the pool once and tells it not to wait.
    pub async fn begin(db: &Db) -> Result<Self, Error> {
        let hurry = Self { connections: db.pool().options().get_max_connections() };
        hurry.tell(db, "set synchronous_commit = off").await?;
        Ok(hurry)
    }

    /// Puts every connection back as it was. The next commit brings all earlier ones to the disk.
    pub async fn end(self, db: &Db) -> Result<(), Error> {
        self.tell(db, "reset synchronous_commit").await
    }

    async fn tell(&self, db: &Db, what: &'static str) -> Result<(), Error> {
        let mut held: Vec<sqlx::pool::PoolConnection<Postgres>> = Vec::new();
        for _ in 0..self.connections {
            let mut connection = db.pool().acquire().await.map_err(refuse)?;
            sqlx::query(what).execute(&mut *connection).await.map_err(refuse)?;
            held.push(connection);
        }
        Ok(())
    }
}

/// Says which unit usually answers for a category.
pub async fn usual_unit(tx: &mut PgConnection, category: &str, unit: UnitId) -> Result<(), Error> {
    sqlx::query!("update category set unit_id = $2 where code = $1", category, unit.uuid())
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// Says where a person lives.
pub async fn lives_in(tx: &mut PgConnection, person: PersonId, home: AreaId) -> Result<(), Error> {
    sqlx::query!("update person set home_area_id = $2 where id = $1", person.uuid(), home.uuid())
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// Stages a photo that was staged before once more, for a form of another browser: its files are there already.
pub async fn stage_again(
    db: &Db,
    holder: &Holder,
    staged_for: StagedFor,
    photo: AttachmentId,
) -> Result<AttachmentId, Error> {
    let id = AttachmentId::from_uuid(db.new_id());
    let again = sqlx::query!(
        "insert into attachment (id, staged_by, staged_for, state, width, height, bytes, sha256, created_at)
         select $1, $2, $5, 'staged', width, height, bytes, sha256, $3 from attachment where id = $4",
        id.uuid(),
        holder.bytes(),
        db.now(),
        photo.uuid(),
        staged_for.code(),
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    if again.rows_affected() == 1 { Ok(id) } else { Err(Error::NotFound { what: What::Attachment }) }
}

/// The order and the text of a request.
pub async fn parts_of(db: &Db, number: RequestNumber) -> Result<(OrderId, ContentId), Error> {
    let row = sqlx::query!("select order_id, content_id from request where number = $1", number.to_string())
        .fetch_optional(db.pool())
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Request })?;
    Ok((OrderId::from_uuid(row.order_id), ContentId::from_uuid(row.content_id)))
}

/// The words of a request's ratings that wait for a moderator.
pub async fn words_of_ratings(db: &Db, number: RequestNumber) -> Result<Vec<(ContentId, Version)>, Error> {
    let rows = sqlx::query!(
        "select c.id, c.version from request r join rating t on t.request_id = r.id join content c on c.id = t.content_id
         where r.number = $1 and c.state = 'waiting'",
        number.to_string(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (ContentId::from_uuid(row.id), Version(row.version))).collect())
}

/// What residents said of a pact that waits for a moderator.
pub async fn opinions_waiting(db: &Db, pact: &str) -> Result<Vec<(ContentId, Version)>, Error> {
    let rows = sqlx::query!(
        "select c.id, c.version from pact p join opinion o on o.pact_id = p.id join content c on c.id = o.content_id
         where p.number = $1 and c.state = 'waiting' order by c.created_at, c.id",
        pact,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (ContentId::from_uuid(row.id), Version(row.version))).collect())
}

/// The clauses of the version of a pact that counts now, in their order.
pub async fn clauses_of(db: &Db, pact: &str) -> Result<Vec<ClauseId>, Error> {
    let rows = sqlx::query_scalar!(
        "select c.clause_id from pact p join pact_clause c on c.pact_id = p.id and c.version_no = p.text_no
         where p.number = $1 order by c.position",
        pact,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(ClauseId::from_uuid).collect())
}

/// The opinions on a pact that were given in words, with these.
pub async fn opinions_in_words(db: &Db, pact: &str) -> Result<Vec<(OpinionId, String)>, Error> {
    let rows = sqlx::query!(
        "select o.id, c.public_text from pact p join opinion o on o.pact_id = p.id join content c on c.id = o.content_id
         where p.number = $1 order by o.given_at, o.id",
        pact,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (OpinionId::from_uuid(row.id), row.public_text)).collect())
}

/// The topic and what was said in a deliberation room, as far as it waits for a moderator.
pub async fn said_in_room(db: &Db, room: RoomId) -> Result<Vec<(ContentId, Version)>, Error> {
    let rows = sqlx::query!(
        "select c.id, c.version from content c where c.state = 'waiting'
           and (c.id in (select content_id from room where id = $1) or c.id in (select content_id from room_post where room_id = $1))
         order by c.created_at, c.id",
        room.uuid(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (ContentId::from_uuid(row.id), Version(row.version))).collect())
}

/// Nominations of good neighbours that wait for a moderator.
pub async fn nominations_waiting(db: &Db) -> Result<Vec<(ContentId, Version)>, Error> {
    let rows = sqlx::query!(
        "select c.id, c.version from nomination n join content c on c.id = n.content_id where c.state = 'waiting' order by c.created_at",
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (ContentId::from_uuid(row.id), Version(row.version))).collect())
}

/// The number of the unit of the statutory body for which somebody votes, on the newest roll of a pact.
pub async fn unit_of(db: &Db, pact: &str, voter: PersonId) -> Result<Option<i32>, Error> {
    let position = sqlx::query_scalar!(
        "select u.position from pact p join roll r on r.pact_id = p.id join voting_unit u on u.roll_id = r.id
         where p.number = $1 and u.body = 'statutory' and u.voter_id = $2 and u.struck_in is null order by r.no desc limit 1",
        pact,
        voter.uuid(),
    );
    position.fetch_optional(db.pool()).await.map_err(refuse)
}

/// The hash of the version of a pact that counts now, in hexadecimal.
pub async fn text_of(db: &Db, pact: &str) -> Result<String, Error> {
    let hex = sqlx::query_scalar!(
        r#"select encode(v.text_sha256, 'hex') as "hex!" from pact p join pact_version v on v.pact_id = p.id and v.no = p.text_no
           where p.number = $1"#,
        pact,
    );
    hex.fetch_one(db.pool()).await.map_err(refuse)
}

/// Closes one answered order as the clock does after seven days (requests.md, States #17).
pub async fn close_by_clock(db: &Db, order: OrderId) -> Result<Moved, Error> {
    db.calendar().await?;
    let mut tx = db.begin().await?;
    let moved = perform(db, &mut tx, &Actor::system(), false, order, Saw::Latest, Step::Close(None)).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(moved)
}

/// Notes every message that waits as delivered when it was written: nobody in the demo town has a telephone.
pub async fn all_told(db: &Db) -> Result<u64, Error> {
    let told =
        sqlx::query!("update outbox set delivered_at = created_at where delivered_at is null").execute(db.pool()).await;
    Ok(told.map_err(refuse)?.rows_affected())
}

/// How many orders stand in each state, and how many are past their limit.
pub async fn states(db: &Db, now: DateTime<Utc>) -> Result<(Vec<(String, i64)>, i64), Error> {
    let rows = sqlx::query!(
        r#"select state, count(*) as "orders!", count(*) filter (where due_at < $1) as "late!" from work_order group by state order by state"#,
        now,
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let late = rows.iter().map(|row| row.late).sum();
    Ok((rows.into_iter().map(|row| (row.state, row.orders)).collect(), late))
}
