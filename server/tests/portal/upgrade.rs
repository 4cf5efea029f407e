//! Migrations on an empty database, and once more on the one they made.

use std::process::Command;
use std::str::FromStr;

use gongzhi_store::migrate;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// The cluster of the tests, with another database.
pub fn address_of(database: &str) -> String {
    let url = std::env::var("GONGZHI_TEST_DATABASE_URL").expect("GONGZHI_TEST_DATABASE_URL");
    let (before, rest) =
        url.split_once('?').map_or((url.as_str(), String::new()), |(url, rest)| (url, format!("?{rest}")));
    let (server, _) = before.rsplit_once('/').expect("an address with a database");
    format!("{server}/{database}{rest}")
}

/// A dump of a database as text, by the newest `pg_dump` there is.
pub fn dump(database: &str, what: &[&str]) -> String {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/pg_dump"))
        .filter(|program| program.is_file())
        .collect();
    found.extend(std::env::var_os("GONGZHI_PG_BIN").map(|folder| std::path::PathBuf::from(folder).join("pg_dump")));
    found.sort();
    let program = found.pop().unwrap_or_else(|| "pg_dump".into());
    let output = Command::new(&program).args(what).arg(address_of(database)).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The same without what `pg_dump` makes up anew each time.
fn schema(database: &str) -> String {
    let dump = dump(database, &["--schema-only", "--no-owner"]);
    dump.lines().filter(|line| !line.starts_with("\\")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn migrations_apply_to_an_empty_database_and_change_nothing_again() {
    let admin = PgConnectOptions::from_str(&address_of("postgres")).unwrap();
    let mut admin = admin.connect().await.unwrap();
    let name = format!("gongzhi_test_{}", uuid::Uuid::new_v4().simple());
    let run = |sql: String| sqlx::raw_sql(AssertSqlSafe(sql));
    run(format!("create database {name} template template0 encoding 'UTF8'")).execute(&mut admin).await.unwrap();

    let empty = PgConnectOptions::from_str(&address_of(&name)).unwrap();
    migrate::run(&empty).await.unwrap();
    let (first, data) = (schema(&name), dump(&name, &["--data-only", "--inserts"]));
    migrate::run(&empty).await.unwrap();
    let (second, again) = (schema(&name), dump(&name, &["--data-only", "--inserts"]));
    let mut connection = empty.connect().await.unwrap();
    let applied: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    run(format!("drop database {name} with (force)")).execute(&mut admin).await.unwrap();

    assert!(first.contains("CREATE TABLE public.request") && first.contains("CREATE TABLE public.audit_event"));
    assert_eq!(first, second, "the schema");
    let lines =
        |dump: &str| dump.lines().filter(|line| line.starts_with("INSERT")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&data), lines(&again), "the rows");
    assert_eq!(usize::try_from(applied).unwrap(), migrate::MIGRATIONS.iter().count());
}
