//! What depends on the hour: moves that are possible only for a while, and moves that the clock makes
//! by itself (the T of requests.md, States).

use super::{Flags, Move, State, Transition, Within};
use crate::calendar::{UnknownYear, WorkCalendar};
use crate::error::{Error, Reason, Result};
use chrono::{DateTime, Duration, Utc};

/// Days the resident has to answer a reply before the clock closes (#17).
pub const CLOSE_AFTER_DAYS: i64 = 7;
/// Work days a resident has to answer a question (#4a).
pub const INFO_WORK_DAYS: u32 = 5;
/// Hours after which a dispatched order counts as in hand (#6).
pub const START_AFTER_HOURS: i64 = 24;
/// Hours in which a unit can ask to return an order (#7).
pub const RETURN_HOURS: u32 = 24;
/// Days in which a resident can reopen (#19).
pub const REOPEN_DAYS: i64 = 15;
/// The longest suspension before a review, in days (#12).
pub const SUSPEND_DAYS_MAX: u16 = 90;

/// When the things happened that time spans count from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When the state was entered.
    pub since: Option<DateTime<Utc>>,
    /// The latest dispatch.
    pub dispatched: Option<DateTime<Utc>>,
    /// The handling limit, when it is known.
    pub due: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed: Option<DateTime<Utc>>,
    /// When a suspension is to be reviewed.
    pub review: Option<DateTime<Utc>>,
}

/// Whether a row is still possible at this hour.
///
/// # Errors
/// [`Reason::TooLate`] on the field `move` with the hours it was possible for (0 for "before due").
pub fn in_time(row: &Transition, times: &Times, now: DateTime<Utc>) -> Result<()> {
    let (end, hours) = match row.within {
        None => return Ok(()),
        Some(Within::DayOfDispatch) => {
            (times.dispatched.and_then(|at| at.checked_add_signed(Duration::hours(RETURN_HOURS.into()))), RETURN_HOURS)
        }
        Some(Within::BeforeDue) => (times.due, 0),
        Some(Within::FifteenDaysOfClosing) => {
            (times.closed.and_then(|at| at.checked_add_signed(Duration::days(REOPEN_DAYS))), 15 * 24)
        }
    };
    match end {
        Some(end) if now > end => Err(Error::field("move", Reason::TooLate { hours })),
        _ => Ok(()),
    }
}

/// The move the clock makes now, if there is one.
///
/// # Errors
/// [`UnknownYear`] when five work days cannot be counted because the calendar is not loaded.
pub fn automatic(
    state: State,
    flags: &Flags,
    times: &Times,
    calendar: &WorkCalendar,
    now: DateTime<Utc>,
) -> Result<Option<Move>, UnknownYear> {
    let Some(since) = times.since else {
        return Ok(None);
    };
    let due = match state {
        State::NeedInfo => Some((calendar.add_work_days(since, INFO_WORK_DAYS)?, Move::GiveInfo)),
        State::Dispatched => {
            let from = times.dispatched.unwrap_or(since);
            Some((from + Duration::hours(START_AFTER_HOURS), Move::StartHandling))
        }
        State::Suspended => times.review.map(|review| (review, Move::Resume)),
        State::Replied => Some((since + Duration::days(CLOSE_AFTER_DAYS), Move::Close)),
        _ => None,
    };
    let legal = |mv| super::legal_for(state, flags, mv, &[super::Mover::Clock]).is_ok();
    Ok(due.filter(|(at, mv)| now >= *at && legal(*mv)).map(|(_, mv)| mv))
}
