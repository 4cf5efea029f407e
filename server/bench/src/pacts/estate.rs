//! The pact that everybody votes on and signs: one building of so many households, each with one adult who has signed in, and
//! officers for every office. The way to the final text is painted into the rows; freezing, opening and closing the vote and
//! confirming its result go through the store's use cases.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{AreaId, HouseholdId, PactId, PersonId, UnitId};
use gongzhi_domain::pact::{Choice, Kind, Move, Office, Secrecy};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Lang, Named};
use gongzhi_proof::SignedText;
use gongzhi_proof::text::SignedClause;
use gongzhi_store::sessions::{self, Kind as Door};
use gongzhi_store::staff::{self, NewStaff};
use gongzhi_store::votes::{self, Identities};
use gongzhi_store::{Db, Purpose, Transaction, pacts, people, signing};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::databases::Database;
use crate::town::{self, Town};

const KIND: Kind = Kind::ResidentConvention;
const TITLE: &str = "文明养犬公约";
const CLAUSE: &str = "遛犬牵绳，绳长不超过1.5米。";
const NOTE: &str = "按程序进行，已核对无误";
/// How long before the crowd comes the text is frozen, and the vote opened (pacts.md: a notice of ten days).
const FROZEN: TimeDelta = TimeDelta::days(30);
const OPENED: TimeDelta = TimeDelta::days(3);
/// How far ahead of the clock codes are sent, because they are good for five minutes and a bench takes longer.
const AHEAD: TimeDelta = TimeDelta::hours(12);

/// A household and the one adult in it.
pub struct Household {
    /// The household.
    pub id: HouseholdId,
    /// Who votes and signs for it.
    pub person: PersonId,
    /// The token of their session.
    pub token: String,
    /// The address they come from: each another.
    pub client: String,
    /// Their unit on the roll.
    pub unit: Uuid,
    /// What they vote.
    pub choice: Choice,
}

/// The pact with everybody in it.
pub struct Estate {
    /// Its number.
    pub number: String,
    /// Everybody.
    pub households: Vec<Household>,
    /// The vote.
    pub vote: Uuid,
    pact: PactId,
    officers: Vec<(Office, Actor)>,
    keys: Identities,
}

impl Estate {
    /// Builds a town with the pact in an empty database and opens its secret vote.
    pub async fn build(database: &Database, households: usize) -> Result<Self> {
        let db = database.db().await?;
        let town = town::build(&db).await?;
        let mut estate = paint(&db, &town, households).await?;
        estate.hold_office(&db, &town).await?;
        estate.open(&db).await?;
        db.pool().close().await;
        settle(database).await?;
        Ok(estate)
    }

    /// Who holds an office.
    fn officer(&self, office: Office, nth: usize) -> Result<&Actor> {
        let mut all = self.officers.iter().filter(|(held, _)| *held == office);
        Ok(&all.nth(nth).with_context(|| format!("nobody holds {office:?}"))?.1)
    }

    async fn hold_office(&mut self, db: &Db, town: &Town) -> Result<()> {
        let offices =
            [Office::Branch, Office::Committee, Office::Chair, Office::Teller, Office::Teller, Office::Supervision];
        let unit = UnitId::from_uuid(*town.units.first().context("no unit")?);
        let mut tx = db.begin().await?;
        for (n, office) in (0..).zip(offices) {
            let name = format!("{office:?}-{n}").to_lowercase();
            let new = NewStaff {
                sign_in_name: name.clone(),
                name: Named::new(name.clone(), name),
                password_hash: String::new(),
                totp_secret: staff::new_totp_secret(),
            };
            let person = staff::create(db, &mut tx, &new).await?;
            staff::appoint(db, &mut tx, person, Role::PactOfficer, unit, AreaId::from_uuid(town.root)).await?;
            sqlx::query(
                "insert into pact_office (pact_id, person_id, office, appointed_by, since) values ($1, $2, $3, $2, $4)",
            )
            .bind(self.pact.uuid())
            .bind(person.uuid())
            .bind(office.code())
            .bind(db.now() - FROZEN * 2 + TimeDelta::seconds(n))
            .execute(&mut *tx)
            .await?;
            self.officers.push((office, Actor { client: "127.0.0.1".to_owned(), ..Actor::resident(person, "") }));
        }
        tx.commit().await?;
        for (_, officer) in &mut self.officers {
            let person = officer.person.context("an officer is a person")?;
            officer.memberships = sessions::memberships(db, person).await?;
        }
        Ok(())
    }

