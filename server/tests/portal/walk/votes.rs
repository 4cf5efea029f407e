//! Rolls and votes as the walk asks about them: pacts before the roll, announced, being voted on openly and in secret, with a result;
//! in everybody's area and outside of it, one's own household and another's, with the office a form is for.

use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::{Kind, Office, Secrecy};
use gongzhi_domain::roll::Body;
use gongzhi_store::Purpose;
use gongzhi_store::testing::votes::Hall;
use gongzhi_store::votes;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Asking, Fields, own_or};
use crate::town::Town;
use crate::votes::is_here;

/// Pacts of one area.
struct Side {
    /// Its text is not final: no roll is drawn.
    up3: Hall,
    notice: Hall,
    open: Hall,
    secret: Hall,
    result: Hall,
}

/// Pacts of everybody's area, and of one outside of it.
pub struct Votes {
    sides: [Side; 2],
    brush: PgPool,
}

impl Votes {
    pub async fn new(town: &Town) -> Self {
        let brush = town.world.superuser().await;
        let sides = [Side::new(town, &brush, None).await, Side::new(town, &brush, Some("WNS1A")).await];
        Self { sides, brush }
    }

    pub fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        if !is_here(path) {
            return None;
        }
        let side = self.side(asking);
        let hall = if path.ends_with("/result") { &side.result } else { &side.notice };
        Some(path.replace("{number}", &hall.number))
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        let (side, town) = (self.side(asking), asking.town);
        let text = |value: &str| value.to_owned();
        let pact = |hall: &Hall| ("pact", hall.number.clone());
        let key = || ("key", Uuid::new_v4().to_string());
        let vote = async |hall: &Hall| ("vote", hall.vote(&town.world, Body::Statutory).await.to_string());
        let neighbour = || async { town.world.resident("赵", &town.phone()).await.person };
        Some(match path {
            "/api/name-voter" => {
                let whose = own_or(asking, "赵").await;
                let (unit, _) = self.on_the_roll(town, &side.notice, whose).await;
                vec![pact(&side.notice), ("unit", unit.to_string()), ("voter", whose.to_string())]
            }
            "/api/cast-vote" => {
                let whose = own_or(asking, "赵").await;
                let (unit, _) = self.on_the_roll(town, &side.secret, whose).await;
                let choice = ("choice", text("yes"));
                vec![pact(&side.secret), vote(&side.secret).await, ("unit", unit.to_string()), choice, key()]
            }
            "/api/object-to-result" => {
                let whose = own_or(asking, "赵").await;
                self.on_the_roll(town, &side.result, whose).await;
                vec![pact(&side.result), ("words", text("计票时少了一票"))]
            }
            "/api/check-vote-receipt" => vec![pact(&side.result), ("receipt", text("0000-0000-0000-0000"))],
            "/api/object-to-roll" => vec![pact(&side.notice), ("words", text("名册漏了一户"))],
            "/api/answer-roll-objection" => vec![
                pact(&side.notice),
                ("objection", self.objected(town, &side.notice, neighbour().await).await.to_string()),
                ("change", text("none")),
                ("reason", text("已核实，名册无误")),
            ],
            "/api/settle-voter" => {
                let voter = neighbour().await;
                let (unit, _) = self.on_the_roll(town, &side.notice, voter).await;
                let note = ("note", text("两人到场说明"));
                vec![pact(&side.notice), ("unit", unit.to_string()), ("voter", voter.to_string()), note]
            }
            "/api/choose-counting" => {
                vec![pact(&side.up3), ("basis", text("adults")), ("note", text("街道批复同意"))]
            }
            "/api/name-member" => {
                let phone = town.phone();
                town.world.resident("赵", &phone).await;
                vec![pact(&side.up3), ("body", text("party_members")), ("phone", phone)]
            }
            "/api/give-proxy" | "/api/take-back-proxy" => {
                let phone = town.phone();
                town.world.resident("赵", &phone).await;
                let (_, position) = self.on_the_roll(town, &side.notice, neighbour().await).await;
                let paper = ("paper", text("存档第一页"));
                vec![pact(&side.notice), ("unit", position.to_string()), ("phone", phone), paper]
            }
            "/api/keep-teller-key" => {
                self.holds(town, asking, &side.notice, Office::Teller).await;
                let here = &self.sides[0].notice;
                let fresh = votes::fresh(&town.world.db(), &here.tellers[0], &here.number).await.unwrap();
                vec![pact(&side.notice), ("secret", fresh.secret.clone())]
            }
            "/api/enter-ballot" => {
                let (_, position) = self.on_the_roll(town, &side.open, neighbour().await).await;
                let unit = ("unit", position.to_string());
                vec![pact(&side.open), vote(&side.open).await, unit, ("choice", text("yes"))]
            }
            "/api/tick-ballot" => {
                let (_, position) = self.on_the_roll(town, &side.secret, neighbour().await).await;
                vec![pact(&side.secret), vote(&side.secret).await, ("unit", position.to_string())]
            }
            "/api/untick-ballot" => {
                let (unit, position) = self.on_the_roll(town, &side.secret, neighbour().await).await;
                let vote = vote(&side.secret).await;
                let id: Uuid = vote.1.parse().unwrap();
                sqlx::query(
                    "insert into participation (vote_id, unit_id, secrecy, channel, receipt, recorded_by, at)
                     values ($1, $2, 'secret', 'paper', $3, $4, now())",
                )
                .bind(id)
                .bind(unit)
                .bind(Uuid::new_v4().to_string())
                .bind(side.secret.committee.person.unwrap().uuid())
                .execute(&self.brush)
                .await
                .unwrap();
                vec![pact(&side.secret), vote, ("unit", position.to_string()), ("reason", text("看错了门牌号"))]
            }
            "/api/enter-box" => {
                let mut fields = vec![pact(&side.secret), vote(&side.secret).await];
                fields.extend(
                    [("yes", "1"), ("no", "0"), ("abstain", "0"), ("invalid", "0")].map(|(name, n)| (name, text(n))),
                );
                fields
            }
            "/api/close-vote" => {
                self.holds(town, asking, &side.open, Office::Chair).await;
                let version = side.open.version(&town.world).await.to_string();
                vec![pact(&side.open), ("version", version), ("note", text("到会人数已核对"))]
            }
            _ => return None,
        })
    }

    fn side(&self, asking: &Asking<'_>) -> &Side {
        &self.sides[usize::from(!asking.standing.inside)]
    }

    /// Gives whoever asks an office of a pact, wherever they work.
    async fn holds(&self, town: &Town, asking: &Asking<'_>, hall: &Hall, office: Office) {
        let Some(person) = asking.person else { return };
        sqlx::query(
            "insert into pact_office (pact_id, person_id, office, appointed_by, since) values ($1, $2, $3, $4, $5)
             on conflict do nothing",
        )
        .bind(hall.pact.uuid())
        .bind(person.uuid())
        .bind(office.code())
        .bind(hall.committee.person.map(PersonId::uuid))
        .bind(town.world.now())
        .execute(&self.brush)
        .await
        .unwrap();
    }

    /// Puts somebody on a roll as a household of their own; answers it and its number.
    async fn on_the_roll(&self, town: &Town, hall: &Hall, person: PersonId) -> (Uuid, i32) {
        sqlx::query_as(
            "with unit as (
                 insert into voting_unit (id, roll_id, body, position, area_cm2, voter_id, voter_how, voter_at)
                 select gen_random_uuid(), r.id, 'statutory',
                        1 + (select count(*) from voting_unit u where u.roll_id = r.id), 0, $2, 'alone', $3
                 from roll r where r.pact_id = $1 returning id, roll_id, position),
             entry as (
                 insert into roll_entry (id, roll_id, unit_id, person_id, area_cm2, capacity)
                 select gen_random_uuid(), roll_id, id, $2, 0, 'resident' from unit)
             select id, position from unit",
        )
        .bind(hall.pact.uuid())
        .bind(person.uuid())
        .bind(town.world.now())
        .fetch_one(&self.brush)
        .await
        .unwrap()
    }

    /// An objection to a roll that nobody has answered.
    async fn objected(&self, town: &Town, hall: &Hall, by: PersonId) -> Uuid {
        sqlx::query_scalar(
            "insert into roll_objection (id, roll_id, person_id, words_sealed, at, answer_by)
             select gen_random_uuid(), id, $2, $3, $4, $4 from roll where pact_id = $1 returning id",
        )
        .bind(hall.pact.uuid())
        .bind(by.uuid())
        .bind(town.world.db().keys().seal_text(Purpose::Internal, "名册漏了一户").unwrap())
        .bind(town.world.now())
        .fetch_one(&self.brush)
        .await
        .unwrap()
    }
}

