//! Homes, deliveries, meetings and rooms as browsers meet them: what is shown to whom, what a refused form keeps, what hostile words
//! do. Also what the walk asks about them.

use chrono::TimeDelta;
use gongzhi_domain::content::{Ruling, Verdict};
use gongzhi_domain::household::{self, Capacity, Verified};
use gongzhi_domain::ids::{
    AmendmentId, BuildingId, ContentId, HouseholdId, MeetingId, PactId, PersonId, ResidenceId, RoomId, RoundId,
};
use gongzhi_domain::lang::Named;
use gongzhi_domain::meeting::{HandCount, MeetingCapacity, MeetingKind};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Stage;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::households::{Confirm, NewBuilding};
use gongzhi_store::meetings::{self, About, NewAmendment, NewMeeting, Tick};
use gongzhi_store::rooms::{self, Move, NewTopic};
use gongzhi_store::{delivery, households, moderation, outbox, pacts};
use serde_json::json;
use uuid::Uuid;

use crate::town::Town;

const HOSTILE: &str = "</textarea><script>alert(1)</script>&\"'";

/// A community with everything of these rooms in it.
pub struct Place {
    pub building: BuildingId,
    pub household: HouseholdId,
    pub residence: ResidenceId,
    pub lives: PersonId,
    pub number: String,
    pub round: RoundId,
    pub meeting: MeetingId,
    pub amendment: AmendmentId,
    pub room: RoomId,
    pub room_meeting: MeetingId,
    pub code: String,
}

impl Place {
    /// In a community and one of its grids.
    pub async fn new(town: &Town, community: &str, path: &str, grid: &str) -> Self {
        let world = &town.world;
        let db = world.db();
        let officer = world.staff(Role::PactOfficer, "CENTRE", "152921").await;
        let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
        let new = NewBuilding {
            area: grid.into(),
            compound: Named::new("幸福小区", "Happiness Court"),
            // One of its own each time a town is furnished.
            name: Named::new(format!("{}号楼", &town.phone()[7..]), "Building 3"),
            doors: household::doors(1, 2, 2).unwrap(),
        };
        let building = households::add_building(&db, &officer, &new).await.unwrap();
        let household = households::building(&db, &officer, building).await.unwrap().households[0].id;
        let phone = town.phone();
        let lives = world.resident("李四", &phone).await;
        let confirm = Confirm {
            household,
            phone: phone.parse().unwrap(),
            name: String::new(),
            capacity: Capacity::Resident,
            adult: true,
            verified: Verified::DocumentSeen,
            note: String::new(),
            until: None,
            read_back: true,
        };
        let residence = households::confirm(&db, &clerk, &confirm).await.unwrap();
        let number = pact(town, community, path, &officer).await;
        let id = pacts::by_number(&db, &number).await.unwrap().id;
        let round = delivery::send_out(&db, id, Stage::Down1).await.unwrap();
        stage(town, id, "down2").await;
        let meeting = meeting(town, &officer, About::Pact(number.clone()), MeetingKind::Representatives).await;
        for name in ["王一", "王二", "王三", "王四", "王五"] {
            let tick =
                Tick { attender: None, name: name.into(), capacity: MeetingCapacity::Representative, in_person: true };
            meetings::tick(&db, &officer, meeting, &tick).await.unwrap();
        }
        let amendment = NewAmendment {
            id: AmendmentId::from_uuid(db.new_id()),
            clause: None,
            text: "楼道不停车。".into(),
            english: String::new(),
            moved_by: "王一".into(),
        };
        let amendment = meetings::amend(&db, &officer, meeting, &amendment).await.unwrap();
        let code = meetings::door_code(&db, &officer, meeting).await.unwrap().code;
        stage(town, id, "down1").await;
        let room = room(town, &officer, &clerk, &lives.actor(), community).await;
        let room_meeting = self::meeting(town, &officer, About::Room(room), MeetingKind::Room).await;
        Self {
            building,
            household,
            residence,
            lives: lives.person,
            number,
            round,
            meeting,
            amendment,
            room,
            room_meeting,
            code,
        }
    }

