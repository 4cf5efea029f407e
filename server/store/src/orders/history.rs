//! The history of an order: one row a version, append-only. The row of version n is n; it says what
//! was done, by whom and in which role, and carries the mark by which the same move sent twice is
//! recognised. What only staff may read is sealed.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{OrderId, PersonId, UnitId};
use gongzhi_domain::order::{Move, State, Version};
use gongzhi_domain::person::Role;
use serde_json::Value;
use sqlx::PgConnection;

use crate::Db;
use crate::keys::Purpose;
use crate::refusal::Trouble;

/// A row to be written.
pub(crate) struct Event<'a> {
    pub version: Version,
    pub mv: Move,
    pub from: Option<State>,
    pub to: State,
    pub round: u8,
    pub person: Option<PersonId>,
    pub role: Role,
    /// The unit for which the person acted, or to which the order went.
    pub unit: Option<UnitId>,
    pub public_note: &'a str,
    pub internal: &'a str,
    /// Codes and references, never private words.
    pub details: Value,
}

/// Adds a row.
pub(crate) async fn write(db: &Db, tx: &mut PgConnection, order: OrderId, event: Event<'_>) -> Result<(), Trouble> {
    let internal = match event.internal {
        "" => None,
        text => Some(db.keys().seal_text(Purpose::Internal, text)?),
    };
    sqlx::query!(
        "insert into order_event (order_id, seq, at, move, from_state, to_state, round, person_id, role, unit_id,
             public_note, internal_sealed, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        order.uuid(),
        event.version.0,
        db.now(),
        event.mv.code(),
        event.from.map(State::code),
        event.to.code(),
        i16::from(event.round),
        event.person.map(PersonId::uuid),
        event.role.code(),
        event.unit.map(UnitId::uuid),
        event.public_note,
        internal,
        event.details,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the move that followed a version was this very one: same move, same person, same mark.
pub(super) async fn was_done(
    tx: &mut PgConnection,
    order: OrderId,
    after: Version,
    mv: Move,
    person: Option<PersonId>,
    mark: &str,
) -> Result<bool, Trouble> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from order_event
               where order_id = $1 and seq = $2 and move = $3 and person_id is not distinct from $4
                   and details ->> 'mark' = $5) as "found!""#,
        order.uuid(),
        after.next().0,
        mv.code(),
        person.map(PersonId::uuid),
        mark,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// A row as it was written; names are looked up by whoever shows it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub at: DateTime<Utc>,
    pub mv: Move,
    pub role: Role,
    pub person: Option<PersonId>,
    pub unit: Option<UnitId>,
    pub public_note: String,
    pub internal: Option<Vec<u8>>,
}

/// The whole history, oldest first.
pub(crate) async fn read(conn: &mut PgConnection, order: OrderId) -> Result<Vec<Told>, Trouble> {
    use super::load::known;
    let rows = sqlx::query!(
        "select at, move, role, person_id, unit_id, public_note, internal_sealed
         from order_event where order_id = $1 order by seq",
        order.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Told {
                at: row.at,
                mv: known(&row.r#move)?,
                role: known(&row.role)?,
                person: row.person_id.map(PersonId::from_uuid),
                unit: row.unit_id.map(UnitId::from_uuid),
                public_note: row.public_note,
                internal: row.internal_sealed,
            })
        })
        .collect()
}
