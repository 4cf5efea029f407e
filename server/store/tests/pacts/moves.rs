//! Moves: by the people the table names, each once, never too early, never from a version that is gone.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::error::{Reason, What};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::{Evidence, Kind, Move, Need, Office, Secrecy, Stage};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Role;
use gongzhi_store::testing::World;
use gongzhi_store::{audit, log, pacts};
use serde_json::json;
use tokio::task::JoinSet;

use crate::story::{BAGS, LEASH, begun, households, new_pact, officer, stands_at, stranger, told};

#[tokio::test]
async fn a_pact_is_numbered_and_freezes_its_rules() {
    let world = World::new().await;
    let committee = officer(&world).await;
    let first = pacts::create(&world.db(), &committee, &new_pact(&committee)).await.unwrap();
    let second = pacts::create(&world.db(), &committee, &new_pact(&committee)).await.unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("BYH1A-2026-01", "BYH1A-2026-02"));
    let page = pacts::page(&world.db(), &world.visitor(), "byh1a-2026-01 ").await.unwrap();
    assert_eq!(page.card.stage, Stage::Up1);
    assert_eq!(page.profile.windows.consult.days, 15);
    assert!(page.clauses.is_empty());
    let none = pacts::page(&world.db(), &world.visitor(), "BYH1A-2026-99").await;
    assert_eq!(none.unwrap_err(), Error::NotFound { what: What::Pact });

    let elsewhere = stranger(&world).await;
    let refused = pacts::create(&world.db(), &elsewhere, &new_pact(&elsewhere)).await;
    assert_eq!(refused.unwrap_err(), Error::Forbidden { action: Action::OpenPact });
    let mut nameless = new_pact(&committee);
    nameless.title.zh = " ".into();
    nameless.purpose.zh = "长".repeat(400);
    let refused = pacts::create(&world.db(), &committee, &nameless).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["title", "purpose"]);
}

#[tokio::test]
async fn nobody_holds_two_offices_or_appoints_themselves() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let db = world.db();
    let drafter = hall.drafter.person.unwrap();
    let again = pacts::appoint(&db, &hall.committee, hall.pact, drafter, Office::Street).await;
    assert_eq!(again.unwrap_err(), Error::field("person", Reason::Taken));
    let own = pacts::appoint(&db, &hall.committee, hall.pact, hall.committee.person.unwrap(), Office::Branch).await;
    assert_eq!(own.unwrap_err(), Error::field("person", Reason::NeedsAnotherPerson));
    let by_drafter = pacts::appoint(&db, &hall.drafter, hall.pact, drafter, Office::Chair).await;
    assert_eq!(by_drafter.unwrap_err(), Error::Forbidden { action: Action::AppointOffice });
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let no_officer = pacts::appoint(&db, &hall.branch, hall.pact, clerk.person.unwrap(), Office::Chair).await;
    assert_eq!(no_officer.unwrap_err(), Error::field("person", Reason::NotAChoice));
    let last = pacts::end_office(&db, &hall.branch, hall.pact, hall.committee.person.unwrap()).await;
    assert_eq!(last.unwrap_err(), Error::field("person", Reason::NeedsAnotherPerson));

    pacts::end_office(&db, &hall.committee, hall.pact, drafter).await.unwrap();
    world.later(TimeDelta::minutes(1));
    pacts::appoint(&world.db(), &hall.committee, hall.pact, drafter, Office::Chair).await.unwrap();
    let desk = pacts::workshop(&world.db(), &hall.drafter, &hall.number).await.unwrap();
    assert_eq!(desk.mine, Some(Office::Chair));
}

