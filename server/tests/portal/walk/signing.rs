//! Signing as the walk asks about it: pacts being signed in everybody's area and outside of it, one's own household and signature and
//! another's.

use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::Kind;
use gongzhi_domain::person::Actor;
use gongzhi_store::Purpose;
use gongzhi_store::signing::{self, Confirm};
use gongzhi_store::testing::signing::{ToSign, phone, to_sign_in};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Asking, Fields};
use crate::town::Town;

const HERE: [&str; 2] = ["BYH1A", "BYH1A1"];
const THERE: [&str; 2] = ["WNS1A", "WNS1A1"];

/// Pacts being signed, of which the second of each pair lies outside everybody's area.
pub struct Signing {
    open: [ToSign; 2],
    /// Pledges whose buildings are chosen.
    pledges: [ToSign; 2],
    /// One whose text changes between two signatures.
    changing: ToSign,
    brush: PgPool,
}

impl Signing {
    pub async fn new(town: &Town) -> Self {
        let db = town.world.db();
        let pact = |kind, place| to_sign_in(&db, kind, 1, place);
        let open = [pact(Kind::ResidentConvention, HERE).await, pact(Kind::ResidentConvention, THERE).await];
        let pledges = [pact(Kind::BuildingPledge, HERE).await, pact(Kind::BuildingPledge, THERE).await];
        for pledge in &pledges {
            pledge.stands_in(&db, "up1").await;
        }
        Self {
            open,
            pledges,
            changing: pact(Kind::ResidentConvention, HERE).await,
            brush: town.world.superuser().await,
        }
    }

