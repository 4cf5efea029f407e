//! A pact that is being signed, with the doors and people it is for: what the stories of signing begin with. The way there is
//! painted straight into the rows; the stages before have stories of their own.

use std::sync::atomic::{AtomicU16, Ordering};

use gongzhi_domain::Lang;
use gongzhi_domain::ids::{BuildingId, HouseholdId, PactId, PersonId};
use gongzhi_domain::pact::Kind;
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_proof::SignedText;
use gongzhi_proof::text::SignedClause;
use uuid::Uuid;

use crate::photos::{self, StagedFor};
use crate::requests::Holder;
use crate::signing::NewScan;
use crate::{Db, Purpose, pacts, people, signing};

/// A pact in signing.
#[derive(Debug, Clone)]
pub struct ToSign {
    /// Which.
    pub pact: PactId,
    /// Its number.
    pub number: String,
    /// The building its people live in.
    pub building: BuildingId,
    /// A household each; the phone of the n-th is [`phone`].
    pub people: Vec<(HouseholdId, PersonId)>,
    /// The ids of its clauses.
    pub clauses: Vec<Uuid>,
}

/// A number for a pact that was begun by nobody: none of those that are counted, and no other's.
pub(super) fn number(community: &str) -> String {
    static SO_FAR: AtomicU16 = AtomicU16::new(0);
    format!("{community}-2026-{}", 1000 + SO_FAR.fetch_add(1, Ordering::Relaxed) % 9000)
}

/// The telephone number of the n-th of them.
#[must_use]
pub fn phone(n: usize) -> Phone {
    Phone::parse(&format!("139{n:08}")).unwrap()
}

/// A pact of the community `BYH1A` in signing, for one building of the grid `BYH1A1` with so many households of one adult.
pub async fn to_sign(db: &Db, kind: Kind, households: usize) -> ToSign {
    to_sign_in(db, kind, households, ["BYH1A", "BYH1A1"]).await
}

/// The same in another community and grid.
pub async fn to_sign_in(db: &Db, kind: Kind, households: usize, [community, grid]: [&str; 2]) -> ToSign {
    pacts::seed_profiles(db).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let (opener, _) =
        people::find_or_create(db, &mut tx, &Phone::parse("13100000000").unwrap(), Lang::Zh).await.unwrap();
    let (pact, building) = (db.new_id(), db.new_id());
    let short = building.simple().to_string();
    let number = number(community);
    sqlx::query(
        "insert into building (id, area_id, area_path, compound_zh, name_zh, name_en)
         select $1, id, path, $2, '3号楼', 'Building 3' from area where code = $3",
    )
    .bind(building)
    .bind(format!("东苑{}", &short[28..]))
    .bind(grid)
    .execute(&mut *tx)
    .await
    .unwrap();
    let mut residents = Vec::with_capacity(households);
    for n in 0..households {
        let household = db.new_id();
        let door = db.keys().seal_text(Purpose::Home, &format!("1单元{}室", n + 101)).unwrap();
        sqlx::query(
            "insert into household (id, building_id, area_path, position, door_sealed)
             select $1, id, area_path, $3, $4 from building where id = $2",
        )
        .bind(household)
        .bind(building)
        .bind(i32::try_from(n).unwrap())
        .bind(door)
        .execute(&mut *tx)
        .await
        .unwrap();
        let (person, _) = people::find_or_create(db, &mut tx, &phone(n), Lang::Zh).await.unwrap();
        people::set_name(db, &mut tx, person, &format!("住户{n}")).await.unwrap();
        let capacity = if kind == Kind::OwnersCovenant { "owner" } else { "resident" };
        sqlx::query(
            "insert into residence (id, person_id, household_id, capacity, verified, since)
             values ($1, $2, $3, $4, 'imported_roll', '2020-01-01')",
        )
        .bind(db.new_id())
        .bind(person.uuid())
        .bind(household)
        .bind(capacity)
        .execute(&mut *tx)
        .await
        .unwrap();
        residents.push((HouseholdId::from_uuid(household), person));
    }
    sqlx::query(
        "insert into pact (id, number, kind, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en, opened_by,
                           opened_at, stage_since, changed_at)
         select $1, $2, $3, a.id, a.path, u.id, r.id, 'open', '文明养犬公约', 'Keeping dogs', $4, $5, $5, $5
         from area a, unit u, rule_profile r where a.code = $6 and u.code = 'OFFICE1' and r.kind = $3",
    )
    .bind(pact)
    .bind(&number)
    .bind(kind.code())
    .bind(opener.uuid())
    .bind(db.now())
    .bind(community)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let clauses = vec![db.new_id(), db.new_id()];
    let it = ToSign {
        pact: PactId::from_uuid(pact),
        number,
        building: BuildingId::from_uuid(building),
        people: residents,
        clauses,
    };
    it.publish(db, 1, ["遛犬牵绳，绳长不超过1.5米。", "粪便随手清理。"]).await;
    it
}

