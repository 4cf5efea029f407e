//! A building in the first grid of Dongguan, a pact of its community at any stage, and those who work there.

use gongzhi_domain::household::{self, Capacity, Verified};
use gongzhi_domain::ids::{BuildingId, ClauseId, HouseholdId, PactId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::households::{self, Confirm, NewBuilding};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, pacts};
use serde_json::json;
use uuid::Uuid;

/// A building of eight doors.
pub struct Scene {
    pub world: World,
    pub clerk: Actor,
    pub officer: Actor,
    pub worker: Actor,
    pub building: BuildingId,
    pub doors: Vec<HouseholdId>,
}

impl Scene {
    pub async fn new() -> Self {
        let world = World::new().await;
        let clerk = world.staff(Role::Clerk, "CENTRE", "BYH1A").await;
        let officer = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
        let worker = world.staff(Role::GridWorker, "CENTRE", "BYH1A1").await;
        let building = building(&world, &clerk, "BYH1A1", "3号楼").await;
        let page = households::building(&world.db(), &clerk, building).await.unwrap();
        let doors = page.households.iter().map(|line| line.id).collect();
        Self { world, clerk, officer, worker, building, doors }
    }

    /// Confirms that somebody lives behind a door.
    pub async fn lives(&self, name: &str, phone: &str, door: usize) -> Actor {
        let actor = self.world.resident(name, phone).await.actor();
        households::confirm(&self.world.db(), &self.clerk, &confirm(self.doors[door], phone)).await.unwrap();
        actor
    }

    /// A pact of the community at a stage, with one published clause. Answers its number and id.
    pub async fn pact(&self, stage: &str) -> (String, PactId) {
        let db = self.world.db();
        pacts::seed_profiles(&db).await.unwrap();
        let id = Uuid::new_v4();
        let number = format!("BYH1A-2026-{:02}", 10 + id.as_bytes()[0] % 80);
        let person = self.officer.person.unwrap().uuid();
        let area = self.world.area("BYH1A").await;
        sqlx::query(
            "insert into pact (id, number, kind, stage, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en, text_no,
                 opened_by, opened_at, stage_since, changed_at)
             select $1, $2, 'resident_convention', $3, $4, '152921.BYH1.BYH1A', $5, p.id, 'open', '东关居民公约', 'Dongguan Convention', 1,
                 $6, $7, $7, $7 from rule_profile p where kind = 'resident_convention' order by version desc limit 1",
        )
        .bind(id)
        .bind(&number)
        .bind(stage)
        .bind(area.uuid())
        .bind(self.world.unit("CENTRE").await.uuid())
        .bind(person)
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query("insert into pact_draft (pact_id, clauses, changed_by, changed_at) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(json!([{"id": clause().uuid(), "text": "晚上十点后不放音响。", "english": "No music after ten."}]))
            .bind(person)
            .bind(db.now())
            .execute(db.pool())
            .await
            .unwrap();
        for published in [
            "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at)
             select id, 1, title_zh, sha256(''), opened_by, opened_at from pact where id = $1",
            "insert into pact_clause (pact_id, version_no, clause_id, position, text, english)
             select pact_id, 1, (clauses->0->>'id')::uuid, 1, clauses->0->>'text', clauses->0->>'english' from pact_draft where pact_id = $1",
        ] {
            sqlx::query(published).bind(id).execute(db.pool()).await.unwrap();
        }
        (number, PactId::from_uuid(id))
    }

    /// Everything written so far hangs together.
    pub async fn audit_holds(&self) {
        let report = audit::verify(&self.world.db()).await.unwrap();
        assert!(report.broken.is_none(), "{:?}", report.broken);
    }
}

/// The one clause of every pact here.
pub fn clause() -> ClauseId {
    ClauseId::from_uuid(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001))
}

/// A building of two stairways, two floors and two doors on each.
pub async fn building(world: &World, clerk: &Actor, area: &str, name: &str) -> BuildingId {
    let new = NewBuilding {
        area: area.into(),
        compound: Named::new("幸福小区", "Happiness Court"),
        name: Named::new(name, ""),
        doors: household::doors(2, 2, 2).unwrap(),
    };
    households::add_building(&world.db(), clerk, &new).await.unwrap()
}

/// Somebody at the window with their document.
pub fn confirm(household: HouseholdId, phone: &str) -> Confirm {
    Confirm {
        household,
        phone: phone.parse().unwrap(),
        name: String::new(),
        capacity: Capacity::Resident,
        adult: true,
        verified: Verified::DocumentSeen,
        note: "身份证".into(),
        until: None,
        read_back: true,
    }
}
