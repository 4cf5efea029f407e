//! The life of a request in the demo town: who files what where, and everything that happens to it until now. Lives
//! are planned without a database, from dice and a moment called now; whatever would happen later is cut off, so
//! that young requests are found in every state and the desks have work today.

use chrono::{DateTime, Datelike as _, FixedOffset, TimeDelta, Timelike as _, Utc, Weekday};
use gongzhi_domain::lang::Lang;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

use super::map::{self, Setting};
use super::phrases;
use super::stories::{self, Story};
use super::town::Town;
use super::units;

/// Requests of the demo year.
pub const REQUESTS: usize = 2_000;
/// Of which this many arrived within the last eleven hours.
const TODAY: usize = 38;
/// The desk closes an answered request after this many days without a word.
const SILENCE: TimeDelta = TimeDelta::days(7);

/// Who a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The resident with this index, signed in.
    Resident(usize),
    /// Nobody who gave a name.
    Anonymous,
}

/// What a moderator made of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is public as it is.
    Publish,
    /// It is public without some words.
    Edit(String),
    /// It stays hidden.
    Hide,
    /// It is public, its first photo is not.
    WithoutPhoto,
}

/// Something that happens to a request. Officers are indexes of the town's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A moderator decides.
    Moderate {
        /// Who.
        by: usize,
        /// What.
        verdict: Verdict,
    },
    /// A clerk accepts it.
    Accept {
        /// Who.
        by: usize,
    },
    /// A dispatcher hands it to a unit.
    Dispatch {
        /// Who.
        by: usize,
    },
    /// A handler begins.
    Start {
        /// Who.
        by: usize,
    },
    /// A handler spoke with the resident.
    Contact {
        /// Who.
        by: usize,
        /// What came of it.
        note: String,
    },
    /// A handler writes the reply.
    Reply {
        /// Who.
        by: usize,
        /// The public reply.
        text: String,
        /// A note for colleagues.
        internal: String,
        /// The name of the photo of the work done.
        photo: Option<String>,
    },
    /// The manager sends a reply back.
    SendBack {
        /// Who.
        by: usize,
        /// What is missing.
        remark: String,
    },
    /// The manager approves a reply.
    Approve {
        /// Who.
        by: usize,
    },
    /// The resident rates the reply and is done.
    Rate {
        /// Whether somebody contacted them.
        contacted: bool,
        /// How satisfied, 1–5.
        satisfied: u8,
        /// What they added.
        comment: String,
    },
    /// The resident says that it is not solved.
    NotSolved {
        /// Why.
        cause: String,
    },
    /// A follow-up officer asked and closes it.
    FollowUp {
        /// Who.
        by: usize,
        /// How satisfied the resident said to be.
        satisfied: u8,
    },
    /// Seven days have passed.
    Silence,
}

/// A request with its life so far.
#[derive(Debug, Clone)]
pub struct Life {
    /// Index of the story.
    pub story: usize,
    /// Index of the grid.
    pub grid: usize,
    /// Longitude and latitude, where a point was given.
    pub point: Option<[f64; 2]>,
    /// Who wrote it.
    pub writer: Writer,
    /// The officer who filed it for them.
    pub filed_by: Option<usize>,
    /// The text, the place in words and the reply.
    pub told: stories::Telling,
    /// Whether the writer wanted it private.
    pub private: bool,
    /// Names of the photos.
    pub photos: Vec<String>,
    /// The code of the unit that gets it.
    pub unit: &'static str,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// What happened since, in order of time.
    pub steps: Vec<(DateTime<Utc>, Step)>,
}

