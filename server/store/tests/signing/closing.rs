//! Closing an account: what goes, what stays, and what stands in the way. The signature that was counted stays counted.

use chrono::TimeDelta;
use gongzhi_domain::account::InTheWay;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Lang, Reason};
use gongzhi_store::signing::Signed;
use gongzhi_store::testing::signing::phone;
use gongzhi_store::{Db, Purpose, audit, closing, log, people, points, sessions, sign_in, signing};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{actor, count, home, leaves, signing_of, signs};

/// Asks to close the account of the n-th, by the code that was sent.
async fn asks(db: &Db, who: &Actor) -> Result<(), Error> {
    closing::send_code(db, who).await?;
    let code = closing::latest_code_for_demo(db, who).await?.unwrap();
    closing::ask(db, who, &code).await.map(|_| ())
}

/// Every row of every table as text, as a dump would have it.
async fn everything(superuser: &PgPool) -> String {
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(superuser)
            .await
            .unwrap();
    let mut all = String::new();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
            .fetch_all(superuser)
            .await
            .unwrap();
        all.push_str(&rows.join("\n"));
    }
    all
}

/// Every sealed value that still opens to something with one of these words in it.
async fn opened(db: &Db, superuser: &PgPool, words: &[&str]) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'public' and data_type = 'bytea' and (column_name like '%sealed%') order by 1, 2",
    )
    .fetch_all(superuser)
    .await
    .unwrap();
    let purposes = [
        Purpose::Phone,
        Purpose::PersonName,
        Purpose::Content,
        Purpose::Internal,
        Purpose::Place,
        Purpose::Message,
        Purpose::Home,
        Purpose::Flash,
    ];
    let mut found = Vec::new();
    for (table, column) in columns {
        let select = format!("select {column} from {table} where {column} is not null");
        let sealed: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(select)).fetch_all(superuser).await.unwrap();
        for value in sealed {
            let texts = purposes.iter().filter_map(|purpose| db.keys().open_text(*purpose, &value).ok());
            found.extend(
                texts.filter(|text| words.iter().any(|word| text.contains(word))).map(|_| format!("{table}.{column}")),
            );
        }
    }
    found
}

async fn plant(superuser: &PgPool, db: &Db, person: PersonId, words: &str) {
    let seal = |purpose, text: &str| db.keys().seal_text(purpose, text).unwrap();
    // An opinion of the text, published; a wish to have a home confirmed; a note about a home.
    sqlx::query(
        "with said as (
             insert into content (id, kind, area_id, area_path, author_id, original_sealed, public_text, state, created_at, decided_at)
             select $1, 'opinion', id, path, $2, $3, $4, 'published', now(), now() from area where code = 'BYH1A' returning id
         )
         insert into opinion (id, pact_id, version_no, person_id, stance, content_id, given_at, changed_at)
         select $5, v.pact_id, v.no, $2, 'object', said.id, now(), now() from said, pact_version v where v.no = 1",
    )
    .bind(Uuid::now_v7())
    .bind(person.uuid())
    .bind(seal(Purpose::Content, words))
    .bind(words)
    .bind(Uuid::now_v7())
    .execute(superuser)
    .await
    .unwrap();
    sqlx::query("insert into residence_ask (person_id, area_id, area_path, where_sealed, asked_at) select $1, id, path, $2, now() from area where code = 'BYH1A'")
        .bind(person.uuid())
        .bind(seal(Purpose::Home, words))
        .execute(superuser)
        .await
        .unwrap();
    sqlx::query("update residence set note_sealed = $2 where person_id = $1")
        .bind(person.uuid())
        .bind(seal(Purpose::Home, words))
        .execute(superuser)
        .await
        .unwrap();
}

