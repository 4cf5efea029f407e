//! Three without relatives: who can sit, how they find, and the one appeal.

use chrono::TimeDelta;
use gongzhi_domain::keeping::{Outcome, State};
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::keeping;
use gongzhi_store::testing::World;

use crate::story::{Neighbour, Pact, household, neighbour, pact, reports, takes_up};

struct Matter {
    world: World,
    pact: Pact,
    id: gongzhi_domain::ids::BreachId,
    li: Neighbour,
    zhao: Neighbour,
}

/// A report that was answered: it waits for its panel.
async fn answered() -> Matter {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao) = (neighbour(&world, 1).await, neighbour(&world, 2).await);
    let (lis, zhaos) = (neighbour(&world, 11).await, neighbour(&world, 12).await);
    household(&world, &[li.person, lis.person]).await;
    household(&world, &[zhao.person, zhaos.person]).await;
    let id = reports(&world, &pact, &li).await;
    takes_up(&world, &pact, id, &zhao).await;
    keeping::answer(&world.db(), &zhao.actor, id, "马上清理").await.unwrap();
    Matter { world, pact, id, li, zhao }
}

async fn called(matter: &Matter, from: u32) -> Vec<Neighbour> {
    let mut members = Vec::new();
    for n in from..from + 3 {
        members.push(neighbour(&matter.world, n).await);
    }
    let phones = [0, 1, 2].map(|n: usize| members[n].phone.clone());
    keeping::call(&matter.world.db(), &matter.pact.officer, matter.id, &phones).await.unwrap();
    members
}

#[tokio::test]
async fn neither_side_nor_their_households_sit_and_the_database_says_so_too() {
    let matter = answered().await;
    let db = matter.world.db();
    let good = neighbour(&matter.world, 21).await;
    for (n, who) in
        [(1, "reporter"), (2, "concerned"), (11, "lives with the reporter"), (12, "lives with the concerned")]
    {
        let phones = [crate::story::phone(n), good.phone.clone(), crate::story::phone(22)];
        let refused = keeping::call(&db, &matter.pact.officer, matter.id, &phones).await;
        assert_eq!(refused, Err(Error::field("phone1", Reason::Related)), "{who}");
    }
    let twice = [good.phone.clone(), good.phone.clone(), "1".into()];
    let error = keeping::call(&db, &matter.pact.officer, matter.id, &twice).await.unwrap_err();
    let said: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.reason.clone())).collect();
    assert_eq!(said, [("phone2", Reason::Taken), ("phone3", Reason::NotAPhone)]);
    // Straight into the table, with what the rows themselves say of the reporter.
    let pool = matter.world.superuser().await;
    for index in ["b.reporter_here, '{}'::bytea[]", "''::bytea, b.reporter_households"] {
        let sql = format!(
            "insert into breach_panel (breach_id, round, seat, person_id, person_index, households, called_at)
             select b.id, 1, 1, $2, {index}, now() from breach b where b.id = $1"
        );
        let refused = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(matter.id.uuid())
            .bind(good.person.uuid())
            .execute(&pool)
            .await
            .unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some("panel_is_without_relatives"));
    }
    for person in [matter.zhao.person, neighbour(&matter.world, 12).await.person] {
        let refused = sqlx::query(
            "insert into breach_panel (breach_id, round, seat, person_id, person_index, households, called_at)
             values ($1, 1, 1, $2, '', '{}', now())",
        )
        .bind(matter.id.uuid())
        .bind(person.uuid())
        .execute(&pool)
        .await
        .unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some("panel_is_without_relatives"));
    }
}

