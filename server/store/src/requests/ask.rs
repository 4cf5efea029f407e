//! Asking by number and code, for people without an account, and the receipt that can be shown again. A
//! browser that proved a code, or filed the request, is granted it for a while.

use chrono::TimeDelta;
use gongzhi_domain::ids::RequestId;
use gongzhi_domain::number::{QueryCode, RequestNumber};
use gongzhi_domain::order::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::Receipt;
use gongzhi_domain::{Error, FieldError, Reason, What};
use sqlx::PgConnection;

use super::{Found, Holder, number};
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::refusal::{fault, refuse};

/// How long a browser may come back to a request without proving the code again.
const GRANTED_FOR: TimeDelta = TimeDelta::days(30);

/// Tries from one browser, from one address, and for one number.
const PER_BROWSER: (i32, TimeDelta) = (10, TimeDelta::minutes(10));
const PER_ADDRESS: (i32, TimeDelta) = (120, TimeDelta::hours(1));
const PER_NUMBER: (i32, TimeDelta) = (20, TimeDelta::hours(1));

/// Opens a request to this browser for 30 days. Whether the number exists is never said: a wrong pair is
/// [`Reason::NoSuchPair`]. Refuses floods from one browser, from one address and for one number.
pub async fn ask(db: &Db, actor: &Actor, holder: &Holder, number: &str, code: &str) -> Result<RequestNumber, Error> {
    actor.may(Action::AskByCode, &Target::none())?;
    let (number, code) = match (RequestNumber::parse(number), QueryCode::parse(code)) {
        (Ok(number), Ok(code)) => (number, code),
        (number, code) => {
            let wrong = number.err().map(|reason| FieldError::new("number", reason));
            let fields = wrong.into_iter().chain(code.err().map(|reason| FieldError::new("code", reason))).collect();
            return Err(Error::Invalid { fields });
        }
    };
    let (max, window) = PER_BROWSER;
    limits::hit(db, "asked by browser", holder.bytes(), max, window).await?;
    let (max, window) = PER_ADDRESS;
    limits::hit(db, "asked by address", actor.client.as_bytes(), max, window).await?;
    let (max, window) = PER_NUMBER;
    limits::hit(db, "asked of number", number.to_string().as_bytes(), max, window).await?;

    let mut tx = db.begin().await?;
    let row = sqlx::query!("select id, code_hmac from request where number = $1", number.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?;
    let asked = format!("{number} {}", code.as_str());
    let proved = row.filter(|row| db.keys().matches(Purpose::QueryCode, asked.as_bytes(), &row.code_hmac));
    let Some(row) = proved else { return Err(Error::field("code", Reason::NoSuchPair)) };
    grant(&mut tx, db, holder, RequestId::from_uuid(row.id)).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(number)
}

/// Lets a browser come back to a request.
pub(super) async fn grant(tx: &mut PgConnection, db: &Db, holder: &Holder, request: RequestId) -> Result<(), Error> {
    sqlx::query!(
        "insert into request_grant (holder, request_id, expires_at) values ($1, $2, $3)
         on conflict (holder, request_id) do update set expires_at = excluded.expires_at",
        holder.bytes(),
        request.uuid(),
        db.now() + GRANTED_FOR,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// The receipt again: for the writer, and for a browser that filed the request or proved its code. Anyone
/// else hears that there is no such request.
pub async fn receipt(db: &Db, actor: &Actor, holder: Option<&Holder>, number: RequestNumber) -> Result<Receipt, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let found = Found::by_number(&mut conn, db, holder, number).await?;
    if !found.is_own(actor) {
        return Err(Error::NotFound { what: What::Request });
    }
    receipt_of(db, &mut conn, found.id, &number.to_string()).await
}

pub(super) async fn receipt_of(
    db: &Db,
    conn: &mut PgConnection,
    request: RequestId,
    number: &str,
) -> Result<Receipt, Error> {
    let row = sqlx::query!(
        r#"select w.state, w.due_at, p.phone_index is not null as "reached!"
           from request r join work_order w on w.id = r.order_id left join person p on p.id = r.person_id
           where r.id = $1"#,
        request.uuid(),
    )
    .fetch_one(conn)
    .await
    .map_err(refuse)?;
    let state: gongzhi_domain::order::State = row.state.parse().map_err(fault)?;
    let next = match state.stage(None) {
        Some(Stage::Received) => Stage::PassedOn,
        Some(Stage::PassedOn) => Stage::InHand,
        _ => Stage::Answered,
    };
    let number = RequestNumber::parse(number).map_err(fault)?;
    Ok(Receipt { number, code: Some(number::code_of(db, request)), next, due: row.due_at, reached: row.reached })
}

/// Removes grants that have run out; the hourly sweep. Returns how many went.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let gone = sqlx::query!("delete from request_grant where expires_at <= $1", db.now()).execute(db.pool()).await;
    Ok(gone.map_err(refuse)?.rows_affected())
}
