//! Opinions: one a person and clause, changed until the consultation closes, looked at before they are public, answered to the
//! last, told to whoever said them and to nobody who.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::content::{ContentState, HideReason, Ruling, Verdict};
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::{ClauseId, OpinionId};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::{Answer, Channel, Move, Need, Stage, Stance};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_store::pacts::{self, Saying};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, moderation};
use tokio::task::JoinSet;

use crate::story::{BAGS, Hall, LEASH, begun, households, told};

fn saying(clause: Option<ClauseId>, stance: Stance, words: &str) -> Saying {
    Saying { text_no: 1, clause, stance, words: words.into() }
}

async fn say(world: &World, hall: &Hall, who: &Actor, said: Saying) -> Result<OpinionId, Error> {
    pacts::give_opinion(&world.db(), who, &hall.number, &said).await
}

async fn publish_all(world: &World, clerk: &Actor) -> usize {
    let items = moderation::queue(&world.db(), clerk, None, None).await.unwrap().items;
    let items: Vec<_> = items.iter().map(|item| (item.content, item.version)).collect();
    moderation::publish_many(&world.db(), clerk, &items).await.unwrap().len()
}

#[tokio::test]
async fn one_opinion_a_person_and_clause_that_changes_until_it_closes() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let building = households(&world, None).await;
    let ids = hall.consults(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let wordless = say(&world, &hall, &li, saying(Some(ids[0]), Stance::Object, " ")).await.unwrap_err();
    assert_eq!(wordless, Error::field("words", Reason::Missing));
    let first = say(&world, &hall, &li, saying(Some(ids[0]), Stance::Agree, "")).await.unwrap();
    let second = say(&world, &hall, &li, saying(Some(ids[0]), Stance::Change, "两米更好")).await.unwrap();
    assert_eq!(first, second, "said again it is the same opinion");
    say(&world, &hall, &li, saying(None, Stance::Agree, "")).await.unwrap();
    let page = pacts::page(&world.db(), &li, &hall.number).await.unwrap();
    assert_eq!(page.clauses[0].stances.total(), 1);
    assert_eq!(page.clauses[0].mine, Some(Stance::Change));
    assert_eq!(page.whole.agree, 1);
    // Taking the words back leaves none in the queue.
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    assert_eq!(moderation::waiting(&world.db(), &clerk).await.unwrap(), 1);
    say(&world, &hall, &li, saying(Some(ids[0]), Stance::Agree, "")).await.unwrap();
    assert_eq!(moderation::waiting(&world.db(), &clerk).await.unwrap(), 0);

    let visitor = say(&world, &hall, &world.visitor(), saying(None, Stance::Agree, "")).await.unwrap_err();
    assert_eq!(visitor, Error::NotSignedIn);
    let old = say(&world, &hall, &li, Saying { text_no: 2, ..saying(None, Stance::Agree, "") }).await.unwrap_err();
    assert_eq!(old, Error::Stale { now: Version(hall.version(&world).await) });
    let foreign = ClauseId::from_uuid(world.db().new_id());
    assert!(say(&world, &hall, &li, saying(Some(foreign), Stance::Agree, "")).await.is_err());
    hall.closes(&world, building).await;
    let late = say(&world, &hall, &li, saying(Some(ids[0]), Stance::Object, "晚了")).await.unwrap_err();
    assert_eq!(late, Error::field("stance", Reason::NotAChoice));
    assert!(audit::verify(&world.db()).await.unwrap().broken.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_person_many_times_at_once_has_one_opinion() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let ids = hall.consults(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let mut tasks = JoinSet::new();
    for at in 0..24 {
        let (db, li, number) = (world.db(), li.clone(), hall.number.clone());
        let said = saying(Some(ids[0]), Stance::Change, &format!("第{at}个想法"));
        tasks.spawn(async move { pacts::give_opinion(&db, &li, &number, &said).await.unwrap() });
    }
    let said: std::collections::BTreeSet<OpinionId> = tasks.join_all().await.into_iter().collect();
    assert_eq!(said.len(), 1);
    let (opinions, contents): (i64, i64) =
        sqlx::query_as("select (select count(*) from opinion), (select count(*) from content where kind = 'opinion')")
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!((opinions, contents), (1, 1));
}

#[tokio::test]
async fn words_wait_for_a_moderator_and_the_writer_sees_why_they_are_hidden() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let ids = hall.consults(&world).await;
    let li = world.resident("李", "13800001234").await;
    let wang = world.resident("王", "13900005678").await.actor();
    say(&world, &hall, &li.actor(), saying(Some(ids[0]), Stance::Object, "找13987654321老张")).await.unwrap();
    let page = |who: Actor| {
        let (db, number, id) = (world.db(), hall.number.clone(), ids[0]);
        async move { pacts::clause(&db, &who, &number, id).await.unwrap() }
    };
    assert!(page(wang.clone()).await.opinions.is_empty(), "nobody else reads it yet");
    assert_eq!(page(li.actor()).await.mine[0].state, Some(ContentState::Waiting));
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let item = moderation::queue(&world.db(), &clerk, None, None).await.unwrap().items.remove(0);
    assert_eq!(item.about.as_ref().map(|about| about.zh.as_str()), Some("文明养犬公约"));
    // While the moderator looks, the writer says something else: the verdict is for words that are gone.
    say(&world, &hall, &li.actor(), saying(Some(ids[0]), Stance::Object, "绳子太短，电话13987654321")).await.unwrap();
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    let stale = moderation::rule(&world.db(), &clerk, item.content, item.version, &publish).await.unwrap_err();
    assert!(matches!(stale, Error::Stale { .. }));
    assert_eq!(publish_all(&world, &clerk).await, 1);
    let shown = page(wang.clone()).await;
    assert!(shown.opinions[0].words.contains("绳子太短") && !shown.opinions[0].words.contains("13987654321"));
    assert!(shown.mine.is_empty());
    let item = moderation::item(&world.db(), &clerk, item.content).await.unwrap();
    let hide = Ruling {
        verdict: Verdict::Hide,
        reason: Some(HideReason::Privacy),
        note: "请不要写电话".into(),
        ..publish.clone()
    };
    moderation::rule(&world.db(), &clerk, item.content, item.version, &hide).await.unwrap();
    assert!(page(wang).await.opinions.is_empty());
    let mine = page(li.actor()).await.mine.remove(0);
    assert_eq!((mine.hidden, mine.note.as_str()), (Some(HideReason::Privacy), "请不要写电话"));
    assert_eq!(told(&world, li.person, "verdict").await.len(), 1);
}

#[tokio::test]
async fn a_helper_writes_for_somebody_and_never_for_themselves() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let ids = hall.consults(&world).await;
    let li = world.resident("李", "13800001234").await;
    households(&world, Some(li.person)).await;
    let clerk = world.staff(Role::GridWorker, "OFFICE1", "BYH1A").await;
    let phone = Phone::parse("13800001234").unwrap();
    let said = saying(Some(ids[1]), Stance::Change, "加个垃圾桶");
    let enter = |who: &Actor, channel| {
        let (db, who, number, said) = (world.db(), who.clone(), hall.number.clone(), said.clone());
        let phone = phone.clone();
        async move { pacts::enter_opinion(&db, &who, &number, &said, &phone, channel, true).await }
    };
    enter(&clerk, Channel::Assisted).await.unwrap();
    let alone = enter(&clerk, Channel::Phone).await.unwrap_err();
    assert_eq!(alone, Error::field("channel", Reason::NotAChoice));
    let own = enter(&Actor { person: Some(li.person), ..clerk.clone() }, Channel::Paper).await.unwrap_err();
    assert_eq!(own, Error::field("phone", Reason::NeedsAnotherPerson));
    let elsewhere = world.staff(Role::GridWorker, "OFFICE2", "WNS1A").await;
    let refused = enter(&elsewhere, Channel::Paper).await.unwrap_err();
    assert_eq!(refused, Error::Forbidden { action: Action::EnterOpinion });
    let row: (String, uuid::Uuid, bool) =
        sqlx::query_as("select channel, helper_id, household_id is not null from opinion")
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!(row, ("assisted".into(), clerk.person.unwrap().uuid(), true), "their home is known");
    let page = pacts::clause(&world.db(), &li.actor(), &hall.number, ids[1]).await.unwrap();
    assert_eq!(page.mine[0].words, "加个垃圾桶", "whoever said it finds it");
    assert_eq!(told(&world, li.person, "opinion_entered").await.len(), 1, "and hears of it");
    let unread = pacts::enter_opinion(&world.db(), &clerk, &hall.number, &said, &phone, Channel::Assisted, false).await;
    assert_eq!(unread.unwrap_err(), Error::field("read_back", Reason::ConsentNeeded));
    // What somebody said on their own phone stays theirs.
    say(&world, &hall, &li.actor(), saying(Some(ids[1]), Stance::Object, "不同意")).await.unwrap();
    let refused = enter(&clerk, Channel::Assisted).await.unwrap_err();
    assert_eq!(refused, Error::field("phone", Reason::SaidThemselves));
    let page = pacts::clause(&world.db(), &li.actor(), &hall.number, ids[1]).await.unwrap();
    assert_eq!(page.mine[0].stance, Stance::Object);
}