/// Plans every request of the year before `now`, the oldest first.
#[must_use]
pub fn plan(town: &Town, now: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Vec<Life> {
    let mut moments: Vec<DateTime<Utc>> =
        (0..TODAY).map(|_| now - TimeDelta::minutes(rng.random_range(4..660))).collect();
    while moments.len() < REQUESTS {
        // A little more in the last weeks than a year ago: the portal is becoming known.
        let ago = 364.0 * rng.random_range(0.0_f64..1.0).powf(1.15);
        let moment = awake(now - TimeDelta::seconds((ago * 86_400.0) as i64), rng);
        if moment < now - TimeDelta::minutes(4) {
            moments.push(moment);
        }
    }
    moments.sort_unstable();
    let mut used = std::collections::HashMap::new();
    moments
        .into_iter()
        .map(|filed| {
            // A text that happens to repeat an earlier one is thrown again.
            let mut life = one(town, filed, rng);
            for _ in 0..12 {
                if used.get(&life.told.text).is_none_or(|n| *n < 1) {
                    break;
                }
                life = one(town, filed, rng);
            }
            *used.entry(life.told.text.clone()).or_insert(0) += 1;
            live(town, &mut life, now, rng);
            life
        })
        .collect()
}

/// Somebody has something to say.
fn one(town: &Town, filed: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Life {
    let resident = rng.random_range(0..town.residents.len());
    let home = town.residents[resident].home;
    // Most write about where they live, some about elsewhere.
    let grid = if rng.random_bool(0.75) { home } else { *town.grids.choose(rng).unwrap_or(&home) };
    let setting = town.regions[grid].setting;
    let month = local(filed).month();
    let open: Vec<(usize, &Story)> =
        town.stories.iter().enumerate().filter(|(_, s)| s.at.suits(setting) && s.in_season(month)).collect();
    let story = open.choose_weighted(rng, |(_, story)| share(story, month)).map_or(0, |(at, _)| *at);
    let tale = &town.stories[story];
    let lang = if town.residents[resident].english || rng.random_bool(0.02) { Lang::En } else { Lang::Zh };
    let places = town.places_of(grid);
    let told = stories::tell(tale, places, &town.residents[resident].phone, lang, rng);
    let may_be_anonymous = !matches!(tale.category.as_str(), "dispute" | "welfare");
    let assisted = rng.random_bool(if setting == Setting::Urban { 0.07 } else { 0.25 });
    let writer = if may_be_anonymous && !assisted && rng.random_bool(0.08) {
        Writer::Anonymous
    } else {
        Writer::Resident(resident)
    };
    let filed_by = assisted.then(|| if rng.random_bool(0.5) { town.clerk(rng) } else { town.grid_worker(grid) });
    let see = tale.see.clone().filter(|_| rng.random_bool(0.52));
    let mut photos: Vec<String> = see.into_iter().collect();
    if !photos.is_empty() && rng.random_bool(0.22) {
        photos.extend(also(&photos[0]).map(str::to_owned));
    }
    Life {
        story,
        grid,
        point: rng.random_bool(0.8).then(|| map::somewhere_in(&town.regions[grid], rng)),
        writer,
        filed_by,
        told,
        private: tale.kind == "tip_off" || tale.visibility == "private" || rng.random_bool(0.08),
        photos,
        unit: unit_of(town, tale),
        filed,
        steps: Vec::new(),
    }
}

fn unit_of(town: &Town, story: &Story) -> &'static str {
    let wanted = story.unit.as_deref().unwrap_or_else(|| units::usual(&story.category));
    town.units.iter().find(|unit| unit.code == wanted).map_or(units::CENTRE, |unit| unit.code)
}

/// How much more often than others a story is told in a month.
fn share(story: &Story, month: u32) -> f64 {
    let season = match (story.category.as_str(), month) {
        ("heating", 11 | 12 | 1 | 2) => 3.0,
        ("heating", 10 | 3) => 1.8,
        ("heating", _) => 0.2,
        ("sanitation" | "noise", 6..=9) => 1.6,
        ("greening", 5..=9) => 1.3,
        ("hazard" | "dispute", _) => 0.6,
        _ => 1.0,
    };
    let kind = match story.kind.as_str() {
        "praise" => 0.9,
        "tip_off" => 0.4,
        _ => 1.0,
    };
    f64::from(story.weight) * season * kind
}

/// A second picture that goes with the first.
fn also(photo: &str) -> Option<&'static str> {
    Some(match photo {
        "lamp_out" => "dark_path",
        "dark_stairwell" => "stairwell_clutter",
        "bins_overflowing" => "rubble_heap",
        "flooded_street" => "drain_blocked",
        "drain_blocked" => "flooded_street",
        "car_on_pavement" => "fire_lane_blocked",
        "thermometer" => "radiator_cold",
        "radiator_cold" => "thermometer",
        "pothole" => "pavement_broken",
        "wires_hanging" => "transformer",
        _ => return None,
    })
}

