//! What was signed can be computed anew: any changed byte is found and named, and the receipt proves the rest.

use gongzhi_domain::ids::LeafId;
use gongzhi_store::testing::World;
use gongzhi_store::{log, signing};

use crate::{actor, signing_of, signs};

async fn broken_parts(world: &World, number: &str, change: &'static str) -> Vec<&'static str> {
    let pool = world.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    // The keys between the rows would notice too; here it is the recomputation that has to.
    sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    sqlx::raw_sql("create table if not exists kept as select * from signature").execute(&mut *tx).await.unwrap();
    sqlx::raw_sql(change).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let parts = signing::recheck(&world.db(), number).await.unwrap().into_iter().map(|broken| broken.part).collect();
    let mut tx = pool.begin().await.unwrap();
    sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    sqlx::raw_sql(
        "update signature s set capacity = k.capacity, channel = k.channel, evidence = k.evidence, pseudonym = k.pseudonym,
             text_sha256 = k.text_sha256, resolution = k.resolution, household_id = k.household_id, at = k.at,
             statement_sha256 = k.statement_sha256, evidence_sha256 = k.evidence_sha256, profile_sha256 = k.profile_sha256
         from kept k where k.id = s.id",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert!(signing::recheck(&world.db(), number).await.unwrap().is_empty(), "put back");
    parts
}

#[tokio::test]
async fn a_changed_byte_is_found_and_named() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    signs(&db, &pact, 0).await.unwrap();
    signs(&db, &pact, 1).await.unwrap();
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
    let flip = |column: &str| {
        format!(
            "update signature set {column} = set_byte({column}, 5, get_byte({column}, 5) # 1)
             where id = (select min(id::text)::uuid from signature)"
        )
    };
    for (change, parts) in [
        (flip("pseudonym"), &["signer", "statement"][..]),
        (flip("statement_sha256"), &["statement"]),
        (flip("evidence_sha256"), &["evidence", "statement"]),
        (flip("text_sha256"), &["statement", "text"]),
        (flip("profile_sha256"), &["statement", "rules"]),
        ("update signature set at = at + interval '1 microsecond' where id = (select min(id::text)::uuid from signature)".to_owned(), &["statement"]),
        ("update signature set resolution = resolution || '0' where id = (select min(id::text)::uuid from signature)".to_owned(), &["statement"]),
        ("update signature set capacity = 'owner' where id = (select min(id::text)::uuid from signature)".to_owned(), &["statement"]),
        ("update signature set evidence = evidence || '{\"code\": \"x\"}' where id = (select min(id::text)::uuid from signature)".to_owned(), &["evidence"]),
    ] {
        let change: &'static str = change.leak();
        assert_eq!(broken_parts(&world, &pact.number, change).await, parts, "{change}");
    }
}

#[tokio::test]
async fn a_receipt_names_nobody_and_proves_the_text_that_was_signed() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    signs(&db, &pact, 0).await.unwrap();
    let mine = signing::mine(&db, &actor(&pact, 0), &pact.number).await.unwrap();
    let leaf = LeafId::from_uuid(mine.signatures[0].leaf);
    let receipt = log::receipt(&db, leaf).await.unwrap();
    assert_eq!(receipt.statement["text_sha256"], mine.signatures[0].text.as_str());
    assert_eq!(receipt.text.as_ref().map(|text| text.hash_hex()), Some(mine.signatures[0].text.clone()));
    let json = serde_json::to_string(&receipt).unwrap();
    let person = pact.people[0].1.to_string();
    for secret in ["住户0", "13900000000", "101室", person.as_str()] {
        assert!(!json.contains(secret), "{secret} in {json}");
    }
}