#[tokio::test]
async fn seven_days_later_nothing_of_them_is_found_and_everything_that_was_counted_still_counts() {
    let (world, pact) = signing_of(7).await;
    let db = world.db();
    let superuser = world.superuser().await;
    for n in 0..6 {
        signs(&db, &pact, n).await.unwrap();
    }
    let who = actor(&pact, 0);
    let person = home(&pact, 0).1;
    const WORDS: &str = "我家三号门口的狗叫了整夜";
    plant(&superuser, &db, person, WORDS).await;
    let mut tx = db.begin().await.unwrap();
    people::set_name(&db, &mut tx, person, "欧阳小满").await.unwrap();
    let session = sessions::start(&db, &mut tx, person, sessions::Kind::Resident, "198.51.100.77", "Pocket Browser 7");
    let token = session.await.unwrap().token;
    tx.commit().await.unwrap();
    log::checkpoint(&db, log::Reason::Daily).await.unwrap();
    let before = count(&db, &pact).await;
    let statements = "select count(*) from log_statement";
    let stated: i64 = sqlx::query_scalar(statements).fetch_one(&superuser).await.unwrap();
    let full = phone(0).full().to_owned();
    let words = [WORDS, "欧阳小满", full.as_str()];
    assert!(!opened(&db, &superuser, &words).await.is_empty(), "the test looks where it is");
    assert!(everything(&superuser).await.contains(WORDS), "and there");

    asks(&db, &who).await.unwrap();
    assert!(
        !sessions::actor(&db, Some(&token), world.visitor()).await.unwrap().is_signed_in(),
        "signed out everywhere"
    );
    world.later(TimeDelta::days(6));
    assert_eq!(closing::tick(&world.db()).await.unwrap(), 0, "not yet");
    world.later(TimeDelta::days(1));
    let db = world.db();
    assert_eq!(closing::tick(&db).await.unwrap(), 1);
    assert_eq!(closing::tick(&db).await.unwrap(), 0, "once");

    let dump = everything(&superuser).await;
    for word in words.iter().chain(&["198.51.100.77", "Pocket Browser 7"]) {
        assert!(!dump.contains(word), "a dump holds {word}");
    }
    assert_eq!(opened(&db, &superuser, &words).await, Vec::<String>::new(), "sealed, but there");
    assert_eq!(count(&db, &pact).await.signatures, before.signatures, "counted as before");
    assert_eq!(leaves(&db, "signature").await, 6);
    let report = log::verify(&db).await.unwrap();
    assert_eq!(report.broken, []);
    assert_eq!(report.deleted, 1, "one statement was forgotten, and is said to be");
    let left: i64 = sqlx::query_scalar(statements).fetch_one(&superuser).await.unwrap();
    assert_eq!(left, stated - 1);
    assert_eq!(audit::verify(&db).await.unwrap().broken, None);
    let stances: i64 =
        sqlx::query_scalar("select count(*) from opinion where stance = 'object'").fetch_one(&superuser).await.unwrap();
    assert_eq!(stances, 1, "that somebody objected stays");

    // The same number is a new person, and finds nothing of the old one's.
    let visitor = Actor { lang: Lang::Zh, ..world.visitor() };
    sign_in::send_code(&db, &visitor, &phone(0)).await.unwrap();
    let code = sign_in::latest_code_for_demo(&db, &phone(0)).await.unwrap().unwrap();
    let again = sign_in::verify(&db, &visitor, &phone(0), &code, "test").await.unwrap().person;
    assert_ne!(again, person);
    let new = Actor::resident(again, "");
    assert!(
        signing::mine(&db, &new, &pact.number).await.is_err_and(|error| error.status() < 500) || {
            let mine = signing::mine(&db, &new, &pact.number).await.unwrap();
            mine.signatures.is_empty() && mine.households.is_empty()
        }
    );
    assert_eq!(people::profile(&db, &new).await.unwrap().name, "");
}