    /// The address of a page of these rooms; `None` for another's.
    pub fn address(&self, path: &str) -> Option<String> {
        let address = match path {
            "/desk/meetings/new" => format!("/desk/meetings/new?pact={}", self.number),
            "/attend/{code}" => format!("/attend/{}", self.code),
            "/desk/households/{id}" => format!("/desk/households/{}", self.building),
            "/desk/delivery/{round}" => format!("/desk/delivery/{}", self.round),
            "/desk/delivery/{round}/{building}" => format!("/desk/delivery/{}/{}", self.round, self.building),
            "/desk/pacts/{number}/delivery" => format!("/desk/pacts/{}/delivery", self.number),
            "/desk/meetings/{id}" => format!("/desk/meetings/{}", self.meeting),
            "/pacts/{number}/meetings/{id}" => format!("/pacts/{}/meetings/{}", self.number, self.meeting),
            "/rooms/{number}/meetings/{id}" => format!("/rooms/{}/meetings/{}", self.room, self.room_meeting),
            "/rooms/{id}" => format!("/rooms/{}", self.room),
            "/desk/rooms/{id}" => format!("/desk/rooms/{}", self.room),
            _ => return None,
        };
        Some(address)
    }

    /// Everything a form of these rooms may ask for.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let text = |value: &str| value.to_owned();
        vec![
            ("building", self.building.to_string()),
            ("household", self.household.to_string()),
            ("residence", self.residence.to_string()),
            ("phone", text("13900000000")),
            ("capacity", text("resident")),
            ("verified", text("document_seen")),
            ("read_back", text("1")),
            ("compound", text("新小区")),
            ("name", text("8号楼")),
            ("stairways", text("1")),
            ("floors", text("2")),
            ("per_floor", text("2")),
            ("person", self.lives.to_string()),
            ("words", text("幸福小区 3 号楼")),
            ("round", self.round.to_string()),
            ("saw", text("1")),
            ("outcome", text("handed_over")),
            ("number", self.number.clone()),
            ("buildings[]", self.building.to_string()),
            ("key", Uuid::new_v4().to_string()),
            ("pact", self.number.clone()),
            ("kind", text("residents")),
            ("day", text("2026-03-03")),
            ("time", text("19:30")),
            ("place", text("会议室")),
            ("agenda", text("讨论")),
            ("meeting", self.meeting.to_string()),
            ("version", text("2")),
            ("act", text("over")),
            ("people", text("张三")),
            ("attender", String::new()),
            ("in_person", text("1")),
            ("attend", self.code.clone()),
            ("text", text("我觉得可以。")),
            ("title", text("充电棚")),
            ("amendment", self.amendment.to_string()),
            ("present", text("5")),
            ("in_favour", text("3")),
            ("against", text("1")),
            ("abstained", text("1")),
            ("minutes", text("到会五人。")),
            ("part", text("keeper")),
            ("room", self.room.to_string()),
        ]
    }
}

/// Addresses and forms of these rooms.
pub fn is_here(path: &str) -> bool {
    const FORMS: [&str; 22] = [
        "/api/confirm-residence",
        "/api/end-residence",
        "/api/add-building",
        "/api/import-households",
        "/api/answer-residence",
        "/api/ask-residence",
        "/api/tick-door",
        "/api/post-round",
        "/api/plan-meeting",
        "/api/move-meeting",
        "/api/invite-people",
        "/api/tick-attender",
        "/api/untick-attender",
        "/api/attend",
        "/api/amend-clause",
        "/api/count-amendment",
        "/api/take-back-amendment",
        "/api/write-minutes",
        "/api/sign-minutes",
        "/api/propose-topic",
        "/api/say-in-room",
        "/api/move-room",
    ];
    let begins =
        ["/desk/households", "/desk/delivery", "/desk/meetings", "/desk/rooms", "/rooms", "/attend", "/me/household"];
    FORMS.contains(&path)
        || begins.iter().any(|begin| path.starts_with(begin))
        || path == "/desk/pacts/{number}/delivery"
        || path == "/pacts/{number}/meetings/{id}"
}

