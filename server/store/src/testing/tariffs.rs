//! A tariff on its way into force: a room of its area, a meeting in it, hands counted, minutes signed by two.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::{MeetingId, RoomId, TariffId};
use gongzhi_domain::meeting::{HandCount, MeetingCapacity, MeetingKind, MinutesPart};
use gongzhi_domain::person::{Actor, Role};
use uuid::Uuid;

use super::World;
use crate::meetings::{self, About, NewMeeting, Tick};
use crate::points;

/// Whoever came to the meetings of these stories.
const CAME: [&str; 7] = ["王一", "王二", "王三", "王四", "王五", "王六", "王七"];

/// Two who run meetings and manage tariffs in an area, and an open room there.
pub struct Assembly<'w> {
    world: &'w World,
    /// Calls the meeting and keeps the minutes.
    pub keeper: Actor,
    /// Leads it.
    pub chair: Actor,
    /// What it is about.
    pub room: RoomId,
}

impl<'w> Assembly<'w> {
    /// In the area with a code.
    pub async fn new(world: &'w World, area: &str) -> Self {
        let keeper = world.staff(Role::PactOfficer, "CENTRE", area).await;
        let chair = world.staff(Role::PactOfficer, "CENTRE", area).await;
        let (room, content) = (Uuid::new_v4(), Uuid::new_v4());
        let pool = world.superuser().await;
        for sql in [
            "insert into content (id, kind, area_id, area_path, original_sealed, public_text, state, created_at, decided_at)
             select $2, 'topic', a.id, a.path, '', '积分标准', 'published', $4, $4 from area a where a.code = $3 and $1::uuid is not null
                 and $5::uuid is not null",
            "insert into room (id, state, area_id, area_path, content_id, proposed_by, proposed_at, title_zh, title_en, changed_at)
             select $1, 'open', a.id, a.path, $2, $5, $4, '积分标准', 'The tariff', $4 from area a where a.code = $3",
        ] {
            sqlx::query(sql)
                .bind(room)
                .bind(content)
                .bind(area)
                .bind(world.now())
                .bind(keeper.person.unwrap().uuid())
                .execute(&pool)
                .await
                .unwrap();
        }
        pool.close().await;
        Self { world, keeper, chair, room: RoomId::from_uuid(room) }
    }

    /// A meeting that begins now.
    pub async fn calls(&self) -> MeetingId {
        let db = self.world.db();
        let new = NewMeeting {
            id: MeetingId::from_uuid(db.new_id()),
            about: About::Room(self.room),
            kind: MeetingKind::Room,
            planned_at: db.now() + TimeDelta::minutes(5),
            place: "社区二楼".into(),
            agenda: "表决积分标准".into(),
            expected: 9,
        };
        meetings::plan(&db, &self.keeper, &new).await.unwrap()
    }

    /// Opens it; seven come.
    pub async fn gathers(&self, meeting: MeetingId) {
        let db = self.world.db();
        let version = meetings::at_desk(&db, &self.keeper, meeting).await.unwrap().version;
        meetings::open(&db, &self.keeper, meeting, version).await.unwrap();
        for name in CAME {
            let tick = Tick { attender: None, name: name.into(), capacity: MeetingCapacity::Resident, in_person: true };
            meetings::tick(&db, &self.keeper, meeting, &tick).await.unwrap();
        }
    }

    /// Ends it and signs its minutes.
    pub async fn closes(&self, meeting: MeetingId) -> Result<(), Error> {
        let db = self.world.db();
        let version = meetings::at_desk(&db, &self.keeper, meeting).await?.version;
        let version = meetings::over(&db, &self.keeper, meeting, version).await?;
        let version = meetings::write(&db, &self.keeper, meeting, version, "到会的人逐条看过，举手表决。", "").await?;
        meetings::sign(&db, &self.keeper, meeting, version, MinutesPart::Keeper).await?;
        meetings::sign(&db, &self.chair, meeting, version, MinutesPart::Chair).await?;
        Ok(())
    }

    /// Puts a draft to a meeting of its own, of whose seven so many are for it; nobody is against.
    pub async fn votes_on(&self, tariff: TariffId, in_favour: u32) -> MeetingId {
        let db = self.world.db();
        let meeting = self.calls().await;
        meetings::put_tariff(&db, &self.keeper, tariff, meeting, Some(24)).await.unwrap();
        self.gathers(meeting).await;
        let hands = HandCount { present: 7, in_favour, against: 0, abstained: 0 };
        meetings::count_tariff(&db, &self.keeper, meeting, tariff, hands, "").await.unwrap();
        self.closes(meeting).await.unwrap();
        meeting
    }
}

/// Brings a draft through its vote and into force today, by somebody who did not draft it.
pub async fn passes(world: &World, by: &Actor, area: &str, tariff: TariffId) -> Result<(), Error> {
    let assembly = Assembly::new(world, area).await;
    assembly.votes_on(tariff, 6).await;
    points::put_in_force(&world.db(), by, tariff, Some(world.db().today())).await
}
