//! A whole portal in this process, on a port and a database of its own: what
//! every answer carries, what is refused and how, and what nobody can read.

use gongzhi_server::config::Config;
use gongzhi_server::http::mount;
use gongzhi_server::serve::Running;
use reqwest::{Client, Response, StatusCode, redirect};

use crate::common::{data_folder, servers};

const BROWSER: &str = "text/html,application/xhtml+xml";

async fn started(change: impl FnOnce(&mut Config)) -> (Running, tempfile::TempDir) {
    let temp = data_folder();
    let data_dir = temp.path().join("data");
    let site = temp.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).expect("site");
    std::fs::write(site.join("pkg/main.0123456789.css"), "body{}").expect("style");
    let mut config = Config {
        listen: "127.0.0.1:0".parse().expect("address"),
        key_file: data_dir.join("keys"),
        data_dir,
        site,
        rate: 0,
        ..Config::default()
    };
    change(&mut config);
    (Running::start(config).await.expect("started"), temp)
}

fn browser() -> Client {
    // The provider of a process is chosen once; the portal in this process chooses the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(redirect::Policy::none()).build().expect("client")
}

fn said(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_from_start_to_stop() {
    let (running, temp) = started(|_| {}).await;
    let at = |path: &str| format!("http://{}{path}", running.address);
    let browser = browser();
    let get = async |path: &str| browser.get(at(path)).header("accept", BROWSER).send().await.expect("answer");

    // It lives, and it can serve.
    assert_eq!(get("/healthz").await.status(), StatusCode::OK);
    let ready = get("/readyz").await;
    assert_eq!(ready.status(), StatusCode::OK, "{:?}", ready.text().await);

    // A page: every script of it carries the nonce of its policy, and nothing else runs.
    let home = get("/").await;
    assert_eq!(home.status(), StatusCode::OK);
    let policy = said(&home, "content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("nonce").to_owned();
    assert!(policy.contains("'strict-dynamic'") && !policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(said(&home, "cache-control"), "private, no-store");
    assert!(!said(&home, "x-request-id").is_empty());
    let html = home.text().await.expect("page");
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
    let other = said(&get("/").await, "content-security-policy");
    assert!(!other.contains(&nonce), "a nonce is used once");

    // Addresses that do not exist are pages with ways to go on, in the reader's language.
    let nowhere = get("/nowhere").await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    assert!(said(&nowhere, "content-type").starts_with("text/html"));
    let program = browser.get(at("/nowhere")).send().await.expect("answer");
    assert!(said(&program, "content-type").starts_with("application/json"));

    // Another site's form changes nothing, not even the language.
    for (name, value, allowed) in [
        ("origin", at(""), true),
        ("origin", "https://evil.example".to_owned(), false),
        ("sec-fetch-site", "cross-site".to_owned(), false),
        ("sec-fetch-site", "same-origin".to_owned(), true),
    ] {
        let post = browser.post(at("/api/set-preferences")).header("accept", BROWSER).header(name, &value);
        let post = post.header("content-type", "application/x-www-form-urlencoded").body("lang=en&back=%2F");
        let answer = post.send().await.expect("answer");
        assert_eq!(answer.status() != StatusCode::FORBIDDEN, allowed, "{name}: {value} {}", answer.status());
    }
    let by_get = get("/api/set-preferences?lang=en").await;
    assert_eq!(by_get.status(), StatusCode::METHOD_NOT_ALLOWED, "nothing changes by GET");
    assert!(said(&by_get, "set-cookie").is_empty());

    // Bodies are refused by their route's size, and the answer arrives.
    let long = "x".repeat(100 * 1024);
    let post = browser.post(at("/api/set-preferences")).header("sec-fetch-site", "same-origin");
    let answer = post.header("accept", BROWSER).body(long).send().await.expect("answer");
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);

    // A photo that is none is refused; one that nobody sent is not there.
    let post = browser.post(at("/api/photos")).header("sec-fetch-site", "same-origin");
    let answer = post.header("content-type", "image/jpeg").body("no picture").send().await.expect("answer");
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let gone = get("/files/00000000-0000-0000-0000-000000000000/320.jpg").await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);

    // Hashed files are kept for ever; the numbers are this machine's alone.
    let style = get("/pkg/main.0123456789.css").await;
    assert_eq!(said(&style, "cache-control"), "public, max-age=31536000, immutable");
    let numbers = get("/metrics").await.text().await.expect("numbers");
    assert!(numbers.contains("gongzhi_http_requests_total") && numbers.contains("route=\"/\""), "{numbers}");
    let forwarded = browser.get(at("/metrics")).header("x-forwarded-for", "198.51.100.1").send().await;
    assert_eq!(forwarded.expect("answer").status(), StatusCode::NOT_FOUND);

    // The desk's door is closed to visitors.
    let desk = get("/desk").await;
    assert!(desk.status().is_redirection() || desk.status() == StatusCode::UNAUTHORIZED, "{}", desk.status());

    let data = temp.path().join("data");
    assert!(!servers(&data).is_empty());
    running.stop().await.expect("stopped");
    assert_eq!(servers(&data), Vec::<i32>::new());
}

#[test]
fn every_page_and_server_function_has_a_row_and_every_row_an_answer() {
    assert_eq!(mount::unlisted(), Vec::<String>::new());
    let unanswered: Vec<_> = mount::unanswered().iter().map(|row| (row.method, row.path)).collect();
    assert_eq!(unanswered, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_past_the_portal_is_seen_by_it() {
    let (running, _temp) = started(|config| config.workers = 0).await;
    assert!(running.db.areas().await.expect("areas").root().is_none(), "none yet, and that is kept in memory");
    let import = "insert into area_level (id, rank, name_zh, name_en) values (1, 1, '旗', 'Banner');
        insert into area (id, level_id, kind_zh, kind_en, code, path, name_zh, name_en)
            values (gen_random_uuid(), 1, '旗', 'banner', '152921', '152921', '试验旗', 'Test Banner')";
    sqlx::raw_sql(import).execute(running.db.pool()).await.expect("imported");
    let seen = async {
        while running.db.areas().await.expect("areas").root().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("told of it");
    running.stop().await.expect("stopped");
}