#[tokio::test]
async fn signing_in_again_within_seven_days_undoes_it() {
    let (world, pact) = signing_of(2).await;
    let who = actor(&pact, 0);
    let person = home(&pact, 0).1;
    asks(&world.db(), &who).await.unwrap();
    world.later(TimeDelta::days(6));
    let db = world.db();
    sign_in::send_code(&db, &world.visitor(), &phone(0)).await.unwrap();
    let code = sign_in::latest_code_for_demo(&db, &phone(0)).await.unwrap().unwrap();
    assert_eq!(sign_in::verify(&db, &world.visitor(), &phone(0), &code, "test").await.unwrap().person, person);
    world.later(TimeDelta::days(30));
    assert_eq!(closing::tick(&world.db()).await.unwrap(), 0);
    let profile = people::profile(&world.db(), &who).await.unwrap();
    assert_eq!((profile.name.as_str(), profile.phone.is_some()), ("住户0", true));
    assert_eq!(audit::verify(&world.db()).await.unwrap().broken, None);
}

#[tokio::test]
async fn what_others_wait_for_stands_in_the_way_and_is_named() {
    let (world, pact) = signing_of(3).await;
    let db = world.db();
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let refused = closing::send_code(&db, &clerk).await.unwrap_err();
    assert_eq!(refused, Error::InTheWay { what: vec![InTheWay::Membership] }, "whoever works here hands over first");

    let (who, superuser) = (actor(&pact, 0), world.superuser().await);
    let wrong = {
        closing::send_code(&db, &who).await.unwrap();
        closing::ask(&db, &who, "000000").await.unwrap_err()
    };
    assert!(matches!(wrong.fields()[0].reason, Reason::WrongCode { .. } | Reason::CodeExpired));
    assert!(matches!(closing::page(&db, &world.visitor()).await, Err(Error::NotSignedIn)));

    // A code to sign with closes nothing.
    signing::send_code(&db, &who, &pact.number, home(&pact, 0).0).await.unwrap();
    let other = crate::code(&db, &pact, 0).await;
    assert!(closing::ask(&db, &who, &other).await.is_err());

    // Something that comes into the way during the seven days holds the closing up, and lets it go again.
    world.later(TimeDelta::minutes(2));
    asks(&world.db(), &who).await.unwrap();
    let officer = world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await;
    sqlx::query(
        "insert into pact_office (pact_id, person_id, office, since, appointed_by) values ($1, $2, 'supervision', now() - interval '1 hour', $3)",
    )
    .bind(pact.pact.uuid())
    .bind(home(&pact, 0).1.uuid())
    .bind(officer.person.unwrap().uuid())
    .execute(&superuser)
    .await
    .unwrap();
    world.later(TimeDelta::days(8));
    assert_eq!(closing::tick(&world.db()).await.unwrap(), 0);
    assert_eq!(closing::page(&world.db(), &who).await.unwrap().in_the_way, [InTheWay::Office]);
    sqlx::query("update pact_office set until = now() where person_id = $1")
        .bind(home(&pact, 0).1.uuid())
        .execute(&superuser)
        .await
        .unwrap();
    assert_eq!(closing::tick(&world.db()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_withdrawal_is_forgotten_with_its_signature_and_others_statements_stay() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let Signed::Now(id) = signs(&db, &pact, 0).await.unwrap() else { panic!("signed before") };
    signs(&db, &pact, 1).await.unwrap();
    signing::withdraw(&db, &actor(&pact, 0), &pact.number, id).await.unwrap();
    let before = count(&db, &pact).await;
    asks(&db, &actor(&pact, 0)).await.unwrap();
    world.later(TimeDelta::days(7));
    assert_eq!(closing::tick(&world.db()).await.unwrap(), 1);
    let report = log::verify(&world.db()).await.unwrap();
    assert_eq!((report.deleted, report.broken), (2, Vec::new()));
    assert_eq!(count(&world.db(), &pact).await, before);
    assert!(points::rebuild(&world.db()).await.unwrap().is_empty());
}
