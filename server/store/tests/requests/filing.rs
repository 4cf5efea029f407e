//! Filing: what is checked, what is written, and that the same form files once.

use gongzhi_domain::area::Datum;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{Channel, Kind, Visibility};
use gongzhi_domain::view::Filed;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::requests::{self, FileRequest, PlaceGiven, Who};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, sign_in};

use crate::story::{desk, holder, lamp, receipt};

#[tokio::test]
async fn a_request_gets_its_number_grid_and_code() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await;
    let filed = requests::file(&world.db(), &li.actor(), lamp(&world)).await.unwrap();
    let Filed::Now(receipt) = filed else { panic!("filed now") };
    assert!(receipt.number.to_string().starts_with("20260302-BYH1-0001-"), "{}", receipt.number);
    assert!(receipt.due.is_some());
    let page = requests::page(&world.db(), &li.actor(), None, receipt.number).await.unwrap();
    assert!(page.mine && page.waiting_moderation);
    assert_eq!(page.place.grid.as_deref(), Some("BYH1A1"));
    assert_eq!(page.timeline.len(), 1);
    let second = world.files(&li.actor(), lamp(&world)).await.number;
    assert_eq!(second.sequence(), 2);
    assert!(audit::verify(&world.db()).await.unwrap().broken.is_none());
}

#[tokio::test]
async fn the_same_form_sent_twice_files_once_and_says_the_same() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await;
    let form = lamp(&world);
    let first = receipt(requests::file(&world.db(), &li.actor(), form.clone()).await.unwrap());
    let again = requests::file(&world.db(), &li.actor(), form.clone()).await.unwrap();
    let Filed::Before(again) = again else { panic!("filed before") };
    assert_eq!((again.number, again.code), (first.number, first.code));
    let stranger = FileRequest { holder: holder(&world, "another browser"), ..form };
    assert_eq!(
        requests::file(&world.db(), &world.visitor(), stranger).await,
        Err(Error::Duplicate { what: What::Request }),
        "a key is no proof"
    );
}

#[tokio::test]
async fn everything_wrong_is_said_at_once() {
    let world = World::new().await;
    let form = FileRequest {
        text: "坏".into(),
        category: Some("nonsense".into()),
        place: PlaceGiven { words: "长".repeat(201), point: Some((999.0, 0.0)), ..PlaceGiven::default() },
        who: Who::Number { phone: "12".into(), code: String::new(), name: "名".repeat(41) },
        photos: vec![gongzhi_domain::ids::AttachmentId::from_uuid(uuid::Uuid::new_v4())],
        ..lamp(&world)
    };
    let refused = requests::file(&world.db(), &world.visitor(), form).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["text", "category", "place", "place_words", "phone", "code", "name", "photos"]);
    let nothing: i64 = sqlx::query_scalar("select count(*) from request").fetch_one(world.db().pool()).await.unwrap();
    assert_eq!(nothing, 0);
}

