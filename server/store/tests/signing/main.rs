//! Stories of signing a pact: on the phone, with help, on paper; taken back and put anew; and what must not be possible.
#![expect(clippy::unwrap_used, reason = "tests")]

mod assisted;
mod closing;
mod crowd;
mod paper;
mod phone;
mod proof;
mod quiet;
mod scan;
mod touch;

use gongzhi_domain::Error;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::Kind;
use gongzhi_domain::person::Actor;
use gongzhi_store::Db;
use gongzhi_store::sign_in::{CodeFor, latest_code_for_demo_of};
use gongzhi_store::signing::{self, Confirm, Count, Signed};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::{ToSign, phone, to_sign};
use uuid::Uuid;

/// A world with a pact for so many households, in signing.
async fn signing_of(households: usize) -> (World, ToSign) {
    let world = World::new().await;
    let pact = to_sign(&world.db(), Kind::ResidentConvention, households).await;
    (world, pact)
}

/// The n-th resident as use cases are asked; each from an address of their own.
fn actor(pact: &ToSign, n: usize) -> Actor {
    Actor { client: format!("198.51.100.{n}"), ..Actor::resident(pact.people[n].1, "") }
}

fn home(pact: &ToSign, n: usize) -> (HouseholdId, PersonId) {
    pact.people[n]
}

/// The code that the n-th was sent for this pact.
async fn code(db: &Db, pact: &ToSign, n: usize) -> String {
    let what = CodeFor::Signature { pact: pact.pact, number: &pact.number };
    latest_code_for_demo_of(db, &phone(n), what).await.unwrap().expect("a code")
}

/// The n-th signs on their phone.
async fn signs(db: &Db, pact: &ToSign, n: usize) -> Result<Signed, Error> {
    signing::send_code(db, &actor(pact, n), &pact.number, home(pact, n).0).await?;
    let confirm = Confirm {
        household: home(pact, n).0,
        text: pact.text(db).await,
        code: code(db, pact, n).await,
        key: Uuid::new_v4(),
    };
    signing::sign(db, &actor(pact, n), &pact.number, &confirm).await
}

async fn count(db: &Db, pact: &ToSign) -> Count {
    let mut conn = db.pool().acquire().await.unwrap();
    signing::count(&mut conn, pact.pact).await.unwrap()
}

/// How many leaves of a kind the log has.
async fn leaves(db: &Db, kind: &str) -> i64 {
    sqlx::query_scalar("select count(*) from log_leaf where kind = $1").bind(kind).fetch_one(db.pool()).await.unwrap()
}
