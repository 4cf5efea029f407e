//! Requests and orders as the walk needs them: brought by the portal's own use cases as far as a move asks, in or
//! outside an area, with or without a unit's hand in it. Whose a request is, is painted over between cases.

use std::collections::HashMap;

use gongzhi_domain::ids::{AttachmentId, OrderId, PersonId, RequestId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Outcome, Urgency, Version};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{Channel, Kind, Visibility};
use gongzhi_domain::view::Filed;
use gongzhi_store::Db;
use gongzhi_store::orders::{self, Accept, ContactOutcome, ContactWay, Dispatch, LogContact, SubmitReply};
use gongzhi_store::photos::{self, StagedFor};
use gongzhi_store::requests::{self, FileRequest, Holder, PlaceGiven, Who};
use sqlx::PgPool;
use uuid::Uuid;

use crate::town::{Town, photo};

/// The unit everybody of the walk belongs to, and the area they act in.
pub const UNIT: &str = "OFFICE1";
pub const AREA: &str = "BYH1";

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Far {
    Received,
    Accepted,
    Dispatched,
    /// In hand, and the resident was contacted.
    Handling,
    Review,
    Replied,
}

/// How a request stands to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Standing {
    /// It is their own.
    pub own: bool,
    /// It lies in their area.
    pub inside: bool,
    /// It was given to their unit.
    pub assigned: bool,
    /// It complains about their unit.
    pub accused: bool,
    /// It is a tip-off.
    pub tip_off: bool,
}

/// The relations of the permission table, then those in which a rule of conflict speaks.
pub const STANDINGS: &[Standing] = {
    const OUTSIDE: Standing = Standing { own: false, inside: false, assigned: false, accused: false, tip_off: false };
    const INSIDE: Standing = Standing { inside: true, ..OUTSIDE };
    &[
        Standing { own: true, ..OUTSIDE },
        Standing { assigned: true, ..OUTSIDE },
        INSIDE,
        OUTSIDE,
        Standing { own: true, ..INSIDE },
        Standing { assigned: true, ..INSIDE },
        Standing { accused: true, ..INSIDE },
        Standing { tip_off: true, ..INSIDE },
        Standing { tip_off: true, assigned: true, ..OUTSIDE },
        Standing { tip_off: true, own: true, ..OUTSIDE },
        Standing { tip_off: true, accused: true, ..INSIDE },
    ]
};

/// A request, its order, its text and its photo.
#[derive(Clone, Copy)]
pub struct Scene {
    pub request: RequestId,
    pub number: RequestNumber,
    pub order: OrderId,
    pub content: Uuid,
    pub photo: AttachmentId,
    writer: PersonId,
}

/// Those who bring orders along. They are nobody of the walk.
struct Desk {
    clerk: Actor,
    dispatcher: Actor,
    handlers: [Actor; 2],
    managers: [Actor; 2],
}

/// The scenes there are, made when they are first asked for.
pub struct Stage<'t> {
    town: &'t Town,
    desk: Desk,
    brush: PgPool,
    scenes: HashMap<(Far, Standing), Scene>,
}

impl<'t> Stage<'t> {
    pub async fn new(town: &'t Town) -> Self {
        let world = &town.world;
        let desk = Desk {
            clerk: world.staff(Role::Clerk, "CENTRE", "152921").await,
            dispatcher: world.staff(Role::Dispatcher, "CENTRE", "152921").await,
            handlers: [
                world.staff(Role::Handler, "CITY", "152921").await,
                world.staff(Role::Handler, UNIT, "152921").await,
            ],
            managers: [
                world.staff(Role::UnitManager, "CITY", "152921").await,
                world.staff(Role::UnitManager, UNIT, "152921").await,
            ],
        };
        Self { town, desk, brush: world.superuser().await, scenes: HashMap::new() }
    }

    /// A request that stands so to whoever asks: a person, or a visitor by their browser.
    pub async fn set(&mut self, far: Far, standing: Standing, person: Option<PersonId>, browser: &Holder) -> Scene {
        let place = Standing { own: false, ..standing };
        let scene = match self.scenes.get(&(far, place)) {
            Some(scene) => *scene,
            None => {
                let scene = self.make(far, place).await;
                self.scenes.insert((far, place), scene);
                scene
            }
        };
        let writer = person.filter(|_| standing.own).unwrap_or(scene.writer);
        let granted = standing.own && person.is_none();
        for (sql, whose) in [
            ("update request set person_id = $2 where id = $1", scene.request.uuid()),
            ("update content set author_id = $2 where id = $1", scene.content),
        ] {
            sqlx::query(sql).bind(whose).bind(writer.uuid()).execute(&self.brush).await.unwrap();
        }
        let grant = if granted {
            "insert into request_grant (holder, request_id, expires_at) values ($1, $2, '2100-01-01')
             on conflict (holder, request_id) do nothing"
        } else {
            "delete from request_grant where holder = $1 and request_id = $2"
        };
        sqlx::query(grant).bind(browser.bytes()).bind(scene.request.uuid()).execute(&self.brush).await.unwrap();
        scene
    }

    /// Takes a scene away in which something happened; the next to ask gets a new one.
    pub fn clear(&mut self, far: Far, standing: Standing) {
        self.scenes.remove(&(far, Standing { own: false, ..standing }));
    }

