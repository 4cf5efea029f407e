//! Numbers and query codes. A number's sequence counts the requests of a street and day; a transaction
//! that fails gives its number back, so there are no gaps. A code is derived, so that it can be shown
//! again and is nowhere stored.

use chrono::NaiveDate;
use gongzhi_domain::ids::RequestId;
use gongzhi_domain::number::{QueryCode, RequestNumber};
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, fault};

/// The next number of a street and day. Other filings of that street wait until this one commits, so
/// this comes as late in the transaction as possible.
pub(super) async fn next(tx: &mut PgConnection, day: NaiveDate, street: &str) -> Result<RequestNumber, Trouble> {
    let sequence = sqlx::query_scalar!(
        "insert into number_sequence (day, street_code, last) values ($1, $2, 1)
         on conflict (day, street_code) do update set last = number_sequence.last + 1
         returning last",
        day,
        street,
    )
    .fetch_one(tx)
    .await?;
    let number = u32::try_from(sequence).ok().and_then(|sequence| RequestNumber::new(day, street, sequence));
    Ok(number.ok_or_else(|| fault(format_args!("no number for street {street}, sequence {sequence}")))?)
}

/// The query code of a request.
pub(super) fn code_of(db: &Db, request: RequestId) -> QueryCode {
    let index = db.keys().index(Purpose::QueryCode, request.uuid().as_bytes());
    QueryCode::from_random(index.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes)))
}

/// What is stored of a code: bound to its request's number.
pub(super) fn code_index(db: &Db, number: RequestNumber, code: &QueryCode) -> Vec<u8> {
    db.keys().index(Purpose::QueryCode, format!("{number} {}", code.as_str()).as_bytes())
}
