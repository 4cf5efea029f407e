//! Sessions: a random 256-bit token in a cookie, its hash in PostgreSQL. From a token comes the actor every
//! use case is given. Residents stay signed in for 30 days; staff for 12 hours, or 30 minutes without a
//! page (people-and-places.md, Signing in).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, SessionId, UnitId};
use gongzhi_domain::person::{Actor, Membership, Role};
use gongzhi_domain::{Error, Lang, Named, What};
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::{Keys, Purpose};
use crate::refusal::{fault, refuse};

const RESIDENT_LASTS: TimeDelta = TimeDelta::days(30);
const STAFF_LASTS: TimeDelta = TimeDelta::hours(12);
const STAFF_IDLE: TimeDelta = TimeDelta::minutes(30);
const SEEN_AT_MOST_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Which door a session came through. A member of staff who signed in by phone code acts as a resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By phone code.
    Resident,
    /// By password and second factor.
    Staff,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Staff => "staff",
        }
    }

    const fn lasts(self) -> TimeDelta {
        match self {
            Self::Resident => RESIDENT_LASTS,
            Self::Staff => STAFF_LASTS,
        }
    }
}

/// A session that was just begun.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// What goes into the cookie; it is stored nowhere.
    pub token: String,
    /// The session.
    pub session: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// When the session ends at the latest: the cookie's age.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("session", &self.session).field("person", &self.person).finish_non_exhaustive()
    }
}

/// Begins a session in the transaction of the sign-in. `agent` is the browser's name for itself, for the
/// list of one's sessions.
pub async fn start(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    kind: Kind,
    client: &str,
    agent: &str,
) -> Result<SignedIn, Error> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let now = db.now();
    let session = SessionId::from_uuid(db.new_id());
    let expires_at = now + kind.lasts();
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    sqlx::query!(
        "insert into session (id, token_hash, person_id, kind, created_at, last_seen_at, expires_at, client, agent)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
        session.uuid(),
        Keys::hash_token(&token),
        person.uuid(),
        kind.code(),
        now,
        expires_at,
        client,
        agent,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(SignedIn { token, session, person, expires_at })
}

/// Who is asking: the visitor, or the person of a session that is alive. `asking` carries the client's
/// address, the language and the request's id, and is given back with the person filled in. A token that is
/// unknown, ended, too old or idle for too long is a visitor's.
pub async fn actor(db: &Db, token: Option<&str>, asking: Actor) -> Result<Actor, Error> {
    let Some(token) = token.filter(|token| !token.is_empty() && token.len() <= 128) else { return Ok(asking) };
    let now = db.now();
    let found = sqlx::query!(
        r#"select s.id, s.person_id, s.kind, s.last_seen_at, p.name_sealed,
                  a.display_name_zh as "display_name_zh?", a.display_name_en as "display_name_en?",
                  a.active as "active?"
           from session s
           join person p on p.id = s.person_id
           left join staff_account a on a.person_id = s.person_id
           where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2"#,
        Keys::hash_token(token),
        now,
    )
    .fetch_optional(db.pool())
    .await
    .map_err(refuse)?;
    let Some(found) = found else { return Ok(asking) };
    let staff = found.kind == Kind::Staff.code();
    if staff && (now - found.last_seen_at > STAFF_IDLE || found.active != Some(true)) {
        return Ok(asking);
    }
    if now - found.last_seen_at >= SEEN_AT_MOST_EVERY {
        sqlx::query!("update session set last_seen_at = $2 where id = $1 and last_seen_at < $2", found.id, now)
            .execute(db.pool())
            .await
            .map_err(refuse)?;
    }
    let person = PersonId::from_uuid(found.person_id);
    let (name, memberships) = if staff {
        let name = Named::new(found.display_name_zh.unwrap_or_default(), found.display_name_en.unwrap_or_default());
        (name.in_(asking.lang).to_owned(), memberships(db, person).await?)
    } else {
        let name = found.name_sealed.map(|sealed| db.keys().open_text(Purpose::PersonName, &sealed)).transpose()?;
        (name.unwrap_or_default(), Vec::new())
    };
    Ok(Actor { person: Some(person), name, session: Some(SessionId::from_uuid(found.id)), memberships, ..asking })
}

/// The roles a person holds in units today.
pub async fn memberships(db: &Db, person: PersonId) -> Result<Vec<Membership>, Error> {
    let rows = sqlx::query!(
        "select m.role, m.unit_id, u.name_zh, u.name_en, ua.path as unit_path, a.path
         from membership m
         join unit u on u.id = m.unit_id
         join area ua on ua.id = u.area_id
         join area a on a.id = m.area_id
         where m.person_id = $1 and m.since <= $2 and (m.until is null or m.until > $2) and u.active
         order by m.since, m.id",
        person.uuid(),
        db.today(),
    );
    let mut memberships = Vec::new();
    for row in rows.fetch_all(db.pool()).await.map_err(refuse)? {
        memberships.push(Membership {
            unit: UnitId::from_uuid(row.unit_id),
            unit_area_path: AreaPath::parse(&row.unit_path).map_err(fault)?,
            role: row.role.parse::<Role>().map_err(fault)?,
            area_path: AreaPath::parse(&row.path).map_err(fault)?,
            unit_name: Named::new(row.name_zh, row.name_en),
        });
    }
    Ok(memberships)
}

/// Ends the actor's own session.
pub async fn end(db: &Db, actor: &Actor) -> Result<(), Error> {
    let Some(session) = actor.session else { return Ok(()) };
    end_one(db, actor, session).await
}

/// Ends one of the actor's sessions, on another device perhaps. Somebody else's is not found.
pub async fn end_one(db: &Db, actor: &Actor, session: SessionId) -> Result<(), Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let ended = sqlx::query!(
        "update session set ended_at = coalesce(ended_at, $3) where id = $1 and person_id = $2",
        session.uuid(),
        person.uuid(),
        db.now(),
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    if ended.rows_affected() == 0 { Err(Error::NotFound { what: What::Session }) } else { Ok(()) }
}

/// One of one's sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// Which it is.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub this: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When a page was last asked for.
    pub last_seen_at: DateTime<Utc>,
    /// From which address.
    pub client: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// The actor's sessions that are alive, the last seen first.
pub async fn list_mine(db: &Db, actor: &Actor) -> Result<Vec<Mine>, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let rows = sqlx::query!(
        "select id, created_at, last_seen_at, client, agent from session
         where person_id = $1 and ended_at is null and expires_at > $2 and (kind = 'resident' or last_seen_at >= $3)
         order by last_seen_at desc, id",
        person.uuid(),
        db.now(),
        db.now() - STAFF_IDLE,
    );
    let mine = rows.fetch_all(db.pool()).await.map_err(refuse)?.into_iter().map(|row| Mine {
        id: SessionId::from_uuid(row.id),
        this: actor.session == Some(SessionId::from_uuid(row.id)),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        client: row.client,
        agent: row.agent,
    });
    Ok(mine.collect())
}

/// Removes sessions that ended or ran out more than 30 days ago; the daily sweep. Returns how many went.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let before = db.now() - TimeDelta::days(30);
    let gone =
        sqlx::query!("delete from session where expires_at < $1 or ended_at < $1", before).execute(db.pool()).await;
    Ok(gone.map_err(refuse)?.rows_affected())
}

/// What the server knows of a request before it knows who asks.
#[must_use]
pub fn asking(client: &str, lang: Lang, request_id: &str) -> Actor {
    Actor { client: client.to_owned(), lang, request_id: request_id.to_owned(), ..Actor::visitor() }
}