/// Everything that happens to it until now.
fn live(town: &Town, life: &mut Life, now: DateTime<Utc>, rng: &mut ChaCha8Rng) {
    let story = &town.stories[life.story];
    let pace = Pace::of(&story.category);
    let mut steps: Vec<(DateTime<Utc>, Step)> = Vec::new();

    let queue = if rng.random_bool(0.8) { 100 } else { 420 };
    let looked_at = pace.desk(life.filed + minutes(rng, 4, queue), rng);
    let angry = matches!(story.kind.as_str(), "help" | "complaint");
    let verdict = verdict(life, angry, rng);
    steps.push((looked_at, Step::Moderate { by: town.moderator(), verdict }));

    let busy = if rng.random_bool(0.8) { 80 } else { 240 };
    let accepted = pace.desk(life.filed + minutes(rng, 3, busy), rng);
    steps.push((accepted, Step::Accept { by: town.clerk(rng) }));
    let dispatched = pace.desk(accepted + minutes(rng, pace.dispatch.0, pace.dispatch.1), rng);
    steps.push((dispatched, Step::Dispatch { by: town.dispatcher(rng) }));
    let (handler, manager) = town.crew(life.unit, rng);
    let started = pace.office(dispatched + minutes(rng, pace.start.0, pace.start.1), rng);
    // Now and then a unit lets something lie; a few still do.
    let forgotten = rng.random_bool(0.04) && life.filed > now - TimeDelta::days(40);
    if !forgotten {
        steps.push((started, Step::Start { by: handler }));
        work(town, life, started, handler, manager, pace, &mut steps, rng);
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.retain(|(at, _)| *at <= now);
    life.steps = steps;
}

#[expect(clippy::too_many_arguments, reason = "one chapter of a life, told in place")]
fn work(
    town: &Town,
    life: &Life,
    started: DateTime<Utc>,
    handler: usize,
    manager: usize,
    pace: Pace,
    steps: &mut Vec<(DateTime<Utc>, Step)>,
    rng: &mut ChaCha8Rng,
) {
    let story = &town.stories[life.story];
    let contacted = pace.office(started + minutes(rng, 6, pace.contact), rng);
    steps.push((contacted, Step::Contact { by: handler, note: phrases::contact(rng).to_owned() }));
    let late = if rng.random_bool(0.07) { 4 } else { 1 };
    let mut written = pace.office(contacted + minutes(rng, pace.reply.0, pace.reply.1) * late, rng);
    let internal = phrases::internal(rng).to_owned();
    let photo = story.after.clone().filter(|_| rng.random_bool(0.6));
    if rng.random_bool(0.06) {
        steps.push((
            written,
            Step::Reply { by: handler, text: life.told.reply.clone(), internal: internal.clone(), photo: None },
        ));
        let back = pace.office(written + minutes(rng, 20, 240), rng);
        steps.push((back, Step::SendBack { by: manager, remark: phrases::remark(rng).to_owned() }));
        written = pace.office(back + minutes(rng, 60, 900), rng);
    }
    steps.push((written, Step::Reply { by: handler, text: life.told.reply.clone(), internal, photo }));
    let patience = if rng.random_bool(0.12) { 4_300 } else { 700 };
    let approved = pace.office(written + minutes(rng, 10, patience), rng);
    steps.push((approved, Step::Approve { by: manager }));

    let solved = matches!(story.outcome.as_str(), "solved" | "partly");
    if solved && matches!(life.writer, Writer::Resident(_)) && rng.random_bool(0.07) {
        let unhappy = awake(approved + minutes(rng, 120, 6_000), rng);
        steps.push((unhappy, Step::NotSolved { cause: phrases::cause(life.told.lang, rng).to_owned() }));
        let again = pace.office(unhappy + minutes(rng, 120, 1_500), rng);
        steps.push((again, Step::Contact { by: handler, note: phrases::contact(rng).to_owned() }));
        let written = pace.office(again + minutes(rng, 240, 2_400), rng);
        let text = phrases::second_reply(life.told.lang, rng).to_owned();
        steps.push((
            written,
            Step::Reply { by: handler, text, internal: phrases::internal(rng).to_owned(), photo: story.after.clone() },
        ));
        let approved = pace.office(written + minutes(rng, 15, 240), rng);
        steps.push((approved, Step::Approve { by: manager }));
        afterwards(town, life, approved, true, steps, rng);
    } else {
        afterwards(town, life, approved, false, steps, rng);
    }
}

/// After the reply: the resident rates it, an officer asks, or nobody says anything for seven days.
fn afterwards(
    town: &Town,
    life: &Life,
    replied: DateTime<Utc>,
    second: bool,
    steps: &mut Vec<(DateTime<Utc>, Step)>,
    rng: &mut ChaCha8Rng,
) {
    let way = rng.random_range(0..100);
    if matches!(life.writer, Writer::Resident(_)) && way < 52 {
        let at = awake(replied + minutes(rng, 25, 7_500), rng);
        let satisfied = *(if second { [3, 4, 4, 2, 5] } else { [5, 5, 4, 5, 3] }).choose(rng).unwrap_or(&5);
        let comment = if rng.random_bool(0.4) {
            phrases::comment(life.told.lang, satisfied, rng).to_owned()
        } else {
            String::new()
        };
        steps.push((at, Step::Rate { contacted: rng.random_bool(0.93), satisfied, comment }));
    } else if way < 78 && life.unit != units::CENTRE {
        let at = Pace::ORDINARY
            .office(replied + minutes(rng, 2_900, 8_000), rng)
            .min(replied + SILENCE - TimeDelta::minutes(30));
        steps.push((
            at,
            Step::FollowUp { by: town.follow_up(rng), satisfied: *[5, 4, 5, 4, 3].choose(rng).unwrap_or(&4) },
        ));
    } else {
        steps.push((replied + SILENCE + TimeDelta::minutes(rng.random_range(1..12)), Step::Silence));
    }
}

fn verdict(life: &mut Life, angry: bool, rng: &mut ChaCha8Rng) -> Verdict {
    match rng.random_range(0..1000) {
        0..40 if !life.private && angry => {
            let clean = life.told.text.clone();
            life.told.text.push_str(phrases::rude(life.told.lang, rng));
            Verdict::Edit(clean)
        }
        40..62 if !life.private && angry => {
            life.told.text.push_str(phrases::pillory(life.told.lang, rng));
            Verdict::Hide
        }
        62..82 if life.photos.len() > 1 => Verdict::WithoutPhoto,
        _ => Verdict::Publish,
    }
}

/// How fast matters of a category are dealt with.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Minutes from acceptance to dispatch, at least and at most.
    dispatch: (i64, i64),
    /// Minutes from dispatch to the first hand.
    start: (i64, i64),
    /// Minutes at most from the first hand to a word with the resident.
    contact: i64,
    /// Minutes from that word to the reply.
    reply: (i64, i64),
    /// Whether people come at night and at weekends.
    always: bool,
}

