//! Who hears of points and reports: messages in the portal, in the person's language, written with the change.

use gongzhi_domain::Lang;
use gongzhi_domain::ids::PersonId;
use sqlx::PgConnection;

use crate::db::Db;
use crate::outbox::{self, Message, Way};
use crate::refusal::Trouble;

/// Writes a message for somebody, once for a key; `words` are the Chinese and the English of it.
pub(crate) async fn send(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    key: &str,
    kind: &str,
    words: (String, String),
) -> Result<(), Trouble> {
    let lang = sqlx::query_scalar!("select lang from person where id = $1", person.uuid()).fetch_one(&mut *tx).await?;
    let (zh, en) = words;
    let body = match Lang::parse(&lang).unwrap_or_default() {
        Lang::Zh => format!("【共治】{zh}"),
        Lang::En => format!("[Gongzhi] {en}"),
    };
    outbox::put(db, tx, Message { key, kind, way: Way::Portal, person: Some(person), body: &body }).await?;
    Ok(())
}
