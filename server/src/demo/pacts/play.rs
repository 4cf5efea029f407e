//! One pact of the demo town, played by the use cases of its people from the first draft to where it stands: each stage at
//! its moment, each move by the officers whose assent it needs.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::content::Ruling;
use gongzhi_domain::ids::{AttachmentId, ClauseId, OpinionId, PactId};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::stage::seats;
use gongzhi_domain::pact::{Evidence, Move, Office, Stage, Stance};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, content};
use gongzhi_store::calendar::local_day;
use gongzhi_store::pacts::{self, DraftClause, NewEvidence, NewPact, Saying};
use gongzhi_store::photos::StagedFor;
use gongzhi_store::requests::Holder;
use gongzhi_store::{Db, fault, moderation, photos as album, seed, signing};
use serde_json::json;

use super::officers;
use super::settle::{Dweller, Dwelling};
use super::told::Told;
use crate::demo::load::NotLoaded;
use crate::demo::load::Stage as Town;
use crate::demo::photos;

/// What every pact is played in.
pub struct Place<'a> {
    /// The database.
    pub db: &'a Db,
    /// Units, staff and residents.
    pub town: &'a Town,
    /// Where the pact officers begin among the staff.
    pub officers: usize,
    /// The moderator.
    pub moderator: &'a Actor,
    /// Who goes from door to door.
    pub grid_worker: &'a Actor,
    /// Every door.
    pub dwellings: &'a [Dwelling],
    /// Today.
    pub now: DateTime<Utc>,
}

/// A pact on its way.
pub struct Play<'a> {
    pub place: &'a Place<'a>,
    pub told: &'a Told,
    pub id: PactId,
    pub number: String,
    pub(super) version: i32,
    draft: i32,
    officers: Vec<(Office, &'a Actor)>,
    /// The clauses by their place in the story.
    clauses: Vec<Option<ClauseId>>,
    /// The tellers' keys of a secret vote, until it is counted.
    pub(super) keys: Vec<String>,
}

impl<'a> Play<'a> {
    /// Plays a pact to where its story has come.
    pub async fn all(place: &'a Place<'a>, told: &'a Told) -> Result<String, NotLoaded> {
        let refused = |doing: String, error| NotLoaded::Refused { doing, error };
        let mut play =
            Self::begin(place, told).await.map_err(|error| refused(format!("pact {}, beginning", told.key), error))?;
        for stage in Stage::ALL.iter().copied().filter(|stage| told.has_reached(*stage)) {
            let last = told.stage() == Some(stage);
            play.live(stage, last).await.map_err(|error| refused(format!("pact {}, {stage}", told.key), error))?;
        }
        Ok(play.number)
    }

    async fn begin(place: &'a Place<'a>, told: &'a Told) -> Result<Self, Error> {
        let (unit, held) =
            officers::of(&told.area).ok_or_else(|| fault(format_args!("no officers for {}", told.area)))?;
        let mut officers = Vec::with_capacity(held.len());
        for (office, at) in held {
            let actor = place.town.staff.get(place.officers + at).ok_or_else(|| fault("no such officer"))?;
            officers.push((office, actor));
        }
        let unit = *place.town.units.get(unit).ok_or_else(|| fault(format_args!("no unit {unit}")))?;
        let db = place.db.at(told.came_to(Stage::Up1, place.now));
        let committee = officer(&officers, Office::Committee)?;
        let new = NewPact {
            kind: told.kind.parse().map_err(fault)?,
            area: told.area.clone(),
            unit,
            title: told.title.clone(),
            purpose: told.purpose.clone(),
            secrecy: Some(told.secrecy.parse().map_err(fault)?),
            supersedes: None,
        };
        let number = pacts::create(&db, committee, &new).await?;
        let pact = pacts::by_number(&db, &number).await?;
        // One after the other, as a committee does: the first teller named is the first of the two.
        for ((office, actor), minutes) in officers.iter().filter(|(office, _)| *office != Office::Committee).zip(1..) {
            let person = actor.person.ok_or_else(|| fault("an officer is nobody"))?;
            let db = place.db.at(db.now() + TimeDelta::minutes(minutes));
            pacts::appoint(&db, committee, pact.id, person, *office).await?;
        }
        let clauses = vec![None; told.clauses.len()];
        Ok(Self {
            place,
            told,
            id: pact.id,
            number,
            version: pact.version,
            draft: 1,
            officers,
            clauses,
            keys: Vec::new(),
        })
    }

