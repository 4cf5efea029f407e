//! How the pact of a community is kept: reports on their way, from one that just came to some that a panel closed, and
//! neighbours whom others hold for good ones.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::keeping::Outcome;
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::Office;
use gongzhi_store::calendar::local_day;
use gongzhi_store::keeping::{self, NewNomination, Report, Triage};
use gongzhi_store::photos::StagedFor;
use gongzhi_store::requests::Holder;
use gongzhi_store::{Db, fault, moderation, seed};
use uuid::Uuid;

use super::officers::HOME;
use super::play::{Play, is_first, publish};
use super::settle::Dweller;
use crate::demo::SEED;

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Far {
    Reported,
    Answered,
    Found(Outcome),
}

/// The reports: clause, days ago, place, what was seen, what the neighbour answered, how far it is.
#[rustfmt::skip]
const REPORTS: [(usize, i64, &str, &str, &str, Far); 12] = [
    (3, 52, "和顺小区二号楼三层", "楼梯拐角堆了五个纸箱和一辆旧自行车，轮椅过不去。", "刚搬家，周末就清走。", Far::Found(Outcome::Reminder)),
    (3, 49, "书香苑一号楼一层", "门口鞋柜占了半个过道，提醒过一次。", "家里小，社区那个储物格还有吗？", Far::Found(Outcome::Mediation)),
    (3, 46, "福满家园三号楼五层", "楼道里停电动车，还插着充电。", "知道错了，已经推到车棚。", Far::Found(Outcome::Reminder)),
    (3, 40, "和顺小区五号楼二层", "酸菜缸摆在消防栓前面。", "挪了，谢谢提醒。", Far::Found(Outcome::Closed)),
    (3, 33, "书香苑四号楼四层", "装修剩下的木板靠在楼梯扶手上。", "工人忘了拉，当天拉走了。", Far::Found(Outcome::Reminder)),
    (3, 27, "福满家园一号楼三层", "纸箱又堆起来了，拍了照。", "是快递刚到，没来得及拆。", Far::Found(Outcome::Closed)),
    (2, 44, "东门草坪", "大黑狗没牵绳，追着孩子跑。", "那天绳子断了，已经换新的。", Far::Found(Outcome::Reminder)),
    (2, 30, "小广场", "狗拉了没收拾，踩了一脚。", "没看见，下回多带袋子。", Far::Found(Outcome::Reminder)),
    (5, 21, "和顺小区三号楼", "周日早上七点电钻响，孩子吓哭了。", "师傅来早了，以后周末不让干。", Far::Found(Outcome::Mediation)),
    (7, 9, "书香苑北侧消防道", "白色面包车停了一夜，没留电话。", "送货太晚实在没地儿，电话已经放上。", Far::Answered),
    (5, 5, "福满家园二号楼六层", "半夜十二点还在唱歌。", "", Far::Reported),
    (3, 1, "和顺小区一号楼四层", "楼道灯下面堆着旧床垫。", "", Far::Reported),
];

/// Which of them came with a photo.
const PHOTOS: [(usize, &str); 4] =
    [(0, "stairwell_clutter"), (5, "stairwell_clutter"), (7, "dog_mess"), (9, "fire_lane_blocked")];

/// Good neighbours: the words, how many endorse them, whether the committee picked them and they agreed.
#[rustfmt::skip]
const NEIGHBOURS: [(&str, usize, bool); 3] = [
    ("一冬天每场雪都是她先下楼扫的，等我们出门路已经通了。还给看门师傅送姜汤。", 14, true),
    ("谁家水龙头漏了都找他，从来不要钱，工具箱就放在楼下谁都能借。", 9, true),
    ("He carries the shopping of three old ladies up to the fifth floor every week and never says a word about it.", 4, false),
];