#[tokio::test]
async fn a_move_needs_its_evidence_and_two_people() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let missing = hall.says(&world, &hall.branch, Move::OpenConsult, "").await.unwrap_err();
    assert_eq!(missing, Error::StillMissing { needs: vec![Need::PartyStudy, Need::Topics, Need::Draft] });
    let not_theirs = hall.records(&world, &hall.committee, Evidence::PartyStudy).await.unwrap_err();
    assert_eq!(not_theirs, Error::Forbidden { action: Action::RecordEvidence });
    let not_now = hall.records(&world, &hall.street, Evidence::LegalReview).await.unwrap_err();
    assert_eq!(not_now, Error::field("kind", Reason::NotAChoice));

    hall.records(&world, &hall.branch, Evidence::PartyStudy).await.unwrap();
    hall.records(&world, &hall.committee, Evidence::Topics).await.unwrap();
    hall.writes(&world, &[(None, LEASH), (None, BAGS)]).await;
    let one = hall.says(&world, &hall.branch, Move::OpenConsult, "").await.unwrap();
    assert!(!one.performed && !one.already && one.stage == Stage::Up1);
    let again = hall.says(&world, &hall.branch, Move::OpenConsult, "").await.unwrap();
    assert!(!again.performed && again.already, "the same person twice is one person");
    let desk = pacts::workshop(&world.db(), &hall.committee, &hall.number).await.unwrap();
    let choice = desk.moves.iter().find(|choice| choice.next.mv == Move::OpenConsult).unwrap();
    assert!(choice.may && choice.given.len() == 1 && choice.next.missing.is_empty());
    for wrong in [&hall.drafter, &hall.street] {
        let refused = hall.says(&world, wrong, Move::OpenConsult, "").await.unwrap_err();
        assert_eq!(refused, Error::Forbidden { action: Action::MovePact });
    }
    let refused = hall.says(&world, &stranger(&world).await, Move::OpenConsult, "").await.unwrap_err();
    assert_eq!(refused, Error::Forbidden { action: Action::MovePact });

    let at = hall.version(&world).await;
    world.later(TimeDelta::minutes(1));
    let moved = hall.says(&world, &hall.committee, Move::OpenConsult, "").await.unwrap();
    assert!(moved.performed && moved.stage == Stage::Down1);
    // The same assent sent again says the same; another one at the old version is too late.
    let json = json!({});
    let twice = pacts::assent(&world.db(), &hall.committee, hall.pact, at, Move::OpenConsult, "", &json).await.unwrap();
    assert!(twice.performed && twice.already);
    let stale = pacts::assent(&world.db(), &hall.committee, hall.pact, at, Move::CloseConsult, "", &json).await;
    assert_eq!(stale.unwrap_err(), Error::Stale { now: Version(moved.version) });
    let page = hall.page(&world).await;
    assert_eq!(page.history.len(), 1);
    assert_eq!(page.history[0].offices, [Office::Branch, Office::Committee]);
    assert!(page.history[0].leaf.is_some());
    assert!(audit::verify(&world.db()).await.unwrap().broken.is_none());
    log::sequence(&world.db()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_people_at_once_move_it_once() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.records(&world, &hall.branch, Evidence::PartyStudy).await.unwrap();
    hall.records(&world, &hall.committee, Evidence::Topics).await.unwrap();
    hall.writes(&world, &[(None, LEASH)]).await;
    let mut tasks = JoinSet::new();
    for at in 0..16 {
        let who = if at % 2 == 0 { hall.branch.clone() } else { hall.committee.clone() };
        let (db, pact) = (world.db(), hall.pact);
        tasks.spawn(async move {
            let json = json!({});
            pacts::assent(&db, &who, pact, 1, Move::OpenConsult, "", &json).await.unwrap()
        });
    }
    let said = tasks.join_all().await;
    assert_eq!(said.iter().filter(|said| said.performed && !said.already).count(), 1, "one of them made the move");
    let (moves, versions): (i64, i64) =
        sqlx::query_as("select (select count(*) from pact_move), (select count(*) from pact_version)")
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!((moves, versions), (1, 1));
}

