//! Signing in by phone code: limits, tries, races, and that nothing tells whether a number is known.

use chrono::TimeDelta;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::testing::World;
use gongzhi_store::{outbox, people, sign_in};

const NUMBER: &str = "13800001234";

fn phone(number: &str) -> Phone {
    Phone::parse(number).unwrap()
}

/// Asks for a code and reads it from the message.
async fn code(world: &World, number: &str) -> String {
    let db = world.db();
    sign_in::send_code(&db, &world.visitor(), &phone(number)).await.unwrap();
    let due = outbox::take_due(&db, 10).await.unwrap();
    let message = due.iter().find(|message| message.to == phone(number)).unwrap();
    outbox::delivered(&db, message.id).await.unwrap();
    let shown = sign_in::latest_code_for_demo(&db, &phone(number)).await.unwrap().unwrap();
    assert!(message.body.contains(&shown), "the demo shows what was sent");
    shown
}

fn another(code: &str) -> String {
    if code == "123456" { "654321".to_owned() } else { "123456".to_owned() }
}

#[tokio::test]
async fn a_code_signs_in_and_creates_who_is_new() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    let first =
        sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &format!(" {sent} "), "UA").await.unwrap();
    world.later(TimeDelta::hours(2));
    let sent = code(&world, "+86 138-0000-1234").await;
    let second = sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &sent, "UA").await.unwrap();
    assert_eq!(first.person, second.person, "the same number is the same person");
    assert_ne!(first.token, second.token);
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    assert_eq!(people::masked_phone(&db, &mut tx, first.person).await.unwrap().as_deref(), Some("138****1234"));
    assert_eq!(people::open_phone(&db, &mut tx, first.person).await.unwrap(), Some(phone(NUMBER)));
    assert_eq!(people::open_name(&db, &mut tx, first.person).await.unwrap(), None);
}

#[tokio::test]
async fn a_code_works_once() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &sent, "").await.unwrap();
    let again = sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &sent, "").await.unwrap_err();
    assert_eq!(again, Error::field("code", Reason::CodeExpired));
}

#[tokio::test]
async fn of_two_who_redeem_a_code_at_once_one_wins() {
    let world = World::new().await;
    for round in 0..5 {
        let number = format!("1390000000{round}");
        let sent = code(&world, &number).await;
        let redeem = || {
            let (db, visitor, number, sent) = (world.db(), world.visitor(), phone(&number), sent.clone());
            tokio::spawn(async move { sign_in::verify(&db, &visitor, &number, &sent, "").await.is_ok() })
        };
        let (one, other) = (redeem(), redeem());
        assert_eq!(u8::from(one.await.unwrap()) + u8::from(other.await.unwrap()), 1);
    }
}

#[tokio::test]
async fn five_wrong_tries_end_a_code() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    for left in (0..5).rev() {
        let refused =
            sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &another(&sent), "").await.unwrap_err();
        assert_eq!(refused, Error::field("code", Reason::WrongCode { left }));
    }
    let right = sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &sent, "").await.unwrap_err();
    assert_eq!(right, Error::field("code", Reason::CodeExpired), "the right one comes too late");
}

#[tokio::test]
async fn guesses_at_once_are_all_counted() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    let guesses = (0..12).map(|_| {
        let (db, visitor, wrong) = (world.db(), world.visitor(), another(&sent));
        tokio::spawn(async move { sign_in::verify(&db, &visitor, &phone(NUMBER), &wrong, "").await.unwrap_err() })
    });
    let mut counted = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        if let Some(Reason::WrongCode { left }) =
            guess.await.unwrap().fields().first().map(|field| field.reason.clone())
        {
            counted.push(left);
        }
    }
    counted.sort_unstable();
    assert_eq!(counted, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_code_lasts_five_minutes_and_a_newer_one_replaces_it() {
    let world = World::new().await;
    let first = code(&world, NUMBER).await;
    world.later(TimeDelta::minutes(2));
    let second = code(&world, NUMBER).await;
    if first != second {
        let refused = sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &first, "").await.unwrap_err();
        assert_eq!(refused, Error::field("code", Reason::WrongCode { left: 4 }));
    }
    world.later(TimeDelta::minutes(5));
    let late = sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &second, "").await.unwrap_err();
    assert_eq!(late, Error::field("code", Reason::CodeExpired));
    assert_eq!(sign_in::latest_code_for_demo(&world.db(), &phone(NUMBER)).await.unwrap(), None);
}

#[tokio::test]
async fn a_code_is_for_its_own_number() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    code(&world, "13900001234").await;
    let other = sign_in::verify(&world.db(), &world.visitor(), &phone("13900001234"), &sent, "").await;
    // One in a million times both numbers have the same code.
    assert!(other.is_err() || sign_in::latest_code_for_demo(&world.db(), &phone(NUMBER)).await.unwrap() == Some(sent));
}

