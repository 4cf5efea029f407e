//! A tariff is passed by its own vote: put to a meeting of its area, counted by hand, decided by closed minutes. From the moment
//! it is put it stays as it is, and nothing else puts it in force.

use gongzhi_domain::ids::{MeetingId, TariffId};
use gongzhi_domain::meeting::HandCount;
use gongzhi_domain::points::GoesTo;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::testing::World;
use gongzhi_store::testing::tariffs::Assembly;
use gongzhi_store::{log, meetings, points};

use crate::story::{desk, item};

/// A draft of the community with one item.
async fn draft(world: &World, by: &Assembly<'_>) -> TariffId {
    let db = world.db();
    let draft = points::draft(&db, &by.keeper, "BYH1A").await.unwrap();
    points::add_item(&db, &by.keeper, draft, &item("治安巡逻", GoesTo::Person, 5, 20)).await.unwrap();
    draft
}

fn hands(present: u32, in_favour: u32, against: u32) -> HandCount {
    HandCount { present, in_favour, against, abstained: 0 }
}

async fn constraint(world: &World, sql: &'static str) -> Option<String> {
    let refused = sqlx::query(sql).execute(&world.superuser().await).await.expect_err(sql);
    refused.as_database_error().and_then(|error| error.constraint()).map(ToOwned::to_owned)
}

#[tokio::test]
async fn a_draft_is_voted_on_and_takes_effect_by_a_second_person() {
    let world = World::new().await;
    let here = Assembly::new(&world, "BYH1A").await;
    let elsewhere = Assembly::new(&world, "WNS1A").await;
    let db = world.db();
    let draft = draft(&world, &here).await;
    let (meeting, far) = (here.calls().await, elsewhere.calls().await);
    let put = async |meeting: MeetingId| meetings::put_tariff(&db, &here.keeper, draft, meeting, Some(24)).await;
    assert_eq!(put(far).await, Err(Error::field("meeting", Reason::NotAChoice)), "a meeting of another area");
    let calling = meetings::for_tariffs(&db, &here.keeper).await.unwrap();
    assert_eq!(calling.iter().map(|one| one.id).collect::<Vec<_>>(), [meeting]);
    put(meeting).await.unwrap();
    put(meeting).await.unwrap();
    let other = here.calls().await;
    assert_eq!(put(other).await, Err(Error::field("meeting", Reason::UnderVote)));

    // From now on it stays as it is, and everybody can read it.
    let frozen = Err(Error::field("tariff", Reason::UnderVote));
    assert_eq!(points::add_item(&db, &here.keeper, draft, &item("x", GoesTo::Person, 1, 1)).await, frozen);
    let shown = points::before_a_vote(&db).await.unwrap();
    assert_eq!((shown.len(), shown[0].vote().unwrap().meeting), (1, meeting));
    assert_eq!(points::remove_item(&db, &here.keeper, draft, shown[0].items[0].id).await, frozen);

    let count = async |hands| meetings::count_tariff(&db, &here.keeper, meeting, draft, hands, "").await;
    assert_eq!(count(hands(7, 6, 1)).await, Err(Error::field("in_favour", Reason::NotOpenNow)));
    here.gathers(meeting).await;
    let more = count(hands(8, 8, 0)).await;
    assert_eq!(more, Err(Error::field("present", Reason::OutOfRange { min: 1, max: 7 })), "more than came");
    assert!(count(hands(7, 6, 2)).await.is_err(), "more hands than people");
    let today = Some(db.today());
    let not_passed = Err(Error::field("effective_on", Reason::NotPassed));
    count(hands(7, 2, 5)).await.unwrap();
    count(hands(7, 6, 1)).await.unwrap();
    assert_eq!(points::put_in_force(&db, &here.chair, draft, today).await, not_passed, "the minutes are open");
    assert_eq!(
        meetings::take_tariff_back(&db, &here.keeper, draft).await,
        Err(Error::field("meeting", Reason::UnderVote)),
        "it was counted"
    );
    let before = meetings::public(&db, &world.visitor(), meeting).await.unwrap();
    assert_eq!((before.tariffs[0].count, before.tariffs[0].passed), (None, None), "nothing is public yet");
    here.closes(meeting).await.unwrap();

    let alone = points::put_in_force(&db, &here.keeper, draft, today).await;
    assert_eq!(alone, Err(Error::field("effective_on", Reason::NeedsAnotherPerson)));
    let past = points::put_in_force(&db, &here.chair, draft, today.map(|day| day - chrono::Days::new(1))).await;
    assert_eq!(past, Err(Error::field("effective_on", Reason::InThePast)));
    points::put_in_force(&db, &here.chair, draft, today).await.unwrap();
    let now = points::in_force(&db).await.unwrap();
    let vote = now[0].passed_by().unwrap();
    assert_eq!((vote.count, vote.meeting, now[0].expires_months), (Some(hands(7, 6, 1)), meeting, Some(24)));
    let public = meetings::public(&db, &world.visitor(), meeting).await.unwrap();
    assert_eq!((public.tariffs[0].count, public.tariffs[0].passed), (Some(hands(7, 6, 1)), Some(true)));
    log::sequence(&db).await.unwrap();
    let report = log::verify(&db).await.unwrap();
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    let leaves: i64 =
        sqlx::query_scalar("select count(*) from log_leaf where kind = 'vote_count' and subject like 'tariff:%'")
            .fetch_one(db.pool())
            .await
            .unwrap();
    assert_eq!(leaves, 1);
}

