//! Filing (requests.md, Filing; States #1): everything typed is checked at once, a form sent twice files
//! once, and nothing is acknowledged before it is committed.

mod check;

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::Datum;
use gongzhi_domain::clock::{Hours, Policy};
use gongzhi_domain::ids::{AttachmentId, OrderId, PersonId, RequestId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{self, Move, State, Version};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{Channel, Kind, Visibility, visibility_of};
use gongzhi_domain::text::mask_private;
use gongzhi_domain::view::{Filed, Receipt};
use gongzhi_domain::{Error, Lang};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use self::check::Checked;
use super::{Holder, ask, number};
use crate::db::Db;
use crate::keys::Purpose;
use crate::orders::history::{self, Event};
use crate::orders::{ledger, load, tell};
use crate::photos::StagedFor;
use crate::refusal::{Trouble, fault, refuse};
use crate::{audit, limits, moderation, people, photos, sign_in};

/// A request as its form holds it.
#[derive(Debug, Clone)]
pub struct FileRequest {
    /// The key made when the form was opened: the same key files once.
    pub key: Uuid,
    /// The browser it comes from.
    pub holder: Holder,
    /// What somebody wrote, 4 to 2,000 characters.
    pub text: String,
    /// What they want.
    pub kind: Kind,
    /// The category they chose; suggested from the text where none is.
    pub category: Option<String>,
    /// Where it is.
    pub place: PlaceGiven,
    /// Who asks.
    pub who: Who,
    /// What they chose for text and photos; a tip-off is private whatever was chosen.
    pub visibility: Visibility,
    /// How it came in; anything but the portal's own form needs the right to file for others.
    pub channel: Channel,
    /// Photos this browser has staged, in their order.
    pub photos: Vec<AttachmentId>,
    /// The unit that is complained about, where one was named.
    pub accused_unit: Option<UnitId>,
}

/// Where it is, as typed. One way is enough.
#[derive(Debug, Clone, Default)]
pub struct PlaceGiven {
    /// Latitude and longitude in degrees.
    pub point: Option<(f64, f64)>,
    /// In which coordinates the point was given; WGS-84 where nothing was said.
    pub datum: Option<Datum>,
    /// The code of a chosen area or scanned plate.
    pub area_code: Option<String>,
    /// The place in words; may be a home address, so it is sealed.
    pub words: String,
    /// The matter has no place.
    pub nowhere: bool,
}

/// Who asks.
#[derive(Clone)]
pub enum Who {
    /// The person who is signed in.
    Me,
    /// Somebody with this number, proved by the code sent to it.
    Number {
        /// The number as typed.
        phone: String,
        /// The code as typed.
        code: String,
        /// The name they gave; may be empty.
        name: String,
    },
    /// Nobody, where the category allows it.
    Anonymous,
    /// A resident for whom a clerk, a grid worker or the portal files.
    For(PersonId),
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Me => "Me",
            Self::Number { .. } => "Number(…)",
            Self::Anonymous => "Anonymous",
            Self::For(_) => "For(…)",
        })
    }
}

/// Requests from one browser an hour, from one person a day, from one address an hour. Phones share
/// addresses, so the last only stops floods.
const PER_BROWSER: (i64, TimeDelta) = (20, TimeDelta::hours(1));
const PER_PERSON: (i64, TimeDelta) = (30, TimeDelta::days(1));
const PER_ADDRESS: (i32, TimeDelta) = (600, TimeDelta::hours(1));

/// Files a request. The same key from the same browser answers with the same number and code.
///
/// Refused: every wrong field at once (`text`, `category`, `place`, `place_words`, `phone`, `name`, `photos`;
/// `code` when all else is right), a key that another browser used, floods ([`Error::TooMany`]).
pub async fn file(db: &Db, actor: &Actor, filing: FileRequest) -> Result<Filed, Error> {
    let for_other = filing.channel != Channel::Web || matches!(filing.who, Who::For(_));
    if !for_other {
        actor.may(Action::FileRequest, &Target::none())?;
    } else if !actor.has(Action::FileForOther) && !actor.system {
        return Err(Error::Forbidden { action: Action::FileForOther });
    }
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    if let Some(before) = filed_before(db, &mut conn, &filing).await? {
        return Ok(Filed::Before(before));
    }
    drop(conn);
    let checked = check::check(db, actor, &filing).await?;
    let role = if for_other {
        actor.may(Action::FileForOther, &Target::in_area(checked.area.path.clone()))?
    } else {
        actor.may(Action::FileRequest, &Target::none())?
    };
    if !for_other {
        let (max, window) = PER_ADDRESS;
        limits::hit(db, "filed by address", actor.client.as_bytes(), max, window).await?;
    }
    if matches!(filing.who, Who::Number { .. }) {
        sign_in::count_try(db, actor).await?;
    }
    // Loaded before the transaction: inside, it would wait for a second connection.
    db.calendar().await?;

    let mut tx = db.begin().await?;
    let key = i64::from_be_bytes(*filing.key.as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]))
        ^ i64::from_be_bytes(*filing.key.as_bytes().last_chunk::<8>().unwrap_or(&[0; 8]));
    sqlx::query!("select pg_advisory_xact_lock($1)", key).execute(&mut *tx).await.map_err(refuse)?;
    if let Some(before) = filed_before(db, &mut tx, &filing).await? {
        return Ok(Filed::Before(before));
    }
    if !for_other {
        limit(db, &mut tx, actor, &filing).await?;
    }
    let person = match who(db, &mut tx, actor, &filing, &checked).await? {
        Ok(person) => person,
        Err(refused) => {
            // A wrong code was counted: that much is kept.
            tx.commit().await.map_err(refuse)?;
            return Err(refused);
        }
    };
    let receipt = write(db, &mut tx, actor, role, &filing, &checked, person).await.map_err(Error::from)?;
    tx.commit().await.map_err(refuse)?;
    Ok(Filed::Now(receipt))
}

