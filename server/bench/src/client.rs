//! A client that does as little as it can, because it shares the machine with what
//! it measures: HTTP/1.1 over connections that stay open, one request at a time on
//! each, every answer read to its end and its status looked at.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What browsers say they accept.
const BROWSER: HeaderValue =
    HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

/// What is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Ask {
    /// Asks for a page.
    pub fn get(path: &str) -> Self {
        let headers = HeaderMap::from_iter([(ACCEPT, BROWSER)]);
        Self { method: Method::GET, path: path.to_owned(), headers, body: Bytes::new() }
    }

    /// Sends a form.
    pub fn post(path: &str, body: Bytes) -> Self {
        Self { method: Method::POST, body, ..Self::get(path) }
    }

    /// The same with a header.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it was sent.
    pub body: Bytes,
}

/// One connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its end is seen by the next request.
        tokio::spawn(connection);
        Ok(Self { sender, host: HeaderValue::try_from(address.to_string())? })
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&mut self, ask: &Ask) -> Result<Answer> {
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.path.parse()?;
        *request.headers_mut() = ask.headers.clone();
        request.headers_mut().insert(HOST, self.host.clone());
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Asks, insists on a status, and says how long it took.
    pub async fn timed(&mut self, ask: &Ask, status: u16) -> Result<(Answer, Duration)> {
        let began = Instant::now();
        let answer = self.ask(ask).await?;
        let took = began.elapsed();
        let shown = String::from_utf8_lossy(answer.body.get(..answer.body.len().min(400)).unwrap_or_default());
        ensure!(answer.status == status, "{} {} answers {}: {shown}", ask.method, ask.path, answer.status);
        Ok((answer, took))
    }
}

/// The asks of a load: the n-th, whoever asks it.
pub type Asks = Arc<dyn Fn(u64) -> Ask + Send + Sync>;

/// The same few asks in turn.
pub fn in_turn(asks: Vec<Ask>) -> Asks {
    Arc::new(move |n| {
        let at = usize::try_from(n).unwrap_or_default() % asks.len().max(1);
        asks.get(at).cloned().unwrap_or_else(|| Ask::get("/"))
    })
}

/// A load on a server.
#[derive(Clone)]
pub struct Load {
    /// The server.
    pub address: SocketAddr,
    /// How many ask at once.
    pub connections: usize,
    /// What they ask.
    pub asks: Asks,
    /// What every answer must say.
    pub status: u16,
}

impl Load {
    /// Asks for so long and answers how many answers came a second. Fails on the first answer with another status.
    pub async fn run(&self, lasting: Duration) -> Result<f64> {
        let next = Arc::new(AtomicU64::new(0));
        let mut open = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            open.push(Connection::open(self.address).await?);
        }
        let began = Instant::now();
        let deadline = began + lasting;
        let mut asking = JoinSet::new();
        for mut connection in open {
            let (asks, next, status) = (Arc::clone(&self.asks), Arc::clone(&next), self.status);
            asking.spawn(async move {
                let mut answers = 0_u32;
                while Instant::now() < deadline {
                    let ask = asks(next.fetch_add(1, Ordering::Relaxed));
                    connection.timed(&ask, status).await?;
                    answers += 1;
                }
                anyhow::Ok(answers)
            });
        }
        let mut answers = 0.0;
        while let Some(done) = asking.join_next().await {
            answers += f64::from(done??);
        }
        Ok(answers / began.elapsed().as_secs_f64())
    }
}
