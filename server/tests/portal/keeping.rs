//! Keeping a pact as people meet it: a reminder that leaves nothing behind, a report and its course on pages, the panel's
//! form, good neighbours.

use std::collections::BTreeMap;

use gongzhi_domain::person::Role;
use gongzhi_store::sessions::Kind;
use gongzhi_store::testing::World;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::browser::Browser;
use crate::forms::marked;
use crate::html::{check, value};
use crate::town::{Town, photo};

const LANGS: [&str; 2] = ["zh-CN", "en"];
const NUMBER: &str = "BYH1A-2026-77";

/// A pact in force in Dongguan, with two clauses.
async fn pact(world: &World) {
    let officer = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await.person.unwrap().uuid();
    let pool = world.superuser().await;
    let (id, profile) = (Uuid::new_v4(), Uuid::new_v4());
    sqlx::query("insert into rule_profile (id, kind, version, body, sha256, created_at) values ($1, 'building_pledge', 977, '{}', sha256(''), now())")
        .bind(profile)
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query(
        "insert into pact (id, number, kind, stage, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en, text_no, opened_by,
             opened_at, stage_since, changed_at, in_force_on, review_on)
         values ($1, $6, 'building_pledge', 'in_force', $2, '152921.BYH1.BYH1A', $3, $4, 'open', '东关<b>公约', 'Dongguan pact', 1, $5,
             now(), now(), now(), '2026-01-01', '2028-01-01')",
    )
    .bind(id)
    .bind(world.area("BYH1A").await.uuid())
    .bind(world.unit("CENTRE").await.uuid())
    .bind(profile)
    .bind(officer)
    .bind(NUMBER)
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at) values ($1, 1, '东关公约', sha256(''), $2, now())")
        .bind(id)
        .bind(officer)
        .execute(&pool)
        .await
        .unwrap();
    for (n, text) in [(1, "楼道不堆放杂物"), (2, "晚上十点后不喧哗")] {
        sqlx::query(
            "insert into pact_clause (pact_id, version_no, clause_id, position, text) values ($1, 1, $2, $3, $4)",
        )
        .bind(id)
        .bind(Uuid::new_v4())
        .bind(n)
        .bind(text)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
}

/// How many rows every table holds.
async fn rows(world: &World) -> BTreeMap<String, i64> {
    let pool = world.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut rows = BTreeMap::new();
    for table in tables {
        let sql = format!("select count(*) from {table}");
        rows.insert(table, sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap());
    }
    pool.close().await;
    rows
}

async fn person(town: &Town) -> (Browser, String) {
    let phone = town.phone();
    let person = town.world.resident("邻居", &phone).await.person;
    (town.browser().signed_in(&town.session(person, Kind::Resident).await), phone)
}

#[tokio::test]
async fn a_kind_reminder_leaves_nothing_behind() {
    let town = Town::new().await;
    pact(&town.world).await;
    let (mut li, _) = person(&town).await;
    let address = format!("/pacts/{NUMBER}/keeping/remind");
    let tags = check(&li.get(&address).await.is(200), "zh-CN", "remind");
    let clause = tags.iter().filter(|tag| tag.name == "option").nth(1).unwrap().get("value").to_owned();
    let before = rows(&town.world).await;
    for lang in LANGS {
        let page = li.clone().chose(lang).get(&format!("{address}?clause={clause}")).await.is(200);
        check(&page, lang, "card");
        assert!(page.body.contains("楼道不堆放杂物") && !page.body.contains("东关<b>"), "{}", page.body);
        assert!(page.headers.get("set-cookie").is_none(), "not even a cookie");
    }
    assert_eq!(rows(&town.world).await, before, "no table holds a row more");
}

