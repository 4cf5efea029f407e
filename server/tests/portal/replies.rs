//! Photos after handling: they come with the handler's reply, stay when it is refused, and everyone sees them once the reply
//! is given.

use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::Role;
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::forms::{marked, moves};
use crate::html::{Tag, check};
use crate::pages::{files, publishes};
use crate::town::{Town, photo};

/// A request in hand, its handler and its manager.
struct InHand {
    number: RequestNumber,
    page: String,
    handler: Browser,
    manager: Browser,
}

async fn in_hand(town: &Town) -> InHand {
    let (mut handler, _) = town.staff(Role::Handler, "CITY", "152921").await;
    let (manager, _) = town.staff(Role::UnitManager, "CITY", "152921").await;
    let (number, page) = comes_in_hand(town, &mut handler, "三号楼前路灯坏了").await;
    InHand { number, page, handler, manager }
}

/// A request that this handler now handles, and its page at the desk.
pub async fn comes_in_hand(town: &Town, handler: &mut Browser, text: &str) -> (RequestNumber, String) {
    let number = files(&mut town.browser(), text, "public", 0).await;
    publishes(town, number).await;
    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let (mut dispatcher, _) = town.staff(Role::Dispatcher, "CENTRE", "152921").await;
    let city = town.world.unit("CITY").await.to_string();
    moves(town, &mut clerk, "/api/accept-order", number, &[("category", "lighting"), ("urgency", "normal")]).await;
    moves(town, &mut dispatcher, "/api/dispatch-order", number, &[("lead", &city), ("basis", "3.2")]).await;
    moves(town, handler, "/api/start-handling", number, &[]).await;
    moves(town, handler, "/api/log-contact", number, &[("way", "phone"), ("outcome", "reached")]).await;
    let (order, _) = town.order(number).await;
    (number, format!("/desk/orders/{order}"))
}

impl InHand {
    /// Sends the reply form with these fields.
    async fn reply(&mut self, town: &Town, fields: &[(&str, &[u8])]) -> Answer {
        let (order, version) = town.order(self.number).await;
        let order = order.to_string();
        let mut sent: Vec<(&str, &[u8])> = vec![
            ("order", order.as_bytes()),
            ("version", version.as_bytes()),
            ("back", self.page.as_bytes()),
            ("result", b"solved"),
        ];
        sent.extend(fields);
        self.handler.post_parts("/api/submit-reply", &sent).await.is(303)
    }

    async fn seen_by_the_handler(&mut self) -> Vec<Tag> {
        let page = self.handler.get(&self.page).await.is(200);
        check(&page, "zh-CN", &self.page)
    }
}

/// The photos a form would send again.
fn staged(tags: &[Tag]) -> Vec<String> {
    let ticked = tags.iter().filter(|tag| tag.get("name") == "staged" && tag.attributes.contains_key("checked"));
    ticked.map(|tag| tag.get("value").to_owned()).collect()
}

#[tokio::test]
async fn a_photo_comes_with_the_reply_and_everyone_sees_it_once_it_is_given() {
    let town = Town::new().await;
    let mut order = in_hand(&town).await;
    let form = order.seen_by_the_handler().await;
    let multipart = form.iter().find(|tag| tag.get("action") == "/api/submit-reply").expect("the form");
    assert_eq!(multipart.get("enctype"), "multipart/form-data");
    assert!(staged(&form).is_empty());

    let done = order.reply(&town, &[("reply", "路灯已更换。".as_bytes()), ("photos", &photo())]).await;
    assert_eq!(done.location(), order.page);
    let shown = order.manager.get(&order.page).await.is(200);
    let tags = check(&shown, "zh-CN", "the manager's page");
    assert!(shown.body.contains("办理后照片"), "{}", shown.body);
    let image = tags.iter().find(|tag| tag.name == "img" && tag.get("src").starts_with("/files/")).expect("the photo");
    let (src, mut stranger) = (image.get("src").to_owned(), town.browser());
    assert!(!image.get("alt").is_empty());
    order.manager.get(&src).await.is(200);
    stranger.get(&src).await.is(404);
    assert!(!stranger.get(&format!("/requests/{}", order.number)).await.is(200).body.contains(&src));

    moves(&town, &mut order.manager, "/api/approve-reply", order.number, &[]).await;
    for (lang, words) in [("zh-CN", "办理后照片"), ("en", "Photos after handling")] {
        let public = town.browser().chose(lang).get(&format!("/requests/{}", order.number)).await.is(200);
        check(&public, lang, "the public page");
        assert!(public.body.contains(&src) && public.body.contains(words), "{}", public.body);
    }
    assert_eq!(stranger.get(&src).await.is(200).said("content-type"), "image/jpeg");
}

