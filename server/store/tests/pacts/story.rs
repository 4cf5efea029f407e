//! A few words to tell stories with: the officers of a pact, its households, and a pact brought as far as a story needs it.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::{BuildingId, ClauseId, PactId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::{Evidence, Kind, Move, Office, Stage};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::view::pacts::PactPage;
use gongzhi_store::delivery;
use gongzhi_store::pacts::{self, Assented, DraftClause, NewEvidence, NewPact};
use gongzhi_store::testing::World;
use serde_json::json;

pub const LEASH: &str = "遛犬牵绳，绳长不超过1.5米。";
pub const BAGS: &str = "粪便随手清理。";

/// A pact of the community BYH1A with everybody it needs.
pub struct Hall {
    pub pact: PactId,
    pub number: String,
    pub branch: Actor,
    pub committee: Actor,
    pub drafter: Actor,
    pub supervision: Actor,
    pub street: Actor,
}

pub async fn officer(world: &World) -> Actor {
    world.staff(Role::PactOfficer, "OFFICE1", "BYH1A").await
}

pub fn new_pact(committee: &Actor) -> NewPact {
    NewPact {
        kind: Kind::ResidentConvention,
        area: "BYH1A".into(),
        unit: committee.memberships[0].unit,
        title: Named::new("文明养犬公约", "Keeping dogs"),
        purpose: Named::new("少一点粪便，多一点绳子。", ""),
        secrecy: None,
        supersedes: None,
    }
}

/// A pact that was just begun, with its officers.
pub async fn begun(world: &World) -> Hall {
    let db = world.db();
    let committee = officer(world).await;
    let number = pacts::create(&db, &committee, &new_pact(&committee)).await.unwrap();
    let pact = pacts::by_number(&db, &number).await.unwrap().id;
    let mut others = Vec::new();
    for office in [Office::Branch, Office::Drafter, Office::Supervision, Office::Street] {
        let other = officer(world).await;
        pacts::appoint(&db, &committee, pact, other.person.unwrap(), office).await.unwrap();
        others.push(other);
    }
    let [branch, drafter, supervision, street] = others.try_into().unwrap();
    Hall { pact, number, branch, committee, drafter, supervision, street }
}

/// A building of two households in the first grid; the first is lived in by this person, if there is one.
pub async fn households(world: &World, person: Option<gongzhi_domain::ids::PersonId>) -> BuildingId {
    let db = world.db();
    let building = db.new_id();
    let sealed = db.keys().seal_text(gongzhi_store::Purpose::Home, "一单元101").unwrap();
    sqlx::query("insert into building (id, area_id, area_path, name_zh, name_en) select $1, id, path, '1号楼', 'No. 1' from area where code = 'BYH1A1'")
        .bind(building)
        .execute(db.pool())
        .await
        .unwrap();
    for position in 0..2 {
        let household = db.new_id();
        sqlx::query(
            "insert into household (id, building_id, area_path, position, door_sealed) select $1, $2, path, $3, $4 from area where code = 'BYH1A1'",
        )
        .bind(household)
        .bind(building)
        .bind(position)
        .bind(&sealed)
        .execute(db.pool())
        .await
        .unwrap();
        if let (0, Some(person)) = (position, person) {
            sqlx::query(
                "insert into residence (id, person_id, household_id, capacity, verified, since) values ($1, $2, $3, 'resident', 'document_seen', $4)",
            )
            .bind(db.new_id())
            .bind(person.uuid())
            .bind(household)
            .bind(db.today())
            .execute(db.pool())
            .await
            .unwrap();
        }
    }
    BuildingId::from_uuid(building)
}

impl Hall {
    pub async fn page(&self, world: &World) -> PactPage {
        pacts::page(&world.db(), &world.visitor(), &self.number).await.unwrap()
    }

    pub async fn version(&self, world: &World) -> i32 {
        pacts::by_number(&world.db(), &self.number).await.unwrap().version
    }

