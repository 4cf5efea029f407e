//! What many people do: they are told of the roll and object to it, vote by phone and on paper, look at the result, and put
//! their names to the text.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{KeyId, SignatureId};
use gongzhi_domain::pact::{Choice, Evidence, Move, Office, Secrecy, Stage};
use gongzhi_domain::person::Actor;
use gongzhi_domain::roll::Body;
use gongzhi_store::calendar::local_day;
use gongzhi_store::photos::{self as album, StagedFor};
use gongzhi_store::requests::Holder;
use gongzhi_store::roll::{self, Answer, Changed};
use gongzhi_store::sign_in::{self, CodeFor};
use gongzhi_store::signing::{self, Assisted, Confirm, Entered, NewScan, PaperLine, Reading, Signed};
use gongzhi_store::votes::{self, Box as Urn, Identities};
use gongzhi_store::{Db, fault};
use uuid::Uuid;

use super::officers::HOME;
use super::play::{Play, is_first};
use super::settle::{Dweller, Dwelling};
use crate::demo::photos;

/// How the people of a place vote and sign: of 1,000 households.
struct Mood {
    /// Vote by phone.
    by_phone: u64,
    /// Vote on paper.
    on_paper: u64,
    /// Of those who vote, say yes.
    yes: u64,
    /// Of those who vote, say no; the rest abstains.
    no: u64,
}

/// The mood of the demo town.
const MOOD: Mood = Mood { by_phone: 740, on_paper: 110, yes: 880, no: 75 };
/// The mood while a vote still runs.
const SO_FAR: Mood = Mood { by_phone: 430, on_paper: 60, ..MOOD };
/// How many of the 618 households signed.
const SIGNED_AT_HOME: usize = 606;
/// How many of them took their name off again.
const WITHDRAWN: usize = 6;

