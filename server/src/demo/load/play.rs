//! One request of the town, played by the use cases of its people: filed, looked at, handled, answered, rated, each step
//! at its moment.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::Datum;
use gongzhi_domain::content::{HideReason, Ruling};
use gongzhi_domain::ids::{AttachmentId, ContentId, OrderId, PersonId};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Outcome, Version};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::{Channel, Kind, Rating, Told, Visibility};
use gongzhi_domain::view::Filed;
use gongzhi_domain::{Error, content};
use gongzhi_store::photos::StagedFor;
use gongzhi_store::requests::{FileRequest, Holder, PlaceGiven, Who};
use gongzhi_store::{Db, fault, moderation, orders, photos as album, requests, seed};
use uuid::Uuid;

use super::NotLoaded;
use super::stage::Stage;
use crate::demo::life::{Life, Step, Verdict, Writer};
use crate::demo::town::Town;
use crate::demo::{SEED, photos, phrases};

/// One life being played.
pub(super) struct Play<'a> {
    pub db: &'a Db,
    pub town: &'a Town,
    pub stage: &'a Stage,
    pub life: &'a Life,
    pub at: usize,
    pub now: DateTime<Utc>,
}

/// Where an order is while it is played.
struct Going {
    number: RequestNumber,
    order: OrderId,
    text: ContentId,
    photos: Vec<AttachmentId>,
    version: Version,
}

