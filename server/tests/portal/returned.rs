//! A refused form comes back alone: not into another form of its page, and not to the same form of another thing.

use gongzhi_domain::person::Role;
use uuid::Uuid;

use crate::forms::marked;
use crate::html::{Tag, check};
use crate::pages::files;
use crate::town::Town;

/// The tag with an id.
fn by_id<'a>(tags: &'a [Tag], id: &str) -> Option<&'a Tag> {
    tags.iter().find(|tag| tag.get("id") == id)
}

#[tokio::test]
async fn what_was_wrong_with_one_item_stands_beside_none_of_the_others() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let first = files(&mut writer, "路灯坏了三天", "public", 0).await;
    let second = files(&mut writer, "井盖松了", "public", 0).await;
    let (first, version) = town.content(first, "request").await;
    let (second, _) = town.content(second, "request").await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let sent = [
        ("content", first.as_str()),
        ("version", &version),
        ("verdict", "hide"),
        ("reason", ""),
        ("note", "写到了邻居的名字"),
        ("back", "/desk/moderation"),
    ];
    clerk.get("/desk/moderation").await.is(200);
    clerk.post("/api/moderate", &sent).await.is(303);
    let page = clerk.get("/desk/moderation").await.is(200);
    let tags = check(&page, "zh-CN", "/desk/moderation");
    let summary = format!("#f-reason-hide-{first}");
    assert!(tags.iter().any(|tag| tag.get("href") == summary), "the summary leads to the field");
    let wrong = by_id(&tags, &format!("f-reason-hide-{first}")).expect("the field");
    assert_eq!(wrong.get("aria-invalid"), "true");
    assert!(by_id(&tags, &format!("f-reason-hide-{second}")).expect("the other field").get("aria-invalid").is_empty());
    assert_eq!(page.body.matches("写到了邻居的名字").count(), 1, "the note stands in one form only");
    let open = tags.iter().filter(|tag| tag.name == "details" && tag.attributes.contains_key("open")).count();
    assert_eq!(open, 1, "the refused form is open, the others are folded");
}

#[tokio::test]
async fn what_was_typed_about_one_order_is_not_proposed_for_another() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let (first, version) = town.order(files(&mut writer, "路灯坏了三天", "public", 0).await).await;
    let (second, _) = town.order(files(&mut writer, "井盖松了", "public", 0).await).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (first, second) = (format!("/desk/orders/{first}"), format!("/desk/orders/{second}"));
    clerk.get(&first).await.is(200);
    let id = first.rsplit('/').next().unwrap_or_default();
    let sent =
        [("order", id), ("version", &version), ("category", "nonsense"), ("urgency", "emergency"), ("back", &first)];
    clerk.post("/api/accept-order", &sent).await.is(303);
    let urgency = |tags: &[Tag]| {
        let chosen = tags.iter().find(|tag| tag.get("name") == "urgency" && tag.attributes.contains_key("checked"));
        chosen.map(|tag| tag.get("value").to_owned()).unwrap_or_default()
    };
    let other = clerk.get(&second).await.is(200);
    let tags = check(&other, "zh-CN", &second);
    assert_eq!(urgency(&tags), "normal");
    assert!(by_id(&tags, "error-summary").is_none() && by_id(&tags, "f-category-error").is_none());
    let tags = check(&clerk.get(&first).await.is(200), "zh-CN", &first);
    assert_eq!(urgency(&tags), "emergency");
}

#[tokio::test]
async fn a_refused_reason_for_a_number_stands_on_top_and_beside_its_own_request() {
    let town = Town::new().await;
    let mut writer = town.browser();
    let first = files(&mut writer, "路灯坏了三天", "public", 0).await;
    let second = files(&mut writer, "路灯不亮", "public", 0).await;
    let (order, _) = town.order(first).await;
    let (_, resident) = town.resident().await;
    let pool = town.world.superuser().await;
    let mut requests = Vec::new();
    for number in [first, second] {
        let joined =
            "update request set order_id = $2, person_id = $3, anonymous = false where number = $1 returning id";
        let joined = sqlx::query_scalar(joined).bind(number.to_string()).bind(order.uuid()).bind(resident.uuid());
        let request: Uuid = joined.fetch_one(&pool).await.unwrap();
        requests.push(request.to_string());
    }
    let [quiet, asked] = requests.as_slice() else { panic!("two requests") };
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (order, page) = (order.to_string(), format!("/desk/orders/{order}"));
    let shown = check(&clerk.get(&page).await.is(200), "zh-CN", &page);
    assert_eq!(shown.iter().filter(|tag| tag.get("action") == "/api/reveal-contact").count(), 2);

    let sent = [("order", order.as_str()), ("request", asked), ("reason", " "), ("back", &page)];
    assert_eq!(clerk.post("/api/reveal-contact", &sent).await.is(303).location(), page);
    let tags = check(&clerk.get(&page).await.is(200), "zh-CN", "no reason");
    marked(&tags, &[&format!("reason-{asked}")]);
    let summary = format!("#f-reason-{asked}");
    assert!(tags.iter().any(|tag| tag.get("href") == summary), "the summary leads to the field");
    assert!(by_id(&tags, &format!("f-reason-{quiet}")).expect("the other").get("aria-invalid").is_empty());
}