#[tokio::test]
async fn a_report_goes_from_the_form_to_the_finding() {
    let town = Town::new().await;
    pact(&town.world).await;
    let ((mut li, _), (mut zhao, zhaos)) = (person(&town).await, person(&town).await);
    let (mut officer, _) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    for lang in LANGS {
        check(&town.browser().chose(lang).get(&format!("/pacts/{NUMBER}/keeping")).await.is(200), lang, "keeping");
        check(&li.clone().chose(lang).get("/me/keeping").await.is(200), lang, "/me/keeping");
        check(&officer.clone().chose(lang).get("/desk/keeping").await.is(200), lang, "/desk/keeping");
    }
    let address = format!("/pacts/{NUMBER}/keeping/report");
    let visitor = town.browser().get(&address).await;
    assert!(visitor.location().contains("/sign-in?next="));
    let tags = check(&li.get(&address).await.is(200), "zh-CN", "report");
    let (key, pact) = (value(&tags, "key").to_owned(), value(&tags, "keeping").to_owned());
    let clause = tags.iter().filter(|tag| tag.name == "option").nth(1).unwrap().get("value").to_owned();
    let wrong = [("key", key.as_str()), ("keeping", &pact), ("place", "楼道 <i>"), ("back", &address)];
    li.post("/api/report-breach", &wrong).await.is(303);
    let tags = check(&li.get(&address).await.is(200), "zh-CN", "refused");
    marked(&tags, &["clause", "words", "happened_on"]);
    let today = town.world.db().today().to_string();
    let right = [
        ("key", key.as_str()),
        ("keeping", &pact),
        ("clause", &clause),
        ("place", "3 号楼二层"),
        ("happened_on", &today),
        ("words", "纸箱堆了一个月 <script>"),
    ];
    let sent = li.post("/api/report-breach", &right).await.is(303);
    let matter = sent.location().to_owned();
    let own = li.get(&matter).await.is(200);
    check(&own, "zh-CN", "own");
    assert!(own.body.contains("纸箱堆了一个月 &lt;script&gt;"));
    zhao.get(&matter).await.is(404);

    let id = matter.rsplit('/').next().unwrap().to_owned();
    let desk = format!("/desk/keeping/{id}");
    let page = officer.get(&desk).await.is(200);
    let version = value(&check(&page, "zh-CN", "desk"), "version").to_owned();
    let empty =
        [("breach", id.as_str()), ("version", &version), ("decision", "take_up"), ("phone", &zhaos), ("back", &desk)];
    officer.post("/api/triage-breach", &empty).await.is(303);
    marked(&check(&officer.get(&desk).await.is(200), "zh-CN", "triage"), &["summary"]);
    let up = [
        ("breach", id.as_str()),
        ("version", &version),
        ("decision", "take_up"),
        ("phone", &zhaos),
        ("summary", "楼道堆放纸箱"),
    ];
    officer.post("/api/triage-breach", &up).await.is(303);
    let theirs = zhao.get(&matter).await.is(200);
    check(&theirs, "zh-CN", "concerned");
    assert!(
        theirs.body.contains("楼道堆放纸箱") && !theirs.body.contains("堆了一个月"),
        "the reporter's words stay sealed"
    );
    zhao.post("/api/answer-breach", &[("breach", &id), ("words", "这就搬走")]).await.is(303);

    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(person(&town).await);
    }
    for lang in LANGS {
        check(&officer.clone().chose(lang).get(&desk).await.is(200), lang, "panel");
    }
    let relative = [("breach", id.as_str()), ("phone1", &zhaos), ("phone2", "1"), ("back", &desk)];
    officer.post("/api/call-panel", &relative).await.is(303);
    marked(&check(&officer.get(&desk).await.is(200), "zh-CN", "relative"), &["phone1", "phone2", "phone3"]);
    let call =
        [("breach", id.as_str()), ("phone1", &members[0].1), ("phone2", &members[1].1), ("phone3", &members[2].1)];
    officer.post("/api/call-panel", &call).await.is(303);
    for (member, _) in &mut members {
        check(&member.get(&matter).await.is(200), "zh-CN", "member");
        let silent = [("breach", id.as_str()), ("finding", "reminder"), ("back", &matter)];
        member.post("/api/find-on-breach", &silent).await.is(303);
        marked(&check(&member.get(&matter).await.is(200), "zh-CN", "undeclared"), &["declared", "note"]);
        let found = [("breach", id.as_str()), ("declared", "1"), ("finding", "reminder"), ("note", "提醒一声")];
        member.post("/api/find-on-breach", &found).await.is(303);
    }
    for lang in LANGS {
        for side in [&li, &zhao] {
            let page = side.clone().chose(lang).get(&matter).await.is(200);
            check(&page, lang, "decided");
        }
    }
    zhao.post("/api/appeal-breach", &[("breach", &id), ("words", "不是我家的")]).await.is(303);
    assert!(li.get(&matter).await.is(200).body.contains("复议"));
}

