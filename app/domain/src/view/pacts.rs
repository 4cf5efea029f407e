//! What is shown of pacts: the list, one pact, one clause, the versions of its text, and the workshop at the desk. Who said
//! or signed something never stands in any of these.

use crate::area::AreaPath;
use crate::content::{ContentState, HideReason};
use crate::ids::{AttachmentId, ClauseId, OpinionId, PersonId, UnitId};
use crate::lang::Named;
use crate::order::Version;
use crate::pact::clause::ClauseDiff;
use crate::pact::{
    Ahead, Answer, Ending, Evidence, Kind, Move, Next, Office, RuleProfile, Secrecy, Stage, Stance, Stances,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the reader can do for a pact now: the page's one big button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Say what they think of its clauses.
    GiveOpinions,
    /// Look at the final text before the vote.
    ReadFinal,
    /// Vote.
    Vote,
    /// Look at the result.
    ReadResult,
    /// Sign.
    Sign,
    /// Report, or remind kindly.
    Keep,
}

impl Doing {
    /// What a stage asks of whoever lives there; `None` while it lies with the committee. A clock that stands still asks
    /// for nothing but opinions.
    #[must_use]
    pub const fn at(stage: Stage, paused: bool) -> Option<Self> {
        match stage {
            Stage::Down1 => Some(Self::GiveOpinions),
            _ if paused => None,
            Stage::Notice => Some(Self::ReadFinal),
            Stage::Down3 => Some(Self::Vote),
            Stage::Result => Some(Self::ReadResult),
            Stage::Sign => Some(Self::Sign),
            Stage::InForce => Some(Self::Keep),
            _ => None,
        }
    }
}

/// A pact in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PactCard {
    /// Its number.
    pub number: String,
    /// What sort of pact it is.
    pub kind: Kind,
    /// What it is called.
    pub title: Named,
    /// For whom it is made.
    pub area: Named,
    /// The code of that area.
    pub area_code: String,
    /// Where it is.
    pub stage: Stage,
    /// Whether its clock stands still.
    pub paused: bool,
    /// Why it ended.
    pub ending: Option<Ending>,
    /// The version of the text that counts; `None` before the first.
    pub text_no: Option<i32>,
    /// When it was last moved.
    pub changed_at: DateTime<Utc>,
    /// The end of the present window, where it has one.
    pub until: Option<DateTime<Utc>>,
    /// What it asks of its people now.
    pub doing: Option<Doing>,
    /// Whether the reader lives where it is made.
    pub mine: bool,
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PactList {
    /// Those of the reader's own homes that ask something of them now, first on the first page.
    pub waiting: Vec<PactCard>,
    /// The pacts, last moved first.
    pub cards: Vec<PactCard>,
    /// Where the next page begins; `None` on the last.
    pub cursor: Option<String>,
}

/// One pact, for everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PactPage {
    /// What a list shows of it.
    pub card: PactCard,
    /// What it is for.
    pub purpose: Named,
    /// The rules frozen for it.
    pub profile: RuleProfile,
    /// Whether its vote is secret.
    pub secrecy: Secrecy,
    /// Its clauses in the version that counts.
    pub clauses: Vec<ClauseCard>,
    /// What is said of the whole text.
    pub whole: Stances,
    /// What the reader said of the whole text, in this version.
    pub mine: Option<MyOpinion>,
    /// The hash of the version that counts, as 64 hexadecimal digits.
    pub text_sha256: Option<String>,
    /// What comes next.
    pub next: Vec<Next>,
    /// The stages to come.
    pub ahead: Vec<Ahead>,
    /// What happened, newest first.
    pub history: Vec<MoveLine>,
    /// Since when its clock stands still.
    pub paused_at: Option<DateTime<Utc>>,
    /// From which day it applies.
    pub in_force_on: Option<NaiveDate>,
    /// By which day it is looked at again.
    pub review_on: Option<NaiveDate>,
    /// The number of the pact whose place it takes.
    pub supersedes: Option<String>,
    /// The number of the pact that takes its place.
    pub superseded_by: Option<String>,
    /// Whether opinions can be given now.
    pub open: bool,
    /// Whether the reader may open its workshop.
    pub workshop: bool,
    /// Whether the reader may write down opinions of others.
    pub helps: bool,
}

