//! A pact whose text is final, with its doors, people and officers: what the stories of roll and vote begin with. The way to the
//! final text is painted into the rows; from there on everything goes through the use cases.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::Lang;
use gongzhi_domain::ids::{KeyId, PactId, PersonId, VoteId};
use gongzhi_domain::pact::{Choice, Kind, Move, Office, Secrecy};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::roll::Body;
use gongzhi_domain::view::Cast;
use gongzhi_proof::SignedText;
use gongzhi_proof::text::SignedClause;
use serde_json::json;
use uuid::Uuid;

use super::World;
use crate::votes::{self, Identities, NewKey};
use crate::{Purpose, pacts, people, roll};

/// A door: who lives behind it (numbers of people) and its floor area in square centimetres.
#[derive(Debug, Clone)]
pub struct Door(pub Vec<usize>, pub i64);

impl Door {
    /// A household of one adult each.
    #[must_use]
    pub fn ones(households: usize) -> Vec<Self> {
        (0..households).map(|n| Self(vec![n], 1_000_000)).collect()
    }
}

/// A pact on its way through the vote.
pub struct Hall {
    /// Which.
    pub pact: PactId,
    /// Its number.
    pub number: String,
    /// The people by number; the phone of the n-th is [`super::signing::phone`].
    pub people: Vec<PersonId>,
    /// The branch.
    pub branch: Actor,
    /// The committee.
    pub committee: Actor,
    /// The chair of the vote.
    pub chair: Actor,
    /// The tellers.
    pub tellers: [Actor; 2],
    /// The supervision committee.
    pub supervision: Actor,
    /// Officers without an office of the pact.
    pub clerks: [Actor; 3],
    /// The tellers' keys, once they are made.
    pub keys: Option<[NewKey; 2]>,
}

