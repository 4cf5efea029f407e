//! What is seeded past the use cases is what they would have written: every constraint holds, and the store reads
//! it. (The audit log of seeded requests is empty: `gongzhi audit verify` says nothing about them.)

use gongzhi_bench::databases::{Database, Server};
use gongzhi_bench::seed::{self, Checking};
use gongzhi_bench::town::{self, Town};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::Actor;
use gongzhi_domain::text::bigrams;
use gongzhi_domain::view::InboxView;
use gongzhi_store::requests::{self, ListQuery};
use gongzhi_store::sessions;
use gongzhi_store::{Db, desk};
use sqlx::PgConnection;

const REQUESTS: u64 = 4_000;

async fn empty(name: &str) -> (Database, Db, Town) {
    let address = std::env::var("GONGZHI_TEST_DATABASE_URL")
        .expect("GONGZHI_TEST_DATABASE_URL names a throw-away cluster; `cargo xtask test` starts one");
    let server = Server::at(&address).expect("an address");
    let database = server.make(&format!("test_{name}_{}", uuid::Uuid::now_v7().simple())).await.expect("a database");
    let db = database.db().await.expect("a way in");
    let town = town::build(&db).await.expect("a town");
    (database, db, town)
}

async fn indexes(connection: &mut PgConnection) -> Vec<String> {
    let indexes = sqlx::query_scalar("select indexdef from pg_indexes where schemaname = 'public' order by indexname");
    indexes.fetch_all(connection).await.expect("indexes")
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test]
async fn every_constraint_holds_and_the_store_reads_it() {
    let (database, db, town) = empty("full").await;
    let mut connection = database.connect().await.expect("a connection");
    let before = indexes(&mut connection).await;
    // Foreign keys are looked up row by row here; the benchmark itself leaves that out.
    seed::fill(&database, &town, REQUESTS, Checking::Full).await.expect("rows that fit");
    assert_eq!(indexes(&mut connection).await, before, "the indexes are made again");
    for (table, least) in
        [("request", REQUESTS), ("work_order", REQUESTS), ("content", REQUESTS), ("order_event", 5 * REQUESTS)]
    {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut connection)
            .await
            .expect("a count");
        assert!(u64::try_from(rows).is_ok_and(|rows| rows >= least), "{rows} rows in {table}");
    }

    // What no constraint says.
    for wrong in [
        "select count(*) from request r join content c on c.id = r.content_id
         where r.listed <> (c.state = 'published' and r.visibility = 'public')",
        "select count(*) from work_order w join request r on r.order_id = w.id
         where (w.category, w.area_id, w.opened_at) <> (r.category, r.area_id, r.filed_at)",
        "select count(*) from work_order w
         where w.version <> (select max(seq) from order_event e where e.order_id = w.id)
            or w.state <> (select to_state from order_event e where e.order_id = w.id order by seq desc limit 1)",
        "select count(*) from work_order w where (w.state in ('replied', 'closed')) <>
             exists (select from reply y where y.order_id = w.id and y.approved_at is not null)",
        "select count(*) from request where filed_at > now() or number !~ to_char(filed_at at time zone 'Asia/Shanghai', '^YYYYMMDD')",
    ] {
        assert_eq!(count(&mut connection, wrong).await, 0, "{wrong}");
    }

    // The search finds by the terms the store would have written.
    let texts: Vec<(String, Vec<String>)> =
        sqlx::query_as("select distinct public_text, tsvector_to_array(search) from content")
            .fetch_all(&mut connection)
            .await
            .expect("texts");
    for (text, terms) in texts {
        let mut wanted = bigrams(&text);
        wanted.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        let mut terms = terms;
        terms.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        assert_eq!(terms, wanted, "{text}");
    }

    // Lists, searches and pages.
    let list = requests::public_list(&db, &ListQuery::default()).await.expect("a list");
    assert_eq!(list.cards.len(), 20);
    let words = ListQuery { words: "路灯".to_owned(), ..ListQuery::default() };
    assert_eq!(requests::public_list(&db, &words).await.expect("a search").cards.len(), 20);
    let numbers: Vec<String> =
        sqlx::query_scalar("select number from request where listed order by md5(number) limit 200")
            .fetch_all(&mut connection)
            .await
            .expect("numbers");
    for number in numbers {
        let number = RequestNumber::parse(&number).expect("a number with its check character");
        requests::page(&db, &Actor::visitor(), None, number).await.unwrap_or_else(|error| panic!("{number}: {error}"));
    }

    // The desks show a page each, so that few and many requests are compared by pages of the same length.
    for (officer, view) in [(town.clerk, InboxView::Mine), (town.handler, InboxView::All)] {
        let token = town::sign_in(&db, officer).await.expect("a session");
        let asking = sessions::asking("127.0.0.1", gongzhi_domain::Lang::Zh, "test");
        let actor = sessions::actor(&db, Some(&token), asking).await.expect("an officer");
        let query = desk::InboxQuery { view, area: None, category: None, words: String::new(), cursor: None };
        let inbox = desk::inbox(&db, &actor, &query).await.expect("an inbox");
        assert!(inbox.cards.len() >= 40, "{} of {view}", inbox.cards.len());
    }
    drop(connection);
    db.pool().close().await;
    database.drop().await.expect("dropped");
}

#[tokio::test]
async fn trusting_writes_the_same_rows() {
    let (database, db, town) = empty("trusting").await;
    seed::fill(&database, &town, 500, Checking::Trusting).await.expect("rows");
    let mut connection = database.connect().await.expect("a connection");
    assert_eq!(count(&mut connection, "select count(*) from request").await, 500);
    let unlogged = "select count(*) from pg_class where relpersistence = 'u'";
    assert_eq!(count(&mut connection, unlogged).await, 0, "nothing of the seeding stays");
    drop(connection);
    db.pool().close().await;
    database.drop().await.expect("dropped");
}
