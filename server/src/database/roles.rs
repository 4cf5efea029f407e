//! The two roles and the database, made where they are missing. The statements
//! are the only SQL outside the store and its migrations: they run before the
//! store has anything to run in.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::passwords::Passwords;
use super::{APP, Error, NAME, OWNER};

/// Makes roles and database in the program's own server. Safe to repeat: an
/// interrupted first start is finished by the next.
pub(super) async fn make_own(superuser: &PgConnectOptions, passwords: &Passwords) -> Result<(), Error> {
    let failed = |error| Error::Connect { at: "the data folder".into(), error };
    let mut connection = superuser.clone().database("postgres").connect().await.map_err(failed)?;
    for (role, password) in [(OWNER, &passwords.owner), (APP, &passwords.app)] {
        if !exists(&mut connection, "select 1 from pg_roles where rolname = $1", role).await.map_err(failed)? {
            run(&mut connection, format!("create role {role}")).await.map_err(failed)?;
        }
        // The password's alphabet (base64url) needs no escaping.
        run(&mut connection, format!("alter role {role} login password '{password}'")).await.map_err(failed)?;
    }
    if !exists(&mut connection, "select 1 from pg_database where datname = $1", NAME).await.map_err(failed)? {
        run(&mut connection, format!("create database {NAME} owner {OWNER} template template0 encoding 'UTF8'"))
            .await
            .map_err(failed)?;
        run(&mut connection, format!("revoke all on database {NAME} from public")).await.map_err(failed)?;
        run(&mut connection, format!("grant connect on database {NAME} to {APP}")).await.map_err(failed)?;
    }
    connection.close().await.map_err(failed)
}

/// Makes the roles in a server somebody else runs, where the given user may,
/// and lets the owner make tables in its database. Otherwise says which
/// statements its administrator has to run.
pub(super) async fn make_in(connection: &mut PgConnection) -> Result<(), Error> {
    let database: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| Error::Connect { at: "GONGZHI_DATABASE_URL".into(), error })?;
    let quoted = database.replace('"', "\"\"");
    let wanted = [
        format!("create role {OWNER}"),
        format!("create role {APP}"),
        format!("grant {OWNER}, {APP} to current_user"),
        format!("grant create, connect, temporary on database \"{quoted}\" to {OWNER}"),
        format!("grant connect on database \"{quoted}\" to {APP}"),
        format!("grant create, usage on schema public to {OWNER}"),
        format!("grant usage on schema public to {APP}"),
    ];
    for statement in &wanted {
        match run(connection, statement.clone()).await {
            Ok(()) => {}
            // Already there, made by another replica or an administrator.
            Err(error) if code(&error).is_some_and(|code| code == "42710") => {}
            Err(error) => {
                return Err(Error::Unusable(format!(
                    "the roles {OWNER} and {APP} are missing and cannot be made ({error}); have an \
                     administrator run in database {database}:\n{};",
                    wanted.join(";\n")
                )));
            }
        }
    }
    Ok(())
}

/// Whether the user of this connection may act as both roles.
pub(super) async fn has_both(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) = 2 from pg_roles \
         where rolname in ($1, $2) and pg_has_role(current_user, oid, 'member')",
    )
    .bind(OWNER)
    .bind(APP)
    .fetch_one(connection)
    .await
}

async fn exists(connection: &mut PgConnection, query: &'static str, name: &str) -> Result<bool, sqlx::Error> {
    let found: Option<i32> = sqlx::query_scalar(query).bind(name).fetch_optional(connection).await?;
    Ok(found.is_some())
}

/// Runs one statement of this file: names are constants, passwords are base64url.
async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(|_| ())
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(|code| code.into_owned())
}
