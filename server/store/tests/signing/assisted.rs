//! With a helper and a witness: three different people, the reading back recorded, and the database says so too.

use gongzhi_domain::pact::Kind;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, FieldError, Reason, What};
use gongzhi_store::sign_in::{CodeFor, latest_code_for_demo_of};
use gongzhi_store::signing::{self, Asked, Assisted, Signed};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::{ToSign, phone, to_sign};
use gongzhi_store::{Db, refuse};
use uuid::Uuid;

use crate::{actor, count, home, signing_of};

fn help(pact: &ToSign, n: usize, witness: Option<&Actor>) -> Assisted {
    Assisted {
        household: home(pact, n).0,
        person: home(pact, n).1,
        witness: witness.and_then(|witness| witness.person),
        witness_phone: None,
        read_back: true,
        key: Uuid::new_v4(),
    }
}

/// Asks for an assisted signature; answers which asking waits.
async fn asks(db: &Db, worker: &Actor, pact: &ToSign, help: &Assisted) -> Uuid {
    match signing::assist(db, worker, &pact.number, help).await.unwrap() {
        Asked::Waiting(id) => id,
        Asked::Before(id) => panic!("signed before: {id}"),
    }
}

#[tokio::test]
async fn what_a_helper_enters_counts_when_the_witness_has_said_so() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let worker = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let asked = help(&pact, 0, Some(&clerk));
    let id = asks(&db, &worker, &pact, &asked).await;
    assert_eq!(asks(&db, &worker, &pact, &asked).await, id, "the same form asks once");
    assert_eq!(count(&db, &pact).await.signed, 0, "the helper alone signs for nobody");
    // Nobody but the witness answers, the helper and the signer neither.
    let gone = Err(Error::NotFound { what: What::Signature });
    for other in [&worker, &actor(&pact, 0), &actor(&pact, 1)] {
        assert_eq!(signing::answer(&db, other, &pact.number, id, true).await, gone);
    }
    let waiting = signing::to_witness(&db, &clerk, &pact.number).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].id), (1, id));
    assert!(signing::to_witness(&db, &worker, &pact.number).await.unwrap().is_empty());
    let signed = signing::answer(&db, &clerk, &pact.number, id, true).await.unwrap().unwrap();
    assert!(matches!(signed, Signed::Now(_)));
    assert_eq!(signing::answer(&db, &clerk, &pact.number, id, true).await, gone, "once");
    assert_eq!(count(&db, &pact).await.signed, 1);
    let again = signing::assist(&db, &worker, &pact.number, &help(&pact, 0, Some(&clerk))).await.unwrap();
    assert_eq!(again, Asked::Before(signed.id()));
    // The resident finds it among their own and can take it back.
    let mine = signing::mine(&db, &actor(&pact, 0), &pact.number).await.unwrap();
    signing::withdraw(&db, &actor(&pact, 0), &pact.number, mine.signatures[0].id).await.unwrap();
    assert_eq!(count(&db, &pact).await.signed, 0);

    // A witness who was not there says so, and nothing is signed.
    let id = asks(&db, &worker, &pact, &help(&pact, 1, Some(&clerk))).await;
    assert_eq!(signing::answer(&db, &clerk, &pact.number, id, false).await, Ok(None));
    assert_eq!(signing::answer(&db, &clerk, &pact.number, id, true).await, gone);
    assert_eq!(count(&db, &pact).await.signed, 0);
    let told: Vec<Uuid> =
        sqlx::query_scalar("select person_id from outbox where kind = 'pact_witness' order by created_at")
            .fetch_all(db.pool())
            .await
            .unwrap();
    assert!(told.contains(&clerk.person.unwrap().uuid()) && told.contains(&worker.person.unwrap().uuid()), "{told:?}");
}