async fn pact(town: &Town, community: &str, path: &str, officer: &Actor) -> String {
    let db = town.world.db();
    pacts::seed_profiles(&db).await.unwrap();
    let id = Uuid::new_v4();
    let number = format!("{community}-2001-{}", &town.phone()[7..]);
    let area = town.world.area(community).await;
    sqlx::query(
        "insert into pact (id, number, kind, stage, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en, text_no,
             opened_by, opened_at, stage_since, changed_at)
         select $1, $2, 'resident_convention', 'down1', $3, $4, $5, p.id, 'open', '居民公约', 'Convention', 1, $6, $7, $7, $7
         from rule_profile p where kind = 'resident_convention' order by version desc limit 1",
    )
    .bind(id)
    .bind(&number)
    .bind(area.uuid())
    .bind(path)
    .bind(town.world.unit("CENTRE").await.uuid())
    .bind(officer.person.unwrap().uuid())
    .bind(db.now())
    .execute(db.pool())
    .await
    .unwrap();
    sqlx::query("insert into pact_draft (pact_id, clauses, changed_by, changed_at) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(json!([{"id": Uuid::new_v4(), "text": "晚上十点后不放音响。", "english": ""}]))
        .bind(officer.person.unwrap().uuid())
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
    number
}

async fn stage(town: &Town, pact: PactId, stage: &str) {
    sqlx::query("update pact set stage = $2 where id = $1")
        .bind(pact.uuid())
        .bind(stage)
        .execute(town.world.db().pool())
        .await
        .unwrap();
}

async fn meeting(town: &Town, officer: &Actor, about: About, kind: MeetingKind) -> MeetingId {
    let db = town.world.db();
    let new = NewMeeting {
        id: MeetingId::from_uuid(db.new_id()),
        about,
        kind,
        planned_at: db.now() + TimeDelta::hours(1),
        place: "社区二楼".into(),
        agenda: "逐条讨论".into(),
        expected: 7,
    };
    let id = meetings::plan(&db, officer, &new).await.unwrap();
    meetings::open(&db, officer, id, Version(1)).await.unwrap();
    id
}

async fn room(town: &Town, officer: &Actor, clerk: &Actor, author: &Actor, community: &str) -> RoomId {
    let db = town.world.db();
    let topic =
        NewTopic { area: community.into(), title: "充电棚".into(), text: "楼下没有地方充电。".into() };
    let id = rooms::propose(&db, author, RoomId::from_uuid(db.new_id()), &topic).await.unwrap();
    let content: Uuid = sqlx::query_scalar("select content_id from room where id = $1")
        .bind(id.uuid())
        .fetch_one(db.pool())
        .await
        .unwrap();
    let ruling = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    moderation::rule(&db, clerk, ContentId::from_uuid(content), Version(1), &ruling).await.unwrap();
    let open = Move::Open { title: Named::new("建充电棚", "A charging shed") };
    rooms::go_on(&db, officer, id, Version(1), &open).await.unwrap();
    id
}

