//! Moving a report on: the row of the table, the event without a name, the audit row, and who is told. All of it in the
//! transaction of the move.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{BreachId, PersonId};
use gongzhi_domain::keeping::{Move, Mover, State, due, row_for};
use gongzhi_domain::order::Version;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::outbox::{self, Message, Way};
use crate::refusal::{Trouble, fault, parsed};

/// A report as a move finds it, held until the transaction ends.
#[derive(Clone)]
pub(super) struct Breach {
    pub id: BreachId,
    pub area: AreaPath,
    pub state: State,
    pub version: Version,
    pub reporter_index: Vec<u8>,
    pub reporter_households: Vec<Vec<u8>>,
    pub reporter: PersonId,
    pub concerned: Option<PersonId>,
    pub since: chrono::DateTime<chrono::Utc>,
}

/// Reads a report and holds it.
pub(super) async fn hold(db: &Db, tx: &mut PgConnection, id: BreachId) -> Result<Breach, Trouble> {
    let row = sqlx::query!(
        "select area_path, state, version, reporter_index, reporter_households, reporter_sealed, concerned_id, since
         from breach where id = $1 for update",
        id.uuid(),
    );
    let row = row.fetch_optional(tx).await?.ok_or(Error::NotFound { what: What::Breach })?;
    let reporter = db.keys().open(Purpose::Reporter, &row.reporter_sealed)?;
    Ok(Breach {
        id,
        area: AreaPath::parse(&row.area_path).map_err(fault)?,
        state: parsed(&row.state)?,
        version: Version(row.version),
        reporter_index: row.reporter_index,
        reporter_households: row.reporter_households,
        reporter: PersonId::from_uuid(Uuid::from_slice(&reporter).map_err(fault)?),
        concerned: row.concerned_id.map(PersonId::from_uuid),
        since: row.since,
    })
}

/// The keyed hash by which a reporter finds their reports; it stands in no other column than `breach.reporter_index`.
pub(crate) fn index_of(db: &Db, person: PersonId) -> Vec<u8> {
    db.keys().index(Purpose::Reporter, person.uuid().as_bytes())
}

/// The keyed hash of somebody or their household within one report: whoever sits on its panel is compared by it, and nobody
/// finds the same person in another report by it.
pub(super) fn index_in(db: &Db, breach: BreachId, of: Uuid) -> Vec<u8> {
    let both = [breach.uuid().into_bytes(), of.into_bytes()].concat();
    db.keys().index(Purpose::Reporter, &both)
}

/// The keyed hashes, within one report, of the households somebody lives in or owns.
pub(super) async fn households_of(
    db: &Db,
    tx: &mut PgConnection,
    breach: BreachId,
    person: PersonId,
) -> Result<Vec<Vec<u8>>, Trouble> {
    let ids = sqlx::query_scalar!(
        "select distinct household_id from residence where person_id = $1 and since <= $2 and (until is null or until > $2)",
        person.uuid(),
        db.today(),
    );
    Ok(ids.fetch_all(tx).await?.into_iter().map(|id| index_in(db, breach, id)).collect())
}

/// Whether somebody is one side of a report, or lives with one.
pub(super) async fn is_related(
    db: &Db,
    tx: &mut PgConnection,
    breach: &Breach,
    person: PersonId,
) -> Result<bool, Trouble> {
    if index_of(db, person) == breach.reporter_index || Some(person) == breach.concerned {
        return Ok(true);
    }
    let homes = households_of(db, &mut *tx, breach.id, person).await?;
    if homes.iter().any(|home| breach.reporter_households.contains(home)) {
        return Ok(true);
    }
    let Some(concerned) = breach.concerned else { return Ok(false) };
    let related = sqlx::query_scalar!(
        r#"select live_together($1, $2, $3) as "own!""#,
        person.uuid(),
        concerned.uuid(),
        db.today(),
    );
    Ok(related.fetch_one(tx).await?)
}