    /// Freezes the text, draws the roll and opens the vote, and reads who votes for which unit.
    async fn open(&mut self, db: &Db) -> Result<()> {
        let frozen = db.at(db.now() - FROZEN);
        let mut secrets = Vec::new();
        for nth in 0..2 {
            let teller = self.officer(Office::Teller, nth)?;
            let key = votes::fresh(&frozen, teller, &self.number).await?;
            votes::keep(&frozen, teller, &self.number, &key.secret, "").await?;
            secrets.push(key.secret);
        }
        let [outer, inner] = <[String; 2]>::try_from(secrets).ok().context("two tellers")?;
        self.keys = Identities { outer, inner };
        for kind in ["legal_review", "womens_rights_check"] {
            self.record(&frozen, kind, "up3").await?;
        }
        self.assent(&frozen, Office::Branch, Move::Freeze).await?;
        ensure!(self.assent(&frozen, Office::Committee, Move::Freeze).await?, "the text is not frozen");
        let opened = db.at(db.now() - OPENED);
        self.record(&opened, "agenda", "notice").await?;
        ensure!(self.assent(&opened, Office::Committee, Move::OpenVote).await?, "the vote is not open");

        self.vote = sqlx::query_scalar("select id from vote where pact_id = $1 and body = 'statutory'")
            .bind(self.pact.uuid())
            .fetch_one(db.pool())
            .await?;
        for household in &mut self.households {
            household.unit = sqlx::query_scalar(
                "select u.id from voting_unit u join vote v on v.roll_id = u.roll_id and v.body = u.body
                 where v.id = $1 and u.voter_id = $2",
            )
            .bind(self.vote)
            .bind(household.person.uuid())
            .fetch_one(db.pool())
            .await?;
        }
        Ok(())
    }

    /// Chair and tellers close the vote on a copy of the database; the second teller brings the keys, and it is counted.
    pub async fn close(&self, db: &Db) -> Result<()> {
        let at = self.version(db).await?;
        for (office, nth) in [(Office::Chair, 0), (Office::Teller, 0)] {
            votes::close(db, self.officer(office, nth)?, &self.number, at, NOTE, None).await?;
        }
        let last = self.officer(Office::Teller, 1)?;
        let closed = votes::close(db, last, &self.number, at, NOTE, Some(&self.keys)).await?;
        ensure!(closed.performed, "the vote is not closed");
        Ok(())
    }

    /// Five days and more after the count the result is confirmed, and everybody is sent the code to sign with. Answers the hash
    /// of the text and the codes, in the order of the households.
    pub async fn to_sign(&self, database: &Database) -> Result<(String, Vec<String>)> {
        let db = database.db().await?;
        self.close(&db).await?;
        let mut superuser = database.connect().await?;
        sqlx::query("update pact set stage_since = stage_since - interval '6 days' where id = $1")
            .bind(self.pact.uuid())
            .execute(&mut superuser)
            .await?;
        ensure!(self.assent(&db, Office::Supervision, Move::ConfirmResult).await?, "the result is not confirmed");
        let text = sqlx::query_scalar(
            "select encode(r.text_sha256, 'hex') from signing_round r join pact p on p.id = r.pact_id and p.text_no = r.text_no
             where p.id = $1",
        )
        .bind(self.pact.uuid())
        .fetch_one(db.pool())
        .await?;
        let ahead = db.later(AHEAD);
        let mut codes = Vec::with_capacity(self.households.len());
        for household in &self.households {
            let who = Actor { client: household.client.clone(), ..Actor::resident(household.person, "") };
            signing::send_code(&ahead, &who, &self.number, household.id).await?;
            let code = signing::code_for_demo(&ahead, &who, &self.number).await?;
            codes.push(code.context("a code that was sent")?);
        }
        db.pool().close().await;
        settle(database).await?;
        Ok((text, codes))
    }