#[tokio::test]
async fn a_worker_ticks_doors_with_plain_forms() {
    let town = Town::new().await;
    let place = Place::new(&town, "BYH1A", "152921.BYH1.BYH1A", "BYH1A1").await;
    let (mut worker, _) = town.staff(Role::GridWorker, "OFFICE1", "BYH1A1").await;
    let list = worker.get("/desk/delivery").await.is(200);
    assert!(list.body.contains("居民公约") && list.body.contains("4 户已送达 0 户"), "{}", list.body);
    let doors = format!("/desk/delivery/{}/{}", place.round, place.building);
    let page = worker.get(&doors).await.is(200);
    assert!(page.body.contains("已发短信"), "sent is not delivered");
    let db = town.world.db();
    for message in outbox::take_due(&db, 50).await.unwrap() {
        outbox::delivered(&db, message.id).await.unwrap();
    }
    assert!(worker.get(&doors).await.is(200).body.contains("短信已送达"));
    assert!(worker.get("/desk/delivery").await.body.contains("4 户已送达 1 户"));
    let (round, building) = (place.round.to_string(), place.building.to_string());
    let clerk = town.world.staff(Role::Clerk, "CENTRE", "BYH1").await;
    let all = households::building(&town.world.db(), &clerk, place.building).await.unwrap();
    let door = all.households[1].id.to_string();
    let tick = |saw: &'static str, outcome: &'static str| {
        vec![
            ("round", round.clone()),
            ("building", building.clone()),
            ("household", door.clone()),
            ("saw", saw.to_owned()),
            ("outcome", outcome.to_owned()),
            ("back", doors.clone()),
        ]
    };
    let send = async |worker: &mut crate::browser::Browser, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        worker.post("/api/tick-door", &fields).await
    };
    let done = send(&mut worker, tick("0", "handed_over")).await.is(303);
    assert_eq!(done.location(), format!("{doors}#d-{door}"));
    assert!(worker.get("/desk/delivery").await.body.contains("4 户已送达 2 户"));
    let stale = send(&mut worker, tick("0", "refused")).await.is(303);
    assert_eq!(stale.location(), doors);
    assert!(worker.get(&doors).await.is(200).body.contains("刚才有别人登记了这一户"));
    send(&mut worker, tick("1", "undone")).await.is(303);
    assert!(worker.get("/desk/delivery").await.body.contains("4 户已送达 1 户"));
    for nonsense in [tick("x", "handed_over"), tick("1", "sold")] {
        assert_eq!(send(&mut worker, nonsense).await.is(303).location(), doors, "a field error, not a fault");
    }
}

#[tokio::test]
async fn a_home_is_confirmed_at_the_window_and_a_refused_form_keeps_its_words() {
    let town = Town::new().await;
    let place = Place::new(&town, "BYH1A", "152921.BYH1.BYH1A", "BYH1A1").await;
    let (mut clerk, _) = town.staff(Role::Clerk, "OFFICE1", "BYH1A").await;
    let page = format!("/desk/households/{}", place.building);
    let shown = clerk.get(&page).await.is(200);
    assert!(shown.body.contains("李＊") && !shown.body.contains("李四"), "names are masked");
    let (building, household) = (place.building.to_string(), place.household.to_string());
    let wrong = [
        ("building", building.as_str()),
        ("household", &household),
        ("phone", "138"),
        ("name", HOSTILE),
        ("capacity", "owner"),
        ("verified", "neighbour_and_clerk"),
        ("note", HOSTILE),
        ("until", "2026-13-45"),
        ("back", &page),
    ];
    assert_eq!(clerk.post("/api/confirm-residence", &wrong).await.is(303).location(), page);
    let again = clerk.get(&page).await.is(200);
    assert!(!again.body.contains("<script>alert"), "{}", again.body);
    assert!(again.body.contains("value=\"138\"") && again.body.contains("2026-13-45"), "nothing typed is lost");
    let fine = [
        ("building", building.as_str()),
        ("household", &household),
        ("phone", "13911112222"),
        ("name", "赵六"),
        ("capacity", "owner"),
        ("verified", "document_seen"),
        ("read_back", "1"),
        ("back", &page),
    ];
    let done = clerk.post("/api/confirm-residence", &fine).await.is(303);
    assert!(done.location().starts_with(&format!("{page}?done=confirmed")), "{}", done.location());
    assert!(clerk.get(&page).await.body.contains("赵＊"));
    let list = "grid,building,door\nNONE,1号楼,101\n";
    clerk
        .post("/api/import-households", &[("list", list), ("act", "take"), ("back", "/desk/households/import")])
        .await
        .is(303);
    let told = clerk.get("/desk/households/import").await.is(200);
    assert!(told.body.contains("有 1 处问题") && told.body.contains("NONE,1号楼,101"), "{}", told.body);
}