impl Play<'_> {
    /// Reports and good neighbours of the last weeks.
    pub(super) async fn neighbourly(&self) -> Result<(), Error> {
        let people: Vec<&Dweller> =
            self.doors().filter_map(|door| door.people.first()).filter(|who| !is_first(&who.phone)).collect();
        for (at, report) in REPORTS.iter().enumerate() {
            let someone =
                |nth: usize| people.get((60 + at * 31 + nth * 7) % people.len().max(1)).ok_or_else(|| fault("nobody"));
            self.report(at, report, [someone(0)?, someone(1)?, someone(2)?, someone(3)?, someone(4)?]).await?;
        }
        for (at, (words, endorsed, shown)) in NEIGHBOURS.iter().enumerate() {
            self.nominate(at, words, *endorsed, *shown, &people).await?;
        }
        Ok(())
    }

    async fn report(
        &self,
        at: usize,
        told: &(usize, i64, &str, &str, &str, Far),
        [reporter, concerned, panel @ ..]: [&Dweller; 5],
    ) -> Result<(), Error> {
        let (clause, days, place, words, reply, far) = *told;
        let began = self.place.now - TimeDelta::days(days);
        let db = self.place.db.at(began);
        let holder = Holder::of(self.place.db, &format!("demo-breach-{at}"));
        let photos = match PHOTOS.iter().find(|(of, _)| *of == at) {
            Some((_, name)) => vec![self.photo(name, &db, &holder, StagedFor::Breach(self.id)).await?],
            None => Vec::new(),
        };
        let new = Report {
            key: key(88, at),
            pact: self.id,
            clause: self.clause(clause).ok_or_else(|| fault("no such clause"))?,
            place: place.to_owned(),
            happened_on: local_day(began - TimeDelta::days(1)),
            words: words.to_owned(),
            photos: photos.clone(),
            holder: Some(holder),
        };
        let id = keeping::report(&db, &reporter.actor, &new).await?;
        if far == Far::Reported {
            return Ok(());
        }
        let committee = self.officer(Office::Committee)?;
        let triage = Triage::TakeUp {
            phone: concerned.phone.full().to_owned(),
            summary: format!("有邻居反映{place}不合公约第{clause}条，楼长看过，请您说说情况。"),
            photos,
        };
        keeping::triage(&self.after(began, 1), committee, id, Version(1), &triage).await?;
        keeping::answer(&self.after(began, 3), &concerned.actor, id, reply).await?;
        let Far::Found(outcome) = far else { return Ok(()) };
        let phones = panel.map(|who| who.phone.full().to_owned());
        keeping::call(&self.after(began, 9), committee, id, &phones).await?;
        for (nth, who) in (0..).zip(panel) {
            let db = self.place.db.at(self.after(began, 11).now() + TimeDelta::hours(nth));
            keeping::find(&db, &who.actor, id, true, outcome, "看了照片，也听了两边的话。").await?;
        }
        Ok(())
    }

    async fn nominate(
        &self,
        at: usize,
        words: &str,
        endorsed: usize,
        shown: bool,
        people: &[&Dweller],
    ) -> Result<(), Error> {
        let someone =
            |nth: usize| people.get((11 + at * 53 + nth * 3) % people.len().max(1)).ok_or_else(|| fault("nobody"));
        let (nominee, writer) = (someone(0)?, someone(1)?);
        let began = self.place.now - TimeDelta::days(38 - 9 * i64::try_from(at).map_err(fault)?);
        let new = NewNomination {
            key: key(72, at),
            phone: nominee.phone.full().to_owned(),
            area: HOME.to_owned(),
            reason: words.to_owned(),
        };
        let id = keeping::nominate(&self.place.db.at(began), &writer.actor, &new).await?;
        for (content, version) in seed::nominations_waiting(self.place.db).await? {
            moderation::rule(&self.after(began, 1), self.place.moderator, content, version, &publish()).await?;
        }
        for nth in 0..endorsed {
            keeping::endorse(&self.after(began, 2), &someone(2 + nth)?.actor, id).await?;
        }
        if shown {
            keeping::pick(&self.after(began, 8), self.officer(Office::Committee)?, id).await?;
            let name = nominee.actor.name.clone();
            let name = if name.is_empty() { "三楼的老邻居".to_owned() } else { name };
            keeping::answer_nomination(&self.after(began, 9), &nominee.actor, id, Some(&name)).await?;
        }
        Ok(())
    }

    fn after(&self, began: chrono::DateTime<chrono::Utc>, days: i64) -> Db {
        self.place.db.at((began + TimeDelta::days(days)).min(self.place.now))
    }
}

fn key(apart: u32, at: usize) -> Uuid {
    Uuid::from_u128((u128::from(SEED) << apart) | at as u128)
}