#[tokio::test]
async fn a_neighbour_witnesses_by_the_code_on_their_own_phone() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let worker = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let id = asks(&db, &worker, &pact, &Assisted { witness_phone: Some(phone(2)), ..help(&pact, 1, None) }).await;
    let what = CodeFor::Witness { asked: id, number: &pact.number };
    let code = latest_code_for_demo_of(&db, &phone(2), what).await.unwrap().expect("a code");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = signing::answer_by_code(&db, &worker, &pact.number, id, wrong).await.unwrap_err();
    assert!(matches!(refused.fields()[0].reason, Reason::WrongCode { .. }), "{refused:?}");
    let other = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let gone = Err(Error::NotFound { what: What::Signature });
    assert_eq!(signing::answer_by_code(&db, &other, &pact.number, id, &code).await, gone, "the helper's alone");
    assert_eq!(count(&db, &pact).await.signed, 0);
    signing::answer_by_code(&db, &worker, &pact.number, id, &code).await.unwrap();
    assert_eq!(count(&db, &pact).await.signed, 1);
    let (witness, helper, read_back): (Uuid, Uuid, bool) =
        sqlx::query_as("select witness_id, helper_id, read_back from signature where household_id = $1")
            .bind(home(&pact, 1).0.uuid())
            .fetch_one(db.pool())
            .await
            .unwrap();
    assert_eq!((witness, Some(helper), read_back), (home(&pact, 2).1.uuid(), worker.person.map(|p| p.uuid()), true));
    // In their own session as well; a colleague's asking has no code.
    let id = asks(&db, &worker, &pact, &Assisted { witness_phone: Some(phone(2)), ..help(&pact, 0, None) }).await;
    signing::answer(&db, &actor(&pact, 2), &pact.number, id, true).await.unwrap();
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let id = asks(&db, &worker, &pact, &help(&pact, 2, Some(&clerk))).await;
    assert_eq!(signing::answer_by_code(&db, &worker, &pact.number, id, "123456").await, gone);
}