#[tokio::test]
async fn what_half_of_those_present_wanted_did_not_pass_and_can_be_changed() {
    let world = World::new().await;
    let here = Assembly::new(&world, "BYH1A").await;
    let db = world.db();
    let draft = draft(&world, &here).await;
    let failed = here.votes_on(draft, 3).await;
    let drafts = points::drafts(&db, &here.keeper).await.unwrap();
    assert_eq!((drafts[0].votes[0].passed, drafts[0].vote()), (Some(false), None));
    let refused = points::put_in_force(&db, &here.chair, draft, Some(db.today())).await;
    assert_eq!(refused, Err(Error::field("effective_on", Reason::NotPassed)));
    let public = meetings::public(&db, &world.visitor(), failed).await.unwrap();
    assert_eq!((public.tariffs[0].count, public.tariffs[0].passed), (None, Some(false)), "three point at people");
    points::add_item(&db, &here.keeper, draft, &item("扫雪", GoesTo::Person, 5, 20)).await.unwrap();
    here.votes_on(draft, 4).await;
    points::put_in_force(&db, &here.chair, draft, Some(db.today())).await.unwrap();
    assert_eq!(points::in_force(&db).await.unwrap()[0].votes.len(), 2);
}

#[tokio::test]
async fn minutes_wait_for_the_count_and_a_count_for_those_who_came() {
    let world = World::new().await;
    let here = Assembly::new(&world, "BYH1A").await;
    let db = world.db();
    let draft = draft(&world, &here).await;
    let meeting = here.calls().await;
    meetings::put_tariff(&db, &here.keeper, draft, meeting, None).await.unwrap();
    meetings::take_tariff_back(&db, &here.keeper, draft).await.unwrap();
    points::add_item(&db, &here.keeper, draft, &item("扫雪", GoesTo::Person, 5, 20)).await.unwrap();
    // Called off, the draft is free again.
    meetings::put_tariff(&db, &here.keeper, draft, meeting, None).await.unwrap();
    let version = meetings::at_desk(&db, &here.keeper, meeting).await.unwrap().version;
    meetings::cancel(&db, &here.keeper, meeting, version).await.unwrap();
    points::add_item(&db, &here.keeper, draft, &item("教手机", GoesTo::Person, 5, 20)).await.unwrap();

    let meeting = here.calls().await;
    meetings::put_tariff(&db, &here.keeper, draft, meeting, None).await.unwrap();
    here.gathers(meeting).await;
    let all = hands(7, 7, 0);
    meetings::count_tariff(&db, &here.keeper, meeting, draft, all, "").await.unwrap();
    // Somebody was ticked by mistake: there were six, so seven cannot have voted.
    let page = meetings::at_desk(&db, &here.keeper, meeting).await.unwrap();
    meetings::untick(&db, &here.keeper, meeting, page.people[0].id).await.unwrap();
    let over = meetings::over(&db, &here.keeper, meeting, page.version).await;
    assert_eq!(over, Err(Error::field("tariff_count", Reason::OutOfRange { min: 1, max: 6 })));
    meetings::count_tariff(&db, &here.keeper, meeting, draft, hands(6, 6, 0), "").await.unwrap();
    here.closes(meeting).await.unwrap();
    points::put_in_force(&db, &here.chair, draft, Some(db.today())).await.unwrap();

    let next = points::draft(&db, &here.keeper, "BYH1A").await.unwrap();
    let meeting = here.calls().await;
    meetings::put_tariff(&db, &here.keeper, next, meeting, None).await.unwrap();
    here.gathers(meeting).await;
    let uncounted = here.closes(meeting).await;
    assert_eq!(uncounted, Err(Error::field("tariff", Reason::Missing)));
}

