//! Lists: pages follow a key, filters narrow, the desk shows only what its reader may read, and every query
//! that can meet a large table is served by an index.

use std::sync::Arc;

use chrono::TimeDelta;
use gongzhi_domain::content::{Ruling, Verdict};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::Stage;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::Kind;
use gongzhi_domain::view::InboxView;
use gongzhi_store::desk::{self as inbox, InboxQuery};
use gongzhi_store::requests::{self, FileRequest, ListQuery, PlaceGiven};
use gongzhi_store::testing::World;
use gongzhi_store::{Connect, Db, Keys, Purpose, moderation, orders};

use crate::story::{Far, bring, desk, holder, lamp};

async fn publish_all(world: &World, clerk: &Actor) {
    loop {
        let items = moderation::queue(&world.db(), clerk, None, None).await.unwrap().items;
        if items.is_empty() {
            break;
        }
        let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
        for item in items {
            moderation::rule(&world.db(), clerk, item.content, item.version, &publish).await.unwrap();
        }
    }
}

fn at(view: InboxView) -> InboxQuery {
    InboxQuery { view, area: None, category: None, words: String::new(), cursor: None }
}

#[tokio::test]
async fn the_public_list_pages_by_key_and_filters() {
    let world = World::new().await;
    let desk = desk(&world).await;
    for number in 0..25_u32 {
        let li = world.resident("李", &format!("1380000{:04}", number)).await.actor();
        let far = PlaceGiven { area_code: Some("WNS1A1".into()), ..PlaceGiven::default() };
        let (place, category, text) = match number % 5 {
            0 => (far, "water", format!("水管漏水 {number}")),
            _ => (lamp(&world).place, "lighting", format!("路灯坏了 {number}")),
        };
        let holder = holder(&world, &format!("browser {number}"));
        world.files(&li, FileRequest { place, holder, category: Some(category.into()), text, ..lamp(&world) }).await;
        world.later(TimeDelta::seconds(1));
    }
    publish_all(&world, &desk.clerk).await;
    let list = async |query: ListQuery| requests::public_list(&world.db(), &query).await.unwrap();
    let first = list(ListQuery::default()).await;
    assert_eq!(first.cards.len(), 20);
    let second = list(ListQuery { cursor: first.cursor.clone(), ..ListQuery::default() }).await;
    assert_eq!((second.cards.len(), second.cursor), (5, None));
    let mut numbers: Vec<_> = first.cards.iter().chain(&second.cards).map(|card| card.filed_at).collect();
    let shown = numbers.clone();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers.dedup();
    assert_eq!(shown, numbers, "newest first, none twice");
    assert_eq!(list(ListQuery { area: Some("WNS1".into()), ..ListQuery::default() }).await.cards.len(), 5);
    assert_eq!(list(ListQuery { category: Some("water".into()), ..ListQuery::default() }).await.cards.len(), 5);
    assert_eq!(list(ListQuery { words: "漏水".into(), ..ListQuery::default() }).await.cards.len(), 5);
    assert_eq!(list(ListQuery { words: "管".into(), ..ListQuery::default() }).await.cards.len(), 5);
    assert_eq!(
        list(ListQuery { words: "漏水".into(), area: Some("BYH1".into()), ..ListQuery::default() }).await.cards.len(),
        0
    );
    assert_eq!(list(ListQuery { words: "!!".into(), ..ListQuery::default() }).await.cards.len(), 0);
    assert_eq!(list(ListQuery { stage: Some(Stage::Answered), ..ListQuery::default() }).await.cards.len(), 0);
    assert!(
        requests::public_list(&world.db(), &ListQuery { cursor: Some("x".into()), ..ListQuery::default() })
            .await
            .is_err()
    );
    let counts = requests::counts(&world.db()).await.unwrap();
    assert_eq!((counts.this_week, counts.open, counts.answered), (25, 25, 0));
}