#[tokio::test]
async fn the_analysis_does_not_close_while_one_opinion_waits() {
    let world = World::new().await;
    let hall = begun(&world).await;
    let building = households(&world, None).await;
    let ids = hall.consults(&world).await;
    let mut people = Vec::new();
    let words = ["绳子两米才够用", "绳子两米才够", "应该装监控摄像头", "我同意"];
    for (at, words) in words.into_iter().enumerate() {
        let person = world.resident("居民", &format!("1380000100{at}")).await;
        let stance = if at == 3 { Stance::Agree } else { Stance::Change };
        let said = if at == 3 { "" } else { words };
        say(&world, &hall, &person.actor(), saying(Some(ids[0]), stance, said)).await.unwrap();
        people.push(person.person);
    }
    let early =
        pacts::answer(&world.db(), &hall.drafter, &hall.number, &[], Answer::Adopted, "好的好的").await.unwrap_err();
    assert_eq!(early.fields().len(), 2, "not now, and nothing named: {early:?}");
    hall.closes(&world, building).await;
    let page = pacts::analysis(&world.db(), &hall.drafter, &hall.number).await.unwrap();
    assert_eq!((page.unanswered, page.with_words, page.may), (3, 3, true));
    let clause = page.clauses.iter().find(|clause| clause.id == Some(ids[0])).unwrap();
    assert_eq!(clause.stances.total(), 4);
    assert_eq!(clause.groups.len(), 2, "the two that say the same stand together");
    let group: Vec<OpinionId> = clause.groups[0].opinions.iter().map(|said| said.id).collect();
    assert_eq!(group.len(), 2);
    let open = hall.says(&world, &hall.drafter, Move::SubmitAnalysis, "").await.unwrap_err();
    assert_eq!(open, Error::StillMissing { needs: vec![Need::OpinionAnswers] });

    let db = world.db();
    let curt = pacts::answer(&db, &hall.drafter, &hall.number, &group, Answer::Adopted, "好").await.unwrap_err();
    assert_eq!(curt, Error::field("reason", Reason::TooShort { min: 4 }));
    let street = pacts::answer(&db, &hall.street, &hall.number, &group, Answer::Adopted, "改成两米").await.unwrap_err();
    assert_eq!(street, Error::Forbidden { action: Action::AnswerOpinion });
    let foreign = [group[0], OpinionId::from_uuid(db.new_id())];
    let refused =
        pacts::answer(&db, &hall.drafter, &hall.number, &foreign, Answer::Adopted, "改成两米").await.unwrap_err();
    assert_eq!(refused, Error::field("opinions", Reason::NotAChoice));
    let answered = pacts::answer(&db, &hall.drafter, &hall.number, &group, Answer::Adopted, "改成两米").await.unwrap();
    assert_eq!(answered, 2);
    for person in &people[..2] {
        assert_eq!(told(&world, *person, "opinion_answer").await.len(), 1, "told when the answer comes");
    }
    let last: Vec<OpinionId> = clause.groups[1].opinions.iter().map(|said| said.id).collect();
    pacts::answer(&db, &hall.drafter, &hall.number, &last, Answer::NotAdopted, "费用太高，另行讨论").await.unwrap();
    let unchanged = hall.says(&world, &hall.drafter, Move::SubmitAnalysis, "").await.unwrap_err();
    assert_eq!(unchanged, Error::StillMissing { needs: vec![Need::AdoptedChanges] }, "what was adopted has to show");
    hall.writes(&world, &[(Some(ids[0]), "遛犬牵绳，绳长不超过2米。"), (Some(ids[1]), BAGS)]).await;
    world.later(TimeDelta::hours(1));
    let moved = hall.says(&world, &hall.drafter, Move::SubmitAnalysis, "").await.unwrap();
    assert_eq!(moved.stage, Stage::Down2);
    let page = pacts::clause(&world.db(), &world.visitor(), &hall.number, ids[0]).await.unwrap();
    assert_eq!((page.card.text_no, page.stances.change), (Some(2), 3), "opinions stay with the clause");
    assert_eq!(page.history[0].text, LEASH);
    let mine = pacts::clause(&world.db(), &Actor::resident(people[0], ""), &hall.number, ids[0]).await.unwrap();
    let answer = mine.mine[0].answer.as_ref().unwrap();
    assert_eq!((answer.answer, answer.reason.as_str()), (Answer::Adopted, "改成两米"));
}
