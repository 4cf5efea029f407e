//! Meetings about a pact or a room (pacts.md, Text and opinions): their kinds and states, the code by which people check in, and the
//! arithmetic of what is voted on the spot. Integers only.

use crate::area::AreaPath;
use crate::error::{Error, FieldError, Reason, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The longest agenda, in characters.
pub const AGENDA_MAX: u32 = 2_000;
/// The longest minutes, in characters.
pub const MINUTES_MAX: u32 = 20_000;
/// The shortest minutes, in characters: what happened is told in a sentence at least.
pub const MINUTES_MIN: u32 = 10;
/// The longest list of decisions, in characters.
pub const DECISIONS_MAX: u32 = 4_000;
/// The longest name of a place, in characters.
pub const PLACE_MAX: u32 = 80;
/// The longest wording of an amendment, in characters: that of a clause.
pub const AMENDMENT_MAX: u32 = 500;
/// The longest name of somebody who comes, in characters.
pub const NAME_MAX: u32 = 40;
/// How far ahead a meeting is planned at most, in days.
pub const PLANNED_DAYS_MAX: u16 = 180;
/// How long before its planned time a meeting may be opened.
pub const EARLY: TimeDelta = TimeDelta::hours(2);
/// Numbers under this are not shown publicly (people-and-places.md, Privacy).
pub const FEW: u32 = 5;

coded! {
    /// Whose meeting it is.
    pub enum MeetingKind {
        /// The party members of the area.
        PartyMembers = "party_members",
        /// The residents' or villagers' representatives.
        Representatives = "representatives",
        /// Everybody.
        Residents = "residents",
        /// Party members and representatives together, the statutory body tallied by itself.
        Joint = "joint",
        /// Of a deliberation room.
        Room = "room",
    }
}

impl MeetingKind {
    /// Those that can be called about a pact.
    pub const OF_A_PACT: &'static [Self] = &[Self::PartyMembers, Self::Representatives, Self::Residents, Self::Joint];

    /// As what somebody who checks in counts; those who were not invited in this capacity come as guests.
    #[must_use]
    pub const fn counts(self, capacity: MeetingCapacity) -> bool {
        match self {
            Self::PartyMembers => matches!(capacity, MeetingCapacity::PartyMember),
            Self::Representatives => matches!(capacity, MeetingCapacity::Representative),
            Self::Joint => matches!(capacity, MeetingCapacity::PartyMember | MeetingCapacity::Representative),
            Self::Residents | Self::Room => !matches!(capacity, MeetingCapacity::Guest),
        }
    }

    /// Whether a tariff of points can be put to the vote there: party members alone do not decide what all are thanked for.
    #[must_use]
    pub const fn decides_tariffs(self) -> bool {
        !matches!(self, Self::PartyMembers)
    }

    /// As what its people are mostly invited.
    #[must_use]
    pub const fn capacity(self) -> MeetingCapacity {
        match self {
            Self::PartyMembers => MeetingCapacity::PartyMember,
            Self::Representatives | Self::Joint => MeetingCapacity::Representative,
            Self::Residents | Self::Room => MeetingCapacity::Resident,
        }
    }
}

coded! {
    /// As what somebody is at a meeting.
    pub enum MeetingCapacity {
        /// A member of the party organisation.
        PartyMember = "party_member",
        /// A representative of residents or villagers.
        Representative = "representative",
        /// Somebody whose home lies in the area.
        Resident = "resident",
        /// Anybody else: welcome, not counted.
        Guest = "guest",
    }
}

coded! {
    /// How far a meeting is.
    pub enum MeetingState {
        /// It is called.
        Planned = "planned",
        /// It was opened; its minutes are not signed yet.
        Open = "open",
        /// Its minutes are signed by two.
        Closed = "closed",
        /// It does not take place.
        Cancelled = "cancelled",
    }
}

coded! {
    /// Under what somebody signs minutes.
    pub enum MinutesPart {
        /// Wrote them.
        Keeper = "keeper",
        /// Led the meeting.
        Chair = "chair",
    }
}

/// How long one code of the door is the newest.
pub const CODE_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// Letters of a code, without those that are mistaken for others.
pub const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters in a code: 40 bits.
pub const CODE_LENGTH: usize = 8;

/// The number of the window a moment lies in.
#[must_use]
pub fn code_window(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(CODE_WINDOW.num_seconds())
}

/// The windows whose codes are good at a moment: that of the moment and the one before, so that a code somebody just copied from the
/// wall is good for ten minutes at least and twenty at most.
#[must_use]
pub fn good_windows(at: DateTime<Utc>) -> [i64; 2] {
    let window = code_window(at);
    [window, window - 1]
}

/// Until when the code of a window is good.
#[must_use]
pub fn good_until(window: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp((window + 2) * CODE_WINDOW.num_seconds(), 0)
}

/// A code from bytes that nobody can guess (a keyed hash of meeting and window): its first 40 bits, five a letter.
#[must_use]
pub fn code_of(bytes: &[u8]) -> String {
    let bits = bytes.iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..CODE_LENGTH)
        .rev()
        .map(|letter| {
            let five = (bits >> (5 * letter)) & 31;
            char::from(CODE_LETTERS[usize::try_from(five).unwrap_or_default()])
        })
        .collect()
}