/// The receipt of what this key filed. A key that another browser used is refused: it is no proof of
/// anything.
async fn filed_before(db: &Db, conn: &mut PgConnection, filing: &FileRequest) -> Result<Option<Receipt>, Error> {
    let row = sqlx::query!("select id, number, key_owner from request where key = $1", filing.key)
        .fetch_optional(&mut *conn)
        .await
        .map_err(refuse)?;
    let Some(row) = row else { return Ok(None) };
    if row.key_owner != filing.holder.bytes() {
        return Err(Error::Duplicate { what: gongzhi_domain::What::Request });
    }
    Ok(Some(ask::receipt_of(db, conn, RequestId::from_uuid(row.id), &row.number).await?))
}

/// Counts what was filed, not what was sent: a form that is sent again and again is one. Runs under the
/// key's lock, in the filing's transaction.
async fn limit(db: &Db, tx: &mut PgConnection, actor: &Actor, filing: &FileRequest) -> Result<(), Error> {
    let now = db.now();
    let row = sqlx::query!(
        r#"select (select count(*) from request_grant g join request r on r.id = g.request_id
                   where g.holder = $1 and r.key_owner = $1 and r.filed_at > $2) as "by_browser!",
               (select count(*) from request r where r.person_id = $3 and r.filed_at > $4) as "by_person!""#,
        filing.holder.bytes(),
        now - PER_BROWSER.1,
        actor.person.map(PersonId::uuid),
        now - PER_PERSON.1,
    )
    .fetch_one(tx)
    .await
    .map_err(refuse)?;
    for (filed, (max, window)) in [(row.by_browser, PER_BROWSER), (row.by_person, PER_PERSON)] {
        if filed >= max {
            let retry_after_s = u32::try_from(window.num_seconds()).unwrap_or(u32::MAX);
            return Err(Error::TooMany { retry_after_s });
        }
    }
    Ok(())
}

/// Whose request it is. The inner error is a refusal with which the transaction is committed.
async fn who(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    filing: &FileRequest,
    checked: &Checked,
) -> Result<Result<Option<PersonId>, Error>, Error> {
    Ok(match (&filing.who, &checked.phone) {
        (Who::Me, _) => Ok(actor.person),
        (Who::For(person), _) => Ok(Some(*person)),
        (Who::Anonymous, _) | (Who::Number { .. }, None) => Ok(None),
        (Who::Number { code, name, .. }, Some(phone)) => match sign_in::redeem(db, tx, actor, phone, code).await? {
            Ok(person) => {
                if !name.trim().is_empty() {
                    people::set_name(db, tx, person, name).await?;
                }
                Ok(Some(person))
            }
            Err(refused) => Err(refused),
        },
    })
}