    pub fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        let is_here = ["/sign", "/signed", "/signing", "/book"].iter().any(|end| path.ends_with(end));
        is_here.then(|| path.replace("{number}", &self.pact(asking).number))
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        let (town, pact) = (asking.town, self.pact(asking));
        let db = town.world.db();
        let text = |value: &str| value.to_owned();
        let key = || ("key", Uuid::new_v4().to_string());
        let number = |pact: &ToSign| ("pact", pact.number.clone());
        let home = |household: HouseholdId| ("household", household.to_string());
        Some(match path {
            "/api/send-signing-code" => {
                if let Some(person) = asking.person.filter(|_| asking.standing.own) {
                    self.reachable(town, person).await;
                }
                vec![number(pact), home(self.home(asking, pact).await)]
            }
            "/api/sign-pact" => {
                let household = self.home(asking, pact).await;
                let code = match asking.person.filter(|_| asking.standing.own) {
                    Some(person) => self.code(town, pact, person, household).await,
                    None => text("123456"),
                };
                let words = ("text", pact.text(&db).await);
                vec![number(pact), home(household), words, ("code", code), ("agreed", text("1")), key()]
            }
            "/api/sign-with-passkey" => {
                // Whoever has signed already is told so before a device is asked.
                let household = if asking.standing.own {
                    self.signed(asking, pact).await;
                    pact.people[0].0
                } else {
                    self.home(asking, pact).await
                };
                let words = ("text", pact.text(&db).await);
                vec![number(pact), home(household), words, ("agreed", text("1")), key()]
            }
            "/api/remove-passkey" => {
                let whose = match asking.person.filter(|_| asking.standing.own) {
                    Some(person) => person,
                    None => town.world.resident("孙", &town.phone()).await.person,
                };
                let passkey: Uuid = sqlx::query_scalar(
                    "insert into passkey (id, person_id, credential_id, public_key, created_at)
                     values (gen_random_uuid(), $1, gen_random_uuid()::text::bytea, 'key', now()) returning id",
                )
                .bind(whose.uuid())
                .fetch_one(&self.brush)
                .await
                .unwrap();
                vec![("passkey", passkey.to_string())]
            }
            "/api/withdraw-signature" => {
                let signed = self.signed(asking, pact).await;
                vec![number(pact), ("signature", signed), ("sure", text("1"))]
            }
            "/api/reaffirm-signature" => {
                let earlier = self.signed(asking, &self.changing).await;
                let no: i32 = sqlx::query_scalar("select text_no from pact where id = $1")
                    .bind(self.changing.pact.uuid())
                    .fetch_one(&self.brush)
                    .await
                    .unwrap();
                self.changing.publish(&db, no + 1, ["遛犬牵绳。", "粪便随手清理。"]).await;
                vec![number(&self.changing), ("earlier", earlier), ("text", self.changing.text(&db).await), key()]
            }
            "/api/find-signer" => vec![number(pact), ("phone", phone(0).full().to_owned())],
            "/api/assist-signing" => {
                let (household, signer) = self.neighbour(town, pact).await;
                vec![
                    number(pact),
                    home(household),
                    ("person", signer.to_string()),
                    ("witness_phone", phone(0).full().to_owned()),
                    ("read_back", text("1")),
                    key(),
                ]
            }
            "/api/witness-signing" => {
                let witness = asking.person.filter(|_| asking.standing.own);
                let (asked, _) = self.asked(town, pact, None, witness).await;
                vec![number(pact), ("asked", asked), ("was_so", text("yes"))]
            }
            "/api/witness-by-code" => {
                let (asked, household) = self.asked(town, pact, asking.person, None).await;
                vec![number(pact), ("asked", asked), home(household), ("again", text("1"))]
            }
            "/api/keep-signing-page" => {
                let words = ("text", pact.text(&db).await);
                // A picture is no text: it is missed, once the permission was asked.
                vec![("book", pact.pact.to_string()), number(pact), home(pact.people[0].0), ("page", text("1")), words]
            }
            "/api/enter-paper-signature" => {
                // A line of its own: two read one line, and no third.
                let (household, signer) = self.neighbour(town, pact).await;
                vec![
                    number(pact),
                    home(household),
                    ("person", signer.to_string()),
                    ("reading", text("blank")),
                    ("scan", self.scan(pact).await),
                    ("text", pact.text(&db).await),
                ]
            }
            "/api/choose-signers" => {
                let pledge = &self.pledges[usize::from(!asking.standing.inside)];
                vec![number(pledge), ("buildings[]", pledge.building.to_string())]
            }
            _ => return None,
        })
    }

    /// An assisted signature that waits for its witness, by these people or others; and of which household.
    async fn asked(
        &self,
        town: &Town,
        pact: &ToSign,
        helper: Option<PersonId>,
        witness: Option<PersonId>,
    ) -> (String, HouseholdId) {
        let (household, signer) = self.neighbour(town, pact).await;
        let mut others = Vec::new();
        for _ in 0..2 {
            others.push(town.world.resident("钱", &town.phone()).await.person);
        }
        let asked: Uuid = sqlx::query_scalar(
            "insert into assisted_signature (id, pact_id, text_no, household_id, person_id, helper_id, witness_id, by_code,
                                             request_key, asked_at)
             select gen_random_uuid(), id, text_no, $2, $3, $4, $5, true, gen_random_uuid(), now() from pact where id = $1
             returning id",
        )
        .bind(pact.pact.uuid())
        .bind(household.uuid())
        .bind(signer.uuid())
        .bind(helper.unwrap_or(others[0]).uuid())
        .bind(witness.unwrap_or(others[1]).uuid())
        .fetch_one(&self.brush)
        .await
        .unwrap();
        (asked.to_string(), household)
    }

    /// A page of the book of a pact.
    async fn scan(&self, pact: &ToSign) -> String {
        let scan: Uuid = sqlx::query_scalar(
            "insert into signature_scan (id, pact_id, text_no, building_id, page, sha256, told_by, width, height, bytes,
                                         uploaded_by, uploaded_at)
             select gen_random_uuid(), id, text_no, $2, 1, sha256(gen_random_uuid()::text::bytea), 'typed', 1, 1, 1, opened_by,
                    now()
             from pact where id = $1 returning id",
        )
        .bind(pact.pact.uuid())
        .bind(pact.building.uuid())
        .fetch_one(&self.brush)
        .await
        .unwrap();
        scan.to_string()
    }

    fn pact(&self, asking: &Asking<'_>) -> &ToSign {
        &self.open[usize::from(!asking.standing.inside)]
    }

    /// A household of the asker, when it is to be their own, or of somebody else.
    async fn home(&self, asking: &Asking<'_>, pact: &ToSign) -> HouseholdId {
        match asking.person.filter(|_| asking.standing.own) {
            Some(person) => {
                self.lives_in(person, pact.people[0].0).await;
                pact.people[0].0
            }
            // Nobody of the walk was let in here.
            None => self.neighbour(asking.town, pact).await.0,
        }
    }

    /// Somebody else with a household of their own.
    async fn neighbour(&self, town: &Town, pact: &ToSign) -> (HouseholdId, PersonId) {
        let number = town.phone();
        let person = town.world.resident("赵", &number).await.person;
        let household: Uuid = sqlx::query_scalar(
            "insert into household (id, building_id, area_path, position, door_sealed)
             select gen_random_uuid(), building_id, area_path,
                    (select max(position) + 1 from household o where o.building_id = h.building_id), door_sealed
             from household h where id = $1 returning id",
        )
        .bind(pact.people[0].0.uuid())
        .fetch_one(&self.brush)
        .await
        .unwrap();
        let household = HouseholdId::from_uuid(household);
        self.lives_in(person, household).await;
        (household, person)
    }

    async fn lives_in(&self, person: PersonId, household: HouseholdId) {
        sqlx::query(
            "insert into residence (id, person_id, household_id, capacity, verified, since)
             values (gen_random_uuid(), $1, $2, 'resident', 'document_seen', '2020-01-01') on conflict do nothing",
        )
        .bind(person.uuid())
        .bind(household.uuid())
        .execute(&self.brush)
        .await
        .unwrap();
    }

    /// Gives somebody a number no code was sent to before.
    async fn reachable(&self, town: &Town, person: PersonId) {
        let (db, number) = (town.world.db(), town.phone());
        sqlx::query("update person set phone_sealed = $2, phone_index = $3 where id = $1")
            .bind(person.uuid())
            .bind(db.keys().seal_text(Purpose::Phone, &number).unwrap())
            .bind(db.keys().index(Purpose::Phone, number.as_bytes()))
            .execute(&self.brush)
            .await
            .unwrap();
    }

    /// The code that somebody was sent.
    async fn code(&self, town: &Town, pact: &ToSign, person: PersonId, household: HouseholdId) -> String {
        self.reachable(town, person).await;
        let db = town.world.db();
        let actor = Actor { client: Uuid::new_v4().to_string(), ..Actor::resident(person, "") };
        signing::send_code(&db, &actor, &pact.number, household).await.unwrap();
        signing::code_for_demo(&db, &actor, &pact.number).await.unwrap().unwrap()
    }

    /// A signature of the asker, when it is to be their own, or of somebody else.
    async fn signed(&self, asking: &Asking<'_>, pact: &ToSign) -> String {
        let (household, person) = match asking.person.filter(|_| asking.standing.own) {
            Some(person) => (self.home(asking, pact).await, person),
            None => self.neighbour(asking.town, pact).await,
        };
        let db = asking.town.world.db();
        let code = self.code(asking.town, pact, person, household).await;
        let confirm = Confirm { household, text: pact.text(&db).await, code, key: Uuid::new_v4() };
        let actor = Actor::resident(person, "");
        signing::sign(&db, &actor, &pact.number, &confirm).await.unwrap().id().to_string()
    }
}