/// A code as somebody typed it: small letters, spaces and dashes do not matter, nor O for 0 and the like, which no code holds.
///
/// # Errors
/// [`Reason::Missing`], or [`Reason::NotAQueryCode`] when it cannot be one.
pub fn code_in(typed: &str) -> Result<String, Reason> {
    let code: String = typed
        .chars()
        .map(crate::text::fold_char)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(40)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if code.is_empty() {
        return Err(Reason::Missing);
    }
    let fits = code.len() == CODE_LENGTH && code.bytes().all(|byte| CODE_LETTERS.contains(&byte));
    if fits { Ok(code) } else { Err(Reason::NotAQueryCode) }
}

/// What was counted when an amendment was put to the vote by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandCount {
    /// Present and entitled.
    pub present: u32,
    /// For it.
    pub in_favour: u32,
    /// Against it.
    pub against: u32,
    /// Abstained.
    pub abstained: u32,
}

impl HandCount {
    /// Whether the count can be.
    ///
    /// # Errors
    /// Nobody present, or more hands than people, under `in_favour`.
    pub fn check(self) -> Result<()> {
        let hands = u64::from(self.in_favour) + u64::from(self.against) + u64::from(self.abstained);
        if self.present == 0 || hands > u64::from(self.present) {
            let reason = Reason::OutOfRange { min: 0, max: i64::from(self.present) };
            return Err(Error::Invalid { fields: vec![FieldError::new("in_favour", reason)] });
        }
        Ok(())
    }

    /// Whether it is adopted: by more than half of those present; whoever abstains or does not raise a hand counts as not for it
    /// (pacts.md, Kinds and rules).
    #[must_use]
    pub const fn adopted(self) -> bool {
        2 * self.in_favour as u64 > self.present as u64
    }

    /// Whether others may see the numbers: neither those present nor those for it are so [`FEW`] that they point at people.
    #[must_use]
    pub const fn is_public(self) -> bool {
        self.present >= FEW && self.in_favour >= FEW
    }
}

/// How a meeting of representatives stands against the two thirds it needs: `3 * present >= 2 * entitled` (pacts.md, Kinds and
/// rules). Without anybody entitled nothing is reached.
#[must_use]
pub const fn two_thirds(present: u32, entitled: u32) -> bool {
    entitled > 0 && 3 * present as u64 >= 2 * entitled as u64
}

/// How many came to a meeting of those who could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// Came and count.
    pub present: u32,
    /// Entitled to come.
    pub entitled: u32,
}

impl Attendance {
    /// How many of those entitled are needed for two thirds: the least number for which [`two_thirds`] holds, one where nobody
    /// is entitled.
    #[must_use]
    pub const fn needed(self) -> u32 {
        let needed = (2 * self.entitled as u64).div_ceil(3);
        // Never above `entitled`, which fits.
        #[expect(clippy::cast_possible_truncation, reason = "two thirds of a u32 fit a u32")]
        if needed == 0 { 1 } else { needed as u32 }
    }

    /// Whether so many came that a meeting of this kind counts for its pact: of the representatives two thirds, of others somebody
    /// (pacts.md, Kinds and rules).
    #[must_use]
    pub const fn is_enough(self, kind: MeetingKind) -> bool {
        match kind {
            MeetingKind::Representatives => two_thirds(self.present, self.entitled),
            _ => self.present > 0,
        }
    }
}

/// The number others may see; `None` while it is one under [`FEW`] that would point at people.
#[must_use]
pub const fn public_count(count: u32) -> Option<u32> {
    if count < FEW { None } else { Some(count) }
}

/// Whether somebody whose homes lie in these areas belongs to a meeting of an area.
#[must_use]
pub fn belongs(homes: &[AreaPath], area: &AreaPath) -> bool {
    homes.iter().any(|home| area.contains(home))
}

/// One clause of a draft, as adopted amendments change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftClause {
    /// Its stable id.
    pub id: crate::ids::ClauseId,
    /// Its words.
    pub text: String,
    /// A translation to read.
    #[serde(default)]
    pub english: String,
}

/// One adopted amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The clause it changes; `None` for a new one.
    pub clause: Option<crate::ids::ClauseId>,
    /// The id a new clause gets.
    pub new_id: crate::ids::ClauseId,
    /// Its words; empty takes the clause out.
    pub text: String,
    /// A translation to read.
    pub english: String,
}

/// A draft with adopted amendments in it, in the order they were moved: a changed clause keeps its place and id, a new one comes
/// last, one without words goes. An amendment to a clause that is not there any more becomes a new clause.
#[must_use]
pub fn amended(mut clauses: Vec<DraftClause>, adopted: &[Adopted]) -> Vec<DraftClause> {
    for amendment in adopted {
        let at = amendment.clause.and_then(|id| clauses.iter().position(|clause| clause.id == id));
        match (at, amendment.text.trim()) {
            (Some(at), "") => {
                clauses.remove(at);
            }
            (None, "") => {}
            (Some(at), text) => {
                text.clone_into(&mut clauses[at].text);
                clauses[at].english.clone_from(&amendment.english);
            }
            (None, text) => clauses.push(DraftClause {
                id: amendment.clause.unwrap_or(amendment.new_id),
                text: text.to_owned(),
                english: amendment.english.clone(),
            }),
        }
    }
    clauses
}