    /// What happens in one stage, and the move out of it unless the pact still stands there.
    async fn live(&mut self, stage: Stage, last: bool) -> Result<(), Error> {
        match stage {
            Stage::Up1 => self.draft_it(last).await,
            Stage::Down1 => self.consult(last).await,
            Stage::Up2 => self.analyse(last).await,
            Stage::Down2 => self.deliberate(last).await,
            Stage::Up3 => self.finish_text(last).await,
            Stage::Notice => self.announce(last).await,
            Stage::Down3 => self.vote(last).await,
            Stage::Result => self.look_at_result(last).await,
            Stage::Sign => self.sign(last).await,
            Stage::Publish => self.post(last).await,
            Stage::InForce => self.keep(last).await,
            Stage::Ended => Ok(()),
        }
    }

    async fn draft_it(&mut self, last: bool) -> Result<(), Error> {
        if self.told.key == "stairway" {
            let mut buildings: Vec<_> = self.doors().map(|door| door.building).collect();
            buildings.dedup();
            let db = self.place.db.at(self.day(Stage::Up1, 1));
            signing::choose_buildings(&db, self.officer(Office::Committee)?, &self.number, &buildings).await?;
        }
        let zh = &self.told.topics.zh;
        self.record(Office::Branch, Evidence::PartyStudy, self.day(Stage::Up1, 2), zh, None).await?;
        self.record(Office::Committee, Evidence::Topics, self.day(Stage::Up1, 3), zh, None).await?;
        let first = self.told.clauses.iter().map(super::told::Clause::first).filter(|(zh, _)| !zh.is_empty());
        let clauses: Vec<DraftClause> = first
            .map(|(text, english)| DraftClause { id: None, text: text.to_owned(), english: english.to_owned() })
            .collect();
        self.write(self.day(Stage::Up1, 6), Office::Drafter, &clauses).await?;
        if last {
            return Ok(());
        }
        self.go(Stage::Down1, Move::OpenConsult, "").await?;
        let published = seed::clauses_of(self.place.db, &self.number).await?;
        self.clauses = published.into_iter().map(Some).collect();
        Ok(())
    }

    async fn consult(&mut self, last: bool) -> Result<(), Error> {
        let moment = self.day(Stage::Down1, 1);
        self.deliver(moment, last).await?;
        let said = self.told.opinions.len();
        let days = if last { self.told.days } else { 14 };
        for (at, opinion) in self.told.opinions.iter().enumerate() {
            let hours = 20
                + (days * 24 - 30) * i64::try_from(at).map_err(fault)? / i64::try_from(said.max(1)).map_err(fault)?;
            let moment = self.told.came_to(Stage::Down1, self.place.now)
                + TimeDelta::hours(hours)
                + TimeDelta::minutes(7 * hours % 50);
            let db = self.place.db.at(moment);
            let clause = self.clauses.get(opinion.clause - 1).copied().flatten();
            let stance: Stance = opinion.stance.parse().map_err(fault)?;
            let saying = Saying { text_no: 1, clause, stance, words: opinion.text.clone() };
            // The first resident of the demo has not said anything yet: that is left to whoever tries it.
            let who = self.neighbour(3 + at * 2)?;
            pacts::give_opinion(&db, &who.actor, &self.number, &saying).await?;
            // Looked at the same day; the two youngest of a consultation still wait.
            if !last || at + 2 < said {
                let looked_at = self.place.db.at(moment + TimeDelta::minutes(95));
                for (content, version) in seed::opinions_waiting(self.place.db, &self.number).await? {
                    moderation::rule(&looked_at, self.place.moderator, content, version, &publish()).await?;
                }
            }
        }
        for at in 0..self.clauses.len() {
            self.nods(at).await?;
        }
        if last {
            return Ok(());
        }
        self.go(Stage::Up2, Move::CloseConsult, "").await
    }

    /// Neighbours who agree with a clause by a tap, without a word.
    async fn nods(&self, at: usize) -> Result<(), Error> {
        let moment = self.day(Stage::Down1, 2) + TimeDelta::minutes(13 * i64::try_from(at).map_err(fault)?);
        let clause = self.clauses.get(at).copied().flatten();
        for k in 0..(3 + at * 7 % 5) {
            let who = self.neighbour(40 + at + k * 11)?;
            let saying = Saying { text_no: 1, clause, stance: Stance::Agree, words: String::new() };
            let given = pacts::give_opinion(&self.place.db.at(moment), &who.actor, &self.number, &saying).await;
            if !matches!(given, Ok(_) | Err(Error::Stale { .. })) {
                given?;
            }
        }
        Ok(())
    }

