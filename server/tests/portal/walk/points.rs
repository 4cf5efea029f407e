//! Points as the walk asks about them: tariffs, credits, rewards and reservations, in everybody's area and outside of it, one's own
//! and another's, handed out by one's own unit and by another.

use chrono::{DateTime, Utc};
use gongzhi_domain::ids::{PersonId, PointsEntryId, PointsProposalId, RewardId, TariffItemId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::Account;
use gongzhi_store::meetings;
use gongzhi_store::points::{self, NewReward, Propose, Reserve, Reserved};
use gongzhi_store::testing::tariffs::Assembly;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Asking, Fields, own_or};
use crate::points::tariff;
use crate::scenes::UNIT;
use crate::town::Town;

/// A tariff and its rewards in one community.
struct Side {
    area: &'static str,
    item: TariffItemId,
    /// Handed out by a unit nobody of the walk belongs to.
    reward: RewardId,
    /// Handed out by the unit of the walk.
    ours: RewardId,
}

/// What there is of points in and outside everybody's area, and those who keep it, who are nobody of the walk.
pub struct Points {
    sides: [Side; 2],
    maker: Actor,
    checker: Actor,
    drafter: Actor,
    brush: PgPool,
    now: DateTime<Utc>,
}

impl Points {
    pub async fn new(town: &Town) -> Self {
        let world = &town.world;
        let maker = world.staff(Role::VolunteerCoordinator, "CENTRE", "152921").await;
        let mut sides = Vec::new();
        for area in ["BYH1A", "WNS1A"] {
            let item = tariff(world, area).await;
            let (reward, ours) = (reward(town, &maker, area, "PROP").await, reward(town, &maker, area, UNIT).await);
            sides.push(Side { area, item, reward, ours });
        }
        let Ok(sides) = sides.try_into() else { unreachable!("two sides") };
        Self {
            sides,
            maker,
            checker: world.staff(Role::GridHead, "CENTRE", "152921").await,
            drafter: world.staff(Role::PactOfficer, "CENTRE", "152921").await,
            brush: world.superuser().await,
            now: world.now(),
        }
    }

