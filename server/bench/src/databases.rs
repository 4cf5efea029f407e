//! Databases that come and go: made on the given server, brought to this version's
//! tables, and dropped when they are no longer needed.

use std::str::FromStr as _;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use gongzhi_store::{Connect, Db, Keys, migrate};
use object_store::memory::InMemory;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

/// All databases of a run begin with this.
const PREFIX: &str = "gongzhi_bench_";
/// The roles of the portal, where the server does not have them yet.
const ROLES: &str = "do $$ begin
    if not exists (select from pg_roles where rolname = 'gongzhi_owner') then create role gongzhi_owner nologin; end if;
    if not exists (select from pg_roles where rolname = 'gongzhi_app') then create role gongzhi_app nologin; end if;
exception when duplicate_object or unique_violation then null;
end $$";

/// A database server, as its superuser.
#[derive(Debug, Clone)]
pub struct Server {
    address: String,
    options: PgConnectOptions,
}

impl Server {
    /// Reads an address. Refuses sockets: what a portal says to its database is listened to by TCP.
    pub fn at(address: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(address).context("reading the database's address")?;
        ensure!(options.get_socket().is_none(), "the database's address must be a TCP one");
        Ok(Self { address: address.to_owned(), options })
    }

    /// Makes a database with this version's tables; one of the same name is dropped.
    pub async fn make(&self, name: &str) -> Result<Database> {
        let name = format!("{PREFIX}{name}");
        let mut connection = self.options.clone().connect().await.context("connecting to the database server")?;
        say(&mut connection, ROLES).await?;
        say(&mut connection, &format!("drop database if exists {name} with (force)")).await?;
        say(&mut connection, &format!("create database {name} owner gongzhi_owner template template0 encoding 'UTF8'"))
            .await?;
        connection.close().await?;
        let database = Database { server: self.clone(), name, keys: Keys::generate() };
        migrate::run(&database.options().options([("role", "gongzhi_owner")])).await?;
        Ok(database)
    }
}

/// A database of a run.
#[derive(Debug, Clone)]
pub struct Database {
    server: Server,
    name: String,
    /// The key ring of the portal in front of it, as its setting is written.
    pub keys: String,
}

impl Database {
    /// How it is connected to as the superuser.
    pub fn options(&self) -> PgConnectOptions {
        self.server.options.clone().database(&self.name).ssl_mode(PgSslMode::Prefer)
    }

    /// Its address as programs of PostgreSQL read it, as the superuser.
    pub fn address(&self) -> Result<String> {
        let (before, parameters) = self.server.address.split_once('?').unwrap_or((&self.server.address, ""));
        let authority = before.split_once("://").context("an address without ://")?.1;
        let host = authority.split('/').next().unwrap_or_default();
        let parameters = if parameters.is_empty() { String::new() } else { format!("?{parameters}") };
        Ok(format!("postgres://{host}/{}{parameters}", self.name))
    }

    /// Its address through a door on this machine.
    pub fn address_through(&self, port: u16) -> String {
        let options = self.options().host("127.0.0.1").port(port).ssl_mode(PgSslMode::Disable);
        options.to_url_lossy().to_string()
    }

    /// Where its server listens.
    pub fn host_and_port(&self) -> (&str, u16) {
        (self.server.options.get_host(), self.server.options.get_port())
    }

    /// A connection as the superuser.
    pub async fn connect(&self) -> Result<PgConnection> {
        self.options().connect().await.with_context(|| format!("connecting to {}", self.name))
    }

    /// The way in that use cases take, as the role that serves.
    pub async fn db(&self) -> Result<Db> {
        let how = Connect { url: self.options().options([("role", "gongzhi_app")]), read_url: None, connections: 4 };
        Ok(Db::connect(how, Arc::new(Keys::parse(&self.keys)?), Arc::new(InMemory::new())).await?)
    }

    /// Makes a database that holds what this one holds, under the same keys; one of the same name is dropped. Nobody may be
    /// connected to this one meanwhile.
    pub async fn copy(&self, name: &str) -> Result<Self> {
        let name = format!("{PREFIX}{name}");
        let mut connection = self.server.options.clone().connect().await?;
        say(&mut connection, &format!("drop database if exists {name} with (force)")).await?;
        say(&mut connection, &format!("create database {name} owner gongzhi_owner template {}", self.name)).await?;
        connection.close().await?;
        Ok(Self { server: self.server.clone(), name, keys: self.keys.clone() })
    }

    /// Drops it, whoever is still connected.
    pub async fn drop(self) -> Result<()> {
        let mut connection = self.server.options.clone().connect().await?;
        say(&mut connection, &format!("drop database if exists {} with (force)", self.name)).await?;
        connection.close().await?;
        Ok(())
    }
}

/// Runs statements that return nothing.
pub async fn say(connection: &mut PgConnection, sql: &str) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.with_context(|| sql.to_owned())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_everything_but_its_database() {
        for (given, wanted) in [
            ("postgres://me:secret@10.0.0.1:5433/postgres", "postgres://me:secret@10.0.0.1:5433/gongzhi_bench_x"),
            ("postgresql://me@host/?sslmode=disable", "postgres://me@host/gongzhi_bench_x?sslmode=disable"),
            ("postgres://host", "postgres://host/gongzhi_bench_x"),
        ] {
            let server = Server::at(given).expect("an address");
            let database = Database { server, name: "gongzhi_bench_x".into(), keys: String::new() };
            assert_eq!(database.address().expect("an address"), wanted);
        }
        assert!(Server::at("postgres://%2Frun%2Fpostgresql/x").is_err());
    }
}