#[tokio::test]
async fn a_number_gets_one_code_a_minute_five_an_hour_ten_a_day() {
    let world = World::new().await;
    let ask = async || match sign_in::send_code(&world.db(), &world.visitor(), &phone(NUMBER)).await {
        Ok(()) => Ok(()),
        Err(Error::TooMany { retry_after_s }) => Err(retry_after_s),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(ask().await, Ok(()));
    assert_eq!(ask().await, Err(60));
    for _ in 0..4 {
        world.later(TimeDelta::minutes(1));
        assert_eq!(ask().await, Ok(()));
    }
    world.later(TimeDelta::minutes(1));
    assert_eq!(ask().await, Err(55 * 60), "the sixth in an hour waits until the first is an hour old");
    world.later(TimeDelta::hours(1));
    for _ in 0..5 {
        assert_eq!(ask().await, Ok(()));
        world.later(TimeDelta::minutes(10));
    }
    world.later(TimeDelta::hours(1));
    assert!(ask().await.is_err_and(|seconds| seconds > 3600), "the eleventh waits for another day");
    world.later(TimeDelta::days(1));
    assert_eq!(ask().await, Ok(()));
}

#[tokio::test]
async fn an_address_gets_thirty_codes_an_hour() {
    let world = World::new().await;
    for number in 0..30 {
        sign_in::send_code(&world.db(), &world.visitor(), &phone(&format!("138000000{number:02}"))).await.unwrap();
    }
    let refused = sign_in::send_code(&world.db(), &world.visitor(), &phone("13900000000")).await;
    assert!(matches!(refused, Err(Error::TooMany { .. })));
}

#[tokio::test]
async fn known_and_unknown_numbers_are_answered_alike() {
    let world = World::new().await;
    world.resident("李", NUMBER).await;
    let db = world.db();
    let known = sign_in::send_code(&db, &world.visitor(), &phone(NUMBER)).await;
    let unknown = sign_in::send_code(&db, &world.visitor(), &phone("13900001234")).await;
    assert_eq!(known, unknown);
    let wrong = |number| {
        let db = db.clone();
        async move { sign_in::verify(&db, &World::visitor_from("192.0.2.9"), &phone(number), "not-a-code-000", "").await }
    };
    assert_eq!(wrong(NUMBER).await, wrong("13900001234").await);
    let never_asked = sign_in::verify(&db, &world.visitor(), &phone("13700001234"), "000000", "").await;
    assert_eq!(never_asked, Err(Error::field("code", Reason::CodeExpired)));
}

#[tokio::test]
async fn codes_and_numbers_are_nowhere_in_clear() {
    let world = World::new().await;
    let sent = code(&world, NUMBER).await;
    sign_in::verify(&world.db(), &world.visitor(), &phone(NUMBER), &sent, "").await.unwrap();
    for table in ["person", "sign_in_code", "outbox", "session", "rate_window", "audit_event"] {
        let sql = sqlx::AssertSqlSafe(format!("select coalesce(string_agg(t::text, ' '), '') from {table} t"));
        let rows: String = sqlx::query_scalar(sql).fetch_one(world.db().pool()).await.unwrap();
        assert!(!rows.contains(NUMBER) && !rows.contains(&hex(NUMBER)), "{table}");
        assert!(!rows.contains(&format!("\"{sent}\"")) && !rows.contains(&hex(&sent)), "{table}");
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_profile_is_changed_by_its_owner() {
    let world = World::new().await;
    let resident = world.resident("李", NUMBER).await.actor();
    let db = world.db();
    let change = people::ChangeProfile { name: " 李淑芬 ".into(), home: "BYH1A2".into() };
    people::change_profile(&db, &resident, &change).await.unwrap();
    let profile = people::profile(&db, &resident).await.unwrap();
    assert_eq!(
        (profile.name.as_str(), profile.phone.as_deref(), profile.home),
        ("李淑芬", Some("138****1234"), Some(world.area("BYH1A2").await))
    );
    let nowhere = people::ChangeProfile { home: "NOWHERE".into(), ..change.clone() };
    assert_eq!(people::change_profile(&db, &resident, &nowhere).await, Err(Error::field("home", Reason::NotAChoice)));
    let long = people::ChangeProfile { name: "长".repeat(41), ..change };
    assert_eq!(
        people::change_profile(&db, &resident, &long).await,
        Err(Error::field("name", Reason::TooLong { max: 40 }))
    );
    assert_eq!(people::profile(&db, &world.visitor()).await, Err(Error::NotSignedIn));
}
