//! Puts the invented town into an empty database by the portal's own use cases, each at its moment of the past year,
//! several requests at a time: so history, clocks, messages and the audit chain are as true as in a real town.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::{AreaPath, Datum, Point};
use gongzhi_domain::content::{HideReason, Ruling};
use gongzhi_domain::ids::{AreaId, AttachmentId, ContentId, OrderId, PersonId, UnitId};
use gongzhi_domain::lang::{Lang, Named};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Outcome, Urgency, Version};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{Channel, Kind, Rating, Told, Visibility};
use gongzhi_domain::view::Filed;
use gongzhi_domain::{Error, content, person::Role};
use gongzhi_store::requests::{FileRequest, Holder, PlaceGiven, Who};
use gongzhi_store::{
    Db, areas, categories, fault, moderation, orders, people as residents, photos as album, requests, seed, sessions,
    settings, staff, units as bodies,
};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::life::{Life, Step, Verdict, Writer};
use super::people::PASSWORD;
use super::town::Town;
use super::{SEED, photos, phrases, units};

/// The setting that says that the demo town is here, whole.
const MARK: &str = "demo.town";
/// Requests whose lives are played at once.
const AT_ONCE: usize = 8;

/// What was loaded.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Base grids.
    pub grids: usize,
    /// Organisations.
    pub units: usize,
    /// Residents and staff.
    pub people: usize,
    /// Requests.
    pub requests: usize,
    /// Moves and verdicts.
    pub steps: usize,
    /// Orders by state.
    pub states: Vec<(String, i64)>,
    /// Orders past their limit.
    pub overdue: i64,
    /// How long it took.
    pub took: Duration,
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} grids, {} organisations, {} people, {} requests with {} steps, in {:.1} s:",
            self.grids,
            self.units,
            self.people,
            self.requests,
            self.steps,
            self.took.as_secs_f64()
        )?;
        for (state, orders) in &self.states {
            write!(f, " {state} {orders},")?;
        }
        write!(f, " overdue {}", self.overdue)
    }
}

/// Why the town was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// Real data stay what they are.
    #[error("this database is not empty; the demo town is only loaded into an empty one")]
    NotEmpty,
    /// A use case refused what the town planned.
    #[error("the demo town could not be loaded: {doing}: {error}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What the use case said.
        error: Error,
    },
}

impl From<Error> for NotLoaded {
    fn from(error: Error) -> Self {
        Self::Refused { doing: "the town itself".to_owned(), error }
    }
}

/// Whether the demo town is in this database already.
pub async fn is_loaded(db: &Db) -> Result<bool, Error> {
    Ok(settings::get::<u64>(db, MARK).await?.is_some())
}

/// Loads the demo town, with the present moment as its today.
///
/// # Errors
/// [`NotLoaded::NotEmpty`] when anything is in the database. A load that breaks off leaves a database that is not
/// empty: it has to be made anew.
pub async fn load(db: &Db) -> Result<Summary, NotLoaded> {
    let began = Instant::now();
    if !seed::is_empty(db).await? {
        return Err(NotLoaded::NotEmpty);
    }
    tracing::info!("inventing the demo town");
    let now = db.now();
    let town = tokio::task::spawn_blocking(move || Town::invent(SEED, now)).await.map_err(fault)?.map_err(fault)?;
    let hurry = seed::Hurry::begin(db).await?;
    let played = play(db, Arc::new(town), now, began).await;
    hurry.end(db).await?;
    let summary = played?;
    let mut tx = db.begin().await?;
    settings::put(&mut tx, MARK, &SEED).await?;
    tx.commit().await.map_err(gongzhi_store::refuse)?;
    tracing::info!(seconds = summary.took.as_secs_f64(), "the demo town is loaded");
    Ok(summary)
}

async fn play(db: &Db, town: Arc<Town>, now: DateTime<Utc>, began: Instant) -> Result<Summary, NotLoaded> {
    let founded = db.at(now - TimeDelta::days(400));
    let hash = staff::hash_password(PASSWORD.to_owned()).await?;
    categories::seed(&founded).await?;
    let stage = Arc::new(settle(&founded, &town, hash).await?);
    db.forget_cached();

    let next = Arc::new(AtomicUsize::new(0));
    let workers = AT_ONCE.min(db.pool().options().get_max_connections() as usize).max(1);
    let mut playing = JoinSet::new();
    for _ in 0..workers {
        let (db, town, stage, next) = (db.clone(), Arc::clone(&town), Arc::clone(&stage), Arc::clone(&next));
        playing.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(life) = town.lives.get(at) else { return Ok::<(), NotLoaded>(()) };
                if at % 250 == 0 {
                    tracing::info!(requests = at, "the demo town is being loaded");
                }
                Play { db: &db, town: &town, stage: &stage, life, at, now }.all().await?;
            }
        });
    }
    while let Some(done) = playing.join_next().await {
        done.map_err(fault)??;
    }
    seed::all_told(db).await?;
    let (states, overdue) = seed::states(db, now).await?;
    Ok(Summary {
        grids: town.grids.len(),
        units: town.units.len(),
        people: town.staff.len() + town.residents.len(),
        requests: town.lives.len(),
        steps: town.lives.iter().map(|life| life.steps.len()).sum(),
        states,
        overdue,
        took: began.elapsed(),
    })
}

/// Everything that stands ready before the first request.
struct Stage {
    units: HashMap<&'static str, UnitId>,
    staff: Vec<Actor>,
    residents: Vec<(PersonId, Actor)>,
    urgency: HashMap<String, Urgency>,
    photos: HashMap<&'static str, OnceCell<AttachmentId>>,
}