#[tokio::test]
async fn the_inbox_holds_what_its_reader_may_read() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let far_away = PlaceGiven { area_code: Some("WNS1A1".into()), ..PlaceGiven::default() };
    world.files(&li, FileRequest { place: far_away, ..lamp(&world) }).await;
    let near = world.files(&li, lamp(&world)).await.number;
    let dispatched = world.files(&li, lamp(&world)).await.order;
    bring(&world, &desk, dispatched, Far::Dispatched).await;
    let count =
        async |actor: &Actor, query: InboxQuery| inbox::inbox(&world.db(), actor, &query).await.unwrap().cards.len();
    assert_eq!(count(&desk.clerk, at(InboxView::ToAccept)).await, 2);
    assert_eq!(count(&desk.clerk, at(InboxView::All)).await, 3);
    assert_eq!(count(&desk.clerk, InboxQuery { area: Some("WNS1".into()), ..at(InboxView::All) }).await, 1);
    assert_eq!(count(&desk.clerk, InboxQuery { words: near.to_string(), ..at(InboxView::All) }).await, 1);
    assert_eq!(count(&desk.clerk, InboxQuery { words: "路灯".into(), ..at(InboxView::All) }).await, 3);
    let of_sumu = world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    assert_eq!(count(&of_sumu, at(InboxView::All)).await, 1);
    assert_eq!(
        count(&of_sumu, InboxQuery { area: Some("BYH1".into()), ..at(InboxView::All) }).await,
        0,
        "no wider by asking"
    );
    assert_eq!(count(&desk.handler, at(InboxView::All)).await, 1, "what its unit was given");
    assert_eq!(count(&desk.handler, at(InboxView::Mine)).await, 1);
    let co_unit = world.staff(Role::Handler, "PROP", "BYH1A").await;
    assert_eq!(count(&co_unit, at(InboxView::MyUnits)).await, 1, "as a co-unit");
    assert_eq!(count(&co_unit, at(InboxView::All)).await, 1, "as a co-unit");
    assert_eq!(count(&co_unit, InboxQuery { words: near.to_string(), ..at(InboxView::All) }).await, 0);
    let counts = inbox::counts(&world.db(), &co_unit).await.unwrap();
    assert!(counts.iter().any(|calls| calls.view == InboxView::MyUnits && calls.count == 1), "counted as a co-unit");
    assert!(inbox::inbox(&world.db(), &li, &at(InboxView::All)).await.is_err());
    let counts = inbox::inbox(&world.db(), &desk.clerk, &at(InboxView::ToAccept)).await.unwrap().counts;
    assert!(counts.iter().any(|calls| calls.view == InboxView::ToAccept && calls.count == 2));
    world.later(TimeDelta::days(3));
    assert_eq!(count(&desk.clerk, at(InboxView::Overdue)).await, 2);
    assert!(orders::page(&world.db(), &desk.handler, dispatched).await.is_ok());
}

#[tokio::test]
async fn a_tip_off_is_in_no_list_of_the_accused_or_of_a_grid_worker() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let accused = world.unit("CITY").await;
    world.files(&li, FileRequest { kind: Kind::TipOff, accused_unit: Some(accused), ..lamp(&world) }).await;
    let all = async |actor: &Actor| inbox::inbox(&world.db(), actor, &at(InboxView::All)).await.unwrap().cards.len();
    assert_eq!(all(&desk.clerk).await, 1);
    assert_eq!(all(&world.staff(Role::Clerk, "CITY", "152921").await).await, 0);
    assert_eq!(all(&world.staff(Role::GridWorker, "OFFICE1", "BYH1").await).await, 0);
}

/// Twenty thousand requests in every grid and state, written past the use cases for speed. The numbers stand
/// in a table of their own already; ORIGINAL stands for a text that opens.
const MANY: &str = "
    create temporary table many as
        select n, gen_random_uuid() as id, gen_random_uuid() as content_id, gen_random_uuid() as order_id,
            '2026-02-01T00:00:00Z'::timestamptz + n * interval '1 minute' as at, g.id as area_id, g.path
        from generate_series(1, 20000) as n
        join (select id, path, row_number() over (order by path) as k from area where path like '152921.%.%.%') g
            on g.k = n % 6 + 1;
    insert into content (id, kind, area_id, area_path, original_sealed, public_text, state, created_at, decided_at, search)
        select content_id, 'request', area_id, path, 'ORIGINAL', 'text', case when n % 100 = 0 then 'waiting' else 'published' end, at,
            case when n % 100 = 0 then null else at end, array_to_tsvector(array['路灯', case when n % 5000 = 1 then '罕见' else '寻常' end])
        from many;
    insert into work_order (id, state, category, urgency, area_id, area_path, root_area_id, lead_unit_id, opened_at, changed_at, due_at)
        select order_id, case n % 50 when 0 then 'received' when 1 then 'accepted' when 2 then 'handling' when 3 then 'replied' else 'closed' end,
            'lighting', 'normal', area_id, path, (select id from area where parent_id is null),
            (select id from unit where code = case when n % 2 = 0 then 'CITY' else 'PROP' end), at, at,
            case when n % 50 < 3 then at + interval '1 day' end
        from many;
    insert into order_unit (order_id, unit_id, part, since)
        select w.id, w.lead_unit_id, 'lead', w.opened_at from work_order w join many on many.order_id = w.id
        union all
        select w.id, u.id, 'co', w.opened_at from work_order w join many on many.order_id = w.id
            join unit u on u.code in ('CITY', 'PROP') and u.id <> w.lead_unit_id
        where many.n % 20 < 2;
    insert into request (id, number, code_hmac, key, key_owner, order_id, content_id, kind, category, channel, visibility, anonymous,
            area_id, area_path, root_area_id, listed, filed_at)
        select id, (select number from given g where g.n = many.n), '\\x00', gen_random_uuid(), '\\x00', order_id, content_id, 'help', 'lighting',
            'web', 'public', true, area_id, path, (select id from area where parent_id is null), n % 100 <> 0, at
        from many;
    insert into order_event (order_id, seq, at, move, to_state, round, role)
        select order_id, 1, at, 'file', 'received', 1, 'visitor' from many;
    analyze";