#[tokio::test]
async fn no_row_of_a_panel_joins_to_a_reporter() {
    let matter = answered().await;
    let db = matter.world.db();
    // Somebody who sits on the panel of this report has filed another, and so has somebody they live with.
    let (member, home) = (neighbour(&matter.world, 21).await, neighbour(&matter.world, 22).await);
    crate::story::household(&matter.world, &[member.person, home.person]).await;
    for who in [&member, &home] {
        crate::story::reports(&matter.world, &matter.pact, who).await;
    }
    called(&matter, 21).await;
    let joined: i64 = sqlx::query_scalar(
        "select count(*) from breach b join breach_panel p on p.person_index in (b.reporter_index, b.reporter_here)
             or b.reporter_index = any(p.households) or p.households && b.reporter_households
             or b.reporter_index = any(b.reporter_households)",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(joined, 0);
    let alike: i64 = sqlx::query_scalar(
        "select count(*) from breach a join breach b on a.id <> b.id and (a.reporter_here = b.reporter_here
             or a.reporter_households && b.reporter_households)",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(alike, 0, "two reports of one household are not known by it either");
}

#[tokio::test]
async fn three_find_for_themselves_and_two_decide() {
    let matter = answered().await;
    let db = matter.world.db();
    let members = called(&matter, 21).await;
    let silent = keeping::find(&db, &members[0].actor, matter.id, false, Outcome::Reminder, "").await.unwrap_err();
    let fields: Vec<_> = silent.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["declared", "note"]);
    let stranger = keeping::find(&db, &matter.li.actor, matter.id, true, Outcome::Closed, "没有这回事").await;
    assert_eq!(stranger, Err(Error::NotFound { what: What::Breach }));
    keeping::find(&db, &members[0].actor, matter.id, true, Outcome::Reminder, "提醒一声就好").await.unwrap();
    let twice = keeping::find(&db, &members[0].actor, matter.id, true, Outcome::Mediation, "再想想").await;
    assert!(matches!(twice, Err(Error::Stale { .. })));
    // One of them is a relative after all: somebody else is called to that seat only.
    keeping::step_down(&db, &members[1].actor, matter.id).await.unwrap();
    assert!(keeping::one(&db, &members[1].actor, matter.id).await.is_err());
    let other = neighbour(&matter.world, 31).await;
    let phones = [String::new(), other.phone.clone(), String::new()];
    keeping::call(&db, &matter.pact.officer, matter.id, &phones).await.unwrap();
    keeping::find(&db, &other.actor, matter.id, true, Outcome::Mediation, "坐下来谈谈").await.unwrap();
    assert_eq!(keeping::one(&db, &matter.li.actor, matter.id).await.unwrap().outcome, None);
    keeping::find(&db, &members[2].actor, matter.id, true, Outcome::Reminder, "提醒").await.unwrap();
    let own = keeping::one(&db, &matter.li.actor, matter.id).await.unwrap();
    assert_eq!((own.card.state, own.outcome), (State::Decided, Some(Outcome::Reminder)));
}

#[tokio::test]
async fn either_side_appeals_once_to_three_others() {
    let matter = answered().await;
    let db = matter.world.db();
    let members = called(&matter, 21).await;
    for member in &members {
        keeping::find(&db, &member.actor, matter.id, true, Outcome::Mediation, "谈一谈").await.unwrap();
    }
    keeping::appeal(&db, &matter.zhao.actor, matter.id, "纸箱不是我家的").await.unwrap();
    let again = keeping::appeal(&db, &matter.li.actor, matter.id, "我也不服").await;
    assert!(matches!(again, Err(Error::Stale { .. })), "{again:?}");
    let same = [members[0].phone.clone(), crate::story::phone(32), crate::story::phone(33)];
    let refused = keeping::call(&db, &matter.pact.officer, matter.id, &same).await;
    assert_eq!(refused, Err(Error::field("phone1", Reason::Taken)), "another panel");
    for member in called(&matter, 41).await {
        keeping::find(&db, &member.actor, matter.id, true, Outcome::Closed, "查清了，不是他家").await.unwrap();
    }
    let own = keeping::one(&db, &matter.zhao.actor, matter.id).await.unwrap();
    assert_eq!((own.card.state, own.outcome), (State::Closed, Some(Outcome::Closed)));
    let page = keeping::desk_one(&db, &matter.pact.officer, matter.id).await.unwrap();
    assert!(page.seats.iter().all(|seat| seat.found) && page.appeal.is_some());
    assert!(gongzhi_store::audit::verify(&db).await.unwrap().broken.is_none());
}

#[tokio::test]
async fn a_finding_stands_when_nobody_appeals_in_time() {
    let matter = answered().await;
    for member in called(&matter, 21).await {
        keeping::find(&matter.world.db(), &member.actor, matter.id, true, Outcome::Reminder, "提醒").await.unwrap();
    }
    matter.world.later(TimeDelta::days(11));
    let late = keeping::appeal(&matter.world.db(), &matter.li.actor, matter.id, "我不服这个结果").await;
    assert!(matches!(late, Err(Error::Invalid { .. })), "{late:?}");
    assert_eq!(keeping::tick(&matter.world.db()).await, Ok(1));
    let own = keeping::one(&matter.world.db(), &matter.li.actor, matter.id).await.unwrap();
    assert_eq!(own.card.state, State::Closed);
}