#[tokio::test]
async fn good_neighbours_on_their_page() {
    let town = Town::new().await;
    let ((mut li, _), (mut wang, wangs), (mut zhao, _)) =
        (person(&town).await, person(&town).await, person(&town).await);
    let (mut officer, _) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    for lang in LANGS {
        check(&town.browser().chose(lang).get("/neighbours").await.is(200), lang, "/neighbours");
    }
    let tags = check(&li.get("/neighbours").await.is(200), "zh-CN", "/neighbours");
    let key = value(&tags, "key").to_owned();
    li.post("/api/nominate-neighbour", &[("key", &key), ("phone", "1"), ("back", "/neighbours")]).await.is(303);
    marked(&check(&li.get("/neighbours").await.is(200), "zh-CN", "refused"), &["phone", "area", "reason"]);
    let right =
        [("key", key.as_str()), ("phone", &wangs), ("area", "BYH1A1"), ("reason", "每天帮楼上的老人买菜，风雨不误")];
    li.post("/api/nominate-neighbour", &right).await.is(303);
    assert!(!zhao.get("/neighbours").await.is(200).body.contains("帮楼上的老人"), "somebody looks first");
    let queue = clerk.get("/desk/moderation").await.is(200);
    let tags = check(&queue, "zh-CN", "queue");
    let (content, version) = (value(&tags, "content").to_owned(), value(&tags, "version").to_owned());
    clerk.post("/api/moderate", &[("content", &content), ("version", &version), ("verdict", "publish")]).await.is(303);
    let page = zhao.get("/neighbours").await.is(200);
    assert!(page.body.contains("帮楼上的老人"));
    let nomination = value(&check(&page, "zh-CN", "open"), "nomination").to_owned();
    zhao.post("/api/endorse-neighbour", &[("nomination", &nomination)]).await.is(303);
    officer.post("/api/pick-neighbour", &[("nomination", &nomination)]).await.is(303);
    for lang in LANGS {
        check(&wang.clone().chose(lang).get("/neighbours").await.is(200), lang, "own");
        check(&officer.clone().chose(lang).get("/neighbours").await.is(200), lang, "officer");
    }
    let yes = [("nomination", nomination.as_str()), ("decision", "yes"), ("shown_name", "王阿姨")];
    wang.post("/api/answer-nomination", &yes).await.is(303);
    assert!(town.browser().get("/neighbours").await.is(200).body.contains("王阿姨"));
    wang.post("/api/answer-nomination", &[("nomination", &nomination), ("decision", "no")]).await.is(303);
    assert!(!town.browser().get("/neighbours").await.is(200).body.contains("王阿姨"));
}

#[tokio::test]
async fn photos_of_a_report_come_without_a_script_and_go_on_by_the_officers_hand() {
    let town = Town::new().await;
    pact(&town.world).await;
    let ((mut li, _), (mut zhao, zhaos)) = (person(&town).await, person(&town).await);
    let (mut officer, _) = town.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let address = format!("/pacts/{NUMBER}/keeping/report");
    let page = li.get(&address).await.is(200);
    assert!(page.body.contains("multipart/form-data") && page.body.contains("type=\"file\""), "{}", page.body);
    let tags = check(&page, "zh-CN", "report");
    let (key, pact) = (value(&tags, "key").to_owned(), value(&tags, "keeping").to_owned());
    let clause = tags.iter().filter(|tag| tag.name == "option").nth(1).unwrap().get("value").to_owned();
    let today = town.world.db().today().to_string();
    let photo = photo();
    // The pact comes before the photos, as it does in the page.
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("key", key.as_bytes()),
        ("keeping", pact.as_bytes()),
        ("back", address.as_bytes()),
        ("clause", clause.as_bytes()),
        ("place", "3 号楼二层".as_bytes()),
        ("happened_on", today.as_bytes()),
    ];
    let named = parts.len();
    parts.extend([("photos", photo.as_slice()), ("photos", photo.as_slice())]);
    li.post_parts("/api/report-breach", &parts).await.is(303);
    // Refused for its words, it comes back with the photos, which are sent again by name.
    let tags = check(&li.get(&address).await.is(200), "zh-CN", "refused");
    marked(&tags, &["words"]);
    let staged: Vec<String> =
        tags.iter().filter(|tag| tag.get("name") == "staged").map(|tag| tag.get("value").to_owned()).collect();
    assert_eq!(staged.len(), 2, "the photos are still there");
    parts.truncate(named);
    parts.extend(staged.iter().map(|id| ("staged", id.as_bytes())));
    parts.push(("words", "纸箱堆了一个月".as_bytes()));
    let matter = li.post_parts("/api/report-breach", &parts).await.is(303).location().to_owned();
    let files: Vec<String> = staged.iter().map(|id| format!("/files/{id}/1600.jpg")).collect();
    assert!(files.iter().all(|file| file.starts_with("/files/")));
    for lang in LANGS {
        let page = li.clone().chose(lang).get(&matter).await.is(200);
        check(&page, lang, "own");
        assert!(page.body.contains(&files[0]) && page.body.contains(&files[1]));
    }
    let id = matter.rsplit('/').next().unwrap().to_owned();
    let desk = format!("/desk/keeping/{id}");
    for lang in LANGS {
        check(&officer.clone().chose(lang).get(&desk).await.is(200), lang, "desk");
    }
    let version = value(&check(&officer.get(&desk).await.is(200), "zh-CN", "desk"), "version").to_owned();
    officer.get(&files[0]).await.is(200);
    zhao.get(&files[0]).await.is(404);
    let up = [
        ("breach", id.as_str()),
        ("version", &version),
        ("decision", "take_up"),
        ("phone", &zhaos),
        ("summary", "楼道堆放纸箱"),
        ("photo2", &staged[1]),
    ];
    officer.post("/api/triage-breach", &up).await.is(303);
    let theirs = zhao.get(&matter).await.is(200);
    check(&theirs, "zh-CN", "concerned");
    assert!(theirs.body.contains(&files[1]) && !theirs.body.contains(&files[0]), "what the officer passed on");
    zhao.get(&files[1]).await.is(200);
    zhao.get(&files[0]).await.is(404);
    for file in &files {
        town.browser().get(file).await.is(404);
    }
}
