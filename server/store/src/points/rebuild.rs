//! Balances are copies: what counts is the sum of the postings. Here they are compared and, where one differs, repaired; and
//! the whole book is summed, which must come to nothing.

use gongzhi_domain::Error;
use gongzhi_domain::points::Account;
use uuid::Uuid;

use crate::db::Db;
use crate::refusal::{parsed, refuse};

/// A balance that was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repaired {
    /// Of which account.
    pub account: Uuid,
    /// What stood there.
    pub was: i64,
    /// What its postings sum to.
    pub is: i64,
}

/// Compares every balance with its postings and repairs those that differ. Bookings may go on meanwhile: an account is held
/// while it is summed. For the administrator's command line and tests; nobody reaches it over HTTP.
pub async fn rebuild(db: &Db) -> Result<Vec<Repaired>, Error> {
    let suspects = sqlx::query_scalar!(
        "select a.id from points_account a
         where a.kind in ('person', 'household')
           and a.balance <> (select coalesce(sum(p.amount), 0) from points_posting p where p.account_id = a.id)"
    );
    let suspects = suspects.fetch_all(db.pool()).await.map_err(refuse)?;
    let mut repaired = Vec::new();
    for account in suspects {
        let mut tx = db.begin().await?;
        let was = sqlx::query_scalar!("select balance from points_account where id = $1 for update", account);
        let was = was.fetch_one(&mut *tx).await.map_err(refuse)?;
        let is = sqlx::query_scalar!(
            r#"update points_account set balance =
                   (select coalesce(sum(p.amount), 0)::bigint from points_posting p where p.account_id = $1)
               where id = $1 returning balance"#,
            account
        );
        let is = is.fetch_one(&mut *tx).await.map_err(refuse)?;
        tx.commit().await.map_err(refuse)?;
        if was != is {
            tracing::warn!(%account, was, is, "a balance of points was repaired");
            repaired.push(Repaired { account, was, is });
        }
    }
    Ok(repaired)
}

/// What every kind of account holds, summed from the postings; all together come to nothing.
pub type Totals = Vec<(Account, i64)>;

/// Sums the book.
pub async fn totals(db: &Db) -> Result<Totals, Error> {
    let rows = sqlx::query!(
        r#"select a.kind, coalesce(sum(p.amount), 0)::bigint as "sum!" from points_account a
           left join points_posting p on p.account_id = a.id group by a.kind order by a.kind"#
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.into_iter().map(|row| Ok((parsed(&row.kind)?, row.sum))).collect()
}
