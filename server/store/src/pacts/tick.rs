//! What the clock does with pacts by itself: it ends the signing when its window is over, and a pact whose review never came.

use gongzhi_domain::Error;
use gongzhi_domain::ids::PactId;
use gongzhi_domain::pact::{Ending, Move};

use super::moves::by_clock;
use crate::db::Db;
use crate::refusal::{refuse, retrying};

/// Moves every pact whose time has come, each in a transaction of its own: one that fails stops no other, and the first failure
/// is answered when all were tried. Answers how many were moved.
pub async fn tick(db: &Db) -> Result<u64, Error> {
    let due = sqlx::query!(
        "select id, stage from pact
         where (stage = 'sign' and paused_at is null) or (stage = 'in_force' and review_on < $1) order by id",
        db.today(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let (mut moved, mut failed) = (0, None);
    for row in due {
        let (mv, ending) = match row.stage.as_str() {
            "sign" => (Move::CloseSigning, None),
            _ => (Move::End, Some(Ending::Expired)),
        };
        let id = PactId::from_uuid(row.id);
        let made = retrying(|| async {
            let mut tx = db.begin().await?;
            let made = by_clock(db, &mut tx, id, mv, ending).await?;
            tx.commit().await.map_err(refuse)?;
            Ok(made)
        })
        .await;
        match made {
            Ok(made) => moved += u64::from(made),
            Err(error) => {
                tracing::error!(pact = %id, %error, "the clock could not move a pact");
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(moved), Err)
}
