//! Crediting: two people, caps, nobody's own; what the database refuses by itself; reversals, rebuilding, time.

use std::sync::Arc;

use chrono::TimeDelta;
use gongzhi_domain::person::Role;
use gongzhi_domain::points::{Account, EntryKind, GoesTo};
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::points;
use gongzhi_store::testing::World;
use gongzhi_store::testing::tariffs::Assembly;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::story::{balanced, credits, day, desk, doing, has, household, item, neighbour, proposes};

#[tokio::test]
async fn a_credit_takes_two_people_and_is_told() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, _, phone) = neighbour(&world, 1).await;
    let proposal = proposes(&world, &desk, &phone, desk.patrol).await;
    assert_eq!(has(&world, &li).await, 0, "a proposal is no credit");
    let waiting = points::waiting(&world.db(), &desk.officer).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].points, waiting[0].mine), (1, 5, false));
    assert!(waiting[0].phone.as_deref().unwrap().contains("****"));
    let own = points::check(&world.db(), &desk.coordinator, proposal, true, "").await;
    assert_eq!(own, Err(Error::field("checker", Reason::NeedsAnotherPerson)));
    points::check(&world.db(), &desk.officer, proposal, true, "").await.unwrap();
    assert_eq!(has(&world, &li).await, 5);
    let again = points::check(&world.db(), &desk.second, proposal, true, "").await;
    assert!(matches!(again, Err(Error::Stale { .. })), "{again:?}");
    let mine = points::mine(&world.db(), &li).await.unwrap();
    assert_eq!((mine.lines[0].kind, mine.lines[0].amount), (EntryKind::Credit, 5));
    assert_eq!(mine.lines[0].what.as_ref().unwrap().zh, "治安巡逻");
    let told = gongzhi_store::outbox::mine(&world.db(), &li, 5).await.unwrap();
    assert!(told[0].body.contains("5 积分"), "{told:?}");
    balanced(&world).await;
}

#[tokio::test]
async fn a_refusal_needs_its_answer_and_credits_nothing() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, _, phone) = neighbour(&world, 1).await;
    let proposal = proposes(&world, &desk, &phone, desk.patrol).await;
    let silent = points::check(&world.db(), &desk.officer, proposal, false, " ").await;
    assert_eq!(silent, Err(Error::field("answer", Reason::Missing)));
    assert_eq!(points::check(&world.db(), &desk.officer, proposal, false, "那天没有巡逻").await, Ok(None));
    assert_eq!(has(&world, &li).await, 0);
}

#[tokio::test]
async fn nobody_credits_themselves_or_their_household() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    // The coordinator lives with Li; the officer has a number of their own.
    let (_, li, phone) = neighbour(&world, 1).await;
    let coordinator = desk.coordinator.person.unwrap();
    household(&world, &[li, coordinator]).await;
    // Their lease has an end: until that day they live together all the same.
    let pool = world.superuser().await;
    sqlx::query("update residence set until = '2099-12-31'").execute(&pool).await.unwrap();
    let own = points::propose(&db, &desk.coordinator, &doing(&world, &phone, desk.patrol)).await;
    assert_eq!(own, Err(Error::field("phone", Reason::OwnHousehold)));
    let proposal = points::propose(&db, &desk.officer, &doing(&world, &phone, desk.patrol)).await.unwrap();
    let own = points::check(&db, &desk.coordinator, proposal, true, "").await;
    assert_eq!(own, Err(Error::field("checker", Reason::OwnHousehold)));
    points::check(&db, &desk.second, proposal, true, "").await.unwrap();
    // The database refuses what no use case would do.
    let pool = world.superuser().await;
    let (maker, other) = (coordinator.uuid(), desk.officer.person.unwrap().uuid());
    for (person, by, check, rule) in [
        (other, other, maker, "points_credit_is_not_ones_own"),
        (other, maker, other, "points_credit_is_not_ones_own"),
        (li.uuid(), maker, other, "points_credit_stays_outside_the_household"),
        (li.uuid(), other, maker, "points_credit_stays_outside_the_household"),
        (li.uuid(), other, other, "points_entry_is_checked_by_another"),
    ] {
        let refused = sqlx::query(
            "insert into points_entry (id, key, kind, item_id, source_event, person_id, maker, checker, at, day)
             values ($1, $2, 'credit', $3, 'x', $4, $5, $6, now(), '2026-03-02')",
        )
        .bind(Uuid::new_v4())
        .bind(Uuid::new_v4().to_string())
        .bind(desk.patrol.uuid())
        .bind(person)
        .bind(by)
        .bind(check)
        .execute(&pool)
        .await
        .unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some(rule));
    }
}

#[tokio::test]
async fn points_are_never_given_for_taking_part() {
    let world = World::new().await;
    desk(&world).await;
    let pool = world.superuser().await;
    let officer = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let draft = points::draft(&world.db(), &officer, "BYH1A").await.unwrap();
    points::add_item(&world.db(), &officer, draft, &item("巡逻", GoesTo::Person, 5, 20)).await.unwrap();
    for source in ["voting", "signing", "opinion", "report"] {
        let refused = sqlx::query("update tariff_item set source = $2 where tariff_id = $1")
            .bind(draft.uuid())
            .bind(source)
            .execute(&pool)
            .await
            .unwrap_err();
        assert_eq!(
            refused.as_database_error().unwrap().constraint(),
            Some("points_are_never_for_taking_part"),
            "{source}"
        );
    }
}

