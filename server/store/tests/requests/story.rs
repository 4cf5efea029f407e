//! A few words to tell stories with: the people of the desk, a filing, and an order brought as far as a story
//! needs it.

use chrono::TimeDelta;
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Outcome, Urgency, Version};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{Channel, Kind, Rating, Told, Visibility};
use gongzhi_domain::view::{Filed, Receipt};
use gongzhi_store::orders::{self, Accept, ContactOutcome, ContactWay, Dispatch, LogContact, SubmitReply};
use gongzhi_store::requests::{FileRequest, Holder, PlaceGiven, Who};
use gongzhi_store::testing::{Filing, World};
use uuid::Uuid;

pub struct Desk {
    pub clerk: Actor,
    pub dispatcher: Actor,
    pub handler: Actor,
    pub manager: Actor,
    pub follow_up: Actor,
}

pub async fn desk(world: &World) -> Desk {
    Desk {
        clerk: world.staff(Role::Clerk, "CENTRE", "152921").await,
        dispatcher: world.staff(Role::Dispatcher, "CENTRE", "152921").await,
        handler: world.staff(Role::Handler, "CITY", "152921").await,
        manager: world.staff(Role::UnitManager, "CITY", "152921").await,
        follow_up: world.staff(Role::FollowUpOfficer, "CENTRE", "152921").await,
    }
}

pub fn holder(world: &World, cookie: &str) -> Holder {
    Holder::of(&world.db(), cookie)
}

/// A lamp that is dark, in the first grid, by the person who is signed in.
pub fn lamp(world: &World) -> FileRequest {
    FileRequest {
        key: Uuid::new_v4(),
        holder: holder(world, "browser"),
        text: "巷子里的路灯坏了三天，晚上看不见路。".into(),
        kind: Kind::Help,
        category: Some("lighting".into()),
        place: PlaceGiven { point: Some((38.805, 105.605)), ..PlaceGiven::default() },
        who: Who::Me,
        visibility: Visibility::Public,
        channel: Channel::Web,
        photos: Vec::new(),
        accused_unit: None,
    }
}

pub fn receipt(filed: Filed) -> Receipt {
    match filed {
        Filed::Now(receipt) | Filed::Before(receipt) => receipt,
    }
}

pub fn accepted() -> Accept {
    Accept { category: "lighting".into(), urgency: Urgency::Normal, accused_unit: None }
}

pub fn contact(world: &World) -> LogContact {
    LogContact {
        at: world.now(), way: ContactWay::Phone, outcome: ContactOutcome::Reached, note: "约好晚上看".into()
    }
}

pub fn answer() -> SubmitReply {
    SubmitReply {
        outcome: Outcome::Solved,
        internal: "换了两盏".into(),
        public: "您好，两盏路灯已更换，今晚已亮。".into(),
        photos: Vec::new(),
        holder: None,
    }
}

pub fn rating(solved: Told, satisfied: u8, comment: &str) -> Rating {
    Rating::new(true, solved, satisfied, comment).unwrap()
}

/// Where most stories begin: the desk is staffed, and 李四 has reported a dark lamp.
pub struct Reported {
    pub world: World,
    pub desk: Desk,
    pub li: Actor,
    pub number: RequestNumber,
    pub order: OrderId,
}

impl Reported {
    pub async fn dark_lamp() -> Self {
        let world = World::new().await;
        let desk = desk(&world).await;
        let li = world.resident("李四", "13800001234").await.actor();
        let Filing { number, order } = world.files(&li, lamp(&world)).await;
        Self { world, desk, li, number, order }
    }
}

/// How far a story brings an order.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Far {
    Accepted,
    Dispatched,
    Handling,
    Review,
    Replied,
}

/// Brings an order from `received` as far as asked, an hour a step; answers its version.
pub async fn bring(world: &World, desk: &Desk, id: OrderId, far: Far) -> Version {
    let hour = || world.later(TimeDelta::hours(1));
    hour();
    let mut at = orders::accept(&world.db(), &desk.clerk, id, Version(1), &accepted()).await.unwrap().version;
    if far >= Far::Dispatched {
        hour();
        let dispatch = Dispatch {
            lead: world.unit("CITY").await,
            co_units: vec![world.unit("PROP").await],
            basis: "派单目录 3.2".into(),
        };
        at = orders::dispatch(&world.db(), &desk.dispatcher, id, at, &dispatch).await.unwrap().version;
    }
    if far >= Far::Handling {
        hour();
        at = orders::start_handling(&world.db(), &desk.handler, id, at).await.unwrap().version;
    }
    if far >= Far::Review {
        hour();
        at = orders::log_contact(&world.db(), &desk.handler, id, at, &contact(world)).await.unwrap().version;
        hour();
        at = orders::submit_reply(&world.db(), &desk.handler, id, at, &answer()).await.unwrap().version;
    }
    if far >= Far::Replied {
        hour();
        at = orders::approve_reply(&world.db(), &desk.manager, id, at).await.unwrap().version;
    }
    at
}