impl ToSign {
    /// Publishes a version of two clauses and opens its signing.
    pub async fn publish(&self, db: &Db, no: i32, words: [&str; 2]) {
        let mut tx = db.begin().await.unwrap();
        let clauses = self.clauses.iter().zip(words);
        let text = SignedText {
            title: "文明养犬公约".to_owned(),
            clauses: clauses
                .clone()
                .map(|(id, text)| SignedClause { id: id.to_string(), text: text.to_owned() })
                .collect(),
            attachments: Vec::new(),
        };
        sqlx::query(
            "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at)
             select id, $2, title_zh, $3, opened_by, $4 from pact where id = $1",
        )
        .bind(self.pact.uuid())
        .bind(no)
        .bind(text.hash().as_slice())
        .bind(db.now())
        .execute(&mut *tx)
        .await
        .unwrap();
        for (position, (id, words)) in (1..).zip(clauses) {
            sqlx::query(
                "insert into pact_clause (pact_id, version_no, clause_id, position, text, english) values ($1, $2, $3, $4, $5, '')",
            )
            .bind(self.pact.uuid())
            .bind(no)
            .bind(*id)
            .bind(position)
            .bind(words)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        sqlx::query("update pact set text_no = $2, stage = 'sign', stage_since = $3 where id = $1")
            .bind(self.pact.uuid())
            .bind(no)
            .bind(db.now())
            .execute(&mut *tx)
            .await
            .unwrap();
        signing::open(db, &mut tx, self.pact, &format!("{}/{}", self.number, no + 8)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts the pact into another stage.
    pub async fn stands_in(&self, db: &Db, stage: &str) {
        sqlx::query(
            "update pact set stage = $2, stage_since = $3, in_force_on = '2026-04-01', review_on = '2029-04-01',
                             ending = case when $2 = 'ended' then 'annulled' end where id = $1",
        )
        .bind(self.pact.uuid())
        .bind(stage)
        .bind(db.now())
        .execute(db.pool())
        .await
        .unwrap();
    }

    /// Keeps a page of the book of the building as somebody of the desk does: a picture without a code, its check code typed.
    pub async fn scan(&self, db: &Db, actor: &Actor, page: i32) -> Uuid {
        let holder = Holder::of(db, "the scanner");
        let shade = u8::try_from(page % 200).unwrap();
        let photo =
            photos::stage(db, actor, &holder, StagedFor::SigningPage(self.pact), blank_page(shade).into()).await;
        let new = NewScan {
            household: self.people[0].0,
            page,
            text: self.text(db).await[..12].to_owned(),
            photo: Some(photo.unwrap()),
            holder: Some(holder),
        };
        signing::keep_scan(db, actor, &self.number, &new).await.unwrap().id
    }

    /// The hash of the text that counts now, as pages show it.
    pub async fn text(&self, db: &Db) -> String {
        sqlx::query_scalar(
            "select encode(v.text_sha256, 'hex') from pact p join pact_version v on v.pact_id = p.id and v.no = p.text_no
             where p.id = $1",
        )
        .bind(self.pact.uuid())
        .fetch_one(db.pool())
        .await
        .unwrap()
    }
}

/// A picture of a page with nothing on it.
#[must_use]
pub fn blank_page(shade: u8) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let page = image::GrayImage::from_pixel(60, 80, image::Luma([255 - shade]));
    page.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}