/// Everything a filing writes, in the caller's transaction.
async fn write(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    filing: &FileRequest,
    checked: &Checked,
    person: Option<PersonId>,
) -> Result<Receipt, Trouble> {
    let now = db.now();
    let request = RequestId::from_uuid(db.new_id());
    let order = OrderId::from_uuid(db.new_id());
    let visibility = visibility_of(filing.kind, filing.visibility);
    let waits_for = check::waits(tx, filing, checked, visibility, person).await?;
    let new = moderation::NewContent {
        kind: "request",
        area: checked.area.id,
        path: &checked.area.path,
        author: person,
        original: filing.text.trim(),
        waits_for,
    };
    let content = moderation::write_content(db, &mut *tx, new).await?;
    photos::attach(&mut *tx, Some(&filing.holder), StagedFor::Filing, content, &filing.photos).await?;
    write_order(&mut *tx, order, checked, now).await?;

    let policy = load::policy(checked.category.urgency, checked.category.urgency, policy_of(checked));
    let row = order::TABLE.iter().find(|row| row.mv == Move::File).ok_or_else(|| fault("no row for filing"))?;
    let clocks = if filing.kind.is_clocked() { row.clocks } else { &[] };
    let entries = ledger::write(&mut *tx, order, 1, clocks, &policy, now).await?;
    let due = ledger::due_at(State::Received, &entries, &policy, &*db.calendar().await?);
    sqlx::query!("update work_order set due_at = $2 where id = $1", order.uuid(), due).execute(&mut *tx).await?;
    let event = Event {
        version: Version(1),
        mv: Move::File,
        from: None,
        to: State::Received,
        round: 1,
        person: actor.person,
        role,
        unit: None,
        public_note: "",
        internal: "",
        details: json!({"channel": filing.channel, "category": checked.category.code}),
    };
    history::write(db, &mut *tx, order, event).await?;

    // The number comes last: from here on other filings of the street wait for this commit.
    let number = number::next(&mut *tx, db.today(), &checked.street).await?;
    write_request(db, &mut *tx, filing, checked, Ids { request, order, content, number }, person, actor).await?;
    ask::grant(&mut *tx, db, &filing.holder, request).await?;
    let acting_for = person.filter(|person| actor.person.is_some_and(|by| by != *person));
    record(db, &mut *tx, actor, role, number, acting_for, filed(filing, checked)).await?;
    let code = number::code_of(db, request);
    if let Some(person) = person {
        let lang = if actor.person == Some(person) || actor.person.is_none() { Some(actor.lang) } else { None };
        tell::of_filing(db, tx, person, lang.unwrap_or(Lang::Zh), number, &code).await?;
    }
    Ok(ask::receipt_of(db, &mut *tx, request, &number.to_string()).await?)
}

fn policy_of(checked: &Checked) -> Policy {
    let category = &checked.category;
    let hours = if category.work_time { Hours::Work } else { Hours::AllDay };
    Policy::of_category(1, load::minutes(category.dispatch_minutes), load::minutes(category.reply_minutes), hours)
}

async fn write_order(
    tx: &mut PgConnection,
    order: OrderId,
    checked: &Checked,
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    sqlx::query!(
        "insert into work_order (id, state, category, urgency, area_id, area_path, root_area_id, opened_at, changed_at)
         values ($1, 'received', $2, $3, $4, $5, $6, $7, $7)",
        order.uuid(),
        checked.category.code,
        checked.category.urgency.code(),
        checked.area.id.uuid(),
        checked.area.path.as_str(),
        checked.root.uuid(),
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}

struct Ids {
    request: RequestId,
    order: OrderId,
    content: Uuid,
    number: RequestNumber,
}

async fn write_request(
    db: &Db,
    tx: &mut PgConnection,
    filing: &FileRequest,
    checked: &Checked,
    ids: Ids,
    person: Option<PersonId>,
    actor: &Actor,
) -> Result<(), Trouble> {
    let words = filing.place.words.trim();
    let place_sealed = match words {
        "" => None,
        words => Some(db.keys().seal_text(Purpose::Place, words)?),
    };
    let public_point = checked.point.map(gongzhi_domain::area::Point::for_public);
    let datum = checked.point.map(|_| filing.place.datum.unwrap_or(Datum::Wgs84).code());
    let filed_by = actor.person.filter(|by| Some(*by) != person);
    sqlx::query!(
        "insert into request (id, number, code_hmac, key, key_owner, order_id, content_id, kind, category, channel, visibility,
             person_id, anonymous, filed_by, accused_unit_id, area_id, area_path, root_area_id, lat, lon, datum,
             public_lat, public_lon, place_sealed, filed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
        ids.request.uuid(),
        ids.number.to_string(),
        number::code_index(db, ids.number, &number::code_of(db, ids.request)),
        filing.key,
        filing.holder.bytes(),
        ids.order.uuid(),
        ids.content,
        filing.kind.code(),
        checked.category.code,
        filing.channel.code(),
        visibility_of(filing.kind, filing.visibility).code(),
        person.map(PersonId::uuid),
        person.is_none(),
        filed_by.map(PersonId::uuid),
        filing.accused_unit.map(UnitId::uuid),
        checked.area.id.uuid(),
        checked.area.path.as_str(),
        checked.root.uuid(),
        checked.point.map(|point| point.lat),
        checked.point.map(|point| point.lon),
        datum,
        public_point.map(|point| point.lat),
        public_point.map(|point| point.lon),
        place_sealed,
        db.now(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What the audit log keeps of a filing: never its words.
fn filed(filing: &FileRequest, checked: &Checked) -> serde_json::Value {
    json!({
        "kind": filing.kind,
        "category": checked.category.code,
        "area": checked.area.path,
        "channel": filing.channel,
        "visibility": visibility_of(filing.kind, filing.visibility),
        "photos": filing.photos.len(),
        "masked": mask_private(&filing.text).1.len(),
    })
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    number: RequestNumber,
    acting_for: Option<PersonId>,
    after: serde_json::Value,
) -> Result<(), Trouble> {
    let subject = format!("request:{number}");
    let entry = audit::Entry {
        stream: &subject,
        action: "request.file",
        subject: &subject,
        after: Some(after),
        acting_for,
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await?;
    Ok(())
}
