//! The staff door: password and authenticator, both, once.

use chrono::TimeDelta;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Named, Reason};
use gongzhi_store::staff::{self, Credentials, NewStaff};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, sessions};

const SECRET: [u8; 20] = *b"a secret of 20 bytes";
const PASSWORD: &str = "correct horse";

async fn clerk(world: &World) -> PersonId {
    let db = world.db();
    let new = NewStaff {
        sign_in_name: "Wang.Li".into(),
        name: Named::new("王丽", "Wang Li"),
        password_hash: staff::hash_password(PASSWORD.into()).await.unwrap(),
        totp_secret: SECRET,
    };
    let (unit, area) = (world.unit("CENTRE").await, world.area("152921").await);
    let mut tx = db.begin().await.unwrap();
    let person = staff::create(&db, &mut tx, &new).await.unwrap();
    staff::appoint(&db, &mut tx, person, Role::Clerk, unit, area).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn try_with(world: &World, name: &str, password: &str, totp: &str) -> Result<sessions::SignedIn, Error> {
    let typed = Credentials { name: name.into(), password: password.into(), totp: totp.into() };
    staff::sign_in(&world.db(), &world.visitor(), &typed, "Firefox").await
}

fn digits(world: &World) -> String {
    staff::totp_at(&SECRET, world.now()).unwrap()
}

#[tokio::test]
async fn password_and_code_open_the_desk() {
    let world = World::new().await;
    let person = clerk(&world).await;
    let totp = digits(&world);
    let signed_in = try_with(&world, " wang.li ", PASSWORD, &format!("{} {}", &totp[..3], &totp[3..])).await.unwrap();
    assert_eq!(signed_in.person, person);
    let actor = sessions::actor(&world.db(), Some(&signed_in.token), world.visitor()).await.unwrap();
    assert_eq!((actor.name.as_str(), actor.roles()), ("王丽", vec![Role::Resident, Role::Clerk]));
    assert_eq!(audit::verify(&world.db()).await.unwrap().events, 1, "a sign-in is in the log");
}

#[tokio::test]
async fn a_code_of_the_authenticator_works_once() {
    let world = World::new().await;
    clerk(&world).await;
    let totp = digits(&world);
    try_with(&world, "wang.li", PASSWORD, &totp).await.unwrap();
    assert_eq!(try_with(&world, "wang.li", PASSWORD, &totp).await, Err(Error::field("name", Reason::WrongCredentials)));
    world.later(TimeDelta::seconds(30));
    try_with(&world, "wang.li", PASSWORD, &digits(&world)).await.unwrap();
}

#[tokio::test]
async fn of_two_with_the_same_code_one_gets_in() {
    let world = World::new().await;
    clerk(&world).await;
    let totp = digits(&world);
    let (one, other) =
        tokio::join!(try_with(&world, "wang.li", PASSWORD, &totp), try_with(&world, "wang.li", PASSWORD, &totp));
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
}

#[tokio::test]
async fn whatever_is_wrong_is_told_alike() {
    let world = World::new().await;
    clerk(&world).await;
    let totp = digits(&world);
    let wrong = if totp == "000000" { "111111" } else { "000000" };
    let answers = [
        try_with(&world, "nobody", PASSWORD, &totp).await,
        try_with(&world, "wang.li", "wrong horse", &totp).await,
        try_with(&world, "wang.li", PASSWORD, wrong).await,
        try_with(&world, "wang.li", PASSWORD, "").await,
        try_with(&world, "", "", "").await,
        try_with(&world, "WANG.LI", &"x".repeat(100_000), &totp).await,
    ];
    for answer in answers {
        assert_eq!(answer, Err(Error::field("name", Reason::WrongCredentials)));
    }
}

#[tokio::test]
async fn after_five_failures_a_name_waits_a_quarter_of_an_hour_whether_it_exists_or_not() {
    let world = World::new().await;
    clerk(&world).await;
    for name in ["wang.li", "nobody"] {
        for _ in 0..5 {
            let refused = try_with(&world, name, "wrong horse", "000000").await;
            assert_eq!(refused, Err(Error::field("name", Reason::WrongCredentials)));
        }
        let locked = try_with(&world, name, PASSWORD, &digits(&world)).await;
        assert_eq!(locked, Err(Error::TooMany { retry_after_s: 900 }), "{name}: the right password too");
    }
    assert_eq!(audit::verify(&world.db()).await.unwrap().events, 5, "failures are in the log");
    world.later(TimeDelta::minutes(15));
    for _ in 0..7 {
        try_with(&world, "wang.li", PASSWORD, &digits(&world)).await.unwrap();
        world.later(TimeDelta::seconds(30));
    }
}

#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_known_one() {
    let world = World::new().await;
    clerk(&world).await;
    try_with(&world, "somebody", "wrong horse", "000000").await.unwrap_err();
    let mut spent = [std::time::Duration::ZERO; 2];
    for _ in 0..4 {
        for (sum, name) in spent.iter_mut().zip(["nobody", "wang.li"]) {
            let begin = std::time::Instant::now();
            try_with(&world, name, "wrong horse", "000000").await.unwrap_err();
            *sum += begin.elapsed();
        }
    }
    let ratio = spent[0].as_secs_f64() / spent[1].as_secs_f64();
    assert!((0.3..3.0).contains(&ratio), "unknown / known = {ratio}: a hash is computed either way");
}

#[tokio::test]
async fn weak_passwords_are_refused() {
    let short = staff::hash_password("short".into()).await;
    assert_eq!(short, Err(Error::field("password", Reason::TooShort { min: 10 })));
}
