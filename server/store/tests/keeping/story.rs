//! A pact in force with two clauses, its officers, and neighbours with their doors.

use gongzhi_domain::ids::{BreachId, ClauseId, PactId, PersonId};
use gongzhi_domain::order::Version;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::keeping::{self, Report, Triage};
use gongzhi_store::testing::World;
use uuid::Uuid;

pub struct Pact {
    pub id: PactId,
    pub clauses: [ClauseId; 2],
    pub officer: Actor,
}

/// Somebody with a number, and their door.
pub struct Neighbour {
    pub actor: Actor,
    pub person: PersonId,
    pub phone: String,
}

pub fn phone(n: u32) -> String {
    format!("1360000{n:04}")
}

pub async fn neighbour(world: &World, n: u32) -> Neighbour {
    let phone = phone(n);
    let resident = world.resident("邻居", &phone).await;
    Neighbour { actor: resident.actor(), person: resident.person, phone }
}

/// A pact in force in the community of Dongguan.
pub async fn pact(world: &World) -> Pact {
    let officer = world.staff(Role::PactOfficer, "CENTRE", "BYH1A").await;
    let pool = world.superuser().await;
    let (id, profile) = (Uuid::new_v4(), Uuid::new_v4());
    let clauses = [Uuid::new_v4(), Uuid::new_v4()];
    sqlx::query("insert into rule_profile (id, kind, version, body, sha256, created_at) values ($1, 'resident_convention', 900, '{}', sha256(''), now())")
        .bind(profile)
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query(
        "insert into pact (id, number, kind, stage, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en, text_no, opened_by,
             opened_at, stage_since, changed_at, in_force_on, review_on)
         values ($1, 'BYH1A-2026-01', 'resident_convention', 'in_force', $2, '152921.BYH1.BYH1A', $3, $4, 'open', '东关公约', 'Dongguan pact', 1, $5,
             now(), now(), now(), '2026-01-01', '2028-01-01')",
    )
    .bind(id)
    .bind(world.area("BYH1A").await.uuid())
    .bind(world.unit("CENTRE").await.uuid())
    .bind(profile)
    .bind(officer.person.unwrap().uuid())
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at) values ($1, 1, '东关公约', sha256(''), $2, now())")
        .bind(id)
        .bind(officer.person.unwrap().uuid())
        .execute(&pool)
        .await
        .unwrap();
    for (n, (clause, text)) in (1_i32..).zip(clauses.iter().zip(["楼道不堆放杂物", "晚上十点后不喧哗"]))
    {
        sqlx::query(
            "insert into pact_clause (pact_id, version_no, clause_id, position, text) values ($1, 1, $2, $3, $4)",
        )
        .bind(id)
        .bind(clause)
        .bind(n)
        .bind(text)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
    Pact { id: PactId::from_uuid(id), clauses: clauses.map(ClauseId::from_uuid), officer }
}

/// A household with these people in it.
pub async fn household(world: &World, people: &[PersonId]) {
    let pool = world.superuser().await;
    let (building, household) = (Uuid::new_v4(), Uuid::new_v4());
    sqlx::query("insert into building (id, area_id, area_path, name_zh, name_en) values ($1, $2, '152921.BYH1.BYH1A.BYH1A1', $3, '')")
        .bind(building)
        .bind(world.area("BYH1A1").await.uuid())
        .bind(building.to_string())
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("insert into household (id, building_id, area_path, position, door_sealed) values ($1, $2, '152921.BYH1.BYH1A.BYH1A1', 1, '')")
        .bind(household)
        .bind(building)
        .execute(&pool)
        .await
        .unwrap();
    for person in people {
        sqlx::query("insert into residence (id, person_id, household_id, capacity, verified, since) values ($1, $2, $3, 'resident', 'imported_roll', '2026-01-01')")
            .bind(Uuid::new_v4())
            .bind(person.uuid())
            .bind(household)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
}

pub fn about(world: &World, pact: &Pact) -> Report {
    Report {
        key: Uuid::new_v4(),
        pact: pact.id,
        clause: pact.clauses[0],
        place: "3 号楼二层".into(),
        happened_on: world.db().today(),
        words: "门口纸箱堆了一个月，我家老人摔了一跤".into(),
        photos: Vec::new(),
        holder: None,
    }
}

pub async fn reports(world: &World, pact: &Pact, who: &Neighbour) -> BreachId {
    keeping::report(&world.db(), &who.actor, &about(world, pact)).await.unwrap()
}

pub async fn version(world: &World, id: BreachId) -> Version {
    let version: i32 = sqlx::query_scalar("select version from breach where id = $1")
        .bind(id.uuid())
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    Version(version)
}

pub async fn takes_up(world: &World, pact: &Pact, id: BreachId, concerned: &Neighbour) {
    let up =
        Triage::TakeUp {
            phone: concerned.phone.clone(), summary: "楼道堆放纸箱，影响通行".into(), photos: Vec::new()
        };
    keeping::triage(&world.db(), &pact.officer, id, version(world, id).await, &up).await.unwrap();
}
