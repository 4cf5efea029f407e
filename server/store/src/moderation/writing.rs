//! Putting what somebody wrote into the store: the original sealed, the public copy masked, the search
//! terms of the public copy only. Who may show it to whom is decided by verdicts, elsewhere.

use gongzhi_domain::Error;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::content::{HideReason, Newcomer, WaitReason, wait_reasons};
use gongzhi_domain::ids::{AreaId, ContentId, PersonId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::text::{bigrams, mask_private, query_terms};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, refuse};

/// A piece of content to be written.
pub(crate) struct NewContent<'a> {
    pub kind: &'a str,
    pub area: AreaId,
    pub path: &'a AreaPath,
    pub author: Option<PersonId>,
    pub original: &'a str,
    pub waits_for: Waits,
}

/// Whether a new piece of content waits in the queue.
pub(crate) enum Waits {
    /// For a moderator, because of this.
    Moderator(Vec<WaitReason>),
    /// For nobody: nothing of it becomes public, or the area trusts its author.
    Nobody,
    /// For something that is not the queue: a reply waits for the unit's manager.
    Elsewhere,
}

/// Writes a piece of content and answers its id.
pub(crate) async fn write_content(db: &Db, tx: &mut PgConnection, new: NewContent<'_>) -> Result<Uuid, Trouble> {
    let id = db.new_id();
    let now = db.now();
    let (public, _) = mask_private(new.original);
    let terms = bigrams(&public);
    let (state, reasons, decided_at) = match new.waits_for {
        Waits::Moderator(reasons) => ("waiting", reasons, None),
        Waits::Elsewhere => ("waiting", Vec::new(), None),
        Waits::Nobody => ("published", Vec::new(), Some(now)),
    };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into content (id, kind, area_id, area_path, author_id, original_sealed, public_text, state, reasons,
             created_at, decided_at, search)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, array_to_tsvector($12::text[]))",
        id,
        new.kind,
        new.area.uuid(),
        new.path.as_str(),
        new.author.map(PersonId::uuid),
        db.keys().seal_text(Purpose::Content, new.original)?,
        public,
        state,
        &reasons,
        now,
        decided_at,
        &terms,
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Why a resident's words wait: for whatever belongs to no request (an opinion, a topic, a nomination). `like_earlier` says
/// that the caller knows an earlier text like it.
pub(crate) async fn waits_for(
    tx: &mut PgConnection,
    author: Option<PersonId>,
    original: &str,
    like_earlier: bool,
) -> Result<Waits, Trouble> {
    let (public, masked) = mask_private(original);
    let row = sqlx::query!(
        r#"select (select count(*) from (
                   select 1 from content c where c.author_id = $1 and c.state = 'published' limit 100) as p) as "before!",
               exists (select from sensitive_word where position(lower(word) in lower($2)) > 0) as "sensitive!""#,
        author.map(PersonId::uuid),
        public,
    )
    .fetch_one(tx)
    .await?;
    let newcomer = Newcomer {
        published_before: u32::try_from(row.before).unwrap_or_default(),
        pictures: 0,
        masked: &masked,
        sensitive: row.sensitive,
        like_earlier,
        trusted_after: None,
    };
    Ok(Waits::Moderator(wait_reasons(&newcomer)))
}

/// Takes the author's new words in the place of their old ones, which are forgotten: they wait again, and whoever decided
/// about the old words meanwhile is told that they changed.
pub(crate) async fn rewrite_content(
    db: &Db,
    tx: &mut PgConnection,
    id: ContentId,
    original: &str,
    reasons: &[WaitReason],
) -> Result<(), Trouble> {
    let (public, _) = mask_private(original);
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "update content set original_sealed = $2, public_text = $3, state = 'waiting', reasons = $4, hide_reason = null,
             note_to_author = null, decided_at = null, decided_by = null, version = version + 1, created_at = $5,
             search = array_to_tsvector($6::text[])
         where id = $1",
        id.uuid(),
        db.keys().seal_text(Purpose::Content, original)?,
        public,
        &reasons,
        db.now(),
        &bigrams(&public),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes words away that their author no longer wants said: they leave the queue and every list, the words themselves are
/// forgotten.
pub(crate) async fn withdraw_content(db: &Db, tx: &mut PgConnection, id: ContentId) -> Result<(), Trouble> {
    sqlx::query!(
        "update content set original_sealed = $2, public_text = '', state = 'hidden', hide_reason = $3, decided_at = $4,
             decided_by = null, version = version + 1, search = ''::tsvector
         where id = $1",
        id.uuid(),
        db.keys().seal_text(Purpose::Content, "")?,
        HideReason::Duplicate.code(),
        db.now(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Publishes a reply: its unit's manager has approved it.
pub(crate) async fn publish_reply(db: &Db, tx: &mut PgConnection, actor: &Actor, content: Uuid) -> Result<(), Trouble> {
    sqlx::query!(
        "update content set state = 'published', decided_at = $2, decided_by = $3, version = version + 1 where id = $1",
        content,
        db.now(),
        actor.person.map(PersonId::uuid),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What was typed into a search box as a `tsquery`; `None` when nothing in it can be searched for.
pub(crate) fn tsquery(words: &str) -> Option<String> {
    let terms = query_terms(words);
    let lexemes: Vec<String> =
        terms.iter().take(12).map(|term| format!("'{}'{}", term.term, if term.prefix { ":*" } else { "" })).collect();
    (!lexemes.is_empty()).then(|| lexemes.join(" & "))
}

/// How many pieces of content a search finds before it counts as common. Naming them all takes longer the higher this
/// is, and walking the list until a page is full takes longer the lower.
const RARE_MAX: i64 = 1000;

/// The contents a search finds, or that there are too many to name: rare words are looked up in their index,
/// common ones are found soonest by walking the list itself. PostgreSQL cannot tell them apart for words
/// searched by their beginning.
pub(crate) async fn rare_hits(db: &Db, query: &str) -> Result<Option<Vec<Uuid>>, Error> {
    let mut tx = db.read().begin().await.map_err(refuse)?;
    // A plan made for any words at all would read the whole table.
    sqlx::query!("set local enable_seqscan = off").execute(&mut *tx).await.map_err(refuse)?;
    let hits =
        sqlx::query_scalar!("select id from content where search @@ $1::text::tsquery limit $2", query, RARE_MAX + 1,)
            .fetch_all(&mut *tx)
            .await
            .map_err(refuse)?;
    tx.commit().await.map_err(refuse)?;
    Ok(Some(hits).filter(|hits| i64::try_from(hits.len()).is_ok_and(|found| found <= RARE_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_never_breaks_out_of_its_quotes() {
        assert_eq!(tsquery("路灯坏"), Some("'路灯' & '灯坏'".into()));
        assert_eq!(tsquery("灯"), Some("'灯':*".into()));
        assert_eq!(tsquery("' | !"), None);
        for hostile in ["a'b", "a\\", "x:*", "(路&灯)", "''"] {
            if let Some(query) = tsquery(hostile) {
                assert_eq!(query.matches('\'').count() % 2, 0, "{query}");
                assert!(!query.contains('\\') && !query.contains('('), "{query}");
            }
        }
    }
}
