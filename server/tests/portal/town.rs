//! The small town of the store's tests with a portal in front of it, and people with browsers.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use gongzhi_domain::ids::{OrderId, PersonId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_server::config::Config;
use gongzhi_server::http::site::Site;
use gongzhi_server::http::{Shared, mount};
use gongzhi_store::sessions::{self, Kind};
use gongzhi_store::sign_in;
use gongzhi_store::testing::World;
use uuid::Uuid;

use crate::browser::Browser;

/// A town and its portal. Its clock stands still at the world's beginning.
pub struct Town {
    pub world: World,
    pub router: Router,
    phones: AtomicU32,
}

impl Town {
    pub async fn new() -> Self {
        let world = World::new().await;
        let router = router(&world, |_| {});
        Self { world, router, phones: AtomicU32::new(0) }
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.router)
    }

    /// A telephone number nobody had before.
    pub fn phone(&self) -> String {
        format!("1370000{:04}", self.phones.fetch_add(1, Ordering::Relaxed))
    }

    /// The browser of somebody who lives here.
    pub async fn resident(&self) -> (Browser, PersonId) {
        let person = self.world.resident("王", &self.phone()).await.person;
        (self.browser().signed_in(&self.session(person, Kind::Resident).await), person)
    }

    /// The browser of somebody who works here.
    pub async fn staff(&self, role: Role, unit: &str, area: &str) -> (Browser, Actor) {
        let actor = self.world.staff(role, unit, area).await;
        let token = self.session(actor.person.unwrap(), Kind::Staff).await;
        (self.browser().signed_in(&token), actor)
    }

    /// The token of a new session.
    pub async fn session(&self, person: PersonId, kind: Kind) -> String {
        let db = self.world.db();
        let mut tx = db.begin().await.unwrap();
        let signed_in = sessions::start(&db, &mut tx, person, kind, "192.0.2.9", "test").await.unwrap();
        tx.commit().await.unwrap();
        signed_in.token
    }

    /// The code that was sent to a number last.
    pub async fn code(&self, phone: &str) -> String {
        sign_in::latest_code_for_demo(&self.world.db(), &phone.parse().unwrap()).await.unwrap().expect("a code")
    }

    /// The order of a request and the version it has now.
    pub async fn order(&self, number: RequestNumber) -> (OrderId, String) {
        let row: (Uuid, i32) = sqlx::query_as(
            "select w.id, w.version from request r join work_order w on w.id = r.order_id where r.number = $1",
        )
        .bind(number.to_string())
        .fetch_one(self.world.db().pool())
        .await
        .unwrap();
        (OrderId::from_uuid(row.0), row.1.to_string())
    }

    /// The text of a request (or of its rating) and the version it has now.
    pub async fn content(&self, number: RequestNumber, kind: &str) -> (String, String) {
        let row: (Uuid, i32) = sqlx::query_as(
            "select c.id, c.version from request r left join rating t on t.request_id = r.id
             join content c on c.id in (r.content_id, t.content_id) where r.number = $1 and c.kind = $2",
        )
        .bind(number.to_string())
        .bind(kind)
        .fetch_one(self.world.db().pool())
        .await
        .unwrap();
        (row.0.to_string(), row.1.to_string())
    }
}

/// The portal of a world, with other settings.
pub fn router(world: &World, change: impl FnOnce(&mut Config)) -> Router {
    let mut config = Config { rate: 0, site: "no-such-folder".into(), ..Config::default() };
    change(&mut config);
    mount::router(Shared::new(config, world.db(), Site::default())).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// The number in the address a filing led to: `/requests/20260302-BYH1-0001-X/receipt`.
pub fn number_in(address: &str) -> RequestNumber {
    let number = address.split('/').nth(2).unwrap_or_default();
    RequestNumber::parse(number).unwrap_or_else(|reason| panic!("{address}: {reason}"))
}

/// A small photo.
pub fn photo() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, 90]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}