#[tokio::test]
async fn an_early_move_is_refused_with_its_date_and_delivery_is_needed() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let li = world.resident("李", "13800001234").await;
    let building = households(&world, Some(li.person)).await;
    hall.consults(&world).await;
    assert_eq!(told(&world, li.person, "pact_move").await.len(), 1, "everybody who lives there is told");
    // It began on 2 March: the sixteenth day after begins on the 18th at midnight in Beijing.
    let early = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap_err();
    assert_eq!(early, Error::TooEarly { from: "2026-03-17T16:00:00Z".parse().unwrap() });
    world.later(TimeDelta::days(16));
    let undelivered = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap_err();
    assert_eq!(undelivered, Error::StillMissing { needs: vec![Need::Delivery] });
    hall.delivers(&world, building).await;
    let moved = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap();
    assert_eq!(moved.stage, Stage::Up2);
    let elsewhere = hall.says(&world, &hall.committee, Move::OpenVote, "").await.unwrap_err();
    assert!(matches!(elsewhere, Error::PactMove { stage: Stage::Up2, mv: Move::OpenVote, .. }));
}

#[tokio::test]
async fn a_legal_objection_stops_the_clock_and_its_answer_starts_it() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let building = households(&world, None).await;
    hall.consults(&world).await;
    hall.delivers(&world, building).await;
    let groundless = hall.says(&world, &hall.street, Move::Pause, "没有材料").await.unwrap_err();
    assert_eq!(groundless, Error::StillMissing { needs: vec![Need::LawObjection] });
    world.later(TimeDelta::days(10));
    let objection = hall.records(&world, &hall.street, Evidence::LawObjection).await.unwrap();
    let silent = hall.says(&world, &hall.street, Move::Pause, " ").await.unwrap_err();
    assert_eq!(silent, Error::field("note", Reason::Missing));
    hall.says(&world, &hall.street, Move::Pause, "第二条涉嫌与条例不符").await.unwrap();
    assert!(hall.page(&world).await.paused_at.is_some());
    world.later(TimeDelta::days(20));
    let paused = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap_err();
    assert!(matches!(paused, Error::PactMove { .. }), "nothing moves on while the clock stands still");
    let open = hall.says(&world, &hall.street, Move::Resume, "").await.unwrap_err();
    assert_eq!(open, Error::StillMissing { needs: vec![Need::LawAnswers] });
    let answer = pacts::NewEvidence {
        kind: Evidence::LawObjectionAnswer,
        note: "已按条例修改说明。".into(),
        day: world.db().today(),
        photo: None,
        holder: None,
        answers: Some(objection),
    };
    pacts::record(&world.db(), &hall.committee, hall.pact, &answer).await.unwrap();
    let twice = pacts::record(&world.db(), &hall.committee, hall.pact, &answer).await.unwrap_err();
    assert_eq!(twice, Error::field("answers", Reason::NotAChoice));
    hall.says(&world, &hall.supervision, Move::Resume, "").await.unwrap();
    // Ten days had run; the twenty of the pause do not count.
    let early = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap_err();
    assert!(matches!(early, Error::TooEarly { from } if from > world.now() + TimeDelta::days(4)));
    world.later(TimeDelta::days(6));
    hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap();
    assert_eq!(hall.stage(&world).await, Stage::Up2);
}

#[tokio::test]
async fn a_posting_needs_its_photo_and_belongs_to_its_stage() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let refused = hall.records(&world, &hall.committee, Evidence::PostingDay1).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["kind", "photos"]);
    let mut tomorrow = pacts::NewEvidence {
        kind: Evidence::Topics,
        note: "好".into(),
        day: world.db().today() + TimeDelta::days(1),
        photo: None,
        holder: None,
        answers: None,
    };
    let refused = pacts::record(&world.db(), &hall.committee, hall.pact, &tomorrow).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["note", "day"]);
    tomorrow.note = "控制字符\u{7}".into();
    tomorrow.day = world.db().today();
    let refused = pacts::record(&world.db(), &hall.committee, hall.pact, &tomorrow).await.unwrap_err();
    assert_eq!(refused, Error::field("note", Reason::Unreadable));
}

