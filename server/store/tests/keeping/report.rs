//! The course: triage in three days, an answer in seven, late steps shown, the reporter hidden everywhere.

use chrono::TimeDelta;
use gongzhi_domain::keeping::{Move, State};
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::keeping::{self, Part, Triage};
use gongzhi_store::outbox;
use gongzhi_store::testing::World;

use crate::story::{about, neighbour, pact, reports, takes_up, version};

#[tokio::test]
async fn the_reporter_sees_the_course_and_nobody_sees_the_reporter() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao, other) = (neighbour(&world, 1).await, neighbour(&world, 2).await, neighbour(&world, 3).await);
    let id = reports(&world, &pact, &li).await;
    let own = keeping::one(&world.db(), &li.actor, id).await.unwrap();
    assert_eq!((own.card.part, own.card.state), (Part::Reporter, State::Received));
    assert!(own.words.unwrap().contains("摔了一跤"));
    for stranger in [&zhao.actor, &other.actor] {
        assert_eq!(keeping::one(&world.db(), stranger, id).await, Err(Error::NotFound { what: What::Breach }));
        assert!(keeping::mine(&world.db(), stranger).await.unwrap().is_empty());
    }
    takes_up(&world, &pact, id, &zhao).await;
    let theirs = keeping::one(&world.db(), &zhao.actor, id).await.unwrap();
    assert_eq!((theirs.card.part, theirs.words.clone()), (Part::Concerned, None));
    assert_eq!(theirs.summary, "楼道堆放纸箱，影响通行");
    assert!(theirs.can.0);
    let told = outbox::mine(&world.db(), &zhao.actor, 5).await.unwrap();
    assert_eq!(told.len(), 1);
    keeping::answer(&world.db(), &zhao.actor, id, "这几天就搬走").await.unwrap();
    let own = keeping::one(&world.db(), &li.actor, id).await.unwrap();
    assert_eq!((own.card.state, own.reply.as_deref()), (State::Panel, Some("这几天就搬走")));
    // No table joins the reporter to the report: neither rows nor the audit log nor the messages' keys.
    let pool = world.superuser().await;
    let trace: i64 = sqlx::query_scalar(
        "select (select count(*) from audit_event where person_id = $1)
              + (select count(*) from outbox where person_id = $1 and (key like '%' || $2 || '%' or kind like '%' || $2 || '%'))
              + (select count(*) from breach b where b::text like '%' || $1::text || '%')
              + (select count(*) from breach_event e where e::text like '%' || $1::text || '%')",
    )
    .bind(li.person.uuid())
    .bind(id.to_string())
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(trace, 0);
}

#[tokio::test]
async fn what_is_late_is_shown_and_the_clock_ends_the_wait_for_an_answer() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let id = reports(&world, &pact, &li).await;
    world.later(TimeDelta::days(4));
    assert!(keeping::desk(&world.db(), &pact.officer).await.unwrap()[0].late);
    takes_up(&world, &pact, id, &zhao).await;
    let own = keeping::one(&world.db(), &li.actor, id).await.unwrap();
    assert_eq!((own.events[0].mv, own.events[0].late), (Move::TakeUp, Some(true)));
    world.later(TimeDelta::days(6));
    assert_eq!(keeping::tick(&world.db()).await, Ok(0));
    world.later(TimeDelta::days(2));
    assert_eq!(keeping::tick(&world.db()).await, Ok(1));
    assert_eq!(keeping::tick(&world.db()).await, Ok(0));
    let late = keeping::answer(&world.db(), &zhao.actor, id, "我想说两句").await;
    assert!(matches!(late, Err(Error::Stale { .. })), "{late:?}");
}

#[tokio::test]
async fn what_is_wrong_is_said_and_sent_twice_it_is_one() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let new = about(&world, &pact);
    let id = keeping::report(&world.db(), &li.actor, &new).await.unwrap();
    assert_eq!(keeping::report(&world.db(), &li.actor, &new).await, Ok(id));
    assert_eq!(keeping::report(&world.db(), &zhao.actor, &new).await, Err(Error::Duplicate { what: What::Breach }));
    let wrong = keeping::Report {
        clause: gongzhi_domain::ids::ClauseId::from_uuid(uuid::Uuid::nil()),
        place: String::new(),
        words: "x".into(),
        happened_on: "2027-01-01".parse().unwrap(),
        ..about(&world, &pact)
    };
    let error = keeping::report(&world.db(), &li.actor, &wrong).await.unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["clause", "place", "words", "happened_on"]);
    assert_eq!(keeping::report(&world.db(), &world.visitor(), &new).await, Err(Error::NotSignedIn));
    for _ in 0..4 {
        let _ = keeping::report(&world.db(), &li.actor, &about(&world, &pact)).await;
    }
    let flood = keeping::report(&world.db(), &li.actor, &about(&world, &pact)).await;
    assert!(matches!(flood, Err(Error::TooMany { .. })), "{flood:?}");
}

#[tokio::test]
async fn triage_is_the_officers_but_never_of_their_own_matter() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let id = reports(&world, &pact, &li).await;
    let away = Triage::TurnAway("这件事不在公约里，可以先当面说一声".into());
    let at = version(&world, id).await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "BYH1A").await;
    let elsewhere = world.staff(Role::PactOfficer, "OFFICE2", "WNS1").await;
    for actor in [&clerk, &elsewhere, &li.actor] {
        let refused = keeping::triage(&world.db(), actor, id, at, &away).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    crate::story::household(&world, &[li.person, pact.officer.person.unwrap()]).await;
    // The households of the reporter are those of the day of the report: this one came later, so the next report counts.
    let second = reports(&world, &pact, &li).await;
    let refused = keeping::triage(&world.db(), &pact.officer, second, at, &away).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    let own = Triage::TakeUp { phone: li.phone.clone(), summary: "楼道堆放纸箱".into(), photos: Vec::new() };
    let other = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let refused = keeping::triage(&world.db(), &other, id, at, &own).await;
    assert_eq!(refused, Err(Error::field("phone", Reason::Related)), "nobody is meant by their own report");
    keeping::triage(&world.db(), &other, id, at, &away).await.unwrap();
    let twice = keeping::triage(&world.db(), &other, id, at, &away).await;
    assert!(matches!(twice, Err(Error::Stale { .. })), "{twice:?}");
    let _ = zhao;
}

#[tokio::test]
async fn totals_are_public_from_five_on_and_hold_no_person() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let zhao = neighbour(&world, 2).await;
    for n in 10..14 {
        let who = neighbour(&world, n).await;
        let id = reports(&world, &pact, &who).await;
        takes_up(&world, &pact, id, &zhao).await;
    }
    assert_eq!(keeping::totals(&world.db(), pact.id).await.unwrap(), [], "four are not shown");
    let last = neighbour(&world, 15).await;
    let id = reports(&world, &pact, &last).await;
    assert_eq!(keeping::totals(&world.db(), pact.id).await.unwrap(), [], "one that waits does not count");
    takes_up(&world, &pact, id, &zhao).await;
    let totals = keeping::totals(&world.db(), pact.id).await.unwrap();
    assert_eq!((totals.len(), totals[0].clause, totals[0].year, totals[0].count), (1, pact.clauses[0], 2026, 5));
}