impl Side {
    /// Pacts brought along in the community of the halls, then moved to another area when one is named.
    async fn new(town: &Town, brush: &PgPool, moved: Option<&str>) -> Self {
        let hall = |secrecy| Hall::new(&town.world, Kind::ResidentConvention, secrecy, &[]);
        let side = Self {
            up3: hall(Secrecy::Open).await,
            notice: hall(Secrecy::Secret).await,
            open: hall(Secrecy::Open).await,
            secret: hall(Secrecy::Secret).await,
            result: hall(Secrecy::Open).await,
        };
        for hall in [&side.notice, &side.open, &side.secret, &side.result] {
            hall.announce(&town.world).await;
        }
        // The walk's clock stands still: these are moved on as the days would.
        for (hall, stage, secrecy) in [
            (&side.open, "down3", Secrecy::Open),
            (&side.secret, "down3", Secrecy::Secret),
            (&side.result, "result", Secrecy::Open),
        ] {
            sqlx::query(
                "with keyed as (select coalesce(array_agg(recipient order by made_at, recipient), '{}') as keys
                                from teller_key where pact_id = $1),
                      held as (
                          insert into vote (id, pact_id, roll_id, body, secrecy, text_no, text_sha256, outer_keys, inner_keys, opened_at)
                          select gen_random_uuid(), $1, r.id, 'statutory', $4, 1, v.text_sha256, keys[1:1], keys[2:2], $3
                          from roll r, pact_version v, keyed where r.pact_id = $1 and v.pact_id = $1)
                 update pact set stage = $2 where id = $1",
            )
            .bind(hall.pact.uuid())
            .bind(stage)
            .bind(town.world.now())
            .bind(secrecy.code())
            .execute(brush)
            .await
            .unwrap();
        }
        let Some(area) = moved else { return side };
        for hall in [&side.up3, &side.notice, &side.open, &side.secret, &side.result] {
            sqlx::query(
                "update pact set area_id = a.id, area_path = a.path from area a where a.code = $2 and pact.id = $1",
            )
            .bind(hall.pact.uuid())
            .bind(area)
            .execute(brush)
            .await
            .unwrap();
        }
        side
    }
}
