//! Texts: a draft that two people write, versions that nobody changes, clauses that keep their names.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::error::{Reason, What};
use gongzhi_domain::ids::ClauseId;
use gongzhi_domain::pact::{Change, Evidence, Move, Need};
use gongzhi_domain::permission::Action;
use gongzhi_store::pacts::{self, DraftClause};
use gongzhi_store::testing::World;

use crate::story::{BAGS, LEASH, begun, households, stands_at, stranger};

fn clause(id: Option<ClauseId>, text: &str) -> DraftClause {
    DraftClause { id, text: text.to_owned(), english: String::new() }
}

#[tokio::test]
async fn a_draft_is_saved_by_whoever_saw_the_last_one() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let db = world.db();
    let saw = pacts::draft_page(&db, &hall.drafter, &hall.number).await.unwrap().version;
    let now =
        pacts::edit(&db, &hall.drafter, hall.pact, saw, &[clause(None, LEASH), clause(None, "  ")]).await.unwrap();
    let stale = pacts::edit(&db, &hall.branch, hall.pact, saw, &[clause(None, BAGS)]).await.unwrap_err();
    assert_eq!(stale, Error::Stale { now });
    let page = pacts::draft_page(&db, &hall.branch, &hall.number).await.unwrap();
    assert_eq!(page.clauses.len(), 1, "a clause without words is left out");
    let first = page.clauses[0].id;
    let edit = |clauses: Vec<DraftClause>| {
        let (db, who, pact) = (db.clone(), hall.branch.clone(), hall.pact);
        async move { pacts::edit(&db, &who, pact, now, &clauses).await }
    };
    let long = edit(vec![clause(Some(first), &"长".repeat(1001))]).await.unwrap_err();
    assert_eq!(long, Error::field("text-0", Reason::TooLong { max: 1000 }));
    let twice = edit(vec![clause(Some(first), LEASH), clause(Some(first), BAGS)]).await.unwrap_err();
    assert_eq!(twice, Error::field("text-1", Reason::NotAChoice));
    let foreign = edit(vec![clause(Some(ClauseId::from_uuid(db.new_id())), LEASH)]).await.unwrap_err();
    assert_eq!(foreign, Error::field("text-0", Reason::NotAChoice));
    let many = edit((0..61).map(|_| clause(None, LEASH)).collect()).await.unwrap_err();
    assert!(matches!(many.fields()[0].reason, Reason::OutOfRange { max: 60, .. }));
    let reader = pacts::edit(&db, &hall.street, hall.pact, now, &[]).await.unwrap_err();
    assert_eq!(reader, Error::Forbidden { action: Action::DraftPact });
    let away = pacts::draft_page(&db, &stranger(&world).await, &hall.number).await.unwrap_err();
    assert_eq!(away, Error::Forbidden { action: Action::ReadWorkshop });
}