    pub async fn stage(&self, world: &World) -> Stage {
        pacts::by_number(&world.db(), &self.number).await.unwrap().stage
    }

    /// Assents at the version the pact has now.
    pub async fn says(&self, world: &World, who: &Actor, mv: Move, note: &str) -> Result<Assented, Error> {
        let at = self.version(world).await;
        pacts::assent(&world.db(), who, self.pact, at, mv, note, &json!({})).await
    }

    pub async fn records(&self, world: &World, who: &Actor, kind: Evidence) -> Result<uuid::Uuid, Error> {
        let new = NewEvidence {
            kind,
            note: "已办理，材料在案。".into(),
            day: world.db().today(),
            photo: None,
            holder: None,
            answers: None,
        };
        pacts::record(&world.db(), who, self.pact, &new).await
    }

    /// Saves these clauses: those with an id keep it.
    pub async fn writes(&self, world: &World, clauses: &[(Option<ClauseId>, &str)]) -> Version {
        let saw = pacts::draft_page(&world.db(), &self.drafter, &self.number).await.unwrap().version;
        let clauses: Vec<DraftClause> = clauses
            .iter()
            .map(|(id, text)| DraftClause { id: *id, text: (*text).to_owned(), english: String::new() })
            .collect();
        pacts::edit(&world.db(), &self.drafter, self.pact, saw, &clauses).await.unwrap()
    }

    /// To DOWN1: minutes, topics, two clauses, both assents.
    pub async fn consults(&self, world: &World) -> Vec<ClauseId> {
        self.records(world, &self.branch, Evidence::PartyStudy).await.unwrap();
        self.records(world, &self.committee, Evidence::Topics).await.unwrap();
        self.writes(world, &[(None, LEASH), (None, BAGS)]).await;
        self.says(world, &self.branch, Move::OpenConsult, "").await.unwrap();
        let moved = self.says(world, &self.committee, Move::OpenConsult, "").await.unwrap();
        assert!(moved.performed);
        self.page(world).await.clauses.iter().map(|clause| clause.id).collect()
    }

    /// Delivers the text to every household by post.
    pub async fn delivers(&self, world: &World, building: BuildingId) {
        let page = delivery::of_pact(&world.db(), &self.committee, &self.number).await.unwrap();
        let round = page.page.unwrap().round.id;
        delivery::post(&world.db(), &self.committee, round, &[building]).await.unwrap();
    }

    /// To UP2: delivered, sixteen days later.
    pub async fn closes(&self, world: &World, building: BuildingId) {
        self.delivers(world, building).await;
        world.later(TimeDelta::days(16));
        let moved = self.says(world, &self.committee, Move::CloseConsult, "").await.unwrap();
        assert_eq!(moved.stage, Stage::Up2);
    }
}

/// The one message of a kind a person got last.
pub async fn told(world: &World, person: gongzhi_domain::ids::PersonId, kind: &str) -> Vec<String> {
    let rows: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_sealed from outbox where person_id = $1 and kind = $2 order by created_at, id")
            .bind(person.uuid())
            .bind(kind)
            .fetch_all(world.db().pool())
            .await
            .unwrap();
    let db = world.db();
    rows.iter().map(|body| db.keys().open_text(gongzhi_store::Purpose::Message, body).unwrap()).collect()
}

/// Who nobody is: an officer of another town.
pub async fn stranger(world: &World) -> Actor {
    world.staff(Role::PactOfficer, "OFFICE2", "WNS1A").await
}

/// A pact that stands at a stage since now, painted into its row: for what the clock does with it.
pub async fn stands_at(world: &World, hall: &Hall, stage: &str) {
    sqlx::query(
        "update pact set stage = $2, stage_since = $3, in_force_on = case when $2 = 'in_force' then $4 end,
                     review_on = case when $2 = 'in_force' then $4 + 1095 end where id = $1",
    )
    .bind(hall.pact.uuid())
    .bind(stage)
    .bind(world.now())
    .bind(world.db().today())
    .execute(world.db().pool())
    .await
    .unwrap();
}