/// A record put into the row: a photo is staged by pages only.
async fn posted(world: &World, hall: &crate::story::Hall, kind: &str, days: i64) {
    sqlx::query(
        "insert into pact_evidence (id, pact_id, kind, stage, text_no, note, day, recorded_by, recorded_at)
         values ($1, $2, $3, 'publish', 1, '贴在公告栏', $4, $5, $6)",
    )
    .bind(world.db().new_id())
    .bind(hall.pact.uuid())
    .bind(kind)
    .bind(world.db().today() - TimeDelta::days(days))
    .bind(hall.committee.person.unwrap().uuid())
    .bind(world.now())
    .execute(world.db().pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn the_photo_of_the_fifteenth_day_is_of_the_fifteenth_day() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.consults(&world).await;
    stands_at(&world, &hall, "publish").await;
    let refused = hall.records(&world, &hall.committee, Evidence::PostingDay15).await.unwrap_err();
    let fields: Vec<_> = refused.fields().iter().map(|field| (field.field.as_str(), field.reason.clone())).collect();
    assert_eq!(fields, [("day", Reason::PhotoTooEarly), ("photos", Reason::Missing)]);
    posted(&world, &hall, "posting_day_1", 0).await;
    posted(&world, &hall, "posting_day_15", 0).await;
    hall.records(&world, &hall.committee, Evidence::FilingReceipt).await.unwrap();
    world.later(TimeDelta::days(16));
    let refused = hall.says(&world, &hall.committee, Move::IntoForce, "").await.unwrap_err();
    assert_eq!(refused, Error::StillMissing { needs: vec![Need::PostingDay15] }, "it is of the first day");
    posted(&world, &hall, "posting_day_15", 1).await;
    let alone = hall.says(&world, &hall.committee, Move::IntoForce, "").await.unwrap();
    assert!(!alone.performed, "it takes two people");
    assert!(hall.says(&world, &hall.branch, Move::IntoForce, "").await.unwrap().performed);
    assert_eq!(hall.stage(&world).await, Stage::InForce);
}

#[tokio::test]
async fn those_who_watch_are_not_dismissed_by_those_they_watch() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.consults(&world).await;
    stands_at(&world, &hall, "result").await;
    for who in [&hall.supervision, &hall.street] {
        let refused =
            pacts::end_office(&world.db(), &hall.committee, hall.pact, who.person.unwrap()).await.unwrap_err();
        assert_eq!(refused, Error::field("person", Reason::NeedsAnotherPerson));
    }
    pacts::end_office(&world.db(), &hall.street, hall.pact, hall.street.person.unwrap()).await.unwrap();
    let drafter = hall.drafter.person.unwrap();
    pacts::end_office(&world.db(), &hall.committee, hall.pact, drafter).await.unwrap();
    assert_eq!(crate::story::told(&world, drafter, "office_ended").await.len(), 1);
}

#[tokio::test]
async fn the_profile_says_whether_a_vote_may_be_secret() {
    let world = World::new().await;
    let committee = crate::story::officer(&world).await;
    let mut new = crate::story::new_pact(&committee);
    new.secrecy = Some(Secrecy::Secret);
    pacts::create(&world.db(), &committee, &new).await.unwrap();
    new.kind = Kind::BuildingPledge;
    let refused = pacts::create(&world.db(), &committee, &new).await.unwrap_err();
    assert_eq!(refused, Error::field("secrecy", Reason::NotAChoice));
}

