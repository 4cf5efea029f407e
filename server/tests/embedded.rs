//! The program's own database: made once, found again after a killed program,
//! stopped on a clean exit, closed to a second program and to other users. Each
//! test has a data folder and a server of its own.

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use gongzhi_server::database::{DataFolder, Embedded};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use common::{data_folder, servers};

async fn ask(options: &PgConnectOptions, query: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = options.connect().await?;
    let answer = sqlx::query_scalar(query).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}

fn code(error: sqlx::Error) -> String {
    error
        .as_database_error()
        .and_then(|error| error.code().map(|code| code.into_owned()))
        .unwrap_or_else(|| error.to_string())
}

#[tokio::test]
async fn it_is_made_as_the_specification_says() {
    let temp = data_folder();
    let folder = DataFolder::open(&temp.path().join("data")).expect("folder");
    let embedded = Embedded::start(&folder, None).await.expect("started");
    assert!(!embedded.was_reused());
    let owner = &embedded.access().owner;
    for (setting, wanted) in [
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("password_encryption", "scram-sha-256"),
        ("data_checksums", "on"),
    ] {
        let mut connection = owner.connect().await.expect("connection");
        let value: String = sqlx::query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&mut connection)
            .await
            .expect("setting");
        assert_eq!(value, wanted, "{setting}");
    }
    let collation = "select datcollate::text from pg_database where datname = current_database()";
    assert_eq!(ask(owner, collation).await.expect("collation"), "C.UTF-8");

    // The two roles: neither is a superuser, and only the owner makes tables.
    let app = &embedded.access().app;
    let super_ = "select rolsuper::text from pg_roles where rolname = current_user";
    assert_eq!(ask(owner, super_).await.expect("owner"), "false");
    assert_eq!(ask(app, super_).await.expect("app"), "false");
    let make = "create table t (id int)";
    let mut connection = owner.connect().await.expect("owner");
    sqlx::query(make).execute(&mut connection).await.expect("the owner makes a table");
    sqlx::query("create extension ltree; ").execute(&mut connection).await.expect("ltree");
    sqlx::query("create extension btree_gist").execute(&mut connection).await.expect("btree_gist");
    let mut connection = app.connect().await.expect("app");
    let refused = sqlx::query("create table u (id int)").execute(&mut connection).await;
    assert_eq!(code(refused.expect_err("app makes no tables")), "42501");
    let refused = sqlx::query("delete from t").execute(&mut connection).await;
    assert_eq!(code(refused.expect_err("app has only what migrations grant")), "42501");

    // Without the password nobody gets in, although the socket is reachable for root.
    let wrong = ask(&owner.clone().password("wrong"), super_).await.expect_err("refused");
    assert_eq!(code(wrong), "28P01");
    let secrets = folder.path().join("database-passwords");
    assert_eq!(secrets.metadata().expect("file").permissions().mode() & 0o777, 0o600);
    embedded.stop().await.expect("stopped");
    assert_eq!(servers(folder.path()), Vec::<i32>::new());
}

#[tokio::test]
async fn an_orphan_is_taken_over_and_what_was_written_is_there() {
    let temp = data_folder();
    let path = temp.path().join("data");
    let folder = DataFolder::open(&path).expect("folder");
    let first = Embedded::start(&folder, None).await.expect("first");
    let mut connection = first.access().owner.connect().await.expect("connection");
    sqlx::raw_sql("create table kept (word text); insert into kept values ('还在')")
        .execute(&mut connection)
        .await
        .expect("written");
    let server = servers(folder.path());
    // A killed program runs no destructor: its server stays, its lock goes.
    std::mem::forget(first);
    drop(folder);

    let folder = DataFolder::open(&path).expect("folder again");
    let second = Embedded::start(&folder, None).await.expect("second");
    assert!(second.was_reused());
    assert!(servers(folder.path()).iter().any(|pid| server.contains(pid)));
    let word = ask(&second.access().owner, "select word from kept").await.expect("word");
    assert_eq!(word, "还在");
    second.stop().await.expect("stopped");
    assert_eq!(servers(folder.path()), Vec::<i32>::new());
}

#[tokio::test]
async fn a_killed_server_recovers_and_a_stale_pid_file_does_not_matter() {
    let temp = data_folder();
    let path = temp.path().join("data");
    let folder = DataFolder::open(&path).expect("folder");
    let first = Embedded::start(&folder, None).await.expect("first");
    let mut connection = first.access().owner.connect().await.expect("connection");
    sqlx::raw_sql("create table kept (word text); insert into kept values ('durable')")
        .execute(&mut connection)
        .await
        .expect("written");
    let pid_file = folder.path().join("database/cluster/postmaster.pid");
    let text = std::fs::read_to_string(&pid_file).expect("pid file");
    let pid: i32 = text.lines().next().and_then(|line| line.parse().ok()).expect("pid");
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::SIGKILL).expect("kill");
    while !servers(folder.path()).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // The number now belongs to somebody else: this very process.
    let stale = text.replacen(&pid.to_string(), &std::process::id().to_string(), 1);
    std::fs::write(&pid_file, stale).expect("pid file");

    let second = Embedded::start(&folder, None).await.expect("second");
    assert!(!second.was_reused());
    let word = ask(&second.access().owner, "select word from kept").await.expect("word");
    assert_eq!(word, "durable");
    second.stop().await.expect("stopped");
    assert_eq!(servers(folder.path()), Vec::<i32>::new());
}

#[tokio::test]
async fn half_a_first_start_is_finished_by_the_next() {
    let temp = data_folder();
    let path = temp.path().join("data");
    let folder = DataFolder::open(&path).expect("folder");
    let first = Embedded::start(&folder, None).await.expect("first");
    first.stop().await.expect("stopped");
    // As if the program had been killed in the middle of initdb.
    let database: PathBuf = folder.path().join("database");
    std::fs::rename(database.join("cluster"), database.join("cluster.new")).expect("renamed");
    std::fs::remove_file(database.join("cluster.new/PG_VERSION")).expect("removed");
    let second = Embedded::start(&folder, None).await.expect("second");
    assert_eq!(ask(&second.access().app, "select 'there'").await.expect("answer"), "there");
    second.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_long_path_works_too() {
    let temp = data_folder();
    let folder = DataFolder::open(&temp.path().join("长".repeat(40))).expect("folder");
    let embedded = Embedded::start(&folder, None).await.expect("started");
    let socket = embedded.access().app.get_socket().cloned().expect("socket");
    assert!(socket.starts_with("/tmp"), "{socket:?}");
    assert_eq!(ask(&embedded.access().app, "select 'there'").await.expect("answer"), "there");
    embedded.stop().await.expect("stopped");
    std::fs::remove_dir(&socket).expect("only the folder is left");
}
