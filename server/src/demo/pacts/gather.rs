//! What brings people together around a text: it is carried from door to door, and talked about at meetings whose minutes
//! two people sign.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::delivery::Outcome;
use gongzhi_domain::ids::{AmendmentId, MeetingId};
use gongzhi_domain::meeting::{HandCount, MeetingKind, MinutesPart};
use gongzhi_domain::pact::{Move, Office, Stage};
use gongzhi_store::meetings::{self, About, NewAmendment, NewMeeting, Tick};
use gongzhi_store::{delivery, fault};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::officers::HOME;
use super::play::Play;
use super::told::Meeting;
use crate::demo::names;

/// Doors that are visited before the rest goes out by post.
const VISITED: usize = 36;

impl Play<'_> {
    /// Carries the text to the doors. While the pact still stands in the stage the round is half way.
    pub(super) async fn deliver(&self, moment: DateTime<Utc>, half: bool) -> Result<(), Error> {
        let committee = self.officer(Office::Committee)?;
        let carrier = if self.told.area.starts_with(HOME) { self.place.grid_worker } else { committee };
        let now = self.place.db.at(moment);
        let page = delivery::of_pact(&now, committee, &self.number).await?.page;
        let page = page.ok_or_else(|| fault("no text is on its way"))?;
        let mut minutes = 0;
        for building in &page.buildings {
            let doors = delivery::doors(&now, carrier, page.round.id, building.id).await?;
            for (at, door) in doors.doors.iter().enumerate().take(VISITED) {
                minutes += 4;
                if half && minutes % 3 == 0 {
                    continue;
                }
                let outcome = match at % 11 {
                    4 => Outcome::NobodyHome,
                    10 => Outcome::Refused,
                    _ => Outcome::HandedOver,
                };
                let then = self.place.db.at((moment + TimeDelta::minutes(minutes)).min(self.place.now));
                delivery::tick(&then, carrier, page.round.id, door.household, door.seq, outcome).await?;
            }
            if minutes > 4 * VISITED as i64 || half && minutes > 90 {
                break;
            }
        }
        if !half {
            let buildings: Vec<_> = page.buildings.iter().map(|building| building.id).collect();
            let then = self.place.db.at(moment + TimeDelta::days(2));
            delivery::post(&then, committee, page.round.id, &buildings).await?;
        }
        Ok(())
    }

    /// Both meetings; while the pact still stands here the second is only called.
    pub(super) async fn deliberate(&mut self, last: bool) -> Result<(), Error> {
        for (at, told) in (0..).zip(&self.told.meetings) {
            self.meet(at, told).await?;
        }
        if last {
            let new = NewMeeting {
                id: MeetingId::from_uuid(self.place.db.new_id()),
                about: About::Pact(self.number.clone()),
                kind: MeetingKind::Representatives,
                planned_at: self.place.now + TimeDelta::days(3),
                place: "村委会会议室".to_owned(),
                agenda: "一、宣读第二稿\n二、逐条议\n三、表决修改意见".to_owned(),
                expected: 24,
            };
            meetings::plan(&self.place.db.at(self.place.now), self.officer(Office::Committee)?, &new).await?;
            return Ok(());
        }
        self.go(Stage::Up3, Move::CloseDeliberation, "").await
    }

    async fn meet(&self, at: i64, told: &Meeting) -> Result<(), Error> {
        let kind: MeetingKind = told.kind.parse().map_err(fault)?;
        let committee = self.officer(Office::Committee)?;
        let begins = self.day(Stage::Down2, 1 + 3 * at);
        let called = self.place.db.at(begins - TimeDelta::hours(20));
        let id = MeetingId::from_uuid(called.new_id());
        let new = NewMeeting {
            id,
            about: About::Pact(self.number.clone()),
            kind,
            planned_at: begins,
            place: "党群服务中心二楼会议室".to_owned(),
            agenda: "一、宣读第二稿\n二、逐条议\n三、表决修改意见".to_owned(),
            expected: u32::try_from(told.expected).map_err(fault)?,
        };
        meetings::plan(&called, committee, &new).await?;
        meetings::invite(&called, committee, id, kind.capacity(), &self.invited(told, at)).await?;

        let db = self.place.db.at(begins);
        let page = meetings::at_desk(&db, committee, id).await?;
        let mut version = meetings::open(&db, committee, id, page.version).await?;
        for attender in page.people.iter().take(told.came) {
            let tick =
                Tick { attender: Some(attender.id), name: String::new(), capacity: attender.capacity, in_person: true };
            meetings::tick(&db, committee, id, &tick).await?;
        }
        for amendment in &told.amendments {
            let db = self.place.db.at(begins + TimeDelta::minutes(50));
            let moved = NewAmendment {
                id: AmendmentId::from_uuid(db.new_id()),
                clause: self.clause(amendment.clause),
                text: amendment.zh.clone(),
                english: amendment.en.clone(),
                moved_by: "代表联名".to_owned(),
            };
            let moved = meetings::amend(&db, committee, id, &moved).await?;
            let number = |hands: i32| u32::try_from(hands).map_err(fault);
            let hands = HandCount {
                present: u32::try_from(told.came).map_err(fault)?,
                in_favour: number(amendment.yes)?,
                against: number(amendment.no)?,
                abstained: number(amendment.abstain)?,
            };
            meetings::count(&db, committee, moved, hands, "").await?;
        }
        let after = self.place.db.at(begins + TimeDelta::minutes(80));
        version = meetings::over(&after, committee, id, version).await?;
        let decisions = format!("同意把《{}》第二稿提交下一步。", self.told.title.zh);
        let reasons = told.amendments.iter().map(|amendment| format!("修改理由：{}", amendment.reason));
        let minutes: Vec<String> = std::iter::once(told.minutes.zh.clone()).chain(reasons).collect();
        version = meetings::write(&after, committee, id, version, &minutes.join("\n"), &decisions).await?;
        meetings::sign(&after, committee, id, version, MinutesPart::Keeper).await?;
        meetings::sign(&after, self.officer(Office::Chair)?, id, version, MinutesPart::Chair).await?;
        Ok(())
    }

    fn invited(&self, told: &Meeting, at: i64) -> String {
        self.names(usize::try_from(told.expected).unwrap_or_default(), at.unsigned_abs())
    }

    /// So many names, one a line, none of them twice; others for another meeting.
    pub(super) fn names(&self, many: usize, meeting: u64) -> String {
        let mut rng = ChaCha8Rng::seed_from_u64(self.told.days.unsigned_abs() * 31 + meeting);
        let mut lines: Vec<String> = Vec::new();
        while lines.len() < many {
            let name = names::anybody(&mut rng).zh;
            if !lines.contains(&name) {
                lines.push(name);
            }
        }
        lines.join("\n")
    }
}