    async fn analyse(&mut self, last: bool) -> Result<(), Error> {
        let opinions = seed::opinions_in_words(self.place.db, &self.number).await?;
        let by_words: HashMap<&str, OpinionId> = opinions.iter().map(|(id, words)| (words.as_str(), *id)).collect();
        for (at, opinion) in self.told.opinions.iter().enumerate() {
            let Some(answer) = &opinion.answer else { continue };
            let Some(id) = by_words.get(opinion.text.as_str()) else { continue };
            let days = 1 + i64::try_from(at).map_err(fault)? / 3;
            let db = self.place.db.at(self.day(Stage::Up2, days));
            let drafter = officer(&self.officers, Office::Drafter)?;
            pacts::answer(&db, drafter, &self.number, &[*id], answer.parse().map_err(fault)?, &opinion.reason).await?;
        }
        let second: Vec<DraftClause> = (0..self.told.clauses.len())
            .filter_map(|at| {
                let (text, english) = self.told.second(at)?;
                let id = self.clauses.get(at).copied().flatten();
                Some(DraftClause { id, text: text.to_owned(), english: english.to_owned() })
            })
            .collect();
        self.write(self.day(Stage::Up2, 6), Office::Drafter, &second).await?;
        if last {
            return Ok(());
        }
        self.go(Stage::Down2, Move::SubmitAnalysis, "").await
    }

    async fn finish_text(&mut self, last: bool) -> Result<(), Error> {
        let legal = "逐条对照法律法规看过，没有罚款、没有减损权利的内容，可以提交表决。";
        self.record(Office::Street, Evidence::LegalReview, self.day(Stage::Up3, 2), legal, None).await?;
        self.name_bodies().await?;
        if last {
            return Ok(());
        }
        let women = "妇联派人一起看过：没有因性别区别对待的条款，土地、继承、赡养的权利未受影响。";
        self.record(Office::Street, Evidence::WomensRightsCheck, self.day(Stage::Up3, 3), women, None).await?;
        self.go(Stage::Notice, Move::Freeze, "").await
    }

    async fn post(&mut self, last: bool) -> Result<(), Error> {
        let posted = "签好的公约全文贴在公告栏和每个单元门口，有照片。";
        self.record(Office::Committee, Evidence::PostingDay1, self.day(Stage::Publish, 1), posted, Some("pact_posted"))
            .await?;
        let still = "第十五天，公告栏上的公约完好。";
        if !last || self.told.days > 15 {
            let day = self.day(Stage::Publish, 15);
            self.record(Office::Committee, Evidence::PostingDay15, day, still, Some("pact_posted_15")).await?;
        }
        if last {
            return Ok(());
        }
        let receipt = "已报街道办事处（乡镇、苏木）备案，回执编号备案〔2026〕第17号。";
        self.record(Office::Committee, Evidence::FilingReceipt, self.day(Stage::Publish, 16), receipt, None).await?;
        self.go(Stage::InForce, Move::IntoForce, "").await
    }

    /// A moment in the afternoon of a day of a stage.
    pub fn day(&self, stage: Stage, days: i64) -> DateTime<Utc> {
        let since = self.told.came_to(stage, self.place.now);
        let moment = since + TimeDelta::days(days) - TimeDelta::minutes(40);
        moment.min(self.place.now - TimeDelta::minutes(5))
    }