impl Pace {
    const ORDINARY: Self =
        Self { dispatch: (6, 420), start: (15, 600), contact: 400, reply: (500, 9_500), always: false };
    const URGENT: Self = Self { dispatch: (3, 60), start: (5, 60), contact: 60, reply: (90, 1_150), always: true };
    const EMERGENCY: Self = Self { dispatch: (1, 15), start: (1, 8), contact: 15, reply: (25, 150), always: true };

    fn of(category: &str) -> Self {
        match category {
            "hazard" => Self::EMERGENCY,
            "water" | "power" | "heating" => Self::URGENT,
            _ => Self::ORDINARY,
        }
    }

    /// The desk of the service centre: every day from 7:30 to 21:30, for the urgent round the clock.
    fn desk(self, at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> DateTime<Utc> {
        if self.always { at } else { open(at, (7, 30), (21, 30), false, rng) }
    }

    /// A unit: work days from 9 to 18, for the urgent round the clock.
    fn office(self, at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> DateTime<Utc> {
        if self.always { at } else { open(at, (9, 0), (18, 0), true, rng) }
    }
}

/// The moment itself, or soon after the next opening.
fn open(
    at: DateTime<Utc>,
    from: (u32, u32),
    to: (u32, u32),
    closed_at_weekends: bool,
    rng: &mut ChaCha8Rng,
) -> DateTime<Utc> {
    let mut here = local(at);
    let opening = from.0 * 60 + from.1;
    let minute = |t: DateTime<FixedOffset>| t.hour() * 60 + t.minute();
    let shut = |t: DateTime<FixedOffset>| closed_at_weekends && matches!(t.weekday(), Weekday::Sat | Weekday::Sun);
    if !shut(here) && minute(here) >= opening && minute(here) < to.0 * 60 + to.1 {
        return at;
    }
    if minute(here) >= opening {
        here += TimeDelta::days(1);
    }
    while shut(here) {
        here += TimeDelta::days(1);
    }
    let midnight = here - TimeDelta::minutes(i64::from(minute(here)));
    (midnight + TimeDelta::minutes(i64::from(opening)) + minutes(rng, 2, 100)).with_timezone(&Utc)
}

/// A moment when residents write: mostly by day and in the evening.
fn awake(at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> DateTime<Utc> {
    if rng.random_bool(0.06) { at } else { open(at, (6, 40), (23, 0), false, rng) }
}

fn minutes(rng: &mut ChaCha8Rng, from: i64, to: i64) -> TimeDelta {
    TimeDelta::seconds(rng.random_range(from * 60..=to * 60))
}

fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    at.with_timezone(&zone)
}