#[tokio::test]
async fn a_number_is_proved_by_its_code_and_a_wrong_try_counts() {
    let world = World::new().await;
    let phone = Phone::parse("13900005678").unwrap();
    sign_in::send_code(&world.db(), &world.visitor(), &phone).await.unwrap();
    let code = sign_in::latest_code_for_demo(&world.db(), &phone).await.unwrap().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let form = |code: &str| FileRequest {
        who: Who::Number { phone: "139 0000 5678".into(), code: code.into(), name: "王".into() },
        ..lamp(&world)
    };
    assert_eq!(
        requests::file(&world.db(), &world.visitor(), form(wrong)).await,
        Err(Error::field("code", Reason::WrongCode { left: 4 }))
    );
    assert_eq!(
        requests::file(&world.db(), &world.visitor(), form(wrong)).await,
        Err(Error::field("code", Reason::WrongCode { left: 3 }))
    );
    let right = form(&code);
    let filed = receipt(requests::file(&world.db(), &world.visitor(), right.clone()).await.unwrap());
    assert!(filed.reached, "whoever confirmed a number is told by message, signed in or not");
    let first = filed.number;
    assert_eq!(world.files(&world.visitor(), right).await.number, first, "sent again, the used code does not matter");
    let wang = world.resident("王", "13900005678").await;
    assert_eq!(requests::mine(&world.db(), &wang.actor(), None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn anonymous_only_where_the_category_allows_it() {
    let world = World::new().await;
    let form = |category: &str| FileRequest { who: Who::Anonymous, category: Some(category.into()), ..lamp(&world) };
    assert_eq!(
        requests::file(&world.db(), &world.visitor(), form("dispute")).await,
        Err(Error::field("phone", Reason::NotAnonymous))
    );
    let filed = receipt(requests::file(&world.db(), &world.visitor(), form("hazard")).await.unwrap());
    assert!(!filed.reached, "nobody can be told");
}

#[tokio::test]
async fn a_place_is_found_by_point_by_code_or_left_to_the_root() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await;
    let grid = async |place: PlaceGiven| {
        let number = world.files(&li.actor(), FileRequest { place, ..lamp(&world) }).await.number;
        let page = requests::page(&world.db(), &li.actor(), None, number).await.unwrap();
        (page.place.grid, number.street())
    };
    let by_code = PlaceGiven { area_code: Some("WNS1A2".into()), ..PlaceGiven::default() };
    assert_eq!(grid(by_code).await, (Some("WNS1A2".into()), "WNS1".into()));
    let in_words = PlaceGiven { words: "老电影院后面".into(), ..PlaceGiven::default() };
    assert_eq!(grid(in_words).await, (None, "2921".into()));
    // The middle of a grid as a Chinese map gives it, some 500 m away.
    let shown = gongzhi_domain::area::wgs84_to_gcj02(gongzhi_domain::area::Point::new(38.805, 105.615).unwrap());
    let chinese =
        PlaceGiven { point: Some((shown.lat, shown.lon)), datum: Some(Datum::Gcj02), ..PlaceGiven::default() };
    assert_eq!(grid(chinese).await.0.as_deref(), Some("BYH1A2"));
    let none = FileRequest { place: PlaceGiven::default(), ..lamp(&world) };
    assert_eq!(requests::file(&world.db(), &li.actor(), none).await, Err(Error::field("place", Reason::PlaceNeeded)));
}

#[tokio::test]
async fn a_private_number_is_nowhere_in_the_clear() {
    let world = World::new().await;
    let li = world.resident("李四光明", "13800001234").await;
    let form = FileRequest {
        text: "请回电 13987654321，路灯坏了。".into(),
        place: PlaceGiven { words: "秘密家园 7 号楼 301".into(), ..lamp(&world).place },
        ..lamp(&world)
    };
    let number = world.files(&li.actor(), form).await.number;
    let superuser = world.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
        .fetch_all(&superuser)
        .await
        .unwrap();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
            .fetch_all(&superuser)
            .await
            .unwrap();
        for secret in ["13987654321", "13800001234", "李四光明", "秘密家园"] {
            assert!(!rows.iter().any(|row| row.contains(secret)), "{secret} in {table}");
        }
    }
    let page = requests::page(&world.db(), &li.actor(), None, number).await.unwrap();
    assert!(page.text.unwrap().contains("13987654321"), "its writer reads it as written");
}

#[tokio::test]
async fn a_tip_off_is_private_and_others_are_filed_for_only_by_those_who_may() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await;
    let tip = FileRequest { kind: Kind::TipOff, visibility: Visibility::Public, ..lamp(&world) };
    let number = world.files(&li.actor(), tip).await.number;
    let page = requests::page(&world.db(), &li.actor(), None, number).await.unwrap();
    assert_eq!(page.visibility, Visibility::Private);
    let for_li = || FileRequest { who: Who::For(li.person), channel: Channel::Clerk, ..lamp(&world) };
    let wang = world.resident("王", "13800005678").await;
    assert!(matches!(requests::file(&world.db(), &wang.actor(), for_li()).await, Err(Error::Forbidden { .. })));
    let desk = desk(&world).await;
    world.files(&desk.clerk, for_li()).await;
    assert_eq!(requests::mine(&world.db(), &li.actor(), None).await.unwrap().len(), 2);
}
