//! How a message leaves the portal: as a file in a folder, for a first look and
//! for tests, or as an HTTP POST to whoever sends text messages for the operator.

use std::future::Future;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::config::{Config, GatewayChoice};

/// A message to hand over.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Which it is.
    pub id: uuid::Uuid,
    /// Equal for repetitions of one message; the receiver sends it once.
    pub key: String,
    /// What kind (`sign_in_code`, `replied`).
    pub kind: String,
    /// The number, in full.
    pub to: String,
    /// The text.
    pub text: String,
}

/// A try at handing a message over. An error names neither number nor text.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Hands messages over.
pub trait Gateway: Send + Sync {
    /// Hands one over; repeated after an error.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// The configured gateway.
pub fn chosen(config: &Config) -> Result<Arc<dyn Gateway>, String> {
    Ok(match &config.gateway {
        GatewayChoice::Folder => Arc::new(Folder::new(config.data_dir.join("outbox"))?),
        GatewayChoice::Webhook(url) => Arc::new(Webhook::new(url, config.gateway_token.clone())?),
    })
}

/// One JSON file a message, named by the message: a repetition writes the same file.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder, which only the program's user may open.
    pub fn new(path: PathBuf) -> Result<Self, String> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path })
    }
}

impl Gateway for Folder {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        let path = self.path.clone();
        let message = message.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || write(&path, &message))
                .await
                .map_err(|error| error.to_string())?
                .map_err(|error| error.to_string())
        })
    }
}

fn write(folder: &std::path::Path, message: &Message) -> std::io::Result<()> {
    let kind: String = message.kind.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let place = folder.join(format!("{}-{kind}.json", message.id));
    let unfinished = place.with_extension("new");
    let text = serde_json::to_vec_pretty(message)?;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&text)?;
    file.write_all(b"\n")?;
    std::fs::rename(unfinished, place)
}

/// One POST a message, with its key in `Idempotency-Key`; any 2xx is success.
pub struct Webhook {
    client: reqwest::Client,
    url: reqwest::Url,
    token: Option<String>,
}

impl Webhook {
    /// A gateway that posts to `url`.
    pub fn new(url: &str, token: Option<String>) -> Result<Self, String> {
        crate::tls::install();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        let url = url.parse().map_err(|_| "the gateway's address cannot be read".to_owned())?;
        Ok(Self { client, url, token })
    }
}

impl Gateway for Webhook {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        let mut request = self.client.post(self.url.clone()).header("idempotency-key", &message.key).json(message);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Box::pin(async move {
            let answer = request.send().await.map_err(|error| error.without_url().to_string())?;
            let status = answer.status();
            if status.is_success() { Ok(()) } else { Err(format!("the gateway answered {}", status.as_u16())) }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Mutex;

    use axum::Router;
    use axum::extract::State;
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::post;

    use super::*;

    fn message() -> Message {
        Message {
            id: uuid::Uuid::now_v7(),
            key: "code:1".into(),
            kind: "sign_in_code".into(),
            to: "13800001234".into(),
            text: "验证码 123456".into(),
        }
    }

    #[tokio::test]
    async fn a_repetition_writes_the_same_file_which_others_cannot_read() {
        let temp = tempfile::tempdir().expect("folder");
        let folder = Folder::new(temp.path().join("outbox")).expect("gateway");
        let message = message();
        folder.send(&message).await.expect("sent");
        folder.send(&message).await.expect("sent again");
        let files: Vec<_> = std::fs::read_dir(temp.path().join("outbox")).expect("folder").flatten().collect();
        assert_eq!(files.len(), 1);
        let file = &files[0].path();
        assert_eq!(file.metadata().expect("file").permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(file).expect("text");
        assert!(text.contains("验证码 123456") && text.contains("13800001234"), "{text}");
    }

    #[tokio::test]
    async fn a_webhook_gets_key_and_token_and_its_refusal_names_no_number() {
        type Seen = Arc<Mutex<Vec<String>>>;
        async fn receive(State(seen): State<Seen>, headers: HeaderMap, body: String) -> StatusCode {
            let said =
                |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let mut seen = seen.lock().expect("lock");
            seen.push(format!("{} {} {body}", said("idempotency-key"), said("authorization")));
            if seen.len() == 1 { StatusCode::BAD_GATEWAY } else { StatusCode::ACCEPTED }
        }
        let seen = Seen::default();
        let router = Router::new().route("/send", post(receive)).with_state(seen.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        tokio::spawn(async move { axum::serve(listener, router).await });

        let gateway = Webhook::new(&format!("http://{address}/send"), Some("t0ken".into())).expect("gateway");
        let error = gateway.send(&message()).await.expect_err("refused");
        assert_eq!(error, "the gateway answered 502");
        gateway.send(&message()).await.expect("sent");
        let seen = seen.lock().expect("lock").clone();
        assert!(seen[1].starts_with("code:1 Bearer t0ken {"), "{}", seen[1]);

        let nobody = Webhook::new("http://127.0.0.1:9/13800001234", None).expect("gateway");
        let error = nobody.send(&message()).await.expect_err("nobody there");
        assert!(!error.contains("13800001234"), "{error}");
    }
}
