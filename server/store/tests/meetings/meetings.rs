//! Meetings: who came, what was voted on the spot, minutes of two.

use chrono::TimeDelta;
use gongzhi_domain::ids::{AmendmentId, MeetingId};
use gongzhi_domain::meeting::{HandCount, MeetingCapacity, MeetingKind, MinutesPart};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::{Move, Need};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Reason};
use gongzhi_store::meetings::{self, About, Mine, NewAmendment, NewMeeting, Tick};
use gongzhi_store::pacts;
use uuid::Uuid;

use crate::scene::{Scene, clause};

fn new(scene: &Scene, number: &str, kind: MeetingKind) -> NewMeeting {
    NewMeeting {
        id: MeetingId::from_uuid(Uuid::now_v7()),
        about: About::Pact(number.to_owned()),
        kind,
        planned_at: scene.world.now() + TimeDelta::hours(1),
        place: "社区二楼会议室".into(),
        agenda: "逐条讨论\n表决修改".into(),
        expected: 9,
    }
}

fn by_name(name: &str) -> Tick {
    Tick { attender: None, name: name.into(), capacity: MeetingCapacity::Representative, in_person: true }
}

/// A representatives' meeting that is running, with six representatives ticked at the door.
async fn running(scene: &Scene) -> (String, MeetingId) {
    let (number, _) = scene.pact("down2").await;
    let db = scene.world.db();
    let id = meetings::plan(&db, &scene.officer, &new(scene, &number, MeetingKind::Representatives)).await.unwrap();
    meetings::open(&db, &scene.officer, id, Version(1)).await.unwrap();
    for name in ["王一", "王二", "王三", "王四", "王五", "王六"] {
        meetings::tick(&db, &scene.officer, id, &by_name(name)).await.unwrap();
    }
    (number, id)
}

async fn version(scene: &Scene, id: MeetingId) -> Version {
    meetings::at_desk(&scene.world.db(), &scene.officer, id).await.unwrap().version
}

async fn second(scene: &Scene) -> Actor {
    scene.world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await
}

/// The chair of a pact, appointed when it is asked for first.
async fn chair(scene: &Scene, number: &str) -> Actor {
    let chair = second(scene).await;
    let db = scene.world.db();
    sqlx::query("update pact_office set until = since + interval '1 second' where office = 'chair' and until is null")
        .execute(db.pool())
        .await
        .unwrap();
    sqlx::query(
        "insert into pact_office (pact_id, person_id, office, since, appointed_by)
         select id, $2, 'chair', $3, $4 from pact where number = $1",
    )
    .bind(number)
    .bind(chair.person.unwrap().uuid())
    .bind(db.now())
    .bind(scene.officer.person.unwrap().uuid())
    .execute(db.pool())
    .await
    .unwrap();
    chair
}