impl Hall {
    /// A pact of the community `BYH1A` at UP3 with everything that freezing needs.
    pub async fn new(world: &World, kind: Kind, secrecy: Secrecy, doors: &[Door]) -> Self {
        let db = world.db();
        pacts::seed_profiles(&db).await.unwrap();
        let officer = || world.staff(Role::PactOfficer, "OFFICE1", "BYH1A");
        let (branch, committee, chair) = (officer().await, officer().await, officer().await);
        let tellers = [officer().await, officer().await];
        let supervision = officer().await;
        let clerks = [officer().await, officer().await, officer().await];
        let opener = committee.person.unwrap();
        let many = doors.iter().flat_map(|door| &door.0).max().map_or(0, |most| most + 1);
        let people = settle(world, kind, doors, many).await;
        let pact = db.new_id();
        let number = super::signing::number("BYH1A");
        sqlx::query(
            "insert into pact (id, number, kind, stage, text_no, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en,
                               opened_by, opened_at, stage_since, changed_at)
             select $1, $2, $3, 'up3', 1, a.id, a.path, u.id, r.id, $6, '文明养犬公约', 'Keeping dogs', $4, $5, $5, $5
             from area a, unit u, rule_profile r where a.code = 'BYH1A' and u.code = 'OFFICE1' and r.kind = $3",
        )
        .bind(pact)
        .bind(&number)
        .bind(kind.code())
        .bind(opener.uuid())
        .bind(db.now())
        .bind(secrecy.code())
        .execute(db.pool())
        .await
        .unwrap();
        let mut hall = Self {
            pact: PactId::from_uuid(pact),
            number,
            people,
            branch,
            committee,
            chair,
            tellers,
            supervision,
            clerks,
            keys: None,
        };
        hall.write_text(world).await;
        hall.appoint(world).await;
        for kind in ["legal_review", "womens_rights_check"] {
            hall.records(world, kind, "up3").await;
        }
        if secrecy == Secrecy::Secret {
            hall.make_keys(world).await;
        }
        hall
    }

    async fn write_text(&self, world: &World) {
        let (db, clause) = (world.db(), world.db().new_id());
        let words = "遛犬牵绳，绳长不超过1.5米。";
        let text = SignedText {
            title: "文明养犬公约".to_owned(),
            clauses: vec![SignedClause { id: clause.to_string(), text: words.to_owned() }],
            attachments: Vec::new(),
        };
        let opener = self.committee.person.unwrap().uuid();
        sqlx::query(
            "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at) values ($1, 1, '文明养犬公约', $2, $3, $4)",
        )
        .bind(self.pact.uuid())
        .bind(text.hash().as_slice())
        .bind(opener)
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query(
            "insert into pact_clause (pact_id, version_no, clause_id, position, text) values ($1, 1, $2, 1, $3)",
        )
        .bind(self.pact.uuid())
        .bind(clause)
        .bind(words)
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query("insert into pact_draft (pact_id, clauses, changed_by, changed_at) values ($1, $2, $3, $4)")
            .bind(self.pact.uuid())
            .bind(json!([{"id": clause, "text": words, "english": ""}]))
            .bind(opener)
            .bind(db.now())
            .execute(db.pool())
            .await
            .unwrap();
    }

    async fn appoint(&self, world: &World) {
        let offices = [
            (&self.branch, Office::Branch),
            (&self.committee, Office::Committee),
            (&self.chair, Office::Chair),
            (&self.tellers[0], Office::Teller),
            (&self.tellers[1], Office::Teller),
            (&self.supervision, Office::Supervision),
        ];
        let db = world.db();
        for (order, (actor, office)) in (0..).zip(offices) {
            sqlx::query(
                "insert into pact_office (pact_id, person_id, office, appointed_by, since) values ($1, $2, $3, $4, $5)",
            )
            .bind(self.pact.uuid())
            .bind(actor.person.unwrap().uuid())
            .bind(office.code())
            .bind(self.committee.person.unwrap().uuid())
            .bind(db.now() + TimeDelta::microseconds(order))
            .execute(db.pool())
            .await
            .unwrap();
        }
    }

    /// Records a piece of evidence as if its office had.
    pub async fn records(&self, world: &World, kind: &str, stage: &str) {
        let db = world.db();
        sqlx::query(
            "insert into pact_evidence (id, pact_id, kind, stage, text_no, note, day, recorded_by, recorded_at)
             values ($1, $2, $3, $4, 1, '已记录在案', $5, $6, $7)",
        )
        .bind(db.new_id())
        .bind(self.pact.uuid())
        .bind(kind)
        .bind(stage)
        .bind(db.today())
        .bind(self.committee.person.unwrap().uuid())
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
    }

    async fn make_keys(&mut self, world: &World) {
        let mut keys = Vec::new();
        for teller in &self.tellers {
            let key = votes::fresh(&world.db(), teller, &self.number).await.unwrap();
            votes::keep(&world.db(), teller, &self.number, &key.secret, "").await.unwrap();
            keys.push(key);
        }
        self.keys = keys.try_into().ok();
    }

    /// The version that the next assent names.
    pub async fn version(&self, world: &World) -> i32 {
        sqlx::query_scalar("select version from pact where id = $1")
            .bind(self.pact.uuid())
            .fetch_one(world.db().pool())
            .await
            .unwrap()
    }

    /// The stage it is in.
    pub async fn stage(&self, world: &World) -> String {
        sqlx::query_scalar("select stage from pact where id = $1")
            .bind(self.pact.uuid())
            .fetch_one(world.db().pool())
            .await
            .unwrap()
    }

    /// Assents to a move.
    pub async fn assents(&self, world: &World, actor: &Actor, mv: Move) -> Result<bool, Error> {
        let at = self.version(world).await;
        let note = "按程序进行，已核对无误";
        pacts::assent(&world.db(), actor, self.pact, at, mv, note, &json!({})).await.map(|assented| assented.performed)
    }

    /// Freezes the text and draws the roll.
    pub async fn announce(&self, world: &World) {
        self.assents(world, &self.branch, Move::Freeze).await.unwrap();
        assert!(self.assents(world, &self.committee, Move::Freeze).await.unwrap());
    }

    /// Sixteen days later the vote is opened.
    pub async fn open(&self, world: &World) {
        world.later(TimeDelta::days(16));
        self.records(world, "agenda", "notice").await;
        assert!(self.assents(world, &self.committee, Move::OpenVote).await.unwrap());
    }

    /// The vote of a body on the newest roll.
    pub async fn vote(&self, world: &World, body: Body) -> VoteId {
        let id: Uuid =
            sqlx::query_scalar("select id from vote where pact_id = $1 and body = $2 order by opened_at desc limit 1")
                .bind(self.pact.uuid())
                .bind(body.code())
                .fetch_one(world.db().pool())
                .await
                .unwrap();
        VoteId::from_uuid(id)
    }

    /// The unit of a body with a number, on the newest roll.
    pub async fn unit(&self, world: &World, body: Body, position: i32) -> Uuid {
        sqlx::query_scalar(
            "select u.id from voting_unit u join roll r on r.id = u.roll_id where r.pact_id = $1 and u.body = $2 and u.position = $3
             order by r.no desc limit 1",
        )
        .bind(self.pact.uuid())
        .bind(body.code())
        .bind(position)
        .fetch_one(world.db().pool())
        .await
        .unwrap()
    }

    /// The n-th of its people as use cases are asked.
    #[must_use]
    pub fn actor(&self, n: usize) -> Actor {
        Actor { client: format!("198.51.100.{}", n % 250), ..Actor::resident(self.people[n], "") }
    }

    /// Somebody votes for a unit of the statutory body.
    pub async fn votes(&self, world: &World, n: usize, position: i32, choice: Choice) -> Result<Cast, Error> {
        let vote = self.vote(world, Body::Statutory).await;
        let unit = self.unit(world, Body::Statutory, position).await;
        let key = KeyId::from_uuid(Uuid::new_v4());
        votes::cast(&world.db(), &self.actor(n), &self.number, vote, unit, choice, key).await
    }

    /// Chair and tellers close the vote; the second teller brings the keys.
    pub async fn close(&self, world: &World) -> Result<bool, Error> {
        let note = "到会人数已核对";
        let db = world.db();
        let keys =
            self.keys.as_ref().map(|[one, two]| Identities { outer: one.secret.clone(), inner: two.secret.clone() });
        let at = self.version(world).await;
        votes::close(&db, &self.chair, &self.number, at, note, None).await?;
        votes::close(&db, &self.tellers[0], &self.number, at, note, None).await?;
        let done = votes::close(&db, &self.tellers[1], &self.number, at, note, keys.as_ref()).await?;
        Ok(done.performed)
    }

    /// Names everybody of a unit as wanting the same voter.
    pub async fn agree(&self, world: &World, position: i32, people: &[usize], voter: usize) {
        let unit = self.unit(world, Body::Statutory, position).await;
        for n in people {
            roll::name_voter(&world.db(), &self.actor(*n), &self.number, unit, self.people[voter]).await.unwrap();
        }
    }
}