/// A clause in the list of a pact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseCard {
    /// Which it is.
    pub id: ClauseId,
    /// Its number, from 1.
    pub no: u32,
    /// Its words.
    pub text: String,
    /// A translation; empty when there is none.
    pub english: String,
    /// What is said of it, in every version.
    pub stances: Stances,
    /// Opinions of which something was adopted.
    pub adopted: u32,
    /// Compared with the version before; `None` in the first.
    pub compared: Option<ClauseDiff>,
    /// What the reader said of it in this version.
    pub mine: Option<Stance>,
}

/// A move in the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveLine {
    /// The version of the pact it led to.
    pub seq: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub mv: Move,
    /// Where it led.
    pub to: Stage,
    /// The offices that assented; empty for the clock.
    pub offices: Vec<Office>,
    /// What was said of it.
    pub note: String,
    /// The leaf that proves it.
    pub leaf: Option<Uuid>,
}

/// The reader's own opinion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MyOpinion {
    /// Which it is.
    pub id: OpinionId,
    /// The version of the text it was given on.
    pub text_no: i32,
    /// What they said.
    pub stance: Stance,
    /// In which words, as they wrote them.
    pub words: String,
    /// What of it is public; `None` when it has no words.
    pub state: Option<ContentState>,
    /// The public copy, where it differs.
    pub public: Option<String>,
    /// Why it is hidden.
    pub hidden: Option<HideReason>,
    /// A moderator's note.
    pub note: String,
    /// Its answer.
    pub answer: Option<AnswerLine>,
}

/// An answer to an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// What became of it.
    pub answer: Answer,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody's opinion, as everybody may read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpinionLine {
    /// Which it is.
    pub id: OpinionId,
    /// On which version it was given.
    pub text_no: i32,
    /// What they said.
    pub stance: Stance,
    /// In which words.
    pub words: String,
    /// Its answer.
    pub answer: Option<AnswerLine>,
}

/// One clause, with what it was and what is said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClausePage {
    /// The pact.
    pub card: PactCard,
    /// Which clause.
    pub id: ClauseId,
    /// Its number in the version that counts; `None` when it is no longer there.
    pub no: Option<u32>,
    /// How many clauses that version has.
    pub of: u32,
    /// Its last words.
    pub text: String,
    /// Their translation.
    pub english: String,
    /// What is said of it.
    pub stances: Stances,
    /// What the reader said of it: newest version first.
    pub mine: Vec<MyOpinion>,
    /// What others said of it and a moderator let pass.
    pub opinions: Vec<OpinionLine>,
    /// Its words through the versions, oldest first.
    pub history: Vec<ClauseWas>,
    /// The clause before it and the one after.
    pub beside: (Option<ClauseId>, Option<ClauseId>),
    /// Whether an opinion can be given now.
    pub open: bool,
    /// Whether the reader may write down opinions of others.
    pub helps: bool,
}

/// A clause in one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseWas {
    /// The version.
    pub text_no: i32,
    /// Its number in it; `None` where it is not in this version.
    pub no: Option<u32>,
    /// Its words in it.
    pub text: String,
    /// The words before.
    pub before: Option<String>,
}

/// The versions of a text, and two of them laid over each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextPage {
    /// The pact.
    pub card: PactCard,
    /// Every version, newest first.
    pub versions: Vec<VersionLine>,
    /// The two that are compared; the same when there is only one.
    pub compared: (i32, i32),
    /// What changed between them.
    pub clauses: Vec<ClauseDiff>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Which it is.
    pub no: i32,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Its hash, as 64 hexadecimal digits.
    pub sha256: String,
    /// How many clauses it has.
    pub clauses: u32,
}

