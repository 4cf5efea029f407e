//! Listens between a portal and its database: every statement it runs, with the
//! types and values of its parameters as they go over the wire. So the yardsticks
//! run the portal's own statements, whatever they are by now, and nobody keeps a
//! copy of them up to date. Understands only what the portal's driver sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gongzhi_store::cached::LISTENER;
use serde::{Deserialize, Serialize};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::{AssertSqlSafe, Encode, PgConnection, Postgres, Type};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a portal may take until it follows what others change.
const PATIENCE: Duration = Duration::from_secs(10);

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its text.
    pub sql: Arc<str>,
    /// The types and values of its parameters, in binary; `None` for a plain one, such as BEGIN.
    pub parameters: Option<Vec<Parameter>>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    oid: u32,
    value: Option<Vec<u8>>,
}

impl Statement {
    /// Runs it once more and forgets the rows.
    pub async fn run(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        let sql = AssertSqlSafe(Arc::clone(&self.sql));
        let Some(parameters) = &self.parameters else {
            sqlx::raw_sql(sql).execute(connection).await?;
            return Ok(());
        };
        let mut query = sqlx::query(sql);
        for parameter in parameters {
            query = query.bind(parameter);
        }
        query.fetch_all(connection).await?;
        Ok(())
    }
}

impl Type<Postgres> for Parameter {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Parameter {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Some(value) = &self.value else { return Ok(IsNull::Yes) };
        buffer.extend_from_slice(value);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oid)))
    }
}

/// A door to a database that hears what goes through it, but for the connection on which a portal learns what others
/// changed: nobody's visit causes what is said there.
pub struct Listener {
    /// Where it listens, on this machine.
    pub port: u16,
    heard: Arc<Heard>,
    accepting: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Heard {
    statements: Mutex<Vec<Statement>>,
    /// Whether the portal has begun to follow what others change.
    follows: watch::Sender<bool>,
}

impl Listener {
    /// Opens a door to a server.
    pub async fn open(host: &str, port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let own = listener.local_addr()?.port();
        let heard = Arc::new(Heard::default());
        let (host, hearing) = (host.to_owned(), Arc::clone(&heard));
        let accepting = tokio::spawn(async move {
            while let Ok((portal, _)) = listener.accept().await {
                let (host, hearing) = (host.clone(), Arc::clone(&hearing));
                // A connection that breaks is seen by the portal.
                tokio::spawn(async move { pass_on(portal, &host, port, &hearing).await });
            }
        });
        Ok(Self { port: own, heard, accepting })
    }

    /// What was heard since the last time.
    pub fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.heard.statements.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the portal follows what others change; what it keeps in memory it forgets once more then.
    pub async fn follows(&self) -> Result<()> {
        let mut follows = self.heard.follows.subscribe();
        timeout(PATIENCE, follows.wait_for(|follows| *follows))
            .await
            .context("the portal does not follow changes")??;
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass_on(portal: TcpStream, host: &str, port: u16, heard: &Heard) -> Result<()> {
    let server = TcpStream::connect((host, port)).await?;
    portal.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_portal, mut to_portal) = portal.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_portal).await });
    let outcome = hear(&mut from_portal, &mut to_server, heard).await;
    to_server.shutdown().await?;
    back.await??;
    outcome
}

/// Passes messages on to the server until there are no more, and writes down the statements among them.
async fn hear<R, W>(from: &mut R, to: &mut W, heard: &Heard) -> Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    // The first message has no kind; the portal is told not to ask for TLS.
    let length = from.read_u32().await?;
    let who = pass(from, to, length).await?;
    let follower = who.windows(LISTENER.len()).any(|part| part == LISTENER.as_bytes());
    let mut prepared = HashMap::new();
    loop {
        let Ok(kind) = from.read_u8().await else { return Ok(()) };
        to.write_u8(kind).await?;
        let length = from.read_u32().await?;
        let body = pass(from, to, length).await?;
        let statement = understand(kind, &body, &mut prepared).context("reading what the portal sends its database")?;
        match statement {
            Some(statement) if !follower => {
                heard.statements.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
            }
            Some(statement) if statement.sql.starts_with("LISTEN") => {
                heard.follows.send_replace(true);
            }
            _ => {}
        }
    }
}

