//! What pages show of the roll: totals to everyone, their own units to those on it, what is to be settled to the desk.

use crate::ids::{BuildingId, PersonId};
use crate::lang::Named;
use crate::pact::{Basis, Capacity, Stage};
use crate::roll::{Body, Change, VoterHow};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What everyone may know of a roll: never who is on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollFacts {
    /// The how-many-th roll of the pact.
    pub no: i32,
    /// How the statutory body counts.
    pub basis: Basis,
    /// When it was drawn.
    pub drawn_at: DateTime<Utc>,
    /// SHA-256 of the canonical list as it stands, in hex.
    pub sha256: String,
    /// How many votes each body has.
    pub units: Vec<(Body, u32)>,
    /// The floor area of the statutory body, where it counts.
    pub area_cm2: Option<i64>,
    /// What upheld objections changed.
    pub amendments: Vec<Amended>,
    /// Until when somebody may object.
    pub object_until: DateTime<Utc>,
    /// How many objections there were, and how many wait for an answer.
    pub objections: (u32, u32),
}

/// One amendment of a roll; public, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// Its number, from 1.
    pub no: i32,
    /// What it changed.
    pub change: Change,
    /// When.
    pub at: DateTime<Utc>,
    /// The hash after it, in hex.
    pub sha256: String,
}

/// The page of a roll for one reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollPage {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// Its stage.
    pub stage: Stage,
    /// The roll; `None` before one is drawn.
    pub roll: Option<RollFacts>,
    /// The units the reader belongs to.
    pub mine: Vec<MyUnit>,
    /// The reader's own objections.
    pub said: Vec<MyObjection>,
    /// Whether the reader is signed in.
    pub signed_in: bool,
    /// Whether the reader may object now.
    pub may_object: bool,
}

/// A unit as one of its people sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyUnit {
    /// Which it is.
    pub unit: Uuid,
    /// Which body it votes in.
    pub body: Body,
    /// The doors it stands for; empty for a member of a body.
    pub doors: Vec<String>,
    /// As what the reader belongs to it.
    pub capacity: Capacity,
    /// Its floor area.
    pub area_cm2: i64,
    /// Everybody of it.
    pub people: Vec<Mate>,
    /// Who votes for it, masked, and how that came.
    pub voter: Option<(PersonId, String, VoterHow)>,
    /// Whether two or more were named and nobody settled it yet.
    pub rivals: bool,
    /// Whether the naming is still open to its people.
    pub may_name: bool,
}

/// One of the people of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mate {
    /// Who.
    pub person: PersonId,
    /// `李＊`, or a masked number.
    pub name: String,
    /// Whether it is the reader.
    pub me: bool,
    /// Whom they named.
    pub names: Option<PersonId>,
}

/// An objection as its writer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyObjection {
    /// What they wrote.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By when it is to be answered.
    pub answer_by: DateTime<Utc>,
    /// Whether it was upheld, and the reason.
    pub answer: Option<(bool, String)>,
}

/// The roll at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollDesk {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// Its stage.
    pub stage: Stage,
    /// The lawful ways to count; the first is the usual one.
    pub bases: Vec<Basis>,
    /// The one that is chosen.
    pub basis: Basis,
    /// Members of bodies named so far, masked: person, body, name.
    pub members: Vec<(PersonId, Body, String)>,
    /// Flats whose floor area is not known, where area counts.
    pub without_area: u32,
    /// The roll; `None` before one is drawn.
    pub roll: Option<RollFacts>,
    /// Units whose people named several.
    pub rivals: Vec<DeskUnit>,
    /// Units without a voter, rivals left out.
    pub without_voter: u32,
    /// Objections, the oldest unanswered first.
    pub objections: Vec<DeskObjection>,
    /// The buildings of the pact, while objections wait for an answer.
    pub buildings: Vec<(BuildingId, Named)>,
    /// Whether written proxies are allowed.
    pub proxies_allowed: bool,
    /// Proxies that were recorded: unit number, holder, slot, paper.
    pub proxies: Vec<(i32, String, i16, String)>,
    /// Whether the reader may change it.
    pub may_keep: bool,
    /// Whether the reader may print the list.
    pub may_print: bool,
}

/// A unit at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskUnit {
    /// Which it is.
    pub unit: Uuid,
    /// Its number in its body.
    pub position: i32,
    /// Its doors.
    pub doors: Vec<String>,
    /// Its people, masked.
    pub people: Vec<Mate>,
}

/// An objection at the desk, with the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskObjection {
    /// Which it is.
    pub id: Uuid,
    /// Who wrote it, masked.
    pub name: String,
    /// What they wrote.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By when it is to be answered.
    pub answer_by: DateTime<Utc>,
    /// Whether it was upheld, and the reason.
    pub answer: Option<(bool, String)>,
}

/// The list as the hall prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedRoll {
    /// The pact's number.
    pub number: String,
    /// Its title.
    pub title: Named,
    /// The how-many-th roll.
    pub no: i32,
    /// When it was drawn.
    pub drawn_at: DateTime<Utc>,
    /// The canonical text, of which `sha256` is the hash.
    pub canonical: String,
    /// The hash in hex.
    pub sha256: String,
    /// Body, unit, door, name, capacity, area; in the order of the canonical text.
    pub lines: Vec<(Body, i32, String, String, Capacity, i64)>,
}