    /// The version of an order, as its page carries it.
    pub async fn version(&self, scene: &Scene) -> String {
        let version: i32 = sqlx::query_scalar("select version from work_order where id = $1")
            .bind(scene.order.uuid())
            .fetch_one(&self.brush)
            .await
            .unwrap();
        version.to_string()
    }

    /// The version of a text.
    pub async fn text_version(&self, scene: &Scene) -> String {
        let version: i32 = sqlx::query_scalar("select version from content where id = $1")
            .bind(scene.content)
            .fetch_one(&self.brush)
            .await
            .unwrap();
        version.to_string()
    }

    /// Makes a text public as if somebody had just published it.
    pub async fn publish_as(&self, scene: &Scene, person: Option<PersonId>) {
        sqlx::query("update content set state = 'published', decided_by = $2, decided_at = $3 where id = $1")
            .bind(scene.content)
            .bind(person.map(PersonId::uuid))
            .bind(self.town.world.now())
            .execute(&self.brush)
            .await
            .unwrap();
    }

    /// Lets a staff sign-in use the present code of its authenticator again.
    pub async fn forget_codes(&self) {
        sqlx::query("update staff_account set totp_last_step = 0").execute(&self.brush).await.unwrap();
    }

    async fn make(&self, far: Far, standing: Standing) -> Scene {
        let db = self.town.world.db();
        let scene = self.file(&db, standing).await;
        if far < Far::Dispatched && standing.assigned {
            // A returned order waits like this; returning is not among the moves yet.
            self.lend(&scene).await;
        }
        self.bring(&db, &scene, far, standing).await;
        scene
    }

    async fn file(&self, db: &Db, standing: Standing) -> Scene {
        let town = self.town;
        let resident = town.world.resident("赵", &town.phone()).await;
        let holder = Holder::of(db, &Uuid::new_v4().to_string());
        let accused_unit = if standing.accused { Some(town.world.unit(UNIT).await) } else { None };
        // An address of its own: nothing here is about how often somebody may file.
        let actor = Actor { client: Uuid::new_v4().to_string(), ..resident.actor() };
        let photo = photos::stage(db, &actor, &holder, StagedFor::Filing, photo().into()).await.unwrap();
        let filing = FileRequest {
            key: Uuid::new_v4(),
            holder,
            text: "巷子里的路灯坏了三天，晚上看不见路。".into(),
            kind: if standing.tip_off { Kind::TipOff } else { Kind::Complaint },
            category: Some("lighting".into()),
            place: PlaceGiven {
                point: Some((38.805, if standing.inside { 105.605 } else { 105.645 })),
                ..PlaceGiven::default()
            },
            who: Who::Me,
            visibility: Visibility::Public,
            channel: Channel::Web,
            photos: vec![photo],
            accused_unit,
        };
        let (Filed::Now(receipt) | Filed::Before(receipt)) = requests::file(db, &actor, filing).await.unwrap();
        let (request, order, content): (Uuid, Uuid, Uuid) =
            sqlx::query_as("select id, order_id, content_id from request where number = $1")
                .bind(receipt.number.to_string())
                .fetch_one(&self.brush)
                .await
                .unwrap();
        Scene {
            request: RequestId::from_uuid(request),
            number: receipt.number,
            order: OrderId::from_uuid(order),
            content,
            photo,
            writer: resident.person,
        }
    }

    async fn lend(&self, scene: &Scene) {
        let unit = self.town.world.unit(UNIT).await;
        for sql in [
            "update work_order set lead_unit_id = $2 where id = $1",
            "insert into order_unit (order_id, unit_id, part, since) values ($1, $2, 'lead', '2026-03-01')",
        ] {
            sqlx::query(sql).bind(scene.order.uuid()).bind(unit.uuid()).execute(&self.brush).await.unwrap();
        }
    }

    async fn bring(&self, db: &Db, scene: &Scene, far: Far, standing: Standing) {
        let (desk, id) = (&self.desk, scene.order);
        let whose = usize::from(standing.assigned);
        let (handler, manager) = (&desk.handlers[whose], &desk.managers[whose]);
        if far < Far::Accepted {
            return;
        }
        let accept = Accept { category: "lighting".into(), urgency: Urgency::Normal, accused_unit: None };
        let at = orders::accept(db, &desk.clerk, id, Version(1), &accept).await.unwrap().version;
        if far < Far::Dispatched {
            return;
        }
        let lead = self.town.world.unit(if standing.assigned { UNIT } else { "CITY" }).await;
        let dispatch = Dispatch { lead, co_units: Vec::new(), basis: "派单目录 3.2".into() };
        let at = orders::dispatch(db, &desk.dispatcher, id, at, &dispatch).await.unwrap().version;
        if far < Far::Handling {
            return;
        }
        let at = orders::start_handling(db, handler, id, at).await.unwrap().version;
        let contact = LogContact {
            at: db.now(),
            way: ContactWay::Phone,
            outcome: ContactOutcome::Reached,
            note: "约好晚上看".into(),
        };
        let at = orders::log_contact(db, handler, id, at, &contact).await.unwrap().version;
        if far < Far::Review {
            return;
        }
        let reply = SubmitReply {
            outcome: Outcome::Solved,
            internal: String::new(),
            public: "您好，路灯已更换。".into(),
            photos: Vec::new(),
            holder: None,
        };
        let at = orders::submit_reply(db, handler, id, at, &reply).await.unwrap().version;
        if far >= Far::Replied {
            orders::approve_reply(db, manager, id, at).await.unwrap();
        }
    }
}