    /// What was cast: yes, no, abstentions.
    pub fn cast(&self) -> [u64; 3] {
        [Choice::Yes, Choice::No, Choice::Abstain]
            .map(|choice| self.households.iter().filter(|household| household.choice == choice).count() as u64)
    }

    /// Which pact.
    pub fn pact(&self) -> PactId {
        self.pact
    }

    async fn version(&self, db: &Db) -> Result<i32> {
        let version = sqlx::query_scalar("select version from pact where id = $1").bind(self.pact.uuid());
        Ok(version.fetch_one(db.pool()).await?)
    }

    async fn assent(&self, db: &Db, office: Office, mv: Move) -> Result<bool> {
        let (who, at) = (self.officer(office, 0)?, self.version(db).await?);
        Ok(pacts::assent(db, who, self.pact, at, mv, NOTE, &json!({})).await?.performed)
    }

    /// Records a piece of evidence as if its office had.
    async fn record(&self, db: &Db, kind: &str, stage: &str) -> Result<()> {
        let by = self.officer(Office::Committee, 0)?.person.context("an officer is a person")?;
        sqlx::query(
            "insert into pact_evidence (id, pact_id, kind, stage, text_no, note, day, recorded_by, recorded_at)
             values ($1, $2, $3, $4, 1, '已记录在案', $5, $6, $7)",
        )
        .bind(db.new_id())
        .bind(self.pact.uuid())
        .bind(kind)
        .bind(stage)
        .bind(db.today())
        .bind(by.uuid())
        .bind(db.now())
        .execute(db.pool())
        .await?;
        Ok(())
    }
}

/// Lets the planner know what is there, before copies are made.
async fn settle(database: &Database) -> Result<()> {
    crate::databases::say(&mut database.connect().await?, "vacuum (analyze)").await
}

/// The pact at its last UP with its text, and the households.
async fn paint(db: &Db, town: &Town, households: usize) -> Result<Estate> {
    pacts::seed_profiles(db).await?;
    let began = db.now() - FROZEN * 2;
    let grid = town.grids.first().context("no grid")?;
    let (_, community) = grid.path.rsplit_once('.').and_then(|(above, _)| above.rsplit_once('.')).context("a path")?;
    let mut tx = db.begin().await?;
    let households = move_in(db, &mut tx, grid.id, households).await?;
    let (pact, number) = (db.new_id(), format!("{community}-{}-01", began.format("%Y")));
    sqlx::query(
        "insert into pact (id, number, kind, stage, text_no, area_id, area_path, unit_id, profile_id, secrecy, title_zh, title_en,
                           opened_by, opened_at, stage_since, changed_at)
         select $1, $2, $3, 'up3', 1, a.id, a.path, $4, r.id, $5, $6, 'Keeping dogs', $7, $8, $8, $8
         from area a, rule_profile r where a.code = $9 and r.kind = $3",
    )
    .bind(pact)
    .bind(&number)
    .bind(KIND.code())
    .bind(town.units.first())
    .bind(Secrecy::Secret.code())
    .bind(TITLE)
    .bind(town.clerk)
    .bind(began)
    .bind(community)
    .execute(&mut *tx)
    .await?;
    write_text(db, &mut tx, pact, town.clerk, began).await?;
    // The households of this community are a list of their own; the usual way to count may be by representatives.
    sqlx::query(
        "insert into roll_basis (pact_id, basis, note, chosen_by, chosen_at) values ($1, 'households', $2, $3, $4)",
    )
    .bind(pact)
    .bind(NOTE)
    .bind(town.clerk)
    .bind(began)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    let keys = Identities { outer: String::new(), inner: String::new() };
    let (pact, vote) = (PactId::from_uuid(pact), Uuid::nil());
    Ok(Estate { number, households, vote, pact, officers: Vec::new(), keys })
}