#[tokio::test]
async fn somebody_checks_in_and_sees_it_and_a_wrong_code_says_so() {
    let town = Town::new().await;
    let place = Place::new(&town, "BYH1A", "152921.BYH1.BYH1A", "BYH1A1").await;
    let mut visitor = town.browser();
    let sent = visitor.get(&format!("/attend/{}", place.code)).await.is(303);
    assert!(sent.location().starts_with("/me/sign-in?next="), "{}", sent.location());
    let (mut resident, _) = town.resident().await;
    let page = resident.get(&format!("/attend/{}", place.code)).await.is(200);
    assert!(page.body.contains(&format!("value=\"{}\"", place.code)));
    assert_eq!(
        resident.post("/api/attend", &[("attend", "22222222"), ("back", "/attend")]).await.is(303).location(),
        "/attend"
    );
    let wrong = resident.get("/attend").await.is(200);
    assert!(wrong.body.contains("现在没有会议用这个码") && wrong.body.contains("22222222"), "{}", wrong.body);
    let done = resident.post("/api/attend", &[("attend", &place.code), ("back", "/attend")]).await.is(303);
    let page = resident.get(done.location()).await.is(200);
    assert!(page.body.contains("签到成功") && page.body.contains("列席"), "{}", page.body);
    let public = format!("/pacts/{}/meetings/{}", place.number, place.meeting);
    assert!(visitor.get(&public).await.is(200).body.contains("社区二楼"));
    visitor.get(&format!("/pacts/OTHER-2026-01/meetings/{}", place.meeting)).await.is(404);
    let (mut officer, actor) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    let desk = format!("/desk/meetings/{}", place.meeting);
    let shown = officer.get(&desk).await.is(200);
    assert!(shown.body.contains("<svg") && shown.body.contains(&place.code[..4]), "the code stands at the door");
    let wrong = [("amendment", place.amendment.to_string()), ("present", "9".into()), ("in_favour", "9".into())];
    let mut fields: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("against", "0"), ("abstained", "0"), ("back", desk.as_str())]);
    officer.post("/api/count-amendment", &fields).await.is(303);
    assert!(officer.get(&desk).await.body.contains("aria-invalid=\"true\""));
    let hands = HandCount { present: 5, in_favour: 3, against: 1, abstained: 1 };
    meetings::count(&town.world.db(), &actor, place.amendment, hands, "").await.unwrap();
    let shown = officer.get(&desk).await.is(200);
    assert!(shown.body.contains("赞成 3 × 2 = 6，大于到会 5 人：通过"), "the arithmetic is shown");
}

#[tokio::test]
async fn hostile_words_in_a_room_stay_words() {
    let town = Town::new().await;
    let place = Place::new(&town, "BYH1A", "152921.BYH1.BYH1A", "BYH1A1").await;
    let (mut resident, _) = town.resident().await;
    let new = resident.get("/rooms/new").await.is(200);
    assert!(new.body.contains("name=\"key\""));
    resident
        .post(
            "/api/propose-topic",
            &[("title", HOSTILE), ("text", ""), ("area", "BYH1A"), ("key", "x"), ("back", "/rooms/new")],
        )
        .await
        .is(303);
    let again = resident.get("/rooms/new").await.is(200);
    assert!(!again.body.contains("<script>alert"));
    let (room, key) = (place.room.to_string(), Uuid::new_v4().to_string());
    let said = [("room", room.as_str()), ("key", &key), ("text", HOSTILE), ("back", "/rooms")];
    assert!(resident.post("/api/say-in-room", &said).await.is(303).location().ends_with("done=said#say"));
    let page = format!("/rooms/{room}");
    let mine = resident.get(&page).await.is(200);
    assert!(mine.body.contains("待审核") && !mine.body.contains("<script>alert"), "{}", mine.body);
    assert!(!town.browser().get(&page).await.is(200).body.contains("alert(1)"), "nobody else sees it yet");
    let english = town.browser().chose("en").get("/rooms").await.is(200);
    assert!(english.body.contains("A charging shed") && english.body.contains("being talked about"));
}
