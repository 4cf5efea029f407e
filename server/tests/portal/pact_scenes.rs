//! Pacts as the walk needs them: at a stage, in or outside everybody's area, with the asker in the office a form is for. A scene
//! is made anew for every question, so that nothing that happened in one is seen in another.

use gongzhi_domain::ids::{ClauseId, OpinionId, PactId, PersonId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Kind, Office, Stage, Stance};
use gongzhi_domain::person::Role;
use gongzhi_store::pacts::{self, NewPact, Saying};

use crate::scenes::UNIT;
use crate::town::Town;

/// A pact with one clause and one opinion.
pub struct PactScene {
    pub pact: PactId,
    pub number: String,
    pub version: i32,
    pub clause: ClauseId,
    pub opinion: OpinionId,
    /// An officer of its area without an office of it.
    pub free: PersonId,
    /// An officer with an office of it.
    pub holder: PersonId,
    /// The code of its area.
    pub area: &'static str,
    phone: String,
    unit: String,
}

/// What is sent: fields, or the parts of a multipart form.
pub enum Sent {
    Fields(Vec<(&'static str, String)>),
    Parts(Vec<(&'static str, String)>),
}

/// A pact at a stage, inside or outside the area of the walk, whose asker holds an office of it.
pub async fn pact(town: &Town, stage: Stage, inside: bool, asker: Option<(PersonId, Office)>) -> PactScene {
    let (world, db) = (&town.world, town.world.db());
    let (unit, area) = if inside { (UNIT, "BYH1A") } else { ("OFFICE2", "WNS1A") };
    let opener = world.staff(Role::PactOfficer, unit, area).await;
    let free = world.staff(Role::PactOfficer, unit, area).await.person.unwrap();
    let new = NewPact {
        kind: Kind::ResidentConvention,
        area: area.into(),
        unit: world.unit(unit).await,
        title: Named::new("文明养犬公约", "Keeping dogs"),
        purpose: Named::default(),
        secrecy: None,
        supersedes: None,
    };
    let number = pacts::create(&db, &opener, &new).await.unwrap();
    let pact = pacts::by_number(&db, &number).await.unwrap().id;
    let clause = db.new_id();
    let paint = |sql: &'static str| sqlx::query(sql).bind(pact.uuid()).bind(clause).bind(db.now()).bind(free.uuid());
    for sql in [
        "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at)
         select $1, 1, '文明养犬公约', sha256($2::text::bytea), $4, $3",
        "insert into pact_clause (pact_id, version_no, clause_id, position, text)
         select $1, 1, $2, 1, '遛犬牵绳。' where $3::timestamptz is not null and $4::uuid is not null",
        "update pact_draft set clauses = jsonb_build_array(jsonb_build_object('id', $2::uuid, 'text', '遛犬牵绳。'))
         where pact_id = $1 and $3::timestamptz is not null and $4::uuid is not null",
        "update pact set stage = 'down1', text_no = 1
         where id = $1 and $2::uuid is not null and $3::timestamptz is not null and $4::uuid is not null",
    ] {
        paint(sql).execute(db.pool()).await.unwrap();
    }
    let sayer = world.resident("赵", &town.phone()).await.actor();
    let said =
        Saying {
            text_no: 1, clause: Some(ClauseId::from_uuid(clause)), stance: Stance::Change, words: "两米".into()
        };
    let opinion = pacts::give_opinion(&db, &sayer, &number, &said).await.unwrap();
    sqlx::query("update pact set stage = $2 where id = $1")
        .bind(pact.uuid())
        .bind(stage.code())
        .execute(db.pool())
        .await
        .unwrap();
    if let Some((person, office)) = asker {
        sqlx::query(
            "insert into pact_office (pact_id, person_id, office, appointed_by, since) values ($1, $2, $3, $2, $4)",
        )
        .bind(pact.uuid())
        .bind(person.uuid())
        .bind(office.code())
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
    }
    let pact_now = pacts::by_number(&db, &number).await.unwrap();
    PactScene {
        pact,
        number,
        version: pact_now.version,
        clause: ClauseId::from_uuid(clause),
        opinion,
        free,
        holder: opener.person.unwrap(),
        area,
        phone: town.phone(),
        unit: world.unit(UNIT).await.to_string(),
    }
}

/// What a form about a pact carries, filled in as it should be.
pub fn filled(path: &str, scene: &PactScene, today: &str) -> Sent {
    let text = |value: &str| value.to_owned();
    let number = ("number", scene.number.clone());
    let opinion = || {
        vec![
            number.clone(),
            ("text_no", text("1")),
            ("clause", scene.clause.to_string()),
            ("stance", text("change")),
            ("words", text("绳子两米")),
        ]
    };
    Sent::Fields(match path {
        "/api/give-opinion" => opinion(),
        "/api/enter-opinion" => {
            let mut fields = opinion();
            fields.extend([("phone", scene.phone.clone()), ("channel", text("assisted")), ("read_back", text("yes"))]);
            fields
        }
        "/api/open-pact" => vec![
            ("kind", text("resident_convention")),
            ("area", text(scene.area)),
            ("unit", scene.unit.clone()),
            ("title", text("楼道公约")),
        ],
        "/api/appoint-office" => vec![number, ("person", scene.free.to_string()), ("office", text("drafter"))],
        "/api/end-office" => vec![number, ("person", scene.holder.to_string())],
        "/api/move-pact" => vec![
            number,
            ("version", scene.version.to_string()),
            ("step", text("material_change")),
            ("note", text("内容要改")),
        ],
        "/api/answer-opinions" => vec![
            number,
            ("opinions", scene.opinion.to_string()),
            ("answer", text("adopted")),
            ("reason", text("改成两米")),
        ],
        "/api/record-evidence" => {
            return Sent::Parts(vec![
                ("pact", scene.pact.to_string()),
                number,
                ("kind", text("party_study")),
                ("day", text(today)),
                ("note", text("支部研究了议题。")),
            ]);
        }
        "/api/save-draft" => {
            return Sent::Parts(vec![
                number,
                ("version", text("1")),
                ("count", text("1")),
                ("id-0", scene.clause.to_string()),
                ("text-0", text("遛犬牵绳，绳长不超过2米。")),
                ("press", text("save")),
            ]);
        }
        _ => vec![number],
    })
}

/// Gives somebody a home in a grid.
pub async fn settle(town: &Town, person: PersonId, grid: &str) {
    let db = town.world.db();
    let (building, household) = (db.new_id(), db.new_id());
    let sealed = db.keys().seal_text(gongzhi_store::Purpose::Home, "一单元101").unwrap();
    sqlx::query("insert into building (id, area_id, area_path, name_zh, name_en) select $1, id, path, $2, '' from area where code = $2")
        .bind(building)
        .bind(grid)
        .execute(db.pool())
        .await
        .unwrap();
    sqlx::query(
        "insert into household (id, building_id, area_path, position, door_sealed) select $1, $2, path, 0, $4 from area where code = $3",
    )
    .bind(household)
    .bind(building)
    .bind(grid)
    .bind(sealed)
    .execute(db.pool())
    .await
    .unwrap();
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
