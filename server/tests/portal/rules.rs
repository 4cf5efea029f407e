//! The pages of local rules: read by everybody, written by one at the desk and put in force by another, without a script.

use gongzhi_domain::person::Role;
use gongzhi_store::pacts;

use crate::html::check;
use crate::town::Town;

#[tokio::test]
async fn a_local_rule_is_written_compared_and_put_in_force_by_forms() {
    let town = Town::new().await;
    pacts::seed_profiles(&town.world.db()).await.unwrap();
    let (mut one, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    let (mut other, _) = town.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    assert!(one.get("/desk/pacts").await.is(200).body.contains("/desk/rules"));
    let form = "/desk/rules/new?kind=resident_convention&area=BYH1";
    for lang in ["zh-CN", "en"] {
        one = one.chose(lang);
        for path in ["/desk/rules", "/desk/rules/new", form, "/desk/rules/new?kind=fly&area=NOWHERE"] {
            check(&one.get(path).await.is(200), lang, path);
        }
        for path in ["/rules", "/rules/owners_covenant/1", "/rules/building_pledge/1"] {
            check(&town.browser().chose(lang).get(path).await.is(200), lang, path);
        }
    }
    for path in ["/rules/owners_covenant/2", "/rules/fly/1", "/rules/owners_covenant/x", "/rules/owners_covenant/99999"]
    {
        assert_eq!(town.browser().get(path).await.status, 404, "{path}");
    }
    let page = town.browser().get("/rules/resident_convention/1").await.is(200);
    for word in ["法律 · ", "第34条", "平台默认", "对名册提异议"] {
        assert!(page.body.contains(word), "{word}");
    }

    one = one.chose("zh-CN");
    let hostile = "<script>alert(1)</script>管理办法";
    let mut fields = vec![
        ("back", form),
        ("kind", "resident_convention"),
        ("area", "BYH1"),
        ("law", hostile),
        ("article", "12"),
        ("reason", "好"),
        ("notice", "９"),
        ("consult", "abc"),
    ];
    one.post("/api/write-rules", &fields).await.is(303);
    let page = one.get(form).await.is(200);
    check(&page, "zh-CN", "refused");
    assert!(page.body.contains("field-error") && !page.body.contains("<script>alert"), "said and escaped");
    fields[7].1 = "15";
    one.post("/api/write-rules", &fields).await.is(303);
    let page = one.get(form).await.is(200);
    assert!(page.body.contains("10") && page.body.contains("field-error"), "less than the law's days is refused");
    (fields[5].1, fields[6].1) = ("镇里规定公告二十天", "10");
    one.post("/api/write-rules", &fields).await.is(303);
    check(&one.get(form).await.is(200), "zh-CN", "nothing changed");
    fields[6].1 = "20";
    let to = one.post("/api/write-rules", &fields).await.is(303).location().to_owned();
    let id = to.rsplit('/').next().unwrap().to_owned();
    let page = one.get(&to).await.is(200);
    check(&page, "zh-CN", "what waits, for whoever wrote it");
    assert!(page.body.contains("<del>10 天</del>") && page.body.contains("<ins>20 天</ins>"));
    assert!(!page.body.contains("put-rules-in-force") && !page.body.contains("<script>alert"));
    one.post("/api/put-rules-in-force", &[("draft", &id), ("back", &to)]).await.is(303);
    assert!(one.get(&to).await.is(200).body.contains("error-summary"), "nor does it help to send the form");
    for lang in ["zh-CN", "en"] {
        other = other.chose(lang);
        check(&other.get(&to).await.is(200), lang, "what waits, for another");
        check(&other.get("/desk/rules").await.is(200), lang, "the list with what waits");
    }
    let now =
        other.post("/api/put-rules-in-force", &[("draft", &id), ("back", &to)]).await.is(303).location().to_owned();
    assert_eq!(now, "/rules/resident_convention/2");
    for lang in ["zh-CN", "en"] {
        let page = town.browser().chose(lang).get(&now).await.is(200);
        check(&page, lang, &now);
        assert!(page.body.contains("镇里规定公告二十天") && !page.body.contains("<script>alert"));
    }
    assert!(town.browser().get("/rules").await.is(200).body.contains(&now));
    one.get(&to).await.is(404);

    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    clerk.get("/desk/rules").await.is(403);
    clerk.get("/desk/rules/new").await.is(403);
    clerk.post("/api/drop-rules", &[("draft", "x")]).await.is(403);
}