/// A pact at the desk of those who run it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workshop {
    /// What a list shows of it.
    pub card: PactCard,
    /// The version whoever moves it must name.
    pub version: i32,
    /// What it is for.
    pub purpose: Named,
    /// The rules frozen for it.
    pub profile: RuleProfile,
    /// Whether its vote is secret.
    pub secrecy: Secrecy,
    /// The reader's office.
    pub mine: Option<Office>,
    /// Who holds which office.
    pub offices: Vec<Holder>,
    /// Officers who could be appointed.
    pub candidates: Vec<(PersonId, Named)>,
    /// Whether the reader appoints.
    pub appoints: bool,
    /// The moves that lead on from here, with what is missing.
    pub moves: Vec<MoveChoice>,
    /// While a representatives' meeting is missing: how many came to the last one, which were too few.
    pub representatives_short: Option<crate::meeting::Attendance>,
    /// What was recorded.
    pub evidence: Vec<EvidenceLine>,
    /// What the reader may record now.
    pub records: Vec<Evidence>,
    /// Whether the reader may write the draft now.
    pub drafts: bool,
    /// Whether the draft differs from the version that counts.
    pub draft_changed: bool,
    /// Opinions without an answer.
    pub unanswered: u32,
    /// What happened, newest first.
    pub history: Vec<MoveLine>,
}

/// Somebody with an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub person: PersonId,
    /// The name under which they act.
    pub name: Named,
    /// As what.
    pub office: Office,
}

/// A move that leads on from here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveChoice {
    /// The line of the calendar.
    pub next: Next,
    /// Which ending, for [`Move::End`].
    pub ending: Option<Ending>,
    /// Who has assented.
    pub given: Vec<Holder>,
    /// Whether the reader may assent now: it is ready, theirs to say, and not said yet.
    pub may: bool,
    /// Whether the reader has assented.
    pub mine: bool,
    /// Whether a reason is asked for.
    pub reason: bool,
}

/// A record beside a pact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// Which it is.
    pub id: Uuid,
    /// Of what.
    pub kind: Evidence,
    /// In which stage.
    pub stage: Stage,
    /// What it says.
    pub note: String,
    /// The day it was.
    pub day: NaiveDate,
    /// Its photo.
    pub photo: Option<AttachmentId>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Whether an objection still waits for its answer.
    pub open: bool,
}

/// The draft on its page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftPage {
    /// What a list shows of it.
    pub card: PactCard,
    /// The clauses.
    pub clauses: Vec<DraftLine>,
    /// The version a saving must name.
    pub version: Version,
    /// Whether the reader may save it.
    pub may: bool,
}

/// A clause of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Which it is.
    pub id: ClauseId,
    /// Its words.
    pub text: String,
    /// Their translation.
    pub english: String,
}

/// The opinions on their way to an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisPage {
    /// What a list shows of it.
    pub card: PactCard,
    /// By clause: first the whole text, then the clauses in their order, then those that are no longer there.
    pub clauses: Vec<ClauseAnalysis>,
    /// Opinions without an answer.
    pub unanswered: u32,
    /// Opinions with words in all.
    pub with_words: u32,
    /// Opinions of people whose home in the area is known.
    pub at_home: u32,
    /// Whether the reader may answer now.
    pub may: bool,
}

/// What is said of one clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseAnalysis {
    /// Which clause; `None` for the whole text.
    pub id: Option<ClauseId>,
    /// Its number; `None` for the whole text and for a clause that is no longer there.
    pub no: Option<u32>,
    /// Its words.
    pub text: String,
    /// How many say what.
    pub stances: Stances,
    /// Opinions that say much the same, the largest group first.
    pub groups: Vec<OpinionGroup>,
}

/// Opinions that say much the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpinionGroup {
    /// They.
    pub opinions: Vec<OpinionLine>,
    /// How many of them have no answer.
    pub unanswered: u32,
}

/// What a form that begins a pact offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewPactPage {
    /// Areas: code, path and name.
    pub areas: Vec<(String, AreaPath, Named)>,
    /// Committees.
    pub units: Vec<(UnitId, Named)>,
    /// Pacts in force that could be superseded: number and title.
    pub in_force: Vec<(String, Named)>,
}