impl Play<'_> {
    /// Files the request and takes every step of its life.
    pub async fn all(&self) -> Result<(), NotLoaded> {
        let refused = |doing: &str, error| NotLoaded::Refused {
            doing: format!("request {} ({}), {doing}", self.at, self.life.told.text),
            error,
        };
        let mut going = self.file().await.map_err(|error| refused("filing", error))?;
        for (at, step) in &self.life.steps {
            self.step(*at, step, &mut going).await.map_err(|error| refused(&format!("{step:?}"), error))?;
        }
        Ok(())
    }

    fn officer(&self, at: usize) -> Result<&Actor, Error> {
        self.stage.staff.get(at).ok_or_else(|| fault("no such officer"))
    }

    fn holder(&self) -> Holder {
        Holder::of(self.db, &format!("demo-{}", self.at))
    }

    async fn file(&self) -> Result<Going, Error> {
        let life = self.life;
        let story = self.town.stories.get(life.story).ok_or_else(|| fault("no such story"))?;
        let db = self.db.at(life.filed);
        let mut staged = Vec::new();
        for photo in &life.photos {
            staged.push(self.photo(photo, &db, &self.holder(), StagedFor::Filing).await?);
        }
        let visitor = Actor { lang: life.told.lang, client: format!("demo-v{}", self.at), ..Actor::visitor() };
        let (actor, who) = match (life.writer, life.filed_by) {
            (Writer::Anonymous, _) => (&visitor, Who::Anonymous),
            (Writer::Resident(who), None) => (&self.resident(who)?.1, Who::Me),
            (Writer::Resident(who), Some(by)) => (self.officer(by)?, Who::For(self.resident(who)?.0)),
        };
        let by_clerk = life
            .filed_by
            .and_then(|by| self.stage.staff.get(by))
            .is_some_and(|by| by.memberships.iter().any(|m| m.role == Role::Clerk));
        let grid = self.town.regions.get(life.grid).ok_or_else(|| fault("no such grid"))?;
        let filing = FileRequest {
            key: Uuid::from_u128((u128::from(SEED) << 64) | self.at as u128),
            holder: self.holder(),
            text: life.told.text.clone(),
            kind: story.kind.parse::<Kind>().map_err(fault)?,
            category: Some(story.category.clone()),
            place: PlaceGiven {
                point: life.point.map(|[lon, lat]| (lat, lon)),
                datum: Some(Datum::Wgs84),
                area_code: Some(grid.code.clone()),
                words: life.told.place.clone(),
                nowhere: false,
            },
            who,
            visibility: if life.private { Visibility::Private } else { Visibility::Public },
            channel: match (life.filed_by, by_clerk) {
                (None, _) => Channel::Web,
                (Some(_), true) => Channel::Clerk,
                (Some(_), false) => Channel::GridWorker,
            },
            photos: staged.clone(),
            accused_unit: None,
        };
        let (Filed::Now(receipt) | Filed::Before(receipt)) = requests::file(&db, actor, filing).await?;
        let (order, text) = seed::parts_of(self.db, receipt.number).await?;
        Ok(Going { number: receipt.number, order, text, photos: staged, version: Version(1) })
    }

    fn resident(&self, at: usize) -> Result<&(PersonId, Actor), Error> {
        self.stage.residents.get(at).ok_or_else(|| fault("no such resident"))
    }

    /// Stages a photo for a form of a browser; the first to show it draws it.
    async fn photo(&self, name: &str, db: &Db, holder: &Holder, staged_for: StagedFor) -> Result<AttachmentId, Error> {
        let (known, cell) =
            self.stage.photos.get_key_value(name).ok_or_else(|| fault(format_args!("no photo {name}")))?;
        let known = *known;
        let first = cell
            .get_or_try_init(|| async {
                let jpeg = tokio::task::spawn_blocking(move || photos::draw(known)).await.map_err(fault)?;
                let jpeg = jpeg.ok_or_else(|| fault(format_args!("{known} could not be drawn")))?;
                let actor = Actor { client: format!("demo-{known}"), ..Actor::visitor() };
                album::stage(self.db, &actor, &Holder::of(self.db, known), StagedFor::Filing, jpeg.into()).await
            })
            .await?;
        seed::stage_again(db, holder, staged_for, *first).await
    }

    async fn step(&self, at: DateTime<Utc>, step: &Step, going: &mut Going) -> Result<(), Error> {
        let db = &self.db.at(at);
        let (order, saw) = (going.order, going.version);
        let moved = match step {
            Step::Moderate { by, verdict } => return self.moderate(db, self.officer(*by)?, verdict, going).await,
            Step::Accept { by } => {
                let story = self.town.stories.get(self.life.story).ok_or_else(|| fault("no such story"))?;
                let urgency =
                    self.stage.urgency.get(&story.category).copied().ok_or_else(|| fault("no such category"))?;
                let accept = orders::Accept { category: story.category.clone(), urgency, accused_unit: None };
                orders::accept(db, self.officer(*by)?, order, saw, &accept).await?
            }
            Step::Dispatch { by } => {
                let lead = self.stage.units.get(self.life.unit).copied().ok_or_else(|| fault("no such unit"))?;
                let dispatch =
                    orders::Dispatch { lead, co_units: Vec::new(), basis: phrases::basis(self.life.unit).to_owned() };
                orders::dispatch(db, self.officer(*by)?, order, saw, &dispatch).await?
            }
            Step::Start { by } => orders::start_handling(db, self.officer(*by)?, order, saw).await?,
            Step::Contact { by, note } => {
                let way = if note.contains("现场") { orders::ContactWay::Visit } else { orders::ContactWay::Phone };
                let contact =
                    orders::LogContact { at, way, outcome: orders::ContactOutcome::Reached, note: note.clone() };
                orders::log_contact(db, self.officer(*by)?, order, saw, &contact).await?
            }
            Step::Reply { by, text, internal, photo } => {
                let holder = Holder::of(self.db, &format!("demo-after-{}", self.at));
                let mut after = Vec::new();
                if let Some(name) = photo {
                    after.push(self.photo(name, db, &holder, StagedFor::Reply(order)).await?);
                }
                let story = self.town.stories.get(self.life.story).ok_or_else(|| fault("no such story"))?;
                let reply = orders::SubmitReply {
                    outcome: story.outcome.parse::<Outcome>().map_err(fault)?,
                    internal: internal.clone(),
                    public: text.clone(),
                    photos: after,
                    holder: Some(holder),
                };
                orders::submit_reply(db, self.officer(*by)?, order, saw, &reply).await?
            }
            Step::SendBack { by, remark } => {
                orders::send_back(db, self.officer(*by)?, order, saw, &orders::SendBack { remark: remark.clone() })
                    .await?
            }
            Step::Approve { by } => orders::approve_reply(db, self.officer(*by)?, order, saw).await?,
            Step::Rate { contacted, satisfied, comment } => {
                let rating = Rating::new(*contacted, Told::Yes, *satisfied, comment.clone())?;
                self.rate(db, &rating, going).await?
            }
            Step::NotSolved { cause } => {
                let rating = Rating::new(true, Told::No, 2, cause.clone())?;
                self.rate(db, &rating, going).await?
            }
            Step::FollowUp { by, satisfied } => {
                let rating = Rating::new(true, Told::Yes, *satisfied, "")?;
                orders::follow_up_close(db, self.officer(*by)?, order, saw, &rating).await?
            }
            Step::Silence => seed::close_by_clock(db, order).await?,
        };
        going.version = moved.version;
        Ok(())
    }

    /// The resident rates; a moderator looks at what they added an hour later.
    async fn rate(&self, db: &Db, rating: &Rating, going: &Going) -> Result<orders::Moved, Error> {
        let Writer::Resident(who) = self.life.writer else { return Err(fault("nobody rates")) };
        let moved = requests::rate(db, &self.resident(who)?.1, None, going.number, going.version, rating).await?;
        let looked_at = self.db.at(db.now() + TimeDelta::hours(1));
        if !rating.comment.is_empty() && !self.life.private && looked_at.now() <= self.now {
            let moderator = self.officer(self.town.moderator())?;
            for (words, version) in seed::words_of_ratings(self.db, going.number).await? {
                moderation::rule(&looked_at, moderator, words, version, &publish()).await?;
            }
        }
        Ok(moved)
    }

    async fn moderate(&self, db: &Db, moderator: &Actor, verdict: &Verdict, going: &Going) -> Result<(), Error> {
        if self.life.private {
            return Ok(());
        }
        let mut version = Version(1);
        let note = |zh: &str, en: &str| if self.life.told.lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
        let ruling = match verdict {
            Verdict::Publish => publish(),
            Verdict::Edit(text) => Ruling {
                verdict: content::Verdict::Edit,
                text: Some(text.clone()),
                reason: None,
                note: note("删去了骂人的话，其余未动。", "We took out the insult and left the rest as it is."),
            },
            Verdict::Hide => Ruling {
                verdict: content::Verdict::Hide,
                text: None,
                reason: Some(HideReason::Privacy),
                note: note(
                    "文字里有他人的住处或姓名，不公开显示；您反映的问题照常办理。",
                    "It says where somebody lives, so it is not shown; your request is handled all the same.",
                ),
            },
            Verdict::WithoutPhoto => {
                if let Some(first) = going.photos.first() {
                    version = moderation::photo(db, moderator, going.text, version, *first, false).await?;
                }
                publish()
            }
        };
        moderation::rule(db, moderator, going.text, version, &ruling).await?;
        Ok(())
    }
}

fn publish() -> Ruling {
    Ruling { verdict: content::Verdict::Publish, text: None, reason: None, note: String::new() }
}
