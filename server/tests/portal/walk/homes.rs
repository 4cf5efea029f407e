//! Homes, deliveries, meetings and rooms as the walk asks about them, in everybody's area and outside of it.

use chrono::TimeDelta;
use gongzhi_domain::ids::MeetingId;
use gongzhi_domain::meeting::MeetingKind;
use gongzhi_domain::order::Version;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::households;
use gongzhi_store::meetings::{self, About, NewMeeting};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Asking, Fields};
use crate::homes::{Place, is_here};
use crate::town::Town;

const GRIDS: [&str; 2] = ["BYH1A1", "WNS1A1"];

/// A community in everybody's area and one outside of it.
pub struct Homes {
    places: [Place; 2],
    officer: Actor,
    brush: PgPool,
}

impl Homes {
    pub async fn new(town: &Town) -> Self {
        let places = [
            Place::new(town, "BYH1A", "152921.BYH1.BYH1A", GRIDS[0]).await,
            Place::new(town, "WNS1A", "152921.WNS1.WNS1A", GRIDS[1]).await,
        ];
        let officer = town.world.staff(Role::PactOfficer, "CENTRE", "152921").await;
        Self { places, officer, brush: town.world.superuser().await }
    }

    pub fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        is_here(path).then(|| self.place(asking).address(path)).flatten()
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        if !is_here(path) {
            return None;
        }
        let (town, place) = (asking.town, self.place(asking));
        let text = |value: &str| value.to_owned();
        let mut fields = place.fields();
        let mut set = |name: &'static str, value: String| {
            fields.retain(|(known, _)| *known != name);
            fields.push((name, value));
        };
        set("area", text(self.grid(asking)));
        // An address is wanted once.
        set("name", format!("{}号楼", Uuid::new_v4().simple()).chars().take(12).collect());
        self.stands_in(place, if path == "/api/amend-clause" { "down2" } else { "down1" }).await;
        match path {
            "/api/confirm-residence" => {
                set("phone", town.phone());
                set("name", text("王五"));
            }
            "/api/end-residence" => set("residence", self.moved_in(town, place).await.to_string()),
            "/api/import-households" => set("list", text("grid,compound,building,door\n")),
            "/api/answer-residence" => {
                let asks = town.world.resident("孙", &town.phone()).await;
                let grid = self.grid(asking);
                households::ask(&town.world.db(), &asks.actor(), grid, "幸福小区 3 号楼").await.unwrap();
                set("person", asks.person.to_string());
            }
            "/api/tick-door" => {
                let said: i64 =
                    sqlx::query_scalar("select count(*) from delivery_event where round_id = $1 and household_id = $2")
                        .bind(place.round.uuid())
                        .bind(place.household.uuid())
                        .fetch_one(&self.brush)
                        .await
                        .unwrap();
                set("saw", said.to_string());
            }
            "/api/move-meeting" => {
                set("meeting", self.meeting(town, place, "planned").await.to_string());
                set("version", text("1"));
                set("act", text("open"));
            }
            "/api/invite-people" | "/api/tick-attender" => set("capacity", text("guest")),
            "/api/untick-attender" => set("attender", Uuid::new_v4().to_string()),
            // Some of those who came in the rows before have left.
            "/api/count-amendment" => set("fewer", text("散会前有人先走了")),
            "/api/take-back-amendment" => set("amendment", self.amendment(place).await.to_string()),
            "/api/write-minutes" => {
                let meeting = self.meeting(town, place, "open").await;
                set("meeting", meeting.to_string());
                set("version", text("2"));
            }
            "/api/sign-minutes" => {
                let meeting = self.meeting(town, place, "over").await;
                set("meeting", meeting.to_string());
                set("version", text("3"));
            }
            "/api/move-room" => {
                set("act", text("decide"));
                for name in ["decision", "grounds", "carried_by"] {
                    set(name, text("居委会牵头，三个月内建好。"));
                }
                set("due_on", text("2026-04-01"));
                let version: i32 = sqlx::query_scalar("select version from room where id = $1")
                    .bind(place.room.uuid())
                    .fetch_one(&self.brush)
                    .await
                    .unwrap();
                set("version", version.to_string());
            }
            _ => {}
        }
        Some(fields)
    }

    fn place(&self, asking: &Asking<'_>) -> &Place {
        &self.places[usize::from(!asking.standing.inside)]
    }

    fn grid(&self, asking: &Asking<'_>) -> &'static str {
        GRIDS[usize::from(!asking.standing.inside)]
    }

    /// Puts the pact of a place into a stage: its text is brought to doors in one and amended in another.
    async fn stands_in(&self, place: &Place, stage: &str) {
        sqlx::query("update pact set stage = $2 where number = $1")
            .bind(&place.number)
            .bind(stage)
            .execute(&self.brush)
            .await
            .unwrap();
    }

    /// Somebody's home, which can be ended.
    async fn moved_in(&self, town: &Town, place: &Place) -> Uuid {
        let person = town.world.resident("孙", &town.phone()).await.person;
        sqlx::query_scalar(
            "insert into residence (id, person_id, household_id, capacity, verified, since)
             values (gen_random_uuid(), $1, $2, 'resident', 'document_seen', '2020-01-01') returning id",
        )
        .bind(person.uuid())
        .bind(place.household.uuid())
        .fetch_one(&self.brush)
        .await
        .unwrap()
    }

    /// A meeting of its own about the pact of a place: planned, open, or over with minutes that nobody has signed.
    async fn meeting(&self, town: &Town, place: &Place, state: &str) -> MeetingId {
        let db = town.world.db();
        let new = NewMeeting {
            id: MeetingId::from_uuid(db.new_id()),
            about: About::Pact(place.number.clone()),
            kind: MeetingKind::Residents,
            planned_at: db.now() + TimeDelta::hours(1),
            place: "社区二楼".into(),
            agenda: "逐条讨论".into(),
            expected: 7,
        };
        let meeting = meetings::plan(&db, &self.officer, &new).await.unwrap();
        if state != "planned" {
            meetings::open(&db, &self.officer, meeting, Version(1)).await.unwrap();
        }
        if state == "over" {
            meetings::over(&db, &self.officer, meeting, Version(2)).await.unwrap();
            sqlx::query("update meeting set minutes = '到会的人逐条讨论过。' where id = $1")
                .bind(meeting.uuid())
                .execute(&self.brush)
                .await
                .unwrap();
        }
        meeting
    }

    /// Another wording that was not counted.
    async fn amendment(&self, place: &Place) -> Uuid {
        sqlx::query_scalar(
            "insert into amendment (id, meeting_id, position, text)
             select gen_random_uuid(), $1, max(position) + 1, '楼道不停车。' from amendment where meeting_id = $1 returning id",
        )
        .bind(place.meeting.uuid())
        .fetch_one(&self.brush)
        .await
        .unwrap()
    }
}