#[tokio::test]
async fn what_does_not_sum_or_is_changed_afterwards_the_database_refuses() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (_, _, phone) = neighbour(&world, 1).await;
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    let pool = world.superuser().await;
    for to_person in [None, Some(5_i64)] {
        let (mut tx, id) = (pool.begin().await.unwrap(), Uuid::new_v4());
        sqlx::query("insert into points_entry (id, key, kind, source_event, at, day) values ($1, 'k', 'expire', 'x', now(), '2026-03-02')")
            .bind(id)
            .execute(&mut *tx)
            .await
            .unwrap();
        if let Some(points) = to_person {
            sqlx::query(
                "insert into points_posting (entry_id, account_id, amount)
                 select $1, id, case kind when 'issued' then -4 else $2 end from points_account where kind in ('issued', 'person')",
            )
            .bind(id)
            .bind(points)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        let refused = tx.commit().await.unwrap_err();
        assert_eq!(
            refused.as_database_error().unwrap().constraint(),
            Some("points_entry_sums_to_zero"),
            "{to_person:?}"
        );
    }
    for sql in [
        "update points_entry set kind = 'expire'",
        "delete from points_entry",
        "update points_posting set amount = amount * 2",
        "delete from points_posting",
    ] {
        let refused = sqlx::query(sql).execute(world.db().pool()).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{sql}");
    }
    balanced(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cap_holds_however_many_check_at_once() {
    let world = World::new().await;
    let desk = Arc::new(desk(&world).await);
    let (li, _, phone) = neighbour(&world, 1).await;
    let mut proposals = Vec::new();
    for _ in 0..20 {
        proposals.push(proposes(&world, &desk, &phone, desk.patrol).await);
    }
    let mut checks = JoinSet::new();
    for (n, proposal) in proposals.into_iter().enumerate() {
        let (db, desk) = (world.db(), Arc::clone(&desk));
        checks.spawn(async move {
            let who = if n % 2 == 0 { &desk.officer } else { &desk.second };
            points::check(&db, who, proposal, true, "").await
        });
    }
    let answers = checks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4, "20 points of 5 each");
    let full = Err(Error::field("item", Reason::CapReached));
    assert!(answers.iter().filter(|answer| answer.is_err()).all(|answer| *answer == full), "{answers:?}");
    assert_eq!(has(&world, &li).await, 20);
    // The next month has a cap of its own.
    world.later(TimeDelta::days(31));
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    assert_eq!(has(&world, &li).await, 25);
    balanced(&world).await;
}

#[tokio::test]
async fn a_mistake_is_taken_back_once_by_two_and_gives_its_cap_back() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    let (li, _, phone) = neighbour(&world, 1).await;
    let mut entry = None;
    for _ in 0..4 {
        entry = Some(credits(&world, &desk, &phone, desk.patrol).await.unwrap());
    }
    let entry = entry.unwrap();
    let key = Uuid::new_v4();
    let back = points::propose_reversal(&db, &desk.coordinator, key, entry, "记到了别人名下").await.unwrap();
    assert_eq!(points::propose_reversal(&db, &desk.coordinator, key, entry, "记到了别人名下").await, Ok(back));
    let twice = points::propose_reversal(&db, &desk.second, Uuid::new_v4(), entry, "记到了别人名下").await;
    assert_eq!(twice, Err(Error::Duplicate { what: What::Points }));
    points::check(&db, &desk.officer, back, true, "").await.unwrap();
    assert_eq!(has(&world, &li).await, 15);
    let again = points::propose_reversal(&db, &desk.second, Uuid::new_v4(), entry, "记到了别人名下").await;
    assert_eq!(again, Err(Error::Duplicate { what: What::Points }));
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    assert_eq!(has(&world, &li).await, 20);
    balanced(&world).await;
}

#[tokio::test]
async fn a_household_is_credited_together() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, li_id, phone) = neighbour(&world, 1).await;
    let (wang, wang_id, _) = neighbour(&world, 2).await;
    let lonely = points::propose(&world.db(), &desk.coordinator, &doing(&world, &phone, desk.yard)).await;
    assert_eq!(lonely, Err(Error::field("phone", Reason::PlaceNeeded)));
    household(&world, &[li_id, wang_id]).await;
    credits(&world, &desk, &phone, desk.yard).await.unwrap();
    for who in [&li, &wang] {
        let mine = points::mine(&world.db(), who).await.unwrap();
        assert_eq!((mine.balance, mine.household.unwrap().balance), (0, 10));
        assert!(mine.lines[0].household);
    }
    balanced(&world).await;
}