/// Moves a report on. Refused: what has no row in the table ([`Error::Stale`]: somebody was faster, or it is too late).
pub(super) async fn perform(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    breach: &Breach,
    mv: Move,
    by: Mover,
) -> Result<State, Trouble> {
    let row = row_for(Some(breach.state), mv, by).ok_or(Error::Stale { now: breach.version })?;
    let now = db.now();
    sqlx::query!(
        "update breach set state = $2, version = version + 1, since = $3, closed_at = case when $2 = 'closed' then $3::timestamptz end
         where id = $1",
        breach.id.uuid(),
        row.to.code(),
        now,
    )
    .execute(&mut *tx)
    .await?;
    write(db, &mut *tx, actor, role, breach.id, mv, by, row.to).await?;
    for hears in row.told {
        let (person, zh, en) = match hears {
            Mover::Reporter => (Some(breach.reporter), "您反映的公约执行情况有了进展", "There is news of your report"),
            Mover::Concerned => {
                let person = sqlx::query_scalar!("select concerned_id from breach where id = $1", breach.id.uuid());
                let person = person.fetch_one(&mut *tx).await?.map(PersonId::from_uuid);
                (person, words_for(mv).0, words_for(mv).1)
            }
            _ => (None, "", ""),
        };
        if let Some(person) = person {
            tell(db, &mut *tx, breach.id, person, mv.code(), zh, en).await?;
        }
    }
    Ok(row.to)
}

/// What whoever is meant is told.
const fn words_for(mv: Move) -> (&'static str, &'static str) {
    match mv {
        Move::TakeUp => (
            "有一件邻里公约的事想听听您怎么说，请在 7 天内答复",
            "There is a matter of the neighbourhood pact on which we would like to hear you within 7 days",
        ),
        _ => ("与您有关的公约事项有了进展", "There is news of a matter of the pact that concerns you"),
    }
}

/// Writes the event of a move, without who, and its audit row: what the reporter does stands there without a person.
#[expect(clippy::too_many_arguments, reason = "all of them are parts of two rows")]
pub(super) async fn write(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    id: BreachId,
    mv: Move,
    by: Mover,
    to: State,
) -> Result<(), Trouble> {
    let now = db.now();
    sqlx::query!(
        "insert into breach_event (breach_id, seq, move, state, by, at, due_at)
         select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6 from breach_event where breach_id = $1",
        id.uuid(),
        mv.code(),
        to.code(),
        by.code(),
        now,
        due(to, now),
    )
    .execute(&mut *tx)
    .await?;
    let subject = format!("breach:{id}");
    let hidden = Actor { request_id: actor.request_id.clone(), ..Actor::visitor() };
    let entry = audit::Entry {
        stream: &subject,
        action: &format!("breach.{mv}"),
        subject: &subject,
        after: Some(json!({"state": to, "by": by})),
        ..audit::Entry::default()
    };
    audit::append(db, tx, if by == Mover::Officer { actor } else { &hidden }, role, entry).await?;
    Ok(())
}

/// Writes a message that leads to the matter. Its key is a keyed hash, so that no table joins a person to a report.
pub(super) async fn tell(
    db: &Db,
    tx: &mut PgConnection,
    id: BreachId,
    person: PersonId,
    what: &str,
    zh: &str,
    en: &str,
) -> Result<(), Trouble> {
    let key = db.keys().index(Purpose::Reporter, format!("{id} {what} {person} {}", db.now()).as_bytes());
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid()).fetch_one(&mut *tx).await?;
    let body = match gongzhi_domain::Lang::parse(&lang).unwrap_or_default() {
        gongzhi_domain::Lang::Zh => format!("【共治】{zh}。打开“我的”—“公约事项”查看。"),
        gongzhi_domain::Lang::En => format!("[Gongzhi] {en}. See “Mine”, “Matters of a pact”."),
    };
    let message = Message { key: &key, kind: "keeping", way: Way::Portal, person: Some(person), body: &body };
    outbox::put(db, tx, message).await?;
    Ok(())
}