#[tokio::test]
async fn the_database_refuses_a_tariff_without_its_vote() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let here = Assembly::new(&world, "BYH1A").await;
    let db = world.db();
    let draft = points::draft(&db, &desk.officer, "BYH1A").await.unwrap();
    let by_its_vote = Some("tariff_passes_by_its_own_vote");
    // In words, by no vote, by the vote of another, all at once.
    for sql in [
        "update tariff set decision = '居民会议决议', effective_on = '2026-03-02', passed_at = now(), passed_by = (select id from person
             where id <> drafted_by limit 1) where effective_on is null",
        "update tariff t set meeting_id = (select meeting_id from tariff_vote where passed limit 1), effective_on = '2026-03-02',
             passed_at = now(), passed_by = (select id from person where id <> t.drafted_by limit 1) where effective_on is null",
        "insert into tariff (id, area_id, area_path, version, decision, effective_on, drafted_by, drafted_at, passed_by, passed_at)
             select gen_random_uuid(), area_id, area_path, 9, '决议', '2026-03-02', drafted_by, now(), passed_by, now() from tariff
             where effective_on is not null",
    ] {
        assert_eq!(constraint(&world, sql).await.as_deref(), by_its_vote, "{sql}");
    }
    let meeting = here.calls().await;
    meetings::put_tariff(&db, &desk.officer, draft, meeting, Some(36)).await.unwrap();
    for (sql, name) in [
        ("update tariff_vote set present = 9, in_favour = 9, against = 0, abstained = 0, adopted = true, counted_by = put_by,
             counted_at = now(), passed = true, decided_at = now() where passed is null", "tariff_vote_is_decided_at_its_meeting"),
        ("update tariff_vote set present = 9, in_favour = 4, against = 0, abstained = 0, adopted = true, counted_by = put_by,
             counted_at = now() where passed is null", "tariff_vote_is_adopted_by_more_than_half"),
        ("update tariff_item set points = 7 where tariff_id in (select id from tariff where effective_on is null)", "tariff_in_force_stays"),
        ("update tariff set expires_months = 12 where effective_on is null", "tariff_under_vote_stays"),
        ("update tariff_vote set in_favour = 7 where passed", "tariff_vote_stays"),
        ("delete from tariff_vote where passed", "tariff_vote_stays"),
        ("update tariff_vote set kind = 'residents' where passed is null", "tariff_vote_is_at_a_meeting_of_the_area"),
    ] {
        assert_eq!(constraint(&world, sql).await.as_deref(), Some(name), "{sql}");
    }
    // Nor is it in force before the day of its vote.
    here.gathers(meeting).await;
    meetings::count_tariff(&db, &here.keeper, meeting, draft, hands(7, 7, 0), "").await.unwrap();
    here.closes(meeting).await.unwrap();
    let sooner = "update tariff t set meeting_id = v.meeting_id, effective_on = '2026-03-01', passed_at = now(), passed_by = (select id from
         person where id <> t.drafted_by limit 1) from tariff_vote v where v.tariff_id = t.id and v.passed and t.effective_on is null";
    assert_eq!(constraint(&world, sooner).await.as_deref(), by_its_vote);
}
