//! Reading a clock: how much of a limit is used, when it is due, and how it looks.

use super::{Clock, ClockEvent, Entry, Hours, Limit, Policy};
use crate::calendar::{Minutes, UnknownYear, WorkCalendar};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

coded! {
    /// How a clock looks on a page. Warned at 70 % of the limit, overdue at 100 %, red after five more
    /// work days (requests.md, States).
    pub enum Health {
        /// It has not begun.
        Idle = "idle",
        /// It runs, and there is time.
        Running = "running",
        /// It runs, and 70 % are used.
        Warning = "warning",
        /// It stands still, for a reason that is shown.
        Paused = "paused",
        /// It runs beyond its limit.
        Overdue = "overdue",
        /// It has been beyond its limit for five work days.
        Red = "red",
        /// It ended in time.
        Kept = "kept",
        /// It ended too late.
        Missed = "missed",
        /// The calendar it needs is not loaded.
        Unknown = "unknown",
    }
}

/// Work days beyond a limit after which a clock turns red.
const RED_AFTER_WORK_DAYS: u32 = 5;

/// A clock as it stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which clock.
    pub clock: Clock,
    /// What it has used of its limit in this round.
    pub used: Minutes,
    /// How long it may take.
    pub limit: Minutes,
    /// Which hours count.
    pub hours: Hours,
    /// When the limit passes; `None` while it does not run, and when the calendar is unknown.
    pub due: Option<DateTime<Utc>>,
    /// How it looks.
    pub health: Health,
}