#[tokio::test]
async fn a_witness_is_of_the_area_and_nobody_helps_a_street_in_an_hour() {
    let (world, pact) = signing_of(32).await;
    let db = world.db();
    let worker = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let far = world.staff(Role::Clerk, "CENTRE", "WNS1").await;
    let refused = signing::assist(&db, &worker, &pact.number, &help(&pact, 0, Some(&far))).await;
    assert_eq!(refused, Err(Error::field("witness", Reason::NotAmongThem)));
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    for n in 0..30 {
        asks(&db, &worker, &pact, &help(&pact, n, Some(&clerk))).await;
    }
    let refused = signing::assist(&db, &worker, &pact.number, &help(&pact, 30, Some(&clerk))).await;
    assert!(matches!(refused, Err(Error::TooMany { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_three_are_three_and_it_was_read_back() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let worker = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let refused = |mut help: Assisted, change: fn(&mut Assisted, &Actor, &ToSign)| {
        change(&mut help, &worker, &pact);
        let (db, worker, number) = (db.clone(), worker.clone(), pact.number.clone());
        async move { signing::assist(&db, &worker, &number, &help).await.unwrap_err() }
    };
    let another = |field: &str| Error::field(field, Reason::NeedsAnotherPerson);
    let none = |help: &mut Assisted, _: &Actor, _: &ToSign| help.witness = None;
    assert_eq!(refused(help(&pact, 0, Some(&clerk)), none).await, Error::field("witness", Reason::Missing));
    let helper = |help: &mut Assisted, worker: &Actor, _: &ToSign| help.witness = worker.person;
    assert_eq!(refused(help(&pact, 0, Some(&clerk)), helper).await, another("witness"));
    let signer = |help: &mut Assisted, _: &Actor, _: &ToSign| help.witness_phone = Some(phone(0));
    assert_eq!(refused(help(&pact, 0, Some(&clerk)), signer).await, another("witness"));
    let stranger = |help: &mut Assisted, _: &Actor, _: &ToSign| help.witness_phone = Some(phone(77));
    assert_eq!(refused(help(&pact, 0, None), stranger).await, Error::field("witness_phone", Reason::NotAmongThem));
    let silent = |help: &mut Assisted, _: &Actor, _: &ToSign| {
        help.read_back = false;
        help.witness = None;
    };
    let both = vec![FieldError::new("witness", Reason::Missing), FieldError::new("read_back", Reason::ConsentNeeded)];
    assert_eq!(refused(help(&pact, 0, Some(&clerk)), silent).await, Error::Invalid { fields: both });
    let foreign = |help: &mut Assisted, _: &Actor, pact: &ToSign| help.person = home(pact, 1).1;
    assert_eq!(refused(help(&pact, 0, Some(&clerk)), foreign).await, Error::field("household", Reason::NotAmongThem));
    assert_eq!(count(&db, &pact).await.signatures, 0);
}

#[tokio::test]
async fn only_those_who_work_there_may_help_or_look() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let witness = world.staff(Role::Clerk, "CENTRE", "152921").await;
    for (role, area, may) in [
        (Role::GridWorker, "BYH1A1", true),
        (Role::GridWorker, "BYH1A2", false),
        (Role::PactOfficer, "BYH1A", true),
        (Role::Clerk, "WNS1", false),
        (Role::Handler, "152921", false),
        (Role::Auditor, "152921", false),
    ] {
        let who = world.staff(role, "OFFICE1", area).await;
        let helped = signing::assist(&db, &who, &pact.number, &help(&pact, 0, Some(&witness))).await;
        assert_eq!(helped.is_ok(), may, "{role} in {area}: {helped:?}");
        let opened = signing::household(&db, &who, &pact.number, Some(home(&pact, 0).0), None).await;
        assert_eq!(opened.is_ok(), may, "{role} in {area}");
    }
    let resident = actor(&pact, 0);
    assert!(matches!(
        signing::overview(&db, &resident, &pact.number, None).await.map(|_| ()),
        Err(Error::Forbidden { .. })
    ));
    let opened: i64 = sqlx::query_scalar("select count(*) from audit_event where action = 'household.open_to_sign'")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(opened, 2, "whoever looked stands in the audit log");
}

#[tokio::test]
async fn the_database_refuses_what_the_rules_refuse() {
    let world = World::new().await;
    let db = world.db();
    let pact = to_sign(&db, Kind::ResidentConvention, 3).await;
    let worker = world.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let asked = asks(&db, &worker, &pact, &help(&pact, 0, Some(&clerk))).await;
    let id = signing::answer(&db, &clerk, &pact.number, asked, true).await.unwrap().unwrap().id();
    let (helper, witness, signer) =
        (worker.person.unwrap().uuid(), clerk.person.unwrap().uuid(), home(&pact, 1).1.uuid());
    let put = |helper: Option<Uuid>, witness: Option<Uuid>, read_back: bool, round: i32| {
        sqlx::query(
            "insert into signature (id, pact_id, text_no, text_sha256, profile_sha256, resolution, person_id, household_id, round,
                 pseudonym, capacity, channel, evidence, evidence_sha256, statement_sha256, helper_id, witness_id, read_back,
                 request_key, leaf_id, at)
             select gen_random_uuid(), pact_id, text_no, text_sha256, profile_sha256, resolution, $2, $3, $7, pseudonym, capacity,
                 'assisted', evidence, evidence_sha256, statement_sha256, $4, $5, $6, gen_random_uuid(), gen_random_uuid(), at
             from signature where id = $1",
        )
        .bind(id.uuid())
        .bind(signer)
        .bind(home(&pact, 1).0.uuid())
        .bind(helper)
        .bind(witness)
        .bind(read_back)
        .bind(round)
        .execute(db.pool())
    };
    let name =
        |error: sqlx::Error| error.as_database_error().and_then(|e| e.constraint()).unwrap_or_default().to_owned();
    let wrong = put(Some(helper), None, true, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_assisted_names_helper_and_witness");
    let wrong = put(Some(helper), Some(helper), true, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_helper_and_witness_are_two");
    let wrong = put(Some(signer), Some(witness), true, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_helper_is_not_the_signer");
    let wrong = put(Some(helper), Some(signer), true, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_witness_is_not_the_signer");
    let wrong = put(Some(helper), Some(witness), false, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_assisted_was_read_back");
    let wrong = put(Some(helper), Some(witness), true, 2).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_follows_a_withdrawal", "a second without a withdrawal");
    put(Some(helper), Some(witness), true, 1).await.unwrap();
    let wrong = put(Some(helper), Some(witness), true, 1).await.map_err(name).unwrap_err();
    assert_eq!(wrong, "signature_is_put_once");
    // What was signed is never changed, not through a view either.
    for sql in [
        "update signature set channel = 'phone'",
        "delete from signature",
        "update signature_counted set capacity = 'owner'",
        "update signature_event set effect = 'forward'",
        "delete from paper_signature_entry",
        "update signing_round set resolution = 'x'",
    ] {
        let refused = refuse(sqlx::raw_sql(sql).execute(db.pool()).await.unwrap_err());
        assert!(matches!(refused, Error::Internal { .. }), "{sql}: {refused}");
    }
}
