//! What somebody types into the search field of the desk: a request number, or words of the public copy.

use gongzhi_domain::Error;
use gongzhi_domain::number::RequestNumber;
use uuid::Uuid;

use crate::db::Db;
use crate::moderation::{rare_hits, tsquery};
use crate::refusal::refuse;

/// Of orders that hold common words only the newest are looked through, so many of them.
const FOUND_MAX: i64 = 2000;

/// The orders a search finds, wherever they are; `None` when nothing is searched for.
pub(super) async fn found(db: &Db, words: &str) -> Result<Option<Vec<Uuid>>, Error> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    if let Ok(number) = RequestNumber::parse(words) {
        let orders = sqlx::query_scalar!("select order_id from request where number = $1", number.to_string());
        return orders.fetch_all(db.read()).await.map(Some).map_err(refuse);
    }
    let Some(query) = tsquery(words) else { return Ok(Some(Vec::new())) };
    let orders = match rare_hits(db, &query).await? {
        Some(hits) => {
            sqlx::query_scalar!("select order_id from request where content_id = any($1)", &hits)
                .fetch_all(db.read())
                .await
        }
        None => {
            sqlx::query_scalar!(
                "select r.order_id from request r join content c on c.id = r.content_id
                 where c.search @@ $1::text::tsquery order by r.id desc limit $2",
                query,
                FOUND_MAX,
            )
            .fetch_all(db.read())
            .await
        }
    };
    orders.map(Some).map_err(refuse)
}
