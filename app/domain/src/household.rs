//! Doors and who lives behind them (people-and-places.md, Areas, "premises", and Signing in, "residence"): how a door is
//! named, how somebody's home was verified, and how a list of doors is read. What is sealed is the store's matter.

pub mod import;

use crate::error::{Error, FieldError, Reason, Result};
use crate::request::written;

/// The longest name of a compound or building, in characters.
pub const NAME_MAX: u32 = 40;
/// The longest name of a door, in characters: `3单元1202`.
pub const DOOR_MAX: u32 = 20;
/// As many doors as a building may be given at once.
pub const DOORS_MAX: usize = 600;
/// The longest note on how a home was verified, in characters.
pub const NOTE_MAX: u32 = 200;

coded! {
    /// As what somebody belongs to a household.
    pub enum Capacity {
        /// Lives there, registered.
        Resident = "resident",
        /// Lives there and is a member of the village's collective.
        Villager = "villager",
        /// Owns it, living there or not.
        Owner = "owner",
        /// Rents it.
        Tenant = "tenant",
    }
}

coded! {
    /// How it was verified that somebody belongs to a household.
    pub enum Verified {
        /// A clerk saw a document.
        DocumentSeen = "document_seen",
        /// A code posted to the address came back.
        PostedCode = "posted_code",
        /// It stood in a roll that was taken over.
        ImportedRoll = "imported_roll",
        /// A neighbour vouched and a clerk wrote it down.
        NeighbourAndClerk = "neighbour_and_clerk",
    }
}

impl Verified {
    /// What can be said at the window; a roll is taken over as a whole.
    pub const AT_THE_WINDOW: &'static [Self] = &[Self::DocumentSeen, Self::PostedCode, Self::NeighbourAndClerk];

    /// Whether the note must say who vouched.
    #[must_use]
    pub const fn needs_a_note(self) -> bool {
        matches!(self, Self::NeighbourAndClerk)
    }
}

/// Doors of a building by pattern: stairways, floors, and doors on each floor. `101` in a building of one stairway, `2单元101`
/// where there are more.
///
/// # Errors
/// Field problems under `stairways`, `floors` and `per_floor`: each at least 1, at most 20, 60 and 40, and together no more than
/// [`DOORS_MAX`] doors.
pub fn doors(stairways: u16, floors: u16, per_floor: u16) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (field, given, max) in [("stairways", stairways, 20), ("floors", floors, 60), ("per_floor", per_floor, 40)] {
        if given == 0 || given > max {
            wrong.push(FieldError::new(field, Reason::OutOfRange { min: 1, max: i64::from(max) }));
        }
    }
    if wrong.is_empty() && usize::from(stairways) * usize::from(floors) * usize::from(per_floor) > DOORS_MAX {
        let most = DOORS_MAX / usize::from(stairways) / usize::from(floors);
        wrong.push(FieldError::new("per_floor", Reason::OutOfRange { min: 1, max: i64::try_from(most).unwrap_or(1) }));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let mut doors = Vec::new();
    for stairway in 1..=stairways {
        for floor in 1..=floors {
            for door in 1..=per_floor {
                let number = format!("{floor}{door:02}");
                doors.push(if stairways == 1 { number } else { format!("{stairway}单元{number}") });
            }
        }
    }
    Ok(doors)
}

/// Doors as they were typed, one a line; empty lines are left out.
///
/// # Errors
/// Under `doors`: none at all, one too long or unreadable, one that stands twice ([`Reason::Taken`]), more than [`DOORS_MAX`].
pub fn doors_in(typed: &str) -> Result<Vec<String>> {
    let mut doors: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        written(line, 1, DOOR_MAX).map_err(|reason| Error::field("doors", reason))?;
        if doors.iter().any(|door| door == line) {
            return Err(Error::field("doors", Reason::Taken));
        }
        doors.push(line.to_owned());
    }
    match doors.len() {
        0 => Err(Error::field("doors", Reason::Missing)),
        more if more > DOORS_MAX => Err(Error::field("doors", Reason::OutOfRange { min: 1, max: DOORS_MAX as i64 })),
        _ => Ok(doors),
    }
}