impl Play<'_> {
    /// Who belongs to the bodies that sit beside the statutory one is named before the roll is drawn.
    pub(super) async fn name_bodies(&self) -> Result<(), Error> {
        if self.told.kind == "building_pledge" {
            return Ok(());
        }
        let db = self.place.db.at(self.day(Stage::Up3, 4));
        let committee = self.officer(Office::Committee)?;
        let people: Vec<&Dweller> = self.first_of_doors().filter(|who| !is_first(&who.phone)).collect();
        for (body, every) in [(Body::Representatives, 5), (Body::PartyMembers, 7)] {
            for who in people.iter().skip(every).step_by(every).take(18) {
                roll::name_member(&db, committee, &self.number, body, who.phone.full(), true).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn announce(&mut self, last: bool) -> Result<(), Error> {
        let agenda = "一、宣读公约全文\n二、监票人检查票箱和名册\n三、投票\n四、当场计票并宣布结果";
        self.record(Office::Chair, Evidence::Agenda, self.day(Stage::Notice, 1), agenda, None).await?;
        self.deliver(self.day(Stage::Notice, 1), last).await?;
        let db = self.place.db.at(self.day(Stage::Notice, 2));
        for door in self.doors() {
            // Where two live, the first to be asked votes for the household.
            if let [who, _, ..] = door.people.as_slice() {
                let page = roll::page(&db, &who.actor, &self.number).await?;
                for unit in page.mine.iter().filter(|unit| unit.may_name && unit.people.len() > 1) {
                    roll::name_voter(&db, &who.actor, &self.number, unit.unit, who.person).await?;
                }
            }
        }
        for (at, objection) in self.told.objections.iter().enumerate() {
            let who = self.first_of_doors().nth(6 + at).ok_or_else(|| fault("nobody objects"))?;
            let said = self.place.db.at(self.day(Stage::Notice, 3 + i64::try_from(at).map_err(fault)?));
            roll::object(&said, &who.actor, &self.number, &objection.text).await?;
            let Some(reason) = &objection.reason else { continue };
            let committee = self.officer(Office::Committee)?;
            let desk = roll::desk(&said, committee, &self.number).await?;
            for open in desk.objections.iter().filter(|open| open.answer.is_none()) {
                let answered = self.place.db.at(said.now() + TimeDelta::hours(22));
                let member = || Changed::MemberAdd { body: Body::PartyMembers, phone: who.phone.full().to_owned() };
                let answer = Answer { change: objection.party_member.then(member), reason: reason.clone() };
                roll::answer(&answered, committee, &self.number, open.id, &answer).await?;
            }
        }
        if last {
            return Ok(());
        }
        if self.secrecy()? == Secrecy::Secret {
            let db = self.place.db.at(self.day(Stage::Notice, 5));
            let tellers: Vec<&Actor> = self.officers(Office::Teller).collect();
            for teller in tellers {
                let key = votes::fresh(&db, teller, &self.number).await?;
                votes::keep(&db, teller, &self.number, &key.secret, "").await?;
                self.keys.push(key.secret);
            }
        }
        self.go(Stage::Down3, Move::OpenVote, "").await
    }

    pub(super) async fn vote(&mut self, last: bool) -> Result<(), Error> {
        let mood = if last { SO_FAR } else { MOOD };
        let began = self.told.came_to(Stage::Down3, self.place.now);
        let span = if last { self.place.now - began } else { TimeDelta::hours(30) };
        let mut paper = Vec::new();
        let doors: Vec<&Dwelling> = self.doors().collect();
        for (at, door) in doors.iter().enumerate() {
            let Some(who) = door.people.first().filter(|who| !is_first(&who.phone) || !last) else { continue };
            let dice = mix(at as u64, 0);
            let moment =
                began + span * i32::try_from(at).map_err(fault)? / i32::try_from(doors.len() + 1).map_err(fault)?;
            if dice % 1000 < mood.by_phone {
                self.cast(&self.place.db.at(moment), who, at).await?;
            } else if dice % 1000 < mood.by_phone + mood.on_paper {
                paper.push((who, at, moment));
            }
        }
        self.on_paper(&paper, began + span, last).await?;
        if last {
            return Ok(());
        }
        let closing = self.told.came_to(Stage::Result, self.place.now);
        let mut movers = vec![self.officer(Office::Chair)?];
        movers.extend(self.officers(Office::Teller));
        let keys = match self.keys.as_slice() {
            [outer, inner] => Some(Identities { outer: outer.clone(), inner: inner.clone() }),
            _ => None,
        };
        for (at, mover) in movers.iter().enumerate() {
            let db = self.place.db.at(closing - TimeDelta::minutes(20 - 10 * i64::try_from(at).map_err(fault)?));
            let keys = keys.as_ref().filter(|_| at + 1 == movers.len());
            let done = votes::close(&db, mover, &self.number, self.version, "", keys).await?;
            self.version = done.version;
        }
        Ok(())
    }

    /// One person votes wherever they have a vote.
    async fn cast(&self, db: &Db, who: &Dweller, at: usize) -> Result<(), Error> {
        let page = votes::page(db, &who.actor, &self.number).await?;
        for (nth, ballot) in page.ballots.iter().enumerate().filter(|(_, ballot)| ballot.cast.is_none()) {
            let key = KeyId::from_uuid(db.new_id());
            let choice = choice(mix(at as u64, 1 + nth as u64));
            votes::cast(db, &who.actor, &self.number, ballot.vote, ballot.unit, choice, key).await?;
        }
        Ok(())
    }

    /// Papers are entered by the two tellers: one by one in an open vote, ticked and counted as a box in a secret one.
    async fn on_paper(
        &self,
        papers: &[(&Dweller, usize, DateTime<Utc>)],
        end: DateTime<Utc>,
        last: bool,
    ) -> Result<(), Error> {
        let tellers: Vec<&Actor> = self.officers(Office::Teller).collect();
        let [first, second] = tellers.as_slice() else { return Err(fault("two tellers are needed")) };
        let secret = self.secrecy()? == Secrecy::Secret;
        let mut urn = Urn { yes: 0, no: 0, abstain: 0, invalid: 0 };
        let mut vote = None;
        for (who, at, moment) in papers {
            let db = self.place.db.at(*moment);
            let Some(position) = gongzhi_store::seed::unit_of(self.place.db, &self.number, who.person).await? else {
                continue;
            };
            let page = votes::desk(&db, first, &self.number).await?;
            let Some(body) = page.votes.iter().find(|turnout| turnout.body == Body::Statutory) else { continue };
            vote = Some(body.vote);
            let choice = choice(mix(*at as u64, 1));
            if secret {
                votes::tick(&db, first, &self.number, body.vote, position).await?;
                match choice {
                    Choice::Yes => urn.yes += 1,
                    Choice::No => urn.no += 1,
                    Choice::Abstain => urn.abstain += 1,
                }
            } else {
                for teller in [first, second].into_iter().take(if last && at % 2 == 0 { 1 } else { 2 }) {
                    votes::enter_ballot(&db, teller, &self.number, body.vote, position, choice.code(), "").await?;
                }
            }
        }
        if let (true, false, Some(vote)) = (secret, last, vote) {
            let db = self.place.db.at(end);
            for teller in [first, second] {
                votes::enter_box(&db, teller, &self.number, vote, urn, "").await?;
            }
        }
        Ok(())
    }

    pub(super) async fn look_at_result(&mut self, last: bool) -> Result<(), Error> {
        let said = self.place.db.at(self.day(Stage::Result, 2));
        if let Some(words) = &self.told.result_objection {
            let who = self.first_of_doors().nth(9).ok_or_else(|| fault("nobody objects"))?;
            votes::object(&said, &who.actor, &self.number, words).await?;
        }
        if last {
            return Ok(());
        }
        self.go(Stage::Sign, Move::ConfirmResult, "").await
    }

    pub(super) async fn sign(&mut self, last: bool) -> Result<(), Error> {
        let began = self.told.came_to(Stage::Sign, self.place.now);
        let span = if last { self.place.now - began } else { TimeDelta::days(22) };
        let doors: Vec<&Dwelling> = self.doors().collect();
        let wanted = match (self.told.area == HOME, last) {
            (true, _) => SIGNED_AT_HOME,
            (false, true) => doors.len() / 2,
            (false, false) => doors.len() * 9 / 10,
        };
        let signing: Vec<(usize, &Dwelling)> = doors
            .iter()
            .enumerate()
            .filter(|(_, door)| !last || !door.people.first().is_some_and(|who| is_first(&who.phone)))
            .map(|(at, door)| (at, *door))
            .take(wanted)
            .collect();
        let mut signed: Vec<(&Dweller, SignatureId)> = Vec::new();
        let mut pages = BTreeMap::new();
        for (at, door) in &signing {
            let Some(who) = door.people.first() else { continue };
            let part = i32::try_from(*at).map_err(fault)?;
            let moment = began
                + TimeDelta::minutes(30)
                + (span - TimeDelta::hours(1)) * part / i32::try_from(doors.len()).map_err(fault)?;
            let db = self.place.db.at(moment);
            let id = match at % 13 {
                4 => self.sign_with_help(&db, door, who).await?,
                7 | 11 => self.sign_on_paper(&db, door, who, &mut pages).await?,
                _ => Some(self.sign_by_phone(&db, door, who).await?),
            };
            signed.extend(id.map(|id| (who, id)));
        }
        if self.told.area == HOME {
            for (who, id) in signed.iter().skip(50).step_by(90).take(WITHDRAWN) {
                let db = self.place.db.at(began + span - TimeDelta::hours(2));
                signing::withdraw(&db, &who.actor, &self.number, *id).await?;
            }
        }
        if last {
            return Ok(());
        }
        let moment = self.told.came_to(Stage::Publish, self.place.now).max(began + TimeDelta::days(31));
        self.go_at(moment, Move::CloseSigning, "", &serde_json::json!({})).await
    }

    async fn sign_by_phone(&self, db: &Db, door: &Dwelling, who: &Dweller) -> Result<SignatureId, Error> {
        signing::send_code(db, &who.actor, &self.number, door.household).await?;
        let what = CodeFor::Signature { pact: self.id, number: &self.number };
        let code = sign_in::latest_code_for_demo_of(db, &who.phone, what).await?;
        let confirm = Confirm {
            household: door.household,
            text: self.text(db).await?,
            code: code.ok_or_else(|| fault("no code was sent"))?,
            key: db.new_id(),
        };
        Ok(id_of(signing::sign(db, &who.actor, &self.number, &confirm).await?))
    }

    /// The grid worker's tablet, with a colleague of the committee as the witness.
    async fn sign_with_help(&self, db: &Db, door: &Dwelling, who: &Dweller) -> Result<Option<SignatureId>, Error> {
        let help = Assisted {
            household: door.household,
            person: who.person,
            witness: self.officer(Office::Chair)?.person,
            witness_phone: None,
            read_back: true,
            key: db.new_id(),
        };
        let helper = self.officer(Office::Committee)?;
        match signing::assist(db, helper, &self.number, &help).await? {
            signing::Asked::Before(id) => Ok(Some(id)),
            signing::Asked::Waiting(asked) => {
                let signed = signing::answer(db, self.officer(Office::Chair)?, &self.number, asked, true).await?;
                Ok(signed.map(id_of))
            }
        }
    }

    /// The page of the book of a building, as the committee keeps it.
    async fn page(&self, db: &Db, door: &Dwelling) -> Result<Uuid, Error> {
        let text = self.text(db).await?;
        let code = format!("https://portal.example.org/desk/pacts/{}/signing?text={text}", self.number);
        let jpeg = tokio::task::spawn_blocking(move || photos::signed_page(&code)).await.map_err(fault)?;
        let jpeg = jpeg.ok_or_else(|| fault("a page could not be drawn"))?;
        let holder = Holder::of(db, &format!("demo-{}-{}", self.told.key, door.building));
        let actor = Actor { client: format!("demo-{}-{}", self.told.key, door.building), ..Actor::visitor() };
        let photo = album::stage(db, &actor, &holder, StagedFor::SigningPage(self.id), jpeg.into()).await?;
        let new = NewScan {
            household: door.household,
            page: 1,
            text: String::new(),
            photo: Some(photo),
            holder: Some(holder),
        };
        Ok(signing::keep_scan(db, self.officer(Office::Committee)?, &self.number, &new).await?.id)
    }

    /// A line of the book, read by two people.
    async fn sign_on_paper(
        &self,
        db: &Db,
        door: &Dwelling,
        who: &Dweller,
        pages: &mut BTreeMap<Uuid, Uuid>,
    ) -> Result<Option<SignatureId>, Error> {
        let building = door.building.uuid();
        let scan = match pages.get(&building) {
            Some(scan) => *scan,
            None => self.page(db, door).await?,
        };
        pages.insert(building, scan);
        let mut found = None;
        for reader in [Office::Committee, Office::Drafter] {
            let line = PaperLine {
                household: door.household,
                person: who.person,
                reading: Reading::Signed(local_day(db.now())),
                scan: Some(scan),
                text: String::new(),
                reason: String::new(),
            };
            if let Entered::Signed(id) = signing::enter(db, self.officer(reader)?, &self.number, &line).await? {
                found = Some(id);
            }
        }
        Ok(found)
    }

    /// The hash of the text that is signed, in hexadecimal.
    async fn text(&self, db: &Db) -> Result<String, Error> {
        gongzhi_store::seed::text_of(db, &self.number).await
    }

    fn secrecy(&self) -> Result<Secrecy, Error> {
        self.told.secrecy.parse().map_err(fault)
    }

    /// The first who is known behind each door.
    fn first_of_doors(&self) -> impl Iterator<Item = &Dweller> {
        self.doors().filter_map(|door| door.people.first())
    }
}

fn id_of(signed: Signed) -> SignatureId {
    match signed {
        Signed::Now(id) | Signed::Before(id) => id,
    }
}

fn choice(dice: u64) -> Choice {
    match dice % 1000 {
        yes if yes < MOOD.yes => Choice::Yes,
        no if no < MOOD.yes + MOOD.no => Choice::No,
        _ => Choice::Abstain,
    }
}

/// Dice of a door that fall the same every time.
fn mix(at: u64, nth: u64) -> u64 {
    let mut x =
        at.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(nth.wrapping_mul(0xD1B5_4A32_D192_ED03)).wrapping_add(147);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