async fn write_text(db: &Db, tx: &mut PgConnection, pact: Uuid, by: Uuid, at: DateTime<Utc>) -> Result<()> {
    let clause = db.new_id();
    let text = SignedText {
        title: TITLE.to_owned(),
        clauses: vec![SignedClause { id: clause.to_string(), text: CLAUSE.to_owned() }],
        attachments: Vec::new(),
    };
    sqlx::query(
        "insert into pact_version (pact_id, no, title_zh, text_sha256, published_by, published_at)
         values ($1, 1, $2, $3, $4, $5)",
    )
    .bind(pact)
    .bind(TITLE)
    .bind(text.hash().as_slice())
    .bind(by)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    sqlx::query("insert into pact_clause (pact_id, version_no, clause_id, position, text) values ($1, 1, $2, 1, $3)")
        .bind(pact)
        .bind(clause)
        .bind(CLAUSE)
        .execute(&mut *tx)
        .await?;
    sqlx::query("insert into pact_draft (pact_id, clauses, changed_by, changed_at) values ($1, $2, $3, $4)")
        .bind(pact)
        .bind(json!([{"id": clause, "text": CLAUSE, "english": ""}]))
        .bind(by)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// One building with so many doors, an adult behind each, signed in an hour ago.
async fn move_in(db: &Db, tx: &mut Transaction, grid: Uuid, households: usize) -> Result<Vec<Household>> {
    let building = db.new_id();
    sqlx::query(
        "insert into building (id, area_id, area_path, compound_zh, name_zh, name_en)
         select $1, id, path, '东苑', '3号楼', 'Building 3' from area where id = $2",
    )
    .bind(building)
    .bind(grid)
    .execute(&mut **tx)
    .await?;
    let signed_in = db.at(db.now() - TimeDelta::hours(1));
    let mut all = Vec::with_capacity(households);
    for n in 0..households {
        let household = db.new_id();
        let door = db.keys().seal_text(Purpose::Home, &format!("1单元{}室", n + 101))?;
        sqlx::query(
            "insert into household (id, building_id, area_path, position, door_sealed)
             select $1, id, area_path, $3, $4 from building where id = $2",
        )
        .bind(household)
        .bind(building)
        .bind(i32::try_from(n)?)
        .bind(door)
        .execute(&mut **tx)
        .await?;
        let phone = Phone::parse(&format!("139{n:08}")).ok().context("a number")?;
        let (person, _) = people::find_or_create(db, &mut *tx, &phone, Lang::Zh).await?;
        people::set_name(db, &mut *tx, person, &format!("住户{n}")).await?;
        sqlx::query(
            "insert into residence (id, person_id, household_id, capacity, verified, since)
             values ($1, $2, $3, 'resident', 'imported_roll', '2020-01-01')",
        )
        .bind(db.new_id())
        .bind(person.uuid())
        .bind(household)
        .execute(&mut **tx)
        .await?;
        let client = format!("10.{}.{}.1", n / 250, n % 250);
        let session = sessions::start(&signed_in, &mut *tx, person, Door::Resident, &client, "gongzhi-bench").await?;
        let choice = match n % 10 {
            0..=6 => Choice::Yes,
            7 | 8 => Choice::No,
            _ => Choice::Abstain,
        };
        let (id, token, unit) = (HouseholdId::from_uuid(household), session.token, Uuid::nil());
        all.push(Household { id, person, token, client, unit, choice });
    }
    Ok(all)
}