/// What the rows of one clock say, in the order of time: the present round only.
#[derive(Debug, Clone, Default)]
struct Round {
    runs: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    running_since: Option<DateTime<Utc>>,
    started: Option<DateTime<Utc>>,
    stopped: Option<DateTime<Utc>>,
    halved: bool,
    /// When an extension was granted, and until when.
    extended: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Round {
    fn of(clock: Clock, ledger: &[Entry]) -> Self {
        let mut rows: Vec<&Entry> = ledger.iter().filter(|entry| entry.clock == clock).collect();
        rows.sort_by_key(|entry| entry.at);
        let mut round = Self::default();
        for row in rows {
            match row.event {
                ClockEvent::Start | ClockEvent::StartHalved => {
                    round = Self {
                        running_since: Some(row.at),
                        started: Some(row.at),
                        halved: row.event == ClockEvent::StartHalved,
                        ..Self::default()
                    };
                }
                ClockEvent::Resume if round.is_paused() => round.running_since = Some(row.at),
                ClockEvent::Pause => round.halt(row.at),
                ClockEvent::Stop if round.started.is_some() && round.stopped.is_none() => {
                    round.halt(row.at);
                    round.stopped = Some(row.at);
                }
                ClockEvent::Extend if round.started.is_some() && round.stopped.is_none() => {
                    round.extended = row.until.map(|until| (row.at, until));
                }
                ClockEvent::Resume | ClockEvent::Stop | ClockEvent::Extend => {}
            }
        }
        round
    }

    fn is_paused(&self) -> bool {
        self.started.is_some() && self.stopped.is_none() && self.running_since.is_none()
    }

    fn halt(&mut self, at: DateTime<Utc>) {
        if let Some(since) = self.running_since.take() {
            self.runs.push((since, at));
        }
    }

    /// How much it had used at a moment.
    fn used(&self, hours: Hours, calendar: &WorkCalendar, at: DateTime<Utc>) -> Result<Duration, UnknownYear> {
        let open = self.running_since.map(|since| (since, at));
        self.runs
            .iter()
            .copied()
            .chain(open)
            .try_fold(Duration::zero(), |sum, (from, to)| Ok(sum + hours.between(from, to.min(at), calendar)?))
    }

    fn limit(&self, clock: Clock, policy: &Policy) -> Limit {
        let limit = policy.limit(clock);
        if self.halved { limit.halved() } else { limit }
    }

    /// How much it may use: the limit, or with an extension what was used when that was granted and
    /// the time from there to the new due time.
    fn allowance(&self, limit: Limit, calendar: &WorkCalendar) -> Result<Duration, UnknownYear> {
        match self.extended {
            None => Ok(limit.minutes.duration()),
            Some((granted, until)) => {
                Ok(self.used(limit.hours, calendar, granted)? + limit.hours.between(granted, until, calendar)?)
            }
        }
    }

    /// When the allowance ends, or ended while it ran; `None` when it stands still or stopped before.
    fn due(&self, limit: Limit, calendar: &WorkCalendar) -> Result<Option<DateTime<Utc>>, UnknownYear> {
        // Not paused since the extension: due is what was promised, to the minute.
        if let (Some((granted, until)), Some(since)) = (self.extended, self.running_since)
            && since <= granted
        {
            return Ok(Some(until));
        }
        let mut left = self.allowance(limit, calendar)?;
        for (from, to) in &self.runs {
            let spent = limit.hours.between(*from, *to, calendar)?;
            if spent >= left {
                return limit.hours.add(*from, left, calendar).map(Some);
            }
            left -= spent;
        }
        self.running_since.map(|since| limit.hours.add(since, left, calendar)).transpose()
    }
}

/// How much of its limit a clock has used in this round.
///
/// # Errors
/// [`UnknownYear`] when work hours of a year that is not loaded would have to be counted.
pub fn used(
    clock: Clock,
    ledger: &[Entry],
    policy: &Policy,
    calendar: &WorkCalendar,
    now: DateTime<Utc>,
) -> Result<Minutes, UnknownYear> {
    Round::of(clock, ledger).used(policy.hours, calendar, now).map(Minutes::of)
}

/// When a clock's limit passes, or passed while it ran. `None` when it never began, stands still, or
/// ended in time.
///
/// A unit that got the order after a return has a fresh handling limit, capped by the total (States #8).
///
/// # Errors
/// [`UnknownYear`].
pub fn due(
    clock: Clock,
    ledger: &[Entry],
    policy: &Policy,
    calendar: &WorkCalendar,
) -> Result<Option<DateTime<Utc>>, UnknownYear> {
    let round = Round::of(clock, ledger);
    let own = round.due(round.limit(clock, policy), calendar)?;
    if clock != Clock::Handling || round.extended.is_some() || !is_after_return(ledger) {
        return Ok(own);
    }
    let total = Round::of(Clock::Total, ledger);
    let cap = total.due(total.limit(Clock::Total, policy), calendar)?;
    // A cap that had passed when the unit got the order would leave it no time at all.
    let cap = cap.filter(|cap| round.started.is_none_or(|started| *cap > started));
    Ok(match (own, cap) {
        (Some(own), Some(cap)) => Some(own.min(cap)),
        (own, _) => own,
    })
}

/// Whether the present handling follows a return: dispatched a second time since the total began.
fn is_after_return(ledger: &[Entry]) -> bool {
    let total_began = Round::of(Clock::Total, ledger).started;
    let dispatches = ledger.iter().filter(|entry| {
        entry.clock == Clock::Dispatch
            && entry.event == ClockEvent::Start
            && total_began.is_none_or(|began| entry.at >= began)
    });
    dispatches.count() > 1
}

/// A clock as it stands now; never fails, an unknown year is [`Health::Unknown`].
#[must_use]
pub fn read(clock: Clock, ledger: &[Entry], policy: &Policy, calendar: &WorkCalendar, now: DateTime<Utc>) -> Reading {
    let round = Round::of(clock, ledger);
    let limit = round.limit(clock, policy);
    let empty =
        Reading { clock, used: Minutes(0), limit: limit.minutes, hours: limit.hours, due: None, health: Health::Idle };
    if round.started.is_none() {
        return empty;
    }
    let measured = || -> Result<_, UnknownYear> {
        let used = used(clock, ledger, policy, calendar, now)?;
        let allowance = Minutes::of(round.allowance(limit, calendar)?);
        Ok((used, allowance, due(clock, ledger, policy, calendar)?))
    };
    let Ok((used, allowance, due)) = measured() else {
        return Reading { health: Health::Unknown, ..empty };
    };
    let health = health(&round, used, allowance, due, calendar, now);
    Reading { used, limit: allowance, due, health, ..empty }
}

fn health(
    round: &Round,
    used: Minutes,
    allowance: Minutes,
    due: Option<DateTime<Utc>>,
    calendar: &WorkCalendar,
    now: DateTime<Utc>,
) -> Health {
    if let Some(stopped) = round.stopped {
        return if due.is_some_and(|due| stopped > due) { Health::Missed } else { Health::Kept };
    }
    match due {
        Some(due) if now >= due => match calendar.add_work_days(due, RED_AFTER_WORK_DAYS) {
            Ok(red) if now >= red => Health::Red,
            _ => Health::Overdue,
        },
        _ if round.is_paused() => Health::Paused,
        _ if u64::from(used.0) * 10 >= u64::from(allowance.0) * 7 => Health::Warning,
        _ => Health::Running,
    }
}