/// Writes areas, organisations and people.
async fn settle(db: &Db, town: &Town, hash: String) -> Result<Stage, Error> {
    let mut tx = db.begin().await?;
    let levels = [
        ("旗", "Banner"),
        ("街道、镇、苏木", "Street or town"),
        ("社区、村、嘎查", "Community or village"),
        ("网格", "Grid"),
    ];
    areas::insert_levels(&mut tx, &levels.map(|(zh, en)| Named::new(zh, en))).await?;
    let ids: Vec<AreaId> = town.regions.iter().map(|_| AreaId::from_uuid(db.new_id())).collect();
    let mut written = Vec::with_capacity(ids.len());
    for (region, id) in town.regions.iter().zip(&ids) {
        written.push(areas::NewArea {
            id: *id,
            parent: region.parent.and_then(|above| ids.get(above).copied()),
            level: i16::from(region.level) + 1,
            kind: region.kind.clone(),
            path: AreaPath::parse(&region.path).map_err(fault)?,
            name: region.name.clone(),
            boundary: Some(serde_json::json!({"type": "Polygon", "coordinates": [region.ring]})),
            centre: Point::new(region.centre.0, region.centre.1),
            population: Some(region.population),
            households: Some(region.households),
        });
    }
    areas::insert_many(&mut tx, &written).await?;

    let area_of =
        |code: &str| town.regions.iter().position(|region| region.code == code).and_then(|at| ids.get(at).copied());
    let mut units_by_code = HashMap::new();
    let mut new_units = Vec::new();
    for body in &town.units {
        let id = UnitId::from_uuid(db.new_id());
        units_by_code.insert(body.code, id);
        new_units.push(bodies::NewUnit {
            unit: bodies::Unit {
                id,
                kind: body.kind.to_owned(),
                code: body.code.to_owned(),
                name: body.name.clone(),
                duties: body.duties.clone(),
                area: area_of(body.area).ok_or_else(|| fault(format_args!("no area {}", body.area)))?,
                duty_phone: Some(body.phone.clone()),
                opening_hours: Some(
                    if body.code == units::CENTRE { "07:30–21:30" } else { "09:00–12:00 14:00–18:00" }.to_owned(),
                ),
                accepts_dispatch: body.takes_work,
            },
            parent: None,
        });
    }
    bodies::insert_many(&mut tx, &new_units).await?;

    let mut officers = Vec::new();
    for officer in &town.staff {
        let new = staff::NewStaff {
            sign_in_name: officer.sign_in.clone(),
            name: officer.name.clone(),
            password_hash: hash.clone(),
            totp_secret: super::secret(&officer.totp),
        };
        let person = staff::create(db, &mut tx, &new).await?;
        for (role, unit, region) in &officer.roles {
            let unit = *units_by_code.get(unit).ok_or_else(|| fault(format_args!("no unit {unit}")))?;
            let area = *ids.get(*region).ok_or_else(|| fault("no such area"))?;
            staff::appoint(db, &mut tx, person, *role, unit, area).await?;
        }
        officers.push((person, officer.name.zh.clone()));
    }
    let mut writers = Vec::new();
    for (number, resident) in town.residents.iter().enumerate() {
        let lang = if resident.english { Lang::En } else { Lang::Zh };
        let phone = Phone::parse(&resident.phone).map_err(fault)?;
        let (person, _) = residents::find_or_create(db, &mut tx, &phone, lang).await?;
        let name = resident.name.as_ref().map_or(String::new(), |name| name.in_(lang).to_owned());
        residents::set_name(db, &mut tx, person, &name).await?;
        if let Some(home) = ids.get(resident.home) {
            seed::lives_in(&mut tx, person, *home).await?;
        }
        writers.push((person, Actor { lang, client: format!("demo-{number}"), ..Actor::resident(person, name) }));
    }
    let all = categories::list(db).await?;
    for category in &all {
        let unit = units_by_code.get(units::usual(&category.code)).ok_or_else(|| fault("a category without a unit"))?;
        seed::usual_unit(&mut tx, &category.code, *unit).await?;
    }
    tx.commit().await.map_err(gongzhi_store::refuse)?;

    let mut staff = Vec::new();
    for (person, name) in officers {
        let memberships = sessions::memberships(db, person).await?;
        staff.push(Actor { memberships, client: "demo".to_owned(), ..Actor::resident(person, name) });
    }
    Ok(Stage {
        units: units_by_code,
        staff,
        residents: writers,
        urgency: all.into_iter().map(|category| (category.code, category.urgency)).collect(),
        photos: photos::names().map(|name| (name, OnceCell::new())).collect(),
    })
}

/// One life being played.
struct Play<'a> {
    db: &'a Db,
    town: &'a Town,
    stage: &'a Stage,
    life: &'a Life,
    at: usize,
    now: DateTime<Utc>,
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
    async fn all(&self) -> Result<(), NotLoaded> {
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
            staged.push(self.photo(photo, &db, &self.holder()).await?);
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

    /// Stages a photo for a browser; the first to show it draws it.
    async fn photo(&self, name: &str, db: &Db, holder: &Holder) -> Result<AttachmentId, Error> {
        let (known, cell) =
            self.stage.photos.get_key_value(name).ok_or_else(|| fault(format_args!("no photo {name}")))?;
        let known = *known;
        let first = cell
            .get_or_try_init(|| async {
                let jpeg = tokio::task::spawn_blocking(move || photos::draw(known)).await.map_err(fault)?;
                let jpeg = jpeg.ok_or_else(|| fault(format_args!("{known} could not be drawn")))?;
                let actor = Actor { client: format!("demo-{known}"), ..Actor::visitor() };
                album::stage(self.db, &actor, &Holder::of(self.db, known), jpeg.into()).await
            })
            .await?;
        seed::stage_again(db, holder, *first).await
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
                    after.push(self.photo(name, db, &holder).await?);
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
