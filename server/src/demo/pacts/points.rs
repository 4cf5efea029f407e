//! What is given back for keeping: a tariff passed by its own vote, credits that two people make, and rewards with a counter.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::{MeetingId, TariffId};
use gongzhi_domain::meeting::{HandCount, MeetingCapacity, MeetingKind, MinutesPart};
use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::person::Actor;
use gongzhi_domain::points::{Account, GoesTo, NewItem, Period, Source};
use gongzhi_store::calendar::local_day;
use gongzhi_store::meetings::{self, About, NewMeeting, Tick};
use gongzhi_store::points::{self, NewReward, Propose, Reserve};
use gongzhi_store::{Db, fault};
use uuid::Uuid;

use super::officers::HOME;
use super::play::{Play, is_first};
use crate::demo::SEED;

/// The items of the tariff: name, source, who is credited, points, cap a period, evidence, who checks, and a note of one credit.
type Row = ((&'static str, &'static str), Source, GoesTo, i32, i32, Period, (&'static str, &'static str), &'static str);

#[rustfmt::skip]
const ITEMS: [Row; 6] = [
    (("扫雪除冰", "Clearing snow and ice"), Source::Volunteering, GoesTo::Person, 20, 60, Period::Month, ("楼长签到和照片", "Sign-in with the building head and a photo"), "和楼长一起把东门台阶的雪扫了，铺了防滑毯。"),
    (("陪老人看病、买菜", "Going with an old neighbour to the doctor or the market"), Source::MutualHelp, GoesTo::Person, 30, 90, Period::Month, ("老人或家属说一声", "A word from the neighbour or their family"), "陪三楼王奶奶去旗医院复查，上午去下午回。"),
    (("轮值打扫楼道", "A turn at sweeping the stairs"), Source::SharedSpace, GoesTo::Household, 10, 40, Period::Month, ("轮值表打钩", "A tick on the rota"), "第三周轮值，一到六层拖了一遍。"),
    (("调解邻里矛盾", "Mediating between neighbours"), Source::Mediation, GoesTo::Person, 40, 80, Period::Month, ("双方都认可", "Both sides agree"), "楼上漏水的事，坐下来说了一个钟头，两家握了手。"),
    (("夜间义务巡查", "A night patrol"), Source::Safety, GoesTo::Person, 15, 60, Period::Month, ("巡查记录", "The patrol's log"), "跟着巡逻队走了一圈，关好两个单元门。"),
    (("教邻居用手机", "Teaching a neighbour to use the phone"), Source::Learning, GoesTo::Person, 15, 60, Period::Month, ("学的人签字", "The learner's signature"), "在活动室教了四位老人视频通话和挂号。"),
];

/// Who could come to the meeting on the tariff, and who came.
const REPRESENTATIVES: u32 = 41;
const CAME: usize = 36;
const TOLD: &str = "主任逐条念了积分标准。赵代表问：投票、签名给不给分？答：不给，法律和公约都不许。钱代表建议陪老人看病的分值高一些，已在拟稿时采纳。\
                    没有别的意见，举手表决。";
const DECIDED: &str = "同意按交付表决的积分标准试行，积分两年有效。";

#[rustfmt::skip]
const REWARDS: [(&str, &str, &str, &str, i32, i32); 5] = [
    ("洗衣液一袋", "A bag of detergent", "巴彦社区爱心超市，周二、周五上午", "Bayan community shop, Tuesday and Friday mornings", 30, 40),
    ("理发一次", "A haircut", "东门便民理发店，工作日", "The barber at the east gate, working days", 40, 25),
    ("磨刀、修鞋券", "Knife sharpening or shoe repair", "小广场便民摊，每月十五号", "The stall on the small square, on the 15th", 15, 60),
    ("活动室借用半天", "The activity room for half a day", "居委会登记", "Ask at the committee", 60, 12),
    ("旗图书馆读书卡", "A card of the banner library", "居委会领取", "At the committee", 50, 3),
];

impl Play<'_> {
    /// Tariff, credits of the last weeks, rewards and what was fetched.
    pub(super) async fn credit(&self) -> Result<(), Error> {
        let (committee, branch) = (self.officer(Office::Committee)?, self.officer(Office::Branch)?);
        let db = self.place.db.at(self.day(Stage::InForce, 8));
        let tariff = points::draft(&db, committee, HOME).await?;
        for (name, source, goes_to, one, cap, period, evidence, _) in ITEMS {
            let pair = |(zh, en): (&str, &str)| (zh.to_owned(), en.to_owned());
            let checks = ("居委会两人", "Two people of the committee");
            let item = NewItem {
                name: pair(name),
                source,
                goes_to,
                points: one,
                cap,
                period,
                evidence: pair(evidence),
                checks: pair(checks),
            };
            points::add_item(&db, committee, tariff, &item).await?;
        }
        self.vote_on(tariff).await?;
        let db = self.place.db.at(self.day(Stage::InForce, 10));
        points::put_in_force(&db, branch, tariff, Some(local_day(db.now()))).await?;
        for (at, (zh, en, where_zh, where_en, cost, stock)) in REWARDS.iter().enumerate() {
            let new = NewReward {
                area: HOME.to_owned(),
                unit: if at == 0 { "GZZX" } else { "BYSQ" }.to_owned(),
                name: ((*zh).to_owned(), (*en).to_owned()),
                place: ((*where_zh).to_owned(), (*where_en).to_owned()),
                cost: *cost,
                stock: *stock,
            };
            points::add_reward(&db, committee, &new).await?;
        }
        self.credits().await?;
        self.fetch().await
    }

    /// The residents' representatives meet on the tariff and raise their hands.
    async fn vote_on(&self, tariff: TariffId) -> Result<(), Error> {
        let (committee, chair) = (self.officer(Office::Committee)?, self.officer(Office::Chair)?);
        let begins = self.day(Stage::InForce, 9);
        let (called, db) = (self.place.db.at(begins - TimeDelta::hours(30)), self.place.db.at(begins));
        let id = MeetingId::from_uuid(called.new_id());
        let new = NewMeeting {
            id,
            about: About::Pact(self.number.clone()),
            kind: MeetingKind::Representatives,
            planned_at: begins,
            place: "党群服务中心二楼会议室".to_owned(),
            agenda: "一、宣读积分标准\n二、逐条议\n三、举手表决".to_owned(),
            expected: REPRESENTATIVES,
        };
        meetings::plan(&called, committee, &new).await?;
        meetings::put_tariff(&called, committee, tariff, id, Some(24)).await?;
        let names = self.names(usize::try_from(REPRESENTATIVES).map_err(fault)?, 77);
        meetings::invite(&called, committee, id, MeetingCapacity::Representative, &names).await?;
        let page = meetings::at_desk(&db, committee, id).await?;
        let mut version = meetings::open(&db, committee, id, page.version).await?;
        for attender in page.people.iter().take(CAME) {
            let tick =
                Tick { attender: Some(attender.id), name: String::new(), capacity: attender.capacity, in_person: true };
            meetings::tick(&db, committee, id, &tick).await?;
        }
        let present = u32::try_from(CAME).map_err(fault)?;
        let hands = HandCount { present, in_favour: present - 5, against: 3, abstained: 2 };
        let after = self.place.db.at(begins + TimeDelta::minutes(70));
        meetings::count_tariff(&after, committee, id, tariff, hands, "").await?;
        version = meetings::over(&after, committee, id, version).await?;
        version = meetings::write(&after, committee, id, version, TOLD, DECIDED).await?;
        meetings::sign(&after, committee, id, version, MinutesPart::Keeper).await?;
        meetings::sign(&after, chair, id, version, MinutesPart::Chair).await?;
        Ok(())
    }

    async fn credits(&self) -> Result<(), Error> {
        let (committee, drafter) = (self.officer(Office::Committee)?, self.officer(Office::Drafter)?);
        let now = self.place.now;
        let tariff = points::in_force(self.place.db).await?;
        let items = tariff.first().map(|tariff| tariff.items.as_slice()).unwrap_or_default();
        let people: Vec<_> = self.doors().filter_map(|door| door.people.first()).collect();
        // The first resident among them: there has to be something to spend.
        let chosen = people.iter().filter(|who| is_first(&who.phone)).chain(people.iter().step_by(17)).take(30);
        for (at, who) in chosen.enumerate() {
            for (nth, item) in items.iter().enumerate().filter(|(nth, _)| (at + nth) % 4 < 2) {
                let days = 2 + i64::try_from((at * 5 + nth * 9) % 50).map_err(fault)?;
                let db = self.place.db.at(now - TimeDelta::days(days));
                let key = Uuid::from_u128((u128::from(SEED) << 96) | ((at as u128) << 8) | nth as u128);
                let note = ITEMS.get(nth).map_or("", |row| row.7).to_owned();
                let new =
                    Propose { key, phone: who.phone.full().to_owned(), item: item.id, day: local_day(db.now()), note };
                let proposal = points::propose(&db, committee, &new).await?;
                // Some of the newest still wait for their second person.
                if days > 3 {
                    points::check(&self.later(&db), drafter, proposal, true, "").await?;
                }
            }
        }
        Ok(())
    }

    /// Some have fetched a reward, some hold a code.
    async fn fetch(&self) -> Result<(), Error> {
        let rewards = points::catalogue(self.place.db, &Actor::visitor()).await?;
        let clerk = self.place.moderator;
        let people: Vec<_> = self.doors().filter_map(|door| door.people.first()).collect();
        for (at, who) in people.iter().step_by(17).take(10).enumerate() {
            let db = self.place.db.at(self.place.now - TimeDelta::hours(20 + 2 * i64::try_from(at).map_err(fault)?));
            let Some(reward) = rewards.get(at % 2) else { continue };
            let key = Uuid::from_u128((u128::from(SEED) << 80) | at as u128);
            let wish = Reserve { key, reward: reward.id, from: Account::Person };
            // Whoever has too few points goes home without.
            let Ok(reserved) = points::reserve(&db, &who.actor, wish).await else { continue };
            if let (Some(code), true) = (reserved.code, at % 3 == 0) {
                points::hand_out(&self.later(&db), clerk, &code.to_string()).await?;
            }
        }
        Ok(())
    }

    fn later(&self, db: &Db) -> Db {
        self.place.db.at((db.now() + TimeDelta::hours(9)).min(self.place.now))
    }
}
