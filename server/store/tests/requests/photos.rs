//! Photos: staged by a browser, attached by its form, seen by whoever may see what they belong to.

use bytes::Bytes;
use chrono::TimeDelta;
use gongzhi_domain::content::{HideReason, Ruling, Verdict};
use gongzhi_domain::ids::{AttachmentId, OrderId};
use gongzhi_domain::permission::Action;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::orders::{self, SubmitReply};
use gongzhi_store::photos::{self, Size, StagedFor};
use gongzhi_store::requests::{self, FileRequest};
use gongzhi_store::testing::World;
use gongzhi_store::{Purpose, moderation};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use object_store::ObjectStoreExt as _;

use crate::story::{Far, Reported, answer, bring, contact, desk, holder, lamp};

fn picture(shade: u8) -> Bytes {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(40, 30, Rgb([shade, 90, 90])));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

async fn staged(world: &World, cookie: &str, shade: u8) -> AttachmentId {
    let form = StagedFor::Filing;
    photos::stage(&world.db(), &world.visitor(), &holder(world, cookie), form, picture(shade)).await.unwrap()
}

const NOT_FOUND: Error = Error::NotFound { what: What::Attachment };

#[tokio::test]
async fn a_photo_is_seen_by_whoever_may_see_its_request() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let li = world.resident("李", "13800001234").await.actor();
    let wang = world.resident("王", "13900001234").await.actor();
    let visitor = world.visitor();
    let photo = staged(&world, "browser", 10).await;
    let (browser, stranger) = (holder(&world, "browser"), holder(&world, "stranger"));
    let sees = async |actor, holder| {
        photos::read(&world.db(), actor, holder, photo, Size::Thumb).await.map(|photo| photo.public)
    };
    assert_eq!(sees(&visitor, Some(&browser)).await, Ok(false));
    assert_eq!(sees(&visitor, Some(&stranger)).await, Err(NOT_FOUND));
    assert_eq!(sees(&desk.clerk, None).await, Err(NOT_FOUND));

    let form = FileRequest { photos: vec![photo], ..lamp(&world) };
    let number = world.files(&li, form).await.number;
    assert_eq!(sees(&li, None).await, Ok(false));
    assert_eq!(sees(&desk.clerk, None).await, Ok(false));
    assert_eq!(sees(&wang, None).await, Err(NOT_FOUND), "nobody has looked at it yet");
    assert_eq!(sees(&desk.handler, None).await, Err(NOT_FOUND), "the order is not theirs");

    let item = moderation::queue(&world.db(), &desk.clerk, None, None).await.unwrap().items.remove(0);
    assert_eq!(item.photos.len(), 1);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    let at = moderation::rule(&world.db(), &desk.clerk, item.content, item.version, &publish).await.unwrap();
    assert_eq!(sees(&visitor, None).await, Ok(true));
    assert_eq!(requests::page(&world.db(), &world.visitor(), None, number).await.unwrap().card.thumb, Some(photo));

    moderation::photo(&world.db(), &desk.clerk, item.content, at, photo, false).await.unwrap();
    assert_eq!(sees(&wang, None).await, Err(NOT_FOUND));
    assert_eq!(sees(&li, None).await, Ok(false), "its writer still sees it");
    let page = requests::page(&world.db(), &world.visitor(), None, number).await.unwrap();
    assert_eq!((page.photos.len(), page.card.thumb), (0, None));
    assert_eq!(requests::page(&world.db(), &li, None, number).await.unwrap().notices[0].photos_off, 1);
    let stale = moderation::photo(&world.db(), &desk.clerk, item.content, at, photo, true).await;
    assert_eq!(stale, Err(Error::Stale { now: at.next() }));
}

#[tokio::test]
async fn a_photo_of_a_given_reply_can_be_turned_off() {
    let Reported { world, desk, number, order, .. } = Reported::dark_lamp().await;
    let item = moderation::queue(&world.db(), &desk.clerk, None, None).await.unwrap().items.remove(0);
    let publish = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    moderation::rule(&world.db(), &desk.clerk, item.content, item.version, &publish).await.unwrap();
    let at = bring(&world, &desk, order, Far::Handling).await;
    let at = orders::log_contact(&world.db(), &desk.handler, order, at, &contact(&world)).await.unwrap().version;
    let (form, browser) = (StagedFor::Reply(order), holder(&world, "desk"));
    let photo = photos::stage(&world.db(), &desk.handler, &browser, form, picture(5)).await.unwrap();
    let reply = SubmitReply { photos: vec![photo], holder: Some(browser), ..answer() };
    let at = orders::submit_reply(&world.db(), &desk.handler, order, at, &reply).await.unwrap().version;
    let moderated = async |actor| orders::page(&world.db(), actor, order).await.unwrap().reply_moderated;
    assert_eq!(moderated(&desk.clerk).await, None, "it is the manager's to look at");

    orders::approve_reply(&world.db(), &desk.manager, order, at).await.unwrap();
    let public = async || photos::read(&world.db(), &world.visitor(), None, photo, Size::Full).await.is_ok();
    assert!(public().await);
    assert_eq!(moderated(&desk.manager).await, None, "the unit does not moderate its own words");
    let (content, saw) = moderated(&desk.clerk).await.unwrap();
    let by_the_writer = moderation::photo(&world.db(), &desk.handler, content, saw, photo, false).await;
    assert_eq!(by_the_writer, Err(Error::Forbidden { action: Action::Moderate }));
    let hide = Ruling { verdict: Verdict::Hide, reason: Some(HideReason::Privacy), ..publish };
    let text = moderation::rule(&world.db(), &desk.clerk, content, saw, &hide).await;
    assert_eq!(text, Err(Error::Forbidden { action: Action::Moderate }), "its text is the unit's word");

    let saw = moderation::photo(&world.db(), &desk.clerk, content, saw, photo, false).await.unwrap();
    assert!(!public().await);
    let page = requests::page(&world.db(), &world.visitor(), None, number).await.unwrap();
    assert!(page.reply.unwrap().photos_after.is_empty());
    moderation::photo(&world.db(), &desk.clerk, content, saw, photo, true).await.unwrap();
    assert!(public().await);
}