#[tokio::test]
async fn sent_twice_it_is_proposed_once_and_what_is_wrong_is_said() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    let (_, _, phone) = neighbour(&world, 1).await;
    let new = doing(&world, &phone, desk.patrol);
    let first = points::propose(&db, &desk.coordinator, &new).await.unwrap();
    assert_eq!(points::propose(&db, &desk.coordinator, &new).await, Ok(first));
    let stolen = points::propose(&db, &desk.officer, &new).await;
    assert_eq!(stolen, Err(Error::Duplicate { what: What::Points }));
    let wrong = points::Propose { phone: "123".into(), note: "x".into(), day: day("2026-12-01"), ..new };
    let error = points::propose(&db, &desk.coordinator, &wrong).await.unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["phone", "note", "day"]);
    let elsewhere = world.staff(Role::VolunteerCoordinator, "OFFICE2", "WNS1").await;
    let refused = points::propose(&db, &elsewhere, &doing(&world, &phone, desk.patrol)).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_wrong_balance_is_found_and_repaired() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, _, phone) = neighbour(&world, 1).await;
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    sqlx::query("update points_account set balance = 500 where kind = 'person'")
        .execute(&world.superuser().await)
        .await
        .unwrap();
    let repaired = points::rebuild(&world.db()).await.unwrap();
    assert_eq!((repaired.len(), repaired[0].was, repaired[0].is), (1, 500, 5));
    assert_eq!(has(&world, &li).await, 5);
    balanced(&world).await;
}

#[tokio::test]
async fn points_go_by_the_tariffs_time_the_oldest_first() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, _, phone) = neighbour(&world, 1).await;
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    world.later(TimeDelta::days(400));
    credits(&world, &desk, &phone, desk.patrol).await.unwrap();
    assert_eq!(points::tick(&world.db()).await.unwrap().expired, 0);
    world.later(TimeDelta::days(340));
    assert_eq!(points::tick(&world.db()).await.unwrap().expired, 1);
    assert_eq!(points::tick(&world.db()).await.unwrap().expired, 0, "once");
    assert_eq!(has(&world, &li).await, 5);
    let totals = points::totals(&world.db()).await.unwrap();
    assert!(totals.contains(&(Account::Expired, 5)), "{totals:?}");
    balanced(&world).await;
}

#[tokio::test]
async fn a_tariff_is_passed_by_a_second_person_and_stays_as_it_is() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let db = world.db();
    let (_, _, phone) = neighbour(&world, 1).await;
    let old = proposes(&world, &desk, &phone, desk.patrol).await;
    let draft = points::draft(&db, &desk.officer, "BYH1A").await.unwrap();
    assert_eq!(points::draft(&db, &desk.second, "BYH1A").await, Err(Error::Duplicate { what: What::Points }));
    let copied = points::drafts(&db, &desk.officer).await.unwrap();
    assert_eq!((copied[0].items.len(), copied[0].version), (2, 2), "the next begins as the present one");
    points::remove_item(&db, &desk.officer, draft, copied[0].items[1].id).await.unwrap();
    Assembly::new(&world, "BYH1A").await.votes_on(draft, 4).await;
    let today = Some(db.today());
    let alone = points::put_in_force(&db, &desk.officer, draft, today).await;
    assert_eq!(alone, Err(Error::field("effective_on", Reason::NeedsAnotherPerson)));
    points::put_in_force(&db, &desk.second, draft, today).await.unwrap();
    let now = points::in_force(&db).await.unwrap();
    assert_eq!((now.len(), now[0].version, now[0].items.len()), (1, 2, 1));
    let late = points::add_item(&db, &desk.officer, draft, &item("x", GoesTo::Person, 1, 1)).await;
    assert_eq!(late, Err(Error::NotFound { what: What::Points }));
    // What was proposed by the old version is proposed anew.
    let refused = points::check(&db, &desk.officer, old, true, "").await;
    assert_eq!(refused, Err(Error::field("item", Reason::NotAChoice)));
    for sql in
        ["update tariff set decision = 'another'", "update tariff_item set points = 6", "delete from tariff_item"]
    {
        let refused = sqlx::query(sql).execute(&world.superuser().await).await;
        assert!(refused.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn the_cap_goes_by_the_day_of_the_deed_not_of_the_check() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let (li, _, phone) = neighbour(&world, 1).await;
    let mut proposals = Vec::new();
    for _ in 0..5 {
        proposals.push(proposes(&world, &desk, &phone, desk.patrol).await);
    }
    for (n, proposal) in proposals.into_iter().enumerate() {
        if n == 4 {
            world.later(TimeDelta::days(31));
        }
        let checked = points::check(&world.db(), &desk.officer, proposal, true, "").await;
        match n {
            4 => assert_eq!(checked, Err(Error::field("item", Reason::CapReached)), "a month later"),
            _ => assert!(checked.is_ok(), "{checked:?}"),
        }
    }
    assert_eq!(has(&world, &li).await, 20);
    let told: Vec<String> = sqlx::query_scalar("select action from audit_event where stream like 'proposal:%'")
        .fetch_all(world.db().pool())
        .await
        .unwrap();
    assert_eq!(told, ["points.propose"; 5]);
}