#[tokio::test]
async fn a_published_text_is_never_changed_and_its_hash_fits() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let ids = hall.consults(&world).await;
    let page = hall.page(&world).await;
    let mut conn = world.db().pool().acquire().await.unwrap();
    let pact = pacts::by_number(&world.db(), &hall.number).await.unwrap();
    let text = pacts::present(&mut conn, &pact).await.unwrap().unwrap();
    let signed = text.signed_text(&pact.title.zh);
    assert_eq!(page.text_sha256.as_deref(), Some(signed.hash_hex().as_str()));
    assert_eq!(signed.clauses[0].id, ids[0].to_string());
    for statement in [
        "update pact_clause set text = '另一句'",
        "delete from pact_clause",
        "update pact_version set title_zh = '别的'",
        "delete from pact_version",
        "update pact_move set public_note = 'x'",
        "delete from pact_move",
        "update pact_assent set note = 'x'",
        "update pact_evidence set note = 'x'",
        "delete from pact_evidence",
        "update rule_profile set version = 7",
        "delete from opinion_answer",
        "truncate pact_clause",
    ] {
        let refused = sqlx::query(statement).execute(world.db().pool()).await.unwrap_err();
        let code = refused.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_new_draft_restarts_the_consultation_and_shows_where_clauses_went() {
    let world = World::new().await;
    let hall = begun(&world).await;
    households(&world, None).await;
    let ids = hall.consults(&world).await;
    let same = hall.says(&world, &hall.committee, Move::RestartConsult, "换一稿").await.unwrap_err();
    assert!(matches!(same, Error::StillMissing { .. }), "the same text is no new version: {same:?}");
    hall.writes(&world, &[(Some(ids[1]), BAGS), (Some(ids[0]), "遛犬牵绳，绳长不超过2米。"), (None, "不扰民。")]).await;
    world.later(TimeDelta::days(14));
    hall.says(&world, &hall.committee, Move::RestartConsult, "绳长改了，多了一条").await.unwrap();
    let page = hall.page(&world).await;
    assert_eq!(page.card.text_no, Some(2));
    assert_eq!(page.clauses.len(), 3);
    assert!(matches!(page.clauses[2].compared.as_ref().unwrap().change, Change::Added(_)));
    let text = pacts::text_page(&world.db(), &world.visitor(), &hall.number, None, None).await.unwrap();
    assert_eq!(text.compared, (1, 2));
    assert!(text.clauses.iter().any(|line| line.moved));
    let changed = text.clauses.iter().find(|line| line.id == ids[0]).unwrap();
    assert!(matches!(changed.change, Change::Changed(_)));
    let unknown = pacts::text_page(&world.db(), &world.visitor(), &hall.number, Some(1), Some(7)).await.unwrap_err();
    assert_eq!(unknown, Error::NotFound { what: What::Clause });
    // The window began anew: fourteen days of the first round do not count.
    world.later(TimeDelta::days(3));
    let early = hall.says(&world, &hall.committee, Move::CloseConsult, "").await.unwrap_err();
    assert!(matches!(early, Error::TooEarly { .. }));
    let one = pacts::clause(&world.db(), &world.visitor(), &hall.number, ids[0]).await.unwrap();
    assert_eq!((one.history.len(), one.no), (2, Some(2)));
    assert_eq!(one.history[1].before.as_deref(), Some(LEASH));
    let nowhere =
        pacts::clause(&world.db(), &world.visitor(), &hall.number, ClauseId::from_uuid(world.db().new_id())).await;
    assert_eq!(nowhere.unwrap_err(), Error::NotFound { what: What::Clause });
}

#[tokio::test]
async fn an_assent_counts_for_the_text_it_was_given_to() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.records(&world, &hall.branch, Evidence::PartyStudy).await.unwrap();
    hall.records(&world, &hall.committee, Evidence::Topics).await.unwrap();
    hall.writes(&world, &[(None, LEASH)]).await;
    hall.says(&world, &hall.branch, Move::OpenConsult, "").await.unwrap();
    hall.writes(&world, &[(None, "楼道里不许养狗。")]).await;
    let alone = hall.says(&world, &hall.committee, Move::OpenConsult, "").await.unwrap();
    assert!(!alone.performed, "the branch has not seen this text");
    assert!(hall.says(&world, &hall.branch, Move::OpenConsult, "").await.unwrap().performed);
}

#[tokio::test]
async fn from_the_deliberation_on_nobody_writes_by_hand() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let ids = hall.consults(&world).await;
    let saw = pacts::draft_page(&world.db(), &hall.drafter, &hall.number).await.unwrap().version;
    let other = [clause(Some(ids[0]), "遛犬牵绳。"), clause(Some(ids[1]), BAGS)];
    for stage in ["down2", "up3", "notice", "down3", "result", "sign", "publish"] {
        stands_at(&world, &hall, stage).await;
        for who in [&hall.branch, &hall.committee, &hall.drafter] {
            let refused = pacts::edit(&world.db(), who, hall.pact, saw, &other).await.unwrap_err();
            assert_eq!(refused, Error::field("clauses", Reason::NotAChoice), "{stage}");
        }
    }
}

#[tokio::test]
async fn a_review_speaks_of_the_published_text_and_publishes_nothing() {
    let world = World::new().await;
    let hall = begun(&world).await;
    hall.consults(&world).await;
    hall.writes(&world, &[(None, "另一条。")]).await;
    stands_at(&world, &hall, "up3").await;
    hall.records(&world, &hall.street, Evidence::LegalReview).await.unwrap();
    hall.records(&world, &hall.street, Evidence::WomensRightsCheck).await.unwrap();
    assert_eq!(hall.page(&world).await.card.text_no, Some(1), "a review publishes nothing");
    let refused = hall.says(&world, &hall.branch, Move::Freeze, "").await.unwrap_err();
    assert_eq!(refused, Error::StillMissing { needs: vec![Need::TextHash] }, "a text nobody decided is not frozen");
}