#[tokio::test]
async fn a_pact_that_cannot_be_moved_stops_no_other() {
    let world = World::new().await;
    let (broken, whole) = (begun(&world).await, begun(&world).await);
    households(&world, None).await;
    for hall in [&broken, &whole] {
        hall.consults(&world).await;
        stands_at(&world, hall, "sign").await;
    }
    // Rules that nobody can read.
    sqlx::query("with r as (insert into rule_profile (id, kind, version, body, sha256, created_at) select $2, kind, 99, '{}', sha256, created_at from rule_profile limit 1 returning id) update pact set profile_id = (select id from r) where id = $1")
        .bind(broken.pact.uuid())
        .bind(world.db().new_id())
        .execute(world.db().pool())
        .await
        .unwrap();
    world.later(TimeDelta::days(31));
    pacts::tick(&world.db()).await.unwrap_err();
    assert_eq!(whole.stage(&world).await, Stage::Publish);
}

#[tokio::test]
async fn the_clock_ends_the_signing_and_what_was_not_reviewed() {
    let world = World::new().await;
    let hall = begun(&world).await;
    households(&world, None).await;
    hall.consults(&world).await;
    stands_at(&world, &hall, "sign").await;
    assert_eq!(pacts::tick(&world.db()).await.unwrap(), 0, "signing still runs");
    world.later(TimeDelta::days(31));
    assert_eq!(pacts::tick(&world.db()).await.unwrap(), 1);
    assert_eq!(hall.stage(&world).await, Stage::Publish);
    assert_eq!(pacts::tick(&world.db()).await.unwrap(), 0);
    stands_at(&world, &hall, "in_force").await;
    world.later(TimeDelta::days(1090));
    assert_eq!(pacts::tick(&world.db()).await.unwrap(), 0);
    world.later(TimeDelta::days(10));
    assert_eq!(pacts::tick(&world.db()).await.unwrap(), 1);
    let page = hall.page(&world).await;
    assert_eq!(page.card.stage, Stage::Ended);
    assert_eq!(page.card.ending.map(|ending| ending.code()), Some("expired"));
    assert!(page.history[0].offices.is_empty(), "nobody moved it but the clock");
}

#[tokio::test]
async fn an_end_is_one_thing_that_two_offices_say() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.consults(&world).await;
    stands_at(&world, &hall, "in_force").await;
    let at = hall.version(&world).await;
    let end = |who: &gongzhi_domain::person::Actor, ending: &str| {
        let (db, who, details) = (world.db(), who.clone(), json!({"ending": ending}));
        let pact = hall.pact;
        async move { pacts::assent(&db, &who, pact, at, Move::End, "依法撤销。", &details).await }
    };
    assert!(!end(&hall.street, "annulled").await.unwrap().performed);
    let other = end(&hall.supervision, "correction_ordered").await.unwrap_err();
    assert_eq!(other, Error::StillMissing { needs: vec![Need::CorrectionOrder] });
    let nonsense = end(&hall.supervision, "eaten").await.unwrap_err();
    assert_eq!(nonsense, Error::field("ending", Reason::NotAChoice));
    let clocks = end(&hall.supervision, "expired").await.unwrap_err();
    assert!(matches!(clocks, Error::TooEarly { .. }), "{clocks:?}");
    assert!(end(&hall.supervision, "annulled").await.unwrap().performed);
    assert_eq!(hall.stage(&world).await, Stage::Ended);
}

#[tokio::test]
async fn the_public_calendar_says_of_every_stage_what_the_workshop_says() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let building = households(&world, None).await;
    hall.consults(&world).await;
    hall.delivers(&world, building).await;
    for stage in Stage::ALL.iter().filter(|stage| stage.is_open()) {
        stands_at(&world, &hall, stage.code()).await;
        let shown = hall.page(&world).await.next;
        let workshop = pacts::workshop(&world.db(), &hall.committee, &hall.number).await.unwrap();
        assert!(!shown.is_empty() || *stage == Stage::Result, "{stage}: only a result without a count leads nowhere");
        for next in shown {
            let known = workshop.moves.iter().any(|choice| choice.next == next);
            assert!(known, "{stage}: {next:?} is not what the workshop says");
        }
    }
}