#[tokio::test]
async fn a_meeting_is_called_once_and_not_in_the_past() {
    let scene = Scene::new().await;
    let (number, _) = scene.pact("down2").await;
    let db = scene.world.db();
    let call = new(&scene, &number, MeetingKind::PartyMembers);
    let id = meetings::plan(&db, &scene.officer, &call).await.unwrap();
    assert_eq!(meetings::plan(&db, &scene.officer, &call).await.unwrap(), id, "the same form calls one");
    let past = NewMeeting {
        planned_at: scene.world.now() - TimeDelta::days(1),
        place: String::new(),
        ..new(&scene, &number, MeetingKind::Room)
    };
    let refused = meetings::plan(&db, &scene.officer, &past).await.err().unwrap();
    let fields: Vec<&str> = refused.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["kind", "planned_at", "place"]);
    assert!(matches!(meetings::plan(&db, &scene.clerk, &call).await, Err(Error::Forbidden { .. })));
    let early = NewMeeting {
        planned_at: scene.world.now() + TimeDelta::days(2),
        ..new(&scene, &number, MeetingKind::Representatives)
    };
    let early = meetings::plan(&db, &scene.officer, &early).await.unwrap();
    let opened = meetings::open(&db, &scene.officer, early, Version(1)).await.err();
    assert_eq!(opened, Some(Error::field("meeting", Reason::NotOpenNow)));
    assert!(meetings::cancel(&db, &scene.officer, early, Version(1)).await.is_ok());
    assert!(matches!(meetings::public(&db, &scene.world.visitor(), early).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn people_check_in_with_the_code_of_the_moment_once_and_in_time() {
    let scene = Scene::new().await;
    let li = scene.lives("李", "13800000001", 0).await;
    let far = scene.world.resident("远", "13800000009").await.actor();
    let (number, _) = scene.pact("down2").await;
    let db = scene.world.db();
    let id = meetings::plan(&db, &scene.officer, &new(&scene, &number, MeetingKind::Residents)).await.unwrap();
    assert!(meetings::door_code(&db, &scene.officer, id).await.is_err(), "no code before it is opened");
    meetings::open(&db, &scene.officer, id, Version(1)).await.unwrap();
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    assert!(meetings::door_code(&db, &scene.clerk, id).await.is_err());
    let typed = format!(" {}-{} ", &code[..4].to_lowercase(), &code[4..]);
    let came = meetings::check_in(&db, &li, &typed).await.unwrap();
    assert_eq!((came.meeting, came.counted, came.already), (id, true, false));
    assert!(meetings::check_in(&db, &li, &code).await.unwrap().already, "twice is once");
    let guest = meetings::check_in(&db, &far, &code).await.unwrap();
    assert_eq!((guest.capacity, guest.counted), (MeetingCapacity::Guest, false), "not at home here");
    assert_eq!(meetings::check_in(&db, &scene.world.visitor(), &code).await.err(), Some(Error::NotSignedIn));

    // Ten minutes later the wall shows another, the old one is still good; half an hour later it is not.
    scene.world.later(TimeDelta::minutes(10));
    let later = scene.world.db();
    let fresh = meetings::door_code(&later, &scene.officer, id).await.unwrap().code;
    assert_ne!(fresh, code);
    let zhao = scene.world.resident("赵", "13800000003").await.actor();
    assert!(meetings::check_in(&later, &zhao, &code).await.is_ok());
    scene.world.later(TimeDelta::minutes(20));
    let qian = scene.world.resident("钱", "13800000004").await.actor();
    let stale = meetings::check_in(&scene.world.db(), &qian, &code).await.err();
    assert_eq!(stale, Some(Error::field("attend", Reason::NoMeeting)));
    let newest = meetings::door_code(&scene.world.db(), &scene.officer, id).await.unwrap().code;
    meetings::over(&scene.world.db(), &scene.officer, id, Version(2)).await.unwrap();
    let late = meetings::check_in(&scene.world.db(), &qian, &newest).await.err();
    assert_eq!(late, Some(Error::field("attend", Reason::NoMeeting)), "the meeting is over");
    let late = meetings::tick(&scene.world.db(), &scene.officer, id, &by_name("晚到")).await.err();
    assert_eq!(late, Some(Error::field("name", Reason::NotOpenNow)));
    let shown = meetings::public(&scene.world.db(), &li, id).await.unwrap();
    assert_eq!(shown.mine, Some(Mine::Came { counted: true }));
    assert_eq!((shown.card.came, shown.few_came), (None, true), "one is fewer than five");
}

#[tokio::test]
async fn wrong_codes_are_limited() {
    let scene = Scene::new().await;
    let li = scene.world.resident("李", "13800000001").await.actor();
    let (_, id) = running(&scene).await;
    let db = scene.world.db();
    assert_eq!(meetings::check_in(&db, &li, "").await.err(), Some(Error::field("attend", Reason::Missing)));
    assert_eq!(meetings::check_in(&db, &li, "abc").await.err(), Some(Error::field("attend", Reason::NotAQueryCode)));
    for _ in 0..10 {
        let wrong = meetings::check_in(&db, &li, "22222222").await.err();
        assert_eq!(wrong, Some(Error::field("attend", Reason::NoMeeting)));
    }
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    assert!(matches!(meetings::check_in(&db, &li, &code).await, Err(Error::TooMany { .. })));
    scene.world.later(TimeDelta::minutes(16));
    let db = scene.world.db();
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    assert!(meetings::check_in(&db, &li, &code).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_person_is_present_once_however_they_come() {
    let scene = Scene::new().await;
    let li = scene.lives("李", "13800000001", 0).await;
    let (_, id) = running(&scene).await;
    let db = scene.world.db();
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    let mut pressed = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, li, code) = (db.clone(), li.clone(), code.clone());
        pressed.spawn(async move { meetings::check_in(&db, &li, &code).await.unwrap() });
    }
    let came = pressed.join_all().await;
    assert_eq!(came.iter().filter(|came| !came.already).count(), 1);
    let again = meetings::tick(&db, &scene.officer, id, &by_name("王一")).await.err();
    assert_eq!(again, Some(Error::field("name", Reason::Taken)));
    let absent = Tick { in_person: false, ..by_name("王七") };
    let proxy = meetings::tick(&db, &scene.officer, id, &absent).await.err();
    assert_eq!(proxy, Some(Error::field("in_person", Reason::Missing)), "nobody comes for another");
    let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
    assert_eq!(
        (page.people.len(), page.counted),
        (7, 6),
        "a resident is welcome at the representatives' meeting, not counted"
    );
}

#[tokio::test]
async fn the_invited_are_told_and_come_as_what_they_are() {
    let scene = Scene::new().await;
    let chen = scene.world.resident("陈", "13800000007").await.actor();
    let (number, _) = scene.pact("down2").await;
    let db = scene.world.db();
    let id = meetings::plan(&db, &scene.officer, &new(&scene, &number, MeetingKind::Representatives)).await.unwrap();
    let list = "陈代表 13800000007\n刘代表，13800000008\n孙代表\n";
    let capacity = MeetingCapacity::Representative;
    assert_eq!(meetings::invite(&db, &scene.officer, id, capacity, list).await.unwrap(), 3);
    assert_eq!(meetings::invite(&db, &scene.officer, id, capacity, list).await.unwrap(), 0, "invited once");
    let wrong = meetings::invite(&db, &scene.officer, id, capacity, "周代表 1380000").await.err();
    assert_eq!(wrong, Some(Error::field("people", Reason::NotAPhone)));
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where kind = 'meeting' and way = 'sms'")
        .fetch_one(db.pool())
        .await
        .unwrap();
    assert_eq!(told, 2);
    assert_eq!(meetings::public(&db, &chen, id).await.unwrap().mine, Some(Mine::Invited));
    meetings::open(&db, &scene.officer, id, Version(1)).await.unwrap();
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    assert!(meetings::check_in(&db, &chen, &code).await.unwrap().counted);
    let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
    assert_eq!((page.counted, page.entitled), (1, 9), "nine are entitled though three are invited");
    let sun = page.people.iter().find(|person| person.name == "孙代表").unwrap().id;
    let ticked = Tick { attender: Some(sun), ..by_name("") };
    meetings::tick(&db, &scene.officer, id, &ticked).await.unwrap();
    meetings::untick(&db, &scene.officer, id, sun).await.unwrap();
    let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
    assert_eq!((page.counted, page.people.len()), (1, 3), "an invited person waits again");
}

#[tokio::test]
async fn amendments_are_counted_and_two_people_close_the_minutes() {
    let scene = Scene::new().await;
    let (number, id) = running(&scene).await;
    let db = scene.world.db();
    let amendment = |clause, text: &str| NewAmendment {
        id: AmendmentId::from_uuid(Uuid::now_v7()),
        clause,
        text: text.into(),
        english: String::new(),
        moved_by: "王一".into(),
    };
    let first = amendment(Some(clause()), "晚上九点半后不放音响。");
    let changed = meetings::amend(&db, &scene.officer, id, &first).await.unwrap();
    assert_eq!(meetings::amend(&db, &scene.officer, id, &first).await.unwrap(), changed, "sent twice, moved once");
    let added = meetings::amend(&db, &scene.officer, id, &amendment(None, "楼道里不停电动车。")).await.unwrap();
    let lost = meetings::amend(&db, &scene.officer, id, &amendment(None, "不养狗。")).await.unwrap();
    let empty = meetings::amend(&db, &scene.officer, id, &amendment(None, " ")).await.err();
    assert_eq!(empty, Some(Error::field("text", Reason::Missing)));
    let hands = |in_favour, against, abstained| HandCount { present: 6, in_favour, against, abstained };
    let more = meetings::count(&db, &scene.officer, changed, hands(5, 1, 1), "").await.err();
    assert_eq!(more, Some(Error::field("in_favour", Reason::OutOfRange { min: 0, max: 6 })), "seven hands of six");
    let crowd = HandCount { present: 7, ..hands(5, 1, 1) };
    let crowd = meetings::count(&db, &scene.officer, changed, crowd, "").await.err();
    assert_eq!(crowd, Some(Error::field("present", Reason::OutOfRange { min: 1, max: 6 })), "six came");
    let one = HandCount { present: 1, ..hands(1, 0, 0) };
    let one_hand = meetings::count(&db, &scene.officer, changed, one, " ").await.err();
    assert_eq!(one_hand, Some(Error::field("fewer", Reason::Missing)), "six came: five of them do not vanish");
    meetings::count(&db, &scene.officer, changed, HandCount { present: 5, ..hands(3, 1, 1) }, "王六先走了")
        .await
        .unwrap();
    let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
    assert_eq!(page.amendments[0].fewer, "王六先走了");
    meetings::count(&db, &scene.officer, changed, hands(4, 1, 1), "").await.unwrap();
    meetings::count(&db, &scene.officer, added, hands(6, 0, 0), "").await.unwrap();

    let text = "到会六人，逐条讨论。联系人 13812345678。";
    let at = version(&scene, id).await;
    let at = meetings::write(&db, &scene.officer, id, at, text, "第一条改为九点半").await.unwrap();
    let running_still = meetings::sign(&db, &scene.officer, id, at, MinutesPart::Keeper).await.err();
    assert_eq!(running_still, Some(Error::field("part", Reason::NotOpenNow)));
    let at = meetings::over(&db, &scene.officer, id, at).await.unwrap();
    let uncounted = meetings::sign(&db, &scene.officer, id, at, MinutesPart::Keeper).await.err();
    assert_eq!(uncounted, Some(Error::field("amendments", Reason::Missing)));
    meetings::take_back(&db, &scene.officer, lost).await.unwrap();
    assert!(!meetings::sign(&db, &scene.officer, id, at, MinutesPart::Keeper).await.unwrap());
    let alone = meetings::sign(&db, &scene.officer, id, at, MinutesPart::Chair).await.err();
    assert_eq!(alone, Some(Error::field("part", Reason::NeedsAnotherPerson)), "minutes of one person");
    let colleague = second(&scene).await;
    let chair = chair(&scene, &number).await;
    let late = meetings::write(&db, &chair, id, at, "到会六人。", "").await.unwrap();
    let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
    assert!(page.signed.is_empty(), "a changed text takes the signature off");
    assert!(matches!(meetings::sign(&db, &scene.officer, id, at, MinutesPart::Keeper).await, Err(Error::Stale { .. })));
    let late = meetings::write(&db, &scene.officer, id, late, text, "第一条改为九点半").await.unwrap();
    assert!(!meetings::sign(&db, &scene.officer, id, late, MinutesPart::Keeper).await.unwrap());
    assert!(meetings::public(&db, &scene.world.visitor(), id).await.unwrap().minutes.is_none(), "not public before");
    let other = meetings::sign(&db, &colleague, id, late, MinutesPart::Chair).await.err();
    assert_eq!(other, Some(Error::field("part", Reason::NeedsAnotherPerson)), "the chair of the pact, not any officer");
    assert!(meetings::sign(&db, &chair, id, late, MinutesPart::Chair).await.unwrap());

    let shown = meetings::public(&db, &scene.world.visitor(), id).await.unwrap();
    assert_eq!(shown.card.came, Some(6));
    assert!(!shown.minutes.unwrap().contains("13812345678"), "a number slips in easily");
    assert_eq!(shown.amendments.len(), 2);
    assert!(shown.amendments.iter().all(|line| line.moved_by.is_empty() && line.adopted == Some(true)));
    let seen: Vec<bool> = shown.amendments.iter().map(|line| line.count.is_some()).collect();
    assert_eq!(seen, [false, true], "four hands are fewer than five");
    let draft: serde_json::Value =
        sqlx::query_scalar("select d.clauses from pact_draft d join pact p on p.id = d.pact_id where p.number = $1")
            .bind(&number)
            .fetch_one(db.pool())
            .await
            .unwrap();
    let texts: Vec<&str> = draft.as_array().unwrap().iter().map(|clause| clause["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["晚上九点半后不放音响。", "楼道里不停电动车。"]);
    assert_eq!(draft[0]["id"].as_str().unwrap(), clause().to_string(), "a changed clause keeps its id");
    let again = meetings::write(&db, &scene.officer, id, version(&scene, id).await, "改", "").await.err();
    assert_eq!(again, Some(Error::field("minutes", Reason::NotOpenNow)), "closed is closed");
    scene.audit_holds().await;
}

/// A meeting held from its opening to its two signatures, as the pact's rules find it: how many came of how many.
async fn held(scene: &Scene, number: &str, kind: MeetingKind, came: usize, of: u32) -> MeetingId {
    let db = scene.world.db();
    let call = NewMeeting { expected: of, ..new(scene, number, kind) };
    let id = meetings::plan(&db, &scene.officer, &call).await.unwrap();
    meetings::open(&db, &scene.officer, id, Version(1)).await.unwrap();
    for n in 0..came {
        let somebody = Tick { capacity: kind.capacity(), ..by_name(&format!("代表{n}")) };
        meetings::tick(&db, &scene.officer, id, &somebody).await.unwrap();
    }
    let at = meetings::over(&db, &scene.officer, id, Version(2)).await.unwrap();
    let short = meetings::write(&db, &scene.officer, id, at, "开了。", "").await.unwrap();
    let wordless = meetings::sign(&db, &scene.officer, id, short, MinutesPart::Keeper).await.err();
    assert_eq!(wordless, Some(Error::field("minutes", Reason::TooShort { min: 10 })), "minutes tell what happened");
    let at = meetings::write(&db, &scene.officer, id, short, "到会代表逐条讨论，都说能做到。", "").await.unwrap();
    meetings::sign(&db, &scene.officer, id, at, MinutesPart::Keeper).await.unwrap();
    let chair = chair(scene, number).await;
    assert!(meetings::sign(&db, &chair, id, at, MinutesPart::Chair).await.unwrap());
    id
}

#[tokio::test]
async fn a_meeting_counts_when_enough_came_and_the_numbers_stay() {
    let scene = Scene::new().await;
    let (number, _) = scene.pact("down2").await;
    let wants = async || {
        let page = pacts::workshop(&scene.world.db(), &scene.officer, &number).await.unwrap();
        let close = page.moves.iter().find(|choice| choice.next.mv == Move::CloseDeliberation).unwrap();
        (close.next.missing.clone(), page.representatives_short)
    };
    let meeting_needs = |needs: &[Need]| {
        let both = [Need::PartyMeeting, Need::RepresentativesMeeting];
        both.map(|need| needs.contains(&need))
    };
    held(&scene, &number, MeetingKind::PartyMembers, 0, 9).await;
    assert_eq!(meeting_needs(&wants().await.0), [true, true], "nobody came");
    held(&scene, &number, MeetingKind::PartyMembers, 1, 9).await;
    let few = held(&scene, &number, MeetingKind::Representatives, 5, 9).await;
    let (needs, short) = wants().await;
    assert_eq!(meeting_needs(&needs), [false, true]);
    let short = short.unwrap();
    assert_eq!((short.present, short.entitled, short.needed()), (5, 9, 6), "three times five is less than twice nine");
    held(&scene, &number, MeetingKind::Representatives, 6, 9).await;
    let (needs, short) = wants().await;
    assert_eq!((meeting_needs(&needs), short), ([false, false], None));
    // Whoever is taken off a list afterwards changes no meeting that was over.
    sqlx::query("delete from meeting_person where meeting_id = $1")
        .bind(few.uuid())
        .execute(scene.world.db().pool())
        .await
        .unwrap();
    let page = meetings::at_desk(&scene.world.db(), &scene.officer, few).await.unwrap();
    assert_eq!((page.counted, page.entitled), (5, 9));
}

#[tokio::test]
async fn a_name_on_the_list_and_a_phone_at_the_door_are_one_person() {
    let scene = Scene::new().await;
    let (_, id) = running(&scene).await;
    let db = scene.world.db();
    let code = meetings::door_code(&db, &scene.officer, id).await.unwrap().code;
    let counts = async || {
        let page = meetings::at_desk(&db, &scene.officer, id).await.unwrap();
        (page.people.len(), page.counted)
    };
    // Ticked at the door by name, then with the phone: there already.
    let wang = scene.lives("王一", "13800000011", 0).await;
    let came = meetings::check_in(&db, &wang, &code).await.unwrap();
    assert_eq!((came.capacity, came.already), (MeetingCapacity::Representative, true));
    assert_eq!(counts().await, (6, 6));
    // A namesake is somebody else.
    let namesake = scene.lives("王一", "13800000012", 1).await;
    assert!(!meetings::check_in(&db, &namesake, &code).await.unwrap().already);
    assert_eq!(counts().await, (7, 6));
    // Invited by name alone, then with the phone: comes as what the name was invited as.
    meetings::invite(&db, &scene.officer, id, MeetingCapacity::Representative, "周正").await.unwrap();
    let zhou = scene.lives("周正", "13800000013", 2).await;
    assert!(meetings::check_in(&db, &zhou, &code).await.unwrap().counted);
    assert_eq!(counts().await, (8, 7));
    // With the phone first, then at the door under the same name: the desk is told.
    let zheng = scene.lives("郑和", "13800000014", 3).await;
    meetings::check_in(&db, &zheng, &code).await.unwrap();
    let again = meetings::tick(&db, &scene.officer, id, &by_name("郑和")).await.err();
    assert_eq!(again, Some(Error::field("name", Reason::Taken)));
    // Invited under a title with the number, ticked under the own name, then with the phone.
    let list = "吴代表 13800000015";
    meetings::invite(&db, &scene.officer, id, MeetingCapacity::Representative, list).await.unwrap();
    let wu = scene.lives("吴用", "13800000015", 4).await;
    meetings::tick(&db, &scene.officer, id, &by_name("吴用")).await.unwrap();
    meetings::check_in(&db, &wu, &code).await.unwrap();
    assert_eq!(counts().await, (10, 8), "once, under the number");
    scene.audit_holds().await;
}

#[tokio::test]
async fn invitations_are_limited() {
    let scene = Scene::new().await;
    let (_, id) = running(&scene).await;
    let db = scene.world.db();
    for n in 0..20 {
        let line = format!("代表{}", char::from_u32(0x4e00 + n).unwrap());
        meetings::invite(&db, &scene.officer, id, MeetingCapacity::Representative, &line).await.unwrap();
    }
    let flood = meetings::invite(&db, &scene.officer, id, MeetingCapacity::Representative, "再来").await;
    assert!(matches!(flood, Err(Error::TooMany { .. })));
}