async fn pass<R, W>(from: &mut R, to: &mut W, length: u32) -> Result<Vec<u8>>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let rest = usize::try_from(length)?.checked_sub(4).context("a message shorter than its length")?;
    let mut body = vec![0; rest];
    from.read_exact(&mut body).await?;
    to.write_u32(length).await?;
    to.write_all(&body).await?;
    to.flush().await?;
    Ok(body)
}

/// A prepared statement by its name: text and types.
type Prepared = HashMap<String, (Arc<str>, Vec<u32>)>;

/// The statement that a message runs; `None` for messages that run none.
fn understand(kind: u8, body: &[u8], prepared: &mut Prepared) -> Result<Option<Statement>> {
    let mut words = Words(body);
    match kind {
        b'Q' => Ok(Some(Statement { sql: words.text()?.into(), parameters: None })),
        b'P' => {
            let (name, sql) = (words.text()?, words.text()?);
            let types = (0..words.short()?).map(|_| words.long()).collect::<Result<_>>()?;
            prepared.insert(name, (sql.into(), types));
            Ok(None)
        }
        b'B' => {
            let (_portal, name) = (words.text()?, words.text()?);
            for _ in 0..words.short()? {
                ensure!(words.short()? == 1, "a parameter in text");
            }
            let (sql, types) = prepared.get(&name).with_context(|| format!("{name} was not prepared"))?;
            let given = words.short()?;
            ensure!(usize::from(given) == types.len(), "{given} parameters for {} types", types.len());
            let parameter = |oid: &u32| Ok(Parameter { oid: *oid, value: words.value()? });
            let parameters = types.iter().map(parameter).collect::<Result<_>>()?;
            Ok(Some(Statement { sql: Arc::clone(sql), parameters: Some(parameters) }))
        }
        _ => Ok(None),
    }
}

/// The parts of a message.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn bytes(&mut self, length: usize) -> Result<&[u8]> {
        let (bytes, rest) = self.0.split_at_checked(length).context("a message that breaks off")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String> {
        let end = self.0.iter().position(|byte| *byte == 0).context("a text without an end")?;
        let text = std::str::from_utf8(self.bytes(end)?)?.to_owned();
        self.bytes(1)?;
        Ok(text)
    }

    fn short(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.bytes(2)?.try_into()?))
    }

    fn long(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.bytes(4)?.try_into()?))
    }

    /// A length and so many bytes; the length -1 stands for null.
    fn value(&mut self) -> Result<Option<Vec<u8>>> {
        match self.long()? {
            u32::MAX => Ok(None),
            length => Ok(Some(self.bytes(usize::try_from(length)?)?.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_known_by_its_name_and_keeps_its_values() {
        let mut prepared = Prepared::new();
        let parse = b"s1\0select $1, $2\0\0\x02\0\0\0\x14\0\0\0\x19";
        assert_eq!(understand(b'P', parse, &mut prepared).expect("a parse"), None);
        let bind = b"\0s1\0\0\x01\0\x01\0\x02\0\0\0\x02ab\xff\xff\xff\xff\0\0";
        let statement = understand(b'B', bind, &mut prepared).expect("a bind").expect("a statement");
        assert_eq!(&*statement.sql, "select $1, $2");
        let parameters = vec![Parameter { oid: 20, value: Some(b"ab".to_vec()) }, Parameter { oid: 25, value: None }];
        assert_eq!(statement.parameters, Some(parameters));
        let plain = understand(b'Q', b"BEGIN\0", &mut prepared).expect("a query").expect("a statement");
        assert_eq!((&*plain.sql, plain.parameters), ("BEGIN", None));
        assert_eq!(understand(b'S', b"", &mut prepared).expect("a sync"), None);
    }

    #[test]
    fn what_is_not_understood_is_an_error_and_no_wrong_yardstick() {
        let mut prepared = Prepared::new();
        for (kind, body) in [(b'B', &b"\0none\0\0\0\0\0"[..]), (b'P', b"s1\0select"), (b'Q', b"BEGIN"), (b'B', b"")] {
            assert!(understand(kind, body, &mut prepared).is_err(), "{body:?}");
        }
        understand(b'P', b"s1\0select $1\0\0\x01\0\0\0\x14", &mut prepared).expect("a parse");
        assert!(understand(b'B', b"\0s1\0\0\x01\0\0\0\x01\0\0\0\x01a", &mut prepared).is_err(), "text parameters");
        assert!(understand(b'B', b"\0s1\0\0\0\0\0", &mut prepared).is_err(), "a missing value");
    }
}