#[tokio::test]
async fn nine_and_no_more_and_only_one_s_own() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let mut mine = Vec::new();
    for shade in 0..9 {
        mine.push(staged(&world, "browser", shade).await);
        world.later(TimeDelta::milliseconds(1));
    }
    let browser = holder(&world, "browser");
    let tenth = photos::stage(&world.db(), &world.visitor(), &browser, StagedFor::Filing, picture(99)).await;
    assert_eq!(tenth, Err(Error::field("photos", Reason::TooManyPhotos { max: 9 })));
    assert_eq!(photos::staged(&world.db(), &browser, StagedFor::Filing).await.unwrap(), mine);
    // What waits for a reply is neither counted nor offered nor taken here.
    let reply = StagedFor::Reply(OrderId::from_uuid(world.db().new_id()));
    let other = photos::stage(&world.db(), &world.visitor(), &browser, reply, picture(99)).await.unwrap();
    assert_eq!(photos::staged(&world.db(), &browser, reply).await.unwrap(), [other]);
    assert_eq!(photos::staged(&world.db(), &browser, StagedFor::Filing).await.unwrap(), mine);
    let strayed = FileRequest { photos: vec![other], ..lamp(&world) };
    assert_eq!(requests::file(&world.db(), &li, strayed).await, Err(Error::field("photos", Reason::NotAChoice)));
    let theirs = staged(&world, "another browser", 50).await;
    let stolen = FileRequest { photos: vec![theirs], ..lamp(&world) };
    assert_eq!(requests::file(&world.db(), &li, stolen).await, Err(Error::field("photos", Reason::NotAChoice)));
    let twice = FileRequest { photos: vec![mine[0], mine[0]], ..lamp(&world) };
    assert!(requests::file(&world.db(), &li, twice).await.is_err());
    mine.reverse();
    let number = world.files(&li, FileRequest { photos: mine.clone(), ..lamp(&world) }).await.number;
    let page = requests::page(&world.db(), &li, None, number).await.unwrap();
    assert_eq!(page.photos.iter().map(|photo| photo.id).collect::<Vec<_>>(), mine, "in the order of the form");
}

#[tokio::test]
async fn files_are_sealed_and_orphans_are_swept() {
    let world = World::new().await;
    let li = world.resident("李", "13800001234").await.actor();
    let kept = staged(&world, "browser", 1).await;
    world.files(&li, FileRequest { photos: vec![kept], ..lamp(&world) }).await;
    // The same picture again by another browser, never sent.
    staged(&world, "another browser", 1).await;
    staged(&world, "another browser", 2).await;
    let paths: Vec<Vec<u8>> =
        sqlx::query_scalar("select distinct sha256 from attachment").fetch_all(world.db().pool()).await.unwrap();
    assert_eq!(paths.len(), 2, "one picture is kept once");
    for sha256 in &paths {
        let name: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = object_store::path::Path::from(format!("photos/{name}/1600.jpg"));
        let stored = world.db().photos().get(&path).await.unwrap().bytes().await.unwrap();
        assert!(image::load_from_memory(&stored).is_err(), "sealed");
        assert!(image::load_from_memory(&world.db().keys().open(Purpose::Content, &stored).unwrap()).is_ok());
    }
    assert_eq!(photos::sweep(&world.db()).await.unwrap(), 0);
    world.later(TimeDelta::hours(25));
    assert_eq!(photos::sweep(&world.db()).await.unwrap(), 2);
    assert!(photos::read(&world.db(), &li, None, kept, Size::Full).await.is_ok(), "what is named stays");
    let left: i64 = sqlx::query_scalar("select count(*) from attachment").fetch_one(world.db().pool()).await.unwrap();
    assert_eq!(left, 1);
}
