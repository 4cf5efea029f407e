//! What the walk sends about a request and its order, and what it sends that is about nothing there is yet.

use gongzhi_domain::ids::PersonId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::person::Actor;
use gongzhi_store::sessions::{self, Kind as Door};
use gongzhi_store::sign_in;
use gongzhi_store::staff::{self, NewStaff};
use uuid::Uuid;

use super::{Fields, Walk};
use crate::browser::{Answer, Browser};
use crate::scenes::{Scene, Standing};
use crate::town::Town;

const SECRET: [u8; 20] = *b"a-secret-of-20-bytes";
const PASSWORD: &str = "correct horse battery";

impl Walk<'_> {
    /// What is sent about a request.
    pub(super) async fn about_request(&self, path: &str, scene: &Scene) -> Fields {
        let order = scene.order.to_string();
        let text = |value: &str| value.to_owned();
        let mut fields = match path {
            "/api/rate-request" => vec![
                ("number", scene.number.to_string()),
                ("contacted", text("yes")),
                ("solved", text("yes")),
                ("satisfied", text("5")),
            ],
            "/api/moderate" => vec![("content", scene.content.to_string()), ("verdict", text("publish"))],
            "/api/switch-photo" => {
                vec![("content", scene.content.to_string()), ("photo", scene.photo.to_string()), ("show", text("no"))]
            }
            "/api/publish-many" => {
                vec![("items[]", format!("{}.{}", scene.content, self.stage.text_version(scene).await))]
            }
            "/api/undo-publish" => vec![("items", scene.content.to_string())],
            "/api/accept-order" => {
                vec![("order", order), ("category", text("lighting")), ("urgency", text("normal"))]
            }
            "/api/dispatch-order" => vec![
                ("order", order),
                ("lead", self.town.world.unit("CITY").await.to_string()),
                ("basis", text("派单目录 3.2")),
            ],
            "/api/log-contact" => vec![("order", order), ("way", text("phone")), ("outcome", text("reached"))],
            "/api/submit-reply" => vec![("order", order), ("result", text("solved")), ("reply", text("路灯已更换。"))],
            "/api/send-back-reply" => vec![("order", order), ("remark", text("请写明日期"))],
            "/api/follow-up" => {
                vec![("order", order), ("contacted", text("yes")), ("solved", text("yes")), ("satisfied", text("4"))]
            }
            "/api/reveal-contact" => {
                vec![("order", order), ("request", scene.request.to_string()), ("reason", text("回电约时间"))]
            }
            _ => vec![("order", order)],
        };
        let version = match path {
            "/api/moderate" | "/api/switch-photo" => self.stage.text_version(scene).await,
            _ => self.stage.version(scene).await,
        };
        fields.push(("version", version));
        fields
    }

    /// Sends a form that is about nothing there is yet.
    pub(super) async fn about_nothing(
        &self,
        path: &str,
        browser: &mut Browser,
        person: Option<PersonId>,
        standing: Standing,
    ) -> Answer {
        let town = self.town;
        match path {
            "/api/set-preferences" => browser.post(path, &[("lang", "en"), ("back", "/")]).await,
            "/api/locate" => {
                let point = r#"{"lat": "38.805", "lon": "105.605"}"#;
                browser.send(axum::http::Method::POST, path, Some("application/json"), point.into()).await
            }
            "/api/send-code" => browser.post(path, &[("phone", &town.phone())]).await,
            "/api/sign-in" => {
                let phone = town.phone();
                let visitor = Actor { client: browser.address.to_string(), ..Actor::visitor() };
                sign_in::send_code(&town.world.db(), &visitor, &phone.parse().unwrap()).await.unwrap();
                browser.post(path, &[("phone", &phone), ("code", &town.code(&phone).await)]).await
            }
            "/api/staff-sign-in" => {
                self.stage.forget_codes().await;
                let totp = staff::totp_at(&SECRET, town.world.now()).unwrap();
                browser.post(path, &[("name", &self.name), ("password", PASSWORD), ("totp", &totp)]).await
            }
            "/api/end-session" => {
                let whose = match person.filter(|_| standing.own) {
                    Some(person) => person,
                    None => town.world.resident("孙", &town.phone()).await.person,
                };
                let db = town.world.db();
                let mut tx = db.begin().await.unwrap();
                let other = sessions::start(&db, &mut tx, whose, Door::Resident, "192.0.2.3", "").await.unwrap();
                tx.commit().await.unwrap();
                browser.post(path, &[("session", &other.session.to_string())]).await
            }
            "/api/check-receipt" => browser.post_parts(path, &[("receipt", b"{}")]).await,
            "/api/register-cosigner" => {
                let key = crate::evidence::a_cosigner();
                browser.post(path, &[("key", &key.public().to_string())]).await
            }
            "/api/cosign-head" => {
                let note = crate::evidence::a_cosigned_head(&town.world).await;
                browser.post(path, &[("note", &note)]).await
            }
            "/api/file-request" => browser.post_parts(path, &filing(&Uuid::new_v4().to_string())).await,
            "/api/ask-by-code" => {
                let (number, code) = &self.asked;
                browser.post(path, &[("number", number), ("code", code)]).await
            }
            _ => browser.post(path, &[]).await,
        }
    }
}

/// What a filing says.
pub(super) fn filing(key: &str) -> [(&str, &[u8]); 5] {
    [
        ("key", key.as_bytes()),
        ("text", "路灯坏了三天，晚上看不见路".as_bytes()),
        ("area", b"BYH1A1"),
        ("category", b"lighting"),
        ("anonymous", b"1"),
    ]
}

/// Somebody who can come in at the staff door; answers their name.
pub(super) async fn sign_in_account(town: &Town) -> String {
    let db = town.world.db();
    let new = NewStaff {
        sign_in_name: format!("door-{}", Uuid::new_v4().simple()),
        name: Named::new("门", "Door"),
        password_hash: staff::hash_password(PASSWORD.to_owned()).await.unwrap(),
        totp_secret: SECRET,
    };
    let mut tx = db.begin().await.unwrap();
    staff::create(&db, &mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    new.sign_in_name
}