#[tokio::test]
async fn a_moderator_turns_a_photo_of_a_given_reply_off_on_the_order_s_page() {
    let town = Town::new().await;
    let mut order = in_hand(&town).await;
    order.reply(&town, &[("reply", "路灯已更换。".as_bytes()), ("photos", &photo())]).await;
    moves(&town, &mut order.manager, "/api/approve-reply", order.number, &[]).await;
    let public = format!("/requests/{}", order.number);
    assert!(town.browser().get(&public).await.is(200).body.contains("办理后照片"));

    let (mut clerk, _) = town.staff(Role::Clerk, "CENTRE", "152921").await;
    let mut switch = async |show: &str| {
        let page = clerk.get(&order.page).await.is(200);
        let tags = check(&page, "zh-CN", "the clerk's page");
        let form = tags.iter().position(|tag| tag.get("action") == "/api/switch-photo").expect("the form");
        let of_form = |name: &str| {
            let tag = tags.iter().skip(form).find(|tag| tag.get("name") == name).expect(name);
            tag.get("value").to_owned()
        };
        assert_eq!((of_form("show"), of_form("back")), (show.to_owned(), order.page.clone()));
        let sent = ["content", "version", "photo", "back"].map(|name| (name, of_form(name)));
        let mut sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent.push(("show", show));
        assert_eq!(clerk.post("/api/switch-photo", &sent).await.is(303).location(), order.page);
        // The same press a second time comes too late, and says so here.
        assert_eq!(clerk.post("/api/switch-photo", &sent).await.is(303).location(), order.page);
        let page = clerk.get(&order.page).await.is(200);
        assert!(check(&page, "zh-CN", "too late").iter().any(|tag| tag.get("class").contains("error-summary")));
    };
    switch("no").await;
    assert!(!town.browser().get(&public).await.is(200).body.contains("办理后照片"));
    switch("yes").await;
    assert!(town.browser().get(&public).await.is(200).body.contains("办理后照片"));
    assert!(
        !order.handler.get(&order.page).await.is(200).body.contains("/api/switch-photo"),
        "it is not the unit's to do"
    );
}

#[tokio::test]
async fn a_refused_reply_keeps_its_photos_and_says_what_is_wrong_with_them() {
    let town = Town::new().await;
    let mut order = in_hand(&town).await;
    order.reply(&town, &[("reply", b" "), ("photos", &photo())]).await;
    let tags = order.seen_by_the_handler().await;
    marked(&tags, &["reply"]);
    let kept = staged(&tags);
    let [kept] = kept.as_slice() else { panic!("one photo is kept: {kept:?}") };
    let src = format!("/files/{kept}/320.jpg");
    assert!(tags.iter().any(|tag| tag.get("src") == src), "it is shown");
    order.handler.get(&src).await.is(200);
    town.browser().get(&src).await.is(404);

    // Something that is no photo is refused beside the field; the one that is there stays, and so does the text.
    let reply = ("reply", "路灯已更换。".as_bytes());
    order.reply(&town, &[reply, ("staged", kept.as_bytes()), ("photos", b"no photo")]).await;
    let page = order.handler.get(&order.page).await.is(200);
    let tags = check(&page, "zh-CN", "not a photo");
    marked(&tags, &["photos"]);
    assert!(page.body.contains("路灯已更换。"));
    assert_eq!(staged(&tags), [kept.as_str()]);

    // Nine at most.
    let many: Vec<String> = (0..10).map(|_| Uuid::new_v4().to_string()).collect();
    let fields: Vec<(&str, &[u8])> =
        many.iter().map(|id| ("staged", id.as_bytes())).chain(std::iter::once(reply)).collect();
    order.reply(&town, &fields).await;
    marked(&order.seen_by_the_handler().await, &["photos"]);

    // What somebody else's browser staged is not this form's to send.
    let mut other = town.browser();
    let foreign = other.send(axum::http::Method::POST, "/api/photos", Some("image/jpeg"), photo().into()).await.is(201);
    let foreign = foreign.json()["id"].as_str().unwrap_or_default().to_owned();
    order.reply(&town, &[reply, ("staged", foreign.as_bytes())]).await;
    marked(&order.seen_by_the_handler().await, &["photos"]);

    // Nor is what waits for this form offered by another one of the same browser, even when that one names it.
    let (number, page) = comes_in_hand(&town, &mut order.handler, "五号楼后面的井盖松了").await;
    let of_this = (std::mem::replace(&mut order.number, number), std::mem::replace(&mut order.page, page));
    assert!(staged(&order.seen_by_the_handler().await).is_empty());
    order.reply(&town, &[reply, ("staged", kept.as_bytes())]).await;
    let tags = order.seen_by_the_handler().await;
    marked(&tags, &["photos"]);
    assert!(staged(&tags).is_empty());
    let filing = order.handler.get("/requests/new").await.is(200);
    let tags = check(&filing, "zh-CN", "the filing form");
    assert!(tags.iter().any(|tag| tag.get("name") == "photos"), "it asks for photos");
    assert!(staged(&tags).is_empty() && !filing.body.contains("/files/"));
    (order.number, order.page) = of_this;

    // Unticked, it is left out.
    order.reply(&town, &[reply]).await;
    let shown = order.manager.get(&order.page).await.is(200);
    assert!(!shown.body.contains("/files/"), "{}", shown.body);
}