    pub async fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        if path != "/points/rewards/{id}" {
            return None;
        }
        let (whose, side) = (own_or(asking, "钱").await, self.side(asking));
        Some(format!("/points/rewards/{}", self.reserved(asking.town, whose, side, side.reward).await.id))
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        let (side, town) = (self.side(asking), asking.town);
        let text = |value: &str| value.to_owned();
        let key = || ("key", Uuid::new_v4().to_string());
        Some(match path {
            "/api/propose-credit" => vec![
                key(),
                ("phone", town.phone()),
                ("item", side.item.to_string()),
                ("day", town.world.db().today().to_string()),
                ("note", text("巡逻两小时，有签到")),
            ],
            "/api/reverse-credit" => {
                vec![key(), ("entry", self.credited(town, side).await.to_string()), ("note", text("记错了人"))]
            }
            "/api/check-credit" => {
                vec![("proposal", self.proposed(town, side).await.to_string()), ("decision", text("approve"))]
            }
            "/api/audit-credit" => vec![
                ("entry", self.drawn(town, side).await.to_string()),
                ("verdict", text("right")),
                ("note", text("签到表相符")),
            ],
            "/api/draft-tariff" => {
                self.no_drafts().await;
                vec![("area", text(side.area))]
            }
            "/api/add-tariff-item" => [
                ("name_zh", "巡逻"),
                ("name_en", "Patrol"),
                ("source", "safety"),
                ("goes_to", "person"),
                ("points", "5"),
                ("cap", "20"),
                ("period", "month"),
                ("evidence_zh", "签到"),
                ("evidence_en", "Signed"),
                ("checks_zh", "网格员"),
                ("checks_en", "Grid worker"),
            ]
            .map(|(name, value)| (name, text(value)))
            .into_iter()
            .chain([("tariff", self.drafted(town, side).await.0)])
            .collect(),
            "/api/remove-tariff-item" => {
                let (tariff, item) = self.drafted(town, side).await;
                vec![("tariff", tariff), ("item", item)]
            }
            "/api/put-tariff-to-vote" => {
                let (tariff, _) = self.drafted(town, side).await;
                let meeting = Assembly::new(&town.world, side.area).await.calls().await;
                vec![("tariff", tariff), ("meeting", meeting.to_string()), ("expires_months", text("24"))]
            }
            "/api/take-tariff-back" => vec![("tariff", self.put(town, side).await.0)],
            "/api/count-tariff" => {
                let (tariff, meeting) = self.put(town, side).await;
                let counted =
                    [("present", "7"), ("in_favour", "6"), ("against", "1"), ("abstained", "0"), ("fewer", "")];
                let counted = counted.map(|(name, value)| (name, text(value)));
                [("tariff", tariff), ("meeting", meeting)].into_iter().chain(counted).collect()
            }
            "/api/pass-tariff" => {
                let (tariff, _) = self.drafted(town, side).await;
                Assembly::new(&town.world, side.area).await.votes_on(tariff.parse().unwrap(), 6).await;
                // Later than the walk's day: the tariff of the other rows goes on.
                vec![("tariff", tariff), ("effective_on", text("2026-04-01"))]
            }
            "/api/add-reward" => vec![
                ("area", text(side.area)),
                ("unit", text("PROP")),
                ("name_zh", text("洗衣液")),
                ("name_en", text("Washing liquid")),
                ("where_zh", text("前台")),
                ("where_en", text("Desk")),
                ("cost", text("5")),
                ("stock", text("5")),
            ],
            "/api/change-reward" => vec![
                ("reward", side.reward.to_string()),
                ("cost", text("5")),
                ("seen", text("500")),
                ("stock", text("500")),
                ("active", text("1")),
            ],
            "/api/reserve-reward" => {
                if let Some(person) = asking.person {
                    self.gives(side, person).await;
                }
                vec![key(), ("reward", side.reward.to_string())]
            }
            "/api/release-reward" | "/api/new-pickup-code" => {
                let whose = own_or(asking, "钱").await;
                vec![("reservation", self.reserved(town, whose, side, side.reward).await.id.to_string())]
            }
            "/api/look-up-pickup" | "/api/hand-out-reward" => {
                let whose = own_or(asking, "钱").await;
                let reward = if asking.standing.assigned { side.ours } else { side.reward };
                vec![("code", self.reserved(town, whose, side, reward).await.code.unwrap().to_string())]
            }
            _ => return None,
        })
    }

    fn side(&self, asking: &Asking<'_>) -> &Side {
        &self.sides[usize::from(!asking.standing.inside)]
    }

    /// A credit that waits for somebody to check it.
    async fn proposed(&self, town: &Town, side: &Side) -> PointsProposalId {
        let db = town.world.db();
        let new = Propose {
            key: Uuid::new_v4(),
            phone: town.phone(),
            item: side.item,
            day: db.today(),
            note: "巡逻两小时，有签到".into(),
        };
        points::propose(&db, &self.maker, &new).await.unwrap()
    }

    async fn credited(&self, town: &Town, side: &Side) -> PointsEntryId {
        let proposal = self.proposed(town, side).await;
        points::check(&town.world.db(), &self.checker, proposal, true, "").await.unwrap().unwrap()
    }

    /// A credit that was drawn to be looked at again.
    async fn drawn(&self, town: &Town, side: &Side) -> PointsEntryId {
        let entry = self.credited(town, side).await;
        sqlx::query(
            "insert into points_audit (month, entry_id, area_path)
             select date_trunc('month', $2::timestamptz)::date, $1, area_path from points_proposal where entry_id = $1",
        )
        .bind(entry.uuid())
        .bind(town.world.now())
        .execute(&self.brush)
        .await
        .unwrap();
        entry
    }

    /// Takes the drafts away: an area has one at a time.
    async fn no_drafts(&self) {
        // Also those that lie before a meeting, which nobody may take away.
        let mut tx = self.brush.begin().await.unwrap();
        for sql in [
            "set local session_replication_role = replica",
            "delete from tariff_vote where tariff_id in (select id from tariff where effective_on is null)",
            "delete from tariff_item where tariff_id in (select id from tariff where effective_on is null)",
            "delete from tariff where effective_on is null",
        ] {
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A draft that lies before a running meeting, and that.
    async fn put(&self, town: &Town, side: &Side) -> (String, String) {
        let (tariff, _) = self.drafted(town, side).await;
        let assembly = Assembly::new(&town.world, side.area).await;
        let meeting = assembly.calls().await;
        let db = town.world.db();
        meetings::put_tariff(&db, &self.drafter, tariff.parse().unwrap(), meeting, Some(24)).await.unwrap();
        assembly.gathers(meeting).await;
        (tariff, meeting.to_string())
    }

    /// A draft and one of its items.
    async fn drafted(&self, town: &Town, side: &Side) -> (String, String) {
        self.no_drafts().await;
        let draft = points::draft(&town.world.db(), &self.drafter, side.area).await.unwrap();
        let item: Uuid = sqlx::query_scalar("select id from tariff_item where tariff_id = $1 limit 1")
            .bind(draft.uuid())
            .fetch_one(&self.brush)
            .await
            .unwrap();
        (draft.to_string(), item.to_string())
    }

    /// Gives somebody more points than anything costs, credited where the rewards of a side are.
    async fn gives(&self, side: &Side, person: PersonId) {
        sqlx::query("insert into points_account (id, kind, person_id) values (gen_random_uuid(), 'person', $1) on conflict do nothing")
            .bind(person.uuid())
            .execute(&self.brush)
            .await
            .unwrap();
        sqlx::query(
            "with entry as (
                 insert into points_entry (id, key, kind, item_id, source_event, person_id, maker, checker, at, day)
                 values (gen_random_uuid(), gen_random_uuid()::text, 'credit', $2, 'test', $1, $3, $4, $5, $5::date) returning id)
             insert into points_posting (entry_id, account_id, amount)
             select entry.id, a.id, case a.kind when 'issued' then -1000 else 1000 end
             from entry, points_account a where a.kind = 'issued' or a.person_id = $1",
        )
        .bind(person.uuid())
        .bind(side.item.uuid())
        .bind(self.maker.person.unwrap().uuid())
        .bind(self.checker.person.unwrap().uuid())
        .bind(self.now)
        .execute(&self.brush)
        .await
        .unwrap();
    }

    async fn reserved(&self, town: &Town, person: PersonId, side: &Side, reward: RewardId) -> Reserved {
        self.gives(side, person).await;
        let wish = Reserve { key: Uuid::new_v4(), reward, from: Account::Person };
        points::reserve(&town.world.db(), &Actor::resident(person, ""), wish).await.unwrap()
    }
}

async fn reward(town: &Town, maker: &Actor, area: &str, unit: &str) -> RewardId {
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    let new = NewReward {
        area: area.into(),
        unit: unit.into(),
        name: pair("洗衣液", "Washing liquid"),
        place: pair("物业前台", "Property desk"),
        cost: 5,
        stock: 500,
    };
    points::add_reward(&town.world.db(), maker, &new).await.unwrap()
}