    /// The officer of an office.
    pub fn officer(&self, office: Office) -> Result<&'a Actor, Error> {
        officer(&self.officers, office)
    }

    /// The officers of an office.
    pub fn officers(&self, office: Office) -> impl Iterator<Item = &'a Actor> + '_ {
        self.officers.iter().filter(move |(held, _)| *held == office).map(|(_, actor)| *actor)
    }

    /// The doors of the pact's area.
    pub fn doors(&self) -> impl Iterator<Item = &'a Dwelling> + '_ {
        let building = (self.told.key == "stairway").then_some("3号楼");
        let dwellings = self.place.dwellings;
        dwellings
            .iter()
            .filter(move |door| door.grid.starts_with(&self.told.area))
            .filter(move |door| building.is_none_or(|name| door.building_zh == name))
    }

    /// Somebody who lives in the pact's area; never the first resident, who has things left to do.
    fn neighbour(&self, at: usize) -> Result<&'a Dweller, Error> {
        let doors: Vec<&Dweller> =
            self.doors().filter_map(|door| door.people.first()).filter(|who| !is_first(&who.phone)).collect();
        doors.get(at % doors.len().max(1)).copied().ok_or_else(|| fault("nobody lives there"))
    }

    /// A clause by its place in the story, from 1.
    pub fn clause(&self, at: usize) -> Option<ClauseId> {
        at.checked_sub(1).and_then(|at| self.clauses.get(at).copied().flatten())
    }

    /// Records evidence in an office, with a photo of that name where there is one.
    pub async fn record(
        &self,
        office: Office,
        kind: Evidence,
        moment: DateTime<Utc>,
        note: &str,
        photo: Option<&'static str>,
    ) -> Result<(), Error> {
        let db = self.place.db.at(moment);
        let holder = Holder::of(self.place.db, &format!("demo-{}-{kind}", self.told.key));
        let photo = match photo {
            Some(name) => Some(self.photo(name, &db, &holder, StagedFor::Evidence(self.id)).await?),
            None => None,
        };
        let new = NewEvidence {
            kind,
            note: note.to_owned(),
            day: local_day(moment),
            photo,
            holder: Some(holder),
            answers: None,
        };
        pacts::record(&db, self.officer(office)?, self.id, &new).await?;
        Ok(())
    }

    /// Stages a photo of that name for a form.
    pub(super) async fn photo(
        &self,
        name: &'static str,
        db: &Db,
        holder: &Holder,
        form: StagedFor,
    ) -> Result<AttachmentId, Error> {
        let jpeg = tokio::task::spawn_blocking(move || photos::draw(name)).await.map_err(fault)?;
        let jpeg = jpeg.ok_or_else(|| fault(format_args!("{name} could not be drawn")))?;
        let actor = Actor { client: format!("demo-{}-{name}", self.told.key), ..Actor::visitor() };
        album::stage(db, &actor, holder, form, jpeg.into()).await
    }

    /// Saves the draft.
    async fn write(&mut self, moment: DateTime<Utc>, office: Office, clauses: &[DraftClause]) -> Result<(), Error> {
        let saw = Version(self.draft);
        self.draft = pacts::edit(&self.place.db.at(moment), self.officer(office)?, self.id, saw, clauses).await?.0;
        Ok(())
    }

    /// Makes a move when the story has come to the stage it leads to: everybody whose assent it needs gives it.
    pub async fn go(&mut self, to: Stage, mv: Move, note: &str) -> Result<(), Error> {
        self.go_at(self.told.came_to(to, self.place.now), mv, note, &json!({})).await
    }

    /// The same at a moment.
    pub async fn go_at(
        &mut self,
        moment: DateTime<Utc>,
        mv: Move,
        note: &str,
        details: &serde_json::Value,
    ) -> Result<(), Error> {
        let mut movers: Vec<&Actor> = Vec::new();
        for seat in seats(mv) {
            let holders = self.officers.iter().filter(|(office, _)| seat.any_of.contains(office));
            movers.extend(holders.take(usize::from(seat.people)).map(|(_, actor)| *actor));
        }
        let before = TimeDelta::minutes(25 * i64::try_from(movers.len().saturating_sub(1)).map_err(fault)?);
        for (at, mover) in movers.iter().enumerate() {
            let moment = moment - before + TimeDelta::minutes(25 * i64::try_from(at).map_err(fault)?);
            let db = self.place.db.at(moment);
            let done = pacts::assent(&db, mover, self.id, self.version, mv, note, details).await?;
            if done.performed {
                self.version = done.version;
                return Ok(());
            }
        }
        Err(fault(format_args!("{mv} was not made")))
    }
}

/// Whether it is the number of the resident whose sign-in is printed.
pub fn is_first(phone: &Phone) -> bool {
    phone.full() == "13800000001"
}

fn officer<'a>(officers: &[(Office, &'a Actor)], office: Office) -> Result<&'a Actor, Error> {
    let found = officers.iter().find(|(held, _)| *held == office).map(|(_, actor)| *actor);
    found.ok_or_else(|| fault(format_args!("nobody is {office}")))
}

/// A moderator's yes.
pub fn publish() -> Ruling {
    Ruling { verdict: content::Verdict::Publish, text: None, reason: None, note: String::new() }
}