/// A building with these doors and the people behind them.
async fn settle(world: &World, kind: Kind, doors: &[Door], many: usize) -> Vec<PersonId> {
    let db = world.db();
    let mut tx = db.begin().await.unwrap();
    let building = db.new_id();
    let short = building.simple().to_string();
    sqlx::query(
        "insert into building (id, area_id, area_path, compound_zh, name_zh, name_en)
         select $1, id, path, $2, '3号楼', 'Building 3' from area where code = 'BYH1A1'",
    )
    .bind(building)
    .bind(format!("东苑{}", &short[28..]))
    .execute(&mut *tx)
    .await
    .unwrap();
    let mut people = Vec::with_capacity(many);
    for n in 0..many {
        let (person, _) = people::find_or_create(&db, &mut tx, &super::signing::phone(n), Lang::Zh).await.unwrap();
        people::set_name(&db, &mut tx, person, &format!("住户{n}")).await.unwrap();
        people.push(person);
    }
    let capacity = match kind {
        Kind::OwnersCovenant => "owner",
        Kind::VillageRules => "villager",
        Kind::ResidentConvention | Kind::BuildingPledge => "resident",
    };
    for (position, Door(behind, area)) in (0..).zip(doors) {
        let household = db.new_id();
        let door = db.keys().seal_text(Purpose::Home, &format!("1单元{}室", position + 101)).unwrap();
        sqlx::query(
            "insert into household (id, building_id, area_path, position, door_sealed, area_cm2)
             select $1, id, area_path, $3, $4, nullif($5, 0) from building where id = $2",
        )
        .bind(household)
        .bind(building)
        .bind(position)
        .bind(door)
        .bind(area)
        .execute(&mut *tx)
        .await
        .unwrap();
        for n in behind {
            sqlx::query(
                "insert into residence (id, person_id, household_id, capacity, verified, since)
                 values ($1, $2, $3, $4, 'imported_roll', '2020-01-01')",
            )
            .bind(db.new_id())
            .bind(people[*n].uuid())
            .bind(household)
            .bind(capacity)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
    }
    tx.commit().await.unwrap();
    people
}