/// What PostgreSQL counts tells of the queries that really ran, whatever they are.
#[tokio::test]
async fn no_list_scans_a_large_table() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let superuser = world.superuser().await;
    let mut conn = superuser.acquire().await.unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
    let numbers: Vec<String> = (1..=20_000).map(|n| RequestNumber::new(day, "BYH1", n).unwrap().to_string()).collect();
    sqlx::query("create temporary table given as select n::integer, number from unnest($1::text[]) with ordinality as g (number, n)")
        .bind(&numbers)
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::raw_sql("create index on given (n)").execute(&mut *conn).await.unwrap();
    let original = world.db().keys().seal_text(Purpose::Content, "路灯坏了").unwrap();
    let original: String = original.iter().map(|byte| format!("{byte:02x}")).collect();
    let many = MANY.replace("ORIGINAL", &format!("\\x{original}"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(many)).execute(&mut *conn).await.unwrap();
    world.later(TimeDelta::days(1));
    let keys = Keys::parse("1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let how = Connect { url: world.options(), read_url: None, connections: 1 };
    let db = Db::connect(how, Arc::new(keys), Arc::clone(world.db().photos())).await.unwrap().at(world.now());
    let scans = async || -> Vec<(String, i64)> {
        sqlx::query("select pg_stat_force_next_flush()").execute(db.pool()).await.unwrap();
        sqlx::query_as(
            "select relname::text, seq_scan from pg_stat_user_tables
                        where relname in ('request', 'content', 'work_order', 'order_event') order by relname",
        )
        .fetch_all(db.pool())
        .await
        .unwrap()
    };
    let read = async || -> i64 {
        sqlx::query("select pg_stat_force_next_flush()").execute(db.pool()).await.unwrap();
        sqlx::query_scalar(
            "select ((select sum(idx_tup_read) from pg_stat_user_indexes where relname in ('request', 'work_order', 'order_unit'))
                 + (select seq_tup_read from pg_stat_user_tables where relname = 'order_unit'))::bigint",
        )
        .fetch_one(db.pool())
        .await
        .unwrap()
    };
    let text = |words: &str| Some(words.to_owned());
    let lists = [
        ListQuery::default(),
        ListQuery { area: text("BYH1"), ..ListQuery::default() },
        ListQuery { area: text("BYH1A1"), category: text("lighting"), ..ListQuery::default() },
        ListQuery { stage: Some(Stage::Answered), ..ListQuery::default() },
        ListQuery { words: "罕见".into(), ..ListQuery::default() },
        ListQuery { words: "路灯".into(), ..ListQuery::default() },
    ];
    for query in lists {
        let before = scans().await;
        // More than five times, so that a plan made for all values is tried too.
        for _ in 0..7 {
            let list = requests::public_list(&db, &query).await.unwrap();
            assert!(!list.cards.is_empty(), "{query:?}");
        }
        assert_eq!(scans().await, before, "{query:?}");
    }
    for view in InboxView::ALL {
        for actor in [&desk.clerk, &desk.handler] {
            let before = scans().await;
            let read_before = read().await;
            for _ in 0..7 {
                inbox::inbox(&db, actor, &at(*view)).await.unwrap();
            }
            assert_eq!(scans().await, before, "{view}");
            let entries = (read().await - read_before) / 7;
            assert!(entries <= 30_000, "{view} reads {entries} rows: a page and its counts stop early");
            inbox::inbox(&db, actor, &InboxQuery { words: "罕见".into(), ..at(*view) }).await.unwrap();
            assert_eq!(scans().await, before, "{view} by words");
        }
    }
    let before = scans().await;
    moderation::queue(&db, &desk.clerk, None, None).await.unwrap();
    requests::mine(&db, &world.resident("李", "13800001234").await.actor(), None).await.unwrap();
    assert_eq!(scans().await, before, "the queue and one's own");
}
